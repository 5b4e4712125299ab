"""The sums of a batch: what a job reserves, settles and gives back, also when two changes of it meet or one is made twice."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
import sqlalchemy as sa
from job_store_rig import REFERENCE, planned, running
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from vidu_ext.durable import Job
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.money import insert_missing
from vidu_ext.durable.database.tables import budgets, costs, jobs
from vidu_ext.durable.job import JobState
from vidu_ext.durable.reports import progress

pytest_plugins = ["batch_fixtures"]

MEETS: Final = 0.3
"""Seconds that a second change gets to be made within the first one, where the database lets it."""
BOUND: Final = 60.0


def money(store: JobStore, scope: str = "") -> tuple[float, float]:
    """What a budget has spent and has reserved."""
    found = progress(store, "batch").money[scope]
    return found.spent, found.reserved


def started(store: JobStore, job: Job) -> Job:
    """The job once its task runs."""
    assert store.begin(job, "x").moved == "moved"
    assert store.accept(job, REFERENCE).is_own
    return store.job(job.id)


# -- what a task cost -----------------------------------------------------------------------------------------------------


def test_charge_that_the_provider_does_not_report_is_booked_as_reserved(database: str, store: JobStore, tmp_path: Path) -> None:
    """Booked as 0, every such task would have widened the budget by its price."""
    (job,) = planned(database, tmp_path, 1, price=4.0, ceilings={"": 25.0})
    assert store.finish(started(store, job), "fetching", None, None)
    assert money(store) == (4.0, 0.0)
    assert store.job(job.id).credits == 4.0


def test_failed_task_without_a_charge_is_booked_as_reserved(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    assert store.finish(started(store, job), "failed", None, "it failed")
    assert money(store) == (4.0, 0.0)


@pytest.mark.parametrize(("paid", "spent"), [(0.0, 0.0), (1.0, 1.0), (None, 4.0)])
def test_canceled_task_costs_what_is_told_of_it(
    database: str, store: JobStore, tmp_path: Path, paid: float | None, spent: float
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    assert store.finish(started(store, job), "canceled", paid, "it was canceled")
    assert money(store) == (spent, 0.0)


def test_charge_of_nothing_is_booked_as_nothing(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    assert store.finish(started(store, job), "fetching", 0.0, None)
    assert money(store) == (0.0, 0.0)


def test_probe_whose_charge_is_not_reported_is_booked_with_all_that_it_reserved(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    (job,) = planned(database, tmp_path, 1, ceilings={"": 25.0})
    assert store.finish(started(store, job), "fetching", None, None)
    assert money(store) == (25.0, 0.0)


def test_charge_settles_the_budget_of_its_provider_too(database: str, store: JobStore, tmp_path: Path) -> None:
    """What stayed reserved of a provider's ceiling held every later job of the batch for ever."""
    first, second = planned(database, tmp_path, 2, price=10.0, ceilings={"": 100.0, "vidu": 15.0})
    job = started(store, first)
    assert (money(store), money(store, "vidu")) == ((0.0, 10.0), (0.0, 10.0))
    assert store.begin(second, "x").held == "budget"
    store.finish(job, "fetching", 5.0, None)
    assert (money(store), money(store, "vidu")) == ((5.0, 0.0), (5.0, 0.0))


def test_what_created_nothing_frees_the_budget_of_its_provider_too(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=10.0, ceilings={"": 100.0, "vidu": 15.0})
    for _ in range(2):
        assert store.begin(store.job(job.id), "x").moved == "moved"
        store.requeue(store.job(job.id), None, None)
    assert (money(store), money(store, "vidu")) == ((0.0, 0.0), (0.0, 0.0))


