"""Waiting for many tasks: how few requests it takes, that nothing but an end ends a wait, and how often is asked."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import pytest
from attrs import evolve
from paid import reply

from vidu_ext.flows import poll as poll_module
from vidu_ext.flows.policy import PollPolicy, RetryPolicy
from vidu_ext.flows.poll import (
    EMPTY_ANSWERS,
    FAULTS_BEFORE_ASKING_ALONE,
    MISSES_BEFORE_ASKING_ALONE,
    NEWBORN_SECONDS,
    Conclusion,
    Listener,
    PolledTask,
    PollQueue,
    PollRequest,
    check_result,
    conclude,
)
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.dialect_vidu import ViduShaped
from vidu_ext.values.errors import (
    ConfigurationError,
    ResultMissingError,
    TaskCanceledError,
    TaskError,
    TaskFailedError,
    TaskModeratedError,
    WaitRefusedError,
    WaitTimeoutError,
)
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.tasks import Json, Object, Output, OutputKind, Result, Snapshot, TaskRef, TaskState

STEADY: Final = PollPolicy(jitter=0.0)
PATIENT: Final = RetryPolicy(jitter=0.0)
FILM: Final[Object] = {"id": "c1", "url": "https://example.com/a.mp4"}
COVER: Final[OutputKind] = "cover"
VIDEO: Final[OutputKind] = "video"
SILENCE: Final = ExchangeError("no answer within 30 s", sent=True)

Answer = Reply | ExchangeError | None
"""None for the answer that the provider's ledger give."""


class Waiter(Listener):
    """Somebody who waits and writes down what is told."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.misses = 0
        self.ends: list[Conclusion] = []
        self.etas: list[float | None] = []

    def seen(self, polled: PolledTask, snapshot: Snapshot) -> None:
        assert not self.ends
        assert snapshot.ref == polled.ref
        self.words.append(snapshot.word)
        self.etas.append(snapshot.eta)

    def missed(self, polled: PolledTask) -> None:
        assert polled.failure is not None
        self.misses += 1

    def ended(self, polled: PolledTask, conclusion: Conclusion) -> None:
        assert conclusion.ref == polled.ref
        self.ends.append(conclusion)

    @property
    def end(self) -> Conclusion:
        assert len(self.ends) == 1
        return self.ends[0]


class World:
    """A provider with tasks, a clock that only its own loop moves, and a poll queue that asks for the tasks."""

    def __init__(
        self,
        provider: str = "vidu",
        *,
        poll: PollPolicy = STEADY,
        chance: Callable[[], float] = lambda: 0.0,
        most: int = 1_000,
    ) -> None:
        self.queue = PollQueue("studio", provider_named(provider), poll=poll, retry=PATIENT, chance=chance)
        self.now = 0.0
        self.most = most
        self.asked: list[tuple[float, str, tuple[str, ...]]] = []
        """When, with which operation, for which tasks."""
        self.states: dict[str, Object] = {}
        self.unlisted: set[str] = set()
        self.answers: Callable[[PollRequest], Answer] = lambda _: None
        """What comes in place of the ordinary answer."""

    def join(self, *task_ids: str, poll: str | None = None, is_new: bool = False, estimate: float | None = None) -> list[Waiter]:
        waiters = [Waiter() for _ in task_ids]
        for task_id, waiter in zip(task_ids, waiters, strict=True):
            self.states.setdefault(task_id, {"state": "processing"})
            self.queue.join(TaskRef("studio", task_id, poll), waiter, self.now, is_new=is_new, estimate=estimate)
        return waiters

    def request(self) -> list[PollRequest]:
        """What the queue asks now, written down and not yet answered."""
        requests = self.queue.take_due(self.now, most=self.most)
        assert len(requests) <= self.most
        for request in requests:
            names = tuple(polled.ref.task_id for polled in request.polled_tasks)
            self.asked.append((self.now, request.call.operation, names))
            if request.is_list:
                assert tuple(request.call.request["params"]["task_ids"]) == names
        return requests

    def answer(self, requests: Iterable[PollRequest]) -> None:
        for request in requests:
            self.queue.answered(request, self.answers(request) or self._ordinary(request), self.now)

    def run(self, until: float) -> None:
        """Ask and answer until this time."""
        while (due := self.queue.next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self.answer(self.request())
        self.now = until

    @property
    def times(self) -> list[float]:
        return [moment for moment, _, _ in self.asked]

    @property
    def operations(self) -> list[str]:
        return [operation for _, operation, _ in self.asked]

    def _ordinary(self, request: PollRequest) -> Reply:
        names = [polled.ref.task_id for polled in request.polled_tasks]
        if not request.is_list:
            return reply(200, {"id": names[0], **self.states[names[0]]})
        return reply(200, {"tasks": [{"id": name, **self.states[name]} for name in names if name not in self.unlisted]})


@pytest.fixture
def single_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is asked for one task too."""
    monkeypatch.setattr(poll_module, "FEW_TASKS", 0)


