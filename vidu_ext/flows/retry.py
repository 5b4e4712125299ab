"""Pauses between the tries of a call, with one log line for each cause."""

from __future__ import annotations

import logging
from typing import Final

from vidu_ext.values.errors import one_line

from .effects import Chance, Flow, Now, Pause
from .policy import RetryPolicy

logger: Final = logging.getLogger("vidu_ext")

UNREACHED_SECONDS: Final = 5.0
"""How long a client that has never received an answer tries to connect: a wrong URL stays wrong. Waits for a task have no such
limit."""


class Tries:
    """The tries of one call."""

    def __init__(self, retry: RetryPolicy, what: str, began: float) -> None:
        self._retry = retry
        self._what = what
        """The call, in words."""
        self.began = began
        """When the first try began. All tries share its budget."""
        self._failed = 0
        self._logged: str | None = None

    def again(self, problem: str, asked: float | None = None, *, unreached: bool = False, is_safe: bool = True) -> Flow[bool]:
        """Pause before another try, longer if the server asks for it. Return False at once if the budget would be over by then.

        `is_safe`: nothing is paid if the tries end here.
        """
        self._failed += 1
        wait = self._retry.pause(self._failed, (yield from Chance()), asked)
        budget = min(self._retry.budget, UNREACHED_SECONDS) if unreached else self._retry.budget
        left = budget - ((yield from Now()) - self.began)
        if wait > left:
            return False
        if problem != self._logged:
            log_trouble(self._what, problem, left, is_safe=is_safe)
            self._logged = problem
        yield from Pause(wait)
        return True


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
