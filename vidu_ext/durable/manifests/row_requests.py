"""Rows as requests: which kind a row is, what its members are, and the request that they make. No files, no batch."""

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
"""What a row's `kind` may say."""

_TELLING: Final = (
    (("start", "end"), "start-end"),
    (("frames",), "multiframe"),
    (("start_image",), "multiframe"),
    (("video_url",), "extend"),
    (("creation_id",), "extend"),
    (("subjects",), "reference"),
    (("images",), "reference"),
    (("image",), "image"),
)
"""Members that say what a row without `kind` is, the first that is there."""

_MEDIA: Final = ("image", "start", "end", "start_image", "end_image", "video_url")
_PARTS: Final = {"subjects": Subject, "frames": Frame}


def request_of(members: Mapping[str, Json]) -> Request | OperationRequest:
    """The request that a row's members stand for, as `Row.members` has them."""
    given = dict(members)
    kind = str(given.pop("kind"))
    if kind in KINDS:
        return _request(kind, given)
    provider, operation = operation_named(kind)
    path_id = given.pop("path_id", None)
    body = provider.contract.with_paths(operation, given, Path)
    return OperationRequest(provider.name, operation, body, None if path_id is None else str(path_id))


def payload_of(request: Request | OperationRequest) -> object:
    """The payload that a request sets, None if it sets none."""
    return request.body.get("payload") if isinstance(request, OperationRequest) else request.payload


def operation_named(kind: str) -> tuple[Provider, str]:
    """The operation that a kind such as `vidu.lipSync` names. Raises ConfigurationError if there is none that starts a task."""
    name, _, operation = kind.partition(".")
    if name not in PROVIDERS:
        raise ConfigurationError(f"kind {kind!r} begins with no provider.{nearest(name, PROVIDERS)}")
    provider = provider_named(name)
    if provider.contract.operation(operation).poll is None:
        raise ConfigurationError(f"kind {kind!r} starts no task, so it is no job: `vidu call {name} {operation}`.")
    return provider, operation


def kind_of(said: Json, given: Mapping[str, Json], faults: list[str], *, beside: Sequence[str]) -> str | None:
    """The kind that a row says or shows to be; None, with the reasons among the faults, where it is none or has other members.

    `beside` names the members that a row may have beside those of a request.
    """
    if said is None:
        found = [kind for members, kind in _TELLING if all(member in given for member in members)]
        kind = found[0] if found else "text"
    elif isinstance(said, str) and said in KINDS:
        kind = said
    elif isinstance(said, str) and "." in said:
        try:
            operation_named(said)
        except ConfigurationError as error:
            faults.append(str(error))
            return None
        return said  # its members are held to the spec
    else:
        hint = nearest(str(said), list(KINDS)) or " An operation of a provider is written as vidu.lipSync."
        faults.append(f"kind {said!r} is none of {', '.join(KINDS)}.{hint}")
        return None
    known = [member.name for member in fields(KINDS[kind])]
    for name in given:
        if name not in known:
            advice = nearest(name, [*known, *beside]) or " A member of the provider's own goes into options."
            faults.append(f"{name} is no member of a request of kind {kind}.{advice}")
    return None if faults else kind


def _request(kind: str, given: Mapping[str, Json]) -> Request:
    built: dict[str, Any] = dict(given)
    lists = _lists(kind)
    for name in given:
        built[name] = _medium(built[name]) if name in _MEDIA else built[name]
        if name in lists and not isinstance(built[name], list):
            raise ConfigurationError(f"{name} must be a list.")
    for name in ("images", "videos"):
        if name in built:
            built[name] = [_medium(entry) for entry in built[name]]
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
        raise ConfigurationError(f"{strange[0]} is no member of an entry of {place}.{nearest(strange[0], known)}")
    built: dict[str, Any] = dict(value)
    for name in ("images", "videos"):
        if name in built:
            if not isinstance(built[name], list):
                raise ConfigurationError(f"{name} in {place} must be a list.")
            built[name] = [_medium(entry) for entry in built[name]]
    if "image" in built:
        built["image"] = _medium(built["image"])
    try:
        return kind(**built)
    except TypeError as error:
        raise ConfigurationError(f"an entry of {place} needs{str(error).partition(':')[2]}.") from None


def _medium(value: Any) -> Any:
    return Path(value) if isinstance(value, str) and is_path(value) else value


def absolute(kind: str, given: Mapping[str, Json], folder: Path) -> Object:
    """The members with the paths of files made absolute from the manifest's folder."""

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
        typed = {name: _as_taken(provider, operation, name, value) for name, value in given.items()}  # a cell is text
        return cast("Object", provider.contract.with_paths(operation, typed, absolute_path))
    return {name: visit(name, value) for name, value in given.items()}


def _as_taken(provider: Provider, operation: str, name: str, value: Json) -> Json:
    return json_or_text(value) if isinstance(value, str) and not provider.contract.is_text(operation, name) else value


def _kind_of_hint(hint: object) -> str:
    """What a cell under a member of this type is read as."""
    if get_origin(hint) in (Union, UnionType):
        return next((found for part in get_args(hint) if (found := _kind_of_hint(part)) != "none"), "text")
    if hint is type(None):
        return "none"
    if isinstance(hint, type) and issubclass(hint, int | float):
        return hint.__name__
    if get_origin(hint) is tuple:
        return "list"
    return "text" if get_origin(hint) in (None, Literal) else "object"


@cache
def _lists(kind: str) -> frozenset[str]:
    """The members of a kind of request that are lists."""
    return frozenset(name for name, hint in get_type_hints(KINDS[kind]).items() if _kind_of_hint(hint) == "list")


@cache
def member_types() -> Mapping[str, str]:
    """What a member of a row is, by its name: text, int, float, bool, list, object."""
    found: dict[str, str] = {}
    for kind in KINDS.values():
        found |= {name: _kind_of_hint(hint) for name, hint in get_type_hints(kind).items()}
    return found
