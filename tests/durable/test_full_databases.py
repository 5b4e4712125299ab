"""The disk of the database is full for a moment: the worker ends, and the next one goes on with every job by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from batch_provider import ProviderProcess
from batch_rig import Rig
from job_store_rig import ACCOUNTS, planned

from vidu_ext.client.session import Settings
from vidu_ext.durable import Patience, dispatch
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.workers.steps import Steps

pytest_plugins = ["batch_fixtures"]

STEPS: Final = ("submit", "wait", "download")
SAYS_THAT_IT_IS_FULL: Final = 3
LIVES: Final = 8

REFUSE_ONE_RESULT: Final = """
CREATE TRIGGER full_for_{step} BEFORE INSERT ON operation_outputs
WHEN NEW.workflow_uuid = 'batch/{step}' AND NEW.function_name = '{step}' AND NEW.error IS NULL
BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
"""
"""There is no room for what a step gave, and some again a moment later, when DBOS notes the error in its place."""


@pytest.fixture
def database(sqlite_database: str) -> str:
    return sqlite_database


def test_next_worker_goes_on_with_jobs_of_which_dbos_noted_its_own_error(
    database: str, provider: ProviderProcess, tmp_path: Path
) -> None:
    """The next worker ended each such job's workflow with that error: a paid task stayed `fetching` without end."""
    with Rig(provider, database, tmp_path) as rig:
        rig.plan([{"key": step, "prompt": f"a bird to {step}"} for step in STEPS])
        with rig.batches.store.writing() as connection:
            for step in STEPS:
                connection.execute(sa.text(REFUSE_ONE_RESULT.format(step=step)))
        ends: list[int | None] = []
        for _ in range(LIVES):
            worker = rig.work()
            rig.until(lambda: not rig.workers[-1].lives or rig.progress().is_over)
            ends.append(worker.process.poll())
            if rig.progress().is_over:
                break
        assert rig.states() == dict.fromkeys(STEPS, "done")
        assert SAYS_THAT_IT_IS_FULL in ends
        assert len(provider.ledger()["paid"]) == len(STEPS)


def test_job_gets_one_new_workflow_however_often_its_old_one_runs(database: str, store: JobStore, tmp_path: Path) -> None:
    """Of two workflows one looks for what the other is about to send, finds nothing, and sends it as well."""
    (job,) = planned(database, tmp_path, 1)

    client = dispatch.client_of(store.url)
    steps = Steps(
        store=store,
        accounts=ACCOUNTS,
        settings=Settings(),
        patience=Patience(),
        on_fault=print,
        can_send=lambda: True,
        term=lambda: 0,
        enqueue_again=lambda job: dispatch.enqueue_again(store, client, job),
    )
    runs: list[int] = []
    for workflow in (job.workflow, job.workflow, None):
        asyncio.run(steps.start_new_workflow(job.id, workflow))
        runs.append(store.job(job.id).run)
    client.destroy()
    assert runs == [2, 2, 2]
