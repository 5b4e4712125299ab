"""Handles: a task or a result, bound to the client that can act on it.

Every method is one call of the client with the reference filled in. A handle remembers how its task ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vidu_ext.values.errors import ConfigurationError, ResultMissingError, TaskError, TaskFailedError
from vidu_ext.values.tasks import Output, Result, Snapshot, TaskRef

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Iterator

    from vidu_ext.flows.download import Downloaded, DownloadOptions, OnProgress
    from vidu_ext.flows.effects import Target
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import OutputKind

    from .arguments import OnSnapshot


class BlockingClient(Protocol):
    """The methods of their client that blocking handles call."""

    def status(self, task: TaskRef, /) -> Snapshot: ...
    def wait(self, task: Task, /, *, timeout: float | None, on_snapshot: OnSnapshot | None) -> TaskResult: ...
    def watch(self, task: Task, /, *, timeout: float | None) -> Iterator[Snapshot]: ...
    def cancel(self, task: TaskRef, /) -> Snapshot: ...
    def download(
        self,
        task: TaskResult,
        target: Target,
        /,
        *,
        kind: OutputKind | None,
        options: DownloadOptions | None,
        on_progress: OnProgress | None,
    ) -> Downloaded: ...
    def download_all(
        self,
        task: TaskResult,
        folder: str | os.PathLike[str],
        /,
        *,
        options: DownloadOptions | None,
        on_progress: OnProgress | None,
    ) -> tuple[Downloaded, ...]: ...


class AwaitedClient(Protocol):
    """The methods of their client that awaited handles call."""

    async def status(self, task: TaskRef, /) -> Snapshot: ...
    async def wait(self, task: AsyncTask, /, *, timeout: float | None, on_snapshot: OnSnapshot | None) -> AsyncTaskResult: ...
    def watch(self, task: AsyncTask, /, *, timeout: float | None) -> AsyncIterator[Snapshot]: ...
    async def cancel(self, task: TaskRef, /) -> Snapshot: ...
    async def download(
        self,
        task: AsyncTaskResult,
        target: Target,
        /,
        *,
        kind: OutputKind | None,
        options: DownloadOptions | None,
        on_progress: OnProgress | None,
    ) -> Downloaded: ...
    async def download_all(
        self,
        task: AsyncTaskResult,
        folder: str | os.PathLike[str],
        /,
        *,
        options: DownloadOptions | None,
        on_progress: OnProgress | None,
    ) -> tuple[Downloaded, ...]: ...


C = TypeVar("C")


def bound(client: C | None) -> C:
    """Return the client of a result. Raises ConfigurationError for a result that was unpickled, which has none."""
    if client is None:
        raise ConfigurationError(
            "this result was unpickled and has no client: pass it to a client, as in vidu.download(result, ...)."
        )
    return client


def _film_html(snapshot: Snapshot) -> str:
    """Return HTML that shows the main file of a result, its reference, model and cost."""
    from html import escape

    links = [output for output in snapshot.outputs if output.url.lower().startswith(("https://", "http://"))]
    url = {output.kind: escape(output.url) for output in reversed(links)}  # the first of each kind
    shown = ""
    if "video" in url:
        poster = f' poster="{url["cover"]}"' if "cover" in url else ""
        shown = f'<video controls preload="metadata" style="max-width: 100%" src="{url["video"]}"{poster}></video>'
    elif "image" in url:
        shown = f'<img style="max-width: 100%" src="{url["image"]}">'
    elif "audio" in url:
        shown = f'<audio controls src="{url["audio"]}"></audio>'
    cost = None if snapshot.credits is None else f"{snapshot.credits:.15g} credits"
    return shown + _paragraph(" · ".join(part for part in (str(snapshot.ref), snapshot.model, cost) if part))


def _paragraph(text: str) -> str:
    from html import escape

    return f"<p>{escape(text)}</p>"


class _Handle(Generic[C]):
    """What the blocking and the awaited handle share."""

    __slots__ = ("_client", "_outcome", "estimate", "is_new", "ref", "submission")

    def __init__(
        self,
        client: C,
        ref: TaskRef,
        *,
        is_new: bool = False,
        estimate: float | None = None,
        submission: Submission | None = None,
        outcome: Result | TaskError | None = None,
    ) -> None:
        self._client = client
        self.ref = ref
        """The reference; any process with the same account can wait with its text, `str(task.ref)`."""
        self.is_new = is_new
        """Whether this call created the task; False for a reference, and for a task that exists already under the same `once`."""
        self.estimate = estimate
        """Seconds that the task takes by the provider's estimate; None if it makes none."""
        self.submission = submission
        """What was sent; None if another process sent it."""
        self._outcome = outcome

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.ref)!r})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the film, if this handle knows the result. Sends nothing."""
        if isinstance(self._outcome, Result):
            return _film_html(self._outcome.snapshot)
        return _paragraph(str(self._outcome or f"{self.ref}: result() waits for it"))

    def remember(self, outcome: Result | TaskError) -> None:
        """Keep how the task ended, so that `result` needs no further request. Errors of the wait itself are not kept."""
        if isinstance(outcome, Result | TaskFailedError | ResultMissingError):
            self._outcome = outcome

    def _remembered(self) -> Result | None:
        """Return the result if the task is known to have succeeded, else None. Raises the error if it is known to have failed."""
        if isinstance(self._outcome, TaskError):
            raise self._outcome
        return self._outcome


class _BoundResult(Generic[C]):
    """What the blocking and the awaited result share."""

    __slots__ = ("_client", "snapshot")

    def __init__(self, client: C | None, result: Result) -> None:
        self._client = client
        self.snapshot: Snapshot = result.snapshot

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the snapshot alone: a client has connections, which no other process can use."""
        return type(self), (None, Result(self.snapshot))

    def __repr__(self) -> str:
        kinds = ", ".join(output.kind for output in self.outputs)
        return f"{type(self).__name__}({str(self.ref)!r}, {kinds})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the film, its cover and its cost. The notebook then contains the signed URLs."""
        return _film_html(self.snapshot)

    @property
    def ref(self) -> TaskRef:
        return self.snapshot.ref

    @property
    def outputs(self) -> tuple[Output, ...]:
        """All files. Their URLs expire."""
        return self.snapshot.outputs

    @property
    def credits(self) -> float | None:
        """What the task cost, in the provider's credits; None if the provider does not say."""
        return self.snapshot.credits


