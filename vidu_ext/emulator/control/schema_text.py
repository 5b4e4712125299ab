"""Schemas of a spec in words: type, limits and rules of a member, for a reference that people read. Writes plain text; knows
JSON Schema as the specs use it and no page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen

from vidu_ext.spec.contract import Limit
from vidu_ext.spec.document import Spec, rules_of
from vidu_ext.values.json import Place, as_list, as_object, as_texts, value_at
from vidu_ext.values.tasks import Json, Object

DEEPEST: Final = 5
"""Members within members that are shown."""

_RANGES: Final = (
    ("minimum", "maximum", ""),
    ("minItems", "maxItems", " entries"),
    ("minLength", "maxLength", " characters"),
)
_MEDIA_RANGES: Final = (
    ("min-aspect-ratio", "max-aspect-ratio", " width to height"),
    ("min-pixels", "max-pixels", " pixels a side"),
    ("min-seconds", "max-seconds", " s"),
)
_FORMS: Final = (
    ("https?://", "http(s) address"),
    ("data:", "data URI"),
    ("ssupload:", "id of an upload (ssupload:?id=...)"),
)
"""Forms that a pattern may allow, by a mark in the pattern."""

_UNITS: Final = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))


@frozen(kw_only=True)
class SchemaMember:
    """One member of a body or an answer."""

    path: str
    """`subjects[].name`."""
    type: str
    is_required: bool
    limits: tuple[str, ...]
    description: str
    evidence: str | None
    """How sure the fact is, where it is not documented plainly."""


def members(spec: Spec, place: Place) -> Iterator[SchemaMember]:
    """Everything that an object may hold, or the objects of a list: what is required first, each member followed by its own."""
    inner, mark = _inner(spec, place)
    return _members(spec, inner, f"{mark}." if mark else "", DEEPEST)


def _members(spec: Spec, place: Place, before: str, deep: int) -> Iterator[SchemaMember]:
    required = {name for one in _objects(spec, place) for name in as_texts(spec.at(one).get("required"))}
    found = {name: (*one, "properties", name) for one in _objects(spec, place) for name in _names(spec, one)}
    for name in sorted(found, key=lambda name: name not in required):
        yield _member(spec, found[name], before + name, is_required=name in required)
        if deep:
            inner, mark = _inner(spec, found[name])
            yield from _members(spec, inner, f"{before}{name}{mark}.", deep - 1)


def _names(spec: Spec, place: Place) -> Iterator[str]:
    yield from as_object(spec.at(place).get("properties"))


def _objects(spec: Spec, place: Place) -> Iterator[Place]:
    """The schema, and those that it is put together from with `allOf`."""
    place = spec.resolve(place)
    yield place
    for index, part in enumerate(as_list(spec.at(place).get("allOf"))):
        if {"$ref", "properties"} & set(as_object(part)):
            yield from _objects(spec, (*place, "allOf", index))


def _inner(spec: Spec, place: Place) -> tuple[Place, str]:
    """The schema of the entries of a list or of the object among alternatives, and what the path says of it."""
    place = spec.resolve(place)
    schema = spec.at(place)
    if "items" in schema:
        inner, mark = _inner(spec, (*place, "items"))
        return inner, f"[]{mark}"
    for index in range(len(as_list(schema.get("anyOf")))):
        inner, mark = _inner(spec, (*place, "anyOf", index))
        if any("properties" in spec.at(one) for one in _objects(spec, inner)):
            return inner, mark
    return place, ""


def _member(spec: Spec, place: Place, path: str, *, is_required: bool) -> SchemaMember:
    outer, schema = as_object(value_at(spec.root, place)), spec.at(place)  # what is said beside a reference is about this use
    evidence = outer.get("x-evidence") or schema.get("x-evidence")
    return SchemaMember(
        path=path,
        type=type_words(spec, place),
        is_required=is_required,
        limits=limit_words(spec, place),
        description=str(outer.get("description") or schema.get("description") or ""),
        evidence=evidence if isinstance(evidence, str) else None,
    )


def type_words(spec: Spec, place: Place) -> str:
    """`array of string`, `string or null`."""
    place = spec.resolve(place)
    schema = spec.at(place)
    if "anyOf" in schema:
        words = [type_words(spec, (*place, "anyOf", index)) for index in range(len(as_list(schema["anyOf"])))]
        return " or ".join(dict.fromkeys(words))
    kinds = as_texts(schema.get("type")) or ((str(schema["type"]),) if "type" in schema else ())
    if "array" in kinds and "items" in schema:
        kinds = tuple(f"array of {type_words(spec, (*place, 'items'))}" if kind == "array" else kind for kind in kinds)
    if not kinds:
        return "object" if "properties" in schema or "allOf" in schema else "any"
    return " or ".join(kinds)


def limit_words(spec: Spec, place: Place) -> tuple[str, ...]:
    """What a value must be beside its type, one thing each: choices, ranges, forms, the default."""
    place = spec.resolve(place)
    schema = spec.at(place)
    found: list[str] = []
    for index in range(len(as_list(schema.get("anyOf")))):
        found += limit_words(spec, (*place, "anyOf", index))
    if "items" in schema:
        found += (f"each: {words}" for words in limit_words(spec, (*place, "items")))
    found += _own_limits(schema)
    return tuple(dict.fromkeys(found))


def _own_limits(schema: Object) -> Iterator[str]:
    if "const" in schema:
        yield f"always {shown(schema['const'])}"
    if "enum" in schema:
        choices = as_list(schema["enum"])
        yield f"one of {listed(choices)}" if len(choices) > 1 else f"always {listed(choices)}"
    for least, most, unit in _RANGES:
        if words := range_words(schema.get(least), schema.get(most)):
            yield words + (unit if unit != " entries" or words.split()[-1] != "1" else " entry")
    if isinstance(pattern := schema.get("pattern"), str):
        forms = [words for mark, words in _FORMS if mark in pattern]
        yield " or ".join(forms) if forms else f"pattern {pattern}"
    if "x-media" in schema:
        yield from _media_words(as_object(schema["x-media"]))
    if "x-default" in schema:
        yield f"default {shown(schema['x-default'])}"


def _media_words(rule: Object) -> Iterator[str]:
    formats = as_texts(rule.get("formats"))
    yield f"{rule.get('kind')}: {', '.join(formats)}" if formats else str(rule.get("kind"))
    if isinstance(size := rule.get("max-bytes"), int):
        unit, name = next(((unit, name) for unit, name in _UNITS if size >= unit), (1, "bytes"))
        yield f"at most {size / unit:g} {name}"
    for least, most, unit_name in _MEDIA_RANGES:
        if words := range_words(rule.get(least), rule.get(most)):
            yield words + unit_name


def range_words(least: Json, most: Json) -> str:
    """`1 to 16`, `at most 5,000`; nothing where there is no limit."""
    low = f"{least:,}" if isinstance(least, int | float) else None
    high = f"{most:,}" if isinstance(most, int | float) else None
    if low is not None and high is not None:
        return low if low == high else f"{low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}" if high is not None else ""


def shown(value: Json) -> str:
    """A value as people read it: a text without quotes unless it is empty."""
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def listed(values: list[Json]) -> str:
    """`1, 2 or 3`."""
    words = [shown(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def model_words(limit: Limit) -> str:
    """What one model takes in a member."""
    if not limit.is_taken:
        return "not taken"
    if limit.choices is not None:
        words = listed(list(limit.choices)) if limit.choices else "nothing"
    else:
        words = _whole(range_words(limit.minimum, limit.maximum)) or "any"
    return words if limit.default is None else f"{words}; default {shown(limit.default)}"


def _whole(words: str) -> str:
    return words.replace(".0", "") if words.endswith(".0") or ".0 " in words else words


def rule_words(spec: Spec, place: Place) -> Iterator[str]:
    """The rules of a body that hold between its members, one sentence each; those of a model alone are left out."""
    for rule in rules_of(spec.at(place)):
        condition = as_object(rule.get("if"))
        if not rule.keys() & {"if", "anyOf", "not"} or _is_of_model(condition):
            continue
        if condition:
            yield f"When {_said(condition)}: {_said(as_object(rule.get('then')))}."
        elif given := [name for one in as_list(rule.get("anyOf")) for name in as_texts(as_object(one).get("required"))]:
            yield f"At least one of {listed(list(given))} is given."
        elif together := as_texts(as_object(rule.get("not")).get("required")):
            yield f"Of {listed(list(together)).replace(' or ', ' and ')} only one is given."


def _is_of_model(condition: Object) -> bool:
    return set(as_object(condition.get("properties"))) == {"model"}


def _said(schema: Object) -> str:
    """A small schema of an object as a clause."""
    parts = [_member_said(name, as_object(value)) for name, value in as_object(schema.get("properties")).items()]
    absent = set(as_object(schema.get("properties")))
    if given := [name for name in as_texts(schema.get("required")) if name not in absent]:
        parts.append(f"{' and '.join(given)} {'is' if len(given) == 1 else 'are'} given")
    if forbidden := as_texts(as_object(schema.get("not")).get("required")):
        parts.append(f"{' and '.join(forbidden)} {'is not' if len(forbidden) == 1 else 'are not both'} given")
    return ", and ".join(parts) or "any value"


def _member_said(name: str, schema: Object) -> str:
    if schema.get("not") == {}:
        return f"{name} is not given"
    words = [words.removeprefix("always ") for words in _own_limits(schema)]
    if "items" in schema:
        words += (f"each: {one}" for one in _own_limits(as_object(schema["items"])))
    return f"{name} is {'; '.join(words)}" if words else f"{name} is given"


def differing(generic: Mapping[str, Limit], by_model: Mapping[str, Mapping[str, Limit]]) -> tuple[str, ...]:
    """The members in which some model takes something else than what holds for all."""
    return tuple(name for name in generic if any(limits.get(name) != generic[name] for limits in by_model.values()))
