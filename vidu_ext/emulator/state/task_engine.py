"""The tasks of all accounts: they wait, run a few at a time, end, and are charged or refunded.

Nothing happens by itself: `advance` carries out all due events in the order of their times.
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
from collections import deque
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import count
from typing import Final

from attrs import define, field, fields_dict

from vidu_ext.emulator.providers.refusals import out_of_credits, queue_full
from vidu_ext.emulator.routes import Route
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.values.tasks import Object

from .bounded import Bounded
from .outputs import MediaFile

USUAL_CREDITS: Final = 1_000_000.0
MOST_SUBJECTS: Final = 10_000
"""Per account; the oldest are dropped first."""
MOST_ACCOUNTS: Final = 10_000
"""Any key creates one; above this, the oldest are dropped."""

FIRST_ID: Final = 940_107_923_630_000_000
"""Ids look like Vidu's: 18 decimal digits, too large for a float."""
MOST_HELD_CHARACTERS: Final = 64 * 1024 * 1024
"""Limit on the texts in the requests of all tasks; the oldest finished tasks are dropped first."""
SPARE_EVENTS: Final = 1_000
"""Events of ended tasks that may remain in the heap."""
IDS_APART: Final = 1_000
"""Difference of the ids of two tasks; the ids of results are between them."""


class Stage(StrEnum):
    """State of a task."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


MODERATED: Final = "CreationPolicyViolation"
"""Vidu's error code of a task that its moderation stopped."""
DROPPED: Final = "Unknown"
"""Error code of a task that exceeded its time limit. Vidu's own code is not documented."""

ENDED: Final = frozenset({Stage.SUCCEEDED, Stage.FAILED, Stage.CANCELED})


@define(eq=False)
class EmulatedAccount:
    """The account of one key at one provider, without the key itself."""

    number: int
    provider: str
    credits: float
    """Those that are neither spent nor reserved."""
    signer: hmac.HMAC = field(repr=False)
    """Signs notices with the key, which cannot be read from it."""
    running: int = 0
    waiting: int = 0
    highest_running: int = 0
    spent: float = 0.0
    tasks: dict[str, EmulatedTask] = field(factory=dict[str, "EmulatedTask"], repr=False)
    """Tasks of the task list, oldest first."""
    ready: deque[EmulatedTask] = field(factory=deque["EmulatedTask"], repr=False)
    """Tasks that may run as soon as a slot is free."""
    subjects: Bounded[str, Object] = field(factory=lambda: Bounded[str, Object](MOST_SUBJECTS), repr=False)
    """Stored objects by id, oldest first."""

    @property
    def reserved(self) -> float:
        """Credits of the tasks that have not ended."""
        return sum(task.credits for task in self.tasks.values() if task.state not in ENDED)


@define(kw_only=True)
class PaidTask:
    """A task that was charged, unless it ended without a result."""

    id: str
    provider: str
    account: int
    """Number of the account, from 1."""
    operation: str
    """operationId in the provider's spec."""
    credits: float
    """Its price, refunded if the task failed or was cancelled."""
    state: Stage = Stage.WAITING
    """`waiting`, `running`, `succeeded`, `failed` or `canceled`."""
    failure: str | None = None
    """Vidu's code of why it failed or will fail."""
    created: float
    """Seconds since 1970, of the emulator's clock."""
    ended: float | None = None
    body: Object = field(repr=False)
    """As it was sent; media in it are replaced by a hash."""
    payload: str | None = None
    """Vidu's `payload`, in which a client sends its idempotency key."""
    idempotency_key: str | None = None
    """Comfy's `Idempotency-Key`."""
    polls: int = 0
    """Number of status answers, without lists."""


@define(eq=False, kw_only=True)
class EmulatedTask(PaidTask):
    """One task, charged from its start."""

    number: int
    owner: EmulatedAccount = field(repr=False)
    route: Route = field(repr=False)
    origin: str = field(repr=False)
    complete: Object = field(repr=False)
    """Its body with the documented defaults of its model."""
    output: MediaFile
    started: float | None = None
    ends: float | None = None
    """When a running task will end."""
    held: int = 0
    """Characters of the texts in its body."""

    def snapshot(self) -> PaidTask:
        """Return the task as it is now, which does not change."""
        return PaidTask(**{name: getattr(self, name) for name in fields_dict(PaidTask)})

    def progress(self, now: float) -> int:
        """Return the progress in per cent."""
        if self.state is Stage.SUCCEEDED:
            return 100
        if self.state is not Stage.RUNNING or self.started is None or self.ends is None:
            return 0
        length = self.ends - self.started
        return 99 if length <= 0 else max(0, min(99, int(100 * (now - self.started) / length)))


Change = Callable[[EmulatedTask], object]
"""What happens to a task; the result is not used."""


