"""A record of what an emulator received and did, for the asserts of tests: paid tasks, requests, bytes, misplaced keys.

Contains no key and no hash of one.
"""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final

from attrs import evolve, field, frozen

from .task_engine import ENDED, EmulatedAccount, PaidTask, Stage, TaskEngine

REMEMBERED_REQUESTS: Final = 5_000
MOST_HELD_CHARACTERS: Final = 16 * 1024 * 1024
"""Limit on the bodies of requests and replies; the oldest requests are dropped first."""
NOTICE: Final = "notice"

logger: Final = logging.getLogger("vidu_ext.emulator.requests")


@frozen
class SeenRequest:
    """A request without its key, or a sent notice."""

    provider: str
    operation: str
    """operationId, `download`, `upload`, `notice`, or empty for a request without a route."""
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
    """Real milliseconds until the reply was sent. None before that, and without a server."""
    body: str = field(default="", repr=False)
    """As it was sent, shortened, with the key hidden."""
    reply: str = field(default="", repr=False)
    """The body of the reply, likewise."""

    @property
    def line(self) -> str:
        """One line for a terminal."""
        path = self.path if self.path.isprintable() else ascii(self.path)
        status = str(self.status) if self.is_answered else "-"
        ms = "-" if self.ms is None else f"{self.ms:.0f}"
        return " ".join(filter(None, (self.method, path, status, ms, "ms", self.fault)))


class Ledger:
    """The record of one emulator. Reading takes the emulator's lock; the emulator holds it when it records requests."""

    def __init__(self, inspect: Callable[[], AbstractContextManager[tuple[TaskEngine, float]]]) -> None:
        """`inspect` takes the lock and gives the current tasks."""
        self._inspect: Final = inspect
        self._log: Final[dict[int, SeenRequest]] = {}
        self._numbers: Final = itertools.count(1)
        self._held = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self.bytes_served = 0
        """Bytes of files that were sent."""
        self.keys_sent_to_files = 0
        """Requests to the file storage that had an API key."""
        self.internal_errors: Final[list[BaseException]] = []
        """Errors of the emulator itself; such a request was answered with 500."""

    # -- what tests ask -----------------------------------------------------------------------------------------------

    @property
    def paid(self) -> Sequence[PaidTask]:
        """Every accepted task that is still remembered, oldest first, also one that failed and was refunded."""
        with self._inspect() as (state, _):
            return tuple(task.snapshot() for task in state.tasks.values())

    def paid_of(self, task_id: str) -> PaidTask | None:
        """Return one task; None if it does not exist or was dropped."""
        return next((task for task in self.paid if task.id == task_id), None)

    @property
    def paid_twice(self) -> Sequence[tuple[PaidTask, ...]]:
        """Tasks of one account with the same idempotency key or payload: one submission that was paid more than once."""
        groups: dict[tuple[int, str, str], list[PaidTask]] = {}
        for task in self.paid:
            for kind, mark in (("key", task.idempotency_key), ("payload", task.payload)):
                if mark:
                    groups.setdefault((task.account, kind, mark), []).append(task)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)

    def times_paid(self, mark: str) -> int:
        """Return how many tasks have this idempotency key or payload."""
        return sum(mark in (task.idempotency_key, task.payload) for task in self.paid)

    @property
    def paid_count(self) -> Mapping[str, int]:
        """Number of all tasks by provider, dropped ones included."""
        with self._inspect() as (state, _):
            return dict(state.paid_count)

    @property
    def unfinished(self) -> Sequence[PaidTask]:
        """Tasks that are waiting or running."""
        return tuple(task for task in self.paid if task.state not in ENDED)

    @property
    def never_downloaded(self) -> Sequence[PaidTask]:
        """Succeeded tasks of whose files no byte was sent."""
        return tuple(task for task in self.paid if task.state is Stage.SUCCEEDED and task.bytes_served == 0)

    @property
    def requests(self) -> Sequence[SeenRequest]:
        """The last 5,000 requests, oldest first."""
        return tuple(seen for seen in self.log.values() if seen.operation != NOTICE)

    @property
    def log(self) -> dict[int, SeenRequest]:
        """The last 5,000 requests and notices by their numbers, oldest first."""
        with self._inspect():
            return dict(self._log)

    @property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """Number of requests by provider and operation; `download` and `upload` are the operations of files."""
        with self._inspect():
            return dict(self._counts)

    def count(self, provider: str, operation: str) -> int:
        """Return the number of requests for one operation."""
        return self.counts.get((provider, operation), 0)

    @property
    def highest_running(self) -> Mapping[tuple[str, int], int]:
        """Maximum number of tasks that ran at once, by provider and number of the account."""
        return {(one.provider, one.number): one.highest_running for one in self._accounts()}

    @property
    def credits_spent(self) -> Mapping[tuple[str, int], float]:
        """Spent credits, by provider and number of the account."""
        return {(one.provider, one.number): one.spent for one in self._accounts()}

    def _accounts(self) -> Sequence[EmulatedAccount]:
        with self._inspect() as (state, _):
            return tuple(state.accounts.values())

    # -- what the emulator writes -------------------------------------------------------------------------------------

    def record_request(self, seen: SeenRequest) -> int:
        """Record a request and return its number."""
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
        """Record how long the reply to a request took, unless the request was dropped."""
        with self._inspect():
            if number in self._log:
                self._log[number] = evolve(self._log[number], ms=ms)
            seen = self._log.get(number)
        if seen is not None:
            logger.info(seen.line)

    def forget(self) -> None:
        """Clear the requests, counts and errors. Request numbers go on, and tasks are not touched."""
        self._log.clear()
        self._held = 0
        self._counts.clear()
        self.internal_errors.clear()
        self.bytes_served = self.keys_sent_to_files = 0
