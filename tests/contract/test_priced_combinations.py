"""Everything that the readings price, at all providers: the quote says it, the emulator charges it, and its answer shows it.

The readings are what the price pages say, read a second time and apart from the specs that both sides follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any, Final, cast

import pytest
from attrs import evolve, frozen
from core_calls import IMAGE, KEY, ORIGIN, STATUS, Calls, with_known_names
from reading_file import readings

from vidu_ext import Account, OperationRequest, Price, Quote, Vidu
from vidu_ext.emulator import Clock, Emulator, EmulatorSettings
from vidu_ext.emulator.routes import base_path
from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.operation import Operation
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

Row = Mapping[str, Any]
LENGTHS: Final = (1, 2, 3, 4, 5, 7, 8, 10, 15, 16)
"""Seconds at which a list or a range of the readings begins or ends."""
TEXTS: Final = ("a", "a" * 500, "a" * 501)
FILM_SECONDS: Final = 5
"""Length of the emulator's film if the request says none."""
AFTER_DISCOUNTS: Final = "2026-12-01T00:00:00Z"
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

    @property
    def moment(self) -> float:
        """The last second of a discount; for any other price the first second after all of them."""
        day = self.row.get("until")
        return datetime.fromisoformat(AFTER_DISCOUNTS if day is None else f"{day}T23:59:59Z").timestamp()

    @property
    def request(self) -> OperationRequest:
        return OperationRequest(self.provider, self.operation.id, self.body, "1" if self.operation.path_parameter else None)


def rows(provider: str) -> Iterator[tuple[Operation, Sequence[Row]]]:
    """Yield the rows of each operation; a provider that bills by the prices of another has those of the other after its own."""
    reading: dict[str, Any] = readings()[provider].root
    shared = {operation.id: listed for operation, listed in rows(reading["same_as"])} if "same_as" in reading else {}
    operations = {
        (operation.method.upper(), operation.path): operation for operation in contract_of(provider).operations.values()
    }
    for route, row_of_route in reading["operations"].items():
        method, _, path = route.partition(" ")
        operation = operations[method, path]
        sizes = {"sizes": row_of_route["words_of"]["resolution"]} if "words_of" in row_of_route else {}
        own, others = [{**row, **sizes} for row in row_of_route.get("prices", ())], shared.get(operation.id, ())
        yield operation, own + [{**row, "unless": own} for row in others if offered(operation, row)]


def offered(operation: Operation, row: Row) -> bool:
    """Return whether Zenlayer, which has the international prices of Vidu, has a model of a row."""
    models = contract_of("zenlayer").models(operation.id)
    return row.get("region") != "cn" and not set(row.get("of", models)).isdisjoint(models)


def words_of(row: Row) -> dict[str, Any]:
    """Return the amounts of a row by word, `{"720p": 12}`; empty if it has one amount for all."""
    amount = row.get("credits", row.get("usd", row.get("cny")))
    return cast("dict[str, Any]", amount) if isinstance(amount, dict) else {}


def is_seen_afterwards(row: Row, operation: Operation) -> bool:
    """Return whether a price depends on what no request says: tokens, or a choice that was made when the film was ordered."""
    says_word = len(words_of(row)) < 2 or row.get("by", "resolution") in operation.properties or "sizes" in row
    return "token" in row.get("per", "") or not says_word or not set(row.get("when", ())) <= set(operation.properties)


def word_of(row: Row, body: Object) -> Json:
    """Return the word of the table that a body is for, which may be named by the size of the picture in its last message."""
    member = row.get("by", "resolution")
    if member in body or "sizes" not in row:
        return body.get(member)
    size = body["messages"][-1]["content"][-1]["image"]["size"]  # type: ignore[call-overload,index]  # as `variants` wrote it
    return next(str(word) for word, sizes in row["sizes"].items() if size in sizes)