lists_one_task = pytest.mark.usefixtures("single_list")


def always(answer: Reply | ExchangeError) -> Callable[[PollRequest], Answer]:
    return lambda _: answer


def in_turn(*answers: Answer) -> Callable[[PollRequest], Answer]:
    """One answer after the other, then the ordinary one for ever."""
    left = iter(answers)
    return lambda _: next(left, None)


def state_of(conclusion: Conclusion) -> TaskState:
    assert not isinstance(conclusion, TaskError), conclusion
    return conclusion.state


# -- how many requests ----------------------------------------------------------------------------------------------------


def test_a_thousand_tasks_cost_a_thousand_requests() -> None:
    world = World()
    waiters = world.join(*map(str, range(1, 1_001)))
    world.run(0.0)
    assert world.operations == ["listTasks"] * 10
    world.run(60.0)
    assert world.operations == ["listTasks"] * 10 * 31  # every two seconds
    for name in world.states:
        world.states[name] = {"state": "success", "creations": [FILM]}
    for name in ("7", "77", "777"):
        world.states[name] = {"state": "failed"}
    world.asked.clear()
    world.run(120.0)
    assert world.operations == ["listTasks"] * 10 + ["getCreations"] * 3
    assert sorted(name for _, operation, names in world.asked if operation == "getCreations" for name in names) == [
        "7",
        "77",
        "777",
    ]
    assert all(len(waiter.ends) == 1 for waiter in waiters)


def test_chance_tears_the_lists_apart() -> None:
    world = World(poll=PollPolicy(jitter=0.2), chance=random.Random(1).random)  # noqa: S311
    world.join(*map(str, range(1, 1_001)))
    world.run(60.0)
    assert set(world.operations) == {"listTasks"}
    assert len(world.asked) <= 10 * (60 / 1.6 + 1)


def test_single_task_is_asked_for_by_the_route_that_says_how_far_it_is() -> None:
    world = World()
    (waiter,) = world.join("1")
    world.run(4.0)
    assert world.operations == ["getCreations"] * 3
    world.join("2")
    world.run(6.0)
    assert world.operations[-1] == "listTasks"
    assert waiter.misses == 0


def test_a_list_request_goes_out_half_empty() -> None:
    world = World()
    world.join("1", "2")
    world.run(1.0)
    world.join("3")
    world.run(1.0)
    assert world.asked == [(0.0, "listTasks", ("1", "2")), (1.0, "listTasks", ("3", "1", "2"))]
    world.run(3.0)
    assert world.asked[2:] == [(3.0, "listTasks", ("3", "1", "2"))]


def test_a_list_request_holds_more_than_a_page() -> None:
    world = World()
    world.join(*map(str, range(101)))
    world.run(0.0)
    assert [len(names) for _, _, names in world.asked] == [100, 1]


def test_a_provider_without_a_list_is_asked_for_one() -> None:
    world = World("comfy")
    world.join("1", "2", "3")
    world.run(0.0)
    assert world.asked == [(0.0, "getCreations", ("1",)), (0.0, "getCreations", ("2",)), (0.0, "getCreations", ("3",))]


def test_a_task_with_a_status_call_of_its_own_is_listed() -> None:
    world = World()
    world.join("9", poll="getMusicVideo")
    world.join("1")
    world.run(4.0)
    assert [asked for asked in world.asked if asked[1] != "listTasks"] == [
        (0.0, "getMusicVideo", ("9",)), (2.0, "getMusicVideo", ("9",)), (4.0, "getMusicVideo", ("9",)),
    ]  # fmt: skip


