"""Compute what a request costs by the documented prices: `x-prices` of an operation, `x-price-list` of the document.

A price that is not documented is None, never a guess. The charge in the answer to a create is final.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, TypeGuard

from attrs import evolve, frozen

from vidu_ext.values.json import as_list, as_object, value_at
from vidu_ext.values.price import PRINTED, DocumentedPrice
from vidu_ext.values.tasks import Json, Object

from .contract import Contract, contract_of

UNITS: Final = {"credits": "credits", "usd": "USD", "cny": "CNY"}
"""The keys of amounts in a row of prices, with their units. If a row has several, the first one here is used."""
_DEGREES: Final = ("low", "medium", "high", PRINTED)
USUAL_SECONDS: Final = 5
"""Length of a segment without a duration."""
INTERNATIONAL: Final = "international"


def price_of(
    contract: Contract,
    operation_id: str,
    body: Object,
    *,
    seconds: float | None = None,
    region: str = INTERNATIONAL,
    on: date | None = None,
) -> DocumentedPrice | None:
    """Return what a request costs; None if that is not documented.

    `seconds` is the length if it is not in the body, for instance that of an input video. Members that are null or empty
    count as omitted. `region` is the platform, `international` or `cn`. With `on`, the day of the request, discounts of that
    day apply. Raises ConfigurationError for an operation that the spec does not have.
    """
    request = _Request(with_defaults(contract, operation_id, body), contract, operation_id, seconds)
    rows = [row for row in _rows(contract, operation_id) if request.is_meant(row)]
    main = _best([row for row in rows if "adds" not in row and request.amount(row) is not None], region, on)
    same = _same_prices(contract, operation_id)
    if main is not None:
        rows += [row for row in _rows(same, operation_id) if request.is_meant(row)] if same else []
        return _price([main, *(row for row in rows if "adds" in row and request.amount(row) is not None)], request, contract)
    if same is None:
        return None
    found = price_of(same, operation_id, body, seconds=seconds, region=region, on=on)
    # The value of a credit of the other provider says nothing about that of this one.
    return None if found is None else evolve(found, usd=None)


def rows_of(contract: Contract, operation_id: str, model: str | None = None) -> tuple[list[Json], Object]:
    """Return the rows of prices that can apply to a model, or to any, as they are in the spec; and their sources by name.

    They are those of another provider if this one documents to have the same prices.
    """
    rows = [row for row in _rows(contract, operation_id) if model is None or model in as_list(row.get("models", [model]))]
    if not rows and (same := _same_prices(contract, operation_id)) is not None:
        return rows_of(same, operation_id, model)
    sources = as_object(as_object(contract.extension("x-price-list")).get("sources"))
    named = dict.fromkeys(str(row.get("source")) for row in rows)
    listed: list[Json] = [*rows]
    return listed, {name: sources[name] for name in named if name in sources}


def _same_prices(contract: Contract, operation_id: str) -> Contract | None:
    """Return the contract whose prices apply to operations without a row here; None if there is none."""
    same = as_object(contract.extension("x-price-list")).get("same-as")
    other = contract_of(same) if isinstance(same, str) else None
    return other if other is not None and operation_id in other.operations else None


def with_defaults(contract: Contract, operation_id: str, body: Object) -> Object:
    """Return a body with the documented defaults of its model and without members that are null or empty."""
    given: Object = {name: value for name, value in body.items() if value is not None and value not in ("", [])}
    model = given.get("model")
    return {**_defaults(contract, operation_id, model if isinstance(model, str) else None), **given}


@cache
def _defaults(contract: Contract, operation_id: str, model: str | None) -> Object:
    limits = contract.limits(operation_id, model)
    return {name: limit.default for name, limit in limits.items() if limit.default is not None and limit.is_taken}


@frozen
class _Request:
    body: Object
    contract: Contract
    operation_id: str
    seconds: float | None

    def is_meant(self, row: Object) -> bool:
        """Whether a row applies to the model and the values of the body."""
        models = as_list(row.get("models"))
        conditions = as_object(row.get("when"))
        return (not models or self.body.get("model") in models) and all(map(self._holds, conditions, conditions.values()))

    def amount(self, row: Object) -> Decimal | None:
        """Return the price by one row; None if it has none for this body."""
        name = _unit(row)
        if name is None:
            return None
        said = row[name]
        if self.body.get("off_peak") is True and "adds" not in row:
            said = row.get("off-peak")
        return self._sum(row, said)

    def _sum(self, row: Object, said: Json) -> Decimal | None:
        if row.get("per") == "segment":
            parts = [as_object(part).get("duration", USUAL_SECONDS) for part in as_list(self.body.get("image_settings"))]
            found = [self._listed(said, part) for part in parts]
            return sum((one for one in found if one is not None), Decimal(0)) if found and None not in found else None
        one, times = self._listed(said, self._length()), self._times(str(row.get("per", "task")))
        if one is None or times is None:
            return None
        each = row.get("each", 1)
        return one * (math.ceil(times / Decimal(each)) if isinstance(each, int) and "each" in row else times)

    def _listed(self, said: Json, seconds: Json) -> Decimal | None:
        """Return the amount in a table by words or a list by whole seconds; None if it has none."""
        if isinstance(said, list):
            place = math.ceil(seconds) - 1 if _is_number(seconds) else -1
            said = said[place] if 0 <= place < len(said) else None
        elif isinstance(said, dict):
            (member, words), *_ = said.items()
            return self._listed(self._of_word(member, as_object(words)), seconds)
        return Decimal(str(said)) if _is_number(said) else None

    def _of_word(self, member: str, words: Object) -> Json:
        if member not in self.contract.operation(self.operation_id).properties and len(words) == 1:
            return next(iter(words.values()))  # the only word that the route can make
        return words.get(str(self.body.get(member)))

    def _length(self) -> Json:
        if parts := as_list(self.body.get("image_settings")):
            lengths = [as_object(part).get("duration", USUAL_SECONDS) for part in parts]
            return sum(length for length in lengths if _is_number(length))
        seconds = self.body.get("duration", self.seconds)
        return seconds if _is_number(seconds) and seconds > 0 else self.seconds  # 0 lets the service choose

    def _times(self, per: str) -> Decimal | None:
        """Return how often a price is charged; None if that is known only afterwards, as with tokens."""
        match per:
            case "task" | "voice":
                return Decimal(1)
            case "second":
                seconds = self._length()
                return Decimal(str(seconds)) if _is_number(seconds) else None
            case "character":
                return Decimal(len(str(self.body.get("text") or self.body.get("prompt") or "")))
            case "prompt":
                count = self.body.get("count")
                return Decimal(str(count)) * len(as_list(self.body.get("type"))) if _is_number(count) else None
            case _:
                return None

    def _holds(self, member: str, wanted: Json) -> bool:
        value = self.body.get(member)
        if member == "video_input":
            return wanted is any(as_object(part).get("type") == "video_url" for part in as_list(self.body.get("content")))
        if not isinstance(wanted, dict):
            return value == wanted
        number = value if _is_number(value) else len(as_list(value))
        return (
            number >= _bound(wanted, "from", -math.inf)
            and number <= _bound(wanted, "to", math.inf)
            and number < _bound(wanted, "below", math.inf)
        )


def _rows(contract: Contract, operation_id: str) -> Iterator[Object]:
    operation = contract.operation(operation_id)
    yield from map(as_object, as_list(value_at(contract.spec.root, ("paths", operation.path, operation.method, "x-prices"))))


def _best(rows: list[Object], region: str, on: date | None) -> Object | None:
    """Return the row that applies: a discount of the day before the list price, a price of the region before a general one."""
    day = on.isoformat() if on is not None else ""
    meant = [
        row for row in rows if row.get("region", region) == region and ("until" not in row or (day and day <= str(row["until"])))
    ]
    return min(meant, key=lambda row: ("until" not in row, "region" not in row), default=None)


def _price(rows: list[Object], request: _Request, contract: Contract) -> DocumentedPrice:
    listed = as_object(contract.extension("x-price-list"))
    same = _same_prices(contract, request.operation_id) or contract
    named = {**as_object(as_object(same.extension("x-price-list")).get("sources")), **as_object(listed.get("sources"))}
    sources = [as_object(named.get(str(row.get("source")))) for row in rows]
    names = [_unit(row) or "" for row in rows]
    amounts = [request.amount(row) or Decimal(0) for row in rows]
    dollars = [_in_dollars(amount, name, as_object(listed.get("credit"))) for amount, name in zip(amounts, names, strict=True)]
    usd = sum((one for one in dollars if one is not None), Decimal(0)) if None not in dollars else None
    is_mixed = len(set(names)) > 1 and usd is not None
    degrees = [str(row.get("sure", PRINTED)) for row in rows]
    if request.body.get("off_peak") is True and len(rows) > 1:
        degrees.append("low")  # it is not documented whether an addition is halved too; all of it is counted
    return DocumentedPrice(
        amount=float(usd if is_mixed and usd is not None else sum(amounts, Decimal(0))),
        unit="USD" if is_mixed else UNITS[names[0]],
        usd=None if usd is None else float(usd),
        date=min((str(source["date"]) for source in sources if source.get("date")), default=None),
        source="; ".join(dict.fromkeys(str(source.get("what", "")) for source in sources)),
        sure=min(degrees, key=_DEGREES.index),
    )


def _in_dollars(amount: Decimal, unit: str, credit: Object) -> Decimal | None:
    if unit == "usd":
        return amount
    if unit == "credits" and _is_number(rate := credit.get("usd")):
        return amount * Decimal(str(rate))
    if unit == "credits" and _is_number(rate := credit.get("per-usd")):
        return amount / Decimal(str(rate))
    return None


def _unit(row: Object) -> str | None:
    return next((name for name in UNITS if name in row), None)


def _is_number(value: Json) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bound(wanted: Object, name: str, usual: float) -> float:
    value = wanted.get(name)
    return value if isinstance(value, int | float) else usual
