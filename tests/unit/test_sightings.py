"""When a client last saw a task unfinished: how long its files may be missing yet."""

from __future__ import annotations

from typing import Final

from vidu_ext.flows.sightings import MOST_KEPT, RECENT_SECONDS, UNCERTAIN_SHARE, Sightings
from vidu_ext.values.tasks import TaskRef

NOW: Final = 5_000.0


OLD: Final = NOW + RECENT_SECONDS


TASK: Final = TaskRef("vidu", "1")


def test_task_seen_unfinished_stays_young_for_some_minutes() -> None:
    sightings = Sightings()
    sightings.unfinished(TASK, NOW)
    sightings.ended(TASK, OLD - 1)
    assert (sightings.youth(TASK, OLD - 1), sightings.youth(TASK, OLD)) == (1.0, 0.0)


def test_task_that_ended_before_the_first_poll_has_a_share_of_the_patience() -> None:
    sightings = Sightings()
    sightings.ended(TASK, NOW)
    assert (sightings.youth(TASK, NOW), sightings.youth(TASK, OLD)) == (UNCERTAIN_SHARE, 0.0)


def test_task_that_was_never_seen_is_old() -> None:
    sightings = Sightings()
    sightings.unfinished(TASK, NOW)
    assert sightings.youth(TaskRef("vidu", "2"), NOW) == 0.0


def test_oldest_sighting_is_forgotten_first_above_the_limit() -> None:
    sightings = Sightings()
    for number in range(MOST_KEPT + 1):
        sightings.unfinished(TaskRef("vidu", str(number)), NOW)
    assert [sightings.youth(TaskRef("vidu", str(number)), NOW) for number in (0, 1, MOST_KEPT)] == [0.0, 1.0, 1.0]
