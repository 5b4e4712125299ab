"""Workers that die, stop or lose their lease: others run their jobs, within the limits of the account, and each is paid once."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from batch_provider import ProviderProcess, most_at_once
from batch_rig import Rig, own_rig, rows
from dbos import DBOS
from job_store_rig import set_rows
from sqlalchemy.exc import OperationalError

from vidu_ext.durable import Worker, WorkerOptions, batch_commands
from vidu_ext.durable.database.tables import database_url, locking_engine, workers
from vidu_ext.values.errors import ConfigurationError

pytest_plugins = ["batch_fixtures"]

LIMIT = 3


def test_tasks_of_a_dead_worker_get_their_slots_before_jobs_of_higher_priority(tmp_path: Path) -> None:
    """Once, their slots were free for a moment and other jobs took them, so that twice as many tasks ran."""
    with own_rig(tmp_path, processing_seconds=1.5) as rig:
        rig.plan(rows(LIMIT), concurrency=LIMIT)
        first = rig.work()
        rig.until(lambda: list(rig.states().values()) == ["running"] * LIMIT)
        rig.plan([{"key": str(number), "prompt": "a fish", "priority": 9} for number in range(4)], concurrency=LIMIT)
        first.kill()
        rig.work()
        with rig.working():
            rig.finish()
        assert set(rig.states().values()) == {"done"}
        assert most_at_once(rig.provider.ledger()["paid"], "vidu") == LIMIT
        assert rig.paid == LIMIT + 4


def test_transactions_of_dbos_on_sqlite_lock_before_they_read(sqlite_database: str) -> None:
    """DBOS counts running jobs before it starts more. Once, SQLite locked only then, and two workers took the last slot."""
    engine, other = (locking_engine(database_url(sqlite_database), print) for _ in range(2))
    assert engine is not None
    assert other is not None
    with engine.begin() as connection, other.connect() as second:
        connection.exec_driver_sql("SELECT count(*) FROM workflow_status")
        second.connection.cursor().execute("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError, match="locked"):
            second.exec_driver_sql("SELECT count(*) FROM workflow_status")
    engine.dispose()
    other.dispose()


@pytest.mark.parametrize("rig", [{"resend": 0.5}], indirect=True)
def test_worker_that_stops_leaves_jobs_it_has_just_taken_to_the_next_without_an_error(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.plan(rows(8), concurrency=8)
    for pause in (0.0, 0.1):
        with Worker(rig.database, rig.accounts, options=WorkerOptions(polling=0.01)):
            time.sleep(pause)
    with rig.working():
        rig.finish()
    assert (set(rig.states().values()), rig.paid) == ({"done"}, 8)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_worker_that_stops_reports_that_it_waits_for_answers(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Once, Ctrl-C seemed to do nothing while the answer to a request was late."""
    rig.provider.set_rules([{"kind": "hang", "operation": "create", "seconds": 2.0, "nth": 1}])
    rig.plan(rows(1))
    with rig.working():
        rig.until(lambda: creates(rig.provider) == 1)
    assert "stopping: waiting up to 20 s for answers to requests that are being sent" in caplog.messages


@pytest.mark.parametrize("rig", [{"hold_pause": 4.0}], indirect=True)
def test_worker_that_follows_a_batch_waits_for_a_held_job_that_the_budget_allows_again(rig: Rig) -> None:
    """Once, it ended in the pause after which the job would have been sent: the budget is reached, with 60 of 60 left."""
    rig.plan(rows(1, price=55.0), ceilings={"": 5.0})
    with rig.working() as worker:
        rig.until(lambda: bool(rig.progress().held))
        batch_commands.set_ceilings(rig.batches, rig.batch, {"": 60.0})
        *_, last = worker.follow(rig.batch)
    assert last.is_over


def test_jobs_of_a_worker_that_ended_by_itself_are_taken_over_without_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with own_rig(tmp_path, processing_seconds=60.0) as rig, caplog.at_level(logging.INFO, "vidu_ext.durable"):
        rig.plan(rows(1))
        with rig.working() as first:
            rig.until(lambda: rig.states() == {"k00": "running"})
        with rig.working():
            rig.until(lambda: "took over" in caplog.text)
    records = [(record.levelname, record.getMessage()) for record in caplog.records if "took over" in record.getMessage()]
    assert records == [("INFO", f"took over 1 job(s) of worker {first.id}, which ended")]