def test_a_task_that_is_asked_alone_is_drawn_along_by_a_list_request() -> None:
    world = World()
    world.join("9", poll="getMusicVideo")
    world.run(1.0)
    world.join("1")
    world.run(1.0)
    assert world.asked == [(0.0, "getMusicVideo", ("9",)), (1.0, "listTasks", ("1",))]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_more_requests_are_made_at_once_than_are_allowed(most: int) -> None:
    world = World(most=most)
    world.join("1")
    world.join("8", "9", poll="getMusicVideo")
    world.join(*map(str, range(100, 220)))
    requests = world.request()
    assert len(requests) == most
    world.answer(requests)
    world.run(0.0)
    assert {name for _, _, names in world.asked for name in names} == {"1", "8", "9", *map(str, range(100, 220))}


def test_nothing_is_allowed_and_yet_asked() -> None:
    world = World(most=0)
    world.join("1")
    assert world.request() == []
    assert world.queue.next_due() == 0.0


def test_a_task_is_asked_twice_at_once() -> None:
    world = World()
    world.join("1")
    (request,) = world.request()
    assert world.request() == []
    assert world.queue.next_due() is None
    world.answer([request])
    assert world.queue.next_due() == 2.0


# -- tasks that the list leaves out ---------------------------------------------------------------------------------------


@lists_one_task
def test_a_task_that_the_list_leaves_out_is_waited_for_in_vain() -> None:
    world = World()
    (waiter,) = world.join("1")
    world.unlisted.add("1")
    world.run(6.0)
    assert world.operations == ["listTasks"] * MISSES_BEFORE_ASKING_ALONE + ["getCreations"]
    assert waiter.words == ["processing"]
    world.unlisted.clear()
    world.run(10.0)
    assert world.operations[4:] == ["listTasks", "listTasks"]


@lists_one_task
def test_a_single_gap_in_the_list_costs_a_request() -> None:
    world = World()
    world.join("1")
    for gap in (True, True, False, True, True, False):
        world.unlisted = {"1"} if gap else set()
        world.run(world.now)
        world.now += 2.0
    assert world.operations == ["listTasks"] * 6


def test_a_task_that_stays_out_of_the_list_is_never_seen_to_end() -> None:
    world = World()
    (waiter,) = world.join("1")
    world.unlisted.add("1")
    world.run(20.0)
    world.states["1"] = {"state": "success", "creations": [FILM]}
    world.run(40.0)
    assert state_of(waiter.end) is TaskState.SUCCEEDED


@pytest.mark.parametrize("own", [{"state": "failed", "err_code": "AuditSubmitIllegal"}, {"state": "failed"}])
@lists_one_task
def test_a_failure_without_a_reason_is_not_asked_for_its_reason(own: Object) -> None:
    world = World()
    (waiter,) = world.join("1")
    world.answers = in_turn(reply(200, {"tasks": [{"id": "1", "state": "failed"}]}))
    world.states["1"] = own
    world.run(60.0)
    assert world.asked == [(0.0, "listTasks", ("1",)), (0.0, "getCreations", ("1",))]
    with pytest.raises(TaskModeratedError if "err_code" in own else TaskFailedError):
        conclude(waiter.end)


@lists_one_task
def test_a_failure_with_a_reason_costs_another_request() -> None:
    world = World()
    (waiter,) = world.join("1")
    world.states["1"] = {"state": "failed", "err_code": "AuditSubmitIllegal"}
    world.run(60.0)
    assert world.operations == ["listTasks"]
    assert not isinstance(waiter.end, TaskError)
    assert waiter.end.error_code == "AuditSubmitIllegal"


@lists_one_task
def test_files_that_the_list_does_not_show_are_missing() -> None:
    world = World()
    (waiter,) = world.join("1")
    world.answers = in_turn(reply(200, {"tasks": [{"id": "1", "state": "success"}]}))
    world.states["1"] = {"state": "success", "creations": [FILM]}
    world.run(60.0)
    assert world.asked == [(0.0, "listTasks", ("1",)), (0.0, "getCreations", ("1",))]
    assert isinstance(conclude(waiter.end), Result)


