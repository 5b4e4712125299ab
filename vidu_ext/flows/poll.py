"""Waiting for many tasks of one account with as few requests as its provider allows. Decides; never sends or sleeps.

A board holds the tasks that somebody waits for. The driver asks it what to send now, sends it, and tells it what came
back; the board tells the listeners. Where the provider lists tasks by id, one request asks for a hundred of them. A wait
ends on a final state or a refusal, never on an unknown word or a failed call.
"""

from __future__ import annotations

import heapq
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import evolve, field, frozen

from vidu_ext.values.errors import (
    ResultMissingError,
    TaskCanceledError,
    TaskError,
    TaskFailedError,
    TaskModeratedError,
    WaitRefusedError,
    WaitTimeoutError,
)
from vidu_ext.values.exchange import Call, ErrorReading, ExchangeError, Reply
from vidu_ext.values.tasks import Result, TaskRef, TaskState

from .call import is_transient
from .policy import PollPolicy, RetryPolicy, retry_after

if TYPE_CHECKING:
    from vidu_ext.providers.base import Provider
    from vidu_ext.values.tasks import Snapshot, TaskRef


logger: Final = logging.getLogger("vidu_ext")

MISSES_BEFORE_ASKING_ALONE: Final = 3
"""List answers that may leave a task out before it is asked for by itself."""

FAULTS_BEFORE_ASKING_ALONE: Final = 3
"""List answers in a row that may be a fault of the server before a task is asked for by itself."""

NEWBORN_SECONDS: Final = 60.0
"""Age up to which a refusal may mean that the provider, or a gateway before it, does not know the task yet."""

NOT_ABOUT_THE_TASK: Final = frozenset({"key", "credits", "model", "moderation"})
"""Meanings of an error code that no waiting changes, however young the task is."""

EMPTY_ANSWERS: Final = 4
"""Answers that may say success without naming a file, or only by-products, before that is an error."""

Conclusion: TypeAlias = "Snapshot | TaskError"
"""How the waiting for a task ended: its final snapshot, or a refusal to tell."""


class Watch:
    """One task that is waited for, by whoever listens."""

    __slots__ = (
        "added",
        "asking",
        "due",
        "empties",
        "estimate",
        "failure",
        "failures",
        "listeners",
        "misses",
        "ref",
        "singly",
        "told",
    )

    def __init__(self, ref: TaskRef, now: float) -> None:
        self.ref = ref
        self.added = now
        self.due = now
        self.asking = False
        self.singly = False
        self.misses = 0
        self.empties = 0
        self.failures = 0
        self.failure: str | None = None
        self.estimate: float | None = None
        self.told: _Told | None = None
        self.listeners: tuple[Listener, ...] = ()

    @property
    def snapshot(self) -> Snapshot | None:
        """What the last answer said of the task, None before the first."""
        return None if self.told is None else self.told.of(self.ref)


class _Told:
    """An answer as it came, which may be for a hundred tasks; read again for whoever asks what it said of one.

    That is asked at a deadline or a refusal. Until then the bytes weigh a third of what is read from them.
    """

    __slots__ = ("_account", "_is_list", "_provider", "_reply", "_snapshots")

    def __init__(self, account: str, provider: Provider, reply: Reply, *, is_list: bool) -> None:
        self._account = account
        self._provider = provider
        self._reply = evolve(reply, headers={})
        self._is_list = is_list
        self._snapshots: Mapping[str, Snapshot] | None = None

    def of(self, ref: TaskRef) -> Snapshot | None:
        if not self._is_list:
            return self._provider.snapshot(ref, self._reply.json())
        if self._snapshots is None:
            self._snapshots = self._provider.listed(self._account, self._reply.json()) or {}
        found = self._snapshots.get(ref.task_id)
        return None if found is None else _renamed(found, ref)


class Listener:
    """Somebody who waits for a task. Its methods are called by the driver's loop and must return at once."""

    __slots__ = ()

    def seen(self, watch: Watch, snapshot: Snapshot) -> None:
        """A status answer came that is not final."""

    def missed(self, watch: Watch) -> None:
        """A status call failed; another one follows."""

    def ended(self, watch: Watch, conclusion: Conclusion) -> None:
        """The wait is over."""


@frozen(eq=False)
class Ask:
    """A request that the board wants sent now."""

    call: Call
    watches: tuple[Watch, ...] = field(repr=False)
    is_list: bool


