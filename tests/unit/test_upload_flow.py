"""Uploads of single files: their requests, repetitions and errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from attrs import evolve
from paid import SILENCE, STEADY, reply, story
from scripted import Scripted

from vidu_ext.flows.effects import Flow, Send
from vidu_ext.flows.file_effects import Put
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.flows.upload import upload_flow
from vidu_ext.providers import provider_named
from vidu_ext.spec.formats import Medium
from vidu_ext.values.errors import CallError, ResponseUnreadableError
from vidu_ext.values.exchange import Reply

PLACES: Final[dict[str, Reply]] = {
    "vidu": reply(200, {"id": "77", "put_url": "https://storage.example.com/up?sig=abc"}),
    "comfy": reply(
        200, {"upload_url": "https://storage.example.com/up?sig=abc", "download_url": "https://storage.example.com/down?sig=d"}
    ),
}

STORED: Final = reply(200, b"", {"etag": "d035"})
FINISHED: Final = reply(200, {"uri": "ssupload:?id=77"})


def upload(provider: str = "vidu", *, account_host: str = "api.example", retry: RetryPolicy = STEADY) -> Flow[str]:
    return upload_flow("studio", provider_named(provider), Medium(b"PNG", "png"), account_host=account_host, retry=retry)


def test_upload_to_vidu_is_created_put_and_finished() -> None:
    driver = Scripted(PLACES["vidu"], STORED, FINISHED)
    assert driver.run(upload()) == "ssupload:?id=77"
    assert story(driver) == ["createUpload", "PUT", "finishUpload"]
    (put,), (create, finish) = driver.of(Put), [send.call for send in driver.of(Send)]
    assert (put.url, put.content, put.content_type) == ("https://storage.example.com/up?sig=abc", b"PNG", "image/png")
    assert (create.request["url"], create.request["json"]) == ("/tools/v2/files/uploads", {"scene": "vidu"})
    assert (finish.request["url"], finish.request["json"]) == ("/tools/v2/files/uploads/77/finish", {"etag": "d035"})
    assert not create.creates


def test_upload_to_comfy_is_created_and_put() -> None:
    driver = Scripted(PLACES["comfy"], STORED)
    assert driver.run(upload("comfy")) == "https://storage.example.com/down?sig=d"
    assert story(driver) == ["createStorage", "PUT"]
    assert not driver.of(Send)[0].call.creates


@pytest.mark.parametrize("more", [{}, {"expires_at": "2026-12-01T00:00:00Z"}, {"upload_url": "https://storage.example.com/up"}])
def test_file_that_comfy_already_has_is_not_put_again(more: dict[str, object]) -> None:
    """Comfy may answer without a URL for the upload. Once, that was reported as an unreadable answer."""
    driver = Scripted(reply(200, {"download_url": "https://storage.example.com/down?sig=d", "existing_file": True, **more}))
    assert driver.run(upload("comfy")) == "https://storage.example.com/down?sig=d"
    assert story(driver) == ["createStorage"]


@pytest.mark.parametrize(
    "answer",
    [
        {"download_url": "https://storage.example.com/down"},
        {"download_url": "https://storage.example.com/down", "existing_file": False},
        {"existing_file": True, "download_url": ""},
    ],
)
def test_file_counts_as_stored_only_with_both_the_flag_and_a_url(answer: dict[str, object]) -> None:
    with pytest.raises(ResponseUnreadableError, match="has no URL to upload to"):
        Scripted(reply(200, answer)).run(upload("comfy"))


def test_each_step_of_an_upload_is_repeated_after_passing_failures() -> None:
    driver = Scripted(SILENCE, PLACES["vidu"], SILENCE, reply(503, b"slow down"), reply(429, b""), STORED, reply(500), FINISHED)
    assert driver.run(upload()) == "ssupload:?id=77"
    assert story(driver) == [
        "createUpload", 1.0, "createUpload", "PUT", 1.0, "PUT", 2.0, "PUT", 4.0, "PUT", "finishUpload", 1.0, "finishUpload",
    ]  # fmt: skip


@pytest.mark.parametrize("status", [302, 403])
def test_refused_upload_is_not_repeated_and_its_signed_url_is_not_shown(status: int) -> None:
    driver = Scripted(PLACES["vidu"], reply(status, b"<Error>"))
    error = driver.error(upload(), CallError)
    assert error.status == status
    assert "sig=abc" not in str(error)


@pytest.mark.parametrize("url", ["http://169.254.169.254/up?sig=abc", "https://localhost:8080/up?sig=abc", "file:///up?sig=abc"])
def test_upload_to_a_private_address_is_refused(url: str) -> None:
    """The answer names where the bytes go: any service of the private network could have been written to."""
    driver = Scripted(reply(200, {"id": "77", "put_url": url}))
    assert "nothing was sent there" in str(driver.error(upload(), CallError))
    assert not driver.of(Put)


def test_upload_to_this_machine_is_allowed_for_an_account_on_it() -> None:
    driver = Scripted(reply(200, {"id": "77", "put_url": "http://127.0.0.1:9000/up"}), STORED, FINISHED)
    assert driver.run(upload(account_host="localhost:8188")) == "ssupload:?id=77"


def test_upload_is_repeated_only_within_the_budget() -> None:
    driver = Scripted(PLACES["vidu"], SILENCE, SILENCE, SILENCE)
    error = driver.error(upload(retry=evolve(STEADY, budget=5.0)), CallError)
    assert "the upload broke off: no answer within 120 s" in str(error)
    assert driver.pauses == [1.0, 2.0]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        *(
            ([reply(200, body)], "no URL to upload to")
            for body in ({}, {"put_url": "https://storage.example.com/up"}, {"id": "9", "put_url": ""}, {"id": "9"}, b"?")
        ),
        ([PLACES["vidu"], STORED, reply(200, {})], "no URL of the upload"),
    ],
)
def test_upload_answer_without_a_url_is_an_error_that_keeps_the_answer(answers: Sequence[Reply], words: str) -> None:
    error = Scripted(*answers).error(upload(), ResponseUnreadableError)
    assert words in str(error)
    assert error.raw == answers[-1].content
