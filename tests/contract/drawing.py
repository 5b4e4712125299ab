"""Bodies of requests along the edges of their spec: each model of each route, each limit just inside and just outside.

Whether a body is taken is not known here: the checks must agree, and test_readings.py compares what the specs take with what the
documents say. Asserts nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from itertools import chain
from random import Random
from typing import Any, Final, TypeAlias, cast

from attrs import frozen
from documents import Document, Json, Object, Pointer, as_list, as_object
from specs import ENDPOINTS, EXAMPLES, Endpoint

Place: TypeAlias = "tuple[str | int, ...]"

GONE: Final = "a member that is gone"
"""In place of a value: the member is left out."""
LIMITED: Final = ("duration", "resolution", "aspect_ratio", "off_peak")
"""Members that nearly every model takes in ways of its own."""
LONGEST: Final = 100_000
"""Characters of the longest text that is drawn."""
ODD_TEXTS: Final = ("", "a.png", "see https://example.com/a.png")


@frozen
class Edit:
    """A change of one member of a body."""

    place: Place
    value: Json

    def __str__(self) -> str:
        text = repr(self.value)
        return f"{'/'.join(map(str, self.place))}: {text if len(text) < 60 else f'{text[:40]}... ({len(text)} characters)'}"


@frozen(eq=False)
class Start:
    """A documented request of a route turned to one model, and what can be changed of it."""

    endpoint: Endpoint
    model: str | None
    body: Object
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return f"{self.endpoint.document.name}-{self.endpoint.operation.id}-{self.model or 'any'}"

    def draws(self, number: int, seed: int) -> Iterator[tuple[Object, str]]:
        """Yield up to 3 times `number` bodies with one edit, then half of `number` with several, each with its edits."""
        choice = Random(f"{seed} {self}")  # noqa: S311  # nothing secret
        single = self.edits if len(self.edits) <= 3 * number else choice.sample(self.edits, 3 * number)
        several = [choice.sample(self.edits, min(len(self.edits), choice.randint(2, 5))) for _ in range(number // 2)]
        for edits in chain(([edit] for edit in single), several):
            kept = {edit.place[0]: edit for edit in edits}.values()  # one of a member
            yield edited(self.body, kept), ", ".join(map(str, kept))


def edited(body: Object, edits: Iterable[Edit]) -> Object:
    changed = copy.deepcopy(body)
    for edit in edits:
        holder: Any = changed
        for part in edit.place[:-1]:
            holder = holder[part]
        if edit.value is GONE and not isinstance(holder, list):
            holder.pop(edit.place[-1], None)
        else:
            cast("Any", holder)[edit.place[-1]] = edit.value
    return changed


def starts() -> Iterator[Start]:
    for endpoint in ENDPOINTS:
        schema = endpoint.body_schema
        if schema is None:
            continue
        for model in models_of(endpoint):
            body = example_for(endpoint, model)
            if body is not None:
                yield Start(endpoint, model, body, tuple(_edits(endpoint.document, schema, body, (), model)))


def models_of(endpoint: Endpoint) -> list[str] | list[None]:
    """Return the models of a route; None for a route whose requests name none."""
    schema = endpoint.body_schema
    place = (*endpoint.document.resolve(schema), "properties", "model") if schema is not None else ()
    if not place or not endpoint.document.has(place):
        return [None]
    words = as_object(endpoint.document.at(endpoint.document.resolve(place))).get("enum")
    return [str(word) for word in as_list(words)] or [None]


def example_for(endpoint: Endpoint, model: str | None) -> Object | None:
    """Return a documented request turned to the model, without the members that models limit if it is valid in no other way."""
    schema = endpoint.body_schema
    assert schema is not None
    for left_out in ((), LIMITED):
        for example in endpoint.examples("request"):
            kept = {name: value for name, value in as_object(example.value).items() if name not in left_out}
            body: Object = {**kept, **({"model": model} if model is not None else {})}
            if not endpoint.document.faults(schema, body):
                return body
    return None


# -- what can be changed -----------------------------------------------------------------------------------------------


def _edits(document: Document, schema: Pointer, value: Object, place: Place, model: str | None) -> Iterator[Edit]:
    """Yield edits of the members of one object, and of the objects in it."""
    top = document.resolve(schema)
    for name in as_object(as_object(document.at(top)).get("properties")):
        spot = document.resolve((*top, "properties", name))
        limits = [as_object(document.at(spot)), *_limits(document, top, model, name)]
        for new in _values(document, (*top, "properties", name), limits, value.get(name)):
            yield Edit((*place, name), new)
        below = value.get(name)
        first = next(iter(as_list(below)), None)
        if isinstance(first, dict) and document.has((*spot, "items")):
            yield from _edits(document, (*spot, "items"), first, (*place, name, 0), None)
        if isinstance(below, dict):
            yield from _edits(document, spot, below, (*place, name), None)
    for required in map(str, as_list(as_object(document.at(top)).get("required"))):
        yield Edit((*place, required), GONE)
    yield Edit((*place, "of_tomorrow"), 1)


def _limits(document: Document, schema: Pointer, model: str | None, name: str) -> Iterator[Object]:
    """Yield what the rules of one model, and those of any, ask of a member."""
    for _, rule in document.rules(schema):
        tested = as_object(as_object(as_object(rule.get("if")).get("properties")).get("model"))
        asked = as_object(as_object(rule.get("then")).get("properties"))
        if name in asked and (not tested or model in [*as_list(tested.get("enum")), tested.get("const")]):
            yield as_object(asked[name])


def _values(document: Document, schema: Pointer, limits: list[Object], old: Json) -> Iterator[Json]:
    """Yield values along the edges of a member that has these limits, and of other types."""
    types = [str(name) for name in (as_list(limits[0].get("type")) or [limits[0].get("type", "")])]
    words = [word for limit in limits for word in (as_list(limit["enum"]) if "enum" in limit else [limit.get("const")])]
    yield None
    yield from (word for word in words if word is not None)
    for word in words:
        yield from (f"{word}x", word[:-1], word.upper(), f" {word}") if isinstance(word, str) else ()
    ends = {end for limit in limits for name in ("minimum", "maximum") if isinstance(end := limit.get(name), int)}
    if ends or "integer" in types or "number" in types:
        yield from (value for end in sorted(ends) for value in (end - 1, end, end + 1))
        yield from ("1", True, max(ends, default=1) - 0.5)
    if "boolean" in types:
        yield from (True, False, "true", 0)
    if "string" in types and not any(words):
        yield from (7, *ODD_TEXTS, *(["old"] if old is None else [old]))
        for length in _counts(limits, "minLength", "maxLength"):
            yield from ("a" * length, "😀" * length) if length <= LONGEST else ()
    if "array" in types:
        entry = next(iter(as_list(old)), None) or _shown(document, schema)
        yield "a"
        yield [None]
        for count in _counts(limits, "minItems", "maxItems") if entry is not None else ():
            yield [entry] * count
    if "object" in types:
        yield "a"
        yield []


def _counts(limits: list[Object], least: str, most: str) -> list[int]:
    """Return the numbers of entries or characters at the ends of the limits, and just beyond."""
    ends = {end for limit in limits for name in (least, most) if isinstance(end := limit.get(name), int)}
    return sorted({max(end + step, 0) for end in ends for step in (-1, 0, 1)})


def _shown(document: Document, schema: Pointer) -> Json:
    """Return an entry of a list in some documented request with a member of this name and form."""
    for holder, example in EXAMPLES:
        held = as_object(example.value).get(schema[-1]) if holder is document and example.kind == "request" else None
        if as_list(held) and not document.faults(schema, held):
            return as_list(held)[0]
    return None


STARTS: Final = list(starts())
