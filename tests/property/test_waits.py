"""Many waits for many tasks, in processes that start and end: no wait gets a false end, and none waits in vain.

A machine plays a provider that answers late, wrong or not at all, states that go forwards and backwards, and people who
come, leave and are in a hurry. Requests and answers are separate steps, so that answers come out of order and may be old.
"""

from __future__ import annotations

import json
from typing import ClassVar, Final, Literal, get_args

import pytest
from attrs import define, field
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from stateful import SETTINGS

from vidu_ext.flows.policy import PollPolicy, RetryPolicy
from vidu_ext.flows.poll import EMPTY_ANSWERS, NEWBORN_SECONDS, Conclusion, Listener, PolledTask, PollQueue, PollRequest
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ResultMissingError, WaitRefusedError
from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.tasks import Json, Object, Snapshot, TaskRef, TaskState

Fault = Literal[
    "none",
    "old",
    "lost",
    "error",
    "busy",
    "redirect",
    "rubbish",
    "gap",
    "strange word",
    "no files",
    "no reason",
    "gone",
    "refused",
]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)

WORDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "vidu": (("created", "queueing", "processing"), ("success", "failed")),
    "comfy": (("created", "queueing", "processing"), ("success", "failed")),
    "skills_video": (("IN_QUEUE", "IN_PROGRESS"), ("COMPLETED", "FAILED", "CANCELED")),
}
"""Words for a task under way, and words for its end."""

LONGEST_WAIT: Final = 75.0
"""Seconds after which an end is known at the latest once nothing goes wrong any more: the longest pauses, one after another."""
MOST_TASKS: Final = 8

picks: Final = st.integers(0, 30)


@define(eq=False)
class Job:
    """A task as the provider knows it."""

    task_id: str
    word: str
    has_ended: bool = False
    told_empty: int = 0
    """How often an answer said that it succeeded and named no file."""


