"""The step that submits a job. It can be repeated after a crash at any point without paying twice.

The submission is recorded before it is sent. A job that is found in that state is searched for at the provider, and sent again
only after the search has proved that there is no task.
"""

from __future__ import annotations

import asyncio
import json
import logging
import shlex
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn
from weakref import WeakSet

from attrs import evolve, field, frozen

from vidu_ext.client.async_vidu import AsyncTaskResult, AsyncVidu
from vidu_ext.durable.errors import DatabaseError, StorageFullError
from vidu_ext.durable.manifests.row_requests import request_of
from vidu_ext.values.checks import at_least
from vidu_ext.values.errors import (
    BusyError,
    CallError,
    ConfigurationError,
    InsufficientCreditsError,
    InvalidRequestError,
    KeyRefusedError,
    NoProviderError,
    NotSentError,
    RefusedError,
    SubmissionUnknownError,
)
from vidu_ext.values.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import TypeVar

    from vidu_ext.client.settings import Settings
    from vidu_ext.durable.database.job_store import JobStore
    from vidu_ext.durable.database.leases import Leases
    from vidu_ext.durable.job import Held, Job
    from vidu_ext.providers.accounts import Account
    from vidu_ext.values.tasks import TaskRef

    T = TypeVar("T")

logger: Final = logging.getLogger("vidu_ext.durable")

LONGEST_HOLD_PAUSE: Final = 5.0
ACCOUNT_PAUSE: Final = 30.0
"""Seconds between two tries of an account whose key was refused or whose credits are too few."""
CLOSE_SECONDS: Final = 10.0


@frozen(kw_only=True)
class Patience:
    """How long a job waits or retries, in seconds."""

    settle: float = field(default=120.0, validator=at_least(0.0))
    """How long Vidu's list is searched for a lost submission before it counts as absent and is sent again."""
    search: float = field(default=1800.0, validator=at_least(0.0))
    """How long a search is retried while the provider cannot be reached, before the job becomes unknown."""
    resend: float = field(default=15.0, validator=at_least(0.0))
    """How long a request that certainly created no task is retried. Must be shorter than a worker's lease."""
    yield_after: float = field(default=10.0, validator=at_least(0.0))
    """How long jobs that the budget holds keep their slots while another batch waits for the account."""
    hold_pause: float = field(default=1.0, validator=at_least(0.01))
    """First pause before a held job is tried again; it grows."""
    download: float = field(default=5.0, validator=at_least(0.0))
    """First pause before a failed download is retried; it doubles."""


