"""A provider's notice that the state of a task changed, and where clients get notices from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from attrs import field, frozen

UNFINISHED: Final = frozenset({"created", "queueing", "queued", "scheduling", "processing", "running"})
"""Words of a notice after which there is no result to ask for yet. After any other one the task is asked for."""


@frozen
class Notice:
    """A notice whose signature is right. What its body says is a hint only: no provider but skills.video signs it."""

    provider: str
    account: str
    """The account whose key signed the notice; empty if the key was given to the receiver alone."""
    task_id: str | None
    """From the body; None if the body names no task."""
    token: str | None
    """What the client had put into the callback address of the request, by which it knows the task."""
    state: str
    """The provider's word for the state, empty if the body has none."""
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
        """Return the callback address for a request, with a token that comes back with its notices."""
        ...

    def token_of(self, address: str) -> str | None:
        """Return the token in an address of this source, None if it is no such address."""
        ...

    def join(self, keys: Mapping[str, str], listener: Callable[[Notice], object]) -> None:
        """Check notices with these keys, by account, and pass theirs to a bound method for as long as its object lives."""
        ...
