"""Read JSON as the models that a spec documents, and write it as JSON again.

What a server sends is kept. A member of another type than documented stays in `additional_properties` as it came; its
attribute holds the converted value if conversion loses nothing, the readable entries of a list, or UNSET. Where such a member is
required, reading fails, and the error of the endpoint keeps the answer. `to_dict` writes what came.

The same file in every package.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple, Protocol, TypeVar, cast, get_args

from . import models
from .types import UNSET

__all__ = ["Members", "PartlyReadError", "json_of", "member", "read", "take_all", "warn_deprecated"]

_UNREADABLE: Final = (TypeError, ValueError, KeyError, AttributeError)
_LONGEST_NUMBER: Final = 40
"""Characters of a text that is tried as a number."""
_PACKAGE: Final = __name__.rpartition(".")[0]
_CALLED_BY_USERS: Final = frozenset({_PACKAGE.partition(".")[0], "vidu_ext", "asyncio"})
"""Packages between a deprecated thing and the line of the user that a warning names."""
_reported: Final[set[str]] = set()

_M = TypeVar("_M")


class PartlyReadError(Exception):
    """Some entries of a list cannot be read, or only when converted. `entries` are those that can."""

    def __init__(self, entries: list[Any], problem: str) -> None:
        super().__init__(problem)
        self.entries = entries


class _Model(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


def read(value: object, *kinds: object) -> Any:
    """The value as the first of the documented kinds that it is. Raises one of TypeError, ValueError, KeyError, PartlyReadError.

    A kind is a type of JSON, None, the name of a model or of a set of words, a list of kinds for the entries of a list, or
    a tuple of the values that are allowed.
    """
    if type(value) in kinds or object in kinds or (value is None and None in kinds):
        return value
    if type(value) is int and float in kinds:
        return value
    problem: Exception | None = None
    for kind in kinds:
        try:
            if isinstance(kind, str):
                return _read_named(value, kind)
            if isinstance(kind, list) and isinstance(value, list):
                return _read_list(cast("list[object]", value), cast("list[object]", kind))
            if isinstance(kind, tuple) and value in cast("tuple[object, ...]", kind):
                return value
        except _UNREADABLE as error:
            problem = error
    if problem is None:
        raise TypeError(f"documented as {_in_words(kinds)}, not {type(value).__name__}")
    reason = f"{problem} is missing" if isinstance(problem, KeyError) else str(problem)
    raise TypeError(f"cannot be read as {_in_words(kinds)}: {reason}") from problem


def _read_named(value: object, name: str) -> Any:
    target = getattr(models, name)
    if hasattr(target, "from_dict"):
        return target.from_dict(value)
    if value in get_args(target):
        return value
    shown = repr(value) if isinstance(value, str) else type(value).__name__
    raise TypeError(f"{shown} is none of {', '.join(map(str, get_args(target)))}")


def _read_list(values: list[object], kinds: list[object]) -> list[Any]:
    if len(kinds) == 1 and isinstance(name := kinds[0], str) and (from_dict := getattr(getattr(models, name), "from_dict", None)):
        with suppress(*_UNREADABLE):  # nearly every list is as documented, and one by one takes longer
            return list(map(from_dict, values))
    entries: list[Any] = []
    problems: list[str] = []
    for index, value in enumerate(values):
        try:
            entries.append(read(value, *kinds))
        except PartlyReadError as partly:
            problems.append(f"entry {index}: {partly}")
            entries.append(partly.entries)
        except _UNREADABLE as error:
            problems.append(f"entry {index}: {error}")
            entries += [one for one in [_converted(value, kinds)] if one is not UNSET]
    if problems:
        raise PartlyReadError(entries, problems[0])
    return entries


def _converted(value: object, kinds: tuple[object, ...] | list[object]) -> Any:
    """Return the value as a documented type if that loses nothing, else UNSET."""
    try:
        if isinstance(value, str) and len(value) <= _LONGEST_NUMBER:
            found: Any = json.loads(value)
        elif isinstance(value, float) and value.is_integer():
            found = int(value)
        elif type(value) is int and str in kinds:
            found = str(value)
        else:
            return UNSET
        if type(found) is int and int not in kinds and float in kinds:
            found = float(found)
        is_number = not isinstance(found, float) or math.isfinite(found)
    except ValueError:
        return UNSET
    return found if type(found) in kinds and is_number else UNSET


class Member(NamedTuple):
    """What is documented of one member."""

    attribute: str
    types: frozenset[type]
    """Types that are taken as they come."""
    entries: frozenset[type] | None
    """Types of the entries of a list that is taken as it comes, besides the empty one; None if no list is documented."""
    name: str
    kinds: tuple[object, ...]
    is_required: bool


def member(attribute: str, name: str, *kinds: object, required: bool = False) -> Member:
    """Describe a member by its documented kinds, as `read` takes them."""
    lists = [_types(cast("list[object]", kind)) for kind in kinds if isinstance(kind, list)]
    return Member(attribute, _types(kinds), lists[0] if len(lists) == 1 else None, name, kinds, required)


def _types(kinds: Iterable[object]) -> frozenset[type]:
    types = {type(None) if kind is None else kind for kind in kinds if kind is None or isinstance(kind, type)}
    return frozenset({*types, int} if float in types else types)


class Members:
    """The documented members of a model."""

    __slots__ = ("by_name", "required")

    def __init__(self, *members: Member) -> None:
        self.by_name: Final = {one.name: one for one in members}
        self.required: Final = tuple(one.name for one in members if one.is_required)


def take_all(owner: type, value: object, expected: Members, *, closed: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the documented members of a JSON object by attribute; and the others, with those that came as something else.

    Raises TypeError for what is no object, KeyError for a missing and TypeError for an unreadable member that is required,
    and in the body of a request (closed) for any that is not as documented.
    """
    if type(value) is not dict and not isinstance(value, Mapping):
        raise TypeError(f"an object is documented here, not {type(value).__name__}")
    given = cast("Mapping[str, Any]", value)
    for name in expected.required:
        if name not in given:
            raise KeyError(name)
    member_of = expected.by_name.get
    taken: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, sent in given.items():
        one = member_of(name)
        if one is None:
            others[name] = sent
        elif type(sent) in one[1]:
            taken[one[0]] = sent
        elif type(sent) is list and (entries := one[2]) is not None and entries.issuperset(map(type, sent)):
            taken[one[0]] = sent.copy()
        else:
            taken[one[0]] = _read_member(owner, one, sent, others, closed)
    if closed and others:
        names = ", ".join(repr(name) for name in others)
        raise TypeError(f"{owner.__name__} has no member {names}")
    return taken, others


