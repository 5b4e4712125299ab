"""Poll the tasks of one account with as few requests as its provider allows.

A queue holds the tasks that are waited for. The driver takes the due requests, sends them and returns the answers; the queue
notifies the listeners. If the provider lists tasks by id, one request polls a hundred of them. A wait ends on a final state or
a refusal, never on an unknown word or a failed poll.
"""

from __future__ import annotations

import heapq
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias
from weakref import WeakKeyDictionary

from attrs import define, evolve, field, frozen

from vidu_ext.values import errors
from vidu_ext.values.exchange import Call, ErrorReading, ExchangeError, Reply
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.tasks import Result, TaskRef, TaskState

from .call import is_transient
from .durations import Durations
from .policy import PollPolicy, RetryPolicy, retry_after
from .retry import log_trouble
from .sightings import Sightings

if TYPE_CHECKING:
    from vidu_ext.providers.base import Provider
    from vidu_ext.values.tasks import Object, Snapshot


logger: Final = logging.getLogger("vidu_ext")

MOST_POLLED_ALONE: Final = 1
"""Most tasks that are polled one by one rather than by the list: a status answer has the progress, a list does not."""

MISSES_BEFORE_ASKING_ALONE: Final = 3
"""List answers without a task before it is polled by itself."""

FAULTS_BEFORE_ASKING_ALONE: Final = 3
"""Faulty list answers in a row before a task is polled by itself."""

NEWBORN_SECONDS: Final = 60.0
"""Age up to which a refusal may mean that the provider, or a gateway in front of it, does not know the task yet."""

NOT_ABOUT_THE_TASK: Final = frozenset({"key", "credits", "model", "moderation"})
"""Meanings of an error code that a refusal has whether or not the provider knows the task."""

WAKE_PAUSE: Final = 0.3
"""Seconds from one list request due to notices to the next, unless enough notices come. A first notice is followed at once."""

WAKE_TASKS: Final = 2
"""Notices that are enough for a list request at once. Waiting for a third would save a sixth of a request for each task."""

CLIENT_CLOSED: Final = "the client was closed"
"""Why a wait ended whose client was closed."""

EMPTY_ANSWERS: Final = 4
"""Success answers without a main file after which the wait ends with an error."""

Conclusion: TypeAlias = "Snapshot | errors.TaskError"
"""How the wait for a task ended: its final snapshot, or an error."""


