"""Send a request to accounts in order, so that it becomes at most one paid task; find the task of one that was left unknown.

Every create call is sent from here. One that may have been accepted is never sent again blindly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from attrs import evolve

from vidu_ext.values.errors import ClientClosedError
from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskState

from .attempt import Attempt
from .claims import Claims
from .effects import Flow, Now, Send, WallClock
from .outcome import (
    Accepted,
    Busy,
    NotSent,
    Outcome,
    Refused,
    Unknown,
    error_of,
    may_fail_over,
    outcome_of_error,
    outcome_of_failure,
)
from .policy import RetryPolicy, SettlePolicy
from .retry import Tries
from .settle import settle_flow

if TYPE_CHECKING:
    from vidu_ext.providers.offers import Offer


REPLAY_SECONDS: Final = 12 * 3600.0
"""Age up to which an idempotency key is repeated. Comfy documents no window for these routes and 24 hours for its others, so
a clock that was changed by up to 12 hours in between does no harm."""

OVERSLEPT: Final = 1.0
"""Seconds beyond the budget. If a pause ends later, the process was suspended and another process may have continued in its
place, so nothing more is sent."""


def submit_flow(
    offers: Iterable[tuple[Offer, bool]],
    prepare: Callable[[Offer, RetryPolicy], Flow[Attempt]],
    *,
    retry: RetryPolicy,
    settle: SettlePolicy,
    claims: Claims,
    observe: Callable[[str, Outcome], None],
) -> Flow[Attempt]:
    """Send a request to one account after another and return the last attempt; at most one task is paid in all.

    Each of `offers` comes with whether it is the last, as from `routing.offers_in_turn`. `prepare` uploads the files of an
    offer and makes its attempt. `observe` receives the outcome at each account.

    The next account is asked only after an outcome that certainly created nothing and was due to the account. A busy account
    is not waited for while another one is left.
    """
    earlier: list[Attempt] = []
    for offer, is_last in offers:
        # uploads must not wait either while another account is left
        attempt = yield from prepare(offer, retry if is_last else evolve(retry, budget=0.0))
        outcome = attempt.outcome
        if outcome is None:  # it is set if an upload failed: then nothing is sent
            outcome = yield from attempt_flow(attempt, retry=retry, waits=is_last, settle=settle, claims=claims)
        observe(attempt.account, outcome)
        attempt = evolve(attempt, outcome=outcome, earlier=tuple(earlier))
        if is_last or not may_fail_over(outcome):
            return attempt
        earlier.append(attempt)
    raise AssertionError("no offer was marked as the last")


def attempt_flow(attempt: Attempt, *, retry: RetryPolicy, waits: bool, settle: SettlePolicy, claims: Claims) -> Flow[Outcome]:
    """Send an attempt, settle its outcome if that is unknown, and return the final outcome.

    `waits`: whether the request is sent again after a try that created nothing. `claims` records whose task is whose.
    """
    try:
        claims.begin(attempt.submission)  # inside, so that an interrupt cannot come between it and its end
        sent = outcome = yield from create_flow(attempt, retry=retry, waits=waits)
        if isinstance(sent, Unknown):
            try:
                outcome = yield from settle_flow(attempt, sent, settle=settle, claims=claims)
            except ClientClosedError:
                outcome = _with_closed_client(sent)
        if isinstance(outcome, Accepted):
            claims.claim(outcome.ref, attempt.submission)
        return outcome
    finally:
        claims.end(attempt.submission)


def _with_closed_client(unknown: Unknown) -> Unknown:
    return evolve(unknown, detail=f"{unknown.detail}; the client was closed before that was settled")


def create_flow(attempt: Attempt, *, retry: RetryPolicy, waits: bool = True) -> Flow[Outcome]:
    """Send a create call, or a paid call that is answered at once, again while that is safe and the budget lasts.

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
                return _with_closed_client(unknown)
            attempt.begun.clear()
            raise
        if isinstance(outcome, Accepted | Reply):
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
        asked = outcome.retry_after if isinstance(outcome, Busy | Unknown) else None
        unreached = isinstance(outcome, NotSent) and outcome.unreached
        again = tries.again(_describe(outcome), asked, unreached=unreached, is_safe=unknown is None)
        if not is_repeated or not (yield from again):
            return unknown or outcome
        if unknown is not None and not (yield from _is_replayable(attempt.submission)):
            return unknown
        if (yield from Now()) - tries.began > retry.budget + OVERSLEPT:
            return unknown or outcome


