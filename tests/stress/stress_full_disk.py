"""The disk of a batch's database is full: the worker must exit with the fault, and a later worker must find what was paid."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from batch_worker_process import FAULT_CODE
from stress_batch import Batch, StressWorker
from stress_rig import Options, Provider, Row, wait_until

FAULTS: Final = [
    {"route": "create", "kind": "answer lost", "probability": 0.2},
    {"route": "create", "kind": "slow", "probability": 0.5},
]
JOBS: Final = 60
FREE_PAGES: Final = (0, 1, 2, 3, 5, 8, 13, 21)
"""Pages by which the database may grow."""
BEGIN_SECONDS: Final = 60.0
END_SECONDS: Final = 15.0
"""Seconds in which a worker that can write nothing more ends by itself."""
SHARE: Final = 2.0
"""Time for the workers with a full disk, as a multiple of `Options.seconds`."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    yield "disk: the database may not grow, batch", _limited_database


def _limited_database(options: Options) -> Row:
    """Run workers one after another whose SQLite refuses to add pages, then one with room."""
    with Provider(rules=FAULTS, late_seconds=0.3) as provider, Batch(provider, providers=("vidu", "comfy")) as batch:
        batch.fill(JOBS, concurrency=8)
        deadline = time.monotonic() + SHARE * options.seconds
        ends = Counter[str]()
        for number in range(options.rounds):
            if time.monotonic() > deadline or batch.progress().is_over:
                break
            ends[_until_it_ends(batch, batch.stress(room=FREE_PAGES[number % len(FREE_PAGES)]))] += 1
        still_open = batch.progress().open
        batch.stress()
        return batch.row(notes=[*(f"{number} x {end}" for end, number in ends.items()), f"{still_open} jobs were open then"])


def _until_it_ends(batch: Batch, worker: StressWorker) -> str:
    """Wait for a worker that cannot write, end it, and return how it ended."""
    calls = batch.calls()
    wait_until(lambda: batch.calls() > calls or not worker.is_alive, BEGIN_SECONDS)
    if not wait_until(lambda: not worker.is_alive or batch.progress().is_over, END_SECONDS):
        worker.kill()
        return "killed: it did not exit"
    worker.end()
    return "exited with a fault" if worker.process.returncode == FAULT_CODE else "ended without a fault"