def cost(row: Row, body: Object) -> float | None:
    """Return what a row says that a body costs, as a person reads the page."""
    is_off_peak = body.get("off_peak") is True and not row.get("adds")
    is_half = row.get("off_peak") == "half"
    price = row.get("off_peak") if is_off_peak and not is_half else row.get("credits", row.get("usd"))
    if isinstance(price, dict):
        amounts_by_word, word = cast("dict[Json, Any]", price), word_of(row, body)
        price = next(iter(amounts_by_word.values())) if word is None else amounts_by_word.get(word)
    if price is None:
        return None
    parts = [float(str(as_object(part)["duration"])) for part in as_list(body.get("image_settings"))]
    seconds = float(str(body.get("duration", sum(parts) or FILM_SECONDS)))
    lengths = parts if row.get("per") == "segment" else [seconds]
    amounts = [listed(price, length) if isinstance(price, str) else float(price) for length in lengths]
    amount = sum(float(math.ceil(part / 2)) if is_off_peak and is_half else part for part in amounts)
    times = {
        "second": seconds,
        "character": len(str(body.get("text", body.get("prompt", "")))),
        "prompt": int(str(body.get("count", 0))) * len(as_list(body.get("type"))),
    }.get(row.get("per", "task"), 1)
    groups = math.ceil(times / row["each"]) if "each" in row else times
    return float(amount * (100 - row.get("per_cent_off", 0)) / 100 * groups)


def listed(text: str, seconds: float) -> float:
    """Return the entry for a length of a list such as `8, 10, +10`: what is added goes on for every further second."""
    fixed, _, step = text.partition("+")
    amounts, whole = [float(part) for part in fixed.split(",") if part.strip()], math.ceil(seconds)
    return amounts[whole - 1] if whole <= len(amounts) else amounts[-1] + float(step or 0) * (whole - len(amounts))


def exact(row: Row) -> dict[str, Json]:
    """Return the values that a row asks for."""
    return {name: value for name, value in row.get("when", {}).items() if not isinstance(value, dict)}


def ranges(row: Row) -> dict[str, tuple[int, float]]:
    """Return the least and the most, of a number or of the entries of a list."""
    limits: dict[str, Any] = {name: value for name, value in row.get("when", {}).items() if isinstance(value, dict)}
    return {name: (limit["from"], limit.get("to", limit.get("below", 0) - 0.001)) for name, limit in limits.items()}


def holds(row: Row, body: Object) -> bool:
    """Return whether a row is for a body."""
    counts = {name: len(as_list(body.get(name))) if name == "images" else float(str(body.get(name))) for name in ranges(row)}
    return (
        ("of" not in row or body.get("model") in row["of"])
        and all(body.get(name) == value for name, value in exact(row).items())
        and all(least <= counts[name] <= most for name, (least, most) in ranges(row).items())
    )


def variants(operation: Operation, row: Row, others: Sequence[Row]) -> Iterator[Object]:
    """Yield what the requests of one row say: each model, word, length and condition, and each addition."""
    axes: dict[str, list[Any]] = {"model": list(row.get("of", [])), row.get("by", "resolution"): list(words_of(row))}
    axes["duration"], axes["off_peak"] = list(LENGTHS), [False, True] if "off_peak" in row else []
    axes["image_settings"] = [[{"key_image": IMAGE, "duration": length}] * 2 for length in LENGTHS]
    if any(other.get("per") == "character" for other in (row, *others)):
        axes["text" if "text" in operation.properties else "prompt"] = list(TEXTS)
    if "sizes" in row:
        axes["messages"] = [message(size) for word in words_of(row) for size in row["sizes"][word]]
    if row.get("per") == "prompt":
        axes["count"] = [1, 5, 6, 10]
    axes |= {name: [value] for name, value in exact(row).items()}
    for name, (least, most) in ranges(row).items():
        axes[name] = [[IMAGE] * number if name == "images" else number for number in range(least, int(most) + 1)]
    named = {name: values for name, values in axes.items() if values and (name in operation.properties)}
    for chosen in product(*named.values()):
        body = dict(zip(named, chosen, strict=True))
        yield body
        if any(body.get("model") in own["of"] for own in row.get("unless", ())):
            yield {**body, "audio": False}
        yield from ({**body, **other["when"]} for other in others if other.get("adds") and other.get("when"))


def message(size: str) -> Json:
    """Return a message that asks for a picture of a size."""
    parts: list[Json] = [{"type": "text", "text": "a bird"}, {"type": "output_image", "image": {"size": size}}]
    return [{"role": "user", "content": parts}]


def examples(provider: str, operation: Operation) -> list[Object]:
    """Return the documented requests."""
    place = ("paths", operation.path, operation.method, "requestBody", "content", "application/json", "examples")
    return [as_object(as_object(example)["value"]) for example in contract_of(provider).spec.at(place).values()]


