"""Waiting for tasks with news on stderr, and handing out what they made as soon as each has ended."""

from __future__ import annotations

import shlex
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .exits import Exit
from .failures import each, shown
from .options import time
from .progress import Progress

if TYPE_CHECKING:
    from vidu_ext.client.handles import Task
    from vidu_ext.client.vidu import Vidu
    from vidu_ext.values.tasks import Snapshot, TaskRef

    from .config import Configuration
    from .files import Delivery
    from .output import Printer


@dataclass(frozen=True, kw_only=True)
class WaitOptions:
    """How long to wait, and how often to ask."""

    timeout: float | None = time(
        "--timeout", "-t", help="Wait no longer (90, 5m, 1h30m); the task keeps running. Default: no limit."
    )
    interval: float | None = time(help="Between two questions for the state; else growing from 2 to 15.")

    def seconds(self, configuration: Configuration) -> float | None:
        """The longest wait, None for one without end. Raises ConfigurationError for what is no time."""
        from vidu_ext.values.checks import seconds

        return configuration.defaults.timeout if self.timeout is None else seconds("--timeout", self.timeout)


class Following:
    """Tasks that are waited for together, and what became of each."""

    def __init__(self, output: Printer, vidu: Vidu, delivery: Delivery | None, progress: Progress) -> None:
        self.codes: dict[TaskRef, int] = {}
        self._output = output
        self._vidu = vidu
        self._delivery = delivery
        self._progress = progress

    def take(self, snapshot: Snapshot) -> None:
        """A status answer. One with a result is handed out at once: its addresses expire, and others may take hours."""
        from vidu_ext.values.tasks import TaskState

        self._progress.take(snapshot)
        if snapshot.state is TaskState.SUCCEEDED and snapshot.has_result:
            self.codes[snapshot.ref] = each(
                self._output,
                [snapshot.ref],
                lambda _: hand_out(self._output, self._vidu, snapshot, self._delivery, self._progress),
            )


def follow(
    output: Printer, vidu: Vidu, tasks: Sequence[Task | TaskRef], *, timeout: float | None, delivery: Delivery | None
) -> int:
    """The exit code after all tasks have ended: that of the first one that has no result, or no file where one is wanted."""
    from vidu_ext.values.errors import TaskError
    from vidu_ext.values.tasks import TaskRef

    refs = [task if isinstance(task, TaskRef) else task.ref for task in tasks]
    estimates = {str(task.ref): task.estimate for task in tasks if not isinstance(task, TaskRef)}
    with Progress(output, tasks=len(refs), estimates=estimates) as progress:
        following = Following(output, vidu, delivery, progress)
        left = (ref for ref in refs if ref not in following.codes)
        with going_on(["vidu", "wait", *(delivery.arguments() if delivery else ())], left):
            ends = vidu.wait_all(tasks, timeout=timeout, on_snapshot=following.take, errors="return")
    for ref, end in zip(refs, ends, strict=True):
        if isinstance(end, TaskError):
            following.codes[ref] = shown(end, output, about={"reference": str(ref)})
    return next((code for ref in refs if (code := following.codes[ref])), Exit.OK)


def fetch(output: Printer, vidu: Vidu, ref: TaskRef, delivery: Delivery) -> None:
    """Download what a finished task made. Raises WaitTimeoutError for one that is not finished, TaskFailedError for one
    that made nothing, DownloadError."""
    from vidu_ext.flows.poll import check_result

    with going_on(["vidu", "download", *delivery.arguments()], [ref]), Progress(output) as progress:
        snapshot = vidu.status(ref)
        check_result(snapshot)
        hand_out(output, vidu, snapshot, delivery, progress)


@contextmanager
def going_on(command: Sequence[str], refs: Iterable[object]) -> Generator[None]:
    """Let Ctrl-C pass with the command that goes on with the references that are left, and what the library saw of them."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        from vidu_ext.values.remedy import Note

        names = [str(ref) for ref in refs]
        said = [note.summary for note in getattr(interrupt, "__notes__", ()) if isinstance(note, Note)]
        seen = said[0] if said else "The provider had not answered. A task that exists keeps running and is charged."
        vars(interrupt)["references"] = names
        interrupt.__notes__ = [f"interrupted. {seen} Continue with: {shlex.join([*command[:2], *names, *command[2:]])}"]
        raise


def hand_out(output: Printer, vidu: Vidu, snapshot: Snapshot, delivery: Delivery | None, progress: Progress) -> None:
    """A result on stdout: its row, or its files once they are downloaded, and on stderr what it cost."""
    from vidu_ext.client.handles import TaskResult
    from vidu_ext.values.tasks import Result

    from .formats import credits_of, file_document, show, snapshot_document

    if delivery is None:
        show(output, snapshot)
        return
    progress.note(f"{snapshot.ref}: downloading")
    files = delivery.deliver(vidu, TaskResult(vidu, Result(snapshot)), progress.load)
    output.document({**snapshot_document(snapshot), "files": [file_document(file) for file in files]})
    for file in files:
        output.row(str(file.path))
    if snapshot.credits is not None and not output.as_json:
        output.say(f"{snapshot.ref} cost {credits_of(snapshot.credits)}")
