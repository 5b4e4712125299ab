"""The search for a lost submit at skills.video, which lists running generations only; and the claims of submits on tasks."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from paid import (
    attempt,
    detail_of,
    generation,
    ref_of,
    reply,
    settle,
    story,
    submit,
)
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import Claims
from vidu_ext.flows.effects import Send
from vidu_ext.flows.outcome import Accepted, Unknown
from vidu_ext.flows.policy import SettlePolicy
from vidu_ext.values.tasks import Json, TaskRef


def test_lost_generation_is_found_while_it_runs() -> None:
    driver = Scripted(reply(200, [generation("gen_0", prompt="a dog"), generation("gen_1")]))
    assert settle(driver, attempt("skills_video")) == Accepted(TaskRef("skills_video", "gen_1"), {})
    assert story(driver) == ["listRunningGenerations"]


def test_no_generation_is_taken_if_two_match() -> None:
    driver = Scripted(reply(200, [generation("gen_1"), generation("gen_2")]))
    assert "2 tasks fit: skills_video:gen_1, skills_video:gen_2" in detail_of(settle(driver, attempt("skills_video")))


@pytest.mark.parametrize(
    "other",
    [
        {"first_frame_url": "https://example.com/a.png"},
        {"duration": 8},
        {"prompt": ""},
        {"prompt": None},
        {"prompt": "a paper bird flies"},
    ],
)
def test_generation_with_other_input_is_not_taken(other: Mapping[str, Json]) -> None:
    driver = Scripted(reply(200, [generation("gen_1", **other)]))
    assert isinstance(settle(driver, attempt("skills_video"), settle=SettlePolicy(window=0.0)), Unknown)


def test_generation_claimed_by_another_submit_is_not_taken() -> None:
    claims = Claims()
    claims.claim(TaskRef("skills_video", "gen_1"), attempt("skills_video").submission)
    driver = Scripted(reply(200, [generation("gen_1")]), reply(200, [generation("gen_1"), generation("gen_2")]))
    assert ref_of(settle(driver, attempt("skills_video"), claims)).task_id == "gen_2"
    assert driver.pauses == [1.0]


@pytest.mark.parametrize(
    ("members", "route", "has_same_prompt"),
    [
        ({}, "createQ3Video", True),
        ({}, "createQ2Video", True),
        ({"duration": 8}, "createQ3Video", True),
        ({"prompt": " a paper bird "}, "createQ3Video", True),
        ({"prompt": "a dog"}, "createQ3Video", False),
    ],
)
def test_generation_is_taken_only_if_no_submit_with_the_same_prompt_is_in_flight(
    members: dict[str, Any], route: str, has_same_prompt: bool
) -> None:
    claims, made = Claims(), attempt("skills_video")
    claims.begin(made.submission)
    claims.begin(attempt("skills_video", operation=route, **members).submission)
    driver = Scripted(reply(200, [generation("gen_1")]))
    ended = settle(driver, made, claims, settle=SettlePolicy(window=0.0))
    assert isinstance(ended, Unknown if has_same_prompt else Accepted)


def test_submit_at_another_account_does_not_hinder_a_search() -> None:
    claims, made = Claims(), attempt("skills_video")
    claims.begin(made.submission)
    claims.begin(attempt("skills_video", account="studio").submission)
    assert ref_of(settle(Scripted(reply(200, [generation("gen_1")])), made, claims)).task_id == "gen_1"


def test_search_continues_after_an_answer_without_a_list() -> None:
    driver = Scripted(reply(200, {"generations": []}), reply(200, [generation("gen_1")]))
    assert ref_of(settle(driver, attempt("skills_video"))).task_id == "gen_1"


# -- claims ---------------------------------------------------------------------------------------------------------------


def test_only_one_of_several_threads_can_claim_a_task() -> None:
    threads, tasks = 4, 2_000
    claims, start = Claims(), Barrier(threads)
    refs = [TaskRef("vidu", str(index)) for index in range(tasks)]

    def claim_all(_: int) -> list[bool]:
        submission = attempt(payload="job-1").submission
        start.wait()
        return [claims.claim(ref, submission) for ref in refs]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(threads) as pool:
            got = list(pool.map(claim_all, range(threads)))
    finally:
        sys.setswitchinterval(interval)
    assert [sum(claimed) for claimed in zip(*got, strict=True)] == [1] * tasks


def test_search_continues_while_a_submit_under_way_may_claim_one_of_two_like_tasks() -> None:
    claims, made, twin = Claims(), attempt("skills_video"), attempt("skills_video")
    claims.begin(made.submission)
    claims.begin(twin.submission)
    both = reply(200, [generation("gen_1"), generation("gen_2")])

    def after_the_twin(_: Send) -> Answer:
        assert claims.claim(TaskRef("skills_video", "gen_1"), twin.submission)
        claims.end(twin.submission)
        return both

    driver = Scripted(both, after_the_twin)
    assert ref_of(settle(driver, made, claims)).task_id == "gen_2"
    assert driver.pauses == [1.0]


def test_submit_that_raised_no_longer_counts_as_under_way() -> None:
    claims, made = Claims(), attempt(payload="job-1")
    driver = Scripted(RuntimeError("no reason"))
    driver.error(submit([made], claims=claims), RuntimeError)
    assert not claims.has_twin(attempt(payload="job-1").submission)
