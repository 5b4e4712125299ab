"""A worker that was taken for dead while it was suspended, and wakes up: what it takes before it notices must go on."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from batch_provider import ProviderProcess
from batch_rig import Rig

from vidu_ext.durable import batch_commands
from vidu_ext.durable.database.tables import workers

pytest_plugins = ["batch_fixtures"]


@pytest.fixture
def database(sqlite_database: str) -> str:
    return sqlite_database


def take_for_dead(rig: Rig) -> None:
    """Take over the lease of the only worker, as another does that has heard nothing of it."""
    with rig.batches.store.writing() as connection:
        connection.execute(sa.update(workers).values(heir="another"))


def is_taken_back(rig: Rig) -> bool:
    heirs = sa.select(workers.c.heir)
    return rig.batches.store.read(lambda connection: connection.execute(heirs).scalars().all()) == [None]


def creates(provider: ProviderProcess) -> int:
    return int(provider.ledger()["counts"].get("vidu/textToVideo", 0))


def test_job_that_a_worker_took_before_it_noticed_is_gone_on_with(
    database: str, provider: ProviderProcess, tmp_path: Path
) -> None:
    """The worker left such a job to its heir, which did not know of it: it was `queued` for as long as the worker lived."""
    provider.set_rules([{"kind": "http_429", "operation": "create"}])
    with Rig(provider, database, tmp_path, speed={"lease": 4.0, "resend": 0.2}) as rig:
        rig.plan([{"key": "a", "prompt": "a bird"}, {"key": "b", "prompt": "a fish"}])
        rig.work()
        rig.until(lambda: {job.held for job in rig.jobs().values()} == {"busy"})
        take_for_dead(rig)
        rig.until(lambda: is_taken_back(rig))
        refused = creates(provider)
        rig.until(lambda: creates(provider) > refused + 4, patience=15.0)
        provider.set_rules([])
        rig.finish()
        assert rig.states() == {"a": "done", "b": "done"}
        assert len(provider.ledger()["paid"]) == 2


def test_job_of_a_worker_that_nobody_knows_any_more_is_gone_on_with_after_resume(
    database: str, provider: ProviderProcess, tmp_path: Path
) -> None:
    """Its lease was taken over and forgotten while it was asleep; it woke up, took a job, and died."""
    provider.set_rules([{"kind": "http_429", "operation": "create"}])
    with Rig(provider, database, tmp_path, speed={"resend": 0.2}) as rig:
        rig.plan([{"key": "a", "prompt": "a bird"}])
        first = rig.work()
        rig.until(lambda: rig.jobs()["a"].held == "busy")
        assert batch_commands.requeue_lost(rig.batches, rig.batch) == 0, "its worker lives"
        first.kill()
        with rig.batches.store.writing() as connection:
            connection.execute(sa.delete(workers))
        provider.set_rules([])
        assert batch_commands.requeue_lost(rig.batches, rig.batch) == 1
        rig.work()
        rig.finish()
        assert rig.states() == {"a": "done"}
        assert len(provider.ledger()["paid"]) == 1
