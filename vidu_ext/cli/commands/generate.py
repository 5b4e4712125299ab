"""`vidu generate`: submit, wait, download."""

from __future__ import annotations

from typing import Annotated

import typer

from vidu_ext.cli.clients import client, configured
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.formats import show_accepted
from vidu_ext.cli.kept import Kept
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.cli.request_options import RequestOptions, ceiling_of, preferred, request_of
from vidu_ext.cli.waits import WaitOptions, follow

from .route import explained


def run(
    output: Printer,
    asked: RequestOptions,
    files: FileOptions,
    waiting: WaitOptions,
    *,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait and download, or only print the reference.")] = True,
    retry_for: Annotated[
        float | None, typer.Option("--retry-for", metavar="SECONDS", help="How long a busy provider is asked again; else 120.")
    ] = None,
    idempotency_key: Annotated[
        str | None,
        typer.Option(
            "--idempotency-key",
            metavar="TEXT",
            help="An idempotency key of your own, unique to this job. Only Comfy pays once for two with the same.",
        ),
    ] = None,
    once: Annotated[
        str | None,
        typer.Option(
            "--once",
            metavar="TEXT",
            help="A key of your order: run again with the same one, it is the same task and pays nothing. See `vidu orders`.",
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="With --once: order anew, for instance after the task of this key failed.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and say who would be asked. Sends nothing.")
    ] = False,
) -> int:
    """Make a video: submit, wait, download.

    Prints the reference of the task as soon as it is accepted, then the path of the file. At most one task is paid for.
    """
    from vidu_ext.flows.policy import Timeouts
    from vidu_ext.flows.retry import duration

    configuration = configured(output)
    request = request_of(asked, model=configuration.defaults.model)
    prefer = preferred(asked, configuration.prefer)
    seconds = waiting.seconds(configuration)
    delivery = files.delivery(configuration, tasks=1) if wait or files.is_wanted else None
    if dry_run:
        return explained(output, asked, request, configuration)
    with client(configuration, prefer=prefer, interval=waiting.interval, retry_for=retry_for) as vidu:
        patience = duration(Timeouts().create_read)
        doing = f"submitting, no answer yet; it is waited for up to {patience}"
        with Progress(output, doing=doing), Kept(lambda ref: show_accepted(output, ref, once=once)) as kept:
            task = vidu.submit(
                request,
                account=asked.account,
                check=asked.check,
                unlisted=asked.unlisted,
                at_most=ceiling_of(asked.at_most),
                once=once,
                again=again,
                idempotency_key=idempotency_key,
                on_submission=kept.sent,
                on_accepted=kept.accepted,
            )
        if once is not None and not task.is_new:
            output.say(f"{task.ref} was ordered before as {once!r}: nothing is paid now. --again orders another.")
        if not wait:
            output.document({"reference": str(task.ref), "estimate": task.estimate, "is_new": task.is_new})
            return Exit.OK
        return follow(output, vidu, [task], timeout=seconds, delivery=delivery)
