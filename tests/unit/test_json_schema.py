"""The JSON Schema of a route and model for other programs is valid, self-contained, and agrees with our own check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import jsonschema_rs
import pytest
from operations import OPERATIONS, bodies_of

from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.json_schema import json_schema
from vidu_ext.spec.operation import Operation
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

WITH_BODIES: Final = [(contract, operation) for contract, operation in OPERATIONS if operation.body is not None]
PICTURES: Final[list[Json]] = ["https://a.example/a.png"] * 8
VALUES: Final[tuple[Json, ...]] = (
    None, "", "odd", 0, 1, 3, 4, 5, 8, 9, 10, 16, 17, -1, 2.5, True, False, "auto", "general", "720p", "1080p", "360p", "2K",
    "16:9",
    "all", "small", [], PICTURES[:1], PICTURES[:2], PICTURES,
    "https://a.example/a.png", "x" * 6000, {}, [{"id": "a", "images": ["https://a.example/a.png"]}],
)  # fmt: skip
"""Values along the edges of many members; a third of them is put into each member for each model, the others for the next."""

of_every_route = pytest.mark.parametrize(
    ("contract", "operation"), WITH_BODIES, ids=[f"{contract.provider}-{operation.id}" for contract, operation in WITH_BODIES]
)


def models_of(contract: Contract, operation: Operation) -> list[str | None]:
    return [None, *contract.models(operation.id)]


def keywords(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for below in value.values():
            yield from keywords(below)
    for below in as_list(value):
        yield from keywords(below)


@of_every_route
def test_schema_is_valid_and_self_contained(contract: Contract, operation: Operation) -> None:
    for model in models_of(contract, operation):
        schema = json_schema(contract, operation.id, model)
        jsonschema_rs.meta.validate(schema)
        assert "$ref" not in set(keywords(schema))
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        if model is not None:
            assert as_object(as_object(schema["properties"])["model"])["const"] == model


def bodies(contract: Contract, operation: Operation, model: str | None, turn: int) -> Iterator[Object]:
    """Yield the documented requests with this model, each with a member unknown or left out, and one with members at edges."""
    for number, example in enumerate(bodies_of(contract, operation)):
        body = {**example, **({"model": model} if model is not None else {})}
        yield body
        yield {**body, "unknown": 1}
        for place, member in enumerate(operation.properties, turn):
            if member == "model":
                continue
            yield {name: value for name, value in body.items() if name != member}
            if number == 0:
                for value in VALUES[place % 3 :: 3]:
                    yield {**body, member: value}


@of_every_route
def test_schema_accepts_and_refuses_the_same_bodies_as_the_check(contract: Contract, operation: Operation) -> None:
    """Every fortieth body is also put to a slower validator of other authors than the one that our check uses."""
    assert operation.body is not None
    count = 0
    for turn, model in enumerate(models_of(contract, operation)):
        schema = json_schema(contract, operation.id, model)
        quick = jsonschema_rs.Draft202012Validator(schema)
        slow: Any = jsonschema.Draft202012Validator(schema)
        for body in {repr(body): body for body in bodies(contract, operation, model, turn)}.values():
            faults = contract.value_faults(operation.body, body)
            assert quick.is_valid(body) == (faults == ()), (model, body, faults)
            assert count % 40 or slow.is_valid(body) == (faults == ()), (model, body, faults)
            count += 1
    assert count > 10


def test_limits_of_the_model_are_merged_into_its_members() -> None:
    """Figures of the page of image to video: viduq1 makes 5 seconds in 1080p alone."""
    members = as_object(json_schema(contract_of("vidu"), "imageToVideo", "viduq1")["properties"])
    duration, resolution = as_object(members["duration"]), as_object(members["resolution"])
    assert duration.get("const", duration.get("enum")) in (5, [5])
    assert resolution.get("const", resolution.get("enum")) in ("1080p", ["1080p"])
    assert "default" in duration


@pytest.mark.parametrize(
    ("operation", "model", "words"),
    [
        ("getCreations", None, "no request body"),
        ("textToVideo", "viduq9", "takes no model 'viduq9'"),
        ("nothing", None, "nothing"),
    ],
)
def test_operation_or_model_without_a_schema_is_refused(operation: str, model: str | None, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        json_schema(contract_of("vidu"), operation, model)
