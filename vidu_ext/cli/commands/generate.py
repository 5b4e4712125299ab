"""`vidu generate`: submit, wait, download."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vidu_ext.cli.clients import client, configured
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.failures import shown
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.formats import show_accepted
from vidu_ext.cli.kept import Kept
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.cli.request_options import ChoiceOptions, RequestOptions, TaskOptions, ceiling_of, preferred, request_of
from vidu_ext.cli.waits import WaitOptions, follow
from vidu_ext.values.errors import ConfigurationError, ViduError

from .route import explained

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.client.handles import Task
    from vidu_ext.values.requests import OperationRequest, Request


def run(output: Printer, asked: RequestOptions, files: FileOptions, waiting: WaitOptions, sending: TaskOptions) -> int:
    """Make a video: submit, wait, download.

    Prints the reference of the task as soon as it is accepted, then the path of the file. At most one task is paid for, or as
    many as -n says.
    """
    configuration = configured(output)
    request = request_of(asked, model=configuration.defaults.model)
    return submitted(output, configuration, asked, request, files, waiting, sending)


def submitted(
    output: Printer,
    configuration: Configuration,
    asked: ChoiceOptions,
    request: Request | OperationRequest,
    files: FileOptions,
    waiting: WaitOptions,
    sending: TaskOptions,
) -> int:
    """The exit code after a request was submitted, and its task waited for and downloaded if that is wanted."""
    from vidu_ext.flows.policy import Timeouts
    from vidu_ext.flows.retry import duration

    seconds = waiting.seconds(configuration)
    if not sending.wait and files.is_wanted:
        raise ConfigurationError(
            "--no-wait downloads nothing: leave out --output, --kind and --all-files, and fetch the file later with `vidu wait`."
        )
    once = sending.once
    if sending.number > 1 and (once is not None or sending.idempotency_key is not None):
        raise ConfigurationError("-n orders several tasks, --once and --idempotency-key name one: choose.")
    delivery = files.delivery(configuration, tasks=sending.number) if sending.wait else None
    if sending.dry_run:
        return explained(output, asked, request, configuration)
    prefer = preferred(asked, configuration.prefer)
    doing = f"submitting, no answer yet; it is waited for up to {duration(Timeouts().create_read)}"
    with client(configuration, prefer=prefer, interval=waiting.interval, retry_for=sending.retry_for) as vidu:

        def submit() -> Task:
            with Progress(output, doing=doing), Kept(lambda ref: show_accepted(output, ref, once=once)) as kept:
                return vidu.submit(
                    request,
                    account=asked.account,
                    check=asked.check,
                    unlisted=asked.unlisted,
                    at_most=ceiling_of(asked.at_most),
                    once=once,
                    again=sending.again,
                    idempotency_key=sending.idempotency_key,
                    on_submission=kept.sent,
                    on_accepted=kept.accepted,
                )

        tasks, code = _accepted(output, submit, sending.number)
        if once is not None and not tasks[0].is_new:
            output.say(f"{tasks[0].ref} was ordered before as {once!r}: nothing is paid now. --again orders another.")
        if sending.wait:
            return follow(output, vidu, tasks, timeout=seconds, delivery=delivery) or code
        for task in tasks:
            output.document({"reference": str(task.ref), "estimate": task.estimate, "is_new": task.is_new})
        return code


def _accepted(output: Printer, submit: Callable[[], Task], number: int) -> tuple[list[Task], int]:
    """The tasks that were accepted, and the exit code of the first submit that failed. Raises its error if none was before it."""
    tasks: list[Task] = []
    try:
        while len(tasks) < number:
            tasks.append(submit())
    except (ViduError, KeyboardInterrupt) as ending:
        if not tasks:
            raise
        refs = " ".join(str(task.ref) for task in tasks)
        ending.add_note(f"{len(tasks)} of {number} were accepted before, keep running and are charged: vidu wait {refs}")
        if isinstance(ending, KeyboardInterrupt):
            raise
        return tasks, shown(ending, output)
    return tasks, Exit.OK
