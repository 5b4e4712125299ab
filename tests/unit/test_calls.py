"""Routes that answer at once: when their requests are repeated; and what failures of any call say to the user and the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import pytest
from attrs import evolve
from paid import BAD_GATEWAY, SILENCE, STEADY, UNREACHED, attempt, busy, created, reply, status_answer, story
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.call import call_flow
from vidu_ext.flows.claims import Begun
from vidu_ext.flows.effects import Flow
from vidu_ext.flows.outcome import Unknown, error_of, outcome_of_error
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.flows.retry import duration
from vidu_ext.flows.submit import answer_flow, create_flow
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


# -- errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["idempotency_in_flight", "idempotency_consumed"])
def test_answer_about_an_idempotency_key_is_kept(word: str) -> None:
    """Support asks for it if a paid task is missing."""
    answer = reply(409, b"so it is", {"x-comfy-error-type": word})
    outcome = outcome_of_error(answer, provider_named("comfy").error(answer))
    assert isinstance(outcome, Unknown)
    assert outcome.raw == b"so it is"


@pytest.mark.parametrize("absent", [False, True])
def test_error_says_whether_absence_was_proved(absent: bool) -> None:
    """A batch sends again what is absent."""
    error = error_of(Unknown("no answer", absent=absent), attempt().submission)
    assert isinstance(error, SubmissionUnknownError)
    assert error.absent is absent


# -- what an interrupt is given ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_settled", [False, True])
def test_interrupt_of_a_find_has_the_lost_submission_until_it_is_settled(is_settled: bool) -> None:
    """Ctrl-C in a look for a lost task has to name its submission, whatever this look has sent itself."""
    lost, sent = attempt().submission, attempt().submission
    begun = Begun()
    begun.note_unsettled(lost)
    if is_settled:
        begun.note_unsettled(None)
    begun.submission = sent
    begun.clear()
    assert begun.submission == (None if is_settled else lost)


# -- the log --------------------------------------------------------------------------------------------------------------


def lines_of(driver: Scripted, flow: Flow[object], caplog: pytest.LogCaptureFixture) -> list[str]:
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        driver.run(flow)
    return [record.getMessage() for record in caplog.records]


TRIES: Final[dict[str, tuple[Callable[[], Flow[object]], str, Reply]]] = {
    "create": (lambda: create_flow(attempt(account="studio"), retry=STEADY), "textToVideo at studio", created()),
    "call": (call, "getCreations at studio", status_answer(None)),
}


@pytest.mark.parametrize(("flow_of", "subject", "ending"), TRIES.values(), ids=TRIES)
def test_each_problem_of_a_repeated_call_is_logged_once_when_it_begins(
    flow_of: Callable[[], Flow[object]], subject: str, ending: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    """Two minutes without a line looked like a hang. With pauses of 1, 2, 4, ... s of 120 s."""
    full = busy()
    lines = lines_of(Scripted(UNREACHED, UNREACHED, full, full, UNREACHED, ending), flow_of(), caplog)
    expected = ["no route to host", "2 min"], ["HTTP 429, too many", "1 min 57 s"], ["no route to host", "1 min 45 s"]
    for line, parts in zip(lines, expected, strict=True):
        assert all(part in line for part in [subject, *parts]), line


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (112.0, "1 min 52 s"), (3_659.0, "1 h"), (7_265.0, "2 h 1 min")])
def test_time_is_written_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text
