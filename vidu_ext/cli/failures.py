"""Report errors, as a line on stderr or a document on stdout, and turn them into exit codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

import typer

from vidu_ext.values.errors import ViduError
from vidu_ext.values.secrets import redacted

from .exits import Exit, exit_of
from .output import Printer
from .remedies import error_text

if TYPE_CHECKING:
    from vidu_ext.values.submission import Submission

N = TypeVar("N")

_KEY_OPTION: Final = re.compile(r"--?([a-z]+[-_])*(api[-_]?key|key|token|secret|password)", re.IGNORECASE)
_MISPLACED: Final = {
    "--debug": "--debug comes before the command, as in `vidu --debug generate`",
    "--json": "--json comes after the command, as in `vidu tasks --json`",
}
"""Options that are often written in the wrong place."""
_NO_COMMAND: Final = "NoArgsIsHelpError"
"""What typer raises if a group is run without a command."""


def report_error(error: BaseException, output: Printer, *, about: Mapping[str, str] | None = None) -> int:
    """Report an error and return its exit code. `about` has further members of its document, such as the reference."""
    if isinstance(error, typer.TyperException):
        return _report_usage_error(error, output)
    code = exit_of(error)
    message = redacted(_message(error, code))
    if output.is_debugging:
        import traceback

        output.say(redacted("".join(traceback.format_exception(error)).rstrip()))
    if output.as_json:
        from .formats import error_document

        output.document({**(about or {}), **error_document(error, output.clean(message), code=code)})
    elif code is Exit.INTERRUPTED:
        output.say(message)
    else:
        names = (name for name in (about or {}).values() if name not in message)
        output.error(": ".join((*names, message)))
    return code


def report_failure(output: Printer, kind: str, message: str, code: Exit) -> Exit:
    """Report a failure that has no exception of its own, and return its exit code. `kind` is its type in the document."""
    if output.as_json:
        output.document({"error": {"type": kind, "message": output.clean(message), "exit_code": int(code)}})
    else:
        output.error(message)
    return code


def for_each(output: Printer, names: Iterable[N], act: Callable[[N], object], *, kind: str = "reference") -> int:
    """Run `act` for each name and report its error, which does not end the loop. Returns the exit code of the first error.

    `kind` is the member that holds the name in the document of an error.
    """
    codes: list[int] = []
    for name in names:
        try:
            act(name)
        except ViduError as error:
            codes.append(report_error(error, output, about={kind: str(name)}))
    return next(iter(codes), Exit.OK)


def _message(error: BaseException, code: Exit) -> str:
    """Return the message for the user."""
    from .order_recorder import order_number

    has_task = vars(error).get("ref") is not None
    submission: Submission | None = None if has_task else vars(error).get("submission")
    order = None if submission is None else order_number(submission)
    if submission is not None:
        vars(error)["order"] = order  # a member of the error's document
    message = error_text(error, order=order)
    if code is Exit.UNEXPECTED:
        bug = "" if isinstance(error, OSError) else " This is a bug."  # the system refused something, such as a full disk
        hint = "`vidu orders` lists what was sent, VIDU_DEBUG=1 shows the traceback."
        message = f"{type(error).__name__}: {message}.{bug} {hint}"
    return message if submission is None or order is not None else f"{message}\n{submission.to_text()}"


def _report_usage_error(error: typer.TyperException, output: Printer) -> int:
    message = redacted(error.format_message())
    option = str(getattr(error, "option_name", ""))
    if _KEY_OPTION.fullmatch(option):
        message = (
            f"there is no {option}: a key on the command line is visible to other users and in the history of the shell. Set a"
            " variable such as VIDU_API_KEY in the environment, or write the key into the configuration file."
        )
    message = _MISPLACED.get(option, message)
    if type(error).__name__ == _NO_COMMAND:
        output.say(message)
        return Exit.USAGE
    path = getattr(getattr(error, "ctx", None), "command_path", "vidu")
    if not output.as_json:
        message += f"{'' if message.endswith(('.', '?')) else '.'} See `{path} --help`."
    return report_failure(output, "UsageError", message, Exit.USAGE)
