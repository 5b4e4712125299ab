"""`vidu find`: look for the task of a submission whose outcome is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from vidu_ext.cli.clients import client, load_configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.formats import print_accepted
from vidu_ext.cli.order_recorder import OrderRecorder
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.values.errors import ConfigurationError

from .orders import list_orders

if TYPE_CHECKING:
    from vidu_ext.transport.orders import OrderStore
    from vidu_ext.values.submission import Submission


def run(
    output: Printer,
    order: str | None = typer.Argument(
        None, metavar="[ORDER|FILE|TEXT|-]", help="Number or key of an order; or a submission: its text, a file, - for stdin."
    ),
) -> int:
    """Look for the task of an order whose outcome is not known. Without an argument: list these orders.

    Costs nothing, except at Comfy. There the request is sent again with the same idempotency key: at most one task is paid, and
    it is paid now if the first request never arrived.
    """
    from vidu_ext.transport.orders import OrderStore

    store = OrderStore()
    if order is None:
        return list_orders(output, store, only_unknown=True)
    submission = _submission(store, order)
    with (
        store.searching(submission),
        client(load_configuration(output)) as vidu,
        Progress(output, doing="looking"),
        OrderRecorder(lambda ref: print_accepted(output, ref)) as recorder,
    ):
        recorder.record_submission(submission)
        task = vidu.find(submission, on_accepted=recorder.record_task)
    output.document({"reference": str(task.ref)})
    output.say(f"found: it keeps running and is charged. Continue with: vidu wait {task.ref}")
    return Exit.OK


def _submission(store: OrderStore, order: str) -> Submission:
    """Return the submission that the argument names or is. Raises ConfigurationError if there is none, or it was changed."""
    from vidu_ext.values.submission import Submission

    row = store.find_by_name(order)
    if row is not None and row.sent is None:
        state = f"its task is {row.ref}" if row.ref else "nothing of it was sent"
        raise ConfigurationError(f"there is nothing to look for: {state}.")
    text = _read(order) if row is None else row.sent or ""
    try:
        return Submission.parse(text)
    except ConfigurationError:
        raise ConfigurationError(
            f"{'the text' if text == order else order} is not a submission, or was changed since it was written, so"
            " nothing was sent. `vidu find` lists the orders whose outcome is not known."
        ) from None


def _read(source: str) -> str:
    """Return the text of a submission that is not in the store of orders: the argument itself, or what its file holds."""
    from vidu_ext.cli.request_options import read_text
    from vidu_ext.values.tasks import BYTE_ORDER_MARK

    if source.removeprefix(BYTE_ORDER_MARK).lstrip().startswith("{"):
        return source
    try:
        return read_text(source)
    except FileNotFoundError:
        raise ConfigurationError(f"there is no order {source} and no such file. `vidu orders` lists the orders.") from None
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigurationError(f"{source} cannot be read, and is not an order: {detail or error}.") from None
