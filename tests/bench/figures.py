"""A measured figure with its target, and the tools that the benchmarks share."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Final, ParamSpec, TypeVar

from attrs import frozen

P = ParamSpec("P")
T = TypeVar("T")
WARM: Final = 50
"""First calls, which are not measured."""


@frozen
class Figure:
    """One line of the report."""

    what: str
    measured: float
    unit: str
    most: float | None = None
    """The target; None for a figure that is only reported."""
    beside: str = ""
    """The figure of the plain way in the same run, or other remarks."""

    def __str__(self) -> str:
        verdict = "" if self.most is None else f"at most {self.most:g}: {'met' if self.measured <= self.most else 'NOT MET'}"
        return f"  {self.what:<62} {self.measured:>9.3g} {self.unit:<16} {verdict:<22} {self.beside}".rstrip()


class Clock:
    """Seconds and CPU seconds of this process since the clock was created."""

    def __init__(self) -> None:
        self._began, self._cpu = time.monotonic(), time.process_time()

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def cpu(self) -> float:
        return time.process_time() - self._cpu


def in_fresh_process(function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Run a function in a new process, whose memory is its alone, and return its result."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments, named)


async def cpu_of_calls(rounds: int, *calls: Callable[[], Awaitable[object]]) -> list[float]:
    """Make calls in turns, and return the median seconds of CPU of each."""
    spent: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, seconds in zip(calls, spent, strict=True):
            began = time.thread_time()
            await call()
            seconds.append(time.thread_time() - began)
    return [median(seconds[WARM:]) for seconds in spent]
