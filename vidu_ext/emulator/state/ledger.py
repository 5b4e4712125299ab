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

from vidu_ext.emulator.faults.rules import FaultRule
from vidu_ext.emulator.messages import ServerReply, ServerRequest

from .bounded import Bounded
from .task_engine import EmulatedAccount, PaidTask, TaskEngine

REMEMBERED_REQUESTS: Final = 5_000
NOTICE: Final = "notice"
_CREDENTIALS: Final = ("authorization", "x-api-key")
SHORTEST_KEY: Final = 8
"""Minimum length of a key that is hidden in bodies: a shorter one, in a test, may be an ordinary word of a body."""
MOST_SHOWN: Final = 8_000
"""Maximum bytes of a body in the log."""
HIDDEN: Final = b"<key>"

logger: Final = logging.getLogger("vidu_ext.emulator.requests")


@frozen(kw_only=True)
class SeenRequest:
    """A request without its key, or a sent notice."""

    provider: str
    operation: str
    """operationId, `download`, `upload`, `notice`, or empty for a request without a route."""
    method: str
    path: str
    status: int
    account: int | None = None
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

    def __init__(self, inspect: Callable[[], AbstractContextManager[TaskEngine]]) -> None:
        """`inspect` takes the lock and gives the current tasks."""
        self._inspect: Final = inspect
        self._numbers: Final = itertools.count(1)
        self._log: Final = Bounded[int, SeenRequest](REMEMBERED_REQUESTS, lambda seen: len(seen.body) + len(seen.reply))
        self._counts: Final = Counter[tuple[str, str]]()
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
        with self._inspect() as state:
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
            return self._counts.copy()

    def count(self, provider: str, operation: str) -> int:
        """Return the number of requests for one operation."""
        return self.counts.get((provider, operation), 0)

    @property
    def highest_running(self) -> Mapping[tuple[str, int], int]:
        """Maximum number of tasks that ran at once, by provider and number of the account."""
        with self._inspect() as state:
            return {(one.provider, one.number): one.highest_running for one in state.accounts.values()}

    # -- what the emulator writes -------------------------------------------------------------------------------------

    def record(
        self,
        request: ServerRequest,
        reply: ServerReply,
        *,
        provider: str,
        operation: str,
        moment: float,
        account: EmulatedAccount | None = None,
        rule: FaultRule | None = None,
    ) -> ServerReply:
        """Record a request, or a notice, and its reply. Returns the reply with the number of the record."""
        seen = SeenRequest(
            provider=provider,
            operation=operation,
            method=request.method,
            path=_log_text(request.path.encode("utf-8", "surrogatepass"), request.headers),
            status=reply.status,
            account=None if account is None else account.number,
            moment=moment,
            fault=None if rule is None else rule.kind,
            is_answered=reply.has_head,
            body=_log_text(request.body, request.headers),
            reply=_log_text(reply.content, request.headers),
        )
        if operation != NOTICE:
            self._counts[provider, operation] += 1
        number = next(self._numbers)
        self._log.put(number, seen)
        return evolve(reply, number=number)

    def record_sent(self, reply: ServerReply, ms: float) -> None:
        """Record how long a reply took, unless its request is not in the log."""
        with self._inspect():
            seen = self._log.get(reply.number or 0)
            if seen is not None:
                self._log[reply.number or 0] = seen = evolve(seen, ms=ms)
        if seen is not None:
            logger.info(seen.line)

    def forget(self) -> None:
        """Clear the requests, counts and errors. Request numbers go on, and tasks are not touched."""
        for number in list(self._log):
            self._log.drop(number)
        self._counts.clear()
        self.internal_errors.clear()
        self.bytes_served = self.keys_sent_to_files = 0


def carries_credential(headers: Mapping[str, str]) -> bool:
    """Return whether a request has an API key, which must not be sent to the storage."""
    return any(headers.get(name) for name in _CREDENTIALS)


def _log_text(data: bytes, headers: Mapping[str, str]) -> str:
    """Return a path or a body for the log, shortened, and without the key of the request."""
    if b"\0" in data:
        return f"({len(data):,} bytes)"
    shown = data
    for key in (headers.get(name, "").rpartition(" ")[2] for name in _CREDENTIALS):
        shown = shown.replace(key.encode(), HIDDEN) if len(key) >= SHORTEST_KEY else shown
    text = shown[:MOST_SHOWN].decode("utf-8", "replace")
    return text if len(shown) <= MOST_SHOWN else f"{text}… ({len(data):,} bytes)"
