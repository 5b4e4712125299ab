"""Callback notices and the poll queue: which task is polled when, and with how many requests."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from polling import DONE, STEADY, PollSimulation

from vidu_ext import TaskRef

SLOW: Final = evolve(STEADY, ceiling=30.0)


class NoticeLog:
    """Notices of every task are expected; those of the named tasks have arrived."""

    def __init__(self, *arrived: str) -> None:
        self.arrived = arrived

    def is_awaited(self, ref: TaskRef) -> bool:
        return ref.account == "studio"

    def has_come(self, ref: TaskRef) -> bool:
        return ref.task_id in self.arrived


def expecting_notices(provider: str = "vidu", *, arrived: str = "") -> PollSimulation:
    return PollSimulation(provider, poll=SLOW, notices=NoticeLog(arrived))


def test_task_that_sends_notices_is_polled_every_thirty_seconds() -> None:
    simulation = expecting_notices()
    simulation.join("a")
    simulation.run(100.0)
    assert simulation.times == [0.0, 30.0, 60.0, 90.0]


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
def test_task_is_polled_at_once_when_its_notice_arrives(provider: str) -> None:
    simulation = expecting_notices(provider)
    [waiter] = simulation.join("a")
    simulation.run(7.0)
    simulation.notify("a", DONE)
    simulation.run(7.5)
    assert (simulation.times, len(waiter.ends)) == ([0.0, 7.0], 1)


@pytest.mark.parametrize(
    ("apart", "times"),
    [
        pytest.param(0.05, [10.0, 10.1, 10.2, 10.3], id="every second notice is followed at once"),
        pytest.param(0.2, [10.0, 10.3, 10.6, 10.9, 11.2], id="others within 0.3 s"),
        pytest.param(0.5, [10.0, 10.5, 11.0, 11.5, 12.0, 12.5, 13.0], id="lone notices at once"),
    ],
)
def test_notices_share_requests(apart: float, times: list[float]) -> None:
    """Otherwise a hundred tasks that end together would take a hundred requests."""
    simulation = expecting_notices()
    names = [f"t{number}" for number in range(7)]
    waiters = simulation.join(*names, "another")
    simulation.run(10.0)
    simulation.asked.clear()
    for number, name in enumerate(names):
        simulation.run(10.0 + number * apart)
        simulation.notify(name, DONE)
    simulation.run(14.0)
    assert simulation.times == pytest.approx(times)
    assert [len(waiter.ends) for waiter in waiters] == [1] * 7 + [0]


def test_task_that_a_list_still_shows_unfinished_after_its_notice_is_polled_by_itself() -> None:
    """Vidu lists a task some seconds late. Once, the list was believed, and the wait lasted as long as without the notice."""
    simulation = expecting_notices()
    waiter, _ = simulation.join("a", "b")
    simulation.run(5.0)
    simulation.unlisted.add("a")
    simulation.notify("a", DONE)
    simulation.run(5.5)
    assert len(waiter.ends) == 1


def test_task_whose_notice_arrived_before_the_wait_is_polled_at_once() -> None:
    simulation = expecting_notices(arrived="a")
    simulation.join("a", "b", is_new=True)
    simulation.run(10.0)
    assert simulation.asked[0][0] == 0.0
    assert all("b" not in names or "a" in names for _, _, names in simulation.asked)


def test_notice_during_a_request_causes_another_request_after_it() -> None:
    simulation = expecting_notices()
    [waiter] = simulation.join("a")
    in_flight = simulation.request()
    simulation.notify("a")
    simulation.answer(in_flight)
    simulation.states["a"] = DONE
    simulation.run(1.0)
    assert len(waiter.ends) == 1


def test_task_that_still_runs_after_its_notice_is_polled_at_the_usual_pace() -> None:
    simulation = expecting_notices()
    simulation.join("a")
    simulation.run(5.0)
    simulation.notify("a")
    simulation.asked.clear()
    simulation.run(10.0)
    assert len(simulation.asked) > 1


def test_notice_of_a_task_without_a_wait_causes_no_request() -> None:
    simulation = PollSimulation()
    simulation.queue.wake("a", 0.0)
    assert simulation.queue.next_due() is None
