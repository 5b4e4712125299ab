"""What ends a wait: a final state, a refusal, or a mistake of this package; and how listeners come and go."""

from __future__ import annotations

from typing import Final
from unittest.mock import Mock

import pytest
from paid import reply
from polling import DONE, PollSimulation, Waiter, always, in_turn, lists_one_task, state_of, waiting_for_one

from vidu_ext.flows.poll import NEWBORN_SECONDS, PolledTask
from vidu_ext.flows.wait import WaitSet, in_order
from vidu_ext.providers import PROVIDERS
from vidu_ext.providers.base import Provider
from vidu_ext.values.errors import ConfigurationError, TaskError, WaitRefusedError
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import Result, Snapshot, TaskRef, TaskState


def waiting_with_handle(provider: str = "vidu") -> tuple[PollSimulation, Waiter, PolledTask]:
    """Return a simulation, the waiter for the task "1", and the task in the queue."""
    simulation, waiter = PollSimulation(provider), Waiter()
    simulation.states["1"] = {"state": "processing"}
    return simulation, waiter, simulation.queue.join(TaskRef("studio", "1"), waiter, 0.0)


# -- refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "status", "operations"),
    [
        ("vidu", 401, ["listTasks"] * 3),
        ("vidu", 403, ["listTasks"] * 3 + ["getCreations"]),  # the key may lack only the permission to list
        ("comfy", 401, ["getCreations"] * 3),
        ("comfy", 403, ["getCreations"] * 3),
    ],
)
@lists_one_task
def test_refused_key_ends_the_wait(provider: str, status: int, operations: list[str]) -> None:
    simulation, waiter = waiting_for_one(provider)
    simulation.run(2.0)
    simulation.answers = always(reply(status, {"reason": "Unauthorized", "message": "who are you"}))
    simulation.run(60.0)
    assert simulation.operations == operations
    assert isinstance(waiter.end, WaitRefusedError)
    assert (waiter.end.status, waiter.end.code) == (status, "Unauthorized")
    assert waiter.end.snapshot is not None
    assert len(simulation.queue) == 0


@pytest.mark.parametrize("status", [400, 404, 422])
def test_refusal_ends_the_wait_for_a_task_that_is_older_than_a_minute(status: int) -> None:
    simulation, waiter = waiting_for_one("comfy")
    simulation.run(NEWBORN_SECONDS)
    asked = len(simulation.asked)
    simulation.answers = always(reply(status, {"message": "no such id"}))
    simulation.run(120.0)
    assert len(simulation.asked) == asked + 1
    assert isinstance(waiter.end, WaitRefusedError)
    assert waiter.end.snapshot is not None


UNKNOWN_YET: Final = [
    (400, {"code": "task_not_exist", "message": "任务不存在", "data": None}),
    (400, {"code": 400, "reason": "BadRequest", "message": "record not found"}),
    (403, b"<html><title>403 Forbidden</title></html>"),
    (404, b""),
    (200, {"code": 400, "message": "task is not exist"}),
    (200, {"id": "1", "state": "failed", "err_code": "TaskNotFound"}),
]
"""How gateways were seen to say, or may say, that they do not know a task."""


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize(("status", "body"), UNKNOWN_YET, ids=str)
def test_refusal_of_a_young_task_does_not_end_its_wait(status: int, body: object, *, is_new: bool) -> None:
    """Once, a gateway that learned of its tasks two seconds late answered 400, and the wait for a paid film ended at once."""
    for provider in PROVIDERS:
        simulation = PollSimulation(provider)
        (waiter,) = simulation.join("1", is_new=is_new)
        simulation.states["1"] |= {"status": "IN_PROGRESS"}
        simulation.answers = in_turn(*[reply(status, body)] * 3)
        simulation.run(NEWBORN_SECONDS)
        assert (waiter.misses, waiter.ends) == (3, []), provider
        assert waiter.words


NOT_FOUND: Final = reply(404, {"reason": "TaskNotFound"})


