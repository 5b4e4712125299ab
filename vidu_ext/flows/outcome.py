"""The five outcomes of an attempt to create a task.

not sent    the request was not sent                    → may be sent again
busy        the provider said "later"                   → may be sent again after the pause it asks for
refused     the provider said no                        → an error; another account may be asked if the account was the cause
unknown     it may have been accepted                   → settled by a search, or an error; never sent again blindly
accepted    there is a task and its id is known
"""

from __future__ import annotations

from typing import Final, TypeAlias

from attrs import field, frozen

from vidu_ext.values import errors
from vidu_ext.values.exchange import Category, ErrorReading, ExchangeError, Reply
from vidu_ext.values.submission import CHECK_CONSOLE, Submission
from vidu_ext.values.tasks import Object, TaskRef

from .policy import retry_after

ACCOUNT_CATEGORIES: Final[frozenset[Category]] = frozenset({"key", "credits", "model"})
"""Refusals due to the account, after which another account may be asked."""

UNKNOWN_STATUSES: Final = frozenset({408, 499})
"""Client-error statuses that a front end sends after it passed the request on."""

ANSWERED_ELSEWHERE: Final = frozenset({302, 303})
"""Redirects that a server may send after it has processed a POST."""

IN_FLIGHT_PAUSE: Final = 2.0
"""Seconds before an idempotency key is repeated whose first request is still running, if the server does not say."""


@frozen(eq=False, repr=False)
class NotSent:
    detail: str
    unreached: bool = False
    """Whether the client has never received an answer, from any host."""


@frozen(eq=False, repr=False)
class Busy:
    reading: ErrorReading
    retry_after: float | None


@frozen(eq=False, repr=False)
class Refused:
    reading: ErrorReading


@frozen(eq=False, repr=False)
class Unknown:
    detail: str
    raw: bytes = field(default=b"", repr=False)
    retry_after: float | None = None
    resend: bool = True
    """Whether an idempotency key may still settle it; False if it is used up by the provider's word, too old, or missing."""
    absent: bool = False
    """Whether the search proved that there is no such task: its last look read all that the provider lists of the last days, in
    which the task would show its idempotency key. The local clock plays no part."""


@frozen
class Accepted:
    ref: TaskRef
    raw: Object = field(repr=False)
    estimate: float | None = None
    """Seconds that the task takes by the provider's estimate."""
    charge: float | None = None
    """The charge in a header of the answer."""


Outcome: TypeAlias = NotSent | Busy | Refused | Unknown | Accepted | Reply
"""A Reply is the answer of a paid route that answers at once."""


def outcome_of_failure(failure: ExchangeError) -> NotSent | Unknown:
    """Return the outcome of an attempt without a whole answer."""
    return Unknown(failure.detail) if failure.sent else NotSent(failure.detail, failure.unreached)


def outcome_of_error(reply: Reply, reading: ErrorReading) -> Outcome:
    """Return the outcome of an answer without a task. Its status may be a success; then its body decides."""
    pause = retry_after(reply.headers)
    status = reading.status
    if reading.category == "in-flight":
        return Unknown("an earlier try with the same idempotency key is still running", reply.content, pause or IN_FLIGHT_PAUSE)
    if reading.category == "consumed":
        return Unknown("its idempotency key is used up and the answer cannot be replayed", reply.content, resend=False)
    if reading.category == "busy":
        return Busy(reading, pause)
    if status in UNKNOWN_STATUSES or status >= 500 or status < 300 or status in ANSWERED_ELSEWHERE:
        lack = " without a task or result" if reply.is_success else ""
        return Unknown(f"HTTP {reply.status}{lack}, {reading.message}", reply.content, pause)
    return Refused(reading)


def may_fail_over(outcome: Outcome) -> bool:
    """Return whether the next account may be asked: never after an unknown outcome, never after moderation."""
    if isinstance(outcome, NotSent | Busy):
        return True
    return isinstance(outcome, Refused) and outcome.reading.category in ACCOUNT_CATEGORIES


def is_account_failure(outcome: Outcome) -> bool:
    """Return whether an outcome is a failure of the account: not reached, busy, unknown, or a refusal of the key or for lack of
    credits. An account that refuses the request itself works."""
    if isinstance(outcome, Refused):
        return outcome.reading.category in ("key", "credits")
    return isinstance(outcome, NotSent | Busy | Unknown)


_REFUSALS: Final[dict[Category, type[errors.RefusedError]]] = {
    "key": errors.KeyRefusedError,
    "credits": errors.InsufficientCreditsError,
    "model": errors.ModelNotOfferedError,
    "moderation": errors.ModerationError,
}


def error_of(outcome: Outcome, submission: Submission) -> errors.SubmitError:
    """Return the error for an outcome other than accepted or answered."""
    account = submission.account
    match outcome:
        case NotSent(detail):
            return errors.NotSentError(account, detail)
        case Busy(reading, pause):
            return errors.BusyError(account, reading.message, status=reading.status, retry_after=pause)
        case Refused(reading):
            refusal = _REFUSALS.get(reading.category, errors.RefusedError)
            return refusal(account, reading.message, status=reading.status, code=reading.code, request_id=reading.request_id)
        case Unknown(detail, raw, resend=resend, absent=absent):
            remedy = submission.remedy if resend else CHECK_CONSOLE
            return errors.SubmissionUnknownError(account, detail, submission, raw=raw, absent=absent, remedy=remedy)
        case Accepted() | Reply():
            raise AssertionError("an accepted submission is no error")
