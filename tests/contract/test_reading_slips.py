"""A slip in a spec is seen by the second reading of the documents, with both places."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final, TypeAlias

import pytest
from attrs import evolve, frozen
from documents import Document, Json, Object, as_list, as_object, pointer_of, text_of
from reading_file import Reading, readings
from readings import compared
from specs import GONE, document_named, with_change

MOVED: Final = (
    "no such place in {}: the spec has changed, so name another place of this kind in tests/contract/test_reading_slips.py"
)
OPERATIONS: Final = "#/paths"
SCHEMAS: Final = "#/components/schemas"
LIST: Final = f"{OPERATIONS}/~1ent~1v2~1tasks/get"
TEXT: Final = f"{OPERATIONS}/~1ent~1v2~1text2video/post"
IMAGE: Final = f"{OPERATIONS}/~1proxy~1vidu~1img2video/post"
POLL: Final = f"{OPERATIONS}/~1ent~1v2~1tasks~1{{id}}~1creations/get"
NOTICE: Final = "#/components/callbacks/Task/{$request.body#~1callback_url}/post"


@frozen
class Rule:
    """A limit that a rule of one model sets for a member, at whatever position of `allOf` the rule is."""

    schema: str
    member: str
    model: str
    ending: str

    def place(self, document: Document) -> str:
        for place, entry in document.rules(pointer_of(f"{SCHEMAS}/{self.schema}")):
            tested = as_object(as_object(as_object(entry.get("if")).get("properties")).get("model")).get("enum")
            then = as_object(as_object(entry.get("then")).get("properties")).get(self.member)
            if self.model in as_list(tested) and self.ending[1:] in as_object(then):
                return text_of((*place, "then", "properties", self.member)) + self.ending
        return f"{SCHEMAS}/{self.schema}/allOf/a rule for {self.model} about {self.member}"


Change: TypeAlias = "tuple[str | Rule, object]"
"""A place in a spec and what is written there: a value, what a function makes of the old one, or GONE."""


def more(old: float) -> float:
    return old + 1


def fewer(old: float) -> float:
    return old - 1


def without_last(old: list[Json]) -> list[Json]:
    return old[:-1]


def without_one_inside(old: list[Json]) -> list[Json]:
    return [*old[:-4], *old[-3:]]


def turned_round(old: list[Json]) -> list[Json]:
    return old[::-1]


def with_entry(entry: Json) -> Callable[[list[Json]], list[Json]]:
    return lambda old: [entry, *old]


SLIPS: Final[dict[str, Change]] = {
    "longest prompt": (f"{SCHEMAS}/ImageToVideoRequest/properties/prompt/maxLength", fewer),
    "off-peak turned round": (Rule("ImageToVideoRequest", "audio", "viduq3-pro-fast", "/const"), False),
    "prompt required": (f"{SCHEMAS}/ImageToVideoRequest/required", ["model", "images", "prompt"]),
    "default duration": (Rule("TextToVideoRequest", "duration", "viduq2", "/x-default"), fewer),
    "no default": (f"{SCHEMAS}/MultiframeSegment/properties/duration/x-default", GONE),
    "one second more": (Rule("StartEndToVideoRequest", "duration", "viduq2-pro-fast", "/maximum"), more),
    "one second less": (Rule("StartEndToVideoRequest", "duration", "viduq2-pro-fast", "/maximum"), fewer),
    "length inside a list gone": (
        Rule("DramaTaskRequest", "duration", "viduq3.1-drama-std", "/enum"),
        without_one_inside,
    ),
    "model more": (f"{SCHEMAS}/StartEndToVideoModel/enum", with_entry("another")),
    "more pictures": (f"{SCHEMAS}/ImageToVideoRequest/properties/images/maxItems", more),
    "member of a request gone": (f"{SCHEMAS}/TextToVideoRequest/properties/style", GONE),
    "limit in a part of a member": (f"{SCHEMAS}/TextToVideoRequest/properties/meta_data/allOf", [{"maxLength": 2000}]),
    "type of a member": (f"{SCHEMAS}/TextToVideoRequest/properties/seed/type", "number"),
    "pattern of an id": ("#/components/parameters/TaskId/schema/pattern", "^[0-9]{1,20}$"),
    "form of a picture": (f"{SCHEMAS}/ImageSource/pattern", "^(https?://|data:image/(png|jpe?g|webp);base64,)"),
    "largest picture": (f"{SCHEMAS}/ImageSource/x-media/max-bytes", fewer),
    "largest body": (f"{OPERATIONS}/~1ent~1v2~1img2video/post/x-max-body-bytes", fewer),
    "subjects beside pictures": (f"{SCHEMAS}/ReferenceToVideoRequest/allOf/1/then", {}),
    "source not needed": (f"{SCHEMAS}/ExtendVideoRequest/allOf/0/anyOf", [{}]),
    "what one kind of entry needs": (f"{SCHEMAS}/DramaContent/allOf/0/else/required", GONE),
    "limit beside what is required": (f"{SCHEMAS}/CreateMusicVideoRequest/allOf/0/then/properties/resolution", GONE),
    "condition on a member that there is not": (f"{SCHEMAS}/ImageToVideoRequest/allOf/8/if/required", with_entry("another")),
    "rule of an inner object": (f"{SCHEMAS}/ReferenceSubject/allOf/1/then/properties/images/maxItems", more),
    "member of an answer gone": (f"{SCHEMAS}/GetCreationsReply/properties/err_msg", GONE),
    "type of an answer": (f"{SCHEMAS}/TaskListItem/properties/duration/type", ["string", "null"]),
    "id of an answer optional": (f"{SCHEMAS}/CreatedTask/required", GONE),
    "state gone": (f"{SCHEMAS}/TaskState/enum", without_last),
    "status gone": (f"{TEXT}/responses/402", GONE),
    "example gone": (f"{POLL}/responses/200/content/application~1json/examples/cancelled-by-user", GONE),
    "server gone": ("#/servers", without_last),
    "style of a parameter": (f"{LIST}/parameters/2/explode", False),
    "parameter renamed": (f"{LIST}/parameters/2/name", "task_id"),
    "largest page": (f"{LIST}/parameters/8/schema/maximum", more),
    "parameter optional": ("#/components/parameters/TaskId/required", GONE),
    "notice unsigned": (f"{NOTICE}/security", [{"apiKey": []}]),
    "notice lost": (f"{TEXT}/callbacks", GONE),
    "signature": (f"{NOTICE}/x-signature-vectors/1/signature", "AAAA"),
    "header of the key": ("#/components/securitySchemes/apiKey/name", "X-Api-Key"),
    "key of a route": (f"{TEXT}/security", [{"bearer": []}]),
    "links gone": (f"{TEXT}/responses/200/links", GONE),
    "poll by another id": ("#/components/links/TaskCreations/parameters/id", "$response.body#/model"),
    "next page by its number": (
        f"{LIST}/responses/200/links/nextPage/parameters",
        {"pager.page": "$response.body#/next_page_token"},
    ),
    "usual poll": ("#/x-usual-poll", "listTasks"),
    "answers at once": (f"{TEXT}/x-synchronous", True),
    "retired": (f"{TEXT}/deprecated", True),
    "price": (f"{TEXT}/x-prices/0/credits/resolution/720p", more),
    "price gone": (f"{TEXT}/x-prices/4/off-peak", GONE),
    "last day of a discount": (f"{OPERATIONS}/~1ent~1v2~1img2video/post/x-prices/8/until", "2026-12-31"),
    "worth of a credit": ("#/x-price-list/credit/usd", more),
    "mark of evidence": (f"{SCHEMAS}/GetCreationsReply/properties/err_msg/x-evidence", GONE),
    "operation more": ("#/paths/~1ent~1v2~1invented", {"get": {"operationId": "invented", "responses": {}}}),
}


GATEWAY_SLIPS: Final[dict[tuple[str, str], Change]] = {
    ("comfy", "order of the keys"): (f"{OPERATIONS}/~1proxy~1vidu~1extend/post/security", turned_round),
    ("comfy", "header of an answer"): ("#/components/responses/TooManyRequests/headers/X-Committed-Spend-Limit", GONE),
    ("comfy", "type of a header"): ("#/components/headers/CreditsUsed/schema/type", "string"),
    ("comfy", "doubtful price as a sure one"): (f"{OPERATIONS}/~1proxy~1vidu~1img2video/post/x-prices/0/sure", GONE),
    ("skills_video", "status of an error code"): (f"{SCHEMAS}/ErrorCode/x-codes/CONTENT_REJECTED/status", 400),
    ("skills_video", "other word for a state"): (f"{SCHEMAS}/GenerationStatus/x-aliases/canceled", "FAILED"),
    ("skills_video", "form of an event"): (
        f"{SCHEMAS}/GenerationEvent/properties/data/contentSchema/$ref",
        "#/components/schemas/CreatedGeneration",
    ),
    ("skills_video", "host for the key"): ("#/x-download/send-key-to", ["host.example"]),
    ("zenlayer", "whose prices"): ("#/x-price-list/same-as", "comfy"),
    ("zenlayer", "address with one letter more"): (f"{SCHEMAS}/WebUrl/pattern", "^https?://[^\\s/?#:]x"),
}


SHARED: Final = (
    *("/ent/v2/tasks", "/ent/v2/tasks/{id}/creations", "/ent/v2/tasks/{id}/cancel"),
    "/ent/api/v3/contents/generations/tasks",
)
"""Routes to which the others lead, and the one with a callback and a key of its own."""
ROUTES: Final[dict[str, tuple[str, ...]]] = {
    "TextToVideo": ("/ent/v2/text2video",),
    "ImageToVideo": ("/ent/v2/img2video",),
    "StartEndToVideo": ("/ent/v2/start-end2video",),
    "Reference": ("/ent/v2/reference2video",),
    "Multiframe": ("/ent/v2/multiframe",),
    "Extend": ("/ent/v2/extend",),
    "Drama": ("/ent/v2/multiframe",),
    "CreateMusicVideo": tuple(f"/ent/v2/one-click/mv{ending}" for ending in ("", "/{id}", "/{id}/edit", "/{id}/compose")),
}
"""The routes of the schemas whose names begin so, beside SHARED: with a callback for tasks in each."""


@cache
def routes_of_vidu(word: str) -> tuple[Document, Reading]:
    """Return the spec with SHARED and the routes of one word, and their rows: a slip is seen there in a fraction of the time."""
    document, reading = document_named("vidu"), readings()["vidu"]
    paths = {*SHARED, *ROUTES[word]}
    routes: Object = {path: item for path, item in as_object(document.root["paths"]).items() if path in paths}
    rows: Object = {name: row for name, row, _ in reading.operations() if name.split()[1] in paths}
    return (
        evolve(document, root={**document.root, "paths": routes}),
        Reading(evolve(reading.document, root={**reading.root, "operations": rows})),
    )


def vidu_for(change: Change) -> tuple[Document, Reading]:
    """Return as much of Vidu as a change can be seen in: what is no route's own in the routes of pictures."""
    place = f"{SCHEMAS}/{change[0].schema}" if isinstance(change[0], Rule) else change[0]
    beginnings = {word: (f"{SCHEMAS}/{word}", *(text_of(("paths", path)) for path in paths)) for word, paths in ROUTES.items()}
    return routes_of_vidu(next((word for word in ROUTES if place.startswith(beginnings[word])), "ImageToVideo"))


