"""Refusals of requests, with Vidu's reasons. The record of a provider decides their form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Final

from attrs import field, frozen

from vidu_ext.emulator.messages import ServerReply
from vidu_ext.values.tasks import Json

JSON_HEADERS: Final = {"content-type": "application/json"}


@frozen
class Refusal(Exception):  # noqa: N818  # a value too: what a provider writes
    """Why a request is not carried out. Raised to end its handling; never leaves the emulator."""

    status: int
    reason: str
    """Vidu's word for it."""
    message: str
    details: tuple[str, ...] = field(default=(), kw_only=True)
    """One line per fault."""
    headers: Mapping[str, str] = field(factory=dict[str, str], kw_only=True)
    error_type: str | None = field(default=None, kw_only=True)
    """Comfy's name for it."""
    trace: str = field(default="", kw_only=True)
    """Trace id for the support."""
    tag: str = field(default="", kw_only=True)
    """Tag of the operation; empty for an unknown path."""


unauthorized: Final = partial(Refusal, 401, "Unauthorized", "unauthorized")
out_of_credits: Final = partial(Refusal, 402, "CreditInsufficient", "insufficient credits")
not_found: Final = partial(Refusal, 404, "NotFound", "not found")
task_not_found: Final = partial(Refusal, 404, "TaskNotFound", "task not found")
queue_full: Final = partial(Refusal, 429, "QuotaExceeded", "quota exceeded")


def unreadable(what: str) -> Refusal:
    """Return the refusal of a path, query or body that cannot be parsed."""
    return Refusal(400, "CODEC", what, details=(what,))


def json_reply(value: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> ServerReply:
    """Return a reply with a JSON body."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return ServerReply(status=status, headers={**JSON_HEADERS, **headers} if headers else JSON_HEADERS, body=body)
