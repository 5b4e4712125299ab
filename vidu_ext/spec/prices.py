"""Compute what a request costs by the documented prices: `x-prices` of an operation, `x-price-list` of the document.

A price that is not documented is None, never a guess. If the amount is known only afterwards, as with tokens, the documented
rates remain. The charge in the answer to a create is final.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from operator import ge, le, lt
from typing import Final, TypeGuard

from attrs import evolve, frozen

from vidu_ext.values.json import as_list, as_object, leaves, value_at
from vidu_ext.values.price import PRINTED, UNSURE, DocumentedPrice, DocumentedRate, Rate
from vidu_ext.values.tasks import Json, Object

from .contract import Contract, contract_of

UNITS: Final = {"credits": "credits", "usd": "USD", "cny": "CNY", "token-credits": "token credits"}
"""The keys of amounts in a row of prices, with their units. If a row has several, the first one here is used; in China, CNY."""
_CERTAINTIES: Final = (UNSURE, "medium", "high", PRINTED)
USUAL_SECONDS: Final = 5
"""Length of a segment without a duration."""
_RANGE: Final[Mapping[str, Callable[[float, float], bool]]] = {"from": ge, "to": le, "below": lt}
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
    rows = [row for row in _rows(contract, operation_id) if request.is_priced_by(row)]
    main = _best([row for row in rows if "adds" not in row], region, on)
    other = _with_same_prices(contract, operation_id)
    if main is not None:
        rows += [row for row in _rows(other, operation_id) if request.is_priced_by(row)] if other else []
        price = _price([main, *(row for row in rows if "adds" in row)], request, contract)
        if "until" not in main:
            return price
        return evolve(price, list_price=price_of(contract, operation_id, body, seconds=seconds, region=region))
    inherited = price_of(other, operation_id, body, seconds=seconds, region=region, on=on) if other else None
    if inherited is None:
        return None
    # The value of a credit of the other provider says nothing about that of this one.
    return evolve(inherited, usd=None, list_price=inherited.list_price and evolve(inherited.list_price, usd=None))


def rate_of(contract: Contract, operation_id: str, body: Object, *, region: str = INTERNATIONAL) -> DocumentedRate | None:
    """Return the documented rates of a request that has no price before it is made; None if there are none.

    These are rates by tokens, by the length of an input video, or for a choice that the request does not say.
    """
    request = _Request(with_defaults(contract, operation_id, body), contract, operation_id, None)
    rows = [row for row in _rows(contract, operation_id) if request.may_apply(row) and _is_in_force(row, region, "")]
    rated = [(row, rates) for row in rows if (rates := tuple(request.rates(row, region)))]
    if not all("adds" in row for row, _ in rated):
        read, source, sure = _evidence([row for row, _ in rated], request, contract)
        return DocumentedRate(rates=tuple(rate for _, rates in rated for rate in rates), date=read, source=source, sure=sure)
    other = _with_same_prices(contract, operation_id)
    return rate_of(other, operation_id, body, region=region) if other is not None else None


def price_needs(contract: Contract, operation_id: str, body: Object) -> tuple[str, ...]:
    """Return the fewest members that a request has to name so that a price of it is documented; empty if none would help."""
    request = _Request(with_defaults(contract, operation_id, body), contract, operation_id, None)
    rows = [row for row in _rows(contract, operation_id) if "adds" not in row and request.may_apply(row)]
    needs = [members for row in rows if (members := request.needs(row))]
    if needs:
        return min(needs, key=len)
    other = _with_same_prices(contract, operation_id)
    return price_needs(other, operation_id, body) if other is not None else ()


def rows_of(contract: Contract, operation_id: str, model: str | None = None) -> tuple[list[Json], Object]:
    """Return the rows of prices that can apply to a model, or to any, as they are in the spec; and their sources by name.

    They are those of another provider if this one documents that it has the same prices.
    """
    rows = [row for row in _rows(contract, operation_id) if model is None or model in as_list(row.get("models", [model]))]
    if not rows and (other := _with_same_prices(contract, operation_id)) is not None:
        return rows_of(other, operation_id, model)
    sources = as_object(_price_list(contract).get("sources"))
    names = dict.fromkeys(str(row.get("source")) for row in rows)
    return [*rows], {name: sources[name] for name in names if name in sources}


def _with_same_prices(contract: Contract, operation_id: str) -> Contract | None:
    """Return the contract whose prices apply to operations without a row here; None if there is none."""
    name = _price_list(contract).get("same-as")
    other = contract_of(name) if isinstance(name, str) else None
    return other if other is not None and operation_id in other.operations else None


def with_defaults(contract: Contract, operation_id: str, body: Object) -> Object:
    """Return a body with the documented defaults of its model and without members that are null or empty."""
    filled: Object = {name: value for name, value in body.items() if value is not None and value not in ("", [])}
    model = filled.get("model")
    return {**_defaults(contract, operation_id, model if isinstance(model, str) else None), **filled}


@cache
def _defaults(contract: Contract, operation_id: str, model: str | None) -> Object:
    limits = contract.limits(operation_id, model)
    return {name: limit.default for name, limit in limits.items() if limit.default is not None and limit.is_accepted}


@frozen
class _Request:
    """A request with its defaults filled in, asked for the amounts that the rows of prices have for it."""

    body: Object
    contract: Contract
    operation_id: str
    seconds: float | None
    """The length if it is not in the body."""

    def is_priced_by(self, row: Object) -> bool:
        """Return whether a row applies to the model and the values of the body, and has an amount for them."""
        conditions = as_object(row.get("when"))
        applies = self._is_for_model(row) and all(map(self._holds, conditions, conditions.values()))
        return applies and bool(self.amounts(row))

    def may_apply(self, row: Object) -> bool:
        """Return whether a row may apply: a request that changes a video does not repeat the settings of that video."""
        conditions = as_object(row.get("when"))
        return self._is_for_model(row) and all(
            self._holds(member, wanted) or self._leaves_open(row, member, wanted) for member, wanted in conditions.items()
        )

    def _leaves_open(self, row: Object, member: str, wanted: Json) -> bool:
        """Return whether the body does not say which word of a member applies. An addition that it could request is not open."""
        may_be_paid = "adds" not in row or not self._can_say(member)
        return may_be_paid and not isinstance(wanted, dict) and member not in {VIDEO_INPUT, *self.body}

    def _is_for_model(self, row: Object) -> bool:
        return "models" not in row or self.body.get("model") in as_list(row["models"])

    def _can_say(self, member: str) -> bool:
        return member in {VIDEO_INPUT, *self.body, *self.contract.operation(self.operation_id).properties}

    def amounts(self, row: Object) -> tuple[Decimal, ...]:
        """Return the price by one row, or the prices that the request leaves open; none if the row has none for this body."""
        if row.get("per") == "segment":
            parts = [self._listed(row, length) for length in self._segments()]
            return (sum((amount for (amount,) in parts), Decimal(0)),) if parts and all(len(part) == 1 for part in parts) else ()
        times = self._times(str(row.get("per", "task")))
        if times is None:
            return ()
        groups = Decimal(math.ceil(times / Decimal(str(row["each"])))) if "each" in row else times
        return tuple(amount * groups for amount in self._listed(row, self._length()))

    def rates(self, row: Object, region: str) -> Iterator[Rate]:
        """Yield the rates of a row, one for each choice that the body leaves open."""
        unit = _unit(row, region)
        conditions = as_object(row.get("when"))
        when = [f"{name} {wanted}" for name, wanted in conditions.items() if self._leaves_open(row, name, wanted)]
        per, each = str(row.get("per", "task")), row.get("each", 1)
        if each != 1:
            per = f"{each:,} {per}s" + ("" if per.endswith("token") else " begun")
        for chosen, amount in self._choices(row, unit):
            if _is_number(amount):
                yield Rate(amount=amount, unit=UNITS[unit], per=per, when=", ".join([*when, *chosen]), is_added="adds" in row)

    def needs(self, row: Object) -> tuple[str, ...]:
        """Return the members that the amount by a row depends on and the body omits; none if no word would give an amount."""
        members = [name for name, wanted in as_object(row.get("when")).items() if not self._holds(name, wanted)]
        if row.get("per") == "second" and self._length() is None and self._can_say("duration"):
            members.append("duration")
        member, by_word = self._table(row, _unit(row))
        if member in self.body and str(self.body[member]) not in by_word:
            return ()
        if member not in self.body and self._can_say(member):
            members.append(member)
        return tuple(members) if by_word else ()

    def _table(self, row: Object, unit: str) -> tuple[str, Object]:
        """Return the member on whose word the amount of a row depends, and the amounts by word; without one, '' for both.

        An amount is a number, or a list by whole seconds.
        """
        amounts = row.get("off-peak" if self.body.get("off_peak") is True and "adds" not in row else unit)
        if not isinstance(amounts, dict):
            return "", {} if amounts is None else {"": amounts}
        ((member, by_word),) = amounts.items()
        return member, as_object(by_word)

    def _choices(self, row: Object, unit: str) -> Iterator[tuple[list[str], Json]]:
        """Yield the amounts of a row that are possible; if there are several, each with the word that leads to it."""
        member, by_word = self._table(row, unit)
        words = self._words(member, by_word) if member else tuple(by_word)
        for word in words:
            yield ([f"{member} {word}"] if len(words) > 1 else []), by_word.get(word)

    def _listed(self, row: Object, seconds: Json) -> tuple[Decimal, ...]:
        """Return the possible amounts of a row; all of a list by seconds if the length is not known."""
        amounts: list[Json] = []
        for _, entry in self._choices(row, _unit(row)):
            listed = entry if isinstance(entry, list) else [entry]
            if isinstance(entry, list) and _is_number(seconds):
                place = math.ceil(seconds) - 1
                listed = entry[place : place + 1] if place >= 0 else []
            amounts += listed
        return tuple(Decimal(str(amount)) for amount in amounts if _is_number(amount))

    def _words(self, member: str, by_word: Object) -> tuple[str, ...]:
        """Return the word of a member, or all words that the table lists if the body does not say which."""
        if self._can_say(member):
            return (str(self.body.get(member)),)
        meanings = as_object(as_object(_extension(self.contract, self.operation_id, "x-words-of")).get(member))
        values = [value for place, value in leaves(self.body) if place[-1] == meanings.get("member")]
        words = tuple(word for word in meanings if not set(as_list(meanings[word])).isdisjoint(values))
        return words or (tuple(by_word) if not values else ())

    def _segments(self) -> list[Json]:
        """Return the lengths of the segments of a video from several pictures."""
        return [as_object(part).get("duration", USUAL_SECONDS) for part in as_list(self.body.get("image_settings"))]

    def _length(self) -> Json:
        if segments := self._segments():
            return sum(length for length in segments if _is_number(length))
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
        """Return whether the body meets one condition of a row: a value, or a range of a number or of the length of a list."""
        value = self.body.get(member)
        if member == VIDEO_INPUT:
            return wanted is any(as_object(part).get("type") == "video_url" for part in as_list(self.body.get("content")))
        if not isinstance(wanted, dict):
            return value == wanted
        number = value if _is_number(value) else len(as_list(value))
        return all(is_within(number, bound) for name, is_within in _RANGE.items() if _is_number(bound := wanted.get(name)))


def _extension(contract: Contract, operation_id: str, name: str) -> Json:
    return value_at(contract.spec.root, (*contract.operation(operation_id).place, name))


def _price_list(contract: Contract) -> Object:
    return as_object(contract.extension("x-price-list"))


def _rows(contract: Contract, operation_id: str) -> Iterator[Object]:
    yield from map(as_object, as_list(_extension(contract, operation_id, "x-prices")))


def _best(rows: list[Object], region: str, on: date | None) -> Object | None:
    """Return the row that applies: a discount of the day before the list price, a price of the region before a general one."""
    day = on.isoformat() if on is not None else ""
    in_force = [row for row in rows if _is_in_force(row, region, day)]
    return min(in_force, key=lambda row: ("until" not in row, "region" not in row), default=None)


def _is_in_force(row: Object, region: str, day: str) -> bool:
    """Return whether a row is for a platform, and its discount for a day. On the day '' no discount applies."""
    return row.get("region", region) == region and ("until" not in row or "" < day <= str(row["until"]))


def _price(rows: list[Object], request: _Request, contract: Contract) -> DocumentedPrice:
    credit = as_object(_price_list(contract).get("credit"))
    units = [_unit(row) for row in rows]
    possible = [request.amounts(row) for row in rows]
    highest = [max(amounts) for amounts in possible]
    dollars = [_in_dollars(amount, unit, credit) for amount, unit in zip(highest, units, strict=True)]
    usd = sum((amount for amount in dollars if amount is not None), Decimal(0)) if None not in dollars else None
    is_mixed = len(set(units)) > 1 and usd is not None
    read, source, sure = _evidence(rows, request, contract)
    return DocumentedPrice(
        amount=float(usd if is_mixed and usd is not None else sum(highest, Decimal(0))),
        unit="USD" if is_mixed else UNITS[units[0]],
        usd=None if usd is None else float(usd),
        date=read,
        source=source,
        sure=sure,
        is_most=any(len(amounts) > 1 for amounts in possible),
    )


def _evidence(rows: list[Object], request: _Request, contract: Contract) -> tuple[str | None, str, str]:
    """Return the date of the oldest source of some rows, their sources, and the lowest certainty among them."""
    other = _with_same_prices(contract, request.operation_id) or contract
    by_name = {**as_object(_price_list(other).get("sources")), **as_object(_price_list(contract).get("sources"))}
    sources = [as_object(by_name.get(str(row.get("source")))) for row in rows]
    certainties = [str(row.get("sure", PRINTED)) for row in rows]
    if request.body.get("off_peak") is True and len(rows) > 1:
        certainties.append(UNSURE)  # whether an addition is halved too is not documented; all of it is counted
    return (
        min((str(source["date"]) for source in sources if source.get("date")), default=None),
        "; ".join(dict.fromkeys(str(source.get("what", "")) for source in sources)),
        min(certainties, key=_CERTAINTIES.index),
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
