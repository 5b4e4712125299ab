"""`vidu find`: look for the task of a submission that was left unknown."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from vidu_ext.cli import notes
from vidu_ext.cli.clients import client, configured
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.formats import show_accepted
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.values.errors import ConfigurationError


def run(
    output: Printer,
    submission: Annotated[
        str | None, typer.Argument(metavar="[FILE|TEXT|-]", help="The note of the submission: a file, its text, or - for stdin.")
    ] = None,
) -> int:
    """Look for the task of a submission that was left unknown. Without an argument: list the notes that are kept.

    Looks, and pays for nothing. At Comfy the request is sent again with the same idempotency key: that pays for one task at
    the most, and for one now if the first request never arrived.
    """
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
        task = vidu.find(wanted, on_accepted=lambda ref: show_accepted(output, ref))
    output.document({"reference": str(task.ref)})
    output.say(f"found: it goes on and stays paid. Go on with: vidu wait {task.ref}")
    if path is not None:
        notes.settle(path)
    return Exit.OK


def _kept(output: Printer) -> int:
    """Lists the notes that are kept."""
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
