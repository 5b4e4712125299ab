"""What Comfy adds to Vidu's answers: idempotency keys, estimates and counts in headers, its own upload."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

from attrs import define, evolve

from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.routes import Route
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.emulator.state.files import Upload
from vidu_ext.emulator.state.prices import CREDITS_OF_COMFY
from vidu_ext.emulator.state.task_engine import EmulatedAccount, Stage
from vidu_ext.values.tasks import Object

from .context import ApiCall, written
from .dialect_vidu import MODERATED, created, creations, credits_of, error_of, failure_of_inputs, word_of
from .refusals import Refusal, RefusalError, json_reply, queue_full, task_not_found, unreadable

IDEMPOTENCY_KEY: Final = "idempotency-key"
RETRY_AFTER: Final = "2"
MICROS_OF_A_CREDIT: Final = 5000
"""Millionths of a dollar for a credit of Vidu."""
MOST_HELD_BYTES: Final = 64 * 1024 * 1024
"""Of the answers that are repeated; the oldest are forgotten first."""
KEPT_STATUSES: Final = frozenset({200, 400})
"""Answers that are repeated. Too few credits and too many calls pass, so that a key that met them can be used again."""

_CREATION: Final = ("id", "url", "cover_url", "watermarked_url", "moderation_url")
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
        refusal where the key is in use, used up or bound to another request.
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


def create(call: ApiCall) -> ServerReply:
    """Start a task; headers tell its price, how long it will take, and how much room is left. Raises a refusal where there is
    none and Comfy refuses.
    """
    if call.state.settings.comfy_refuses and _current(call.account, call.state.settings) >= call.state.settings.concurrency:
        raise queue_full()
    task = call.new_task(failure=failure_of_inputs(call))
    task.idempotency_key = call.request.headers.get(IDEMPOTENCY_KEY)
    settings = call.state.settings
    usual = settings.queue_seconds + settings.processing_seconds
    return json_reply(
        created(call, task),
        headers={
            "x-comfy-credits-used": f"{task.price * CREDITS_OF_COMFY:.10g}",
            "x-comfy-estimated-duration-seconds": str(round(usual)),
            "x-comfy-estimated-duration-p90-seconds": str(round(2 * usual)),
            "x-comfy-estimate-source": "history",
            **_concurrency_headers(call.account, settings),
        },
    )


def _current(account: EmulatedAccount, settings: EmulatorSettings) -> int:
    """The tasks that take a place: those that run, and those that wait where none may wait for a place."""
    return account.running + (account.queued if settings.comfy_refuses else 0)


def _concurrency_headers(account: EmulatedAccount, settings: EmulatorSettings) -> Mapping[str, str]:
    """How many tasks the account may have at once, has, and may still start."""
    current = _current(account, settings)
    return {
        "x-concurrency-limit": str(settings.concurrency),
        "x-concurrency-current": str(current),
        "x-concurrency-remaining": str(max(0, settings.concurrency - current)),
    }


def full_headers(account: EmulatedAccount, settings: EmulatorSettings) -> Mapping[str, str]:
    """What comes with the refusal of a call too many."""
    return {**_concurrency_headers(account, settings), "retry-after": RETRY_AFTER}


def get_creations(call: ApiCall) -> ServerReply:
    """Tell how a task stands."""
    task = call.task(call.id)
    if task is None:
        raise task_not_found()
    task.polls += 1
    failure = error_of(task)
    results = creations(call.state, task, origin=call.request.origin, now=call.now)
    answer: Object = {
        "id": task.id,
        "state": word_of(task, call.state, call.now),
        "err_code": failure,
        "progress": task.progress(call.now),
        "credits": credits_of(task),
        "creations": [{name: one[name] for name in _CREATION} for one in results if isinstance(one, dict)],
    }
    if failure == MODERATED:
        answer["blocked_resources"] = [{"content_type": "image", "index": 0}] if task.body.get("images") else []
    used = {"x-comfy-credits-used": f"{task.price * CREDITS_OF_COMFY:.10g}"} if task.stage is Stage.SUCCEEDED else {}
    return json_reply(answer, headers=used)


def create_storage(call: ApiCall) -> ServerReply:
    """A place for one file. It is fetched from the address that it is put to."""
    state = call.state
    content_type = call.text("content_type") or None
    upload = Upload(state.task_engine.number()[1], call.account.number, content_type)
    state.storage.reserve(upload, most=state.settings.max_tasks)
    address = state.upload_address(upload, "comfy", origin=call.request.origin, now=call.now)
    expires = written(call.now + state.settings.url_seconds)
    return json_reply({"upload_url": address, "download_url": address, "expires_at": expires})


def get_balance(call: ApiCall) -> ServerReply:
    """The balance in millionths of a dollar; what is held for tasks that run is told apart."""
    left, held = (round(one * MICROS_OF_A_CREDIT) for one in (call.account.balance, call.account.reserved))
    return json_reply(
        {
            "amount_micros": left + held,
            "currency": "usd",
            "prepaid_balance_micros": left + held,
            "cloud_credit_balance_micros": 0,
            "pending_charges_micros": held,
            "effective_balance_micros": left,
        }
    )


def get_concurrency(call: ApiCall) -> ServerReply:
    """How many tasks the account may have at once."""
    return json_reply({"limit": call.state.settings.concurrency, "reason": "spend_ladder"})
