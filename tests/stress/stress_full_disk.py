"""The disk of a batch's database is full: the worker must exit with the fault, and a later worker must find what was paid."""

from __future__ import annotations

import errno
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import asdict
from batch_worker_process import FAULT_CODE
from stress_batch import Batch, StressWorker
from stress_rig import Options, Provider, Row, report, run_program, wait_until

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
DISK_BYTES: Final = 16_000_000
NAMESPACE: Final = ("unshare", "--user", "--map-root-user", "--mount")


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    yield "disk: the database may not grow, batch", _limited_database
    if _can_mount():
        yield "disk: the disk of the database is full, batch", _in_a_namespace


def _can_mount() -> bool:
    """Return whether this user may mount a tmpfs in a namespace."""
    try:
        return subprocess.run([*NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode == 0
    except OSError:
        return False


def _limited_database(options: Options) -> Row:
    """SQLite itself refuses to add pages."""
    with Provider(rules=FAULTS, late_seconds=0.3) as provider, Batch(provider, providers=("vidu", "comfy")) as batch:
        batch.fill(JOBS, concurrency=8)
        return _run_workers(
            batch, options, lambda number: _until_it_ends(batch, batch.stress(room=FREE_PAGES[number % len(FREE_PAGES)]))
        )


def _until_it_ends(batch: Batch, worker: StressWorker) -> str:
    """Wait for a worker that cannot write, end it, and return how it ended."""
    calls = batch.calls()
    wait_until(lambda: batch.calls() > calls or not worker.is_alive, BEGIN_SECONDS)
    if not wait_until(lambda: not worker.is_alive or batch.progress().is_over, END_SECONDS):
        worker.kill()
        return "killed: it did not exit"
    worker.end()
    return "exited with a fault" if worker.process.returncode == FAULT_CODE else "ended without a fault"


def _run_workers(batch: Batch, options: Options, run_worker: Callable[[int], str]) -> Row:
    """Run workers one after another on a full disk, then one with room, and report."""
    deadline = time.monotonic() + SHARE * options.seconds
    ends: dict[str, int] = {}
    for number in range(options.rounds):
        if time.monotonic() > deadline or batch.progress().is_over:
            break
        end = run_worker(number)
        ends[end] = ends.get(end, 0) + 1
    still_open = batch.progress().open
    batch.stress()
    return batch.row(notes=[*(f"{number} x {end}" for end, number in ends.items()), f"{still_open} jobs were open then"])


# -- a real disk ----------------------------------------------------------------------------------------------------------


def _in_a_namespace(options: Options) -> Row:
    """Run main() of this file in its own mount namespace, on a small disk."""
    order = asdict(options)
    reports = run_program(__file__, order, prefix=NAMESPACE, timeout=SHARE * options.seconds + 240.0)
    if "name" in reports[0]:
        return Row(**reports[0])
    # The program ended without a row.
    return Row(name="", runs=0, paid=0, stuck=1, notes=reports[0]["notes"])


def main(order: dict[str, Any]) -> None:
    options = Options(**order)
    with tempfile.TemporaryDirectory(prefix="vidu-disk-") as name, Provider(rules=FAULTS, late_seconds=0.3) as provider:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", name], check=True)  # noqa: S607  any mount
        try:
            with Batch(provider, providers=("vidu", "comfy"), place=Path(name)) as batch:
                batch.fill(JOBS, concurrency=8)
                chance = random.Random(options.seed)  # noqa: S311  a repeatable run
                row = _run_workers(batch, options, lambda _: _with_a_full_disk(batch, Path(name) / "filler", chance))
        finally:
            subprocess.run(["umount", name], check=True)  # noqa: S607  as above
    report(**asdict(row))


def _with_a_full_disk(batch: Batch, filler: Path, chance: random.Random) -> str:
    calls = batch.calls()
    worker = batch.stress()
    wait_until(lambda: batch.calls() > calls or not worker.is_alive, BEGIN_SECONDS)
    time.sleep(chance.uniform(0.0, 0.6))
    _fill(filler)
    try:
        return _until_it_ends(batch, worker)
    finally:
        filler.unlink()


def _fill(path: Path) -> None:
    """Take all that is left of the disk."""
    with path.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(4096))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


if __name__ == "__main__":
    main(json.load(sys.stdin))