@lists_one_task
def test_a_reason_that_could_not_be_asked_for_is_forgotten() -> None:
    world = World()
    (waiter,) = world.join("1")
    world.answers = in_turn(reply(200, {"tasks": [{"id": "1", "state": "failed"}]}), SILENCE, reply(500))
    world.states["1"] = {"state": "failed", "err_code": "CreditInsufficient"}
    world.run(60.0)
    assert world.asked[1:] == [(moment, "getCreations", ("1",)) for moment in (0.0, 2.0, 4.0)]
    assert len(waiter.ends) == 1


# -- what does not end a wait ---------------------------------------------------------------------------------------------

FAULTS: Final[dict[str, Reply | ExchangeError]] = {
    "silence": SILENCE,
    "not sent": ExchangeError("no route to host", sent=False),
    "server error": reply(500, {"reason": "InternalServiceFailure"}),
    "bad gateway": reply(502, b"<html>"),
    "busy": reply(429),
    "timeout": reply(408),
    "conflict": reply(409),
    "client hung up": reply(499),
    "redirect": reply(302),
    "empty success": reply(200, b""),
    "success of something else": reply(200, {"hello": "world"}),
    "web page": reply(200, b"<html>"),
    "server error inside a success": reply(200, {"code": 500, "reason": "InternalServiceFailure"}),
}


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_failed_call_ends_a_wait_or_is_repeated_without_a_breath(provider: str, fault: Reply | ExchangeError) -> None:
    world = World(provider)
    (waiter,) = world.join("1")
    world.answers = always(fault)
    world.run(100.0)
    assert world.times == [0, 2, 4, 8, 16, 32, 62, 92]
    assert waiter.misses == 8
    assert waiter.ends == []
    world.answers = in_turn()
    world.states["1"] = {"state": "success", "creations": [FILM]}
    world.run(130.0)
    assert state_of(waiter.end) is TaskState.SUCCEEDED


def test_an_answer_does_not_take_back_the_caution() -> None:
    world = World()
    world.join("1")
    world.answers = in_turn(SILENCE, SILENCE, SILENCE, None, SILENCE)
    world.run(12.0)
    assert world.times == [0, 2, 4, 8, 10, 12]


def test_the_failure_of_the_last_call_is_not_told() -> None:
    world = World()
    polled = world.queue.join(TaskRef("studio", "1"), Waiter(), 0.0)
    world.states["1"] = {"state": "processing"}
    world.answers = in_turn(reply(503, {"message": "closed for tonight"}))
    world.run(0.0)
    assert polled.failure is not None
    assert "closed for tonight" in polled.failure
    world.run(2.0)
    assert polled.failure is None


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
@pytest.mark.parametrize(("asked", "next_time"), [("40", 40.0), ("1", 2.0), ("99999", 3_600.0)])
def test_a_server_that_asks_to_wait_is_not_heard(provider: str, asked: str, next_time: float) -> None:
    world = World(provider)
    world.join("1")
    world.answers = in_turn(reply(429, {}, {"retry-after": asked}))
    world.run(4_000.0)
    assert world.times[:2] == [0.0, next_time]


def test_an_unknown_word_does_not_end_a_wait() -> None:
    world = World()
    waiters = world.join("1", "2")
    world.states = {"1": {"state": "rendering"}, "2": {"state": "rendering"}}
    world.run(10.0)
    world.states = {"1": {"state": "polishing"}, "2": {"state": "rendering"}}
    world.run(12.0)
    assert waiters[0].words == ["rendering"] * 6 + ["polishing"]
    world.states["1"] = {"state": "success", "creations": [FILM]}
    world.run(20.0)
    assert state_of(waiters[0].end) is TaskState.SUCCEEDED
    assert waiters[1].ends == []


def test_a_state_that_goes_backwards_confuses_a_wait() -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    words: list[Object] = [
        {"state": "processing"}, {"state": "queueing"}, {"state": "success"}, {"state": "created"}, {"state": "processing"},
    ]  # fmt: skip
    world.answers = in_turn(*(reply(200, word) for word in words))
    world.states["1"] = {"state": "success", "creations": [FILM]}
    world.run(60.0)
    assert waiter.words == ["processing", "queueing", "success", "created", "processing"]
    assert state_of(waiter.end) is TaskState.SUCCEEDED


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
def test_a_success_without_files_is_taken_for_the_end_or_for_ever(provider: str) -> None:
    world = World(provider)
    (waiter,) = world.join("1")
    world.states["1"] = {"state": "success", "creations": []}
    world.run(300.0)
    assert world.operations.count("getCreations") == EMPTY_ANSWERS == 4
    assert isinstance(waiter.end, ResultMissingError)


