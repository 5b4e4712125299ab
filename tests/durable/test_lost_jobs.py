"""Jobs whose process died while sending them are sent again only after proof that no task exists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final
from unittest.mock import Mock, PropertyMock

import pytest
from attrs import field, frozen
from job_store_rig import REFERENCE, Plan, begin, set_rows
from steps_rig import steps_of

from vidu_ext.durable import Job, Patience, StorageFullError
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import jobs
from vidu_ext.values.errors import SubmissionUnknownError
from vidu_ext.values.submission import Settlement, Submission
from vidu_ext.values.tasks import TaskRef

pytest_plugins = ["batch_fixtures"]

KEY: Final = "0f8fad5bd9cb469fa165708677289507"
OBSERVED_SECONDS: Final = 0.3
"""How long a step that must not end is observed."""

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def submission_by(settlement: Settlement = "payload", *, ours: bool = True) -> Submission:
    key = KEY if settlement in ("payload", "idempotency-key") else None
    return Submission("vidu", "vidu", "textToVideo", settlement, key, 1_700_000_000.0, {}, key_is_ours=ours)


@frozen(eq=False)
class FakeVidu:
    """A client whose searches find nothing, and whose sends are all accepted."""

    submission: Submission = field(factory=submission_by)
    absent: bool = True
    """Whether a search proves that there is no task."""
    calls: list[str] = field(factory=list[str])

    async def find(self, submission: Submission, **_: object) -> None:
        self.calls.append("find")
        raise SubmissionUnknownError("vidu", "nothing was found", submission, absent=self.absent)

    async def prepare(self, _request: object, **_: object) -> Submission:
        return self.submission

    async def send(self, _submission: Submission, *, on_accepted: Callable[[TaskRef], object]) -> None:
        self.calls.append("send")
        on_accepted(TaskRef.parse(REFERENCE))


def run_submit_with_client(
    store: JobStore,
    job: Job,
    client: FakeVidu,
    *,
    search: float = 60.0,
    resend: float = 0.0,
    must_end: bool = True,
    begun: Callable[[], object] = lambda: True,
    **more: Any,
) -> Job:
    """Run the submit step with a client in place of AsyncVidu, and return the job.

    With `must_end=False` the step must still run OBSERVED_SECONDS after it has `begun`; it is then cancelled.
    """

    async def submit() -> None:
        patience = Patience(search=search, resend=resend, hold_pause=0.01)
        step = steps_of(store, client=client, patience=patience, **more).submit(job)
        if must_end:
            await step
            return
        running = asyncio.ensure_future(step)
        while not (running.done() or begun()):
            await asyncio.sleep(0.01)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(running, OBSERVED_SECONDS)

    asyncio.run(submit())
    return store.job(job.id)


@pytest.fixture
def interrupted_job(store: JobStore, plan: Plan) -> Job:
    """A job whose process died while it was sending it."""
    (job,) = plan(1, price=4.0)
    assert begin(store, job, submission_by().to_text()) == "sending"
    return store.job(job.id)


def test_job_without_a_task_is_sent_again_once(store: JobStore, interrupted_job: Job) -> None:
    client = FakeVidu()
    job = run_submit_with_client(store, interrupted_job, client)
    assert (job.state, job.reference, client.calls) == ("running", REFERENCE, ["find", "send"])


def test_job_that_waits_to_be_sent_again_notes_that_no_task_was_found(store: JobStore, interrupted_job: Job) -> None:
    # can_send: the lease ends too soon to send
    job = run_submit_with_client(store, interrupted_job, FakeVidu(), must_end=False, can_send=lambda: False)
    assert (job.state, job.reserved) == ("queued", 0.0)
    assert "searched for and not found" in (job.note or "")


@pytest.mark.parametrize(
    ("settlement", "ours", "is_searched_repeatedly"),
    [
        ("payload", True, True),
        ("payload", False, False),
        ("idempotency-key", True, True),
        ("running-list", False, False),
        ("none", False, False),
    ],
)
def test_job_that_may_have_a_task_is_not_sent_again_and_only_its_own_key_is_searched_for_repeatedly(
    store: JobStore, interrupted_job: Job, settlement: Settlement, ours: bool, is_searched_repeatedly: bool
) -> None:
    submission = submission_by(settlement, ours=ours)
    set_rows(store, jobs, submission=submission.to_text())
    client = FakeVidu(submission, absent=False)
    job = run_submit_with_client(store, store.job(interrupted_job.id), client, search=0.3)
    assert (job.state, job.reserved, set(client.calls)) == ("unknown", 4.0, {"find"})
    assert (len(client.calls) > 1) is is_searched_repeatedly


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_job_with_an_identical_one_is_neither_searched_for_nor_sent(store: JobStore, plan: Plan, state: str) -> None:
    """At skills.video the tasks of identical requests cannot be told apart, so a search may find the other job's task."""
    submission = submission_by("running-list", ours=False)
    client = FakeVidu(submission)
    other, job = plan(2)
    assert begin(store, job, submission.to_text()) == "sending"
    set_rows(store, jobs, digest="the same")
    set_rows(store, jobs, jobs.c.id == other.id, state=state)
    after = run_submit_with_client(store, store.job(job.id), client)
    assert (after.state, client.calls) == ("unknown", [])
    assert "cannot be told apart" in (after.note or "")


