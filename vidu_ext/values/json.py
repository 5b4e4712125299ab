"""JSON values, and places in them as JSON pointers."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, cast

from .tasks import Json, Object

Place: TypeAlias = "tuple[str | int, ...]"
"""The place of a value in a JSON document: names of members and indexes of entries, from the outside in."""

MOST_LEVELS: Final = 100
"""Levels of objects and lists in a request. The deepest documented one has 6; recursive functions must not fail for it."""
TOO_DEEP: Final = f"contains itself, or has more than {MOST_LEVELS} levels of objects and lists"

TYPE_NOUNS: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
"""The types of JSON in words."""


def as_object(value: Json) -> Object:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_texts(value: Json) -> tuple[str, ...]:
    """Return the texts of a list; none if the value is not a list."""
    return tuple(entry for entry in as_list(value) if isinstance(entry, str))


def pointer_of(place: Place) -> str:
    """Return the place as a JSON pointer, `#/images/0`."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def place_of(pointer: str) -> Place:
    """Return the place that a pointer within the document names, `#/components/schemas/Model`."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def text_of_file(content: bytes) -> str:
    """Decode UTF-8, or UTF-16 as spreadsheets and PowerShell write it, without byte order marks, and normalize line ends.

    Without a mark, a zero in the first two bytes shows UTF-16. Raises UnicodeDecodeError.
    """
    head = content[:2]
    is_marked = head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding = "utf-16" if is_marked else {0: "utf-16-be", 1: "utf-16-le"}.get(head.find(0), "utf-8")
    return content.decode(encoding).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def is_too_deep(value: object) -> bool:
    """Return whether a value contains itself, or has more levels of objects and lists than any request."""
    level = {id(value): value}  # by identity: a value may be shared by many on the same level
    for _ in range(MOST_LEVELS + 1):
        level = {id(entry): entry for outer in level.values() for entry in _entries(outer)}
    return bool(level)


def _entries(value: object) -> Iterable[object]:
    """Return what an object or a list contains."""
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value).values()
    return cast("Iterable[object]", value) if isinstance(value, list | tuple) else ()


def value_at(value: Json, place: Place) -> Json:
    """Return the value at a place of a document; None if there is none."""
    for part in place:
        if isinstance(value, dict):
            value = value.get(str(part))
        elif isinstance(value, list) and str(part).isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def json_or_text(text: str) -> Json:
    """Return the JSON value of a text; the text itself if it is not JSON."""
    try:
        return cast("Json", json.loads(text, parse_constant=no_constant))
    except (ValueError, RecursionError):
        return text


def no_constant(word: str) -> Json:
    """Refuse NaN and Infinity, which Python reads in JSON. Raises ValueError."""
    raise ValueError(f"{word} is not a JSON number")


def without_duplicates(pairs: Sequence[tuple[str, Json]]) -> Object:
    """Return the members of an object, as the hook of a JSON reader. Raises ValueError for a name that comes twice."""
    repeated = next((name for name, times in Counter(name for name, _ in pairs).items() if times > 1), None)
    if repeated is not None:
        raise ValueError(f"has the member {repeated!r} twice; remove one")
    return dict(pairs)


def leaves(value: Json) -> Iterator[tuple[Place, Json]]:
    """Yield all values that are neither object nor list, with their places, in order. Works at any depth."""
    pending: list[tuple[Place, Json]] = [((), value)]
    while pending:
        place, current = pending.pop()
        if isinstance(current, dict):
            pending += [((*place, name), below) for name, below in reversed(current.items())]
        elif isinstance(current, list):
            pending += [((*place, index), below) for index, below in reversed(list(enumerate(current)))]
        else:
            yield place, current


def with_value_at(value: Json, place: Place, new: Json) -> Json:
    """Return the document with another value at an existing place."""
    if not place:
        return new
    if isinstance(value, dict):
        return {**value, str(place[0]): with_value_at(value[str(place[0])], place[1:], new)}
    entries = enumerate(as_list(value))
    return [with_value_at(entry, place[1:], new) if index == place[0] else entry for index, entry in entries]


def with_texts(value: Json, texts: Mapping[str, str]) -> Json:
    """Return the document with these texts replaced by others."""
    return map_texts(value, lambda text: texts.get(text, text))


def map_texts(value: Json, change: Callable[[str], str]) -> Json:
    """Return the document with `change` applied to each text; the names of members stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [map_texts(entry, change) for entry in value]
    return {name: map_texts(below, change) for name, below in value.items()} if isinstance(value, dict) else value


def member_of(place: Place) -> str:
    """Return the member of a body that a place is in, as the rules for media name it."""
    return "/".join(part for part in place if isinstance(part, str))
