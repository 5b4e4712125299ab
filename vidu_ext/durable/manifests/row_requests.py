"""Conversion of rows to requests: the kind of a row, the types of its members, and the request that they make."""

from __future__ import annotations

import json
from ast import literal_eval
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Final, Literal, Union, cast, get_args, get_origin, get_type_hints

from attrs import fields

from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.base import Provider
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import json_or_text, leaves, member_of, with_value_at
from vidu_ext.values.requests import (
    ExtendVideo,
    Frame,
    ImageToVideo,
    Multiframe,
    OperationRequest,
    ReferenceToImage,
    ReferenceToVideo,
    Request,
    StartEndToVideo,
    Subject,
    TextToVideo,
)
from vidu_ext.values.spelling import nearest
from vidu_ext.values.tasks import Json, Object
from vidu_ext.values.urls import is_path, path_of

KINDS: Final[Mapping[str, type[Request]]] = {
    "text": TextToVideo,
    "image": ImageToVideo,
    "start-end": StartEndToVideo,
    "reference": ReferenceToVideo,
    "reference-image": ReferenceToImage,
    "extend": ExtendVideo,
    "multiframe": Multiframe,
}
"""Values of a row's `kind`, in addition to operations such as `vidu.lipSync`."""

CONTROLS: Final[Mapping[str, str]] = {
    "kind": "text", "account": "text", "priority": "int", "key": "text", "name": "text", "price": "float", "values": "object",
    "unlisted": "bool",
}  # fmt: skip
"""Members of a row that are options of the job and not part of the request, with their types."""

_KIND_BY_MEMBERS: Final = (
    (("start", "end"), "start-end"),
    (("frames",), "multiframe"),
    (("start_image",), "multiframe"),
    (("video_url",), "extend"),
    (("creation_id",), "extend"),
    (("subjects",), "reference"),
    (("images",), "reference"),
    (("image",), "image"),
)
"""The kind of a row without `kind`: that of the first entry whose members the row has, else text."""

_MEDIA: Final = ("image", "images", "videos", "start", "end", "start_image", "end_image", "video_url")
_PARTS: Final[Mapping[str, type[Subject | Frame]]] = {"subjects": Subject, "frames": Frame}


def request_of(members: Mapping[str, Json]) -> Request | OperationRequest:
    """Make a request from `Row.members`. Raises ConfigurationError."""
    given = dict(members)
    kind = str(given.pop("kind"))
    if kind in KINDS:
        return cast("Request", _build(KINDS[kind], _with_paths(given, Path), f"a request of kind {kind}", also=tuple(CONTROLS)))
    provider, operation = operation_named(kind)
    path_id = given.pop("path_id", None)
    body = provider.contract.with_paths(operation, given, Path)
    return OperationRequest(provider.name, operation, body, None if path_id is None else str(path_id))


def operation_named(kind: str) -> tuple[Provider, str]:
    """Return the operation that a kind such as `vidu.lipSync` names. Raises ConfigurationError if none such starts a task."""
    name, _, operation = kind.partition(".")
    if name not in PROVIDERS:
        raise ConfigurationError(f"kind {kind!r} does not begin with a provider.{nearest(name, PROVIDERS)}")
    provider = provider_named(name)
    if provider.contract.operation(operation).poll is None:
        raise ConfigurationError(f"kind {kind!r} starts no task, so it cannot be a job; use `vidu call {name} {operation}`.")
    return provider, operation


def kind_of(given: Json, members: Mapping[str, Json]) -> str:
    """Return the kind of a row: the given one, or the one that its members imply. Raises ConfigurationError."""
    if given is None:
        return next((kind for names, kind in _KIND_BY_MEMBERS if all(name in members for name in names)), "text")
    if isinstance(given, str) and given in KINDS:
        return given
    if isinstance(given, str) and "." in given:
        operation_named(given)
        return given
    hint = nearest(str(given), list(KINDS)) or " Operations of providers are written like vidu.lipSync."
    raise ConfigurationError(f"kind {given!r} is not one of {', '.join(KINDS)}.{hint}")


