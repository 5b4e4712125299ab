"""Format values as cells of a row, and as JSON documents.

References are text. No document holds a key or a raw answer, and signed addresses only on request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast

from attrs import asdict, filters

from vidu_ext.flows.download import Downloaded
from vidu_ext.providers.records import Balance
from vidu_ext.values.errors import one_line
from vidu_ext.values.exchange import ErrorReading
from vidu_ext.values.explanation import Explanation
from vidu_ext.values.fault import Fault
from vidu_ext.values.price import Quote
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Json, Object, Snapshot, TaskRef, TaskState

from .output import Printer

_LEFT_OUT: Final = frozenset({"raw", "args", "summary", "option"})
"""Attributes of errors that documents leave out: the raw answer, and what the message says already."""


def print_snapshot(output: Printer, snapshot: Snapshot, *, with_urls: bool = False) -> None:
    """Print a status answer as a row or a document."""
    output.document(snapshot_document(snapshot, with_urls=with_urls))
    output.row(
        str(snapshot.ref),
        state_of(snapshot),
        "" if snapshot.progress is None else f"{snapshot.progress:.0f} %",
        charge_of(snapshot),
        snapshot.error_code or "",
        moment_of(snapshot.created_at) or "",
        snapshot.model or "",
        snapshot.prompt or "",
    )


def print_accepted(output: Printer, ref: TaskRef, *, once: str | None = None) -> None:
    """Print a reference on stdout, and on stderr if stdout is not a terminal, before anything else can fail.

    With a key of `once` the task may be one that was ordered before, so it is not called accepted.
    """
    output.row(str(ref))
    if output.as_json or not output.is_stdout_open or not output.stdout_is_terminal:
        output.say(f"{ref}: accepted" if once is None else f"{ref}: the task of the order {once!r}")


def charge_of(snapshot: Snapshot) -> str:
    """Return what a task costs, in the credits of its account; '' if that is not reported yet."""
    if snapshot.odd_charge is not None:
        return f"no number of credits: {snapshot.odd_charge}"
    is_unreported = snapshot.credits is None and snapshot.state is TaskState.SUCCEEDED
    return "charge not reported" if is_unreported else credits_of(snapshot.credits)


def credits_of(amount: float | None) -> str:
    """Format an amount without an exponent; '' for None."""
    return "" if amount is None else f"{amount:.15g} credits"


def moment_of(moment: datetime | None) -> str | None:
    """Format a time in UTC, to the second."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def state_of(snapshot: Snapshot) -> str:
    """Return the neutral name of the state, or the provider's word if it is not known."""
    return f"unknown ({one_line(snapshot.word)})" if snapshot.state is TaskState.UNKNOWN else snapshot.state.value


def snapshot_document(snapshot: Snapshot, *, with_urls: bool = False) -> Object:
    """Return a status answer as a document."""
    outputs: list[Json] = [
        {"kind": output.kind, "creation_id": output.creation_id, **({"url": output.url} if with_urls else {})}
        for output in snapshot.outputs
    ]
    has_failed = snapshot.error_code or snapshot.error_message
    optional: Object = {
        "created_at": moment_of(snapshot.created_at),
        "ended_at": moment_of(snapshot.ended_at),
        "model": snapshot.model,
        "prompt": snapshot.prompt,
        "odd_charge": snapshot.odd_charge,
        "failure": {"code": snapshot.error_code, "message": snapshot.error_message} if has_failed else None,
    }
    return {
        "reference": str(snapshot.ref),
        "state": snapshot.state.value,
        "word": snapshot.word,
        "progress": snapshot.progress,
        "credits": snapshot.credits,
        "outputs": outputs,
        **{name: value for name, value in optional.items() if value is not None},
    }


def file_document(file: Downloaded) -> Object:
    """Return a downloaded file as a document."""
    path = str(file.path) if file.path is not None else None
    return {"path": path, "bytes": file.size, **asdict(file, filter=filters.include("kind", "content_type", "sha256"))}


def price_members(documented: Quote | None) -> Object:
    """Return `price`, which is null without a documented one, and why: the `rate`, or the members that a price needs."""
    if documented is None:
        return {"price": None}
    price, rate, needs = documented.price, documented.rate, documented.price_needs
    return {
        "price": asdict(price) if price else None,
        **({"rate": asdict(rate)} if rate else {}),
        **({"price_needs": [*needs]} if needs else {}),
    }


def balance_document(account: str, balance: Balance) -> Object:
    return {"account": account, **asdict(balance)}


def explanation_document(explanation: Explanation) -> Object:
    return asdict(explanation, filter=filters.include("account", "provider", "capable", "reasons"))


def error_document(error: BaseException, message: str, *, code: int) -> dict[str, Object]:
    """Return an error with its data as a document. `message` is the text that users see."""
    data = {
        "reference" if name == "ref" else name: _plain(value)
        for name, value in vars(error).items()
        if not name.startswith("_") and name not in _LEFT_OUT
    }
    kind = "Interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__
    return {"error": {"type": kind, "message": message, "exit_code": code, **data}}


def _plain(value: object) -> Json:
    """Return an attribute of an error as JSON."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Snapshot():
            return snapshot_document(value)
        case Submission():
            return cast("Json", json.loads(value.to_text()))
        case Remedy():
            return value.action
        case Explanation():
            return explanation_document(value)
        case ErrorReading():
            return value._asdict()
        case Fault():
            return {"place": value.pointer, "message": value.message, "allowed": list(value.allowed) if value.allowed else None}
        case Mapping():
            return {str(name): _plain(entry) for name, entry in cast("Mapping[object, object]", value).items()}
        case tuple() | list():
            return [_plain(entry) for entry in cast("list[object]", value)]
        case _:
            return str(value)
