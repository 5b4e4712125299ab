"""Searching Vidu for the task of a create request whose outcome is unknown."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

import pytest
from paid import (
    AD_FILM,
    LOOKING,
    LOOKS,
    LOST,
    SILENCE,
    UNREACHED,
    attempt,
    busy,
    detail_of,
    generation,
    idempotency_key_of,
    is_absent,
    page,
    ref_of,
    reply,
    row,
    settle,
    status_answer,
    story,
)
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.claims import Claims
from vidu_ext.flows.effects import Send
from vidu_ext.flows.outcome import Accepted, Unknown
from vidu_ext.flows.policy import SettlePolicy
from vidu_ext.flows.settle import MOST_PAGES, MOST_UNPOLLED
from vidu_ext.values.tasks import TaskRef

ONE_LOOK: Final = SettlePolicy(window=0.0)


LOST_ATTEMPT: Final = attempt()
OURS: Final = status_answer(idempotency_key_of(LOST_ATTEMPT))
LISTED: Final = page([row("9401")])
OTHERS: Final = page([row("9398"), row("9399")])

FAILED_POLLS: Final[dict[str, Answer]] = {"silence": SILENCE, "500": reply(500), "404": reply(404), "no JSON": reply(200, b"?")}
FAILED_LISTS: Final[dict[str, Answer]] = {
    "silence": SILENCE, "no route": UNREACHED, "500": reply(500), "busy": busy("30"), "408": reply(408),
    "a web page": reply(200, b"<html>"), "another operation": reply(400, {"reason": "OperationInProcess"}),
}  # fmt: skip

FOUND: Final[dict[str, tuple[list[Answer], list[str | float]]]] = {
    "task is confirmed by its status": ([LISTED, OURS], ["listTasks", "getCreations"]),
    "task listed with its key is not polled": (
        [page([row("9400", payload="another"), row("9401", payload=idempotency_key_of(LOST_ATTEMPT))])],
        ["listTasks"],
    ),
    "late list is looked at again": (
        [page([]), page([]), LISTED, OURS],
        ["listTasks", 1.0, "listTasks", 2.0, "listTasks", "getCreations"],
    ),
    "following pages are read": (
        [page([row("9399")], "two"), status_answer("another"), LISTED, OURS],
        ["listTasks", "getCreations", "listTasks", "getCreations"],
    ),
    "task on the first of more pages ends the search": (
        [page([row("9401")], "two"), OURS],
        ["listTasks", "getCreations"],
    ),
    "task of another request is polled only once": (
        [OTHERS, status_answer("another"), status_answer(None), OTHERS, page([row("9398"), row("9401")]), OURS],
        ["listTasks", "getCreations", "getCreations", 1.0, "listTasks", 2.0, "listTasks", "getCreations"],
    ),
    "prompt that the service has rewritten does not hide the task": (
        [page([row("9401", prompt="a golden bird in the evening light")]), OURS],
        ["listTasks", "getCreations"],
    ),
    "candidate that cannot be polled does not hide the task after it": (
        [page([row("9400"), row("9401")]), SILENCE, OURS],
        ["listTasks", "getCreations", "getCreations"],
    ),
    **{
        f"candidate is polled again after {name}": (
            [LISTED, answer, LISTED, OURS],
            ["listTasks", "getCreations", 1.0, "listTasks", "getCreations"],
        )
        for name, answer in FAILED_POLLS.items()
    },
    **{
        f"search is repeated after {name}": ([answer, LISTED, OURS], ["listTasks", 1.0, "listTasks", "getCreations"])
        for name, answer in FAILED_LISTS.items()
    },
}
"""What the provider answers, and what a search that finds the task sends, with its pauses."""


@pytest.mark.parametrize(("answers", "steps"), FOUND.values(), ids=FOUND)
def test_lost_task_is_found(answers: list[Answer], steps: list[str | float]) -> None:
    driver = Scripted(*answers)
    assert settle(driver, LOST_ATTEMPT) == Accepted(TaskRef("vidu", "9401"), {})
    assert story(driver) == steps


def test_following_page_is_asked_for_by_its_token() -> None:
    driver = Scripted(page([], "two"), LISTED, OURS)
    settle(driver, LOST_ATTEMPT)
    assert ("pager.page_token", "two") in driver.of(Send)[1].call.request["params"].items()


def test_last_look_is_at_the_end_of_the_window(caplog: pytest.LogCaptureFixture) -> None:
    """Once, the last look was after half of the time, and a batch sent again what a slow list showed in the other half."""
    driver = Scripted(*[page([])] * LOOKS)
    assert detail_of(settle(driver, attempt())) == "the connection was lost; no task of this request was found in 7 looks"
    assert driver.pauses == [1.0, 2.0, 4.0, 8.0, 16.0, LOOKING.window - 31.0]
    assert "it may have been accepted (the connection was lost); looking for its task for up to 1 min" in caplog.text
    assert {getattr(record, "is_safe", None) for record in caplog.records} == {False}


def test_search_includes_tasks_that_are_dated_early_within_the_clock_skew() -> None:
    lost = attempt(key="job-1")
    driver = Scripted(page([row("9400", age=901.0), row("9401", age=800.0)]), status_answer("job-1"))
    assert ref_of(settle(driver, lost, settle=SettlePolicy(clock_skew=900.0))).task_id == "9401"


def test_search_of_an_endless_list_ends_after_the_most_pages() -> None:
    driver = Scripted(*[page([], "more")] * MOST_PAGES)
    outcome = settle(driver, attempt(), settle=ONE_LOOK)
    assert detail_of(outcome) == f"the connection was lost; the list has more than {MOST_PAGES} pages"
    assert not is_absent(outcome)


def test_search_stops_polling_after_a_few_candidates_without_an_answer() -> None:
    driver = Scripted(page([row(f"94{index}") for index in range(50)], "two"), *[SILENCE] * MOST_UNPOLLED)
    outcome = settle(driver, attempt(), settle=ONE_LOOK)
    assert "vidu:940, vidu:941, vidu:942, vidu:943, vidu:944 may be its task and could not be polled" in detail_of(outcome)


def test_candidates_that_can_never_be_polled_do_not_hide_the_task_behind_them() -> None:
    """Every young task without a key in the list is a candidate, and a service may list tasks that have no status answer."""
    listed, refused = page([row(f"93{index}") for index in range(MOST_UNPOLLED)] + [row("9401")]), reply(404)
    driver = Scripted(listed, *[refused] * MOST_UNPOLLED, listed, *[refused] * MOST_UNPOLLED, OURS)
    assert ref_of(settle(driver, LOST_ATTEMPT, settle=SettlePolicy(window=1.0))).task_id == "9401"


def test_task_that_shows_its_key_later_than_its_state_is_found() -> None:
    driver = Scripted(LISTED, reply(200, {"state": "created"}), LISTED, OURS)
    assert ref_of(settle(driver, LOST_ATTEMPT, settle=SettlePolicy(window=1.0))).task_id == "9401"


def test_no_task_is_taken_while_another_candidate_could_not_be_polled() -> None:
    lost = attempt(payload="job-1")
    driver = Scripted(page([row("9400", payload="job-1"), row("9401")]), SILENCE)
    outcome = settle(driver, lost, settle=ONE_LOOK)
    assert "vidu:9401 may be it" in detail_of(outcome)


@pytest.mark.parametrize(
    ("status", "body"), [(401, {}), (403, {}), (404, {}), (400, {"reason": "FieldInvalid", "message": "created_at"})]
)
def test_refused_search_is_not_repeated(status: int, body: object) -> None:
    driver = Scripted(reply(status, body))
    assert f"the search for it failed: HTTP {status}" in detail_of(settle(driver, attempt()))
    assert driver.pauses == []


@pytest.mark.parametrize("provider", ["comfy", "zenlayer"])
def test_provider_without_a_search_receives_no_request(provider: str) -> None:
    driver = Scripted()
    assert settle(driver, attempt(provider)) is LOST
    assert driver.seen == []


def under_way(*attempts: Attempt) -> Claims:
    """Return the claims while these submits run."""
    claims = Claims()
    for submitted in attempts:
        claims.begin(submitted.submission)
    return claims


# -- tasks that look alike ------------------------------------------------------------------------------------------------


def test_task_claimed_by_another_submit_is_not_taken() -> None:
    claims, first, second = Claims(), attempt(payload="job-1"), attempt(payload="job-1")
    assert claims.claim(TaskRef("vidu", "9400"), first.submission)
    driver = Scripted(page([row("9400", payload="job-1"), row("9401", payload="job-1")]))
    assert ref_of(settle(driver, second, claims)).task_id == "9401"
    assert not claims.claim(TaskRef("vidu", "9401"), first.submission)


@pytest.mark.parametrize("lost", [attempt(payload="job-1"), attempt(key="job-1")], ids=["payload", "key"])
def test_neither_of_two_tasks_with_the_payload_or_key_of_the_user_is_taken(lost: Attempt) -> None:
    assert not lost.submission.key_is_ours
    driver = Scripted(page([row("9400"), row("9401", payload="job-1")]), status_answer("job-1"))
    outcome = settle(driver, lost)
    assert "2 tasks fit: vidu:9400, vidu:9401" in detail_of(outcome)
    assert not is_absent(outcome)
    assert driver.pauses == []


def test_task_that_moves_to_the_next_page_while_the_list_is_read_is_one_task() -> None:
    listed = row("9401", payload="job-1")
    driver = Scripted(page([listed], "two"), page([listed]))
    assert ref_of(settle(driver, attempt(payload="job-1"))).task_id == "9401"


@pytest.mark.parametrize("members", [{}, {"prompt": "a dog"}])
def test_task_is_not_taken_while_a_submit_of_a_like_request_is_under_way(members: dict[str, Any]) -> None:
    lost, twin = attempt(payload="job-1"), attempt(payload="job-1", **members)
    claims = under_way(lost, twin)
    rows = page([row("9401", payload="job-1")])
    assert isinstance(settle(Scripted(rows), lost, claims, settle=ONE_LOOK), Unknown)
    claims.end(twin.submission)
    assert ref_of(settle(Scripted(rows), lost, claims)).task_id == "9401"


def test_task_with_a_key_made_for_it_is_taken_while_a_like_submit_is_under_way() -> None:
    lost = attempt()
    driver = Scripted(page([row("9401")]), status_answer(idempotency_key_of(lost)))
    ref = ref_of(settle(driver, lost, under_way(lost, attempt())))
    assert ref == lost.begun.ref == TaskRef("vidu", "9401"), "an interrupt reads the second one"


def test_task_with_a_payload_is_not_taken_for_a_request_without_one() -> None:
    lost = attempt(**AD_FILM)
    assert lost.submission.idempotency_key is None
    rows = [row("9399", payload="another"), row("9400"), row("9401")]
    driver = Scripted(page(rows), status_answer("another"), status_answer(""))
    assert ref_of(settle(driver, lost)).task_id == "9401"
    assert story(driver) == ["listTasks", "getCreations", "getCreations"]


# -- the search for a lost submit at skills.video, which lists running generations only ------------------------------------


def test_no_generation_is_taken_if_two_match() -> None:
    driver = Scripted(reply(200, {"generations": []}), reply(200, [generation("gen_1"), generation("gen_2")]))
    assert "2 tasks fit: skills_video:gen_1, skills_video:gen_2" in detail_of(settle(driver, attempt("skills_video")))
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
    lost = attempt("skills_video")
    claims = under_way(lost, attempt("skills_video", operation=route, **members))
    outcome = settle(Scripted(reply(200, [generation("gen_1")])), lost, claims, settle=ONE_LOOK)
    assert isinstance(outcome, Unknown if has_same_prompt else Accepted)


def test_submit_at_another_account_does_not_hinder_a_search() -> None:
    lost = attempt("skills_video")
    claims = under_way(lost, attempt("skills_video", account="studio"))
    assert ref_of(settle(Scripted(reply(200, [generation("gen_1")])), lost, claims)).task_id == "gen_1"


# -- claims ---------------------------------------------------------------------------------------------------------------


def test_only_one_of_several_threads_can_claim_a_task() -> None:
    threads = 4
    claims, start = Claims(), Barrier(threads)
    refs = [TaskRef("vidu", str(index)) for index in range(1_000)]

    def claim_all(_: int) -> list[bool]:
        submission = attempt(payload="job-1").submission
        start.wait()
        return [claims.claim(ref, submission) for ref in refs]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(threads) as pool:
            claimed = list(pool.map(claim_all, range(threads)))
    finally:
        sys.setswitchinterval(interval)
    assert {sum(of_one_task) for of_one_task in zip(*claimed, strict=True)} == {1}


def test_search_continues_while_a_submit_under_way_may_claim_one_of_two_like_tasks() -> None:
    lost, twin = attempt("skills_video"), attempt("skills_video")
    claims = under_way(lost, twin)
    both = reply(200, [generation("gen_1"), generation("gen_2")])

    def after_the_twin(_: Send) -> Answer:
        assert claims.claim(TaskRef("skills_video", "gen_1"), twin.submission)
        claims.end(twin.submission)
        return both

    driver = Scripted(both, after_the_twin)
    assert ref_of(settle(driver, lost, claims)).task_id == "gen_2"
    assert driver.pauses == [1.0]
