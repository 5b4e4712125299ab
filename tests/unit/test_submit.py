"""One create request: when it is repeated, and what the outcome is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

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
IN_FLIGHT_5: Final = evolve(IN_FLIGHT, headers={**IN_FLIGHT.headers, "retry-after": "5"})
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


CREATES: Final[dict[str, tuple[str, Sequence[Answer], type[Outcome], list[float], dict[str, Any]]]] = {
    "until it is sent": ("vidu", [UNREACHED] * 3 + [created()], Accepted, [1.0, 2.0, 4.0], {}),
    "after the pauses that a busy provider asks for": (
        "vidu", [busy("7"), busy("0"), busy(), created()], Accepted, [7.0, 2.0, 4.0], {}),
    "within the budget, not sent": ("vidu", [UNREACHED] * 4, NotSent, [1.0, 2.0, 4.0], {"budget": 10.0}),
    "within the budget, busy": ("vidu", [busy()] * 4, Busy, [1.0, 2.0, 4.0], {"budget": 10.0}),
    "within the budget, of which slow tries are a part": ("vidu", [busy()] * 2, Busy, [1.0], {"budget": 60.0, "seconds": 50.0}),
    "not at all without a budget, not sent": ("vidu", [UNREACHED], NotSent, [], {"budget": 0.0}),
    "not at all without a budget, busy": ("vidu", [busy()], Busy, [], {"budget": 0.0}),
    "not at all if the provider asks for more than the budget": ("vidu", [busy("600")], Busy, [], {}),
    "under a key in flight": ("comfy", [SILENCE, IN_FLIGHT, IN_FLIGHT_5, created("comfy")], Accepted, [1.0, 2.0, 5.0], {}),
    "within a budget that only the first silence resets": ("comfy", [SILENCE] * 3, Unknown, [1.0, 2.0], {"seconds": 70.0}),
    "in doubt, then not sent": ("comfy", [SILENCE] + [UNREACHED] * 3, Unknown, [1.0, 2.0, 4.0], {"budget": 8.0}),
    "in doubt, then busy": ("comfy", [SILENCE] + [busy()] * 3, Unknown, [1.0, 2.0, 4.0], {"budget": 8.0}),
    "not at all without waiting, not sent": ("comfy", [UNREACHED], NotSent, [], {"waits": False}),
    "not at all without waiting, busy": ("comfy", [busy()], Busy, [], {"waits": False}),
    "without waiting, in doubt": ("comfy", [SILENCE, busy(), created("comfy")], Accepted, [1.0, 2.0], {"waits": False}),
}  # fmt: skip
"""How often a create is repeated: the provider, its answers, the outcome, the pauses, and budget, seconds of each try, waits."""


@pytest.mark.parametrize(("provider", "answers", "kind", "pauses", "options"), CREATES.values(), ids=CREATES)
def test_create_is_repeated(
    provider: str, answers: Sequence[Answer], kind: type[Outcome], pauses: list[float], options: dict[str, Any]
) -> None:
    driver = Scripted(*answers, exchange_seconds=options.get("seconds", 0.0))
    retry = evolve(STEADY, budget=options.get("budget", STEADY.budget))
    outcome = create(driver, attempt(provider), retry=retry, waits=options.get("waits", True))
    assert (type(outcome), driver.pauses) == (kind, pauses)
    assert not isinstance(outcome, Unknown) or outcome.detail == SILENCE.detail


def test_request_without_an_idempotency_key_is_not_repeated() -> None:
    assert isinstance(create(Scripted(SILENCE), without_key(attempt("comfy"))), Unknown)


@pytest.mark.parametrize(("problem", "is_safe"), [(busy(), True), (UNREACHED, True), (SILENCE, False)])
def test_log_of_a_repeated_create_says_whether_something_may_be_paid(
    problem: Answer, is_safe: bool, caplog: pytest.LogCaptureFixture
) -> None:
    create(Scripted(problem, created("comfy")), attempt("comfy"))
    assert [getattr(record, "is_safe", None) for record in caplog.records] == [is_safe]


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


def test_pause_that_ends_a_little_late_is_followed_by_a_try() -> None:
    """Only one that lasted far beyond the budget means that the process was stopped."""
    driver = asleep(UNREACHED, created(), moment=STEADY.budget - 1.0 + OVERSLEPT / 2)  # the pause itself is a second
    assert isinstance(create(driver, attempt()), Accepted)


@pytest.mark.parametrize("answer", [UNREACHED, busy()], ids=["not sent", "busy"])
def test_request_is_not_sent_after_a_pause_in_which_the_process_was_stopped(answer: Answer) -> None:
    """Another worker took the job of one that was stopped for longer than its lease; both would pay for it."""
    driver = asleep(answer, moment=STEADY.budget + OVERSLEPT)
    assert isinstance(create(driver, attempt()), NotSent | Busy)
    assert len(driver.of(Send)) == 1
