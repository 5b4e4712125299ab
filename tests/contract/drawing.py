"""Bodies of requests along the edges of their spec: each model of each route, each limit just inside and just outside.

An edit outside breaks one limit of one member: the body is refused whatever else it holds. An edit inside keeps all limits of its
member; if other members have a say too, nothing is expected but that all checks agree. Asserts nothing.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator
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


@frozen
class Edit:
    """A change of one member of a body."""

    place: Place
    value: Json
    expected: bool | None
    """Whether the body is valid then; None if other members decide."""

    def __str__(self) -> str:
        text = repr(self.value)
        return f"{'/'.join(map(str, self.place))}: {text if len(text) < 60 else f'{text[:40]}... ({len(text)} characters)'}"


@frozen(eq=False)
class Start:
    """A documented request of a route turned to one model, and what can be changed of it."""

    endpoint: Endpoint
    model: str | None
    body: Object
    inside: tuple[Edit, ...]
    outside: tuple[Edit, ...]
    loose: tuple[Edit, ...]

    def __str__(self) -> str:
        return f"{self.endpoint.document.name}-{self.endpoint.operation.id}-{self.model or 'any'}"

    def draws(self, number: int, seed: int) -> Iterator[tuple[Object, bool | None, str]]:
        """Yield up to `number` bodies of each kind with one edit, then half as many with several, with expectation and edits."""
        choice = Random(f"{seed} {self}")  # noqa: S311  # nothing secret
        for kind in (self.inside, self.outside, self.loose):
            for edit in kind if len(kind) <= number else choice.sample(kind, number):
                yield edited(self.body, [edit]), edit.expected, str(edit)
        mild = [edit for edit in (*self.inside, *self.loose) if edit.place[0] != "model"]
        for index in range(number // 2 if mild else 0):
            edits = choice.sample(mild, min(len(mild), choice.randint(2, 5)))
            refused = [choice.choice(self.outside)] if self.outside and index % 2 else []
            kept = {edit.place[0]: edit for edit in [*edits, *refused]}  # one of a member, the refused one last
            yield edited(self.body, kept.values()), False if refused else None, ", ".join(map(str, kept.values()))


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
                edits = list(_edits(endpoint.document, schema, body, (), model))
                kinds = [tuple(edit for edit in edits if edit.expected is kind) for kind in (True, False, None)]
                yield Start(endpoint, model, body, *kinds)


def words_of(endpoint: Endpoint, name: str) -> list[str]:
    """Return the words that a member of a route's request takes, as the spec lists them; none if it lists none."""
    schema = endpoint.body_schema
    place = (*endpoint.document.resolve(schema), "properties", name) if schema is not None else ()
    if not place or not endpoint.document.has(place):
        return []
    return [str(word) for word in as_list(as_object(endpoint.document.at(endpoint.document.resolve(place))).get("enum"))]


def models_of(endpoint: Endpoint) -> list[str] | list[None]:
    """Return the models of a route; None for a route whose requests name none."""
    return words_of(endpoint, "model") or [None]


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
    declared = as_object(as_object(document.at(top)).get("properties"))
    restricted, crossed = _rules(document, top, model)
    for name in declared:
        parts = [as_object(document.at(document.resolve((*top, "properties", name)))), *restricted.get(name, [])]
        is_loose = name in crossed
        for new, is_inside in _values(document, (*top, "properties", name), parts, value.get(name)):
            is_taken = is_inside and not any(part.get("not") == {} for part in parts)
            yield Edit((*place, name), new, False if not is_taken else None if is_loose else True)
        below, spot = value.get(name), document.resolve((*top, "properties", name))
        first = next(iter(as_list(below)), None)
        if isinstance(first, dict) and document.has((*spot, "items")):
            yield from _edits(document, (*spot, "items"), first, (*place, name, 0), None)
        if isinstance(below, dict):
            yield from _edits(document, spot, below, (*place, name), None)
    for required in map(str, as_list(as_object(document.at(top)).get("required"))):
        yield Edit((*place, required), GONE, expected=False)
    if as_object(document.at(top)).get("additionalProperties") is False:
        yield Edit((*place, "of_tomorrow"), 1, expected=False)


def _rules(document: Document, schema: Pointer, model: str | None) -> tuple[dict[str, list[Object]], set[str]]:
    """Return what the rules of one model ask of each member, and the members that other rules speak of."""
    restricted: dict[str, list[Object]] = {}
    crossed: set[str] = set()
    unsure: tuple[str, ...] = ()  # the place of a rule that tests more than the model; its `else` holds for some bodies only
    for place, rule in document.rules(schema):
        condition, consequence = as_object(rule.get("if")), as_object(rule.get("then"))
        tested = {*as_object(condition.get("properties")), *map(str, as_list(condition.get("required")))}
        is_below = bool(unsure) and place[: len(unsure)] == unsure
        if tested != {"model"} or set(consequence) - {"properties"} or is_below:
            unsure = unsure if is_below else place
            crossed |= set(_names(rule))
        elif model in as_list(as_object(as_object(condition["properties"])["model"]).get("enum")):
            for name, limits in as_object(consequence.get("properties")).items():
                restricted.setdefault(name, []).append(as_object(limits))
    return restricted, crossed


