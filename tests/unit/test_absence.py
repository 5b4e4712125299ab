"""A request may be sent and paid again only if its task is proved absent, or if the provider still knows its key."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import pytest
from attrs import evolve
from paid import (
    BEGAN,
    LOOKING,
    NO_KEY,
    SILENCE,
    STEADY,
    UNREACHED,
    attempt,
    busy,
    created,
    detail_of,
    find,
    idempotency_key_of,
    keys_sent,
    page,
    ref_of,
    reply,
    row,
    settle,
    status_answer,
    without_key,
)
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.claims import Claims
from vidu_ext.flows.effects import Send
from vidu_ext.flows.outcome import Outcome, Unknown, error_of
from vidu_ext.flows.policy import SettlePolicy
from vidu_ext.flows.submit import REPLAY_SECONDS, attempt_flow
from vidu_ext.providers.reading import rfc3339
from vidu_ext.values.errors import ClientClosedError
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef

ONE_LOOK: Final = SettlePolicy(window=0.0)


def unknown(outcome: Outcome) -> Unknown:
    assert isinstance(outcome, Unknown), outcome
    return outcome


def remedy_of(outcome: Outcome, made: Attempt) -> str | None:
    remedy = error_of(outcome, made.submission).remedy
    return None if remedy is None else remedy.action


def test_search_of_the_whole_list_proves_absence() -> None:
    assert unknown(settle(Scripted(page([])), attempt(), settle=ONE_LOOK)).absent


UNPROVED: Final[dict[str, Sequence[Answer]]] = {
    "no answer": [SILENCE],
    "no list in the answer": [reply(200, b"<html>")],
    "a server error with a list in it": [reply(500, {"tasks": []})],
    "a refusal with a list in it": [reply(403, {"tasks": []})],
    "refused": [NO_KEY],
    "a failure with a list in it": [reply(200, {"success": False, "message": "busy", "tasks": []})],
    "a candidate without an answer": [page([row("9401")]), SILENCE],
    "a candidate whose answer is a server error": [
        page([row("9401")]),
        reply(500, {"state": "processing", "payload": "another"}),
    ],
    "a candidate whose answer shows no key": [page([row("9401")]), reply(200, {"state": "processing"})],
    "a candidate whose answer has null as its key": [page([row("9401")]), reply(200, {"state": "processing", "payload": None})],
    "the second page fails": [page([], "two"), SILENCE],
}
"""Answers to the last look that leave part of the list unread."""


@pytest.mark.parametrize("answers", UNPROVED.values(), ids=UNPROVED.keys())
def test_failed_look_never_proves_absence(answers: Sequence[Answer]) -> None:
    """A batch sends again what is absent. Once, a list that could not be read led to a second paid task."""
    assert not unknown(settle(Scripted(*answers), attempt(), settle=ONE_LOOK)).absent


@pytest.mark.parametrize("answers", [[page([]), SILENCE], [page([]), NO_KEY]])
def test_failed_last_look_revokes_what_earlier_looks_proved(answers: Sequence[Answer]) -> None:
    assert not unknown(settle(Scripted(*answers), attempt(), settle=SettlePolicy(window=1.0))).absent


def test_task_that_may_belong_to_another_submit_of_the_same_request_never_proves_absence() -> None:
    """Once, a search saw the task and could not take it, because the other submit was under way."""
    claims, made, twin = Claims(), attempt(payload="job-1"), attempt(payload="job-1")
    claims.begin(made.submission)
    claims.begin(twin.submission)
    driver = Scripted(page([row("9401", payload="job-1")]))
    assert not unknown(settle(driver, made, claims, settle=ONE_LOOK)).absent


@pytest.mark.parametrize(
    "made",
    [
        attempt(payload="job-1"),
        attempt(key="job-1"),
        attempt("skills_video"),
        attempt(operation="createAdFilm", images=["https://example.com/a.png"]),
    ],
    ids=["payload of the user", "key of the user", "list of running tasks", "route without a payload"],
)
def test_absence_is_proved_only_with_a_key_made_for_the_request(made: Attempt) -> None:
    """Another task may carry a key that the user chose, and a list of running tasks does not show one that has ended."""
    listed = reply(200, []) if made.provider.name == "skills_video" else page([])
    assert not unknown(settle(Scripted(listed), made, settle=ONE_LOOK)).absent


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "UTC"])
def test_search_sends_its_times_in_utc_in_every_time_zone(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """With a time eight hours off, the list would have begun after the lost task."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert rfc3339(1_700_000_000.9) == "2023-11-14T22:13:20Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_client_closed_during_a_search_leaves_the_outcome_unknown() -> None:
    driver = Scripted(SILENCE, ClientClosedError())
    flow = attempt_flow(attempt(), retry=STEADY, waits=True, settle=LOOKING, claims=Claims())
    outcome = unknown(driver.run(flow))
    assert "no answer within 120 s; the client was closed before that was settled" in outcome.detail
    assert not outcome.absent


