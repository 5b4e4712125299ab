"""A provider's notice that the state of a task changed, and the interface through which clients receive notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from attrs import field, frozen

UNFINISHED: Final = frozenset({"created", "queueing", "queued", "scheduling", "processing", "running"})
"""Words of a notice that mean there is no result yet. After any other word the task is polled."""


@frozen
class Notice:
    """A notice with a valid signature. Its body is only a hint: no provider except skills.video signs it."""

    provider: str
    account: str
    """The account whose key signed the notice; empty if only the receiver has that key."""
    task_id: str | None
    """From the body; None if the body names no task."""
    token: str | None
    """What the client put into the callback URL of the request, to identify the task."""
    state: str
    """The provider's word for the state; empty if the body has none."""
    body: bytes = field(repr=False)

    @property
    def is_unfinished(self) -> bool:
        """Whether the notice says that the task still runs."""
        return self.state.lower() in UNFINISHED


class NoticeSource(Protocol):
    """What `Vidu(callbacks=...)` takes: vidu_ext.callbacks.CallbackReceiver is one."""

    @property
    def is_proven(self) -> bool:
        """Whether a notice of this source has ever arrived, so that waits may rely on the next ones."""
        ...

    def address(self, token: str) -> str:
        """Return the callback URL for a request, with a token that comes back with its notices."""
        ...

    def token_of(self, address: str) -> str | None:
        """Return the token in a URL of this source; None for any other URL."""
        ...

    def join(self, keys: Mapping[str, str], listener: Callable[[Notice], object]) -> None:
        """Check notices with these keys, by account, and pass valid ones to a bound method for as long as its object lives."""
        ...
