"""Wait for tasks with progress on stderr, and deliver the result of each as soon as it has ended."""

from __future__ import annotations

import shlex
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .exits import Exit
from .failures import for_each, report_error
from .options import time
from .progress import Progress

if TYPE_CHECKING:
    from vidu_ext.client.handles import Task
    from vidu_ext.client.vidu import Vidu
    from vidu_ext.values.tasks import Snapshot, TaskRef

    from .config import Configuration
    from .files import Delivery
    from .output import Printer


@dataclass(kw_only=True, eq=False, repr=False)
class WaitOptions:
    """How long to wait, and how often to ask."""

    timeout: float | None = time(
        "--timeout", "-t", help="Wait no longer (90, 5m, 1h30m); the task keeps running. Default: no limit."
    )
    interval: float | None = time(help="Time between two polls of a task's state; default growing from 2 to 15.")

    def seconds(self, configuration: Configuration) -> float | None:
        """Return the longest wait; None means no limit. Raises ConfigurationError for an invalid time."""
        from vidu_ext.values.checks import seconds

        return configuration.defaults.timeout if self.timeout is None else seconds("--timeout", self.timeout)


class ResultHandler:
    """Delivers the results of tasks that are waited for together, and keeps the exit code of each."""

    def __init__(self, output: Printer, vidu: Vidu, delivery: Delivery | None, progress: Progress) -> None:
        self.codes: dict[TaskRef, int] = {}
        self._output = output
        self._vidu = vidu
        self._delivery = delivery
        self._progress = progress

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a status answer. A result is delivered at once: its addresses expire, and other tasks may take hours."""
        from vidu_ext.values.tasks import TaskState

        self._progress.show_snapshot(snapshot)
        if snapshot.state is TaskState.SUCCEEDED and snapshot.has_result:
            self.codes[snapshot.ref] = for_each(
                self._output,
                [snapshot.ref],
                lambda _: deliver(self._output, self._vidu, snapshot, self._delivery, self._progress),
            )


def wait_and_deliver(
    output: Printer, vidu: Vidu, tasks: Sequence[Task | TaskRef], *, timeout: float | None, delivery: Delivery | None
) -> int:
    """Wait until all tasks have ended. Returns the exit code of the first one without a result, or without a wanted file."""
    from vidu_ext.values.errors import TaskError
    from vidu_ext.values.tasks import TaskRef

    refs = [task if isinstance(task, TaskRef) else task.ref for task in tasks]
    estimates = {str(task.ref): task.estimate for task in tasks if not isinstance(task, TaskRef)}
    with Progress(output, tasks=len(refs), estimates=estimates) as progress:
        following = ResultHandler(output, vidu, delivery, progress)
        left = (ref for ref in refs if ref not in following.codes)
        with continue_hint(["vidu", "wait", *(delivery.arguments() if delivery else ())], left):
            ends = vidu.wait_all(tasks, timeout=timeout, on_snapshot=following.show_snapshot, errors="return")
    for ref, end in zip(refs, ends, strict=True):
        if isinstance(end, TaskError):
            following.codes[ref] = report_error(end, output, about={"reference": str(ref)})
    return next((code for ref in refs if (code := following.codes[ref])), Exit.OK)


def download_result(output: Printer, vidu: Vidu, ref: TaskRef, delivery: Delivery) -> None:
    """Download the result of a finished task. Raises WaitTimeoutError if it is not finished, TaskFailedError if it has
    none, DownloadError."""
    from vidu_ext.flows.poll import check_result

    with continue_hint(["vidu", "download", *delivery.arguments()], [ref]), Progress(output) as progress:
        snapshot = vidu.status(ref)
        check_result(snapshot)
        deliver(output, vidu, snapshot, delivery, progress)


@contextmanager
def continue_hint(command: Sequence[str], refs: Iterable[object]) -> Generator[None]:
    """Add to Ctrl-C the command that continues with the references that are left, and what was seen of them."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        from vidu_ext.values.remedy import Note

        names = [str(ref) for ref in refs]
        summaries = [note.summary for note in getattr(interrupt, "__notes__", ()) if isinstance(note, Note)]
        seen = next(iter(summaries), "The provider had not answered. A task that exists keeps running and is charged.")
        vars(interrupt)["references"] = names
        interrupt.__notes__ = [f"interrupted. {seen} Continue with: {shlex.join([*command[:2], *names, *command[2:]])}"]
        raise


def deliver(output: Printer, vidu: Vidu, snapshot: Snapshot, delivery: Delivery | None, progress: Progress) -> None:
    """Print a result: its row, or its files once they are downloaded; on stderr what it cost."""
    from vidu_ext.client.handles import TaskResult
    from vidu_ext.values.tasks import Result

    from .formats import credits_of, file_document, show, snapshot_document

    if delivery is None:
        show(output, snapshot)
        return
    progress.show_activity(f"{snapshot.ref}: downloading")
    files = delivery.deliver(vidu, TaskResult(vidu, Result(snapshot)), progress.show_download)
    output.document({**snapshot_document(snapshot), "files": [file_document(file) for file in files]})
    for file in files:
        output.row(str(file.path))
    if not output.as_json:
        known = f" cost {credits_of(snapshot.credits)}" if snapshot.credits is not None else ": what it cost was not reported"
        output.say(f"{snapshot.ref}{known}")
