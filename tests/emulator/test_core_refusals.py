"""Refusals of each provider, in its own words, and that nothing is paid by a refused request."""

from __future__ import annotations

import json
import re
from typing import Final

import pytest
from core_calls import BODIES, CREATE, IMAGE, KEY, PROVIDERS, STATUS, Calls, Provider, auth

from vidu_ext.emulator import EmulatorSettings
from vidu_ext.emulator.providers.records import record_of
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import Json, Object

TEXT: Final = "/ent/v2/text2video"
PICTURE: Final = "/ent/v2/img2video"
REFERENCE: Final = "/ent/v2/reference2video"


# -- keys -----------------------------------------------------------------------------------------------------------------

WRONG_KEYS: tuple[tuple[Provider, dict[str, str]], ...] = (
    ("vidu", {}),
    ("vidu", {"authorization": f"Bearer {KEY}"}),
    ("vidu", {"authorization": "Token "}),
    ("vidu", {"x-api-key": KEY}),
    ("comfy", {}),
    ("comfy", {"authorization": f"Token {KEY}"}),
    ("zenlayer", {"authorization": f"Token {KEY}"}),
    ("skills_video", {"authorization": f"Token {KEY}"}),
)


@pytest.mark.parametrize(("provider", "headers"), WRONG_KEYS)
def test_call_without_the_key_of_its_scheme_is_refused_and_makes_no_task(provider: Provider, headers: dict[str, str]) -> None:
    calls = Calls()
    sent = dict.fromkeys(auth(provider), "") | headers
    answer = calls.ask(provider, "POST", CREATE[provider], BODIES[provider], headers=sent)
    assert answer.status == 401
    expected: dict[str, Json] = {"vidu": "unauthorized", "zenlayer": "unauthorized", "skills_video": "Unauthorized"}
    assert answer.json.get("message", answer.json.get("detail")) == expected.get(provider, "invalid token")
    assert calls.emulator.ledger.paid == ()


@pytest.mark.parametrize(("key", "token", "status"), [("", KEY, 404), (KEY, "other", 404), ("other", KEY, 401)])
def test_comfy_accepts_a_key_or_a_login_token_and_the_key_wins(key: str, token: str, status: int) -> None:
    headers = {"x-api-key": key, "authorization": f"Bearer {token}"}
    assert Calls(keys={"comfy": KEY}).ask("comfy", "GET", STATUS["comfy"].format("1"), headers=headers).status == status


@pytest.mark.parametrize("provider", PROVIDERS)
def test_key_of_the_settings_is_the_only_one_and_its_scheme_is_accepted_in_any_case(provider: Provider) -> None:
    """RFC 9110, 11.1: the scheme of Authorization is a token in any case."""
    word = contract_of(provider).key_header()[1] or "Bearer"
    calls = Calls(keys={provider: KEY})
    assert calls.ask(provider, "POST", CREATE[provider], BODIES[provider], key="another").status == 401
    for written in (word.lower(), word.upper(), word.title()):
        headers = dict.fromkeys(auth(provider), "") | {"authorization": f"{written}  {KEY}"}
        assert calls.ask(provider, "POST", CREATE[provider], BODIES[provider], headers=headers).status == 200


@pytest.mark.parametrize("provider", PROVIDERS)
def test_task_is_unknown_under_another_id_key_or_provider(provider: Provider) -> None:
    calls = Calls()
    task = calls.create(provider)
    others = [(other, task, KEY) for other in PROVIDERS if other != provider]
    for at, name, key in [(provider, "123", KEY), (provider, task, "another-key"), *others]:
        answer = calls.ask(at, "GET", STATUS[at].format(name), key=key)
        expected: tuple[int, str | None] = (404, "TaskNotFound")
        if at in ("comfy", "skills_video"):
            expected = (404, None)
        elif record_of(at).reads_ids_first and not name.isdigit():
            expected = (400, "CODEC")
        assert (answer.status, answer.reason) == expected
    assert calls.ask(provider, "GET", STATUS[provider].format(task)).status == 200


