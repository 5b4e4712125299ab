"""Submit under a key of the user's own: the first submit sends, every later one finds the same task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, TypeVar

from vidu_ext.values.errors import OrderError
from vidu_ext.values.orders import OrderRow, idempotency_key_of
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef

from .attempt import Attempt
from .claims import Begun
from .effects import Effect, Flow, Pause, WallClock, Work
from .outcome import Unknown
from .retry import log_trouble

if TYPE_CHECKING:
    from vidu_ext.providers.offers import Offer

T = TypeVar("T")

Keep: TypeAlias = Callable[[Submission], Effect[None]]
"""Saves a submission before it is sent."""

Submit: TypeAlias = Callable[[Sequence["Offer"], str, Keep], Flow[T]]
"""Sends an order to one of the accounts under an idempotency key."""

LOCAL: Final = "local "
"""Begins the fingerprint of an order at an emulator, whose tasks no provider knows, and the other way round."""

FIRST_PAUSE: Final = 0.05
"""Seconds of the first pause while another process holds the order. Each further one is twice as long."""
LONGEST_PAUSE: Final = 1.0
LOG_AFTER: Final = 1.0
"""Seconds after which a wait for another process is logged. Displays would say that a request is on its way."""
MOST_SECONDS: Final = 900.0
"""Seconds to wait for another process that holds the same order. If it dies, it releases the order at once."""


class Lock(Protocol):
    """The lock of one order, which the end of the process releases."""

    def take(self) -> bool:
        """Take it without waiting. Return False if something else holds it, in this process or another."""
        ...

    def release(self) -> None:
        """Release it, if it was taken."""


class Orders(Protocol):
    """The store of orders. Every method is short, blocks, and raises OrderError if the store cannot be used."""

    def lock(self, key: str) -> Lock: ...
    def salt(self) -> str: ...
    def find(self, key: str) -> OrderRow | None: ...
    def begin(self, key: str | None, fingerprint: str, number: int, moment: float) -> OrderRow: ...
    def record_submission(self, order: OrderRow, submission: Submission) -> None: ...
    def record_end(self, order: OrderRow, ref: TaskRef | None, answer: str | None = None) -> None: ...


def once_flow(
    orders: Orders,
    key: str,
    fingerprint: str,
    *,
    again: bool,
    begun: Begun,
    offers: Flow[Sequence[Offer]],
    submit: Submit[T],
    find: Callable[[Submission], Flow[T]],
) -> Flow[T | OrderRow]:
    """Return the order of a key if its task or answer is known; otherwise send the request and return its outcome.

    `offers` may refuse the request, because of its price or because an account is gone. It runs only when there is certainly no
    task: what was paid before must be found all the same, and what was not sent must not replace it.
    """
    lock = orders.lock(key)
    try:
        try:
            yield from _take(lock, key)
            order = yield from Work(partial(orders.find, key))
            chosen: Sequence[Offer] = ()
            if order is None or again or not order.is_placed:
                chosen = yield from offers
                number = 1 if order is None else order.number + 1
                order = yield from Work(partial(orders.begin, key, fingerprint, number, (yield from WallClock())))
            elif order.fingerprint != fingerprint:
                raise _other_order(order, fingerprint)
            if order.is_known:
                return order
            return (yield from _place_order(orders, order, chosen, begun=begun, offers=offers, submit=submit, find=find))
        finally:
            lock.release()
    finally:  # again, because Ctrl-C just before the first release would leave the order locked until this process ends
        lock.release()


def _other_order(order: OrderRow, fingerprint: str) -> OrderError:
    """Return the error for a key under which something else was ordered."""
    ordered = f", ordered as {order.ref}" if order.ref else ""
    what = "the key of another request"
    if order.fingerprint.removeprefix(LOCAL) == fingerprint.removeprefix(LOCAL):
        there, here = "this machine, such as an emulator", "a provider"
        if not order.fingerprint.startswith(LOCAL):
            there, here = here, there
        what = f"the key of this request at a server of {there}; now it would go to {here}"
    return OrderError(f"{order.key!r} is {what}{ordered}. Nothing was sent.", remedy=Remedy(action="other-key"))


def _take(lock: Lock, key: str) -> Flow[None]:
    waited, seconds = 0.0, FIRST_PAUSE
    while not lock.take():  # not an effect, which a cancellation could leave running in another thread
        if waited >= MOST_SECONDS:
            held = f"another process has held the order {key!r} for {MOST_SECONDS:.0f} s"
            raise OrderError(f"{held}. This one sent nothing. Submit again later under the same key.")
        if waited < LOG_AFTER <= waited + seconds:
            problem, left = "another process holds this order, nothing is sent meanwhile", MOST_SECONDS - waited
            log_trouble(f"the order {key!r}", problem, left, doing="waiting for its outcome", is_safe=False)
        yield from Pause(seconds)
        waited, seconds = waited + seconds, min(2 * seconds, LONGEST_PAUSE)


def _place_order(
    orders: Orders,
    order: OrderRow,
    chosen: Sequence[Offer],
    *,
    begun: Begun,
    offers: Flow[Sequence[Offer]],
    submit: Submit[T],
    find: Callable[[Submission], Flow[T]],
) -> Flow[T]:
    """Search for the task of what an earlier process may have sent, and send only if it certainly does not exist."""
    submission = order.submission  # read outside the try block, which may record that there is none
    try:
        if submission is not None:
            begun.note_unsettled(submission)
            searched = yield from find(submission)
            if not (isinstance(searched, Attempt) and isinstance(searched.outcome, Unknown) and searched.outcome.absent):
                return searched
            begun.note_unsettled(None)
            chosen = yield from offers
        salt = yield from Work(orders.salt)
        key = idempotency_key_of(salt, order.key, order.number)
        return (yield from submit(chosen, key, lambda submission: Work(partial(orders.record_submission, order, submission))))
    finally:  # not an effect: after a cancellation no driver would carry it out
        if begun.is_known or begun.submission is None:
            orders.record_end(order, begun.ref, begun.answer)
