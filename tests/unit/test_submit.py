"""One create request: when it is repeated, and what the outcome is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from attrs import evolve
from paid import (
    INVALID,
    MODERATED,
    NO_KEY,
    SILENCE,
    STEADY,
    UNREACHED,
    attempt,
    busy,
    created,
    detail_of,
    ref_of,
    reply,
    story,
    without_key,
)
from scripted import Answer, Scripted

from vidu_ext.flows.attempt import Attempt
from vidu_ext.flows.effects import Pause, Send
from vidu_ext.flows.outcome import Accepted, Busy, NotSent, Outcome, Refused, Unknown, error_of
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.flows.submit import OVERSLEPT, create_flow
from vidu_ext.providers import PROVIDERS
from vidu_ext.values.errors import ClientClosedError
from vidu_ext.values.exchange import Reply
from vidu_ext.values.submission import CHECK_CONSOLE

IN_FLIGHT: Final = reply(409, {}, {"x-comfy-error-type": "idempotency_in_flight"})
CONSUMED: Final = reply(409, {}, {"x-comfy-error-type": "idempotency_consumed"})
MISMATCH: Final = reply(409, {}, {"x-comfy-error-type": "idempotency_mismatch"})
REFUSALS: Final[dict[str, Reply]] = {
    "wrong key": NO_KEY,
    "no credits": reply(402),
    "forbidden": reply(403),
    "no such route": reply(404),
    "conflict": reply(409),
    "invalid": INVALID,
    "moderation": MODERATED,
    "too large": reply(413),
}


def create(driver: Scripted, made: Attempt, *, retry: RetryPolicy = STEADY, waits: bool = True) -> Outcome:
    return driver.run(create_flow(made, retry=retry, waits=waits))


def test_estimate_of_an_accepted_task_is_kept() -> None:
    headers = {"x-comfy-estimated-duration-seconds": "95"}
    outcome = create(Scripted(created("comfy", **headers)), attempt("comfy"))
    assert isinstance(outcome, Accepted)
    assert (outcome.estimate, outcome.raw) == (95.0, {"task_id": "9401", "state": "created"})


def test_request_that_was_not_sent_is_tried_again_after_growing_pauses() -> None:
    driver = Scripted(UNREACHED, UNREACHED, UNREACHED, created())
    assert ref_of(create(driver, attempt())).task_id == "9401"
    assert story(driver) == ["textToVideo", 1.0, "textToVideo", 2.0, "textToVideo", 4.0, "textToVideo"]


def test_busy_provider_is_asked_again_after_its_retry_after() -> None:
    driver = Scripted(busy("7"), busy("0"), busy(), created())
    assert ref_of(create(driver, attempt())).task_id == "9401"
    assert driver.pauses == [7.0, 2.0, 4.0]


@pytest.mark.parametrize(("problem", "is_safe"), [(busy(), True), (UNREACHED, True), (SILENCE, False)])
def test_log_of_a_repeated_create_says_whether_something_may_be_paid(
    problem: Answer, is_safe: bool, caplog: pytest.LogCaptureFixture
) -> None:
    create(Scripted(problem, created("comfy")), attempt("comfy"))
    assert [getattr(record, "is_safe", None) for record in caplog.records] == [is_safe]


@pytest.mark.parametrize(("answer", "kind"), [(UNREACHED, NotSent), (busy(), Busy)])
@pytest.mark.parametrize(("budget", "pauses"), [(10.0, [1.0, 2.0, 4.0]), (0.0, [])])
def test_tries_end_with_the_budget(answer: Answer, kind: type[Outcome], budget: float, pauses: list[float]) -> None:
    """The fourth pause would end 15 s after the first try."""
    driver = Scripted(*[answer] * (len(pauses) + 1))
    assert isinstance(create(driver, attempt(), retry=evolve(STEADY, budget=budget)), kind)
    assert driver.pauses == pauses


def test_time_of_slow_tries_counts_for_the_budget() -> None:
    driver = Scripted(busy(), busy(), exchange_seconds=50.0)
    assert isinstance(create(driver, attempt(), retry=evolve(STEADY, budget=60.0)), Busy)
    assert driver.pauses == [1.0]


def test_retry_after_longer_than_the_budget_ends_the_tries_at_once() -> None:
    driver = Scripted(busy("600"))
    outcome = create(driver, attempt())
    assert isinstance(outcome, Busy)
    assert outcome.retry_after == 600.0
    assert driver.pauses == []


@pytest.mark.parametrize("before", [(), (busy(),), (UNREACHED, busy())], ids=["at once", "busy", "not reached, then busy"])
def test_client_closed_before_anything_may_be_paid_leaves_no_doubt(before: Sequence[Answer]) -> None:
    made = attempt("comfy")
    Scripted(*before, ClientClosedError()).error(create_flow(made, retry=STEADY), ClientClosedError)
    assert made.begun.submission is None


def test_client_closed_after_a_doubtful_try_leaves_the_outcome_unknown() -> None:
    made = attempt("comfy")
    assert "the client was closed" in detail_of(create(Scripted(SILENCE, ClientClosedError()), made))
    assert made.begun.submission is made.submission


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS.keys())
def test_refused_request_is_not_sent_again(provider: str, answer: Reply) -> None:
    driver = Scripted(answer)
    assert isinstance(create(driver, attempt(provider)), Refused)
    assert len(driver.of(Send)) == 1


# -- idempotency keys -----------------------------------------------------------------------------------------------------


def test_key_in_flight_is_repeated_after_the_pause_that_the_provider_asks_for() -> None:
    asked = evolve(IN_FLIGHT, headers={**IN_FLIGHT.headers, "retry-after": "5"})
    driver = Scripted(SILENCE, IN_FLIGHT, asked, created("comfy"))
    assert ref_of(create(driver, attempt("comfy"))).task_id == "9401"
    assert driver.pauses == [1.0, 2.0, 5.0]


@pytest.mark.parametrize("answer", [UNREACHED, busy()])
def test_doubt_stays_after_a_harmless_failure(answer: Answer) -> None:
    driver = Scripted(SILENCE, *[answer] * 3)
    assert detail_of(create(driver, attempt("comfy"), retry=evolve(STEADY, budget=8.0))) == "no answer within 120 s"


@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS.keys())
def test_doubt_of_the_first_try_stays_after_a_refusal_of_the_second(answer: Reply) -> None:
    driver = Scripted(SILENCE, answer)
    assert detail_of(create(driver, attempt("comfy"))) == "no answer within 120 s"


@pytest.mark.parametrize(("before", "answer"), [((), MISMATCH), ((SILENCE,), CONSUMED), ((IN_FLIGHT,), CONSUMED)])
def test_consumed_key_is_not_repeated(answer: Reply, before: Sequence[Answer]) -> None:
    driver = Scripted(*before, answer)
    made = attempt("comfy")
    outcome = create(driver, made)
    assert "used up" in detail_of(outcome)
    assert error_of(outcome, made.submission).remedy == CHECK_CONSOLE
    assert len(driver.of(Send)) == len(before) + 1


def test_only_the_first_silence_resets_the_budget() -> None:
    driver = Scripted(SILENCE, SILENCE, SILENCE, exchange_seconds=70.0)
    assert isinstance(create(driver, attempt("comfy")), Unknown)
    assert driver.pauses == [1.0, 2.0]


def test_request_without_an_idempotency_key_is_not_repeated() -> None:
    driver = Scripted(SILENCE)
    assert isinstance(create(driver, without_key(attempt("comfy"))), Unknown)
    assert len(driver.of(Send)) == 1


@pytest.mark.parametrize(
    ("answers", "kind"), [([UNREACHED], NotSent), ([busy()], Busy), ([SILENCE, busy(), created("comfy")], Accepted)]
)
def test_create_without_waiting_repeats_only_a_doubtful_request(answers: Sequence[Answer], kind: type[Outcome]) -> None:
    assert isinstance(create(Scripted(*answers), attempt("comfy"), waits=False), kind)


# -- a machine or a process that is suspended during a pause --------------------------------------------------------------


def asleep(*answers: Answer, moment: float = 0.0, time_of_day: float = 0.0) -> Scripted:
    """Return a driver whose pauses last longer, by `moment` on the monotonic clock and `time_of_day` on the wall clock."""
    driver = Scripted(*answers)

    def sleep(effect: Pause) -> None:
        driver.pass_time(effect.seconds + moment)
        driver.time_of_day += time_of_day - moment

    driver.handlers[Pause] = sleep
    return driver


@pytest.mark.parametrize("hours", [13.0, 100.0, -13.0])
def test_idempotency_key_is_not_repeated_after_the_wall_clock_moved_by_many_hours(hours: float) -> None:
    """While a machine sleeps, the monotonic clock of Linux stops; the provider forgets the key and would make a second film."""
    driver = asleep(SILENCE, time_of_day=hours * 3_600.0)
    assert detail_of(create(driver, attempt("comfy"))) == "no answer within 120 s"
    assert story(driver) == ["textToVideo", 1.0]


@pytest.mark.parametrize("answer", [UNREACHED, busy()], ids=["not sent", "busy"])
def test_request_is_not_sent_after_a_pause_in_which_the_process_was_stopped(answer: Answer) -> None:
    """Another worker took the job of one that was stopped for longer than its lease; both would pay for it."""
    driver = asleep(answer, moment=STEADY.budget + OVERSLEPT)
    assert isinstance(create(driver, attempt()), NotSent | Busy)
    assert len(driver.of(Send)) == 1
