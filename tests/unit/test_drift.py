"""Drift: documented answers report nothing, and each kind of change is reported with its grade and place.

What is kept of an exchange holds no key, prompt, payload, id or address, and still fits its spec.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from operations import BODIES, DOCUMENTED

from vidu_ext.providers import provider_named
from vidu_ext.providers.base import Provider
from vidu_ext.providers.records import UploadPlace
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.drift import MOST_DIFFERENCES, answer_drifts
from vidu_ext.spec.operation import MEDIA_TYPE
from vidu_ext.spec.redaction import KEPT_HEADERS, Redaction, check_recording, secrets_in
from vidu_ext.values.drift import Drift
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import Place, as_list, as_object, as_texts
from vidu_ext.values.tasks import Json, Object, TaskRef

CREATION: Final[Object] = {"id": "2", "url": "https://files.example/a.mp4", "cover_url": ""}
STATUS: Final[Object] = {"id": "1", "state": "success", "err_code": "", "credits": 5, "creations": [CREATION]}
"""A status answer of Vidu as its page prints it."""

GENERATION: Final[Object] = {"id": "1", "status": "IN_QUEUE", "usage": {"total": 1}}

SIGNED: Final = "https://files.example/a.mp4?Signature=secret"


ANSWERS: Final = [
    (example.provider, example.operation.id, int(example.status) if example.status.isdigit() else 599, example.value)
    for example in DOCUMENTED
    if example.status and example.media_type == MEDIA_TYPE
]
"""Provider, operation, status and value of each documented answer."""


def without(answer: Object, *names: str) -> Object:
    return {name: value for name, value in answer.items() if name not in names}


def drifts(answer: Json, *, strict: bool = True, operation: str = "getCreations", status: int = 200) -> tuple[Drift, ...]:
    return answer_drifts(contract_of("vidu"), operation, status, answer, strict=strict)


def test_documented_answers_report_nothing() -> None:
    assert len(ANSWERS) > 1000
    for provider, operation, status, value in ANSWERS:
        assert answer_drifts(contract_of(provider), operation, status, value) == (), (provider, operation, status)


def test_comparison_of_an_answer_with_very_many_members_ends_early() -> None:
    """Once, an answer of 8 MB, four million members, held the process for minutes."""
    members: Object = dict.fromkeys((f"x{index // 1000}.{index % 1000}" for index in range(100_000)), 1)
    assert len(drifts({**STATUS, **members})) == MOST_DIFFERENCES


def is_read(provider: Provider, operation: str, answer: Object) -> bool:
    """Return whether the provider module finds in an answer what it looks for."""
    ref = TaskRef("a", "1")
    if operation == provider.status_call(ref).operation:
        return provider.snapshot(ref, answer) is not None
    if operation == "listTasks":
        page, rows = provider.tasks_page("a", answer), as_list(answer.get("tasks"))
        return page is not None and len(page[0]) == len(rows)
    if operation == "listSubjects":
        return provider.subjects_page(answer) is not None
    if operation == "createUpload":
        return provider.upload_place(answer) is not None
    return provider.uploaded_url(UploadPlace(None), answer) is not None


READ: Final = ("getCreations", "getGeneration", "listTasks", "listSubjects", "createUpload", "finishUpload")


@pytest.mark.parametrize("operation", READ)
def test_answer_is_broken_without_the_members_that_our_code_needs(operation: str) -> None:
    """What the specs mark as needed is compared with the code that needs it."""
    answers = [(name, as_object(value)) for name, id_, status, value in ANSWERS if (id_, status) == (operation, 200)]
    assert answers
    for name, answer in answers:
        provider, contract = provider_named(name), contract_of(name)
        for member in answer:
            cut = without(answer, member)
            is_broken = any(drift.grade == "broken" for drift in answer_drifts(contract, operation, 200, cut, strict=False))
            is_needed_by_the_model = member in as_texts(_schema(contract, operation).get("required"))
            assert is_broken == (not is_read(provider, operation, cut) or is_needed_by_the_model), (name, member)


OTHER_TYPES: Final[tuple[Json, ...]] = (7, 5.5, "7", True, [{"id": "1"}], {"id": "1"})


@pytest.mark.parametrize("operation", [operation for operation in READ if operation != "finishUpload"])
def test_answer_is_broken_if_our_code_cannot_read_the_type_of_a_member(operation: str) -> None:
    """A state that became a number or an object was graded as a change, although no task was seen to end any more."""
    for name, answer in ((name, as_object(value)) for name, id_, status, value in ANSWERS if (id_, status) == (operation, 200)):
        provider, contract = provider_named(name), contract_of(name)
        members = [member for member in answer if member not in as_texts(_schema(contract, operation).get("required"))]
        for changed in ({**answer, member: other} for member in members for other in OTHER_TYPES):
            is_broken = any(drift.grade == "broken" for drift in answer_drifts(contract, operation, 200, changed, strict=False))
            assert is_broken == (not is_read(provider, operation, changed)), (name, changed)


def _schema(contract: Contract, operation: str) -> Object:
    responses: Place = ("paths", contract.operation(operation).path, contract.operation(operation).method, "responses", "200")
    return contract.spec.at((*contract.spec.resolve(responses), "content", "application/json", "schema"))


RENAMED: Final[Object] = {**without(STATUS, "creations"), "results": [CREATION]}
URL_RENAMED: Final[Object] = {**STATUS, "creations": [{**without(CREATION, "url"), "link": SIGNED}]}


def reported(operation: str, answer: Json, *, strict: bool) -> list[str]:
    """Return grade and place of each difference. `vidu getCreations 200` names the answer."""
    provider, operation_id, status = operation.split()
    found = answer_drifts(contract_of(provider), operation_id, int(status), answer, strict=strict)
    return [f"{drift.grade} {drift.pointer}" for drift in found]


POLL: Final = "vidu getCreations 200"
LIST: Final = "vidu listTasks 200"
GENERATED: Final = "skills_video getGeneration 200"
ERROR: Final = "skills_video getGeneration 400"
REPORTED: Final[dict[str, tuple[str, Any, list[str]]]] = {
    "creations renamed": (POLL, RENAMED, ["new #/results"]),
    "url renamed": (POLL, URL_RENAMED, ["new #/creations/0/link"]),
    "state as status": (POLL, {**without(STATUS, "state"), "status": "success"}, ["broken #/state", "new #/status"]),
    "an empty answer": (POLL, {}, ["broken #"]),
    "wrapped": (POLL, {"code": 0, "message": "ok", "data": STATUS}, ["changed #/data"]),
    "a new state": (POLL, {**STATUS, "state": "succeeded"}, ["new #/state"]),
    "a state in capitals": (POLL, {**STATUS, "state": "SUCCESS"}, []),
    "a state by its alias": (GENERATED, {**GENERATION, "status": "Cancelled"}, []),
    "an unknown error code": (POLL, {**STATUS, "state": "failed", "err_code": "Strange"}, ["new #/err_code"]),
    "a known family with a known ending": (ERROR, {"code": "VIDEO_GENERATION_FAILED", "message": "no"}, []),
    "an unknown family": (ERROR, {"code": "SOUND_GENERATION_FAILED", "message": "no"}, ["new #/code"]),
    "an unknown ending": (ERROR, {"code": "VIDEO_GENERATION_BORED", "message": "no"}, ["new #/code"]),
    "a new member": (POLL, {**STATUS, "mood": {"good": True}}, ["new #/mood"]),
    "a list": (POLL, [STATUS], ["broken #"]),
    "an error that says success": (POLL, {"code": 400, "reason": "FieldInvalid", "message": "no"}, ["broken #"]),
    "other types": (POLL, {**STATUS, "id": 3, "creations": "none"}, ["changed #/id", "changed #/creations"]),
    "a whole number as a fraction": (POLL, {**STATUS, "credits": 5.0}, []),
    "a fraction": (POLL, {**STATUS, "credits": 5.5}, ["changed #/credits"]),
    "the same in each entry of a list": (LIST, {"tasks": [{**STATUS, "results": 1}] * 100}, ["new #/tasks/0/results"]),
    "a wrapped list": (LIST, {"data": {"tasks": [STATUS]}}, ["changed #/data"]),
    "a wrapped row": (LIST, {"tasks": [{"task": STATUS}]}, ["changed #/tasks/0/task"]),
    "a new word in a wrapper": (
        LIST, {"data": {"tasks": [{**STATUS, "state": "odd"}]}}, ["changed #/data", "new #/data/tasks/0/state"],
    ),
    "a list in an object": ("skills_video listRunningGenerations 200", {"data": [GENERATION]}, ["changed #/data"]),
    "the body of an error": (
        "vidu getCreations 400", {"code": 400, "reason": "Unheard", "message": "m", "hint": 1}, ["new #/reason", "new #/hint"],
    ),
    "the error page of a gateway": ("vidu getCreations 502", None, []),
    "a stream of events": ("skills_video streamQ3Video 200", None, []),
}  # fmt: skip


@pytest.mark.parametrize("case", REPORTED)
def test_change_of_an_answer_is_reported_whether_strict_or_not(case: str) -> None:
    """Strict use reports omitted members besides."""
    operation, answer, expected = REPORTED[case]
    assert reported(operation, answer, strict=False) == expected
    assert [change for change in reported(operation, answer, strict=True) if change in expected] == expected


@pytest.mark.parametrize(
    ("operation", "answer", "change"),
    [
        (POLL, RENAMED, "changed #/creations"),
        (POLL, URL_RENAMED, "changed #/creations/0/url"),
        (POLL, {**STATUS, "creations": None}, "changed #/creations"),
        ("vidu createUpload 200", {"id": "7", "put_url": "ftp://host/a"}, "changed #/put_url"),
    ],
)
def test_missing_optional_member_or_odd_form_is_reported_only_in_strict_use(operation: str, answer: Object, change: str) -> None:
    assert change in reported(operation, answer, strict=True)
    assert change not in reported(operation, answer, strict=False)


@pytest.mark.parametrize("name", ["id", "err_code", "credits", "creations"])
def test_omitted_member_is_not_reported_unless_strict(name: str) -> None:
    assert drifts(without(STATUS, name), strict=False) == ()
    assert drifts({**STATUS, name: None}, strict=False) == ()


def test_difference_says_where_it_is_and_what_was_documented_and_seen() -> None:
    where = ("vidu", "getCreations", 200)
    new = Drift("member", "#/later", "no member of this name", "true or false", *where)
    assert drifts({**STATUS, "later": True}) == (new,)
    error = Drift("unreadable", "#", "state", "the body of an error", *where)
    assert drifts({"code": 400, "reason": "FieldInvalid", "message": "no", "metadata": {}}) == (error,)
    assert drifts(None) == (Drift("unreadable", "#", "an object", "no JSON", *where),)
    other_type = Drift("type", "#/id", "text", "a whole number", *where)
    assert drifts({**STATUS, "id": 3}) == (other_type,)
    (in_a_list,) = drifts({"tasks": [RENAMED]}, operation="listTasks", strict=False)
    assert in_a_list.place == "#/tasks/*/results"


def test_success_with_an_undocumented_status_is_compared_with_the_documented_one() -> None:
    """A create answered 201 was reported as unreadable: it was compared with the form of errors."""
    created: Object = {"task_id": "1", "state": "created"}
    (drift,) = drifts(created, operation="textToVideo", status=201, strict=False)
    assert (drift.what, drift.pointer, drift.seen) == ("status", "#", "201")
    assert "new #/mood" in reported("vidu textToVideo 201", {**created, "mood": 1}, strict=True)


def test_no_value_of_an_answer_is_shown() -> None:
    """A provider may put a prompt, an address, an id or a control character where a state or a name belongs."""
    names = {SIGNED: 1, "\x1b[31m red": 1, "a" * 5000: 1, "903450912345": 1}
    answer: Object = {**STATUS, "state": SIGNED, "link": SIGNED, "prompt": "private words", **names}
    found = drifts(answer)
    shown = "".join(f"{drift}{drift!r}" for drift in found)
    for hidden in ("secret", "private", "\x1b", "a" * 100, "903450912345"):
        assert hidden not in shown
    assert all(len(str(drift)) < 1000 for drift in found)


def test_deep_answers_are_compared_without_an_error() -> None:
    deep: Json = "end"
    for _ in range(5000):
        deep = {"data": deep}
    assert reported(POLL, deep, strict=True)[0] == "broken #"


# -- what is kept of an exchange ------------------------------------------------------------------------------------------

KEY: Final = "vda_1234567890abcdef"
PRIVATE: Final = (
    "a paper bird",
    "bob@example.com",
    "903450912345678",
    "Signature",
    KEY,
    "files.example",
    "my own mark",
    "+491234",
)
PRIVATE_STATUS: Final[Object] = {
    "id": "903450912345678", "state": "thinking", "err_code": "NotHeardOf",
    "err_msg": f"the key {KEY} of bob@example.com is refused",
    "credits": 5, "payload": "my own mark", "model": "viduq3-turbo", "resolution": "720p", "aspect_ratio": "16:9",
    "created_at": "2026-08-12T07:25:59Z",
    "prompt": "a paper bird", "creator_id": 903450912345678, "phone": "+4912345678", "bob@example.com": {"note": "a paper bird"},
    "creations": [{
        "id": "903450912345678", "url": "https://files.example/bob/a.mp4?Signature=x", "cover_url": "https://files.example/a.jpg",
    }],
}  # fmt: skip


def test_equal_texts_have_the_same_number_and_numbers_begin_at_1() -> None:
    redaction = Redaction(contract_of("vidu"))
    texts = ("bob", "my own mark", "903450912345678", "bob")
    assert [redaction.text(text) for text in texts] == ["redacted-1", "redacted text 2", "100000000000003", "redacted-1"]


def test_redacted_answer_has_nothing_private() -> None:
    kept = Redaction(contract_of("vidu")).answer("getCreations", 200, PRIVATE_STATUS)
    assert [private for private in PRIVATE if private in json.dumps(kept)] == []
    assert list(secrets_in(kept)) == []


def test_words_settings_and_matching_ids_stay() -> None:
    redaction = Redaction(contract_of("vidu"))
    kept = as_object(redaction.answer("getCreations", 200, PRIVATE_STATUS))
    creation = as_object(as_list(kept["creations"])[0])
    stays = ("state", "err_code", "credits", "model", "resolution", "aspect_ratio", "created_at")
    assert {name: kept[name] for name in stays} == {name: PRIVATE_STATUS[name] for name in stays}
    assert kept["id"] == creation["id"] == redaction.text("903450912345678")
    assert kept["creator_id"] == int(str(kept["id"]))
    assert str(creation["url"]).endswith(".mp4")
    assert creation["url"] != creation["cover_url"]


def test_redacted_answer_fits_its_spec_like_the_answer() -> None:
    for provider, operation, status, value in ANSWERS:
        contract = contract_of(provider)
        kept = Redaction(contract).answer(operation, status, value)
        assert answer_drifts(contract, operation, status, kept) == (), (provider, operation, status)


def test_redacted_request_fits_its_spec_like_the_request() -> None:
    for provider, operation, name, body in BODIES:
        contract = contract_of(provider)
        kept = Redaction(contract).body(operation, body)
        assert contract.faults(operation, kept) == (), (provider, operation, name)


@pytest.mark.parametrize(
    "answer", [PRIVATE_STATUS, {"data": PRIVATE_STATUS}, {}, [PRIVATE_STATUS], {**PRIVATE_STATUS, "creations": "none"}], ids=repr
)
def test_redacted_answer_has_the_same_drift(answer: Json) -> None:
    contract = contract_of("vidu")
    before = answer_drifts(contract, "getCreations", 200, answer)
    after = answer_drifts(contract, "getCreations", 200, Redaction(contract).answer("getCreations", 200, answer))
    assert [(drift.what, drift.pointer) for drift in after if "redacted" not in drift.pointer] == [
        (drift.what, drift.pointer) for drift in before if "<" not in drift.pointer
    ]


def test_prompts_of_every_documented_request_are_replaced() -> None:
    for provider, operation, _, body in BODIES:
        prompt = body.get("prompt")
        if isinstance(prompt, str) and len(prompt) > 3:
            assert prompt not in json.dumps(Redaction(contract_of(provider)).body(operation, body))


def test_headers_that_identify_the_user_are_dropped() -> None:
    headers = {
        "Content-Type": "application/json", "Retry-After": "3", "X-Comfy-Error-Type": "busy", "X-Concurrency-Limit": "5",
        "Authorization": f"Token {KEY}", "Set-Cookie": "a=b", "X-Comfy-Request-Id": "1", "Date": "today",
        "X-Comfy-Hint": f"Token {KEY}",
    }  # fmt: skip
    kept = Redaction(contract_of("comfy")).headers(headers)
    assert set(kept) == {"Content-Type", "Retry-After", "X-Comfy-Error-Type", "X-Concurrency-Limit"}
    assert KEPT_HEADERS.fullmatch("authorization") is None


def recordings() -> Iterator[Json]:
    yield {"request": {"headers": {"Authorization": "anything"}}}
    yield {"answer": {"message": f"the key {KEY} is refused"}}
    yield {"answer": [{"url": "https://files.example/a.mp4?X-Amz-Signature=1"}]}
    yield {"answer": {KEY: 1}}
    yield {"answer": {"message": "Bearer abcdefghijkl"}}
    yield {"answer": {"message": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"}}
    yield {"answer": {"message": "of my-own-key-1"}}


@pytest.mark.parametrize("recording", list(recordings()), ids=str)
def test_recording_with_a_key_is_refused_without_showing_it(recording: Json) -> None:
    with pytest.raises(ConfigurationError) as raised:
        check_recording(recording, "seen.json", keys=["my-own-key-1"])
    for text in (KEY, "abcdefghijkl", "X-Amz", "my-own", "eyJhb"):
        assert text not in str(raised.value)
