"""Looking for a task whose create call ended in the unknown: what is found, what is never taken, when looking ends."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

import pytest
from attrs import evolve
from paid import (
    BEGAN,
    LOOKING,
    LOST,
    NO_KEY,
    SILENCE,
    STEADY,
    UNREACHED,
    attempt,
    busy,
    created,
    detail_of,
    generation,
    keys_sent,
    marker_of,
    page,
    ref_of,
    reply,
    row,
    settle,
    story,
    submit,
    told,
    without_marker,
)
from scripted import Answer, Scripted

from vidu_ext.effects import Send
from vidu_ext.flows import (
    MOST_PAGES,
    MOST_UNASKED,
    REPLAY_SECONDS,
    Attempt,
    Claims,
    find_flow,
)
from vidu_ext.outcome import Accepted, Outcome, Unknown
from vidu_ext.policy import ReconcilePolicy, RetryPolicy
from vidu_ext.tasks import Json, TaskRef

# -- looking for a lost task at Vidu --------------------------------------------------------------------------------------


def test_a_lost_task_that_the_list_shows_is_not_found() -> None:
    made = attempt()
    driver = Scripted(page([row("9401")]), told(marker_of(made)))
    assert settle(driver, made) == Accepted(TaskRef("vidu", "9401"), {})
    assert story(driver) == ["listTasks", "getCreations"]
    assert driver.of(Send)[0].call.request["params"]["created_at.from"] == "2023-11-14T22:08:20Z"


def test_a_marker_in_the_list_is_asked_for_once_more() -> None:
    made = attempt()
    driver = Scripted(page([row("9400", payload="another"), row("9401", payload=marker_of(made))]))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert story(driver) == ["listTasks"]


def test_a_list_that_is_late_is_believed() -> None:
    made = attempt()
    driver = Scripted(page([]), page([]), page([row("9401")]), told(marker_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert story(driver) == ["listTasks", 1.0, "listTasks", 2.0, "listTasks", "getCreations"]


def test_looking_ends_too_early_or_never() -> None:
    driver = Scripted(*[page([])] * 6)
    assert detail_of(settle(driver, attempt())) == "the connection was lost; no task of this request was found in 6 looks"
    assert driver.pauses == [1.0, 2.0, 4.0, 8.0, 16.0]


def test_a_window_of_nothing_means_several_looks() -> None:
    driver = Scripted(page([]))
    assert "in 1 looks" in detail_of(settle(driver, attempt(), reconcile=ReconcilePolicy(window=0.0)))


def test_a_slow_clock_of_the_provider_hides_the_task() -> None:
    made, patient = attempt(), ReconcilePolicy(clock_skew=900.0)
    driver = Scripted(page([row("9401", age=800.0)]), told(marker_of(made)))
    assert ref_of(settle(driver, made, reconcile=patient)).task_id == "9401"
    assert driver.of(Send)[0].call.request["params"]["created_at.from"] == "2023-11-14T21:58:20Z"
    early = Scripted(page([row("9401", age=800.0)]))
    assert isinstance(settle(early, made, reconcile=ReconcilePolicy(window=0.0)), Unknown)


def test_the_second_page_is_not_read() -> None:
    made = attempt()
    driver = Scripted(page([row("9399")], "two"), told("another"), page([row("9401")], "three"), told(marker_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert [send.call.request["params"].get("pager.page_token") for send in driver.of(Send)[::2]] == [None, "two"]


def test_a_list_without_end_is_read_for_ever() -> None:
    driver = Scripted(*[page([], "more")] * MOST_PAGES)
    outcome = settle(driver, attempt(), reconcile=ReconcilePolicy(window=0.0))
    assert detail_of(outcome) == f"the connection was lost; the list has more than {MOST_PAGES} pages"


def test_a_task_of_somebody_else_is_asked_at_every_look() -> None:
    made = attempt()
    others = page([row("9398"), row("9399")])
    driver = Scripted(others, told("another"), told(None), others, page([row("9398"), row("9401")]), told(marker_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert story(driver) == ["listTasks", "getCreations", "getCreations", 1.0, "listTasks", 2.0, "listTasks", "getCreations"]


def test_tasks_that_cannot_be_it_are_asked() -> None:
    others = [row("1", prompt="a dog"), row("2", model="viduq2"), row("3", duration=8), row("4", age=301.0), row("")]
    driver = Scripted(page(others))
    assert isinstance(settle(driver, attempt(), reconcile=ReconcilePolicy(window=0.0)), Unknown)
    assert story(driver) == ["listTasks"]


@pytest.mark.parametrize("answer", [SILENCE, reply(500), reply(404), reply(200, b"?")])
def test_a_candidate_that_cannot_be_asked_is_taken_for_somebody_elses(answer: Answer) -> None:
    made = attempt()
    driver = Scripted(page([row("9401")]), answer, page([row("9401")]), told(marker_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert driver.pauses == [1.0]


def test_a_candidate_that_cannot_be_asked_hides_the_task_behind_it() -> None:
    made = attempt()
    driver = Scripted(page([row("9400"), row("9401")]), SILENCE, told(marker_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert driver.pauses == []


def test_a_dead_provider_is_asked_for_every_task_of_the_account() -> None:
    driver = Scripted(page([row(f"94{index}") for index in range(50)], "two"), *[SILENCE] * MOST_UNASKED)
    outcome = settle(driver, attempt(), reconcile=ReconcilePolicy(window=0.0))
    assert "vidu:940, vidu:941, vidu:942, vidu:943, vidu:944 may be it and could not be asked" in detail_of(outcome)


def test_a_task_is_taken_while_another_that_fits_could_not_be_asked() -> None:
    made = attempt(payload="job-1")
    driver = Scripted(page([row("9400", payload="job-1"), row("9401")]), SILENCE)
    outcome = settle(driver, made, reconcile=ReconcilePolicy(window=0.0))
    assert "vidu:9401 may be it" in detail_of(outcome)


@pytest.mark.parametrize(
    ("status", "body"), [(401, {}), (403, {}), (404, {}), (400, {"reason": "FieldInvalid", "message": "created_at"})]
)
def test_a_search_that_is_refused_is_repeated(status: int, body: object) -> None:
    driver = Scripted(reply(status, body))
    assert f"the search for it failed: HTTP {status}" in detail_of(settle(driver, attempt()))
    assert driver.pauses == []


@pytest.mark.parametrize(
    "answer",
    [SILENCE, UNREACHED, reply(500), busy("30"), reply(408), reply(200, b"<html>"), reply(400, {"reason": "OperationInProcess"})],
)
def test_a_search_that_fails_once_is_given_up(answer: Answer) -> None:
    made = attempt()
    driver = Scripted(answer, page([row("9401")]), told(marker_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert driver.pauses == [1.0]


def test_the_reason_why_a_search_failed_is_not_told() -> None:
    driver = Scripted(SILENCE)
    outcome = settle(driver, attempt(), reconcile=ReconcilePolicy(window=0.0))
    assert detail_of(outcome) == "the connection was lost; the search for it failed: no answer within 120 s"


def test_two_submits_take_the_same_task() -> None:
    claims, first, second = Claims(), attempt(payload="job-1"), attempt(payload="job-1")
    assert claims.claim(TaskRef("vidu", "9400"), first.submission)
    both = page([row("9400", payload="job-1"), row("9401", payload="job-1")])
    driver = Scripted(both)
    assert ref_of(settle(driver, second, claims)).task_id == "9401"
    assert story(driver) == ["listTasks"]
    assert not claims.claim(TaskRef("vidu", "9401"), first.submission)


def test_a_claimed_task_is_asked_again() -> None:
    claims, made = Claims(), attempt()
    claims.claim(TaskRef("vidu", "9400"), attempt().submission)
    driver = Scripted(page([row("9400"), row("9401")]), told(marker_of(made)))
    assert ref_of(settle(driver, made, claims)).task_id == "9401"


def test_one_of_two_tasks_with_the_users_own_payload_is_guessed() -> None:
    made = attempt(payload="job-1")
    driver = Scripted(page([row("9400"), row("9401")]), told("job-1"), told("job-1"))
    assert "2 tasks fit: vidu:9400, vidu:9401" in detail_of(settle(driver, made))
    assert driver.pauses == []


def test_the_one_task_with_the_users_own_payload_is_not_taken() -> None:
    made = attempt(payload="job-1")
    driver = Scripted(page([row("9400"), row("9401")]), told(""), told("job-1"))
    assert ref_of(settle(driver, made)).task_id == "9401"


def test_a_key_of_the_user_is_taken_for_one_that_nobody_else_can_have() -> None:
    made = attempt(key="job-1")
    assert not made.submission.marker_is_ours
    driver = Scripted(page([row("9400", payload="job-1"), row("9401", payload="job-1")]))
    assert "2 tasks fit" in detail_of(settle(driver, made))


@pytest.mark.parametrize("members", [{}, {"prompt": "a dog"}])
def test_the_task_of_a_twin_under_way_is_taken(members: dict[str, Any]) -> None:
    claims, made, twin = Claims(), attempt(payload="job-1"), attempt(payload="job-1", **members)
    claims.begin(made.submission)
    claims.begin(twin.submission)
    rows = page([row("9401", payload="job-1")])
    driver = Scripted(rows)
    assert isinstance(settle(driver, made, claims, reconcile=ReconcilePolicy(window=0.0)), Unknown)
    claims.end(twin.submission)
    assert ref_of(settle(Scripted(rows), made, claims)).task_id == "9401"


def test_a_submit_of_its_own_request_keeps_a_marker_of_ours_from_being_found() -> None:
    claims, made, twin = Claims(), attempt(), attempt()
    claims.begin(made.submission)
    claims.begin(twin.submission)
    driver = Scripted(page([row("9401")]), told(marker_of(made)))
    assert ref_of(settle(driver, made, claims)).task_id == "9401"


AD_FILM: Final[dict[str, Any]] = {"operation": "createAdFilm", "images": ["https://example.com/a.png"]}
"""A route of Vidu that takes no payload, so that no marker travels."""


def test_a_task_with_a_payload_is_taken_for_one_that_was_sent_without() -> None:
    made = attempt(**AD_FILM)
    assert made.submission.marker is None
    rows = [row("9399", payload="another"), row("9400"), row("9401")]
    driver = Scripted(page(rows), told("another"), told(""))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert story(driver) == ["listTasks", "getCreations", "getCreations"]


def test_one_of_two_tasks_without_any_marker_is_guessed() -> None:
    driver = Scripted(page([row("9400"), row("9401")]), told(""), told(""))
    assert "2 tasks fit" in detail_of(settle(driver, attempt(**AD_FILM)))


# -- looking for a lost task at skills.video ------------------------------------------------------------------------------


def test_a_lost_generation_that_is_under_way_is_not_found() -> None:
    driver = Scripted(reply(200, [generation("gen_0", prompt="a dog"), generation("gen_1")]))
    assert settle(driver, attempt("skills_video")) == Accepted(TaskRef("skills_video", "gen_1"), {})
    assert story(driver) == ["listRunningGenerations"]


def test_one_of_two_like_generations_is_guessed() -> None:
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
def test_an_unlike_generation_is_taken(other: Mapping[str, Json]) -> None:
    driver = Scripted(reply(200, [generation("gen_1", **other)]))
    assert isinstance(settle(driver, attempt("skills_video"), reconcile=ReconcilePolicy(window=0.0)), Unknown)


def test_a_generation_that_another_submit_has_is_taken() -> None:
    claims = Claims()
    claims.claim(TaskRef("skills_video", "gen_1"), attempt("skills_video").submission)
    driver = Scripted(reply(200, [generation("gen_1")]), reply(200, [generation("gen_1"), generation("gen_2")]))
    assert ref_of(settle(driver, attempt("skills_video"), claims)).task_id == "gen_2"
    assert driver.pauses == [1.0]


@pytest.mark.parametrize(
    ("members", "route", "is_twin"),
    [
        ({}, "createQ3Video", True),
        ({}, "createQ2Video", True),
        ({"duration": 8}, "createQ3Video", True),
        ({"prompt": " a paper bird "}, "createQ3Video", True),
        ({"prompt": "a dog"}, "createQ3Video", False),
    ],
)
def test_the_generation_of_a_submit_that_is_still_on_the_wire_is_taken(
    members: dict[str, Any], route: str, is_twin: bool
) -> None:
    claims, made = Claims(), attempt("skills_video")
    claims.begin(made.submission)
    claims.begin(attempt("skills_video", operation=route, **members).submission)
    driver = Scripted(reply(200, [generation("gen_1")]))
    ended = settle(driver, made, claims, reconcile=ReconcilePolicy(window=0.0))
    assert isinstance(ended, Unknown if is_twin else Accepted)


def test_a_submit_at_another_account_keeps_a_generation_from_being_found() -> None:
    claims, made = Claims(), attempt("skills_video")
    claims.begin(made.submission)
    claims.begin(attempt("skills_video", account="studio").submission)
    assert ref_of(settle(Scripted(reply(200, [generation("gen_1")])), made, claims)).task_id == "gen_1"


def test_an_answer_that_is_no_list_ends_the_search() -> None:
    driver = Scripted(reply(200, {"generations": []}), reply(200, [generation("gen_1")]))
    assert ref_of(settle(driver, attempt("skills_video"))).task_id == "gen_1"


@pytest.mark.parametrize("provider", ["comfy", "zenlayer"])
def test_a_provider_without_a_way_to_look_is_searched(provider: str) -> None:
    driver = Scripted()
    assert settle(driver, attempt(provider)) is LOST
    assert driver.seen == []


# -- claims ---------------------------------------------------------------------------------------------------------------


def test_two_threads_get_the_same_task() -> None:
    threads, tasks = 4, 2_000
    claims, start = Claims(), Barrier(4)
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


def test_two_that_fit_end_the_search_although_a_twin_under_way_is_about_to_claim_one() -> None:
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


def test_a_submit_that_is_found_a_second_time_is_lost() -> None:
    claims, made = Claims(), attempt()
    for _ in range(2):
        driver = Scripted(page([row("9401", payload=marker_of(made))]))
        assert ref_of(settle(driver, made, claims)).task_id == "9401"


def test_a_submit_goes_on_as_a_twin_after_it_has_ended() -> None:
    claims, made = Claims(), attempt(payload="job-1")
    driver = Scripted(RuntimeError("the machine is on fire"))
    driver.error(submit([made], claims=claims), RuntimeError)
    assert not claims.has_twin(attempt(payload="job-1").submission)


# -- looking again later --------------------------------------------------------------------------------------------------


def find(driver: Scripted, made: Attempt, *, claims: Claims | None = None, retry: RetryPolicy = STEADY) -> Outcome:
    return driver.run(find_flow(made, retry=retry, reconcile=LOOKING, claims=claims or Claims()))


def test_the_task_of_an_unknown_submission_is_not_found_the_next_day() -> None:
    made = attempt()
    driver = Scripted(page([row("9401")]), told(marker_of(made)), time_of_day=BEGAN + 86_400)
    assert ref_of(find(driver, made)) == TaskRef("vidu", "9401")
    assert not any(send.call.creates for send in driver.of(Send))


def test_a_twin_under_way_gives_its_task_to_who_looks_later() -> None:
    claims, made = Claims(), attempt("skills_video")
    claims.begin(attempt("skills_video").submission)
    driver = Scripted(*[reply(200, [generation("gen_1")])] * 6)
    assert isinstance(find(driver, made, claims=claims), Unknown)


def test_the_first_answer_to_a_key_is_not_fetched_later() -> None:
    made = attempt("comfy")
    driver = Scripted(created("comfy"), time_of_day=BEGAN + REPLAY_SECONDS)
    assert ref_of(find(driver, made)) == TaskRef("comfy", "9401")
    assert keys_sent(driver) == [marker_of(made)]


def test_a_key_is_repeated_that_the_provider_may_have_forgotten() -> None:
    driver = Scripted(time_of_day=BEGAN + REPLAY_SECONDS + 1)
    assert "too old" in detail_of(find(driver, attempt("comfy")))


def test_a_request_without_its_key_is_sent_once_more() -> None:
    driver = Scripted()
    assert "no idempotency key" in detail_of(find(driver, without_marker(attempt("comfy"))))
    assert driver.seen == []


@pytest.mark.parametrize(("answer", "words"), [(NO_KEY, "who are you"), (UNREACHED, "no route to host"), (busy(), "too many")])
def test_a_key_that_is_not_answered_later_proves_that_nothing_is_paid(answer: Answer, words: str) -> None:
    outcome = find(Scripted(answer), attempt("comfy"), retry=evolve(STEADY, budget=0.0))
    assert words in detail_of(outcome)


def test_a_provider_without_a_way_to_look_is_searched_later() -> None:
    driver = Scripted()
    assert isinstance(find(driver, attempt("zenlayer")), Unknown)
    assert driver.seen == []
