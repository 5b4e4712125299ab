"""The step that submits a job. It may be run again after any death, and pays for nothing twice.

What is about to be sent is written down before it is sent; a job that is found so is looked for, not sent. It is sent again
only if the provider can be asked and was, for long enough, and has no such task.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NoReturn
from weakref import WeakSet

from attrs import evolve, field, frozen

from vidu_ext.client.async_vidu import AsyncVidu
from vidu_ext.client.handles import AsyncTaskResult
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

    from vidu_ext.client.session import Settings
    from vidu_ext.durable.database.job_store import JobStore, KnownTask
    from vidu_ext.durable.job import Held, Job, JobState
    from vidu_ext.providers.accounts import Account
    from vidu_ext.values.tasks import TaskRef

    T = TypeVar("T")

logger: Final = logging.getLogger("vidu_ext.durable")

GATE_PAUSE: Final = 1.0
LONGEST_GATE_PAUSE: Final = 5.0
ACCOUNT_PAUSE: Final = 30.0
"""Seconds before an account whose key or credits were refused is tried again."""
CLOSE_SECONDS: Final = 10.0


@frozen(kw_only=True)
class Patience:
    """How long a job waits for what it cannot hurry. Seconds."""

    settle: float = field(default=120.0, validator=at_least(0.0))
    """How long Vidu's list is searched for a lost submission before its absence counts as proof and it is sent again."""
    look: float = field(default=1800.0, validator=at_least(0.0))
    """How long a look that cannot be made (the provider is away) is tried before the job is left to a person."""
    resend: float = field(default=15.0, validator=at_least(0.0))
    """How long one sending may repeat what certainly created nothing. Must be shorter than a worker's lease."""
    shelve: float = field(default=10.0, validator=at_least(0.0))
    """How long jobs that their batch's budget holds keep their places while another batch waits for the account."""
    gate: float = field(default=GATE_PAUSE, validator=at_least(0.01))
    download: float = field(default=5.0, validator=at_least(0.0))
    """Pause before a download that failed is begun again."""


