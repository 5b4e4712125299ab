"""The specs keep the house rules, and each rule catches a spec that breaks it."""

from __future__ import annotations

from typing import Final

import pytest
from documents import Document, Json
from generate import invalid_places
from house_rules import findings
from rule_book import RULES
from specs import DOCUMENTS, GONE, SOUND, id_of, with_change

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


def parameter(name: str, location: str) -> dict[str, Json]:
    return {"name": name, "in": location, "schema": {"type": "string"}, "example": "a"}


VIOLATIONS: Final[list[tuple[str, str, object]]] = [
    ("operation_ids_are_unique", f"{POLL}/operationId", "create_video"),
    ("operations_name_their_security", f"{CREATE}/security", GONE),
    ("operations_name_their_security", f"{CREATE}/security", [{"otherKey": []}]),
    ("operations_are_described", f"{CREATE}/summary", GONE),
    ("operations_are_described", f"{CREATE}/tags", ["video", "image"]),
    ("evidence_marks_are_known", f"{CREATE}/x-evidence", "rumour"),
    ("keywords_are_known", f"{REQUEST}/allOf/0/the", {}),
    ("keywords_are_known", f"{POLL_ID}/schema/contentSchema", {"maxLenght": 8}),
    ("keywords_are_known", f"{DURATION}/x-defualt", 4),
    ("keywords_are_known", f"{REQUEST}/properties/image", {"type": "string", "x-media": {"kind": "image", "max-byte": 1}}),
    (
        "prices_can_be_read",
        f"{CREATE}/x-prices",
        [{"per": "task", "credits": {"resolution": {"720p": "12"}}, "source": "page"}],
    ),
    ("prices_can_be_read", f"{CREATE}/x-prices", [{"per": "task", "credit": 12, "source": "page"}]),
    ("prices_can_be_read", f"{CREATE}/x-prices", [{"per": "task", "credits": 12, "source": "pages"}]),
    ("texts_are_whole", f"{TASK}/properties/state/not of its parts.", None),
    ("texts_are_whole", "#/x-price-list", {"sources": {"page": {"what": "10 credits", "converted": None}}}),
    ("bodies_and_answers_have_examples", f"{CREATE_BODY}/examples", GONE),
    ("bodies_and_answers_have_examples", f"{POLL_ID}/example", GONE),
    ("bodies_and_answers_have_examples", f"{CREATED}/headers", {"Age": {"schema": {"type": "integer"}}}),
    ("answers_to_failures_are_documented", f"{CREATE}/responses/default", GONE),
    ("answers_to_failures_are_documented", CREATED, GONE),
    ("examples_keep_their_schema", f"{DURATION}/x-default", "4"),
    ("examples_keep_their_schema", f"{POLL_ID}/example", 1),
    ("schemas_can_be_used", "#/components/schemas/Error/type", "objct"),
    ("schemas_can_be_used", f"{TASK}/properties/task_id/pattern", "(("),
    ("schemas_can_be_used", f"{REQUEST}/allOf/0/if/required", ["model", "model"]),
    ("file_is_a_spec", "#/openapi", GONE),
    ("members_have_an_effect", "#/security", [{"apiKey": []}]),
    ("members_have_an_effect", f"{CREATE}/responses/404", {"$ref": "#/components/schemas/Error"}),
    ("members_have_an_effect", f"{CREATE}/responses/404", {"$ref": "#/components/responses/Error", "description": "No."}),
    ("members_have_an_effect", f"{POLL_ID}/style", "label"),
    ("members_have_an_effect", f"{TASK_LINK}/operationRef", POLL),
    ("deprecated_has_an_effect", f"{CREATE}/deprecated", False),
    ("deprecated_has_an_effect", f"{REQUEST}/deprecated", True),
    ("servers_can_be_used", "#/servers", GONE),
    ("servers_can_be_used", "#/servers", [{"url": "https://api.example.com/"}]),
    ("servers_can_be_used", f"{CREATE}/servers", [{"url": "https://other.example.com"}]),
    ("bodies_have_content", f"{CREATE}/responses/4XX", {"$ref": "#/components/responses/Error"}),
    ("bodies_have_content", "#/components/responses/Error/content/application~1json/schema", GONE),
    ("bodies_have_content", f"{CREATE}/callbacks", {"done": {"{$request.body#/prompt}": WITHOUT_SCHEMA}}),
    ("keys_travel_in_a_header", "#/components/securitySchemes/apiKey/scheme", "basic"),
    ("keys_travel_in_a_header", f"{CREATE}/security", [{"apiKey": [], "second": []}]),
    ("keys_travel_in_a_header", f"{CREATE}/parameters", [parameter("api_key", "query")]),
    ("path_parameters_are_declared", f"{POLL}/parameters", GONE),
    ("path_parameters_are_declared", f"{CREATE}/parameters", [{**parameter("id", "path"), "required": True}]),
    ("path_parameters_are_declared", f"{CREATE}/parameters", [parameter("page", "query"), parameter("page", "query")]),
    ("callbacks_can_be_reached", f"{CREATE}/callbacks", {"done": {"{$request.body#/callback}": {}}}),
    ("examples_hold_declared_members", f"{REFUSED}/value/msg", ""),
    ("members_have_an_example", f"{REQUEST}/properties/seed", {"type": "integer"}),
    ("bodies_have_one_content_type", f"{CREATE}/requestBody/content/multipart~1form-data", {"schema": {}, "examples": {}}),
    ("streams_describe_their_events", f"{CREATED}/content", {"text/event-stream": {"schema": {"type": "string"}}}),
    ("streams_describe_their_events", f"{CREATED}/content", STREAM),
    ("links_can_be_followed", f"{TASK_LINK}/parameters/id", "$response.header.Location"),
    ("links_can_be_followed", "#/x-usual-poll", "getFilm"),
    ("created_tasks_link_to_their_poll", f"{CREATED}/links", GONE),
    ("enums_are_named", f"{REQUEST}/properties/style", {"type": "string", "enum": ["a"]}),
    ("enums_are_named", "#/components/schemas/Model/enum", ["one", "two", None]),
    ("response_enums_are_open", f"{TASK}/properties/state", {"$ref": "#/components/schemas/State"}),
    ("nullable_is_written_in_3_1", f"{TASK}/properties/task_id/nullable", True),
    ("presence_can_be_checked", f"{DURATION}/x-present", "always"),
    ("presence_can_be_checked", f"{TASK}/properties/task_id/x-present", {"state": ["sucess"]}),
    ("presence_can_be_checked", f"{TASK}/properties/task_id/x-present", {"stat": ["success"]}),
    ("requests_have_no_default", f"{DURATION}/default", 4),
    ("request_objects_are_closed", f"{REQUEST}/additionalProperties", GONE),
    ("response_objects_are_open", f"{TASK}/additionalProperties", False),
    ("objects_are_named", f"{TASK}/properties/video", {"type": "object", "properties": {"fps": {"type": "integer"}}}),
    ("references_stand_alone", f"{REQUEST}/properties/model/description", "Which model."),
    ("unions_are_plain", f"{REQUEST}/anyOf", [{"required": ["model"]}]),
    ("unions_are_plain", f"{TASK}/properties/video", {"oneOf": [{"type": "string"}, {"type": "integer"}]}),
    ("schemas_are_objects", f"{TASK}/properties/anything", True),
    ("dates_stay_strings", f"{TASK}/properties/created_at", {"type": "string", "format": "date-time"}),
    ("property_names_are_free", f"{TASK}/properties/to_dict", {"type": "string"}),
    ("models_differ_from_their_members", f"{TASK}/properties/task", {"type": "string"}),
    ("required_names_are_declared", f"{TASK}/required", ["task_id", "taskId"]),
    ("conditions_require_what_they_test", f"{REQUEST}/allOf/0/if/required", GONE),
    ("rules_name_known_properties", f"{REQUEST}/allOf/0/then/properties/length", {"maximum": 8}),
    ("rules_name_known_properties", f"{REQUEST}/allOf/0/if/properties/model/enum", ["one", "two", "tow"]),
    ("every_model_has_a_rule", "#/components/schemas/Model/enum", ["one", "two", "three"]),
    ("components_are_used", "#/components/schemas/Forgotten", {"type": "string"}),
    ("references_lead_somewhere", f"{REQUEST}/properties/model", {"$ref": "#/components/schemas/Modell"}),
]
"""Each rule with changes that make the sound spec break it; more are in test_slips.py and test_generate.py, with their messages.

Misspellings such as `maximun` are intended."""