def _build(kind: type, given: Any, what: str, *, also: tuple[str, ...] = ()) -> object:
    """Make a request, subject or frame from its members. Raises ConfigurationError.

    `also` lists the members that a row may have in addition to those of a request.
    """
    if not isinstance(given, dict):
        raise ConfigurationError(f"{what} must be an object.")
    members = cast("dict[str, Any]", given)
    known = [member.name for member in fields(kind)]
    spare = " Members that only one provider has go into options." if "options" in known else ""
    advice = {name: nearest(name, [*known, *also]) or spare for name in members if name not in known}
    if advice:
        raise ConfigurationError("\n".join(f"{name} is not a member of {what}.{hint}" for name, hint in advice.items()))
    for name, value in members.items():
        if member_types()[name] == "list" and not isinstance(value, list):
            raise ConfigurationError(f'{name} of {what} must be a list, such as ["a", "b"], or a|b in a cell of CSV.')
    parts = {
        name: [_build(part, entry, f"an entry of {name}") for entry in members[name]]
        for name, part in _PARTS.items()
        if name in members
    }
    try:
        return kind(**{**members, **parts})
    except TypeError as error:
        raise ConfigurationError(f"{what} needs{str(error).partition(':')[2] or f' more: {error}'}.") from None


def _with_paths(members: Object, change: Callable[[str], object]) -> Object:
    """Return the members with `change` applied to each path of a file in a member for media."""
    for place, text in leaves(members):
        name = member_of(place).rpartition("/")[2]
        if name in _MEDIA and place[0] != "options" and isinstance(text, str) and is_path(text):
            members = cast("Object", with_value_at(members, place, cast("Json", change(text))))
    return members


def absolute(kind: str, given: Object, folder: Path) -> Object:
    """Return the members with relative paths of files resolved against the manifest's folder."""

    def absolute_path(path: str) -> str:
        return str((folder / path_of(path)).absolute())

    if kind in KINDS:
        return _with_paths(given, absolute_path)
    provider, operation = operation_named(kind)
    typed = {name: _parse_cell(provider, operation, name, value) for name, value in given.items()}
    return cast("Object", provider.contract.with_paths(operation, typed, absolute_path))


def _parse_cell(provider: Provider, operation: str, name: str, value: Json) -> Json:
    """Return a value as its member takes it: cells of CSV are texts, and 12 in YAML may be a number or a text."""
    if provider.contract.is_text(operation, name):
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return value_of_cell(value) if isinstance(value, str) else value


def value_of_cell(text: str) -> Json:
    """Return the JSON value that a cell contains, which Python may have written (`['a']`, `True`) or a spreadsheet (`TRUE`)."""
    value = json_or_text(text.lower() if text.lower() in ("true", "false") else text)
    if isinstance(value, str) and text[:1] in ("[", "{"):
        with suppress(ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return cast("Json", json.loads(json.dumps(literal_eval(text))))  # JSON has no sets, and names are texts
    return value


def _type_of_hint(hint: object) -> str:
    """Return how a cell of this type is read: text, int, float, bool, list, object, or none for None."""
    if get_origin(hint) in (Union, UnionType):
        return next((found for part in get_args(hint) if (found := _type_of_hint(part)) != "none"), "text")
    if hint is type(None):
        return "none"
    if isinstance(hint, type) and issubclass(hint, int | float):
        return hint.__name__
    if get_origin(hint) is tuple:
        return "list"
    return "text" if get_origin(hint) in (None, Literal) else "object"


@cache
def member_types() -> Mapping[str, str]:
    """Return the type of each member of a row and of its subjects and frames: text, int, float, bool, list or object."""
    hints = [hint for kind in (*KINDS.values(), *_PARTS.values()) for hint in get_type_hints(kind).items()]
    return {**{name: _type_of_hint(hint) for name, hint in hints}, **CONTROLS}
