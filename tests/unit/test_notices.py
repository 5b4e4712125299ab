"""Notices and the poll queue: who is asked when, and how many requests that makes."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from test_poll import STEADY, World

from vidu_ext import TaskRef
from vidu_ext.flows.poll import WAKE_PAUSE, Notices

SLOW: Final = evolve(STEADY, ceiling=30.0)


class Announced(Notices):
    """Every task has a notice that will come, or has come."""

    def __init__(self, *came: str) -> None:
        self.came = came

    def is_awaited(self, ref: TaskRef) -> bool:  # noqa: ARG002 - the signature of the base
        return True

    def has_come(self, ref: TaskRef) -> bool:
        return ref.task_id in self.came


def announced(world: World, *came: str) -> World:
    world.queue._notices = Announced(*came)  # pyright: ignore[reportPrivateUsage]  # the world makes its queue without any
    return world


def test_task_whose_notice_will_come_is_polled_at_the_slow_pace() -> None:
    world = announced(World(poll=SLOW))
    world.join("a")
    world.run(100.0)
    assert world.times == [0.0, 30.0, 60.0, 90.0]


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
def test_task_is_asked_for_at_once_when_its_notice_comes(provider: str) -> None:
    world = announced(World(provider, poll=SLOW))
    [waiter] = world.join("a")
    world.run(7.0)
    world.states["a"] = {"state": "success", "creations": [{"id": "c", "url": "https://example.com/a.mp4"}]}
    world.queue.wake("a", world.now)
    world.run(7.5)
    assert (world.times, len(waiter.ends)) == ([0.0, 7.0], 1)


def test_notices_of_a_second_share_requests() -> None:
    """Without that a page of a hundred tasks that end together would be asked for a hundred times."""
    world = announced(World(poll=SLOW))
    names = [f"t{number}" for number in range(20)]
    waiters = world.join(*names)
    world.run(10.0)
    world.asked.clear()
    for number, name in enumerate(names):
        world.run(10.0 + number * 0.05)
        world.states[name] = {"state": "success", "creations": [{"id": "c", "url": "https://example.com/a.mp4"}]}
        world.queue.wake(name, world.now)
        assert all(waiter.ends for waiter in waiters[: max(number - 2, 0)])
    world.run(12.0)
    lags = [after - before for before, after in zip(world.times, world.times[1:], strict=False)]
    assert 1 < len(world.times) <= 1 + 1.0 / WAKE_PAUSE + 1
    assert (min(lags) > WAKE_PAUSE - 1e-9, len(world.queue)) == (True, 0)


def test_list_that_is_behind_a_notice_is_not_believed() -> None:
    """Vidu lists a task some seconds late; a notice was lost on that, and its wait lasted as long as without one."""
    world = announced(World(poll=SLOW))
    waiter, _ = world.join("a", "b")
    world.run(5.0)
    world.unlisted.add("a")
    world.states["a"] = {"state": "success", "creations": [{"id": "c", "url": "https://example.com/a.mp4"}]}
    world.queue.wake("a", world.now)
    world.run(5.5)
    assert len(waiter.ends) == 1


def test_notice_that_came_before_the_wait_is_asked_for_at_once() -> None:
    world = announced(World(poll=SLOW), "a")
    world.join("a", "b", is_new=True)
    world.run(10.0)
    assert world.asked[0][0] == 0.0
    assert all("b" not in names or "a" in names for _, _, names in world.asked)


def test_notice_that_meets_a_request_under_way_is_asked_for_after_it() -> None:
    world = announced(World(poll=SLOW))
    [waiter] = world.join("a")
    under_way = world.request()
    world.queue.wake("a", world.now)
    world.answer(under_way)
    world.states["a"] = {"state": "success", "creations": [{"id": "c", "url": "https://example.com/a.mp4"}]}
    world.run(1.0)
    assert len(waiter.ends) == 1


def test_task_that_still_runs_after_its_notice_is_polled_at_the_usual_pace() -> None:
    world = announced(World(poll=SLOW))
    world.join("a")
    world.run(5.0)
    world.queue.wake("a", world.now)
    world.asked.clear()
    world.run(10.0)
    assert len(world.asked) > 1


def test_notice_of_a_task_that_is_not_waited_for_asks_for_nothing() -> None:
    world = World()
    world.queue.wake("a", 0.0)
    assert world.queue.next_due() is None
