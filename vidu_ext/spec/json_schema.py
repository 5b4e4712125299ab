"""Make a self-contained JSON Schema (draft 2020-12) of one route's request, for programs in other languages.

References are replaced by their targets, and the rules of one model are merged into the members they apply to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import Place, as_list, as_object, as_texts, value_at
from vidu_ext.values.tasks import Json, Object

from .contract import Contract
from .prices import rows_of

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NOTES: Final = frozenset({"x-evidence", "x-decision", "x-source"})
"""Keys that are only for the authors of the specs."""

_NARROWER: Final[Mapping[str, Callable[[float, float], float]]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), min),
}
"""The function that returns the narrower of two limits."""


def json_schema(contract: Contract, operation_id: str, model: str | None = None) -> Object:
    """Return the schema of a request body, or of one that names this model, with the documented prices as `x-prices`.

    Raises ConfigurationError for a route without a body, and for a model that the route does not have.
    """
    operation = contract.operation(operation_id)
    if operation.body is None:
        raise ConfigurationError(f"{operation_id} of {contract.provider} has no request body, so there is no schema of it.")
    schema = as_object(_expanded(contract, operation.body, ()))
    if model is not None:
        contract.check_model(operation_id, model)
        schema = _of_model(schema, model)
    rows, sources = rows_of(contract, operation_id, model)
    return {
        "$schema": DIALECT,
        "title": " ".join(filter(None, (contract.provider, operation_id, model))),
        "$comment": f"Made from the spec of {contract.date}: {operation.method.upper()} {contract.server()}{operation.path}",
        **schema,
        "x-prices": rows,
        "x-price-sources": sources,
    }


def _expanded(contract: Contract, place: Place, above: tuple[Place, ...]) -> Json:
    """Return the value at a place of the spec, with every reference replaced by its target."""
    place = contract.spec.resolve(place)
    if place in above:
        raise ConfigurationError(f"the spec of {contract.provider} has a schema that refers to itself and cannot be written out.")
    value, above = value_at(contract.spec.root, place), (*above, place)
    if isinstance(value, list):
        return [_expanded(contract, (*place, index), above) for index in range(len(value))]
    if not isinstance(value, dict):
        return value
    names = {"x-default": "default"}
    return {names.get(name, name): _expanded(contract, (*place, name), above) for name in value if name not in NOTES}


# -- the rules of one model ------------------------------------------------------------------------------------------------


def _of_model(schema: Object, model: str) -> Object:
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


# -- merging ---------------------------------------------------------------------------------------------------------------


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
    """Merge limits into a member. What contradicts a keyword of the member, such as another pattern, goes to its `allOf`."""
    members = as_object(schema["properties"])
    if limits.get("not") == {}:  # the schema is closed, so a member without a schema is refused
        schema["properties"] = _without(members, name)
        return
    member = dict(as_object(members.get(name)))
    rest: Object = {}
    for keyword, value in limits.items():
        wider = member.get(keyword)
        if keyword == "default" or wider is None:
            member[keyword] = value
        elif keyword == "enum":
            member[keyword] = [word for word in as_list(wider) if word in as_list(value)]
        elif keyword in _NARROWER and isinstance(wider, int | float) and isinstance(value, int | float):
            member[keyword] = _NARROWER[keyword](wider, value)
        elif wider != value:
            rest[keyword] = value
    if rest:
        member["allOf"] = [*as_list(member.get("allOf")), rest]
    schema["properties"] = {**members, name: member}


def _without(value: Object, *names: str) -> Object:
    return {name: below for name, below in value.items() if name not in names}