class Person(Listener):
    """One wait."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.seen_words: list[str] = []
        self.ends: list[Conclusion] = []
        self.has_left = False

    def seen(self, polled: PolledTask, snapshot: Snapshot) -> None:
        assert snapshot.ref == polled.ref
        assert not self.ends, "told of a state after the end"
        assert not self.has_left, "told after it left"
        self.seen_words.append(snapshot.word)

    def ended(self, polled: PolledTask, conclusion: Conclusion) -> None:
        assert conclusion.ref == polled.ref
        assert not self.has_left, "told after it left"
        self.ends.append(conclusion)


@define(eq=False)
class Question:
    """A request under way."""

    request: PollRequest
    old: Reply
    """What the provider would have said when it was asked."""


@define(eq=False)
class Program:
    """A process with a poll queue and its waits."""

    queue: PollQueue
    people: list[tuple[Person, PolledTask]] = field(factory=list[tuple[Person, PolledTask]])
    questions: list[Question] = field(factory=list[Question])


class World(RuleBasedStateMachine):
    """The machine; its subclasses name the provider."""

    provider: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.jobs: list[Job] = []
        self.programs: list[Program] = []
        self.fault: Fault = "none"

    # -- rules --------------------------------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        self.programs = [self._program(), self._program()]

    @rule(pick=picks, where=picks, is_new=st.booleans(), estimate=st.sampled_from([None, 5.0, 90.0]))
    def wait(self, pick: int, where: int, is_new: bool, estimate: float | None) -> None:
        """Wait for a task with nothing but the text of its reference."""
        if pick % MOST_TASKS >= len(self.jobs):
            self.jobs.append(Job(str(len(self.jobs) + 1), WORDS[self.provider][0][0]))
        job = self.jobs[pick % len(self.jobs)]
        program = self.programs[where % len(self.programs)]
        person = Person(job)
        ref = TaskRef.parse(str(TaskRef("studio", job.task_id)))
        program.people.append((person, program.queue.join(ref, person, self.now, is_new=is_new, estimate=estimate)))

    @precondition(lambda self: self.jobs)
    @rule(pick=picks, word=picks, ends=st.booleans())
    def move(self, pick: int, word: int, ends: bool) -> None:
        """A task gets another state, be it backwards; only an end stays."""
        job = self.jobs[pick % len(self.jobs)]
        if not job.has_ended:
            words = WORDS[self.provider][int(ends)]
            job.word, job.has_ended = words[word % len(words)], ends

    @rule(where=picks, most=st.sampled_from([0, 1, 3, 100]))
    def request(self, where: int, most: int) -> None:
        """A program asks what is due now."""
        self._ask(self.programs[where % len(self.programs)], most)

    @rule(where=picks, fault=st.sampled_from(FAULTS), turns=st.integers(1, 8))
    def ask_and_answer(self, where: int, fault: Fault, turns: int) -> None:
        """A program waits until something is due and is answered, the same some times in a row."""
        program = self.programs[where % len(self.programs)]
        for _ in range(turns):
            due = program.queue.next_due()
            self.now = max(self.now, due or 0.0)
            self._ask(program, 100)
            for question in list(program.questions):
                self._answer(program, question, fault)

    @rule(where=picks, pick=picks, fault=st.sampled_from(FAULTS))
    def answer(self, where: int, pick: int, fault: Fault) -> None:
        """One of the answers under way arrives, not always in the order of the questions."""
        program = self.programs[where % len(self.programs)]
        if program.questions:
            self._answer(program, program.questions[pick % len(program.questions)], fault)

    @rule(where=picks, pick=picks, event=st.sampled_from(["leave", "hurry", "time", "restart"]))
    def something_happens(self, where: int, pick: int, event: str) -> None:
        program = self.programs[where % len(self.programs)]
        person, polled = program.people[pick % len(program.people)] if program.people else (None, None)
        if event == "time":
            self.now += pick
        elif event == "restart" and pick % 3 == 0:
            self.programs[self.programs.index(program)] = self._program()
        elif event == "hurry" and polled is not None:
            program.queue.hurry(polled, self.now)
        elif event == "leave" and person is not None and polled is not None:
            person.has_left = True
            program.queue.leave(polled, person)

    # -- laws ---------------------------------------------------------------------------------------------------------

    @invariant()
    def no_wait_ends_twice(self) -> None:
        assert all(len(person.ends) <= 1 for program in self.programs for person, _ in program.people)

    @invariant()
    def nothing_is_asked_twice_at_once(self) -> None:
        for program in self.programs:
            asked = [id(polled) for question in program.questions for polled in question.request.polled_tasks]
            assert len(set(asked)) == len(asked)

    @invariant()
    def the_queue_holds_what_is_waited_for_and_nothing_else(self) -> None:
        for program in self.programs:
            waited_for = {polled.ref for person, polled in program.people if not person.ends and not person.has_left}
            assert len(program.queue) == len(waited_for)

    def teardown(self) -> None:
        """Nothing goes wrong any more and every task ends: everybody hears of it soon."""
        for job in self.jobs:
            if not job.has_ended:
                job.word, job.has_ended = WORDS[self.provider][1][0], True
        begun = self.now
        for program in self.programs:
            self.now = begun
            for question in list(program.questions):
                self._answer(program, question, "none")
            while (due := program.queue.next_due()) is not None:
                self.now = max(self.now, due)
                assert self.now <= begun + LONGEST_WAIT, "a wait lasts beyond the end"
                self._ask(program, 2)
                for question in list(program.questions):
                    self._answer(program, question, "none")
            assert all(person.has_left or person.ends for person, _ in program.people), "a wait never ends"

    # -- what the rules are made of -----------------------------------------------------------------------------------

    def _program(self) -> Program:
        queue = PollQueue("studio", provider_named(self.provider), poll=PollPolicy(), retry=RetryPolicy(), chance=lambda: 0.3)
        return Program(queue)

    def _ask(self, program: Program, most: int) -> None:
        requests = program.queue.take_due(self.now, most=most)
        assert len(requests) <= most
        for request in requests:
            assert request.is_list or len(request.polled_tasks) == 1
            program.questions.append(Question(request, self._reply(request)))

    def _answer(self, program: Program, question: Question, fault: Fault) -> None:
        """Give an answer to the queue, and hold what it reports against what the provider knows."""
        ends = {id(person): len(person.ends) for person, _ in program.people}
        ages = {id(polled): self.now - polled.added for polled in question.request.polled_tasks}
        program.questions.remove(question)
        program.queue.answered(question.request, self._faulty(question, fault), self.now)
        for person, polled in program.people:
            if len(person.ends) > ends[id(person)]:
                self._check_end(person, fault, ages[id(polled)])

    def _check_end(self, person: Person, fault: Fault, age: float) -> None:
        end, job = person.ends[-1], person.job
        if isinstance(end, ResultMissingError):
            assert job.told_empty >= EMPTY_ANSWERS, "a result was given up too early"
        elif isinstance(end, WaitRefusedError):
            assert fault == "refused" or (fault == "gone" and age >= NEWBORN_SECONDS), f"{fault} ended a wait"
        else:
            assert isinstance(end, Snapshot), f"{end} ended a wait"
            assert end.state.is_final, f"{end.word} ended a wait"
            assert job.has_ended, f"a wait ended before the task did, as {end.word}"
            assert end.word == job.word, f"a wait ended as {end.word}, the task as {job.word}"
            assert end.outputs or end.state is not TaskState.SUCCEEDED, "a result without files"

    def _faulty(self, question: Question, fault: Fault) -> Reply | ExchangeError:
        match fault:
            case "old":
                return question.old
            case "lost":
                return ExchangeError("no answer came", sent=True)
            case "error":
                return Reply(500, {}, b"{}")
            case "busy":
                return Reply(429, {"retry-after": "5"}, b"{}")
            case "redirect":
                return Reply(302, {}, b"")
            case "rubbish":
                return Reply(200, {}, b"<html>")
            case "gone":
                return Reply(404, {}, b'{"reason": "TaskNotFound"}')
            case "refused":
                return Reply(401, {}, b"{}")
            case _:
                return self._reply(question.request, fault)

    def _reply(self, request: PollRequest, fault: Fault = "none") -> Reply:
        jobs = [job for polled in request.polled_tasks for job in self.jobs if job.task_id == polled.ref.task_id]
        body: Json = self._told(jobs[0], fault)
        if request.is_list:
            body = {"tasks": [self._told(job, fault) for job in jobs if fault != "gap" or job is not jobs[0]]}
        return Reply(200, {"x-comfy-estimated-duration-seconds": "40"}, json.dumps(body).encode())

    def _told(self, job: Job, fault: Fault) -> Object:
        word = "pondering" if fault == "strange word" else job.word
        succeeded = word in ("success", "COMPLETED")
        job.told_empty += succeeded and fault == "no files"
        url = "https://example.com/a.mp4"
        files: Object = {"creations": [{"id": "c", "url": url}], "data": {"video": {"url": url}}}
        reason: Object = {"err_code": "InternalServiceFailure", "code": "VIDEO_GENERATION_FAILED"}
        more = (
            files
            if succeeded and fault != "no files"
            else reason
            if word in ("failed", "FAILED") and fault != "no reason"
            else {}
        )
        return {"id": job.task_id, "state": word, "status": word, **more}


class Listed(World):
    provider = "vidu"


class Singly(World):
    provider = "comfy"


class InOtherWords(World):
    provider = "skills_video"


@pytest.mark.parametrize("world", [Listed, Singly, InOtherWords])
def test_any_sequence_of_answers_ends_each_wait_with_the_end_of_its_task(world: type[World]) -> None:
    run_state_machine_as_test(world, settings=SETTINGS)