BY_PRODUCTS: Final[list[Object]] = [
    {"creations": [{"id": "c", "url": "", "cover_url": "https://files.example/1.png"}]},
    {"creations": [{"id": "c", "speech_url": "https://files.example/1.mp3", "bgm_url": "https://files.example/2.mp3"}]},
    {"creations": [{"id": "c", "watermarked_url": "https://files.example/1.mp4"}]},
    {"creations": [{"id": "c", "moderation_url": ["https://files.example/1.mp4"]}]},
    {"data_records": {"bgm_records": [{"creation_url": "https://files.example/1.mp3"}]}},
]


@pytest.mark.parametrize("provider", ["vidu", "comfy", "zenlayer"])
@pytest.mark.parametrize("named", BY_PRODUCTS, ids=str)
def test_a_success_that_names_only_by_products_is_asked_for_again(provider: str, named: Object) -> None:
    """The cover came before the film: the wait ended with a result that had none of the kind asked for."""
    world = World(provider)
    (waiter,) = world.join("1")
    world.states["1"] = {"state": "success", **named}
    world.run(5.0)
    assert set(waiter.words) == {"success"}
    assert waiter.ends == []
    world.states["1"] = {"state": "success", "creations": [FILM]}
    world.run(60.0)
    assert [output.url for output in conclude(waiter.end).outputs] == ["https://example.com/a.mp4"]


def test_a_result_that_stays_without_a_main_file_is_missing_and_keeps_its_by_products() -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.states["1"] = {"state": "success", **BY_PRODUCTS[0]}
    world.run(300.0)
    assert len(world.asked) == EMPTY_ANSWERS
    assert isinstance(waiter.end, ResultMissingError)
    assert waiter.end.snapshot is not None
    assert [output.kind for output in waiter.end.snapshot.outputs] == ["cover"]
    assert "names no main file, only: cover" in str(waiter.end)


def test_a_cover_under_an_unknown_word_is_no_result() -> None:
    cover, film = (Output(kind, "https://files.example/1") for kind in (COVER, VIDEO))
    snapshot = Snapshot(TaskRef("vidu", "1"), TaskState.UNKNOWN, "rendering", {}, outputs=(cover,))
    with pytest.raises(WaitTimeoutError):
        check_result(snapshot)
    check_result(evolve(snapshot, outputs=(cover, film)))


def test_files_that_come_a_little_later_are_missing() -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.answers = in_turn(*[reply(200, {"state": "success"})] * 3)
    world.states["1"] = {"state": "success", "creations": [FILM]}
    world.run(300.0)
    assert len(world.asked) == 4
    assert isinstance(conclude(waiter.end), Result)


# -- what ends a wait -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "status", "operations"),
    [
        ("vidu", 401, ["listTasks"] * 3),
        ("vidu", 403, ["listTasks"] * 3 + ["getCreations"]),  # the key may be one that must not list
        ("comfy", 401, ["getCreations"] * 3),
        ("comfy", 403, ["getCreations"] * 3),
    ],
)
@lists_one_task
def test_a_refused_key_is_waited_for(provider: str, status: int, operations: list[str]) -> None:
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


def test_a_key_refused_inside_a_success_is_waited_for() -> None:
    world = World()
    waiters = world.join("1", "2")
    world.answers = always(reply(200, {"code": 401, "reason": "Unauthorized"}))
    world.run(60.0)
    assert all(isinstance(waiter.end, WaitRefusedError) for waiter in waiters)


@pytest.mark.parametrize("status", [400, 402, 405, 422])
def test_a_refusal_ends_the_wait_for_a_task_that_is_not_young(status: int) -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.run(NEWBORN_SECONDS)
    asked = len(world.asked)
    world.answers = always(reply(status, {"message": "no such id"}))
    world.run(120.0)
    assert len(world.asked) == asked + 1
    assert isinstance(waiter.end, WaitRefusedError)


