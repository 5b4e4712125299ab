"""YAML files as data, with the line of each place, and checks for values that JSON does not have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

from attrs import frozen
from ruamel.yaml import YAML, events
from ruamel.yaml.tag import Tag

Place: TypeAlias = tuple[str, ...]
Yaml: TypeAlias = "None | bool | int | float | str | bytes | date | set[Yaml] | list[Yaml] | dict[object, Yaml]"
"""A value of YAML, which has more types than JSON."""


_yaml: Final[Any] = import_module("yaml")  # PyYAML has no types
_LOADER: Final = getattr(_yaml, "CSafeLoader", _yaml.SafeLoader)


class _Parser:
    """The parser of libyaml in the place of ruamel.yaml's, which takes ten times as long: all specs took three seconds."""

    def __init__(self, *, loader: Any) -> None:
        self._events: Any = _yaml.parse(loader.reader.buffer.removesuffix("\0"), _LOADER)
        self._next: Any = None

    def peek_event(self) -> Any:
        if self._next is None and (event := next(self._events, None)):
            members: dict[str, Any] = {**vars(event)}
            if members.get("tag") is not None:
                members["tag"] = Tag(suffix=members["tag"])
            self._next = getattr(events, type(event).__name__)(**members)
        return self._next

    def get_event(self) -> Any:
        event, self._next = self.peek_event(), None
        return event

    def check_event(self, *kinds: type) -> bool:
        return isinstance(self.peek_event(), kinds or object) and self._next is not None

    def dispose(self) -> None:
        """Do nothing: ruamel.yaml calls this after each document."""


def _read(how: Literal["load", "compose"], source: str | bytes) -> Any:
    """Return the value or the node of a YAML 1.2 text. Errors are those of ruamel.yaml, and ValueError."""
    reader: Any = YAML(typ="safe", pure=True)
    reader.Parser = _Parser
    try:
        return getattr(reader, how)(source)
    except _yaml.YAMLError:
        return getattr(YAML(typ="safe", pure=True), how)(source)  # raises its own error, whose class and words are expected


@cache
def lines_of(path: Path) -> dict[Place, int]:
    """Return the line on which each place of a file begins: that of its key, or of its entry in a list."""
    return dict(_lines_below(_read("compose", path.read_bytes()), (), 1))


@frozen
class Mapping:
    """The end of a mapping in a YAML text, and its style."""

    in_braces: bool
    end: int
    """Characters before its end."""
    last_line: int
    """Of its last key, from 0."""
    column: int
    """Of its last key."""


def mapping_at(text: str, pointer: Place) -> Mapping:
    """Return the mapping at a place of a text. It must not be empty."""
    node = _read("compose", text)
    for part in pointer:
        found: Any = next(
            value for key, value in (node.value if node.id == "mapping" else enumerate(node.value)) if _name(key) == part
        )
        node = found
    last = node.value[-1][0].start_mark
    return Mapping(bool(node.flow_style), node.end_mark.index, last.line, last.column)


def _name(key: Any) -> str:
    return str(key) if isinstance(key, int) else str(key.value)


def _lines_below(node: Any, pointer: Place, line: int) -> Iterator[tuple[Place, int]]:
    yield pointer, line
    if node.id == "mapping":
        for key, value in node.value:
            yield from _lines_below(value, (*pointer, str(key.value)), key.start_mark.line + 1)
    elif node.id == "sequence":
        for index, entry in enumerate(node.value):
            yield from _lines_below(entry, (*pointer, str(index)), entry.start_mark.line + 1)


def parse_yaml(source: Path | str) -> Yaml:
    """Return the value of a YAML 1.2 file or text. Raises an error of ruamel.yaml, OSError or ValueError."""
    return cast("Yaml", _read("load", source if isinstance(source, str) else source.read_bytes()))


def foreign_values(value: Yaml, pointer: Place) -> Iterator[tuple[Place, str]]:
    """Yield what YAML can have and JSON cannot: keys that are not text, dates, infinite numbers and other types."""
    if isinstance(value, dict):
        for key, below in value.items():
            if isinstance(key, str):
                yield from foreign_values(below, (*pointer, key))
            else:
                yield pointer, f"YAML reads the key {key!r} as a {type(key).__name__}"
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from foreign_values(below, (*pointer, str(index)))
    elif not isinstance(value, str | int | float | None) or (isinstance(value, float) and not isfinite(value)):
        yield pointer, f"YAML reads {value!r} as a {type(value).__name__}"
