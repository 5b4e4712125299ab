"""Prices as facts: those of a spec (`x-prices`) and those of a reading, one for each combination that has a price.

A spec lists amounts. A reading has what the page prints: a price for the first second and one for each further second, half
price off-peak, a discount until a day. Both are expanded here to single prices, so that a slip in either is found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from documents import Json, Object, as_list, as_object
from reading_rules import ReadingError

Priced: TypeAlias = Iterator[tuple[str, str]]
"""What is priced, in words, and the price: `viduq2 resolution=540p second=3 per task in credits`, `14`."""

UNITS: Final = {"credits": "credits", "off-peak": "credits", "cny": "CNY", "usd": "USD", "token-credits": "token credits"}
FURTHER: Final = "+"
"""Begins the amount that each further second adds: `8, 10, +5`."""


def of_spec(row: Object) -> Priced:
    """Return the prices of one row of `x-prices`."""
    for kind, unit in UNITS.items():
        for conditions, amount in _leaves(row.get(kind)):
            yield from _priced(row, conditions, kind == "off-peak", _number(amount), unit)


def of_reading(row: Object, place: str) -> Priced:
    """Return the prices of one row of a reading. Raises ReadingError if it cannot be expanded."""
    member = str(row.get("by", "resolution"))
    for kind, unit in UNITS.items():
        said = row.get(kind.replace("-", "_"))
        if said is None or said == "half":
            continue
        for words, amount in _amounts(said, member, row, place):
            yield from _priced(row, words, kind == "off-peak", amount, unit)
            if kind == "credits" and row.get("off_peak") == "half":
                yield from _priced(row, words, True, Decimal(math.ceil(amount / 2)), unit)


def _leaves(said: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield the amounts of a table by member and word, of a list by whole seconds."""
    if isinstance(said, dict):
        for member, words in said.items():
            for word, below in as_object(words).items():
                yield from (((f"{member}={word}", *conditions), amount) for conditions, amount in _leaves(below))
    elif isinstance(said, list):
        yield from (((f"second={index}",), amount) for index, amount in enumerate(said, 1) if amount is not None)
    elif said is not None:
        yield (), said


def _amounts(said: Json, member: str, row: Object, place: str) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    words: Mapping[str, Json] = said if isinstance(said, dict) else {"": said}
    for word, amount in words.items():
        named = (f"{member}={word}",) if word else ()
        if isinstance(amount, str):
            first, last = (int(str(one)) for one in as_list(row.get("seconds")) or (1, 0))
            for second in range(first, last + 1):
                yield (*named, f"second={second}"), _sum(amount, second, place)
        else:
            share = Decimal(100 - int(str(row.get("per_cent_off", 0)))) / 100
            yield named, _number(amount) * share


def _sum(steps: str, seconds: int, place: str) -> Decimal:
    """Return the price of a number of seconds: `8, 10, +5` is 8 for one, 10 for two and 5 for each after that."""
    sums = [part.strip() for part in steps.split(",")]
    *first, further = sums
    if not further.startswith(FURTHER) or not first:
        raise ReadingError(f"{place}: {steps!r} is not a list of sums that ends with what each further second adds")
    beyond = max(0, seconds - len(first))
    return Decimal(first[min(seconds, len(first)) - 1]) + Decimal(further) * beyond


def _number(said: Json) -> Decimal:
    return Decimal(str(said))


def _priced(row: Object, words: tuple[str, ...], is_off_peak: bool, amount: Decimal, unit: str) -> Priced:
    when = [f"{member}={_range(wanted)}" for member, wanted in sorted(as_object(row.get("when")).items())]
    each = f"{row['each']} " if "each" in row else ""
    marks = [
        *(["off-peak"] if is_off_peak else []),
        f"per {each}{row.get('per', 'task')}",
        *(["on top"] if row.get("adds") is True else []),
        *(f"{name} {row[name]}" for name in ("region", "until") if name in row),
        f"in {unit}",
    ]
    for model in as_list(row.get("models", row.get("of"))) or ["any model"]:
        yield " ".join([str(model), *words, *when, *marks]), f"{amount.normalize():f}"


def _range(wanted: Json) -> str:
    return ", ".join(f"{name} {value}" for name, value in wanted.items()) if isinstance(wanted, dict) else str(wanted)