class Board:
    """The tasks of one account that somebody waits for. Not safe for threads: its driver has a lock."""

    def __init__(
        self,
        account: str,
        provider: Provider,
        *,
        poll: PollPolicy,
        retry: RetryPolicy,
        chance: Callable[[], float],
        sightings: Sightings | None = None,
    ) -> None:
        self.account = account
        self.provider = provider
        self._poll = poll
        self._retry = retry
        self._chance = chance
        self._sightings = sightings or Sightings()
        self._watches: dict[TaskRef, Watch] = {}
        self._queue: list[tuple[float, int, Watch]] = []
        self._entered = 0
        self._lists = provider.list_size > 0
        self._list_faults = 0
        self._warned: set[str] = set()

    def __len__(self) -> int:
        return len(self._watches)

    def join(self, ref: TaskRef, listener: Listener, now: float, *, is_new: bool = False, estimate: float | None = None) -> Watch:
        """Begin to listen to a task. The first question is asked at once, or after the usual pause for a new task.

        Raises ConfigurationError for a reference that names no status operation of the provider: here, where it is heard.
        """
        if ref.poll is not None:
            self.provider.status_call(ref)
        watch = self._watches.get(ref)
        if watch is None:
            watch = self._watches[ref] = Watch(ref, now)
            watch.singly = ref.poll is not None
            watch.estimate = estimate
            self._schedule(watch, now + (self._pause(watch, now) if is_new else 0.0))
        watch.listeners = (*watch.listeners, listener)
        return watch

    def leave(self, watch: Watch, listener: Listener) -> None:
        """Stop listening. A task that nobody listens to is forgotten."""
        watch.listeners = tuple(other for other in watch.listeners if other is not listener)
        if not watch.listeners and self._watches.get(watch.ref) is watch:
            del self._watches[watch.ref]

    def hurry(self, watch: Watch, now: float) -> None:
        """Ask for the task at the next chance, because a deadline has come."""
        if not watch.asking and self._watches.get(watch.ref) is watch:
            self._schedule(watch, now)

    def abandon(self) -> None:
        """End every wait, because the client was closed."""
        for watch in list(self._watches.values()):
            self._end(watch, given_up(watch, "the client was closed"))

    def break_down(self, fault: Exception) -> None:
        """End every wait, because what asks for the tasks failed: nobody may wait for what is asked no more."""
        self._broke(list(self._watches.values()), fault)

    def next_due(self) -> float | None:
        """When there is something to ask next; None while nothing is waited for."""
        while self._queue and self._is_stale(self._queue[0]):
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def take_due(self, now: float, *, most: int) -> list[Ask]:
        """The requests to send now, at the most so many. One that has room for more tasks takes those that are due next.

        A task whose request cannot even be written is waited for no more; the others are asked for all the same.
        """
        asks: list[Ask] = []
        batch: list[Watch] = []
        while len(asks) < most and (due := self.next_due()) is not None and (due <= now or batch):
            watch = self._queue[0][2]
            alone = watch.singly or not self._lists
            if alone and (due > now or len(asks) + bool(batch) == most):
                break
            heapq.heappop(self._queue)
            watch.asking = True
            if alone:
                asks += self._alone(watch)
                continue
            batch.append(watch)
            if len(batch) == self.provider.list_size:
                asks += self._list(batch, now)
                batch = []
        return asks + self._list(batch, now) if batch else asks

    def _alone(self, watch: Watch) -> list[Ask]:
        try:
            return [Ask(self.provider.status_call(watch.ref), (watch,), is_list=False)]
        except Exception as fault:
            self._broke((watch,), fault)
            return []

    def _list(self, batch: list[Watch], now: float) -> list[Ask]:
        try:
            return [Ask(self.provider.list_call([watch.ref.task_id for watch in batch]), tuple(batch), is_list=True)]
        except Exception:
            for watch in batch:  # asked for alone, the one that is at fault shows itself
                watch.asking, watch.singly = False, True
                self._schedule(watch, now)
            return []

    def answered(self, ask: Ask, answer: Reply | Exception, now: float) -> None:
        """Take in what came back for a request and tell the listeners. Raises nothing, or somebody would wait for ever."""
        for watch in ask.watches:
            watch.asking = False
        try:
            self._take_in(ask, answer, now)
        except Exception as fault:
            self._broke(ask.watches, fault)

    def _take_in(self, ask: Ask, answer: Reply | Exception, now: float) -> None:
        if isinstance(answer, ExchangeError):
            self._failed(ask, answer.detail, None, now)
        elif isinstance(answer, Exception):
            self._broke(ask.watches, answer)
        elif not answer.is_success:
            self._refused(ask, answer, now)
        elif ask.is_list:
            self._listed(ask, answer, now)
        else:
            self._told(ask, answer, now)

    def _listed(self, ask: Ask, reply: Reply, now: float) -> None:
        snapshots = self.provider.listed(self.account, reply.json())
        if snapshots is None:
            self._refused(ask, reply, now)
            return
        self._list_faults = 0
        told = _Told(self.account, self.provider, reply, is_list=True)
        for watch in ask.watches:
            snapshot = snapshots.get(watch.ref.task_id)
            if snapshot is None:
                watch.misses += 1
                watch.singly = watch.misses >= MISSES_BEFORE_ASKING_ALONE
                self._schedule(watch, now + self._pause(watch, now))
                continue
            watch.misses = 0
            if _needs_own_answer(snapshot):
                watch.singly = True
                self._schedule(watch, now)
                continue
            self._take(watch, _renamed(snapshot, watch.ref), told, now)

    def _told(self, ask: Ask, reply: Reply, now: float) -> None:
        watch = ask.watches[0]
        snapshot = self.provider.snapshot(watch.ref, reply.json())
        if snapshot is None:
            self._refused(ask, reply, now)
            return
        watch.estimate = self.provider.estimated_seconds(reply) or watch.estimate
        if self._list_faults >= FAULTS_BEFORE_ASKING_ALONE:
            self._do_without_list()
        if self._lists and watch.ref.poll is None and not snapshot.state.is_final:
            watch.singly, watch.misses = False, 0
        self._take(watch, snapshot, _Told(self.account, self.provider, reply, is_list=False), now)

    def _take(self, watch: Watch, snapshot: Snapshot, told: _Told, now: float) -> None:
        watch.told, watch.failures, watch.failure = told, 0, None
        see = self._sightings.ended if snapshot.state.is_final else self._sightings.unfinished
        see(watch.ref, now)
        if snapshot.state is TaskState.UNKNOWN:
            self._warn_once(
                snapshot.word, "%s used the unknown state word %r; the wait goes on. A newer version may know it.", snapshot.word
            )
        if snapshot.odd_charge is not None:
            charge = f"{snapshot.ref} costs {snapshot.odd_charge}"
            self._warn_once(charge, "%s tells that %s, which is no number of credits: look into its console.", charge)
        if snapshot.state is TaskState.SUCCEEDED and not snapshot.has_result:
            watch.empties += 1
            if watch.empties >= EMPTY_ANSWERS:
                self._end(watch, ResultMissingError(snapshot))
                return
        elif snapshot.state.is_final:
            self._end(watch, snapshot)
            return
        for listener in watch.listeners:
            listener.seen(watch, snapshot)
        self._schedule(watch, now + self._pause(watch, now))

    def _refused(self, ask: Ask, reply: Reply, now: float) -> None:
        """An answer that tells no state: a passing fault, or a refusal that no repetition changes."""
        reading = self.provider.error(reply)
        status = reading.status
        if ask.is_list and (status < 400 or status >= 500):
            self._doubt_list(ask)
        if status < 400:
            self._failed(ask, f"HTTP {status}, and the answer cannot be read as a status", None, now)
        elif is_transient(status, reading):
            self._failed(ask, f"HTTP {status}, {reading.message}", retry_after(reply.headers), now)
        elif ask.is_list and status != 401:
            self._lists = False
            logger.warning("%s lists no tasks any more (HTTP %s); asking for each by itself", self.account, status)
            self._failed(ask, f"HTTP {status}, {reading.message}", None, now)
        else:
            for watch in ask.watches:
                if self._may_be_unknown_yet(reading) and now - watch.added < NEWBORN_SECONDS:
                    self._failed(Ask(ask.call, (watch,), is_list=False), reading.message, None, now)
                    continue
                error = WaitRefusedError(watch.ref, watch.snapshot, reading.message, status=status, code=reading.code)
                self._end(watch, error)

    def _may_be_unknown_yet(self, reading: ErrorReading) -> bool:
        """Whether a refusal may only mean "no such task": gateways say that with any status, and in any language."""
        meaning = self.provider.meaning(reading.code) if reading.code else None
        return reading.status != 401 and meaning not in NOT_ABOUT_THE_TASK

    def _doubt_list(self, ask: Ask) -> None:
        """The list itself may be broken, for one of its tasks perhaps. One of them is asked for alone, to see."""
        self._list_faults += 1
        if self._list_faults >= FAULTS_BEFORE_ASKING_ALONE:
            ask.watches[0].singly = True

    def _do_without_list(self) -> None:
        """Only the list is broken: each task is asked for alone once, then the list is tried anew."""
        logger.warning("%s answers for a single task, and not for a list; asking for each by itself", self.account)
        self._list_faults = 0
        for watch in self._watches.values():
            watch.singly = True

    def _failed(self, ask: Ask, detail: str, asked: float | None, now: float) -> None:
        logger.info("%s of %d task(s) at %s failed: %s", ask.call.operation, len(ask.watches), self.account, detail)
        for watch in ask.watches:
            watch.failures += 1
            watch.failure = detail
            backoff = self._retry.pause(watch.failures, self._chance(), asked)
            self._schedule(watch, now + max(backoff, self._pause(watch, now)))
            for listener in watch.listeners:
                listener.missed(watch)

    def _broke(self, watches: Iterable[Watch], fault: Exception) -> None:
        """Something on our side failed, and would fail again: those who wait are told."""
        for watch in watches:
            error = given_up(watch, f"{type(fault).__name__}: {fault}".rstrip("."))
            error.__cause__ = fault
            self._end(watch, error)

    def _pause(self, watch: Watch, now: float) -> float:
        age = now - watch.added
        listed = self._lists and not watch.singly
        pause = self._poll.pause(age, self._chance(), listed=listed)
        if watch.estimate is None or listed:
            return pause
        return min(max(pause, (watch.estimate - age) / 2), self._poll.ceiling)

    def _schedule(self, watch: Watch, due: float) -> None:
        watch.due = due
        self._entered += 1
        heapq.heappush(self._queue, (due, self._entered, watch))

    def _is_stale(self, entry: tuple[float, int, Watch]) -> bool:
        due, _, watch = entry
        return watch.asking or due != watch.due or self._watches.get(watch.ref) is not watch

    def _end(self, watch: Watch, conclusion: Conclusion) -> None:
        if self._watches.get(watch.ref) is not watch:
            return
        del self._watches[watch.ref]
        for listener in watch.listeners:
            listener.ended(watch, conclusion)

    def _warn_once(self, about: str, message: str, detail: str) -> None:
        if about not in self._warned:
            self._warned.add(about)
            logger.warning(message, self.account, detail)


