"""Calls that create no task and cost nothing, repeated while that is safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from vidu_ext.values.errors import CallError
from vidu_ext.values.exchange import Call, ErrorReading, ExchangeError, Reply

from .effects import Effect, Flow, Now, Send
from .policy import RetryPolicy, retry_after
from .retry import Tries

if TYPE_CHECKING:
    from vidu_ext.providers.base import Provider
    from vidu_ext.values.tasks import Snapshot, TaskRef

TRANSIENT_STATUSES: Final = frozenset({408, 409, 425, 429, 499})
"""Client-error statuses after which a call that creates nothing is repeated, as after every 5xx."""


def status_flow(
    account: str, provider: Provider, ref: TaskRef, *, on_snapshot: Callable[[Snapshot, Reply], object] | None = None
) -> Flow[Snapshot | None]:
    """Poll once; None if the poll failed in any way. `on_snapshot` receives the snapshot and its answer."""
    try:
        reply = yield from Send(account, provider.status_call(ref))
    except ExchangeError:
        return None
    snapshot = provider.read_status(ref, reply) if reply.is_success else None
    if snapshot is not None and on_snapshot is not None:
        on_snapshot(snapshot, reply)
    return snapshot


def call_flow(account: str, provider: Provider, call: Call, *, retry: RetryPolicy) -> Flow[Reply]:
    """Send a call that creates nothing, again after passing failures while the budget lasts, and return its answer.

    Raises CallError for a refusal, and for a failure that lasts longer than the budget.
    """
    return repeat_flow(Send(account, call), account, call.operation, provider.error, retry=retry)


def repeat_flow(
    request: Effect[Reply],
    account: str,
    operation: str,
    read_error: Callable[[Reply], ErrorReading],
    *,
    retry: RetryPolicy,
    trouble: str = "",
) -> Flow[Reply]:
    """Send a request as `call_flow` does. `trouble` begins the detail of the error if no answer arrives."""
    tries = Tries(retry, f"{operation} at {account}", (yield from Now()))
    while True:
        try:
            reply = yield from request
        except ExchangeError as failure:
            problem, asked, unreached, is_final = failure.problem, None, failure.unreached, False
            error = CallError(account, operation, f"{trouble}{failure.detail}")
        else:
            if reply.is_success:
                return reply
            reading = read_error(reply)
            problem, asked, unreached = f"HTTP {reply.status}, {reading.message}", retry_after(reply.headers), False
            is_final = not is_transient(reply.status, reading)
            error = CallError(account, operation, reading.message, status=reply.status, code=reading.code)
            error.reading = reading
        if is_final or not (yield from tries.again(problem, asked, unreached=unreached)):
            raise error


def is_transient(status: int, reading: ErrorReading) -> bool:
    """Return whether a call that creates nothing may succeed if it is repeated."""
    return status >= 500 or status in TRANSIENT_STATUSES or reading.category == "busy"
