"""Routes that answer at once, paid and free: when their requests are repeated."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from paid import BAD_GATEWAY, SILENCE, STEADY, UNREACHED, attempt, busy, reply, status_answer, story
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.call import call_flow
from vidu_ext.flows.effects import Flow
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.flows.submit import answer_flow
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import CallError, SubmissionUnknownError
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import TaskRef

# -- paid routes ----------------------------------------------------------------------------------------------------------


def speech() -> Attempt:
    """Return an attempt at a paid route that answers at once."""
    return attempt(operation="textToSpeech", text="hello")


def answer(driver: Scripted) -> Reply:
    return driver.run(answer_flow(speech(), retry=STEADY))


def test_speech_is_requested_again_if_it_was_not_sent_or_the_provider_was_busy() -> None:
    done = reply(200, {"task_id": "9401", "state": "success", "file_url": "https://example.com/a.mp3"})
    driver = Scripted(UNREACHED, busy("5"), reply(400, {"reason": "OperationInProcess"}), done)
    assert answer(driver) is done
    assert driver.pauses == [1.0, 5.0, 4.0]


def test_answer_that_reports_failed_speech_is_returned() -> None:
    failed = reply(200, {"task_id": "9401", "state": "failed", "err_code": "AuditSubmitIllegal", "code": 400, "reason": "x"})
    assert answer(Scripted(failed)) is failed


@pytest.mark.parametrize("doubt", [SILENCE, BAD_GATEWAY, reply(408), reply(200, {"error": "what happened"})])
def test_speech_that_may_be_paid_is_not_requested_again(doubt: Answer) -> None:
    driver = Scripted(doubt)
    error = driver.error(answer_flow(speech(), retry=STEADY), SubmissionUnknownError)
    assert "has no way to search" in str(error)
    assert driver.pauses == []


# -- free routes ----------------------------------------------------------------------------------------------------------


VIDU: Final = provider_named("vidu")


def call(*, retry: RetryPolicy = STEADY) -> Flow[Reply]:
    return call_flow("studio", VIDU, VIDU.status_call(TaskRef("studio", "9401")), retry=retry)


PASSING: Final[dict[str, Answer]] = {
    "not sent": UNREACHED,
    "silence": SILENCE,
    "busy": busy(),
    "busy by word": reply(400, {"reason": "OperationInProcess"}),
    "conflict": reply(409),
    "server error": reply(500),
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
def test_free_call_is_repeated_after_a_passing_failure(trouble: Answer) -> None:
    done = status_answer(None)
    driver = Scripted(trouble, trouble, done)
    assert driver.run(call()) is done
    assert story(driver) == ["getCreations", 1.0, "getCreations", 2.0, "getCreations"]


@pytest.mark.parametrize("status", [302, 400, 401, 404])
def test_refused_free_call_is_not_repeated(status: int) -> None:
    driver = Scripted(reply(status, {"reason": "Whatever", "message": "no"}))
    error = driver.error(call(), CallError)
    assert (error.account, error.operation, error.status, error.code) == ("studio", "getCreations", status, "Whatever")
    assert driver.pauses == []


@pytest.mark.parametrize(
    ("trouble", "words"), [(SILENCE, "no answer within 120 s"), (reply(503, {"message": "closed"}), "closed (HTTP 503)")]
)
def test_free_call_is_repeated_only_within_the_budget(trouble: Answer, words: str) -> None:
    driver = Scripted(*[trouble] * 3)
    assert words in str(driver.error(call(retry=evolve(STEADY, budget=5.0)), CallError))
    assert driver.pauses == [1.0, 2.0]


def test_free_call_is_repeated_after_its_retry_after() -> None:
    driver = Scripted(reply(503, {}, {"retry-after": "20"}), status_answer(None))
    driver.run(call())
    assert driver.pauses == [20.0]
