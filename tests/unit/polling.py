"""A poll queue, a provider whose tasks it polls, and a clock that only the test moves. Shared by the tests of polls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import pytest
from attrs import define, field
from paid import reply

from vidu_ext.flows.durations import Durations
from vidu_ext.flows.policy import PollPolicy, RetryPolicy
from vidu_ext.flows.poll import Conclusion, Notices, PolledTask, PollQueue, PollRequest, outcome_of
from vidu_ext.flows.sightings import Sightings
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import TaskError
from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.tasks import Json, Object, Result, Snapshot, TaskRef, TaskState

STEADY: Final = PollPolicy(jitter=0.0)
PATIENT: Final = RetryPolicy(jitter=0.0)
FILM: Final[Object] = {"id": "c1", "url": "https://example.com/a.mp4"}
DONE: Final[dict[str, Json]] = {"state": "success", "creations": [FILM]}
SILENCE: Final = ExchangeError("no answer within 30 s", sent=True)

Answer = Reply | ExchangeError | None
"""None for the ordinary answer, which says the state of the task."""


@define(eq=False)
class Waiter:
    """A listener that records its calls."""

    wants_snapshots: bool = True
    words: list[str] = field(factory=list[str])
    answers: int = 0
    misses: int = 0
    ends: list[Conclusion] = field(factory=list[Conclusion])
    etas: list[float | None] = field(factory=list["float | None"])

    def answered(self, polled: PolledTask, snapshot: Snapshot | None) -> None:
        assert not self.ends
        if snapshot is not None:
            assert snapshot.ref == polled.ref
            self.words.append(snapshot.word)
            self.etas.append(snapshot.eta)
        elif polled.failure is not None:
            self.misses += 1
        else:
            self.answers += 1

    def ended(self, polled: PolledTask, conclusion: Conclusion) -> None:
        assert conclusion.ref == polled.ref
        self.ends.append(conclusion)

    @property
    def end(self) -> Conclusion:
        assert len(self.ends) == 1
        return self.ends[0]


class PollSimulation:
    """A provider with tasks, and a queue that polls them at times that `run` passes through."""

    def __init__(
        self,
        provider: str = "vidu",
        *,
        poll: PollPolicy = STEADY,
        chance: Callable[[], float] = lambda: 0.0,
        most: int = 1_000,
        notices: Notices | None = None,
        durations: Durations | None = None,
    ) -> None:
        self.sightings = Sightings()
        self.queue = PollQueue(
            "studio",
            provider_named(provider),
            poll=poll,
            retry=PATIENT,
            chance=chance,
            sightings=self.sightings,
            notices=notices,
            durations=durations or Durations(),
        )
        self.now = 0.0
        self.most = most
        self.asked: list[tuple[float, str, tuple[str, ...]]] = []
        """The time, the operation and the tasks of each request."""
        self.states: dict[str, Object] = {}
        self.unlisted: set[str] = set()
        self.answers: Callable[[PollRequest], Answer] = lambda _: None
        """Returns what to answer in place of the ordinary answer."""

    def join(
        self,
        *task_ids: str,
        poll: str | None = None,
        is_new: bool = False,
        estimate: float | None = None,
        wants_snapshots: bool = True,
    ) -> list[Waiter]:
        waiters = [Waiter(wants_snapshots=wants_snapshots) for _ in task_ids]
        for task_id, waiter in zip(task_ids, waiters, strict=True):
            self.states.setdefault(task_id, {"state": "processing"})
            self.queue.join(TaskRef("studio", task_id, poll), waiter, self.now, is_new=is_new, estimate=estimate)
        return waiters

    def notify(self, task_id: str, state: Object | None = None) -> None:
        """Let the notice of a task arrive, which by default has not ended."""
        self.states[task_id] = state or self.states[task_id]
        self.queue.wake(task_id, self.now)

    def request(self) -> list[PollRequest]:
        """Take the due requests and note them, without an answer."""
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
        """Send and answer all requests that are due until this time."""
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


def waiting_for_one(provider: str = "vidu", *, poll: PollPolicy = STEADY) -> tuple[PollSimulation, Waiter]:
    """Return a simulation with a wait for the task "1"."""
    simulation = PollSimulation(provider, poll=poll)
    (waiter,) = simulation.join("1")
    return simulation, waiter


lists_one_task = pytest.mark.usefixtures("single_list")


def always(answer: Reply | ExchangeError) -> Callable[[PollRequest], Answer]:
    return lambda _: answer


def in_turn(*answers: Answer) -> Callable[[PollRequest], Answer]:
    """Return one answer after the other, then the ordinary ones."""
    left = iter(answers)
    return lambda _: next(left, None)


def state_of(conclusion: Conclusion) -> TaskState:
    assert not isinstance(conclusion, TaskError), conclusion
    return conclusion.state


def result_of(conclusion: Conclusion) -> Result:
    outcome = outcome_of(conclusion)
    assert isinstance(outcome, Result)
    return outcome
