"""The states of a job: what its row says after each change, and which changes are refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import pytest
from attrs import evolve
from job_store_rig import REFERENCE, Plan, begin, money, running, set_rows, started

from vidu_ext.durable import Job, Limits
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import jobs
from vidu_ext.durable.dispatch import limits_of

pytest_plugins = ["batch_fixtures"]


pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def is_now(moment: float | None) -> bool:
    return moment is not None and abs(time.time() - moment) < 60.0


# -- changes --------------------------------------------------------------------------------------------------------------


def test_accepted_task_of_an_unknown_job_makes_it_running(store: JobStore, plan: Plan) -> None:
    (job,) = plan(1, price=4.0)
    store.begin(job, "what is sent")
    store.mark_unknown(store.job(job.id), "no answer")
    unknown = store.job(job.id)
    assert (unknown.state, unknown.note, is_now(unknown.ended)) == ("unknown", "no answer", True)
    store.accept(unknown, REFERENCE)
    after = store.job(job.id)
    assert (after.state, after.reference, after.submission) == ("running", REFERENCE, None)
    assert (after.note, after.held, after.ended, running(store)) == (None, None, None, 1)


def test_accepted_task_of_a_requeued_job_makes_it_running(store: JobStore, plan: Plan) -> None:
    """Once, the answer came after the job had been requeued, and was dropped."""
    (job,) = plan(1)
    store.begin(job, "x")
    store.requeue(store.job(job.id), None, "not found")
    assert store.accept(job, REFERENCE) is not None
    assert (store.job(job.id).state, running(store)) == ("running", 1)


def test_second_task_of_a_job_is_noted_and_logged(store: JobStore, plan: Plan, caplog: pytest.LogCaptureFixture) -> None:
    (job,) = plan(1)
    store.begin(job, "x")
    store.accept(job, REFERENCE)
    assert store.accept(job, f"{REFERENCE}9") is None
    assert f"{job.id} has the task {REFERENCE}, and {REFERENCE}9 was paid too" in caplog.text
    store.finish(store.job(job.id), "fetching", 3.0, None)
    after = store.job(job.id)
    assert (after.reference, after.note) == (REFERENCE, f"{REFERENCE}9 was paid too")


def test_task_of_a_job_that_ended_without_one_is_noted_and_logged(
    store: JobStore, plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, the log said that the job had another task."""
    (job,) = plan(1)
    store.cancel(job)
    assert store.accept(job, REFERENCE) is None
    assert store.job(job.id).note == f"{REFERENCE} was paid too"
    assert f"{job.id} is canceled, and {REFERENCE} was paid too" in caplog.text


def test_end_of_an_earlier_task_does_not_end_a_job_that_was_queued_again(store: JobStore, plan: Plan) -> None:
    """A worker that was suspended meanwhile reports it. Once, the job failed, and its second task was paid for nothing."""
    (job,) = plan(1, price=4.0)
    earlier = started(store, job)
    set_rows(store, jobs, reference="vidu:2", attempt=2)
    assert store.finish(earlier, "failed", 0.0, "an old failure") is None
    assert (store.job(job.id).note, money(store)) == (None, (0.0, 4.0))


STALE: Final[dict[str, tuple[dict[str, object], Callable[[JobStore, Job], object]]]] = {
    "begin": ({"state": "queued"}, lambda store, job: store.begin(job, "x")),
    "hold": ({"state": "queued"}, lambda store, job: store.hold(job, "busy", "later")),
    "hold, running": ({"state": "running", "reference": "vidu:2"}, lambda store, job: store.hold(job, "key")),
    "refuse": ({"state": "queued"}, lambda store, job: store.refuse(job, "no such model")),
    "cancel_queued": ({"state": "queued"}, lambda store, job: store.cancel_queued(job)),
    "mark_unknown, sending": ({"state": "sending", "submission": "y"}, lambda store, job: store.mark_unknown(job, "no answer")),
    "mark_unknown, running": ({"state": "running", "reference": "vidu:2"}, lambda store, job: store.mark_unknown(job, "refused")),
    "finish": ({"state": "running", "reference": "vidu:2"}, lambda store, job: store.finish(job, "failed", None, None)),
    "record_cost": ({"state": "running", "reference": "vidu:2"}, lambda store, job: store.record_cost(job, 19.0)),
    "fail_download": ({"state": "fetching", "reference": "vidu:1"}, lambda store, job: store.fail_download(job, "gone")),
}
"""What a job is by now, and a change that follows from what it was."""


@pytest.mark.parametrize(("now", "change"), STALE.values(), ids=STALE)
def test_worker_that_knows_a_job_from_before_a_retry_does_not_change_it(
    store: JobStore, plan: Plan, now: dict[str, object], change: Callable[[JobStore, Job], object]
) -> None:
    """It was suspended meanwhile. Once, it sent the job with the key of the attempt before, and two tasks were paid."""
    (job,) = plan(1, price=4.0)
    known = evolve(job, cancel=True, submission="x", reference="vidu:1")
    set_rows(store, jobs, run=2, attempt=2, **now)
    before = store.job(job.id)
    change(store, known)
    assert store.job(job.id) == before


