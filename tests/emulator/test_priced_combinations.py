"""Every combination that the readings of Vidu's documents price by length: the quote says it, and the emulator charges it.

The readings are what the price pages say, read a second time and apart from the specs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml  # type: ignore[import-untyped]  # no stubs are installed
from attrs import frozen
from core_calls import IMAGE, Calls

from vidu_ext import Account, OperationRequest, Vidu
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.prices import price_of
from vidu_ext.values.tasks import Json, Object

READING: Final = Path(__file__).parents[2] / "openapi" / "readings" / "vidu.yaml"
PICTURES: Final = {"img2video": 1, "start-end2video": 2, "reference2video": 1}
MARKS: Final = frozenset({"when", "region", "until", "by", "each", "cny"})
"""Rows for a part of the requests only; tests/unit/test_prices.py has the printed figures of those."""


@frozen
class Priced:
    """A request, and what the documents say that it costs."""

    operation: str
    path: str
    body: Object
    credits: float


def listed(text: str, seconds: int) -> float:
    """The entry for a length of a list such as `8, 10, +10`: what is added goes on for every further second."""
    amounts = [part.strip() for part in text.split(",")]
    fixed = [float(part) for part in amounts if not part.startswith("+")]
    step = next((float(part) for part in amounts if part.startswith("+")), 0.0)
    return fixed[seconds - 1] if seconds <= len(fixed) else fixed[-1] + step * (seconds - len(fixed))


def combinations() -> Iterator[Priced]:
    contract = contract_of("vidu")
    of_path = {(one.method.upper(), one.path): one.id for one in contract.operations.values()}
    for route, operation in yaml.safe_load(READING.read_text(encoding="utf-8"))["operations"].items():
        method, _, path = route.partition(" ")
        for row in operation.get("prices", ()):
            if (row.get("per") != "second" and "seconds" not in row) or MARKS & set(row) or "of" not in row or row.get("adds"):
                continue
            for model in row["of"]:
                for resolution, amount in row["credits"].items():
                    for seconds in range(1, 17):
                        body = body_of(path, model, resolution, seconds)
                        is_listed = "seconds" not in row or row["seconds"][0] <= seconds <= row["seconds"][1]
                        if not is_listed or contract.faults(of_path[method, path], body):
                            continue
                        cost = listed(amount, seconds) if isinstance(amount, str) else amount * seconds
                        yield Priced(of_path[method, path], path, body, cost)


def body_of(path: str, model: str, resolution: str, seconds: int) -> Object:
    body: Object = {"model": model, "prompt": "a paper bird", "resolution": resolution, "duration": seconds}
    number = PICTURES.get(path.rpartition("/")[2], 0)
    images: list[Json] = [IMAGE] * number
    return {**body, "images": images} if number else body


ALL: Final = tuple(combinations())


def test_there_are_many_priced_combinations() -> None:
    assert len(ALL) > 300
    assert {one.operation for one in ALL} == {"textToVideo", "imageToVideo", "startEndToVideo", "referenceToVideo"}


def test_every_quote_is_the_documented_price() -> None:
    wrong: list[tuple[Priced, object]] = []
    for one in ALL:
        price = price_of(contract_of("vidu"), one.operation, one.body)
        if price is None or (price.amount, price.unit) != (one.credits, "credits"):
            wrong.append((one, price))
    assert wrong == []


@pytest.mark.parametrize("operation", sorted({one.operation for one in ALL}))
def test_every_combination_is_charged_so_by_the_emulator(operation: str) -> None:
    wanted = [one for one in ALL if one.operation == operation]
    calls = Calls()
    for one in wanted:
        calls.ask("vidu", "POST", one.path, one.body)
    assert [task.credits for task in calls.emulator.ledger.paid] == [one.credits for one in wanted]


REAL_CHARGES: Final[tuple[tuple[str, str, int, float], ...]] = (
    ("viduq3", "720p", 5, 60),
    ("viduq3-drama", "720p", 5, 100),
    ("viduq3-drama", "1080p", 8, 192),
)
"""Charges seen in stored runs of others against the service, 2026-08-25: model, resolution, seconds, credits."""


@pytest.mark.parametrize(("model", "resolution", "seconds", "paid"), REAL_CHARGES)
def test_the_quote_is_what_was_really_charged(model: str, resolution: str, seconds: int, paid: float) -> None:
    body: dict[str, Any] = {**body_of("/ent/v2/reference2video", model, resolution, seconds)}
    with Vidu([Account(provider="vidu", key="key-of-vidu")]) as vidu:
        (quote,) = vidu.quote(OperationRequest("vidu", "referenceToVideo", body))
    assert quote.price is not None
    assert (quote.price.amount, quote.price.unit) == (paid, "credits")