def _renamed(listed: Snapshot, ref: TaskRef) -> Snapshot:
    """The snapshot under the reference that is waited for; a list does not know it."""
    return listed if listed.ref == ref else evolve(listed, ref=ref)


def given_up(watch: Watch, reason: str) -> TaskError:
    """The error for a wait that cannot go on for a reason on our side."""
    return TaskError(
        f"The wait for {watch.ref} cannot go on: {reason}. The task goes on and stays paid: wait again with"
        f" wait({str(watch.ref)!r}), here or in another process.",
        watch.ref,
        watch.snapshot,
    )


def _needs_own_answer(listed: Snapshot) -> bool:
    """Whether the list says less of the task than its own status answer would: why it failed, where its files are."""
    if listed.state is TaskState.SUCCEEDED:
        return not listed.has_result
    return listed.state.is_final and listed.error_code is None


def conclude(conclusion: Conclusion) -> Result:
    """The result of a task that succeeded. Raises the error that any other end is."""
    if isinstance(conclusion, TaskError):
        raise conclusion
    if conclusion.state is TaskState.SUCCEEDED:
        return Result(conclusion)
    raise failure_of(conclusion)


def check_result(snapshot: Snapshot) -> None:
    """Raises what a wait without patience would, where a task has no result: WaitTimeoutError, TaskFailedError.

    Files under a word that nobody documented may be the result of a task that is paid: they are one.
    """
    if snapshot.state is TaskState.UNKNOWN and snapshot.has_result:
        return
    if not snapshot.state.is_final:
        raise WaitTimeoutError(snapshot.ref, snapshot, elapsed=0.0)
    conclude(snapshot)


