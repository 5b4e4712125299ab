"""The refusals of the four providers: what went wrong, in one vocabulary, and how each provider says it.

The words are Vidu's own reasons, which Zenlayer and Comfy pass on; skills.video has endings of its own. Sources: the error
answers and examples of the packaged specs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.values.tasks import Json, Object

JSON_HEADERS: Final = {"content-type": "application/json"}


@frozen(kw_only=True)
class Refusal:
    """Why a request is not carried out."""

    status: int
    reason: str
    """In Vidu's words."""
    message: str
    details: tuple[str, ...] = ()
    """One line for each thing that is wrong."""
    headers: Mapping[str, str] = field(factory=dict[str, str])
    error_type: str | None = None
    """Comfy's name for it."""


class RefusalError(Exception):
    """Ends the handling of a request; never leaves the emulator."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.message)


def refused(status: int, reason: str, message: str, *, details: tuple[str, ...] = ()) -> RefusalError:
    """A refusal to raise."""
    return RefusalError(Refusal(status=status, reason=reason, message=message, details=details))


def unauthorized() -> RefusalError:
    return refused(401, "Unauthorized", "unauthorized")


def task_not_found() -> RefusalError:
    return refused(404, "TaskNotFound", "task not found")


def not_found() -> RefusalError:
    return refused(404, "NotFound", "not found")


def creation_not_found() -> RefusalError:
    return refused(404, "CreationNotFound", "creation not found")


def conflict() -> RefusalError:
    return refused(409, "Conflict", "resource conflict")


def unreadable(what: str) -> RefusalError:
    """A path, query or body that cannot be parsed."""
    return refused(400, "CODEC", what, details=(what,))


def out_of_credits() -> RefusalError:
    return refused(402, "CreditInsufficient", "insufficient credits")


def queue_full() -> RefusalError:
    return refused(429, "QuotaExceeded", "quota exceeded")


def json_reply(value: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> ServerReply:
    """A reply with a JSON body."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return ServerReply(status=status, headers={**JSON_HEADERS, **headers} if headers else JSON_HEADERS, body=body)


def refusal_reply(provider: str, refusal: Refusal, *, family: str, trace: str) -> ServerReply:
    """A refusal as a provider says it. `family` is the one of skills.video's codes, `VIDEO_GENERATION`."""
    if provider == "comfy":
        value = _of_comfy(refusal)
    elif provider == "skills_video":
        value = _of_skills_video(refusal, family)
    else:
        value = _of_vidu(refusal, trace)
    headers = dict(refusal.headers)
    if provider == "comfy" and refusal.error_type is not None:
        headers["x-comfy-error-type"] = refusal.error_type
    return json_reply(value, status=refusal.status, headers=headers)


def _of_vidu(refusal: Refusal, trace: str) -> Object:
    code: Json = refusal.reason if refusal.status == 402 else refusal.status
    return {"code": code, "reason": refusal.reason, "message": refusal.message, "metadata": {"trace_id": trace}}


def _of_comfy(refusal: Refusal) -> Object:
    if refusal.error_type is not None:
        return {"error_type": refusal.error_type, "message": refusal.message}
    if refusal.status == 401:
        return {"detail": "invalid token"}
    if refusal.status == 429:
        return {"message": "concurrency limit exceeded"}
    if refusal.details:
        return {"message": "invalid request", "details": list(refusal.details)}
    return {"message": refusal.message}


_ENDINGS: Final = {
    400: ("INVALID_INPUT", "Invalid input."),
    402: ("INSUFFICIENT_CREDITS", "Insufficient credits for this generation."),
    429: ("RATE_LIMITED", "Rate limit exceeded. Please retry later."),
    503: ("PROVIDER_UNAVAILABLE", "The provider is unavailable. Please retry later."),
}
_PLAIN: Final = {401: "Unauthorized", 403: "Forbidden", 404: "Not found", 500: "Internal server error"}
"""Refusals whose code is not documented; the pages' oldest form, with a message alone."""


def _of_skills_video(refusal: Refusal, family: str) -> Object:
    if refusal.status not in _ENDINGS:
        return {"message": _PLAIN.get(refusal.status, refusal.message)}
    ending, message = _ENDINGS[refusal.status]
    code = f"{family}_{ending}"
    shown = " ".join((message, *refusal.details)) if refusal.details else message
    return {"code": code, "message": shown, "error": ending if refusal.status == 402 else code}
