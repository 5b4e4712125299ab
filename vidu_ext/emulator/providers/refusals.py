"""Why a request is not carried out, in Vidu's words. How a provider writes it is in its record."""

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
    """In Vidu's words."""
    message: str
    details: tuple[str, ...] = ()
    """One line for each thing that is wrong."""
    headers: Mapping[str, str] = field(factory=dict[str, str])
    error_type: str | None = None
    """Comfy's name for it."""
    trace: str = ""
    """An id for the support."""
    tag: str = ""
    """Of the operation, empty for a path that the provider does not have."""


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
