"""Submits to several accounts: which are asked, in which order, and how a submit ends."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final, cast

import pytest
from adapters import WITHOUT_REPLAY
from attrs import evolve
from paid import (
    DOUBTFUL,
    LOOKS,
    NO_KEY,
    SILENCE,
    STEADY,
    UNREACHED,
    attempt,
    busy,
    created,
    generation,
    idempotency_key_of,
    keys_sent,
    offer,
    page,
    ref_of,
    reply,
    row,
    settle,
    story,
    submit,
)
from scripted import Answer, Scripted

from vidu_ext.client.submits import accepted
from vidu_ext.flows.attempt import Attempt, attempt_of
from vidu_ext.flows.claims import Claims
from vidu_ext.flows.effects import Flow, Now, Send
from vidu_ext.flows.outcome import Unknown
from vidu_ext.flows.policy import RetryPolicy, SettlePolicy
from vidu_ext.flows.submit import submit_flow
from vidu_ext.providers import provider_named
from vidu_ext.providers.offers import Offer
from vidu_ext.values.errors import InsufficientCreditsError
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, TaskRef

HARMLESS: Final[dict[str, Answer]] = {
    "not sent": UNREACHED,
    "busy": busy("30"),
    "wrong key": NO_KEY,
    "forbidden": reply(403),
    "no credits": reply(400, {"reason": "CreditInsufficient"}),
    "model not offered": reply(400, {"reason": "ModelUnavailable"}),
}
"""Answers after which another account may be asked."""
ONE_LOOK: Final = SettlePolicy(window=0.0)


@pytest.mark.parametrize("answer", HARMLESS.values(), ids=HARMLESS.keys())
def test_next_account_is_asked_at_once_after_a_harmless_failure(answer: Answer) -> None:
    observed: list[tuple[str, str]] = []
    first, second = attempt("vidu"), attempt("comfy")
    driver = Scripted(answer, created("comfy"))
    ended = driver.run(submit([first, second], observed=observed))
    assert ref_of(ended.outcome) == TaskRef("comfy", "9401")
    assert ended.submission is second.submission
    assert [earlier.submission for earlier in ended.earlier] == [first.submission]
    assert [send.account for send in driver.of(Send)] == ["vidu", "comfy"]
    assert driver.pauses == []
    assert observed == [("vidu", type(ended.earlier[0].outcome).__name__), ("comfy", "Accepted")]


@pytest.mark.parametrize("answer", DOUBTFUL.values(), ids=DOUBTFUL.keys())
@pytest.mark.parametrize("provider", WITHOUT_REPLAY)
def test_no_other_account_is_asked_while_the_first_may_have_the_task(provider: str, answer: Answer) -> None:
    nothing = reply(200, []) if provider == "skills_video" else page([])
    looks = [] if provider_named(provider).settlement == "none" else [nothing] * LOOKS
    driver = Scripted(answer, *looks)
    ended = driver.run(submit([attempt(provider), attempt("comfy")]))
    assert isinstance(ended.outcome, Unknown)
    assert [send.account for send in driver.of(Send)] == [provider] * (1 + len(looks))
    assert sum(send.call.creates for send in driver.of(Send)) == 1


@pytest.mark.parametrize("answer", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_comfy_repeats_its_key_before_another_account_is_asked(answer: Answer) -> None:
    driver = Scripted(answer, busy("3"), created("comfy"))
    ended = driver.run(submit([attempt("comfy"), attempt("vidu")]))
    assert ref_of(ended.outcome) == TaskRef("comfy", "9401")
    assert keys_sent(driver) == [idempotency_key_of(ended)] * 3
    assert driver.pauses == [1.0, 3.0]


def test_only_the_last_account_is_waited_for_while_it_is_busy() -> None:
    driver = Scripted(busy("5"), busy("7"), created("comfy"))
    ended = driver.run(submit([attempt("vidu"), attempt("comfy")]))
    assert ref_of(ended.outcome) == TaskRef("comfy", "9401")
    assert story(driver) == ["textToVideo", "textToVideo", 7.0, "textToVideo"]


def test_error_has_a_note_on_each_account_asked_before() -> None:
    driver = Scripted(NO_KEY, UNREACHED, reply(402))
    accounts = [attempt("vidu"), attempt("zenlayer"), attempt("comfy")]
    ended = driver.run(submit(accounts, retry=evolve(STEADY, budget=0.0)))
    with pytest.raises(InsufficientCreditsError) as caught:
        accepted(ended)
    notes = "".join(caught.value.__notes__)
    assert "Asked before: vidu refused the request" in notes
    assert "Asked before: the request did not reach zenlayer" in notes
    assert caught.value.account == "comfy"


def test_task_of_an_accepted_submit_is_not_found_by_another_search() -> None:
    claims, lost = Claims(), attempt("skills_video")
    Scripted(created("skills_video", "gen_1")).run(submit([attempt("skills_video")], claims=claims))
    driver = Scripted(reply(200, [generation("gen_1")]))
    outcome = settle(driver, lost, claims, settle=ONE_LOOK)
    assert isinstance(outcome, Unknown)


def test_submit_counts_as_under_way_until_its_search_has_ended() -> None:
    claims = Claims()
    flow = cast("Generator[object, Any, object]", submit([attempt(payload="job-1")], claims=claims))
    twin = attempt(payload="job-1").submission
    next(flow)
    assert not claims.has_twin(twin)
    while not isinstance(flow.send(1.0), Send):
        pass
    assert claims.has_twin(twin)
    flow.throw(SILENCE)
    assert claims.has_twin(twin)
    flow.close()
    assert not claims.has_twin(twin)


# -- two submits whose tasks could be taken for each other's ----------------------------------------------------------------


def restored(sent: Attempt) -> Attempt:
    """Return the attempt of a submission that was kept as text."""
    return evolve(sent, submission=Submission.parse(sent.submission.to_text()))


def test_absence_is_not_proved_while_the_submission_is_sent_twice_at_once() -> None:
    """Its key is ours, so the whole list proves absence; but the task is there, and either of the two may take it."""
    claims, sent = Claims(), attempt()
    claims.begin(sent.submission)
    claims.begin(restored(sent).submission)
    driver = Scripted(page([row("9401", payload=sent.submission.idempotency_key)]))
    outcome = settle(driver, sent, claims, settle=ONE_LOOK)
    assert isinstance(outcome, Unknown)
    assert not outcome.absent


def test_both_threads_that_send_a_submission_may_get_its_task() -> None:
    """An error at the end of the second one would have thrown away its paid reference."""
    claims, sent = Claims(), attempt()
    claims.begin(sent.submission)
    claims.begin(sent.submission)
    claims.end(sent.submission)
    claims.end(sent.submission)
    assert not claims.has_twin(restored(sent).submission)


# -- what travels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", ["", 5, None, ["job-1"]])
def test_payload_that_is_not_a_text_is_not_an_idempotency_key(payload: Json) -> None:
    offered = offer("zenlayer", payload=payload)
    assert attempt_of(offered, provider_named("zenlayer"), None, 0.0).submission.idempotency_key is None


def test_files_for_all_but_the_last_account_are_uploaded_without_a_second_try() -> None:
    """While another account is left, a busy storage is not waited for."""
    offers = [(Offer("one", "vidu"), False), (Offer("two", "vidu"), True)]
    budgets: list[float] = []

    def prepare(offered: Offer, retry: RetryPolicy) -> Flow[Attempt]:
        budgets.append(retry.budget)
        yield Now()
        return attempt(account=offered.account)

    driver = Scripted(busy(), created())
    flow = submit_flow(offers, prepare, retry=STEADY, settle=ONE_LOOK, claims=Claims(), observe=lambda _account, _outcome: None)
    driver.run(flow)
    assert budgets == [0.0, STEADY.budget]