@frozen(eq=False)
class SubmitStep:
    """The first step of a job, and what all steps share: the client of this process and access to the job store."""

    store: JobStore
    accounts: Sequence[Account]
    settings: Settings
    patience: Patience
    on_fault: Callable[[StorageFullError | DatabaseError], object]
    """Called with the error when the database or the disk cannot be written."""
    can_send: Callable[[], bool]
    """Whether this worker's lease lasts long enough to send."""
    leases: Leases
    allow_private_hosts: bool = False
    _clients: dict[asyncio.AbstractEventLoop, AsyncVidu] = field(factory=dict[asyncio.AbstractEventLoop, AsyncVidu], init=False)
    _results: dict[str | None, AsyncTaskResult] = field(factory=dict["str | None", AsyncTaskResult], init=False)
    """By reference: results that are to be downloaded."""
    _writer: ThreadPoolExecutor = field(factory=lambda: ThreadPoolExecutor(4, "vidu-accepted"), init=False)
    _held_since: dict[str, float] = field(factory=dict[str, float], init=False)
    """By batch: since when its budget has held jobs."""
    _closed: threading.Event = field(factory=threading.Event, init=False)
    _running_tasks: WeakSet[asyncio.Task[object]] = field(factory=WeakSet[asyncio.Task[object]], init=False)
    sending: set[asyncio.Task[object] | None] = field(factory=set["asyncio.Task[object] | None"], init=False)
    """Tasks of the event loop that send a request or record its outcome."""

    @property
    def client(self) -> AsyncVidu:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            settings = evolve(
                self.settings,
                retry=evolve(self.settings.retry, budget=min(self.settings.retry.budget, self.patience.resend)),
                settle=evolve(self.settings.settle, window=self.patience.settle),
            )
            self._clients[loop] = AsyncVidu(self.accounts, settings=settings)
        return self._clients[loop]

    def close(self) -> None:
        """Cancel the running steps without recording anything, and close all connections.

        A step that starts later waits until the process ends.
        """
        self._closed.set()
        for loop, client in self._clients.items():
            if loop.is_running():
                asyncio.run_coroutine_threadsafe(_cancel_and_close(client, list(self._running_tasks)), loop).result(CLOSE_SECONDS)
        self._clients.clear()
        self._writer.shutdown()

    async def submit(self, job: Job) -> Job:
        """Submit a queued job, or find the task of one that was being sent. Returns the job after that."""
        term, pause, workflow = self.leases.term, self.patience.hold_pause, job.workflow
        while job.state in ("queued", "sending") and job.workflow == workflow:
            if self.leases.term != term:
                await _wait_for_exit()  # the lease was taken over, and another worker has the job
            if job.state == "sending":
                job = await self._find_task(job)
                continue
            job = await self._send(job)
            if job.state == "queued" and job.held is not None:
                if job.held == "budget" and await self._must_yield(job):
                    await self._write(self.store.enqueue_again, job)
                else:
                    await asyncio.sleep(ACCOUNT_PAUSE if job.held in ("key", "credits") else pause)
                    pause = min(pause * 1.5, max(LONGEST_HOLD_PAUSE, self.patience.hold_pause))
                job = await self._job(job.id)
        return job

    async def _must_yield(self, job: Job) -> bool:
        """Return whether a job held by the budget must go to the end of the queue, since another batch waits for the account."""
        since = self._held_since.setdefault(job.batch, time.monotonic())
        return time.monotonic() - since > self.patience.yield_after and await self._write(self.store.other_batch_waits, job)

    async def _send(self, job: Job) -> Job:
        """Send a queued job. Returns the job after that; it may still be queued, with what holds it."""
        if job.cancel:
            return await self._change(self.store.cancel_queued, job)
        if not self.can_send():
            return evolve(job, held="database")  # which is not recorded: perhaps this worker only stops
        if job.held and (held := await self._write(self.store.budget_hold, job)):  # checked before files are uploaded again
            return await self._hold(job, held)
        members = json.loads(job.request)
        unlisted = members.pop("unlisted", False) is True
        members.pop("values", None)  # only for reports
        key = job.idempotency_key(self.store.salt)
        try:
            submission = await self.client.prepare(
                request_of(members), account=job.account, unlisted=unlisted, idempotency_key=key
            )
        except (ConfigurationError, InvalidRequestError, NoProviderError) as error:
            return await self._change(self.store.refuse, job, str(error))
        except CallError as error:
            return await self._hold(job, "busy", str(error))
        submission = evolve(submission, key_is_ours=submission.idempotency_key == key, submitted_at=time.time())
        begun = await self._write(self.store.begin, job, submission.to_text())
        if begun is None or begun.state == "queued":
            return begun or await self._job(job.id)
        self._held_since.pop(job.batch, None)
        return await self._send_prepared(begun, submission)

    async def _send_prepared(self, job: Job, submission: Submission) -> Job:
        """Send a recorded submission. Returns the job after that; it is still `sending` if its task must be searched for."""
        if not self.can_send():
            return await self._change(self.store.requeue, job, "database", None)
        task = asyncio.current_task()
        self.sending.add(task)
        try:
            return await self._record_task(job, partial(self.client.send, submission))
        except (NotSentError, BusyError, KeyRefusedError, InsufficientCreditsError) as error:
            is_key, is_credits = isinstance(error, KeyRefusedError), isinstance(error, InsufficientCreditsError)
            held: Held = "key" if is_key else "credits" if is_credits else "busy"
            return await self._change(self.store.requeue, job, held, str(error))
        except RefusedError as error:
            return await self._change(self.store.refuse, job, str(error))
        except SubmissionUnknownError as error:
            if error.absent:
                return await self._requeue_absent(job, error)
            return job if _is_searchable(submission) else await self._change(self.store.mark_unknown, job, str(error))
        finally:
            self.sending.discard(task)

    async def _find_task(self, job: Job) -> Job:
        """Search for the task of a job that another process may have sent. Sends nothing. Returns the job after that."""
        submission = Submission.parse(job.submission or "")
        if submission.settlement == "running-list" and await self._write(self.store.has_unsettled_twin, job):
            note = "another job has the same request, so their tasks cannot be told apart"
            return await self._change(self.store.mark_unknown, job, note)
        began, pause = time.monotonic(), self.patience.hold_pause
        while True:
            # read first: it may resume and send during the search
            suspended = await self._write(self.leases.has_suspended_worker)
            try:
                return await self._record_task(job, partial(self.client.find, submission))
            except SubmissionUnknownError as error:
                searched = time.monotonic() - began
                may_be_sent = suspended or searched < self.patience.resend  # a living worker may retry for that long
                if error.absent and not may_be_sent:
                    return await self._requeue_absent(job, error)
                if searched > self.patience.search or not (error.absent or _is_searchable(submission)):
                    return await self._change(self.store.mark_unknown, job, str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, ACCOUNT_PAUSE)

    async def _requeue_absent(self, job: Job, error: SubmissionUnknownError) -> Job:
        return await self._change(self.store.requeue, job, None, f"searched for and not found, so it is sent again: {error}")

    async def _record_task(self, job: Job, ask: Callable[..., Awaitable[object]]) -> Job:
        """Run a submit or a search, and record the reference of its task first, also if this coroutine is cancelled."""
        writes: list[Future[Job | None]] = []

        def record(ref: TaskRef) -> None:
            writes.append(self._writer.submit(self._accept, job, str(ref)))

        await ask(on_accepted=record)
        accepted = await self._await_write(asyncio.wrap_future(writes[-1]))
        return accepted or await self._change(self.store.mark_unknown, job, "the task that was found belongs to another job")

    def _accept(self, job: Job, reference: str) -> Job | None:
        """Record the task of a job, or log its reference: not every provider can be searched for it."""
        try:
            return self.store.accept(job, reference)
        except (StorageFullError, DatabaseError):
            settle = shlex.join(["vidu", "batch", "settle", job.batch, "--key", job.key, "--reference", reference])
            what = "job %s was accepted as %s, which cannot be recorded. Keep this: if the job becomes unknown, run `%s`"
            logger.error(what, job.id, reference, settle)  # noqa: TRY400  a traceback would hide it
            raise

    async def _hold(self, job: Job, held: Held | None, note: str | None = None) -> Job:
        return job if (held, note) == (job.held, job.note) else await self._change(self.store.hold, job, held, note)

    # -- shared by all steps ----------------------------------------------------------------------------------------------

    async def _job(self, job_id: str) -> Job:
        if self._closed.is_set():
            await _wait_for_exit()
        if task := asyncio.current_task():
            self._running_tasks.add(task)
        return await self._write(self.store.job, job_id)

    async def _change(self, change: Callable[..., Job | None], job: Job, *values: object) -> Job:
        """Change a job. Returns the job after that, or as it is now if it is not as we know it."""
        return await self._write(change, job, *values) or await self._job(job.id)

    async def _write(self, work: Callable[..., T], *arguments: object) -> T:
        return await self._await_write(asyncio.to_thread(work, *arguments))

    async def _await_write(self, writing: Awaitable[T]) -> T:
        try:
            return await writing
        except (StorageFullError, DatabaseError) as fault:
            await self.stop_worker(fault)

    async def stop_worker(self, fault: StorageFullError | DatabaseError) -> NoReturn:
        """Stop the worker because of a fault. Its jobs keep their recorded state for the next worker. Does not return."""
        self.sending.discard(asyncio.current_task())  # what cannot be recorded is not waited for
        self.on_fault(fault)
        await _wait_for_exit()


def _is_searchable(submission: Submission) -> bool:
    """Return whether a later search may find the task, or prove that there is none."""
    return submission.settlement in ("payload", "idempotency-key") and submission.key_is_ours


async def _wait_for_exit() -> NoReturn:
    """Wait until the process ends. DBOS would record any other end of a step as the job's end, although another worker has it."""
    await asyncio.Event().wait()
    raise AssertionError("nothing sets this event")


async def _cancel_and_close(client: AsyncVidu, tasks: Sequence[asyncio.Task[object]]) -> None:
    for task in tasks:  # not the tasks of DBOS: one may be starting a job, and DBOS would log the cancellation as an error
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await client.close()