def test_result_that_is_paid_and_not_fetched_stays_paid(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.finish(started(store, job), "fetching", 3.0, None)
    store.download_failed(job.id, "the storage is away")
    found = store.job(job.id)
    assert (found.state, found.stage, found.credits, found.note) == ("failed", "fetch", 3.0, "the storage is away")
    assert (money(store), running(store)) == ((3.0, 0.0), 0)


def test_note_of_a_second_paid_task_outlives_the_end_of_the_first(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    now = started(store, job)
    store.accept(now, f"{REFERENCE}9")
    store.finish(now, "fetching", 3.0, None)
    assert store.job(job.id).note == f"{REFERENCE}9 was paid too"


# -- what there is room for -----------------------------------------------------------------------------------------------


def test_room_depends_on_the_budget(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second, third = planned(database, tmp_path, 3, price=4.0, ceilings={"": 9.0})
    assert store.budget_hold(first) is None
    store.finish(started(store, first), "fetching", 4.0, None)
    assert store.budget_hold(second) is None
    store.begin(second, "x")
    assert store.budget_hold(third) == "budget"


def test_job_of_known_cost_waits_for_the_cost_of_another_only_while_that_is_learned(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    """What is left is held by a job of unknown cost, so it may be enough once that cost is known."""
    probe, priced = planned(database, tmp_path, 2, ceilings={"": 25.0})
    with store.writing() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == priced.id).values(price=5.0, signature="another kind"))
    waiting = store.job(priced.id)
    job = started(store, probe)
    assert (store.budget_hold(waiting), store.begin(waiting, "x").held) == ("cost", "cost")
    store.learn(job, 23.0)
    assert (store.budget_hold(waiting), store.begin(waiting, "x").held) == ("budget", "budget")


def test_kind_of_job_is_learned_from_one_job_although_another_of_it_ends(database: str, store: JobStore, tmp_path: Path) -> None:
    """The end of a job whose charge is not reported let a second job of unknown cost be sent beside the first."""
    priced, probe, third = planned(database, tmp_path, 3, ceilings={"": 25.0})
    with store.writing() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == priced.id).values(price=5.0))
    ended = started(store, store.job(priced.id))
    assert store.begin(probe, "x").is_probe
    store.finish(ended, "fetching", None, None)
    with store.writing() as connection:
        connection.execute(sa.update(budgets).values(ceiling=100.0))
    assert store.begin(third, "x").held == "cost"


def test_reason_why_a_job_was_taken_back_is_kept(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.begin(job, "x")
    store.requeue(store.job(job.id), "busy", "too many at once")
    found = store.job(job.id)
    assert (found.state, found.held, found.note) == ("queued", "busy", "too many at once")


# -- a change that is made twice ------------------------------------------------------------------------------------------


@contextmanager
def lost_answer_to_a_commit(store: JobStore) -> Generator[None]:
    """The next commit arrives and its answer does not, so that the change is made a second time."""
    lost: list[bool] = []

    def commit_and_lose(connection: sa.Connection) -> None:
        if not lost:
            lost.append(True)
            connection.connection.commit()
            connection.detach()
            raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))

    event.listen(store.engine, "commit", commit_and_lose)
    try:
        yield
    finally:
        event.remove(store.engine, "commit", commit_and_lose)
    assert lost


def finish(store: JobStore, job: Job) -> object:
    return store.finish(job, "fetching", 3.0, None)


def park(store: JobStore, job: Job) -> object:
    store.mark_unknown(job, "it cannot be told")
    return True


def learn(store: JobStore, job: Job) -> object:
    store.learn(job, 3.0)
    return True


REPEATED: Final[dict[str, tuple[Callable[[JobStore, Job], object], tuple[float, float], int]]] = {
    "finish": (finish, (3.0, 0.0), 0),
    "park": (park, (0.0, 4.0), 0),
    "learn": (learn, (0.0, 3.0), 1),
}
"""A change of a running job, then what is spent and reserved, and how many tasks run."""


@pytest.mark.parametrize(("change", "sums", "slots"), REPEATED.values(), ids=REPEATED.keys())
def test_change_of_a_running_job_whose_answer_was_lost_moves_money_once(
    database: str,
    store: JobStore,
    tmp_path: Path,
    change: Callable[[JobStore, Job], object],
    sums: tuple[float, float],
    slots: int,
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0, ceilings={"": 25.0})
    now = started(store, job)
    with lost_answer_to_a_commit(store):
        assert change(store, now) is not False
    assert (money(store), running(store)) == (sums, slots)


