"""What an answer means for the user's money: five outcomes, one error each, and whether another account may be asked."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final, cast

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

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
from vidu_ext.values.errors import (
    BusyError,
    ConfigurationError,
    InsufficientCreditsError,
    KeyRefusedError,
    ModelNotOfferedError,
    ModerationError,
    NotSentError,
    RefusedError,
    SubmissionUnknownError,
    SubmitError,
)
from vidu_ext.values.exchange import Category, ErrorReading, ExchangeError, Reply
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, Object, TaskRef

SUBMISSION: Final = Submission(
    account="studio",
    provider="vidu",
    operation="textToVideo",
    settlement="payload",
    idempotency_key="5f2b",
    submitted_at=1_700_000_000.25,
    body={"model": "viduq3-turbo", "prompt": "a paper bird", "payload": "5f2b"},
    key_is_ours=True,
)

Expected = tuple[type[Outcome], type[SubmitError], bool]
"""Outcome, error, and whether the next account may be asked."""

UNKNOWN: Final[Expected] = (Unknown, SubmissionUnknownError, False)
REJECTED: Final[Expected] = (Busy, BusyError, True)
REFUSED: Final[Expected] = (Refused, RefusedError, False)
NO_KEY: Final[Expected] = (Refused, KeyRefusedError, True)
NO_CREDITS: Final[Expected] = (Refused, InsufficientCreditsError, True)
NO_MODEL: Final[Expected] = (Refused, ModelNotOfferedError, True)
MODERATED: Final[Expected] = (Refused, ModerationError, False)

BY_STATUS: Final[dict[int, Expected]] = {
    200: UNKNOWN,
    201: UNKNOWN,
    202: UNKNOWN,
    204: UNKNOWN,
    300: REFUSED,
    301: REFUSED,
    302: UNKNOWN,
    303: UNKNOWN,
    307: REFUSED,
    400: REFUSED,
    401: NO_KEY,
    402: NO_CREDITS,
    403: NO_KEY,
    404: REFUSED,
    405: REFUSED,
    408: UNKNOWN,
    409: REFUSED,
    413: REFUSED,
    415: REFUSED,
    422: REFUSED,
    425: REFUSED,
    429: REJECTED,
    451: REFUSED,
    499: UNKNOWN,
    500: UNKNOWN,
    501: UNKNOWN,
    502: UNKNOWN,
    503: UNKNOWN,
    504: UNKNOWN,
    520: UNKNOWN,
    524: UNKNOWN,
    529: UNKNOWN,
}
"""What an answer means that says nothing by its body."""

SILENT_BODIES: Final[dict[str, bytes]] = {
    "empty": b"",
    "web page": b"<html><title>oops</title></html>",
    "empty object": b"{}",
    "null": b"null",
    "cut": b'{"code": 4',
    "a word that nobody documented": b'{"code": "Whatever", "reason": "Whatever", "message": "?"}',
}

BY_CATEGORY: Final[dict[Category, Expected]] = {
    "busy": REJECTED,
    "key": NO_KEY,
    "credits": NO_CREDITS,
    "model": NO_MODEL,
    "moderation": MODERATED,
    "invalid": REFUSED,
    "not-found": REFUSED,
    "in-flight": UNKNOWN,
    "consumed": UNKNOWN,
}
"""What a documented word means with a status from 400 to 429."""

WORDS: Final[dict[str, dict[Category, str]]] = {
    "vidu": {
        "busy": "OperationInProcess",
        "key": "Unauthorized",
        "credits": "CreditInsufficient",
        "model": "ModelUnavailable",
        "moderation": "TaskPromptPolicyViolation",
        "invalid": "FieldInvalid",
        "not-found": "CreationNotFound",
    },
    "comfy": {
        "busy": "TooManyRequests",
        "credits": "CreditInsufficient",
        "model": "comfy_cloud_provider_disabled",
        "moderation": "AuditSubmitIllegal",
        "invalid": "FieldLacking",
        "in-flight": "idempotency_in_flight",
        "consumed": "idempotency_mismatch",
    },
    "zenlayer": {
        "busy": "rate_limit_exceeded",
        "key": "invalid_api_key",
        "credits": "insufficient_quota",
        "model": "model_not_found",
        "moderation": "content_policy_violation",
        "invalid": "invalid_request_error",
    },
    "skills_video": {
        "busy": "VIDEO_GENERATION_RATE_LIMITED",
        "credits": "INSUFFICIENT_CREDITS",
        "model": "VIDEO_GENERATION_UNSUPPORTED_MODEL",
        "moderation": "VIDEO_GENERATION_CONTENT_REJECTED",
        "invalid": "INVALID_INPUT",
    },
}
SAID: Final = [(provider, category, word) for provider, words in WORDS.items() for category, word in words.items()]


def reply(status: int, body: object = None, **headers: str) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


def saying(provider: str, status: int, word: str) -> Reply:
    """An error answer in the provider's own form."""
    if word.startswith("idempotency"):
        return reply(status, {"error": {"type": "conflict", "message": "conflict"}}, x_comfy_error_type=word)
    bodies: dict[str, Object] = {
        "vidu": {"code": status, "reason": word, "message": "so it is", "metadata": {"trace_id": "trace-1"}},
        "comfy": {"error": {"type": "provider_error", "metadata": {"provider_error_code": word}, "message": "so it is"}},
        "zenlayer": {"error": {"code": word, "message": "so it is"}},
        "skills_video": {"code": word, "message": "so it is"},
    }
    return reply(status, bodies[provider])