UNKNOWN_YET: Final = [
    (400, {"code": "task_not_exist", "message": "任务不存在", "data": None}),
    (400, {"code": 400, "reason": "BadRequest", "message": "record not found"}),
    (402, {"error": "no such generation"}),
    (403, b"<html><title>403 Forbidden</title></html>"),
    (404, b""),
    (405, {"detail": "Not allowed"}),
    (410, {"error": {"code": "gone", "message": "tarea inexistente"}}),
    (422, {"detail": [{"msg": "unknown id"}]}),
    (200, {"code": 400, "message": "task is not exist"}),
]
"""How gateways were seen to say, or may say, that they do not know a task."""


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("status", "body"), UNKNOWN_YET, ids=str)
def test_a_young_task_that_is_refused_in_any_words_is_waited_for(
    provider: str, status: int, body: object, *, is_new: bool
) -> None:
    """A gateway that learned of its tasks two seconds late answered 400, and the wait for a paid film ended at once."""
    world = World(provider)
    (waiter,) = world.join("1", is_new=is_new)
    world.states["1"] |= {"status": "IN_PROGRESS"}
    world.answers = in_turn(*[reply(status, body)] * 3)
    world.run(NEWBORN_SECONDS)
    assert waiter.misses == 3
    assert waiter.ends == []
    assert waiter.words


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"message": "task not found"}),
        (403, {"reason": "Forbidden"}),
        (400, {"reason": "CreditInsufficient"}),
        (400, {"reason": "CreationPolicyViolation"}),
        (400, {"reason": "ModelUnavailable"}),
    ],
)
def test_a_refusal_that_is_not_about_the_task_ends_the_wait_for_a_young_one(status: int, body: object) -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.answers = always(reply(status, body))
    world.run(60.0)
    assert len(world.asked) == 1
    assert isinstance(waiter.end, WaitRefusedError)


@pytest.mark.parametrize("answer", [reply(404, {"reason": "TaskNotFound"}), reply(400, {"reason": "TaskNotFound"})])
def test_a_task_that_the_provider_does_not_know_yet_is_given_up(answer: Reply) -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.answers = in_turn(answer, answer, answer)
    world.run(20.0)
    assert world.times[:4] == [0, 2, 4, 8]
    assert waiter.words
    assert waiter.ends == []


def test_a_task_that_the_provider_never_knows_is_waited_for_for_ever() -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.answers = always(reply(404, {"reason": "TaskNotFound"}))
    world.run(300.0)
    assert world.times == [0, 2, 4, 8, 16, 32, 62]
    assert world.times[-1] > NEWBORN_SECONDS
    assert isinstance(waiter.end, WaitRefusedError)
    assert waiter.end.status == 404


def test_an_old_task_that_is_gone_is_waited_for() -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.run(100.0)
    world.answers = always(reply(404, {"reason": "TaskNotFound"}))
    world.run(200.0)
    assert isinstance(waiter.end, WaitRefusedError)
    assert waiter.end.snapshot is not None


def test_list_that_works_again_takes_back_its_faults() -> None:
    """Faults in a row count; a list that fails now and then is still one request for a hundred tasks."""
    world = World()
    world.join("1", "2")
    faults = [reply(500)] * (FAULTS_BEFORE_ASKING_ALONE - 1)
    world.answers = in_turn(*faults, None, *faults, None, *faults)
    world.run(600.0)
    assert set(world.operations) == {"listTasks"}


def test_list_that_fails_on_is_doubted_anew_only_after_as_many_faults_again() -> None:
    """Each further fault of the list took one more request for each task."""
    world = World()
    world.join("1", "2", "3")
    faults = iter([reply(500)] * (2 * FAULTS_BEFORE_ASKING_ALONE - 1))
    world.answers = lambda request: next(faults, None) if request.is_list else None
    world.run(600.0)
    assert world.operations.count("getCreations") == 3
    assert world.operations[-9:] == ["listTasks"] * 9


