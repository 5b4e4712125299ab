"""Submits of one request to several accounts: which are asked, in which order, and how a submit ends."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Final, cast

import pytest
from attrs import evolve
from paid import (
    DOUBTFUL,
    INVALID,
    LOOKS,
    MODERATED,
    NO_KEY,
    SILENCE,
    STEADY,
    UNREACHED,
    attempt,
    busy,
    created,
    generation,
    idempotency_key_of,
    page,
    ref_of,
    reply,
    row,
    settle,
    story,
    submit,
)
from scripted import Answer, Scripted

from vidu_ext.client.session import accepted
from vidu_ext.flows.attempt import Claims
from vidu_ext.flows.effects import Send
from vidu_ext.flows.outcome import Refused, Unknown
from vidu_ext.flows.policy import SettlePolicy
from vidu_ext.providers import PROVIDERS
from vidu_ext.values.errors import (
    BusyError,
    InsufficientCreditsError,
    NotSentError,
    RefusedError,
    SubmissionUnknownError,
    SubmitError,
)
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import TaskRef

HARMLESS: Final[dict[str, Answer]] = {
    "not sent": UNREACHED,
    "busy": busy("30"),
    "wrong key": NO_KEY,
    "forbidden": reply(403),
    "no credits": reply(400, {"reason": "CreditInsufficient"}),
    "model not offered": reply(400, {"reason": "ModelUnavailable"}),
}
"""Answers after which another account may be asked."""


@pytest.mark.parametrize("answer", HARMLESS.values(), ids=HARMLESS.keys())
def test_next_account_is_asked_at_once_after_a_harmless_failure(answer: Answer) -> None:
    observed: list[tuple[str, str]] = []
    first, second = attempt("vidu"), attempt("comfy")
    driver = Scripted(answer, created("comfy"))
    ended = driver.run(submit([first, second], observed=observed))
    assert ref_of(ended.outcome) == TaskRef("comfy", "9401")
    assert ended.submission is second.submission
    assert [made.submission for made in ended.earlier] == [first.submission]
    assert [send.account for send in driver.of(Send)] == ["vidu", "comfy"]
    assert driver.pauses == []
    assert observed == [("vidu", type(ended.earlier[0].outcome).__name__), ("comfy", "Accepted")]


@pytest.mark.parametrize("answer", [MODERATED, INVALID, reply(404), reply(409), reply(413)], ids=str)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_wrong_request_is_not_sent_to_another_account(provider: str, answer: Reply) -> None:
    driver = Scripted(answer)
    ended = driver.run(submit([attempt(provider), attempt("comfy", account="other")]))
    assert isinstance(ended.outcome, Refused)
    assert len(driver.of(Send)) == 1


@pytest.mark.parametrize("answer", DOUBTFUL.values(), ids=DOUBTFUL.keys())
@pytest.mark.parametrize("provider", ["zenlayer", "skills_video", "vidu"])
def test_no_other_account_is_asked_while_the_first_may_have_the_task(provider: str, answer: Answer) -> None:
    nothing = reply(200, []) if provider == "skills_video" else page([])
    looks = [] if provider == "zenlayer" else [nothing] * LOOKS
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
    assert driver.pauses == [1.0, 3.0]


def test_first_account_is_searched_before_another_is_asked() -> None:
    made = attempt("vidu")
    driver = Scripted(SILENCE, page([row("9401", payload=idempotency_key_of(made))]))
    assert ref_of(driver.run(submit([made, attempt("comfy")])).outcome) == TaskRef("vidu", "9401")


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
    assert "Asked before: zenlayer could not be reached" in notes
    assert caught.value.account == "comfy"


@pytest.mark.parametrize(
    ("answers", "kind"),
    [([UNREACHED], NotSentError), ([busy()], BusyError), ([INVALID], RefusedError), ([SILENCE], SubmissionUnknownError)],
)
def test_outcome_of_a_submit_decides_its_error(answers: Sequence[Answer], kind: type[SubmitError]) -> None:
    made = attempt("zenlayer")
    ended = Scripted(*answers).run(submit([made], retry=evolve(STEADY, budget=0.0)))
    with pytest.raises(kind) as caught:
        accepted(ended)
    assert caught.value.account == "zenlayer"
    if isinstance(caught.value, SubmissionUnknownError):
        assert caught.value.submission == made.submission


def test_task_of_an_accepted_submit_is_not_found_by_another_search() -> None:
    claims, lost = Claims(), attempt("skills_video")
    Scripted(created("skills_video", "gen_1")).run(submit([attempt("skills_video")], claims=claims))
    driver = Scripted(reply(200, [generation("gen_1")]))
    assert isinstance(settle(driver, lost, claims, settle=SettlePolicy(window=0.0)), Unknown)


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


def test_submit_needs_an_offer() -> None:
    Scripted().error(submit([]), AssertionError)
