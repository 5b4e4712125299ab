"""Run the tests of forks many times in one process, because what a lock or a connection does at a fork is a matter of luck."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from stress_rig import Options, Row

TESTS: Final = Path(__file__).parents[1] / "http" / "test_forks.py"
SITUATIONS: Final = {
    "idle connections, and threads that submit": "at_once",
    "no place for another request": "every_place",
    "another thread polls": "test_wait",
    "in an event loop": "test_awaited",
    "in the middle of a submit": "test_submit",
}
"""Words of the names of tests, each of which pays for tasks."""
LONGEST_ROUND: Final = 60.0
"""Seconds after which a round counts as stuck."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for situation, words in SITUATIONS.items():
        yield f"fork: {situation}", partial(_forks, words)


def _forks(words: str, options: Options) -> Row:
    command = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "--keep-duplicates", "-k", words]
    seconds = LONGEST_ROUND * options.rounds
    done = subprocess.run(
        [*command, *[str(TESTS)] * options.rounds], capture_output=True, text=True, timeout=seconds, check=False
    )
    counts = Counter({outcome: int(number) for number, outcome in re.findall(r"(\d+) (passed|failed|error)", done.stdout)})
    failed = re.findall(r"^(?:FAILED|ERROR) .*", done.stdout, re.MULTILINE)
    notes = [f"{number} x {line[:300]}" for line, number in Counter(failed).most_common(5)]
    return Row(runs=counts.total(), paid=counts["passed"], misled=counts["failed"] + counts["error"], notes=notes)
