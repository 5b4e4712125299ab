"""Reports on a batch: throughput, pages of jobs and the names of batches, on both databases."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from job_store_rig import REFERENCE, Plan

from vidu_ext.durable import Batches, Worker, reports
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import jobs
from vidu_ext.durable.reports import every_job, progress
from vidu_ext.values.errors import ConfigurationError

pytest_plugins = ["batch_fixtures"]


def test_throughput_counts_sent_jobs_and_stays_after_the_end(
    store: JobStore, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1_000_000.0
    monkeypatch.setattr(time, "time", lambda: clock)
    first, second, queued, cancelled = plan(4, price=1.0, ceilings={"": 3.0})
    store.cancel(cancelled)
    for job in (first, second):
        store.begin(job, "x")
    for number, job in enumerate((first, second)):
        clock += 30.0
        store.accept(job, f"{REFERENCE}{number}")
        store.finish(store.job(job.id), "fetching", 1.0, None)
        store.record_file(job, "file", 1, "0")
    now = progress(store, "batch")
    assert (now.per_minute, now.seconds_left) == (4.0, 15.0)
    store.hold(queued, "budget")
    assert progress(store, "batch").seconds_left is None
    store.cancel(queued)
    assert progress(store, "batch").per_minute == 2.0
    clock += 100.0
    assert progress(store, "batch").per_minute == 2.0


def test_sums_of_credits_are_reported_without_errors_of_rounding(store: JobStore, plan: Plan) -> None:
    """Once, `189.9 of 200 credits spent, 1.42109e-14 reserved`."""
    for number, job in enumerate(plan(3, price=63.3)):
        store.begin(job, "x")
        store.accept(job, f"{REFERENCE}{number}")
        store.finish(store.job(job.id), "fetching", 63.3, None)
    now = progress(store, "batch")
    assert (now.money[""].spent, str(now.money[""].reserved), now.shares[0].spent) == (189.9, "0.0", 189.9)


def test_pages_of_jobs_have_every_job_once_in_the_order_of_rows(
    store: JobStore, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(25)
    monkeypatch.setattr(reports, "ROWS_AT_ONCE", 7)
    assert [job.row for job in every_job(store, "batch")] == list(range(1, 26))
    assert store.run(lambda connection: connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar_one()) == 25


def test_batch_that_does_not_exist_is_refused_with_the_names_there_are(sqlite_database: str) -> None:
    """Once, it was reported as over, so that a misspelt name looked like a success."""
    with Batches(sqlite_database) as batches:
        assert reports.names(batches.store) == []
    with pytest.raises(ConfigurationError, match="has no batch 'films'; it has: none"):
        next(Worker(sqlite_database, {"vidu": "key"}).follow("films"))
