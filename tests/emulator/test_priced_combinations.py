"""Everything that the readings price, at all providers: the quote says it, the emulator charges it, and its answer tells it.

The readings are what the price pages say, read a second time and apart from the specs that both sides follow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final, cast

import pytest
import yaml  # type: ignore[import-untyped]  # no stubs are installed
from attrs import frozen
from core_calls import IMAGE, STATUS, Calls, with_known_names

from vidu_ext import Account, OperationRequest, Vidu
from vidu_ext.emulator.routes import base_path
from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import Operation, contract_of
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

Row = Mapping[str, Any]
READINGS: Final = Path(__file__).parents[2] / "openapi" / "readings"
LENGTHS: Final = range(1, 17)
TEXTS: Final = ("a", "a" * 500, "a" * 501)
FILM_SECONDS: Final = 5
"""Length of the emulator's film if the request says none."""
AFTER_DISCOUNTS: Final = "2027-01-15"
"""The last documented discount ends on 2026-11-30."""
CREDITS_OF_A_DOLLAR: Final = 211
"""At Comfy, whose page says so."""
CHINA: Final = "https://api.vidu.cn"


@frozen
class Priced:
    """A request, and what the documents say that it costs."""

    provider: str
    operation: Operation
    row: Row
    body: Object
    amount: float

    @property
    def says_length(self) -> bool:
        """Whether the request says all that its price depends on."""
        return self.row.get("per") != "second" or bool({"duration", "image_settings"} & set(self.body))


def rows(provider: str) -> Iterator[tuple[Operation, list[Row]]]:
    """The rows of each operation; a provider that bills by the prices of another has those of the other after its own."""
    reading: dict[str, Any] = yaml.safe_load((READINGS / f"{provider}.yaml").read_text(encoding="utf-8"))
    theirs = {one.id: found for one, found in rows(reading["same_as"])} if "same_as" in reading else {}
    operations = {(one.method.upper(), one.path): one for one in contract_of(provider).operations.values()}
    for route, told in reading["operations"].items():
        method, _, path = route.partition(" ")
        operation = operations[method, path]
        own, others = list(told.get("prices", ())), theirs.get(operation.id, ())
        yield operation, own + [{**row, "unless": own} for row in others if offered(operation, row)]


def offered(operation: Operation, row: Row) -> bool:
    """Whether a provider that has the international prices of another has a model of theirs."""
    models = contract_of("zenlayer").models(operation.id)
    return row.get("region") != "cn" and not set(row.get("of", models)).isdisjoint(models)


def words_of(row: Row) -> dict[str, Any]:
    """The amounts of a row by word, `{"720p": 12}`; empty if it has one amount for all."""
    said = row.get("credits", row.get("usd", row.get("cny")))
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def is_seen_afterwards(row: Row, operation: Operation) -> bool:
    """Whether a price is by what no request says: tokens, or a choice that was made when the film was ordered."""
    says_word = len(words_of(row)) < 2 or row.get("by", "resolution") in operation.properties
    return "token" in row.get("per", "") or not says_word or not set(row.get("when", ())) <= set(operation.properties)


def cost(row: Row, body: Object) -> float | None:
    """What a row says that a body costs, as a person reads the page."""
    is_off_peak = body.get("off_peak") is True and not row.get("adds")
    said = row.get("credits", row.get("usd"))
    if is_off_peak and row.get("off_peak") != "half":
        said = row.get("off_peak")
    if isinstance(said, dict):
        amounts_by_word, member = cast("dict[Json, Any]", said), row.get("by", "resolution")
        said = amounts_by_word.get(body[member]) if member in body else next(iter(amounts_by_word.values()))
    if said is None:
        return None
    parts = [as_object(part)["duration"] for part in as_list(body.get("image_settings"))]
    seconds = float(str(body.get("duration", sum(map(float, map(str, parts))) or FILM_SECONDS)))
    lengths = [float(str(one)) for one in parts] if row.get("per") == "segment" else [seconds]
    amounts = [listed(said, one) if isinstance(said, str) else float(said) for one in lengths]
    amount = sum(float(math.ceil(one / 2)) if is_off_peak and row["off_peak"] == "half" else one for one in amounts)
    times = {
        "second": seconds,
        "character": len(str(body.get("text", body.get("prompt", "")))),
        "prompt": int(str(body.get("count", 0))) * len(as_list(body.get("type"))),
    }.get(row.get("per", "task"), 1)
    groups = math.ceil(times / row["each"]) if "each" in row else times
    return float(amount * (100 - row.get("per_cent_off", 0)) / 100 * groups)


