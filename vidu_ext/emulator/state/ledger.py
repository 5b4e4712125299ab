"""What happened at an emulator, for the assertions of a test: tasks that were paid for, requests, bytes, keys in wrong places.

Counts and remembers; decides nothing. No key and no hash of one is in it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Final, Protocol, TypeVar

from attrs import evolve, field, frozen

from vidu_ext.values.tasks import Object

from .task_engine import ENDED, EmulatedAccount, EmulatedTask, Stage, TaskEngine

Seen = TypeVar("Seen")

REMEMBERED_REQUESTS: Final = 5_000
MOST_HELD_CHARACTERS: Final = 16 * 1024 * 1024
"""Of the bodies of requests and replies; beyond it the oldest requests are forgotten."""
NOTICE: Final = "notice"

logger: Final = logging.getLogger("vidu_ext.emulator.requests")


@frozen(kw_only=True)
class PaidTask:
    """A task that was charged for, unless it ended without a result."""

    id: str
    provider: str
    account: int
    """Number of the account, from 1 on."""
    operation: str
    """operationId in the provider's spec."""
    credits: float
    """Its price. It was paid back if the task failed or was cancelled."""
    state: str
    """`waiting`, `running`, `succeeded`, `failed` or `canceled`."""
    failure: str | None
    """Why it failed or will fail, in Vidu's words."""
    created: float
    """Seconds since 1970, of the emulator's clock."""
    ended: float | None
    body: Object = field(repr=False)
    """As it was sent; pictures, videos and sounds in it are cut to a mark."""
    payload: str | None
    """Vidu's `payload`, in which a client sends its idempotency key."""
    idempotency_key: str | None
    """Comfy's `Idempotency-Key`."""
    polls: int
    """How many status answers reported it, lists not counted."""
    bytes_served: int
    """Of its files."""


@frozen
class SeenRequest:
    """A request, without its key; or a notice that was sent."""

    provider: str
    operation: str
    """operationId, `download`, `upload`, `notice`, or empty for a request for nothing that there is."""
    method: str
    path: str
    status: int
    account: int | None
    moment: float
    """Seconds since 1970, of the emulator's clock."""
    fault: str | None = None
    """Kind of the fault rule that affected it."""
    is_answered: bool = True
    """Whether a status line was sent."""
    ms: float | None = None
    """Real milliseconds until the reply was out. None before that, and without a port."""
    body: str = field(default="", repr=False)
    """As it was sent, cut, with the key hidden."""
    reply: str = field(default="", repr=False)
    """The body of the answer, in the same way."""

    @property
    def line(self) -> str:
        """One line for a terminal."""
        path = self.path if self.path.isprintable() else ascii(self.path)
        status, ms = self.status if self.is_answered else "-", "-" if self.ms is None else f"{self.ms:.0f}"
        return " ".join(filter(None, (self.method, path, str(status), ms, "ms", self.fault)))


class Guard(Protocol):
    """Runs a function while nothing else changes."""

    def __call__(self, function: Callable[[], Seen], /) -> Seen: ...


