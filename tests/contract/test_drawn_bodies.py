"""Bodies along the edges of each model are taken or refused as they must be: by our own check, by the JSON Schema for other
programs, and by a validator of another make.

How many, and which: `pytest tests/contract --draws 100 --draw-seed 7`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, cast

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import jsonschema_rs
import pytest
import referencing
import referencing.jsonschema
from conftest import Draws, Record
from documents import SPEC_ADDRESS, Document, Json, Pointer, reference_to
from drawing import STARTS, Start, example_for, models_of
from specs import DRAWN, ENDPOINTS, Endpoint, request_body_model, same, to_json

from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.json_schema import json_schema


@cache
def second_validator(document: Document, schema: Pointer) -> Any:
    """Return the schema as `jsonschema` reads it; our own check and `make generate` use `jsonschema-rs`."""
    resource = referencing.jsonschema.DRAFT202012.create_resource(document.root)
    registry = cast("Any", referencing.Registry)().with_resource(SPEC_ADDRESS, resource)  # its types leave much open
    return jsonschema.Draft202012Validator({"$ref": SPEC_ADDRESS + reference_to(schema)}, registry=registry)


@cache
def written_schema(provider: str, operation: str, model: str | None) -> jsonschema_rs.Draft202012Validator:
    schema = json_schema(contract_of(provider), operation, model)
    assert "$ref" not in json.dumps(schema), "it stands alone"
    return jsonschema_rs.Draft202012Validator(schema)


def verdicts(endpoint: Endpoint, body: Json) -> dict[str, bool]:
    """Return whether each of the checks takes the body."""
    schema = endpoint.body_schema
    assert schema is not None
    contract, operation = contract_of(endpoint.document.name), endpoint.operation.id
    model = body.get("model") if isinstance(body, dict) else None
    listed = model if isinstance(model, str) and model in contract.models(operation) else None
    return {
        "jsonschema-rs": endpoint.document.validator(schema).is_valid(body),
        "jsonschema": second_validator(endpoint.document, schema).is_valid(body),
        "vidu_ext": not contract.faults(operation, body),
        "vidu spec --json-schema": written_schema(contract.provider, operation, listed).is_valid(body),
        "vidu spec --json-schema of any model": written_schema(contract.provider, operation, None).is_valid(body),
    }


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_all_checks_accept_or_refuse_the_same_drawn_bodies(start: Start, draws: Draws, record: Record) -> None:
    drawn = refused = 0
    for body, changed in start.draws(draws.number, draws.seed):
        by_check = verdicts(start.endpoint, body)
        assert len(set(by_check.values())) == 1, f"{changed}: {by_check}"
        taken = by_check["vidu_ext"]
        if taken:
            assert same(to_json(request_body_model(start.endpoint, body)), body), changed
        drawn += 1
        refused += not taken
    assert drawn >= min(3 * draws.number, len(start.edits))
    assert 0 < refused < drawn
    record(start.endpoint.document.name, DRAWN, drawn)


def test_each_model_has_a_documented_request_to_start_from() -> None:
    """A model that no example can be turned to would be left out of the draws unnoticed."""
    missing = [
        f"{endpoint.document.name} {endpoint.operation.id} {model}: add an example of its request to the spec"
        for endpoint in ENDPOINTS
        if endpoint.body_schema is not None
        for model in models_of(endpoint)
        if example_for(endpoint, model) is None
    ]
    assert missing == []
