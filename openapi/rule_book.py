"""The register of house rules, their findings, and walks that several rules share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from attrs import frozen
from documents import Document, Json, Object, Pointer, Schema, as_object


@frozen
class Finding:
    """A place at which a document breaks a rule."""

    rule: str
    pointer: Pointer
    message: str


Found = Iterator[tuple[Pointer, str]]
Rule = Callable[[Document], Found]
RULES: Final[dict[str, Rule]] = {}


def rule(function: Rule) -> Rule:
    RULES[function.__name__] = function
    return function


def snake_case(name: str) -> str:
    """Return the module name that the generator makes of an operationId."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def request_schemas(document: Document) -> list[Schema]:
    return [schema for schema in document.walk(document.request_schemas()) if isinstance(schema.value, dict)]


def response_schemas(document: Document) -> list[Schema]:
    return [schema for schema in document.walk(document.response_schemas()) if isinstance(schema.value, dict)]


def all_schemas(document: Document) -> Iterator[Schema]:
    roots = [*document.request_schemas(), *document.response_schemas(), *document.parameter_schemas()]
    components = as_object(as_object(document.root.get("components")).get("schemas"))
    yield from document.walk(iter([*roots, *(("components", "schemas", name) for name in components)]))


def value_of(schema: Schema) -> Object:
    return as_object(schema.value)


def members(value: Json, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Object]]:
    """Yield every object of a document with its place."""
    if isinstance(value, dict):
        yield pointer, value
        for name, below in value.items():
            yield from members(below, (*pointer, name))
    if isinstance(value, list):
        for index, below in enumerate(value):
            yield from members(below, (*pointer, str(index)))


def unknown_keys(pointer: Pointer, keys: Iterable[str], known: frozenset[str]) -> Found:
    for key in keys:
        if key not in known:
            near = get_close_matches(key, sorted(known), n=1)
            yield (*pointer, key), f"{key} is not known here" + (f"; did you mean {near[0]}?" if near else "")