@pytest.mark.parametrize(
    ("answer", "end"), [(NOT_FOUND, WaitRefusedError), (reply(200, {"state": "failed", "err_code": "TaskNotFound"}), Snapshot)]
)
def test_wait_for_a_task_that_is_never_found_ends_after_a_minute(answer: Reply, end: type[Snapshot | TaskError]) -> None:
    """Once, the pause before the last poll was not cut to what was left of the minute, and it ended after 62 to 85 s."""
    simulation, waiter = waiting_for_one("comfy")
    simulation.answers = always(answer)
    simulation.run(NEWBORN_SECONDS * 2)
    assert isinstance(waiter.end, end)
    assert simulation.times[-1] == NEWBORN_SECONDS


@pytest.mark.parametrize(("is_seen", "ends"), [(False, True), (True, False)])
def test_minute_of_a_task_that_is_not_found_includes_an_earlier_wait_unless_it_was_seen(is_seen: bool, ends: bool) -> None:
    """Once, each wait began the minute anew: waits of 45 s in a row never ended for a reference that does not exist."""
    simulation, first, polled = waiting_with_handle("comfy")
    simulation.answers = in_turn(*[None] * is_seen, *[NOT_FOUND] * 20)
    simulation.run(NEWBORN_SECONDS * 0.75)
    simulation.queue.leave(polled, first)
    (second,) = simulation.join("1")
    simulation.run(NEWBORN_SECONDS * 1.5)
    assert first.ends == []
    assert [type(end) for end in second.ends] == [WaitRefusedError] * ends


NOT_ABOUT_THE_TASK: Final = [
    (401, {"message": "task not found"}),
    (403, {"reason": "Forbidden"}),
    (400, {"reason": "CreditInsufficient"}),
    (400, {"reason": "CreationPolicyViolation"}),
    (200, {"code": 401, "reason": "Unauthorized"}),
]


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
@pytest.mark.parametrize(("status", "body"), NOT_ABOUT_THE_TASK, ids=str)
def test_refused_key_ends_only_the_wait_for_a_task_that_was_not_submitted_here(provider: str, status: int, body: object) -> None:
    """Once, a gateway answered 401 for tasks that it did not know yet; the key had created them a second before."""
    simulation = PollSimulation(provider)
    (submitted,) = simulation.join("1", is_new=True)
    (other,) = simulation.join("2")
    simulation.answers = always(reply(status, body))
    simulation.run(NEWBORN_SECONDS / 2)
    assert isinstance(other.end, WaitRefusedError)
    assert submitted.ends == []
    simulation.run(NEWBORN_SECONDS * 3)
    assert isinstance(submitted.end, WaitRefusedError)


@pytest.mark.parametrize("poll", ["textToVideo", "listTasks", "noSuchOperation"])
def test_reference_with_a_wrong_status_call_is_refused_and_other_waits_go_on(poll: str) -> None:
    simulation, waiter = waiting_for_one()
    with pytest.raises(ConfigurationError, match=poll):
        simulation.queue.join(TaskRef("studio", "2", poll), Waiter(), 0.0)
    simulation.run(0.0)
    assert waiter.words == ["processing"]
    assert len(simulation.queue) == 1


# -- mistakes on our side -------------------------------------------------------------------------------------------------


def test_exception_of_a_listener_ends_the_wait_for_its_task_once_for_each_listener() -> None:
    simulation = PollSimulation()
    other, beside = simulation.join("1", "2")
    simulation.states["1"] = DONE

    class RaisingWaiter(Waiter):
        def answered(self, polled: PolledTask, snapshot: Snapshot | None) -> None:
            raise RuntimeError(f"a bug at {polled.ref}, {snapshot}")

    raising = RaisingWaiter()
    simulation.queue.join(TaskRef("studio", "2"), raising, 0.0)
    simulation.run(60.0)
    assert state_of(other.end) is TaskState.SUCCEEDED
    assert isinstance(beside.end, TaskError)
    assert isinstance(raising.end, TaskError)
    assert isinstance(raising.end.__cause__, RuntimeError)


# -- listeners ------------------------------------------------------------------------------------------------------------


