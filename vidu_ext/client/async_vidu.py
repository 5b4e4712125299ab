"""The asyncio client. It has the names of vidu.py; session.py and submits.py hold what both share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal, Self, TypeVar, cast, overload

from vidu_ext.flows.claims import Begun
from vidu_ext.flows.policy import deadline_after
from vidu_ext.flows.wait import WaitSet, in_order
from vidu_ext.transport.async_driver import AsyncDriver, AsyncPoller
from vidu_ext.transport.driver import monotonic
from vidu_ext.values.checks import check_callbacks
from vidu_ext.values.errors import TaskError
from vidu_ext.values.forks import PerAccount
from vidu_ext.values.tasks import Result, TaskRef

from .arguments import Order, several
from .base import BaseClient, BoundResult, Handle
from .interrupts import download_note, note_interrupt, noting, run_submit_async, wait_note
from .submits import Submits
from .vidu import LAST_POLL_SECONDS

if TYPE_CHECKING:
    import os

    from vidu_ext.flows.attempt import Attempt
    from vidu_ext.flows.destination import Target
    from vidu_ext.flows.download import Downloaded, DownloadOptions, OnProgress
    from vidu_ext.flows.effects import Flow
    from vidu_ext.providers.base import StoredSubject
    from vidu_ext.providers.records import Balance, TaskFilter
    from vidu_ext.values.orders import OrderRow
    from vidu_ext.values.price import Price
    from vidu_ext.values.requests import AnsweredRequest, AnyRequest
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import OutputKind, Snapshot

    from .arguments import OnAccepted, OnSnapshot, OnSubmission
    from .session import ReadPage

T = TypeVar("T")


class AsyncVidu(BaseClient):
    """Make videos through the configured accounts, in one running event loop; a forked child may use it in one of its own.

    Without keys the accounts come from the environment: `VIDU_API_KEY`, and so on for each name in
    `vidu_ext.providers.PROVIDERS`. `prefer` names accounts or providers in the order in which they are asked, or is a policy of
    vidu_ext.flows.routing. `on_accepted` and `on_snapshot` of its methods may be coroutine functions. Raises ConfigurationError
    if no account is configured.
    """

    def _connect(self) -> None:
        self._driver = AsyncDriver(self._choice.endpoints, self._session.settings, self._session.watch)
        self._submits = Submits(self._session, self._driver.create_clients)
        accounts, queue = self._choice.accounts, self._session.queue
        self._pollers = PerAccount(lambda name: AsyncPoller(queue(name), self._driver, in_flight=accounts[name].max_in_flight))

    def _wake(self, account: str, task_id: str) -> None:
        if account in self._pollers:
            self._pollers[account].wake(task_id)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections. Tasks keep running and can be waited for with another client."""
        for poller in self._pollers.values():
            await poller.close()
        await self._driver.close()

    # -- submitting ---------------------------------------------------------------------------------------------------

    async def submit(
        self,
        request: AnyRequest,
        *,
        account: str | None = None,
        check: bool = True,
        unlisted: bool = False,
        path_id: str | None = None,
        at_most: Price | None = None,
        once: str | None = None,
        again: bool = False,
        idempotency_key: str | None = None,
        on_submission: OnSubmission | None = None,
        on_accepted: OnAccepted | None = None,
    ) -> AsyncTask:
        """Submit the request as a task. Whatever happens on the way, at most one task is paid.

        `request` is one of vidu_ext.values.requests, or one of a provider's own generated request models, with `path_id` if
        its route has an id in the path. `account` names the account or provider to ask; without it the policy decides.
        `check=False` sends what the provider's spec refuses; `unlisted=True` lets through one model, template or voice that the
        spec does not list, and nothing else. `on_submission` receives each submission before it is sent: if this process dies,
        `find` looks for the task of the last one that was saved. `on_accepted` receives the reference before anything else can
        fail.

        `at_most` is a ceiling, Price(credits=60) or Price(usd=0.5): accounts at which the request costs more, or at which its
        price is not documented, are not asked. NoProviderError if none is left.

        `once` is the key of your order: the same key is the same task, at every provider and from every process of this machine.
        A second submit with it returns the task of the first, running or ended, or searches for it if the first was cut off;
        `again=True` orders again. Another request under the key raises OrderError. Kept in a private file, `Settings.orders`.

        `idempotency_key` is the provider's own key, across machines and without a file: 1 to 255 visible ASCII characters,
        unique to this job. At Comfy two submits with the same key and request are one paid task. At Vidu it travels as
        `payload`, if the route has one, by which `find` and other processes recognize the task: a second submit with it pays
        again. At Zenlayer and skills.video no route carries it, and it is ignored.

        Raises ConfigurationError, InvalidRequestError, NoProviderError or a SubmitError; only SubmissionUnknownError may
        have cost money.
        """
        order = Order(
            request=request, account=account, check=check, unlisted=unlisted, path_id=path_id, at_most=at_most, once=once,
            again=again, idempotency_key=idempotency_key, on_submission=on_submission,
        )  # fmt: skip
        return await self._accept(self._submits.submit(order), order.begun, on_accepted)

    async def _accept(self, flow: Flow[Attempt | OrderRow], begun: Begun, on_accepted: OnAccepted | None) -> AsyncTask:
        check_callbacks(are_awaited=True, on_accepted=on_accepted)
        return (await run_submit_async(begun, lambda: self._accepted(flow, begun, on_accepted)))[0]

    async def _accepted(self, flow: Flow[Attempt | OrderRow], begun: Begun, on_accepted: OnAccepted | None) -> AsyncTask:
        try:
            ended = await self._driver.run(flow)
        except asyncio.CancelledError:
            if begun.ref is not None and on_accepted is not None:  # the answer came all the same
                await _await_if_needed(on_accepted(begun.ref))
            raise
        task = self._submits.task(ended, partial(AsyncTask, self))
        if on_accepted is not None:
            await _await_if_needed(on_accepted(task.ref))
        self._submits.compare_charge(ended)
        return task

    async def call(
        self,
        request: AnsweredRequest[T],
        *,
        account: str | None = None,
        check: bool = True,
        unlisted: bool = False,
        path_id: str | None = None,
        at_most: Price | None = None,
        once: str | None = None,
        again: bool = False,
        on_submission: OnSubmission | None = None,
    ) -> T:
        """Call a route that answers at once: speech, voice clone, subjects, prompt ideas, pictures.

        Takes a generated request model of the provider, whose answer is typed, or an OperationRequest, whose answer is JSON as
        received. Speech, cloning, subjects and pictures cost credits; if the answer is lost, SubmissionUnknownError is raised and
        the request is not repeated. `at_most`, `once`, `again` and `on_submission` mean what they mean in `submit`: with `once`
        the first answer is kept and returned again. Raises what `submit` raises, and CallError for a route that costs nothing.
        """
        order = Order(
            request=request, account=account, check=check, unlisted=unlisted, path_id=path_id, at_most=at_most, once=once,
            again=again, on_submission=on_submission,
        )  # fmt: skip
        answered = cast("Flow[T]", self._submits.call(order))  # not a cast of the answer, which Ctrl-C could meet
        return (await run_submit_async(order.begun, lambda: self._driver.run(answered)))[0]

    async def prepare(
        self,
        request: AnyRequest,
        *,
        account: str | None = None,
        check: bool = True,
        unlisted: bool = False,
        path_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Submission:
        """Return what `send` would send. Save it first: if the process dies while sending, `find` looks for its task.

        Takes what `submit` takes, and `idempotency_key` means what it means there. Local files are uploaded if the
        provider requires it; nothing is created or paid. Only the first account in order is used. Raises
        ConfigurationError, InvalidRequestError, NoProviderError or CallError.
        """
        order = Order(
            request=request, account=account, check=check, unlisted=unlisted, path_id=path_id, idempotency_key=idempotency_key,
        )  # fmt: skip
        return await self._driver.run(self._submits.prepare(order))

    async def send(self, submission: Submission, *, on_accepted: OnAccepted | None = None) -> AsyncTask:
        """Send a prepared submission, for the first time: if it may have been sent before, call `find` instead.

        Raises a SubmitError, as `submit` does.
        """
        begun = Begun()
        return await self._accept(self._submits.send(submission, begun=begun), begun, on_accepted)

    async def find(self, submission: Submission, *, on_accepted: OnAccepted | None = None) -> AsyncTask:
        """Look for the task of a submission whose outcome is unknown.

        Sends nothing, except at Comfy: there the request is sent again with its idempotency key, which pays for at most one
        task, and for one now if the first request never arrived. Raises SubmissionUnknownError if the outcome stays unknown.
        """
        begun = Begun(unsettled=submission)
        return await self._accept(self._submits.find(submission, begun=begun), begun, on_accepted)

    # -- waiting ------------------------------------------------------------------------------------------------------

    def task(self, task: AsyncTask | TaskRef | str) -> AsyncTask:
        """Return a handle for a reference, its text, or a handle. Nothing is sent."""
        return AsyncTask(self, self._session.ref(task))

    async def status(self, task: AsyncTask | TaskRef | str) -> Snapshot:
        """Ask once for the state of a task. Raises CallError if the provider does not answer."""
        return await self._driver.run(self._session.status(self._session.ref(task)))

    async def wait(
        self, task: AsyncTask | TaskRef | str, *, timeout: float | None = None, on_snapshot: OnSnapshot | None = None
    ) -> AsyncTaskResult:
        """Wait for the result of a task, without end or for `timeout` seconds. The task may have been submitted elsewhere.

        `on_snapshot` receives every status answer. Raises TaskFailedError if the task ended without a result,
        WaitTimeoutError when the time is over (the task keeps running), WaitRefusedError if the provider refuses to answer.
        """
        check_callbacks(are_awaited=True, on_snapshot=on_snapshot)
        # neither by wait_all, because ten thousand waits are to be small, nor by _follow: an async generator that is left before
        # its end is closed some time later
        with self._waiting(timeout, wants_snapshots=on_snapshot is not None) as waiting:
            waiting.join([(self._session.ref(task), task)])
            while entries := await waiting.news():
                for _, news in entries:
                    if isinstance(news, TaskError):
                        raise news
                    if isinstance(news, Result):
                        return AsyncTaskResult(news.snapshot, self)
                    if on_snapshot is not None:
                        await _await_if_needed(on_snapshot(news))
        raise AssertionError("a wait ends with a result or an error")

    async def watch(self, task: AsyncTask | TaskRef | str, *, timeout: float | None = None) -> AsyncIterator[Snapshot]:
        """Yield every status answer of a task, the last one final. Raises what `wait` raises, after the final snapshot."""
        async for _, news in self._follow([task], timeout, wants_snapshots=True):
            if isinstance(news, TaskError):
                raise news
            if not isinstance(news, Result):
                yield news

    async def as_completed(
        self, tasks: Iterable[AsyncTask | TaskRef | str], *, timeout: float | None = None
    ) -> AsyncIterator[AsyncTask]:
        """Yield each task as it ends, the same handle if one was passed; its `result()` then returns or raises at once."""
        listed = several(tasks)
        task_of = {self._session.ref(task): task for task in listed}
        async for ref, news in self._follow(listed, timeout, wants_snapshots=False):
            if isinstance(news, Result | TaskError):
                task = task_of[ref]
                yield task if isinstance(task, AsyncTask) else AsyncTask(self, ref, outcome=news)

    @overload
    async def wait_all(
        self,
        tasks: Iterable[AsyncTask | TaskRef | str],
        *,
        timeout: float | None = None,
        on_snapshot: OnSnapshot | None = None,
        errors: Literal["raise"] = "raise",
    ) -> list[AsyncTaskResult]: ...

    @overload
    async def wait_all(
        self,
        tasks: Iterable[AsyncTask | TaskRef | str],
        *,
        timeout: float | None = None,
        on_snapshot: OnSnapshot | None = None,
        errors: Literal["raise", "return"],
    ) -> list[AsyncTaskResult | TaskError]: ...

    async def wait_all(
        self,
        tasks: Iterable[AsyncTask | TaskRef | str],
        *,
        timeout: float | None = None,
        on_snapshot: OnSnapshot | None = None,
        errors: Literal["raise", "return"] = "raise",
    ) -> list[AsyncTaskResult] | list[AsyncTaskResult | TaskError]:
        """Wait until all tasks have ended and return their results in order.

        With `errors="return"` a task that failed has its error in the list; otherwise the first error is raised at the end.
        """
        check_callbacks(are_awaited=True, on_snapshot=on_snapshot)
        listed = several(tasks)
        ended: dict[TaskRef, Result | TaskError] = {}
        async for ref, news in self._follow(listed, timeout, wants_snapshots=on_snapshot is not None):
            if isinstance(news, Result | TaskError):
                ended[ref] = news
            elif on_snapshot is not None:
                await _await_if_needed(on_snapshot(news))
        entries = in_order([self._session.ref(task) for task in listed], ended, raises=errors == "raise")
        return [AsyncTaskResult(entry.snapshot, self) if isinstance(entry, Result) else entry for entry in entries]

    async def _follow(
        self, tasks: Iterable[AsyncTask | TaskRef | str], timeout: float | None, *, wants_snapshots: bool
    ) -> AsyncIterator[tuple[TaskRef, Snapshot | Result | TaskError]]:
        """Yield what becomes known of the tasks, in the order in which it does: snapshots if wanted, and one end for each."""
        with self._waiting(timeout, wants_snapshots=wants_snapshots) as waiting:
            waiting.join([(self._session.ref(task), task) for task in several(tasks)])
            while entries := await waiting.news():
                for entry in entries:
                    yield entry

    def _waiting(self, timeout: float | None, *, wants_snapshots: bool) -> _Waiting:
        self._driver.stay_in_loop()
        return _Waiting(self._pollers, timeout, wants_snapshots=wants_snapshots)

    # -- results and account ------------------------------------------------------------------------------------------

    async def cancel(self, task: AsyncTask | TaskRef | str) -> Snapshot:
        """Ask the provider to cancel a task, and return its state afterwards.

        A request, not a guarantee: Vidu cancels and refunds only tasks that do not run yet; a task that runs keeps running
        and is charged (CallError). A cancelled task polls as failed with UserCancelled. The other providers document no way
        to cancel: CallError at once. Giving up a wait cancels nothing.
        """
        return await self._driver.run(self._session.cancel(self._session.ref(task)))

    async def download(
        self,
        task: AsyncTask | AsyncTaskResult | TaskRef | str,
        target: Target,
        *,
        kind: OutputKind | None = None,
        options: DownloadOptions | None = None,
        on_progress: OnProgress | None = None,
    ) -> Downloaded:
        """Download one file of a finished task to a path, into a folder, or to a binary file object.

        `kind` chooses among the files, by default the video or picture itself. Resumes a partial download, asks for a fresh
        URL if the old one has expired, and replaces the file at the end in one step. `on_progress` receives a
        DownloadProgress (bytes, rate, remaining time) a few times a second; it must return at once.
        Raises a DownloadError. Does not wait: a task that is not finished raises WaitTimeoutError at once, and one that
        ended without a result TaskFailedError.
        """
        snapshot = task.snapshot if isinstance(task, AsyncTaskResult) else await self.status(task)
        with noting(lambda: download_note(snapshot.ref)):
            return await self._driver.run(
                self._session.download(snapshot, target, kind=kind, options=options, on_progress=on_progress)
            )

    async def download_all(
        self,
        task: AsyncTask | AsyncTaskResult | TaskRef | str,
        folder: str | os.PathLike[str],
        *,
        options: DownloadOptions | None = None,
        on_progress: OnProgress | None = None,
    ) -> tuple[Downloaded, ...]:
        """Download every file of a finished task into a folder, under names made from the task id and the kind.

        Raises what `download` raises.
        """
        snapshot = task.snapshot if isinstance(task, AsyncTaskResult) else await self.status(task)
        with noting(lambda: download_note(snapshot.ref)):
            return await self._driver.run(self._session.download_all(snapshot, folder, options=options, on_progress=on_progress))

    async def tasks(self, wanted: TaskFilter | None = None, *, account: str | None = None) -> AsyncIterator[Snapshot]:
        """Yield the tasks of an account, page after page. Only Vidu lists finished tasks; skills.video lists unfinished ones.

        Raises CallError if a page cannot be read, or if the list leads back to a page that was read.
        """
        async for snapshot in self._entries(account, lambda name, pages: self._session.tasks_page(name, wanted, pages)):
            yield snapshot

    async def subjects(self, *, account: str | None = None) -> AsyncIterator[StoredSubject]:
        """Yield your subjects that are stored at an account, page after page, as the provider's generated model.

        The id of one is what `Subject.stored_id` takes. Raises ConfigurationError if the provider stores no subjects (only
        Vidu does), and CallError if a page cannot be read, or if the list leads back to a page that was read.
        """
        async for subject in self._entries(account, self._session.subjects_page):
            yield subject

    async def _entries(self, account: str | None, read: ReadPage[T]) -> AsyncIterator[T]:
        """Yield the entries of a list, page after page."""
        name, pages = self._choice.only_account(account), list[str]()
        while True:
            entries, page = await self._driver.run(read(name, pages))
            for entry in entries:
                yield entry
            if page is None:
                return
            pages.append(page)

    async def credits(self, *, account: str | None = None) -> tuple[Balance, ...]:
        """Return the credits left on the account, and how many tasks run and may run at once if the provider says so."""
        return await self._driver.run(self._session.credits(self._choice.only_account(account)))


class AsyncTask(Handle[AsyncVidu]):
    """A task with awaited methods, bound to the client that submitted it or was given its reference.

    `str(task.ref)` is all that another process needs to wait for it. `result()` waits and remembers, `status()` polls once,
    `watch()` yields every status answer, `cancel()` asks the provider to cancel.
    """

    __slots__ = ()

    async def status(self) -> Snapshot:
        """Ask once for the state; see AsyncVidu.status."""
        return await self._client.status(self.ref)

    async def result(self, timeout: float | None = None, *, on_snapshot: OnSnapshot | None = None) -> AsyncTaskResult:
        """Wait for the result, without end or for `timeout` seconds. How the task ended is remembered.

        `on_snapshot` receives every status answer of this wait. Raises what AsyncVidu.wait raises: TaskFailedError for a task
        that ended without a result (again at each call), WaitTimeoutError when the time is over (the task keeps running).
        """
        known = self._remembered()
        if known:
            return AsyncTaskResult(known.snapshot, self._client)
        return await self._client.wait(self, timeout=timeout, on_snapshot=on_snapshot)

    wait = result

    def watch(self, *, timeout: float | None = None) -> AsyncIterator[Snapshot]:
        """Yield every status answer; see AsyncVidu.watch."""
        return self._client.watch(self, timeout=timeout)

    async def cancel(self) -> Snapshot:
        """Ask the provider to cancel; see AsyncVidu.cancel for what that means."""
        return await self._client.cancel(self.ref)


class AsyncTaskResult(BoundResult[AsyncVidu]):
    """A task that succeeded: `outputs` are its files, `credits` what it cost, `await download()` fetches one.

    Can be pickled, without its client; any client downloads it then: `await vidu.download(result, "bird.mp4")`.
    """

    __slots__ = ()

    async def download(
        self,
        target: Target,
        *,
        kind: OutputKind | None = None,
        options: DownloadOptions | None = None,
        on_progress: OnProgress | None = None,
    ) -> Downloaded:
        """Download one file to a path, into a folder, or to a file object; see AsyncVidu.download."""
        return await self._bound_client.download(self, target, kind=kind, options=options, on_progress=on_progress)

    async def download_all(
        self, folder: str | os.PathLike[str], *, options: DownloadOptions | None = None, on_progress: OnProgress | None = None
    ) -> tuple[Downloaded, ...]:
        """Download every file into a folder; see AsyncVidu.download_all."""
        return await self._bound_client.download_all(self, folder, options=options, on_progress=on_progress)


async def _await_if_needed(returned: object) -> None:
    """Await what a callback returned, if it can be awaited."""
    if isinstance(returned, Awaitable):
        await returned


class _Waiting:
    """The tasks that one coroutine waits for. There may be ten thousand of these: each holds a set, and a future if asleep."""

    __slots__ = ("_began", "_deadline", "_future", "_pollers", "_wait_set")

    def __init__(self, pollers: PerAccount[AsyncPoller], timeout: float | None, *, wants_snapshots: bool) -> None:
        self._pollers = pollers
        self._began = monotonic()
        self._deadline = deadline_after(timeout, self._began)
        self._wait_set = WaitSet(self._wake, wants_snapshots=wants_snapshots)
        self._future: asyncio.Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, ending: BaseException | None, _trace: object) -> None:
        note_interrupt(ending, lambda: wait_note(self._wait_set.members, self._wait_set.unseen()))
        self._wait_set.leave()

    def join(self, tasks: Sequence[tuple[TaskRef, object]]) -> None:
        for ref, task in tasks:
            self._wait_set.join(self._pollers[ref.account].queue, ref, task, self._began)
        self._kick()

    async def news(self) -> Sequence[tuple[TaskRef, Snapshot | Result | TaskError]]:
        """Wait for what has become known since the last call, and return it; nothing once every task has ended."""
        while not self._wait_set.has_news():
            if self._deadline is not None and monotonic() >= self._deadline:
                await self._poll_a_last_time(monotonic())
                self._wait_set.give_up(monotonic(), self._began)
                break
            await self._woken(self._deadline)
        return self._wait_set.news()

    async def _poll_a_last_time(self, now: float) -> None:
        self._wait_set.hurry(now)
        self._kick()
        while not self._wait_set.all_answered() and monotonic() < now + LAST_POLL_SECONDS:
            await self._woken(now + LAST_POLL_SECONDS)

    def _woken(self, deadline: float | None) -> asyncio.Future[None]:
        """Return a future that is done when the set has news, or at the deadline."""
        loop = asyncio.get_running_loop()
        self._future = future = loop.create_future()
        if deadline is not None:
            timer = loop.call_later(max(deadline - monotonic(), 0.0), self._wake)
            future.add_done_callback(lambda _: timer.cancel())
        return future

    def _wake(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    def _kick(self) -> None:
        for account in {ref.account for ref in self._wait_set.members}:
            self._pollers[account].kick()
