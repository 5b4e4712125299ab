"""The emulator's time: real, scaled, or stepped by hand. The only module of the emulator that reads a clock."""

from __future__ import annotations

import math
import time
from typing import Final

from vidu_ext.values.errors import ConfigurationError

from .ranges import fault_of_number

HIGHEST_RATE: Final = 1_000_000.0
"""Eleven days a second."""

LAST_MOMENT: Final = 221_845_392_000.0
"""The year 9000, in seconds since 1970. Not much later, dates end."""


class Clock:
    """Seconds since 1970 as the emulated providers see them.

    `rate` is how many of its seconds pass in a real one: 1 for real time, 60 for a minute a second, 0 for a clock that
    only `step` moves; at most 1,000,000. `start` is the time of the beginning, now unless given. Time ends with the year 9000.
    Raises ConfigurationError for other numbers.
    """

    def __init__(self, *, rate: float = 1.0, start: float | None = None) -> None:
        if fault := fault_of_number(rate, 0, HIGHEST_RATE):
            raise ConfigurationError(f"the rate of a clock {fault}.")
        if start is not None and (fault := fault_of_number(start, 0, LAST_MOMENT)):
            raise ConfigurationError(f"the start of a clock {fault}.")
        self.rate: Final = rate
        self._began: Final = time.monotonic()
        self._start = time.time() if start is None else start

    def now(self) -> float:
        """Seconds since 1970, never going back."""
        return min(self._start + (time.monotonic() - self._began) * self.rate, LAST_MOMENT)

    def step(self, seconds: float) -> None:
        """Let so many seconds have passed. Raises ConfigurationError for a step back."""
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ConfigurationError(f"a clock is stepped forward by a number of seconds, not by {seconds}.")
        self._start += seconds

    def real_seconds(self, seconds: float) -> float | None:
        """How long so many of its seconds take in reality; None for a clock that only `step` moves."""
        return seconds / self.rate if self.rate else None
