"""Differences between two specs: each of a kind that a caller notices has its grade, and a document has none with itself.

What breaks is decided as other comparers of OpenAPI documents do it (oasdiff, openapi-diff): what narrows a request or widens an
answer breaks. A new word in an answer does not, since the clients take any.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import pytest
from yaml_files import parse_yaml

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.diff import Change, changes
from vidu_ext.values.json import place_of

SPEC: Final = cast("dict[str, Any]", parse_yaml(Path(__file__).parents[1] / "contract" / "sound.yaml"))
GONE: Final = object()
Edit: TypeAlias = "tuple[str, object]"
"""A place of the spec and what is written there; GONE takes it out."""

CREATE: Final = "#/paths/~1videos/post"
POLL: Final = "#/paths/~1videos~1{id}/get"
POLL_ID: Final = f"{POLL}/parameters/0"
REQUEST: Final = "#/components/schemas/VideoRequest"
RULE: Final = f"{REQUEST}/allOf/0"
MODELS: Final = "#/components/schemas/Model/enum"
TASK: Final = "#/components/schemas/Task"
STATES: Final = "#/components/schemas/State/enum"
DURATION: Final = f"{REQUEST}/properties/duration"
RULES: Final = SPEC["components"]["schemas"]["VideoRequest"]["allOf"]
STATE_FORMS: Final = SPEC["components"]["schemas"]["Task"]["properties"]["state"]["anyOf"]


def rule_of(model: str, **limits: int) -> dict[str, Any]:
    condition = {"required": ["model"], "properties": {"model": {"const": model}}}
    return {"if": condition, "then": {"properties": {"duration": limits}}}


OF_THREE: Final = rule_of("three", maximum=2)


def changed(*edits: Edit) -> dict[str, Any]:
    root = copy.deepcopy(SPEC)
    for pointer, value in edits:
        holder: Any = root
        *parts, name = map(str, place_of(pointer))
        for part in parts:
            holder = holder[int(part) if isinstance(holder, list) else part]
        if value is GONE:
            del holder[name]
        else:
            holder[name] = value
    return root


def after(*edits: Edit) -> tuple[Change, ...]:
    return changes(SPEC, changed(*edits))


BREAKING: Final[dict[str, Edit]] = {
    "an operation is gone": ("#/paths/~1videos~1{id}~1cancel", GONE),
    "a server is gone": ("#/servers", []),
    "the key is sent otherwise": ("#/components/securitySchemes/apiKey/scheme", "token"),
    "a parameter is renamed": (f"{POLL_ID}/name", "key"),
    "a maximum is less": (f"{RULE}/then/properties/duration/maximum", 7),
    "a member of a request is gone": (DURATION, GONE),
    "a member of a request is required": (f"{REQUEST}/required", ["model", "duration"]),
    "a model is gone": (MODELS, ["one"]),
    "a member of a request has another type": (f"{DURATION}/type", "string"),
    "a member of an answer is gone": (f"{TASK}/properties/files", GONE),
    "a member of an answer may be left out": (f"{TASK}/required", GONE),
    "a member of an answer may be null": (f"{TASK}/properties/task_id/type", ["string", "null"]),
    "a status is gone": (f"{CREATE}/responses/400", GONE),
    "a price is another": ("#/x-price-list", {"credit": {"usd": 1}}),
}
ADDITIVE: Final[dict[str, list[Edit]]] = {
    "an operation is new": [("#/paths/~1more", {"get": {"operationId": "more", "responses": {}}})],
    "a server is new": [("#/servers", [{"url": "https://two.example"}, *SPEC["servers"]])],
    "a parameter need not be given any more": [(f"{POLL_ID}/required", GONE)],
    "a maximum is more": [(f"{RULE}/then/properties/duration/maximum", 9)],
    "a rule is gone": [(f"{REQUEST}/allOf", GONE)],
    "a model is new, with a rule of its own": [
        (MODELS, ["one", "two", "three"]),
        (f"{REQUEST}/allOf", [*RULES, OF_THREE]),
    ],
    "a member of a request is new": [(f"{REQUEST}/properties/seed", {"type": "integer"})],
    "a member of a request need not be given any more": [(f"{REQUEST}/required", GONE)],
    "a member of an answer is new": [(f"{TASK}/properties/credits", {"type": "number"})],
    "a word of an answer is new": [(STATES, ["created", "done", "paused"])],
}
TEXT: Final[dict[str, Edit]] = {
    "a description": (f"{CREATE}/responses/200/description", "Taken."),
    "an example": (f"{DURATION}/examples", [4]),
    "a source": (f"{CREATE}/x-source", ["https://docs.example"]),
}
REPORTS: Final[dict[str, tuple[list[Edit], list[str]]]] = {
    "a link is gone": (
        [(f"{CREATE}/responses/200/links", GONE)],
        [f"breaking: createVideo: HTTP 200 link task is gone {CREATE}/responses/200/links/task"],
    ),
    "a form of a member is refused": (
        [(f"{DURATION}/not", {"const": 3})], [f'breaking: createVideo: body duration not {{"const": 3}} is new {DURATION}/not'],
    ),
    "an alternative is new before the others": (
        [(f"{TASK}/properties/state/anyOf", [{"type": "integer"}, *STATE_FORMS])],
        [f"breaking: createVideo, getVideo: HTTP 200 state anyOf integer is new {TASK}/properties/state/anyOf/0"],
    ),
    "a model of a client is called otherwise": (
        [
            ("#/components/schemas/Wish", SPEC["components"]["schemas"]["VideoRequest"]),
            (f"{CREATE}/requestBody/content/application~1json/schema/$ref", "#/components/schemas/Wish"),
        ],
        ['breaking: createVideo: body model is "Wish", was "VideoRequest" #/components/schemas/Wish'],
    ),
    "a rule takes less of a member of a member": (
        [(f"{RULE}/then/properties/duration/properties", {"seconds": {"maximum": 3}})],
        [
            f"breaking: createVideo: body if model={model} duration seconds maximum 3 is new"
            f" {RULE}/then/properties/duration/properties/seconds/maximum"
            for model in ("one", "two")
        ],
    ),
    "a shared component is changed": (
        [(STATES, ["created"])],
        [f'breaking: createVideo, getVideo: HTTP 200 state anyOf State enum "done" is gone {STATES}'],
    ),
    "rules and parameters move": (
        [(f"{REQUEST}/allOf", [rule_of(model, minimum=1, maximum=8) for model in ("two", "one")])], [],
    ),
    "a path is a reference": (
        [
            ("#/components/pathItems", {"Make": SPEC["paths"]["/videos"]}),
            ("#/paths/~1videos", {"$ref": "#/components/pathItems/Make"}),
        ],
        [],
    ),
}  # fmt: skip
"""The report of a change, and its place."""


@pytest.mark.parametrize("edit", BREAKING)
def test_change_that_narrows_requests_or_widens_answers_breaks(edit: str) -> None:
    assert after(BREAKING[edit])[0].grade == "breaking"


@pytest.mark.parametrize("edit", ADDITIVE)
def test_change_that_only_allows_more_is_additive(edit: str) -> None:
    assert {change.grade for change in after(*ADDITIVE[edit])} == {"additive"}


@pytest.mark.parametrize("edit", TEXT)
def test_change_of_words_for_readers_is_text(edit: str) -> None:
    assert {change.grade for change in after(TEXT[edit])} == {"text"}


@pytest.mark.parametrize("edit", REPORTS)
def test_change_is_reported_with_its_operations_and_place_and_nothing_else_is(edit: str) -> None:
    edits, lines = REPORTS[edit]
    assert sorted(f"{difference} {difference.place}" for difference in after(*edits)) == sorted(lines)


def test_rule_is_the_same_alone_and_in_the_else_branch_of_another() -> None:
    (first,) = RULES
    apart, nested = changed((f"{REQUEST}/allOf", [first, OF_THREE])), changed((f"{REQUEST}/allOf", [{**first, "else": OF_THREE}]))
    assert changes(apart, nested) == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_packaged_spec_does_not_differ_from_itself_in_another_order(provider: str) -> None:
    spec = contract_of(provider).spec.root
    backwards = json.loads(json.dumps(spec), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert changes(spec, backwards) == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_operation_of_a_packaged_spec_is_compared(provider: str) -> None:
    contract = contract_of(provider)
    gone = changes(contract.spec.root, {**contract.spec.root, "paths": {}})
    assert {change.operations[0] for change in gone if change.operations} == set(contract.operations)
