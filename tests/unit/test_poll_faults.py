"""Failed polls and odd answers: none of them ends a wait, and a broken list is replaced by single status calls."""

from __future__ import annotations

import logging
from typing import Final

import pytest
from adapters import VIDU_SHAPED
from attrs import evolve
from paid import reply
from polling import DONE, FILM, SILENCE, PollSimulation, always, in_turn, result_of, state_of, waiting_for_one

from vidu_ext.flows.poll import EMPTY_ANSWERS, FAULTS_BEFORE_ASKING_ALONE, check_result
from vidu_ext.values.errors import ResultMissingError, WaitTimeoutError
from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.tasks import Object, Output, Snapshot, TaskRef, TaskState

FAULTS: Final[dict[str, Reply | ExchangeError]] = {
    "silence": SILENCE,
    "server error": reply(500, {"reason": "InternalServiceFailure"}),
    "busy": reply(429),
    "redirect": reply(302),
    "success of something else": reply(200, {"hello": "world"}),
    "web page": reply(200, b"<html>"),
    "server error inside a success": reply(200, {"code": 500, "reason": "InternalServiceFailure"}),
}


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_failed_poll_ends_no_wait_and_is_repeated_after_growing_pauses(provider: str, fault: Reply | ExchangeError) -> None:
    simulation, waiter = waiting_for_one(provider)
    simulation.answers = always(fault)
    simulation.run(100.0)
    assert simulation.times == [0, 2, 4, 8, 16, 32, 62, 92]
    assert waiter.misses == 8
    assert waiter.ends == []
    simulation.answers = in_turn()
    simulation.states["1"] = DONE
    simulation.run(130.0)
    assert state_of(waiter.end) is TaskState.SUCCEEDED


def test_answer_ends_the_growth_of_pauses() -> None:
    simulation, _ = waiting_for_one()
    simulation.answers = in_turn(SILENCE, SILENCE, SILENCE, None, SILENCE)
    simulation.run(12.0)
    assert simulation.times == [0, 2, 4, 8, 10, 12]


def test_failure_of_the_last_poll_is_kept_until_the_next_answer() -> None:
    simulation, waiter = waiting_for_one()
    polled = simulation.queue.join(TaskRef("studio", "1"), waiter, 0.0)
    simulation.answers = in_turn(reply(503, {"message": "closed for tonight"}))
    simulation.run(0.0)
    assert polled.failure is not None
    assert "closed for tonight" in polled.failure
    simulation.run(2.0)
    assert polled.failure is None


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
@pytest.mark.parametrize(("asked", "next_time"), [("40", 40.0), ("1", 2.0), ("99999", 3_600.0)])
def test_next_poll_follows_retry_after_of_up_to_an_hour(provider: str, asked: str, next_time: float) -> None:
    simulation, _ = waiting_for_one(provider)
    simulation.answers = in_turn(reply(429, {}, {"retry-after": asked}))
    simulation.run(4_000.0)
    assert simulation.times[:2] == [0.0, next_time]


