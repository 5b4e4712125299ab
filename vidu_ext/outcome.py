"""What a finished attempt to create a task means: one of five outcomes. Decides; never sends and never waits.

not sent    the request never left                      → may be sent again
rejected    the provider said "later"                   → may be sent again at its pace
refused     the provider said no                        → an error; another account may be asked where it was the account
unknown     it may have been accepted                   → settled by looking, or an error; never sent again blindly
accepted    there is a task and its id is known
"""

from __future__ import annotations

import hashlib
import json
from types import NoneType
from typing import Any, Final, Literal, Self, TypeAlias, cast

from attrs import asdict, evolve, field, frozen

from .errors import (
    ConfigurationError,
    InsufficientCreditsError,
    KeyRefusedError,
    ModelNotOfferedError,
    ModerationError,
    NotSentError,
    RefusedError,
    RejectedError,
    SubmissionUnknownError,
    SubmitError,
)
from .exchange import Category, ErrorReading, ExchangeError, Reply
from .policy import retry_after, seconds
from .tasks import BYTE_ORDER_MARK, Json, Object, TaskRef

Settlement = Literal["idempotency-key", "payload", "running-list", "none"]
"""How a provider lets an unknown outcome be settled."""

ACCOUNT_CATEGORIES: Final[frozenset[Category]] = frozenset({"key", "credits", "model"})
"""Refusals that are about the account, after which another account may be asked."""

UNKNOWN_STATUSES: Final = frozenset({408, 499})
"""Client-error statuses that a front end answers after it passed the request on."""

ANSWERED_ELSEWHERE: Final = frozenset({302, 303})
"""Redirects that a server may send after it has carried out what was posted."""

_ADVICE: Final[dict[Settlement, str]] = {
    "idempotency-key": "Look again later with find(error.submission): it repeats the idempotency key and pays nothing twice.",
    "payload": "Look again later with find(error.submission): it searches the account's tasks for the marker.",
    "running-list": "Look again soon with find(error.submission): it searches the account's unfinished generations.",
    "none": "This provider offers no way to look for it: check its console or bill before you submit again.",
}

_NO_SUBMISSION: Final = "this text is no submission written by Submission.to_text"

_CHECKSUM: Final = "checksum"
"""Member of the text of a submission that shows whether the others are as they were written."""

_KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "account": str,
    "provider": str,
    "operation": str,
    "settlement": str,
    "marker": (str, NoneType),
    "body": dict,
    "path_id": (str, NoneType),
    "marker_is_ours": bool,
}
"""What the members of a submission can be."""


