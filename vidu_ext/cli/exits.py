"""The exit codes of the `vidu` command, and the code of each error."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final, Self

from vidu_ext.values import errors


class Exit(IntEnum):
    """An exit code and its meaning."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        member = int.__new__(cls, code)
        member._value_, member.meaning = code, meaning
        return member

    OK = 0, "done"
    UNEXPECTED = 1, "an error of this program, or output that could not be written"
    USAGE = 2, "wrong arguments, files or configuration; nothing was sent"
    INVALID = 3, "the provider's spec refuses the request; nothing was sent"
    NO_ACCOUNT = 4, "no configured account can serve the request; nothing was sent"
    REFUSED = 5, "the provider refused: key, credits, model, moderation; nothing is paid"
    NOT_SENT = 6, "not reached, busy, or a batch at its budget or with rows missing; nothing is paid, safe to run again"
    UNKNOWN = 7, "may be accepted and paid: do not run again, use `vidu find`"
    FAILED = 8, "the task failed or was cancelled"
    TIMED_OUT = 9, "not finished yet; the task keeps running: `vidu wait`"
    NOT_DOWNLOADED = 10, "the result is there and was not downloaded: `vidu download`"
    NOT_ANSWERED = 11, "not answered: a state, list, balance, cancellation or check; asking cost nothing"
    DRIFT = 12, "contract: specs, clients, answers or a server differ from each other"
    FOREIGN = 13, "contract: the address does not answer as this provider"
    INTERRUPTED = 130, "interrupted; the last lines say how to continue"


_CODES: Final[Mapping[type[BaseException], Exit]] = {
    errors.ConfigurationError: Exit.USAGE,
    errors.InvalidRequestError: Exit.INVALID,
    errors.NoProviderError: Exit.NO_ACCOUNT,
    errors.RefusedError: Exit.REFUSED,
    errors.BusyError: Exit.NOT_SENT,
    errors.NotSentError: Exit.NOT_SENT,
    errors.SubmissionUnknownError: Exit.UNKNOWN,
    errors.TaskFailedError: Exit.FAILED,
    errors.WaitTimeoutError: Exit.TIMED_OUT,
    errors.DownloadError: Exit.NOT_DOWNLOADED,
    errors.ResultMissingError: Exit.NOT_DOWNLOADED,
    errors.TaskError: Exit.NOT_ANSWERED,
    errors.CallError: Exit.NOT_ANSWERED,
    KeyboardInterrupt: Exit.INTERRUPTED,
}


def exit_of(error: BaseException) -> Exit:
    """Return the exit code of an error: that of its class, or of the nearest base class that has one."""
    return next((_CODES[kind] for kind in type(error).__mro__ if kind in _CODES), Exit.UNEXPECTED)


def table() -> str:
    """Return the codes with their meanings, a line each."""
    return "\n".join(f"{code.value:>4}  {code.meaning}" for code in Exit)