def test_task_is_polled_until_its_last_listener_has_left() -> None:
    simulation, first, polled = waiting_with_handle()
    second = Waiter()
    assert simulation.queue.join(TaskRef("studio", "1"), second, 0.0) is polled
    simulation.queue.leave(polled, first)
    simulation.run(2.0)
    assert (first.words, second.words) == ([], ["processing", "processing"])
    simulation.queue.leave(polled, second)
    simulation.queue.leave(polled, second)
    assert len(simulation.queue) == 0
    assert simulation.queue.next_due() is None


def test_hurry_polls_a_task_once_more_at_a_deadline() -> None:
    simulation, _, polled = waiting_with_handle("comfy")
    simulation.answers = in_turn(reply(429, {}, {"retry-after": "40"}))
    simulation.run(5.0)
    simulation.queue.hurry(polled, 5.0)
    simulation.queue.hurry(polled, 5.0)
    simulation.run(5.0)
    assert simulation.times == [0.0, 5.0]
    assert simulation.queue.next_due() == 7.0


def test_impossible_charge_ends_no_wait_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    simulation, waiter = waiting_for_one()
    simulation.states["1"] = {**DONE, "credits": -5}
    simulation.run(0.0)
    assert state_of(waiter.end) is TaskState.SUCCEEDED
    assert "studio says that studio:1 costs -5, which is not a number of credits" in caplog.text


# -- several tasks in one wait --------------------------------------------------------------------------------------------


def waiting(simulation: PollSimulation, *task_ids: str) -> WaitSet:
    wait_set = WaitSet(lambda: None, wants_snapshots=False)
    for task_id in task_ids:
        simulation.states.setdefault(task_id, {"state": "processing"})
        wait_set.join(simulation.queue, TaskRef("studio", task_id), None, 0.0)
    return wait_set


def news_of(wait_set: WaitSet) -> list[str]:
    return [str(news) for _, news in wait_set.news()]


def test_wait_whose_time_is_over_names_the_last_failure_or_says_that_no_answer_came() -> None:
    simulation = PollSimulation("comfy")
    wait_set = waiting(simulation, "1")
    assert wait_set.unseen() == {TaskRef("studio", "1"): "no answer came"}
    simulation.answers = always(reply(503, {"message": "away."}))
    simulation.run(0.0)
    wait_set.give_up(9.0, 0.0)
    assert "The last status call failed: HTTP 503, away. If the task exists" in news_of(wait_set)[0]


def test_waits_that_end_together_read_their_page_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, each task read the whole page again: ten thousand waits at one deadline blocked the event loop for seconds."""
    simulation = PollSimulation()
    wait_set = waiting(simulation, *map(str, range(50)))
    simulation.run(0.0)
    rows = Mock(wraps=simulation.queue.provider.rows)
    monkeypatch.setattr(Provider, "rows", rows)
    wait_set.give_up(9.0, 0.0)
    assert len(news_of(wait_set)) == 50
    rows.assert_called_once()


def test_failure_of_the_poll_loop_is_shown_as_one_sentence() -> None:
    simulation = PollSimulation()
    wait_set = waiting(simulation, "1")
    simulation.queue.break_down(RuntimeError("a bug."))
    assert "cannot continue: RuntimeError: a bug. The task keeps running" in news_of(wait_set)[0]


def test_wait_in_a_forked_child_ends_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_set = waiting(PollSimulation(), "1")
    monkeypatch.setattr("vidu_ext.flows.wait.this_process", object)
    assert wait_set.has_news()
    assert "it began before the process was forked, and continues in the parent" in news_of(wait_set)[0]


def test_first_error_of_several_is_raised_with_their_number_or_all_are_returned() -> None:
    refs = [TaskRef("studio", name) for name in "abc"]
    errors = [TaskError(f"{ref} broke", ref) for ref in refs]
    ended: dict[TaskRef, Result | TaskError] = dict(zip(refs, errors, strict=True))
    assert in_order(refs, ended, raises=False) == errors
    with pytest.raises(TaskError, match="studio:a broke") as caught:
        in_order(refs, ended, raises=True)
    assert "3 of 3 tasks ended without a result" in caught.value.__notes__[0]