class Task(_Handle[BlockingClient]):
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
        return TaskResult(self._client, known) if known else self._client.wait(self, timeout=timeout, on_snapshot=on_snapshot)

    wait = result

    def watch(self, *, timeout: float | None = None) -> Iterator[Snapshot]:
        """Yield every status answer; see Vidu.watch."""
        return self._client.watch(self, timeout=timeout)

    def cancel(self) -> Snapshot:
        """Ask the provider to cancel; see Vidu.cancel for what that means."""
        return self._client.cancel(self.ref)


class TaskResult(_BoundResult[BlockingClient]):
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
        return bound(self._client).download(self, target, kind=kind, options=options, on_progress=on_progress)

    def download_all(
        self, folder: str | os.PathLike[str], *, options: DownloadOptions | None = None, on_progress: OnProgress | None = None
    ) -> tuple[Downloaded, ...]:
        """Download every file into a folder; see Vidu.download_all."""
        return bound(self._client).download_all(self, folder, options=options, on_progress=on_progress)


class AsyncTask(_Handle[AwaitedClient]):
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
            return AsyncTaskResult(self._client, known)
        return await self._client.wait(self, timeout=timeout, on_snapshot=on_snapshot)

    wait = result

    def watch(self, *, timeout: float | None = None) -> AsyncIterator[Snapshot]:
        """Yield every status answer; see AsyncVidu.watch."""
        return self._client.watch(self, timeout=timeout)

    async def cancel(self) -> Snapshot:
        """Ask the provider to cancel; see AsyncVidu.cancel for what that means."""
        return await self._client.cancel(self.ref)


class AsyncTaskResult(_BoundResult[AwaitedClient]):
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
        return await bound(self._client).download(self, target, kind=kind, options=options, on_progress=on_progress)

    async def download_all(
        self, folder: str | os.PathLike[str], *, options: DownloadOptions | None = None, on_progress: OnProgress | None = None
    ) -> tuple[Downloaded, ...]:
        """Download every file into a folder; see AsyncVidu.download_all."""
        return await bound(self._client).download_all(self, folder, options=options, on_progress=on_progress)
