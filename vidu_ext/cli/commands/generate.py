"""`vidu generate`: submit, wait, download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidu_ext.cli.clients import client, configured
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.formats import show_accepted
from vidu_ext.cli.kept import Kept
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.cli.request_options import ChoiceOptions, RequestOptions, TaskOptions, ceiling_of, preferred, request_of
from vidu_ext.cli.waits import WaitOptions, follow

from .route import explained

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.values.requests import OperationRequest, Request


def run(output: Printer, asked: RequestOptions, files: FileOptions, waiting: WaitOptions, sending: TaskOptions) -> int:
    """Make a video: submit, wait, download.

    Prints the reference of the task as soon as it is accepted, then the path of the file. At most one task is paid for.
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
    delivery = files.delivery(configuration, tasks=1) if sending.wait or files.is_wanted else None
    if sending.dry_run:
        return explained(output, asked, request, configuration)
    once = sending.once
    prefer = preferred(asked, configuration.prefer)
    with client(configuration, prefer=prefer, interval=waiting.interval, retry_for=sending.retry_for) as vidu:
        doing = f"submitting, no answer yet; it is waited for up to {duration(Timeouts().create_read)}"
        with Progress(output, doing=doing), Kept(lambda ref: show_accepted(output, ref, once=once)) as kept:
            task = vidu.submit(
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
        if once is not None and not task.is_new:
            output.say(f"{task.ref} was ordered before as {once!r}: nothing is paid now. --again orders another.")
        if not sending.wait:
            output.document({"reference": str(task.ref), "estimate": task.estimate, "is_new": task.is_new})
            return Exit.OK
        return follow(output, vidu, [task], timeout=seconds, delivery=delivery)