def outcome(provider: str, answer: Reply) -> Outcome:
    return outcome_of_error(answer, provider_named(provider).error(answer))


def verdict(found: Outcome) -> Expected:
    return type(found), type(error_of(found, SUBMISSION)), may_fail_over(found)


# -- the table ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("body", SILENT_BODIES.values(), ids=SILENT_BODIES.keys())
@pytest.mark.parametrize(("status", "expected"), BY_STATUS.items(), ids=map(str, BY_STATUS))
def test_a_status_is_taken_for_better_or_worse_than_it_is(provider: str, status: int, expected: Expected, body: bytes) -> None:
    assert verdict(outcome(provider, reply(status, body))) == expected


@pytest.mark.parametrize("status", [400, 402, 403, 404, 409, 422, 429])
@pytest.mark.parametrize(("provider", "category", "word"), SAID)
def test_a_documented_word_counts_for_less_than_the_status_that_carries_it(
    provider: str, category: Category, word: str, status: int
) -> None:
    assert verdict(outcome(provider, saying(provider, status, word))) == BY_CATEGORY[category]


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize(("provider", "category", "word"), SAID)
def test_a_server_error_with_a_reason_is_believed_to_cost_nothing(
    provider: str, category: Category, word: str, status: int
) -> None:
    assert verdict(outcome(provider, saying(provider, status, word))) == (REJECTED if category == "busy" else UNKNOWN)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"code": 401, "reason": "Unauthorized"}, NO_KEY),
        ({"code": 400, "reason": "CreditInsufficient"}, NO_CREDITS),
        ({"code": 400, "reason": "AuditSubmitIllegal"}, MODERATED),
        ({"code": 429, "reason": "SystemThrottling"}, REJECTED),
        ({"code": 500, "reason": "InternalServiceFailure"}, UNKNOWN),
        ({"code": "CreditInsufficient", "reason": "CreditInsufficient"}, UNKNOWN),
        ({"state": "created"}, UNKNOWN),
    ],
)
def test_an_error_inside_a_success_is_taken_for_the_success(body: Object, expected: Expected) -> None:
    assert verdict(outcome("vidu", reply(200, body))) == expected


def test_a_used_up_key_is_repeated_for_ever() -> None:
    for word, resend in (("idempotency_in_flight", True), ("idempotency_consumed", False), ("idempotency_mismatch", False)):
        found = outcome("comfy", saying("comfy", 409, word))
        assert isinstance(found, Unknown)
        assert found.resend is resend


@pytest.mark.parametrize(("headers", "pause"), [({}, 2.0), ({"retry_after": "5"}, 5.0), ({"retry_after": "0"}, 2.0)])
def test_a_key_in_flight_is_repeated_without_a_breath(headers: dict[str, str], pause: float) -> None:
    found = outcome("comfy", reply(409, {}, x_comfy_error_type="idempotency_in_flight", **headers))
    assert isinstance(found, Unknown)
    assert found.retry_after == pause


