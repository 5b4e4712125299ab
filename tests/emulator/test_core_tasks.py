"""The life of a task: state changes by the clock, the limit on running tasks, queue order, cancelling, credits, forgetting."""

from __future__ import annotations

from itertools import pairwise
from math import nan
from typing import Final

import httpx
import pytest
from core_calls import BODIES, CREATE, ORIGIN, PROVIDERS, Calls, Provider, auth
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_ext.emulator import Clock, Emulator, EmulatorTransport
from vidu_ext.emulator.clock import LAST_MOMENT
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

WORDS: Final = ("created", "queueing", "processing", "processing", "success", "success")
"""The words of a task shaped like Vidu's, before it runs, while it runs, and after its end."""
WORDS_OF: Final[dict[Provider, tuple[str, ...]]] = {
    "skills_video": ("IN_QUEUE", "IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED", "COMPLETED"),
}


def _balance(calls: Calls) -> Object:
    return as_object(as_list(calls.ask("vidu", "GET", "/ent/v2/credits").json["remains"])[0])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_task_waits_runs_and_ends_by_the_clock_alone(provider: Provider) -> None:
    calls = Calls(queue_seconds=1.0, processing_seconds=4.0)
    task = calls.create(provider)
    words: list[Json] = []
    for seconds in (0.0, 0.9, 0.2, 3.8, 0.2, 500.0):
        calls.step(seconds)
        words.append(calls.word(task, provider))
    assert tuple(words) == WORDS_OF.get(provider, WORDS)


def test_progress_grows_while_a_task_runs_and_reaches_100_only_at_the_end() -> None:
    calls = Calls(queue_seconds=1.0, processing_seconds=10.0)
    task = calls.create()
    seen: list[Json] = []
    for seconds in (0.5, 0.5, 5.0, 4.999, 0.001):
        calls.step(seconds)
        seen.append(calls.status(task)["progress"])
    assert seen == [0, 0, 50, 99, 100]


def test_large_step_starts_each_task_when_a_slot_became_free() -> None:
    calls = Calls(concurrency=1, queue_seconds=0.0, processing_seconds=10.0)
    tasks = [calls.create() for _ in range(3)]
    calls.step(1_000.0)
    ended = [paid.ended or 0.0 for paid in calls.emulator.ledger.paid]
    assert [round(later - earlier, 6) for earlier, later in pairwise(ended)] == [10.0, 10.0]
    assert {str(calls.word(task)) for task in tasks} == {"success"}


def test_two_accounts_do_not_wait_for_each_other() -> None:
    calls = Calls(concurrency=1, queue_seconds=0.0)
    calls.create()
    other = calls.create(key="another-key")
    calls.step(0.1)
    assert calls.status(other, key="another-key")["state"] == "processing"
    assert calls.emulator.ledger.highest_running == {("vidu", 1): 1, ("vidu", 2): 1}


def test_off_peak_task_waits_longer_costs_less_and_stays_successful_after_two_days() -> None:
    calls = Calls(queue_seconds=1.0, processing_seconds=1.0, off_peak_seconds=60.0)
    soon = calls.create(audio=True)
    late = calls.create(audio=True, off_peak=True)
    calls.step(30.0)
    assert (calls.word(soon), calls.word(late)) == ("success", "queueing")
    for seconds in (33.0, 172_800.0):
        calls.step(seconds)
        assert calls.word(late) == "success"
    assert (calls.status(soon)["credits"], calls.status(late)["credits"]) == (55, 30), "5 seconds at 11 and at 6 credits a second"


OFF_PEAK: Object = {**BODIES["vidu"], "audio": True, "off_peak": True}


@pytest.mark.parametrize(
    ("off_peak_seconds", "processing_seconds", "before"), [(200_000.0, 1.0, "queueing"), (0.0, 200_000.0, "processing")]
)
def test_off_peak_task_that_has_not_ended_after_two_days_fails_and_is_refunded(
    off_peak_seconds: float, processing_seconds: float, before: str
) -> None:
    calls = Calls(queue_seconds=1.0, processing_seconds=processing_seconds, off_peak_seconds=off_peak_seconds, concurrency=1)
    credits_ = _balance(calls)["credit_remain"]
    late = calls.create(body=OFF_PEAK)
    calls.step(172_799.0)
    assert calls.word(late) == before
    calls.step(1.0)
    status = calls.status(late)
    assert (status["state"], status["err_code"], status["credits"]) == ("failed", "Unknown", 0)
    assert _balance(calls)["credit_remain"] == credits_
    next_one = calls.create()
    calls.step(1.0)
    assert calls.word(next_one) == "processing", "its place is free"
    calls.step(200_000.0)
    assert calls.word(late) == "failed"


# -- cancel ---------------------------------------------------------------------------------------------------------------


