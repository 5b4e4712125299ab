"""Kill or interrupt the worker of a batch repeatedly, half a second after it has begun to work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from stress_batch import Batch
from stress_rig import Options, Provider, Row, wait_until

FAULTS: Final = [
    {"route": "create", "kind": "answer lost", "probability": 0.15},
    {"route": "create", "kind": "502 after", "probability": 0.05},
    {"route": "create", "kind": "500 before", "probability": 0.05},
    {"route": "create", "kind": "busy", "probability": 0.1},
    {"route": "create", "kind": "slow", "probability": 0.3},
    {"route": "status", "kind": "500 before", "probability": 0.1},
    {"route": "list", "kind": "500 before", "probability": 0.1},
]
JOBS: Final = 100
WORK_SECONDS: Final = 0.5
"""Seconds for which a worker works before it is ended."""
FEWEST: Final = 4
"""Ends of a worker, however slow the machine is."""
BEGIN_SECONDS: Final = 60.0
END_SECONDS: Final = 60.0
SHARE: Final = 3.0
"""How much longer this takes than other runs: a worker needs a second or two before it works."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    yield "kill: SIGKILL after every 0.5 s of work, batch", _kills(_kill_worker)
    yield "kill: Ctrl-C after every 0.5 s of vidu batch resume, batch", _kills(_interrupt_command)


def _kills(run_worker: Callable[[Batch], None]) -> Callable[[Options], Row]:
    def run(options: Options) -> Row:
        with Provider(rules=FAULTS, late_seconds=0.3) as provider, Batch(provider, providers=("vidu", "comfy")) as batch:
            batch.fill(JOBS, concurrency=6)
            deadline = time.monotonic() + SHARE * options.seconds
            ends = 0
            while ends < options.rounds and (ends < FEWEST or time.monotonic() < deadline) and not batch.progress().is_over:
                run_worker(batch)
                ends += 1
            ended = batch.progress()
            batch.stress()
            return batch.row(notes=[f"{ends} ends of a worker, {ended.total - ended.open} of {ended.total} jobs ended by then"])

    return run


def _kill_worker(batch: Batch) -> None:
    calls = batch.calls()
    worker = batch.stress()
    _let_work(batch, worker.process, calls)
    worker.kill()


def _interrupt_command(batch: Batch) -> None:
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


def _let_work(batch: Batch, process: subprocess.Popen[bytes], calls: int) -> None:
    """Wait until a worker sends a request, and then for WORK_SECONDS."""
    if not wait_until(lambda: batch.calls() > calls or process.poll() is not None, BEGIN_SECONDS):
        raise RuntimeError("a worker did not begin")
    time.sleep(WORK_SECONDS)
