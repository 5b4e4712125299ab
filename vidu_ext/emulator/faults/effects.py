"""The effects of faults on replies. Pure functions of rule, reply and time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Final

from attrs import evolve

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.emulator.providers.context import parse_rfc3339
from vidu_ext.emulator.providers.refusals import Refusal
from vidu_ext.emulator.state.files import EXPIRED
from vidu_ext.values.json import as_object, json_or_text
from vidu_ext.values.tasks import Json, Object

from .rules import FaultKind, FaultRule

Effect = Callable[[FaultRule, ServerReply], ServerReply]
"""Returns the reply changed by a rule."""
Change = Callable[[FaultRule, Object, float], Object | None]
"""Returns a task changed by a rule, at a time of the emulator's clock; None to leave it out."""

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
    if change := _CHANGES.get(rule.kind):
        return _with_tasks(reply, lambda task: change(rule, as_object(task), now))
    effect = _EFFECTS.get(rule.kind)  # none if the task fails later: the answer to its create is as usual
    return effect(rule, reply) if effect is not None else reply


def _hang(rule: FaultRule, reply: ServerReply) -> ServerReply:
    """Hang; the server closes the connection after `delay`."""
    return evolve(reply, ending="hangs", sent=None, delay=USUAL_HANG if rule.seconds is None else rule.seconds)


def _truncated_body(rule: FaultRule, reply: ServerReply) -> ServerReply:
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
    return lambda _rule, _reply: answer


def _retry_headers(rule: FaultRule, now: float) -> Mapping[str, str]:
    """Return Retry-After as the rule wants it. A date comes with the time of the emulator, from which clients count."""
    if rule.retry_after is None:
        return {}
    if rule.retry_form == "date":
        return {"date": formatdate(now, usegmt=True), "retry-after": formatdate(now + rule.retry_after, usegmt=True)}
    return {"retry-after": f"{rule.retry_after:.10g}"}


def _broken_range(rule: FaultRule, reply: ServerReply) -> ServerReply:
    """Return a 206 that claims to begin one byte later. For `whole_200` FaultRule.adapt has changed the request."""
    if rule.range_answer == "whole_200" or reply.status != 206:
        return reply
    moved = re.sub(r"\d+", lambda first: str(int(first[0]) + 1), reply.headers["content-range"], count=1)
    return evolve(reply, headers={**reply.headers, "content-range": moved})


# -- the content of an answer ----------------------------------------------------------------------------------------------


def _with_unknown_state(rule: FaultRule, task: Object, _now: float) -> Object:
    return {name: (rule.word or USUAL_WORD) if name in _STATES else value for name, value in task.items()}


def _without_values(_rule: FaultRule, task: Object, _now: float) -> Object:
    return {name: value if name in _IDS else None for name, value in task.items()}


def _unless_young(rule: FaultRule, task: Object, now: float) -> Object | None:
    created = parse_rfc3339(str(task.get("created_at")))
    age = USUAL_AGE if rule.seconds is None else rule.seconds
    return task if created is not None and created <= now - age else None


def _with_tasks(reply: ServerReply, change: Callable[[Json], Json]) -> ServerReply:
    """Change or drop each task of an answer or of the events of a stream."""
    if reply.pieces is not None:
        return evolve(reply, pieces=[evolve(piece, data=_event(piece.data, change)) for piece in reply.pieces])
    if reply.status >= 300:
        return reply
    return evolve(reply, body=_encoded(_changed(json_or_text(reply.body.decode()), change)))


def _changed(value: Json, change: Callable[[Json], Json]) -> Json:
    """Change a task, or those in a list or in the member `tasks`."""
    if isinstance(value, list):
        return [task for task in map(change, value) if task is not None]
    if isinstance(value, dict) and isinstance(value.get("tasks"), list):
        return {**value, "tasks": _changed(value["tasks"], change)}
    return change(value)


def _event(data: bytes, change: Callable[[Json], Json]) -> bytes:
    return _DATA + _encoded(_changed(json_or_text(data.removeprefix(_DATA).decode()), change)) + b"\n\n"


def _encoded(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


_REFUSALS: Final[Mapping[FaultKind, Refusal]] = {
    "http_429": Refusal(429, "TooManyRequests", "too many requests"),
    "http_503": Refusal(503, "InternalServiceFailure", "the service is unavailable, try again later"),
}
"""Vidu documents no 503; the reason is that of an internal failure."""

_EFFECTS: Final[Mapping[FaultKind, Effect]] = {
    "answer_lost": lambda _rule, reply: evolve(reply, ending="closed", sent=None),
    "connection_reset": lambda _rule, reply: evolve(reply, ending="reset", sent=None),
    "hang": _hang,
    "slow_body": lambda rule, reply: evolve(reply, pace=rule.pace or USUAL_PACE),
    "truncated_body": _truncated_body,
    "html_502": _gateway_page(502, "Bad Gateway"),
    "html_520": _gateway_page(520, "Web server is returning an unknown error"),
    "wrong_content_type": lambda _rule, reply: evolve(reply, headers={**reply.headers, "content-type": HTML}),
    "expired_url": lambda _rule, _reply: EXPIRED,
    "broken_range": _broken_range,
}
_CHANGES: Final[Mapping[FaultKind, Change]] = {
    "unknown_state": _with_unknown_state,
    "null_fields": _without_values,
    "late_list": _unless_young,
}