def test_task_that_waits_is_cancelled_once_at_no_cost_and_gives_its_place_to_the_next() -> None:
    """The API does not document the answer to a second cancel. Here it succeeds, so that a retried one does not look refused."""
    calls = Calls(concurrency=1, queue_seconds=0.0, processing_seconds=10.0)
    before = _balance(calls)["credit_remain"]
    _, second, third = (calls.create() for _ in range(3))
    calls.step(1.0)
    answers = [calls.ask("vidu", "POST", f"/ent/v2/tasks/{second}/cancel", {"id": second}).value for _ in range(2)]
    status = calls.status(second)
    assert answers == [{}, {}]
    assert (status["state"], status["err_code"], status["credits"]) == ("failed", "UserCancelled", 0)
    calls.step(10.0)
    assert (calls.word(second), calls.word(third)) == ("failed", "processing")
    assert _balance(calls)["credit_remain"] == int(str(before)) - 2 * 55


@pytest.mark.parametrize(("seconds", "word"), [(2.0, "scheduled"), (100.0, "success")])
def test_task_that_runs_or_is_over_cannot_be_cancelled(seconds: float, word: str) -> None:
    calls = Calls()
    task = calls.create()
    calls.step(seconds)
    answer = calls.ask("vidu", "POST", f"/ent/v2/tasks/{task}/cancel", {"id": task})
    assert (answer.status, answer.json["message"]) == (400, f"task state is {word}, can not cancel")
    calls.step(100.0)
    assert calls.word(task) == "success"


# -- credits --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_account_without_credits_is_refused_and_makes_no_task(provider: Provider) -> None:
    calls = Calls(credits={provider: 5.0})
    answer = calls.ask(provider, "POST", CREATE[provider], BODIES[provider])
    assert answer.status == 402
    assert "insufficient credits" in str(answer.json["message"]).lower()
    assert calls.emulator.ledger.paid == ()


# -- forgetting -----------------------------------------------------------------------------------------------------------


def test_only_finished_tasks_are_forgotten_the_oldest_first() -> None:
    calls = Calls(max_tasks=3, queue_seconds=0.0, processing_seconds=1.0)
    ledger = calls.emulator.ledger
    finished = [calls.finished() for _ in range(3)]
    unfinished = [calls.create()]
    assert [paid.id for paid in ledger.paid] == [*finished[1:], *unfinished]
    unfinished += [calls.create() for _ in range(3)]
    assert [paid.id for paid in ledger.paid] == unfinished, "unfinished tasks stay even beyond max_tasks"
    assert calls.ask("vidu", "GET", f"/ent/v2/tasks/{finished[0]}/creations").status == 404


def test_reset_forgets_everything_and_gives_out_no_id_again() -> None:
    calls = Calls("kind=html_502,operation=status")
    task = calls.create()
    calls.emulator.reset()
    assert calls.emulator.ledger.paid == () and calls.emulator.faults.rules == ()
    assert calls.ask("vidu", "GET", f"/ent/v2/tasks/{task}/creations").status == 404
    assert calls.create() != task
    assert calls.emulator.ledger.counts[("vidu", "textToVideo")] == 1


@settings(max_examples=60)
@given(
    steps=st.lists(st.tuples(st.sampled_from(["create", "cancel", "step"]), st.floats(0, 3)), max_size=30),
    concurrency=st.integers(1, 3),
)
def test_limits_and_credits_hold_for_any_requests_in_any_order(steps: list[tuple[str, float]], concurrency: int) -> None:
    calls = Calls(concurrency=concurrency, queue_seconds=0.5, processing_seconds=2.0, credits={"vidu": 1_000.0})
    tasks: list[str] = []
    for what, amount in steps:
        if what == "create" and len(tasks) < 18:
            tasks.append(calls.create())
        elif what == "cancel" and tasks:
            task = tasks[int(amount * 7) % len(tasks)]
            calls.ask("vidu", "POST", f"/ent/v2/tasks/{task}/cancel", {"id": task})
        elif what == "step":
            calls.step(amount)
        words = [calls.word(task) for task in tasks]
        assert words.count("processing") <= concurrency
        waiting = [index for index, word in enumerate(words) if word in ("created", "queueing")]
        begun = [index for index, word in enumerate(words) if word in ("processing", "success")]
        assert not waiting or not begun or max(begun) < min(waiting), words
        balance = _balance(calls)
        assert balance["credit_remain"] == 1_000 - 55 * sum(word != "failed" for word in words)
        assert balance["current_concurrency"] == words.count("processing")
        assert (balance["queue_count"], balance["concurrency_limit"]) == (len(waiting), concurrency)
    calls.step(1_000.0)
    assert {str(calls.word(task)) for task in tasks} <= {"success", "failed"}


# -- the clock ------------------------------------------------------------------------------------------------------------


def test_clock_stops_at_the_last_date_that_can_be_written() -> None:
    emulator = Emulator(clock=Clock(rate=1_000_000, start=LAST_MOMENT - 1))
    emulator.clock.step(LAST_MOMENT)
    with httpx.Client(transport=EmulatorTransport(emulator), base_url=ORIGIN) as client:
        answer = client.get("/ent/v2/credits", headers=auth("vidu"))
    assert (answer.status_code, answer.headers["date"]) == (200, "Wed, 01 Jan 9000 00:00:00 GMT")
    assert not emulator.ledger.internal_errors


@pytest.mark.parametrize(
    "members", [{"rate": -1}, {"rate": 1e12}, {"rate": nan}, {"start": 1e300}, {"start": nan}, {"start": -1}]
)
def test_clock_with_an_impossible_rate_or_start_is_refused(members: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError, match="clock"):
        Clock(**members)