# -- bodies ---------------------------------------------------------------------------------------------------------------

MODEL: Final[Object] = {"model": "viduq3-pro"}
GIF: Final = "data:image/png;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
REFUSED_BODIES: Final[tuple[tuple[str, Object, str, str], ...]] = (
    (TEXT, {}, "FieldLacking", "field is missing or empty: model, prompt"),
    (TEXT, {**MODEL, "prompt": ""}, "FieldLacking", "field is missing or empty: prompt"),
    (TEXT, {**MODEL, "prompt": "a", "fps": 3}, "FieldUnwanted", "unwanted field: fps"),
    (TEXT, {"model": "viduq9", "prompt": "a"}, "FieldInvalid", "invalid field: model"),
    (TEXT, {**MODEL, "prompt": "\ud800"}, "FieldInvalid", "invalid field: prompt"),
    (REFERENCE, {"model": "viduq3", "prompt": "a"}, "FieldLacking", "field is missing or empty: subjects or images"),
    (PICTURE, {**MODEL, "images": [IMAGE, IMAGE]}, "FieldItemCountOutOfRange", "field item count out of range: images"),
    (PICTURE, {**MODEL, "images": ["ftp://example.com/a.png"]}, "FieldInvalid", "invalid field: images.0"),
    (PICTURE, {**MODEL, "images": [GIF]}, "ImageFormatInvalid", "invalid image format"),
)


@pytest.mark.parametrize(("path", "body", "reason", "message"), REFUSED_BODIES, ids=[case[3] for case in REFUSED_BODIES])
def test_body_that_the_spec_does_not_allow_is_refused_in_vidus_words(path: str, body: Object, reason: str, message: str) -> None:
    calls = Calls()
    answer = calls.ask("vidu", "POST", path, body)
    assert (answer.status, answer.reason, answer.json["message"]) == (400, reason, message)
    assert calls.emulator.ledger.paid == ()


UNREADABLE: tuple[tuple[bytes, str], ...] = (
    (b"{", "application/json"),
    (b'{"model": "\xff"}', "application/json"),
    (b"[" * 100_000, "application/json"),
    (b"model=viduq3-pro", "application/x-www-form-urlencoded"),
    (b"{}", ""),
)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("raw", "content_type"), UNREADABLE, ids=["no JSON", "no UTF-8", "too deep", "a form", "no type"])
def test_body_that_cannot_be_read_is_refused_without_an_error(provider: Provider, raw: bytes, content_type: str) -> None:
    answer = Calls().ask(provider, "POST", CREATE[provider], raw=raw, headers={"content-type": content_type})
    assert answer.status == 400
    assert answer.reason == (None if provider in ("comfy", "skills_video") else "CODEC")


def test_body_too_large_for_the_route_is_refused_with_413() -> None:
    calls = Calls()
    body: Object = {"model": "viduq3-pro", "images": ["data:image/png;base64," + "A" * 21_000_000]}
    assert calls.ask("vidu", "POST", PICTURE, body).status == 413
    assert calls.emulator.ledger.paid == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_refusal_names_what_is_wrong_in_the_shape_of_its_provider(provider: Provider) -> None:
    answer = Calls().ask(provider, "POST", CREATE[provider], {**BODIES[provider], "duration": 99})
    codes: dict[str, Json] = {"comfy": None, "skills_video": "VIDEO_GENERATION_INVALID_INPUT"}
    assert (answer.status, answer.json.get("code")) == (400, codes.get(provider, 400))
    assert "duration" in json.dumps(answer.json)


# -- paths, methods, queries ----------------------------------------------------------------------------------------------


def test_id_of_a_wrong_form_is_refused_before_the_key_is_read() -> None:
    answer = Calls().ask("vidu", "GET", "/ent/v2/tasks/abc/creations", headers={"authorization": ""})
    assert (answer.status, answer.reason) == (400, "CODEC")