def _describe(outcome: NotSent | Busy | Refused | Unknown) -> str:
    """Describe what went wrong with a try."""
    match outcome:
        case NotSent(detail):
            return f"not reached: {detail}"
        case Unknown(detail):
            return f"it may have been accepted ({detail})"
        case Busy(reading) | Refused(reading):
            return f"HTTP {reading.status}, {reading.message}"


def answer_flow(attempt: Attempt, *, retry: RetryPolicy) -> Flow[Reply]:
    """Call a paid route that answers at once. Raises a SubmitError; an unknown outcome is not settled."""
    outcome = yield from create_flow(attempt, retry=retry)
    if isinstance(outcome, Reply):
        return outcome
    raise error_of(outcome, attempt.submission)


def _is_replayable(submission: Submission) -> Flow[bool]:
    """Return whether the provider certainly remembers an idempotency key. The age of one dated in the future is not known."""
    return abs((yield from WallClock()) - submission.submitted_at) <= REPLAY_SECONDS


def _one_try(attempt: Attempt) -> Flow[Outcome]:
    try:
        reply = yield from Send(attempt.account, attempt.call)
    except ExchangeError as failure:
        return outcome_of_failure(failure)
    operation = attempt.provider.contract.operation(attempt.submission.operation)
    if reply.is_success and operation.poll is None:
        if not attempt.provider.is_error_body(reply):
            return reply
    elif reply.is_success:
        created = attempt.provider.created(attempt.account, operation.id, reply.content)
        if created is not None:
            attempt.begun.ref = created[0]
            return Accepted(*created, attempt.provider.estimated_seconds(reply), attempt.provider.charge_in_header(reply))
    outcome = outcome_of_error(reply, attempt.provider.error(reply))
    if isinstance(outcome, Busy | Refused) and _names_task(attempt, reply):
        return Unknown(f"HTTP {reply.status}, but the answer names a task", reply.content)
    return outcome


def _names_task(attempt: Attempt, reply: Reply) -> bool:
    """Return whether an answer has the id and the state of a task that has not failed."""
    provider, operation = attempt.provider, attempt.submission.operation
    state = provider.state_in(reply.object())
    has_id = provider.created(attempt.account, operation, reply.content) is not None
    return has_id and state not in (None, TaskState.UNKNOWN, TaskState.FAILED, TaskState.CANCELED)


def find_flow(attempt: Attempt, *, retry: RetryPolicy, settle: SettlePolicy, claims: Claims) -> Flow[Outcome]:
    """Look again for the task of a submission whose outcome is unknown, so that it becomes at most one paid task.

    If the provider has an idempotency key, the request is sent again with the same key, for which the provider documents to
    replay the first answer. If the first request never arrived, this one creates the task.
    """
    submission = attempt.submission
    if submission.settlement != "idempotency-key":
        return (yield from settle_flow(attempt, Unknown("it was left unknown"), settle=settle, claims=claims))
    if submission.idempotency_key is None:
        return Unknown("it was sent without an idempotency key that could be repeated", resend=False)
    if not (yield from _is_replayable(submission)):
        too_old = "its idempotency key is too old to be repeated safely, or the clock was changed since it was sent"
        return Unknown(too_old, resend=False)
    outcome = yield from create_flow(attempt, retry=retry)
    if isinstance(outcome, Accepted | Reply | Unknown):
        return outcome
    reason = outcome.detail if isinstance(outcome, NotSent) else outcome.reading.message
    return Unknown(f"the repeated key was not answered with a task: {reason}")