def requests(provider: str, operation: Operation, variants_: Iterable[Object]) -> Iterator[Object]:
    """Yield documented requests with each variant put into them, if the spec takes that."""
    contract = contract_of(provider)
    shown = examples(provider, operation)
    names = (*operation.required, "images", "video_url")
    needed = [{name: example[name] for name in names if name in example} for example in shown]
    fitting: dict[tuple[Json, ...], Object] = {}
    for variant in variants_:
        kind = variant.get("model"), *variant
        for base in [fitting[kind]] if kind in fitting else [*needed, *shown]:
            if not contract.faults(operation.id, {**base, **variant}):
                fitting[kind] = base  # of the examples the one for this model
                yield {**base, **variant}
                break


def combinations(provider: str) -> Iterator[Priced]:
    for operation, listed_rows in rows(provider):
        additions = [row for row in listed_rows if row.get("adds")]
        for row in listed_rows:
            if row.get("adds") or is_seen_afterwards(row, operation):
                continue
            for body in requests(provider, operation, variants(operation, row, listed_rows)):
                if not is_listed(row, body) or (amount := cost(row, body)) is None:
                    continue
                with_default = {"audio": True, **body}  # the documented default
                if any(holds(own, with_default) and cost(own, body) is not None for own in row.get("unless", ())):
                    continue
                added = sum(cost(addition, body) or 0.0 for addition in additions if holds(addition, body))
                yield Priced(provider, operation, row, body, amount + (added / CREDITS_OF_A_DOLLAR if "usd" in row else added))


def is_listed(row: Row, body: Object) -> bool:
    first, last = row.get("seconds", (0, math.inf))
    return bool(first <= float(str(body.get("duration", first))) <= last) and holds(row, body)


@cache
def priced(provider: str) -> tuple[Priced, ...]:
    return tuple(combinations(provider))


def test_every_priced_row_of_the_readings_has_a_request_here() -> None:
    """A row that no request meets would be compared with nothing."""
    met = {(request.provider, request.operation.id, str(request.row)) for name in PROVIDERS for request in priced(name)}
    missed = [
        (provider, operation.id, row)
        for provider in PROVIDERS
        for operation, listed_rows in rows(provider)
        for row in listed_rows
        if not row.get("adds") and not is_seen_afterwards(row, operation) and (provider, operation.id, str(row)) not in met
    ]
    assert missed == []


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, float], Vidu]]:
    """Return a function that gives the client of a provider on a day, with a second account whose host is in China."""
    key = "key-of-a-test"
    accounts = [Account(provider=name, name="main", key=key) for name in PROVIDERS]
    clients = {account.provider: Vidu([account, evolve(account, name="cn", base_url=CHINA)]) for account in accounts}

    def on_day(provider: str, moment: float) -> Vidu:
        monkeypatch.setattr("vidu_ext.transport.driver.wall_clock", lambda: moment)
        return clients[provider]

    yield on_day
    for client_ in clients.values():
        client_.close()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_quote_is_the_documented_price(provider: str, client: Callable[[str, float], Vidu]) -> None:
    wrong: list[object] = []
    for case in priced(provider):
        account = "cn" if case.row.get("region") == "cn" else "main"
        (quote,) = client(provider, case.moment).quote(case.request, account=account)
        price = None if quote.price is None else (round(quote.price.amount, 6), quote.price.unit)
        expected = (round(case.amount, 6), "credits" if "credits" in case.row else "USD") if case.says_length else None
        if price != expected or (expected is None and not has_rate(quote, case.row, case.body)):
            wrong.append((case.operation.id, case.body, expected, str(quote)))
    assert wrong[:3] == []


def has_rate(quote: Quote, row: Row, body: Object) -> bool:
    """Return whether a quote has the rate of a row that says how much, of what, and that the amount is not known before."""
    unit = next(name for name in ("cny", "usd", "credits", "token_credits") if name in row)
    amounts, word = words_of(row), word_of(row, body)
    by_word = {amounts[str(word)]} if len(amounts) > 1 and word in amounts else set(amounts.values())
    expected = by_word or {row[unit]}
    each = f"{row['each']:,} {row['per']}s" if row.get("each", 1) != 1 else row.get("per", "task")
    quoted = {rate.amount for rate in quote.rate.rates if rate.per.startswith(each)} if quote.rate else set[float]()
    return expected <= quoted and "known only afterwards" in str(quote)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_price_that_is_known_only_afterwards_is_quoted_as_a_rate(provider: str, client: Callable[[str, float], Vidu]) -> None:
    """Tokens, and changes of a film, which do not repeat its quality. A ceiling refuses them: the most is not documented."""
    wrong: list[object] = []
    for operation, row, body in rated(provider):
        case = Priced(provider, operation, row, body, 0.0)
        has_both_regions = "cny" in row and row.get("region") != "cn"
        for account in ["main", "cn"] if has_both_regions else ["cn" if row.get("region") == "cn" else "main"]:
            (quote,) = client(provider, case.moment).quote(case.request, account=account, check=False)
            refusal = Price(usd=1e6).why_not(quote.price or quote.rate) or ""
            in_dollars = {**row, "cny": row["usd"]} if has_both_regions and account == "main" else row
            if quote.price is not None or not has_rate(quote, in_dollars, body) or "no ceiling can be kept" not in refusal:
                wrong.append((operation.id, body, row, str(quote), refusal))
    assert wrong[:3] == []


