"""When a client last saw a task unfinished: how long its files may be missing yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

import pytest

from vidu_ext.flows.sightings import MOST_KEPT, RECENT_SECONDS, RUN_SECONDS, UNCERTAIN_SHARE, Sightings
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import Snapshot, TaskRef, TaskState

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
