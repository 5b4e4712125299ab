"""Durations of tasks that this client has seen end, from which the best times for polls of similar tasks follow.

For providers without a list of tasks, where every poll costs a request. Kept in memory only, and bounded.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import TaskRef

Kind: TypeAlias = "tuple[str, ...]"
"""Tasks that take about the same time: account, operation, model, duration and resolution."""

ENOUGH: Final = 8
"""Fewest durations of a kind that say when to poll."""
MOST_DURATIONS: Final = 50
"""How many of the newest durations are kept for a kind: a provider is slower on some days."""
MOST_KINDS: Final = 200
MOST_TASKS: Final = 10_000
EARLY_POLL: Final = 4.0
"""Seconds after which a task is polled once, because most failures are early."""
LEAST_PAUSE: Final = 0.5
OUTLIERS: Final = 16
"""Of this many durations the shortest and the longest are ignored: they may be exceptions."""
TOO_LONG: Final = 1.5
"""Multiple of the longest duration after which a task is polled as if nothing were known."""
LATE_SHARE: Final = 0.08
"""The pause after the latest likely end, as a share of the age. That end may be early: the quickest of many tasks end first."""
FEW: Final = 16
"""At so few durations that pause is twice as long, because the latest of few ends is likely to be earlier still."""
POLLS: Final = 6
"""Polls between the earliest and the latest likely end."""


class Durations:
    """The durations of ended tasks by kind. Safe for threads: every change is one step of a dict or a deque."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[TaskRef, Kind] = OrderedDict()
        self._seconds: OrderedDict[Kind, deque[float]] = OrderedDict()

    def began(self, ref: TaskRef, submission: Submission) -> None:
        """Remember the kind of a task."""
        body = submission.body
        settings = [str(body.get(name, "")) for name in ("model", "duration", "resolution")]
        self._kinds[ref] = (submission.account, submission.operation, *settings)
        if len(self._kinds) > MOST_TASKS:
            self._kinds.popitem(last=False)

    def __contains__(self, ref: TaskRef) -> bool:
        """Return whether this client has submitted the task and not seen it end."""
        return ref in self._kinds

    def ended(self, ref: TaskRef, seconds: float) -> None:
        """Remember how long a task took that was polled from its beginning."""
        kind = self._kinds.pop(ref, None)
        if kind is None:
            return
        self._seconds.setdefault(kind, deque(maxlen=MOST_DURATIONS)).append(seconds)
        if len(self._seconds) > MOST_KINDS:
            self._seconds.popitem(last=False)

    def pause(self, ref: TaskRef, age: float, *, most: float) -> float | None:
        """Return the seconds until the next poll of a task of this age; None if too few durations of its kind are known, or if
        it takes much longer than any before. Once it is likely to end, they are no more than `most`."""
        known = self._known(ref)
        if not known or age > TOO_LONG * known[-1]:
            return None
        ignored = len(known) // OUTLIERS
        earliest, latest = known[ignored], known[-1 - ignored]
        if age < EARLY_POLL < earliest:
            return EARLY_POLL - age
        step = max((latest - earliest) / POLLS, LEAST_PAUSE)
        if age > latest:
            step = max(step, age * LATE_SHARE * (1 + FEW / len(known)))
        step = min(step, most)
        return max(earliest + step - age, step)

    def usual(self, ref: TaskRef) -> float | None:
        """Return the median duration of tasks of its kind; None if too few are known."""
        known = self._known(ref)
        return known[len(known) // 2] if known else None

    def _known(self, ref: TaskRef) -> list[float]:
        """Return the durations of tasks of its kind, the shortest first; none if they are too few."""
        seconds = self._seconds.get(self._kinds.get(ref, ()), ())
        return sorted(seconds) if len(seconds) >= ENOUGH else []
