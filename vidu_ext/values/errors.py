"""Every error of this package. Attributes hold the data; the message says what happened, what it means for the
user's money, and what to do next.

    ViduError
    ├── ConfigurationError (ValueError)        wrong settings, reference text, file or option; nothing was sent
    │   ├── MissingExtraError                  an optional dependency is not installed
    │   ├── OrderError                         the key of an order belongs to another request, or cannot be kept; nothing was sent
    │   └── ClientClosedError                  the client was closed before the request was sent
    ├── NoProviderError                        no configured account can serve the request; nothing was sent
    │   └── InvalidRequestError                the spec refuses the request; nothing was sent
    ├── SubmitError
    │   ├── NotSentError                       never reached the provider; nothing is paid
    │   ├── BusyError                          the provider stayed too busy until the time for retries ran out; nothing is paid
    │   ├── RefusedError                       the provider refused the request; nothing is paid
    │   │   ├── KeyRefusedError                the key is not accepted, or may not do this
    │   │   ├── InsufficientCreditsError       too few credits
    │   │   ├── ModelNotOfferedError           the model is not offered on this route
    │   │   └── ModerationError                the prompt or the inputs are not allowed
    │   └── SubmissionUnknownError             may be accepted and paid; never sent again automatically
    ├── TaskError                              about one task, known by its reference
    │   ├── WaitTimeoutError (TimeoutError)    the task keeps running and is charged
    │   ├── WaitRefusedError                   the provider refuses to report the state; a task that exists keeps running
    │   ├── TaskFailedError                    ended without a result; .snapshot.credits is its cost, if the provider reports it
    │   │   ├── TaskModeratedError             the inputs or the result are not allowed
    │   │   └── TaskCanceledError              was cancelled
    │   └── ResultMissingError                 the task succeeded and is paid, but its answer names no main file
    ├── CallError                              a call that creates nothing failed: status, list, cancel, credits, upload
    │   └── ResponseUnreadableError            succeeded, but the answer cannot be read
    └── DownloadError                          the result is paid and not lost: download again
        ├── ResultExpiredError                 no URL of the file works
        ├── DownloadIncompleteError            broke off too often; the partial download resumes
        └── DownloadRefusedError               a limit set by the caller or a rule of this package forbids it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .base_error import ConfigurationError as ConfigurationError
from .base_error import ViduError as ViduError
from .remedy import Remedy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .exchange import ErrorReading
    from .explanation import Explanation
    from .fault import Fault
    from .remedy import Action
    from .submission import Submission
    from .tasks import Snapshot, TaskRef


MESSAGE_CHARACTERS: Final = 300
"""How much of a provider's text a message quotes. A proxy may answer with a whole page."""


def one_line(text: str) -> str:
    """Return a provider's text as one line for a message: cut, and without control or bidirectional characters."""
    beginning = text[: 4 * MESSAGE_CHARACTERS]  # more than a message quotes, because spaces are merged below
    printable = "".join(character if character.isprintable() else " " for character in beginning)
    line = " ".join(printable.split())
    return line if len(line) <= MESSAGE_CHARACTERS else line[:MESSAGE_CHARACTERS] + "…"


class MissingExtraError(ConfigurationError):
    """An optional dependency that this part of the package needs is not installed."""


class OrderError(ConfigurationError):
    """The key of an order belongs to another request, is in use elsewhere, or cannot be kept. Nothing was sent."""


class NoProviderError(ViduError):
    """No configured account can serve the request. Nothing was sent."""

    def __init__(
        self,
        message: str,
        explanations: Sequence[Explanation] = (),
        *,
        lines: Sequence[object] | None = None,
        remedy: Remedy | None = None,
    ) -> None:
        self.explanations = tuple(explanations)
        """Why each account cannot serve the request, with the faults found by its provider's spec."""
        self.reasons = tuple(map(str, explanations))
        """The same in words, one line per account."""
        below = "".join(f"\n  {line}" for line in (self.reasons if lines is None else lines))
        super().__init__(message + below, remedy=remedy)


class InvalidRequestError(NoProviderError):
    """The spec of every provider with a route for the request refuses it. Nothing was sent; every fault is listed with its place.

    `faults` are those found at `provider`, which is the first account's; `explanations` has those of each account.
    """

    def __init__(self, provider: str, operation: str, faults: Sequence[Fault], explanations: Sequence[Explanation] = ()) -> None:
        self.provider = provider
        self.operation = operation
        self.faults = tuple(faults)
        refusal = "No configured account takes this request"
        lines: tuple[Fault, ...] | None = None
        if len({explanation.provider for explanation in explanations}) < 2:
            refusal, lines = f"{provider} does not take this request ({operation})", self.faults
        is_unlisted = any(fault.unlisted_word is not None for fault in self.faults)
        remedy = Remedy(action="open-word" if is_unlisted else "skip-check")
        super().__init__(f"{refusal}; nothing was sent.", explanations, lines=lines, remedy=remedy)


