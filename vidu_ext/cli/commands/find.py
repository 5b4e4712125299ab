"""`vidu find`: look for the task of a submission whose outcome is unknown."""

from __future__ import annotations

import typer

from vidu_ext.cli.clients import client, load_configuration
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.formats import print_accepted
from vidu_ext.cli.order_recorder import OrderRecorder
from vidu_ext.cli.output import Printer
from vidu_ext.cli.progress import Progress
from vidu_ext.values.errors import ConfigurationError

from .orders import list_orders


def run(
    output: Printer,
    order: str | None = typer.Argument(
        None, metavar="[ORDER|FILE|TEXT|-]", help="Number or key of an order; or a submission: its text, a file, - for stdin."
    ),
) -> int:
    """Look for the task of an order whose outcome is not known. Without an argument: list these orders.

    Costs nothing, except at Comfy, where the request is sent again with the same idempotency key: that pays for at most one
    task, and only now if the first request never arrived.
    """
    from vidu_ext.transport.orders import OrderStore
    from vidu_ext.values.submission import Submission

    store = OrderStore()
    if order is None:
        if any((store.path.parent / "unknown").glob("*.submission.json")):
            output.warn(f"{store.path.parent / 'unknown'} holds notes of an earlier version: `vidu find FILE` takes each.")
        return list_orders(output, store, only_unknown=True)
    known = store.find_by_name(order)
    if known is not None and known.sent is None:
        state = f"its task is {known.ref}" if known.ref else "nothing of it was sent"
        raise ConfigurationError(f"there is nothing to look for: {state}.")
    text = _read(order) if known is None else known.sent or ""
    try:
        wanted = Submission.parse(text)
    except ConfigurationError:
        raise ConfigurationError(
            f"{'the text' if text == order else order} is not a submission, or was changed since it was written, so"
            " nothing was sent. `vidu find` lists the orders whose outcome is not known."
        ) from None
    with (
        client(load_configuration(output)) as vidu,
        Progress(output, doing="looking"),
        OrderRecorder(lambda ref: print_accepted(output, ref)) as recorder,
    ):
        recorder.submission(wanted)
        task = vidu.find(wanted, on_accepted=recorder.accepted)
    output.document({"reference": str(task.ref)})
    output.say(f"found: it keeps running and is charged. Continue with: vidu wait {task.ref}")
    return Exit.OK


def _read(given: str) -> str:
    """Read the text of a submission that is not in the store of orders."""
    from vidu_ext.cli.request_options import read_text
    from vidu_ext.values.tasks import BYTE_ORDER_MARK

    if given.removeprefix(BYTE_ORDER_MARK).lstrip().startswith("{"):
        return given
    try:
        return read_text(given)
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigurationError(f"{given} cannot be read, and is not an order: {detail or error}.") from None
