"""Commands on existing batches: cancel, retry, settle, requeue lost jobs."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_rig import Rig, own_rig, rows
from job_store_rig import set_rows, started

from vidu_ext.client.vidu import Vidu
from vidu_ext.durable import batch_commands
from vidu_ext.durable.database.tables import jobs
from vidu_ext.values.errors import ConfigurationError

pytest_plugins = ["batch_fixtures"]


def test_cancelled_job_that_was_not_sent_stays_cancelled(rig: Rig) -> None:
    rig.plan(rows(3))
    with Vidu(rig.accounts) as vidu:
        cancelled = batch_commands.cancel(rig.batches, batch_commands.select_jobs(rig.batches, "batch", ["k00"]), vidu)
    assert cancelled.before_sending == 1
    assert rig.states() == {"k00": "canceled", "k01": "queued", "k02": "queued"}
    (workflow,) = rig.batches.store.client.list_workflows(workflow_ids=[rig.jobs()["k00"].workflow])
    assert workflow.status == "CANCELLED"
    assert batch_commands.requeue_lost(rig.batches, "batch") == 0


def test_running_tasks_are_cancelled_at_the_provider_and_cost_nothing(tmp_path: Path) -> None:
    with own_rig(tmp_path, queue_seconds=30.0, concurrency=1) as rig, Vidu(rig.accounts) as vidu, rig.working():
        rig.plan(rows(2))
        rig.until(lambda: set(rig.states().values()) == {"running"})
        cancelled = batch_commands.cancel(rig.batches, batch_commands.select_jobs(rig.batches, "batch", []), vidu)
        assert cancelled.at_provider == 2
        rig.finish()
        assert set(rig.states().values()) == {"canceled"}
        assert rig.progress().money[""].spent == 0.0
        assert sum(rig.provider.ledger()["spent"].values()) == 0.0


@pytest.mark.parametrize(("state", "reason"), [("sending", "is being sent"), ("fetching", "has succeeded and is paid")])
def test_cancel_says_why_a_job_is_not_cancelled(rig: Rig, state: str, reason: str) -> None:
    """Once, it promised to cancel jobs that were being downloaded when their task was known."""
    rig.plan(rows(1))
    set_rows(rig.batches.store, jobs, state=state)
    with Vidu(rig.accounts) as vidu:
        cancelled = batch_commands.cancel(rig.batches, rig.jobs().values(), vidu)
    [line] = cancelled.not_canceled
    assert reason in line


def test_selection_of_an_unknown_key_is_refused(rig: Rig) -> None:
    rig.plan(rows(1))
    with pytest.raises(ConfigurationError, match="no job 'k99'"):
        batch_commands.select_jobs(rig.batches, "batch", ["k99"])


def test_jobs_whose_workflow_was_lost_are_requeued_and_paid_once(rig: Rig) -> None:
    """One workflow was deleted, and one cancelled."""
    rig.plan(rows(2))
    deleted, cancelled = (job.workflow for job in rig.jobs().values())
    rig.batches.store.client.delete_workflow(deleted)
    rig.batches.store.client.cancel_workflow(cancelled)
    assert batch_commands.requeue_lost(rig.batches, "batch") == 2
    assert batch_commands.requeue_lost(rig.batches, "batch") == 0
    with rig.working():
        rig.finish()
    assert set(rig.states().values()) == {"done"}
    assert rig.paid == 2


def test_unknown_job_whose_task_is_known_is_waited_for_and_cannot_be_settled_as_not_paid(rig: Rig) -> None:
    """Earlier builds marked such jobs as unknown when the key was refused."""
    rig.plan(rows(1))
    store = rig.batches.store
    job = started(store, rig.jobs()["k00"])
    store.mark_unknown(job, "the key was refused")
    with pytest.raises(ConfigurationError, match=f"accepted as {job.reference}, so it may be paid"):
        batch_commands.settle(rig.batches, store.job(job.id), reference=None)
    assert batch_commands.requeue_lost(rig.batches, "batch") == 1
    assert batch_commands.requeue_lost(rig.batches, "batch") == 0
    now = store.job(job.id)
    assert (now.state, now.reference, now.run, now.note) == ("running", job.reference, 2, None)
    assert len(rig.jobs()) == 1