def test_failure_after_the_last_wait_was_given_up_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Once, Ctrl-C closed the client, and the request in flight logged its failure below the advice how to continue."""
    simulation, waiter = waiting_for_one()
    (request,) = simulation.request()
    for polled in request.polled_tasks:
        simulation.queue.leave(polled, waiter)
    simulation.answers = always(ExchangeError("the client was closed", sent=True))
    simulation.answer([request])
    assert caplog.records == []


# -- odd answers ----------------------------------------------------------------------------------------------------------


def test_state_that_goes_backwards_or_is_unknown_does_not_end_a_wait() -> None:
    simulation, waiter = waiting_for_one("comfy")
    words = ["processing", "queueing", "success", "polishing", "created", "processing"]
    simulation.answers = in_turn(*(reply(200, {"state": word}) for word in words))
    simulation.states["1"] = DONE
    simulation.run(60.0)
    assert waiter.words == words
    assert state_of(waiter.end) is TaskState.SUCCEEDED


WITHOUT_MAIN_FILE: Final[dict[str, Object]] = {
    "no creation": {"creations": []},
    "cover": {"creations": [{"id": "c", "url": "", "cover_url": "https://files.example/1.png"}]},
    "no URL": {"creations": [{"id": "c", "url": "pending"}]},
    "sound": {"creations": [{"id": "c", "speech_url": "https://files.example/1.mp3", "bgm_url": "https://files.example/2.mp3"}]},
    "watermarked": {"creations": [{"id": "c", "watermarked_url": "https://files.example/1.mp4"}]},
    "moderation": {"creations": [{"id": "c", "moderation_url": ["https://files.example/1.mp4"]}]},
}


@pytest.mark.parametrize("provider", VIDU_SHAPED)
@pytest.mark.parametrize("members", WITHOUT_MAIN_FILE.values(), ids=WITHOUT_MAIN_FILE)
def test_success_without_a_main_file_is_polled_until_the_file_is_there(provider: str, members: Object) -> None:
    """Once, the cover came before the film: the wait ended with a result that had none of the kind asked for."""
    simulation, waiter = waiting_for_one(provider)
    simulation.states["1"] = {"state": "success", **members}
    simulation.run(5.0)
    assert set(waiter.words) == {"success"}
    assert waiter.ends == []
    simulation.states["1"] = DONE
    simulation.run(60.0)
    assert [output.url for output in result_of(waiter.end).outputs] == [FILM["url"]]


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
@pytest.mark.parametrize(
    ("case", "kinds", "reason"), [("no creation", [], "names no file"), ("cover", ["cover"], "names no main file, only: cover")]
)
def test_success_without_a_main_file_is_an_error_after_four_answers(
    provider: str, case: str, kinds: list[str], reason: str
) -> None:
    simulation, waiter = waiting_for_one(provider)
    simulation.states["1"] = {"state": "success", **WITHOUT_MAIN_FILE[case]}
    simulation.run(300.0)
    assert simulation.operations.count("getCreations") == EMPTY_ANSWERS == 4
    assert isinstance(waiter.end, ResultMissingError)
    assert waiter.end.snapshot is not None
    assert [output.kind for output in waiter.end.snapshot.outputs] == kinds
    assert reason in str(waiter.end)


def test_film_under_an_unknown_word_is_a_result_and_a_cover_is_none() -> None:
    cover, film = Output("cover", "https://files.example/1"), Output("video", "https://files.example/2")
    snapshot = Snapshot(TaskRef("vidu", "1"), TaskState.UNKNOWN, "rendering", {}, outputs=(cover,))
    with pytest.raises(WaitTimeoutError):
        check_result(snapshot)
    check_result(evolve(snapshot, outputs=(cover, film)))


# -- broken lists ---------------------------------------------------------------------------------------------------------


def test_faults_of_a_list_are_forgotten_when_it_works_again() -> None:
    """Only faults in a row count; a list that fails now and then is still one request for a hundred tasks."""
    simulation = PollSimulation()
    simulation.join("1", "2")
    faults = [reply(500)] * (FAULTS_BEFORE_ASKING_ALONE - 1)
    simulation.answers = in_turn(*faults, None, *faults, None, *faults)
    simulation.run(600.0)
    assert set(simulation.operations) == {"listTasks"}


def test_list_that_keeps_failing_costs_a_single_call_only_after_three_more_faults() -> None:
    """Once, each further fault of the list took one more request for each task."""
    simulation = PollSimulation()
    simulation.join("1", "2", "3")
    faults = iter([reply(500)] * (2 * FAULTS_BEFORE_ASKING_ALONE - 1))
    simulation.answers = lambda request: next(faults, None) if request.is_list else None
    simulation.run(600.0)
    assert simulation.operations.count("getCreations") == 3
    assert simulation.operations[-9:] == ["listTasks"] * 9


@pytest.mark.parametrize("answer", [reply(200, b"<html>"), reply(200, {"items": []}), reply(302), reply(500)])
def test_tasks_of_an_unreadable_list_are_polled_by_themselves(answer: Reply, caplog: pytest.LogCaptureFixture) -> None:
    """Once, an unreadable list with status 200 kept all its tasks waiting for ever."""
    simulation = PollSimulation()
    simulation.states |= {"1": {"state": "failed"}, "2": {"state": "failed"}}
    waiters = simulation.join("1", "2")
    simulation.answers = lambda request: answer if request.is_list else None
    simulation.run(600.0)
    assert [len(waiter.ends) for waiter in waiters] == [1, 1]
    assert "the state of 2 tasks cannot be read now" in caplog.text
    assert "studio answers status calls but not list requests; each task is polled by itself" in caplog.text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410])
def test_tasks_of_a_refused_list_are_polled_by_themselves_with_one_warning(status: int, caplog: pytest.LogCaptureFixture) -> None:
    simulation = PollSimulation()
    waiters = simulation.join("1", "2", "3")
    simulation.answers = lambda request: reply(status, {"message": "gone"}) if request.is_list else None
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        simulation.run(4.0)
    assert simulation.operations == ["listTasks"] + ["getCreations"] * 6
    assert simulation.times == [0, 2, 2, 2, 4, 4, 4]
    assert len(caplog.records) == 1
    assert all(waiter.words == ["processing"] * 2 for waiter in waiters)
