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

CREATE: Final = "#/paths/~1videos/post"
CREATE_BODY: Final = f"{CREATE}/requestBody/content/application~1json"
CREATED: Final = f"{CREATE}/responses/200"
TASK_LINK: Final = f"{CREATED}/links/task"
POLL: Final = "#/paths/~1videos~1{id}/get"
POLL_ID: Final = f"{POLL}/parameters/0"
REQUEST: Final = "#/components/schemas/VideoRequest"
DURATION: Final = f"{REQUEST}/properties/duration"
TASK: Final = "#/components/schemas/Task"
REFUSED: Final = "#/components/responses/Error/content/application~1json/examples/refused"
WITHOUT_SCHEMA: Final[Json] = {"post": {"requestBody": {"content": {"application/json": {"example": 1}}}}}
"""Operations of a callback whose body has an example and no schema."""
EVENT: Final[Json] = {"type": "object", "properties": {"data": {"type": "string", "contentSchema": {}}}}
"""Schema of an event whose `data` is optional and has content of no type."""
STREAM: Final[Json] = {"text/event-stream": {"schema": {"anyOf": [{"type": "string"}, EVENT]}}}

Change: TypeAlias = Callable[[Document], object]


def put(place: str, value: Json) -> Change:
    """Return a change that sets the value at this place."""
    *holder, name = pointer_of(place)
    return lambda document: as_object(document.at(tuple(holder))).update({name: value})


def remove(place: str) -> Change:
    """Return a change that removes what is at this place."""
    *holder, name = pointer_of(place)
    return lambda document: as_object(document.at(tuple(holder))).pop(name)


def changed(*changes: Change) -> Document:
    """Return a copy of the sound spec with these changes."""
    document = evolve(SOUND, root=copy.deepcopy(SOUND.root))
    for change in changes:
        change(document)
    return document


def parameter(name: str, location: str) -> dict[str, Json]:
    return {"name": name, "in": location, "schema": {"type": "string"}, "example": "a"}


