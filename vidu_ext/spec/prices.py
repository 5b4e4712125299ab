"""Compute what a request costs by the documented prices: `x-prices` of an operation, `x-price-list` of the document.

A price that is not documented is None, never a guess. If the amount is known only afterwards, as with tokens, the documented
rates remain. The charge in the answer to a create is final.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, TypeGuard

from attrs import evolve, frozen

from vidu_ext.values.json import as_list, as_object, leaves, value_at
from vidu_ext.values.price import PRINTED, DocumentedPrice, DocumentedRate, Rate
from vidu_ext.values.tasks import Json, Object

from .contract import Contract, contract_of

UNITS: Final = {"credits": "credits", "usd": "USD", "cny": "CNY", "token-credits": "token credits"}
"""The keys of amounts in a row of prices, with their units. If a row has several, the first one here is used; in China, CNY."""
_DEGREES: Final = ("low", "medium", "high", PRINTED)
USUAL_SECONDS: Final = 5
"""Length of a segment without a duration."""
VIDEO_INPUT: Final = "video_input"
"""The condition that a video is among the content."""
INTERNATIONAL: Final = "international"
CHINA: Final = "cn"


def region_of(host: str) -> str:
    """Return the platform whose prices apply to an account, by its host."""
    return CHINA if host.endswith(".cn") else INTERNATIONAL


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
    main = _best([row for row in rows if "adds" not in row and request.amounts(row)], region, on)
    same = _same_prices(contract, operation_id)
    if main is not None:
        rows += [row for row in _rows(same, operation_id) if request.is_meant(row)] if same else []
        price = _price([main, *(row for row in rows if "adds" in row and request.amounts(row))], request, contract)
        if "until" not in main:
            return price
        return evolve(price, list_price=price_of(contract, operation_id, body, seconds=seconds, region=region))
    if same is None:
        return None
    found = price_of(same, operation_id, body, seconds=seconds, region=region, on=on)
    # The value of a credit of the other provider says nothing about that of this one.
    if found is None:
        return None
    return evolve(found, usd=None, list_price=found.list_price and evolve(found.list_price, usd=None))


def rate_of(contract: Contract, operation_id: str, body: Object, *, region: str = INTERNATIONAL) -> DocumentedRate | None:
    """Return the documented rates of a request that has no price before it is made; None if there are none.

    Those are rates by tokens, by the length of a film that is given, or by a choice that the request does not say.
    """
    request = _Request(with_defaults(contract, operation_id, body), contract, operation_id, None)
    rows = [row for row in _rows(contract, operation_id) if request.may_be_meant(row) and _is_in_force(row, region, "")]
    rates = {index: tuple(request.rates(row, region)) for index, row in enumerate(rows)}
    rated = [row for index, row in enumerate(rows) if rates[index]]
    if not all("adds" in row for row in rated):
        date_, source, sure = _evidence(rated, request, contract)
        return DocumentedRate(rates=tuple(one for found in rates.values() for one in found), date=date_, source=source, sure=sure)
    same = _same_prices(contract, operation_id)
    return rate_of(same, operation_id, body, region=region) if same is not None else None


def rows_of(contract: Contract, operation_id: str, model: str | None = None) -> tuple[list[Json], Object]:
    """Return the rows of prices that can apply to a model, or to any, as they are in the spec; and their sources by name.

    They are those of another provider if this one documents that it has the same prices.
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
        """Return whether a row applies to the model and the values of the body."""
        conditions = as_object(row.get("when"))
        return self._is_for_model(row) and all(map(self._holds, conditions, conditions.values()))

    def may_be_meant(self, row: Object) -> bool:
        """Return whether a row may apply: a request that changes a film does not repeat the settings that it was made with."""
        conditions = as_object(row.get("when"))
        return self._is_for_model(row) and all(
            self._holds(member, wanted) or self._leaves_open(row, member, wanted) for member, wanted in conditions.items()
        )

    def _leaves_open(self, row: Object, member: str, wanted: Json) -> bool:
        """Return whether the body does not say which word of a member applies. Additions not requested are not paid."""
        is_asked = "adds" not in row or not self._can_say(member)
        return is_asked and not isinstance(wanted, dict) and member not in {VIDEO_INPUT, *self.body}

    def _is_for_model(self, row: Object) -> bool:
        return "models" not in row or self.body.get("model") in as_list(row["models"])

    def _can_say(self, member: str) -> bool:
        return member in {VIDEO_INPUT, *self.body, *self.contract.operation(self.operation_id).properties}

    def amounts(self, row: Object) -> tuple[Decimal, ...]:
        """Return the price by one row, or the prices that the request leaves open; none if the row has none for this body."""
        said = self._said(row, _unit(row))
        if row.get("per") == "segment":
            parts = [as_object(part).get("duration", USUAL_SECONDS) for part in as_list(self.body.get("image_settings"))]
            found = [self._listed(said, part) for part in parts]
            return (sum((one for (one,) in found), Decimal(0)),) if found and all(len(one) == 1 for one in found) else ()
        times = self._times(str(row.get("per", "task")))
        if times is None:
            return ()
        each = row.get("each", 1)
        groups = math.ceil(times / Decimal(each)) if isinstance(each, int) and "each" in row else times
        return tuple(one * groups for one in self._listed(said, self._length()))

    def rates(self, row: Object, region: str) -> Iterator[Rate]:
        """Yield what a row says for one unit, once for each choice that the body leaves open."""
        unit = _unit(row, region)
        conditions = as_object(row.get("when"))
        when = tuple(f"{name} {wanted}" for name, wanted in conditions.items() if self._leaves_open(row, name, wanted))
        per, each = str(row.get("per", "task")), row.get("each", 1)
        if each != 1:
            per = f"{each:,} {per}s" + ("" if per.endswith("token") else " begun")
        for chosen, amount in self._open(self._said(row, unit), when):
            yield Rate(amount=amount, unit=UNITS[unit], per=per, when=", ".join(chosen), is_added="adds" in row)

    def _said(self, row: Object, unit: str) -> Json:
        return row.get("off-peak" if self.body.get("off_peak") is True and "adds" not in row else unit)

    def _open(self, said: Json, when: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
        if isinstance(said, dict):
            (member, table), *_ = said.items()
            words = self._words(member, as_object(table))
            for word in words:
                chosen = (f"{member} {word}",) if len(words) > 1 else ()
                yield from self._open(as_object(table).get(word), (*when, *chosen))
        elif _is_number(said):
            yield when, said

    def _listed(self, said: Json, seconds: Json) -> tuple[Decimal, ...]:
        """Return the amounts in a table by words or a list by whole seconds that are possible; all of a list of open length."""
        if isinstance(said, dict):
            (member, words), *_ = said.items()
            named = self._words(member, as_object(words))
            return tuple(one for word in named for one in self._listed(as_object(words).get(word), seconds))
        if isinstance(said, list) and _is_number(seconds):
            place = math.ceil(seconds) - 1
            said = said[place : place + 1] if place >= 0 else []
        return tuple(Decimal(str(one)) for one in (said if isinstance(said, list) else [said]) if _is_number(one))

    def _words(self, member: str, words: Object) -> tuple[str, ...]:
        """Return the word of a member, or all words that the table lists if the body does not say which."""
        if self._can_say(member):
            return (str(self.body.get(member)),)
        named = as_object(as_object(_extension(self.contract, self.operation_id, "x-words-of")).get(member))
        given = [value for place, value in leaves(self.body) if place[-1] == named.get("member")]
        found = tuple(word for word in named if not set(as_list(named[word])).isdisjoint(given))
        return found or (tuple(words) if not given else ())

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
        if member == VIDEO_INPUT:
            return wanted is any(as_object(part).get("type") == "video_url" for part in as_list(self.body.get("content")))
        if not isinstance(wanted, dict):
            return value == wanted
        number = value if _is_number(value) else len(as_list(value))
        return (
            number >= _bound(wanted, "from", -math.inf)
            and number <= _bound(wanted, "to", math.inf)
            and number < _bound(wanted, "below", math.inf)
        )


def _extension(contract: Contract, operation_id: str, name: str) -> Json:
    operation = contract.operation(operation_id)
    return value_at(contract.spec.root, ("paths", operation.path, operation.method, name))


def _rows(contract: Contract, operation_id: str) -> Iterator[Object]:
    yield from map(as_object, as_list(_extension(contract, operation_id, "x-prices")))


def _best(rows: list[Object], region: str, on: date | None) -> Object | None:
    """Return the row that applies: a discount of the day before the list price, a price of the region before a general one."""
    day = on.isoformat() if on is not None else ""
    meant = [row for row in rows if _is_in_force(row, region, day)]
    return min(meant, key=lambda row: ("until" not in row, "region" not in row), default=None)


def _is_in_force(row: Object, region: str, day: str) -> bool:
    """Return whether a row is for a platform, and its discount for a day. No discount is for the day ''."""
    return row.get("region", region) == region and ("until" not in row or "" < day <= str(row["until"]))


def _price(rows: list[Object], request: _Request, contract: Contract) -> DocumentedPrice:
    credit = as_object(as_object(contract.extension("x-price-list")).get("credit"))
    names = [_unit(row) for row in rows]
    possible = [request.amounts(row) for row in rows]
    amounts = [max(one) for one in possible]
    dollars = [_in_dollars(amount, name, credit) for amount, name in zip(amounts, names, strict=True)]
    usd = sum((one for one in dollars if one is not None), Decimal(0)) if None not in dollars else None
    is_mixed = len(set(names)) > 1 and usd is not None
    date_, source, sure = _evidence(rows, request, contract)
    return DocumentedPrice(
        amount=float(usd if is_mixed and usd is not None else sum(amounts, Decimal(0))),
        unit="USD" if is_mixed else UNITS[names[0]],
        usd=None if usd is None else float(usd),
        date=date_,
        source=source,
        sure=sure,
        is_most=any(len(one) > 1 for one in possible),
    )


def _evidence(rows: list[Object], request: _Request, contract: Contract) -> tuple[str | None, str, str]:
    """Return the date of the oldest source of some rows, their sources, and the lowest certainty among them."""
    same = _same_prices(contract, request.operation_id) or contract
    lists = [as_object(one.extension("x-price-list")) for one in (same, contract)]
    named = {name: source for one in lists for name, source in as_object(one.get("sources")).items()}
    sources = [as_object(named.get(str(row.get("source")))) for row in rows]
    degrees = [str(row.get("sure", PRINTED)) for row in rows]
    if request.body.get("off_peak") is True and len(rows) > 1:
        degrees.append("low")  # whether an addition is halved too is not documented; all of it is counted
    return (
        min((str(source["date"]) for source in sources if source.get("date")), default=None),
        "; ".join(dict.fromkeys(str(source.get("what", "")) for source in sources)),
        min(degrees, key=_DEGREES.index),
    )


def _in_dollars(amount: Decimal, unit: str, credit: Object) -> Decimal | None:
    if unit == "usd":
        return amount
    if unit == "credits" and _is_number(rate := credit.get("usd")):
        return amount * Decimal(str(rate))
    if unit == "credits" and _is_number(rate := credit.get("per-usd")):
        return amount / Decimal(str(rate))
    return None


def _unit(row: Object, region: str = INTERNATIONAL) -> str:
    """Return the key of the amounts of a row; '' if it has none."""
    return "cny" if region == CHINA and "cny" in row else next((name for name in UNITS if name in row), "")


def _is_number(value: Json) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bound(wanted: Object, name: str, usual: float) -> float:
    value = wanted.get(name)
    return value if isinstance(value, int | float) else usual