class ClientClosedError(ConfigurationError):
    """The client was closed before the request was sent."""

    def __init__(self) -> None:
        super().__init__("this client is closed, so nothing was sent. Use it inside its with block, or make another.")


class SubmitError(ViduError):
    """A submit failed, or its outcome is unknown. The subclass says whether it may have been paid."""

    account: str
    """Name of the account that was asked."""


class NotSentError(SubmitError):
    """The request never reached the provider. Nothing is paid; it is safe to submit again."""

    def __init__(self, account: str, detail: str) -> None:
        self.account = account
        problem = f"the request did not reach {account}: {detail.rstrip('.')}"
        super().__init__(f"{problem}. Nothing was sent or paid; submit again later.")


class BusyError(SubmitError):
    """The provider was too busy for the request until the time for retries ran out. Nothing is paid."""

    def __init__(self, account: str, detail: str, *, status: int, retry_after: float | None = None) -> None:
        self.account = account
        self.status = status
        self.retry_after = retry_after
        wait = f" It asks to wait {retry_after:.0f} s." if retry_after is not None else ""
        problem = f"{account} is too busy: {detail.rstrip('.')} (HTTP {status})"
        super().__init__(f"{problem}.{wait} Nothing is paid; submit again later.")


class RefusedError(SubmitError):
    """The provider refused the request. Nothing is paid; the same request would be refused again."""

    advice = "Correct the request; sent again as it is, it would be refused again."

    def __init__(self, account: str, detail: str, *, status: int, code: str | None = None, request_id: str | None = None) -> None:
        self.account = account
        self.status = status
        self.code = code
        self.request_id = request_id
        name = f" {code}" if code else ""
        support = f" Request id for the provider's support: {request_id}." if request_id else ""
        problem = f"{account} refused the request:{name} {detail.rstrip('.')} (HTTP {status})"
        super().__init__(f"{problem}. Nothing is paid. {self.advice}{support}")


class KeyRefusedError(RefusedError):
    """The key is not accepted, or has no permission for this."""

    advice = "Check the key of this account and its permissions."


class InsufficientCreditsError(RefusedError):
    """The account has too few credits."""

    advice = "Top up the account, or submit through another one."


class ModelNotOfferedError(RefusedError):
    """The account or the provider does not offer the model on this route."""

    advice = "Choose another model, or submit through another account."


class ModerationError(RefusedError):
    """The provider's moderation refused the prompt or the inputs."""

    advice = "Change the prompt or the inputs. No other provider was tried."


class SubmissionUnknownError(SubmitError):
    """The request was sent, and it is not known whether it became a paid task. It is never sent again automatically.

    `submission` holds everything needed to look for the task later, also from another process:
    `client.find(submission)`.
    """

    def __init__(
        self,
        account: str,
        detail: str,
        submission: Submission,
        *,
        raw: bytes = b"",
        absent: bool = False,
        remedy: Remedy | None = None,
    ) -> None:
        self.account = account
        self.submission = submission
        self.absent = absent
        """Whether the search proved that no such task exists: at its end it read everything that the provider lists for the last
        days, and nothing there has the idempotency key made for this request. A local clock that is wrong by two days does not
        matter. False if in doubt, and always at skills.video, whose list omits ended tasks."""
        self.raw = raw
        """What was received of the answer; empty if nothing was."""
        super().__init__(
            f"{account} may or may not have accepted the request: {detail.rstrip('.')}. It may be paid for, so it was not sent"
            " again.",
            remedy=remedy or submission.remedy,
        )


class TaskError(ViduError):
    """An error about a task that is known by its reference."""

    def __init__(self, message: str, ref: TaskRef, snapshot: Snapshot | None = None, *, remedy: Remedy | None = None) -> None:
        self.ref = ref
        self.snapshot = snapshot
        super().__init__(message, remedy=remedy)