def rated(provider: str) -> Iterator[tuple[Operation, Row, Object]]:
    """Yield each row whose price is known only afterwards, with a request for each of its models and words."""
    for operation, listed_rows in rows(provider):
        for row in (row for row in listed_rows if is_seen_afterwards(row, operation) and not row.get("adds")):
            is_drama = "video_input" in row.get("when", {})
            content: Object = {"content": [{"type": "video_url" if row["when"]["video_input"] else "text"}]} if is_drama else {}
            words = list(words_of(row)) if "resolution" in operation.properties else []
            for model, word in product(row.get("of", [""]), words or [""]):
                chosen: Object = {name: value for name, value in (("model", model), ("resolution", word)) if value}
                yield operation, row, {**examples(provider, operation)[0], **content, **chosen}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_combination_is_charged_its_price_and_the_answer_shows_it(provider: str) -> None:
    """The emulator charges by the day of its clock, and by the platform whose address receives the request."""
    wrong: list[object] = []
    emulators: dict[tuple[bool, float], Calls] = {}
    for case in priced(provider):
        place = case.row.get("region") == "cn", case.moment
        if place not in emulators:
            emulators[place] = calls_to(provider, *place)
        calls = emulators[place]
        body = with_known_names(calls, provider, case.operation.id, case.body)
        path = (base_path(provider) + case.operation.path).replace("{id}", str(body.get("id")))
        before = balance(calls)
        answer = calls.ask(provider, case.operation.method.upper(), path, {name: body[name] for name in case.body})
        amount = case.amount * CREDITS_OF_A_DOLLAR if "usd" in case.row else case.amount
        in_answer = amount if provider == "comfy" else math.floor(amount)  # how a discount shows in it is not documented
        shown = answer.reply.headers.get("x-comfy-credits-used", answer.json.get("credits", in_answer))
        if (round(before - balance(calls), 4), round(float(str(shown)), 4)) != (round(amount, 4), round(in_answer, 4)):
            wrong.append((case.operation.id, case.body, case.amount, answer.reply.body[:200], before - balance(calls), shown))
    assert wrong[:3] == []


def calls_to(provider: str, is_china: bool, moment: float) -> Calls:
    """Return calls to an emulator whose clock stands still, with an open account."""
    settings = EmulatorSettings(credits={provider: 1e6}, queue_limit=50_000)
    calls = Calls.to(Emulator(settings, clock=Clock(rate=0, start=moment)), KEY)
    calls.origin = CHINA if is_china else ORIGIN
    calls.ask(provider, "GET", STATUS[provider].format("1"))  # opens the account
    return calls


def balance(calls: Calls) -> float:
    return float(sum(account.credits for account in vars(calls.emulator)["_state"].accounts.values()))


REAL_CHARGES: Final[tuple[tuple[str, str, int, float], ...]] = (
    ("viduq3", "720p", 5, 60),
    ("viduq3-drama", "720p", 5, 100),
    ("viduq3-drama", "1080p", 8, 192),
)
"""Charges seen in stored runs of others against the service, 2026-08-25: model, resolution, seconds, credits."""


@pytest.mark.parametrize(("model", "resolution", "seconds", "paid"), REAL_CHARGES)
def test_quote_equals_the_real_charge(model: str, resolution: str, seconds: int, paid: float) -> None:
    body: Object = {"model": model, "prompt": "a", "resolution": resolution, "duration": seconds, "images": [IMAGE]}
    with Vidu([Account(provider="vidu", key="key-of-vidu")]) as vidu:
        (quote,) = vidu.quote(OperationRequest("vidu", "referenceToVideo", body))
    assert quote.price is not None
    assert (quote.price.amount, quote.price.unit) == (paid, "credits")
