"""`find`: searching later, perhaps in another process, for the task of a saved submission."""

from __future__ import annotations

import pytest
from attrs import evolve
from paid import (
    BEGAN,
    LOOKS,
    NO_KEY,
    STEADY,
    UNREACHED,
    attempt,
    busy,
    created,
    detail_of,
    find,
    generation,
    idempotency_key_of,
    keys_sent,
    page,
    ref_of,
    reply,
    row,
    status_answer,
    without_key,
)
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import REPLAY_SECONDS, Claims
from vidu_ext.flows.effects import Send
from vidu_ext.flows.outcome import Unknown
from vidu_ext.values.tasks import TaskRef


def test_task_of_an_unknown_submission_is_found_the_next_day() -> None:
    made = attempt()
    driver = Scripted(page([row("9401")]), status_answer(idempotency_key_of(made)), time_of_day=BEGAN + 86_400)
    assert ref_of(find(driver, made)) == TaskRef("vidu", "9401")
    assert not any(send.call.creates for send in driver.of(Send))


def test_find_does_not_take_the_task_of_a_like_submit_under_way() -> None:
    claims, made = Claims(), attempt("skills_video")
    claims.begin(attempt("skills_video").submission)
    driver = Scripted(*[reply(200, [generation("gen_1")])] * LOOKS)
    assert isinstance(find(driver, made, claims=claims), Unknown)


def test_find_sends_nothing_to_a_provider_without_a_search() -> None:
    driver = Scripted()
    assert isinstance(find(driver, attempt("zenlayer")), Unknown)
    assert driver.seen == []


# -- idempotency keys -----------------------------------------------------------------------------------------------------


def test_find_repeats_a_key_that_the_provider_still_remembers() -> None:
    made = attempt("comfy")
    driver = Scripted(created("comfy"), time_of_day=BEGAN + REPLAY_SECONDS)
    assert ref_of(find(driver, made)) == TaskRef("comfy", "9401")
    assert keys_sent(driver) == [idempotency_key_of(made)]


def test_find_does_not_repeat_a_key_that_the_provider_may_have_forgotten() -> None:
    driver = Scripted(time_of_day=BEGAN + REPLAY_SECONDS + 1)
    assert "too old" in detail_of(find(driver, attempt("comfy")))


@pytest.mark.parametrize("ahead", [2 * REPLAY_SECONDS, 30 * 86_400.0])
def test_find_does_not_repeat_a_key_dated_far_in_the_future(ahead: float) -> None:
    """The clock was set back: the provider may have forgotten the key, and a second film would be paid."""
    driver = Scripted()
    assert "the clock was changed" in detail_of(find(driver, attempt("comfy", began=BEGAN + ahead)))


@pytest.mark.parametrize("ahead", [900.0, 6 * 3_600.0])
def test_find_repeats_a_key_dated_a_few_hours_ahead(ahead: float) -> None:
    driver = Scripted(created("comfy"))
    assert ref_of(find(driver, attempt("comfy", began=BEGAN + ahead))) == TaskRef("comfy", "9401")


def test_find_does_not_repeat_a_request_without_a_key() -> None:
    driver = Scripted()
    assert "without an idempotency key" in detail_of(find(driver, without_key(attempt("comfy"))))
    assert driver.seen == []


@pytest.mark.parametrize(("answer", "words"), [(NO_KEY, "who are you"), (UNREACHED, "no route to host"), (busy(), "too many")])
def test_outcome_stays_unknown_if_the_repeated_key_is_refused_or_not_answered(answer: Answer, words: str) -> None:
    outcome = find(Scripted(answer), attempt("comfy"), retry=evolve(STEADY, budget=0.0))
    assert words in detail_of(outcome)
