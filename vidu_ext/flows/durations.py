"""How long tasks take, learned from those that this client has seen end: when the next one is worth asking for.

For providers without a list of tasks, where every look costs a request. Kept in memory only, and bounded.
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
"""Durations from which on a kind is known."""
MOST_DURATIONS: Final = 50
"""Durations that are kept of a kind, the newest: a provider is slower on some days."""
MOST_KINDS: Final = 200
MOST_TASKS: Final = 10_000
EARLY_LOOK: Final = 4.0
"""Seconds after which a task is asked for once, since most failures come early."""
LEAST_PAUSE: Final = 0.5
TOO_LONG: Final = 1.5
"""Share of the longest duration after which a task is polled as if nothing were known."""
LOOKS: Final = 5
"""Looks between the earliest and the latest end that are likely."""


class Durations:
    """The durations of ended tasks by kind. Safe for threads: every change is one step of a dict or a deque."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[TaskRef, Kind] = OrderedDict()
        self._seconds: OrderedDict[Kind, deque[float]] = OrderedDict()

    def began(self, ref: TaskRef, submission: Submission) -> None:
        """Remember what kind of task one is."""
        body = submission.body
        settings = [str(body.get(name, "")) for name in ("model", "duration", "resolution")]
        self._kinds[ref] = (submission.account, submission.operation, *settings)
        if len(self._kinds) > MOST_TASKS:
            self._kinds.popitem(last=False)

    def ended(self, ref: TaskRef, seconds: float) -> None:
        """Remember how long a task took that was followed from its beginning."""
        kind = self._kinds.pop(ref, None)
        if kind is None:
            return
        self._seconds.setdefault(kind, deque(maxlen=MOST_DURATIONS)).append(seconds)
        if len(self._seconds) > MOST_KINDS:
            self._seconds.popitem(last=False)

    def pause(self, ref: TaskRef, age: float) -> float | None:
        """Seconds until a look at a task of this age is worth it. None if too little is known of its kind, or if it takes much
        longer than any before."""
        known = sorted(self._seconds.get(self._kinds.get(ref, ()), ()))
        if len(known) < ENOUGH or age > TOO_LONG * known[-1]:
            return None
        earliest, latest = known[0], known[-1]
        if age < EARLY_LOOK < earliest:
            return EARLY_LOOK - age
        step = max((latest - earliest) / LOOKS, LEAST_PAUSE)
        return max(earliest + step / 2 - age, step + max(age - latest, 0.0) / 2)

    def usual(self, ref: TaskRef) -> float | None:
        """The median of the seconds that tasks of its kind took; None if too little is known."""
        known = sorted(self._seconds.get(self._kinds.get(ref, ()), ()))
        return known[len(known) // 2] if len(known) >= ENOUGH else None
