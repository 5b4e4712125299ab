"""One request to create a task at one account: its tries, and the claims that keep the submits of a client apart."""

from __future__ import annotations

import uuid
import weakref
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import evolve, field, frozen

from vidu_ext.values.errors import ClientClosedError
from vidu_ext.values.exchange import Call, ExchangeError
from vidu_ext.values.submission import Submission

from .effects import Flow, Now, Send, WallClock
from .outcome import Accepted, Begun, Busy, NotSent, Outcome, Refused, Unknown, outcome_of_error, outcome_of_failure
from .policy import RetryPolicy
from .retry import Tries

if TYPE_CHECKING:
    from vidu_ext.providers.base import Provider
    from vidu_ext.providers.offers import Offer
    from vidu_ext.values.tasks import Object, TaskRef

REPLAY_SECONDS: Final = 12 * 3600.0
"""Age up to which an idempotency key is repeated. Comfy documents no window for these routes and 24 hours for its others, so
a clock that was changed by up to 12 hours in between does no harm."""

OVERSLEPT: Final = 1.0
"""Seconds beyond the budget. If a pause ends later, the process was suspended and another process may have continued in its
place, so nothing more is sent."""


@frozen(eq=False, repr=False)
class Attempt:
    """A submission on its way to its account, with its outcome."""

    provider: Provider
    submission: Submission
    call: Call = field(repr=False)
    begun: Begun = field(factory=Begun, repr=False)
    outcome: Outcome | None = None
    """None until it is known. Set from the beginning if a file of the request could not be uploaded: then nothing is sent."""
    earlier: tuple[Attempt, ...] = field(default=(), repr=False)
    """The attempts at other accounts before this one."""

    @property
    def account(self) -> str:
        return self.submission.account


def attempt_of(offer: Offer, provider: Provider, idempotency_key: str | None, submitted_at: float) -> Attempt:
    """Make the attempt for an offer. If its route carries an idempotency key, it has one by which its task can be found again."""
    carries_key = provider.accepts_idempotency_key(offer)
    key = (idempotency_key or uuid.uuid4().hex) if carries_key else payload_of(offer.body)
    in_body = carries_key and provider.settlement == "payload"
    submission = Submission(
        account=offer.account,
        provider=offer.provider,
        operation=offer.operation,
        settlement=provider.settlement_of(offer.operation),
        idempotency_key=key,
        submitted_at=submitted_at,
        body={**offer.body, "payload": key} if in_body else offer.body,
        path_id=offer.path_id,
        key_is_ours=carries_key and idempotency_key is None,
    )
    return Attempt(provider, submission, provider.create_call(submission))


def payload_of(body: Object) -> str | None:
    """Return the payload of a request, which is its idempotency key if the user set it; None if there is none."""
    payload = body.get("payload")
    return payload if isinstance(payload, str) and payload else None


_Owner: TypeAlias = "str | weakref.ref[Submission] | None"
"""An idempotency key that was made here, or a weak reference (a submission may hold pictures) to the owning submission."""


class Claims:
    """Which submission owns which task, so that two submits of a client never take the same one.

    Safe for threads: every change is one step of a dict.
    """

    def __init__(self) -> None:
        self._owners: dict[str, _Owner] = {}
        self._under_way: dict[int, Submission] = {}

    def claim(self, ref: TaskRef, submission: Submission) -> bool:
        """Claim a task for a submission. Return whether it was free or already belonged to this submission."""
        own = submission.idempotency_key if submission.key_is_ours else weakref.ref(submission)
        return _owns(self._owners.setdefault(str(ref), own), submission)

    def is_claimed(self, ref: TaskRef, submission: Submission) -> bool:
        """Return whether the task belongs to another submission."""
        owner = self._owners.get(str(ref))
        return owner is not None and not _owns(owner, submission)

    def begin(self, submission: Submission) -> None:
        self._under_way[id(submission)] = submission

    def end(self, submission: Submission) -> None:
        self._under_way.pop(id(submission), None)

    def has_twin(self, submission: Submission) -> bool:
        """Return whether another submit is under way whose task could be mistaken for that of this submission."""
        others = self._under_way.copy().values()
        return any(other is not submission and _look_alike(submission, other) for other in others)


