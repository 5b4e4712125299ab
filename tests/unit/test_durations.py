"""When a task is asked for at a provider without a list, before and after its like were seen to end."""

from __future__ import annotations

from random import Random
from statistics import mean
from typing import Final

from attrs import evolve
from test_poll import FILM, World

from vidu_ext import PollPolicy, Submission, TaskRef
from vidu_ext.flows.durations import EARLY_LOOK, ENOUGH, MOST_DURATIONS, Durations

SUBMISSION: Final = Submission(
    account="studio",
    provider="comfy",
    operation="textToVideo",
    settlement="idempotency-key",
    idempotency_key="k",
    submitted_at=0.0,
    body={"model": "viduq3-pro", "duration": 5, "resolution": "720p", "prompt": "a bird"},
)


def seen(*seconds: float) -> Durations:
    """Durations of tasks that took so long."""
    durations = Durations()
    for number, one in enumerate(seconds):
        ref = TaskRef("studio", f"earlier-{number}")
        durations.began(ref, SUBMISSION)
        durations.ended(ref, one)
    return durations


def looks(durations: Durations, *, seconds: float, submission: Submission = SUBMISSION) -> list[float]:
    """When a task that takes so long is asked for, up to the answer that it has ended."""
    world = World("comfy", poll=PollPolicy(jitter=0.0))
    world.queue._durations = durations  # pyright: ignore[reportPrivateUsage]  # the world makes its queue without any
    durations.began(TaskRef("studio", "a"), submission)
    [waiter] = world.join("a", is_new=True)
    while not waiter.ends:
        due = world.queue.next_due()
        assert due is not None
        if due >= seconds:
            world.states["a"] = {"state": "success", "creations": [FILM]}
        world.run(due)
    return world.times


def test_task_whose_like_took_a_minute_is_asked_for_early_once_and_then_about_the_minute() -> None:
    found = looks(seen(*([58.0, 62.0] * ENOUGH)), seconds=60.0)
    assert found[0] == EARLY_LOOK
    assert all(58.0 <= moment <= 61.0 for moment in found[1:])


def test_task_that_takes_longer_than_all_others_is_still_asked_for() -> None:
    found = looks(seen(*([10.0] * ENOUGH)), seconds=100.0)
    assert 100.0 <= found[-1] <= 115.0
    assert sum(10.0 < moment < 15.0 for moment in found) <= 6


def test_task_of_another_model_is_polled_as_if_nothing_were_known() -> None:
    other = evolve(SUBMISSION, body={**SUBMISSION.body, "model": "viduq3-turbo"})
    known = seen(*([60.0] * ENOUGH))
    assert looks(known, seconds=20.0, submission=other) == looks(Durations(), seconds=20.0)


def test_few_durations_change_nothing() -> None:
    assert looks(seen(*([60.0] * (ENOUGH - 1))), seconds=20.0) == looks(Durations(), seconds=20.0)


def test_only_the_newest_durations_count() -> None:
    """A provider that was slow in the morning must not be asked late all day."""
    found = looks(seen(*([300.0] * 100), *([10.0] * MOST_DURATIONS)), seconds=10.0)
    assert found[-1] < 12.0


def test_tasks_of_ten_to_twenty_seconds_are_known_within_a_second_for_six_requests() -> None:
    chance = Random(7)  # noqa: S311  # the same tasks in each run
    seconds = [chance.uniform(10.0, 20.0) for _ in range(100)]
    known = [looks(seen(*seconds[:20]), seconds=one) for one in seconds[20:]]
    assert mean(found[-1] - one for found, one in zip(known, seconds[20:], strict=True)) <= 1.0
    assert mean(1 + len(found) for found in known) <= 6.0


def test_tasks_of_ten_to_twenty_seconds_are_known_in_a_second_and_a_half_when_nothing_is_known() -> None:
    chance = Random(7)  # noqa: S311  # as above
    seconds = [chance.uniform(10.0, 20.0) for _ in range(100)]
    known = [looks(Durations(), seconds=one) for one in seconds]
    assert mean(found[-1] - one for found, one in zip(known, seconds, strict=True)) <= 1.5
    assert mean(1 + len(found) for found in known) <= 10.0


def test_snapshot_says_how_long_the_task_is_likely_to_take_from_here() -> None:
    world = World("comfy", poll=PollPolicy(jitter=0.0))
    durations = seen(*([30.0] * ENOUGH))
    world.queue._durations = durations  # pyright: ignore[reportPrivateUsage]  # as above
    durations.began(TaskRef("studio", "a"), SUBMISSION)
    [waiter] = world.join("a", is_new=True)
    world.run(EARLY_LOOK)
    assert waiter.etas == [30.0 - EARLY_LOOK]
