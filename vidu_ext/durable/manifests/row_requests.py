"""Conversion of rows to requests: the kind of a row, the types of its members, and the request that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Final, Literal, Union, cast, get_args, get_origin, get_type_hints

from attrs import fields

from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.base import Provider
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import json_or_text
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
from vidu_ext.values.urls import is_path

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

_MEDIA: Final = ("image", "start", "end", "start_image", "end_image", "video_url")
_PARTS: Final = {"subjects": Subject, "frames": Frame}


def request_of(members: Mapping[str, Json]) -> Request | OperationRequest:
    """Make a request from `Row.members`. Raises ConfigurationError."""
    given = dict(members)
    kind = str(given.pop("kind"))
    if kind in KINDS:
        return _request(kind, given)
    provider, operation = operation_named(kind)
    path_id = given.pop("path_id", None)
    body = provider.contract.with_paths(operation, given, Path)
    return OperationRequest(provider.name, operation, body, None if path_id is None else str(path_id))


def payload_of(request: Request | OperationRequest) -> object:
    """Return the payload that a request sets, None if it sets none."""
    return request.body.get("payload") if isinstance(request, OperationRequest) else request.payload


def operation_named(kind: str) -> tuple[Provider, str]:
    """Return the operation that a kind such as `vidu.lipSync` names. Raises ConfigurationError if none such starts a task."""
    name, _, operation = kind.partition(".")
    if name not in PROVIDERS:
        raise ConfigurationError(f"kind {kind!r} does not begin with a provider.{nearest(name, PROVIDERS)}")
    provider = provider_named(name)
    if provider.contract.operation(operation).poll is None:
        raise ConfigurationError(f"kind {kind!r} starts no task, so it cannot be a job; use `vidu call {name} {operation}`.")
    return provider, operation


def kind_of(said: Json, given: Mapping[str, Json], faults: list[str], *, also: Sequence[str]) -> str | None:
    """Return the kind of a row: `said`, or the one that its members imply. None if it is invalid; the reasons go to `faults`.

    `also` lists the members that a row may have in addition to those of a request.
    """
    if said is None:
        found = [kind for members, kind in _KIND_BY_MEMBERS if all(member in given for member in members)]
        kind = found[0] if found else "text"
    elif isinstance(said, str) and said in KINDS:
        kind = said
    elif isinstance(said, str) and "." in said:
        try:
            operation_named(said)
        except ConfigurationError as error:
            faults.append(str(error))
            return None
        return said  # its members are checked against the spec later
    else:
        hint = nearest(str(said), list(KINDS)) or " Operations of providers are written like vidu.lipSync."
        faults.append(f"kind {said!r} is not one of {', '.join(KINDS)}.{hint}")
        return None
    known = [member.name for member in fields(KINDS[kind])]
    for name in given:
        if name not in known:
            advice = nearest(name, [*known, *also]) or " Members that only one provider has go into options."
            faults.append(f"{name} is not a member of requests of kind {kind}.{advice}")
    return None if faults else kind


def _request(kind: str, given: Mapping[str, Json]) -> Request:
    built: dict[str, Any] = dict(given)
    lists = _lists(kind)
    for name in given:
        built[name] = _path_or_url(built[name]) if name in _MEDIA else built[name]
        if name in lists and not isinstance(built[name], list):
            raise ConfigurationError(f"{name} must be a list.")
    for name in ("images", "videos"):
        if name in built:
            built[name] = [_path_or_url(entry) for entry in built[name]]
    if "subjects" in built:
        built["subjects"] = [_part(Subject, entry, "subjects") for entry in built["subjects"]]
    if "frames" in built:
        built["frames"] = [_part(Frame, entry, "frames") for entry in built["frames"]]
    try:
        return KINDS[kind](**built)
    except TypeError as error:
        missing = str(error).partition(":")[2] or str(error)
        raise ConfigurationError(f"a request of kind {kind} needs{missing}.") from None


def _part(kind: type[Subject] | type[Frame], value: Json, place: str) -> Any:
    if not isinstance(value, dict):
        raise ConfigurationError(f"every entry of {place} must be an object.")
    known = [member.name for member in fields(kind)]
    strange = [name for name in value if name not in known]
    if strange:
        raise ConfigurationError(f"{strange[0]} is not a member of an entry of {place}.{nearest(strange[0], known)}")
    built: dict[str, Any] = dict(value)
    for name in ("images", "videos"):
        if name in built:
            if not isinstance(built[name], list):
                raise ConfigurationError(f"{name} in {place} must be a list.")
            built[name] = [_path_or_url(entry) for entry in built[name]]
    if "image" in built:
        built["image"] = _path_or_url(built["image"])
    try:
        return kind(**built)
    except TypeError as error:
        raise ConfigurationError(f"an entry of {place} needs{str(error).partition(':')[2]}.") from None


def _path_or_url(value: Any) -> Any:
    return Path(value) if isinstance(value, str) and is_path(value) else value


def absolute(kind: str, given: Mapping[str, Json], folder: Path) -> Object:
    """Return the members with relative paths of files resolved against the manifest's folder."""

    def absolute_path(path: str) -> str:
        return str((folder / path).absolute())

    def change(value: Json) -> Json:
        return absolute_path(value) if isinstance(value, str) and is_path(value) else value

    def visit(name: str, value: Json) -> Json:
        if name in _MEDIA:
            return change(value)
        if name in ("images", "videos") and isinstance(value, list):
            return [change(entry) for entry in value]
        if name in _PARTS and isinstance(value, list):
            return [
                {inner: visit(inner, below) for inner, below in entry.items()} if isinstance(entry, dict) else entry
                for entry in value
            ]
        return value

    if kind not in KINDS:
        provider, operation = operation_named(kind)
        typed = {name: _parse_cell(provider, operation, name, value) for name, value in given.items()}  # cells of CSV are text
        return cast("Object", provider.contract.with_paths(operation, typed, absolute_path))
    return {name: visit(name, value) for name, value in given.items()}


def _parse_cell(provider: Provider, operation: str, name: str, value: Json) -> Json:
    return json_or_text(value) if isinstance(value, str) and not provider.contract.is_text(operation, name) else value


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
def _lists(kind: str) -> frozenset[str]:
    """Return the members of a kind that are lists."""
    return frozenset(name for name, hint in get_type_hints(KINDS[kind]).items() if _type_of_hint(hint) == "list")


@cache
def member_types() -> Mapping[str, str]:
    """Return the type of each member of a row: text, int, float, bool, list or object."""
    found: dict[str, str] = {}
    for kind in KINDS.values():
        found |= {name: _type_of_hint(hint) for name, hint in get_type_hints(kind).items()}
    return found
