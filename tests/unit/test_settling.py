"""Looking for a task whose create call ended in the unknown: what is found, what is never taken, when looking ends."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import formatdate
from threading import Barrier
from typing import Any, Final

import pytest
from attrs import evolve
from paid import (
    BEGAN,
    LOOKING,
    LOOKS,
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
    idempotency_key_of,
    keys_sent,
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

from vidu_ext.flows.attempt import REPLAY_SECONDS, Attempt, Claims
from vidu_ext.flows.effects import Send
from vidu_ext.flows.outcome import Accepted, Outcome, Unknown
from vidu_ext.flows.policy import RetryPolicy, SettlePolicy
from vidu_ext.flows.settle import MOST_PAGES, MOST_UNASKED, find_flow
from vidu_ext.values.exchange import Reply
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, TaskRef


def asked_of(driver: Scripted) -> list[str | None]:
    """The time that each look asked the list to begin with."""
    calls = (send.call for send in driver.of(Send))
    return [call.request["params"].get("created_at.from") for call in calls if call.operation == "listTasks"]


def is_absent(outcome: Outcome) -> bool:
    return isinstance(outcome, Unknown) and outcome.absent


# -- looking for a lost task at Vidu --------------------------------------------------------------------------------------


def test_a_lost_task_that_the_list_shows_is_not_found() -> None:
    made = attempt()
    driver = Scripted(page([row("9401")]), told(idempotency_key_of(made)))
    assert settle(driver, made) == Accepted(TaskRef("vidu", "9401"), {})
    assert story(driver) == ["listTasks", "getCreations"]


def test_a_marker_in_the_list_is_asked_for_once_more() -> None:
    made = attempt()
    driver = Scripted(page([row("9400", payload="another"), row("9401", payload=idempotency_key_of(made))]))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert story(driver) == ["listTasks"]


def test_a_list_that_is_late_is_believed() -> None:
    made = attempt()
    driver = Scripted(page([]), page([]), page([row("9401")]), told(idempotency_key_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert story(driver) == ["listTasks", 1.0, "listTasks", 2.0, "listTasks", "getCreations"]


def test_the_last_look_is_at_the_end_of_the_window() -> None:
    """It was after half of the time: a batch sent again what a slow list showed in the other half."""
    driver = Scripted(*[page([])] * LOOKS)
    assert detail_of(settle(driver, attempt())) == "the connection was lost; no task of this request was found in 7 looks"
    assert driver.pauses == [1.0, 2.0, 4.0, 8.0, 16.0, LOOKING.window - 31.0]


def test_a_window_of_nothing_means_several_looks() -> None:
    driver = Scripted(page([]))
    assert "in 1 looks" in detail_of(settle(driver, attempt(), settle=SettlePolicy(window=0.0)))


def test_between_the_first_and_the_last_look_the_list_is_asked_for_what_is_young() -> None:
    driver = Scripted()
    Listing(driver, ahead=0.0)
    settle(driver, attempt(began=RIGHT), settle=SettlePolicy(clock_skew=900.0))
    assert asked_of(driver) == [None, *["2023-11-14T22:58:20Z"] * (LOOKS - 2), None]


def test_a_key_of_the_user_is_looked_for_among_tasks_that_the_provider_dates_a_little_early() -> None:
    made = attempt(key="job-1")
    driver = Scripted(page([row("9400", age=901.0), row("9401", age=800.0)]), told("job-1"))
    assert ref_of(settle(driver, made, settle=SettlePolicy(clock_skew=900.0))).task_id == "9401"


def test_the_second_page_is_not_read() -> None:
    made = attempt()
    driver = Scripted(page([row("9399")], "two"), told("another"), page([row("9401")], "three"), told(idempotency_key_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert [send.call.request["params"].get("pager.page_token") for send in driver.of(Send)[::2]] == [None, "two"]


def test_a_list_without_end_is_read_for_ever() -> None:
    driver = Scripted(*[page([], "more")] * MOST_PAGES)
    outcome = settle(driver, attempt(), settle=SettlePolicy(window=0.0))
    assert detail_of(outcome) == f"the connection was lost; the list has more than {MOST_PAGES} pages"


def test_a_task_of_somebody_else_is_asked_at_every_look() -> None:
    made = attempt()
    others = page([row("9398"), row("9399")])
    driver = Scripted(
        others, told("another"), told(None), others, page([row("9398"), row("9401")]), told(idempotency_key_of(made))
    )
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert story(driver) == ["listTasks", "getCreations", "getCreations", 1.0, "listTasks", 2.0, "listTasks", "getCreations"]


def test_tasks_that_cannot_be_it_are_asked() -> None:
    others = [row("1", prompt="a dog"), row("2", model="viduq2"), row("3", duration=8), row("4", age=301.0), row("")]
    driver = Scripted(page(others))
    assert isinstance(settle(driver, attempt(payload="job-1"), settle=SettlePolicy(window=0.0)), Unknown)
    assert story(driver) == ["listTasks"]


@pytest.mark.parametrize("answer", [SILENCE, reply(500), reply(404), reply(200, b"?")])
def test_a_candidate_that_cannot_be_asked_is_taken_for_somebody_elses(answer: Answer) -> None:
    made = attempt()
    driver = Scripted(page([row("9401")]), answer, page([row("9401")]), told(idempotency_key_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert driver.pauses == [1.0]


def test_a_candidate_that_cannot_be_asked_hides_the_task_behind_it() -> None:
    made = attempt()
    driver = Scripted(page([row("9400"), row("9401")]), SILENCE, told(idempotency_key_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert driver.pauses == []


def test_a_dead_provider_is_asked_for_every_task_of_the_account() -> None:
    driver = Scripted(page([row(f"94{index}") for index in range(50)], "two"), *[SILENCE] * MOST_UNASKED)
    outcome = settle(driver, attempt(), settle=SettlePolicy(window=0.0))
    assert "vidu:940, vidu:941, vidu:942, vidu:943, vidu:944 may be it and could not be asked" in detail_of(outcome)


def test_a_task_is_taken_while_another_that_fits_could_not_be_asked() -> None:
    made = attempt(payload="job-1")
    driver = Scripted(page([row("9400", payload="job-1"), row("9401")]), SILENCE)
    outcome = settle(driver, made, settle=SettlePolicy(window=0.0))
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
    driver = Scripted(answer, page([row("9401")]), told(idempotency_key_of(made)))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert driver.pauses == [1.0]


def test_the_reason_why_a_search_failed_is_not_told() -> None:
    driver = Scripted(SILENCE)
    outcome = settle(driver, attempt(), settle=SettlePolicy(window=0.0))
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
    driver = Scripted(page([row("9400"), row("9401")]), told(idempotency_key_of(made)))
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
    assert not made.submission.key_is_ours
    driver = Scripted(page([row("9400", payload="job-1"), row("9401", payload="job-1")]))
    assert "2 tasks fit" in detail_of(settle(driver, made))


@pytest.mark.parametrize("members", [{}, {"prompt": "a dog"}])
def test_the_task_of_a_twin_under_way_is_taken(members: dict[str, Any]) -> None:
    claims, made, twin = Claims(), attempt(payload="job-1"), attempt(payload="job-1", **members)
    claims.begin(made.submission)
    claims.begin(twin.submission)
    rows = page([row("9401", payload="job-1")])
    driver = Scripted(rows)
    assert isinstance(settle(driver, made, claims, settle=SettlePolicy(window=0.0)), Unknown)
    claims.end(twin.submission)
    assert ref_of(settle(Scripted(rows), made, claims)).task_id == "9401"


def test_a_submit_of_its_own_request_keeps_a_marker_of_ours_from_being_found() -> None:
    claims, made, twin = Claims(), attempt(), attempt()
    claims.begin(made.submission)
    claims.begin(twin.submission)
    driver = Scripted(page([row("9401")]), told(idempotency_key_of(made)))
    assert ref_of(settle(driver, made, claims)).task_id == "9401"


AD_FILM: Final[dict[str, Any]] = {"operation": "createAdFilm", "images": ["https://example.com/a.png"]}
"""A route of Vidu that takes no payload, so that no idempotency key travels."""


def test_a_task_with_a_payload_is_taken_for_one_that_was_sent_without() -> None:
    made = attempt(**AD_FILM)
    assert made.submission.idempotency_key is None
    rows = [row("9399", payload="another"), row("9400"), row("9401")]
    driver = Scripted(page(rows), told("another"), told(""))
    assert ref_of(settle(driver, made)).task_id == "9401"
    assert story(driver) == ["listTasks", "getCreations", "getCreations"]


def test_one_of_two_tasks_without_any_marker_is_guessed() -> None:
    driver = Scripted(page([row("9400"), row("9401")]), told(""), told(""))
    assert "2 tasks fit" in detail_of(settle(driver, attempt(**AD_FILM)))


# -- clocks that are wrong ------------------------------------------------------------------------------------------------

RIGHT: Final = BEGAN + 3_600.0
"""The provider's time when a request of these tests is sent."""
CLOCKS: Final = {
    "right": 0.0,
    "15 minutes ahead": 900.0,
    "6 hours ahead": 6 * 3_600.0,
    "14 hours ahead, as a time zone": 14 * 3_600.0,
    "a month ahead": 30 * 86_400.0,
    "15 minutes behind": -900.0,
    "6 hours behind": -6 * 3_600.0,
    "at the beginning of 1970": -RIGHT,
}
"""By how much the clock of this machine is ahead of the provider's."""
ZONES: Final = {"utc": 0.0, "east": 8 * 3_600.0, "west": -8 * 3_600.0}
DATES: Final = ("", "Tue, 99 Foo 2023 25:61:61 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT")


