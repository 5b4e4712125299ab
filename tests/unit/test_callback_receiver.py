"""Callback receiver: signed notices are passed on once, and everything else is answered with a status."""

from __future__ import annotations

import asyncio
import base64
import gc
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from typing import Any, Final

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from vidu_ext import ConfigurationError
from vidu_ext.callbacks import CallbackReceiver, Notice
from vidu_ext.callbacks.receiver import MOST_BODY_BYTES, MOST_KEPT
from vidu_ext.callbacks.signatures import UnsignedError, signing_key

URL: Final = "https://films.example/hooks/vidu?site=1"
PATH: Final = "/hooks/vidu"
KEY: Final = "vda_example_key"
OTHER_KEY: Final = "vda_another_key"
BODY: Final = json.dumps({"id": "42", "state": "success"}).encode()
PAGE_DATE: Final = "Tue, 06 May 2025 12:09:42 GMT"
PAGE_TIME: Final = 1746533382.0
"""The same moment by `date -d`."""


class Client:
    """A listener like those of clients."""

    def __init__(self) -> None:
        self.heard: list[Notice] = []

    def hear(self, notice: Notice) -> None:
        self.heard.append(notice)


def signed(
    query: str,
    *,
    key: str = KEY,
    path: str = PATH,
    date: str | None = None,
    nonce: str = "n1",
    names: Sequence[str] = ("Date", "x-request-nonce"),
) -> dict[str, str]:
    """Return the headers of a notice, written from the document: lines that each end with a newline, HMAC-SHA256, base64."""
    values = {"Date": hours_ago(0) if date is None else date, "x-request-nonce": nonce}
    lines = ["POST", path, query, "vidu", values["Date"], *(f"{name}:{values[name]}" for name in names)]
    text = "".join(f"{line}\n" for line in lines)
    return {
        **values,
        "X-HMAC-SIGNED-HEADERS": ";".join(names),
        "X-HMAC-SIGNATURE": base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode(),
        "X-HMAC-ALGORITHM": "hmac-sha256",
        "X-HMAC-ACCESS-KEY": "vidu",
        "Content-Type": "application/json",
    }


def hours_ago(hours: float) -> str:
    return formatdate(time.time() - 3600 * hours, usegmt=True)


def receiver_of(client: Client) -> CallbackReceiver:
    receiver = CallbackReceiver(URL)
    receiver.join({"studio": KEY}, client.hear)
    return receiver


@pytest.mark.parametrize(
    ("secret", "path", "query", "signature"),
    [
        ("your_secret_token", "/vidu/callback", "name=james&age=36", "PrO4+kG4W+b3HOSimdHMHn8pnQ6YXQTseBDC/8yvvNA="),
        ("vda_example_key", "", "", "IOslTuzaXWJhFat0jlC7AgXbliEERjY7PvUVBgYIHbI="),
    ],
)
def test_signature_of_the_documented_inputs_is_accepted(secret: str, path: str, query: str, signature: str) -> None:
    """The inputs are those of Vidu's page on callback signatures; the signatures were computed apart from this code."""
    headers = {
        "date": PAGE_DATE,
        "x-request-nonce": "123e4567-e89b-12d3-a456-426614174000",
        "x-hmac-signed-headers": "Date;x-request-nonce",
        "x-hmac-signature": signature,
    }
    assert signing_key("POST", [path], query, headers, {"a": "x", "b": secret}, PAGE_TIME) == "b"
    with pytest.raises(UnsignedError):
        signing_key("POST", [path], f"{query}&", headers, {"b": secret}, PAGE_TIME)


def test_notice_is_passed_on_with_the_task_that_its_signed_query_names() -> None:
    client = Client()
    receiver = receiver_of(client)
    address = receiver.address("token-1")
    query = address.partition("?")[2]
    assert receiver.receive("POST", PATH, query, signed(query), BODY).status == 200
    [notice] = client.heard
    assert (notice.account, notice.task_id, notice.token, notice.state) == ("studio", "42", "token-1", "success")
    assert (receiver.notices("42"), receiver.notices("43")) == ((notice,), ())
    assert receiver.token_of(address) == "token-1"
    assert receiver.is_proven


