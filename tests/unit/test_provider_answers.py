"""What adapters read from answers: ids of accepted tasks, errors, and generated models. No answer makes one raise."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from adapters import COMFY, EVERY, REF, SKILLS, SKILLS_SUBMISSION, SUBMISSION, VIDU, ZENLAYER, by_name
from hypothesis import given, settings
from hypothesis import strategies as st
from paid import reply

from vidu_ext.providers.base import Provider
from vidu_ext.providers.search import search_page
from vidu_ext.values.exchange import Category, Reply
from vidu_ext.values.tasks import Json, Object, TaskRef

# -- the id of an accepted task -------------------------------------------------------------------------------------------


def created_ref(provider: Provider, operation: str, content: bytes) -> TaskRef | None:
    created = provider.created("mine", operation, content)
    return created[0] if created is not None else None


@pytest.mark.parametrize(
    ("content", "task_id"),
    [
        (b'{"task_id": "7"}', "7"),
        (b'\xef\xbb\xbf{"task_id": "7"}', "7"),
        ('{"task_id": "7"}'.encode("utf-16"), "7"),
        (b'  {"state":"created","task_id":"7","model":"vi', "7"),
        (b'{"prompt": "caf\xc3', None),
        (b'{"task_id": "7", "prompt": "caf\xc3', "7"),
        (b'{"prompt": "\x01", "task_id": "7", "more": "broken', "7"),
        (b'{"task_id": 940107923630096384}', "940107923630096384"),
        (b'{"task_id": 940107923630096384', None),
        *((b'{"task_id": %b}' % odd, None) for odd in (b"true", b'"0"', b'"two words"')),
        (b'{"task_id": "7", "task_id": "8"}', None),
        (b'{"task_id": "", "task_id": "8"}', "8"),
        (b'{"metadata": {"task_id": "7"}, "code": 409, "reason": "Conflict"}', None),
        (rb'{"prompt": "\q", "task_id": "7"}', "7"),
        (rb'{"prompt": "\q", "task_id": "7", "task_id": "8"}', None),
        (rb'{"prompt": "\"task_id\": \"9\"", "state": "created"}', None),
        (b'[{"task_id": "7"}]', None),
        (b"\xff\xfe\x00", None),
        (b'{"a":' * 5000 + b'"task_id": "7"', "7"),
        (b'{"n": ' + b"9" * 5000 + b', "task_id": "7"}', "7"),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else "",
)
def test_id_is_read_from_any_bytes_that_hold_it_whole_and_from_no_others(content: bytes, task_id: str | None) -> None:
    assert created_ref(VIDU, "textToVideo", content) == (TaskRef("mine", task_id) if task_id else None)


def test_answer_of_a_route_that_answers_at_once_names_no_task() -> None:
    assert created_ref(VIDU, "textToSpeech", b'{"task_id": "1", "state": "success"}') is None


def test_members_read_from_a_broken_answer_are_kept() -> None:
    created = VIDU.created("mine", "textToVideo", b'{"credits": 60, "task_id": "7", "model": "vid')
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
def test_member_id_is_read_only_at_the_top_level_of_an_answer(content: bytes, task_id: str | None) -> None:
    assert created_ref(SKILLS, "createQ3Video", content) == (TaskRef("mine", task_id) if task_id else None)


# -- errors ---------------------------------------------------------------------------------------------------------------


IN_FLIGHT: Final = {"x-comfy-error-type": "idempotency_in_flight"}
SPENT: Final = {"x-committed-spend-limit": "2000", "x-committed-spend-current": "1875", "x-committed-spend-remaining": "125"}


def quoting(raw: Json, **members: Json) -> Object:
    """Return an error of Comfy that quotes the one of the provider behind it."""
    return {"error": {"type": "provider_error", **members, "metadata": {"raw": raw}}}


@pytest.mark.parametrize(
    ("provider", "answer", "category", "code", "message"),
    [
        (VIDU, reply(502, b"<html><head><title>502 Bad\nGateway</title>"), "other", None, "a web page, 502 Bad Gateway"),
        (VIDU, reply(503, b"<html>" + b"<title>" * 200_000), "other", None, "a web page"),  # once, it took hours to read
        (VIDU, reply(413, b""), "invalid", None, "an empty answer"),
        (VIDU, reply(400, b'{"reason": "CreditInsufficient", "mess'), "credits", "CreditInsufficient", "no explanation"),
        (VIDU, reply(429, b"slow\x00 \r\n down"), "busy", None, "slow down"),
        (VIDU, reply(401, {"url": "https://h.example/?Signature=abc"}), "key", None, "no explanation"),
        (COMFY, reply(409, {}, IN_FLIGHT), "in-flight", "idempotency_in_flight", "no explanation"),
        (
            COMFY,
            reply(429, {"message": "limit exceeded"}, SPENT),
            "busy",
            None,
            "limit exceeded: running calls have committed 1875 of at most 2000 US cents",
        ),
        (COMFY, reply(429, {"message": "m"}, {"x-concurrency-limit": "5", "x-concurrency-current": "5"}), "busy", None, "m"),
        (COMFY, reply(400, {"detail": [{"loc": ["body"], "msg": "too long"}, "bad"]}), "invalid", None, "too long; bad"),
        (COMFY, reply(400, quoting('{"reason": "AuditFailed", "message": "no"}')), "moderation", "AuditFailed", "no"),
        (
            COMFY,
            reply(400, quoting({"reason": "CreditInsufficient", "message": "poor"}, message="refused")),
            "credits",
            "CreditInsufficient",
            "refused: poor",
        ),
        (COMFY, reply(502, quoting("bad gateway", message="failed")), "other", "provider_error", "failed: bad gateway"),
        (ZENLAYER, reply(429, {"error": {"code": "insufficient_quota", "message": "m"}}), "credits", "insufficient_quota", "m"),
        (SKILLS, reply(400, {"error": "INSUFFICIENT_CREDITS", "message": "m"}), "credits", "INSUFFICIENT_CREDITS", "m"),
    ],
    ids=lambda value: value.name if hasattr(value, "name") else "",
)
def test_error_is_read_in_any_form(provider: Provider, answer: Reply, category: Category, code: str | None, message: str) -> None:
    reading = provider.error(answer)
    assert (reading.category, reading.code, reading.message, reading.status) == (category, code, message, answer.status)


INVALID: Final[Object] = {"code": 400, "reason": "FieldInvalid", "message": "invalid field: duration", "metadata": {}}


@pytest.mark.parametrize(
    ("answer", "status"), [(reply(200, INVALID), 400), (reply(200, {"code": 7}), 200), (reply(502, INVALID), 502)]
)
def test_status_of_an_error_is_that_of_http_or_the_code_in_the_body_of_a_success(answer: Reply, status: int) -> None:
    assert VIDU.error(answer).status == status
    assert VIDU.is_error_body(answer) == (answer.object() == INVALID)


def test_request_id_is_read_from_body_and_header() -> None:
    trace = {"metadata": {"trace_id": "abc"}}
    quoted = {"error": {"metadata": {"raw": json.dumps(trace)}}}
    assert VIDU.error(reply(400, trace)).request_id == "abc"
    assert COMFY.error(reply(400, quoted)).request_id == "abc"
    assert SKILLS.error(reply(400, {}, {"x-request-id": "def"})).request_id == "def"


# -- any answer -----------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("provider", EVERY, ids=by_name)
@settings(max_examples=40)
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
    search_page(provider, submission, value, since=1767268500.0)
    provider.balances(value)
    place = provider.upload_place(value)
    assert place is None or provider.uploaded_url(place, value) is None or place.put_url


@pytest.mark.parametrize("provider", EVERY, ids=by_name)
@settings(max_examples=40)
@given(content=st.binary(max_size=60))
def test_no_bytes_make_an_adapter_raise(provider: Provider, content: bytes) -> None:
    operation = "createQ3Video" if provider is SKILLS else "textToVideo"
    assert provider.created("mine", operation, content) is None or b"id" in content
    assert provider.error(Reply(500, {}, content)).message