def _read_member(owner: type, expected: Member, sent: object, others: dict[str, Any], closed: bool) -> Any:
    """The value as one of the documented kinds, else what it can be converted to, with the value itself among the others."""
    name, kinds, required = expected.name, expected.kinds, expected.is_required
    try:
        value = read(sent, *kinds)
    except PartlyReadError as partly:
        value, problem = partly.entries, str(partly)
    except _UNREADABLE as error:
        value, problem = _converted(sent, kinds), str(error)
    else:
        return value
    if closed and isinstance(sent, float) and value is not UNSET:
        return sent  # 5.0 is an integer to a spec, and a request is sent as it was written
    if closed or (required and value is UNSET):
        raise TypeError(f"{owner.__name__}.{name}: {problem}")
    _report(f"{owner.__name__}.{name}: {problem}; kept as it came in additional_properties")
    others[name] = sent
    return value


def json_of(value: Any) -> Any:
    """Return what models say as JSON; anything else as it is."""
    if isinstance(value, list | tuple):
        return [json_of(entry) for entry in cast("list[Any]", value)]
    return cast("_Model", value).to_dict() if hasattr(value, "to_dict") else value


def warn_deprecated(message: str) -> None:
    """Warn with DeprecationWarning at the line outside this package from which the deprecated thing is used."""
    import inspect  # takes longer to import than a model, and is seldom needed

    level, frame = 1, inspect.currentframe()
    while frame is not None and _is_between(frame.f_code.co_filename, str(frame.f_globals.get("__name__"))):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, DeprecationWarning, stacklevel=level)


def _is_between(file: str, module: str) -> bool:
    return module.partition(".")[0] in _CALLED_BY_USERS or file.startswith("<attrs generated")


def _report(message: str) -> None:
    """Log what differs from the document, once in a process. Never with a value: it may be a secret."""
    import logging  # few programs get here, and it takes longer to import than the models

    if message not in _reported:
        _reported.add(message)
        logging.getLogger(_PACKAGE).warning(message)


def _in_words(kinds: tuple[object, ...]) -> str:
    return " or ".join(kind.__name__ if isinstance(kind, type) else str(kind) for kind in kinds)
