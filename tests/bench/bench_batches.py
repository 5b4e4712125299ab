"""Durable batches with short and long queues, on SQLite and, if it is installed, on PostgreSQL.

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
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import empty_jobs
from attrs import frozen
from figures import Clock, Figure, in_fresh_process
from postgres import Postgres, why_not

from vidu_ext import Account

LENGTHS: Final = (300, 2_000, 10_000)
"""Jobs in the queue, the shortest first."""
MEASURED: Final = 240
EMPTY: Final = 1_000
WARM_UP: Final = 40
CONCURRENCY: Final = 40
POLLING: Final = 0.1
LOOK: Final = 0.5
"""Seconds between two counts of the open jobs, which are made in the process that is measured."""


@frozen
class Trial:
    """A queue of one length on one database: what it cost to fill it, and its first jobs."""

    queued: int
    plan: dict[str, float]
    work: dict[str, float]

    def a_job(self, what: str) -> float:
        return self.work[what] / self.work["jobs"]


def _planned(database: str, folder: Path, account: Account, number: int) -> dict[str, float]:
    """Put `number` jobs into a queue, and return the seconds that it took."""
    from vidu_ext.durable import Batches, BatchOptions, Limits

    manifest = folder / "rows.jsonl"
    rows = ({"prompt": f"a paper bird, number {row}", "model": "viduq3-turbo", "duration": 5} for row in range(number))
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    clock = Clock()
    options = BatchOptions(name="bench", folder=folder / "files", limits={"vidu": Limits(concurrency=CONCURRENCY)})
    with Batches(database, [account]) as batches:
        batches.plan(manifest, options)
    return {"seconds": clock.seconds()}


def _worked(database: str, account: Account, number: int) -> dict[str, float]:
    """Run the first jobs of a queue in this process, and return what they cost."""
    import sqlalchemy as sa
    from sqlalchemy import event

    from vidu_ext.client.settings import Settings
    from vidu_ext.durable import Worker, WorkerOptions
    from vidu_ext.flows.policy import PollPolicy

    counts: Counter[str] = Counter()

    def count(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
        writes = statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        counts["writes" if writes else "reads"] += 1
        connection.info["writes"] = writes or connection.info.get("writes", False)

    def commit(connection: sa.Connection) -> None:
        counts["transactions"] += connection.info.pop("writes", False)

    event.listen(sa.Engine, "before_cursor_execute", count)
    event.listen(sa.Engine, "commit", commit)
    settings = Settings(poll=PollPolicy(floor=0.2, ceiling=0.5))
    options = WorkerOptions(polling=POLLING)
    with Worker(database, [account], settings=settings, options=options) as worker:

        def ended() -> int:
            return number - sum(worker.store.open_jobs().values())

        while (first := ended()) < WARM_UP:
            time.sleep(LOOK)
        clock, before = Clock(), counts.copy()
        while (last := ended()) < first + MEASURED:
            time.sleep(LOOK)
        costs = {"jobs": last - first, "seconds": clock.seconds(), "cpu": clock.cpu(), **(counts - before)}
    return {**costs, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _trial(database: str, number: int, account: Account) -> Trial:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        url = database or f"sqlite:///{name}/bench.sqlite"
        plan = in_fresh_process(_planned, url, Path(name), account, number)
        return Trial(number, plan, in_fresh_process(_worked, url, account, number))


def _empty() -> float:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        return empty_jobs.cost(Path(name), warm_up=WARM_UP, measured=EMPTY, concurrency=CONCURRENCY, polling=POLLING)


def figures() -> Iterator[Figure]:
    from batch_provider import ProviderProcess  # the emulator, which the measured processes do not import

    with ExitStack() as stack:
        provider = ProviderProcess(queue_seconds=0.0, processing_seconds=0.2, concurrency=LENGTHS[-1])
        account = stack.enter_context(provider).account("vidu")
        alone = in_fresh_process(_empty)
        trials = [_trial("", number, account) for number in LENGTHS]
        yield from _figures("SQLite", trials)
        yield Figure(
            f"CPU for a job, {LENGTHS[-1]:,} queued, SQLite", trials[-1].a_job("cpu") / alone, "of an empty one's", 2.5,
            f"DBOS alone, three empty steps: {alone * 1e3:.1f} ms",
        )  # fmt: skip
        if reason := why_not():
            print(f"  {reason}")
            return
        server = stack.enter_context(Postgres())
        yield from _figures("PostgreSQL", [_trial(server.create(f"bench{number}"), number, account) for number in LENGTHS])


def _figures(name: str, trials: list[Trial]) -> Iterator[Figure]:
    short, long = trials[0], trials[-1]
    for trial in trials:
        what = f"with {trial.queued:,} queued on {name}"
        rate = 1 / trial.a_job("seconds")
        yield Figure(f"jobs a second {what}", rate, "", None, f"{CONCURRENCY} at once, one worker")
        yield Figure(f"CPU of the worker for a job {what}", trial.a_job("cpu") * 1e3, "ms")
    filled = long.plan["seconds"]
    yield Figure(f"putting {long.queued:,} jobs into the queue, every row checked, {name}", filled, "s")
    growth = long.a_job("seconds") / short.a_job("seconds")
    yield Figure(f"time for a job, long queue to short, {name}", growth, "times", 1.25)
    yield Figure(
        f"rows written for a job on {name}, DBOS and batch together", long.a_job("writes"), "", None,
        f"{long.a_job('transactions'):.1f} transactions that write, {long.a_job('reads'):.1f} reads",
    )  # fmt: skip
    yield Figure(
        f"memory of the worker for a queued job, {name}",
        (long.work["megabytes"] - short.work["megabytes"]) * 1024 / (long.queued - short.queued), "KB", 1.0,
        f"{long.work['megabytes']:.0f} MB in all, {short.work['megabytes']:.0f} MB with {short.queued}",
    )  # fmt: skip
