"""The emulator's time: real, scaled, or stepped by hand. The only module of the emulator that reads a clock."""

from __future__ import annotations

import time
from typing import Final

from .ranges import check_number

HIGHEST_RATE: Final = 1_000_000.0
"""Eleven days per second."""

LAST_MOMENT: Final = 221_845_392_000.0
"""The year 9000, in seconds since 1970; datetime ends with 9999."""


def milliseconds() -> float:
    """Return real time in milliseconds, to measure durations."""
    return 1000 * time.perf_counter()


def real_time() -> float:
    """Return the real time in seconds since 1970, whatever a clock of the emulator says."""
    return time.time()


class Clock:
    """Seconds since 1970 as the emulated providers see them.

    `rate` is the number of its seconds per real second: 1 for real time, 60 for a minute per second, 0 for a clock that
    only `step` moves; at most 1,000,000. `start` is the initial time, by default now. Time ends with the year 9000.
    Raises ConfigurationError for other numbers.
    """

    def __init__(self, *, rate: float = 1.0, start: float | None = None) -> None:
        check_number("the rate of a clock", rate, 0, HIGHEST_RATE)
        if start is not None:
            check_number("the start of a clock", start, 0, LAST_MOMENT)
        self.rate: Final = rate
        self._began: Final = time.monotonic()
        self._start = time.time() if start is None else start

    def now(self) -> float:
        """Return the seconds since 1970, which never decrease."""
        return min(self._start + (time.monotonic() - self._began) * self.rate, LAST_MOMENT)

    def step(self, seconds: float) -> None:
        """Advance the clock. Raises ConfigurationError for a negative step, and for one beyond the end of time."""
        check_number("the step of a clock", seconds, 0, LAST_MOMENT)
        self._start += seconds

    def real_seconds(self, seconds: float) -> float | None:
        """Convert seconds of this clock to real seconds; None if only `step` moves it."""
        return seconds / self.rate if self.rate else None