def _names(value: Json) -> Iterator[str]:
    """Yield all members that a rule names, as properties or as required."""
    if isinstance(value, list):
        for entry in value:
            yield from _names(entry)
    for key, below in as_object(value).items():
        if key == "properties":
            yield from as_object(below)
        elif key == "required":
            yield from map(str, as_list(below))
        yield from _names(below)


def _values(document: Document, schema: Pointer, parts: list[Object], old: Json) -> Iterator[tuple[Json, bool]]:
    """Yield values along the edges of a member that has these limits, and whether each is inside."""
    types = [str(name) for name in (as_list(parts[0].get("type")) or [parts[0].get("type", "")])]
    if "null" not in types and "anyOf" not in parts[0]:
        yield None, False
    listed = [as_list(part["enum"]) if "enum" in part else [part["const"]] for part in parts if {"enum", "const"} & set(part)]
    if listed:
        yield from _words(listed)
    elif "integer" in types or "number" in types:
        yield from _numbers(parts, is_whole="integer" in types)
    elif "boolean" in types:
        yield from ((value, isinstance(value, bool)) for value in (True, False, "true", 0))
    elif "string" in types:
        yield from _texts(parts, old)
    elif "array" in types:
        yield from _lists(document, schema, parts, old)
    elif "object" in types:
        yield "a", False
        yield [], False


def _words(listed: list[list[Json]]) -> Iterator[tuple[Json, bool]]:
    taken = [word for word in listed[0] if all(word in more for more in listed[1:])]
    for word in taken:
        yield word, True
        near: list[Json] = [f"{word}x", word[:-1], word.upper(), f" {word}"] if isinstance(word, str) else []
        near += [word - 1, word + 1, str(word)] if isinstance(word, int) and not isinstance(word, bool) else []
        yield from ((value, False) for value in near if value not in taken)
    yield from ((word, False) for word in listed[0] if word not in taken)


def _numbers(parts: list[Object], is_whole: bool) -> Iterator[tuple[Json, bool]]:
    least, greatest = _bound(parts, "minimum", max), _bound(parts, "maximum", min)
    inside = {bound for bound in (least, greatest) if bound is not None}
    if least is not None and greatest is not None:
        inside.add((least + greatest) // 2)
    yield from ((number, True) for number in sorted(inside))
    if least is not None:
        yield least - 1, False
    if greatest is not None:
        yield greatest + 1, False
    yield str(greatest or 1), False
    yield True, False
    if is_whole:
        yield max(least or 0, 0) + 0.5, False


def _bound(parts: list[Object], keyword: str, narrowest: Callable[[list[int]], int]) -> int | None:
    bounds = [value for part in parts if isinstance(value := part.get(keyword), int)]
    return narrowest(bounds) if bounds else None


def _texts(parts: list[Object], old: Json) -> Iterator[tuple[Json, bool]]:
    least, greatest = _bound(parts, "minLength", max), _bound(parts, "maxLength", min)
    patterns = [str(part["pattern"]) for part in parts if "pattern" in part]
    yield 7, False
    if isinstance(old, str) and patterns:
        yield old, True
    for text in ("", " ", "a.png", "see https://example.com/a.png"):
        if any(re.search(pattern, text) is None for pattern in patterns):
            yield text, False
    if least and not patterns:
        yield "a" * least, True
        yield "a" * (least - 1), False
    if greatest is not None and greatest <= LONGEST:
        if not patterns:
            yield "a" * greatest, True
            yield "😀" * greatest, True
        yield "a" * (greatest + 1), False


def _lists(document: Document, schema: Pointer, parts: list[Object], old: Json) -> Iterator[tuple[Json, bool]]:
    least, greatest = _bound(parts, "minItems", max), _bound(parts, "maxItems", min)
    yield "a", False
    entry: Json = next(iter(as_list(old)), None) or _shown(document, schema)
    if entry is None:
        return
    entries: list[Json] = [entry]
    yield entries * max(1, least or 0), True
    if least:
        yield entries * (least - 1), False
    if greatest is not None:
        yield entries * greatest, True
        yield entries * (greatest + 1), False
    if as_object(document.at(document.resolve((*document.resolve(schema), "items")))).get("type", "null") != "null":
        yield [None], False


def _shown(document: Document, schema: Pointer) -> Json:
    """Return an entry of a list in some documented request with a member of this name and form."""
    for holder, example in EXAMPLES:
        held = as_object(example.value).get(schema[-1]) if holder is document and example.kind == "request" else None
        if as_list(held) and not document.faults(schema, held):
            return as_list(held)[0]
    return None


STARTS: Final = list(starts())
