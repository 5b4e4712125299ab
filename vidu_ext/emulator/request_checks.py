"""What a request must bring before it is carried out: the key of an account, a body that the spec allows.

Raises refusals in Vidu's vocabulary; knows no task.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Final, cast

from vidu_ext.emulator.providers.refusals import RefusalError, refused, unauthorized, unreadable
from vidu_ext.spec.contract import Contract, Operation
from vidu_ext.spec.media import BASE64
from vidu_ext.values.fault import Fault, is_blank
from vidu_ext.values.json import Place, place_of, value_at
from vidu_ext.values.tasks import Json, Object
from vidu_ext.values.urls import UPLOAD_SCHEME, leads_nowhere

from .messages import ServerRequest

_TAKEN_BY_OTHERS: Final = " takes no "
"""In the message of a fault: the field is known, the model does not take it."""

LONGEST_MESSAGE: Final = 300
"""Characters of a detail; a refused picture may be megabytes long."""

_CREDENTIALS: Final = ("authorization", "x-api-key")
SHORTEST_KEY: Final = 8
"""Characters of a key that is looked for in bodies: a shorter one is a word of a test, which bodies have too."""
MOST_SHOWN: Final = 8_000
"""Bytes of a body in the log."""
HIDDEN: Final = b"<key>"
_HAS_HOST: Final = re.compile(r"https?://[^\s/?#:]")
"""What every spec asks of an address."""
_KIND_OF_FAULT: Final = ("FieldLacking", "FieldUnwanted", "FieldItemCountOutOfRange", "ImageFormatInvalid", "PageSizeOutOfRange")
_MESSAGES: Final = {
    "FieldLacking": "field is missing or empty: {}",
    "FieldUnwanted": "unwanted field: {}",
    "FieldItemCountOutOfRange": "field item count out of range: {}",
    "FieldInvalid": "invalid field: {}",
    "ImageFormatInvalid": "invalid image format",
    "PageSizeOutOfRange": "page size out of range",
}


def carries_credential(headers: Mapping[str, str]) -> bool:
    """Whether a request brings a key, which has no business at the storage."""
    return any(headers.get(name) for name in _CREDENTIALS)


def shown(data: bytes, headers: Mapping[str, str]) -> str:
    """A path or a body as the log shows it: cut, and without the key that the request brings."""
    if b"\0" in data:
        return f"({len(data):,} bytes)"
    told = data
    for key in (headers.get(name, "").rpartition(" ")[2] for name in _CREDENTIALS):
        told = told.replace(key.encode(), HIDDEN) if len(key) >= SHORTEST_KEY else told
    whole = told[:MOST_SHOWN].decode("utf-8", "replace")
    return whole if len(told) <= MOST_SHOWN else f"{whole}… ({len(data):,} bytes)"


def key_of(contract: Contract, operation: Operation, headers: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """The key of a request. Raises a refusal if it has none, or the wrong one."""
    for header, word in contract.keys(operation.id):
        value = headers.get(header.lower(), "")
        if not value:
            continue
        scheme, _, key = value.partition(" ") if word else ("", "", value)
        key = key.strip()
        if scheme.lower() != word.lower() or not key or wanted.get(contract.provider, key) != key:
            raise unauthorized()
        return key
    raise unauthorized()


def digest_of(key: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def body_of(contract: Contract, operation: Operation, request: ServerRequest, *, is_strict: bool = False) -> Object:
    """The body of a request that the spec allows, without members that are null or empty unless `is_strict`. Raises a refusal
    for any other.
    """
    if operation.body is None:
        return {}
    if operation.max_body_bytes is not None and len(request.body) > operation.max_body_bytes:
        raise refused(413, "BadRequest", f"request body is larger than {operation.max_body_bytes} bytes")
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise unreadable(f"unregister Content-Type: {content_type[:LONGEST_MESSAGE]}")
    value = _parsed(request.body)
    if not isinstance(value, dict):
        raise unreadable("body unmarshal: an object is wanted")
    if not is_strict:
        value = _without_unset(value)
    faults = contract.faults(operation.id, _with_readable_texts(value))
    if faults:
        raise _refusal_of(contract, operation, value, faults)
    return value


def _parsed(body: bytes) -> Json:
    try:
        return cast("Json", json.loads(body, parse_constant=_no_number))
    except (ValueError, RecursionError) as error:
        raise unreadable("body unmarshal: not a JSON document") from error


def _without_unset(value: Object) -> Object:
    """An object without members that are null, an empty text or an empty list, which the services take as left out."""
    return {name: _without_unset_below(one) for name, one in value.items() if one is not None and one not in ("", [])}


def _without_unset_below(value: Json) -> Json:
    if isinstance(value, list):
        return [_without_unset_below(one) for one in value]
    return _without_unset(value) if isinstance(value, dict) else value


def _with_readable_texts(value: Json) -> Json:
    """The value with another character for each NUL, and others in place of blank texts, addresses and uploads that lead nowhere
    and data URIs without base64: `vidu_ext` sends none of them, but no document says that a provider refuses one.
    """
    if isinstance(value, str):
        if value.startswith("http") and leads_nowhere(value) and _HAS_HOST.match(value):
            return "https://example.com/"
        if value.startswith(UPLOAD_SCHEME) and leads_nowhere(value):
            value += "0"
        data = value.partition(",")[2] if value.startswith("data:") else ""
        if data and not BASE64.search(data):
            value += "AAAA"
        return "\ufffd" * len(value) if is_blank(value) else value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_with_readable_texts(entry) for entry in value]
    return {name: _with_readable_texts(held) for name, held in value.items()} if isinstance(value, dict) else value


def _no_number(word: str) -> float:
    raise ValueError(word)


def _refusal_of(contract: Contract, operation: Operation, body: Object, faults: Iterable[Fault]) -> RefusalError:
    """One refusal for all faults of the kind that speaks first, as the providers name one reason only."""
    kinds: dict[str, list[Fault]] = {}
    for fault in faults:
        kinds.setdefault(_kind(contract, operation, body, fault), []).append(fault)
    reason = next((kind for kind in _KIND_OF_FAULT if kind in kinds), "FieldInvalid")
    fields = ", ".join(_field(fault) for fault in kinds[reason])
    details = tuple(str(fault)[:LONGEST_MESSAGE] for several in kinds.values() for fault in several)
    return refused(400, reason, _MESSAGES[reason].format(fields), details=details)


def _field(fault: Fault) -> str:
    place = place_of(fault.pointer)
    if not place:
        return fault.message.removeprefix("needs ")[:LONGEST_MESSAGE]
    return ".".join(str(part) for part in place)[:LONGEST_MESSAGE]


def _kind(contract: Contract, operation: Operation, body: Object, fault: Fault) -> str:
    """Vidu's name for a fault, by the value at its place."""
    place = place_of(fault.pointer)
    holder = value_at(body, place[:-1])
    if not place or (isinstance(holder, dict) and place[-1] not in holder):
        return "FieldLacking"
    if not _is_known(contract, operation, place) or _TAKEN_BY_OTHERS in fault.message:
        return "FieldUnwanted"
    value = value_at(body, place)
    says_size = fault.message.startswith(("has ", "is "))
    if value == "" and says_size:
        return "FieldLacking"
    if isinstance(value, list) and says_size:
        return "FieldItemCountOutOfRange"
    if isinstance(value, str) and value[:5].lower() == "data:" and says_size:
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
