"""The option of a worker for results at addresses of this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from attrs import field, frozen
from job_store_rig import REFERENCE, planned
from test_lost_jobs import steps_of

from vidu_ext.cli.commands.batch.options import WorkOptions
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.flows.download import Downloaded, DownloadOptions
from vidu_ext.values.errors import DownloadRefusedError
from vidu_ext.values.tasks import Output, Snapshot, TaskRef, TaskState

pytest_plugins = ["batch_fixtures"]


@pytest.fixture
def database(sqlite_database: str) -> str:
    return sqlite_database


@frozen(eq=False)
class Client:
    """A client whose results lie at an address of this machine."""

    asked: list[DownloadOptions] = field(factory=list[DownloadOptions])

    async def status(self, reference: str) -> Snapshot:
        film = Output("video", "http://127.0.0.1/film.mp4")
        return Snapshot(TaskRef.parse(reference), TaskState.SUCCEEDED, "success", {}, outputs=(film,))

    async def download(self, _result: object, target: Path, *, options: DownloadOptions, **_: object) -> Downloaded:
        self.asked.append(options)
        if not options.allow_private_hosts:
            raise DownloadRefusedError("It is not public.", TaskRef("vidu", "1"), action="trust-host")
        target.write_bytes(b"film")
        return Downloaded(target, 4, "0" * 64, "video/mp4", "video")


@pytest.mark.parametrize("allows", [False, True])
def test_worker_fetches_from_addresses_of_this_machine_where_its_option_allows_it(
    allows: bool, database: str, store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = planned(database, tmp_path, 1, price=4.0)
    store.begin(job, "x")
    store.accept(job, REFERENCE)
    store.finish(store.job(job.id), "fetching", 4.0, None)
    options, client = WorkOptions(allow_private_hosts=allows).options(), Client()
    assert options.allow_private_hosts is allows

    async def fetch() -> str:
        steps = steps_of(store, client, allow_private_hosts=options.allow_private_hosts)  # type: ignore[arg-type]  # no other client
        return await steps.download(job.id)

    monkeypatch.setattr("vidu_ext.durable.workers.steps.FETCH_TRIES", 1)
    state = asyncio.run(fetch())
    found = store.job(job.id)
    assert state == found.state == ("done" if allows else "failed")
    assert {options.allow_private_hosts for options in client.asked} == {allows}
    assert allows or "--allow-private-hosts" in (found.note or "")
