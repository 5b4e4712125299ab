"""Disturb the workers of a batch again and again: kill, interrupt or suspend them, or leave their database no room."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, TypeAlias

from batch_worker_process import FAULT_CODE
from stress_batch import LEASE_SPEED, Batch
from stress_rig import Options, Provider, Row, wait_until

Disturb: TypeAlias = Callable[[Batch, int, random.Random], str]
"""Disturbs a worker for the nth time, from 0, and returns how it ended."""
FAULTS: Final = [
    {"route": "create", "kind": "answer lost", "probability": 0.2},
    {"route": "create", "kind": "502 after", "probability": 0.05},
    {"route": "create", "kind": "500 before", "probability": 0.05},
    {"route": "create", "kind": "busy", "probability": 0.1},
    {"route": "create", "kind": "slow", "probability": 0.4},
    {"route": "status", "kind": "500 before", "probability": 0.1},
    {"route": "list", "kind": "500 before", "probability": 0.1},
]
JOBS: Final = 80
WORK_SECONDS: Final = 0.5
"""Seconds for which a worker works before it is ended."""
ASLEEP_SECONDS: Final = 5.0
"""Seconds for which a worker sleeps: its lease ends, and its jobs are inherited and looked for."""
FREE_PAGES: Final = (0, 1, 2, 3, 5, 8, 13, 21)
"""Pages by which the database may grow."""
FEWEST: Final = 4
"""Disturbances, however slow the machine is."""
BEGIN_SECONDS: Final = 60.0
END_SECONDS: Final = 60.0
NO_ROOM_SECONDS: Final = 15.0
"""Seconds in which a worker that can write nothing more ends by itself."""
SHARE: Final = 2.5
"""How much longer this takes than other runs: a worker needs a second or two before it works."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    yield "kill: SIGKILL after every 0.5 s of work, batch", partial(_disturbed, _kill_worker, 6)
    yield "kill: Ctrl-C after every 0.5 s of vidu batch resume, batch", partial(_disturbed, _interrupt_command, 6)
    yield "disk: the database may not grow, batch", partial(_disturbed, _leave_no_room, 8)
    yield "suspend: SIGSTOP past the lease at any time, batch", partial(_disturbed, _suspend, 2, speed=LEASE_SPEED)


def _disturbed(disturb: Disturb, concurrency: int, options: Options, **more: Any) -> Row:
    chance = random.Random(options.seed)  # noqa: S311  a repeatable run
    with Provider(rules=FAULTS, late_seconds=0.3) as provider, Batch(provider, providers=("vidu", "comfy"), **more) as batch:
        batch.fill(JOBS, concurrency=concurrency)
        deadline = time.monotonic() + SHARE * options.seconds
        ends = Counter[str]()
        for number in range(options.rounds):
            if batch.progress().is_over or (number >= FEWEST and time.monotonic() > deadline):
                break
            ends[disturb(batch, number, chance)] += 1
        still_open = batch.progress().open
        batch.stress()
        return batch.row(notes=[*(f"{count} x {end}" for end, count in ends.items()), f"{still_open} jobs were open then"])


def _kill_worker(batch: Batch, _number: int, _chance: random.Random) -> str:
    calls = batch.calls()
    worker = batch.stress()
    _let_work(batch, worker.process, calls)
    worker.kill()
    return "killed"


def _interrupt_command(batch: Batch, _number: int, _chance: random.Random) -> str:
    """Run the command in the folder of the batch, as a user does, and interrupt it."""
    command = [sys.executable, "-m", "vidu_ext.cli", "batch", "resume", batch.batch, "--database", batch.database]
    calls = batch.calls()
    environment = {**os.environ, **batch.provider.environment}
    with (batch.folder / "command.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--polling", "0.2", "--interval", "0.1"], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    _let_work(batch, process, calls)
    process.send_signal(signal.SIGINT)
    try:
        code = process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise RuntimeError("the command did not end after Ctrl-C") from None
    if code not in (0, 130):
        logged = (batch.folder / "command.log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"the command ended with {code}: {logged[-1000:]}")
    return f"ended with {code}"


def _leave_no_room(batch: Batch, number: int, _chance: random.Random) -> str:
    """Run a worker whose SQLite refuses to add pages: it must end with the fault, and a later one must find what was paid."""
    calls = batch.calls()
    worker = batch.stress(room=FREE_PAGES[number % len(FREE_PAGES)])
    wait_until(lambda: batch.calls() > calls or not worker.is_alive, BEGIN_SECONDS)
    if not wait_until(lambda: not worker.is_alive or batch.progress().is_over, NO_ROOM_SECONDS):
        worker.kill()
        return "killed: it did not exit"
    worker.end()
    return "exited with a fault" if worker.process.returncode == FAULT_CODE else "ended without a fault"


def _suspend(batch: Batch, number: int, chance: random.Random) -> str:
    """Suspend one of two workers past its lease, in turn; the other continues its jobs."""
    while len(batch.workers) < 2:
        batch.stress()
    worker = batch.workers[number % 2]
    time.sleep(chance.uniform(0.5, 1.5))
    worker.process.send_signal(signal.SIGSTOP)
    time.sleep(ASLEEP_SECONDS)
    worker.process.send_signal(signal.SIGCONT)
    return "slept"


def _let_work(batch: Batch, process: subprocess.Popen[bytes], calls: int) -> None:
    """Wait until a worker sends a request, and then for WORK_SECONDS."""
    if not wait_until(lambda: batch.calls() > calls or process.poll() is not None, BEGIN_SECONDS):
        raise RuntimeError("a worker did not begin")
    time.sleep(WORK_SECONDS)
