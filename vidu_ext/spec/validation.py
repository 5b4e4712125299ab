"""Check a value against one schema of a spec, and the size of a request. The validator is imported at the first check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from vidu_ext.values.fault import Fault
from vidu_ext.values.forks import ONLY, PerAccount
from vidu_ext.values.json import Place, leaves, pointer_of
from vidu_ext.values.tasks import Json

from .document import Spec
from .operation import Operation

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, Registry


SPEC_ADDRESS: Final = "spec:/document"
"""The URI of the document for the validator; nothing is fetched."""

MOST_CHARACTER_BYTES: Final = 6
"""Bytes of the longest escaped character in a request, `\\u001f`."""
ROOM_FOR_NAMES: Final = 1_000_000
"""Allowance in bytes for member names and numbers. Only a request that may be too long is encoded to measure it."""


def schema_faults(spec: Spec, schema: Place, value: Json) -> tuple[Fault, ...]:
    """Return everything in a value that the schema at a place of the spec refuses."""
    validator = _validator(spec, schema)
    try:
        if validator.is_valid(value):
            return ()
        from .messages import faults_of

        return faults_of(validator.iter_errors(value), value, spec)
    except ValueError as error:  # a name that is not text, or nesting that is too deep for the validator
        return (Fault("#", f"cannot be checked: {error}"),)


def size_faults(operation: Operation, body: Json) -> Iterator[Fault]:
    """Yield a fault for a body with more bytes than its route takes."""
    most = operation.max_body_bytes
    characters = sum(len(text) for _, text in leaves(body) if isinstance(text, str))
    if most is None or characters * MOST_CHARACTER_BYTES + ROOM_FOR_NAMES <= most:
        return
    size = len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    if size > most:
        yield Fault("#", f"the request has {size:,} bytes, more than {most:,}, the most this route takes; send pictures as URLs")


def _set_up(_: str) -> bool:
    import jsonschema_rs

    return jsonschema_rs.is_valid({}, None)


_READY: Final = PerAccount(_set_up)
"""Reading it makes the first call of the validator, which sets up state. A fork during that call would block every later call
in the child; PerAccount makes the fork wait."""


@cache
def _registry(spec: Spec) -> Registry:
    import jsonschema_rs

    _READY[ONLY]
    return jsonschema_rs.Registry([(SPEC_ADDRESS, spec.root)], draft=jsonschema_rs.Draft202012)


@cache
def _validator(spec: Spec, schema: Place) -> Draft202012Validator:
    import jsonschema_rs

    reference = quote(pointer_of(schema)[1:], safe="/~")
    return jsonschema_rs.Draft202012Validator({"$ref": f"{SPEC_ADDRESS}#{reference}"}, registry=_registry(spec))
