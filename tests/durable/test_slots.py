"""Slots of an account, which DBOS counts: workers never start more jobs than its concurrency allows."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest
from batch_provider import ProviderProcess, most_at_once
from batch_rig import Rig
from sqlalchemy.exc import OperationalError

from vidu_ext.durable import Worker, WorkerOptions
from vidu_ext.durable.database.tables import database_url, locking_engine

pytest_plugins = ["batch_fixtures"]

LIMIT = 3


def test_tasks_of_a_dead_worker_get_their_slots_before_jobs_of_higher_priority(sqlite_database: str, tmp_path: Path) -> None:
    """Once, their slots were free for a moment and other jobs took them, so that twice as many tasks ran."""
    with (
        ProviderProcess(queue_seconds=0.0, processing_seconds=2.0, concurrency=100) as provider,
        Rig(provider, sqlite_database, tmp_path) as rig,
    ):
        rig.plan([{"key": f"first-{number}", "prompt": f"a bird, {number}"} for number in range(LIMIT)], concurrency=LIMIT)
        first = rig.work()
        rig.until(lambda: list(rig.states().values()) == ["running"] * LIMIT)
        rig.plan(
            [{"key": f"then-{number}", "prompt": "a bird", "priority": 9, "seed": number} for number in range(4)],
            concurrency=LIMIT,
        )
        first.kill()
        for _ in range(2):
            rig.work()
        rig.finish()
        assert set(rig.states().values()) == {"done"}
        assert most_at_once(provider.ledger()["paid"], "vidu") == LIMIT
        assert len(provider.ledger()["paid"]) == LIMIT + 4


def test_transactions_of_dbos_on_sqlite_lock_before_they_read(sqlite_database: str) -> None:
    """DBOS counts running jobs before it starts more. Once, SQLite locked only then, and two workers took the last slot."""
    engine, other = locking_engine(database_url(sqlite_database)), locking_engine(database_url(sqlite_database))
    assert engine is not None
    assert other is not None
    with engine.begin() as connection, other.connect() as second:
        connection.exec_driver_sql("SELECT count(*) FROM workflow_status")
        second.connection.cursor().execute("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError, match="locked"):
            second.exec_driver_sql("SELECT count(*) FROM workflow_status")
    engine.dispose()
    other.dispose()


def test_worker_that_stops_leaves_jobs_it_has_just_taken_to_the_next_without_an_error(
    provider: ProviderProcess, sqlite_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Rig(provider, sqlite_database, tmp_path) as rig, caplog.at_level(logging.ERROR):
        rig.plan([{"key": str(number), "prompt": f"a bird, {number}"} for number in range(8)], concurrency=8)
        for pause in (0.0, 0.05, 0.2):
            with Worker(sqlite_database, rig.accounts, options=WorkerOptions(polling=0.01)):
                time.sleep(pause)
        with rig.working():
            rig.finish()
        assert set(rig.states().values()) == {"done"}
        assert len(provider.ledger()["paid"]) == 8
        assert [record.getMessage() for record in caplog.records] == []


def test_jobs_of_a_worker_that_ended_by_itself_are_taken_over_without_a_warning(
    sqlite_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = WorkerOptions(polling=0.01)
    with (
        ProviderProcess(queue_seconds=0.0, processing_seconds=60.0, concurrency=100) as provider,
        Rig(provider, sqlite_database, tmp_path) as rig,
        caplog.at_level(logging.INFO, "vidu_ext.durable"),
    ):
        rig.plan([{"key": "one", "prompt": "a bird"}])
        with Worker(sqlite_database, rig.accounts, options=options) as first:
            rig.until(lambda: rig.states() == {"one": "running"})
        with Worker(sqlite_database, rig.accounts, options=options):
            rig.until(lambda: "took over" in caplog.text)
    records = [(record.levelname, record.getMessage()) for record in caplog.records if "took over" in record.getMessage()]
    assert records == [("INFO", f"took over 1 job(s) of worker {first.id}, which ended")]
