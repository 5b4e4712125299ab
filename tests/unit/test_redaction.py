"""What is kept of an exchange holds no key, prompt, payload, id or address, and still fits its spec."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pytest
from operations import BODIES
from test_drift import examples

from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.spec.redaction import KEPT_HEADERS, Redaction, check_recording, secrets_in
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

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
STATUS: Final[Object] = {
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
    kept = Redaction(contract_of("vidu")).answer("getCreations", 200, STATUS)
    assert [private for private in PRIVATE if private in json.dumps(kept)] == []
    assert list(secrets_in(kept)) == []


def test_words_settings_and_matching_ids_stay() -> None:
    redaction = Redaction(contract_of("vidu"))
    kept = as_object(redaction.answer("getCreations", 200, STATUS))
    creation = as_object(as_list(kept["creations"])[0])
    stays = ("state", "err_code", "credits", "model", "resolution", "aspect_ratio", "created_at")
    assert {name: kept[name] for name in stays} == {name: STATUS[name] for name in stays}
    assert kept["id"] == creation["id"] == redaction.text("903450912345678")
    assert kept["creator_id"] == int(str(kept["id"]))
    assert str(creation["url"]).endswith(".mp4")
    assert creation["url"] != creation["cover_url"]


def test_redacted_answer_fits_its_spec_like_the_answer() -> None:
    for provider, operation, status, value in examples():
        contract = contract_of(provider)
        kept = Redaction(contract).answer(operation, status, value)
        assert answer_drifts(contract, operation, status, kept) == (), (provider, operation, status)


def test_redacted_request_fits_its_spec_like_the_request() -> None:
    for provider, operation, name, body in BODIES:
        contract = contract_of(provider)
        kept = Redaction(contract).body(operation, body)
        assert contract.faults(operation, kept) == (), (provider, operation, name)


@pytest.mark.parametrize("answer", [STATUS, {"data": STATUS}, {}, [STATUS], {**STATUS, "creations": "none"}], ids=repr)
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