@pytest.mark.parametrize("status", [429, 408, 503])
def test_the_pause_that_a_server_asks_for_is_lost(status: int) -> None:
    found = outcome("vidu", reply(status, {}, retry_after="9"))
    assert isinstance(found, Busy | Unknown)
    assert found.retry_after == 9.0


@pytest.mark.parametrize(("sent", "expected"), [(False, (NotSent, NotSentError, True)), (True, UNKNOWN)])
def test_a_lost_connection_is_taken_for_the_other_kind(sent: bool, expected: Expected) -> None:
    found = outcome_of_failure(ExchangeError("the line went dead", sent=sent))
    assert verdict(found) == expected
    assert "the line went dead" in str(error_of(found, SUBMISSION))


def test_another_account_is_asked_although_the_task_is_accepted() -> None:
    assert not may_fail_over(Accepted(TaskRef("vidu", "1"), {}))
    with pytest.raises(AssertionError):
        error_of(Accepted(TaskRef("vidu", "1"), {}), SUBMISSION)


# -- what the user is told ------------------------------------------------------------------------------------------------


def test_a_refusal_reaches_the_user_without_code_or_request_id() -> None:
    error = error_of(outcome("vidu", saying("vidu", 400, "CreditInsufficient")), SUBMISSION)
    assert isinstance(error, InsufficientCreditsError)
    assert (error.account, error.status, error.code, error.request_id) == ("studio", 400, "CreditInsufficient", "trace-1")
    assert all(part in str(error) for part in ("studio", "so it is", "HTTP 400", "Nothing is paid", "trace-1"))


def test_a_busy_provider_reaches_the_user_without_its_pause() -> None:
    error = error_of(outcome("vidu", reply(429, {"message": "full"}, retry_after="12")), SUBMISSION)
    assert isinstance(error, BusyError)
    assert (error.account, error.status, error.retry_after) == ("studio", 429, 12.0)
    assert "It asks to wait 12 s." in str(error)


def test_an_unknown_outcome_reaches_the_user_without_a_way_on() -> None:
    error = error_of(outcome("vidu", reply(502, b"<html>bad gateway</html>")), SUBMISSION)
    assert isinstance(error, SubmissionUnknownError)
    assert (error.account, error.submission, error.raw) == ("studio", SUBMISSION, b"<html>bad gateway</html>")
    assert "find(error.submission)" in str(error)
    assert "The idempotency key is 5f2b." in str(error)


@pytest.mark.parametrize(
    ("settlement", "words", "shows_marker"),
    [
        ("payload", "searches the account's tasks", True),
        ("idempotency-key", "repeats the idempotency key", True),
        ("running-list", "unfinished generations", False),
        ("none", "check its console", False),
    ],
)
def test_remedy_of_a_submission_is_what_its_provider_offers(settlement: Any, words: str, shows_marker: bool) -> None:
    effect = evolve(SUBMISSION, settlement=settlement).remedy.effect
    assert words in effect
    assert ("5f2b" in effect) is shows_marker


def test_pictures_and_answers_fill_the_log() -> None:
    shown = repr((evolve(SUBMISSION, body={"images": ["data:image/png;base64,AAAA"]}), Unknown("x", b"secret")))
    assert "AAAA" not in shown
    assert "secret" not in shown
    reading = ErrorReading("Code", "m", "busy", 429)
    assert "secret" not in repr((Busy(reading, None), Accepted(TaskRef("vidu", "1"), {"raw": "secret"})))


# -- a submission as text -------------------------------------------------------------------------------------------------

JSON: Final[st.SearchStrategy[Json]] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_a_submission_comes_back_from_its_text_as_another(body: Object) -> None:
    submission = evolve(SUBMISSION, body=body)
    assert Submission.parse(submission.to_text()) == submission


@pytest.mark.parametrize(
    "submission",
    [
        SUBMISSION,
        evolve(SUBMISSION, settlement="none", idempotency_key=None, key_is_ours=False),
        evolve(SUBMISSION, operation="extendSubject", path_id="9402"),
        evolve(SUBMISSION, submitted_at=1_700_000_000),
    ],
)
def test_a_member_of_a_submission_is_lost_on_the_way(submission: Submission) -> None:
    assert Submission.parse(submission.to_text()) == submission