def failure_of(snapshot: Snapshot) -> TaskFailedError:
    """The error for a task that ended without a result."""
    if snapshot.state is TaskState.CANCELED:
        return TaskCanceledError(snapshot)
    return TaskModeratedError(snapshot) if snapshot.is_moderated else TaskFailedError(snapshot)


RECENT_SECONDS: Final = 300.0
"""Seconds after the last sight of an unfinished task in which its storage may be behind it."""


UNCERTAIN_SHARE: Final = 0.25
"""Share of the patience with the storage of a task that had ended at the first look of a wait."""


MOST_SIGHTINGS: Final = 10_000
"""Tasks that are remembered. The one that was seen first is forgotten first."""


class Sightings:
    """When one client last saw a task unfinished, or first saw that it had ended, by a clock that only goes forward.

    Says how long the storage may be behind its task. Safe for threads: every change is one step of a dict.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[TaskRef, tuple[float, bool]] = OrderedDict()

    def unfinished(self, ref: TaskRef, now: float) -> None:
        self._keep(ref, now, is_certain=True)

    def ended(self, ref: TaskRef, now: float) -> None:
        """A task that was never seen unfinished here may have ended long before."""
        if ref not in self._seen:
            self._keep(ref, now, is_certain=False)

    def youth(self, ref: TaskRef, now: float) -> float:
        """The share of a retry budget in which a file that is not there may only not be there yet."""
        moment, is_certain = self._seen.get(ref, (now - RECENT_SECONDS, False))
        if now - moment >= RECENT_SECONDS:
            return 0.0
        return 1.0 if is_certain else UNCERTAIN_SHARE

    def _keep(self, ref: TaskRef, now: float, *, is_certain: bool) -> None:
        self._seen[ref] = now, is_certain
        if len(self._seen) > MOST_SIGHTINGS:
            self._seen.popitem(last=False)
