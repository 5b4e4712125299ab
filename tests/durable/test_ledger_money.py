"""The sums of a batch: what a job reserves, settles and gives back, also when two changes of it meet or one is made twice."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
import sqlalchemy as sa
from ledger_rig import REFERENCE, planned, running
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from vidu_ext.durable import Job, Limits
from vidu_ext.durable.database.ledger import Ledger
from vidu_ext.durable.database.money import insert_missing
from vidu_ext.durable.database.tables import budgets, costs, jobs
from vidu_ext.durable.job import JobState
from vidu_ext.durable.reports import progress

pytest_plugins = ["batch_fixtures"]

MEETS: Final = 0.3
"""Seconds that a second change gets to be made within the first one, where the database lets it."""
BOUND: Final = 60.0


def money(ledger: Ledger, scope: str = "") -> tuple[float, float]:
    """What a budget has spent and has reserved."""
    found = progress(ledger, "batch").money[scope]
    return found.spent, found.reserved


def started(ledger: Ledger, job: Job) -> Job:
    """The job once its task runs."""
    assert ledger.begin(job, "x").moved == "moved"
    assert ledger.accept(job, REFERENCE).is_own
    return ledger.job(job.id)


# -- what a task cost -----------------------------------------------------------------------------------------------------


def test_charge_that_the_provider_does_not_report_is_booked_as_reserved(database: str, ledger: Ledger, tmp_path: Path) -> None:
    """Booked as 0, every such task would have widened the budget by its price."""
    (job,) = planned(database, tmp_path, 1, price=4.0, ceilings={"": 25.0})
    assert ledger.finish(started(ledger, job), "fetching", None, None)
    assert money(ledger) == (4.0, 0.0)
    assert ledger.job(job.id).credits == 4.0


def test_failed_task_without_a_charge_is_booked_as_reserved(database: str, ledger: Ledger, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    assert ledger.finish(started(ledger, job), "failed", None, "it failed")
    assert money(ledger) == (4.0, 0.0)


@pytest.mark.parametrize(("paid", "spent"), [(0.0, 0.0), (1.0, 1.0), (None, 4.0)])
def test_canceled_task_costs_what_is_told_of_it(
    database: str, ledger: Ledger, tmp_path: Path, paid: float | None, spent: float
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    assert ledger.finish(started(ledger, job), "canceled", paid, "it was canceled")
    assert money(ledger) == (spent, 0.0)


def test_charge_of_nothing_is_booked_as_nothing(database: str, ledger: Ledger, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    assert ledger.finish(started(ledger, job), "fetching", 0.0, None)
    assert money(ledger) == (0.0, 0.0)


def test_probe_whose_charge_is_not_reported_is_booked_with_all_that_it_reserved(
    database: str, ledger: Ledger, tmp_path: Path
) -> None:
    (job,) = planned(database, tmp_path, 1, ceilings={"": 25.0})
    assert ledger.finish(started(ledger, job), "fetching", None, None)
    assert money(ledger) == (25.0, 0.0)


def test_charge_settles_the_budget_of_its_provider_too(database: str, ledger: Ledger, tmp_path: Path) -> None:
    """What stayed reserved of a provider's ceiling held every later job of the batch for ever."""
    first, second = planned(database, tmp_path, 2, price=10.0, ceilings={"": 100.0, "vidu": 15.0})
    job = started(ledger, first)
    assert (money(ledger), money(ledger, "vidu")) == ((0.0, 10.0), (0.0, 10.0))
    assert ledger.begin(second, "x").held == "budget"
    ledger.finish(job, "fetching", 5.0, None)
    assert (money(ledger), money(ledger, "vidu")) == ((5.0, 0.0), (5.0, 0.0))


def test_what_created_nothing_frees_the_budget_of_its_provider_too(database: str, ledger: Ledger, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=10.0, ceilings={"": 100.0, "vidu": 15.0})
    for _ in range(2):
        assert ledger.begin(ledger.job(job.id), "x").moved == "moved"
        ledger.take_back(ledger.job(job.id), None, None)
    assert (money(ledger), money(ledger, "vidu")) == ((0.0, 0.0), (0.0, 0.0))


