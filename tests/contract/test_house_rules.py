"""The specs keep the house rules, and each rule catches a spec that breaks it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Final, TypeAlias

import pytest
from attrs import evolve
from documents import Document, Json, as_object, pointer_of
from generate import invalid_places
from house_rules import findings
from rule_book import RULES
from specs import DOCUMENTS, SOUND, id_of

CREATE = "#/paths/~1videos/post"
NO_SCHEMA: Final[Json] = {"requestBody": {"content": {"application/json": {"example": 1}}}}
REQUEST = "#/components/schemas/VideoRequest"
TASK = "#/components/schemas/Task"
REFUSED = "#/components/responses/Error/content/application~1json/examples/refused"


EVENT: Final[dict[str, Json]] = {"type": "object", "properties": {"data": {"type": "string", "contentSchema": {}}}}
"""An event of a stream that need not have data, whose content is of no type."""

Change: TypeAlias = Callable[[Document], None]


def put(place: str, value: Json) -> Change:
    """Return a change of a spec: this value at this place."""
    *holder, name = pointer_of(place)

    def change(document: Document) -> None:
        as_object(document.at(tuple(holder)))[name] = value

    return change


def take(place: str) -> Change:
    """Return a change of a spec: nothing at this place any more."""
    *holder, name = pointer_of(place)

    def change(document: Document) -> None:
        del as_object(document.at(tuple(holder)))[name]

    return change


def parameter(name: str, place: str) -> dict[str, Json]:
    return {"name": name, "in": place, "schema": {"type": "string"}, "example": "a"}


BROKEN: Final[list[tuple[str, Change]]] = [
    ("operation_ids_are_unique", put("#/paths/~1videos~1{id}/get/operationId", "create_video")),
    ("operation_ids_are_unique", put("#/paths/~1videos~1{id}/get/operationId", "createVideo")),
    ("operations_name_their_security", take(f"{CREATE}/security")),
    ("operations_name_their_security", put(f"{CREATE}/security", [{}])),
    ("operations_name_their_security", put(f"{CREATE}/security", [{"otherKey": []}])),
    ("operations_are_described", take(f"{CREATE}/summary")),
    ("operations_are_described", put(f"{CREATE}/tags", ["video", "image"])),
    ("operations_are_described", put(f"{CREATE}/x-source", ["somewhere"])),
    ("evidence_marks_are_known", put(f"{CREATE}/x-evidence", "rumour")),
    ("keywords_are_known", put(f"{REQUEST}/properties/duration/maximun", 8)),
    ("keywords_are_known", put(f"{REQUEST}/allOf/0/then/properties/duration/maximun", 8)),
    ("keywords_are_known", put(f"{REQUEST}/allOf/0/the", {})),
    ("keywords_are_known", put("#/paths/~1videos~1{id}/get/parameters/0/schema/maxLenght", 8)),
    ("keywords_are_known", put("#/components/responses/Error/headers", {"age": {"schema": {"minumum": 1}}})),
    ("keywords_are_known", put(f"{REQUEST}/properties/duration/x-defualt", 4)),
    ("keywords_are_known", put(f"{REQUEST}/properties/image", {"type": "string", "x-media": {"kind": "image", "max-byte": 1}})),
    ("keywords_are_known", put(f"{CREATE}/x-max-body-byte", 1000)),
    ("texts_are_whole", put(f"{TASK}/properties/state/not of its parts.", None)),
    ("bodies_and_answers_have_examples", take(f"{CREATE}/requestBody/content/application~1json/examples")),
    ("bodies_and_answers_have_examples", put(REFUSED, {})),
    ("bodies_and_answers_have_examples", take("#/paths/~1videos~1{id}/get/parameters/0/example")),
    ("bodies_and_answers_have_examples", put(f"{CREATE}/responses/200/headers", {"Age": {"schema": {"type": "integer"}}})),
    ("answers_to_failures_are_documented", take(f"{CREATE}/responses/default")),
    ("answers_to_failures_are_documented", take(f"{CREATE}/responses/400")),
    ("answers_to_failures_are_documented", take(f"{CREATE}/responses/200")),
    ("examples_keep_their_schema", put(f"{CREATE}/requestBody/content/application~1json/examples/minimal/value", {})),
    ("examples_keep_their_schema", put(f"{REQUEST}/properties/duration/x-default", "4")),
    ("examples_keep_their_schema", put("#/paths/~1videos~1{id}/get/parameters/0/example", 1)),
    ("schemas_can_be_used", put("#/components/schemas/Error/type", "objct")),
    ("schemas_can_be_used", put(f"{REQUEST}/allOf/0/then/properties/duration/maximum", "8")),
    ("schemas_can_be_used", put(f"{TASK}/properties/task_id/pattern", "((")),
    ("schemas_can_be_used", put(f"{REQUEST}/required", ["model", "prompt", "model"])),
    ("schemas_can_be_used", put(f"{REQUEST}/allOf/0/if/required", ["model", "model"])),
    ("file_is_a_spec", take("#/openapi")),
    ("members_have_an_effect", put("#/webhooks", {})),
    ("members_have_an_effect", put("#/security", [{"apiKey": []}])),
    ("members_have_an_effect", put("#/components/pathItems", {})),
    ("members_have_an_effect", put(f"{CREATE}/sumary", "Start.")),
    ("members_have_an_effect", put(f"{CREATE}/responses/404", {"$ref": "#/components/schemas/Error"})),
    ("members_have_an_effect", put(f"{CREATE}/responses/404", {"$ref": "#/components/responses/Error", "description": "No."})),
    ("members_have_an_effect", put("#/paths/~1videos~1{id}/get/parameters/0/style", "label")),
    ("members_have_an_effect", put(f"{CREATE}/requestBody/content/application~1json/encoding", {})),
    ("members_have_an_effect", put(f"{CREATE}/responses/200/links/task/operationRef", "#/paths/~1videos~1{id}/get")),
    ("deprecated_has_an_effect", put(f"{CREATE}/deprecated", False)),
    ("deprecated_has_an_effect", put(f"{REQUEST}/properties/duration/deprecated", "yes")),
    ("deprecated_has_an_effect", put("#/components/schemas/File/properties/url/deprecated", True)),
    ("deprecated_has_an_effect", put(f"{REQUEST}/deprecated", True)),
    ("deprecated_has_an_effect", put("#/paths/~1videos~1{id}/get/parameters/0/deprecated", True)),
    ("servers_can_be_used", take("#/servers")),
    ("servers_can_be_used", put("#/servers", [{"url": "https://api.example.com/"}])),
    ("servers_can_be_used", put(f"{CREATE}/servers", [{"url": "https://other.example.com"}])),
    ("bodies_have_content", take("#/components/responses/Error/content")),
    ("bodies_have_content", put(f"{CREATE}/responses/404", {"description": "No such thing."})),
    ("bodies_have_content", put(f"{CREATE}/responses/4XX", {"$ref": "#/components/responses/Error"})),
    ("bodies_have_content", take("#/components/responses/Error/content/application~1json/schema")),
    ("bodies_have_content", take("#/paths/~1videos~1{id}/get/parameters/0/schema")),
    ("bodies_have_content", put(f"{CREATE}/callbacks", {"done": {"{$request.body#/prompt}": {"post": NO_SCHEMA}}})),
    ("keys_travel_in_a_header", put("#/components/securitySchemes/apiKey", {"type": "apiKey", "in": "query", "name": "key"})),
    ("keys_travel_in_a_header", put("#/components/securitySchemes/apiKey/scheme", "basic")),
    ("keys_travel_in_a_header", put("#/components/securitySchemes/apiKey", {"type": "mutualTLS"})),
    ("keys_travel_in_a_header", put(f"{CREATE}/security", [{"apiKey": [], "second": []}])),
    ("keys_travel_in_a_header", put(f"{CREATE}/parameters", [parameter("api_key", "query")])),
    ("keys_travel_in_a_header", put(f"{CREATE}/parameters", [parameter("session", "cookie")])),
    ("path_parameters_are_declared", take("#/paths/~1videos~1{id}/get/parameters")),
    ("path_parameters_are_declared", put(f"{CREATE}/parameters", [{**parameter("id", "path"), "required": True}])),
    ("path_parameters_are_declared", put(f"{CREATE}/parameters", [parameter("page", "query"), parameter("page", "query")])),
    ("callbacks_can_be_reached", put(f"{CREATE}/callbacks", {"done": {"{$request.body#/callback}": {}}})),
    ("callbacks_can_be_reached", put(f"{CREATE}/callbacks", {"done": {"https://example.com/hook": {}}})),
    ("examples_hold_declared_members", put(f"{CREATE}/responses/200/content/application~1json/examples/created/value/sate", "a")),
    ("examples_hold_declared_members", put(f"{REFUSED}/value/msg", "")),
    ("members_have_an_example", put(f"{TASK}/properties/seed", {"type": "integer"})),
    ("members_have_an_example", put(f"{REQUEST}/properties/seed", {"type": "integer"})),
    ("bodies_have_one_content_type", put(f"{CREATE}/requestBody/content/multipart~1form-data", {"schema": {}, "examples": {}})),
    (
        "streams_describe_their_events",
        put(f"{CREATE}/responses/200/content", {"text/event-stream": {"schema": {"type": "string"}}}),
    ),
    (
        "streams_describe_their_events",
        put(f"{CREATE}/responses/200/content", {"text/event-stream": {"schema": {"anyOf": [{"type": "string"}, EVENT]}}}),
    ),
    ("links_can_be_followed", put(f"{CREATE}/responses/200/links/task/operationId", "getFilm")),
    ("links_can_be_followed", put(f"{CREATE}/responses/200/links/task/parameters", {"film": "$response.body#/task_id"})),
    ("links_can_be_followed", put(f"{CREATE}/responses/200/links/task/parameters/id", "$response.body#/taskid")),
    ("links_can_be_followed", put(f"{CREATE}/responses/200/links/task/parameters/id", "$respons.body#/task_id")),
    ("links_can_be_followed", put(f"{CREATE}/responses/200/links/task/parameters/id", "$response.header.Location")),
    ("links_can_be_followed", put(f"{CREATE}/responses/200/links/task/parameters/id", "$request.path.id")),
    ("links_can_be_followed", put(f"{CREATE}/responses/200/links/task/requestBody", {"seed": "$response.body#/task_id"})),
    ("links_can_be_followed", put("#/x-usual-poll", "getFilm")),
    ("created_tasks_link_to_their_poll", take(f"{CREATE}/responses/200/links")),
    ("enums_are_named", put(f"{REQUEST}/properties/style", {"type": "string", "enum": ["a"]})),
    ("enums_are_named", put("#/components/schemas/Model/enum", ["one", "two", None])),
    ("enums_are_named", take("#/components/schemas/State/type")),
    ("response_enums_are_open", put(f"{TASK}/properties/state", {"$ref": "#/components/schemas/State"})),
    ("response_enums_are_open", put(f"{TASK}/properties/kind", {"const": "video"})),
    ("nullable_is_written_in_3_1", put(f"{TASK}/properties/task_id/nullable", True)),
    ("presence_can_be_checked", put(f"{REQUEST}/properties/duration/x-present", "always")),
    ("presence_can_be_checked", put(f"{TASK}/properties/state/x-present", "sometimes")),
    ("presence_can_be_checked", put(f"{TASK}/properties/task_id/x-present", {})),
    ("presence_can_be_checked", put(f"{TASK}/properties/task_id/x-present", {"state": ["sucess"]})),
    ("presence_can_be_checked", put(f"{TASK}/properties/task_id/x-present", {"stat": ["success"]})),
    ("requests_have_no_default", put(f"{REQUEST}/properties/duration/default", 4)),
    ("requests_have_no_default", put("#/paths/~1videos~1{id}/get/parameters/0/schema/default", "1")),
    ("request_objects_are_closed", take(f"{REQUEST}/additionalProperties")),
    ("response_objects_are_open", put(f"{TASK}/additionalProperties", False)),
    ("objects_are_named", put(f"{TASK}/properties/video", {"type": "object", "properties": {"fps": {"type": "integer"}}})),
    ("references_stand_alone", put(f"{REQUEST}/properties/model/description", "Which model.")),
    ("unions_are_plain", put(f"{REQUEST}/anyOf", [{"required": ["model"]}])),
    ("unions_are_plain", put(f"{TASK}/properties/video", {"oneOf": [{"type": "string"}, {"type": "integer"}]})),
    ("unions_are_plain", put(f"{TASK}/discriminator", {"propertyName": "state"})),
    ("schemas_are_objects", put(f"{TASK}/properties/anything", True)),
    ("dates_stay_strings", put(f"{TASK}/properties/created_at", {"type": "string", "format": "date-time"})),
    ("property_names_are_free", put(f"{TASK}/properties/to_dict", {"type": "string"})),
    ("models_differ_from_their_members", put(f"{TASK}/properties/task", {"type": "string"})),
    ("required_names_are_declared", put(f"{TASK}/required", ["task_id", "taskId"])),
    ("conditions_require_what_they_test", take(f"{REQUEST}/allOf/0/if/required")),
    ("rules_name_known_properties", put(f"{REQUEST}/allOf/0/then/properties/length", {"maximum": 8})),
    ("rules_name_known_properties", put(f"{REQUEST}/allOf/0/if/properties/model/enum", ["one", "two", "tow"])),
    ("every_model_has_a_rule", put("#/components/schemas/Model/enum", ["one", "two", "three"])),
    ("components_are_used", put("#/components/schemas/Forgotten", {"type": "string"})),
    ("references_lead_somewhere", put(f"{REQUEST}/properties/model", {"$ref": "#/components/schemas/Modell"})),
    ("references_lead_somewhere", put(f"{REQUEST}/properties/model", {"$ref": "./common.yaml#/components/schemas/Model"})),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_spec_is_valid_openapi(document: Document) -> None:
    assert [f"{document.place(place)}: {message}" for place, message in invalid_places(document)] == []


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_spec_keeps_the_house_rule(document: Document, rule: str) -> None:
    found = [f"{document.place(place)}: {message}" for place, message in RULES[rule](document)]
    assert found == []


def test_deprecated_member_of_a_request_keeps_the_rules() -> None:
    deprecated = evolve(SOUND, root=copy.deepcopy(SOUND.root))
    put(f"{REQUEST}/properties/duration/deprecated", True)(deprecated)
    assert findings(deprecated) == []


def test_sound_spec_keeps_every_rule() -> None:
    assert findings(SOUND) == []
    assert list(invalid_places(SOUND)) == []


@pytest.mark.parametrize(("rule", "change"), BROKEN, ids=[f"{name}-{index}" for index, (name, _) in enumerate(BROKEN)])
def test_rule_catches_the_spec_that_breaks_it(rule: str, change: Change) -> None:
    broken = evolve(SOUND, root=copy.deepcopy(SOUND.root))
    change(broken)
    assert rule in {finding.rule for finding in findings(broken)}


def test_one_mistake_in_a_component_is_named_once() -> None:
    """The link is in the components, and two operations refer to it."""
    broken = evolve(SOUND, root=copy.deepcopy(SOUND.root))
    as_object(broken.root["components"])["links"] = {"task": {"operationId": "getFilm"}}
    put(f"{CREATE}/responses/200/links/task", {"$ref": "#/components/links/task"})(broken)
    put("#/paths/~1videos~1{id}/get/responses/200/links/again", {"$ref": "#/components/links/task"})(broken)
    assert [finding.pointer for finding in findings(broken)] == [("components", "links", "task", "operationId")]


def test_every_house_rule_has_a_spec_that_breaks_it() -> None:
    assert {name for name, _ in BROKEN} == set(RULES)