def changed(document: Document, change: Change) -> tuple[Document, str]:
    """Return the document with a slip in it, and the place of the slip."""
    where, value = change
    place = where.place(document) if isinstance(where, Rule) else where
    *holder, _ = pointer_of(place)
    is_there = document.has(pointer_of(place))
    if not document.has(tuple(holder)) or (not is_there and (value is GONE or callable(value))):
        pytest.fail(MOVED.format(place))
    return with_change(document, place, value), place


@pytest.mark.parametrize("word", ROUTES)
def test_spec_without_a_slip_agrees_with_its_reading(word: str) -> None:
    """Otherwise the tests below would see a difference in any case."""
    assert compared(*routes_of_vidu(word))[1] == []


@pytest.mark.parametrize("slip", SLIPS)
def test_slip_in_a_spec_is_seen_with_both_places(slip: str) -> None:
    """Once, 25 of 37 silent corruptions of the specs passed every test, since all tests read the same file."""
    vidu, reading = vidu_for(SLIPS[slip])
    slipped, place = changed(vidu, SLIPS[slip])
    _, differences = compared(slipped, reading)
    assert differences, MOVED.format(place)
    for difference in differences:
        assert re.match(r"openapi/vidu\.yaml:\d+ #", difference.spec)
        assert re.match(r"openapi/readings/vidu\.yaml:\d+ #", difference.reading)