class Listing:
    """Vidu's list and status answers by a clock of its own: seven days are listed where no time is asked for."""

    def __init__(self, driver: Scripted, *, ahead: float, zone: float = 0.0, date: str | None = None) -> None:
        self.tasks: dict[str, tuple[float, str]] = {}
        """When each was made, and with which idempotency key."""
        self._driver = driver
        self._offset = RIGHT - driver.moment
        self._zone = zone
        self._date = date
        driver.time_of_day = RIGHT + ahead
        driver.handlers[Send] = self.answer

    @property
    def now(self) -> float:
        return self._driver.moment + self._offset

    def make(self, task_id: str, made: Attempt, *, age: float = 0.0) -> None:
        self.tasks[task_id] = (self.now - age, idempotency_key_of(made))

    def answer(self, effect: Send) -> Reply:
        assert not effect.call.creates
        date = formatdate(self.now, usegmt=True) if self._date is None else self._date
        return evolve(self._answer(effect), headers={"date": date})

    def _answer(self, effect: Send) -> Reply:
        if effect.call.operation == "getCreations":
            return told(self.tasks[effect.call.request["url"].split("/")[-2]][1])
        asked = effect.call.request["params"].get("created_at.from")
        since = self.now - 7 * 86_400.0
        if asked:
            since = datetime.fromisoformat(asked).timestamp() - self._zone
        return page([row(name, age=BEGAN - made) for name, (made, _) in self.tasks.items() if made >= since])


