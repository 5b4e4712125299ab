"""One create request: when it is repeated, and what the outcome is; and submits of one request to several accounts."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Final, cast

import pytest
from adapters import WITHOUT_REPLAY
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
    detail_of,
    generation,
    idempotency_key_of,
    keys_sent,
    offer,
    page,
    ref_of,
    reply,
    row,
    settle,
    story,
    submit,
    without_key,
)
from scripted import Answer, Scripted

from vidu_ext.client.submits import accepted
from vidu_ext.flows.attempt import Attempt, attempt_of
from vidu_ext.flows.claims import Claims
from vidu_ext.flows.effects import Flow, Now, Pause, Send
from vidu_ext.flows.outcome import Accepted, Busy, NotSent, Outcome, Refused, Unknown, error_of
from vidu_ext.flows.policy import RetryPolicy, SettlePolicy
from vidu_ext.flows.submit import OVERSLEPT, create_flow, submit_flow
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.offers import Offer
from vidu_ext.values.errors import ClientClosedError, InsufficientCreditsError
from vidu_ext.values.exchange import Reply
from vidu_ext.values.submission import CHECK_CONSOLE, Submission
from vidu_ext.values.tasks import Json, TaskRef

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


@pytest.mark.parametrize("provider", PROVIDERS)
def test_accepted_task_takes_one_request(provider: str) -> None:
    driver, made = Scripted(created(provider)), attempt(provider)
    assert ref_of(create(driver, made)) == TaskRef(provider, "9401")
    assert [type(effect) for effect in driver.seen] == [Now, Send]
    assert [(send.account, send.call) for send in driver.of(Send)] == [(provider, made.call)]
    assert made.call.creates


def test_estimate_of_an_accepted_task_is_kept() -> None:
    headers = {"x-comfy-estimated-duration-seconds": "95"}
    outcome = create(Scripted(created("comfy", **headers)), attempt("comfy"))
    assert isinstance(outcome, Accepted)
    assert (outcome.estimate, outcome.raw) == (95.0, {"task_id": "9401", "state": "created"})


@pytest.mark.parametrize("provider", PROVIDERS)
def test_id_is_read_from_an_answer_that_breaks_off_after_it(provider: str) -> None:
    name = "id" if provider == "skills_video" else "task_id"
    outcome = create(Scripted(reply(200, f'{{"{name}": "9401", "credi'.encode())), attempt(provider))
    assert ref_of(outcome).task_id == "9401"


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


def test_key_is_repeated_even_after_a_silence_as_long_as_the_budget() -> None:
    driver = Scripted(SILENCE, created("comfy"), exchange_seconds=120.0)
    assert ref_of(create(driver, attempt("comfy"))).task_id == "9401"


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


# -- submits to several accounts: which are asked, in which order, and how a submit ends ----------------------------------

HARMLESS: Final[dict[str, Answer]] = {
    "not sent": UNREACHED,
    "busy": busy("30"),
    "wrong key": NO_KEY,
    "forbidden": reply(403),
    "no credits": reply(400, {"reason": "CreditInsufficient"}),
    "model not offered": reply(400, {"reason": "ModelUnavailable"}),
}
"""Answers after which another account may be asked."""
ONE_LOOK: Final = SettlePolicy(window=0.0)


@pytest.mark.parametrize("answer", HARMLESS.values(), ids=HARMLESS.keys())
def test_next_account_is_asked_at_once_after_a_harmless_failure(answer: Answer) -> None:
    observed: list[tuple[str, str]] = []
    first, second = attempt("vidu"), attempt("comfy")
    driver = Scripted(answer, created("comfy"))
    ended = driver.run(submit([first, second], observed=observed))
    assert ref_of(ended.outcome) == TaskRef("comfy", "9401")
    assert ended.submission is second.submission
    assert [earlier.submission for earlier in ended.earlier] == [first.submission]
    assert [send.account for send in driver.of(Send)] == ["vidu", "comfy"]
    assert driver.pauses == []
    assert observed == [("vidu", type(ended.earlier[0].outcome).__name__), ("comfy", "Accepted")]


@pytest.mark.parametrize("answer", [MODERATED, INVALID, reply(404), reply(409), reply(413)])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_wrong_request_is_not_sent_to_another_account(provider: str, answer: Reply) -> None:
    driver = Scripted(answer)
    ended = driver.run(submit([attempt(provider), attempt("comfy", account="other")]))
    assert isinstance(ended.outcome, Refused)
    assert len(driver.of(Send)) == 1


@pytest.mark.parametrize("answer", DOUBTFUL.values(), ids=DOUBTFUL.keys())
@pytest.mark.parametrize("provider", WITHOUT_REPLAY)
def test_no_other_account_is_asked_while_the_first_may_have_the_task(provider: str, answer: Answer) -> None:
    nothing = reply(200, []) if provider == "skills_video" else page([])
    looks = [] if provider_named(provider).settlement == "none" else [nothing] * LOOKS
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
    assert keys_sent(driver) == [idempotency_key_of(ended)] * 3
    assert driver.pauses == [1.0, 3.0]


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
    assert "Asked before: the request did not reach zenlayer" in notes
    assert caught.value.account == "comfy"


def test_task_of_an_accepted_submit_is_not_found_by_another_search() -> None:
    claims, lost = Claims(), attempt("skills_video")
    Scripted(created("skills_video", "gen_1")).run(submit([attempt("skills_video")], claims=claims))
    driver = Scripted(reply(200, [generation("gen_1")]))
    outcome = settle(driver, lost, claims, settle=ONE_LOOK)
    assert isinstance(outcome, Unknown)


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


# -- two submits whose tasks could be taken for each other's ----------------------------------------------------------------


def restored(sent: Attempt) -> Attempt:
    """Return the attempt of a submission that was kept as text."""
    return evolve(sent, submission=Submission.parse(sent.submission.to_text()))


def test_absence_is_not_proved_while_the_submission_is_sent_twice_at_once() -> None:
    """Its key is ours, so the whole list proves absence; but the task is there, and either of the two may take it."""
    claims, sent = Claims(), attempt()
    claims.begin(sent.submission)
    claims.begin(restored(sent).submission)
    driver = Scripted(page([row("9401", payload=sent.submission.idempotency_key)]))
    outcome = settle(driver, sent, claims, settle=ONE_LOOK)
    assert isinstance(outcome, Unknown)
    assert not outcome.absent


def test_both_threads_that_send_a_submission_may_get_its_task() -> None:
    """An error at the end of the second one would have thrown away its paid reference."""
    claims, sent = Claims(), attempt()
    claims.begin(sent.submission)
    claims.begin(sent.submission)
    claims.end(sent.submission)
    claims.end(sent.submission)
    assert not claims.has_twin(restored(sent).submission)


# -- what travels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", ["", 5, None, ["job-1"]])
def test_payload_that_is_not_a_text_is_not_an_idempotency_key(payload: Json) -> None:
    offered = offer("zenlayer", payload=payload)
    assert attempt_of(offered, provider_named("zenlayer"), None, 0.0).submission.idempotency_key is None


# -- how long a try may take ----------------------------------------------------------------------------------------------


def test_pause_that_ends_just_within_the_budget_is_followed_by_a_try() -> None:
    """Only a pause that lasted far beyond the budget means that the process was suspended."""
    driver = Scripted(UNREACHED, created())
    outcome = driver.run(create_flow(attempt(), retry=evolve(STEADY, budget=1.5)))
    assert not isinstance(outcome, NotSent)
    assert len(driver.of(Send)) == 2


def test_files_for_all_but_the_last_account_are_uploaded_without_a_second_try() -> None:
    """While another account is left, a busy storage is not waited for."""
    offers = [(Offer("one", "vidu"), False), (Offer("two", "vidu"), True)]
    budgets: list[float] = []

    def prepare(offered: Offer, retry: RetryPolicy) -> Flow[Attempt]:
        budgets.append(retry.budget)
        yield Now()
        return attempt(account=offered.account)

    driver = Scripted(busy(), created())
    flow = submit_flow(offers, prepare, retry=STEADY, settle=ONE_LOOK, claims=Claims(), observe=lambda _account, _outcome: None)
    driver.run(flow)
    assert budgets == [0.0, STEADY.budget]
