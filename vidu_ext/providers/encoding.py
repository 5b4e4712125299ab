"""Put a neutral request into the words of a provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from attrs import AttrsInstance, fields, has

from vidu_ext.values.tasks import Json, Object

Names: TypeAlias = "Mapping[str, Mapping[str, str | None]]"
"""The provider's names for members of each kind of request, if they differ.

A name that ends in `[]` is that of a list to which the value is appended: `{"start": "images[]", "end": "images[]"}`. A member
with None is not sent, because the route implies it.
"""

_OPTIONS: Final = "options"
"""Member of a request with members of the provider's own."""


def body_of(request: AttrsInstance, names: Names) -> Object:
    """Return the members of a request that are set, under the provider's names. Its options override them."""
    renamed = names.get(type(request).__name__, {})
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
    if isinstance(value, str):
        return str.__str__(value)  # the validator takes no subclass of str, such as numpy's
    if isinstance(value, int | float | bool):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be sent: read files and bytes before the request is encoded")
