"""Many waits for many tasks, in processes that start and end: each wait ends, once, and never with a wrong result.

A machine plays a provider that answers late, wrong or not at all, states that go forwards and backwards, and waiters that start
waiting, stop waiting and ask for a quick answer. Requests and answers are separate steps, so that answers come out of order and
may be old.
"""

from __future__ import annotations

import json
from typing import ClassVar, Final, Literal, get_args

import polling
import pytest
from attrs import define, field
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from stateful import SETTINGS

from vidu_ext.flows.policy import PollPolicy, RetryPolicy
from vidu_ext.flows.poll import EMPTY_ANSWERS, NEWBORN_SECONDS, Conclusion, PolledTask, PollQueue, PollRequest
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ResultMissingError, WaitRefusedError
from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.tasks import Json, Object, Snapshot, TaskRef, TaskState

Fault = Literal[
    "none", "old", "lost", "error", "busy", "redirect", "rubbish", "gap", "strange word", "no files", "no reason", "gone",
    "refused",
]  # fmt: skip
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)
ANSWERS: Final[dict[Fault, Reply | ExchangeError]] = {
    "lost": ExchangeError("no answer came", sent=True),
    "error": Reply(500, {}, b"{}"),
    "busy": Reply(429, {"retry-after": "5"}, b"{}"),
    "redirect": Reply(302, {}, b""),
    "rubbish": Reply(200, {}, b"<html>"),
    "gone": Reply(404, {}, b'{"reason": "TaskNotFound"}'),
    "refused": Reply(401, {}, b"{}"),
}
"""Answers that do not depend on the task."""

WORDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "vidu": (("created", "queueing", "processing"), ("success", "failed")),
    "comfy": (("created", "queueing", "processing"), ("success", "failed")),
    "skills_video": (("IN_QUEUE", "IN_PROGRESS"), ("COMPLETED", "FAILED", "CANCELED")),
}
"""Words for a task under way, and words for its end."""

LONGEST_WAIT: Final = 75.0
"""Once all answers are correct, each wait ends within this many seconds: the sum of the longest pauses."""
MOST_TASKS: Final = 8

picks: Final = st.integers(0, 30)


@define(eq=False)
class ProviderTask:
    """A task as the provider knows it."""

    task_id: str
    word: str
    has_ended: bool = False
    answers_without_files: int = 0
    """Number of answers that said it succeeded and named no file."""


@define(eq=False)
class Waiter(polling.Waiter):
    """One wait."""

    task: ProviderTask = field(kw_only=True)
    has_left: bool = False

    def answered(self, polled: PolledTask, snapshot: Snapshot | None) -> None:
        assert not self.has_left, "an event was reported after it left"
        super().answered(polled, snapshot)

    def ended(self, polled: PolledTask, conclusion: Conclusion) -> None:
        assert not self.has_left, "an event was reported after it left"
        super().ended(polled, conclusion)


@define(eq=False)
class PendingRequest:
    """A request under way."""

    request: PollRequest
    old: Reply
    """What the provider would have said when it was asked."""


@define(eq=False)
class Client:
    """A process with a poll queue and its waits."""

    queue: PollQueue
    waiters: list[tuple[Waiter, PolledTask]] = field(factory=list[tuple[Waiter, PolledTask]])
    pending_requests: list[PendingRequest] = field(factory=list[PendingRequest])
    first_missed: dict[TaskRef, float] = field(factory=dict[TaskRef, float])
    """When a task was first not found, in any wait."""


