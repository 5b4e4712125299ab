"""`vidu orders` and `vidu find`: what was ordered, and the search for the task of an order whose outcome is unknown."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from vidu_ext.cli.clients import client, load_configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.formats import print_accepted
from vidu_ext.cli.order_recorder import OrderRecorder
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.cli.request_options import read_text
from vidu_ext.transport.orders import OrderStore
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.orders import OrderRow
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import BYTE_ORDER_MARK


def run_orders(
    output: Printer,
    *,
    forget: str | None = typer.Option(None, metavar="KEY|NUMBER", help="Forget this order: its key, used again, pays again."),
) -> int:
    """List what was ordered, the oldest first: key of --once, reference or state, account, time, number."""
    store = OrderStore()
    if forget is None:
        return _list_orders(output, store)
    order = store.find_by_name(forget)
    if order is None:
        raise ConfigurationError(f"there is no order {forget!r}. `vidu orders` lists them.")
    store.forget(order)
    output.say(f"{forget!r} is forgotten{f'; its task {order.ref} keeps running' if order.ref else ''}.")
    return Exit.OK


def run_find(
    output: Printer,
    order: str | None = typer.Argument(
        None, metavar="[ORDER|FILE|TEXT|-]", help="Number or key of an order; or a submission: its text, a file, - for stdin."
    ),
) -> int:
    """Look for the task of an order whose outcome is not known. Without an argument: list these orders.

    Costs nothing, except at Comfy. There the request is sent again with the same idempotency key: at most one task is paid, and
    it is paid now if the first request never arrived.
    """
    store = OrderStore()
    if order is None:
        return _list_orders(output, store, only_unknown=True)
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


def _list_orders(output: Printer, store: OrderStore, *, only_unknown: bool = False) -> int:
    """Print all orders, or those whose outcome is unknown."""
    orders = [order for order in store.orders() if order.sent is not None or not only_unknown]
    if not orders:
        output.say(f"{'No outcome is unknown' if only_unknown else 'Nothing was ordered'}: {store.path} holds no such order.")
    rows: list[tuple[str, ...]] = []
    for order in orders:
        moment = datetime.fromtimestamp(order.ordered_at, UTC).isoformat(timespec="seconds")
        reference, state, account = str(order.ref) if order.ref else None, _state(order), _account(order)
        rows.append((order.key or "-", reference or state, account or "-", moment, str(order.id)))
        output.document({
            "key": order.key, "reference": reference, "state": state, "account": account, "ordered_at": moment,
            "number": order.id,
        })  # fmt: skip
    if rows:
        output.table(("key", "task", "account", "ordered", "number"), rows)
    return Exit.OK


def _account(order: OrderRow) -> str | None:
    if order.ref is not None:
        return order.ref.account
    try:
        return order.submission.account if order.submission is not None else None
    except ConfigurationError:  # the text was changed, which `vidu find` reports
        return None


def _state(order: OrderRow) -> str:
    if order.is_known:
        return "ordered" if order.ref is not None else "answered"
    return "unknown" if order.sent is not None else "not ordered"


def _submission(store: OrderStore, order: str) -> Submission:
    """Return the submission that the argument names or is. Raises ConfigurationError if there is none, or it was changed."""
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
    if source.removeprefix(BYTE_ORDER_MARK).lstrip().startswith("{"):
        return source
    try:
        return read_text(source)
    except FileNotFoundError:
        raise ConfigurationError(f"there is no order {source} and no such file. `vidu orders` lists the orders.") from None
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigurationError(f"{source} cannot be read, and is not an order: {detail or error}.") from None
