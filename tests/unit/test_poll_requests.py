"""How many requests polls take: shared lists, single status calls, the pauses between them, and callback notices."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Final

import pytest
from attrs import evolve
from paid import reply
from polling import DONE, FILM, STEADY, PollSimulation, in_turn, lists_one_task, waiting_for_one

from vidu_ext.flows.policy import PollPolicy
from vidu_ext.flows.poll import MISSES_BEFORE_ASKING_ALONE, outcome_of
from vidu_ext.flows.wait import WaitSet
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import TaskCanceledError, TaskError, TaskFailedError, TaskModeratedError
from vidu_ext.values.tasks import Object, Result, TaskRef

# -- lists and single calls -----------------------------------------------------------------------------------------------


def test_as_many_tasks_as_a_list_takes_share_each_list_request() -> None:
    simulation = PollSimulation()
    size = provider_named("vidu").list_size
    simulation.join(*map(str, range(1, 10 * size + 2)))
    simulation.run(0.0)
    assert [len(names) for _, _, names in simulation.asked] == [size] * 10 + [1]
    simulation.run(4.0)
    assert simulation.operations == ["listTasks"] * 11 * 3  # every two seconds


@pytest.mark.parametrize("wants_snapshots", [True, False])
def test_jitter_leaves_tasks_together_in_their_lists(*, wants_snapshots: bool) -> None:
    """The tasks of an answer share its jitter, which is half of 0.2 on average."""
    simulation = PollSimulation(poll=PollPolicy(jitter=0.2), chance=random.Random(1).random)  # noqa: S311
    simulation.join(*map(str, range(1, 1_001)), wants_snapshots=wants_snapshots)
    simulation.run(10.0)
    assert set(simulation.operations) == {"listTasks"}
    assert len(simulation.asked) <= 10 * (10 / 1.8 + 1)


def test_single_task_is_polled_by_the_status_call_which_has_its_progress() -> None:
    simulation, waiter = waiting_for_one()
    simulation.run(4.0)
    assert simulation.operations == ["getCreations"] * 3
    simulation.join("2")
    simulation.run(6.0)
    assert simulation.operations[-1] == "listTasks"
    assert waiter.misses == 0


@pytest.mark.parametrize("most", [1, 2, 3])
def test_queue_returns_as_many_requests_as_are_allowed_and_keeps_the_others_due(most: int) -> None:
    simulation = PollSimulation(most=most)
    simulation.join("1")
    simulation.join("8", "9", poll="getMusicVideo")
    simulation.join(*map(str, range(100, 220)))
    requests = simulation.request()
    assert len(requests) == most
    simulation.answer(requests)
    simulation.run(0.0)
    assert {name for _, _, names in simulation.asked for name in names} == {"1", "8", "9", *map(str, range(100, 220))}


# -- what a list leaves out -----------------------------------------------------------------------------------------------


@lists_one_task
def test_task_missing_from_three_lists_is_polled_by_itself_until_lists_have_it() -> None:
    simulation, waiter = waiting_for_one()
    simulation.unlisted.add("1")
    simulation.run(6.0)
    three_lists_and_a_call = ["listTasks"] * MISSES_BEFORE_ASKING_ALONE + ["getCreations"]
    assert simulation.operations == three_lists_and_a_call
    assert waiter.words == ["processing"]
    simulation.run(15.0)
    assert simulation.operations == three_lists_and_a_call * 2
    simulation.unlisted.clear()
    simulation.run(21.0)
    assert simulation.operations[8:] == ["listTasks"] * 3


@lists_one_task
@pytest.mark.parametrize("wants_snapshots", [True, False])
def test_task_missing_from_fewer_lists_is_not_polled_by_itself(*, wants_snapshots: bool) -> None:
    simulation = PollSimulation()
    simulation.join("1", wants_snapshots=wants_snapshots)
    for gap in (True, True, False, True, True, False):
        simulation.unlisted = {"1"} if gap else set()
        simulation.run(simulation.now)
        simulation.now += 2.0
    assert simulation.operations == ["listTasks"] * 6


@pytest.mark.parametrize(
    ("listed", "own", "end"),
    [
        ("failed", {"state": "failed", "err_code": "AuditSubmitIllegal"}, TaskModeratedError),
        ("failed", {"state": "failed"}, TaskFailedError),
        ("failed", {"state": "failed", "err_code": "UserCancelled"}, TaskCanceledError),
        ("success", {"state": "success", "creations": [FILM]}, Result),
    ],
)
@lists_one_task
def test_end_that_is_listed_without_reason_or_files_is_polled_for_them(
    listed: str, own: Object, end: type[TaskFailedError | Result]
) -> None:
    simulation, waiter = waiting_for_one()
    simulation.answers = in_turn(reply(200, {"tasks": [{"id": "1", "state": listed}]}))
    simulation.states["1"] = own
    simulation.run(60.0)
    assert simulation.asked == [(0.0, "listTasks", ("1",)), (0.0, "getCreations", ("1",))]
    assert type(outcome_of(waiter.end)) is end


@lists_one_task
def test_failure_that_is_listed_with_its_reason_takes_no_other_request() -> None:
    simulation, waiter = waiting_for_one()
    simulation.states["1"] = {"state": "failed", "err_code": "AuditSubmitIllegal"}
    simulation.run(60.0)
    assert simulation.operations == ["listTasks"]
    assert not isinstance(waiter.end, TaskError)
    assert waiter.end.error_code == "AuditSubmitIllegal"


# -- pauses ---------------------------------------------------------------------------------------------------------------


def test_pause_grows_with_the_age_of_a_task() -> None:
    simulation, _ = waiting_for_one("comfy")
    simulation.run(110.0)
    assert simulation.times == pytest.approx(
        [0, 2, 4, 6, 8, 10, 12, 14.4, 17.28, 20.736, 24.8832, 29.85984, 35.831808, 42.99817,
         51.597804, 61.917364, 74.300837, 89.161004, 104.161004]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("provider", "estimate", "times"),
    [
        ("vidu", None, [2.0, 4.0]),
        ("vidu", 3_600.0, [2.0, 4.0]),
        ("comfy", 20.0, [10.0, 15.0, 18.0, 21.6]),
        ("comfy", 3_600.0, [15.0, 30.0, 45.0, 60.0]),
    ],
)
def test_new_task_is_polled_after_a_pause_and_a_single_one_after_half_its_estimate(
    provider: str, estimate: float | None, times: list[float]
) -> None:
    """The pause for an estimate is at most the ceiling; tasks of a list share their polls whatever the estimate."""
    simulation = PollSimulation(provider, poll=STEADY)
    simulation.join("1", is_new=True, estimate=estimate)
    simulation.run(times[-1])
    assert simulation.times == pytest.approx(times)


@pytest.mark.parametrize(
    ("task", "due"), [("studio:1", 0.0), (SimpleNamespace(is_new=True), 2.0), (SimpleNamespace(is_new=True, estimate=20.0), 10.0)]
)
def test_first_poll_of_a_handle_follows_what_its_submit_returned(task: object, due: float) -> None:
    simulation = PollSimulation("comfy", poll=STEADY)
    WaitSet(lambda: None, wants_snapshots=False).join(simulation.queue, TaskRef("studio", "1"), task, 0.0)
    assert simulation.queue.next_due() == due


def test_estimate_in_a_status_answer_delays_the_next_poll() -> None:
    simulation, _ = waiting_for_one("comfy")
    simulation.answers = in_turn(reply(200, {"state": "queueing"}, {"x-comfy-estimated-duration-seconds": "24"}))
    simulation.run(18.0)
    assert simulation.times == [0.0, 12.0, 18.0]


# -- callback notices -----------------------------------------------------------------------------------------------------

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
