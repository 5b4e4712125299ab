"""A request may be sent and paid again only if its task is proved absent, or if the provider still knows its key.

With wrong clocks, the task is found and its absence proved by the provider's time, not by ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Final

import pytest
from attrs import evolve
from paid import (
    AD_FILM,
    BEGAN,
    LOOKING,
    LOOKS,
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
    is_absent,
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
from vidu_ext.values.errors import ClientClosedError
from vidu_ext.values.exchange import Reply
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
    "a task without an id on the first page": [page([row("")], "two"), page([])],
    "a first page from a cache": [evolve(page([], "two"), headers={"age": "37"}), page([])],
}
"""Answers to the last look that leave part of the list unread."""


@pytest.mark.parametrize("answers", UNPROVED.values(), ids=UNPROVED.keys())
def test_failed_look_never_proves_absence(answers: Sequence[Answer]) -> None:
    """A batch sends again what is absent. Once, a list that could not be read led to a second paid task."""
    assert not unknown(settle(Scripted(*answers), attempt(), settle=ONE_LOOK)).absent


@pytest.mark.parametrize("answers", [[page([]), SILENCE], [page([]), NO_KEY]])
def test_failed_last_look_revokes_what_earlier_looks_proved(answers: Sequence[Answer]) -> None:
    assert not unknown(settle(Scripted(*answers), attempt(), settle=SettlePolicy(window=1.0))).absent


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


# -- wrong clocks ---------------------------------------------------------------------------------------------------------

RIGHT: Final = BEGAN + 3_600.0
"""The provider's time when a request is sent."""

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
"""Seconds by which the local clock is ahead of the provider's."""

ZONES: Final = {"utc": 0.0, "east": 8 * 3_600.0, "west": -8 * 3_600.0}
DATES: Final = ("", "Tue, 99 Foo 2023 25:61:61 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT")


class Listing:
    """Vidu's list and status answers, with a clock of its own. Lists seven days unless the request names a time."""

    def __init__(self, driver: Scripted, *, ahead: float, zone: float = 0.0, date: str | None = None) -> None:
        self.tasks: dict[str, tuple[float, str]] = {}
        """The time of creation and the idempotency key of each task."""
        self._driver = driver
        self._offset = RIGHT - driver.moment
        self._zone = zone
        self._date = date
        driver.time_of_day = RIGHT + ahead
        driver.handlers[Send] = self.answer

    @property
    def now(self) -> float:
        return self._driver.moment + self._offset

    def add(self, task_id: str, attempt_: Attempt, *, age: float = 0.0) -> None:
        self.tasks[task_id] = (self.now - age, idempotency_key_of(attempt_))

    def answer(self, effect: Send) -> Reply:
        assert not effect.call.creates
        date = formatdate(self.now, usegmt=True) if self._date is None else self._date
        return evolve(self._answer(effect), headers={"date": date})

    def _answer(self, effect: Send) -> Reply:
        if effect.call.operation == "getCreations":
            return status_answer(self.tasks[effect.call.request["url"].split("/")[-2]][1])
        asked = effect.call.request["params"].get("created_at.from")
        since = datetime.fromisoformat(asked).timestamp() - self._zone if asked else self.now - 7 * 86_400.0
        return page([row(name, age=BEGAN - created) for name, (created, _) in self.tasks.items() if created >= since])


def asked_of(driver: Scripted) -> list[str | None]:
    """Return the time from which each look asked for tasks."""
    calls = (send.call for send in driver.of(Send))
    return [call.request["params"].get("created_at.from") for call in calls if call.operation == "listTasks"]


@pytest.mark.parametrize("ahead", CLOCKS.values(), ids=CLOCKS)
@pytest.mark.parametrize("zone", ZONES.values(), ids=ZONES)
def test_lost_task_is_found_whatever_the_local_clock_says(ahead: float, zone: float) -> None:
    """Once, the list was asked for tasks younger than a clock 15 minutes ahead: it was empty, and the film was paid twice."""
    for date in (None, *DATES):
        driver = Scripted()
        listing = Listing(driver, ahead=ahead, zone=zone, date=date)
        lost = attempt(began=driver.time_of_day)
        listing.add("9400", attempt(), age=60.0)
        listing.add("9401", lost)
        assert ref_of(settle(driver, lost)) == TaskRef("vidu", "9401"), date


@pytest.mark.parametrize("ahead", CLOCKS.values(), ids=CLOCKS)
def test_absence_is_proved_whatever_the_local_clock_says(ahead: float) -> None:
    for date in (None, *DATES):
        driver = Scripted()
        listing = Listing(driver, ahead=ahead, date=date)
        listing.add("9400", attempt(), age=60.0)
        assert is_absent(settle(driver, attempt(began=driver.time_of_day))), date


