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
"""Keys for authors of the specs only."""

_NARROWER: Final[Mapping[str, Callable[[float, float], float]]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), min),
}


def json_schema(contract: Contract, operation_id: str, model: str | None = None) -> Object:
    """Return the schema of a request body, or of one model's, with the documented prices as `x-prices`.

    Raises ConfigurationError for a route without a body, and for a model that the route does not have.
    """
    operation = contract.operation(operation_id)
    if operation.body is None:
        raise ConfigurationError(f"{operation_id} of {contract.provider} has no request body, so there is no schema of it.")
    models = contract.models(operation_id)
    if model is not None and model not in models:
        raise ConfigurationError(
            f"{operation_id} of {contract.provider} takes no model {model!r}; it takes {', '.join(models) or 'none'}."
        )
    schema = as_object(_expand(contract, operation.body, ()))
    if model is not None:
        schema = _of_model(schema, model)
    title = " ".join((contract.provider, operation_id, *([model] if model else ())))
    rows, sources = rows_of(contract, operation_id, model)
    return {
        "$schema": DIALECT,
        "title": title,
        "$comment": f"Made from the spec of {contract.date}: {operation.method.upper()} {contract.server()}{operation.path}",
        **schema,
        "x-prices": rows,
        "x-price-sources": sources,
    }


def _expand(contract: Contract, place: Place, above: tuple[Place, ...]) -> Json:
    """Return the value at a place of the spec, with every reference replaced by its target."""
    found = contract.spec.resolve(place)
    if found in above:
        raise ConfigurationError(f"the spec of {contract.provider} has a schema that refers to itself, so none can be written.")
    value, above = value_at(contract.spec.root, found), (*above, found)
    if isinstance(value, list):
        return [_expand(contract, (*found, index), above) for index in range(len(value))]
    if not isinstance(value, dict):
        return value
    names = {"x-default": "default"}
    return {names.get(name, name): _expand(contract, (*found, name), above) for name in value if name not in NOTES}


# -- the rules of one model ------------------------------------------------------------------------------------------------


def _of_model(schema: Object, model: str) -> Object:
    """Return the schema with a fixed model and the rules of that model merged into it."""
    rules = [one for rule in as_list(schema.get("allOf")) for one in _requirements(as_object(rule), model)]
    found: Object = {name: value for name, value in schema.items() if name != "allOf"}
    kind = as_object(as_object(found.get("properties")).get("model"))
    fixed: Object = {**{name: value for name, value in kind.items() if name != "enum"}, "const": model}
    found["properties"] = {**as_object(found.get("properties")), "model": fixed}
    found["required"] = [*dict.fromkeys(("model", *as_texts(found.get("required"))))]
    left: list[Json] = [one for rule in rules for one in _merge(found, rule)]
    return {**found, "allOf": left} if left else found


def _requirements(rule: Object, model: str) -> Iterator[Object]:
    """Yield what a rule requires of a body with this model, without the part of its condition about the model."""
    condition = as_object(rule.get("if"))
    tested = as_object(condition.get("properties"))
    below = {name: list(_branch(rule, name, model)) for name in ("then", "else")}
    if "model" not in tested:
        if "if" not in rule:
            yield rule
        elif any(below.values()):
            yield _conditional(condition, below)
        return
    if not _holds(as_object(tested["model"]), model):
        yield from below["else"]
        return
    others = {name: one for name, one in tested.items() if name != "model"}
    required = [name for name in as_texts(condition.get("required")) if name != "model"]
    rest: Object = {name: one for name, one in condition.items() if name not in ("properties", "required", "type")}
    rest |= {**({"properties": others} if others else {}), **({"required": [*required]} if required else {})}
    if not rest:
        yield from below["then"]
    elif any(below.values()):
        yield _conditional(rest, below)


def _branch(rule: Object, name: str, model: str) -> Iterator[Object]:
    branch = as_object(rule.get(name))
    if "if" in branch:
        yield from _requirements(branch, model)
    elif branch:
        own = {key: value for key, value in branch.items() if key != "allOf"}
        if own:
            yield own
        for inner in as_list(branch.get("allOf")):
            yield from _requirements(as_object(inner), model)


def _conditional(condition: Object, below: Mapping[str, list[Object]]) -> Object:
    found: Object = {"if": condition}
    for name, rules in below.items():
        if rules:
            found[name] = rules[0] if len(rules) == 1 else {"allOf": [*rules]}
    return found


def _holds(test: Object, model: str) -> bool:
    if "not" in test:
        return not _holds(as_object(test["not"]), model)
    return model in as_list(test["enum"]) if "enum" in test else test.get("const") == model


# -- merging ---------------------------------------------------------------------------------------------------------------


def _merge(schema: Object, rule: Object) -> Iterator[Object]:
    """Merge what a rule requires of members into a schema. Yields what cannot be merged."""
    left: Object = {}
    for keyword, value in rule.items():
        match keyword:
            case "properties":
                for name, asked in as_object(value).items():
                    _narrow(schema, name, as_object(asked))
            case "required":
                schema["required"] = [*dict.fromkeys((*as_texts(schema.get("required")), *as_texts(value)))]
            case "not" if list(as_object(value)) == ["required"] and len(as_texts(as_object(value)["required"])) == 1:
                _drop(schema, as_texts(as_object(value)["required"])[0])
            case _:
                left[keyword] = value
    if left:
        yield left


def _drop(schema: Object, name: str) -> None:
    """Remove a member that the model does not accept: the schema is closed, so the member is refused."""
    schema["properties"] = {one: value for one, value in as_object(schema["properties"]).items() if one != name}


def _narrow(schema: Object, name: str, asked: Object) -> None:
    members = as_object(schema["properties"])
    if asked.get("not") == {}:
        _drop(schema, name)
        return
    found = dict(as_object(members.get(name)))
    left: Object = {}
    for keyword, value in asked.items():
        there = found.get(keyword)
        if keyword == "default" or there is None:
            found[keyword] = value
        elif keyword == "enum":
            found[keyword] = [word for word in as_list(there) if word in as_list(value)]
        elif keyword in _NARROWER and isinstance(there, int | float) and isinstance(value, int | float):
            found[keyword] = _NARROWER[keyword](there, value)
        elif there != value:
            left[keyword] = value
    if left:
        found["allOf"] = [*as_list(found.get("allOf")), left]
    schema["properties"] = {**members, name: found}