@pytest.mark.parametrize("prompt", ["two\nlines", "\u2028", "\u0085", "\r", "鳥", "\ud83d", "\x00", "🐦"])
def test_a_prompt_tears_the_line_that_a_submission_is_kept_on(prompt: str, tmp_path: Path) -> None:
    submission = evolve(SUBMISSION, body={"prompt": prompt})
    journal = tmp_path / "journal"
    journal.write_text(f"{submission.to_text()}\n{SUBMISSION.to_text()}\n", encoding="utf-8")
    assert [Submission.parse(line) for line in journal.read_text(encoding="utf-8").splitlines()] == [submission, SUBMISSION]


def changed(**members: object) -> str:
    return json.dumps({**json.loads(SUBMISSION.to_text()), **members})


WRONG: Final[dict[str, str]] = {
    "nothing": "",
    "a task reference": "vidu:940107923630096384",
    "half of it": SUBMISSION.to_text()[:-20],
    "two in one": SUBMISSION.to_text() * 2,
    "a list": "[]",
    "null": "null",
    "a number": "3",
    "an empty object": "{}",
    "another object": '{"task_id": "1"}',
    "a deep hole": "[" * 100_000,
    "one member too many": changed(colour="red"),
    "account is a number": changed(account=3),
    "provider is missing": changed(provider=None),
    "operation is a list": changed(operation=["textToVideo"]),
    "settlement is unknown": changed(settlement="guess"),
    "settlement is null": changed(settlement=None),
    "idempotency key is a number": changed(idempotency_key=5),
    "time is a text": changed(submitted_at="yesterday"),
    "time is no number": changed(submitted_at=math.nan),
    "time is endless": changed(submitted_at=math.inf),
    "time is true": changed(submitted_at=True),
    "body is a text": changed(body="{}"),
    "body is null": changed(body=None),
    "path is a number": changed(path_id=9402),
    "flag is a text": changed(key_is_ours="false"),
    "flag is a number": changed(key_is_ours=1),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_broken_text_becomes_a_submission_that_is_looked_for_in_vain(text: str) -> None:
    with pytest.raises(ConfigurationError):
        Submission.parse(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", "another"),
        ("provider", "comfy"),
        ("operation", "imageToVideo"),
        ("settlement", "idempotency-key"),
        ("idempotency_key", "another-key"),
        ("idempotency_key", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("submitted_at", 1_700_000_001.0),
        ("submitted_at", 1e300),
        ("body", {"prompt": "a paper boat"}),
        ("path_id", ".."),
        ("key_is_ours", not SUBMISSION.key_is_ours),
        ("checksum", "0" * 16),
        ("checksum", None),
    ],
)
def test_a_text_of_a_submission_is_refused_whichever_member_was_changed(name: str, value: object) -> None:
    """With another idempotency key, a look at Comfy sent the request again under a key that was not the first one's."""
    with pytest.raises(ConfigurationError, match="Nothing was sent"):
        Submission.parse(changed(**{name: value}))


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_a_text_of_a_submission_may_be_written_anew_by_another_program(body: Object) -> None:
    """Programs that read and write JSON sort members, add blanks, and know one kind of number."""
    submission = evolve(SUBMISSION, submitted_at=1_700_000_000.0, body={**body, "weight": 2.0})
    members = json.loads(submission.to_text())
    members.update(submitted_at=1_700_000_000, body={**members["body"], "weight": 2})
    assert Submission.parse(json.dumps(dict(reversed(members.items())), indent=2, ensure_ascii=True)) == submission


@pytest.mark.parametrize("name", [field.name for field in fields(Submission) if field.name not in ("path_id", "key_is_ours")])
def test_a_submission_without_a_member_is_taken(name: str) -> None:
    members = json.loads(SUBMISSION.to_text())
    del members[name]
    with pytest.raises(ConfigurationError, match="not a submission written by"):
        Submission.parse(json.dumps(members))


@pytest.mark.parametrize("text", [None, 3, {"account": "vidu"}])
def test_a_submission_is_parsed_from_what_is_no_text(text: object) -> None:
    with pytest.raises(ConfigurationError):
        Submission.parse(cast("str", text))
