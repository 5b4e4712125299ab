"""Idempotency keys: a repeated request gets the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from attrs import evolve, frozen

from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.routes import Route
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.emulator.state.bounded import Bounded
from vidu_ext.emulator.state.task_engine import EmulatedAccount

from .refusals import Refusal, unreadable

IDEMPOTENCY_KEY: Final = "idempotency-key"
RETRY_AFTER: Final = "2"
"""Seconds, as the header is written."""
STORED_STATUSES: Final = frozenset({200, 400})
"""Statuses whose replies are stored. 402 and 429 are not, so that the same key can be tried again."""


@frozen
class _StoredReply:
    """The reply to the first request with a key."""

    fingerprint: bytes
    stored_at: float
    reply: ServerReply


class IdempotencyKeys:
    """The replies to the requests with a key, by account. Not thread-safe."""

    def __init__(self, settings: EmulatorSettings) -> None:
        self._settings: Final = settings
        self._replies: Final = Bounded[tuple[int, str], _StoredReply](settings.max_tasks, lambda one: len(one.reply.body))

    def answer_once(
        self, account: EmulatedAccount, route: Route, request: ServerRequest, *, now: float, answer: Callable[[], ServerReply]
    ) -> ServerReply:
        """Return the reply to the first request with the same key, or `answer` it and store the reply if it may be replayed.

        Raises Refusal if the key is empty, in use, used up or belongs to another request.
        """
        key = request.headers.get(IDEMPOTENCY_KEY) if ("header", "Idempotency-Key") in route.parameters else None
        if key is None:
            return answer()
        if not key:
            raise unreadable("Idempotency-Key: must not be empty")
        fingerprint = hashlib.sha256(route.operation.id.encode() + b"\n" + request.body).digest()
        stored = self._replies.get((account.number, key))
        if stored is None:
            reply = answer()
            if reply.status in STORED_STATUSES:
                self._replies.put((account.number, key), _StoredReply(fingerprint, now, reply))
            return reply
        if stored.fingerprint != fingerprint:
            raise _conflict("idempotency_mismatch", "the key belongs to another request")
        if now < stored.stored_at + self._settings.in_flight_seconds:
            raise _conflict("idempotency_in_flight", "the first attempt is still running", {"retry-after": RETRY_AFTER})
        if now >= stored.stored_at + self._settings.replay_seconds:
            raise _conflict("idempotency_consumed", "the first attempt cannot be replayed")
        return evolve(stored.reply, headers={**stored.reply.headers, "idempotent-replayed": "true"})


def _conflict(error_type: str, message: str, headers: Mapping[str, str] | None = None) -> Refusal:
    return Refusal(409, "Conflict", message, headers=headers or {}, error_type=error_type)
