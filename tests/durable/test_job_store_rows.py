"""What the row of a job says after each move, and what is reserved for a job whose cost is not known."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from job_store_rig import REFERENCE, planned, running
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from vidu_ext.durable import DatabaseError, Job, Limits
from vidu_ext.durable.database.job_store import JobStore, write_error
from vidu_ext.durable.database.tables import budgets, costs, jobs
from vidu_ext.durable.job import Held
from vidu_ext.durable.reports import progress

pytest_plugins = ["batch_fixtures"]


@pytest.fixture
def database(sqlite_database: str) -> str:
    return sqlite_database


def started(store: JobStore, job: Job) -> Job:
    assert store.begin(job, "what is sent").moved == "moved"
    assert store.accept(job, REFERENCE).is_own
    return store.job(job.id)


def is_now(moment: float | None) -> bool:
    return moment is not None and abs(time.time() - moment) < 60.0


def set_rows(store: JobStore, table: sa.Table, **values: object) -> None:
    with store.writing() as connection:
        connection.execute(sa.update(table).values(**values))


# -- moves ----------------------------------------------------------------------------------------------------------------


def test_job_that_is_sent_is_written_down_before(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.hold(job.id, "busy", "later")
    assert store.begin(job, "what is sent").moved == "moved"
    found = store.job(job.id)
    assert (found.state, found.submission, found.reserved) == ("sending", "what is sent", 4.0)
    assert (found.held, is_now(found.submitted)) == (None, True)


def test_job_whose_task_is_known_needs_no_submission(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.begin(job, "what is sent")
    store.mark_unknown(store.job(job.id), "it cannot be told")
    parked = store.job(job.id)
    assert (parked.state, parked.note, is_now(parked.ended)) == ("unknown", "it cannot be told", True)
    store.accept(parked, REFERENCE)
    found = store.job(job.id)
    assert (found.state, found.reference, found.submission) == ("running", REFERENCE, None)
    assert (found.note, found.held, found.ended, running(store)) == (None, None, None, 1)


@pytest.mark.parametrize(
    ("state", "stage", "has_ended"), [("fetching", None, False), ("failed", "task", True), ("canceled", None, True)]
)
def test_ended_task_says_how_it_ended(
    database: str, store: JobStore, tmp_path: Path, state: str, stage: str | None, has_ended: bool
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    now = started(store, job)
    store.hold_running(job.id, "key")
    assert store.finish(now, state, 3.0, "so it is")  # type: ignore[arg-type]  # the words of the table above
    found = store.job(job.id)
    assert (found.state, found.stage, found.credits, found.note) == (state, stage, 3.0, "so it is")
    assert (found.held, is_now(found.finished), is_now(found.ended)) == (None, True, has_ended)


def test_downloaded_file_is_written_down(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.finish(started(store, job), "fetching", 3.0, None)
    store.done(job.id, "a.mp4", 7, "0f")
    found = store.job(job.id)
    assert (found.state, found.file, found.size, found.sha256, found.stage) == ("done", "a.mp4", 7, "0f", None)
    assert is_now(found.ended)
    store.download_failed(job.id, "too late")
    assert store.job(job.id).state == "done"


def test_job_that_cannot_be_sent_has_failed_at_the_first_stage(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second = planned(database, tmp_path, 2, price=4.0)
    store.hold(first.id, "busy", "later")
    store.refuse_queued(first, "no such model")
    store.begin(second, "what is sent")
    store.refuse(store.job(second.id), "no such model")
    for job in (first, second):
        found = store.job(job.id)
        assert (found.state, found.stage, found.note, found.reserved) == ("failed", "submit", "no such model", 0.0)
        assert (found.held, found.submission, is_now(found.ended)) == (None, None, True)


def test_cancelled_job_was_not_sent(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second = planned(database, tmp_path, 2, price=4.0)
    store.hold(first.id, "busy", "later")
    assert store.cancel_queued(first.id)
    found = store.job(first.id)
    assert (found.state, found.cancel, found.held, found.note) == ("canceled", True, None, "canceled before it was sent")
    assert is_now(found.ended)
    store.begin(second, "what is sent")
    assert not store.cancel_queued(second.id)
    assert store.job(second.id).state == "sending"


@pytest.mark.parametrize("held", ["key", None])
def test_reason_is_noted_only_of_a_job_in_the_state_that_it_is_about(
    database: str, store: JobStore, tmp_path: Path, held: Held | None
) -> None:
    queued, other = planned(database, tmp_path, 2, price=4.0)
    runs = started(store, other)
    for job in (queued, runs):
        store.hold(job.id, "busy", "later")
    assert (store.job(queued.id).held, store.job(queued.id).note) == ("busy", "later")
    assert (store.job(runs.id).held, store.job(runs.id).note) == (None, None)
    for job in (queued, runs):
        store.hold_running(job.id, held)  # type: ignore[arg-type]  # "key" or None
    assert (store.job(queued.id).held, store.job(runs.id).held) == ("busy", held)


def test_change_of_one_job_leaves_the_others_alone(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second = planned(database, tmp_path, 2, price=4.0)
    for job in (first, second):
        store.begin(job, "what is sent")
        store.accept(job, f"{REFERENCE}{job.row}")
    store.hold_running(first.id, "key")
    store.request_cancel(first.id)
    assert [(found.held, found.cancel) for found in map(store.job, (first.id, second.id))] == [("key", True), (None, False)]


def test_change_that_another_has_made_before_is_not_taken_for_its_own(database: str, store: JobStore, tmp_path: Path) -> None:
    """A worker takes a change for made if the database has its very own mark."""
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.refuse_queued(job, "no")
    assert not store.cancel_queued(job.id)
    assert store.job(job.id).state == "failed"


def test_second_task_of_a_job_is_said_aloud(
    database: str, store: JobStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.accept(started(store, job), f"{REFERENCE}9")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "vidu_ext.durable"]
    assert job.id in line
    assert f"{REFERENCE}9 was paid too" in line


# -- a cost that is not known --------------------------------------------------------------------------------------------


def dearest(store: JobStore, cost: float) -> None:
    """Jobs of two other kinds are known, one by the cost given and one by half of it."""
    with store.writing() as connection:
        for kind, paid in (("another kind", cost), ("a third kind", cost / 2)):
            connection.execute(sa.insert(costs).values(signature=kind, provider="vidu", credits=paid, probe=None))


@pytest.mark.parametrize(("ceiling", "reserved"), [(100.0, 20.0), (20.0, 20.0), (19.9, None)])
def test_job_of_unknown_cost_reserves_twice_what_the_dearest_one_has_cost(
    database: str, store: JobStore, tmp_path: Path, ceiling: float, reserved: float | None
) -> None:
    (job,) = planned(database, tmp_path, 1, ceilings={"": ceiling})
    dearest(store, 10.0)
    begun = store.begin(job, "x")
    assert (begun.moved, begun.held) == (("moved", None) if reserved else ("held", "budget"))
    assert store.job(job.id).reserved == progress(store, "batch").money[""].reserved == (reserved or 0.0)


def test_cost_at_another_provider_says_nothing(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, ceilings={"": 100.0})
    dearest(store, 10.0)
    set_rows(store, costs, provider="comfy")
    assert store.begin(job, "x").is_probe
    assert store.job(job.id).reserved == 100.0


def test_job_of_unknown_cost_is_not_sent_where_nothing_is_left(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, ceilings={"": 5.0})
    set_rows(store, budgets, spent=5.0)
    assert store.begin(job, "x").held == "budget"
    assert (store.job(job.id).state, running(store)) == ("queued", 0)


def test_job_of_unknown_cost_reserves_nothing_where_there_is_no_ceiling(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1)
    begun = store.begin(job, "x")
    assert (begun.moved, begun.is_probe, store.job(job.id).reserved) == ("moved", False, 0.0)


@pytest.mark.parametrize(("price", "known", "estimate"), [(4.0, 9.0, 9.0), (9.0, 4.0, 9.0), (4.0, None, 4.0), (None, 4.0, 4.0)])
def test_dearer_one_of_price_and_last_cost_is_the_estimate(
    database: str, store: JobStore, tmp_path: Path, price: float | None, known: float | None, estimate: float
) -> None:
    (job,) = planned(database, tmp_path, 1, price=price, ceilings={"": 100.0})
    if known is not None:
        with store.writing() as connection:
            connection.execute(sa.insert(costs).values(signature=job.signature, provider="vidu", credits=known, probe=None))
    begun = store.begin(job, "x")
    assert (begun.is_probe, store.job(job.id).reserved) == (False, estimate)


# -- ceilings of several providers -------------------------------------------------------------------------------------


def test_ceiling_of_one_provider_counts_its_own_credits_and_that_of_all_counts_every_one(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    first, second, third = planned(database, tmp_path, 3, price=10.0, ceilings={"": 100.0, "vidu": 50.0})
    with store.writing() as connection:
        row = {"batch": "batch", "scope": "comfy", "ceiling": None, "spent": 75.0, "reserved": 5.0}
        connection.execute(sa.insert(budgets).values(**row))
    assert [store.begin(job, "x").held for job in (first, second, third)] == [None, None, "budget"]
    store.accept(store.job(first.id), REFERENCE)
    store.finish(store.job(first.id), "fetching", 9.0, None)
    money = progress(store, "batch").money
    assert [(money[scope].spent, money[scope].reserved) for scope in ("comfy", "vidu")] == [(75.0, 5.0), (9.0, 10.0)]


# -- questions ------------------------------------------------------------------------------------------------------------


def test_open_jobs_are_counted_by_account_and_batch(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second, _ = planned(database, tmp_path, 3, price=4.0)
    started(store, first)
    store.refuse_queued(second, "no")
    assert store.open_jobs() == store.open_jobs("batch") == {"vidu": 2}
    assert store.open_jobs("another") == {}


def test_limits_of_an_account_are_those_that_a_batch_said(database: str, store: JobStore, tmp_path: Path) -> None:
    limits = Limits(concurrency=3, rate=5, period=7.0)
    planned(database, tmp_path, 1, limits={"vidu": limits})
    assert (store.limits("vidu"), store.limits("comfy")) == (limits, None)


def test_another_batch_waits_for_the_account_only_while_nothing_else_holds_it(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    first, second = planned(database, tmp_path, 2, price=4.0)
    assert not store.other_batch_waits(first)
    with store.writing() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == second.id).values(batch="another"))
    assert store.other_batch_waits(first)
    store.hold(second.id, "budget")
    assert not store.other_batch_waits(first)


# -- a database that fails ------------------------------------------------------------------------------------------------


def test_database_that_stays_away_is_named_with_its_words(store: JobStore) -> None:
    impatient, tries = JobStore(store.url, patience=0.0), list[int]()

    def away(_: sa.Connection) -> None:
        tries.append(1)
        raise OperationalError("SELECT 1", {}, Exception("the server went for lunch"))

    with pytest.raises(DatabaseError, match="the server went for lunch") as caught:
        impatient.read(away)
    assert store.url in str(caught.value)
    assert len(tries) == 1
    impatient.close()


def test_database_that_is_away_for_a_moment_is_waited_for(store: JobStore) -> None:
    patient, answers = JobStore(store.url, patience=30.0), iter([OperationalError("SELECT 1", {}, Exception("away"))])

    def away_once(_: sa.Connection) -> str:
        for error in answers:
            raise error
        return "there"

    assert patient.read(away_once) == "there"
    patient.close()


def test_change_that_can_never_be_made_is_not_tried_again(store: JobStore) -> None:
    tries: list[int] = []

    def wrong(_: sa.Connection) -> None:
        tries.append(1)
        raise ProgrammingError("SELECT", {}, Exception("no such column"))

    def there_already(_: sa.Connection) -> None:
        tries.append(1)
        raise IntegrityError("INSERT", {}, Exception("there already"))

    with pytest.raises(DatabaseError, match="no such column"):
        store.change(wrong)
    with pytest.raises(IntegrityError):
        store.change(there_already)
    assert len(tries) == 2


def test_worker_that_cannot_write_says_why_and_how_it_goes_on(store: JobStore) -> None:
    said = str(write_error(store.url, OperationalError("UPDATE", {}, Exception("attempt to write a readonly database\nline 2"))))
    assert f"{store.url} cannot be written: attempt to write a readonly database. Nothing more is sent" in said
    assert "vidu batch resume" in said
