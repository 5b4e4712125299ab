"""Send a request to accounts in order, so that it becomes at most one paid task.

A request that may have been accepted is never sent again blindly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from attrs import evolve

from vidu_ext.values.errors import ClientClosedError

from .attempt import Attempt, Claims, create_flow, with_closed_client
from .effects import Flow
from .outcome import Accepted, Outcome, Unknown, may_fail_over
from .policy import RetryPolicy, SettlePolicy
from .settle import settle_flow

if TYPE_CHECKING:
    from vidu_ext.providers.offers import Offer


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
        outcome = yield from create_flow(attempt, retry=retry, waits=waits)
        if isinstance(outcome, Unknown):
            outcome = yield from _settle_while_open(attempt, outcome, settle=settle, claims=claims)
        if isinstance(outcome, Accepted):
            claims.claim(outcome.ref, attempt.submission)
        return outcome
    finally:
        claims.end(attempt.submission)


def _settle_while_open(attempt: Attempt, unknown: Unknown, *, settle: SettlePolicy, claims: Claims) -> Flow[Accepted | Unknown]:
    try:
        return (yield from settle_flow(attempt, unknown, settle=settle, claims=claims))
    except ClientClosedError:
        return with_closed_client(unknown)
