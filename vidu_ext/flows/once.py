"""Submit under a key of the user's own: the first time sends, every later time finds the same task."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol, TypeVar

from vidu_ext.values.errors import OrderError
from vidu_ext.values.orders import OrderRow, idempotency_key_of
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef

from .attempt import Attempt
from .effects import Flow, pause, wall_clock, work
from .outcome import Begun, Unknown

T = TypeVar("T")

logger: Final = logging.getLogger("vidu_ext")

FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 1.0
SAID_AFTER: Final = 3.0
MOST_SECONDS: Final = 900.0
"""How long another process that has the same order in hand is waited for; one that dies lets go of it at once."""


class Orders(Protocol):
    """Where orders are kept. Every method is short, blocks, and raises OrderError if the store cannot be used."""

    def hold(self, key: str) -> bool:
        """Take an order in hand, at once. False while another process or thread has it; a process that dies lets go."""
        ...

    def release(self, key: str) -> None: ...
    def salt(self) -> str: ...
    def of(self, key: str) -> OrderRow | None: ...
    def begin(self, key: str | None, fingerprint: str, number: int, moment: float) -> OrderRow: ...
    def sending(self, order: OrderRow, submission: Submission) -> None: ...
    def ended(self, order: OrderRow, ref: TaskRef | None, answer: str | None = None) -> None: ...


def once_flow(
    orders: Orders,
    key: str,
    fingerprint: str,
    *,
    again: bool,
    begun: Begun,
    submit: Callable[[str, Callable[[Submission], Flow[None]]], Flow[T]],
    find: Callable[[Submission], Flow[T]],
) -> Flow[T | OrderRow]:
    """The order of a key that has its task or answer already, or what became of sending the request now.

    `submit` is given the idempotency key and what keeps a submission before it is sent.
    """
    yield from _held(orders, key)
    try:
        order = yield from work(partial(orders.of, key))
        if order is None or again or not order.is_placed:
            number = 1 if order is None else order.number + 1
            order = yield from work(partial(orders.begin, key, fingerprint, number, (yield from wall_clock())))
        elif order.fingerprint != fingerprint:
            raise OrderError(
                f"{key!r} is the key of another request{f', ordered as {order.ref}' if order.ref else ''}. Nothing was sent.",
                remedy=Remedy(action="other-key"),
            )
        if order.is_known:
            return order
        return (yield from _ordered(orders, order, begun=begun, submit=submit, find=find))
    finally:
        orders.release(key)


def _held(orders: Orders, key: str) -> Flow[None]:
    waited, step = 0.0, FIRST_PAUSE
    while not orders.hold(key):  # no effect: a cancellation could meet it in another thread, and leave the order in hand
        if waited >= MOST_SECONDS:
            raise OrderError(
                f"another process has had the order {key!r} in hand for {MOST_SECONDS:.0f} s. Nothing was sent by this one."
            )
        if waited < SAID_AFTER <= waited + step:
            logger.warning(
                "another process has the order %r in hand: waiting for what becomes of it; nothing is sent meanwhile", key
            )
        yield from pause(step)
        waited, step = waited + step, min(2 * step, LONGEST_PAUSE)


def _ordered(
    orders: Orders,
    order: OrderRow,
    *,
    begun: Begun,
    submit: Callable[[str, Callable[[Submission], Flow[None]]], Flow[T]],
    find: Callable[[Submission], Flow[T]],
) -> Flow[T]:
    """Look for what an earlier process may have sent, and send only what certainly is not there."""
    submission = order.submission  # read outside of what may note that there is none
    try:
        if submission is not None:
            begun.leave(submission)
            found = yield from find(submission)
            if not (isinstance(found, Attempt) and isinstance(found.outcome, Unknown) and found.outcome.absent):
                return found
            begun.leave(None)
        salt = yield from work(orders.salt)
        key = idempotency_key_of(salt, order.key or "", order.number)
        return (yield from submit(key, lambda submission: work(partial(orders.sending, order, submission))))
    finally:  # no effect: after a cancellation there is no driver any more that would carry it out
        if begun.is_known or begun.submission is None:
            orders.ended(order, begun.ref, begun.answer)