def test_notice_with_an_unreadable_body_has_its_task() -> None:
    """Vidu does not sign the body, and its own example has no id in it."""
    client = Client()
    query = "site=1&vidu-ext=token-2"
    assert receiver_of(client).receive("POST", PATH, query, signed(query), b"\xff{").status == 200
    assert [(notice.token, notice.task_id) for notice in client.heard] == [("token-2", None)]


NO_NOTICES: Final[Mapping[str, tuple[str, Mapping[str, str], bytes, int]]] = {
    "GET": ("GET", signed("q"), BODY, 405),
    "no signature": ("POST", {}, BODY, 401),
    "signature that is not ASCII": ("POST", {**signed("q"), "X-HMAC-SIGNATURE": "ü" * 44}, BODY, 401),
    "another nonce": ("POST", {**signed("q"), "x-request-nonce": "another"}, BODY, 401),
    "nonce not signed": ("POST", signed("q", names=["Date"]), BODY, 401),  # a notice seen once could come again with another
    "another key": ("POST", signed("q", key=OTHER_KEY), BODY, 401),
    "another query": ("POST", signed("other"), BODY, 401),
    "an hour old": ("POST", signed("q", date=hours_ago(1)), BODY, 401),
    "from the future": ("POST", signed("q", date=hours_ago(-1)), BODY, 401),
    "no date": ("POST", signed("q", date="yesterday"), BODY, 401),
    "a webhook without a secret": (
        "POST", {"webhook-id": "1", "webhook-timestamp": "0", "webhook-signature": "v1,AAAA"}, BODY, 401
    ),
    "large body": ("POST", signed("q"), b"x" * (MOST_BODY_BYTES + 1), 413),
}  # fmt: skip


@pytest.mark.parametrize(("method", "headers", "body", "status"), NO_NOTICES.values(), ids=NO_NOTICES)
def test_request_that_is_not_a_notice_gets_a_status_and_a_log_line_and_disturbs_no_wait(
    method: str, headers: Mapping[str, str], body: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    receiver = receiver_of(client)
    with caplog.at_level(logging.WARNING):
        assert receiver.receive(method, PATH, "q", headers, body).status == status
    assert len(caplog.records) == 1
    assert KEY not in caplog.text
    assert (client.heard, receiver.is_proven, receiver.notices()) == ([], False, ())


def test_repeated_refusal_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    receiver = CallbackReceiver(URL)
    with caplog.at_level(logging.DEBUG, "vidu_ext.callbacks"):
        for hours in (1, 2, 3):
            receiver.receive("POST", PATH, "q", signed("q", date=hours_ago(hours)), b"")
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.DEBUG, logging.DEBUG]


def test_repeated_header_is_refused() -> None:
    client = Client()
    pairs = [*signed("q").items(), ("date", hours_ago(0.01))]
    assert receiver_of(client).receive("POST", PATH, "q", pairs, BODY).status == 400
    assert client.heard == []


def test_replayed_notice_is_acknowledged_and_passed_on_once() -> None:
    client = Client()
    receiver = receiver_of(client)
    headers = signed("q")
    assert [receiver.receive("POST", PATH, "q", headers, BODY).status for _ in range(3)] == [200, 200, 200]
    assert len(client.heard) == 1


def test_notice_goes_only_to_clients_whose_key_signed_it() -> None:
    mine, other = Client(), Client()
    receiver = receiver_of(mine)
    receiver.join({"other": OTHER_KEY}, other.hear)
    receiver.receive("POST", PATH, "q", signed("q", key=OTHER_KEY), BODY)
    assert (mine.heard, [notice.account for notice in other.heard]) == ([], ["other"])


def test_deleted_client_is_forgotten() -> None:
    receiver = receiver_of(Client())
    gc.collect()
    assert receiver.receive("POST", PATH, "q", signed("q"), BODY).status == 401


