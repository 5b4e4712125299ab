"""What the command sends is a row of the store of orders before it is sent, so that any end of this process leaves it known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from vidu_ext.values.orders import OrderRow
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import TaskRef


class Kept:
    """Keeps what is sent inside its `with` block: `sent` is for on_submission, `accepted` for on_accepted."""

    def __init__(self, show: Callable[[TaskRef], object] = str) -> None:
        from vidu_ext.transport.orders import OrderStore  # it loads attrs, and commands are declared without

        self._show = show
        self._store = OrderStore()
        self._order: OrderRow | None = None
        self.is_sent = False
        """Whether anything was about to be sent here that may cost."""

    def sent(self, submission: Submission) -> None:
        """Keep what is about to be sent; of several the last, since the one before certainly created nothing."""
        self.is_sent = True
        if self._order is None:
            self._order = self._store.holding(submission) or self._begin(submission)
        self._store.sending(self._order, submission)

    def _begin(self, submission: Submission) -> OrderRow:
        return self._store.begin(None, "", 1, submission.submitted_at, submission)

    def accepted(self, ref: TaskRef) -> None:
        """Hand out the reference, then note it."""
        self._show(ref)
        self.ended(ref)

    def ended(self, ref: TaskRef | None, answer: str | None = None) -> None:
        """Note the task or the answer, or that there is none."""
        order, self._order = self._order, None
        if order is not None:
            self._store.ended(order, ref, answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        ref: TaskRef | None = getattr(error, "ref", None)
        is_explained = isinstance(error, Exception) or hasattr(error, "__notes__")  # an interrupt may come after the answer
        if ref is not None or (is_explained and not hasattr(error, "submission")):
            self.ended(ref)


def number_of(submission: Submission) -> int | None:
    """The number of the order that holds a submission, None if it cannot be told."""
    from vidu_ext.transport.orders import OrderStore
    from vidu_ext.values.errors import OrderError

    try:
        order = OrderStore().holding(submission)
    except OrderError:
        return None
    return None if order is None else order.id
