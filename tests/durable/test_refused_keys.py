"""A key that is refused while tasks run: their references are known, so nothing is lost, and a person is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pytest
import sqlalchemy as sa

from vidu_ext.client.session import Settings
from vidu_ext.durable import Batches, BatchOptions, Job, Patience, batch_commands
from vidu_ext.durable.database.tables import jobs
from vidu_ext.durable.reports import every_job, progress
from vidu_ext.durable.workers import steps
from vidu_ext.providers.accounts import Account
from vidu_ext.values.errors import CallError, ConfigurationError, ResultMissingError, WaitRefusedError
from vidu_ext.values.tasks import Snapshot, TaskRef, TaskState

pytest_plugins = ["batch_fixtures"]

ACCOUNTS: Final = [Account(provider="vidu", key="key-of-the-test-0123456789")]
REFERENCE: Final = "vidu:940107923630096384"


@pytest.fixture
def batches(sqlite_database: str) -> Iterator[Batches]:
    with Batches(sqlite_database, ACCOUNTS) as found:
        yield found


def running(batches: Batches, folder: Path) -> Job:
    """A job whose task is known."""
    manifest = folder / "rows.csv"
    manifest.write_text("key,prompt,model\nbird,a bird,viduq3-turbo\n", encoding="utf-8")
    batches.plan(manifest, BatchOptions(name="batch", folder=folder))
    (job,) = every_job(batches.store, "batch")
    batches.store.begin(job, "x")
    batches.store.accept(job, REFERENCE)
    return batches.store.job(job.id)


class Refusing:
    """A client whose provider refuses so many answers, and then tells that the task has ended."""

    snapshot: Final = Snapshot(TaskRef.parse(REFERENCE), TaskState.SUCCEEDED, "success", {}, credits=5.0)

    def __init__(self, batches: Batches, job: Job, *, refusals: int, status: int) -> None:
        self._store = batches.store
        self._job = job
        self._left = refusals
        self._status = status
        self.held: list[dict[str, str]] = []

    async def wait(self, reference: str) -> Refusing:
        if self._left > 0:
            self._left -= 1
            raise WaitRefusedError(TaskRef.parse(reference), None, "no", status=self._status)
        return self

    async def status(self, _reference: str) -> None:
        self.held.append(dict(progress(self._store, self._job.batch).held))
        if self._left > 0:
            self._left -= 1
            raise CallError("vidu", "status", "no", status=self._status)


class WithoutFiles:
    """A client whose provider says success and names no main file."""

    async def wait(self, reference: str) -> None:
        raise ResultMissingError(Snapshot(TaskRef.parse(reference), TaskState.SUCCEEDED, "success", {}, credits=3.0))


def waited(batches: Batches, job: Job, client: Refusing | WithoutFiles) -> Job:
    """The job after it was waited for."""

    async def wait() -> None:
        found = steps.Steps(
            store=batches.store,
            accounts=ACCOUNTS,
            settings=Settings(),
            patience=Patience(download=0.01),
            on_fault=print,
            can_send=lambda: True,
            term=lambda: 0,
            enqueue_again=print,
        )
        members = cast("Any", found)
        members._clients[asyncio.get_running_loop()] = client
        await found.wait(job.id)

    asyncio.run(wait())
    return batches.store.job(job.id)


@pytest.mark.parametrize("status", [401, 403])
def test_refused_key_makes_a_running_job_unknown(
    batches: Batches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(steps, "ACCOUNT_PAUSE", 0.01)
    job = running(batches, tmp_path)
    client = Refusing(batches, job, refusals=9, status=status)
    found = waited(batches, job, client)
    assert (found.state, found.held, found.credits) == ("fetching", None, 5.0)
    assert client.held == [{"vidu": "the account's key is refused"}] * 9


def test_task_that_the_provider_does_not_know_is_asked_for_for_ever(batches: Batches, tmp_path: Path) -> None:
    job = running(batches, tmp_path)
    assert waited(batches, job, Refusing(batches, job, refusals=99, status=404)).state == "unknown"


def test_task_that_succeeded_without_naming_its_file_yet_is_paid_and_its_file_is_asked_for_again(
    batches: Batches, tmp_path: Path
) -> None:
    """The job was left to a person as unknown, although its task had succeeded and its charge was known."""
    found = waited(batches, running(batches, tmp_path), WithoutFiles())
    assert (found.state, found.credits) == ("fetching", 3.0)


def test_unknown_job_whose_task_is_known_is_given_up(batches: Batches, tmp_path: Path) -> None:
    """As a version before left it: resume asks for its task again, and nobody can call it unpaid."""
    job = running(batches, tmp_path)
    batches.store.mark_unknown(job, "the key was refused")
    parked = batches.store.job(job.id)
    with pytest.raises(ConfigurationError, match=f"accepted as {REFERENCE}, so it may be paid"):
        batch_commands.settle(batches, parked, reference=None)
    assert batch_commands.requeue_lost(batches, "batch") == 1
    assert batch_commands.requeue_lost(batches, "batch") == 0
    now = batches.store.job(job.id)
    assert (now.state, now.reference, now.run, now.note) == ("running", REFERENCE, 2, None)
    with batches.store.writing() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar_one() == 1