class PollingMachine(RuleBasedStateMachine):
    """The machine; its subclasses name the provider."""

    provider: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.tasks: list[ProviderTask] = []
        self.clients: list[Client] = []
        self.fault: Fault = "none"

    # -- rules --------------------------------------------------------------------------------------------------------

    @initialize()
    def start_two_clients(self) -> None:
        self.clients = [self._new_client(), self._new_client()]

    @rule(pick=picks, where=picks, is_new=st.booleans(), estimate=st.sampled_from([None, 5.0, 90.0]))
    def wait(self, pick: int, where: int, is_new: bool, estimate: float | None) -> None:
        """Wait for a task with nothing but the text of its reference."""
        if pick % MOST_TASKS >= len(self.tasks):
            self.tasks.append(ProviderTask(str(len(self.tasks) + 1), WORDS[self.provider][0][0]))
        task = self.tasks[pick % len(self.tasks)]
        client = self.clients[where % len(self.clients)]
        waiter = Waiter(task=task)
        ref = TaskRef.parse(str(TaskRef("studio", task.task_id)))
        client.waiters.append((waiter, client.queue.join(ref, waiter, self.now, is_new=is_new, estimate=estimate)))

    @precondition(lambda self: self.tasks)
    @rule(pick=picks, word=picks, ends=st.booleans())
    def move(self, pick: int, word: int, ends: bool) -> None:
        """Change the state of a task, possibly to an earlier one. A final state never changes."""
        task = self.tasks[pick % len(self.tasks)]
        if not task.has_ended:
            words = WORDS[self.provider][int(ends)]
            task.word, task.has_ended = words[word % len(words)], ends

    @rule(where=picks, most=st.sampled_from([0, 1, 3, 100]))
    def request(self, where: int, most: int) -> None:
        """Send what is due now at one client."""
        self._send_due(self.clients[where % len(self.clients)], most)

    @rule(where=picks, fault=st.sampled_from(FAULTS), turns=st.integers(1, 8))
    def send_due_and_answer(self, where: int, fault: Fault, turns: int) -> None:
        """A client waits until something is due and is answered in the same way, several times in a row."""
        client = self.clients[where % len(self.clients)]
        for _ in range(turns):
            due = client.queue.next_due()
            self.now = max(self.now, due or 0.0)
            self._send_due(client, 100)
            for pending in list(client.pending_requests):
                self._answer(client, pending, fault)

    @rule(where=picks, pick=picks, fault=st.sampled_from(FAULTS))
    def answer(self, where: int, pick: int, fault: Fault) -> None:
        """One of the answers under way arrives, not always in the order of the requests."""
        client = self.clients[where % len(self.clients)]
        if client.pending_requests:
            self._answer(client, client.pending_requests[pick % len(client.pending_requests)], fault)

    @rule(where=picks, pick=picks, event=st.sampled_from(["leave", "hurry", "time", "restart"]))
    def leave_hurry_pass_time_or_restart(self, where: int, pick: int, event: str) -> None:
        client = self.clients[where % len(self.clients)]
        waiter, polled = client.waiters[pick % len(client.waiters)] if client.waiters else (None, None)
        if event == "time":
            self.now += pick
        elif event == "restart" and pick % 3 == 0:
            self.clients[self.clients.index(client)] = self._new_client()
        elif event == "hurry" and polled is not None:
            client.queue.hurry(polled, self.now)
        elif event == "leave" and waiter is not None and polled is not None:
            waiter.has_left = True
            client.queue.leave(polled, waiter)

    # -- laws ---------------------------------------------------------------------------------------------------------

    @invariant()
    def no_wait_ends_twice(self) -> None:
        assert all(len(waiter.ends) <= 1 for client in self.clients for waiter, _ in client.waiters)

    @invariant()
    def nothing_is_asked_twice_at_once(self) -> None:
        for client in self.clients:
            asked = [id(polled) for pending in client.pending_requests for polled in pending.request.polled_tasks]
            assert len(set(asked)) == len(asked)

    @invariant()
    def the_queue_holds_what_is_waited_for_and_nothing_else(self) -> None:
        for client in self.clients:
            waited_for = {polled.ref for waiter, polled in client.waiters if not waiter.ends and not waiter.has_left}
            assert len(client.queue) == len(waited_for)

    def teardown(self) -> None:
        """Once nothing goes wrong any more and every task has ended, every wait ends soon."""
        for task in self.tasks:
            if not task.has_ended:
                task.word, task.has_ended = WORDS[self.provider][1][0], True
        stopped_failing = self.now
        for client in self.clients:
            self.now = stopped_failing
            for pending in list(client.pending_requests):
                self._answer(client, pending, "none")
            while (due := client.queue.next_due()) is not None:
                self.now = max(self.now, due)
                assert self.now <= stopped_failing + LONGEST_WAIT, "a wait lasts beyond the end"
                self._send_due(client, 2)
                for pending in list(client.pending_requests):
                    self._answer(client, pending, "none")
            assert all(waiter.has_left or waiter.ends for waiter, _ in client.waiters), "a wait never ends"

    # -- what the rules are made of -----------------------------------------------------------------------------------

    def _new_client(self) -> Client:
        queue = PollQueue("studio", provider_named(self.provider), poll=PollPolicy(), retry=RetryPolicy(), chance=lambda: 0.3)
        return Client(queue)

    def _send_due(self, client: Client, most: int) -> None:
        requests = client.queue.take_due(self.now, most=most)
        assert len(requests) <= most
        for request in requests:
            assert request.is_list or len(request.polled_tasks) == 1
            client.pending_requests.append(PendingRequest(request, self._reply(request)))

    def _answer(self, client: Client, pending: PendingRequest, fault: Fault) -> None:
        """Give an answer to the queue, and hold what it reports against what the provider knows."""
        ends = {id(waiter): len(waiter.ends) for waiter, _ in client.waiters}
        for polled in pending.request.polled_tasks if fault in ("gone", "refused") else ():
            client.first_missed.setdefault(polled.ref, self.now)
        ages = {
            id(polled): self.now - min(polled.added, client.first_missed.get(polled.ref, self.now))
            for polled in pending.request.polled_tasks
        }
        client.pending_requests.remove(pending)
        client.queue.answered(pending.request, self._faulty(pending, fault), self.now)
        for waiter, polled in client.waiters:
            if len(waiter.ends) > ends[id(waiter)]:
                self._check_end(waiter, fault, ages[id(polled)])

    def _check_end(self, waiter: Waiter, fault: Fault, age: float) -> None:
        end, task = waiter.ends[-1], waiter.task
        if isinstance(end, ResultMissingError):
            assert task.answers_without_files >= EMPTY_ANSWERS, "a result was given up too early"
        elif isinstance(end, WaitRefusedError):
            assert fault == "refused" or (fault == "gone" and age >= NEWBORN_SECONDS), f"{fault} ended a wait"
        else:
            assert isinstance(end, Snapshot), f"{end} ended a wait"
            assert end.state.is_final, f"{end.word} ended a wait"
            assert task.has_ended, f"a wait ended before the task did, as {end.word}"
            assert end.word == task.word, f"a wait ended as {end.word}, the task as {task.word}"
            assert end.outputs or end.state is not TaskState.SUCCEEDED, "a result without files"

    def _faulty(self, pending: PendingRequest, fault: Fault) -> Reply | ExchangeError:
        return pending.old if fault == "old" else ANSWERS.get(fault) or self._reply(pending.request, fault)

    def _reply(self, request: PollRequest, fault: Fault = "none") -> Reply:
        tasks = [task for polled in request.polled_tasks for task in self.tasks if task.task_id == polled.ref.task_id]
        if request.is_list:
            body: Json = {"tasks": [self._task_body(task, fault) for task in tasks if fault != "gap" or task is not tasks[0]]}
        else:
            body = self._task_body(tasks[0], fault)
        return Reply(200, {"x-comfy-estimated-duration-seconds": "40"}, json.dumps(body).encode())

    def _task_body(self, task: ProviderTask, fault: Fault) -> Object:
        word = "pondering" if fault == "strange word" else task.word
        succeeded = word in ("success", "COMPLETED")
        task.answers_without_files += succeeded and fault == "no files"
        url = "https://example.com/a.mp4"
        body: Object = {"id": task.task_id, "state": word, "status": word}
        if succeeded and fault != "no files":
            body |= {"creations": [{"id": "c", "url": url}], "data": {"video": {"url": url}}}
        elif word in ("failed", "FAILED") and fault != "no reason":
            body |= {"err_code": "InternalServiceFailure", "code": "VIDEO_GENERATION_FAILED"}
        return body


class ViduPolling(PollingMachine):
    provider = "vidu"


class ComfyPolling(PollingMachine):
    provider = "comfy"


class SkillsVideoPolling(PollingMachine):
    provider = "skills_video"


@pytest.mark.parametrize("machine", [ViduPolling, ComfyPolling, SkillsVideoPolling])
def test_each_wait_ends_with_the_true_end_of_its_task_or_a_justified_error(machine: type[PollingMachine]) -> None:
    run_state_machine_as_test(machine, settings=SETTINGS)
