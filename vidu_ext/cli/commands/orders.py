"""`vidu orders`: what was ordered under a key of the user's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.values.orders import OrderRow


def run(
    output: Printer,
    *,
    forget: Annotated[
        str | None, typer.Option("--forget", metavar="KEY", help="Remove the order of this key: used again, it pays again.")
    ] = None,
) -> int:
    """List what was ordered with --once, the oldest first: key, reference or what is known, account, time."""
    from vidu_ext.transport.orders import OrderStore

    store = OrderStore()
    if forget is not None:
        order = store.of(forget)
        if order is None:
            raise ConfigurationError(f"there is no order {forget!r}. `vidu orders` lists them.")
        store.forget(order)
        output.say(f"{forget!r} is forgotten{f'; its task {order.ref} goes on' if order.ref else ''}.")
        return Exit.OK
    orders = store.orders()
    if not orders:
        output.say(f"Nothing was ordered with --once: {store.path} holds no order.")
    for order in orders:
        moment = datetime.fromtimestamp(order.ordered_at, UTC).isoformat(timespec="seconds")
        reference, account = str(order.ref) if order.ref else None, _account(order)
        output.row(order.key or "-", reference or _state(order), account or "-", moment)
        output.document(
            {"key": order.key, "reference": reference, "state": _state(order), "account": account, "ordered_at": moment}
        )
    return Exit.OK


def _account(order: OrderRow) -> str | None:
    if order.ref is not None:
        return order.ref.account
    return order.submission.account if order.submission is not None else None


def _state(order: OrderRow) -> str:
    if order.ref is not None:
        return "ordered"
    return "unknown" if order.submission is not None else "not ordered"
