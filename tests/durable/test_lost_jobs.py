"""A job that a process left in the middle of sending: it is sent again only where it is proved that nothing was created."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

import pytest
import sqlalchemy as sa
from attrs import field, frozen
from ledger_rig import ACCOUNTS, REFERENCE, planned

from vidu_ext.client.session import Settings
from vidu_ext.durable import Job, Patience
from vidu_ext.durable.database.ledger import Ledger
from vidu_ext.durable.database.tables import jobs
from vidu_ext.durable.workers.steps import Steps
from vidu_ext.values.errors import SubmissionUnknownError
from vidu_ext.values.submission import Settlement, Submission
from vidu_ext.values.tasks import TaskRef

pytest_plugins = ["batch_fixtures"]

MARKER: Final = "0f8fad5bd9cb469fa165708677289507"


@pytest.fixture
def database(sqlite_database: str) -> str:
    return sqlite_database


def sent(settlement: Settlement, *, ours: bool) -> Submission:
    marker = MARKER if settlement in ("payload", "idempotency-key") else None
    return Submission("vidu", "vidu", "textToVideo", settlement, marker, 1_700_000_000.0, {}, marker_is_ours=ours)


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


def submitted(ledger: Ledger, job: Job, client: Client, *, look: float = 60.0) -> Job:
    """The job after the step that submits, which another process began."""

    async def nothing(_: str) -> None:
        return

    async def submit() -> None:
        found = Steps(
            ledger=ledger,
            accounts=ACCOUNTS,
            settings=Settings(),
            patience=Patience(look=look, gate=0.01),
            on_storage_full=print,
            can_send=lambda: True,
            term=lambda: 0,
            put_aside=nothing,
        )
        cast("Any", found)._clients[asyncio.get_running_loop()] = client
        await found.submit(job.id)

    asyncio.run(submit())
    return ledger.job(job.id)


def left_sending(database: str, ledger: Ledger, folder: Path, submission: Submission) -> Job:
    (job,) = planned(database, folder, 1, price=4.0)
    assert ledger.begin(job, submission.to_text()).moved == "moved"
    return ledger.job(job.id)


def test_job_that_is_proved_absent_is_sent_again_once(database: str, ledger: Ledger, tmp_path: Path) -> None:
    submission = sent("payload", ours=True)
    client = Client(submission, absent=True)
    job = submitted(ledger, left_sending(database, ledger, tmp_path, submission), client)
    assert (job.state, job.reference, client.did) == ("running", REFERENCE, ["find", "send"])


@pytest.mark.parametrize(
    ("settlement", "ours"),
    [("payload", True), ("payload", False), ("idempotency-key", True), ("running-list", False), ("none", False)],
)
def test_job_whose_absence_is_not_proved_is_never_sent_again(
    database: str, ledger: Ledger, tmp_path: Path, settlement: Settlement, ours: bool
) -> None:
    submission = sent(settlement, ours=ours)
    client = Client(submission, absent=False)
    job = submitted(ledger, left_sending(database, ledger, tmp_path, submission), client, look=0.3)
    assert (job.state, job.reserved, set(client.did)) == ("unknown", 4.0, {"find"})


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_job_with_a_twin_is_neither_searched_for_nor_sent(database: str, ledger: Ledger, tmp_path: Path, state: str) -> None:
    """Nothing tells the tasks of two like requests apart at skills.video, so the search would take the twin's task."""
    submission = sent("running-list", ours=False)
    client = Client(submission, absent=True)
    twin, job = planned(database, tmp_path, 2)
    assert ledger.begin(job, submission.to_text()).moved == "moved"
    with ledger.writing() as connection:
        connection.execute(sa.update(jobs).values(digest="the same"))
        connection.execute(sa.update(jobs).where(jobs.c.id == twin.id).values(state=state))
    found = submitted(ledger, ledger.job(job.id), client)
    assert (found.state, client.did) == ("unknown", [])
    assert "cannot be told apart" in (found.note or "")