def test_result_that_is_paid_and_not_fetched_stays_paid(database: str, ledger: Ledger, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    ledger.finish(started(ledger, job), "fetching", 3.0, None)
    ledger.not_fetched(job.id, "the storage is away")
    found = ledger.job(job.id)
    assert (found.state, found.stage, found.credits, found.note) == ("failed", "fetch", 3.0, "the storage is away")
    assert (money(ledger), running(ledger)) == ((3.0, 0.0), 0)


def test_note_of_a_second_paid_task_outlives_the_end_of_the_first(database: str, ledger: Ledger, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    now = started(ledger, job)
    ledger.accept(now, f"{REFERENCE}9")
    ledger.finish(now, "fetching", 3.0, None)
    assert ledger.job(job.id).note == f"{REFERENCE}9 was paid too"


# -- what there is room for -----------------------------------------------------------------------------------------------


def test_room_depends_on_budget_and_slots(database: str, ledger: Ledger, tmp_path: Path) -> None:
    limits = {"limits": {"vidu": Limits(concurrency=1)}, "ceilings": {"": 9.0}}
    first, second, third = planned(database, tmp_path, 3, price=4.0, **limits)
    assert ledger.room(first) is None
    job = started(ledger, first)
    assert ledger.room(second) == "slot"
    ledger.finish(job, "fetching", 4.0, None)
    assert ledger.room(second) is None
    ledger.begin(second, "x")
    assert ledger.room(third) == "budget"


def test_job_of_known_cost_waits_for_the_cost_of_another_only_while_that_is_learned(
    database: str, ledger: Ledger, tmp_path: Path
) -> None:
    """What is left is held by a job of unknown cost, so it may be enough once that cost is known."""
    probe, priced = planned(database, tmp_path, 2, ceilings={"": 25.0})
    with ledger.writing() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == priced.id).values(price=5.0, signature="another kind"))
    waiting = ledger.job(priced.id)
    job = started(ledger, probe)
    assert (ledger.room(waiting), ledger.begin(waiting, "x").held) == ("cost", "cost")
    ledger.learn(job, 23.0)
    assert (ledger.room(waiting), ledger.begin(waiting, "x").held) == ("budget", "budget")


def test_kind_of_job_is_learned_from_one_job_although_another_of_it_ends(database: str, ledger: Ledger, tmp_path: Path) -> None:
    """The end of a job whose charge is not reported let a second job of unknown cost be sent beside the first."""
    priced, probe, third = planned(database, tmp_path, 3, ceilings={"": 25.0})
    with ledger.writing() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == priced.id).values(price=5.0))
    ended = started(ledger, ledger.job(priced.id))
    assert ledger.begin(probe, "x").is_probe
    ledger.finish(ended, "fetching", None, None)
    with ledger.writing() as connection:
        connection.execute(sa.update(budgets).values(ceiling=100.0))
    assert ledger.begin(third, "x").held == "cost"


def test_reason_why_a_job_was_taken_back_is_kept(database: str, ledger: Ledger, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    ledger.begin(job, "x")
    ledger.take_back(ledger.job(job.id), "busy", "too many at once")
    found = ledger.job(job.id)
    assert (found.state, found.held, found.note) == ("queued", "busy", "too many at once")


# -- a change that is made twice ------------------------------------------------------------------------------------------


@contextmanager
def lost_answer_to_a_commit(ledger: Ledger) -> Generator[None]:
    """The next commit arrives and its answer does not, so that the change is made a second time."""
    lost: list[bool] = []

    def commit_and_lose(connection: sa.Connection) -> None:
        if not lost:
            lost.append(True)
            connection.connection.commit()
            connection.detach()
            raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))

    event.listen(ledger.engine, "commit", commit_and_lose)
    try:
        yield
    finally:
        event.remove(ledger.engine, "commit", commit_and_lose)
    assert lost


def finish(ledger: Ledger, job: Job) -> object:
    return ledger.finish(job, "fetching", 3.0, None)


def park(ledger: Ledger, job: Job) -> object:
    ledger.park(job, "it cannot be told")
    return True


def learn(ledger: Ledger, job: Job) -> object:
    ledger.learn(job, 3.0)
    return True


REPEATED: Final[dict[str, tuple[Callable[[Ledger, Job], object], tuple[float, float], int]]] = {
    "finish": (finish, (3.0, 0.0), 0),
    "park": (park, (0.0, 4.0), 0),
    "learn": (learn, (0.0, 3.0), 1),
}
"""A change of a running job, then what is spent and reserved, and how many tasks run."""


@pytest.mark.parametrize(("change", "sums", "slots"), REPEATED.values(), ids=REPEATED.keys())
def test_change_of_a_running_job_whose_answer_was_lost_moves_money_once(
    database: str,
    ledger: Ledger,
    tmp_path: Path,
    change: Callable[[Ledger, Job], object],
    sums: tuple[float, float],
    slots: int,
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0, ceilings={"": 25.0})
    now = started(ledger, job)
    with lost_answer_to_a_commit(ledger):
        assert change(ledger, now) is not False
    assert (money(ledger), running(ledger)) == (sums, slots)


def test_finish_whose_answer_was_lost_says_that_the_job_has_ended(database: str, ledger: Ledger, tmp_path: Path) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    now = started(ledger, job)
    with lost_answer_to_a_commit(ledger):
        assert ledger.finish(now, "fetching", 3.0, None)
    assert not ledger.finish(now, "fetching", 3.0, None)


def test_taking_back_whose_answer_was_lost_frees_money_and_slot_once(database: str, ledger: Ledger, tmp_path: Path) -> None:
    first, second = planned(database, tmp_path, 2, price=4.0)
    for job in (first, second):
        ledger.begin(job, "x")
    now = ledger.job(first.id)
    with lost_answer_to_a_commit(ledger):
        ledger.take_back(now, None, None)
    assert (money(ledger), running(ledger)) == ((0.0, 4.0), 1)


# -- two changes that meet ------------------------------------------------------------------------------------------------


