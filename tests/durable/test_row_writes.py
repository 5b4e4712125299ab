"""What a job costs its database beside DBOS: the rows that are written for it, and the statements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from job_store_rig import REFERENCE, planned
from sqlalchemy import event

from vidu_ext.durable.database.job_store import JobStore

pytest_plugins = ["batch_fixtures"]

WRITES = ("INSERT", "UPDATE", "DELETE")
STEPS = 3


def test_job_writes_six_rows_with_twelve_statements_and_none_of_its_account(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    first, job = planned(database, tmp_path, 2, ceilings={"": 1_000.0, "vidu": 900.0})
    for one in (first, job):  # the first of its kind is sent to learn what it costs, and writes that down
        statements: list[tuple[str, int]] = []

        def count(
            _connection: object, cursor: Any, statement: str, *_: object, found: list[tuple[str, int]] = statements
        ) -> None:
            rows = max(cursor.rowcount, 1) if " RETURNING " in statement else cursor.rowcount
            found.append((statement, rows if statement.startswith(WRITES) else 0))

        event.listen(store.engine, "after_cursor_execute", count)
        assert store.begin(store.job(one.id), "x").moved == "moved"
        assert store.accept(one, f"{REFERENCE}{one.row}").is_own
        assert store.finish(store.job(one.id), "fetching", 20.0, None)
        assert store.job(one.id).state == "fetching"
        store.done(one.id, "file", 1, "0")
        event.remove(store.engine, "after_cursor_execute", count)
    assert sum(rows for _, rows in statements) <= 6
    assert len(statements) <= 12
    assert not [statement for statement, _ in statements if "vidu_accounts" in statement]
    assert sum("FROM vidu_jobs" in statement for statement, _ in statements) == STEPS


def test_sum_of_a_batch_is_that_of_its_providers(database: str, store: JobStore, tmp_path: Path) -> None:
    """Each change of money writes one row. What a batch of two providers has in all must still hold both to one ceiling."""
    first, second, third = planned(database, tmp_path, 3, price=10.0, ceilings={"": 25.0})
    with store.writing() as connection:
        connection.execute(sa.text("INSERT INTO vidu_budgets (batch, scope, reserved, spent) VALUES ('batch', 'comfy', 3, 4)"))
    assert store.begin(first, "x").moved == "moved"
    assert store.budget_hold(second) == "budget"
    assert store.begin(second, "x").held == "budget"
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE vidu_budgets SET reserved = 0, spent = 0 WHERE scope = 'comfy'"))
    assert store.begin(third, "x").moved == "moved"


def test_job_of_an_unknown_kind_is_not_estimated_at_the_cost_of_another(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, ceilings={"": 200.0})
    with store.writing() as connection:
        connection.execute(sa.text("INSERT INTO vidu_costs (signature, provider, credits) VALUES ('another kind', 'vidu', 55)"))
    assert store.begin(job, "x").is_probe
    assert store.job(job.id).reserved == 110.0