def listed(text: str, seconds: float) -> float:
    """The entry for a length of a list such as `8, 10, +10`: what is added goes on for every further second."""
    amounts = [part.strip() for part in text.split(",")]
    fixed = [float(part) for part in amounts if not part.startswith("+")]
    step, whole = next((float(part) for part in amounts if part.startswith("+")), 0.0), math.ceil(seconds)
    return fixed[whole - 1] if whole <= len(fixed) else fixed[-1] + step * (whole - len(fixed))


def exact(row: Row) -> dict[str, Json]:
    """The values that a row asks for."""
    return {name: value for name, value in row.get("when", {}).items() if not isinstance(value, dict)}


def ranges(row: Row) -> dict[str, tuple[int, float]]:
    """The least and the most, of a number or of the entries of a list."""
    found: dict[str, Any] = {name: value for name, value in row.get("when", {}).items() if name not in exact(row)}
    return {name: (one["from"], one.get("to", one.get("below", 0) - 0.001)) for name, one in found.items()}


def holds(row: Row, body: Object) -> bool:
    """Whether a row is for a body."""
    counts = {name: len(as_list(body.get(name))) if name == "images" else float(str(body.get(name))) for name in ranges(row)}
    return (
        ("of" not in row or body.get("model") in row["of"])
        and all(body.get(name) == value for name, value in exact(row).items())
        and all(least <= counts[name] <= most for name, (least, most) in ranges(row).items())
    )


def variants(operation: Operation, row: Row, others: list[Row]) -> Iterator[Object]:
    """What the requests of one row say: each model, word, length and condition, and each addition."""
    axes: dict[str, list[Any]] = {"model": list(row.get("of", [])), row.get("by", "resolution"): list(words_of(row))}
    axes["duration"], axes["off_peak"] = list(LENGTHS), [False, True] if "off_peak" in row else []
    axes["image_settings"] = [[{"key_image": IMAGE, "duration": one}] * 2 for one in LENGTHS]
    if any(one.get("per") == "character" for one in (row, *others)):
        axes["text" if "text" in operation.properties else "prompt"] = list(TEXTS)
    if row.get("per") == "prompt":
        axes["count"] = [1, 5, 6, 10]
    axes |= {name: [value] for name, value in exact(row).items()}
    for name, (least, most) in ranges(row).items():
        axes[name] = [[IMAGE] * one if name == "images" else one for one in range(least, int(most) + 1)]
    named = {name: values for name, values in axes.items() if values and (name in operation.properties)}
    for chosen in product(*named.values()):
        body = dict(zip(named, chosen, strict=True))
        yield body
        if any(body.get("model") in own["of"] for own in row.get("unless", ())):
            yield {**body, "audio": False}
        yield from ({**body, **one["when"]} for one in others if one.get("adds") and one.get("when"))


def requests(provider: str, operation: Operation, all_said: Iterable[Object]) -> Iterator[Object]:
    """Documented requests with what is said put into them, those that the spec takes."""
    place = ("paths", operation.path, operation.method, "requestBody", "content", "application/json", "examples")
    contract = contract_of(provider)
    shown = [as_object(as_object(one)["value"]) for one in contract.spec.at(place).values()]
    needed = [{name: one[name] for name in (*operation.required, "images", "video_url") if name in one} for one in shown]
    fitting: dict[tuple[Json, ...], Object] = {}
    for said in all_said:
        kind = said.get("model"), *said
        for base in [fitting[kind]] if kind in fitting else [*needed, *shown]:
            if not contract.faults(operation.id, {**base, **said}):
                fitting[kind] = base  # of the examples the one for this model
                yield {**base, **said}
                break


def combinations(provider: str) -> Iterator[Priced]:
    for operation, listed_rows in rows(provider):
        for row in listed_rows:
            if row.get("adds") or is_seen_afterwards(row, operation):
                continue
            for body in requests(provider, operation, variants(operation, row, listed_rows)):
                if not is_listed(row, body) or (amount := cost(row, body)) is None:
                    continue
                heard = {"audio": True, **body}  # the documented default
                if any(holds(own, heard) and cost(own, body) is not None for own in row.get("unless", ())):
                    continue
                added = sum(cost(one, body) or 0.0 for one in listed_rows if one.get("adds") and holds(one, body))
                yield Priced(provider, operation, row, body, amount + (added / CREDITS_OF_A_DOLLAR if "usd" in row else added))