class Ledger:
    """What happened. Threads may share it."""

    def __init__(self, task_engine: Callable[[], TaskEngine], guard: Guard) -> None:
        """`task_engine` returns the tasks as they are now."""
        self._task_engine: Final = task_engine
        self._guard: Final = guard
        self._log: Final[dict[int, SeenRequest]] = {}
        self._numbers: Final = count(1)
        self._held = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._paid_count: Counter[str] = Counter()
        self.bytes_served = 0
        """Of files, as far as they were sent."""
        self.keys_sent_to_files = 0
        """Requests for a file, or to the storage, that brought an API key."""
        self.breakdowns: Final[list[BaseException]] = []
        """What went wrong in the emulator itself; such a request was answered with 500."""

    # -- what tests ask -----------------------------------------------------------------------------------------------

    @property
    def paid(self) -> Sequence[PaidTask]:
        """The tasks that are remembered, oldest first."""
        return self._guard(lambda: tuple(paid_task(task) for task in self._task_engine().tasks.values()))

    def paid_of(self, task_id: str) -> PaidTask | None:
        """One task; None for one that was never made or is forgotten."""
        return next((task for task in self.paid if task.id == task_id), None)

    @property
    def paid_twice(self) -> Sequence[tuple[PaidTask, ...]]:
        """Tasks of one account that share an idempotency key, or a payload that is not empty: one submission, paid more
        than once.
        """
        groups: dict[tuple[int, str, str], list[PaidTask]] = {}
        for task in self.paid:
            for kind, mark in (("key", task.idempotency_key), ("payload", task.payload)):
                if mark:
                    groups.setdefault((task.account, kind, mark), []).append(task)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)

    def times_paid(self, mark: str) -> int:
        """How many tasks were made with this idempotency key or payload."""
        return sum(mark in (task.idempotency_key, task.payload) for task in self.paid)

    @property
    def paid_count(self) -> Mapping[str, int]:
        """Tasks that were ever made, by provider; forgotten ones are counted."""
        return dict(self._paid_count)

    @property
    def unfinished(self) -> Sequence[PaidTask]:
        """Tasks that wait or run."""
        over = {stage.value for stage in ENDED}
        return tuple(task for task in self.paid if task.state not in over)

    @property
    def never_served(self) -> Sequence[PaidTask]:
        """Tasks that succeeded and of whose files no byte was sent: results that were paid for and not fetched."""
        return tuple(task for task in self.paid if task.state == Stage.SUCCEEDED.value and task.bytes_served == 0)

    @property
    def requests(self) -> Sequence[SeenRequest]:
        """The last 5,000 requests, oldest first."""
        return tuple(seen for seen in self.log.values() if seen.operation != NOTICE)

    @property
    def log(self) -> dict[int, SeenRequest]:
        """The last 5,000 requests and notices by their numbers, oldest first."""
        return self._guard(lambda: dict(self._log))

    @property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many requests there were, by provider and operation; `download` and `upload` stand for files."""
        return self._guard(lambda: dict(self._counts))

    def count(self, provider: str, operation: str) -> int:
        """How many requests there were for one operation."""
        return self._counts[provider, operation]

    @property
    def highest_running(self) -> Mapping[tuple[str, int], int]:
        """The most tasks that ever ran at once, by provider and number of the account."""
        return {(one.provider, one.number): one.highest_running for one in self._accounts()}

    @property
    def credits_spent(self) -> Mapping[tuple[str, int], float]:
        """Credits that are gone for good, by provider and number of the account."""
        return {(one.provider, one.number): one.spent for one in self._accounts()}

    def _accounts(self) -> Sequence[EmulatedAccount]:
        return self._guard(lambda: tuple(self._task_engine().accounts.values()))

    # -- what the emulator writes -------------------------------------------------------------------------------------

    def record_request(self, seen: SeenRequest) -> int:
        """Keep a request; gives its number."""
        number = next(self._numbers)
        self._log[number] = seen
        if seen.ms is not None:
            logger.info(seen.line)
        self._held += len(seen.body) + len(seen.reply)
        while len(self._log) > REMEMBERED_REQUESTS or self._held > MOST_HELD_CHARACTERS:
            oldest = self._log.pop(next(iter(self._log)))
            self._held -= len(oldest.body) + len(oldest.reply)
        if seen.operation != NOTICE:
            self._counts[seen.provider, seen.operation] += 1
        return number

    def record_sent(self, number: int, ms: float) -> None:
        """Keep how long the reply to a request took, unless the request is forgotten."""

        def timed() -> SeenRequest | None:
            if number in self._log:
                self._log[number] = evolve(self._log[number], ms=ms)
            return self._log.get(number)

        if (seen := self._guard(timed)) is not None:
            logger.info(seen.line)

    def record_paid(self, task: EmulatedTask) -> None:
        self._paid_count[task.provider] += 1

    def record_key_at_files(self) -> None:
        self.keys_sent_to_files += 1

    def record_served(self, task: EmulatedTask | None, sent: int) -> None:
        self.bytes_served += sent
        if task is not None:
            task.served += sent

    def forget(self) -> None:
        """Begin anew."""
        self._log.clear()
        self._held = 0
        self._counts.clear()
        self._paid_count.clear()
        self.breakdowns.clear()
        self.bytes_served = self.keys_sent_to_files = 0


def paid_task(task: EmulatedTask) -> PaidTask:
    """A task as it is now."""
    payload = task.body.get("payload")
    return PaidTask(
        id=task.id,
        provider=task.provider,
        account=task.account.number,
        operation=task.operation,
        credits=task.price,
        state=task.stage.value,
        failure=task.failure,
        created=task.created,
        ended=task.ended,
        body=dict(task.body),
        payload=payload if isinstance(payload, str) else None,
        idempotency_key=task.idempotency_key,
        polls=task.polls,
        bytes_served=task.served,
    )