def test_job_is_not_sent_again_while_the_sender_is_suspended(store: JobStore, interrupted_job: Job) -> None:
    """Once, a worker was suspended just before it sent a job, and after it resumed, it sent what another had sent meanwhile."""
    client = FakeVidu()
    leases = Mock(term=0, has_suspended_worker=Mock(side_effect=[True, True, False]))  # during the first two searches
    job = run_submit_with_client(store, interrupted_job, client, leases=leases)
    assert (job.state, client.calls) == ("running", ["find", "find", "find", "send"])


def test_job_is_not_sent_again_while_another_worker_may_be_sending(store: JobStore, interrupted_job: Job) -> None:
    """After a worker resumes, two may have the same job. A request that is still being sent is in no list yet."""
    client = FakeVidu()
    job = run_submit_with_client(store, interrupted_job, client, resend=0.2)
    assert (job.state, client.calls[-1]) == ("running", "send")
    assert client.calls.count("find") >= 3, "the search was not repeated"


def test_job_becomes_unknown_if_its_sender_stays_suspended(store: JobStore, interrupted_job: Job) -> None:
    client, leases = FakeVidu(), Mock(term=0, has_suspended_worker=Mock(return_value=True))
    job = run_submit_with_client(store, interrupted_job, client, search=0.1, leases=leases)
    assert (job.state, job.reserved, set(client.calls)) == ("unknown", 4.0, {"find"})


def test_step_does_not_end_after_the_lease_was_taken_over(store: JobStore, plan: Plan) -> None:
    """Once, DBOS recorded the error that ended the step as the end of the job, while the next worker was running it."""
    client, leases = FakeVidu(), Mock()
    type(leases).term = PropertyMock(side_effect=[0, 1])  # the lease is taken over between the two readings
    (queued,) = plan(1)
    job = run_submit_with_client(store, queued, client, must_end=False, leases=leases)
    assert (job.state, client.calls) == ("queued", [])


def test_job_whose_reference_cannot_be_recorded_is_left_to_the_next_worker(
    store: JobStore, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, such a job became unknown, although its task could be found as soon as the disk had room."""
    client, faults = FakeVidu(), list[Exception]()
    (queued,) = plan(1)
    full = StorageFullError("the disk of the database is full")

    def accept(_job: Job, _reference: str) -> None:
        raise full

    monkeypatch.setattr(store, "accept", accept)
    job = run_submit_with_client(store, queued, client, must_end=False, begun=lambda: faults, on_fault=faults.append)
    assert (job.state, client.calls, faults) == ("sending", ["send"], [full])


def test_job_gets_one_new_workflow_in_place_of_an_old_one(store: JobStore, plan: Plan) -> None:
    """Of two workflows, one would search for what the other is about to send, find nothing, and send it as well."""
    (job,) = plan(1)
    assert [store.enqueue_again(job) for _ in range(2)] == [True, False]
    again = store.job(job.id)
    assert again.run == job.run + 1
    set_rows(store, jobs, state="done")
    assert not store.enqueue_again(again), "it has ended meanwhile"
