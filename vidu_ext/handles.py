"""Thin handles: a task, and a result, bound to the client that can act on them. They hold a reference and no state.

Every method is one call of the client with the reference filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import ConfigurationError, TaskError
from .tasks import Output, Result, Snapshot, TaskRef

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Iterator

    from .async_client import AsyncVidu
    from .client import Vidu
    from .downloads import Downloaded, DownloadOptions
    from .outcome import Submission
    from .session import OnSnapshot
    from .targets import Target
    from .tasks import OutputKind


class _Handle:
    """What the blocking and the awaited handle share."""

    __slots__ = ("_outcome", "estimate", "is_new", "ref", "submission")

    def __init__(
        self,
        ref: TaskRef,
        *,
        is_new: bool = False,
        estimate: float | None = None,
        submission: Submission | None = None,
        outcome: Result | TaskError | None = None,
    ) -> None:
        self.ref = ref
        """One line of text, `str(task.ref)`, with which any process with the same account can go on."""
        self.is_new = is_new
        self.estimate = estimate
        """Seconds that the provider thinks the task takes, where it says so."""
        self.submission = submission
        """What was sent, where this process sent it."""
        self._outcome = outcome

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.ref)!r})"

    def _ended(self) -> Result:
        if self._outcome is None:
            raise ConfigurationError(f"{self.ref} has not been waited for by this handle: call wait().")
        if isinstance(self._outcome, TaskError):
            raise self._outcome
        return self._outcome


class _BoundResult:
    """What the blocking and the awaited result share."""

    __slots__ = ("snapshot",)

    def __init__(self, result: Result) -> None:
        self.snapshot: Snapshot = result.snapshot

    def __repr__(self) -> str:
        kinds = ", ".join(output.kind for output in self.outputs)
        return f"{type(self).__name__}({str(self.ref)!r}, {kinds})"

    @property
    def ref(self) -> TaskRef:
        return self.snapshot.ref

    @property
    def outputs(self) -> tuple[Output, ...]:
        """All files, with addresses that expire."""
        return self.snapshot.outputs

    @property
    def credits(self) -> float | None:
        """What the task cost, in the provider's credits; None where the provider does not tell."""
        return self.snapshot.credits


class Task(_Handle):
    """A task and the client that asks for it."""

    __slots__ = ("_client",)

    def __init__(
        self,
        client: Vidu,
        ref: TaskRef,
        *,
        is_new: bool = False,
        estimate: float | None = None,
        submission: Submission | None = None,
        outcome: Result | TaskError | None = None,
    ) -> None:
        super().__init__(ref, is_new=is_new, estimate=estimate, submission=submission, outcome=outcome)
        self._client = client

    def status(self) -> Snapshot:
        """The state now; see Vidu.status."""
        return self._client.status(self.ref)

    def wait(self, *, timeout: float | None = None, on_snapshot: OnSnapshot | None = None) -> TaskResult:
        """The result, after as long as it takes or `timeout` seconds; see Vidu.wait."""
        return self._client.wait(self, timeout=timeout, on_snapshot=on_snapshot)

    def watch(self, *, timeout: float | None = None) -> Iterator[Snapshot]:
        """Every status answer; see Vidu.watch."""
        return self._client.watch(self, timeout=timeout)

    def result(self) -> TaskResult:
        """The result of a task that `as_completed` gave, or its error raised."""
        return TaskResult(self._client, self._ended())

    def cancel(self) -> Snapshot:
        """Ask the provider to cancel; what that means is said at Vidu.cancel."""
        return self._client.cancel(self.ref)


class TaskResult(_BoundResult):
    """A finished task, whose files can be downloaded."""

    __slots__ = ("_client",)

    def __init__(self, client: Vidu, result: Result) -> None:
        super().__init__(result)
        self._client = client

    def download(self, target: Target, *, kind: OutputKind | None = None, options: DownloadOptions | None = None) -> Downloaded:
        """One file, written to a path, into a folder, or to a file object; see Vidu.download."""
        return self._client.download(self, target, kind=kind, options=options)

    def download_all(self, folder: str | os.PathLike[str], *, options: DownloadOptions | None = None) -> tuple[Downloaded, ...]:
        """Every file, written into a folder; see Vidu.download_all."""
        return self._client.download_all(self, folder, options=options)


class AsyncTask(_Handle):
    """A task and the client that asks for it, awaited."""

    __slots__ = ("_client",)

    def __init__(
        self,
        client: AsyncVidu,
        ref: TaskRef,
        *,
        is_new: bool = False,
        estimate: float | None = None,
        submission: Submission | None = None,
        outcome: Result | TaskError | None = None,
    ) -> None:
        super().__init__(ref, is_new=is_new, estimate=estimate, submission=submission, outcome=outcome)
        self._client = client

    async def status(self) -> Snapshot:
        """The state now; see AsyncVidu.status."""
        return await self._client.status(self.ref)

    async def wait(self, *, timeout: float | None = None, on_snapshot: OnSnapshot | None = None) -> AsyncTaskResult:
        """The result, after as long as it takes or `timeout` seconds; see AsyncVidu.wait."""
        return await self._client.wait(self, timeout=timeout, on_snapshot=on_snapshot)

    def watch(self, *, timeout: float | None = None) -> AsyncIterator[Snapshot]:
        """Every status answer; see AsyncVidu.watch."""
        return self._client.watch(self, timeout=timeout)

    def result(self) -> AsyncTaskResult:
        """The result of a task that `as_completed` gave, or its error raised."""
        return AsyncTaskResult(self._client, self._ended())

    async def cancel(self) -> Snapshot:
        """Ask the provider to cancel; what that means is said at AsyncVidu.cancel."""
        return await self._client.cancel(self.ref)


class AsyncTaskResult(_BoundResult):
    """A finished task, whose files can be downloaded, awaited."""

    __slots__ = ("_client",)

    def __init__(self, client: AsyncVidu, result: Result) -> None:
        super().__init__(result)
        self._client = client

    async def download(
        self, target: Target, *, kind: OutputKind | None = None, options: DownloadOptions | None = None
    ) -> Downloaded:
        """One file, written to a path, into a folder, or to a file object; see AsyncVidu.download."""
        return await self._client.download(self, target, kind=kind, options=options)

    async def download_all(
        self, folder: str | os.PathLike[str], *, options: DownloadOptions | None = None
    ) -> tuple[Downloaded, ...]:
        """Every file, written into a folder; see AsyncVidu.download_all."""
        return await self._client.download_all(self, folder, options=options)
