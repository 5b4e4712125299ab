"""Expand the prices of a spec (`x-prices`) and of its second reading (`readings/*.yaml`) to one fact for each price.

A spec lists amounts. A reading has what the page prints: a price for the first second and one for each further second, half
price off-peak, a discount until a day. Once both are expanded, a mistake in either shows as a difference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from documents import Json, Object, as_list, as_object
from reading_rules import ReadingError

PriceFacts: TypeAlias = Iterator[tuple[str, str]]
"""Pairs of what is priced and its price: `viduq2 resolution=540p second=3 per task in credits`, `14`."""

UNITS: Final = {"credits": "credits", "off-peak": "credits", "cny": "CNY", "usd": "USD", "token-credits": "token credits"}
"""Unit of the amounts in each price member of a row. A reading spells the members with underscores."""
HALF: Final = "half"
"""Off-peak prices of a reading that are half of the row's credits."""
FURTHER: Final = "+"
"""Begins the amount that each further second adds: `8, 10, +5`."""


def of_spec(row: Object) -> PriceFacts:
    """Yield the prices of one row of `x-prices`."""
    for kind, unit in UNITS.items():
        for conditions, amount in _leaves(row.get(kind)):
            yield from _facts(row, conditions, _decimal(amount), unit, is_off_peak=kind == "off-peak")


def of_reading(row: Object, place: str) -> PriceFacts:
    """Yield the prices of one row of a reading. Raises ReadingError if it cannot be expanded."""
    for kind, unit in UNITS.items():
        amounts = row.get(kind.replace("-", "_"))
        if amounts is None or amounts == HALF:  # half prices follow from the credits, below
            continue
        for conditions, amount in _expanded(amounts, row, place):
            yield from _facts(row, conditions, amount, unit, is_off_peak=kind == "off-peak")
            if kind == "credits" and row.get("off_peak") == HALF:  # rounded up by the page's own rule: V77 in README.md
                yield from _facts(row, conditions, Decimal(math.ceil(amount / 2)), unit, is_off_peak=True)


def _leaves(table: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield each amount with its conditions: a table names member and word, a list has one amount for each second, from 1.

    `{"resolution": {"540p": [4, 6]}}` has the amount 4 with `resolution=540p` and `second=1`, and 6 with `second=2`.
    """
    if isinstance(table, dict):
        for member, words in table.items():
            for word, below in as_object(words).items():
                yield from (((f"{member}={word}", *conditions), amount) for conditions, amount in _leaves(below))
    elif isinstance(table, list):
        yield from (((f"second={second}",), amount) for second, amount in enumerate(table, 1) if amount is not None)
    elif table is not None:
        yield (), table


def _expanded(amounts: Json, row: Object, place: str) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """Yield each amount after the discount, with its conditions: steps (`8, 10, +5`) give one for each of the row's seconds."""
    factor = Decimal(100 - int(str(row.get("per_cent_off", 0)))) / 100
    by_word: Mapping[str, Json] = amounts if isinstance(amounts, dict) else {"": amounts}
    for word, amount in by_word.items():
        conditions = (f"{row.get('by', 'resolution')}={word}",) if word else ()
        if isinstance(amount, str):
            for second in _seconds(row, amount, place):
                yield (*conditions, f"second={second}"), _price_of_seconds(amount, second, place) * factor
        else:
            yield conditions, _decimal(amount) * factor


def _seconds(row: Object, steps: str, place: str) -> range:
    if "seconds" not in row:
        raise ReadingError(f"{place}: {steps!r} needs `seconds`, the first and the last that have a price")
    first, last = (int(str(second)) for second in as_list(row["seconds"]))
    return range(first, last + 1)


def _price_of_seconds(steps: str, seconds: int, place: str) -> Decimal:
    """Return the price of a number of seconds: `8, 10, +5` is 8 for one, 10 for two and 5 for each after that."""
    *first, further = (part.strip() for part in steps.split(","))
    if not further.startswith(FURTHER) or not first:
        raise ReadingError(f"{place}: {steps!r} must list amounts and end with the one of each further second, as '8, 10, +5'")
    further_seconds = max(0, seconds - len(first))
    return Decimal(first[min(seconds, len(first)) - 1]) + Decimal(further) * further_seconds


def _decimal(amount: Json) -> Decimal:
    return Decimal(str(amount))


def _facts(row: Object, conditions: tuple[str, ...], amount: Decimal, unit: str, *, is_off_peak: bool) -> PriceFacts:
    when = [f"{member}={_condition_text(wanted)}" for member, wanted in sorted(as_object(row.get("when")).items())]
    each = f"{row['each']} " if "each" in row else ""
    marks = [
        *(["off-peak"] if is_off_peak else []),
        f"per {each}{row.get('per', 'task')}",
        *(["on top"] if row.get("adds") is True else []),
        *(f"{name} {row[name]}" for name in ("region", "until") if name in row),
        f"in {unit}",
    ]
    for model in as_list(row.get("models", row.get("of"))) or ["any model"]:  # a spec says `models`, a reading `of`
        yield " ".join([str(model), *conditions, *when, *marks]), f"{amount.normalize():f}"


def _condition_text(wanted: Json) -> str:
    return ", ".join(f"{name} {value}" for name, value in wanted.items()) if isinstance(wanted, dict) else str(wanted)