def is_listed(row: Row, body: Object) -> bool:
    first, last = row.get("seconds", (0, math.inf))
    return bool(first <= float(str(body.get("duration", first))) <= last) and holds(row, body)


@cache
def priced(provider: str) -> tuple[Priced, ...]:
    return tuple(combinations(provider))


def test_every_priced_row_of_the_readings_has_a_request_here() -> None:
    """A row that no request meets would be compared with nothing."""
    met = {(one.provider, one.operation.id, str(one.row)) for provider in PROVIDERS for one in priced(provider)}
    missed = [
        (provider, operation.id, str(row))
        for provider in PROVIDERS
        for operation, listed_rows in rows(provider)
        for row in listed_rows
        if not row.get("adds") and not is_seen_afterwards(row, operation)
    ]
    assert [one for one in missed if one not in met] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_quote_is_the_documented_price(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[object] = []
    key = "key-of-a-test"
    with Vidu(
        [Account(provider=provider, name="main", key=key), Account(provider="vidu", name="cn", key=key, base_url=CHINA)]
    ) as vidu:
        for one in priced(provider):
            day = one.row.get("until", AFTER_DISCOUNTS)
            monkeypatch.setattr("vidu_ext.transport.driver.wall_clock", datetime.fromisoformat(f"{day}T12:00Z").timestamp)
            path_id = "1" if one.operation.path_parameter else None
            account = "cn" if one.row.get("region") == "cn" else "main"
            (quote,) = vidu.quote(OperationRequest(provider, one.operation.id, one.body, path_id), account=account)
            price = None if quote.price is None else (round(quote.price.amount, 6), quote.price.unit)
            wanted = (round(one.amount, 6), "credits" if "credits" in one.row else "USD") if one.says_length else None
            if price != wanted:
                wrong.append((one.operation.id, one.body, wanted, price))
    assert wrong[:3] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_combination_is_charged_its_price_and_the_answer_shows_it(provider: str) -> None:
    """The emulator charges as the international platform, without discounts that end."""
    wrong: list[object] = []
    calls = Calls(credits={provider: 1e6}, queue_limit=50_000)
    calls.ask(provider, "GET", STATUS[provider].format("1"))  # opens the account
    for one in priced(provider):
        if one.row.get("region") == "cn" or "until" in one.row:
            continue
        body = with_known_names(calls, provider, one.operation.id, one.body)
        path = (base_path(provider) + one.operation.path).replace("{id}", str(body.get("id")))
        before = balance(calls)
        answer = calls.ask(provider, one.operation.method.upper(), path, {name: body[name] for name in one.body})
        amount = one.amount * CREDITS_OF_A_DOLLAR if "usd" in one.row else one.amount
        told = answer.reply.headers.get("x-comfy-credits-used", answer.json.get("credits", amount))
        if (round(before - balance(calls), 4), round(float(str(told)), 4)) != (round(amount, 4), round(amount, 4)):
            wrong.append((one.operation.id, one.body, one.amount, answer.reply.body[:200], before - balance(calls), told))
    assert wrong[:3] == []


def balance(calls: Calls) -> float:
    return float(sum(one.balance for one in vars(calls.emulator)["_state"].task_engine.accounts.values()))


REAL_CHARGES: Final[tuple[tuple[str, str, int, float], ...]] = (
    ("viduq3", "720p", 5, 60),
    ("viduq3-drama", "720p", 5, 100),
    ("viduq3-drama", "1080p", 8, 192),
)
"""Charges seen in stored runs of others against the service, 2026-08-25: model, resolution, seconds, credits."""


@pytest.mark.parametrize(("model", "resolution", "seconds", "paid"), REAL_CHARGES)
def test_the_quote_equals_what_was_really_charged(model: str, resolution: str, seconds: int, paid: float) -> None:
    body: Object = {"model": model, "prompt": "a", "resolution": resolution, "duration": seconds, "images": [IMAGE]}
    with Vidu([Account(provider="vidu", key="key-of-vidu")]) as vidu:
        (quote,) = vidu.quote(OperationRequest("vidu", "referenceToVideo", body))
    assert quote.price is not None
    assert (quote.price.amount, quote.price.unit) == (paid, "credits")