class WaitTimeoutError(TaskError, TimeoutError):
    """The time for the wait is over. The task keeps running and nothing is lost."""

    def __init__(
        self, ref: TaskRef, snapshot: Snapshot | None, *, elapsed: float, failure: str | None = None, is_known: bool = False
    ) -> None:
        self.elapsed = elapsed
        seen = f"last seen {one_line(snapshot.word)}" if snapshot else "never seen"
        trouble = f" The last status call failed: {failure.rstrip('.')}." if failure else ""
        so_far = f"after {elapsed:.0f} s" if elapsed >= 1 else "yet"
        subject = "If the task exists, it" if failure and snapshot is None and not is_known else "The task"
        state = f"{ref} is not finished {so_far} ({seen}).{trouble} {subject} keeps running and is charged."
        if snapshot is not None and snapshot.state.is_final:
            state = (
                f"{ref} has ended ({seen}), but no file is named {so_far}.{trouble} It is charged; the answer is snapshot.raw."
            )
        super().__init__(
            state,
            ref,
            snapshot,
            remedy=Remedy(action="wait", refs=(str(ref),)),
        )


class WaitRefusedError(TaskError):
    """The provider refuses to return the state: there is no such task, or the key is not accepted."""

    def __init__(self, ref: TaskRef, snapshot: Snapshot | None, detail: str, *, status: int, code: str | None = None) -> None:
        self.status = status
        self.code = code
        super().__init__(
            f"{ref.account} refuses to return the state of {ref}: {detail.rstrip('.')} (HTTP {status}). If the task exists, it"
            " keeps running; check that it was submitted through this account, then wait again.",
            ref,
            snapshot,
        )


class TaskFailedError(TaskError):
    """The provider ended the task without a result."""

    advice = "Submit again if you want another try; that is a new paid task."

    def __init__(self, snapshot: Snapshot) -> None:
        self.code = snapshot.error_code
        reasons = (one_line(part) for part in (snapshot.error_code, snapshot.error_message) if part)
        detail = ": ".join(filter(None, reasons)) or "no reason given"
        cost = "" if snapshot.credits is None else f" It cost {snapshot.credits:.15g} credits."
        if snapshot.odd_charge is not None:
            cost = f" Its cost is not known: the provider reports {snapshot.odd_charge}; look at the provider's console."
        end = f"{snapshot.ref} ended as {one_line(snapshot.word)}: {detail.rstrip('.')}.{cost}"
        super().__init__(f"{end} {self.advice}", snapshot.ref, snapshot)


class TaskModeratedError(TaskFailedError):
    """The provider's moderation refused the inputs or the result."""

    advice = "Change the prompt or the inputs before you submit again."


class TaskCanceledError(TaskFailedError):
    """The task was cancelled."""

    advice = "Submit again if you want it after all."


class ResultMissingError(TaskError):
    """The task succeeded, but the provider names no file, or only by-products, even when polled again."""

    def __init__(self, snapshot: Snapshot) -> None:
        kinds = ", ".join(dict.fromkeys(output.kind for output in snapshot.outputs))
        files = f"no main file, only: {kinds}" if kinds else "no file"
        super().__init__(
            f"{snapshot.ref} succeeded, but the answer names {files}. The task is paid.",
            snapshot.ref,
            snapshot,
            remedy=Remedy(action="ask-again", refs=(str(snapshot.ref),)),
        )


class CallError(ViduError):
    """A call that creates nothing failed: status, list, cancel, credits, upload. It costs nothing."""

    reading: ErrorReading | None = None
    """What the provider's error says; None if it sent none."""

    def __init__(self, account: str, operation: str, detail: str, *, status: int | None = None, code: str | None = None) -> None:
        self.account = account
        self.operation = operation
        self.detail = detail
        self.status = status
        self.code = code
        http = f" (HTTP {status})" if status is not None else ""
        super().__init__(
            f"{operation} at {account} failed: {detail.rstrip('.')}{http}. Nothing was created or paid by this call."
        )


class ResponseUnreadableError(CallError):
    """The provider answered with success, but the answer cannot be read. It is kept in `raw`."""

    def __init__(self, account: str, operation: str, detail: str, *, status: int, raw: bytes) -> None:
        self.raw = raw
        super().__init__(account, operation, detail, status=status)


class DownloadError(ViduError):
    """A file of a result could not be fetched. The result itself is not lost: download again."""

    def __init__(self, message: str, ref: TaskRef | None = None, *, action: Action = "download") -> None:
        self.ref = ref
        super().__init__(message, remedy=None if ref is None else Remedy(action=action, refs=(str(ref),)))


class ResultExpiredError(DownloadError):
    """The URL of the file has expired, and a fresh poll returned none that works."""


class DownloadIncompleteError(DownloadError):
    """The download broke off at every attempt. What was received is kept in the part file."""


class DownloadRefusedError(DownloadError):
    """A limit set by the caller, or a rule of this package, forbids the download."""
