"""Rows of manifests: requests with their key, account, priority, price and file name.

Reports all errors of all rows. The requests are not checked against the specs here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from vidu_ext.durable.errors import ManifestError, RowFault
from vidu_ext.values.checks import credit
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.requests import OperationRequest, Request
from vidu_ext.values.tasks import Json, Object

from .files import CONTROLS, raw_rows
from .row_requests import absolute, kind_of, request_of

MOST_PRIORITY: Final = 1_000_000


@frozen(kw_only=True)
class Row:
    """A valid row of a manifest."""

    number: int
    """From 1, not counting the header of a CSV file."""
    request: Request | OperationRequest
    members: Object
    """The request as JSON, with absolute paths; `row_requests.request_of` reads it."""
    key: str
    """Unique within the batch."""
    account: str | None
    priority: int
    """Jobs with a higher priority start first."""
    name: str | None
    """Template of the file's name; None takes that of the batch."""
    price: float | None
    """Credits."""
    unlisted: bool
    """Whether the request may use one model, template or voice that the spec does not list."""
    values: Mapping[str, str]
    """Values for the name template."""
    digest: str
    """SHA-256 of the request and account as written. Paths count as written, so a project that moves keeps its digests."""


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
    given = {name: value for name, value in members.items() if value is not None}
    controls: Object = {name: given.pop(name) for name in CONTROLS if name in given}
    faults: list[str] = []
    kind = kind_of(controls.get("kind"), given, faults, also=CONTROLS)
    if kind is None:
        raise ConfigurationError("\n".join(faults))
    whole: Object = {"kind": kind, **absolute(kind, given, folder)}
    account, key = _text(controls, "account", faults), _text(controls, "key", faults)
    name, price = _text(controls, "name", faults), _price(controls.get("price"), faults)
    priority, values = _priority(controls.get("priority"), faults), _values(controls.get("values"), faults)
    unlisted = controls.get("unlisted", False)
    if not isinstance(unlisted, bool):
        faults.append("unlisted must be true or false")
    try:
        request = request_of(whole)
    except ConfigurationError as error:
        raise ConfigurationError("\n".join([*faults, str(error)])) from None
    if key is not None and (len(key) > 200 or not key.isprintable() or "~" in key):
        faults.append("key must be at most 200 visible characters, without '~'")
    if faults:
        raise ConfigurationError("\n".join(faults))
    digest = _digest({"request": {"kind": kind, **given}, "account": account})
    seen[digest] += 1
    return Row(
        number=number,
        request=request,
        members=whole,
        key=key or f"{digest[:16]}-{seen[digest]}",
        account=account,
        priority=priority,
        name=name,
        price=price,
        unlisted=unlisted is True,
        values=values,
        digest=digest,
    )


def _text(controls: Mapping[str, Json], name: str, faults: list[str]) -> str | None:
    value = controls.get(name)
    if value is None:
        return None
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text.strip():
        faults.append(f"{name} must be text")
    return text.strip()


def _price(value: Json, faults: list[str]) -> float | None:
    if value is None:
        return None
    try:
        return credit("price", value)
    except ConfigurationError as error:
        faults.append(str(error))
        return None


def _priority(value: Json, faults: list[str]) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST_PRIORITY:
        faults.append(f"priority must be a whole number from -{MOST_PRIORITY} to {MOST_PRIORITY}; it is {value!r}")
        return 0
    return value


def _values(value: Json, faults: list[str]) -> Mapping[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        faults.append("values must be an object with names and texts for the name template")
        return {}
    return {name: str(one) for name, one in value.items()}


def _digest(value: Object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _repeated_keys(rows: Sequence[Row]) -> Iterator[RowFault]:
    first: dict[str, int] = {}
    for row in rows:
        if row.key in first:
            yield RowFault(row.number, f"key {row.key!r} belongs to row {first[row.key]} too")
        first.setdefault(row.key, row.number)