class TaskEngine:
    """All tasks of all accounts. Not thread-safe."""

    def __init__(self, settings: EmulatorSettings, changed: Change, numbers: Iterator[int]) -> None:
        """`changed` is called with each task that starts or ends. The ids are made of `numbers`."""
        self.settings: Final = settings
        self.now = 0.0
        """Time of the last `advance`; of an event while it is carried out."""
        self.tasks: dict[str, EmulatedTask] = {}
        self.accounts: Final = Bounded[tuple[str, bytes], EmulatedAccount](MOST_ACCOUNTS)
        self._changed: Final = changed
        self._events: list[tuple[float, int, Change, EmulatedTask]] = []
        """Time, order, what happens then, and to which task."""
        self._order: Final = count()
        self._numbers: Final = numbers
        self._account_numbers: Final = count(1)
        self._ended: deque[EmulatedTask] = deque()
        self._held = 0
        """Characters of the bodies of all tasks."""

    # -- accounts -----------------------------------------------------------------------------------------------------

    def account(self, provider: str, key: str) -> EmulatedAccount:
        """Return the account of a key, of which only hashes are stored; it is created at its first use."""
        secret = key.encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(secret).digest()
        if (provider, digest) not in self.accounts:
            account = EmulatedAccount(
                number=next(self._account_numbers),
                provider=provider,
                credits=float(self.settings.credits.get(provider, USUAL_CREDITS)),
                signer=hmac.new(secret, b"", "sha256"),
            )
            self.accounts.put((provider, digest), account)
        return self.accounts[provider, digest]

    @staticmethod
    def charge(account: EmulatedAccount, price: float) -> None:
        """Charge an account. Raises Refusal if there are too few credits."""
        if account.credits < price:
            raise out_of_credits()
        account.credits -= price
        account.spent += price

    # -- tasks --------------------------------------------------------------------------------------------------------

    def new_id(self) -> tuple[int, str]:
        """Return a number that was not used before, and the id made of it."""
        number = next(self._numbers)
        return number, str(FIRST_ID + number * IDS_APART)

    def begin(self, task: EmulatedTask, *, wait: float, limit: float | None = None) -> None:
        """Add a waiting task and reserve its price. It fails if it has not ended after `limit` seconds. Raises Refusal
        if there are too few credits or the queue is full.
        """
        account = task.owner
        if account.waiting >= self.settings.queue_limit:
            raise queue_full()
        if account.credits < task.credits:
            raise out_of_credits()
        account.credits -= task.credits
        account.waiting += 1
        self._keep(task)
        self._plan(task.created + wait, task, lambda task: task.owner.ready.append(task))
        if limit is not None:
            self._plan(task.created + limit, task, lambda task: self.fail(task, DROPPED))

    def begin_ended(self, task: EmulatedTask) -> None:
        """Add a task that has ended already, and charge it."""
        self.charge(task.owner, task.credits)
        self._keep(task)
        task.state, task.started, task.ended = Stage.SUCCEEDED, task.created, task.created
        self._ended.append(task)

    def cancel(self, task: EmulatedTask) -> bool:
        """Cancel a waiting task at no cost; False if it is not waiting."""
        if task.state is not Stage.WAITING:
            return False
        self._end(task, Stage.CANCELED)
        return True

    def fail(self, task: EmulatedTask, why: str) -> bool:
        """Let a task fail and refund it; False if it has ended already."""
        if task.state in ENDED:
            return False
        task.failure = why
        self._end(task, Stage.FAILED)
        self._start_next(task.owner)
        return True

    def advance(self, now: float) -> None:
        """Carry out all due events."""
        while self._events and self._events[0][0] <= now:
            self.now, _, event, task = heapq.heappop(self._events)
            if task.state not in ENDED:
                event(task)
                self._start_next(task.owner)
        self.now = now

    # -- inside -------------------------------------------------------------------------------------------------------

    def _plan(self, moment: float, task: EmulatedTask, event: Change) -> None:
        heapq.heappush(self._events, (moment, next(self._order), event, task))
        if len(self._events) > 4 * len(self.tasks) + SPARE_EVENTS:  # a task that has not ended has at most two
            self._events = [one for one in self._events if one[3].state not in ENDED]
            heapq.heapify(self._events)

    def _start_next(self, account: EmulatedAccount) -> None:
        while account.ready and account.running < self.settings.concurrency:
            task = account.ready.popleft()
            if task.state is not Stage.WAITING:
                continue
            account.waiting -= 1
            account.running += 1
            account.highest_running = max(account.highest_running, account.running)
            task.state, task.started, task.ends = Stage.RUNNING, self.now, self.now + self.settings.processing_seconds
            self._plan(task.ends, task, self._finish)
            self._changed(task)

    def _finish(self, task: EmulatedTask) -> None:
        self._end(task, Stage.SUCCEEDED if task.failure is None else Stage.FAILED)

    def _end(self, task: EmulatedTask, stage: Stage) -> None:
        if task.state is Stage.RUNNING:
            task.owner.running -= 1
        else:
            task.owner.waiting -= 1
        task.state, task.ended = stage, self.now
        if stage is Stage.SUCCEEDED:
            task.owner.spent += task.credits
        else:
            task.owner.credits += task.credits
        self._ended.append(task)
        self._changed(task)

    def _keep(self, task: EmulatedTask) -> None:
        self.tasks[task.id] = task
        task.owner.tasks[task.id] = task
        self._held += task.held
        while (len(self.tasks) > self.settings.max_tasks or self._held > MOST_HELD_CHARACTERS) and self._ended:
            oldest = self._ended.popleft()
            self._held -= oldest.held
            del oldest.owner.tasks[oldest.id], self.tasks[oldest.id]
