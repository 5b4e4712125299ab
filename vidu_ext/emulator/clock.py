"""The emulator's time: real, scaled, or stepped by hand. The only module of the emulator that reads a clock."""

from __future__ import annotations

import math
import time
from typing import Final

from vidu_ext.errors import ConfigurationError


class Clock:
    """Seconds since 1970 as the emulated providers see them.

    `rate` is how many of its seconds pass in a real one: 1 for real time, 60 for a minute a second, 0 for a clock that
    only `step` moves. Raises ConfigurationError for a rate that is negative or no number.
    """

    def __init__(self, *, rate: float = 1.0, start: float | None = None) -> None:
        if not (math.isfinite(rate) and rate >= 0):
            raise ConfigurationError(f"the rate of a clock is a number from 0 on, not {rate}.")
        self.rate: Final = rate
        self._began: Final = time.monotonic()
        self._start = time.time() if start is None else start

    def now(self) -> float:
        """Seconds since 1970, never going back."""
        return self._start + (time.monotonic() - self._began) * self.rate

    def step(self, seconds: float) -> None:
        """Let so many seconds have passed. Raises ConfigurationError for a step back."""
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ConfigurationError(f"a clock is stepped forward by a number of seconds, not by {seconds}.")
        self._start += seconds

    def real_seconds(self, seconds: float) -> float | None:
        """How long so many of its seconds take in reality; None for a clock that only `step` moves."""
        return seconds / self.rate if self.rate else None
