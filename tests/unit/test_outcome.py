"""What an answer means for the user's money: five outcomes, one error each, and whether another account may be asked."""

from __future__ import annotations

from typing import Any, Final

import pytest
from attrs import evolve
from paid import KEPT as SUBMISSION
from paid import reply

from vidu_ext.flows.outcome import (
    Accepted,
    Busy,
    NotSent,
    Outcome,
    Refused,
    Unknown,
    error_of,
    may_fail_over,
    outcome_of_error,
    outcome_of_failure,
)
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.values import errors
from vidu_ext.values.exchange import Category, ExchangeError, Reply
from vidu_ext.values.tasks import Object, TaskRef

Expected = tuple[type[Outcome], type[errors.SubmitError], bool]
"""The outcome, its error, and whether the next account may be asked."""

UNKNOWN: Final[Expected] = (Unknown, errors.SubmissionUnknownError, False)
BUSY: Final[Expected] = (Busy, errors.BusyError, True)
REFUSED: Final[Expected] = (Refused, errors.RefusedError, False)
NO_KEY: Final[Expected] = (Refused, errors.KeyRefusedError, True)
NO_CREDITS: Final[Expected] = (Refused, errors.InsufficientCreditsError, True)
NO_MODEL: Final[Expected] = (Refused, errors.ModelNotOfferedError, True)
MODERATED: Final[Expected] = (Refused, errors.ModerationError, False)

BY_STATUS: Final[dict[int, Expected]] = {
    **dict.fromkeys([200, 201, 202, 204, 302, 303, 408, 499, 500, 501, 502, 503, 504, 520, 524, 529], UNKNOWN),
    **dict.fromkeys([300, 301, 307, 400, 404, 405, 409, 413, 415, 422, 425, 451], REFUSED),
    **dict.fromkeys([401, 403], NO_KEY),
    402: NO_CREDITS,
    429: BUSY,
}
"""The meaning of an answer without a documented word in its body."""

SILENT_BODIES: Final = (
    b"", b"<html><title>oops</title></html>", b"{}", b"null", b'{"code": 4',
    b'{"code": "Whatever", "reason": "Whatever", "message": "?"}',
)  # fmt: skip
"""Bodies without a documented word."""

BY_CATEGORY: Final[dict[Category, Expected]] = {
    "busy": BUSY,
    "key": NO_KEY,
    "credits": NO_CREDITS,
    "model": NO_MODEL,
    "moderation": MODERATED,
    "invalid": REFUSED,
    "not-found": REFUSED,
    "in-flight": UNKNOWN,
    "consumed": UNKNOWN,
}
"""The meaning of a documented word with a status from 400 to 429."""

WORDS: Final[dict[str, dict[Category, str]]] = {
    "vidu": {
        "busy": "OperationInProcess", "key": "Unauthorized", "credits": "CreditInsufficient", "model": "ModelUnavailable",
        "moderation": "TaskPromptPolicyViolation", "invalid": "FieldInvalid", "not-found": "CreationNotFound",
    },
    "comfy": {
        "busy": "TooManyRequests", "credits": "CreditInsufficient", "model": "comfy_cloud_provider_disabled",
        "moderation": "AuditSubmitIllegal", "invalid": "FieldLacking", "in-flight": "idempotency_in_flight",
        "consumed": "idempotency_mismatch",
    },
    "zenlayer": {
        "busy": "rate_limit_exceeded", "key": "invalid_api_key", "credits": "insufficient_quota", "model": "model_not_found",
        "moderation": "content_policy_violation", "invalid": "invalid_request_error",
    },
    "skills_video": {
        "busy": "VIDEO_GENERATION_RATE_LIMITED", "credits": "INSUFFICIENT_CREDITS", "model": "VIDEO_GENERATION_UNSUPPORTED_MODEL",
        "moderation": "VIDEO_GENERATION_CONTENT_REJECTED", "invalid": "INVALID_INPUT",
    },
}  # fmt: skip
"""A documented word of each category."""

DOCUMENTED_WORDS: Final = [(provider, category, word) for provider, words in WORDS.items() for category, word in words.items()]


def refusal(provider: str, status: int, word: str) -> Reply:
    """Return an error answer with a word in the form of its provider."""
    if word.startswith("idempotency"):
        return reply(status, {"error": {"type": "conflict", "message": "conflict"}}, {"x-comfy-error-type": word})
    bodies: dict[str, Object] = {
        "vidu": {"code": status, "reason": word, "message": "not accepted", "metadata": {"trace_id": "trace-1"}},
        "comfy": {"error": {"type": "provider_error", "metadata": {"provider_error_code": word}, "message": "not accepted"}},
        "zenlayer": {"error": {"code": word, "message": "not accepted"}},
        "skills_video": {"code": word, "message": "not accepted"},
    }
    return reply(status, bodies[provider])


def outcome_at(provider: str, answer: Reply) -> Outcome:
    return outcome_of_error(answer, provider_named(provider).error(answer))