@pytest.mark.parametrize("ahead", CLOCKS.values(), ids=CLOCKS)
@pytest.mark.parametrize("zone", ZONES.values(), ids=ZONES)
@pytest.mark.parametrize("date", [None, *DATES])
def test_a_lost_task_is_found_whatever_our_clock_says(ahead: float, zone: float, date: str | None) -> None:
    """The list was asked for what is younger than our time, 15 minutes ahead: it was empty, and the film was paid twice."""
    driver = Scripted()
    listing = Listing(driver, ahead=ahead, zone=zone, date=date)
    made = attempt(began=driver.time_of_day)
    listing.make("9400", attempt(), age=60.0)
    listing.make("9401", made)
    assert ref_of(settle(driver, made)) == TaskRef("vidu", "9401")


@pytest.mark.parametrize("ahead", CLOCKS.values(), ids=CLOCKS)
@pytest.mark.parametrize("date", [None, *DATES])
def test_a_task_that_is_not_there_is_called_absent_whatever_our_clock_says(ahead: float, date: str | None) -> None:
    driver = Scripted()
    listing = Listing(driver, ahead=ahead, date=date)
    listing.make("9400", attempt(), age=60.0)
    assert is_absent(settle(driver, attempt(began=driver.time_of_day)))


@pytest.mark.parametrize("ahead", [900.0, -900.0, 6 * 3_600.0, -6 * 3_600.0])
def test_the_date_of_the_first_answer_corrects_the_second_look(ahead: float) -> None:
    driver = Scripted()
    Listing(driver, ahead=ahead)
    assert is_absent(settle(driver, attempt(began=driver.time_of_day)))
    right = datetime.fromtimestamp(RIGHT - LOOKING.clock_skew, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert asked_of(driver) == [None, *[right] * (LOOKS - 2), None]


@pytest.mark.parametrize("date", DATES)
def test_without_a_date_that_makes_sense_every_look_reads_all_that_is_listed(date: str) -> None:
    """Our own clock is not asked in its place: a list that is late would be looked at in vain until the end."""
    driver = Scripted()
    Listing(driver, ahead=900.0, date=date)
    settle(driver, attempt(began=driver.time_of_day))
    assert asked_of(driver) == [None] * LOOKS


@pytest.mark.parametrize("then", CLOCKS.values(), ids=CLOCKS)
@pytest.mark.parametrize("now", CLOCKS.values(), ids=CLOCKS)
def test_a_kept_submission_is_found_at_once_whatever_the_clocks_said_and_say(then: float, now: float) -> None:
    """The submission may come from a process, or a machine, with another clock than the one that looks."""
    driver = Scripted()
    listing = Listing(driver, ahead=now)
    made = attempt(began=RIGHT + then)
    kept = evolve(made, submission=Submission.parse(made.submission.to_text()))
    listing.make("9401", made)
    assert ref_of(find(driver, kept)).task_id == "9401"
    assert driver.pauses == []


@pytest.mark.parametrize("set_to", CLOCKS.values(), ids=CLOCKS)
def test_a_clock_that_is_set_while_a_task_is_looked_for_hides_nothing(set_to: float) -> None:
    driver = Scripted()
    listing = Listing(driver, ahead=0.0)
    made = attempt(began=driver.time_of_day)
    listing.make("9401", made)
    driver.time_of_day = RIGHT + set_to
    assert ref_of(settle(driver, made)).task_id == "9401"


@pytest.mark.parametrize("date", DATES)
def test_a_date_that_makes_no_sense_does_not_make_an_older_task_ours(date: str) -> None:
    """Without an idempotency key, time tells the task from an earlier one of the same request."""
    made = attempt(**AD_FILM)
    older = evolve(page([row("9400", age=86_400.0)]), headers={"date": date})
    driver = Scripted(*[older] * LOOKS)
    assert isinstance(settle(driver, made), Unknown)


def test_a_task_without_a_marker_is_told_from_an_older_one_by_the_date_of_the_answer() -> None:
    """With a clock six hours behind, the task of another process passed for the one that was lost."""
    made = attempt(began=BEGAN - 6 * 3_600.0, **AD_FILM)
    both = evolve(page([row("9400", age=3_600.0), row("9401")]), headers={"date": formatdate(BEGAN, usegmt=True)})
    driver = Scripted(both, told(""), time_of_day=BEGAN - 6 * 3_600.0)
    assert ref_of(settle(driver, made)).task_id == "9401"


@pytest.mark.parametrize("days", [3.1, 30.0, -3.1, -30.0])
def test_a_task_that_may_be_too_old_for_the_list_is_not_called_absent(days: float) -> None:
    """The list goes seven days back. A clock that is days off leaves open how old the request is."""
    driver = Scripted()
    Listing(driver, ahead=0.0)
    outcome = find(driver, attempt(began=RIGHT - days * 86_400.0))
    assert isinstance(outcome, Unknown)
    assert not is_absent(outcome)


def test_a_task_of_last_month_is_found() -> None:
    driver = Scripted()
    listing = Listing(driver, ahead=0.0)
    made = attempt(began=RIGHT - 30 * 86_400.0)
    listing.make("9401", made, age=30 * 86_400.0)
    assert ref_of(find(driver, made)).task_id == "9401"


def test_a_look_at_what_our_clock_calls_young_proves_no_absence() -> None:
    """A search that takes longer than the time for it ends with a look at all that is listed, and not before."""
    driver = Scripted(exchange_seconds=20.0)
    slow = driver.handlers[Send]
    listing = Listing(driver, ahead=0.0)
    driver.answers.extend([listing.answer] * 4)
    driver.handlers[Send] = slow
    assert is_absent(settle(driver, attempt(began=RIGHT)))
    young = "2023-11-14T23:08:20Z"
    assert asked_of(driver) == [None, young, young, None]


@pytest.mark.parametrize(
    "last",
    [
        SILENCE,
        reply(500),
        reply(200, {"tasks": None, "code": 500, "reason": "Unknown"}),
        reply(200, {"tasks": [], "error": "timeout of the database"}),
        page([row("")]),
        page([{**row("1"), "id": {"value": "9401"}}]),
    ],
    ids=str,
)
def test_a_last_look_that_cannot_be_read_whole_proves_no_absence(last: Answer) -> None:
    assert not is_absent(settle(Scripted(*[page([])] * (LOOKS - 1), last), attempt()))


def test_a_generation_that_is_not_in_the_running_list_is_not_called_absent() -> None:
    """The list holds what is unfinished: a generation that ended, paid, is not in it."""
    outcome = settle(Scripted(*[reply(200, [])] * LOOKS), attempt("skills_video"))
    assert isinstance(outcome, Unknown)
    assert not is_absent(outcome)


@pytest.mark.parametrize("made", [attempt(payload="job-1"), attempt(key="job-1"), attempt(operation="lipSync")], ids=str)
def test_a_task_that_time_alone_tells_from_others_is_not_called_absent(made: Attempt) -> None:
    outcome = settle(Scripted(*[page([row("9401", age=301.0, payload="job-1")])] * LOOKS), made)
    assert isinstance(outcome, Unknown)
    assert not is_absent(outcome)


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
    assert isinstance(settle(driver, attempt("skills_video"), settle=SettlePolicy(window=0.0)), Unknown)


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
    ended = settle(driver, made, claims, settle=SettlePolicy(window=0.0))
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
        driver = Scripted(page([row("9401", payload=idempotency_key_of(made))]))
        assert ref_of(settle(driver, made, claims)).task_id == "9401"


def test_a_submit_goes_on_as_a_twin_after_it_has_ended() -> None:
    claims, made = Claims(), attempt(payload="job-1")
    driver = Scripted(RuntimeError("the machine is on fire"))
    driver.error(submit([made], claims=claims), RuntimeError)
    assert not claims.has_twin(attempt(payload="job-1").submission)


# -- looking again later --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [2 * REPLAY_SECONDS, 30 * 86_400.0])
def test_a_key_of_the_future_is_not_repeated(ahead: float) -> None:
    """The clock was set back since: the key may be older than the provider remembers, and a second film would be paid."""
    driver = Scripted()
    assert "the clock was changed" in detail_of(find(driver, attempt("comfy", began=BEGAN + ahead)))


@pytest.mark.parametrize("ahead", [900.0, 6 * 3_600.0])
def test_a_key_that_a_clock_ahead_has_dated_is_repeated(ahead: float) -> None:
    driver = Scripted(created("comfy"))
    assert ref_of(find(driver, attempt("comfy", began=BEGAN + ahead))) == TaskRef("comfy", "9401")


def find(driver: Scripted, made: Attempt, *, claims: Claims | None = None, retry: RetryPolicy = STEADY) -> Outcome:
    return driver.run(find_flow(made, retry=retry, settle=LOOKING, claims=claims or Claims()))


def test_the_task_of_an_unknown_submission_is_not_found_the_next_day() -> None:
    made = attempt()
    driver = Scripted(page([row("9401")]), told(idempotency_key_of(made)), time_of_day=BEGAN + 86_400)
    assert ref_of(find(driver, made)) == TaskRef("vidu", "9401")
    assert not any(send.call.creates for send in driver.of(Send))


def test_a_twin_under_way_gives_its_task_to_who_looks_later() -> None:
    claims, made = Claims(), attempt("skills_video")
    claims.begin(attempt("skills_video").submission)
    driver = Scripted(*[reply(200, [generation("gen_1")])] * LOOKS)
    assert isinstance(find(driver, made, claims=claims), Unknown)


def test_the_first_answer_to_a_key_is_not_fetched_later() -> None:
    made = attempt("comfy")
    driver = Scripted(created("comfy"), time_of_day=BEGAN + REPLAY_SECONDS)
    assert ref_of(find(driver, made)) == TaskRef("comfy", "9401")
    assert keys_sent(driver) == [idempotency_key_of(made)]


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
