"""Make a self-contained JSON Schema (draft 2020-12) of one route's request, for programs in other languages.

References are replaced by their targets, and the rules of one model are merged into the members they apply to.
"""

from __future__ import annotations

from typing import Final

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import Place, as_object, value_at
from vidu_ext.values.tasks import Json, Object

from .contract import Contract
from .model_rules import schema_of_model
from .prices import rows_of

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NOTES: Final = frozenset({"x-evidence", "x-decision", "x-source"})
"""Keys that are only for the authors of the specs."""


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
        schema = schema_of_model(schema, model)
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
