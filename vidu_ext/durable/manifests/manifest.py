"""Rows of manifests: requests with their key, account, priority, price and file name.

Reports all errors of all rows. The requests are not checked against the specs here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from vidu_ext.durable.errors import ManifestError, RowFault
from vidu_ext.values.checks import credit
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.requests import OperationRequest, Request
from vidu_ext.values.tasks import Json, Object

from .files import raw_rows
from .row_requests import CONTROLS, absolute, kind_of, request_of

MOST_PRIORITY: Final = 1_000_000


@frozen(kw_only=True)
class Row:
    """A valid row of a manifest."""

    number: int
    """From 1, not counting the header of a CSV file."""
    request: Request | OperationRequest
    members: Object
    """The request as JSON, with absolute paths; `row_requests.request_of` reads it."""
    digest: str
    """SHA-256 of the request and account as written. Paths count as written, so a project that moves keeps its digests."""
    key: str
    """Unique within the batch."""
    account: str | None = None
    priority: int = 0
    """Jobs with a higher priority start first."""
    name: str | None = None
    """Template of the file's name; None takes that of the batch."""
    price: float | None = None
    """Credits."""
    unlisted: bool = False
    """Whether the request may use one model, template or voice that the spec does not list."""
    values: Mapping[str, str] = field(factory=dict[str, str])
    """Values for the name template."""


def read_manifest(path: Path, *, defaults: Mapping[str, Json] | None = None) -> tuple[Row, ...]:
    """Read a manifest: JSONL, CSV or YAML by its ending. Raises ManifestError with all errors of all rows.

    `defaults` are members for rows that do not set them; `defaults:` in a YAML file take precedence.
    """
    rows, faults = scan_manifest(path, defaults=defaults)
    if faults:
        raise ManifestError(faults)
    return rows


def scan_manifest(path: Path, *, defaults: Mapping[str, Json] | None = None) -> tuple[tuple[Row, ...], tuple[RowFault, ...]]:
    """Return the valid rows of a manifest, and the errors of the others. Raises ManifestError if the file cannot be read."""
    raw, faults = raw_rows(path)
    folder = path.resolve().parent
    seen: Counter[str] = Counter()
    rows: list[Row] = []
    for number, members in raw:
        try:
            rows.append(_row(number, {**(defaults or {}), **members}, folder, seen))
        except ConfigurationError as error:
            faults.extend(RowFault(number, line) for line in str(error).split("\n"))
    faults.extend(_repeated_keys(rows))
    if not raw and not faults:
        faults.append(RowFault(0, f"{path} has no rows"))
    return tuple(rows), tuple(faults)


def _row(number: int, members: Object, folder: Path, seen: Counter[str]) -> Row:
    given: Object = {name: value for name, value in members.items() if value is not None}
    controls: Object = {name: given.pop(name) for name in CONTROLS if name in given}
    faults: list[str] = []
    options: dict[str, Any] = {}
    for name, convert in _CONVERTERS.items():
        try:
            if name in controls:
                options[name] = convert(name, controls[name])
        except ConfigurationError as error:
            faults.append(str(error))
    try:
        kind = kind_of(controls.get("kind"), given)
        whole: Object = {"kind": kind, **absolute(kind, given, folder)}
        request = request_of(whole)
    except ConfigurationError as error:
        raise ConfigurationError("\n".join([*faults, str(error)])) from None
    if faults:
        raise ConfigurationError("\n".join(faults))
    digest = _digest({"request": {"kind": kind, **given}, "account": options.get("account")})
    seen[digest] += 1
    options.setdefault("key", f"{digest[:16]}-{seen[digest]}")
    return Row(number=number, request=request, members=whole, digest=digest, **options)


def _text(name: str, value: Json) -> str:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text:
        raise ConfigurationError(f"{name} must be text")
    return text


def _key(name: str, value: Json) -> str:
    key = _text(name, value)
    if len(key) > 200 or not key.isprintable() or "~" in key:
        raise ConfigurationError("key must be at most 200 visible characters, without '~'")
    return key


def _priority(_name: str, value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST_PRIORITY:
        raise ConfigurationError(f"priority must be a whole number from -{MOST_PRIORITY} to {MOST_PRIORITY}; it is {value!r}")
    return value


def _flag(name: str, value: Json) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{name} must be true or false")
    return value


def _values(_name: str, value: Json) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ConfigurationError("values must be an object with names and texts for the name template")
    if wrong := [name for name, one in value.items() if isinstance(one, bool | list | dict)]:
        raise ConfigurationError(f"values must be texts for the name template: put {', '.join(wrong)} in quotation marks")
    return {name: str(one) for name, one in value.items() if one is not None}


_CONVERTERS: Final[Mapping[str, Callable[[str, Json], object]]] = {
    "account": _text, "key": _key, "name": _text, "price": credit, "priority": _priority, "values": _values, "unlisted": _flag,
}  # fmt: skip
"""Check the members of a row that are options of the job, by their names."""


def _digest(value: Object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _repeated_keys(rows: Sequence[Row]) -> Iterator[RowFault]:
    first: dict[str, Row] = {}
    for row in rows:
        if (other := first.setdefault(row.key, row)) is not row:
            yield RowFault(row.number, f"key {row.key!r} belongs to row {other.number} too")
