"""What ends a wait: a final state, a refusal, or a mistake of this package; and how listeners come and go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from paid import reply
from polling import DONE, Waiter, World, always, in_turn, lists_one_task, state_of

from vidu_ext.flows.poll import NEWBORN_SECONDS, Conclusion, PolledTask, conclude
from vidu_ext.flows.sightings import UNCERTAIN_SHARE
from vidu_ext.flows.wait import WaitSet, in_order
from vidu_ext.providers import PROVIDERS
from vidu_ext.providers.dialect_vidu import ViduShaped
from vidu_ext.values.errors import (
    ConfigurationError,
    TaskCanceledError,
    TaskError,
    TaskFailedError,
    TaskModeratedError,
    WaitRefusedError,
)
from vidu_ext.values.exchange import Call
from vidu_ext.values.tasks import Json, Object, Result, Snapshot, TaskRef, TaskState

ENDS: Final[list[tuple[dict[str, Json], TaskState, type[TaskFailedError]]]] = [
    ({"state": "failed", "err_code": "InternalServiceFailure"}, TaskState.FAILED, TaskFailedError),
    ({"state": "failed", "err_code": "CreationPolicyViolation"}, TaskState.FAILED, TaskModeratedError),
    ({"state": "failed", "err_code": "UserCancelled"}, TaskState.CANCELED, TaskCanceledError),
]


@pytest.mark.parametrize(("answer", "state", "kind"), ENDS)
def test_error_code_of_a_failed_task_decides_its_error(answer: Object, state: TaskState, kind: type[TaskFailedError]) -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.states["1"] = answer
    world.run(0.0)
    assert state_of(waiter.end) is state
    with pytest.raises(TaskFailedError) as caught:
        conclude(waiter.end)
    assert type(caught.value) is kind
    assert caught.value.ref == TaskRef("studio", "1")


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
    world = World(provider)
    (waiter,) = world.join("1")
    world.run(2.0)
    world.answers = always(reply(status, {"reason": "Unauthorized", "message": "who are you"}))
    world.run(60.0)
    assert world.operations == operations
    assert isinstance(waiter.end, WaitRefusedError)
    assert (waiter.end.status, waiter.end.code) == (status, "Unauthorized")
    assert waiter.end.snapshot is not None
    assert len(world.queue) == 0


@pytest.mark.parametrize("status", [400, 402, 404, 405, 422])
def test_refusal_ends_the_wait_for_a_task_that_is_older_than_a_minute(status: int) -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.run(NEWBORN_SECONDS)
    asked = len(world.asked)
    world.answers = always(reply(status, {"message": "no such id"}))
    world.run(120.0)
    assert len(world.asked) == asked + 1
    assert isinstance(waiter.end, WaitRefusedError)
    assert waiter.end.snapshot is not None


UNKNOWN_YET: Final = [
    (400, {"code": "task_not_exist", "message": "任务不存在", "data": None}),
    (400, {"code": 400, "reason": "BadRequest", "message": "record not found"}),
    (400, {"reason": "TaskNotFound"}),
    (402, {"error": "no such generation"}),
    (403, b"<html><title>403 Forbidden</title></html>"),
    (404, b""),
    (404, {"reason": "TaskNotFound"}),
    (405, {"detail": "Not allowed"}),
    (410, {"error": {"code": "gone", "message": "tarea inexistente"}}),
    (422, {"detail": [{"msg": "unknown id"}]}),
    (200, {"code": 400, "message": "task is not exist"}),
    (200, {"id": "1", "state": "failed", "err_code": "TaskNotFound"}),
]
"""How gateways were seen to say, or may say, that they do not know a task."""


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("status", "body"), UNKNOWN_YET, ids=str)
def test_refusal_of_a_young_task_does_not_end_its_wait(provider: str, status: int, body: object, *, is_new: bool) -> None:
    """Once, a gateway that learned of its tasks two seconds late answered 400, and the wait for a paid film ended at once."""
    world = World(provider)
    (waiter,) = world.join("1", is_new=is_new)
    world.states["1"] |= {"status": "IN_PROGRESS"}
    world.answers = in_turn(*[reply(status, body)] * 3)
    world.run(NEWBORN_SECONDS)
    assert waiter.misses == 3
    assert waiter.ends == []
    assert waiter.words


NOT_ABOUT_THE_TASK: Final = [
    (401, {"message": "task not found"}),
    (403, {"reason": "Forbidden"}),
    (400, {"reason": "CreditInsufficient"}),
    (400, {"reason": "CreationPolicyViolation"}),
    (400, {"reason": "ModelUnavailable"}),
    (200, {"code": 401, "reason": "Unauthorized"}),
]


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
@pytest.mark.parametrize(("status", "body"), NOT_ABOUT_THE_TASK, ids=str)
def test_refused_key_ends_only_the_wait_for_a_task_that_was_not_submitted_here(provider: str, status: int, body: object) -> None:
    """Once, a gateway answered 401 for tasks that it did not know yet; the key had created them a second before."""
    world = World(provider)
    (new,) = world.join("1", is_new=True)
    (other,) = world.join("2")
    world.answers = always(reply(status, body))
    world.run(NEWBORN_SECONDS / 2)
    assert isinstance(other.end, WaitRefusedError)
    assert new.ends == []
    world.run(NEWBORN_SECONDS * 3)
    assert isinstance(new.end, WaitRefusedError)


def test_list_that_is_refused_while_its_tasks_are_young_ends_no_wait() -> None:
    world = World()
    waiters = world.join("1", "2", "3", is_new=True)
    world.answers = in_turn(reply(401, {"message": "who are you"}))
    world.run(20.0)
    assert world.operations[0] == "listTasks"
    assert all(waiter.words and not waiter.ends for waiter in waiters)


def test_task_that_stays_unknown_for_a_minute_ends_its_wait() -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.answers = always(reply(404, {"reason": "TaskNotFound"}))
    world.run(300.0)
    assert world.times == [0, 2, 4, 8, 16, 32, 62]
    assert world.times[-1] > NEWBORN_SECONDS
    assert isinstance(waiter.end, WaitRefusedError)
    assert waiter.end.status == 404


# -- mistakes on our side -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("poll", ["textToVideo", "listTasks", "noSuchOperation"])
def test_reference_with_a_wrong_status_call_is_refused_and_other_waits_go_on(poll: str) -> None:
    world = World()
    (waiter,) = world.join("1")
    with pytest.raises(ConfigurationError, match=poll):
        world.queue.join(TaskRef("studio", "2", poll), Waiter(), 0.0)
    world.run(0.0)
    assert waiter.words == ["processing"]
    assert len(world.queue) == 1


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
def test_task_whose_request_cannot_be_built_ends_only_its_own_wait(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def status_call(self: ViduShaped, ref: TaskRef) -> Call:
        if ref.task_id == "2":
            raise UnicodeEncodeError("utf-8", ref.task_id, 0, 1, "surrogates not allowed")
        return usual(self, ref)

    def list_call(self: ViduShaped, task_ids: Sequence[str]) -> Call:
        if "2" in task_ids:
            raise UnicodeEncodeError("utf-8", "2", 0, 1, "surrogates not allowed")
        return usual_list(self, task_ids)

    usual, usual_list = ViduShaped.status_call, ViduShaped.list_call
    monkeypatch.setattr(ViduShaped, "status_call", status_call)
    monkeypatch.setattr(ViduShaped, "list_call", list_call)
    world = World(provider)
    first, broken, third = world.join("1", "2", "3")
    world.run(1.0)
    assert isinstance(broken.end, TaskError)
    assert isinstance(broken.end.__cause__, UnicodeEncodeError)
    assert "is charged" in str(broken.end)
    world.states["1"] = world.states["3"] = DONE
    world.run(60.0)
    assert [state_of(waiter.end) for waiter in (first, third)] == [TaskState.SUCCEEDED] * 2


def test_exception_of_a_listener_ends_the_wait_for_its_task_once_for_each_listener() -> None:
    world = World()
    ended, broken = world.join("1", "2")
    world.states["1"] = DONE

    class Clumsy(Waiter):
        def seen(self, polled: PolledTask, snapshot: Snapshot) -> None:
            raise RuntimeError(f"a bug at {polled.ref}, {snapshot.word}")

    clumsy = Clumsy()
    world.queue.join(TaskRef("studio", "2"), clumsy, 0.0)
    world.run(60.0)
    assert state_of(ended.end) is TaskState.SUCCEEDED
    assert isinstance(broken.end, TaskError)
    assert isinstance(clumsy.end, TaskError)
    assert isinstance(clumsy.end.__cause__, RuntimeError)


# -- listeners ------------------------------------------------------------------------------------------------------------


def test_two_waits_for_a_task_share_its_polls() -> None:
    world = World("comfy")
    (first,), (second,) = world.join("1"), world.join("1")
    world.run(0.0)
    assert len(world.asked) == 1
    world.states["1"] = DONE
    world.run(2.0)
    assert first.end == second.end
    assert len(world.queue) == 0


def test_task_is_polled_until_its_last_listener_has_left() -> None:
    world = World()
    first, second = Waiter(), Waiter()
    world.states["1"] = {"state": "processing"}
    polled = world.queue.join(TaskRef("studio", "1"), first, 0.0)
    assert world.queue.join(TaskRef("studio", "1"), second, 0.0) is polled
    world.queue.leave(polled, first)
    world.run(2.0)
    assert (first.words, second.words) == ([], ["processing", "processing"])
    world.queue.leave(polled, second)
    world.queue.leave(polled, second)
    assert len(world.queue) == 0
    assert world.queue.next_due() is None


def test_answer_to_a_request_of_before_does_not_reach_a_task_that_joined_again() -> None:
    world = World()
    waiter = Waiter()
    world.states["1"] = {"state": "processing"}
    polled = world.queue.join(TaskRef("studio", "1"), waiter, 0.0)
    requests = world.request()
    world.queue.leave(polled, waiter)
    (again,) = world.join("1")
    world.answer(requests)
    assert waiter.words == again.words == []
    world.run(0.0)
    assert again.words == ["processing"]
    assert len(world.asked) == 2


def test_listener_that_leaves_at_the_end_does_not_disturb_the_others() -> None:
    world = World()
    world.states["1"] = DONE

    class Leaver(Waiter):
        def ended(self, polled: PolledTask, conclusion: Conclusion) -> None:
            super().ended(polled, conclusion)
            world.queue.leave(polled, self)

    first, second = Leaver(), Leaver()
    world.queue.join(TaskRef("studio", "1"), first, 0.0)
    world.queue.join(TaskRef("studio", "1"), second, 0.0)
    world.run(0.0)
    assert first.end == second.end


def test_hurry_polls_a_task_once_more_at_a_deadline() -> None:
    world = World("comfy")
    world.states["1"] = {"state": "processing"}
    polled = world.queue.join(TaskRef("studio", "1"), Waiter(), 0.0)
    world.answers = in_turn(reply(429, {}, {"retry-after": "40"}))
    world.run(5.0)
    world.queue.hurry(polled, 5.0)
    world.queue.hurry(polled, 5.0)
    world.run(5.0)
    assert world.times == [0.0, 5.0]
    assert world.queue.next_due() == 7.0


def test_hurry_polls_neither_a_task_in_flight_nor_one_that_was_left() -> None:
    world = World()
    waiter = Waiter()
    world.states["1"] = {"state": "processing"}
    polled = world.queue.join(TaskRef("studio", "1"), waiter, 0.0)
    requests = world.request()
    world.queue.hurry(polled, 0.0)
    assert world.request() == []
    world.answer(requests)
    world.queue.leave(polled, waiter)
    world.queue.hurry(polled, 1.0)
    assert world.queue.next_due() is None


def test_impossible_charge_ends_no_wait_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    (waiter,) = world.join("1")
    world.states["1"] = {**DONE, "credits": -5}
    world.run(0.0)
    assert state_of(waiter.end) is TaskState.SUCCEEDED
    assert "studio says that studio:1 costs -5, which is not a number of credits" in caplog.text


def test_end_of_a_task_at_its_first_poll_is_remembered() -> None:
    world = World()
    world.join("1")
    world.states["1"] = DONE
    world.run(0.0)
    assert vars(world.queue)["_sightings"].youth(TaskRef("studio", "1"), 0.0) == UNCERTAIN_SHARE


# -- several tasks in one wait --------------------------------------------------------------------------------------------


def waiting(world: World, *task_ids: str) -> WaitSet:
    wait_set = WaitSet(lambda: None, wants_snapshots=False)
    for task_id in task_ids:
        world.states.setdefault(task_id, {"state": "processing"})
        wait_set.join(world.queue, TaskRef("studio", task_id), None, 0.0)
    return wait_set


def texts(wait_set: WaitSet) -> list[str]:
    return [str(news) for _, news in wait_set.news()]


def test_wait_whose_time_is_over_names_the_last_failure_or_says_that_no_answer_came() -> None:
    world = World("comfy")
    wait_set = waiting(world, "1")
    assert wait_set.unseen() == {TaskRef("studio", "1"): "no answer came"}
    world.answers = always(reply(503, {"message": "away."}))
    world.run(0.0)
    assert wait_set.unseen() == {TaskRef("studio", "1"): "HTTP 503, away"}
    wait_set.give_up(9.0, 0.0)
    assert waiting(world, "2").unseen() == {TaskRef("studio", "2"): "no answer came"}
    assert "The last status call failed: HTTP 503, away. If the task exists" in texts(wait_set)[0]


def test_wait_without_any_answer_says_so_when_its_time_is_over() -> None:
    wait_set = waiting(World(), "1")
    wait_set.give_up(9.0, 0.0)
    assert "failed: no answer came. If the task exists" in texts(wait_set)[0]


def test_failure_of_the_poll_loop_is_shown_as_one_sentence() -> None:
    world = World()
    wait_set = waiting(world, "1")
    world.queue.break_down(RuntimeError("a bug."))
    assert "cannot continue: RuntimeError: a bug. The task keeps running" in texts(wait_set)[0]


def test_wait_in_a_forked_child_ends_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_set = waiting(World(), "1")
    monkeypatch.setattr("vidu_ext.flows.wait.this_process", object)
    assert wait_set.has_news()
    assert "it began before the process was forked, and continues in the parent" in texts(wait_set)[0]


def test_first_error_of_several_is_raised_with_their_number_or_all_are_returned() -> None:
    refs = [TaskRef("studio", name) for name in "abc"]
    errors = [TaskError(f"{ref} broke", ref) for ref in refs]
    ended: dict[TaskRef, Result | TaskError] = dict(zip(refs, errors, strict=True))
    assert in_order(refs, ended, raises=False) == errors
    with pytest.raises(TaskError, match="studio:a broke") as caught:
        in_order(refs, ended, raises=True)
    assert "3 of 3 tasks ended without a result" in caught.value.__notes__[0]