def meeting(ledger: Ledger, first: Callable[[Ledger], object], second: Callable[[Ledger], object]) -> None:
    """Make the second change, by another process, right after the first one has read what the job reserves."""
    other = Ledger(ledger.url)
    thread = Thread(target=second, args=(other,))

    def read(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if thread.ident is None and "reserved" in statement and "vidu_jobs" in statement:
            thread.start()
            thread.join(MEETS)  # it waits where the first change has taken the row

    event.listen(ledger.engine, "after_cursor_execute", read)
    try:
        first(ledger)
    finally:
        event.remove(ledger.engine, "after_cursor_execute", read)
    thread.join(BOUND)
    assert thread.ident is not None
    assert not thread.is_alive()
    other.close()


def test_end_of_a_task_that_meets_the_learning_of_its_cost_settles_its_reservation_once(
    database: str, ledger: Ledger, tmp_path: Path
) -> None:
    (probe,) = planned(database, tmp_path, 1, ceilings={"": 25.0, "vidu": 25.0})
    job = started(ledger, probe)
    meeting(ledger, lambda here: here.learn(job, 19.0), lambda there: there.finish(job, "fetching", 20.0, None))
    assert (money(ledger), money(ledger, "vidu")) == ((20.0, 0.0), (20.0, 0.0))


def test_learning_of_a_cost_that_meets_the_end_of_the_task_settles_its_reservation_once(
    database: str, ledger: Ledger, tmp_path: Path
) -> None:
    (probe,) = planned(database, tmp_path, 1, ceilings={"": 25.0, "vidu": 25.0})
    job = started(ledger, probe)
    meeting(ledger, lambda here: here.finish(job, "fetching", 20.0, None), lambda there: there.learn(job, 19.0))
    assert (money(ledger), money(ledger, "vidu")) == ((20.0, 0.0), (20.0, 0.0))


def test_cost_that_is_learned_twice_at_once_changes_the_reservation_once(database: str, ledger: Ledger, tmp_path: Path) -> None:
    (probe,) = planned(database, tmp_path, 1, ceilings={"": 25.0})
    job = started(ledger, probe)
    meeting(ledger, lambda here: here.learn(job, 19.0), lambda there: there.learn(job, 19.0))
    assert (money(ledger), ledger.job(job.id).reserved) == ((0.0, 19.0), 19.0)


def test_cost_that_is_learned_after_the_end_changes_no_sum(database: str, ledger: Ledger, tmp_path: Path) -> None:
    (probe,) = planned(database, tmp_path, 1, ceilings={"": 25.0})
    job = started(ledger, probe)
    ledger.finish(job, "fetching", 20.0, None)
    ledger.learn(job, 19.0)
    assert money(ledger) == (20.0, 0.0)


# -- a row that is there already ------------------------------------------------------------------------------------------


def test_row_that_is_there_already_is_not_missing(database: str, ledger: Ledger, tmp_path: Path) -> None:
    planned(database, tmp_path, 1)
    values = {"signature": "a kind", "provider": "vidu", "credits": None, "probe": None}
    with ledger.writing() as connection:
        assert insert_missing(connection, costs, values, ["signature"])
        assert not insert_missing(connection, costs, {**values, "credits": 4.0}, ["signature"])
        assert connection.execute(sa.select(costs.c.credits)).scalar_one() is None


def test_job_with_the_file_of_another_is_never_left_out_without_a_word(database: str, ledger: Ledger, tmp_path: Path) -> None:
    """Only the same job may be there already; another one with its file would never have been sent."""
    (job,) = planned(database, tmp_path, 1)
    with pytest.raises(IntegrityError), ledger.engine.begin() as connection:
        row = connection.execute(sa.select(jobs).where(jobs.c.id == job.id)).mappings().one()
        insert_missing(connection, jobs, {**row, "id": "batch/another", "key": "another"}, ["id"])


# -- tasks that cannot be told apart --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "is_twin"),
    [("sending", True), ("unknown", True), ("queued", False), ("running", False), ("done", False), ("failed", False)],
)
def test_job_that_may_own_the_task_of_a_like_job_is_its_twin(
    database: str, ledger: Ledger, tmp_path: Path, state: JobState, is_twin: bool
) -> None:
    """A parked job may be the one whose task a search finds, and the search took that task for another job."""
    first, second = planned(database, tmp_path, 2)
    with ledger.writing() as connection:
        connection.execute(sa.update(jobs).values(digest="the same"))
        connection.execute(sa.update(jobs).where(jobs.c.id == first.id).values(state=state))
    assert ledger.has_twin(ledger.job(second.id)) == is_twin


@pytest.mark.parametrize("difference", [{"digest": "another"}, {"account": "another"}])
def test_job_of_another_request_or_account_is_no_twin(
    database: str, ledger: Ledger, tmp_path: Path, difference: dict[str, str]
) -> None:
    first, second = planned(database, tmp_path, 2)
    with ledger.writing() as connection:
        connection.execute(sa.update(jobs).values(digest="the same", state="sending"))
        connection.execute(sa.update(jobs).where(jobs.c.id == first.id).values(**difference))
    assert not ledger.has_twin(ledger.job(second.id))
