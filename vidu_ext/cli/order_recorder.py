"""Record what the command sends in the store of orders before it is sent, so that it is known even if the process is killed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Self

from vidu_ext.transport.orders import OrderStore
from vidu_ext.values.errors import OrderError
from vidu_ext.values.orders import OrderRow
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef


class OrderRecorder:
    """Records what is sent inside its `with` block. Pass record_submission as on_submission and record_task as on_accepted."""

    def __init__(self, show: Callable[[TaskRef], object] = str) -> None:
        self._show = show
        self._store = OrderStore()
        self._order: OrderRow | None = None
        self.is_sent = False
        """Whether anything that may cost money was about to be sent."""

    def record_submission(self, submission: Submission) -> None:
        """Record what is about to be sent. It replaces the previous submission, which certainly created nothing."""
        self.is_sent = True
        order = self._order or self._store.find_by_submission(submission)
        if order is None:
            self._order = self._store.begin(None, "", 1, submission.submitted_at, submission)
            return
        self._order = order
        self._store.record_submission(order, submission)

    def record_task(self, ref: TaskRef) -> None:
        """Show the reference, then record it."""
        self._show(ref)
        self.record_end(ref)

    def record_end(self, ref: TaskRef | None = None, answer: str | None = None) -> None:
        """Record the task or the answer of what was sent, or that there is neither."""
        order, self._order = self._order, None
        if order is not None:
            self._store.record_end(order, ref, answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        ref: TaskRef | None = getattr(error, "ref", None)
        is_explained = isinstance(error, Exception) or hasattr(error, "__notes__")  # an interrupt may come after the answer
        if ref is not None or (is_explained and not hasattr(error, "submission")):
            self.record_end(ref)


def order_number(submission: Submission) -> int | None:
    """Return the number of the order of a submission; None if there is none or the store cannot be read."""
    with suppress(OrderError):
        if (order := OrderStore().find_by_submission(submission)) is not None:
            return order.id
    return None
