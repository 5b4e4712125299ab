"""The exit codes of the `vidu` command, and which error ends in which. Decides nothing else and prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from vidu_ext.values import errors


class Exit(IntEnum):
    """What the exit code of the command tells a script."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    INVALID = 3
    NOBODY = 4
    REFUSED = 5
    NOT_SENT = 6
    UNKNOWN = 7
    FAILED = 8
    TIMED_OUT = 9
    NOT_DOWNLOADED = 10
    NOT_TOLD = 11
    DRIFT = 12
    FOREIGN = 13
    INTERRUPTED = 130


MEANINGS: Final[Mapping[Exit, str]] = {
    Exit.OK: "done",
    Exit.UNEXPECTED: "an error of this program, or output that could not be written",
    Exit.USAGE: "wrong arguments, files or configuration; nothing was sent",
    Exit.INVALID: "the provider's spec refuses the request; nothing was sent",
    Exit.NOBODY: "no configured account can serve the request; nothing was sent",
    Exit.REFUSED: "the provider refused: key, credits, model, moderation; nothing is paid",
    Exit.NOT_SENT: "not reached, busy, or a batch at its budget or with rows missing; nothing is paid, safe to run again",
    Exit.UNKNOWN: "may be accepted and paid: do not run again, use `vidu find`",
    Exit.FAILED: "the task failed or was cancelled",
    Exit.TIMED_OUT: "not finished yet; the task goes on: `vidu wait`",
    Exit.NOT_DOWNLOADED: "the result is there and was not downloaded: `vidu download`",
    Exit.NOT_TOLD: "a state, list, balance, cancellation or check was not given; nothing is paid by it",
    Exit.DRIFT: "contract: specs, clients, answers or a server differ from each other",
    Exit.FOREIGN: "contract: the address does not answer as this provider",
    Exit.INTERRUPTED: "interrupted; the last lines say how to go on",
}

_OF: Final[Mapping[type[BaseException], Exit]] = {
    errors.ConfigurationError: Exit.USAGE,
    errors.InvalidRequestError: Exit.INVALID,
    errors.NoProviderError: Exit.NOBODY,
    errors.RefusedError: Exit.REFUSED,
    errors.BusyError: Exit.NOT_SENT,
    errors.NotSentError: Exit.NOT_SENT,
    errors.SubmissionUnknownError: Exit.UNKNOWN,
    errors.TaskFailedError: Exit.FAILED,
    errors.WaitTimeoutError: Exit.TIMED_OUT,
    errors.DownloadError: Exit.NOT_DOWNLOADED,
    errors.ResultMissingError: Exit.NOT_DOWNLOADED,
    errors.TaskError: Exit.NOT_TOLD,
    errors.CallError: Exit.NOT_TOLD,
    KeyboardInterrupt: Exit.INTERRUPTED,
}


def exit_of(error: BaseException) -> Exit:
    """The exit code that an error ends in: that of its class, or of the nearest class above it."""
    return next((_OF[kind] for kind in type(error).__mro__ if kind in _OF), Exit.UNEXPECTED)


def table() -> str:
    """The codes with their meanings, a line each."""
    return "\n".join(f"{code.value:>4}  {meaning}" for code, meaning in MEANINGS.items())