@define(eq=False, repr=False, weakref_slot=False)
class PolledTask:
    """One task that is waited for, with its listeners."""

    queue: PollQueue
    ref: TaskRef
    added: float
    is_new: bool = field(kw_only=True)
    """Whether this process submitted it, so that the task certainly exists."""
    estimate: float | None = field(kw_only=True)
    has_notice: bool = field(kw_only=True)
    """Whether a notice has reported its end."""
    due: float = field(init=False)
    seen: float = field(init=False)
    """When an answer last had its state; at first when it was added."""
    singly: bool = field(init=False)
    """Whether it is polled by itself rather than by the list."""
    in_flight: bool = False
    is_woken: bool = False
    """Whether a notice has come and no poll is scheduled for it yet."""
    misses: int = 0
    """List answers without it in a row."""
    empties: int = 0
    """Success answers without a main file."""
    failures: int = 0
    """Failed polls in a row; `failure` is the reason of the last one."""
    failure: str | None = None
    is_missing: bool = False
    """Whether the last poll failed because the provider does not know the task, which may be too new."""
    reply: Reply | None = None
    """The last answer with its state, which a hundred tasks of a list share. It is parsed only if its snapshot is read, at a
    deadline or a refusal: until then the bytes take a third of the memory of the parsed values."""
    is_listed: bool = False
    """Whether that answer is a list."""
    listeners: tuple[Listener, ...] = ()
    wants_snapshots: bool = False
    """Whether a listener wants the snapshots of unfinished states."""

    def __attrs_post_init__(self) -> None:
        self.due = self.seen = self.added
        self.singly = self.ref.poll is not None

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot of the last answer; None before the first."""
        if self.reply is None:
            return None
        if not self.is_listed:
            return self.queue.provider.read_status(self.ref, self.reply)
        return self.queue.provider.listed(self.ref, self.queue.rows_of(self.reply).get(self.ref.task_id))


class Listener(Protocol):
    """Receives the events of tasks. The poll loop calls its methods, which must return at once."""

    wants_snapshots: bool
    """Whether it reads the snapshots of unfinished states, which take longer to make than to receive."""

    def answered(self, polled: PolledTask, snapshot: Snapshot | None) -> None:
        """Note that a task is unfinished, with its snapshot if it is wanted, or that its poll failed; another poll follows."""

    def ended(self, polled: PolledTask, conclusion: Conclusion) -> None:
        """Receive the end of the wait for a task."""


@frozen(eq=False, repr=False)
class PollRequest:
    """A status request that is due."""

    call: Call
    polled_tasks: tuple[PolledTask, ...] = field(repr=False)
    is_list: bool


class Notices(Protocol):
    """The notices of a client with callbacks."""

    def is_awaited(self, ref: TaskRef) -> bool:
        """Return whether a notice will report the end of the task."""
        ...

    def has_come(self, ref: TaskRef) -> bool:
        """Return whether a notice has reported the end of the task."""
        ...


@define(eq=False, repr=False)
class PollQueue:
    """The tasks of one account that are waited for. Not thread-safe: the driver holds a lock."""

    account: str
    provider: Provider
    _poll: PollPolicy = field(kw_only=True, alias="poll")
    _retry: RetryPolicy = field(kw_only=True, alias="retry")
    _chance: Callable[[], float] = field(kw_only=True, alias="chance")
    _sightings: Sightings = field(factory=Sightings, kw_only=True, alias="sightings")
    _notices: Notices | None = field(default=None, kw_only=True, alias="notices")
    _durations: Durations = field(factory=Durations, kw_only=True, alias="durations")
    _wake_due: float = field(default=-math.inf, init=False)
    """When the last list request due to notices is due."""
    _wake_count: int = field(default=0, init=False)
    """How many notices share it."""
    _polled: dict[TaskRef, PolledTask] = field(factory=dict[TaskRef, PolledTask], init=False)
    _queue: list[tuple[float, int, PolledTask]] = field(factory=list[tuple[float, int, PolledTask]], init=False)
    _entered: int = field(default=0, init=False)
    _lists: bool = field(init=False)
    _list_faults: int = field(default=0, init=False)
    _last_failure: str | None = field(default=None, init=False)
    """Why the last poll failed; None if it succeeded."""
    _rows: WeakKeyDictionary[Reply, Mapping[str, Object]] = field(
        factory=WeakKeyDictionary["Reply", "Mapping[str, Object]"], init=False
    )
    """The rows of list answers that were kept and read again, by the id of their task."""

    def __attrs_post_init__(self) -> None:
        self._lists = self.provider.list_size > 0

    def __len__(self) -> int:
        return len(self._polled)

    def rows_of(self, reply: Reply) -> Mapping[str, Object]:
        """Return the rows of a kept list answer, which a hundred tasks read one after another."""
        rows = self._rows.get(reply)
        if rows is None:
            rows = self._rows[reply] = dict(self.provider.rows(reply.json()) or ())
        return rows

    def join(
        self, ref: TaskRef, listener: Listener, now: float, *, is_new: bool = False, estimate: float | None = None
    ) -> PolledTask:
        """Listen to a task. Its first request is due at once, or after the usual pause for a new task.

        Raises ConfigurationError for a reference with an operation that is not a status call of the provider: the caller would
        not see an error in the poll loop.
        """
        if ref.poll is not None:
            self.provider.status_call(ref)
        polled = self._polled.get(ref)
        if polled is None:
            has_notice = self._notices is not None and self._notices.has_come(ref)
            polled = PolledTask(self, ref, now, is_new=is_new, estimate=estimate, has_notice=has_notice)
            self._polled[ref] = polled
            self._schedule(polled, now + (self._pause(polled, now) if is_new and not polled.has_notice else 0.0))
        polled.listeners = (*polled.listeners, listener)
        polled.wants_snapshots = polled.wants_snapshots or listener.wants_snapshots
        return polled

    def leave(self, polled: PolledTask, listener: Listener) -> None:
        """Stop listening. A task without listeners is forgotten."""
        polled.listeners = tuple(other for other in polled.listeners if other is not listener)
        if not polled.listeners and self._polled.get(polled.ref) is polled:
            del self._polled[polled.ref]

    def hurry(self, polled: PolledTask, now: float) -> None:
        """Poll the task as soon as possible, because a deadline is near."""
        if not polled.in_flight and self._polled.get(polled.ref) is polled:
            self._schedule(polled, now)

    def wake(self, task_id: str, now: float) -> None:
        """Poll a task that has ended according to a notice. Notices within a short time share one list request."""
        for polled in self._polled.values():
            if polled.ref.task_id != task_id:
                continue
            polled.is_woken = polled.has_notice = True
            if not polled.in_flight:
                self._schedule(polled, now + self._pause(polled, now))

    def _join_wake(self, polled: PolledTask, now: float) -> float:
        """Let a woken task share the next list request due to notices, and return the seconds until that is due."""
        polled.is_woken = False
        if polled.singly or not self._lists:
            return 0.0
        if self._wake_due < now:
            self._wake_due, self._wake_count = max(now, self._wake_due + WAKE_PAUSE), 0
        self._wake_count += 1
        if self._wake_count == WAKE_TASKS:
            self._wake_due = now
        return self._wake_due - now

    def break_down(self, error: Exception) -> None:
        """End every wait because polling failed, or the client was closed: callers would wait for what is no longer polled."""
        self._end_with(error, list(self._polled.values()))

    def next_due(self) -> float | None:
        """Return when the next request is due; None without tasks."""
        while self._queue and self._is_stale(self._queue[0]):
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def take_due(self, now: float, *, most: int) -> list[PollRequest]:
        """Return up to `most` due requests. A list request with room for more tasks takes those that are due next."""
        requests: list[PollRequest] = []
        batch: list[PolledTask] = []
        while len(requests) < most:
            due = self.next_due()
            if due is None or (due > now and not batch):
                break
            polled = self._queue[0][2]
            alone = polled.singly or not self._lists or len(self._polled) <= MOST_POLLED_ALONE
            if alone and (due > now or len(requests) + bool(batch) == most):  # the batch takes a place, too
                break
            heapq.heappop(self._queue)
            polled.in_flight = True
            if alone:
                requests.append(PollRequest(self.provider.status_call(polled.ref), (polled,), is_list=False))
                continue
            batch.append(polled)
            if len(batch) == self.provider.list_size:
                requests.append(self._list_request(batch))
                batch = []
        return [*requests, self._list_request(batch)] if batch else requests

    def _list_request(self, batch: list[PolledTask]) -> PollRequest:
        return PollRequest(self.provider.list_call([polled.ref.task_id for polled in batch]), tuple(batch), is_list=True)

    def answered(self, request: PollRequest, answer: Reply | Exception, now: float) -> None:
        """Process the answer to a request and notify the listeners. Raises nothing: an error would leave callers waiting."""
        for polled in request.polled_tasks:
            polled.in_flight = False
        try:
            if isinstance(answer, ExchangeError):
                self._failed(request.polled_tasks, answer.problem, None, now)
            elif isinstance(answer, Exception):
                self._end_with(answer, request.polled_tasks)
            elif not answer.is_success:
                self._take_refusal(request, answer, now)
            elif request.is_list:
                self._take_list(request, answer, now)
            else:
                self._take_state(request, answer, now)
        except Exception as error:
            self._end_with(error, request.polled_tasks)

    def _take_list(self, request: PollRequest, reply: Reply, now: float) -> None:
        rows = self.provider.rows(reply.json())
        if rows is None:
            self._take_refusal(request, reply, now)
            return
        self._list_faults = 0
        row_of, chance, kept = dict(rows).get, self._chance(), self._kept(reply)
        for polled in request.polled_tasks:
            row = row_of(polled.ref.task_id)
            state = None if row is None else self.provider.state_in(row)
            runs = state is None or not state.is_final
            if polled.has_notice and runs:  # the list is older than the notice
                self._poll_singly(polled, now)
            elif state is None:
                polled.misses += 1
                polled.singly = polled.misses >= MISSES_BEFORE_ASKING_ALONE
                self._schedule(polled, now + self._pause(polled, now))
            elif runs and not polled.wants_snapshots:  # nearly all tasks of a long list
                self._take(polled, None, kept, now, chance, is_list=True)
            elif (snapshot := self.provider.listed(polled.ref, row)) is None or _needs_own_answer(snapshot):
                self._poll_singly(polled, now)
            else:
                self._take(polled, snapshot, kept, now, chance, is_list=True)

    def _kept(self, reply: Reply) -> Reply:
        """Return what a task keeps of an answer: the bytes, its time, and the header with the charge."""
        names = ("date", self.provider.charge_header)
        return evolve(reply, headers={name: reply.headers[name] for name in names if name in reply.headers})

    def _poll_singly(self, polled: PolledTask, now: float) -> None:
        """Poll a task by itself at once."""
        polled.singly = True
        self._schedule(polled, now)

    def _take_state(self, request: PollRequest, reply: Reply, now: float) -> None:
        polled = request.polled_tasks[0]
        snapshot = self.provider.read_status(polled.ref, reply)
        if snapshot is None:
            self._take_refusal(request, reply, now)
            return
        is_unknown = snapshot.state is TaskState.FAILED and self.provider.meaning(snapshot.error_code or "") == "not-found"
        if is_unknown and (left := self._newborn_left(polled, now)) > 0:
            self._failed((polled,), f"{snapshot.word}, {snapshot.error_code}", None, now, left=left)
            return
        snapshot = self._sightings.with_charge(snapshot)
        polled.estimate = self.provider.estimated_seconds(reply) or polled.estimate
        if self._list_faults >= FAULTS_BEFORE_ASKING_ALONE:
            self._do_without_list()
        if self._lists and polled.ref.poll is None and not snapshot.state.is_final:
            polled.singly, polled.misses = False, 0
        self._take(polled, snapshot, self._kept(reply), now, self._chance(), is_list=False)

    def _take(
        self, polled: PolledTask, snapshot: Snapshot | None, reply: Reply, now: float, chance: float, *, is_list: bool
    ) -> None:
        """Process an answer with the state of a task; `snapshot` is None for an unfinished task if it is not wanted."""
        last_seen = polled.seen
        polled.reply, polled.is_listed, polled.seen = reply, is_list, now
        polled.failures, polled.failure, polled.misses = 0, None, 0
        self._last_failure = None
        if snapshot is None:
            self._sightings.unfinished(polled.ref, now)
        elif self._is_end(polled, snapshot, reply, now, last_seen):
            return
        else:
            snapshot = evolve(snapshot, eta=self._eta(polled, now))
        for listener in polled.listeners:
            listener.answered(polled, snapshot if listener.wants_snapshots else None)
        self._schedule(polled, now + self._pause(polled, now, chance))

    def _is_end(self, polled: PolledTask, snapshot: Snapshot, reply: Reply, now: float, last_seen: float) -> bool:
        """Remember what a snapshot says, and end the wait if it is final and has what is waited for."""
        self._sightings.saw(snapshot, reply, now)
        if not snapshot.state.is_final:
            return False
        self._sightings.ended(polled.ref, now)
        if (charge := snapshot.odd_charge) is not None:
            words = "%s says that %s costs %s, which is not a number of credits: look at its console."
            logger.warning(words, self.account, snapshot.ref, charge)
        if snapshot.state is TaskState.SUCCEEDED:
            if polled.is_new:
                self._durations.ended(polled.ref, (now + last_seen) / 2 - polled.added)
            if not snapshot.has_result:
                polled.empties += 1
                if polled.empties < EMPTY_ANSWERS:
                    return False
                self._end(polled, errors.ResultMissingError(snapshot))
                return True
        self._end(polled, snapshot)
        return True

    def _take_refusal(self, request: PollRequest, reply: Reply, now: float) -> None:
        """Process an answer without a state: a passing failure, or a refusal that repetition does not change."""
        reading = self.provider.error(reply)
        status = reading.status
        if request.is_list and (status < 400 or status >= 500):
            self._list_faults += 1
            if self._list_faults >= FAULTS_BEFORE_ASKING_ALONE:  # to find out whether only the list is broken
                request.polled_tasks[0].singly = True
        if status < 300:
            self._failed(request.polled_tasks, f"HTTP {status}, and the answer cannot be read as a status", None, now)
        elif status < 400 or is_transient(status, reading):
            self._failed(request.polled_tasks, f"HTTP {status}, {reading.message}", retry_after(reply.headers), now)
        elif request.is_list and status != 401:
            self._lists = False
            self._last_failure = f"HTTP {status}, {reading.message}"  # so that it is logged once, in the next line
            logger.warning("%s no longer lists tasks (HTTP %s); each is polled by itself", self.account, status)
            self._failed(request.polled_tasks, self._last_failure, None, now)
        else:
            for polled in request.polled_tasks:
                if self._may_be_unknown_yet(polled, reading) and (left := self._newborn_left(polled, now)) > 0:
                    self._failed((polled,), reading.message, None, now, left=left)
                    continue
                error = errors.WaitRefusedError(polled.ref, polled.snapshot, reading.message, status=status, code=reading.code)
                self._end(polled, error)

    def _may_be_unknown_yet(self, polled: PolledTask, reading: ErrorReading) -> bool:
        """Return whether a refusal may mean "no such task": gateways say that with any status and in any language.

        The key that has just created a task is valid, so for a new task even the refusal of the key may mean that.
        """
        meaning = self.provider.meaning(reading.code) if reading.code else None
        is_ours = polled.is_new or polled.ref in self._durations
        return is_ours or (reading.status != 401 and meaning not in NOT_ABOUT_THE_TASK)

    def _newborn_left(self, polled: PolledTask, now: float) -> float:
        """Return the seconds for which a task that was not found just now may still be unknown to the provider.

        They count from the beginning of the wait, or from an earlier wait in which it was not found: otherwise waits shorter
        than a minute, one after another, would never end for a reference that does not exist.
        """
        return NEWBORN_SECONDS - (now - min(polled.added, self._sightings.first_missed(polled.ref, now)))

    def _do_without_list(self) -> None:
        """Poll each task by itself once, because only the list is broken; then the list is tried again."""
        logger.warning("%s answers status calls but not list requests; each task is polled by itself", self.account)
        self._list_faults = 0
        for polled in self._polled.values():
            polled.singly = True

    def _failed(
        self, polled_tasks: Sequence[PolledTask], detail: str, asked: float | None, now: float, *, left: float | None = None
    ) -> None:
        """Schedule another poll of tasks whose poll failed; `asked` is the pause that the server asks for.

        `left` is the seconds after which a failure ends the wait, so the next poll is due by then; None if none does.
        """
        if not any(self._polled.get(polled.ref) is polled for polled in polled_tasks):
            return  # no wait is left; after an interrupt the closing of the client would be logged as a failure
        if detail != self._last_failure:
            self._last_failure = detail
            tasks = str(polled_tasks[0].ref) if len(polled_tasks) == 1 else f"{len(polled_tasks)} tasks"
            log_trouble(f"the state of {tasks} cannot be read now", detail, left, doing="polled again")
        for polled in polled_tasks:
            polled.failures += 1
            polled.failure, polled.is_missing = detail, left is not None
            backoff = self._retry.pause(polled.failures, self._chance(), asked)
            pause = max(backoff, self._pause(polled, now))
            self._schedule(polled, now + (pause if left is None else min(pause, left)))
            for listener in polled.listeners:
                listener.answered(polled, None)

    def _end_with(self, error: Exception, polled_tasks: Sequence[PolledTask]) -> None:
        """End the waits for these tasks, because this package failed in a way that would repeat."""
        for polled in polled_tasks:
            reason = (
                CLIENT_CLOSED if isinstance(error, errors.ClientClosedError) else f"{type(error).__name__}: {error}".rstrip(".")
            )
            end = end_of_wait(polled, reason)
            end.__cause__ = error
            self._end(polled, end)

    def _eta(self, polled: PolledTask, now: float) -> float | None:
        """Return the seconds that a new task probably still takes; None if that is not known, or over."""
        usual = polled.estimate or self._durations.usual(polled.ref)
        if usual is None or not polled.is_new:
            return None
        left = usual - (now - polled.added)
        return left if left > 0 else None

    def _pause(self, polled: PolledTask, now: float, chance: float | None = None) -> float:
        """Return the seconds until the next poll of a task. With the same `chance`, the tasks of a list request stay together."""
        if polled.is_woken:
            return self._join_wake(polled, now)
        chance = self._chance() if chance is None else chance
        if self._notices is not None and not polled.has_notice and self._notices.is_awaited(polled.ref):
            return self._poll.slow_pause(chance)
        age = now - polled.added
        sharing = len(self._polled) if self._lists and not polled.singly else 0
        pause = self._poll.pause(age, chance, sharing=sharing)
        if sharing:
            return pause
        learned = self._durations.pause(polled.ref, age, most=self._poll.ceiling) if polled.is_new else None
        if learned is not None:
            return learned
        if polled.estimate is None:
            return pause
        return min(max(pause, (polled.estimate - age) / 2), self._poll.ceiling)

    def _schedule(self, polled: PolledTask, due: float) -> None:
        polled.due = due
        self._entered += 1
        heapq.heappush(self._queue, (due, self._entered, polled))

    def _is_stale(self, entry: tuple[float, int, PolledTask]) -> bool:
        due, _, polled = entry
        return polled.in_flight or due != polled.due or self._polled.get(polled.ref) is not polled

    def _end(self, polled: PolledTask, conclusion: Conclusion) -> None:
        if self._polled.get(polled.ref) is not polled:
            return
        del self._polled[polled.ref]
        listeners, polled.listeners = polled.listeners, ()  # so that the answer to a request in flight reaches none
        for listener in listeners:
            listener.ended(polled, conclusion)


def end_of_wait(polled: PolledTask, reason: str) -> errors.TaskError:
    """Return the error for a wait that cannot continue because of this program."""
    return errors.TaskError(
        f"The wait for {polled.ref} cannot continue: {reason}. The task keeps running and is charged.",
        polled.ref,
        polled.snapshot,
        remedy=Remedy(action="wait", refs=(str(polled.ref),)),
    )


def _needs_own_answer(listed: Snapshot) -> bool:
    """Return whether the list lacks what the task's own status answer has: why it failed, or its files."""
    if listed.state is TaskState.SUCCEEDED:
        return not listed.has_result
    return listed.state.is_final and listed.error_code is None


def outcome_of(conclusion: Conclusion) -> Result | errors.TaskError:
    """Return the result of a task that succeeded, or the error of any other end."""
    if isinstance(conclusion, errors.TaskError):
        return conclusion
    if conclusion.state is TaskState.SUCCEEDED:
        return Result(conclusion)
    if conclusion.state is TaskState.CANCELED:
        return errors.TaskCanceledError(conclusion)
    return errors.TaskModeratedError(conclusion) if conclusion.is_moderated else errors.TaskFailedError(conclusion)


def check_result(snapshot: Snapshot) -> None:
    """Raise WaitTimeoutError or TaskFailedError, as a wait of 0 seconds would, if a task has no result.

    With an undocumented word for the state, files count as a result: the task may be paid.
    """
    if snapshot.state is TaskState.UNKNOWN and snapshot.has_result:
        return
    if not snapshot.state.is_final:
        raise errors.WaitTimeoutError(snapshot.ref, snapshot, elapsed=0.0)
    if isinstance(outcome := outcome_of(snapshot), errors.TaskError):
        raise outcome