def test_worker_runs_on_if_a_second_one_is_refused_in_its_process(rig: Rig) -> None:
    """Once, the second one ended the DBOS of the first as it gave up, and `follow` waited for ever."""
    rig.plan(rows(1))
    with rig.working():
        with pytest.raises(ConfigurationError, match="already has a worker"), rig.working():
            pass
        rig.finish()
    assert rig.states() == {"k00": "done"}


# -- a lease that was taken over while its worker was suspended -------------------------------------------------------------


def has_a_new_lease(rig: Rig) -> bool:
    return [row.taken for row in rig.batches.store.rows(sa.select(workers.c.taken))] == [False]


def creates(provider: ProviderProcess) -> int:
    return int(provider.ledger()["counts"].get("vidu/textToVideo", 0))


BUSY: Final[list[dict[str, Any]]] = [{"kind": "http_429", "operation": "create"}]


@pytest.mark.parametrize("rig", [{"lease": 4.0, "resend": 0.2}], indirect=True)
def test_job_that_a_worker_took_after_its_lease_expired_is_run(rig: Rig) -> None:
    """Once, the worker left such a job to its heir, which did not know of it: the job stayed `queued` while the worker ran."""
    rig.provider.set_rules(BUSY)
    with rig.working():
        rig.plan(rows(2))
        rig.until(lambda: {job.held for job in rig.jobs().values()} == {"busy"})
        set_rows(rig.batches.store, workers, taken=True)
        rig.until(lambda: has_a_new_lease(rig))
        refused = creates(rig.provider)
        rig.until(lambda: creates(rig.provider) > refused + 4, patience=15.0)
        rig.provider.set_rules([])
        rig.finish()
    assert (set(rig.states().values()), rig.paid) == ({"done"}, 2)


@pytest.mark.parametrize("rig", [{"resend": 0.2}], indirect=True)
def test_job_of_a_worker_without_a_lease_is_run_after_resume(rig: Rig) -> None:
    """Once, the lease was taken over and removed while the worker was suspended; it resumed, took a job, and died."""
    rig.provider.set_rules(BUSY)
    rig.plan(rows(1))
    first = rig.work()
    rig.until(lambda: rig.jobs()["k00"].held == "busy")
    assert batch_commands.requeue_lost(rig.batches, rig.batch) == 0, "its worker is alive"
    first.kill()
    with rig.batches.store.writing() as connection:
        connection.execute(sa.delete(workers))
    rig.provider.set_rules([])
    assert batch_commands.requeue_lost(rig.batches, rig.batch) == 1
    with rig.working():
        rig.finish()
    assert (rig.states(), rig.paid) == ({"k00": "done"}, 1)


def test_worker_whose_job_was_taken_over_while_it_was_suspended_logs_no_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_rig(tmp_path, processing_seconds=2.0) as rig, rig.working():
        monkeypatch.setattr(logging.getLogger("dbos"), "propagate", True)  # DBOS sets it to False when it starts
        rig.plan(rows(1))
        rig.until(lambda: rig.states() == {"k00": "running"})
        taken = rig.jobs()["k00"]
        rig.batches.store.enqueue_again(taken)
        DBOS.cancel_workflows([taken.workflow])
        rig.finish()
        assert [record.getMessage() for record in caplog.records if record.name == "dbos"] == []
        assert rig.paid == 1


# -- a provider whose clock is behind that of this machine -----------------------------------------------------------------

LOST: Final[list[dict[str, Any]]] = [
    {"kind": "answer_lost", "operation": "create", "nth": 1},
    {"kind": "connection_reset", "operation": "create", "nth": 3},
    {"kind": "late_list", "operation": "list", "nth": 1, "seconds": 600.0},
]
"""The answer to the first create is lost, the third create never arrives, and the first list lacks new tasks."""


def test_batch_pays_once_for_each_row_although_the_clock_of_the_provider_is_behind(tmp_path: Path) -> None:
    """Once, with our clock 15 minutes ahead, no task in the list was new enough, and the first row was paid twice."""
    with own_rig(tmp_path, rules=LOST, ahead=-900.0, processing_seconds=0.25, speed={"resend": 0.5}) as rig:
        rig.plan([{"prompt": "a bird"}] * 4, concurrency=1)
        with rig.working():
            rig.finish()
        assert list(rig.states().values()) == ["done"] * 4
        assert (rig.paid, rig.provider.ledger()["twice"]) == (4, [])
