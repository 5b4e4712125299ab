"""How an error ends: said once, as a line for a person or a document for a script, and turned into an exit code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

import typer

from .exits import Exit, exit_of
from .output import Printer

if TYPE_CHECKING:
    from vidu_ext.values.submission import Submission

N = TypeVar("N")

_KEY_OPTION: Final = re.compile(r"--?([a-z]+[-_])*(api[-_]?key|key|token|secret|password)", re.IGNORECASE)
_ELSEWHERE: Final = {
    "--debug": "--debug stands before the command, as in `vidu --debug generate`",
    "--json": "--json stands after the command, as in `vidu tasks --json`",
}
"""Options that are looked for in the wrong place."""
_NO_COMMAND: Final = "NoArgsIsHelpError"
"""Typer's way to say that help is wanted."""


class Interrupted(Exception):  # noqa: N818 - no error: somebody wanted it
    """Carries Ctrl-C past typer, which would end the process without a word of how to go on."""

    def __init__(self, interrupt: KeyboardInterrupt) -> None:
        super().__init__("interrupted")
        self.interrupt = interrupt


def shown(error: BaseException, output: Printer, *, about: Mapping[str, str] | None = None) -> int:
    """The exit code of an error, after it was said. `about` names what it is about, for its document."""
    if isinstance(error, typer.TyperException):
        return _usage_shown(error, output)
    if isinstance(error, Interrupted):
        error = error.interrupt
    code = exit_of(error)
    message = redacted(_message(error, code))
    if output.is_debugging:
        _trace(error, output)
    if output.as_json:
        from .formats import error_document

        output.document({**(about or {}), **error_document(error, output.clean(message), code=code)})
    elif code is Exit.INTERRUPTED:
        output.say(message)
    else:
        output.error(message)
    return code


def each(output: Printer, names: Iterable[N], act: Callable[[N], object], *, kind: str = "reference") -> int:
    """The exit code after something was done with each: that of the first error. An error keeps no other from its turn.

    `kind` is what the names are, for the documents of errors.
    """
    from vidu_ext.values.errors import ViduError

    codes: list[int] = []
    for name in names:
        try:
            act(name)
        except ViduError as error:
            codes.append(shown(error, output, about={kind: str(name)}))
    return next(iter(codes), Exit.OK)


def redacted(text: str) -> str:
    """The text without what looks like a key or a signature."""
    from vidu_ext.transport.redact import redacted as without_secrets

    return without_secrets(text)


def _message(error: BaseException, code: Exit) -> str:
    """What a person is shown."""
    from .kept import number_of
    from .remedies import worded

    is_known = vars(error).get("ref") is not None
    submission: Submission | None = None if is_known else vars(error).get("submission")
    order = None if submission is None else number_of(submission)
    if submission is not None:
        vars(error)["order"] = order
    message = worded(error, order=order)
    if code is Exit.UNEXPECTED:
        message = f"{type(error).__name__}: {message}. This is a fault of the program; with VIDU_DEBUG=1 it shows where."
    return message if submission is None or order is not None else f"{message}\n{submission.to_text()}"


def _usage_shown(error: typer.TyperException, output: Printer) -> int:
    message = redacted(error.format_message())
    if option := _KEY_OPTION.fullmatch(str(getattr(error, "option_name", ""))):
        message = (
            f"there is no {option[0]}: a key on the command line is seen by others and kept by the shell. Set a variable such as"
            " VIDU_API_KEY in the environment, or write the key into the configuration file."
        )
    message = _ELSEWHERE.get(str(getattr(error, "option_name", "")), message)
    if type(error).__name__ == _NO_COMMAND:
        output.say(message)
    elif output.as_json:
        output.document({"error": {"type": "UsageError", "message": output.clean(message), "exit_code": int(Exit.USAGE)}})
    else:
        path = getattr(getattr(error, "ctx", None), "command_path", "vidu")
        output.error(f"{message.rstrip('.')}. See `{path} --help`.")
    return Exit.USAGE


def _trace(error: BaseException, output: Printer) -> None:
    import traceback

    output.say(redacted("".join(traceback.format_exception(error)).rstrip()))
