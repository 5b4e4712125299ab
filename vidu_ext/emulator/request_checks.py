"""Checks of requests: the key of an account, and a body that the spec allows. Raises refusals with Vidu's reasons."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from vidu_ext.emulator.providers.refusals import Refusal, unauthorized, unreadable
from vidu_ext.spec.contract import Contract
from vidu_ext.spec.operation import Operation
from vidu_ext.values.fault import Fault
from vidu_ext.values.json import as_object, map_texts, no_constant, place_of
from vidu_ext.values.tasks import Json, Object

from .messages import ServerRequest

LONGEST_MESSAGE: Final = 300
"""Maximum length of a detail: it may quote a refused picture of some megabytes."""

_OWN_RULES: Final = re.compile("is blank|.* cannot be fetched|is a data URI without data", re.DOTALL)
"""How messages of faults begin that `vidu_ext` does not send, but of which no document says that a provider refuses them."""
_REASONS: Final = (
    ("FieldLacking", "is missing|needs ", "field is missing or empty: {}"),
    ("FieldUnwanted", "is unknown here|.* takes no |.* more of its members", "unwanted field: {}"),
    ("FieldItemCountOutOfRange", r"has [\d,]+ entr", "field item count out of range: {}"),
    ("ImageFormatInvalid", "is in the format ", "invalid image format"),
    ("PageSizeOutOfRange", r"has [\d,]+ bytes|is \d+ by \d+ pixels", "page size out of range"),
    ("FieldInvalid", "", "invalid field: {}"),
)
"""Vidu's reasons, how the messages of their faults begin, and Vidu's messages: of several, the first one here is given."""


def sent_key(contract: Contract, operation: Operation, headers: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Return the key of a request. Raises Refusal if it has none, or the wrong one."""
    for header, word in contract.key_headers(operation.id):
        value = headers.get(header.lower(), "")
        if not value:
            continue
        scheme, _, key = value.partition(" ") if word else ("", "", value)
        key = key.strip()
        if scheme.lower() != word.lower() or not key or wanted.get(contract.provider, key) != key:
            raise unauthorized()
        return key
    raise unauthorized()


def checked_body(contract: Contract, operation: Operation, request: ServerRequest, *, is_strict: bool = False) -> Object:
    """Return the body of a request, without members that are null or empty unless `is_strict`. Raises Refusal if the
    spec does not allow it.
    """
    if operation.body is None:
        return {}
    if operation.max_body_bytes is not None and len(request.body) > operation.max_body_bytes:
        raise Refusal(413, "BadRequest", f"request body is larger than {operation.max_body_bytes} bytes")
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise unreadable(f"unregister Content-Type: {content_type[:LONGEST_MESSAGE]}")
    value = _parse(request.body)
    if not isinstance(value, dict):
        raise unreadable("body unmarshal: an object is wanted")
    if not is_strict:
        value = as_object(_without_unset(value))
    faults = contract.faults(operation.id, map_texts(value, lambda text: text.replace("\0", "\ufffd")))  # NUL, likewise
    if refused := [fault for fault in faults if not _OWN_RULES.match(fault.message)]:
        raise _refusal_of(refused)
    return value


def _parse(body: bytes) -> Json:
    try:
        return cast("Json", json.loads(body, parse_constant=no_constant))
    except (ValueError, RecursionError) as error:
        raise unreadable("body unmarshal: not a JSON document") from error


def _without_unset(value: Json) -> Json:
    """Return a value without the members of objects that are null, '' or []: the services treat them as not set."""
    if isinstance(value, list):
        return [_without_unset(one) for one in value]
    if isinstance(value, dict):
        return {name: _without_unset(one) for name, one in value.items() if one is not None and one not in ("", [])}
    return value


def _refusal_of(faults: Sequence[Fault]) -> Refusal:
    """Return the refusal for the first of the reasons that apply: providers give one only."""
    alike = ((*reason, [fault for fault in faults if re.match(reason[1], fault.message)]) for reason in _REASONS)
    word, _, message, matching = next(one for one in alike if one[-1])
    details = tuple(str(fault)[:LONGEST_MESSAGE] for fault in faults)
    return Refusal(400, word, message.format(", ".join(map(_field, matching))), details=details)


def _field(fault: Fault) -> str:
    place = ".".join(map(str, place_of(fault.pointer)))
    return (place or fault.message.removeprefix("needs "))[:LONGEST_MESSAGE]
