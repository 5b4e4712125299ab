"""The specs and the second reading of the documents say the same, and a slip on either side is seen with its place."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import pytest
import readings
from attrs import evolve, frozen
from conftest import Record
from documents import FOLDER, Document, Json, Object, as_list, as_object, load, pointer_of, text_of
from reading_rules import ReadingError
from readings import Reading, reading_at
from specs import DOCUMENTS, document_named, id_of

READ: Final = readings.readings()
IN_BOTH: Final = [document for document in DOCUMENTS if document.name in READ]


def test_every_spec_has_a_reading() -> None:
    missing = [f"openapi/readings/{document.name}.yaml" for document in DOCUMENTS if document.name not in READ]
    assert not missing, f"read the documents of the provider a second time, apart from the spec, and write {', '.join(missing)}"
    assert READ.keys() == {document.name for document in DOCUMENTS}, "a reading has no spec any more: remove it"


@pytest.mark.parametrize("document", IN_BOTH, ids=id_of)
def test_spec_and_documents_say_the_same(document: Document, record: Record) -> None:
    number, differences = readings.compared(document, READ[document.name])
    next_step = "Read the documents again, mend whichever file is wrong, then run `make contract`."
    assert not differences, "\n".join(["", *map(str, differences), next_step])
    record(document.name, readings.COMPARED, number)
    record(document.name, readings.DOUBTED, len(READ[document.name].doubts()))


@pytest.mark.parametrize("document", IN_BOTH, ids=id_of)
def test_error_examples_have_the_status_that_the_page_of_errors_prints(document: Document) -> None:
    root = READ[document.name].root
    printed = printed_statuses(as_object(root["words"]))
    for status, answer in as_object(root.get("error_answers")).items():
        if as_object(answer).get("evidence") is None and status.isdigit() and printed:
            shows = as_object(answer)["shows"]
            words = [str(word).split()[0] for word in as_object(shows) or as_list(shows)]
            assert all(printed[word] == int(status) for word in words if word != "-"), status


def printed_statuses(words: Object) -> Object:
    """The status that the documents print beside each name of an error; of a code that is made of two, for each family."""
    codes = as_object(words.get("error_codes"))
    made = {
        f"{family}_{ending}": as_object(said)["status"]
        for family in as_list(codes.get("families"))
        for ending, said in as_object(codes.get("codes")).items()
    }
    return {**as_object(as_object(words.get("error_reasons")).get("values")), **made}


# -- slips -----------------------------------------------------------------------------------------------------------------

GONE: Final = object()
Change: TypeAlias = "tuple[str, object]"
"""A place in a spec and what is written there, or GONE."""

OPERATIONS: Final = "#/paths"
SCHEMAS: Final = "#/components/schemas"
LIST: Final = f"{OPERATIONS}/~1ent~1v2~1tasks/get"
TEXT: Final = f"{OPERATIONS}/~1ent~1v2~1text2video/post"
POLL: Final = f"{OPERATIONS}/~1ent~1v2~1tasks~1{{id}}~1creations/get"
NOTICE: Final = "#/components/callbacks/Task/{$request.body#~1callback_url}/post"


def rule(schema: str, member: str, *models: str, provider: str = "vidu") -> str:
    """The place of what a rule asks of a member for these models, wherever in the list it stands."""
    for place, entry in document_named(provider).rules(pointer_of(f"{SCHEMAS}/{schema}")):
        tested = as_object(as_object(as_object(entry.get("if")).get("properties")).get("model")).get("enum")
        if tested == list(models) and member in as_object(as_object(entry.get("then")).get("properties")):
            return text_of((*place, "then", "properties", member))
    raise LookupError(f"{schema} has no rule for {models} about {member}")


SLIPS: Final[dict[str, Change]] = {
    "longest prompt": (f"{SCHEMAS}/ImageToVideoRequest/properties/prompt/maxLength", 50),
    "no longest prompt": (f"{SCHEMAS}/ImageToVideoRequest/properties/prompt/maxLength", GONE),
    "off-peak turned round": (
        rule("ImageToVideoRequest", "audio", "viduq3-turbo", "viduq3-pro", "viduq3-pro-fast") + "/const",
        False,
    ),
    "picture not required": (f"{SCHEMAS}/ImageToVideoRequest/required", ["model"]),
    "prompt required": (f"{SCHEMAS}/ImageToVideoRequest/required", ["model", "images", "prompt"]),
    "default duration": (rule("TextToVideoRequest", "duration", "viduq2") + "/x-default", 4),
    "default resolution": (rule("ImageToVideoRequest", "resolution", "vidu2.0") + "/x-default", "720p"),
    "default of a flag": (f"{SCHEMAS}/TextToVideoRequest/properties/bgm/x-default", True),
    "no default": (f"{SCHEMAS}/MultiframeSegment/properties/duration/x-default", GONE),
    "one second more": (rule("StartEndToVideoRequest", "duration", "viduq2-pro-fast") + "/maximum", 9),
    "one second less": (rule("StartEndToVideoRequest", "duration", "viduq2-pro-fast") + "/maximum", 7),
    "later start": (rule("ReferenceToVideoRequest", "duration", "viduq2-pro") + "/minimum", 1),
    "another length": (rule("ImageToVideoRequest", "duration", "vidu2.0") + "/enum", [4, 6, 8]),
    "resolution more": (rule("ImageToVideoRequest", "resolution", "viduq3-pro-fast") + "/enum", ["540p", "720p", "1080p"]),
    "resolution less": (rule("ImageToVideoRequest", "resolution", "viduq3-pro-fast") + "/enum", ["720p"]),
    "model more": (f"{SCHEMAS}/StartEndToVideoModel/enum", ["viduq3-pro-fast"]),
    "more pictures": (f"{SCHEMAS}/ImageToVideoRequest/properties/images/maxItems", 2),
    "fewer key pictures": (f"{SCHEMAS}/MultiframeRequest/properties/image_settings/maxItems", 8),
    "member of a request gone": (f"{SCHEMAS}/TextToVideoRequest/properties/style", GONE),
    "member of a request more": (f"{SCHEMAS}/TextToVideoRequest/properties/negative_prompt", {"type": "string"}),
    "type of a member": (f"{SCHEMAS}/TextToVideoRequest/properties/seed/type", "number"),
    "word of a list": (f"{SCHEMAS}/MovementAmplitude/enum", ["auto", "small", "medium", "large", "huge"]),
    "pattern of an id": ("#/components/parameters/TaskId/schema/pattern", "^[0-9]{1,20}$"),
    "form of a picture": (f"{SCHEMAS}/ImageSource/pattern", "^(https?://|data:image/(png|jpe?g|webp);base64,)"),
    "largest picture": (f"{SCHEMAS}/ImageSource/x-media/max-bytes", 10485760),
    "largest body": (f"{OPERATIONS}/~1ent~1v2~1img2video/post/x-max-body-bytes", 10485760),
    "subjects beside pictures": (f"{SCHEMAS}/ReferenceToVideoRequest/allOf/1/then", {}),
    "source not needed": (f"{SCHEMAS}/ExtendVideoRequest/allOf/0/anyOf", [{}]),
    "rule of an inner object": (f"{SCHEMAS}/ReferenceSubject/allOf/1/then/properties/images/maxItems", 3),
    "member of an answer gone": (f"{SCHEMAS}/GetCreationsReply/properties/err_msg", GONE),
    "member of an inner answer gone": (f"{SCHEMAS}/Creation/properties/cover_url", GONE),
    "type of an answer": (f"{SCHEMAS}/TaskListItem/properties/duration/type", ["string", "null"]),
    "answer never null": (f"{SCHEMAS}/GetCreationsReply/properties/payload/type", "string"),
    "id of an answer optional": (f"{SCHEMAS}/CreatedTask/required", GONE),
    "state gone": (f"{SCHEMAS}/TaskState/enum", ["created", "queueing", "success", "failed"]),
    "error word gone": (f"{SCHEMAS}/ErrorReason/enum", ["BadRequest"]),
    "status gone": (f"{TEXT}/responses/402", GONE),
    "status more": (f"{TEXT}/responses/409", {"$ref": "#/components/responses/Error"}),
    "example gone": (f"{POLL}/responses/200/content/application~1json/examples/cancelled-by-user", GONE),
    "example of an error gone": ("#/components/responses/BadRequest/content/application~1json/examples/codec", GONE),
    "server gone": ("#/servers", [{"url": "https://api.vidu.com"}]),
    "server renamed": ("#/servers/1/url", "https://api.vidu.com.cn"),
    "style of a parameter": (f"{LIST}/parameters/2/explode", False),
    "parameter renamed": (f"{LIST}/parameters/2/name", "task_id"),
    "parameter in a header": (f"{LIST}/parameters/2/in", "header"),
    "largest page": (f"{LIST}/parameters/8/schema/maximum", 1000),
    "parameter optional": ("#/components/parameters/TaskId/required", GONE),
    "header of a notice": (f"{NOTICE}/parameters/1/name", "X-Request-Nonce-Id"),
    "notice unsigned": (f"{NOTICE}/security", [{"apiKey": []}]),
    "notice lost": (f"{TEXT}/callbacks", GONE),
    "signature": (f"{NOTICE}/x-signature-vectors/1/signature", "AAAA"),
    "header of the key": ("#/components/securitySchemes/apiKey/name", "X-Api-Key"),
    "word before the key": ("#/components/securitySchemes/apiKey/x-key-prefix", "Bearer"),
    "key of a route": (f"{TEXT}/security", [{"bearer": []}]),
    "poll by another id": (f"{TEXT}/responses/200/links", GONE),
    "usual poll": ("#/x-usual-poll", "listTasks"),
    "answers at once": (f"{TEXT}/x-synchronous", True),
    "retired": (f"{TEXT}/deprecated", True),
    "price": (f"{TEXT}/x-prices/0/credits/resolution/720p", 21),
    "price at off-peak hours": (f"{TEXT}/x-prices/0/off-peak/resolution/720p", 11),
    "price of one length": (f"{TEXT}/x-prices/4/credits/resolution/540p/4", 19),
    "price gone": (f"{TEXT}/x-prices/4/off-peak", GONE),
    "price by what": (f"{TEXT}/x-prices/0/per", "task"),
    "last day of a discount": (f"{OPERATIONS}/~1ent~1v2~1img2video/post/x-prices/8/until", "2026-12-31"),
    "date of a price": ("#/x-price-list/sources/cn/date", "2026-10-01"),
    "worth of a credit": ("#/x-price-list/credit/usd", 0.05),
    "mark of evidence": (f"{SCHEMAS}/GetCreationsReply/properties/err_msg/x-evidence", GONE),
    "operation gone": ("#/paths/~1ent~1v2~1extend", GONE),
    "operation more": ("#/paths/~1ent~1v2~1invented", {"get": {"operationId": "invented", "responses": {}}}),
}


GATEWAY_SLIPS: Final[dict[tuple[str, str], Change]] = {
    ("comfy", "one second more"): (
        rule("StartEndToVideoRequest", "duration", "viduq2-pro", "viduq2-turbo", provider="comfy") + "/maximum",
        9,
    ),
    ("comfy", "picture not required"): (f"{SCHEMAS}/ImageToVideoRequest/required", ["model"]),
    ("comfy", "header of the key"): ("#/components/securitySchemes/apiKey/name", "X-COMFY-KEY"),
    ("comfy", "order of the keys"): (f"{OPERATIONS}/~1proxy~1vidu~1extend/post/security", [{"bearer": []}, {"apiKey": []}]),
    ("comfy", "model gone"): (f"{SCHEMAS}/ImageToVideoModel/enum/0", "viduq4"),
    ("comfy", "ratio gone"): (f"{SCHEMAS}/ImageToVideoRequest/properties/aspect_ratio", GONE),
    ("comfy", "upload address needed"): (f"{SCHEMAS}/CreateStorageReply/required", ["upload_url"]),
    ("comfy", "file there already gone"): (f"{SCHEMAS}/CreateStorageReply/properties/existing_file", GONE),
    ("comfy", "header of an answer"): ("#/components/responses/TooManyRequests/headers/X-Committed-Spend-Limit", GONE),
    ("comfy", "type of a header"): ("#/components/headers/CreditsUsed/schema/type", "string"),
    ("comfy", "header of the idempotency key"): ("#/components/parameters/IdempotencyKey/name", "X-Idempotency-Key"),
    ("comfy", "sounds with every model"): (f"{SCHEMAS}/ReferenceToVideoRequest/allOf/4/then/not", GONE),
    ("comfy", "price of a poll"): (f"{SCHEMAS}/GetCreationsReply/properties/credits", GONE),
    ("comfy", "price of one length"): (
        f"{OPERATIONS}/~1proxy~1vidu~1text2video/post/x-prices/2/credits/resolution/720p/4",
        36.92,
    ),
    ("comfy", "credits in a dollar"): ("#/x-price-list/credit/per-usd", 200),
    ("comfy", "worth of an answer's credit"): ("#/x-price-list/answered-credit", GONE),
    ("comfy", "sum in place of what comes on top"): (f"{OPERATIONS}/~1proxy~1vidu~1multiframe/post/x-prices/1/adds", GONE),
    ("comfy", "doubtful price as a sure one"): (f"{OPERATIONS}/~1proxy~1vidu~1img2video/post/x-prices/0/sure", GONE),
    ("skills_video", "one second more"): (f"{SCHEMAS}/Q2VideoRequest/properties/duration/maximum", 9),
    ("skills_video", "default duration"): (f"{SCHEMAS}/Q3VideoRequest/properties/duration/x-default", 5),
    ("skills_video", "seed never null"): (f"{SCHEMAS}/Q2VideoRequest/properties/seed/type", "integer"),
    ("skills_video", "more pictures"): (f"{SCHEMAS}/Q2ImageRequest/properties/image_urls/maxItems", 4),
    ("skills_video", "accepted gone"): (f"{OPERATIONS}/~1generation~1vidu~1q2/post/responses/202", GONE),
    ("skills_video", "status of an error code"): (f"{SCHEMAS}/ErrorCode/x-codes/CONTENT_REJECTED/status", 400),
    ("skills_video", "error code sent again"): (f"{SCHEMAS}/ErrorCode/x-codes/TIMEOUT/retry", "yes"),
    ("skills_video", "other word for a state"): (f"{SCHEMAS}/GenerationStatus/x-aliases/canceled", "FAILED"),
    ("skills_video", "form of an event"): (
        f"{SCHEMAS}/GenerationEvent/properties/data/contentSchema/$ref",
        "#/components/schemas/CreatedGeneration",
    ),
    ("skills_video", "member of usage gone"): (f"{SCHEMAS}/Usage/properties/permanent", GONE),
    ("skills_video", "price that no page prints"): (
        f"{OPERATIONS}/~1generation~1vidu~1q3/post/x-prices",
        [{"per": "task", "credits": 20, "source": "page"}],
    ),
    ("skills_video", "host for the key"): ("#/x-download/send-key-to", ["host.example"]),
    ("zenlayer", "one second more"): (
        rule("StartEndToVideoRequest", "duration", "viduq2-pro", provider="zenlayer") + "/maximum",
        9,
    ),
    ("zenlayer", "whose prices"): ("#/x-price-list/same-as", "comfy"),
    ("zenlayer", "price"): (f"{OPERATIONS}/~1v1~1vidu~1img2video/post/x-prices/0/credits/resolution/720p", 11),
    ("zenlayer", "model gone"): (f"{SCHEMAS}/Model/enum/10", "viduq2-turbo"),
    ("zenlayer", "scheme of the key"): ("#/components/securitySchemes/apiKey/scheme", "Token"),
    ("zenlayer", "member of an answer gone"): (f"{SCHEMAS}/Creation/properties/cover_url", GONE),
    ("zenlayer", "address with one letter more"): (f"{SCHEMAS}/WebUrl/pattern", "^https?://[^\\s/?#:]x"),
    ("zenlayer", "form of a picture"): (f"{SCHEMAS}/ImageSource/pattern", "^(https?://|ssupload:)"),
}


def changed(document: Document, change: Change) -> Document:
    place, value = change
    *holder, name = pointer_of(place)
    root = copy.deepcopy(document.root)
    inside: Json = evolve(document, root=root).at(tuple(holder))
    if isinstance(inside, list):
        inside[int(name)] = value  # type: ignore[call-overload]  # a value of JSON, by the table
    elif value is GONE:
        del as_object(inside)[name]
    else:
        as_object(inside)[name] = value  # type: ignore[assignment]  # a value of JSON, by the table
    return evolve(document, root=root)


@pytest.mark.parametrize("slip", SLIPS)
def test_slip_in_a_spec_is_seen_with_both_places(slip: str) -> None:
    """Of 37 silent corruptions of the specs 25 passed every test, since all of them read the same file."""
    _, differences = readings.compared(changed(document_named("vidu"), SLIPS[slip]), READ["vidu"])
    assert differences
    for difference in differences:
        assert re.match(r"openapi/vidu\.yaml:\d+ #", difference.spec)
        assert re.match(r"openapi/readings/vidu\.yaml:\d+ #", difference.reading)


@pytest.mark.parametrize(("provider", "slip"), GATEWAY_SLIPS)
def test_slip_in_the_spec_of_a_gateway_is_seen(provider: str, slip: str) -> None:
    _, differences = readings.compared(changed(document_named(provider), GATEWAY_SLIPS[provider, slip]), READ[provider])
    assert differences
    assert all(difference.spec.startswith(f"openapi/{provider}.yaml:") for difference in differences)


def test_place_of_a_slip_is_that_of_the_rule() -> None:
    place = rule("StartEndToVideoRequest", "duration", "viduq2-pro-fast")
    _, (difference,) = readings.compared(changed(document_named("vidu"), (f"{place}/maximum", 7)), READ["vidu"])
    line = document_named("vidu").line(pointer_of(f"{place}/maximum"))
    assert difference.spec == f"openapi/vidu.yaml:{line} {place}/maximum"
    assert "'viduq2-pro-fast'" in difference.name


# -- a small pair ----------------------------------------------------------------------------------------------------------

SMALL: Final[Object] = {
    "openapi": "3.1.0",
    "info": {"version": "2026-11-01"},
    "servers": [{"url": "https://api.example.com"}],
    "x-usual-poll": "look",
    "paths": {
        "/look/{id}": {
            "get": {
                "operationId": "look",
                "security": [{"key": []}],
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}}}},
            }
        },
        "/make": {
            "post": {
                "operationId": "make",
                "security": [{"key": []}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Request"}}},
                },
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}}}},
            }
        },
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "schemas": {
            "Request": {
                "type": "object",
                "required": ["model"],
                "properties": {
                    "model": {"type": "string", "enum": ["one", "two"]},
                    "duration": {"type": "integer"},
                    "sound": {"type": "boolean"},
                },
                "allOf": [
                    {
                        "if": {"required": ["model"], "properties": {"model": {"enum": ["one"]}}},
                        "then": {"properties": {"duration": {"minimum": 1, "maximum": 8, "x-default": 5}}},
                    },
                    {
                        "if": {
                            "required": ["model", "sound"],
                            "properties": {"model": {"enum": ["two"]}, "sound": {"const": True}},
                        },
                        "then": {"properties": {"duration": {"enum": [4]}}},
                    },
                ],
            },
            "Task": {"type": "object", "properties": {"id": {"type": ["string", "null"]}}},
        },
    },
}
SMALL_READING: Final = """
provider: small
read: "2026-11-28"
documents: {page: {what: The only page there is, date: "2026-11-01"}}
servers: ["https://api.example.com"]
key: [header X-Key]
usual_poll: "GET /look/{id}"
example_words: [state]
operations:
  "GET /look/{id}": {source: [page], answer: {id: string}, shows: [], errors: []}
  POST /make:
    source: [page]
    body: {model: {type: string, required: true}, duration: integer, sound: boolean}
    models:
    - {of: [one], duration: [1, 8], default: {duration: 5}}
    - {of: [two]}
    rules:
    - {when: {model: [two], sound: true}, then: {duration: [4, 4]}, source: [page]}
    answer: {id: string}
    shows: []
    errors: []
