"""When a client last saw each task unfinished or missed it, and its charge: what one poll shows and a later step needs."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import evolve

from vidu_ext.values.tasks import TaskState

from .policy import answered_at

if TYPE_CHECKING:
    from vidu_ext.values.exchange import Reply
    from vidu_ext.values.tasks import Snapshot, TaskRef

K = TypeVar("K")
T = TypeVar("T")

RECENT_SECONDS: Final = 300.0
"""Seconds after a task was last seen unfinished in which its files may be late."""

RUN_SECONDS: Final = 1500.0
"""Longest run of a task, in seconds, to assume if only the time of its creation is known."""

UNCERTAIN_SHARE: Final = 0.25
"""Share of the retry budget for a missing file of a task that had already ended at its first poll."""

MOST_KEPT: Final = 10_000
"""Tasks or notices of one kind that are remembered. A forgotten task is polled and downloaded like one of another process."""


class Sightings:
    """When one client last saw a task unfinished, or first saw it ended, by a monotonic clock.

    From this follows how long the files of a task may be late. If answers have times, those count, with the provider's clock:
    the local one may be wrong. Safe for threads: every change is one step of a dict.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[TaskRef, float] = OrderedDict()
        self._found_ended: OrderedDict[TaskRef, float] = OrderedDict()
        """First polls of tasks that had ended by then. When they ended is not known."""
        self._missed: OrderedDict[TaskRef, float] = OrderedDict()
        """First polls of tasks that were not found and have never been seen."""
        self._charges: OrderedDict[TaskRef, float] = OrderedDict()
        self._awaited: OrderedDict[TaskRef, Callable[[float], None]] = OrderedDict()

    def await_charge(self, ref: TaskRef, compare: Callable[[float], None]) -> None:
        """Call `compare` with the charge of a task once it has succeeded."""
        keep_newest(self._awaited, ref, compare)

    def charged(self, ref: TaskRef, charge: float) -> None:
        """Remember a charge: one in a header may be in no later answer."""
        keep_newest(self._charges, ref, charge)

    def with_charge(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with the charge of an earlier answer if it has none. Whether a failed task is charged is unknown."""
        if snapshot.credits is not None:
            self.charged(snapshot.ref, snapshot.credits)
            if snapshot.state is TaskState.SUCCEEDED and (compare := self._awaited.pop(snapshot.ref, None)):
                compare(snapshot.credits)
            return snapshot
        has_failed = snapshot.state.is_final and snapshot.state is not TaskState.SUCCEEDED
        if has_failed or snapshot.odd_charge is not None:
            return snapshot
        return evolve(snapshot, credits=self._charges.get(snapshot.ref))

    def saw(self, snapshot: Snapshot, reply: Reply, now: float) -> None:
        """Remember that a task is unfinished, or when it ended if the answer says so."""
        if not snapshot.state.is_final:
            self.unfinished(snapshot.ref, now)
        elif (age := _age(snapshot, reply)) is not None:
            self.ended(snapshot.ref, now, age=age)

    def unfinished(self, ref: TaskRef, now: float) -> None:
        self._missed.pop(ref, None)
        keep_newest(self._seen, ref, now)

    def ended(self, ref: TaskRef, now: float, *, age: float | None = None) -> None:
        """Remember that a task has ended, `age` seconds ago if that is known: it may be long before its first poll."""
        self._missed.pop(ref, None)
        seen = self._seen.get(ref)
        if age is not None and (seen is None or seen < now - age):
            keep_newest(self._seen, ref, now - age)
        elif seen is None and ref not in self._found_ended:
            keep_newest(self._found_ended, ref, now)

    def first_missed(self, ref: TaskRef, now: float) -> float:
        """Remember that a task was not found, and return when that happened first; now if it was seen, so that it exists."""
        if ref in self._seen or ref in self._found_ended:
            return now
        first = self._missed.get(ref)
        if first is None:
            keep_newest(self._missed, ref, first := now)
        return first

    def late_share(self, ref: TaskRef, now: float) -> float:
        """Return the share of a retry budget in which a missing file may only be late."""
        seen = self._seen.get(ref)
        share, moment = (1.0, seen) if seen is not None else (UNCERTAIN_SHARE, self._found_ended.get(ref, -math.inf))
        return share if now - moment < RECENT_SECONDS else 0.0


def keep_newest(kept: OrderedDict[K, T], key: K, value: T) -> None:
    """Remember a value for a key, and forget the oldest of more than MOST_KEPT."""
    kept[key] = value
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)


def _age(snapshot: Snapshot, reply: Reply) -> float | None:
    """Return the seconds since a task ended, by the clock of its provider; None if the answer does not say.

    If the answer has only the time of its creation, the task may have run for RUN_SECONDS.
    """
    answered, happened = answered_at(reply.headers), snapshot.ended_at or snapshot.created_at
    if answered is None or happened is None or happened.timestamp() > answered + RECENT_SECONDS:
        return None
    run = 0.0 if snapshot.ended_at else RUN_SECONDS
    return max(answered - happened.timestamp() - run, 0.0)
