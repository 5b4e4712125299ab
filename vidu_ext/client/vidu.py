"""The blocking client. async_vidu.py has the same names, awaited; session.py and submits.py hold what both share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, Literal, Self, TypeVar, cast, overload

from vidu_ext.flows.claims import Begun
from vidu_ext.flows.policy import deadline_after
from vidu_ext.transport.driver import SyncDriver, SyncPoller, monotonic
from vidu_ext.values.checks import check_callbacks
from vidu_ext.values.errors import TaskError
from vidu_ext.values.tasks import Result, TaskRef

from .arguments import Order, several
from .base import BaseClient, BoundResult, Handle
from .interrupts import download_note, noting, run_submit, wait_note

if TYPE_CHECKING:
    import os

    from vidu_ext.flows.attempt import Attempt
    from vidu_ext.flows.destination import Target
    from vidu_ext.flows.download import Downloaded, DownloadOptions, OnProgress
    from vidu_ext.flows.effects import Flow
    from vidu_ext.flows.wait import WaitSet
    from vidu_ext.providers.base import StoredSubject
    from vidu_ext.providers.records import Balance, TaskFilter
    from vidu_ext.values.orders import OrderRow
    from vidu_ext.values.price import Price
    from vidu_ext.values.requests import AnsweredRequest, AnyRequest
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import OutputKind, Snapshot

    from .arguments import OnAccepted, OnSnapshot, OnSubmission
    from .session import ReadPage
    from .submits import Submits

T = TypeVar("T")

LAST_POLL_SECONDS: Final = 5.0
"""How long the one last poll at a deadline may take."""


class Vidu(BaseClient):
    """Make videos through the configured accounts, blocking the calling thread. Safe for many threads and for forked
    children, which have connections of their own.

    Without keys the accounts come from the environment: `VIDU_API_KEY`, and so on for each name in
    `vidu_ext.providers.PROVIDERS`. `prefer` names accounts or providers in the order in which they are asked, or is a policy of
    vidu_ext.flows.routing. Raises ConfigurationError if no account is configured.
    """

    def _connect(self) -> None:
        self._driver = SyncDriver(self._choice.endpoints, self._session.settings, self._session.watch)
        in_flight = {name: one.max_in_flight for name, one in self._choice.accounts.items()}
        self._poller = SyncPoller(self._driver, self._session.queue, in_flight)

    def _wake(self, account: str, task_id: str) -> None:
        self._poller.wake(account, task_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections. Tasks keep running and can be waited for with another client."""
        self._poller.close()
        self._driver.close()

    @cached_property
    def _submits(self) -> Submits:
        """The flows of submits, which a process that only waits does not load."""
        from .submits import Submits

        return Submits(self._session, self._driver.create_clients)

    # -- submitting ---------------------------------------------------------------------------------------------------

    def submit(
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
    ) -> Task:
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
        return self._accept(self._submits.submit(order), order.begun, on_accepted)

    def _accept(self, flow: Flow[Attempt | OrderRow], begun: Begun, on_accepted: OnAccepted | None) -> Task:
        check_callbacks(are_awaited=False, on_accepted=on_accepted)
        return run_submit(begun, lambda: self._accepted(flow, on_accepted))[0]

    def _accepted(self, flow: Flow[Attempt | OrderRow], on_accepted: OnAccepted | None) -> Task:
        ended = self._driver.run(flow)
        task = self._submits.task(ended, partial(Task, self))
        if on_accepted is not None:
            on_accepted(task.ref)
        self._submits.compare_charge(ended)
        return task

    def call(
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
        return run_submit(order.begun, lambda: self._driver.run(answered))[0]

    def prepare(
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
        return self._driver.run(self._submits.prepare(order))

    def send(self, submission: Submission, *, on_accepted: OnAccepted | None = None) -> Task:
        """Send a prepared submission, for the first time: if it may have been sent before, call `find` instead.

        Raises a SubmitError, as `submit` does.
        """
        begun = Begun()
        return self._accept(self._submits.send(submission, begun=begun), begun, on_accepted)

    def find(self, submission: Submission, *, on_accepted: OnAccepted | None = None) -> Task:
        """Look for the task of a submission whose outcome is unknown.

        Sends nothing, except at Comfy: there the request is sent again with its idempotency key, which pays for at most one
        task, and for one now if the first request never arrived. Raises SubmissionUnknownError if the outcome stays unknown.
        """
        begun = Begun(unsettled=submission)
        return self._accept(self._submits.find(submission, begun=begun), begun, on_accepted)

    # -- waiting ------------------------------------------------------------------------------------------------------

    def task(self, task: Task | TaskRef | str) -> Task:
        """Return a handle for a reference, its text, or a handle. Nothing is sent."""
        return Task(self, self._session.ref(task))

    def status(self, task: Task | TaskRef | str) -> Snapshot:
        """Ask once for the state of a task. Raises CallError if the provider does not answer."""
        return self._driver.run(self._session.status(self._session.ref(task)))

    def wait(
        self, task: Task | TaskRef | str, *, timeout: float | None = None, on_snapshot: OnSnapshot | None = None
    ) -> TaskResult:
        """Wait for the result of a task, without end or for `timeout` seconds. The task may have been submitted elsewhere.

        `on_snapshot` receives every status answer. Raises TaskFailedError if the task ended without a result,
        WaitTimeoutError when the time is over (the task keeps running), WaitRefusedError if the provider refuses to answer.
        """
        return self.wait_all([task], timeout=timeout, on_snapshot=on_snapshot)[0]

    def watch(self, task: Task | TaskRef | str, *, timeout: float | None = None) -> Iterator[Snapshot]:
        """Yield every status answer of a task, the last one final. Raises what `wait` raises, after the final snapshot."""
        for _, news in self._follow([task], timeout, wants_snapshots=True):
            if isinstance(news, TaskError):
                raise news
            if not isinstance(news, Result):
                yield news

    def as_completed(self, tasks: Iterable[Task | TaskRef | str], *, timeout: float | None = None) -> Iterator[Task]:
        """Yield each task as it ends, the same handle if one was passed; its `result()` then returns or raises at once."""
        listed = several(tasks)
        task_of = {self._session.ref(task): task for task in listed}
        for ref, news in self._follow(listed, timeout, wants_snapshots=False):
            if isinstance(news, Result | TaskError):
                task = task_of[ref]
                yield task if isinstance(task, Task) else Task(self, ref, outcome=news)

    @overload
    def wait_all(
        self,
        tasks: Iterable[Task | TaskRef | str],
        *,
        timeout: float | None = None,
        on_snapshot: OnSnapshot | None = None,
        errors: Literal["raise"] = "raise",
    ) -> list[TaskResult]: ...

    @overload
    def wait_all(
        self,
        tasks: Iterable[Task | TaskRef | str],
        *,
        timeout: float | None = None,
        on_snapshot: OnSnapshot | None = None,
        errors: Literal["raise", "return"],
    ) -> list[TaskResult | TaskError]: ...

    def wait_all(
        self,
        tasks: Iterable[Task | TaskRef | str],
        *,
        timeout: float | None = None,
        on_snapshot: OnSnapshot | None = None,
        errors: Literal["raise", "return"] = "raise",
    ) -> list[TaskResult] | list[TaskResult | TaskError]:
        """Wait until all tasks have ended and return their results in order.

        With `errors="return"` a task that failed has its error in the list; otherwise the first error is raised at the end.
        """
        from vidu_ext.flows.wait import in_order

        check_callbacks(are_awaited=False, on_snapshot=on_snapshot)
        listed = several(tasks)
        ended: dict[TaskRef, Result | TaskError] = {}
        for ref, news in self._follow(listed, timeout, wants_snapshots=on_snapshot is not None):
            if isinstance(news, Result | TaskError):
                ended[ref] = news
            elif on_snapshot is not None:
                on_snapshot(news)
        entries = in_order([self._session.ref(task) for task in listed], ended, raises=errors == "raise")
        return [TaskResult(entry.snapshot, self) if isinstance(entry, Result) else entry for entry in entries]

    def _follow(
        self, tasks: Iterable[Task | TaskRef | str], timeout: float | None, *, wants_snapshots: bool
    ) -> Iterator[tuple[TaskRef, Snapshot | Result | TaskError]]:
        """Yield what becomes known of the tasks, in the order in which it does: snapshots if wanted, and one end for each."""
        from vidu_ext.flows.wait import WaitSet

        began = monotonic()
        deadline = deadline_after(timeout, began)
        wait_set = WaitSet(self._poller.turn.notify_all, wants_snapshots=wants_snapshots)
        joining = [(self._session.ref(task), task) for task in several(tasks)]
        try:
            with noting(lambda: wait_note(list(wait_set.members), wait_set.unseen())):
                with self._poller.turn:
                    for ref, task in joining:
                        wait_set.join(self._poller.queues[ref.account], ref, task, began)
                    self._poller.turn.notify_all()
                while not wait_set.is_over:
                    with self._poller.turn:
                        if not self._poller.wait(wait_set.has_news, deadline):
                            self._poll_a_last_time(wait_set)
                            wait_set.give_up(monotonic(), began)
                        news = wait_set.news()
                    yield from news
        finally:
            with self._poller.turn:
                wait_set.leave()

    def _poll_a_last_time(self, wait_set: WaitSet) -> None:
        now = monotonic()
        wait_set.hurry(now)
        self._poller.turn.notify_all()  # another thread may run the poll loop, and sleep
        self._poller.wait(wait_set.all_answered, now + LAST_POLL_SECONDS)

    # -- results and account ------------------------------------------------------------------------------------------

    def cancel(self, task: Task | TaskRef | str) -> Snapshot:
        """Ask the provider to cancel a task, and return its state afterwards.

        A request, not a guarantee: Vidu cancels and refunds only tasks that do not run yet; a task that runs keeps running
        and is charged (CallError). A cancelled task polls as failed with UserCancelled. The other providers document no way
        to cancel: CallError at once. Giving up a wait cancels nothing.
        """
        return self._driver.run(self._session.cancel(self._session.ref(task)))

    def download(
        self,
        task: Task | TaskResult | TaskRef | str,
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
        snapshot = task.snapshot if isinstance(task, TaskResult) else self.status(task)
        with noting(lambda: download_note(snapshot.ref)):
            return self._driver.run(self._session.download(snapshot, target, kind=kind, options=options, on_progress=on_progress))

    def download_all(
        self,
        task: Task | TaskResult | TaskRef | str,
        folder: str | os.PathLike[str],
        *,
        options: DownloadOptions | None = None,
        on_progress: OnProgress | None = None,
    ) -> tuple[Downloaded, ...]:
        """Download every file of a finished task into a folder, under names made from the task id and the kind.

        Raises what `download` raises.
        """
        snapshot = task.snapshot if isinstance(task, TaskResult) else self.status(task)
        with noting(lambda: download_note(snapshot.ref)):
            return self._driver.run(self._session.download_all(snapshot, folder, options=options, on_progress=on_progress))

    def tasks(self, wanted: TaskFilter | None = None, *, account: str | None = None) -> Iterator[Snapshot]:
        """Yield the tasks of an account, page after page. Only Vidu lists finished tasks; skills.video lists unfinished ones.

        Raises CallError if a page cannot be read, or if the list leads back to a page that was read.
        """
        return self._entries(account, lambda name, pages: self._session.tasks_page(name, wanted, pages))

    def subjects(self, *, account: str | None = None) -> Iterator[StoredSubject]:
        """Yield your subjects that are stored at an account, page after page, as the provider's generated model.

        The id of one is what `Subject.stored_id` takes. Raises ConfigurationError if the provider stores no subjects (only
        Vidu does), and CallError if a page cannot be read, or if the list leads back to a page that was read.
        """
        return self._entries(account, self._session.subjects_page)

    def _entries(self, account: str | None, read: ReadPage[T]) -> Iterator[T]:
        """Yield the entries of a list, page after page."""
        name, pages = self._choice.only_account(account), list[str]()
        while True:
            entries, page = self._driver.run(read(name, pages))
            yield from entries
            if page is None:
                return
            pages.append(page)

    def credits(self, *, account: str | None = None) -> tuple[Balance, ...]:
        """Return the credits left on the account, and how many tasks run and may run at once if the provider says so."""
        return self._driver.run(self._session.credits(self._choice.only_account(account)))


class Task(Handle[Vidu]):
    """A task, bound to the client that submitted it or was given its reference.

    `str(task.ref)` is all that another process needs to wait for it. `result()` waits and remembers, `status()` polls once,
    `watch()` yields every status answer, `cancel()` asks the provider to cancel.
    """

    __slots__ = ()

    def status(self) -> Snapshot:
        """Ask once for the state; see Vidu.status."""
        return self._client.status(self.ref)

    def result(self, timeout: float | None = None, *, on_snapshot: OnSnapshot | None = None) -> TaskResult:
        """Wait for the result, without end or for `timeout` seconds. How the task ended is remembered.

        `on_snapshot` receives every status answer of this wait. Raises what Vidu.wait raises: TaskFailedError for a task that
        ended without a result (again at each call), WaitTimeoutError when the time is over (the task keeps running).
        """
        known = self._remembered()
        return (
            TaskResult(known.snapshot, self._client)
            if known
            else self._client.wait(self, timeout=timeout, on_snapshot=on_snapshot)
        )

    wait = result

    def watch(self, *, timeout: float | None = None) -> Iterator[Snapshot]:
        """Yield every status answer; see Vidu.watch."""
        return self._client.watch(self, timeout=timeout)

    def cancel(self) -> Snapshot:
        """Ask the provider to cancel; see Vidu.cancel for what that means."""
        return self._client.cancel(self.ref)


class TaskResult(BoundResult[Vidu]):
    """A task that succeeded: `outputs` are its files, `credits` what it cost, `download()` fetches one.

    Can be pickled, without its client; any client downloads it then: `vidu.download(result, "bird.mp4")`.
    """

    __slots__ = ()

    def download(
        self,
        target: Target,
        *,
        kind: OutputKind | None = None,
        options: DownloadOptions | None = None,
        on_progress: OnProgress | None = None,
    ) -> Downloaded:
        """Download one file to a path, into a folder, or to a file object; see Vidu.download."""
        return self._bound_client.download(self, target, kind=kind, options=options, on_progress=on_progress)

    def download_all(
        self, folder: str | os.PathLike[str], *, options: DownloadOptions | None = None, on_progress: OnProgress | None = None
    ) -> tuple[Downloaded, ...]:
        """Download every file into a folder; see Vidu.download_all."""
        return self._bound_client.download_all(self, folder, options=options, on_progress=on_progress)
