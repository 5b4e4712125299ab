"""Wait for tasks with progress on stderr, and deliver the result of each task as soon as it has ended."""

from __future__ import annotations

import shlex
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidu_ext.values.checks import seconds
from vidu_ext.values.errors import TaskError

from .exits import Exit
from .failures import for_each, report_error
from .options import time_option
from .progress import Progress

if TYPE_CHECKING:
    from vidu_ext.client.vidu import Task, Vidu
    from vidu_ext.values.tasks import Snapshot, TaskRef

    from .config import Configuration
    from .files import FileOptions
    from .output import Printer


@dataclass(kw_only=True, eq=False, repr=False)
class WaitOptions:
    """How long to wait, and how often to ask."""

    timeout: float | None = time_option(
        "--timeout", "-t", help="Wait no longer (90, 5m, 1h30m); the task keeps running. Default: no limit."
    )
    interval: float | None = time_option(help="Time between two polls of a task's state; default growing from 2 to 15.")

    def seconds(self, configuration: Configuration) -> float | None:
        """Return the longest wait; None means no limit. Raises ConfigurationError for an invalid time."""

        return configuration.defaults.timeout if self.timeout is None else seconds("--timeout", self.timeout)


def wait_and_deliver(
    output: Printer, vidu: Vidu, tasks: Sequence[Task | TaskRef], *, timeout: float | None, files: FileOptions | None
) -> int:
    """Wait until all tasks have ended. Returns the exit code of the first task without a result or a wanted file."""
    from vidu_ext.values.tasks import TaskRef, TaskState

    codes: dict[TaskRef, int] = {}
    refs = [task if isinstance(task, TaskRef) else task.ref for task in tasks]
    ordered_before = {task.ref for task in tasks if not isinstance(task, TaskRef) and not task.is_new}
    estimates = {str(task.ref): task.estimate for task in tasks if not isinstance(task, TaskRef)}
    with Progress(output, tasks=len(refs), estimates=estimates) as progress:

        def show(snapshot: Snapshot) -> None:
            progress.show_snapshot(snapshot)
            ref = snapshot.ref
            if snapshot.state is TaskState.SUCCEEDED and snapshot.has_result:  # now: its addresses expire, other tasks take hours
                is_new = ref not in ordered_before
                codes[ref] = for_each(output, [ref], lambda _: deliver(output, vidu, snapshot, files, progress, is_new=is_new))

        unfinished = (ref for ref in refs if ref not in codes)
        with continue_hint(["vidu", "wait", *(files.arguments() if files else ())], unfinished):
            outcomes = vidu.wait_all(tasks, timeout=timeout, on_snapshot=show, errors="return")
    for ref, outcome in zip(refs, outcomes, strict=True):
        if isinstance(outcome, TaskError):
            codes[ref] = report_error(outcome, output, about={"reference": str(ref)})
    return next((code for ref in refs if (code := codes[ref])), Exit.OK)


def download_result(output: Printer, vidu: Vidu, ref: TaskRef, files: FileOptions) -> None:
    """Download the result of a finished task.

    Raises WaitTimeoutError if it is not finished, TaskFailedError if it has no result, DownloadError if it cannot be saved.
    """
    from vidu_ext.flows.poll import check_result

    with continue_hint(["vidu", "download", *files.arguments()], [ref]), Progress(output) as progress:
        snapshot = vidu.status(ref)
        check_result(snapshot)
        deliver(output, vidu, snapshot, files, progress)


@contextmanager
def continue_hint(command: Sequence[str], refs: Iterable[object]) -> Generator[None]:
    """Add to Ctrl-C what was seen of the tasks, and the command that continues with them. `refs` is read only then."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        from vidu_ext.values.remedy import Note

        references = [str(ref) for ref in refs]
        summaries = [note.summary for note in getattr(interrupt, "__notes__", ()) if isinstance(note, Note)]
        seen = next(iter(summaries), "The provider had not answered. A task that exists keeps running and is charged.")
        vars(interrupt)["references"] = references  # a member of its document
        interrupt.__notes__ = [f"interrupted. {seen} Continue with: {shlex.join([*command[:2], *references, *command[2:]])}"]
        raise


def deliver(
    output: Printer, vidu: Vidu, snapshot: Snapshot, files: FileOptions | None, progress: Progress, *, is_new: bool = True
) -> None:
    """Print a result: its row, or its files once they are downloaded; on stderr what it cost. `is_new`: ordered by this run."""
    from vidu_ext.client.vidu import TaskResult
    from vidu_ext.values.tasks import Result

    from .formats import credits_of, file_document, print_snapshot, snapshot_document

    if files is None:
        print_snapshot(output, snapshot)
        return
    progress.show_activity(f"{snapshot.ref}: downloading")
    downloaded = files.deliver(vidu, TaskResult(vidu, Result(snapshot)), progress.show_download)
    output.document({**snapshot_document(snapshot), "files": [file_document(file) for file in downloaded]})
    for file in downloaded:
        output.row(str(file.path))
    cost = ": what it cost was not reported" if snapshot.credits is None else f" cost {credits_of(snapshot.credits)}"
    output.summary(f"{snapshot.ref}{cost}{'' if is_new else ', paid with the first order'}")
