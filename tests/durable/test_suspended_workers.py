"""A worker whose lease was taken over while it was suspended: the jobs that it takes after it resumes are run."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from batch_provider import ProviderProcess
from batch_rig import Rig
from job_store_rig import set_rows

from vidu_ext.durable import batch_commands
from vidu_ext.durable.database.tables import workers

pytest_plugins = ["batch_fixtures"]


def has_a_new_lease(rig: Rig) -> bool:
    return [row.taken for row in rig.batches.store.rows(sa.select(workers.c.taken))] == [False]


def creates(provider: ProviderProcess) -> int:
    return int(provider.ledger()["counts"].get("vidu/textToVideo", 0))


def test_job_that_a_worker_took_after_its_lease_expired_is_run(
    sqlite_database: str, provider: ProviderProcess, tmp_path: Path
) -> None:
    """Once, the worker left such a job to its heir, which did not know of it: the job stayed `queued` while the worker ran."""
    provider.set_rules([{"kind": "http_429", "operation": "create"}])
    with Rig(provider, sqlite_database, tmp_path, speed={"lease": 4.0, "resend": 0.2}) as rig, rig.working():
        rig.plan([{"key": "a", "prompt": "a bird"}, {"key": "b", "prompt": "a fish"}])
        rig.until(lambda: {job.held for job in rig.jobs().values()} == {"busy"})
        set_rows(rig.batches.store, workers, taken=True)
        rig.until(lambda: has_a_new_lease(rig))
        refused = creates(provider)
        rig.until(lambda: creates(provider) > refused + 4, patience=15.0)
        provider.set_rules([])
        rig.finish()
        assert rig.states() == {"a": "done", "b": "done"}
        assert len(provider.ledger()["paid"]) == 2


def test_job_of_a_worker_without_a_lease_is_run_after_resume(
    sqlite_database: str, provider: ProviderProcess, tmp_path: Path
) -> None:
    """Once, the lease was taken over and removed while the worker was suspended; it resumed, took a job, and died."""
    provider.set_rules([{"kind": "http_429", "operation": "create"}])
    with Rig(provider, sqlite_database, tmp_path, speed={"resend": 0.2}) as rig:
        rig.plan([{"key": "a", "prompt": "a bird"}])
        first = rig.work()
        rig.until(lambda: rig.jobs()["a"].held == "busy")
        assert batch_commands.requeue_lost(rig.batches, rig.batch) == 0, "its worker is alive"
        first.kill()
        with rig.batches.store.writing() as connection:
            connection.execute(sa.delete(workers))
        provider.set_rules([])
        assert batch_commands.requeue_lost(rig.batches, rig.batch) == 1
        with rig.working():
            rig.finish()
        assert rig.states() == {"a": "done"}
        assert len(provider.ledger()["paid"]) == 1
