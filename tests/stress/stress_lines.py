"""Record the lines that a program runs, and call a function at one of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, Final, TypeAlias

Trace: TypeAlias = "Callable[[FrameType, str, object], Any]"
ROOT: Final = __file__.rpartition("tests/stress")[0]
LAST_LINES: Final = 40
"""Lines of ours at the end of a submit, where the answer is on its way to the caller."""
OURS: Final = f"{ROOT}vidu_ext/"


class Lines:
    """Counts the lines that are run, and calls `act` at one of them."""

    def __init__(self, at: int, act: Callable[[], object], *, only_ours: bool = False) -> None:
        self.count = 0
        self._at: Final = at
        self._act: Final = act
        self._begin: Final = OURS if only_ours else ""

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self.count += 1
            if self.count == self._at:
                self._act()
        elif event == "call" and not frame.f_code.co_filename.startswith(self._begin):
            return None
        return self.trace


class Places(Lines):
    """Records the lines that are run."""

    def __init__(self, *, only_ours: bool = False) -> None:
        super().__init__(0, list, only_ours=only_ours)
        self.places: Final[list[str]] = []

    def trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            self.places.append(_place_of(frame))
        return super().trace(frame, event, argument)


class Place:
    """Calls `act` when a line is run for the nth time, whatever other lines are run before it."""

    def __init__(self, places: Sequence[str], at: int, act: Callable[[], object]) -> None:
        """The line is the one with that number among those of another run."""
        self.name: Final = places[at]
        self._left = places[: at + 1].count(self.name)
        self._act: Final = act

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line" and _place_of(frame) == self.name:
            self._left -= 1
            if self._left == 0:
                self._act()
        return self.trace


def _place_of(frame: FrameType) -> str:
    place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
    return place.rpartition("site-packages/")[2].removeprefix(ROOT)


def order_of(places: Sequence[str], seed: int) -> list[int]:
    """Return the numbers of the places in the order to try them: the last lines, each line of ours, each of others, the rest.

    If a line runs several times, its last time counts, which is nearest to the money.
    """
    last = dict(zip(places, range(1, len(places) + 1), strict=True))
    numbers = list(range(1, len(places) + 1))
    random.Random(seed).shuffle(numbers)  # noqa: S311  a repeatable run
    end = set(sorted(number for place, number in last.items() if _is_ours(place))[-LAST_LINES:])

    def rank(number: int) -> tuple[bool, bool, bool]:
        place = places[number - 1]
        return number not in end, last[place] != number, not _is_ours(place)

    return sorted(numbers, key=rank)


def _is_ours(place: str) -> bool:
    return place.startswith("vidu_ext/")
