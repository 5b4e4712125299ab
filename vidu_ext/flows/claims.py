"""The submits of a client that are under way: what may be paid by each, and which task belongs to which."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import TaskRef


class Begun:
    """What may be paid at this moment of a submit. An exception that ends the submit carries it."""

    def __init__(self, unsettled: Submission | None = None) -> None:
        self._unsettled = unsettled
        self.submission = unsettled
        """Set while its request may be on the wire, and as long as the outcome of an earlier request is unknown."""
        self.ref: TaskRef | None = None
        """Set as soon as the task is known."""
        self.answer: str | None = None
        """Set as soon as a route that answers at once has answered."""

    @property
    def is_known(self) -> bool:
        """Whether the task or the answer is known."""
        return self.ref is not None or self.answer is not None

    def note_unsettled(self, submission: Submission | None) -> None:
        """Note a submission of an earlier request whose outcome is unknown; None once it is known."""
        self.submission = self._unsettled = submission

    def clear(self) -> None:
        """Note that the last request is not on the wire: it was not sent, or it was refused."""
        self.submission = self._unsettled


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
