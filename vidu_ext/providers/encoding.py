"""Encode a neutral request as the body of a route, by a table of names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from attrs import AttrsInstance, fields, has

from vidu_ext.values.tasks import Json, Object

Names: TypeAlias = Mapping[type, Mapping[str, str | None]]
"""What a provider calls the members of each kind of request, where it has another name for them.

A name that ends in `[]` is that of a list to which the value is added: `{"start": "images[]", "end": "images[]"}`. None
leaves out what the route says already.
"""

_OPTIONS: Final = "options"
"""Member that holds what the provider alone has a name for."""


def body_of(request: AttrsInstance, names: Names) -> Object:
    """The members of a request that were set, in the provider's words. Its options come last and win."""
    renamed = names.get(type(request), {})
    body: Object = {}
    for attribute in fields(type(request)):
        value: Any = getattr(request, attribute.name)
        if value is None or value == () or attribute.name == _OPTIONS:
            continue
        name = renamed.get(attribute.name, attribute.name)
        if name is None:
            continue
        if name.endswith("[]"):
            cast("list[Json]", body.setdefault(name.removesuffix("[]"), [])).append(_json(value, names))
        else:
            body[name] = _json(value, names)
    return {**body, **getattr(request, _OPTIONS, {})}


def _json(value: object, names: Names) -> Json:
    if isinstance(value, tuple):
        return [_json(entry, names) for entry in cast("tuple[object, ...]", value)]
    if has(type(value)):
        return body_of(cast("AttrsInstance", value), names)
    if isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be sent: read files and bytes before the request is encoded")