@pytest.mark.parametrize("document", [*DOCUMENTS, SOUND], ids=id_of)
def test_spec_is_valid_openapi_and_keeps_every_house_rule(document: Document) -> None:
    broken = [f"{document.place(finding.pointer)}: {finding.message} ({finding.rule})" for finding in findings(document)]
    broken += [f"{document.place(place)}: {message}" for place, message in invalid_places(document)]
    assert broken == []


def test_member_of_a_request_may_be_deprecated() -> None:
    assert findings(with_change(SOUND, f"{DURATION}/deprecated", True)) == []


@pytest.mark.parametrize(("rule", "place", "value"), VIOLATIONS, ids=[rule for rule, _, _ in VIOLATIONS])
def test_rule_catches_the_spec_that_breaks_it(rule: str, place: str, value: object) -> None:
    assert rule in {finding.rule for finding in findings(with_change(SOUND, place, value))}


def test_one_mistake_in_a_component_is_named_once() -> None:
    """The link is in the components, and two operations refer to it."""
    broken = with_change(SOUND, "#/components/links", {"task": {"operationId": "getFilm"}})
    for place in (TASK_LINK, f"{POLL}/responses/200/links/again"):
        broken = with_change(broken, place, {"$ref": "#/components/links/task"})
    assert [finding.pointer for finding in findings(broken)] == [("components", "links", "task", "operationId")]


def test_every_house_rule_has_a_spec_that_breaks_it() -> None:
    assert {rule for rule, _, _ in VIOLATIONS} == set(RULES)