@pytest.mark.parametrize("ahead", [0.0, 900.0, -900.0, 6 * 3_600.0, -6 * 3_600.0])
def test_looks_between_the_first_and_the_last_ask_for_young_tasks_by_the_date_of_the_answers(ahead: float) -> None:
    driver = Scripted()
    Listing(driver, ahead=ahead)
    assert is_absent(settle(driver, attempt(began=driver.time_of_day)))
    right = datetime.fromtimestamp(RIGHT - LOOKING.clock_skew, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert asked_of(driver) == [None, *[right] * (LOOKS - 2), None]


@pytest.mark.parametrize("date", DATES)
def test_every_look_reads_the_whole_list_if_answers_have_no_plausible_date(date: str) -> None:
    """The local clock in its place would hide the task of a late list until the last look."""
    driver = Scripted()
    Listing(driver, ahead=900.0, date=date)
    settle(driver, attempt(began=driver.time_of_day))
    assert asked_of(driver) == [None] * LOOKS


@pytest.mark.parametrize("ahead", CLOCKS.values(), ids=CLOCKS)
def test_task_of_a_saved_submission_is_found_at_once_whatever_the_clocks_say(ahead: float) -> None:
    """The submission may come from a process or a machine with another clock than the one that searches."""
    for ahead_at_the_submit in CLOCKS.values():
        driver = Scripted()
        listing = Listing(driver, ahead=ahead)
        lost = attempt(began=RIGHT + ahead_at_the_submit)
        kept = evolve(lost, submission=Submission.parse(lost.submission.to_text()))
        listing.add("9401", lost)
        assert ref_of(find(driver, kept)).task_id == "9401"
        assert driver.pauses == []


@pytest.mark.parametrize("date", DATES)
def test_older_task_without_a_key_is_not_taken_if_answers_have_no_plausible_date(date: str) -> None:
    """Without an idempotency key, only time distinguishes the task from an earlier one of the same request."""
    lost = attempt(**AD_FILM)
    older = evolve(page([row("9400", age=86_400.0)]), headers={"date": date})
    driver = Scripted(*[older] * LOOKS)
    assert isinstance(settle(driver, lost), Unknown)


def test_task_without_a_key_is_distinguished_from_an_older_one_by_the_date_of_the_answer() -> None:
    """Once, with a clock six hours behind, the task of another process was taken for the lost one."""
    lost = attempt(began=BEGAN - 6 * 3_600.0, **AD_FILM)
    both = evolve(page([row("9400", age=3_600.0), row("9401")]), headers={"date": formatdate(BEGAN, usegmt=True)})
    driver = Scripted(both, status_answer(""), time_of_day=BEGAN - 6 * 3_600.0)
    assert ref_of(settle(driver, lost)).task_id == "9401"


@pytest.mark.parametrize("days", [3.1, 30.0, -3.1, -30.0])
def test_absence_is_not_proved_if_the_task_may_be_too_old_for_the_list(days: float) -> None:
    """The list goes seven days back. With a clock that is days off, the age of the request is not known."""
    driver = Scripted()
    Listing(driver, ahead=0.0)
    outcome = find(driver, attempt(began=RIGHT - days * 86_400.0))
    assert isinstance(outcome, Unknown)
    assert not outcome.absent


def test_task_of_last_month_is_found() -> None:
    driver = Scripted()
    listing = Listing(driver, ahead=0.0)
    lost = attempt(began=RIGHT - 30 * 86_400.0)
    listing.add("9401", lost, age=30 * 86_400.0)
    assert ref_of(find(driver, lost)).task_id == "9401"


def test_only_a_look_at_the_whole_list_proves_absence() -> None:
    """A slow search ends with a look at the whole list after its time is over, and not before."""
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
        reply(200, {"tasks": None, "code": 500, "reason": "Unknown"}),
        reply(200, {"tasks": [], "error": "timeout of the database"}),
        page([row("")]),
        page([{**row("1"), "id": {"value": "9401"}}]),
        evolve(page([]), headers={"age": "37"}),
    ],
)
def test_last_look_that_cannot_be_read_whole_does_not_prove_absence(last: Answer) -> None:
    assert not is_absent(settle(Scripted(*[page([])] * (LOOKS - 1), last), attempt()))


def test_list_that_no_cache_has_kept_proves_absence() -> None:
    last = evolve(page([]), headers={"age": "0"})
    assert is_absent(settle(Scripted(*[page([])] * (LOOKS - 1), last), attempt()))