@frozen
class Submission:
    """What was sent, with everything needed to look for its task later, also from another process."""

    account: str
    provider: str
    operation: str
    settlement: Settlement
    marker: str | None
    """The idempotency key, or the text that travels in `payload`."""
    submitted_at: float
    """Seconds since the epoch, by our clock, which may be wrong, when the first try began."""
    body: Object = field(repr=False)
    """The request as it was sent."""
    path_id: str | None = None
    marker_is_ours: bool = False
    """The marker was made for this submission alone, so no other task can carry it."""

    @property
    def advice(self) -> str:
        marker = f" The marker is {self.marker}." if self.marker and self.settlement in ("idempotency-key", "payload") else ""
        return _ADVICE[self.settlement] + marker

    def to_text(self) -> str:
        """One line of JSON that `parse` reads. It holds the whole request, pictures included."""
        members = asdict(self)
        return json.dumps({**members, _CHECKSUM: _checksum(members)}, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The submission that `to_text` wrote. Raises ConfigurationError for any other text, a changed one included."""
        try:
            members = dict(cast("dict[str, Any]", json.loads(str.removeprefix(text, BYTE_ORDER_MARK))))
            is_unchanged = members.pop(_CHECKSUM, None) == _checksum(members)
            found = cls(**members)
        except (ValueError, TypeError, RecursionError) as error:
            raise ConfigurationError(f"{_NO_SUBMISSION}: {error}") from error
        for name, kinds in _KINDS.items():
            if not isinstance(getattr(found, name), kinds):
                raise ConfigurationError(f"{_NO_SUBMISSION}: its {name} cannot be a {type(getattr(found, name)).__name__}")
        if found.settlement not in _ADVICE:
            raise ConfigurationError(f"{_NO_SUBMISSION}: no settlement is called {found.settlement!r}")
        seconds("submitted_at", found.submitted_at)
        if not is_unchanged:
            raise ConfigurationError(
                f"{_NO_SUBMISSION}: it was changed since, so a look for its task could find another one, or pay for a second."
                " Nothing was sent. Use the text as it was written, or look into the provider's console."
            )
        return found


def _checksum(members: Object) -> str:
    """The same however the members are written as JSON: in another order, with blanks, with 1 in place of 1.0."""
    written = json.dumps(_in_one_form(members), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _in_one_form(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _in_one_form(below) for name, below in value.items()}
    if isinstance(value, list | tuple):
        return [_in_one_form(below) for below in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@frozen
class NotSent:
    detail: str


@frozen
class Rejected:
    reading: ErrorReading
    retry_after: float | None


@frozen
class Refused:
    reading: ErrorReading


@frozen
class Unknown:
    detail: str
    raw: bytes = field(default=b"", repr=False)
    retry_after: float | None = None
    resend: bool = True
    """Whether an idempotency key may still settle it; False once the provider says the key is used up."""
    absent: bool = False
    """Whether it is proved that there is no such task: the last look went through all that the provider lists of the last
    days, whatever our clock says, and any task of ours would show its marker."""


@frozen
class Accepted:
    ref: TaskRef
    raw: Object = field(repr=False)
    estimate: float | None = None
    """Seconds that the provider thinks the task takes."""


Outcome: TypeAlias = NotSent | Rejected | Refused | Unknown | Accepted


def outcome_of_failure(failure: ExchangeError) -> NotSent | Unknown:
    """The outcome of an attempt that got no whole answer."""
    return Unknown(failure.detail) if failure.sent else NotSent(failure.detail)


def outcome_of_error(reply: Reply, reading: ErrorReading) -> Outcome:
    """The outcome of an answer that names no task. Success statuses come here with what their body says."""
    pause = retry_after(reply.headers)
    status = reading.status
    if reading.category == "in-flight":
        return Unknown("an earlier try with the same idempotency key is still running", reply.content, pause or 2.0)
    if reading.category == "consumed":
        return Unknown("its idempotency key is used up and the answer cannot be replayed", reply.content, resend=False)
    if reading.category == "busy":
        return Rejected(reading, pause)
    if status in UNKNOWN_STATUSES or status >= 500 or status < 300 or status in ANSWERED_ELSEWHERE:
        return Unknown(f"HTTP {reply.status}, {reading.message}", reply.content, pause)
    if status < 400:
        moved = "the address leads elsewhere, and no redirect is followed: set the base URL of the account to where its API is"
        return Refused(evolve(reading, message=f"{moved} (HTTP {status})"))
    return Refused(reading)


def may_fail_over(outcome: Outcome) -> bool:
    """Whether the next account may be asked: never after an unknown outcome, never after moderation."""
    if isinstance(outcome, NotSent | Rejected):
        return True
    return isinstance(outcome, Refused) and outcome.reading.category in ACCOUNT_CATEGORIES


_REFUSALS: Final[dict[Category, type[RefusedError]]] = {
    "key": KeyRefusedError,
    "credits": InsufficientCreditsError,
    "model": ModelNotOfferedError,
    "moderation": ModerationError,
}


def error_of(outcome: Outcome, submission: Submission) -> SubmitError:
    """The error that an outcome other than accepted is raised as."""
    account = submission.account
    match outcome:
        case NotSent(detail):
            return NotSentError(account, detail)
        case Rejected(reading, pause):
            return RejectedError(account, reading.message, status=reading.status, retry_after=pause)
        case Refused(reading):
            refusal = _REFUSALS.get(reading.category, RefusedError)
            return refusal(account, reading.message, status=reading.status, code=reading.code, request_id=reading.request_id)
        case Unknown(detail, raw, absent=absent):
            return SubmissionUnknownError(account, detail, submission, raw=raw, absent=absent)
        case Accepted():
            raise AssertionError("an accepted submission is no error")