def test_task_of_an_earlier_attempt_does_not_become_that_of_a_retried_job(
    store: JobStore, plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    """Its answer came late. Once, it took the place of the task that the retry was sending, which was paid for nothing."""
    (job,) = plan(1, price=4.0)
    set_rows(store, jobs, state="sending", submission="y", run=2, attempt=2)
    assert store.accept(job, REFERENCE) is None
    after = store.job(job.id)
    assert (after.state, after.reference, after.submission) == ("sending", None, "y")
    assert after.note == f"its earlier task {REFERENCE} may be paid too"
    assert f"{job.id} was retried, and its earlier task {REFERENCE} may be paid" in caplog.text


def test_download_that_fails_after_its_file_was_recorded_changes_nothing(store: JobStore, plan: Plan) -> None:
    (job,) = plan(1, price=4.0)
    store.finish(started(store, job), "fetching", 3.0, None)
    store.record_file(job, "a.mp4", 7, "0f")
    store.fail_download(store.job(job.id), "too late")
    after = store.job(job.id)
    assert (after.state, after.file, after.size, after.sha256, after.stage) == ("done", "a.mp4", 7, "0f", None)
    assert is_now(after.ended)


def test_only_a_queued_job_is_cancelled_at_once(store: JobStore, plan: Plan) -> None:
    first, second = plan(2, price=4.0)
    store.hold(first, "busy", "later")
    after = store.cancel(first)
    assert (after.state, after.cancel, after.held, after.note) == ("canceled", True, None, "cancelled before it was sent")
    assert is_now(after.ended)
    assert store.begin(first, "x") is None
    store.begin(second, "what is sent")
    assert (store.cancel(second).state, store.job(second.id).cancel) == ("sending", True)


def test_hold_is_recorded_only_in_the_state_that_it_is_about(store: JobStore, plan: Plan) -> None:
    queued, other = plan(2, price=4.0)
    runs = started(store, other)
    for job in (queued, other):  # the second is known as queued
        store.hold(job, "busy", "later")
    assert (store.job(queued.id).held, store.job(queued.id).note) == ("busy", "later")
    assert store.job(other.id) == runs
    set_rows(store, jobs, jobs.c.id == other.id, note="another was paid too")
    for held in ("key", None):
        store.hold(runs, held)
        assert (store.job(other.id).held, store.job(other.id).note) == (held, "another was paid too")


def test_requeue_by_a_stopped_worker_does_not_touch_a_newer_submission(store: JobStore, plan: Plan) -> None:
    """Once, it found no task, was stopped, and requeued the job while the next worker was sending it: it was sent twice."""
    (job,) = plan(1, price=4.0)
    store.begin(job, "x")
    stopped = store.job(job.id)
    store.requeue(stopped, None, "not found")
    assert begin(store, store.job(job.id), "y") == "sending"
    store.requeue(stopped, None, "not found")
    store.refuse(stopped, "no")
    after = store.job(job.id)
    assert (after.state, after.submission, after.reserved, running(store)) == ("sending", "y", 4.0, 1)


# -- queries --------------------------------------------------------------------------------------------------------------


def test_limits_of_an_account_are_those_of_the_batch(store: JobStore, plan: Plan) -> None:
    limits = Limits(concurrency=3, rate=5, period=7.0)
    plan(1, limits={"vidu": limits})
    assert (limits_of(store.client, "vidu"), limits_of(store.client, "comfy")) == (limits, Limits())


def test_another_batch_waits_for_the_account_unless_its_jobs_are_held(store: JobStore, plan: Plan) -> None:
    first, second = plan(2, price=4.0)
    assert not store.other_batch_waits(first)
    set_rows(store, jobs, jobs.c.id == second.id, batch="another")
    assert store.other_batch_waits(first)
    store.hold(second, "budget")
    assert not store.other_batch_waits(first)


TWIN = {"digest": "the same", "state": "sending"}


@pytest.mark.parametrize(
    ("differs", "is_unsettled"),
    [
        ({"state": "sending"}, True),
        ({"state": "unknown"}, True),
        ({"state": "queued"}, False),
        ({"state": "running"}, False),
        ({"digest": "another"}, False),
        ({"account": "another"}, False),
    ],
)
def test_job_has_an_unsettled_twin_while_the_task_of_an_identical_job_is_not_known(
    store: JobStore, plan: Plan, differs: dict[str, str], is_unsettled: bool
) -> None:
    """Once, the search for one job found the task of an unknown one with the same request."""
    first, second = plan(2)
    set_rows(store, jobs, **TWIN)
    set_rows(store, jobs, jobs.c.id == first.id, **differs)
    assert store.has_unsettled_twin(store.job(second.id)) == is_unsettled
