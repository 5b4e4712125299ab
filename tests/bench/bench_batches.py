"""Durable batches on SQLite: ten thousand queued jobs on one machine, beside the same with a short queue.

The provider is the emulator in a process of its own. A worker in a fresh process runs the first jobs of the queue. Its statements
are counted as SQLAlchemy sends them to the database, those of DBOS and those of the batch together.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import empty_jobs
from emulator_process import emulator
from figures import Clock, Figure, in_fresh_process

QUEUED: Final = 10_000
FEW: Final = 300
MEASURED: Final = 240
EMPTY: Final = 1_000
WARM_UP: Final = 40
CONCURRENCY: Final = 40
POLLING: Final = 0.1
LOOK: Final = 0.5
"""Seconds between two counts of the open jobs, which are made in the process that is measured."""
KEY: Final = "emulator-key"


def _account(address: str) -> Any:
    from vidu_ext.providers.accounts import Account

    return Account(provider="vidu", key=KEY, base_url=address)


def _planned(folder: Path, address: str, number: int) -> dict[str, float]:
    """Put `number` jobs into a queue, and return the seconds that it took and the size of the database."""
    from vidu_ext.durable import Batches, BatchOptions, Limits

    manifest = folder / "rows.jsonl"
    rows = ({"prompt": f"a paper bird, number {row}", "model": "viduq3-turbo", "duration": 5} for row in range(number))
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    clock = Clock()
    options = BatchOptions(name="bench", folder=folder / "files", limits={"vidu": Limits(concurrency=CONCURRENCY)})
    with Batches(f"sqlite:///{folder}/bench.sqlite", [_account(address)]) as batches:
        batches.plan(manifest, options)
    return {"seconds": clock.seconds(), "bytes": (folder / "bench.sqlite").stat().st_size}


def _worked(folder: Path, address: str, number: int) -> dict[str, float]:
    """Run the first jobs of a queue in this process, and return what they cost."""
    import sqlalchemy as sa
    from sqlalchemy import event

    from vidu_ext.client.settings import Settings
    from vidu_ext.durable import Worker, WorkerOptions
    from vidu_ext.flows.policy import PollPolicy

    counts: Counter[str] = Counter()

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        word = statement.lstrip()[:6].upper()
        counts["writes" if word in ("INSERT", "UPDATE", "DELETE") else "reads"] += 1

    def commit(connection: sa.Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        counts["transactions"] += int(raw.in_transaction)

    event.listen(sa.Engine, "before_cursor_execute", count)
    event.listen(sa.Engine, "commit", commit)
    settings = Settings(poll=PollPolicy(floor=0.2, ceiling=0.5))
    with Worker(
        f"sqlite:///{folder}/bench.sqlite", [_account(address)], settings=settings, options=WorkerOptions(polling=POLLING)
    ) as worker:

        def ended() -> int:
            return number - sum(worker.store.open_jobs().values())

        while (first := ended()) < WARM_UP:
            time.sleep(LOOK)
        clock, before = Clock(), counts.copy()
        while (last := ended()) < first + MEASURED:
            time.sleep(LOOK)
        costs = {"jobs": last - first, "seconds": clock.seconds(), "cpu": clock.cpu(), **(counts - before)}
    return {**costs, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _trial(number: int, address: str) -> tuple[dict[str, float], dict[str, float]]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        plan = in_fresh_process(_planned, folder, address, number)
        return plan, in_fresh_process(_worked, folder, address, number)


def _empty() -> float:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        return empty_jobs.cost(Path(name), warm_up=WARM_UP, measured=EMPTY, concurrency=CONCURRENCY, polling=POLLING)


def figures() -> Iterator[Figure]:
    alone = in_fresh_process(_empty)
    with emulator(queue_seconds=0.0, processing_seconds=0.2, concurrency=QUEUED, keys={"vidu": KEY}) as process:
        _, short = _trial(FEW, process.address)
        plan, long = _trial(QUEUED, process.address)
    jobs = long["jobs"]
    yield Figure(
        f"putting {QUEUED:,} jobs into the queue, with every row checked", plan["seconds"], "s", None,
        f"{plan['bytes'] / QUEUED / 1024:.1f} KB of database a job",
    )  # fmt: skip
    yield Figure(
        f"jobs a second with {QUEUED:,} queued", jobs / long["seconds"], "", None,
        f"{short['jobs'] / short['seconds']:.1f} with {FEW} queued; {CONCURRENCY} at once, SQLite, one worker",
    )  # fmt: skip
    yield Figure(
        f"CPU of the worker for a job with {QUEUED:,} queued", long["cpu"] / jobs * 1e3, "ms", None,
        f"{short['cpu'] / short['jobs'] * 1e3:.1f} ms with {FEW} queued; DBOS alone {alone * 1e3:.1f} ms for an empty job",
    )  # fmt: skip
    growth = (long["seconds"] / jobs) / (short["seconds"] / short["jobs"])
    yield Figure("time for a job, long queue to short", growth, "times", 1.25)
    yield Figure(
        "rows written for a job, DBOS and batch together", long["writes"] / jobs, "", None,
        f"{long['transactions'] / jobs:.1f} transactions that write, {long['reads'] / jobs:.1f} reads",
    )  # fmt: skip
    yield Figure(
        f"memory of the worker for a queued job, {QUEUED:,} of them",
        (long["megabytes"] - short["megabytes"]) * 1024 / (QUEUED - FEW), "KB", 1.0,
        f"{long['megabytes']:.0f} MB in all, {short['megabytes']:.0f} MB with {FEW}",
    )  # fmt: skip
