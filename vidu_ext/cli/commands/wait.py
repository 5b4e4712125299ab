"""`vidu wait` and `vidu download`: wait with progress on stderr, and deliver the result of each task once it has ended."""

from __future__ import annotations

import shlex
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from vidu_ext.cli.clients import client, load_configuration, parse_references, query_client
from vidu_ext.cli.config import Configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.failures import for_each, report_error
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.formats import credits_of, file_document, print_snapshot, snapshot_document
from vidu_ext.cli.options import References, time_option
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.client.vidu import Task, TaskResult, Vidu
from vidu_ext.flows.poll import check_result
from vidu_ext.values.checks import seconds
from vidu_ext.values.errors import TaskError
from vidu_ext.values.remedy import Note
from vidu_ext.values.tasks import Snapshot, TaskRef, TaskState


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


def run_wait(output: Printer, refs: References, waiting: WaitOptions, files: FileOptions) -> int:
    """Wait for tasks, from any process; with --output, download them too."""
    configuration = load_configuration(output)
    timeout = waiting.seconds(configuration)
    wanted = files.checked(configuration, tasks=len(refs)) if files.is_wanted else None
    with client(configuration, interval=waiting.interval) as vidu:
        return wait_and_deliver(output, vidu, parse_references(vidu, refs), timeout=timeout, files=wanted)


def run_download(output: Printer, refs: References, files: FileOptions) -> int:
    """Download the files of finished tasks."""
    configuration = load_configuration(output)
    files = files.checked(configuration, tasks=len(refs))

    def download(ref: TaskRef) -> None:
        with _continue_hint(["vidu", "download", *files.arguments()], [ref]), Progress(output) as progress:
            snapshot = vidu.status(ref)
            check_result(snapshot)
            _deliver(output, vidu, snapshot, files, progress)

    with query_client(configuration) as vidu:
        return for_each(output, parse_references(vidu, refs), download)


def wait_and_deliver(
    output: Printer, vidu: Vidu, tasks: Sequence[Task | TaskRef], *, timeout: float | None, files: FileOptions | None
) -> int:
    """Wait until all tasks have ended. Returns the exit code of the first task without a result or a wanted file."""
    codes: dict[TaskRef, int] = {}
    refs = [task if isinstance(task, TaskRef) else task.ref for task in tasks]
    ordered_before = {task.ref for task in tasks if not isinstance(task, TaskRef) and not task.is_new}
    with Progress(output, tasks=len(refs)) as progress:

        def show(snapshot: Snapshot) -> None:
            progress.show_snapshot(snapshot)
            ref = snapshot.ref
            if snapshot.state is TaskState.SUCCEEDED and snapshot.has_result:  # now: its addresses expire, other tasks take hours
                is_new = ref not in ordered_before
                codes[ref] = for_each(output, [ref], lambda _: _deliver(output, vidu, snapshot, files, progress, is_new=is_new))

        unfinished = (ref for ref in refs if ref not in codes)
        with _continue_hint(["vidu", "wait", *(files.arguments() if files else ())], unfinished):
            outcomes = vidu.wait_all(tasks, timeout=timeout, on_snapshot=show, errors="return")
    for ref, outcome in zip(refs, outcomes, strict=True):
        if isinstance(outcome, TaskError):
            codes[ref] = report_error(outcome, output, about={"reference": str(ref)})
    return next((code for ref in refs if (code := codes[ref])), Exit.OK)


@contextmanager
def _continue_hint(command: Sequence[str], refs: Iterable[object]) -> Generator[None]:
    """Add to Ctrl-C what was seen of the tasks, and the command that continues with them. `refs` is read only then."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        references = [str(ref) for ref in refs]
        summaries = [note.summary for note in getattr(interrupt, "__notes__", ()) if isinstance(note, Note)]
        seen = next(iter(summaries), "The provider had not answered. A task that exists keeps running and is charged.")
        vars(interrupt)["references"] = references  # a member of its document
        interrupt.__notes__ = [f"interrupted. {seen} Continue with: {shlex.join([*command[:2], *references, *command[2:]])}"]
        raise


def _deliver(
    output: Printer, vidu: Vidu, snapshot: Snapshot, files: FileOptions | None, progress: Progress, *, is_new: bool = True
) -> None:
    """Print a result: its row, or its files once they are downloaded; on stderr what it cost. `is_new`: ordered by this run.

    Raises DownloadError if a file cannot be saved.
    """
    if files is None:
        print_snapshot(output, snapshot)
        return
    progress.show_activity(f"{snapshot.ref}: downloading")
    downloaded = files.deliver(vidu, TaskResult(snapshot, vidu), progress.show_download)
    output.document({**snapshot_document(snapshot), "files": [file_document(file) for file in downloaded]})
    for file in downloaded:
        output.row(str(file.path))
    cost = ": what it cost was not reported" if snapshot.credits is None else f" cost {credits_of(snapshot.credits)}"
    output.summary(f"{snapshot.ref}{cost}{'' if is_new else ', paid with the first order'}")