@pytest.mark.parametrize("answer", [reply(200, b"<html>"), reply(200, {"items": []}), reply(302), reply(500)], ids=str)
def test_list_that_cannot_be_read_is_doubted(answer: Reply) -> None:
    """A list of which nothing can be read, with status 200, kept every task of it waiting for ever."""
    world = World()
    world.states |= {"1": {"state": "failed"}, "2": {"state": "failed"}}
    waiters = world.join("1", "2")
    world.answers = lambda request: answer if request.is_list else None
    world.run(600.0)
    assert [len(waiter.ends) for waiter in waiters] == [1, 1]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410])
def test_a_list_that_is_closed_ends_every_wait(status: int, caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    waiters = world.join("1", "2", "3")
    world.answers = lambda request: reply(status, {"message": "gone"}) if request.is_list else None
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        world.run(4.0)
    assert world.operations == ["listTasks"] + ["getCreations"] * 6
    assert world.times == [0, 2, 2, 2, 4, 4, 4]
    assert len(caplog.records) == 1
    assert all(waiter.words == ["processing"] * 2 for waiter in waiters)


ENDS: Final[list[tuple[dict[str, Json], TaskState, type[TaskFailedError]]]] = [
    ({"state": "failed", "err_code": "InternalServiceFailure"}, TaskState.FAILED, TaskFailedError),
    ({"state": "failed", "err_code": "CreationPolicyViolation"}, TaskState.FAILED, TaskModeratedError),
    ({"state": "failed", "err_code": "UserCancelled"}, TaskState.CANCELED, TaskCanceledError),
]


@pytest.mark.parametrize(("answer", "state", "kind"), ENDS)
def test_a_task_that_failed_is_told_as_something_else(answer: Object, state: TaskState, kind: type[TaskFailedError]) -> None:
    world = World("comfy")
    (waiter,) = world.join("1")
    world.states["1"] = answer
    world.run(0.0)
    assert state_of(waiter.end) is state
    with pytest.raises(TaskFailedError) as caught:
        conclude(waiter.end)
    assert type(caught.value) is kind
    assert caught.value.ref == TaskRef("studio", "1")


def test_the_end_of_a_wait_is_asked_for_again() -> None:
    world = World()
    world.join("1", "2")
    world.states["1"] = {"state": "success", "creations": [FILM]}
    world.run(2.0)
    assert [names for _, _, names in world.asked] == [("1", "2"), ("2",)]
    assert len(world.queue) == 1


def test_request_that_fails_after_its_wait_was_given_up_is_not_reported(caplog: pytest.LogCaptureFixture) -> None:
    """Ctrl-C closes the client, and the request on its way then fails: that was said below the command to go on with."""
    world = World()
    [waiter] = world.join("1")
    under_way = world.request()
    for polled in under_way[0].polled_tasks:
        world.queue.leave(polled, waiter)
    world.answers = always(ExchangeError("the client was closed", sent=True))
    world.answer(under_way)
    assert caplog.records == []


# -- how often ------------------------------------------------------------------------------------------------------------


def test_an_old_task_is_asked_for_as_often_as_a_young_one() -> None:
    world = World("comfy")
    world.join("1")
    world.run(110.0)
    assert world.times == pytest.approx(
        [0, 2, 4, 6, 8, 10, 12, 14.4, 17.28, 20.736, 24.8832, 29.85984, 35.831808, 42.99817,
         51.597804, 61.917364, 74.300837, 89.161004, 104.161004]
    )  # fmt: skip


def test_an_old_task_in_a_list_is_asked_for_as_seldom_as_one_alone() -> None:
    world = World()
    world.join("1")
    world.run(2_000.0)
    pauses = [after - before for before, after in zip(world.times, world.times[1:], strict=False)]
    assert pauses[:33] == [2.0] * 33
    assert pauses == pytest.approx(sorted(pauses))
    assert pauses[-1] == pytest.approx(15.0)


def test_a_new_task_is_asked_for_in_the_same_breath() -> None:
    world = World()
    world.join("1", is_new=True)
    world.run(3.0)
    assert world.times == [2.0]


def test_an_estimate_keeps_a_task_from_being_asked_for() -> None:
    world = World("comfy")
    world.join("1", is_new=True, estimate=20.0)
    world.run(22.0)
    assert world.times == pytest.approx([10.0, 15.0, 18.0, 21.6])


def test_an_estimate_lengthens_a_pause_beyond_the_ceiling() -> None:
    world = World("comfy")
    world.join("1", is_new=True, estimate=3_600.0)
    world.run(60.0)
    assert world.times == [15.0, 30.0, 45.0, 60.0]


def test_an_estimate_in_a_status_answer_is_not_heard() -> None:
    world = World("comfy")
    world.join("1")
    world.answers = in_turn(reply(200, {"state": "queueing"}, {"x-comfy-estimated-duration-seconds": "24"}))
    world.run(18.0)
    assert world.times == [0.0, 12.0, 18.0]


def test_an_estimate_keeps_a_listed_task_from_being_asked_for() -> None:
    world = World()
    world.join("1", is_new=True, estimate=3_600.0)
    world.run(4.0)
    assert world.times == [2.0, 4.0]


# -- coming and going -----------------------------------------------------------------------------------------------------


def test_a_task_that_two_wait_for_is_asked_for_twice() -> None:
    world = World("comfy")
    (first,), (second,) = world.join("1"), world.join("1")
    world.run(0.0)
    assert len(world.asked) == 1
    world.states["1"] = {"state": "success", "creations": [FILM]}
    world.run(2.0)
    assert first.end == second.end
    assert len(world.queue) == 0


def test_one_of_two_who_wait_takes_the_task_along_when_it_leaves() -> None:
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


def test_a_task_that_was_left_while_it_was_asked_for_comes_back() -> None:
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


def test_a_listener_that_leaves_at_the_end_breaks_the_others() -> None:
    world = World()
    world.states["1"] = {"state": "success", "creations": [FILM]}

    class Leaver(Waiter):
        def ended(self, polled: PolledTask, conclusion: Conclusion) -> None:
            super().ended(polled, conclusion)
            world.queue.leave(polled, self)

    first, second = Leaver(), Leaver()
    world.queue.join(TaskRef("studio", "1"), first, 0.0)
    world.queue.join(TaskRef("studio", "1"), second, 0.0)
    world.run(0.0)
    assert first.end == second.end


def test_a_deadline_does_not_bring_a_last_question() -> None:
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


def test_a_hurry_asks_for_what_is_asked_for_or_forgotten() -> None:
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


@pytest.mark.parametrize("poll", ["textToVideo", "listTasks", "noSuchOperation"])
def test_a_reference_with_a_nonsensical_status_call_breaks_every_other_wait(poll: str) -> None:
    world = World()
    (waiter,) = world.join("1")
    with pytest.raises(ConfigurationError, match=poll):
        world.queue.join(TaskRef("studio", "2", poll), Waiter(), 0.0)
    world.run(0.0)
    assert waiter.words == ["processing"]
    assert len(world.queue) == 1


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
def test_a_task_whose_question_cannot_be_written_ends_the_waits_for_others(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(self: ViduShaped, ref: TaskRef) -> Call:
        if ref.task_id == "2":
            raise UnicodeEncodeError("utf-8", ref.task_id, 0, 1, "surrogates not allowed")
        return usual(self, ref)

    def listed(self: ViduShaped, task_ids: Sequence[str]) -> Call:
        if "2" in task_ids:
            raise UnicodeEncodeError("utf-8", "2", 0, 1, "surrogates not allowed")
        return usual_list(self, task_ids)

    usual, usual_list = ViduShaped.status_call, ViduShaped.list_call
    monkeypatch.setattr(ViduShaped, "status_call", written)
    monkeypatch.setattr(ViduShaped, "list_call", listed)
    world = World(provider)
    first, broken, third = world.join("1", "2", "3")
    world.run(1.0)
    assert isinstance(broken.end, TaskError)
    assert isinstance(broken.end.__cause__, UnicodeEncodeError)
    assert "stays paid" in str(broken.end)
    world.states["1"] = world.states["3"] = {"state": "success", "creations": [FILM]}
    world.run(60.0)
    assert [state_of(waiter.end) for waiter in (first, third)] == [TaskState.SUCCEEDED] * 2


def test_a_mistake_of_our_own_is_told_twice_or_never() -> None:
    world = World()
    ended, broken = world.join("1", "2")
    world.states["1"] = {"state": "success", "creations": [FILM]}

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
