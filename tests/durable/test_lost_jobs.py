"""A job that a process left in the middle of sending: it is sent again only where it is proved that nothing was created."""

from __future__ import annotations

import asyncio
import inspect
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

import pytest
import sqlalchemy as sa
from attrs import field, frozen
from dbos import DBOS
from job_store_rig import ACCOUNTS, REFERENCE, planned
from sqlalchemy.exc import OperationalError

from vidu_ext.client.session import Settings
from vidu_ext.durable import DatabaseError, Job, Patience, StorageFullError
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import jobs
from vidu_ext.durable.workers import worker
from vidu_ext.durable.workers.steps import Steps
from vidu_ext.values.errors import SubmissionUnknownError
from vidu_ext.values.submission import Settlement, Submission
from vidu_ext.values.tasks import TaskRef

pytest_plugins = ["batch_fixtures"]

KEY: Final = "0f8fad5bd9cb469fa165708677289507"


@pytest.fixture
def database(sqlite_database: str) -> str:
    return sqlite_database


def sent(settlement: Settlement, *, ours: bool) -> Submission:
    key = KEY if settlement in ("payload", "idempotency-key") else None
    return Submission("vidu", "vidu", "textToVideo", settlement, key, 1_700_000_000.0, {}, key_is_ours=ours)


@frozen(eq=False)
class Client:
    """A client whose searches find nothing, and whose creates are all accepted."""

    submission: Submission
    absent: bool
    did: list[str] = field(factory=list[str])

    async def find(self, submission: Submission, **_: object) -> None:
        self.did.append("find")
        raise SubmissionUnknownError("vidu", "nothing was found", submission, absent=self.absent)

    async def prepare(self, _request: object, **_: object) -> Submission:
        return self.submission

    async def send(self, _submission: Submission, *, on_accepted: Callable[[TaskRef], object]) -> None:
        self.did.append("send")
        on_accepted(TaskRef.parse(REFERENCE))

    async def status(self, reference: str) -> None:
        raise AssertionError(f"nobody asks for {reference} here")


LEFT_SECONDS: Final = 0.5
"""How long a step is waited for that does not end."""


def steps_of(store: JobStore, client: Client, *, search: float = 60.0, resend: float = 0.0, **more: Any) -> Steps:
    """The steps of a worker. To be called where its event loop runs."""

    usual: dict[str, Any] = {"on_fault": print, "can_send": lambda: True, "term": lambda: 0, "enqueue_again": print}
    patience = Patience(search=search, resend=resend, hold_pause=0.01)
    found = Steps(store=store, accounts=ACCOUNTS, settings=Settings(), patience=patience, **{**usual, **more})
    cast("Any", found)._clients[asyncio.get_running_loop()] = client
    return found


def submitted(store: JobStore, job: Job, client: Client, **more: Any) -> Job:
    """The job after the step that submits, which another process began."""

    async def submit() -> None:
        await steps_of(store, client, **more).submit(job.id)

    asyncio.run(submit())
    return store.job(job.id)


def left(store: JobStore, job: Job, client: Client, **more: Any) -> Job:
    """The job after the step that submits was left without an end, for another worker."""

    async def submit() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(steps_of(store, client, **more).submit(job.id), LEFT_SECONDS)

    asyncio.run(submit())
    return store.job(job.id)


def left_sending(database: str, store: JobStore, folder: Path, submission: Submission) -> Job:
    (job,) = planned(database, folder, 1, price=4.0)
    assert store.begin(job, submission.to_text()).moved == "moved"
    return store.job(job.id)


def test_job_that_is_proved_absent_is_sent_again_once(database: str, store: JobStore, tmp_path: Path) -> None:
    submission = sent("payload", ours=True)
    client = Client(submission, absent=True)
    job = submitted(store, left_sending(database, store, tmp_path, submission), client)
    assert (job.state, job.reference, client.did) == ("running", REFERENCE, ["find", "send"])