def verdict(outcome: Outcome) -> Expected:
    return type(outcome), type(error_of(outcome, SUBMISSION)), may_fail_over(outcome)


@pytest.mark.parametrize(("status", "expected"), BY_STATUS.items(), ids=map(str, BY_STATUS))
def test_status_decides_the_outcome_of_an_answer_without_a_documented_word(status: int, expected: Expected) -> None:
    answers = [reply(status, body) for body in SILENT_BODIES]
    assert {verdict(outcome_at(provider, answer)) for provider in PROVIDERS for answer in answers} == {expected}


@pytest.mark.parametrize(("provider", "category", "word"), DOCUMENTED_WORDS)
def test_documented_word_decides_the_outcome_of_a_refusal_with_any_status(provider: str, category: Category, word: str) -> None:
    refusals = [refusal(provider, status, word) for status in (400, 402, 403, 404, 409, 422, 429)]
    assert {verdict(outcome_at(provider, answer)) for answer in refusals} == {BY_CATEGORY[category]}


@pytest.mark.parametrize(("provider", "category", "word"), DOCUMENTED_WORDS)
def test_outcome_of_a_server_error_is_unknown_whatever_its_reason_unless_busy(
    provider: str, category: Category, word: str
) -> None:
    failures = [refusal(provider, status, word) for status in (500, 502, 503)]
    assert {verdict(outcome_at(provider, answer)) for answer in failures} == {BUSY if category == "busy" else UNKNOWN}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"code": 401, "reason": "Unauthorized"}, NO_KEY),
        ({"code": 400, "reason": "CreditInsufficient"}, NO_CREDITS),
        ({"code": 400, "reason": "AuditSubmitIllegal"}, MODERATED),
        ({"code": 429, "reason": "SystemThrottling"}, BUSY),
        ({"code": 500, "reason": "InternalServiceFailure"}, UNKNOWN),
        ({"code": "CreditInsufficient", "reason": "CreditInsufficient"}, UNKNOWN),
        ({"state": "created"}, UNKNOWN),
    ],
)
def test_error_inside_a_success_decides_the_outcome(body: Object, expected: Expected) -> None:
    assert verdict(outcome_at("vidu", reply(200, body))) == expected


@pytest.mark.parametrize("status", [429, 408, 503])
def test_outcome_keeps_retry_after(status: int) -> None:
    outcome = outcome_at("vidu", reply(status, {}, {"retry-after": "9"}))
    assert isinstance(outcome, Busy | Unknown)
    assert outcome.retry_after == 9.0


@pytest.mark.parametrize(("sent", "expected"), [(False, (NotSent, errors.NotSentError, True)), (True, UNKNOWN)])
def test_outcome_of_a_lost_connection_depends_on_whether_the_request_was_sent(sent: bool, expected: Expected) -> None:
    outcome = outcome_of_failure(ExchangeError("connection reset", sent=sent))
    assert verdict(outcome) == expected
    assert "connection reset" in str(error_of(outcome, SUBMISSION))


def test_no_other_account_is_asked_after_a_task_was_accepted() -> None:
    assert not may_fail_over(Accepted(TaskRef("vidu", "1"), {}))


# -- errors ---------------------------------------------------------------------------------------------------------------


def test_error_of_a_refusal_has_code_status_and_request_id() -> None:
    error = error_of(outcome_at("vidu", refusal("vidu", 400, "CreditInsufficient")), SUBMISSION)
    assert isinstance(error, errors.InsufficientCreditsError)
    assert (error.account, error.status, error.code, error.request_id) == ("studio", 400, "CreditInsufficient", "trace-1")
    assert all(part in str(error) for part in ("studio", "not accepted", "HTTP 400", "Nothing is paid", "trace-1"))


def test_error_of_a_redirected_request_names_the_base_url_and_the_status_once() -> None:
    error = error_of(outcome_at("vidu", reply(308, b"", {"location": "https://api.example/v3"})), SUBMISSION)
    assert "set the base URL of the account to the new one (HTTP 308). Nothing is paid." in str(error)


def test_error_of_an_unknown_outcome_has_the_submission_and_the_key() -> None:
    error = error_of(outcome_at("vidu", reply(502, b"<html>bad gateway</html>")), SUBMISSION)
    assert isinstance(error, errors.SubmissionUnknownError)
    assert (error.account, error.submission, error.raw) == ("studio", SUBMISSION, b"<html>bad gateway</html>")
    assert "find(error.submission)" in str(error)
    assert "The idempotency key is 5f2b." in str(error)


@pytest.mark.parametrize(
    ("settlement", "advice", "shows_key"),
    [
        ("payload", "searches the account's tasks", True),
        ("idempotency-key", "repeats the idempotency key", True),
        ("running-list", "unfinished generations", False),
        ("none", "check its console", False),
    ],
)
def test_remedy_of_a_submission_is_what_its_provider_offers(settlement: Any, advice: str, shows_key: bool) -> None:
    effect = evolve(SUBMISSION, settlement=settlement).remedy.effect
    assert advice in effect
    assert ("5f2b" in effect) is shows_key
