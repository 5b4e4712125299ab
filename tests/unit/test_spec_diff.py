"""Differences between two specs: each of a kind that a caller notices has its grade, and a document has none with itself.

What breaks is decided as other comparers of OpenAPI documents do it (oasdiff, openapi-diff): what narrows a request or widens an
answer breaks. A new word in an answer does not, since the clients take any.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any, Final, cast

import pytest

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.diff import Change, changes

SPEC: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {"title": "a provider", "version": "1"},
    "servers": [{"url": "https://one.example"}, {"url": "https://two.example"}],
    "paths": {
        "/make": {"post": {
            "operationId": "make",
            "tags": ["video"],
            "parameters": [
                {"in": "query", "name": "page", "schema": {"type": "integer", "maximum": 100}},
                {"in": "header", "name": "Idempotency-Key", "required": True, "schema": {"type": "string"}},
            ],
            "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Make"}}}},
            "responses": {
                "200": {
                    "description": "ok", "links": {"look": {"operationId": "look"}},
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Made"}}},
                },
                "400": {"description": "no"},
            },
            "callbacks": {"done": {"{$request.body#/url}": {"post": {"parameters": [{"in": "header", "name": "X-Sign"}]}}}},
            "x-max-body-bytes": 1_000,
            "x-prices": [{"credits": 5, "from": "2026-01-01"}],
        }},
        "/look": {"get": {"operationId": "look", "responses": {"200": {"$ref": "#/components/responses/Made"}}}},
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "responses": {
            "Made": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Made"}}}},
        },
        "schemas": {
            "Make": {
                "type": "object",
                "required": ["model"],
                "properties": {
                    "model": {"type": "string", "enum": ["one", "two"]},
                    "duration": {"type": "integer", "minimum": 1, "maximum": 8},
                    "prompt": {"type": "string", "description": "what is seen"},
                },
                "additionalProperties": False,
                "allOf": [{
                    "if": {"properties": {"model": {"enum": ["one", "two"]}}, "required": ["model"]},
                    "then": {"properties": {"duration": {"maximum": 6}}},
                }],
            },
            "Made": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"anyOf": [{"type": "string"}, {"type": "integer"}]}, "state": {"$ref": "#/components/schemas/State"},
                },
            },
            "State": {"type": "string", "enum": ["queued", "done"]},
        },
    },
}  # fmt: skip

Edit = Callable[[dict[str, Any]], object]


def schema(spec: dict[str, Any], name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", spec["components"]["schemas"][name])


def members(spec: dict[str, Any], name: str = "Make") -> dict[str, Any]:
    return cast("dict[str, Any]", schema(spec, name)["properties"])


def make(spec: dict[str, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", spec["paths"]["/make"]["post"])


def add_model(spec: dict[str, Any]) -> None:
    members(spec)["model"]["enum"].append("three")
    tested = {"properties": {"model": {"const": "three"}}, "required": ["model"]}
    schema(spec, "Make")["allOf"].append({"if": tested, "then": {"properties": {"duration": {"maximum": 2}}}})


BREAKING: Final[dict[str, Edit]] = {
    "an operation is gone": lambda spec: spec["paths"].pop("/look"),
    "a server is gone": lambda spec: spec["servers"].pop(),
    "the key is in another header": lambda spec: spec["components"]["securitySchemes"]["key"].update(name="Authorization"),
    "a query parameter is renamed": lambda spec: make(spec)["parameters"][0].update(name="pager"),
    "a maximum is less": lambda spec: members(spec)["duration"].update(maximum=7),
    "a member of a request is gone": lambda spec: members(spec).pop("prompt"),
    "a member of a request is required": lambda spec: schema(spec, "Make")["required"].append("prompt"),
    "a model is gone": lambda spec: members(spec)["model"]["enum"].remove("two"),
    "a member of a request has another type": lambda spec: members(spec)["prompt"].update(type="integer"),
    "a member of an answer is gone": lambda spec: members(spec, "Made").pop("state"),
    "a member of an answer may be left out": lambda spec: schema(spec, "Made")["required"].remove("id"),
    "a member of an answer may be null": lambda spec: members(spec, "Made")["id"]["anyOf"].append({"type": "null"}),
    "a status is gone": lambda spec: make(spec)["responses"].pop("400"),
    "a price is another": lambda spec: make(spec)["x-prices"][0].update(credits=6),
}
ADDITIVE: Final[dict[str, Edit]] = {
    "an operation is new": lambda spec: spec["paths"].update({"/more": {"get": {"operationId": "more", "responses": {}}}}),
    "a server is new": lambda spec: spec["servers"].insert(0, {"url": "https://three.example"}),
    "a parameter need not be given any more": lambda spec: make(spec)["parameters"][1].pop("required"),
    "a maximum is more": lambda spec: members(spec)["duration"].update(maximum=9),
    "a rule is gone": lambda spec: schema(spec, "Make")["allOf"].pop(),
    "a model is new, with a rule of its own": add_model,
    "a member of a request is new": lambda spec: members(spec).update(seed={"type": "integer"}),
    "a member of a request need not be given any more": lambda spec: schema(spec, "Make")["required"].remove("model"),
    "a member of an answer is new": lambda spec: members(spec, "Made").update(credits={"type": "number"}),
    "a word of an answer is new": lambda spec: schema(spec, "State")["enum"].append("paused"),
}


def call_otherwise(spec: dict[str, Any]) -> None:
    spec["components"]["schemas"]["Phase"] = schema(spec, "State")
    members(spec, "Made")["state"] = {"$ref": "#/components/schemas/Phase"}


RULE: Final = "#/components/schemas/Make/allOf/0"
PROMPT: Final = "#/components/schemas/Make/properties/prompt"
REPORTS: Final[dict[str, tuple[Edit, list[str]]]] = {
    "a link is gone": (
        lambda spec: make(spec)["responses"]["200"].pop("links"),
        ["breaking: make: HTTP 200 link look is gone #/paths/~1make/post/responses/200/links/look"],
    ),
    "a form of a member is refused": (
        lambda spec: members(spec)["prompt"].update({"not": {"pattern": "^ "}}),
        [f'breaking: make: body prompt not {{"pattern": "^ "}} is new {PROMPT}/not'],
    ),
    "an alternative is new before the others": (
        lambda spec: members(spec, "Made")["id"]["anyOf"].insert(0, {"type": "null"}),
        ["breaking: make, look: HTTP 200 id anyOf null is new #/components/schemas/Made/properties/id/anyOf/0"],
    ),
    "a model of a client is called otherwise": (
        call_otherwise,
        ['breaking: make, look: HTTP 200 state model is "Phase", was "State" #/components/schemas/Phase'],
    ),
    "a rule takes less of a member of a member": (
        lambda spec: schema(spec, "Make")["allOf"][0]["then"]["properties"]["duration"].update(
            properties={"seconds": {"maximum": 3}}
        ),
        [
            f"breaking: make: body if model={model} duration seconds maximum 3 is new"
            f" {RULE}/then/properties/duration/properties/seconds/maximum"
            for model in ("one", "two")
        ],
    ),
}
"""The report of a change, and its place."""
TEXT: Final[dict[str, Edit]] = {
    "a description": lambda spec: members(spec)["prompt"].update(description="what is heard"),
    "an example": lambda spec: members(spec)["prompt"].update(examples=["a bird"]),
    "a source": lambda spec: make(spec).update({"x-source": ["https://docs.example"]}),
}


def after(edit: Edit) -> tuple[Change, ...]:
    new = copy.deepcopy(SPEC)
    edit(new)
    return changes(SPEC, new)


@pytest.mark.parametrize("edit", BREAKING)
def test_change_that_narrows_requests_or_widens_answers_breaks(edit: str) -> None:
    assert after(BREAKING[edit])[0].grade == "breaking"


@pytest.mark.parametrize("edit", ADDITIVE)
def test_change_that_only_allows_more_is_additive(edit: str) -> None:
    assert {change.grade for change in after(ADDITIVE[edit])} == {"additive"}


@pytest.mark.parametrize("edit", REPORTS)
def test_change_is_reported_with_its_operations_and_place_and_nothing_else_is(edit: str) -> None:
    change, lines = REPORTS[edit]
    assert sorted(f"{difference} {difference.place}" for difference in after(change)) == sorted(lines)


def test_rule_is_the_same_alone_and_in_the_else_branch_of_another() -> None:
    first, second = schema(SPEC, "Make")["allOf"][0], {"if": {"required": ["seed"]}, "then": {"required": ["prompt"]}}
    apart, nested = copy.deepcopy(SPEC), copy.deepcopy(SPEC)
    schema(apart, "Make")["allOf"] = [first, second]
    schema(nested, "Make")["allOf"] = [{**first, "else": second}]
    assert changes(apart, nested) == ()


@pytest.mark.parametrize("edit", TEXT)
def test_change_of_words_for_readers_is_text(edit: str) -> None:
    assert {change.grade for change in after(TEXT[edit])} == {"text"}


def test_path_that_is_a_reference_is_compared() -> None:
    """Its operations were missing: a new one was not reported, and an old one as gone."""
    moved = copy.deepcopy(SPEC)
    moved["components"]["pathItems"] = {"Make": moved["paths"].pop("/make")}
    moved["paths"]["/make"] = {"$ref": "#/components/pathItems/Make"}
    assert changes(SPEC, moved) == ()


def test_moved_rule_or_parameter_is_not_a_difference() -> None:
    """Inserting a rule before another one must not report both."""

    def move(spec: dict[str, Any]) -> None:
        rule = schema(spec, "Make")["allOf"].pop()
        for word in ("two", "one"):
            own = copy.deepcopy(rule)
            own["if"]["properties"]["model"] = {"const": word}
            schema(spec, "Make")["allOf"].append(own)
        make(spec)["parameters"].reverse()

    assert after(move) == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_packaged_spec_does_not_differ_from_itself_in_another_order(provider: str) -> None:
    spec = contract_of(provider).spec.root
    backwards = json.loads(json.dumps(spec), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert changes(spec, backwards) == ()


def test_change_of_a_shared_component_is_reported_once_with_its_operations() -> None:
    (change,) = after(lambda spec: schema(spec, "State")["enum"].remove("done"))
    assert (change.operations, change.place) == (("make", "look"), "#/components/schemas/State/enum")
    assert '"done" is gone' in change.text


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_operation_of_a_packaged_spec_is_compared(provider: str) -> None:
    contract = contract_of(provider)
    gone = changes(contract.spec.root, {**contract.spec.root, "paths": {}})
    assert {change.operations[0] for change in gone if change.operations} == set(contract.operations)