def test_saved_submission_finds_its_task_again_in_the_same_client() -> None:
    """`find` receives a saved text, so another object with the same idempotency key."""
    claims, made = Claims(), attempt()
    listed = page([row("9401", payload=idempotency_key_of(made))])
    assert ref_of(settle(Scripted(listed), made, claims)).task_id == "9401"
    kept = evolve(made, submission=Submission.parse(made.submission.to_text()))
    assert ref_of(settle(Scripted(listed), kept, claims)).task_id == "9401"


def test_search_continues_if_another_submit_claims_the_task_during_it() -> None:
    claims, made = Claims(), attempt(payload="job-1")

    def claimed_meanwhile(_: Send) -> Answer:
        assert claims.claim(TaskRef("vidu", "9401"), attempt(payload="job-1").submission)
        return status_answer("job-1")

    second = page([row("9401"), row("9402", payload="job-1")])
    driver = Scripted(page([row("9401")]), claimed_meanwhile, second)
    assert ref_of(settle(driver, made, claims)).task_id == "9402"


# -- requests that look alike ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "other"), [("a paper bird", None), (None, "a paper bird"), ("a paper bird", ""), ("a paper bird", " "), (None, None)]
)
def test_request_without_a_prompt_is_like_any_other(mine: str | None, other: str | None) -> None:
    """A provider fills in a missing prompt, so the two tasks may look the same in its list."""
    claims, made = Claims(), attempt("skills_video", prompt=mine)
    claims.begin(made.submission)
    claims.begin(attempt("skills_video", prompt=other).submission)
    assert claims.has_twin(made.submission)


# -- idempotency keys -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [-REPLAY_SECONDS, 900.0, 6 * 3_600.0])
def test_find_repeats_a_key_that_the_provider_still_remembers(ahead: float) -> None:
    """With a wrong clock, the submission may be dated some hours ahead."""
    made = attempt("comfy", began=BEGAN + ahead)
    driver = Scripted(created("comfy"))
    assert ref_of(find(driver, made)) == TaskRef("comfy", "9401")
    assert keys_sent(driver) == [idempotency_key_of(made)]


@pytest.mark.parametrize("ahead", [-REPLAY_SECONDS - 1, 2 * REPLAY_SECONDS, 30 * 86_400.0])
def test_find_does_not_repeat_a_key_that_the_provider_may_have_forgotten(ahead: float) -> None:
    """If it is dated far in the future, the clock was set back, and a second film would be paid."""
    driver, made = Scripted(), attempt("comfy", began=BEGAN + ahead)
    outcome = find(driver, made)
    assert "too old to be repeated safely, or the clock was changed" in detail_of(outcome)
    assert remedy_of(outcome, made) == "check-console"


def test_find_does_not_repeat_a_request_without_a_key() -> None:
    driver, made = Scripted(), without_key(attempt("comfy"))
    outcome = find(driver, made)
    assert "without an idempotency key" in detail_of(outcome)
    assert remedy_of(outcome, made) == "check-console"
    assert driver.seen == []


@pytest.mark.parametrize(("answer", "words"), [(NO_KEY, "who are you"), (UNREACHED, "no route to host"), (busy(), "too many")])
def test_outcome_stays_unknown_if_the_repeated_key_is_refused_or_not_answered(answer: Answer, words: str) -> None:
    outcome = find(Scripted(answer), attempt("comfy"), retry=evolve(STEADY, budget=0.0))
    assert words in detail_of(outcome)
