"""Refusals of requests, with Vidu's reasons. The record of a provider decides their form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.values.tasks import Json

JSON_HEADERS: Final = {"content-type": "application/json"}


@frozen(kw_only=True)
class Refusal:
    """Why a request is not carried out."""

    status: int
    reason: str
    """Vidu's word for it."""
    message: str
    details: tuple[str, ...] = ()
    """One line per fault."""
    headers: Mapping[str, str] = field(factory=dict[str, str])
    error_type: str | None = None
    """Comfy's name for it."""
    trace: str = ""
    """Trace id for the support."""
    tag: str = ""
    """Tag of the operation; empty for an unknown path."""


class RefusalError(Exception):
    """Ends the handling of a request; never leaves the emulator."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.message)


def refusal_error(status: int, reason: str, message: str, *, details: tuple[str, ...] = ()) -> RefusalError:
    """Return a refusal to raise."""
    return RefusalError(Refusal(status=status, reason=reason, message=message, details=details))


def unauthorized() -> RefusalError:
    return refusal_error(401, "Unauthorized", "unauthorized")


def task_not_found() -> RefusalError:
    return refusal_error(404, "TaskNotFound", "task not found")


def not_found() -> RefusalError:
    return refusal_error(404, "NotFound", "not found")


def unreadable(what: str) -> RefusalError:
    """Return the refusal of a path, query or body that cannot be parsed."""
    return refusal_error(400, "CODEC", what, details=(what,))


def out_of_credits() -> RefusalError:
    return refusal_error(402, "CreditInsufficient", "insufficient credits")


def queue_full() -> RefusalError:
    return refusal_error(429, "QuotaExceeded", "quota exceeded")


def json_reply(value: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> ServerReply:
    """Return a reply with a JSON body."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return ServerReply(status=status, headers={**JSON_HEADERS, **headers} if headers else JSON_HEADERS, body=body)