@pytest.mark.parametrize(("provider", "slip"), GATEWAY_SLIPS)
def test_slip_in_the_spec_of_a_gateway_is_seen(provider: str, slip: str) -> None:
    slipped, place = changed(document_named(provider), GATEWAY_SLIPS[provider, slip])
    _, differences = compared(slipped, readings()[provider])
    assert differences, MOVED.format(place)
    assert all(difference.spec.startswith(f"openapi/{provider}.yaml:") for difference in differences)


@pytest.mark.parametrize("slip", ["one second less", "one second more"])
def test_place_of_a_slip_is_that_of_the_rule(slip: str) -> None:
    """Once, a limit that was too wide was shown at the declaration of its member, 30 lines before the rule of the model."""
    vidu, reading = vidu_for(SLIPS[slip])
    slipped, place = changed(vidu, SLIPS[slip])
    (difference,) = compared(slipped, reading)[1]
    named = place if slip == "one second less" else place.removesuffix("/maximum")
    assert difference.spec == f"openapi/vidu.yaml:{vidu.line(pointer_of(named))} {named}"
    assert "'viduq2-pro-fast'" in difference.name


@pytest.mark.parametrize(
    ("slip", "place", "gone"),
    [
        ((f"{IMAGE}/responses/200/headers/X-Comfy-Credits-Used", GONE), f"{IMAGE}/responses/200", "X-Comfy-Credits-Used"),
        (
            ("#/components/securitySchemes/bearer/scheme", "digest"),
            "#/components/securitySchemes/apiKey",
            "header Authorization Bearer",
        ),
    ],
)
def test_place_of_a_lost_part_is_that_of_its_holder(slip: Change, place: str, gone: str) -> None:
    """Once, a lost header or link was shown at another one, below `components`."""
    comfy, _ = changed(document_named("comfy"), slip)
    _, differences = compared(comfy, readings()["comfy"])
    assert f"openapi/comfy.yaml:{comfy.line(pointer_of(place))} {place} has no {gone}" in {
        difference.spec for difference in differences
    }
