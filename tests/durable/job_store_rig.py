"""Jobs of one batch in a database without a worker, and short forms of questions to the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from vidu_ext.durable import Batches, BatchOptions, Job, Limits
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import jobs
from vidu_ext.durable.reports import every_job, progress
from vidu_ext.providers.accounts import Account

ACCOUNTS: Final = [Account(provider="vidu", key="key-of-the-test-0123456789")]
REFERENCE: Final = "vidu:940107923630096384"

Plan = Callable[..., list[Job]]
"""`plan(2, price=4.0)` plans a batch of two jobs, as `planned` does."""


def planned(database: str, folder: Path, number: int, *, price: float | None = None, **options: Any) -> list[Job]:
    """Plan a batch of like jobs. Without `price` their price is unknown, as for a model without a documented one."""
    manifest = folder / "rows.csv"
    lines = "".join(f"bird {row},viduq3-turbo,{'' if price is None else price}\n" for row in range(number))
    manifest.write_text(f"prompt,model,price\n{lines}", encoding="utf-8")
    chosen: dict[str, Any] = {"folder": folder, "limits": {"vidu": Limits(concurrency=100)}, **options}
    with Batches(database, ACCOUNTS) as batches:
        batches.plan(manifest, BatchOptions(name="batch", **chosen))
        if price is None:
            set_rows(batches.store, jobs, price=None)
        return list(every_job(batches.store, "batch"))


def begin(store: JobStore, job: Job, submission: str = "x") -> str | None:
    """Return `sending` if the job may be sent, what holds it, or None if it is not to be sent."""
    after = store.begin(job, submission)
    return None if after is None else after.held or after.state


def started(store: JobStore, job: Job) -> Job:
    """Return the job after its task was accepted."""
    assert begin(store, job) == "sending"
    accepted = store.accept(job, f"{REFERENCE}{job.row}")
    assert accepted is not None
    return accepted


def ended(store: JobStore, job: Job) -> Job:
    """Return the job after its task succeeded at a cost of 4 credits."""
    finished = store.finish(started(store, job), "fetching", 4.0, None)
    assert finished is not None
    return finished


def money(store: JobStore, scope: str = "") -> tuple[float, float]:
    """Return what a budget of the batch has spent and has reserved."""
    budget = progress(store, "batch").money[scope]
    return budget.spent, budget.reserved


def running(store: JobStore) -> int:
    """Count the jobs that have a task, or may have one soon."""
    query = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.state.in_(("sending", "running")))
    return int(store.run(lambda connection: connection.execute(query).scalar_one()))


def sums(store: JobStore) -> tuple[float, float, int]:
    """Return what is spent, what is reserved, and how many tasks run."""
    return (*money(store), running(store))


def set_rows(store: JobStore, table: sa.Table, *where: sa.ColumnElement[bool], **values: object) -> None:
    with store.writing() as connection:
        connection.execute(sa.update(table).where(*where).values(**values))
