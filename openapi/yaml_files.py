"""YAML files as data, with the line of each place, and checks for values that JSON does not have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, TypeAlias, cast

from attrs import frozen
from ruamel.yaml import YAML

Place: TypeAlias = tuple[str, ...]
Yaml: TypeAlias = "None | bool | int | float | str | bytes | date | set[Yaml] | list[Yaml] | dict[object, Yaml]"
"""A value of YAML, which has more types than JSON."""


@cache
def lines_of(path: Path) -> dict[Place, int]:
    """Return the line on which each place of a file begins: that of its key, or of its entry in a list."""
    compose = cast("Any", YAML(typ="safe", pure=True)).compose
    return dict(_lines_below(compose(path), (), 1))


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
    node: Any = cast("Any", YAML(typ="safe", pure=True)).compose(text)
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
    """Return the value of a YAML 1.2 file or text. The YAML library, whose loader has no types, is called only here."""
    return cast("Yaml", cast("Any", YAML(typ="safe", pure=True)).load(source))


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
