"""The disk of a batch's database is full: the worker must end and say so, and the next one must find what was paid."""

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
from stress_batch import Batch, StressWorker
from stress_rig import Options, Provider, Row, report, run_program, wait_until

FAULTS: Final = [
    {"route": "create", "kind": "answer lost", "probability": 0.2},
    {"route": "create", "kind": "slow", "probability": 0.5},
]
JOBS: Final = 60
ROOMS: Final = (0, 1, 2, 3, 5, 8, 13, 21)
"""Pages by which the database may grow."""
BEGIN_SECONDS: Final = 60.0
END_SECONDS: Final = 15.0
"""Seconds in which a worker that can write nothing more ends by itself."""
FAULT_CODE: Final = 3
"""What a worker of the tests ends with where it says that it can do nothing more."""
SHARE: Final = 2.0
DISK_BYTES: Final = 16_000_000
NAMESPACE: Final = ("unshare", "--user", "--map-root-user", "--mount")


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    yield "disk: the database may not grow, batch", _no_room
    if _can_mount():
        yield "disk: the disk of the database is full, batch", _in_a_namespace


def _can_mount() -> bool:
    """Whether this user may have a small disk of its own."""
    try:
        return subprocess.run([*NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode == 0
    except OSError:
        return False


def _no_room(options: Options) -> Row:
    """SQLite itself refuses to add pages."""
    with Provider(rules=FAULTS, late_seconds=0.3) as provider, Batch(provider, providers=("vidu", "comfy")) as batch:
        batch.fill(JOBS, concurrency=8)
        return _filled(batch, options, lambda number: _until_it_ends(batch, batch.stress(room=ROOMS[number % len(ROOMS)])))


def _until_it_ends(batch: Batch, worker: StressWorker) -> str:
    """How a worker ended that may write no more."""
    calls = batch.calls()
    wait_until(lambda: batch.calls() > calls or not worker.lives, BEGIN_SECONDS)
    if not wait_until(lambda: not worker.lives or batch.progress().is_over, END_SECONDS):
        worker.kill()
        return "a worker that did not end, and was killed"
    worker.end()
    return "a worker that said so" if worker.process.returncode == FAULT_CODE else "a worker that did not notice"


def _filled(batch: Batch, options: Options, life: Callable[[int], str]) -> Row:
    """Worker after worker with a full disk, then one with room again."""
    deadline = time.monotonic() + SHARE * options.seconds
    ends: dict[str, int] = {}
    for number in range(options.rounds):
        if time.monotonic() > deadline or batch.progress().is_over:
            break
        end = life(number)
        ends[end] = ends.get(end, 0) + 1
    left = batch.progress().open
    batch.stress()
    return batch.row(notes=[*(f"{number} x {end}" for end, number in ends.items()), f"{left} jobs were open then"])


# -- a real disk ----------------------------------------------------------------------------------------------------------


def _in_a_namespace(options: Options) -> Row:
    """The same with a disk of its own, which only this module sees, run anew as a program."""
    order = asdict(options)
    found = run_program(__file__, order, prefix=NAMESPACE, timeout=SHARE * options.seconds + 240.0)
    return Row(**found[0]) if "name" in found[0] else Row(name="", runs=0, paid=0, stuck=1, notes=found[0]["notes"])


def main(order: dict[str, Any]) -> None:
    options = Options(**order)
    with tempfile.TemporaryDirectory(prefix="vidu-disk-") as name, Provider(rules=FAULTS, late_seconds=0.3) as provider:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", name], check=True)  # noqa: S607  any mount
        try:
            with Batch(provider, providers=("vidu", "comfy"), place=Path(name)) as batch:
                batch.fill(JOBS, concurrency=8)
                chance = random.Random(options.seed)  # noqa: S311  a repeatable run
                row = _filled(batch, options, lambda _: _with_a_full_disk(batch, Path(name) / "filler", chance))
        finally:
            subprocess.run(["umount", name], check=True)  # noqa: S607  as above
    report(**asdict(row))


def _with_a_full_disk(batch: Batch, filler: Path, chance: random.Random) -> str:
    calls = batch.calls()
    worker = batch.stress()
    wait_until(lambda: batch.calls() > calls or not worker.lives, BEGIN_SECONDS)
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
