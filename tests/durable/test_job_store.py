"""The job store under many hands: money is never given out twice, and every move is made once."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from job_store_rig import REFERENCE, planned, running
from postgres import Postgres
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from vidu_ext.durable import DatabaseError, Job, StorageFullError
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import budgets, costs, jobs
from vidu_ext.durable.reports import every_job, progress

pytest_plugins = ["batch_fixtures"]


def all_at_once(work: Callable[[Job], str], found: list[Job]) -> list[str]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(work, found))


def test_database_of_an_earlier_release_is_refused(database: str, store: JobStore, tmp_path: Path) -> None:
    planned(database, tmp_path, 1)
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE vidu_batches DROP COLUMN planned")
    later = JobStore(store.url, patience=0.0)
    assert (progress(later, "batch").total, progress(later, "batch").planned) == (1, None)
    later.close()
    assert len(planned(database, tmp_path, 2)) == 2


def test_budget_is_overdrawn_by_many_at_once(database: str, store: JobStore, tmp_path: Path) -> None:
    found = planned(database, tmp_path, 24, price=10.0, ceilings={"": 75.0})
    begun = all_at_once(lambda job: str(store.begin(job, "x").held), found)
    assert (begun.count("None"), begun.count("budget")) == (7, 17)
    assert progress(store, "batch").money[""].reserved == pytest.approx(70.0)
    assert running(store) == 7


def test_ceiling_of_one_provider_holds_not_beside_that_of_all(database: str, store: JobStore, tmp_path: Path) -> None:
    found = planned(database, tmp_path, 6, price=10.0, ceilings={"": 100.0, "vidu": 25.0})
    begun = [store.begin(job, "x").held for job in found]
    assert begun.count("budget") == 4
    assert {money.reserved for scope, money in progress(store, "batch").money.items() if scope in ("", "vidu")} == {20.0}


def test_kind_of_job_that_nobody_knows_the_cost_of_is_sent_many_times(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second, third = planned(database, tmp_path, 3, ceilings={"": 25.0})
    begun = store.begin(first, "x")
    assert (begun.moved, begun.is_probe) == ("moved", True)
    assert progress(store, "batch").money[""].left == 0.0
    assert store.begin(second, "x").held == "cost"
    store.accept(store.job(first.id), REFERENCE)
    store.learn(store.job(first.id), 19.0)
    assert progress(store, "batch").money[""].left == 6.0
    store.finish(store.job(first.id), "fetching", 20.0, None)
    assert store.begin(second, "x").held == "budget"
    store.refuse_queued(second, "no")
    assert store.budget_hold(third) == "budget"


def test_probe_that_was_refused_keeps_all_others_waiting(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second = planned(database, tmp_path, 2, ceilings={"": 25.0})
    store.begin(first, "x")
    store.refuse(store.job(first.id), "no")
    assert store.begin(second, "x").moved == "moved"


def test_probe_that_nobody_can_tell_of_keeps_all_others_waiting_for_its_cost(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    first, second = planned(database, tmp_path, 2, ceilings={"": 25.0})
    store.begin(first, "x")
    store.mark_unknown(store.job(first.id), "who knows")
    assert store.begin(second, "x").held == "budget"
    assert progress(store, "batch").unsettled == (first.key,)
    with store.writing() as connection:  # as a version before left it
        connection.execute(sa.update(costs).values(probe=first.id))
        connection.execute(sa.update(budgets).values(ceiling=100.0))
    assert store.begin(second, "x").moved == "moved"


def test_price_that_is_too_low_breaks_the_ceiling_once_the_cost_is_known(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second, third = planned(database, tmp_path, 3, price=1.0, ceilings={"": 25.0})
    store.begin(first, "x")
    store.accept(first, REFERENCE)
    store.finish(store.job(first.id), "fetching", 12.0, None)
    assert store.begin(second, "x").moved == "moved"
    assert progress(store, "batch").money[""].reserved == 12.0
    assert (store.budget_hold(third), store.begin(third, "x").held) == ("budget", "budget")


def test_same_job_is_begun_by_two_workers(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=1.0)
    begun = all_at_once(lambda one: store.begin(one, "x").moved, [job] * 8)
    assert (begun.count("moved"), begun.count("elsewhere")) == (1, 7)
    assert (running(store), progress(store, "batch").money[""].reserved) == (1, 1.0)


def test_end_of_a_task_is_charged_twice(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=1.0)
    store.begin(job, "x")
    assert all(store.accept(store.job(job.id), REFERENCE).is_own for _ in range(3))
    now = store.job(job.id)
    for _ in range(3):
        store.finish(now, "fetching", 3.0, None)
    money = progress(store, "batch").money[""]
    assert (money.spent, money.reserved, running(store)) == (3.0, 0.0, 0)


def test_two_jobs_have_one_task(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second = planned(database, tmp_path, 2)
    for job in (first, second):
        store.begin(job, "x")
    assert store.accept(store.job(first.id), REFERENCE).is_own
    assert not store.accept(store.job(second.id), REFERENCE).is_own
    assert store.job(second.id).state == "sending"


def test_second_task_of_a_job_is_forgotten(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1)
    store.begin(job, "x")
    store.accept(job, REFERENCE)
    assert not store.accept(job, f"{REFERENCE}9").is_own
    found = store.job(job.id)
    assert (found.reference, found.note) == (REFERENCE, f"{REFERENCE}9 was paid too")


def test_answer_that_comes_late_is_lost(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1)
    store.begin(job, "x")
    store.requeue(store.job(job.id), None, "looked for, and not there")
    assert store.accept(job, REFERENCE).is_own
    assert (store.job(job.id).state, running(store)) == ("running", 1)


def test_what_created_nothing_keeps_money(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    for _ in range(2):
        assert store.begin(store.job(job.id), "x").moved == "moved"
        store.requeue(store.job(job.id), "busy", "busy")
    found = store.job(job.id)
    assert (found.state, found.held, found.submission, found.reserved) == ("queued", "busy", None, 0.0)
    assert (running(store), progress(store, "batch").money[""].reserved) == (0, 0.0)


def test_worker_that_was_stopped_takes_nothing_back_from_the_one_that_sends_in_its_place(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    """It found nothing in the list, was stopped, and went on when the next had sent the job anew: that was sent once more."""
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.begin(job, "x")
    stopped = store.job(job.id)
    store.requeue(stopped, None, "looked for, and not there")
    assert store.begin(store.job(job.id), "y").moved == "moved"
    store.requeue(stopped, None, "looked for, and not there")
    store.refuse(stopped, "no")
    found = store.job(job.id)
    assert (found.state, found.submission, found.reserved) == ("sending", "y", 4.0)
    assert (running(store), progress(store, "batch").money[""].reserved) == (1, 4.0)


def test_parked_job_gives_its_reservation_back(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.begin(job, "x")
    store.mark_unknown(store.job(job.id), "who knows")
    assert (running(store), progress(store, "batch").money[""].reserved) == (0, 4.0)
    store.refuse(store.job(job.id), "a person says: never paid")
    assert (running(store), progress(store, "batch").money[""].reserved) == (0, 0.0)


def test_canceled_job_is_sent(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.request_cancel(job.id)
    assert store.begin(job, "x").moved == "cancel"
    assert progress(store, "batch").money[""].reserved == 0.0
    assert store.cancel_queued(job.id)
    assert store.begin(job, "x").moved == "elsewhere"


def test_change_whose_answer_was_lost_counts_as_failed(database: str, store: JobStore, tmp_path: Path) -> None:
    """The commit arrives, its answer does not: the change is tried again and must know itself."""
    (job,) = planned(database, tmp_path, 1, price=4.0)
    lost: list[int] = []

    def lose_once(connection: sa.Connection) -> None:
        if not lost:
            lost.append(1)
            connection.detach()
            raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))

    # the event comes before the commit, so the commit is made by hand first
    def commit_and_lose(connection: sa.Connection) -> None:
        if not lost:
            connection.connection.commit()
        lose_once(connection)

    event.listen(store.engine, "commit", commit_and_lose)
    begun = store.begin(job, "x")
    event.remove(store.engine, "commit", commit_and_lose)
    assert lost
    assert begun.moved == "moved"
    assert (running(store), progress(store, "batch").money[""].reserved) == (1, 4.0)


def test_cut_connection_loses_a_change(postgres: Postgres, tmp_path: Path) -> None:
    database = postgres.create("cut")
    found = planned(database, tmp_path, 40, price=1.0)
    store = JobStore(database.replace("postgresql:", "postgresql+psycopg:"))
    assert store.has_tables()  # open before it is cut: a database that cannot be opened is not waited for
    ended = threading.Event()

    def cut() -> None:
        while not ended.wait(0.05):
            postgres.cut_connections("cut")

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        begun = [store.begin(job, "x").moved for job in found]
    finally:
        ended.set()
        thread.join()
    assert begun == ["moved"] * 40
    assert (running(store), progress(store, "batch").money[""].reserved) == (40, 40.0)
    store.close()


def test_server_that_restarts_ends_a_change(postgres: Postgres, tmp_path: Path) -> None:
    database = postgres.create("restarted")
    (job,) = planned(database, tmp_path, 1)
    store = JobStore(database.replace("postgresql:", "postgresql+psycopg:"))
    assert store.job(job.id).state == "queued"
    postgres.stop()
    back = threading.Timer(0.7, postgres.start)
    back.start()
    assert store.begin(job, "x").moved == "moved"
    back.join()
    store.close()


def test_impatient_asker_waits_for_ever(postgres: Postgres, tmp_path: Path) -> None:
    database = postgres.create("away")
    planned(database, tmp_path, 1)
    store = JobStore(database.replace("postgresql:", "postgresql+psycopg:"), patience=0.3)
    assert progress(store, "batch").open == 1
    postgres.stop()
    try:
        with pytest.raises(DatabaseError, match=r"the database .* cannot be used"):
            progress(store, "batch")
    finally:
        postgres.start()
        store.close()


def test_full_disk_of_the_database_is_waited_out(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/small.sqlite"
    (job,) = planned(database, tmp_path, 1)
    store = JobStore(database)
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


def test_throughput_falls_after_the_end_or_counts_what_was_never_sent(
    database: str, store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1_000_000.0
    monkeypatch.setattr(time, "time", lambda: clock)
    found = planned(database, tmp_path, 4, price=1.0, ceilings={"": 3.0})
    assert store.cancel_queued(found[3].id)
    for job in found[:2]:
        store.begin(job, "x")
    for number, job in enumerate(found[:2]):
        clock += 30.0
        store.accept(job, f"{REFERENCE}{number}")
        store.finish(store.job(job.id), "fetching", 1.0, None)
        store.done(job.id, "file", 1, "0")
    now = progress(store, "batch")
    assert (now.per_minute, now.seconds_left) == (4.0, 15.0)
    store.hold(found[2].id, "budget")
    assert progress(store, "batch").seconds_left is None
    assert store.cancel_queued(found[2].id)
    assert progress(store, "batch").per_minute == 2.0
    clock += 100.0
    assert progress(store, "batch").per_minute == 2.0


def test_export_shows_jobs_in_another_order_or_leaves_some_out(database: str, store: JobStore, tmp_path: Path) -> None:
    planned(database, tmp_path, 25)
    import vidu_ext.durable.reports as reports

    before, reports.ROWS_AT_ONCE = reports.ROWS_AT_ONCE, 7  # type: ignore[misc]  # a small page for a small batch
    try:
        assert [job.row for job in every_job(store, "batch")] == list(range(1, 26))
    finally:
        reports.ROWS_AT_ONCE = before  # type: ignore[misc]
    assert store.read(lambda connection: connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar_one()) == 25
