"""What polls learn: how long tasks take, from which their polls follow at a provider without a list, and when each was seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from statistics import mean
from typing import Final

import pytest
from attrs import evolve
from paid import attempt
from polling import DONE, PollSimulation

from vidu_ext import Submission
from vidu_ext.flows.durations import EARLY_POLL, ENOUGH, MOST_DURATIONS, Durations
from vidu_ext.flows.policy import PollPolicy
from vidu_ext.flows.sightings import MOST_KEPT, RECENT_SECONDS, RUN_SECONDS, UNCERTAIN_SHARE, Sightings
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import Snapshot, TaskRef, TaskState

SUBMISSION: Final = attempt("comfy", account="studio").submission


def durations_of(*seconds: float) -> Durations:
    """Return durations learned from tasks that took these seconds."""
    durations = Durations()
    for number, duration in enumerate(seconds):
        ref = TaskRef("studio", f"earlier-{number}")
        durations.began(ref, SUBMISSION)
        durations.ended(ref, duration)
    return durations


def poll_times(durations: Durations, *, seconds: float, submission: Submission = SUBMISSION) -> list[float]:
    """Return the times at which a task of this duration is polled; the last poll sees that it has ended."""
    simulation = PollSimulation("comfy", durations=durations)
    durations.began(TaskRef("studio", "a"), submission)
    [waiter] = simulation.join("a", is_new=True)
    while not waiter.ends:
        due = simulation.queue.next_due()
        assert due is not None
        if due >= seconds:
            simulation.states["a"] = DONE
        simulation.run(due)
    return simulation.times


def test_task_like_others_that_took_a_minute_is_polled_once_early_and_then_around_the_minute() -> None:
    early, *later = poll_times(durations_of(*([58.0, 62.0] * ENOUGH)), seconds=60.0)
    assert early == EARLY_POLL
    assert all(58.0 <= moment <= 61.0 for moment in later)


def test_task_that_takes_longer_than_all_others_is_still_polled() -> None:
    times = poll_times(durations_of(*([10.0] * ENOUGH)), seconds=100.0)
    assert 100.0 <= times[-1] <= 115.0
    assert sum(10.0 < moment < 15.0 for moment in times) <= 6


@pytest.mark.parametrize("earlier", [[600.0] * ENOUGH, [300.0, 900.0] * ENOUGH], ids=["alike", "far apart"])
def test_end_of_a_long_task_is_seen_within_the_longest_pause_of_the_policy(earlier: list[float]) -> None:
    """Once, a film that took ten seconds longer than ten minutes was seen two minutes late."""
    assert poll_times(durations_of(*earlier), seconds=610.0)[-1] <= 610.0 + PollPolicy().ceiling


def test_task_of_another_model_is_polled_as_if_nothing_were_known() -> None:
    other = evolve(SUBMISSION, body={**SUBMISSION.body, "model": "another"})
    known = durations_of(*([60.0] * ENOUGH))
    assert poll_times(known, seconds=20.0, submission=other) == poll_times(Durations(), seconds=20.0)


def test_only_the_newest_durations_count() -> None:
    """A provider that was slow in the morning must not be asked late all day."""
    times = poll_times(durations_of(*([300.0] * 100), *([10.0] * MOST_DURATIONS)), seconds=10.0)
    assert times[-1] < 12.0


@pytest.mark.parametrize(("learned", "late", "requests"), [(20, 1.0, 6.0), (0, 1.5, 10.0)], ids=["known", "unknown"])
def test_end_of_a_task_of_ten_to_twenty_seconds_is_seen_soon_with_few_requests(
    learned: int, late: float, requests: float
) -> None:
    """Seconds between end and poll, and requests with the create, in the mean of many tasks."""
    chance = Random(7)  # noqa: S311  # the same tasks in each run
    earlier = [chance.uniform(10.0, 20.0) for _ in range(learned)]
    polls = {
        seconds: poll_times(durations_of(*earlier), seconds=seconds) for seconds in (chance.uniform(10, 20) for _ in range(80))
    }
    assert mean(times[-1] - seconds for seconds, times in polls.items()) <= late
    assert mean(1 + len(times) for times in polls.values()) <= requests


def test_duration_of_a_new_task_is_learned_when_its_wait_ends() -> None:
    durations = Durations()
    simulation = PollSimulation("comfy", durations=durations)
    for number in range(ENOUGH):
        durations.began(TaskRef("studio", str(number)), SUBMISSION)
        simulation.join(str(number), is_new=True)
    simulation.run(20.0)
    simulation.states |= dict.fromkeys(simulation.states, DONE)
    simulation.run(40.0)
    durations.began(TaskRef("studio", "next"), SUBMISSION)
    assert durations.usual(TaskRef("studio", "next")) == pytest.approx(20.0, abs=3.0)


def test_snapshot_of_a_new_task_alone_has_the_estimated_seconds_left() -> None:
    durations = durations_of(*([30.0] * ENOUGH))
    simulation = PollSimulation("comfy", durations=durations)
    durations.began(TaskRef("studio", "a"), SUBMISSION)
    [new] = simulation.join("a", is_new=True)
    [older, of_unknown_kind] = simulation.join("b", estimate=30.0) + simulation.join("c", is_new=True)
    simulation.run(EARLY_POLL)
    assert new.etas == [30.0 - EARLY_POLL]
    simulation.run(100.0)
    assert new.etas[-1] is None, "it takes longer than usual"
    assert set(older.etas + of_unknown_kind.etas) == {None}


# -- when a client last saw a task unfinished: how long its files may be missing yet --------------------------------------

NOW: Final = 5_000.0
OLD: Final = NOW + RECENT_SECONDS
TASK: Final = TaskRef("vidu", "1")


@pytest.mark.parametrize(("end", "age"), [(OLD - 1, None), (NOW + 10, 100.0)], ids=["end", "documented end"])
def test_task_seen_unfinished_stays_young_for_some_minutes_from_then(end: float, age: float | None) -> None:
    sightings = Sightings()
    sightings.unfinished(TASK, NOW)
    sightings.ended(TASK, end, age=age)
    assert (sightings.late_share(TASK, OLD - 1), sightings.late_share(TASK, OLD)) == (1.0, 0.0)


def test_task_that_ended_before_the_first_poll_has_a_share_of_the_patience() -> None:
    sightings = Sightings()
    sightings.ended(TASK, NOW)
    assert (sightings.late_share(TASK, NOW), sightings.late_share(TASK, OLD)) == (UNCERTAIN_SHARE, 0.0)
    assert sightings.late_share(TaskRef("vidu", "never seen"), NOW) == 0.0


@pytest.mark.parametrize(
    ("word", "created", "ended", "late_share"),
    [
        ("running", None, None, 1.0),
        ("ended", None, None, UNCERTAIN_SHARE),
        ("ended", 9_000.0, RECENT_SECONDS - 1, 1.0),
        ("ended", 9_000.0, RECENT_SECONDS, 0.0),
        ("ended", RUN_SECONDS + RECENT_SECONDS - 1, None, 1.0),
        ("ended", RUN_SECONDS + RECENT_SECONDS, None, 0.0),
        ("ended", 10.0, None, 1.0),
        ("ended", None, 1 - RECENT_SECONDS, 1.0),
        ("ended", None, -1 - RECENT_SECONDS, UNCERTAIN_SHARE),
    ],
)
def test_age_of_a_task_follows_from_the_times_of_its_provider(
    word: str, created: float | None, ended: float | None, late_share: float
) -> None:
    """An end later than the answer by more than some minutes is of another clock."""
    moment = 1_800_000_000.0
    created_at, ended_at = (None if age is None else datetime.fromtimestamp(moment - age, UTC) for age in (created, ended))
    state = TaskState.PROCESSING if word == "running" else TaskState.SUCCEEDED
    sightings = Sightings()
    reply = Reply(200, {"date": format_datetime(datetime.fromtimestamp(moment, UTC), usegmt=True)}, b"")
    snapshot = Snapshot(TASK, state, word, created_at=created_at, ended_at=ended_at, raw={})
    sightings.saw(snapshot, reply, NOW)
    if state.is_final:
        sightings.ended(TASK, NOW)
    assert sightings.late_share(TASK, NOW) == late_share


MANY: Final = [TaskRef("vidu", str(number)) for number in range(MOST_KEPT + 1)]


def test_oldest_sighting_is_forgotten_first_above_the_limit() -> None:
    sightings = Sightings()
    for ref in MANY:
        sightings.unfinished(ref, NOW)
    assert [sightings.late_share(ref, NOW) for ref in (MANY[0], MANY[1], MANY[-1])] == [0.0, 1.0, 1.0]


@pytest.mark.parametrize("see", [Sightings.unfinished, Sightings.ended])
def test_task_counts_as_missed_from_its_first_miss_until_it_is_seen(see: Callable[[Sightings, TaskRef, float], None]) -> None:
    sightings = Sightings()
    assert [sightings.first_missed(TASK, NOW), sightings.first_missed(TASK, OLD)] == [NOW, NOW]
    see(sightings, TASK, OLD)
    assert sightings.first_missed(TASK, OLD + 1) == OLD + 1
