"""What a job costs its database beside DBOS: the rows that are written for it, and the statements."""

from __future__ import annotations

from typing import Any

from job_store_rig import Plan, started
from sqlalchemy import event

from vidu_ext.durable.database.job_store import JobStore

pytest_plugins = ["batch_fixtures"]

WRITES = ("INSERT", "UPDATE", "DELETE")
READS = 2
"""Calls of `JobStore.job` in the test."""


def test_job_writes_six_rows_with_twelve_statements_and_none_of_its_account(store: JobStore, plan: Plan) -> None:
    statements: list[tuple[str, int]] = []

    def count(_connection: object, cursor: Any, statement: str, *_: object) -> None:
        rows = max(cursor.rowcount, 1) if " RETURNING " in statement else cursor.rowcount
        statements.append((statement, rows if statement.startswith(WRITES) else 0))

    event.listen(store.engine, "after_cursor_execute", count)
    for job in plan(2, ceilings={"": 1_000.0, "vidu": 900.0}):
        statements.clear()  # the second job counts: the first, a probe, also records what it learns
        now = started(store, store.job(job.id))
        assert store.finish(now, "fetching", 20.0, None)
        store.done(now.id, "file", 1, "0")
    assert sum(rows for _, rows in statements) <= 6
    assert len(statements) <= 12
    assert not [statement for statement, _ in statements if "vidu_accounts" in statement]
    assert sum("FROM vidu_jobs" in statement for statement, _ in statements) == READS
