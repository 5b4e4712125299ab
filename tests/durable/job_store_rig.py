"""Jobs of one batch in a database that no worker runs on: what the tests of the store move by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from vidu_ext.durable import Batches, BatchOptions, Job, Limits
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import jobs
from vidu_ext.durable.reports import every_job
from vidu_ext.providers.accounts import Account

ACCOUNTS: Final = [Account(provider="vidu", key="key-of-the-test-0123456789")]
REFERENCE: Final = "vidu:940107923630096384"


def planned(database: str, folder: Path, number: int, *, price: float | None = None, **options: Any) -> list[Job]:
    manifest = folder / "rows.csv"
    lines = "".join(f"bird {row},viduq3-turbo,{'' if price is None else price}\n" for row in range(number))
    manifest.write_text(f"prompt,model,price\n{lines}", encoding="utf-8")
    chosen: dict[str, Any] = {"folder": folder, "limits": {"vidu": Limits(concurrency=100)}, **options}
    with Batches(database, ACCOUNTS) as batches:
        batches.plan(manifest, BatchOptions(name="batch", **chosen))
        if price is None:  # as of a model whose price no document tells
            with batches.store.writing() as connection:
                connection.execute(sa.update(jobs).values(price=None))
        return list(every_job(batches.store, "batch"))


def running(store: JobStore) -> int:
    """How many jobs have a task, or may have one soon."""
    question = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.state.in_(("sending", "running")))
    return int(store.read(lambda connection: connection.execute(question).scalar_one()))
