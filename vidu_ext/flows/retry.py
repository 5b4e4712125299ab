"""Pauses between the tries of a call, with one log line for each cause."""

from __future__ import annotations

import logging
from typing import Final

from attrs import define, field

from vidu_ext.values.errors import one_line

from .effects import Chance, Flow, Now, Pause
from .outcome import Busy, NotSent, Refused, Unknown
from .policy import RetryPolicy

logger: Final = logging.getLogger("vidu_ext")

UNREACHED_SECONDS: Final = 5.0
"""How long a client that has never received an answer tries to connect: a wrong URL stays wrong. Waits for a task have no such
limit."""


@define(eq=False, repr=False)
class Tries:
    """The tries of one call."""

    retry: RetryPolicy
    what: str
    """The call, in words."""
    began: float
    """When the first try began. All tries share its budget."""
    failed: int = 0
    _logged: str | None = field(default=None, init=False)

    def again(self, problem: str, asked: float | None = None, *, unreached: bool = False, is_safe: bool = True) -> Flow[bool]:
        """Pause before another try, longer if the server asks for it. Return False at once if the budget would be over by then.

        `is_safe`: nothing is paid if the tries end here.
        """
        self.failed += 1
        wait = self.retry.pause(self.failed, (yield from Chance()), asked)
        budget = min(self.retry.budget, UNREACHED_SECONDS) if unreached else self.retry.budget
        left = budget - ((yield from Now()) - self.began)
        if wait > left:
            return False
        if problem != self._logged:
            log_trouble(self.what, problem, left, is_safe=is_safe)
            self._logged = problem
        yield from Pause(wait)
        return True

    def again_after(self, outcome: NotSent | Busy | Refused | Unknown, *, is_safe: bool = True) -> Flow[bool]:
        """Pause before another try of a create, as `again` does for its outcome."""
        asked = outcome.retry_after if isinstance(outcome, Busy | Unknown) else None
        unreached = isinstance(outcome, NotSent) and outcome.unreached
        return (yield from self.again(_describe(outcome), asked, unreached=unreached, is_safe=is_safe))


def log_trouble(what: str, problem: str, left: float | None, *, doing: str = "trying again", is_safe: bool = True) -> None:
    """Log a problem, what is done about it and for how long. Attributes of the record hold the same for displays.

    `left` is seconds; None for as long as the wait lasts.
    """
    problem = f"{one_line(problem)}; {doing}"
    until = "until the wait ends" if left is None else f"for up to {duration(left)}"
    logger.warning("%s: %s %s", what, problem, until, extra={"problem": problem, "left": left, "is_safe": is_safe})


def duration(seconds: float) -> str:
    """Return a time in words: 5 s, 1 min 52 s, 2 h 5 min."""
    minutes, rest = divmod(round(seconds), 60)
    parts = (minutes // 60, "h"), (minutes % 60, "min"), (0 if minutes >= 60 else rest, "s")
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _describe(outcome: NotSent | Busy | Refused | Unknown) -> str:
    """Describe what went wrong with a try."""
    match outcome:
        case NotSent(detail):
            return f"not reached: {detail}"
        case Unknown(detail):
            return f"it may have been accepted ({detail})"
        case Busy(reading) | Refused(reading):
            return f"HTTP {reading.status}, {reading.message}"
