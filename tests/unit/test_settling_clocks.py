"""Searches with wrong clocks: the task is found and its absence proved by the provider's time, not by ours."""

from __future__ import annotations

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
    attempt,
    find,
    idempotency_key_of,
    is_absent,
    page,
    ref_of,
    reply,
    row,
    settle,
    status_answer,
)
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.effects import Send
from vidu_ext.flows.outcome import Unknown
from vidu_ext.values.exchange import Reply
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef

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