def test_finish_whose_answer_was_lost_says_that_the_job_has_ended(database: str, store: JobStore, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    now = started(store, job)
    with lost_answer_to_a_commit(store):
        assert store.finish(now, "fetching", 3.0, None)
    assert not store.finish(now, "fetching", 3.0, None)


def test_taking_back_whose_answer_was_lost_frees_money_once(database: str, store: JobStore, tmp_path: Path) -> None:
    first, second = planned(database, tmp_path, 2, price=4.0)
    for job in (first, second):
        store.begin(job, "x")
    now = store.job(first.id)
    with lost_answer_to_a_commit(store):
        store.requeue(now, None, None)
    assert (money(store), running(store)) == ((0.0, 4.0), 1)


# -- two changes that meet ------------------------------------------------------------------------------------------------


def meeting(store: JobStore, first: Callable[[JobStore], object], second: Callable[[JobStore], object]) -> None:
    """Make the second change, by another process, right after the first one has read what the job reserves."""
    other = JobStore(store.url)
    thread = Thread(target=second, args=(other,))

    def read(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if thread.ident is None and "reserved" in statement and "vidu_jobs" in statement:
            thread.start()
            thread.join(MEETS)  # it waits where the first change has taken the row

    event.listen(store.engine, "after_cursor_execute", read)
    try:
        first(store)
    finally:
        event.remove(store.engine, "after_cursor_execute", read)
    thread.join(BOUND)
    assert thread.ident is not None
    assert not thread.is_alive()
    other.close()


def test_end_of_a_task_that_meets_the_learning_of_its_cost_settles_its_reservation_once(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    (probe,) = planned(database, tmp_path, 1, ceilings={"": 25.0, "vidu": 25.0})
    job = started(store, probe)
    meeting(store, lambda here: here.learn(job, 19.0), lambda there: there.finish(job, "fetching", 20.0, None))
    assert (money(store), money(store, "vidu")) == ((20.0, 0.0), (20.0, 0.0))


def test_learning_of_a_cost_that_meets_the_end_of_the_task_settles_its_reservation_once(
    database: str, store: JobStore, tmp_path: Path
) -> None:
    (probe,) = planned(database, tmp_path, 1, ceilings={"": 25.0, "vidu": 25.0})
    job = started(store, probe)
    meeting(store, lambda here: here.finish(job, "fetching", 20.0, None), lambda there: there.learn(job, 19.0))
    assert (money(store), money(store, "vidu")) == ((20.0, 0.0), (20.0, 0.0))


def test_cost_that_is_learned_twice_at_once_changes_the_reservation_once(database: str, store: JobStore, tmp_path: Path) -> None:
    (probe,) = planned(database, tmp_path, 1, ceilings={"": 25.0})
    job = started(store, probe)
    meeting(store, lambda here: here.learn(job, 19.0), lambda there: there.learn(job, 19.0))
    assert (money(store), store.job(job.id).reserved) == ((0.0, 19.0), 19.0)


def test_cost_that_is_learned_after_the_end_changes_no_sum(database: str, store: JobStore, tmp_path: Path) -> None:
    (probe,) = planned(database, tmp_path, 1, ceilings={"": 25.0})
    job = started(store, probe)
    store.finish(job, "fetching", 20.0, None)
    store.learn(job, 19.0)
    assert money(store) == (20.0, 0.0)


# -- a row that is there already ------------------------------------------------------------------------------------------


def test_row_that_is_there_already_is_not_missing(database: str, store: JobStore, tmp_path: Path) -> None:
    planned(database, tmp_path, 1)
    values = {"signature": "a kind", "provider": "vidu", "credits": None, "probe": None}
    with store.writing() as connection:
        assert insert_missing(connection, costs, values, ["signature"])
        assert not insert_missing(connection, costs, {**values, "credits": 4.0}, ["signature"])
        assert connection.execute(sa.select(costs.c.credits)).scalar_one() is None


def test_job_with_the_file_of_another_is_never_left_out_without_a_word(database: str, store: JobStore, tmp_path: Path) -> None:
    """Only the same job may be there already; another one with its file would never have been sent."""
    (job,) = planned(database, tmp_path, 1)
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        row = connection.execute(sa.select(jobs).where(jobs.c.id == job.id)).mappings().one()
        insert_missing(connection, jobs, {**row, "id": "batch/another", "key": "another"}, ["id"])


# -- tasks that cannot be told apart --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "is_twin"),
    [("sending", True), ("unknown", True), ("queued", False), ("running", False), ("done", False), ("failed", False)],
)
def test_job_that_may_own_the_task_of_a_like_job_is_its_twin(
    database: str, store: JobStore, tmp_path: Path, state: JobState, is_twin: bool
) -> None:
    """A parked job may be the one whose task a search finds, and the search took that task for another job."""
    first, second = planned(database, tmp_path, 2)
    with store.writing() as connection:
        connection.execute(sa.update(jobs).values(digest="the same"))
        connection.execute(sa.update(jobs).where(jobs.c.id == first.id).values(state=state))
    assert store.has_identical_job(store.job(second.id)) == is_twin


@pytest.mark.parametrize("difference", [{"digest": "another"}, {"account": "another"}])
def test_job_of_another_request_or_account_is_no_twin(
    database: str, store: JobStore, tmp_path: Path, difference: dict[str, str]
) -> None:
    first, second = planned(database, tmp_path, 2)
    with store.writing() as connection:
        connection.execute(sa.update(jobs).values(digest="the same", state="sending"))
        connection.execute(sa.update(jobs).where(jobs.c.id == first.id).values(**difference))
    assert not store.has_identical_job(store.job(second.id))
