"""What one model accepts: its limits, and the schema of its requests with its rules merged into the members that they limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from vidu_ext.values.json import as_list, as_object, as_texts
from vidu_ext.values.tasks import Json, Object

LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
"""The keywords of the least and of the most that a schema accepts."""


@frozen
class Limit:
    """What a model accepts in one member of a body."""

    minimum: float | None = None
    """Least value; least number of entries or characters of a list or text."""
    maximum: float | None = None
    choices: tuple[Json, ...] | None = None
    """All allowed values; None if there is no closed list."""
    default: Json = None
    """The provider's default; None if it is not documented."""
    is_accepted: bool = True
    """False if the model does not accept the member."""


def limits_of(members: Object, rules: Json, model: str | None) -> Mapping[str, Limit]:
    """Return what a model accepts in each of these members, by name, with the rules of models; with None, the general limits."""
    accepted = members
    if model is not None:
        merged = schema_of_model({"properties": members, "allOf": rules}, model)
        accepted = as_object(merged["properties"]) | {name: members[name] for name in ("model",) if name in members}
    return MappingProxyType({name: _limit(accepted.get(name)) for name in members})


def _limit(schema: Json) -> Limit:
    """Return the limit in the schema of a member; of a member without a schema, that it is not accepted."""
    if not isinstance(schema, dict):
        return Limit(is_accepted=False)
    choices = as_list(schema.get("enum")) if "enum" in schema else [schema["const"]] if "const" in schema else None
    return Limit(
        _bound(schema, LOWER), _bound(schema, UPPER), None if choices is None else tuple(choices), schema.get("x-default")
    )


def _bound(schema: Object, keywords: Iterable[str]) -> float | None:
    return next((value for keyword in keywords if isinstance(value := schema.get(keyword), int | float)), None)


def schema_of_model(schema: Object, model: str) -> Object:
    """Return the schema with a fixed model and the rules of that model merged into it."""
    requirements = [part for rule in as_list(schema.get("allOf")) for part in _requirements(as_object(rule), model)]
    merged = _without(schema, "allOf")
    members = as_object(merged.get("properties"))
    merged["properties"] = {**members, "model": {**_without(as_object(members.get("model")), "enum"), "const": model}}
    merged["required"] = [*dict.fromkeys(("model", *as_texts(merged.get("required"))))]
    rest: list[Json] = [part for requirement in requirements for part in _merge(merged, requirement)]
    return {**merged, "allOf": rest} if rest else merged


def _requirements(rule: Object, model: str) -> Iterator[Object]:
    """Yield what a rule requires of a body with this model, without the part of its condition about the model."""
    condition = as_object(rule.get("if"))
    tested = as_object(condition.get("properties"))
    if "if" not in rule:
        yield _without(rule, "allOf")
        for part in as_list(rule.get("allOf")):
            yield from _requirements(as_object(part), model)
    elif "model" in tested and not _fits(as_object(tested["model"]), model):
        yield from _requirements(as_object(rule.get("else")), model)
    elif rest := _without_model(condition):
        yield {**rule, "if": rest}
    else:
        yield from _requirements(as_object(rule.get("then")), model)


def _without_model(condition: Object) -> Object:
    """Return a condition without its part about the model; empty if nothing is left."""
    members = _without(as_object(condition.get("properties")), "model")
    required = [name for name in as_texts(condition.get("required")) if name != "model"]
    return {"properties": members, "required": [*required]} if members or required else {}


def _fits(test: Object, model: str) -> bool:
    if "not" in test:
        return not _fits(as_object(test["not"]), model)
    return model in as_list(test["enum"]) if "enum" in test else test.get("const") == model


def _merge(schema: Object, requirement: Object) -> Iterator[Object]:
    """Merge what is required of members into a schema, which changes. Yields what cannot be merged."""
    rest: Object = {}
    for keyword, value in requirement.items():
        match keyword:
            case "properties":
                for name, limits in as_object(value).items():
                    _narrow(schema, name, as_object(limits))
            case "required":
                schema["required"] = [*dict.fromkeys((*as_texts(schema.get("required")), *as_texts(value)))]
            case "not" if list(as_object(value)) == ["required"] and len(as_texts(as_object(value)["required"])) == 1:
                _narrow(schema, as_texts(as_object(value)["required"])[0], {"not": {}})
            case _:
                rest[keyword] = value
    if rest:
        yield rest


def _narrow(schema: Object, name: str, limits: Object) -> None:
    """Put limits into a member in place of its own wider ones. Any other, such as another pattern, goes to its `allOf`."""
    members = as_object(schema["properties"])
    if limits.get("not") == {}:  # the schema is closed, so a member without a schema is refused
        schema["properties"] = _without(members, name)
        return
    member = as_object(members.get(name))
    narrower = {keyword: limit for keyword, limit in limits.items() if _is_within(keyword, limit, member.get(keyword, limit))}
    rest: Object = {keyword: limit for keyword, limit in limits.items() if keyword not in narrower}
    parts: Object = {"allOf": [*as_list(member.get("allOf")), rest]} if rest else {}
    schema["properties"] = {**members, name: {**member, **narrower, **parts}}


def _is_within(keyword: str, limit: Json, other: Json) -> bool:
    """Return whether what a limit accepts, another one for the same keyword accepts too. A default limits nothing."""
    if keyword in ("default", "x-default") or limit == other:
        return True
    if isinstance(limit, int | float) and isinstance(other, int | float):
        return (keyword in UPPER and limit <= other) or (keyword in LOWER and limit >= other)
    return keyword == "enum" and all(word in as_list(other) for word in as_list(limit))


def _without(value: Object, *names: str) -> Object:
    return {name: below for name, below in value.items() if name not in names}
