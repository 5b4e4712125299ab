"""The steps of one job: submit, wait, download. Each can be repeated after a crash without paying twice."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vidu_ext.client.async_vidu import AsyncTaskResult
from vidu_ext.durable.errors import StorageFullError
from vidu_ext.durable.job import OPEN
from vidu_ext.flows.download import DownloadOptions, choose
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import (
    CallError,
    DownloadError,
    ResultMissingError,
    TaskCanceledError,
    TaskFailedError,
    ViduError,
    WaitRefusedError,
)
from vidu_ext.values.urls import ending

from .job_files import free_path, kept_path, remove_duplicates, usual_ending, with_ending
from .submit_step import ACCOUNT_PAUSE, SubmitStep, logger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from vidu_ext.durable.database.job_store import EndState
    from vidu_ext.durable.job import Job, JobState
    from vidu_ext.flows.download import Downloaded
    from vidu_ext.values.tasks import Snapshot

DISK_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
FETCH_TRIES: Final = 4
REFUSALS: Final = 3
"""How often a provider may refuse to report the state of a task before the job becomes unknown. Refused keys do not count."""
KEY_REFUSED: Final = (401, 403)
"""HTTP statuses that mean that the key is refused, not the task."""


class Steps(SubmitStep):
    """The steps of a job. All jobs of the process share one client, so that one status request serves many waits."""

    async def run(self, job_id: str, workflow: str | None) -> JobState:
        """Run the steps of a job in one of its workflows, until the job has ended or has a newer one. Returns its state.

        An unexpected error fails this job, or makes it unknown if it may be paid; others continue.
        """
        job = await self._job(job_id)
        steps = {"queued": self.submit, "sending": self.submit, "running": self.wait, "fetching": self.download}
        try:
            while job.state in OPEN and job.workflow == workflow:
                job = await steps[job.state](job)
        except Exception as error:
            logger.exception("job %s stopped by an unexpected error", job.id)
            job = await self._job(job.id)
            if job.workflow == workflow:
                change = self.store.refuse if job.state == "queued" else self.store.mark_unknown
                job = await self._change(change, job, f"{type(error).__name__}: {error}")
        return job.state

    async def wait(self, job: Job) -> Job:
        """Wait until the task of a job ends, and record how it ended. Returns the job after that."""
        refusals = 0
        if job.cancel:
            await self._cancel_task(job)
        while job.state == "running":
            try:
                result = await self.client.wait(job.reference or "", on_snapshot=self._cost_recorder(job))
            except TaskFailedError as error:
                ended: EndState = "canceled" if isinstance(error, TaskCanceledError) else "failed"
                job = await self._finish(job, ended, error.snapshot, str(error))
            except WaitRefusedError as error:
                refusals += error.status not in KEY_REFUSED
                if error.status in KEY_REFUSED:
                    job = await self._wait_for_key(job)
                elif refusals >= REFUSALS:
                    job = await self._change(self.store.mark_unknown, job, str(error))
                else:
                    await asyncio.sleep(self.patience.download)
            except ResultMissingError as error:  # the task is paid; the download reads its files again
                job = await self._finish(job, "fetching", error.snapshot, None)
            else:
                self._results[job.reference] = result
                job = await self._finish(job, "fetching", result.snapshot, None)
        return job

    def _cost_recorder(self, job: Job) -> Callable[[Snapshot], Awaitable[None]] | None:
        """Return what records the cost of a job of unknown price as soon as the provider reports it: others may wait for it."""
        reserved = job.reserved

        async def record(snapshot: Snapshot) -> None:
            nonlocal reserved
            if snapshot.credits and snapshot.credits != reserved:
                reserved = snapshot.credits
                await self._write(self.store.record_cost, job, reserved)

        return record if job.price is None else None

    async def _cancel_task(self, job: Job) -> None:
        """Cancel the task of a job that was cancelled, perhaps before its task was known. It may be cancelled already."""
        try:
            await self.client.cancel(job.reference or "")
        except CallError as error:
            logger.warning("the task of job %s cannot be cancelled: %s", job.id, error)

    async def _finish(self, job: Job, state: EndState, snapshot: Snapshot | None, note: str | None) -> Job:
        """Charge an ended task. Returns the job after that.

        What was reserved is booked if the reported charge is impossible, if a result is reported to cost nothing (services write
        a number that is not set as 0), or if no charge is reported and it is not documented that failed tasks are free.
        """
        paid, odd = (snapshot.credits, snapshot.odd_charge) if snapshot is not None else (None, None)
        remark = None
        if odd is not None:
            remark = f"the provider reports an impossible charge of {odd}, so the reserved credits are booked: check its console"
            logger.warning("job %s: %s", job.id, remark)
        elif paid == 0 and state == "fetching" and job.reserved:
            paid, remark = None, "the provider reports no charge, so the reserved credits are booked: check its console"
        elif paid is None and state != "fetching":
            if provider_named(job.provider).has_free_failures:
                paid = 0.0
            else:
                remark = (
                    "whether it is charged is not documented, so the reserved credits are booked: check the provider's console"
                )
        note = "; ".join(filter(None, (note, remark))) or None
        return await self._change(self.store.finish, job, state, paid, note)

    async def _wait_for_key(self, job: Job) -> Job:
        """Wait until the account's key is accepted again. The task is not lost, since its reference is recorded."""
        await self._write(self.store.hold, job, "key")
        status: int | None = 401
        while status in KEY_REFUSED:
            await asyncio.sleep(ACCOUNT_PAUSE)
            try:
                await self.client.status(job.reference or "")
                status = None
            except CallError as error:
                status = error.status
        return await self._change(self.store.hold, job, None)

    # -- download -----------------------------------------------------------------------------------------------------

    async def download(self, job: Job) -> Job:
        """Download the result of a job, and record the complete file. Returns the job after that."""
        failure: Exception | None = None
        workflow = job.workflow
        for attempt in range(FETCH_TRIES):
            if attempt:
                await asyncio.sleep(self.patience.download * 2 ** (attempt - 1))
                job = await self._job(job.id)
                if job.state != "fetching" or job.workflow != workflow:  # another worker has it, or had
                    return job
            try:
                target, path, file = await self._fetch(job)
            except Exception as error:
                await self._stop_if_disk_full(error)
                if not isinstance(error, DownloadError | ResultMissingError | CallError):
                    logger.exception("the result of job %s cannot be downloaded", job.id)
                failure = error
                continue
            job = await self._change(self.store.record_file, job, str(path), file.size, file.sha256 or "")
            if job.file is not None:  # perhaps another worker's
                await asyncio.to_thread(remove_duplicates, target, Path(job.file), file)
            return job
        # The summary leaves out what the error advises to a caller of `download`: jobs are retried by `vidu batch retry`.
        note = failure.summary if isinstance(failure, ViduError) else str(failure)
        if isinstance(failure, ViduError) and failure.remedy is not None and failure.remedy.action == "trust-host":
            note += " If you trust it, retry the job and run it with --allow-private-hosts."
        return await self._change(self.store.fail_download, job, note)

    async def _fetch(self, job: Job) -> tuple[Path, Path, Downloaded]:
        """Download the result of a job, and replace no file.

        Returns the path it should have, the path of the complete file, and what was downloaded.
        """
        result = self._results.pop(job.reference, None)
        if result is None:
            result = AsyncTaskResult(await self.client.status(job.reference or ""), self.client)
        output = choose(result.outputs)
        name = with_ending(job.target, ending(output.url) or usual_ending(output.kind))
        target = await self._write(self._target_path, job.batch, name)
        free_target = await asyncio.to_thread(free_path, target)
        options = DownloadOptions(sha256=True, overwrite="refuse", allow_private_hosts=self.allow_private_hosts)
        file = await result.download(free_target, options=options)
        path = await asyncio.to_thread(kept_path, target, file)
        if path != target:
            logger.warning("%s exists already or is still being written, so the file of job %s is %s", target, job.id, path.name)
        return target, path, file

    def _target_path(self, batch: str, name: str) -> Path:
        """Return the path of a file in the batch's folder, which is created if missing. Raises DownloadError."""
        path = self.store.folder(batch) / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DownloadError(f"the folder {path.parent} cannot be created: {error.strerror or error}.") from error
        return path

    async def _stop_if_disk_full(self, error: BaseException) -> None:
        """Stop the worker if the disk is full. The job stays open: its task is paid, and the next worker resumes the download."""
        cause: BaseException | None = error
        while cause is not None and not (isinstance(cause, OSError) and cause.errno in DISK_FULL):
            cause = cause.__cause__
        if cause is None:
            return
        await self.stop_worker(
            StorageFullError(
                f"files cannot be written any more ({cause}). What is paid is not lost. Free disk space, then continue with"
                " `vidu batch resume`."
            )
        )
