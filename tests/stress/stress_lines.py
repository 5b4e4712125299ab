"""The order in which to interrupt a program at its lines, and their names."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from interrupting import OURS, Line, Moment

ROOT: Final = __file__.rpartition("tests/stress")[0]
EVERY_FILE: Final = ("",)
LAST_LINES: Final = 40
"""Lines of ours at the end of a submit, where the answer is on its way to the caller."""


def name_of(line: Line) -> str:
    file, number = line
    return f"{file.rpartition('site-packages/')[2].removeprefix(ROOT)}:{number}"


def moments(lines: Iterable[Line]) -> list[Moment]:
    """Return which time each line runs."""
    times = Counter[Line]()
    numbered: list[Moment] = []
    for line in lines:
        times[line] += 1
        numbered.append((line, times[line]))
    return numbered


def order_of(lines: Sequence[Line], seed: int) -> list[Moment]:
    """Return the moments in the order to try them: the last lines, each line of ours, each of others, the rest.

    If a line runs several times, its last time counts, which is nearest to the money.
    """
    drawn = moments(lines)
    last = dict(drawn)
    end = {moment for moment in drawn if moment[0][0].startswith(OURS) and last[moment[0]] == moment[1]}
    end = set([moment for moment in drawn if moment in end][-LAST_LINES:])
    random.Random(seed).shuffle(drawn)  # noqa: S311  a repeatable run

    def rank(moment: Moment) -> tuple[bool, bool, bool]:
        line, time = moment
        return moment not in end, last[line] != time, not line[0].startswith(OURS)

    return sorted(drawn, key=rank)
