"""The registry of this project's rules for specs, the findings they report, and iterators that several rules share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Final, TypeAlias

from attrs import frozen
from documents import Document, Json, Object, Pointer, Schema, as_object


@frozen
class Finding:
    """A place at which a document breaks a rule."""

    rule: str
    pointer: Pointer
    message: str


Breaches: TypeAlias = Iterator[tuple[Pointer, str]]
"""The place and message of each breach of one rule. `house_rules.findings` adds the rule's name."""
Rule: TypeAlias = Callable[[Document], Breaches]
RULES: Final[dict[str, Rule]] = {}


def rule(function: Rule) -> Rule:
    """Register a rule under the name of its function."""
    RULES[function.__name__] = function
    return function


def snake_case(name: str) -> str:
    """Return a name in snake case, as the generator writes modules and variables."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def request_schemas(document: Document) -> list[Schema]:
    """Return the schemas of all requests with those below them, but no boolean ones."""
    return [schema for schema in document.walk(document.request_schemas()) if isinstance(schema.value, dict)]


def response_schemas(document: Document) -> list[Schema]:
    """Return the schemas of all answers with those below them, but no boolean ones."""
    return [schema for schema in document.walk(document.response_schemas()) if isinstance(schema.value, dict)]


def all_schemas(document: Document) -> Iterator[Schema]:
    """Yield every schema, with the boolean ones and those that nothing refers to."""
    roots = [*document.request_schemas(), *document.response_schemas(), *document.parameter_schemas()]
    components = as_object(as_object(document.root.get("components")).get("schemas"))
    yield from document.walk(iter([*roots, *(("components", "schemas", name) for name in components)]))


def keywords_of(schema: Schema) -> Object:
    """Return the keywords of a schema; none if it is a boolean."""
    return as_object(schema.value)


def objects_of(value: Json, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Object]]:
    """Yield every object of a document with its place."""
    if isinstance(value, dict):
        yield pointer, value
        for name, below in value.items():
            yield from objects_of(below, (*pointer, name))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from objects_of(below, (*pointer, str(index)))


def unknown_keys(pointer: Pointer, keys: Iterable[str], known: frozenset[str]) -> Breaches:
    """Yield a breach for each key that is not known, with the nearest known one."""
    for key in keys:
        if key not in known:
            near = get_close_matches(key, sorted(known), n=1)
            hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(sorted(known))}"
            yield (*pointer, key), f"{key} is not known here; {hint}"