VIOLATIONS: Final[list[tuple[str, Change]]] = [
    ("operation_ids_are_unique", put(f"{POLL}/operationId", "create_video")),
    ("operations_name_their_security", remove(f"{CREATE}/security")),
    ("operations_name_their_security", put(f"{CREATE}/security", [{}])),
    ("operations_name_their_security", put(f"{CREATE}/security", [{"otherKey": []}])),
    ("operations_are_described", remove(f"{CREATE}/summary")),
    ("operations_are_described", put(f"{CREATE}/tags", ["video", "image"])),
    ("operations_are_described", put(f"{CREATE}/x-source", ["somewhere"])),
    ("evidence_marks_are_known", put(f"{CREATE}/x-evidence", "rumour")),
    ("keywords_are_known", put(f"{REQUEST}/allOf/0/the", {})),
    ("keywords_are_known", put(f"{POLL_ID}/schema/maxLenght", 8)),
    ("keywords_are_known", put("#/components/responses/Error/headers", {"age": {"schema": {"minumum": 1}}})),
    ("keywords_are_known", put(f"{DURATION}/x-defualt", 4)),
    ("keywords_are_known", put(f"{REQUEST}/properties/image", {"type": "string", "x-media": {"kind": "image", "max-byte": 1}})),
    ("keywords_are_known", put(f"{CREATE}/x-max-body-byte", 1000)),
    (
        "prices_can_be_read",
        put(f"{CREATE}/x-prices", [{"per": "task", "credits": {"resolution": {"720p": "12"}}, "source": "page"}]),
    ),
    ("prices_can_be_read", put(f"{CREATE}/x-prices", [{"per": "task", "credit": 12, "source": "page"}])),
    ("texts_are_whole", put(f"{TASK}/properties/state/not of its parts.", None)),
    ("texts_are_whole", put("#/x-price-list", {"sources": {"page": {"what": "10 credits", "converted": None}}})),
    ("bodies_and_answers_have_examples", remove(f"{CREATE_BODY}/examples")),
    ("bodies_and_answers_have_examples", put(REFUSED, {})),
    ("bodies_and_answers_have_examples", remove(f"{POLL_ID}/example")),
    ("bodies_and_answers_have_examples", put(f"{CREATED}/headers", {"Age": {"schema": {"type": "integer"}}})),
    ("answers_to_failures_are_documented", remove(f"{CREATE}/responses/default")),
    ("answers_to_failures_are_documented", remove(f"{CREATE}/responses/400")),
    ("answers_to_failures_are_documented", remove(CREATED)),
    ("examples_keep_their_schema", put(f"{DURATION}/x-default", "4")),
    ("examples_keep_their_schema", put(f"{POLL_ID}/example", 1)),
    ("schemas_can_be_used", put("#/components/schemas/Error/type", "objct")),
    ("schemas_can_be_used", put(f"{TASK}/properties/task_id/pattern", "((")),
    ("schemas_can_be_used", put(f"{REQUEST}/required", ["model", "prompt", "model"])),
    ("schemas_can_be_used", put(f"{REQUEST}/allOf/0/if/required", ["model", "model"])),
    ("file_is_a_spec", remove("#/openapi")),
    ("members_have_an_effect", put("#/security", [{"apiKey": []}])),
    ("members_have_an_effect", put("#/components/pathItems", {})),
    ("members_have_an_effect", put(f"{CREATE}/responses/404", {"$ref": "#/components/schemas/Error"})),
    ("members_have_an_effect", put(f"{CREATE}/responses/404", {"$ref": "#/components/responses/Error", "description": "No."})),
    ("members_have_an_effect", put(f"{POLL_ID}/style", "label")),
    ("members_have_an_effect", put(f"{CREATE_BODY}/encoding", {})),
    ("members_have_an_effect", put(f"{TASK_LINK}/operationRef", POLL)),
    ("deprecated_has_an_effect", put(f"{CREATE}/deprecated", False)),
    ("deprecated_has_an_effect", put(f"{DURATION}/deprecated", "yes")),
    ("deprecated_has_an_effect", put(f"{REQUEST}/deprecated", True)),
    ("deprecated_has_an_effect", put(f"{POLL_ID}/deprecated", True)),
    ("servers_can_be_used", remove("#/servers")),
    ("servers_can_be_used", put("#/servers", [{"url": "https://api.example.com/"}])),
    ("servers_can_be_used", put(f"{CREATE}/servers", [{"url": "https://other.example.com"}])),
    ("bodies_have_content", put(f"{CREATE}/responses/4XX", {"$ref": "#/components/responses/Error"})),
    ("bodies_have_content", remove("#/components/responses/Error/content/application~1json/schema")),
    ("bodies_have_content", remove(f"{POLL_ID}/schema")),
    ("bodies_have_content", put(f"{CREATE}/callbacks", {"done": {"{$request.body#/prompt}": WITHOUT_SCHEMA}})),
    ("keys_travel_in_a_header", put("#/components/securitySchemes/apiKey/scheme", "basic")),
    ("keys_travel_in_a_header", put("#/components/securitySchemes/apiKey", {"type": "mutualTLS"})),
    ("keys_travel_in_a_header", put(f"{CREATE}/security", [{"apiKey": [], "second": []}])),
    ("keys_travel_in_a_header", put(f"{CREATE}/parameters", [parameter("api_key", "query")])),
    ("keys_travel_in_a_header", put(f"{CREATE}/parameters", [parameter("session", "cookie")])),
    ("path_parameters_are_declared", remove(f"{POLL}/parameters")),
    ("path_parameters_are_declared", put(f"{CREATE}/parameters", [{**parameter("id", "path"), "required": True}])),
    ("path_parameters_are_declared", put(f"{CREATE}/parameters", [parameter("page", "query"), parameter("page", "query")])),
    ("callbacks_can_be_reached", put(f"{CREATE}/callbacks", {"done": {"{$request.body#/callback}": {}}})),
    ("callbacks_can_be_reached", put(f"{CREATE}/callbacks", {"done": {"https://example.com/hook": {}}})),
    ("examples_hold_declared_members", put(f"{REFUSED}/value/msg", "")),
    ("members_have_an_example", put(f"{REQUEST}/properties/seed", {"type": "integer"})),
    ("bodies_have_one_content_type", put(f"{CREATE}/requestBody/content/multipart~1form-data", {"schema": {}, "examples": {}})),
    ("streams_describe_their_events", put(f"{CREATED}/content", {"text/event-stream": {"schema": {"type": "string"}}})),
    ("streams_describe_their_events", put(f"{CREATED}/content", STREAM)),
    ("links_can_be_followed", put(f"{TASK_LINK}/parameters/id", "$response.header.Location")),
    ("links_can_be_followed", put(f"{TASK_LINK}/requestBody", {"seed": "$response.body#/task_id"})),
    ("links_can_be_followed", put("#/x-usual-poll", "getFilm")),
    ("created_tasks_link_to_their_poll", remove(f"{CREATED}/links")),
    ("enums_are_named", put(f"{REQUEST}/properties/style", {"type": "string", "enum": ["a"]})),
    ("enums_are_named", put("#/components/schemas/Model/enum", ["one", "two", None])),
    ("enums_are_named", remove("#/components/schemas/State/type")),
    ("response_enums_are_open", put(f"{TASK}/properties/state", {"$ref": "#/components/schemas/State"})),
    ("response_enums_are_open", put(f"{TASK}/properties/kind", {"const": "video"})),
    ("nullable_is_written_in_3_1", put(f"{TASK}/properties/task_id/nullable", True)),
    ("presence_can_be_checked", put(f"{DURATION}/x-present", "always")),
    ("presence_can_be_checked", put(f"{TASK}/properties/state/x-present", "sometimes")),
    ("presence_can_be_checked", put(f"{TASK}/properties/task_id/x-present", {})),
    ("presence_can_be_checked", put(f"{TASK}/properties/task_id/x-present", {"state": ["sucess"]})),
    ("presence_can_be_checked", put(f"{TASK}/properties/task_id/x-present", {"stat": ["success"]})),
    ("requests_have_no_default", put(f"{DURATION}/default", 4)),
    ("requests_have_no_default", put(f"{POLL_ID}/schema/default", "1")),
    ("request_objects_are_closed", remove(f"{REQUEST}/additionalProperties")),
    ("response_objects_are_open", put(f"{TASK}/additionalProperties", False)),
    ("response_objects_are_open", put(f"{TASK}/additionalProperties", {"type": "string"})),
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
    ("conditions_require_what_they_test", remove(f"{REQUEST}/allOf/0/if/required")),
    ("rules_name_known_properties", put(f"{REQUEST}/allOf/0/then/properties/length", {"maximum": 8})),
    ("rules_name_known_properties", put(f"{REQUEST}/allOf/0/if/properties/model/enum", ["one", "two", "tow"])),
    ("every_model_has_a_rule", put("#/components/schemas/Model/enum", ["one", "two", "three"])),
    ("components_are_used", put("#/components/schemas/Forgotten", {"type": "string"})),
    ("references_lead_somewhere", put(f"{REQUEST}/properties/model", {"$ref": "#/components/schemas/Modell"})),
]
"""Each rule with changes that make the sound spec break it; more are in test_slips.py and test_generate.py, with their messages.

Misspellings such as `maximun` are intended."""


