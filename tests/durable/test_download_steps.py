"""Downloads of jobs: names, failures, and other workers at the same job."""

from __future__ import annotations

import asyncio
import errno
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from unittest.mock import AsyncMock

import httpx
import pytest
from job_store_rig import Plan, ended, set_rows, sums
from steps_rig import FILM, TASK, Provider, run_step

from vidu_ext.durable import Job
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import jobs
from vidu_ext.durable.workers.steps import FETCH_TRIES
from vidu_ext.values.errors import DownloadError

pytest_plugins = ["batch_fixtures"]
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PRIVATE: Final[list[dict[str, Any]]] = [{"id": "2", "url": "http://127.0.0.1/film.mp4"}]
"""A result at an address of this machine, which is refused without a request."""


@pytest.mark.parametrize("ending", ["mp4", "webm"])
def test_file_is_downloaded_under_its_name_with_the_ending_of_its_url(
    store: JobStore, job: Job, tmp_path: Path, ending: str
) -> None:
    provider = Provider(creations=[{"id": "2", "url": f"https://files.example/film.{ending}?sig=1"}])
    after = run_step(store, provider, ended(store, job))
    assert (after.state, after.size, after.sha256) == ("done", len(FILM), hashlib.sha256(FILM).hexdigest())
    path = tmp_path / f"{job.target}.{ending}"
    assert after.file == str(path)
    assert path.read_bytes() == FILM


def test_file_of_others_is_not_replaced_and_the_other_name_is_logged(
    store: JobStore, plan: Plan, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (job,) = plan(1, price=4.0, template="films/of/{row}")
    path = tmp_path / "films/of/1.mp4"
    assert run_step(store, Provider(), ended(store, job)).file == str(path)
    set_rows(store, jobs, state="fetching")
    path.write_bytes(b"mine")
    other = Path(run_step(store, Provider(), store.job(job.id)).file or "")
    assert (path.read_bytes(), other.read_bytes()) == (b"mine", FILM)
    assert f"{path} exists already or is still being written, so the file of job {job.id} is {other.name}" in caplog.text


def test_unexpected_error_of_a_download_is_logged_and_noted(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        "vidu_ext.client.async_vidu.AsyncTaskResult.download", AsyncMock(side_effect=RuntimeError("out of paper"))
    )
    after = run_step(store, Provider(), ended(store, job))
    assert (after.state, after.stage, after.note) == ("failed", "fetch", "out of paper")
    assert f"the result of job {job.id} cannot be downloaded" in caplog.text


def test_download_is_tried_again_after_a_refused_url_and_a_failed_poll(store: JobStore, job: Job) -> None:
    provider = Provider()
    failures = [httpx.Response(503, json={"message": "away"}), httpx.Response(200, text=Provider(creations=PRIVATE).task(TASK))]

    def fail() -> httpx.Response:
        failure = failures.pop()
        if not failures:
            provider.status = None
        return failure

    provider.status = fail
    assert run_step(store, provider, ended(store, job)).state == "done"
    assert not failures


@pytest.mark.parametrize("now", [{"state": "done", "file": "film.mp4"}, {"state": "fetching", "run": 2}])
def test_download_is_not_repeated_if_another_worker_has_the_job_or_had_it(
    store: JobStore, job: Job, tmp_path: Path, now: dict[str, Any]
) -> None:
    """Once, its second file, or a part of it, stayed beside the first if this worker was killed: 81 files for 80 jobs."""
    provider = Provider()

    def changed_meanwhile() -> httpx.Response:
        set_rows(store, jobs, **now)
        return httpx.Response(200, text=Provider(creations=PRIVATE).task(TASK))

    provider.status = changed_meanwhile
    after = run_step(store, provider, ended(store, job))
    assert (after.state, after.file, len(provider.requests)) == (now["state"], now.get("file"), 1)
    assert not list(tmp_path.rglob("*.mp4"))


def test_job_of_a_worker_that_is_suspended_in_a_download_is_done_by_the_next_with_one_file(
    store: JobStore, job: Job, tmp_path: Path
) -> None:
    """Once, it failed: the suspended worker holds the lock of its part file."""
    runs = ended(store, job)
    files: list[str | None] = []

    async def suspended() -> AsyncIterator[bytes]:
        yield FILM[:600]
        files.append((await asyncio.to_thread(run_step, store, Provider(), runs)).file)
        yield FILM[600:]

    provider = Provider()
    provider.file = lambda: httpx.Response(200, content=suspended())
    after = run_step(store, provider, runs)
    [path] = tmp_path.rglob("*.mp4")
    assert (after.state, files, after.file) == ("done", [str(path)], str(path))
    assert path.read_bytes() == FILM


def test_download_that_another_worker_has_failed_meanwhile_is_not_reported_as_done(
    store: JobStore, job: Job, tmp_path: Path
) -> None:
    provider = Provider()

    def failed_meanwhile() -> httpx.Response:
        set_rows(store, jobs, state="failed", stage="fetch")
        return httpx.Response(200, content=FILM)

    provider.file = failed_meanwhile
    assert run_step(store, provider, ended(store, job)).state == "failed"
    assert [path.read_bytes() for path in tmp_path.rglob("*.mp4")] == [FILM]


def test_job_whose_download_fails_each_time_stays_paid_and_says_why(store: JobStore, job: Job) -> None:
    provider = Provider(creations=PRIVATE)
    after = run_step(store, provider, ended(store, job))
    assert (after.state, after.stage, after.credits) == ("failed", "fetch", 4.0)
    assert "not public" in (after.note or "")
    assert "--allow-private-hosts" in (after.note or "")
    assert "download(" not in (after.note or "")  # `vidu batch retry` is the remedy here
    assert len(provider.requests) >= FETCH_TRIES
    assert sums(store) == (4.0, 0.0, 0)


def test_result_at_a_private_address_is_downloaded_if_the_worker_allows_it(store: JobStore, job: Job) -> None:
    after = run_step(store, Provider(creations=PRIVATE), ended(store, job), allow_private_hosts=True)
    assert (after.state, after.size) == ("done", len(FILM))


def test_full_disk_stops_the_worker_and_leaves_the_paid_job_to_the_next(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = DownloadError("the disk is full")
    full.__cause__ = OSError(errno.ENOSPC, "no space")
    monkeypatch.setattr("vidu_ext.client.async_vidu.AsyncTaskResult.download", AsyncMock(side_effect=full))
    faults: list[Exception] = []
    after = run_step(store, Provider(), ended(store, job), on_fault=faults.append, stop_when=lambda: bool(faults))
    assert (after.state, after.note) == ("fetching", None)
    assert "What is paid is not lost" in str(faults[0])
