"""Checks of requests: the key of an account, and a body that the spec allows. Raises refusals with Vidu's reasons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final, cast

from vidu_ext.emulator.providers.refusals import Refusal, unauthorized, unreadable
from vidu_ext.spec.contract import Contract
from vidu_ext.spec.media import BASE64
from vidu_ext.spec.operation import Operation
from vidu_ext.values.fault import Fault, is_blank
from vidu_ext.values.json import Place, as_object, map_texts, no_constant, place_of, value_at
from vidu_ext.values.tasks import Json, Object
from vidu_ext.values.urls import UPLOAD_SCHEME, leads_nowhere

from .messages import ServerRequest

_TAKEN_BY_OTHERS: Final = " takes no "
"""Part of the message of a fault: the field exists, but not for this model."""

LONGEST_MESSAGE: Final = 300
"""Maximum length of a detail: it may quote a refused picture of some megabytes."""

_HAS_HOST: Final = re.compile(r"https?://[^\s/?#:]")
"""What every spec requires of a URL."""
_MESSAGES: Final = {
    "FieldLacking": "field is missing or empty: {}",
    "FieldUnwanted": "unwanted field: {}",
    "FieldItemCountOutOfRange": "field item count out of range: {}",
    "ImageFormatInvalid": "invalid image format",
    "PageSizeOutOfRange": "page size out of range",
    "FieldInvalid": "invalid field: {}",
}
"""Vidu's reasons and their messages: of several, the first one here is given."""


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
    faults = contract.faults(operation.id, map_texts(value, _readable))
    if faults:
        raise _refusal_of(contract, operation, value, faults)
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


def _readable(text: str) -> str:
    """Return a text that the check accepts in place of a NUL character, a blank text, a URL or upload that leads nowhere, or a
    data URI without base64: `vidu_ext` does not send them, but no document says that a provider refuses them.
    """
    if text.startswith("http") and leads_nowhere(text) and _HAS_HOST.match(text):
        return "https://example.com/"
    if text.startswith(UPLOAD_SCHEME) and leads_nowhere(text):
        text += "0"
    data = text.partition(",")[2] if text.startswith("data:") else ""
    if data and not BASE64.search(data):
        text += "AAAA"
    return "\ufffd" * len(text) if is_blank(text) else text.replace("\0", "\ufffd")


def _refusal_of(contract: Contract, operation: Operation, body: Object, faults: Iterable[Fault]) -> Refusal:
    """Return the refusal for the first kind of faults in the order of `_MESSAGES`: providers give one reason only."""
    kinds: dict[str, list[Fault]] = {}
    for fault in faults:
        kinds.setdefault(_kind(contract, operation, body, fault), []).append(fault)
    reason = next(kind for kind in _MESSAGES if kind in kinds)
    fields = ", ".join(_field(fault) for fault in kinds[reason])
    details = tuple(str(fault)[:LONGEST_MESSAGE] for several in kinds.values() for fault in several)
    return Refusal(400, reason, _MESSAGES[reason].format(fields), details=details)


def _field(fault: Fault) -> str:
    place = place_of(fault.pointer)
    if not place:
        return fault.message.removeprefix("needs ")[:LONGEST_MESSAGE]
    return ".".join(str(part) for part in place)[:LONGEST_MESSAGE]


def _kind(contract: Contract, operation: Operation, body: Object, fault: Fault) -> str:
    """Return Vidu's name for a fault, by the value at its place."""
    place = place_of(fault.pointer)
    holder = value_at(body, place[:-1])
    if not place or (isinstance(holder, dict) and place[-1] not in holder):
        return "FieldLacking"
    if not _is_known(contract, operation, place) or _TAKEN_BY_OTHERS in fault.message:
        return "FieldUnwanted"
    value = value_at(body, place)
    if not fault.message.startswith(("has ", "is ")):  # what the spec says of sizes and formats
        return "FieldInvalid"
    if value == "":
        return "FieldLacking"
    if isinstance(value, list):
        return "FieldItemCountOutOfRange"
    if isinstance(value, str) and value[:5].lower() == "data:":
        return "ImageFormatInvalid" if fault.message.startswith("is in the format") else "PageSizeOutOfRange"
    return "FieldInvalid"


def _is_known(contract: Contract, operation: Operation, place: Place) -> bool:
    schema = operation.body
    for part in place:
        if schema is None:
            return False
        if not str(part).isdigit():
            schema = contract.spec.property(schema, str(part))
    return schema is not None