def _owns(owner: _Owner, submission: Submission) -> bool:
    """Return whether a task belongs to this submission: it carries the key made for it, or it was found for this very object."""
    if isinstance(owner, weakref.ref):
        return owner() is submission
    return submission.key_is_ours and owner == submission.idempotency_key


def _look_alike(one: Submission, other: Submission) -> bool:
    """Return whether a search may confuse the tasks of two submissions.

    Idempotency keys distinguish them, and so do two prompts. Nothing else does: an omitted member may get any value.
    """
    if (one.account, one.idempotency_key) != (other.account, other.idempotency_key):
        return False
    prompts = [str(submission.body.get("prompt") or "").strip() for submission in (one, other)]
    return one.idempotency_key is not None or not all(prompts) or prompts[0] == prompts[1]


def with_closed_client(unknown: Unknown) -> Unknown:
    return evolve(unknown, detail=f"{unknown.detail}; the client was closed before that was settled")


def create_flow(attempt: Attempt, *, retry: RetryPolicy, waits: bool = True) -> Flow[Outcome]:
    """Send a create call, again while that is safe and the budget lasts, and return its outcome.

    Safe means: the last try certainly created nothing, or the provider documents an idempotency key and the same key is
    sent. After a try with an unknown outcome, only an accepted task changes the outcome. The budget starts again at the first
    such try, because a try without an answer may have used it up. Without `waits` a try that created nothing is the last.
    """
    tries = Tries(retry, f"{attempt.call.operation} at {attempt.account}", (yield from Now()))
    may_resend = attempt.submission.settlement == "idempotency-key" and attempt.submission.idempotency_key is not None
    unknown: Unknown | None = None
    while True:
        attempt.begun.submission = attempt.submission
        try:
            outcome = yield from _one_try(attempt)
        except ClientClosedError:
            if unknown is not None:
                return with_closed_client(unknown)
            attempt.begun.clear()
            raise
        if isinstance(outcome, Accepted):
            return outcome
        if isinstance(outcome, Unknown):
            if unknown is None:
                tries.began = yield from Now()
            unknown = outcome
        if unknown is None:
            attempt.begun.clear()
            is_repeated = waits and isinstance(outcome, NotSent | Busy)
        else:
            is_repeated = may_resend and unknown.resend and not isinstance(outcome, Refused)
        if not is_repeated or not (yield from once_more(tries, outcome, is_safe=unknown is None)):
            return unknown or outcome
        if unknown is not None and not (yield from is_replayable(attempt.submission)):
            return unknown
        if (yield from Now()) - tries.began > retry.budget + OVERSLEPT:
            return unknown or outcome


def once_more(tries: Tries, outcome: NotSent | Busy | Refused | Unknown, *, is_safe: bool = True) -> Flow[bool]:
    """Pause before another try, as `Tries.again` does. Return False if there is no time for it."""
    asked = outcome.retry_after if isinstance(outcome, Busy | Unknown) else None
    unreached = isinstance(outcome, NotSent) and outcome.unreached
    return (yield from tries.again(_describe(outcome), asked, unreached=unreached, is_safe=is_safe))


def _describe(outcome: NotSent | Busy | Refused | Unknown) -> str:
    """Describe what went wrong with a try."""
    match outcome:
        case NotSent(detail):
            return f"not reached: {detail}"
        case Unknown(detail):
            return f"it may have been accepted ({detail})"
        case Busy(reading) | Refused(reading):
            return f"HTTP {reading.status}, {reading.message}"


def is_replayable(submission: Submission) -> Flow[bool]:
    """Return whether the provider certainly remembers an idempotency key. The age of one dated in the future is not known."""
    return abs((yield from WallClock()) - submission.submitted_at) <= REPLAY_SECONDS


def _one_try(attempt: Attempt) -> Flow[Outcome]:
    try:
        reply = yield from Send(attempt.account, attempt.call)
    except ExchangeError as failure:
        return outcome_of_failure(failure)
    if reply.is_success:
        created = attempt.provider.created(attempt.account, attempt.submission.operation, reply.content)
        if created is not None:
            attempt.begun.ref = created[0]
            return Accepted(*created, attempt.provider.estimated_seconds(reply), attempt.provider.charge_in_header(reply))
    return outcome_of_error(reply, attempt.provider.error(reply))
