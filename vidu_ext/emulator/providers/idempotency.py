"""Idempotency keys: a repeated request gets the same answer."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from attrs import define, evolve

from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.routes import Route
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.emulator.state.task_engine import EmulatedAccount

from .refusals import Refusal, RefusalError, unreadable

IDEMPOTENCY_KEY: Final = "idempotency-key"
RETRY_AFTER: Final = "2"
"""Seconds, as the header is written."""
MOST_HELD_BYTES: Final = 64 * 1024 * 1024
"""Maximum size of all stored replies together; the oldest are dropped first."""
STORED_STATUSES: Final = frozenset({200, 400})
"""Statuses whose replies are stored. 402 and 429 are not, so that the same key can be tried again."""


@define
class _StoredReply:
    """The reply to the first request with a key."""

    fingerprint: bytes
    stored_at: float
    reply: ServerReply


class IdempotencyKeys:
    """The replies to the requests with a key, by account. Not thread-safe."""

    def __init__(self) -> None:
        self._replies: Final[OrderedDict[tuple[int, str], _StoredReply]] = OrderedDict()
        self._stored_bytes = 0
        """Bytes of all stored replies."""

    def replay(
        self, account: EmulatedAccount, route: Route, request: ServerRequest, *, now: float, settings: EmulatorSettings
    ) -> ServerReply | None:
        """Return the stored reply of an earlier request with the same key, None without one. Raises RefusalError if the key is
        in use, used up or belongs to another request.
        """
        key = _key_of(route, request)
        if key == "":
            raise unreadable("Idempotency-Key: must not be empty")
        stored = self._replies.get((account.number, key)) if key else None
        if stored is None:
            return None
        if stored.fingerprint != _fingerprint(route, request):
            raise _conflict("idempotency_mismatch", "the key belongs to another request")
        if now < stored.stored_at + settings.in_flight_seconds:
            raise _conflict("idempotency_in_flight", "the first attempt is still running", {"retry-after": RETRY_AFTER})
        if now >= stored.stored_at + settings.replay_seconds:
            raise _conflict("idempotency_consumed", "the first attempt cannot be replayed")
        return evolve(stored.reply, headers={**stored.reply.headers, "idempotent-replayed": "true"})

    def store(
        self, account: EmulatedAccount, route: Route, request: ServerRequest, reply: ServerReply, *, now: float, most_replies: int
    ) -> None:
        """Store the reply to a first request with a key, if it may be replayed, and drop the oldest above the limits."""
        key = _key_of(route, request)
        if not key or reply.status not in STORED_STATUSES:
            return
        self._replies[account.number, key] = _StoredReply(_fingerprint(route, request), now, reply)
        self._stored_bytes += len(reply.body)
        while len(self._replies) > most_replies or (self._stored_bytes > MOST_HELD_BYTES and len(self._replies) > 1):
            self._stored_bytes -= len(self._replies.popitem(last=False)[1].reply.body)


def _key_of(route: Route, request: ServerRequest) -> str | None:
    return request.headers.get(IDEMPOTENCY_KEY) if "Idempotency-Key" in route.parameters else None


def _fingerprint(route: Route, request: ServerRequest) -> bytes:
    return hashlib.sha256(route.operation.id.encode() + b"\n" + request.body).digest()


def _conflict(error_type: str, message: str, headers: Mapping[str, str] | None = None) -> RefusalError:
    return RefusalError(Refusal(status=409, reason="Conflict", message=message, headers=headers or {}, error_type=error_type))
