"""Idempotency keys: a request that is sent again gets the answer that it got before."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

from attrs import define, evolve

from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.routes import Route
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.emulator.state.task_engine import EmulatedAccount

from .refusals import Refusal, RefusalError, unreadable

IDEMPOTENCY_KEY: Final = "idempotency-key"
RETRY_AFTER: Final = "2"
MOST_HELD_BYTES: Final = 64 * 1024 * 1024
"""Of the answers that are repeated; the oldest are forgotten first."""
KEPT_STATUSES: Final = frozenset({200, 400})
"""Answers that are repeated. Too few credits and too many calls pass, so that a key that met them can be used again."""

_CONFLICTS: Final = {
    "idempotency_in_flight": "the first attempt is still running",
    "idempotency_consumed": "the first attempt cannot be replayed",
    "idempotency_mismatch": "the key belongs to another request",
}


@define
class _Kept:
    """What is remembered of the first request with a key."""

    fingerprint: bytes
    moment: float
    reply: ServerReply


class IdempotencyKeys:
    """The keys of all accounts and the answers they got. Not for several threads at once."""

    def __init__(self) -> None:
        self._kept: Final[OrderedDict[tuple[int, str], _Kept]] = OrderedDict()
        self._held = 0
        """Bytes of all answers."""

    def once(
        self,
        account: EmulatedAccount,
        route: Route,
        request: ServerRequest,
        act: Callable[[], ServerReply],
        *,
        now: float,
        settings: EmulatorSettings,
    ) -> ServerReply:
        """The reply of `act`, or the one that the same request got before; a refused request is remembered too. Raises a
        refusal if the key is in use, used up or bound to another request.
        """
        if "Idempotency-Key" not in route.parameters or IDEMPOTENCY_KEY not in request.headers:
            return act()
        name = request.headers[IDEMPOTENCY_KEY]
        if not name:
            raise unreadable("Idempotency-Key: must not be empty")
        fingerprint = hashlib.sha256(route.operation.id.encode() + b"\n" + request.body).digest()
        known = self._kept.get((account.number, name))
        if known is not None:
            return _repeated(known, fingerprint, now=now, settings=settings)
        reply = act()
        if reply.status in KEPT_STATUSES:
            self._kept[account.number, name] = _Kept(fingerprint, now, reply)
            self._held += len(reply.body)
            while len(self._kept) > settings.max_tasks or (self._held > MOST_HELD_BYTES and len(self._kept) > 1):
                self._held -= len(self._kept.popitem(last=False)[1].reply.body)
        return reply


def _repeated(known: _Kept, fingerprint: bytes, *, now: float, settings: EmulatorSettings) -> ServerReply:
    if known.fingerprint != fingerprint:
        raise _conflict("idempotency_mismatch")
    if now < known.moment + settings.in_flight_seconds:
        raise _conflict("idempotency_in_flight", {"retry-after": RETRY_AFTER})
    if now >= known.moment + settings.replay_seconds:
        raise _conflict("idempotency_consumed")
    return evolve(known.reply, headers={**known.reply.headers, "idempotent-replayed": "true"})


def _conflict(name: str, headers: Mapping[str, str] | None = None) -> RefusalError:
    return RefusalError(Refusal(status=409, reason="Conflict", message=_CONFLICTS[name], headers=headers or {}, error_type=name))