def test_unknown_path_is_refused_in_the_shape_of_the_provider_it_begins_like() -> None:
    calls = Calls()
    assert calls.ask("vidu", "GET", "/ent/v2/text2image").json["reason"] == "NotFound"
    assert calls.ask("comfy", "GET", "/proxy/vidu/upscale").json == {"message": "not found"}
    assert calls.ask("skills_video", "GET", "/api/v1/nothing").json == {"message": "Not found"}
    assert calls.ask("vidu", "GET", "/favicon.ico").status == 404


def test_another_method_is_refused_with_the_ones_that_work() -> None:
    calls = Calls()
    answer = calls.ask("vidu", "DELETE", "/ent/v2/subjects")
    assert (answer.status, answer.reply.headers["allow"]) == (405, "GET, POST")
    assert calls.ask("vidu", "GET", "/ent/v2/ad-one-click/edit").reply.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "query",
    ["pager.page=x", "pager.page=-1", "pager.pagesz=10001", "pager.pagesz=", "states=done", "states=success&states=done"],
)
def test_query_that_the_spec_does_not_allow_is_refused(query: str) -> None:
    answer = Calls().ask("vidu", "GET", f"/ent/v2/tasks?{query}")
    assert (answer.status, answer.reason) == (400, "FieldInvalid")
    assert str(answer.json["message"]).startswith("invalid field: ")


NONSENSE: tuple[tuple[dict[str, object], str], ...] = (
    ({"concurrency": "x"}, "concurrency is a whole number from 1 to 10,000,000, not 'x'"),
    ({"comfy_refuses": "no"}, "comfy_refuses is true or false, not 'no'"),
    ({"url_seconds": float("nan")}, "url_seconds is a number"),
    ({"film_bytes": 10**15}, "film_bytes is a whole number from 0 to 1,073,741,824"),
    ({"keys": {"vido": "k"}}, "no provider 'vido'"),
    ({"keys": "key-of-somebody"}, "keys are given by provider, as in {'vidu': ...}, not as str"),
    ({"credits": {"vidu": float("nan")}}, "the number of credits of vidu is a number from 0 to"),
)


@pytest.mark.parametrize(("settings", "reason"), NONSENSE)
def test_invalid_settings_are_refused_at_once(settings: dict[str, object], reason: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(reason)):
        EmulatorSettings(**settings)  # type: ignore[arg-type]  # wrong on purpose


# -- refusals that a fault brings -----------------------------------------------------------------------------------------

BUSY: dict[Provider, tuple[Object, Object]] = {
    "vidu": ({"code": 429, "reason": "TooManyRequests"}, {"code": 503, "reason": "InternalServiceFailure"}),
    "comfy": ({"message": "concurrency limit exceeded"}, {"message": "the service is unavailable, try again later"}),
    "zenlayer": ({"code": 429, "reason": "TooManyRequests"}, {"code": 503, "reason": "InternalServiceFailure"}),
    "skills_video": ({"code": "VIDEO_GENERATION_RATE_LIMITED"}, {"code": "VIDEO_GENERATION_PROVIDER_UNAVAILABLE"}),
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_fault_refuses_in_the_words_of_its_provider(provider: Provider) -> None:
    for kind, expected in zip(("http_429", "http_503"), BUSY.get(provider, BUSY["vidu"]), strict=True):
        calls = Calls(f"kind={kind},retry_after=3")
        for method, path, body in (("POST", CREATE[provider], BODIES[provider]), ("GET", STATUS[provider].format("1"), None)):
            answer = calls.ask(provider, method, path, body)
            assert expected.items() <= answer.json.items(), answer
            assert (f"http_{answer.status}", answer.reply.headers["retry-after"]) == (kind, "3")
        calls.emulator.faults.clear()
        assert calls.emulator.ledger.paid == ()


def test_file_is_refused_as_a_storage_does() -> None:
    calls = Calls()
    film = calls.creation(calls.finished())["url"]
    calls.emulator.faults.add("kind=http_503,operation=download,retry_after=2")
    reply = calls.fetch(film)
    assert (reply.status, reply.headers["retry-after"], reply.headers["content-type"]) == (503, "2", "application/xml")
