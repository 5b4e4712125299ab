"""What the adapters read: no accepted task is overlooked, no error misread, no paid file lost, nothing raises."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from adapters import COMFY, EVERY, REF, SKILLS, VIDU, ZENLAYER, A, B, by_name
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from paid import reply

from vidu_ext.providers.base import Provider
from vidu_ext.values.errors import MESSAGE_CHARACTERS
from vidu_ext.values.exchange import Category, Reply
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, Object, Output, TaskRef, TaskState

# -- the id of an accepted task -------------------------------------------------------------------------------------------

TEXT: Final = "textToVideo"


@pytest.mark.parametrize(
    ("content", "task_id"),
    [
        (b'{"task_id": "7"}', "7"),
        (b'\xef\xbb\xbf{"task_id": "7"}', "7"),
        ('{"task_id": "7"}'.encode("utf-16"), "7"),
        (b'  {"state":"created","task_id":"7","model":"vi', "7"),
        (b'{"prompt": "caf\xc3', None),
        (b'{"task_id": "7", "prompt": "caf\xc3', "7"),
        (b'{"prompt": "\x01", "task_id": "7"}', "7"),
        (b'{"prompt": "\x01", "task_id": "7", "more": "broken', "7"),
        (b'{"task_id": 940107923630096384}', "940107923630096384"),
        (b'{"task_id": 940107923630096384', None),
        (b'{"task_id": 94010792363009.5}', None),
        (b'{"task_id": "9401079', None),
        (b'{"task_id": true}', None),
        (b'{"task_id": ""}', None),
        (b'{"task_id": "0"}', None),
        (b'{"task_id": null}', None),
        (b'{"task_id": "two words"}', None),
        (b'{"task_id": "7", "task_id": "7"}', "7"),
        (b'{"task_id": "7", "task_id": "8"}', None),
        (b'{"task_id": "", "task_id": "8"}', "8"),
        (b'{"metadata": {"task_id": "7"}, "code": 409, "reason": "Conflict"}', None),
        (rb'{"prompt": "\q", "task_id": "7"}', "7"),
        (rb'{"prompt": "\q", "task_id": "7", "task_id": "8"}', None),
        (rb'{"prompt": "\"task_id\": \"9\"", "state": "created"}', None),
        (b'[{"task_id": "7"}]', None),
        (b'"task_id"', None),
        (b"<html>task_id</html>", None),
        (b"", None),
        (b"\xff\xfe\x00", None),
        (b'{"a":' * 5000 + b'"task_id": "7"', "7"),
        (b'{"n": ' + b"9" * 5000 + b', "task_id": "7"}', "7"),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else "",
)
def test_the_id_is_read_from_whatever_bytes_hold_it_whole_and_from_no_others(content: bytes, task_id: str | None) -> None:
    created = VIDU.created("mine", TEXT, content)
    assert (created and created[0]) == (TaskRef("mine", task_id) if task_id else None)


def test_what_was_read_of_a_broken_answer_is_kept() -> None:
    created = VIDU.created("mine", TEXT, b'{"credits": 60, "task_id": "7", "model": "vid')
    assert created == (TaskRef("mine", "7"), {"credits": 60, "task_id": "7"})


@pytest.mark.parametrize(
    ("content", "task_id"),
    [
        (b'{"input": {"id": "not-this"}, "id": "gen_1", "usage": {"total"', "gen_1"),
        (b'{"input": {"id": "not-this", "prompt": "a\tbird"}, "id": "gen_1"}', "gen_1"),
        (b'{"input": {"id": "not-this"}, "usage": {"total"', None),
        (b'{"input": {"id": "not-this"', None),
        (rb'{"broken": "\q", "input": {"id": "not-this"}}', None),
    ],
)
def test_the_common_name_id_is_believed_only_at_the_outside_of_an_answer(content: bytes, task_id: str | None) -> None:
    created = SKILLS.created("mine", "createQ3Video", content)
    assert (created and created[0]) == (TaskRef("mine", task_id) if task_id else None)


def test_a_part_of_a_film_is_known_by_its_own_id_and_not_by_that_of_the_film() -> None:
    answer = b'{"ad_one_click_task_id": "1", "sub_task_id": "2", "compose_sub_task_id": "3"}'
    edited, composed = (VIDU.created("vidu", name, answer) for name in ("editAdFilm", "composeAdFilm"))
    assert edited is not None
    assert composed is not None
    assert (edited[0].task_id, composed[0].task_id) == ("2", "3")


# -- errors ---------------------------------------------------------------------------------------------------------------


def quoting(raw: Json, **members: Json) -> Object:
    """The error of Comfy that quotes the one of the provider behind it."""
    return {"error": {"type": "provider_error", **members, "metadata": {"raw": raw}}}


@pytest.mark.parametrize(
    ("provider", "answer", "category", "code", "message"),
    [
        (VIDU, reply(502, b"<html><head><title>502 Bad\nGateway</title>"), "other", None, "a web page, 502 Bad Gateway"),
        (VIDU, reply(503, b"<!DOCTYPE html><body>x"), "other", None, "a web page"),
        (VIDU, reply(413, b""), "invalid", None, "an empty answer"),
        (VIDU, reply(429, b"slow\x00 \r\n down"), "busy", None, "slow down"),
        (VIDU, reply(401, {"url": "https://h.example/?Signature=abc"}), "key", None, "no explanation"),
        (VIDU, reply(400, {"code": "400", "message": "no"}), "invalid", None, "no"),
        (VIDU, reply(402, {"code": 402, "reason": "Unknown", "message": "no"}), "credits", "Unknown", "no"),
        (
            COMFY,
            reply(409, {}, {"x-comfy-error-type": "idempotency_in_flight"}),
            "in-flight",
            "idempotency_in_flight",
            "no explanation",
        ),
        (
            COMFY,
            reply(409, b"", {"x-comfy-error-type": "idempotency_consumed"}),
            "consumed",
            "idempotency_consumed",
            "no explanation",
        ),
        (
            COMFY,
            reply(
                429,
                {"message": "limit exceeded"},
                {"x-committed-spend-limit": "2000", "x-committed-spend-current": "1875", "x-committed-spend-remaining": "125"},
            ),
            "busy",
            None,
            "limit exceeded: calls that run hold 1875 of the 2000 US cents that they may hold together",
        ),
        (COMFY, reply(429, {"message": "m"}, {"x-concurrency-limit": "5", "x-concurrency-current": "5"}), "busy", None, "m"),
        (COMFY, reply(400, {"detail": [{"loc": ["body"], "msg": "too long"}, "bad"]}), "invalid", None, "too long; bad"),
        (COMFY, reply(422, {"error": "prompt must not be empty"}), "invalid", None, "prompt must not be empty"),
        (COMFY, reply(400, quoting('{"reason": "AuditFailed", "message": "no"}')), "moderation", "AuditFailed", "no"),
        (
            COMFY,
            reply(400, quoting({"reason": "CreditInsufficient", "message": "poor"}, message="refused")),
            "credits",
            "CreditInsufficient",
            "refused: poor",
        ),
        (COMFY, reply(502, quoting("bad gateway", message="failed")), "other", "provider_error", "failed: bad gateway"),
        (VIDU, reply(500, b"\x00"), "other", None, "no explanation"),
        (ZENLAYER, reply(429, {"error": {"code": "insufficient_quota", "message": "m"}}), "credits", "insufficient_quota", "m"),
        (ZENLAYER, reply(500, {"error": {"code": 500, "message": "m", "type": "x"}}), "other", "x", "m"),
        (SKILLS, reply(400, {"error": "INSUFFICIENT_CREDITS", "message": "m"}), "credits", "INSUFFICIENT_CREDITS", "m"),
        (SKILLS, reply(402, {"code": "SOMETHING_NEW", "message": "m"}), "credits", "SOMETHING_NEW", "m"),
    ],
    ids=lambda value: value.name if hasattr(value, "name") else "",
)
def test_an_error_is_read_in_any_shape(
    provider: Provider, answer: Reply, category: Category, code: str | None, message: str
) -> None:
    reading = provider.error(answer)
    assert (reading.category, reading.code, reading.message, reading.status) == (category, code, message, answer.status)


def test_a_success_status_is_believed_less_than_the_body_that_contradicts_it() -> None:
    refused = reply(200, {"code": 400, "reason": "FieldInvalid", "message": "invalid field: duration", "metadata": {}})
    assert VIDU.is_error_body(refused)
    assert VIDU.error(refused).status == 400
    assert VIDU.error(reply(200, {"code": 7})).status == 200
    assert VIDU.error(reply(502, {"code": 400, "reason": "FieldInvalid"})).status == 502


def test_a_task_that_failed_at_once_is_no_error_body() -> None:
    failed = {"task_id": "1", "state": "failed", "code": 400, "reason": "AuditFailed"}
    assert not COMFY.is_error_body(reply(200, failed))
    assert not SKILLS.is_error_body(reply(200, {"id": "g", "status": "FAILED", "code": "VIDEO_GENERATION_FAILED"}))
    assert not VIDU.is_error_body(reply(200, {"id": "1", "prompts": []}))


def test_the_id_for_the_support_is_found_in_body_and_header() -> None:
    trace = {"metadata": {"trace_id": "abc"}}
    quoted = {"error": {"metadata": {"raw": json.dumps(trace)}}}
    assert VIDU.error(reply(400, trace)).request_id == "abc"
    assert COMFY.error(reply(400, quoted)).request_id == "abc"
    assert SKILLS.error(reply(400, {}, {"x-request-id": "def"})).request_id == "def"


def test_a_page_long_message_does_not_fill_the_screen() -> None:
    assert len(VIDU.error(reply(500, {"message": "word " * 10_000})).message) == MESSAGE_CHARACTERS + 1


# -- a task as it stands --------------------------------------------------------------------------------------------------


def outputs(provider: Provider, answer: Object) -> tuple[Output, ...]:
    snapshot = provider.snapshot(REF, answer)
    assert snapshot is not None
    return snapshot.outputs


@pytest.mark.parametrize("provider", EVERY, ids=by_name)
def test_a_word_that_nobody_documented_is_kept_and_never_final(provider: Provider) -> None:
    member = "status" if provider is SKILLS else "state"
    snapshot = provider.snapshot(REF, {member: "paused"})
    assert snapshot is not None
    assert (snapshot.state, snapshot.word) == (TaskState.UNKNOWN, "paused")
    shouted = provider.snapshot(REF, {member: " FAILED "})
    assert shouted is not None
    assert shouted.state is TaskState.FAILED


@pytest.mark.parametrize("provider", EVERY, ids=by_name)
@pytest.mark.parametrize(
    "value", [None, [], "success", {}, {"state": None, "status": None}, {"state": " ", "status": 1}], ids=str
)
def test_an_answer_without_a_state_word_is_no_status_answer(provider: Provider, value: Json) -> None:
    assert provider.snapshot(REF, value) is None


def test_a_cancelled_task_is_told_from_a_failed_one() -> None:
    for code, state in (("UserCancelled", TaskState.CANCELED), ("Unknown", TaskState.FAILED), ("", TaskState.FAILED)):
        snapshot = VIDU.snapshot(REF, {"state": "failed", "err_code": code})
        assert snapshot is not None
        assert snapshot.state is state


def test_moderation_is_told_from_other_failures() -> None:
    failures: list[tuple[Provider, Object, bool]] = [
        (VIDU, {"state": "failed", "err_code": "PhotoAuditNotPass"}, True),
        (VIDU, {"state": "failed", "err_code": "ImageDownloadFailure"}, False),
        (SKILLS, {"status": "FAILED", "code": "VIDEO_GENERATION_CONTENT_REJECTED"}, True),
        (SKILLS, {"status": "FAILED", "code": "VIDEO_GENERATION_TIMEOUT"}, False),
    ]
    for provider, answer, moderated in failures:
        snapshot = provider.snapshot(REF, answer)
        assert snapshot is not None
        assert snapshot.is_moderated is moderated


def test_comfy_says_which_picture_moderation_refused() -> None:
    blocked: Json = [
        {"content_type": "image", "index": 0},
        {"content_type": None, "index": 1},
        {"content_type": "text", "index": 2},
    ]
    snapshot = COMFY.snapshot(REF, {"state": "failed", "blocked_resources": blocked})
    assert snapshot is not None
    assert snapshot.error_message == "refused by moderation: image 1, text 3"


@pytest.mark.parametrize(
    ("provider", "url", "task_type", "kind"),
    [
        (VIDU, "https://h.example/x.PNG?sig=a/b.mp4", "img2video", "image"),
        (VIDU, "https://h.example/x", "reference2image", "image"),
        (VIDU, "https://h.example/x", "headtailimg2video", "video"),
        (VIDU, "https://h.example/x.wav", "", "audio"),
        (VIDU, "https://h.example/x", "timing2audio", "audio"),
        (VIDU, "https://h.example/x", "upscale", "video"),
        (VIDU, "https://h.example/x", "unspecified", "file"),
        (VIDU, "https://h.example.mp4", "", "file"),
        (COMFY, "https://h.example/x", "", "video"),
        (ZENLAYER, "https://h.example/x", "", "video"),
        (VIDU, "http://[", "", "file"),
    ],
)
def test_the_kind_of_the_main_file_is_told_by_its_address_then_by_the_task(
    provider: Provider, url: str, task_type: str, kind: str
) -> None:
    found = outputs(provider, {"state": "success", "type": task_type, "creations": [{"id": "9", "url": url}]})
    assert [(output.kind, output.url, output.creation_id) for output in found] == [(kind, url, "9")]


def test_every_file_of_a_creation_is_there_and_empty_texts_are_none() -> None:
    creation: Object = {
        "id": 9,
        "url": "https://h.example/v.mp4?X=1%2F2",
        "watermarked_url": "https://h.example/w.mp4",
        "cover_url": "",
        "speech_url": "https://h.example/s",
        "sound_url": " ",
        "bgm_url": "https://h.example/b",
        "moderation_url": ["https://h.example/m", "", None],
        "attachments": [{"url": "https://h.example/t"}, "https://h.example/u", {}, 5],
    }
    found = outputs(VIDU, {"state": "success", "creations": [creation, None, {"url": None}]})
    assert [(output.kind, output.url.rpartition("/")[2]) for output in found] == [
        ("video", "v.mp4?X=1%2F2"),
        ("watermarked", "w.mp4"),
        ("speech", "s"),
        ("music", "b"),
        ("moderation", "m"),
        ("attachment", "t"),
        ("attachment", "u"),
    ]


def film(signed_url: str) -> Object:
    jobs: Json = [{"id": "5", "signed_url": "https://h.example/shot.mp4"}, {"id": "6", "signed_url": ""}]
    composed: Json = [{"id": "7", "signed_url": signed_url}]
    return {"state": "success", "signed_url": signed_url, "job_records": [{"jobs": jobs}, {"type": "compose", "jobs": composed}]}


def test_the_whole_film_is_the_result_and_without_one_its_shots_are() -> None:
    whole = outputs(VIDU, film("https://h.example/film.mp4"))
    assert [(output.kind, output.url.rpartition("/")[2]) for output in whole] == [
        ("video", "film.mp4"),
        ("attachment", "shot.mp4"),
    ]
    assert [output.kind for output in outputs(VIDU, film(""))] == ["video"]


def test_a_result_of_skills_video_is_found_in_every_form() -> None:
    video = "https://h.example/v.mp4"
    forms: list[tuple[Json, list[tuple[str, str]]]] = [
        ({"videos": [{"url": video}], "video": {"url": video}}, [("video", video)]),
        ({"video": {"url": video}, "image": {"url": A}}, [("video", video), ("image", A)]),
        ({"images": [{"url": A}, {"url": B}, {"url": A}]}, [("image", A), ("image", B)]),
        ({"videos": [video]}, [("video", video)]),
        (
            {"videos": [], "actual_prompt": f"see {A}", "result": {"address": video, "poster": A}},
            [("video", video), ("image", A)],
        ),
        ([{"file": "https://h.example/x"}], [("file", "https://h.example/x")]),
        (video, [("video", video)]),
        (None, []),
        ({"type": "video"}, []),
    ]
    for data, expected in forms:
        found = outputs(SKILLS, {"status": "COMPLETED", "data": data})
        assert [(output.kind, output.url) for output in found] == expected


@pytest.mark.parametrize(
    ("value", "progress"),
    [(0, 0.0), ("42", 42.0), (100.0, 100.0), (101, None), (-1, None), ("nan", None), (True, None), (None, None)],
)
def test_a_progress_that_makes_no_sense_is_not_shown(value: Json, progress: float | None) -> None:
    snapshot = VIDU.snapshot(REF, {"state": "processing", "progress": value})
    assert snapshot is not None
    assert snapshot.progress == progress


def test_the_price_is_read_as_number_and_as_text() -> None:
    for value, price in ((60, 60.0), ("15", 15.0), ("", None), (10**400, None), (None, None)):
        snapshot = VIDU.snapshot(REF, {"state": "created", "credits": value})
        assert snapshot is not None
        assert snapshot.credits == price


def test_only_comfy_says_how_long_a_task_takes() -> None:
    answer = Reply(200, {"x-comfy-estimated-duration-seconds": "95"}, b"{}")
    assert [one.estimated_seconds(answer) for one in (VIDU, COMFY, ZENLAYER, SKILLS)] == [None, 95.0, None, None]
    for written in ("", "soon", "-1", "0", "inf"):
        assert COMFY.estimated_seconds(Reply(200, {"x-comfy-estimated-duration-seconds": written}, b"{}")) is None


# -- strange entries of lists ---------------------------------------------------------------------------------------------

STRANGE: Final[list[Json]] = [None, 0, 7, "", "text", [], ["a"], {}, True]
FILM: Final[Object] = {"id": "c", "url": "https://files.example/a.mp4"}


@pytest.mark.parametrize("provider", [VIDU, COMFY, ZENLAYER], ids=by_name)
@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_results_are_read_beside_strange_entries(provider: Provider, strange: Json) -> None:
    found = outputs(provider, {"id": "1", "state": "success", "creations": [strange, FILM, strange]})
    assert found == (Output("video", "https://files.example/a.mp4", "c"),)


@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_tasks_of_a_list_are_read_beside_strange_entries(strange: Json) -> None:
    row: Object = {"id": "7", "state": "success", "creations": [FILM]}
    pages = (
        VIDU.tasks_page("mine", {"tasks": [strange, row]}),
        SKILLS.tasks_page("mine", [strange, {"id": "7", "status": "IN_QUEUE"}]),
    )
    for page in pages:
        assert page is not None
        assert [str(snapshot.ref) for snapshot in page[0]] == ["mine:7"]


@pytest.mark.parametrize("rows", [["7"], [7, 8], [{"task_id": "7", "state": "created"}], [[{"id": "7"}]]], ids=repr)
def test_list_of_other_things_than_tasks_is_not_taken_for_an_empty_one(rows: list[Json]) -> None:
    """A look for a paid task would take it as proof that there is none."""
    assert VIDU.tasks_page("mine", {"tasks": rows}) is None
    assert VIDU.search(SUBMISSION, {"tasks": rows}, since=None) is None
    assert SKILLS.tasks_page("mine", rows) is None
    assert SKILLS.search(SKILLS_SUBMISSION, rows, since=None) is None


@pytest.mark.parametrize("rows", [[], [None], [None, None]], ids=repr)
def test_list_of_nothing_is_an_empty_one(rows: list[Json]) -> None:
    assert VIDU.tasks_page("mine", {"tasks": rows}) == ((), None)
    assert VIDU.tasks_page("mine", {"tasks": None}) == ((), None)
    assert SKILLS.tasks_page("mine", rows) == ((), None)


def test_balances_and_subjects_are_read_beside_strange_entries() -> None:
    balances = VIDU.balances({"remains": [None, {"type": "test", "credit_remain": 5}, 7]})
    assert balances is not None
    assert [(balance.kind, balance.credits) for balance in balances] == [("test", 5.0)]
    assert VIDU.balances({"remains": ["test"]}) is None
    page = VIDU.subjects_page({"subjects": [None, {"id": "s", "name": "bird"}, "s2"]})
    assert page is not None
    assert [subject.id for subject in page[0]] == ["s"]
    assert VIDU.subjects_page({"subjects": ["s"]}) is None


# -- whatever a server sends ----------------------------------------------------------------------------------------------

WORDS: Final = (
    *("state", "status", "task_id", "id", "tasks", "creations", "url", "err_code", "credits", "progress", "type", "data"),
    *("videos", "image", "usage", "total", "code", "reason", "message", "error", "metadata", "raw", "details", "detail"),
    *("next_page_token", "created_at", "job_records", "jobs", "data_records", "storyboards", "records", "remains", "put_url"),
    *("blocked_resources", "index", "content_type", "prompt", "duration", "input", "payload", "1"),
    *("success", "processing", "COMPLETED", "failed"),
)
LEAVES: Final = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(WORDS)
VALUES: Final = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5), max_leaves=20
)
SUBMISSION: Final = Submission(
    account="mine",
    provider="vidu",
    operation="textToVideo",
    settlement="payload",
    idempotency_key="m-1",
    submitted_at=1767268800.0,
    body={"model": "viduq2", "prompt": "a bird", "duration": 5, "payload": "m-1"},
)
SKILLS_SUBMISSION: Final = evolve(
    SUBMISSION,
    operation="createQ3Video",
    settlement="running-list",
    idempotency_key=None,
    body={"prompt": "a bird", "duration": 5},
)


@pytest.mark.parametrize("provider", EVERY, ids=by_name)
@settings(max_examples=60)
@given(value=VALUES, status=st.sampled_from([200, 202, 400, 404, 429, 499, 500, 522]))
def test_no_answer_makes_an_adapter_raise(provider: Provider, value: Any, status: int) -> None:
    submission = SKILLS_SUBMISSION if provider is SKILLS else SUBMISSION
    answer = reply(status, value, {"x-comfy-error-type": str(value)[:20]})
    assert provider.error(answer).message
    provider.is_error_body(answer)
    snapshot = provider.snapshot(REF, value)
    assert snapshot is None or all(output.url for output in snapshot.outputs)
    provider.created("mine", submission.operation, answer.content)
    provider.tasks_page("mine", value)
    provider.search(submission, value, since=1767268500.0)
    provider.balances(value)
    place = provider.upload_place(value)
    assert place is None or provider.uploaded_url(place, value) is None or place.put_url


@pytest.mark.parametrize("provider", EVERY, ids=by_name)
@settings(max_examples=60)
@given(content=st.binary(max_size=60))
def test_no_bytes_make_an_adapter_raise(provider: Provider, content: bytes) -> None:
    operation = "createQ3Video" if provider is SKILLS else "textToVideo"
    assert provider.created("mine", operation, content) is None or b"id" in content
    assert provider.error(Reply(500, {}, content)).message


# -- typed answers --------------------------------------------------------------------------------------------------------


def test_an_answer_that_is_not_what_the_spec_says_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="task_id"):
        VIDU.model("textToVideo", {"state": "created"})
    with pytest.raises(ValueError, match="an object is documented here, not str"):
        VIDU.model("getCreations", "text")


def test_an_unknown_member_survives_in_the_typed_answer() -> None:
    model: Any = VIDU.model("getCreations", {"state": "paused", "brand_new": 1})
    assert (model.state, model.additional_properties) == ("paused", {"brand_new": 1})
