"""A submission on its way to one account, and the claims that keep the submits of a client apart."""

from __future__ import annotations

import uuid
import weakref
from typing import TYPE_CHECKING, TypeAlias

from attrs import field, frozen

from vidu_ext.values.exchange import Call
from vidu_ext.values.submission import Submission

from .outcome import Begun, Outcome

if TYPE_CHECKING:
    from vidu_ext.providers.base import Provider
    from vidu_ext.providers.offers import Offer
    from vidu_ext.values.tasks import Object, TaskRef


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
