"""A submission on its way to one account."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from attrs import field, frozen

from vidu_ext.values.exchange import Call
from vidu_ext.values.submission import Submission

from .claims import Begun
from .outcome import Outcome

if TYPE_CHECKING:
    from vidu_ext.providers.base import Provider
    from vidu_ext.providers.offers import Offer
    from vidu_ext.values.tasks import Object


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