"""


@frozen
class Pair:
    """A small spec and its reading, on disk so that places have lines."""

    folder: Path

    def spec(self, change: Change | None = None) -> Document:
        path = self.folder / "small.yaml"
        path.write_text(json.dumps(SMALL), encoding="utf-8")
        document = load(path)
        return changed(document, change) if change else document

    def reading(self, edit: Callable[[str], str] = str) -> Reading:
        path = self.folder / f"reading-{abs(hash(edit(SMALL_READING)))}.yaml"
        path.write_text(edit(SMALL_READING), encoding="utf-8")
        return reading_at(path)


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def names(document: Document, reading: Reading) -> list[str]:
    return [difference.name for difference in readings.compared(document, reading)[1]]


def test_small_pair_agrees(pair: Pair) -> None:
    assert names(pair.spec(), pair.reading()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("duration: [1, 8]", "duration: [1, 9]"),
        ("duration: [1, 8]", "duration: [0, 8]"),
        ("duration: [4, 4]", "duration: [4, 5]"),
        ("{of: [two]}", "{of: [two], duration: [1, 8]}"),
        ("{duration: 5}", "{duration: 6}"),
        (", default: {duration: 5}", ""),
        ("sound: true}", "sound: false}"),
        ("{of: [two]}", "{of: [two, three]}"),
        ("sound: boolean}", "sound: boolean, seed: integer}"),
        ("answer: {id: string}", "answer: {id: string, state: string}"),
    ],
)
def test_reading_that_says_more_or_other_than_the_spec_is_seen(pair: Pair, old: str, new: str) -> None:
    assert names(pair.spec(), pair.reading(lambda text: text.replace(old, new)))


def test_statuses_of_a_success_may_show_different_examples(pair: Pair) -> None:
    both = pair.reading(lambda text: text.replace("    shows: []\n", "    success: {'200': {evidence: unsure, shows: [done]}}\n"))
    assert names(pair.spec(), both) == ["POST /make statuses 200 evidence", "POST /make shows 200 done"]


def test_rule_that_no_reading_leads_to_is_seen(pair: Pair) -> None:
    """A rule that can never bind agrees with every body, and so with every reading."""
    deaf: Json = {"if": {"required": ["model"], "properties": {"model": {"enum": ["nine"]}}}, "then": {"required": ["sound"]}}
    found = names(pair.spec((f"{SCHEMAS}/Request/allOf/1", deaf)), pair.reading())
    assert any("no body that the reading leads to" in name for name in found)


def test_keyword_that_no_body_can_be_made_for_is_refused(pair: Pair) -> None:
    odd = f"{SCHEMAS}/Request/allOf/0/then/properties/duration/multipleOf"
    with pytest.raises(ReadingError, match=r"small\.yaml:\d+ #/components/schemas/Request/allOf/0/then.*multipleOf"):
        readings.compared(pair.spec((odd, 2)), pair.reading())


def test_unsure_row_is_counted_and_not_compared(pair: Pair) -> None:
    doubted = pair.reading(lambda text: text.replace("{id: string}", "{id: {type: integer, unsure: two pages differ}}", 1))
    assert names(pair.spec(), doubted) == []
    assert [doubt.rpartition(": ")[2] for doubt in doubted.doubts()] == ["two pages differ"]


def test_spec_that_is_unsure_where_the_reading_is_not_is_seen(pair: Pair) -> None:
    marked = pair.spec((f"{SCHEMAS}/Request/properties/sound/x-evidence", "unsure"))
    assert names(marked, pair.reading()) == ["POST /make body.sound evidence"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source: [page]", "source: [sheet]", "no document is called sheet"),
        ("source: [page], answer", "answer", '"source" is a required property'),
        ("sound: boolean", "sound: bool", "body/sound"),
        ("duration: [1, 8]", "duration: [1, 8, 9]", "a range has a least and a greatest value"),
        ("{of: [two]}", "{of: [two], model: [one]}", "takes no plain body for two"),
        ("answer: {id: string}, shows", "answer: {_prints: [state], id: string}, shows", "state is printed by the page"),
        ("answer: {id: string}, shows", "answer: {_like: [task], id: string}, shows", "shapes has no task"),
        ("read:", "raed:", "raed"),
    ],
)
def test_reading_that_cannot_be_read_is_refused_with_its_place(pair: Pair, old: str, new: str, said: str) -> None:
    with pytest.raises(ReadingError, match=said):
        assert names(pair.spec(), pair.reading(lambda text: text.replace(old, new, 1))) == [said]


def test_reading_names_no_paper_of_its_authors() -> None:
    """Sources are pages and documents that anyone can open, never notes about them."""
    for path in readings.READINGS.glob("*.yaml"):
        assert not re.search(r"\bfacts\b|shared/", path.read_text(encoding="utf-8")), path.name


def test_place_in_a_reading_names_its_folder() -> None:
    assert READ["vidu"].document.place(()).startswith("openapi/readings/vidu.yaml:")
    assert document_named("vidu").place(()).startswith("openapi/vidu.yaml:")
    assert FOLDER in readings.READINGS.parents