def test_newest_notices_signed_with_a_configured_key_are_kept_without_a_client() -> None:
    heard: list[Notice] = []
    receiver = CallbackReceiver(URL, keys=[KEY], on_notice=heard.append)
    for number in range(MOST_KEPT + 5):
        body = json.dumps({"id": str(number), "state": "success"}).encode()
        assert receiver.receive("POST", PATH, "q", signed("q", nonce=f"n{number}"), body).status == 200
    kept = receiver.notices()
    assert len(heard) == MOST_KEPT + 5
    assert [notice.task_id for notice in kept] == [str(number) for number in range(5, MOST_KEPT + 5)]


def test_listener_that_fails_does_not_fail_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: Notice) -> None:
        raise RuntimeError("mine")

    receiver = CallbackReceiver(URL, keys=[KEY], on_notice=broken)
    assert receiver.receive("POST", PATH, "q", signed("q"), BODY).status == 200
    assert "the function that it was passed to failed" in caplog.text


@pytest.mark.parametrize(
    "url",
    ["films.example/vidu", "ftp://films.example/", "http://", "https://user:word@films.example/", "https://films.example/#a", 7,
     "https://films.example/?vidu-ext=1", "https://exa mple/"],
)  # fmt: skip
def test_url_that_no_provider_can_call_is_refused(url: Any) -> None:
    with pytest.raises(ConfigurationError):
        CallbackReceiver(url)


def standard_webhook(secret: str, body: bytes, *, moment: float) -> dict[str, str]:
    """Return the headers of a Standard Webhook, written from its specification."""
    stamp = str(int(moment))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"evt_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": "evt_1", "webhook-timestamp": stamp, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}


def test_webhook_of_skills_video_is_checked_by_its_secret() -> None:
    secret = f"whsec_{base64.b64encode(b'a secret of 24 bytes ....').decode()}"
    heard: list[Notice] = []
    receiver = CallbackReceiver(URL, secrets=[secret], on_notice=heard.append)
    body = json.dumps({"type": "task.completed", "prediction": {"id": "g1", "state": "succeeded"}}).encode()
    good = standard_webhook(secret, body, moment=time.time())
    old = standard_webhook(secret, body, moment=time.time() - 3600)
    assert receiver.receive("POST", PATH, "", good, body + b" ").status == 401
    assert receiver.receive("POST", PATH, "", old, body).status == 401
    assert receiver.receive("POST", PATH, "", good, body).status == 200
    assert [(notice.provider, notice.task_id, notice.state) for notice in heard] == [("skills_video", "g1", "succeeded")]
    assert not receiver.is_proven, "no wait relies on these"


async def slowly(_: Notice) -> None: ...


@pytest.mark.parametrize("options", [{"keys": "one-key"}, {"secrets": "whsec_abc"}, {"on_notice": 5}, {"on_notice": slowly}])
def test_option_of_a_wrong_type_is_refused(options: dict[str, Any]) -> None:
    """Once, each letter of a key that was not in a list became a key, with which anyone can sign."""
    with pytest.raises(ConfigurationError, match=f"^{next(iter(options))} (must be|is not awaited)"):
        CallbackReceiver("https://films.example/hook", **options)


@pytest.mark.parametrize("key", ["", " ", None])
def test_key_with_which_anyone_can_sign_is_refused(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="keys one is empty"):
        CallbackReceiver(URL, keys=[KEY, key])


def test_text_that_is_not_a_webhook_secret_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="whsec_"):
        CallbackReceiver(URL, secrets=["whsec_"])


def test_receiver_can_be_mounted_as_an_application() -> None:
    client = Client()
    app = Starlette(routes=[Mount("/hooks", app=receiver_of(client))])
    query = "site=1&vidu-ext=t"

    async def asked() -> tuple[httpx.Response, httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://films.example") as web:
            return await web.post(f"{PATH}?{query}", headers=signed(query), content=BODY), await web.get(PATH)

    answer, refused = asyncio.run(asked())
    assert (answer.status_code, answer.text, refused.status_code) == (200, "ok", 405)
    assert [notice.token for notice in client.heard] == ["t"]


def test_application_stops_reading_a_body_of_a_hundred_megabytes() -> None:
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": read < 100}

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": PATH, "raw_path": None, "query_string": b"", "headers": []}
    asyncio.run(receiver_of(Client())(scope, receive, send))
    assert sent[0]["status"] == 413
    assert read < 12
