"""The effects of faults on replies. Pure functions of rule, reply and time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Final

from attrs import evolve

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.providers.context import parse_rfc3339
from vidu_ext.emulator.providers.refusals import Refusal
from vidu_ext.emulator.state.files import EXPIRED
from vidu_ext.values.json import as_list, as_object, json_or_text
from vidu_ext.values.tasks import Json, Object

from .rules import FAILURES, FaultKind, FaultRule

Change = Callable[[Object], Object | None]
"""Returns a task changed, or None to leave it out."""
Effect = Callable[[FaultRule, ServerReply, float], ServerReply]
"""Returns the reply changed by a rule, at a time of the emulator's clock."""

USUAL_HANG: Final = 600.0
"""Real seconds after which a hanging connection is closed."""
USUAL_PACE: Final = 1_024
"""Bytes per real second."""
USUAL_AGE: Final = 30.0
"""Seconds of the emulator's clock in which a task is missing from a late list."""
USUAL_WORD: Final = "postponed"

HTML: Final = "text/html; charset=utf-8"
_STATES: Final = ("state", "status")
"""Members that hold the state of a task."""
_IDS: Final = ("id", "task_id")
"""Members that hold the id of a task."""
_DATA: Final = b"data: "
"""Prefix of the line of an event."""


def apply_fault(rule: FaultRule, reply: ServerReply, *, refuse: Callable[[Refusal], ServerReply], now: float) -> ServerReply:
    """Return the reply changed by the rule. `refuse` writes a refusal as the provider does; `now` is the time of the clock.

    If the rule prevents the call, `reply` is an empty one, of which nothing is sent.
    """
    if rule.kind in _REFUSALS:
        return refuse(evolve(_REFUSALS[rule.kind], headers=_retry_headers(rule, now)))
    if rule.kind in FAILURES:  # the task fails later; the answer to its create is as usual
        return reply
    return _EFFECTS[rule.kind](rule, reply, now)


def _hang(rule: FaultRule, reply: ServerReply, _now: float) -> ServerReply:
    """Hang; the server closes the connection after `delay`."""
    return evolve(reply, ending="hangs", sent=None, delay=USUAL_HANG if rule.seconds is None else rule.seconds)


def _slow_body(rule: FaultRule, reply: ServerReply, _now: float) -> ServerReply:
    return evolve(reply, pace=rule.pace or USUAL_PACE)


def _truncated_body(rule: FaultRule, reply: ServerReply, _now: float) -> ServerReply:
    length = len(reply.content)
    if length == 0:
        return evolve(reply, ending="closed", sent=None)
    return evolve(reply, ending="closed", sent=min(length - 1, length // 2 if rule.sent is None else rule.sent))


def _gateway_page(status: int, reason: str) -> Effect:
    page = (
        f"<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n<center><h1>{status} {reason}</h1></center>\r\n"
        "</body>\r\n</html>\r\n"
    ).encode()
    answer = ServerReply(status=status, headers={"content-type": "text/html"}, body=page)
    return lambda _rule, _reply, _now: answer


def _retry_headers(rule: FaultRule, now: float) -> Mapping[str, str]:
    """Return Retry-After as the rule wants it. A date comes with the time of the emulator, from which clients count."""
    if rule.retry_after is None:
        return {}
    if rule.retry_form == "date":
        return {"date": formatdate(now, usegmt=True), "retry-after": formatdate(now + rule.retry_after, usegmt=True)}
    return {"retry-after": f"{rule.retry_after:.10g}"}


def _broken_range(rule: FaultRule, reply: ServerReply, _now: float) -> ServerReply:
    """Return a 206 that claims to begin one byte later. For `whole_200` FaultRule.adapt has changed the request."""
    unit, _, rest = reply.headers.get("content-range", "").partition(" ")
    first, dash, tail = rest.partition("-")
    if rule.range_answer == "whole_200" or reply.status != 206 or not dash or not first.isdigit():
        return reply
    return evolve(reply, headers={**reply.headers, "content-range": f"{unit} {int(first) + 1}-{tail}"})


# -- the content of an answer ----------------------------------------------------------------------------------------------


def _unknown_state(rule: FaultRule, reply: ServerReply, _now: float) -> ServerReply:
    def change(task: Object) -> Object:
        return {name: (rule.word or USUAL_WORD) if name in _STATES else value for name, value in task.items()}

    return _with_tasks(reply, change)


def _null_fields(_rule: FaultRule, reply: ServerReply, _now: float) -> ServerReply:
    def change(task: Object) -> Object:
        return {name: value if name in _IDS else None for name, value in task.items()}

    return _with_tasks(reply, change)


def _late_list(rule: FaultRule, reply: ServerReply, now: float) -> ServerReply:
    newest = now - (USUAL_AGE if rule.seconds is None else rule.seconds)

    def change(task: Object) -> Object | None:
        created = parse_rfc3339(str(task.get("created_at")))
        return task if created is not None and created <= newest else None

    return _with_tasks(reply, change)


def _with_tasks(reply: ServerReply, change: Change) -> ServerReply:
    """Change or drop each task of a reply: of its body, of a list, of the member `tasks`, or of the events of a stream."""
    if reply.pieces is not None:
        return evolve(reply, pieces=[evolve(piece, data=_event(piece.data, change)) for piece in reply.pieces])
    value = json_or_text(reply.body.decode())
    if isinstance(value, dict) and isinstance(value.get("tasks"), list):
        changed: Json = {**value, "tasks": _change_entries(as_list(value["tasks"]), change)}
    elif isinstance(value, list):
        changed = _change_entries(value, change)
    elif isinstance(value, dict) and reply.status < 300:
        changed = change(value)
    else:
        return reply
    return evolve(reply, body=json.dumps(changed, ensure_ascii=False).encode())


def _event(data: bytes, change: Change) -> bytes:
    changed = change(as_object(json_or_text(data.removeprefix(_DATA).decode())))
    return _DATA + json.dumps(changed, ensure_ascii=False).encode() + b"\n\n"


def _change_entries(entries: list[Json], change: Change) -> list[Json]:
    return [task for task in (change(as_object(entry)) for entry in entries) if task is not None]


_REFUSALS: Final[Mapping[FaultKind, Refusal]] = {
    "http_429": Refusal(429, "TooManyRequests", "too many requests"),
    "http_503": Refusal(503, "InternalServiceFailure", "the service is unavailable, try again later"),
}
"""Vidu documents no 503; the reason is that of an internal failure."""

_EFFECTS: Final[Mapping[FaultKind, Effect]] = {
    "answer_lost": lambda _rule, reply, _now: evolve(reply, ending="closed", sent=None),
    "connection_reset": lambda _rule, reply, _now: evolve(reply, ending="reset", sent=None),
    "hang": _hang,
    "slow_body": _slow_body,
    "truncated_body": _truncated_body,
    "html_502": _gateway_page(502, "Bad Gateway"),
    "html_520": _gateway_page(520, "Web server is returning an unknown error"),
    "wrong_content_type": lambda _rule, reply, _now: evolve(reply, headers={**reply.headers, "content-type": HTML}),
    "unknown_state": _unknown_state,
    "null_fields": _null_fields,
    "late_list": _late_list,
    "expired_url": lambda _rule, _reply, _now: EXPIRED,
    "broken_range": _broken_range,
}
