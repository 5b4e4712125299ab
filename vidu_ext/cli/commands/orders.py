"""`vidu orders`: what the command sent, and what was ordered under a key of `once`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.transport.orders import OrderStore
    from vidu_ext.values.orders import OrderRow


def run(
    output: Printer,
    *,
    forget: str | None = typer.Option(None, metavar="KEY|NUMBER", help="Forget this order: its key, used again, pays again."),
) -> int:
    """List what was ordered, the oldest first: key of --once, reference or state, account, time, number."""
    from vidu_ext.transport.orders import OrderStore

    store = OrderStore()
    if forget is not None:
        order = store.find_by_name(forget)
        if order is None:
            raise ConfigurationError(f"there is no order {forget!r}. `vidu orders` lists them.")
        store.forget(order)
        output.say(f"{forget!r} is forgotten{f'; its task {order.ref} keeps running' if order.ref else ''}.")
        return Exit.OK
    return list_orders(output, store)


def list_orders(output: Printer, store: OrderStore, *, only_unknown: bool = False) -> int:
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