@frozen(eq=False)
class SubmitStep:
    """The first step of a job, and what all steps share: the clients of this process, and how a row is read and written."""

    store: JobStore
    accounts: Sequence[Account]
    settings: Settings
    patience: Patience
    on_fault: Callable[[StorageFullError | DatabaseError], object]
    """Told why nothing can be written down any more."""
    can_send: Callable[[], bool]
    term: Callable[[], int]
    """Grows when this process was taken for dead."""
    enqueue_anew: Callable[[Job], object]
    """Gives a job a new workflow in place of its last one."""
    another_sleeps: Callable[[], bool] = field(default=lambda: False)
    """Whether a worker that was taken for dead may wake up and send what it was about to send."""
    allow_private_hosts: bool = False
    _clients: dict[asyncio.AbstractEventLoop, AsyncVidu] = field(factory=dict[asyncio.AbstractEventLoop, AsyncVidu], init=False)
    _folders: dict[str, Path] = field(factory=dict[str, Path], init=False)
    _results: dict[str, AsyncTaskResult] = field(factory=dict[str, AsyncTaskResult], init=False)
    _writer: ThreadPoolExecutor = field(factory=lambda: ThreadPoolExecutor(4, "vidu-accepted"), init=False)
    _short_since: dict[str, float] = field(factory=dict[str, float], init=False)
    """Batches whose budget held a job, and when it first did."""
    _closed: threading.Event = field(factory=threading.Event, init=False)
    _at_work: WeakSet[asyncio.Task[object]] = field(factory=WeakSet[asyncio.Task[object]], init=False)
    sending: set[str] = field(factory=set[str], init=False)
    """Jobs whose request is on its way."""

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
        """Break off what the steps are doing, as DBOS does at its end, and close all connections. Nothing is recorded by it.

        A step that begins later waits for the end.
        """
        self._closed.set()
        for loop, client in self._clients.items():
            if loop.is_running():
                asyncio.run_coroutine_threadsafe(_broken_off(client, list(self._at_work)), loop).result(CLOSE_SECONDS)
        self._clients.clear()
        self._writer.shutdown()

    async def submit(self, job_id: str) -> JobState:
        """The state of the job once its task is known, or once it is clear that there will be none."""
        return await self._kept(job_id, self._submit)

    async def _submit(self, job_id: str) -> JobState:
        term, pause = self.term(), self.patience.gate
        held: Held | Literal["running"] | None = None
        while True:
            job = await self._job(job_id)
            if job.state not in ("queued", "sending"):
                return job.state
            if self.term() != term:
                await _until_the_end()  # this process was taken for dead, and another has the job
            if job.state == "sending":
                await self._look(job)
                continue
            held = await self._send(job, was_held=held is not None) if self.can_send() else "database"
            if held == "running":
                return "running"
            if held is None:
                continue
            if held == "budget" and await self._makes_room(job):
                return "queued"
            await asyncio.sleep(ACCOUNT_PAUSE if held in ("key", "credits") else pause)
            pause = min(pause * 1.5, max(LONGEST_GATE_PAUSE, self.patience.gate))

    async def _makes_room(self, job: Job) -> bool:
        """Whether the job goes behind all others of the account, because another batch waits for it."""
        since = self._short_since.setdefault(job.batch, time.monotonic())
        return time.monotonic() - since > self.patience.shelve and await self._write(self.store.others_wait, job)

    async def _send(self, job: Job, *, was_held: bool) -> Held | Literal["running"] | None:
        """Send a queued job. What holds it, if it is queued still; None if its row must be read again."""
        if job.cancel:
            await self._write(self.store.cancel_queued, job.id)
            return None
        if was_held and (held := await self._write(self.store.room, job)):  # before files are uploaded again
            return await self._hold(job, held)
        members = json.loads(job.request)
        unlisted = members.pop("unlisted", False) is True
        members.pop("values", None)  # for reports
        try:
            submission = await self.client.prepare(
                request_of(members),
                account=job.account,
                unlisted=unlisted,
                idempotency_key=job.idempotency_key(self.store.salt),
            )
        except (ConfigurationError, InvalidRequestError, NoProviderError) as error:
            await self._write(self.store.refuse_queued, job, str(error))
            return None
        except CallError as error:
            return await self._hold(job, "busy", str(error))
        ours = submission.idempotency_key == job.idempotency_key(self.store.salt)
        submission = evolve(submission, key_is_ours=ours, submitted_at=time.time())
        written = submission.to_text()
        begun = await self._write(self.store.begin, job, written)
        if begun.moved == "held":
            return await self._hold(job, begun.held)
        if begun.moved == "cancel":
            await self._write(self.store.cancel_queued, job.id)
        if begun.moved != "moved":
            return None
        self._short_since.pop(job.batch, None)
        outcome = await self._sent(evolve(job, state="sending", submission=written), submission)
        if begun.is_probe and outcome == "running":
            await self._learn(job.id)
        return outcome

    async def _learn(self, job_id: str) -> None:
        """Ask at once what a job costs that was sent to learn it: others wait for that."""
        job = await self._job(job_id)
        if job.state != "running":
            return
        try:
            found = await self.client.status(job.reference or "")
        except CallError:
            return  # it is learned at the end
        if found.credits:
            await self._write(self.store.learn, job, found.credits)

    async def _sent(self, job: Job, submission: Submission) -> Held | Literal["running"] | None:
        if not self.can_send():
            await self._write(self.store.take_back, job, "database", None)
            return "database"
        self.sending.add(job.id)
        try:
            return await self._accepted(job, lambda note: self.client.send(submission, on_accepted=note))
        except (NotSentError, BusyError, KeyRefusedError, InsufficientCreditsError) as error:
            is_key, is_credits = isinstance(error, KeyRefusedError), isinstance(error, InsufficientCreditsError)
            held: Held = "key" if is_key else "credits" if is_credits else "busy"
            await self._write(self.store.take_back, job, held, str(error))
            return held
        except RefusedError as error:
            await self._write(self.store.refuse, job, str(error))
        except SubmissionUnknownError as error:
            await self._settle(job, error, is_first=True)
        finally:
            self.sending.discard(job.id)
        return None

    async def _look(self, job: Job) -> None:
        """A request may have been sent by a process that died: find its task, and send nothing."""
        submission = Submission.parse(job.submission or "")
        if submission.settlement == "running-list" and await self._write(self.store.has_twin, job):
            await self._write(self.store.park, job, "another job asks for the same, so their tasks cannot be told apart")
            return
        began, pause = time.monotonic(), self.patience.gate
        while True:
            asleep = await self._write(self.another_sleeps)  # asked first: it may wake up and send while we look
            try:
                await self._accepted(job, lambda note: self.client.find(submission, on_accepted=note))
            except SubmissionUnknownError as error:
                looked = time.monotonic() - began
                may_come = asleep or looked < self.patience.resend  # a worker that lives sends for as long
                is_over, tells_nothing = looked > self.patience.look, error.absent and may_come
                if is_over or (not tells_nothing and await self._settle(job, error)):
                    await self._park_if_sending(job, error)
                    return
                await asyncio.sleep(pause)
                pause = min(pause * 2, ACCOUNT_PAUSE)
            else:
                return

    async def _settle(self, job: Job, error: SubmissionUnknownError, *, is_first: bool = False) -> bool:
        """Whether nothing more can be learned by looking: it certainly created nothing, or its task cannot be found."""
        submission = error.submission
        if error.absent:
            await self._write(self.store.take_back, job, None, f"looked for, and not there: {error}")
            return True
        if submission.settlement in ("payload", "idempotency-key") and submission.key_is_ours:
            return False
        if is_first:
            await self._write(self.store.park, job, str(error))
        return True

    async def _park_if_sending(self, job: Job, error: SubmissionUnknownError) -> None:
        if (await self._job(job.id)).state == "sending":
            await self._write(self.store.park, job, str(error))

    async def _accepted(
        self, job: Job, ask: Callable[[Callable[[TaskRef], object]], Awaitable[object]]
    ) -> Literal["running"] | None:
        """Run a submit or a look. Its reference goes to the database before anything else, also when we are cancelled.

        None if the job's row must be read again.
        """
        written: list[Future[KnownTask]] = []

        def note(ref: TaskRef) -> None:
            written.append(self._writer.submit(self.store.accept, job, str(ref)))

        await ask(note)
        found: Literal["running"] | None = None
        for one in written:
            known = await self._written(asyncio.wrap_future(one))
            found = "running" if known.is_own else None
            if not known.is_own:
                await self._write(self.store.park, job, "the task that was found is another job's")
            elif known.cancel:
                await self._cancel_task(job.id)
        return found

    async def _hold(self, job: Job, held: Held | None, note: str | None = None) -> Held | None:
        if (held, note) != (job.held, job.note):
            await self._write(self.store.hold, job.id, held, note)
        return held

    async def _cancel_task(self, job_id: str) -> None:
        job = await self._job(job_id)
        if job.reference is None:
            return
        try:
            await self.client.cancel(job.reference)
        except CallError as error:
            logger.warning("job %s goes on: %s", job.id, error)

    # -- what all steps share --------------------------------------------------------------------------------------------

    async def _kept(self, job_id: str, step: Callable[[str], Awaitable[JobState]]) -> JobState:
        """Return what the step returns. An unforeseen error fails this job, visibly, and no other."""
        try:
            return await step(job_id)
        except Exception as error:
            logger.exception("job %s cannot go on", job_id)
            job = await self._job(job_id)
            said = f"{type(error).__name__}: {error}"
            if job.state == "queued":
                await self._write(self.store.refuse_queued, job, said)
            else:
                await self._write(self.store.park, job, said)
            return (await self._job(job_id)).state

    async def go_on_anew(self, job_id: str, workflow: str | None) -> JobState:
        """Put the job into its queue again, if this workflow, which can do no more, is its last one: two would pay twice."""
        job = await self._job(job_id)
        if job.workflow == workflow:
            await self._write(self.enqueue_anew, job)
        return job.state

    async def _job(self, job_id: str) -> Job:
        if self._closed.is_set():
            await _until_the_end()
        if task := asyncio.current_task():
            self._at_work.add(task)
        return await self._write(self.store.job, job_id)

    async def _write(self, work: Callable[..., T], *arguments: object) -> T:
        return await self._written(asyncio.to_thread(work, *arguments))

    async def _written(self, writing: Awaitable[T]) -> T:
        try:
            return await writing
        except (StorageFullError, DatabaseError) as fault:
            await self.leave(fault)

    async def leave(self, fault: StorageFullError | DatabaseError) -> NoReturn:
        """End the worker because of a fault. Its jobs stay as they are written down, for the next worker."""
        self.on_fault(fault)
        await _until_the_end()


async def _until_the_end() -> NoReturn:
    """Wait until the process ends. DBOS would write down any other end of a step as the job's, which goes on elsewhere."""
    await asyncio.Event().wait()
    raise AssertionError("nothing sets this event")


async def _broken_off(client: AsyncVidu, tasks: Sequence[asyncio.Task[object]]) -> None:
    for task in tasks:  # of DBOS's own tasks none is cancelled: it may be about to start a job, and would log that as an error
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await client.close()
