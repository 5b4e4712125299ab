"""A disk of the database that is full for a moment: the worker ends, and the next ones finish every job."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from batch_provider import ProviderProcess
from batch_rig import Rig

pytest_plugins = ["batch_fixtures"]

STEPS: Final = ("submit", "wait", "download")
EXIT_WHEN_FULL: Final = 3
MOST_WORKERS: Final = 8

REFUSE_ONE_RESULT: Final = """
CREATE TRIGGER full_for_{step} BEFORE INSERT ON operation_outputs
WHEN NEW.workflow_uuid = 'batch/{step}' AND NEW.function_name = '{step}' AND NEW.error IS NULL
BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
"""
"""There is no room for the result of a step, and some a moment later, when DBOS records the error instead."""


def test_next_worker_finishes_jobs_of_which_dbos_recorded_its_own_error(
    sqlite_database: str, provider: ProviderProcess, tmp_path: Path
) -> None:
    """The next worker ended each such job's workflow with that error: a paid task stayed `fetching` without end."""
    with Rig(provider, sqlite_database, tmp_path) as rig:
        rig.plan([{"key": step, "prompt": f"a bird to {step}"} for step in STEPS])
        with rig.batches.store.writing() as connection:
            for step in STEPS:
                connection.execute(sa.text(REFUSE_ONE_RESULT.format(step=step)))
        exits: list[int | None] = []
        while not rig.progress().is_over and len(exits) < MOST_WORKERS:
            worker = rig.work()
            rig.until(lambda: not rig.workers[-1].lives or rig.progress().is_over)
            exits.append(worker.process.poll())
        assert rig.states() == dict.fromkeys(STEPS, "done")
        assert EXIT_WHEN_FULL in exits
        assert len(provider.ledger()["paid"]) == len(STEPS)