@pytest.mark.parametrize("document", [*DOCUMENTS, SOUND], ids=id_of)
def test_spec_is_valid_openapi_and_keeps_every_house_rule(document: Document) -> None:
    broken = [f"{document.place(finding.pointer)}: {finding.message} ({finding.rule})" for finding in findings(document)]
    broken += [f"{document.place(place)}: {message}" for place, message in invalid_places(document)]
    assert broken == []


def test_member_of_a_request_may_be_deprecated() -> None:
    assert findings(changed(put(f"{DURATION}/deprecated", True))) == []


@pytest.mark.parametrize(("rule", "change"), VIOLATIONS, ids=[rule for rule, _ in VIOLATIONS])
def test_rule_catches_the_spec_that_breaks_it(rule: str, change: Change) -> None:
    assert rule in {finding.rule for finding in findings(changed(change))}


def test_one_mistake_in_a_component_is_named_once() -> None:
    """The link is in the components, and two operations refer to it."""
    reference: Json = {"$ref": "#/components/links/task"}
    referring = [put(place, reference) for place in (TASK_LINK, f"{POLL}/responses/200/links/again")]
    broken = changed(put("#/components/links", {"task": {"operationId": "getFilm"}}), *referring)
    assert [finding.pointer for finding in findings(broken)] == [("components", "links", "task", "operationId")]


def test_every_house_rule_has_a_spec_that_breaks_it() -> None:
    assert {rule for rule, _ in VIOLATIONS} == set(RULES)
