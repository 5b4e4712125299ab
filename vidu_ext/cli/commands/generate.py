"""The commands that make something, or say who could: generate, route, find."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidu_ext.cli.exits import Exit, exit_of
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.options import command
from vidu_ext.cli.output import Output
from vidu_ext.cli.progress import Progress
from vidu_ext.cli.request_options import RequestOptions, preferred, request_of
from vidu_ext.cli.waits import WaitOptions, follow
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.values.requests import Request
    from vidu_ext.values.tasks import Json, TaskRef


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    command(app, "generate")(generate)
    command(app, "route")(route)
    command(app, "find")(find)


def generate(
    output: Output,
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
            help="A marker of your own, unique to this job. Only Comfy pays once for two with the same.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and say who would be asked. Sends nothing.")
    ] = False,
) -> int:
    """Make a video: submit, wait, download.

    Prints the reference of the task as soon as it is accepted, then the path of the file. At most one task is paid for.
    """
    from vidu_ext.cli import notes
    from vidu_ext.cli.clients import client, configured

    configuration = configured(output)
    request = request_of(asked, model=configuration.defaults.model)
    prefer = preferred(asked, configuration.prefer)
    seconds = waiting.seconds(configuration)
    delivery = files.delivery(configuration, tasks=1) if wait or files.is_wanted else None
    if dry_run:
        return _explained(output, asked, request, configuration)
    with client(configuration, prefer=prefer, interval=waiting.interval, retry_for=retry_for) as vidu:
        with Progress(output, doing="submitting"), notes.keeping() as keep:
            task = vidu.submit(
                request,
                account=asked.account,
                check=asked.check,
                idempotency_key=idempotency_key,
                on_submission=keep,
                on_accepted=lambda ref: _hand_out(output, ref),
            )
        if not wait:
            output.document({"reference": str(task.ref), "estimate": task.estimate})
            return Exit.OK
        return follow(output, vidu, [task], timeout=seconds, delivery=delivery)


def route(output: Output, asked: RequestOptions) -> int:
    """Say for each account whether it can serve a request, and why not. Sends nothing."""
    from vidu_ext.cli.clients import configured

    configuration = configured(output)
    return _explained(output, asked, request_of(asked, model=configuration.defaults.model), configuration)


def find(
    output: Output,
    submission: Annotated[
        str | None, typer.Argument(metavar="[FILE|TEXT|-]", help="The note of the submission: a file, its text, or - for stdin.")
    ] = None,
) -> int:
    """Look for the task of a submission that was left unknown. Without an argument: list the notes that are kept.

    Looks, and pays for nothing. At Comfy the request is sent again with the same idempotency key: that pays for one task at
    the most, and for one now if the first request never arrived.
    """
    from vidu_ext.cli import notes
    from vidu_ext.cli.clients import client, configured
    from vidu_ext.values.submission import Submission

    if submission is None:
        return _kept(output)
    path, text = _read(submission)
    try:
        wanted = Submission.parse(text)
    except ConfigurationError:
        what = "the text" if path is None else path
        raise ConfigurationError(
            f"{what} is no note of a submission, or was changed since it was written, so nothing was sent. `vidu find` lists the"
            " notes that are kept."
        ) from None
    with client(configured(output)) as vidu, Progress(output, doing="looking"):
        task = vidu.find(wanted, on_accepted=lambda ref: _hand_out(output, ref))
    output.document({"reference": str(task.ref)})
    output.say(f"found: it goes on and stays paid. Go on with: vidu wait {task.ref}")
    if path is not None:
        notes.settle(path)
    return Exit.OK


# -- what they show -------------------------------------------------------------------------------------------------------


def _hand_out(output: Output, ref: TaskRef) -> None:
    """The reference, before anything else can fail: on stdout, and on stderr wherever stdout may not be seen."""
    output.row(str(ref))
    if output.as_json or not output.is_heard or not output.stdout_is_terminal:
        output.say(f"{ref}: accepted")


def _explained(output: Output, asked: RequestOptions, request: Request, configuration: Configuration) -> int:
    """The exit code that submitting would have before anything is sent, after every account was explained."""
    from vidu_ext.cli.clients import session
    from vidu_ext.cli.formats import explanation_document
    from vidu_ext.values.errors import InvalidRequestError, NoProviderError

    chooser = session(configuration, prefer=preferred(asked, configuration.prefer))
    lines = [one for one in chooser.explain(request, check=asked.check) if asked.account in (None, one.account, one.provider)]
    order: list[str] = []
    sent: dict[str, Json] = {}
    code = Exit.OK
    try:
        offers = chooser.offers(request, account=asked.account, check=asked.check, path_id=None).offers
        order = [offer.account for offer in offers]
        sent = {"operation": offers[0].encoded.operation, "body": _short(offers[0].encoded.body)}
    except (InvalidRequestError, NoProviderError) as error:
        code = exit_of(error)
    output.document({"order": [*order], **sent, "accounts": [explanation_document(line) for line in lines]})
    output.table(
        ("asked", "account", "provider", "why not"),
        [
            (
                str(order.index(one.account) + 1) if one.account in order else "-",
                one.account,
                one.provider,
                "; ".join(one.reasons),
            )
            for one in lines
        ],
    )
    if order:
        output.say(f"Nothing was sent. {order[0]} would be asked first: {sent['operation']} {json.dumps(sent['body'])}")
    else:
        output.say("Nothing was sent. No account can serve this request.")
    return code


def _short(value: Json) -> Json:
    """A body to be shown: pictures inside it are only told of."""
    match value:
        case str() if value.startswith("data:"):
            return f"{value.partition(',')[0]},... ({len(value)} characters)"
        case list():
            return [_short(entry) for entry in value]
        case dict():
            return {name: _short(entry) for name, entry in value.items()}
        case _:
            return value


def _kept(output: Output) -> int:
    """Lists the notes that are kept."""
    from vidu_ext.cli import notes
    from vidu_ext.values.submission import Submission

    kept = notes.kept()
    if not kept:
        output.say(f"No submission is left unknown: {notes.folder()} holds no note.")
    for path in kept:
        try:
            submission = Submission.parse(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            output.warn(f"{path} cannot be used, and its request may be paid: {error}")
            continue
        moment = datetime.fromtimestamp(submission.submitted_at, UTC).isoformat(timespec="seconds")
        output.row(str(path), submission.account, submission.operation, moment)
        output.document({
            "note": str(path),
            "account": submission.account,
            "operation": submission.operation,
            "submitted_at": moment,
        })  # fmt: skip
    return Exit.OK


def _read(given: str) -> tuple[Path | None, str]:
    """The text of a submission, and the file that it was in."""
    from vidu_ext.values.tasks import BYTE_ORDER_MARK

    if given.removeprefix(BYTE_ORDER_MARK).lstrip().startswith("{"):
        return None, given
    if given == "-":
        return None, sys.stdin.read() if sys.stdin is not None else ""
    path = Path(given)
    try:
        return path, path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigurationError(f"{given} cannot be read: {detail or error}.") from None
