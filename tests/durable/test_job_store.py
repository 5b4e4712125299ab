"""The job store under concurrency and failure: lost answers, cut connections, changes that meet, databases that fail."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
import sqlalchemy as sa
from attrs import evolve
from job_store_rig import Plan, begin, money, planned, started, sums
from postgres import Postgres
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from vidu_ext.durable import DatabaseError, Job, StorageFullError
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.money import insert_missing
from vidu_ext.durable.database.tables import database_error, jobs

pytest_plugins = ["batch_fixtures"]

MEETS: Final = 0.3
"""Seconds for a second change within the first one, if the database allows that."""
BOUND: Final = 60.0
T = TypeVar("T")


def connection_error(statement: str) -> OperationalError:
    return OperationalError(statement, {}, Exception("server closed the connection unexpectedly"))


# -- many at once ---------------------------------------------------------------------------------------------------------


def at_once(work: Callable[[Job], T], jobs: list[Job]) -> list[T]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(work, jobs))


def test_budget_holds_when_many_jobs_are_begun_at_once(store: JobStore, plan: Plan) -> None:
    planned_jobs = plan(24, price=10.0, ceilings={"": 75.0})
    begun = at_once(lambda job: begin(store, job), planned_jobs)
    assert (begun.count("sending"), begun.count("budget")) == (7, 17)
    assert sums(store) == (0.0, 70.0, 7)


def test_job_is_begun_by_one_worker_only(store: JobStore, plan: Plan) -> None:
    (job,) = plan(1, price=1.0)
    begun = at_once(lambda same: begin(store, same), [job] * 8)
    assert (begun.count("sending"), begun.count(None)) == (1, 7)
    assert sums(store) == (0.0, 1.0, 1)


def test_tables_are_created_by_one_of_many_that_start_at_once(tmp_path: Path) -> None:
    """Once, the others ended because a table existed already."""
    stores = [JobStore(f"sqlite:///{tmp_path}/{number // 8}.sqlite") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(JobStore.create, stores))
    assert len({store.salt for store in stores}) == 3
    for store in stores:
        store.close()


# -- a change that is made twice ------------------------------------------------------------------------------------------


@contextmanager
def lost_answer_to_a_commit(store: JobStore) -> Generator[None]:
    """The next commit arrives and its answer does not, so that the change is tried again."""
    lost: list[bool] = []

    def commit_and_lose(connection: sa.Connection) -> None:
        if not lost:
            lost.append(True)
            connection.connection.commit()
            connection.detach()
            raise connection_error("COMMIT")

    event.listen(store.engine, "commit", commit_and_lose)
    try:
        yield
    finally:
        event.remove(store.engine, "commit", commit_and_lose)
    assert lost


def sent(store: JobStore, job: Job) -> Job:
    return evolve(job, submission="x") if store.begin(job, "x") else job


REPEATED: Final[
    dict[str, tuple[Callable[[JobStore, Job], Job], Callable[[JobStore, Job], Job | None], tuple[float, float, int]]]
] = {
    "begin": (lambda _, job: job, lambda store, job: store.begin(job, "x"), (0.0, 4.0, 1)),
    "requeue": (sent, lambda store, job: store.requeue(job, None, None), (0.0, 0.0, 0)),
    "finish": (started, lambda store, job: store.finish(job, "fetching", 3.0, None), (3.0, 0.0, 0)),
    "mark_unknown": (started, lambda store, job: store.mark_unknown(job, "no answer"), (0.0, 4.0, 0)),
    "record_cost": (started, lambda store, job: store.record_cost(job, 3.0), (0.0, 3.0, 1)),
}
"""A job, a change of it, and then what is spent and reserved, and how many tasks run."""


@pytest.mark.parametrize(("before", "change", "after"), REPEATED.values(), ids=REPEATED)
def test_change_whose_answer_was_lost_is_made_and_moves_money_once(
    store: JobStore,
    plan: Plan,
    before: Callable[[JobStore, Job], Job],
    change: Callable[[JobStore, Job], Job | None],
    after: tuple[float, float, int],
) -> None:
    (job,) = plan(1, price=4.0, ceilings={"": 25.0})
    now = before(store, job)
    with lost_answer_to_a_commit(store):
        assert change(store, now) == store.job(job.id)
    change(store, now)
    assert sums(store) == after


# -- two changes that meet ------------------------------------------------------------------------------------------------


def meet(store: JobStore, first: Callable[[JobStore], object], second: Callable[[JobStore], object]) -> None:
    """Make the second change, by another process, right after the first one has read what the job reserves."""
    other = JobStore(store.url)
    thread = threading.Thread(target=second, args=(other,))

    def read(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if thread.ident is None and "reserved" in statement and "vidu_jobs" in statement:
            thread.start()
            thread.join(MEETS)  # it waits if the first change has locked the row

    event.listen(store.engine, "after_cursor_execute", read)
    try:
        first(store)
    finally:
        event.remove(store.engine, "after_cursor_execute", read)
    thread.join(BOUND)
    assert thread.ident is not None
    assert not thread.is_alive()
    other.close()


@pytest.mark.parametrize("first", ["record_cost", "finish"])
def test_cost_and_end_that_arrive_together_settle_the_reservation_once(store: JobStore, plan: Plan, first: str) -> None:
    (probe,) = plan(1, ceilings={"": 25.0, "vidu": 25.0})
    job = started(store, probe)
    changes: list[Callable[[JobStore], object]] = [
        lambda store: store.record_cost(job, 19.0),
        lambda store: store.finish(job, "fetching", 20.0, None),
    ]
    meet(store, *(changes if first == "record_cost" else reversed(changes)))
    assert (money(store), money(store, "vidu")) == ((20.0, 0.0), (20.0, 0.0))


def test_cost_that_is_learned_twice_at_once_changes_the_reservation_once(store: JobStore, plan: Plan) -> None:
    (probe,) = plan(1, ceilings={"": 25.0})
    job = started(store, probe)
    meet(store, lambda here: here.record_cost(job, 19.0), lambda there: there.record_cost(job, 19.0))
    assert (money(store), store.job(job.id).reserved) == ((0.0, 19.0), 19.0)


# -- rows that exist ------------------------------------------------------------------------------------------------------


def test_insert_missing_fails_for_another_job_with_the_same_file(store: JobStore, plan: Plan) -> None:
    """Once, such a job was skipped silently, and would never have been sent."""
    (job,) = plan(1)
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        row = connection.execute(sa.select(jobs).where(jobs.c.id == job.id)).mappings().one()
        insert_missing(connection, jobs, {**row, "id": "batch/another", "key": "another"}, ["id"])


# -- a database that fails ------------------------------------------------------------------------------------------------


@pytest.fixture
def postgres_store(postgres: Postgres, request: pytest.FixtureRequest) -> Iterator[JobStore]:
    """A connected store of a PostgreSQL database of its own. A store waits only for a database that it has reached before."""
    name = str(request.node.name)[-60:]
    store = JobStore(postgres.create(name).replace("postgresql:", "postgresql+psycopg:"))
    assert not store.has_tables()
    yield store
    store.close()


def test_change_waits_until_postgresql_has_restarted(postgres_store: JobStore, postgres: Postgres, tmp_path: Path) -> None:
    (job,) = planned(postgres_store.url, tmp_path, 1)
    postgres.stop()
    back = threading.Timer(0.7, postgres.start)
    back.start()
    assert begin(postgres_store, job) == "sending"
    back.join()


def test_full_disk_of_the_database_is_an_error_at_once(sqlite_database: str, tmp_path: Path) -> None:
    (job,) = planned(sqlite_database, tmp_path, 1)
    store = JobStore(sqlite_database)
    with store.engine.begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store.engine.dispose()

    def limit(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute(f"PRAGMA max_page_count={pages}")

    event.listen(store.engine, "connect", limit)
    with pytest.raises(StorageFullError, match="the disk of the database is full"):
        store.begin(job, "x" * 1_000_000)
    assert store.job(job.id).state == "queued"
    store.close()


@pytest.mark.parametrize(
    ("error", "patience", "raised"),
    [(OperationalError, 0.0, DatabaseError), (ProgrammingError, None, DatabaseError), (IntegrityError, None, IntegrityError)],
)
def test_transaction_that_is_not_worth_another_try_runs_once(
    sqlite_database: str, error: type[DBAPIError], patience: float | None, raised: type[Exception]
) -> None:
    store, tries = JobStore(sqlite_database, patience=patience), list[int]()

    def fail(_: sa.Connection) -> None:
        tries.append(1)
        raise error("SELECT", {}, Exception("the driver's words"))

    with pytest.raises(raised, match="the driver's words") as caught:
        store.run(fail)
    assert len(tries) == 1
    assert (store.url in str(caught.value)) == (raised is DatabaseError)
    store.close()


@pytest.mark.parametrize(
    ("message", "reason"),
    [("attempt to write a readonly database\nline 2", "attempt to write a readonly database"), ("", "OSError")],
)
def test_error_of_a_database_names_it_the_reason_and_the_next_step(message: str, reason: str) -> None:
    """Once, a driver's error without a message became an IndexError."""
    text = str(database_error("sqlite:////a/b.sqlite", OperationalError("UPDATE", {}, OSError(message))))
    assert f"sqlite:////a/b.sqlite cannot be used: {reason}. Nothing more is sent" in text
    assert "vidu batch resume" in text


# -- what a job costs its database beside DBOS: the rows that are written for it, and the statements -----------------------

WRITES = ("INSERT", "UPDATE", "DELETE")
READS = 1
"""Calls of `JobStore.job` in the test: each change returns the job after it."""


def test_job_writes_six_rows_with_twelve_statements_and_none_of_its_account(store: JobStore, plan: Plan) -> None:
    statements: list[tuple[str, int]] = []

    def count(_connection: object, cursor: Any, statement: str, *_: object) -> None:
        rows = max(cursor.rowcount, 1) if " RETURNING " in statement else cursor.rowcount
        statements.append((statement, rows if statement.startswith(WRITES) else 0))

    event.listen(store.engine, "after_cursor_execute", count)
    for job in plan(2, ceilings={"": 1_000.0, "vidu": 900.0}):
        statements.clear()  # the second job counts: the first, a probe, also records what it learns
        now = started(store, store.job(job.id))
        store.finish(now, "fetching", 20.0, None)
        store.record_file(now, "file", 1, "0")
    assert sum(rows for _, rows in statements) <= 6
    assert len(statements) <= 12
    assert not [statement for statement, _ in statements if "vidu_accounts" in statement]
    assert sum("FROM vidu_jobs" in statement for statement, _ in statements) == READS
