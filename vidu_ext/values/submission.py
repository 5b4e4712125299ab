"""What was sent to a provider, with everything needed to look for its task later."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final, Literal, Self, cast

from attrs import asdict, field, frozen

from .base_error import ConfigurationError
from .remedy import Action, Remedy
from .tasks import BYTE_ORDER_MARK, Json, Object

Settlement = Literal["idempotency-key", "payload", "running-list", "none"]
"""How an unknown outcome can be settled at a provider."""

_EFFECTS: Final[dict[Settlement, str]] = {
    "idempotency-key": "it repeats the idempotency key and pays nothing twice.",
    "payload": "it searches the account's tasks for the idempotency key.",
    "running-list": "it searches the account's unfinished generations, so do it soon.",
    "none": "This provider has no way to search for it: check its console or bill before you submit again.",
}

_NO_KEY_SENT: Final = (
    "it compares the account's tasks with the request, because no idempotency key was sent, and takes none if nothing tells them"
    " apart. The first order may be paid all the same: look at the provider's console before you order again."
)

CHECK_CONSOLE: Final = Remedy(
    action="check-console", effect="No search can settle it: check the provider's console or bill before you submit again."
)
"""The remedy for a submission whose idempotency key is of no use any more."""

_NO_SUBMISSION: Final = "this text is not a submission written by Submission.to_text"

_CHECKSUM: Final = "checksum"
"""Member of a submission's text that shows whether the others are unchanged."""


@frozen
class Submission:
    """What was sent, with everything needed to look for its task later, also from another process."""

    account: str
    provider: str
    operation: str
    settlement: Settlement
    idempotency_key: str | None
    """The idempotency key, or the text in `payload` that serves as one."""
    submitted_at: float
    """When the first try began: seconds since the epoch by the local clock, which may be wrong."""
    body: Object = field(repr=False)
    """The request as it was sent."""
    path_id: str | None = None
    key_is_ours: bool = False
    """Whether the idempotency key was made for this submission alone, so that no other task can carry it."""

    @property
    def remedy(self) -> Remedy:
        """How to find out whether a task was created."""
        if self.settlement == "payload" and self.idempotency_key is None:
            return Remedy(action="find", effect=_NO_KEY_SENT)
        is_sent = self.idempotency_key and self.settlement in ("idempotency-key", "payload")
        key = f" The idempotency key is {self.idempotency_key}." if is_sent else ""
        action: Action = "check-console" if self.settlement == "none" else "find"
        return Remedy(action=action, effect=_EFFECTS[self.settlement] + key)

    def to_text(self) -> str:
        """Return one line of JSON that `parse` reads. It holds the whole request, pictures included."""
        members = asdict(self)
        return json.dumps({**members, _CHECKSUM: _checksum(members)}, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a submission from the text that `to_text` wrote. Raises ConfigurationError for any other or changed text."""
        if not isinstance(cast("object", text), str):
            raise ConfigurationError(f"{_NO_SUBMISSION}: it is of type {type(text).__name__}.")
        try:
            members = dict(cast("dict[str, Any]", json.loads(text.removeprefix(BYTE_ORDER_MARK))))
            is_unchanged = members.pop(_CHECKSUM, None) == _checksum(members)
            submission = cls(**members)
        except (ValueError, TypeError, RecursionError) as error:
            raise ConfigurationError(f"{_NO_SUBMISSION}: {error}") from error
        if not is_unchanged:
            raise ConfigurationError(
                f"{_NO_SUBMISSION}: it was changed, so a search for its task could find another one, or pay for a second."
                " Nothing was sent. Use the text as it was written, or look at the provider's console."
            )
        return submission


def _checksum(members: Object) -> str:
    """Return a digest that does not depend on the order of members, on blanks, or on 1 in place of 1.0."""
    written = json.dumps(_in_one_form(members), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _in_one_form(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _in_one_form(below) for name, below in value.items()}
    if isinstance(value, list | tuple):
        return [_in_one_form(below) for below in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