@pytest.mark.parametrize(
    ("settlement", "ours"),
    [("payload", True), ("payload", False), ("idempotency-key", True), ("running-list", False), ("none", False)],
)
def test_job_whose_absence_is_not_proved_is_never_sent_again(
    database: str, store: JobStore, tmp_path: Path, settlement: Settlement, ours: bool
) -> None:
    submission = sent(settlement, ours=ours)
    client = Client(submission, absent=False)
    job = submitted(store, left_sending(database, store, tmp_path, submission), client, search=0.3)
    assert (job.state, job.reserved, set(client.did)) == ("unknown", 4.0, {"find"})


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_job_with_a_twin_is_neither_searched_for_nor_sent(database: str, store: JobStore, tmp_path: Path, state: str) -> None:
    """Nothing tells the tasks of two like requests apart at skills.video, so the search would take the twin's task."""
    submission = sent("running-list", ours=False)
    client = Client(submission, absent=True)
    twin, job = planned(database, tmp_path, 2)
    assert store.begin(job, submission.to_text()).moved == "moved"
    with store.writing() as connection:
        connection.execute(sa.update(jobs).values(digest="the same"))
        connection.execute(sa.update(jobs).where(jobs.c.id == twin.id).values(state=state))
    found = submitted(store, store.job(job.id), client)
    assert (found.state, client.did) == ("unknown", [])
    assert "cannot be told apart" in (found.note or "")


def test_absence_is_no_proof_while_the_sender_may_wake_up(database: str, store: JobStore, tmp_path: Path) -> None:
    """A worker that was suspended just before its request went out sent it when it woke up, and its heir had sent it too."""
    submission = sent("payload", ours=True)
    client = Client(submission, absent=True)
    sleeps = iter([True, True, False])
    job = submitted(store, left_sending(database, store, tmp_path, submission), client, has_suspended_worker=lambda: next(sleeps))
    assert (job.state, client.did) == ("running", ["find", "find", "find", "send"])


def test_absence_is_no_proof_while_another_worker_may_be_sending(database: str, store: JobStore, tmp_path: Path) -> None:
    """A worker that wakes up may have a job in hand that its heir has too: what one is about to send is not there yet."""
    submission = sent("payload", ours=True)
    client = Client(submission, absent=True)
    job = submitted(store, left_sending(database, store, tmp_path, submission), client, resend=0.2)
    assert (job.state, client.did[-1]) == ("running", "send")
    assert len(client.did) > 3, "it looked once"


def test_job_of_a_sender_that_never_wakes_up_is_left_to_a_person(database: str, store: JobStore, tmp_path: Path) -> None:
    submission = sent("payload", ours=True)
    client = Client(submission, absent=True)
    found = left_sending(database, store, tmp_path, submission)
    job = submitted(store, found, client, search=0.1, has_suspended_worker=lambda: True)
    assert (job.state, job.reserved, set(client.did)) == ("unknown", 4.0, {"find"})


def test_job_of_a_worker_that_was_taken_for_dead_is_left_to_its_heir(database: str, store: JobStore, tmp_path: Path) -> None:
    """DBOS wrote down the error that the step ended with as the end of the job, while the heir had it in hand."""
    client = Client(sent("payload", ours=True), absent=True)
    terms = iter([0, 1])
    (queued,) = planned(database, tmp_path, 1)
    job = left(store, queued, client, term=lambda: next(terms))
    assert (job.state, client.did) == ("queued", [])


def test_job_whose_reference_cannot_be_written_down_is_left_to_the_next_worker(
    database: str, store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was left to a person, although its task is found again as soon as there is room."""
    client = Client(sent("payload", ours=True), absent=True)
    faults: list[Exception] = []
    (queued,) = planned(database, tmp_path, 1)
    full = StorageFullError("the disk of the database is full")

    def accept(_job: Job, _reference: str) -> None:
        raise full

    monkeypatch.setattr(store, "accept", accept)
    job = left(store, queued, client, on_fault=faults.append)
    assert (job.state, client.did, faults) == ("sending", ["send"], [full])


@pytest.mark.parametrize(("said", "fault"), [("database or disk is full", StorageFullError), ("disk I/O error", DatabaseError)])
def test_job_of_which_dbos_can_write_nothing_down_is_left_to_the_next_worker(
    store: JobStore, monkeypatch: pytest.MonkeyPatch, said: str, fault: type[Exception]
) -> None:
    """DBOS ended the job with that error, and `vidu batch run` waited for the job without end."""
    faults: list[Exception] = []

    async def checkpoint(*_: object) -> None:
        raise OperationalError("INSERT INTO operation_outputs", {}, sqlite3.OperationalError(said))

    async def run() -> None:
        client = Client(sent("payload", ours=True), absent=True)
        monkeypatch.setattr(worker, "_running", [steps_of(store, client, on_fault=faults.append)])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(inspect.unwrap(worker.run_job)("a job"), LEFT_SECONDS)

    monkeypatch.setattr(DBOS, "run_step_async", checkpoint)
    asyncio.run(run())
    assert [type(found) for found in faults] == [fault]
    assert "vidu batch resume" in str(faults[0])
    assert "are not lost" in str(faults[0])
