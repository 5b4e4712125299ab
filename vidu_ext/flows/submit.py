"""Offer a request to accounts in order, so that at most one paid task comes of it.

What may have been accepted is never sent again blindly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from vidu_ext.values.errors import ClientClosedError

from .attempt import Attempt, Claims, closed_too_soon, create_flow
from .effects import Flow
from .outcome import Accepted, Outcome, Unknown, may_fail_over
from .policy import RetryPolicy, SettlePolicy
from .settle import settle_flow
from .upload import outcome_of_upload

if TYPE_CHECKING:
    from .routing import Offer


@frozen
class Submitted:
    """How a submit ended, with the outcome of every account that was asked."""

    outcome: Outcome
    attempt: Attempt
    earlier: tuple[tuple[Attempt, Outcome], ...] = ()
    """Accounts that were asked before, with what they said."""


def submit_flow(
    offers: Sequence[Offer],
    prepare: Callable[[Offer], Flow[Attempt]],
    *,
    retry: RetryPolicy,
    settle: SettlePolicy,
    claims: Claims,
    observe: Callable[[str, Outcome], None],
) -> Flow[Submitted]:
    """The outcome of a request that is offered to accounts in order, at the most one paid task in all.

    The next account is asked only after an outcome that certainly created nothing and that the account is to blame for.
    While another account is left, a busy one is not waited for.
    """
    earlier: list[tuple[Attempt, Outcome]] = []
    for offer in offers:
        is_last = offer is offers[-1]
        attempt = yield from prepare(offer)
        if attempt.failed_upload is not None:
            outcome: Outcome = outcome_of_upload(attempt.failed_upload)
        else:
            outcome = yield from attempt_flow(attempt, retry=retry, waits=is_last, settle=settle, claims=claims)
        observe(attempt.account, outcome)
        if is_last or not may_fail_over(outcome):
            return Submitted(outcome, attempt, tuple(earlier))
        earlier.append((attempt, outcome))
    raise AssertionError("a request is offered to one account at least")


def attempt_flow(attempt: Attempt, *, retry: RetryPolicy, waits: bool, settle: SettlePolicy, claims: Claims) -> Flow[Outcome]:
    """The outcome of one account's attempt, settled where it was unknown."""
    try:
        claims.begin(attempt.submission)
        outcome = yield from create_flow(attempt, retry=retry, waits=waits)
        if isinstance(outcome, Unknown):
            outcome = yield from _settled_while_open(attempt, outcome, settle=settle, claims=claims)
        if isinstance(outcome, Accepted):
            claims.claim(outcome.ref, attempt.submission)
        return outcome
    finally:
        claims.end(attempt.submission)


def _settled_while_open(attempt: Attempt, unknown: Unknown, *, settle: SettlePolicy, claims: Claims) -> Flow[Accepted | Unknown]:
    try:
        return (yield from settle_flow(attempt, unknown, settle=settle, claims=claims))
    except ClientClosedError:
        return closed_too_soon(unknown)


# -- settling an unknown outcome ------------------------------------------------------------------------------------------


# -- calls that create nothing --------------------------------------------------------------------------------------------
