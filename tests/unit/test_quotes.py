"""Quotes and ceilings: the expected figures are those of the printed price page (9 credits a second, $0.005 each)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import httpx
import pytest
import respx
from adapters import present
from playing import Way, both_ways, call_client

from vidu_ext import Account, ConfigurationError, ImageToVideo, NoProviderError, Price, TextToVideo, Vidu
from vidu_ext.client.account_choice import AccountChoice
from vidu_ext.client.arguments import Inquiry
from vidu_ext.flows.routing import cheapest, examine
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.prices import price_of, rate_of
from vidu_ext.values.checks import credit
from vidu_ext.values.price import DocumentedPrice
from vidu_ext.values.requests import Request
from vidu_ext.values.tasks import Json, Object

PICTURE = "https://example.com/a.png"
FAST_FILM = ImageToVideo(image=PICTURE, model="viduq3-pro-fast", resolution="720p", duration=5)
FOUR_SECONDS = TextToVideo(prompt="a paper bird", model="viduq3-pro", resolution="540p", duration=4)
NOT_PRICED = TextToVideo(prompt="a paper bird", model="viduq2-pro", resolution="540p", duration=4)
VIDU = Account(provider="vidu", key="key-of-vidu")
COMFY = Account(provider="comfy", key="key-of-comfy")


@pytest.fixture
def creates() -> Iterator[respx.Route]:
    """The create route of Vidu."""
    with respx.mock(assert_all_called=False) as router:
        answer = httpx.Response(200, json={"task_id": "1", "state": "created", "credits": 36})
        yield router.post("https://api.vidu.com/ent/v2/text2video").mock(return_value=answer)


def submit(way: Way, at_most: object, *accounts: Account) -> str:
    return str(call_client(way, accounts or [VIDU], lambda vidu: vidu.submit(FOUR_SECONDS, at_most=at_most)).ref)


def test_quote_holds_the_printed_price_with_date_and_source() -> None:
    with Vidu([VIDU]) as vidu:
        (quote,) = vidu.quote(FOUR_SECONDS)
    price = present(quote.price)
    assert (quote.account, price.amount, price.unit, price.usd, price.sure) == ("vidu", 36.0, "credits", 0.18, "printed")
    assert "platform.vidu" in price.source
    assert price.date is not None
    assert str(quote).startswith("vidu: 36 credits (0.18 USD), read 2026-")


@pytest.mark.parametrize(
    ("film", "words"),
    [
        (TextToVideo(prompt="a", model="viduq3-turbo"), "not documented without duration and resolution"),
        (TextToVideo(prompt="a", model="viduq2", duration=5), "not documented without resolution"),
        (NOT_PRICED, "not documented"),
    ],
)
def test_request_that_is_priced_only_with_more_members_says_which(film: TextToVideo, words: str) -> None:
    """Comfy documents its prices by seconds and resolution, and no defaults of these; one of this model it documents nowhere."""
    with Vidu([COMFY]) as vidu:
        assert [quote.words for quote in vidu.quote(film)] == [words]
        with pytest.raises(NoProviderError, match=f"its price is {words}, so no ceiling can be kept"):
            vidu.submit(film, at_most=Price(usd=5))


@both_ways
@pytest.mark.parametrize("at_most", [Price(credits=36), Price(usd=0.18), Price(usd=5)])
def test_request_within_the_ceiling_is_sent(way: Way, at_most: Price, creates: respx.Route) -> None:
    assert submit(way, at_most) == "vidu:1"
    assert creates.call_count == 1


@both_ways
@pytest.mark.parametrize("at_most", [Price(credits=35), Price(usd=0.17), Price(credits=0)])
def test_dearer_request_is_refused_with_its_price_and_not_sent(way: Way, at_most: Price, creates: respx.Route) -> None:
    with pytest.raises(NoProviderError, match=r"costs 36 credits .*more than the ceiling of") as caught:
        submit(way, at_most)
    assert "nothing was sent" in str(caught.value)
    assert creates.call_count == 0


@both_ways
def test_ceiling_that_is_no_price_is_refused(way: Way, creates: respx.Route) -> None:
    with pytest.raises(ConfigurationError, match="at_most must be a Price"):
        submit(way, 60)
    assert creates.call_count == 0


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ({}, "either credits or usd"),
        ({"credits": 1, "usd": 1}, "either credits or usd"),
        ({"credits": -1}, "number of credits"),
        ({"usd": float("nan")}, "number of dollars"),
        ({"usd": "1"}, "number of dollars"),
        ({"usd": Decimal("sNaN")}, "number of dollars"),
    ],
)
def test_price_is_one_amount_from_0(amounts: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Price(**amounts)


@pytest.mark.parametrize("amount", [Decimal("0.5"), Fraction(1, 2)])
def test_amount_of_any_type_of_number_is_taken(amount: Decimal | Fraction) -> None:
    """A Decimal was refused as no finite number."""
    assert (Price(usd=amount), credit("price", amount)) == (Price(usd=0.5), 0.5)


def documented_price(unit: str = "credits", usd: float | None = 0.18, sure: str = "printed") -> DocumentedPrice:
    return DocumentedPrice(amount=36, unit=unit, usd=usd, date="2026-07-10", source="a page", sure=sure)


@pytest.mark.parametrize(
    ("documented", "reason"),
    [
        (None, "its price is not documented"),
        (documented_price(sure="low"), "low confidence"),
        (documented_price(usd=None), "its value in US dollars is not documented"),
        (documented_price(usd=0.51), "more than the ceiling of 0.5 USD"),
    ],
)
def test_account_whose_price_cannot_be_compared_with_the_ceiling_is_excluded(
    documented: DocumentedPrice | None, reason: str
) -> None:
    assert reason in (Price(usd=0.5).why_not(documented) or "")


def test_ceiling_counts_the_list_price_while_a_discount_of_low_confidence_runs() -> None:
    """Launch prices of a relay, 84 credits, are worth no ceiling; the list price of 120 is the most that is documented."""
    body: Object = {"model": "viduq4-preview", "images": [PICTURE], "resolution": "1080p", "duration": 5}
    price = present(price_of(contract_of("vidu"), "imageToVideo", body, on=date(2026, 11, 30)))
    assert (price.amount, price.sure, price.credits) == (84, "low", 120)
    assert (Price(credits=120).why_not(price), Price(usd=0.6).why_not(price)) == (None, None)
    assert "it costs 120 credits" in (Price(credits=119).why_not(price) or "")
    assert Price(credits=1).counted(price) == 120


def first_account(vidu: Vidu, request: ImageToVideo) -> str:
    """Return the account that is asked first."""
    choice: AccountChoice = vars(vidu)["_choice"]
    return choice.offers(Inquiry(request=request))[0].account


@pytest.mark.parametrize(("time", "account"), [("2026-11-30T23:59:59Z", "vidu"), ("2026-12-01T00:00:00Z", "comfy")])
def test_cheapest_takes_the_price_of_the_day(time: str, account: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vidu asks 0.42 dollars until the end of November, then 0.60; Comfy 0.60, and is listed first here."""
    film = ImageToVideo(image=PICTURE, model="viduq4-preview", resolution="1080p", duration=5)
    moment = datetime.fromisoformat(time).timestamp()
    monkeypatch.setattr("vidu_ext.transport.driver.wall_clock", lambda: moment)
    with Vidu([COMFY, VIDU], prefer=cheapest()) as vidu:
        assert first_account(vidu, film) == account


@pytest.mark.parametrize(("request_", "order"), [(FAST_FILM, ["vidu", "comfy"]), (NOT_PRICED, ["comfy", "vidu"])])
def test_cheapest_inside_a_policy_of_the_user_compares_the_documented_dollars_too(request_: Request, order: list[str]) -> None:
    offers = examine(request_, [COMFY, VIDU], check=True, unlisted=False, path_id=None)
    assert [offer.account for offer in cheapest()(offers)] == order


# -- what a price says beside its amount ----------------------------------------------------------------------------------


def film(model: str, resolution: str, seconds: int, **other: Json) -> Object:
    return {"model": model, "resolution": resolution, "duration": seconds, **other}


def chat(model: str, size: str | None = None) -> Object:
    sizes: list[Json] = [{"type": "output_image", "image": {"size": size}}] if size else []
    return {"model": model, "messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, *sizes]}]}


WORDS: Final[dict[str, tuple[tuple[str, str, Object], dict[str, Any], str]]] = {
    "at 12 on the Chinese one": (
        ("vidu", "textToVideo", film("viduq3-turbo", "720p", 5)), {"region": "cn"}, "60 credits (0.3 USD), read 2026-08-12",
    ),
    "with the discounts of another": (
        ("zenlayer", "imageToVideo", film("viduq4-preview", "1080p", 5)), {"on": date(2026, 11, 30)}, "84 credits, low",
    ),
    "15 to 35 by the size of the picture": (("vidu", "chatToImage", chat("q3-fast")), {}, "at most 35 credits"),
    "30 and 5 for each of nine more seconds": (
        ("vidu", "referenceToVideo", film("viduq2-pro", "720p", 0)), {}, "at most 75 credits",
    ),
    "null or empty members are omitted": (
        ("vidu", "textToVideo", {"model": "viduq3-pro", "resolution": "", "duration": None, "images": []}), {}, "100 credits",
    ),
    "printed": (("vidu", "imageToVideo", film("viduq3-pro", "720p", 1)), {}, "20 credits (0.1 USD), read 2026-08-12"),
    "high": (("vidu", "imageToVideo", film("viduq4-preview", "540p", 1)), {}, "9 credits (0.045 USD), high confidence"),
    "medium": (("vidu", "imageToVideo", film("viduq4-preview", "720p", 1)), {}, "19 credits (0.095 USD), medium confidence"),
    "an addition off-peak is unsure": (
        ("vidu", "imageToVideo", film("viduq3-pro", "720p", 1, off_peak=True, is_rec=True)), {}, "20 credits (0.1 USD), low",
    ),
    "an addition of 10.55 credits, of which 211 are a dollar": (
        ("comfy", "imageToVideo", film("viduq4-preview", "720p", 10, is_rec=True)), {}, "1 USD, low confidence",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_price_says_its_amount_certainty_and_date(case: str) -> None:
    (provider, operation, body), options, words = WORDS[case]
    price = present(price_of(contract_of(provider), operation, body, **options))
    assert str(price).startswith(words)
    assert price.is_most == words.startswith("at most")
    if price.is_most:
        assert Price(credits=price.amount).why_not(price) is None
        assert f"it can cost {words}" in (Price(credits=price.amount - 1).why_not(price) or "")


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("template", {"template": "hugging", "images": [PICTURE]}),
        ("imageToVideo", film("viduq4-preview", "720p", 5, off_peak=True)),
        ("imageToVideo", film("viduq4-preview", "720p", 5, off_peak=True, is_rec=True)),  # the addition alone is no price
        ("referenceToImage", {"model": "viduq2", "prompt": "a", "resolution": "8K"}),
        ("createDramaTask", {"model": "viduq3-drama-fast", "content": [{"type": "text", "text": "a"}]}),
        ("chatToImage", chat("q2-fast")),
    ],
)
def test_request_without_a_documented_price_has_none(operation: str, body: Object) -> None:
    assert price_of(contract_of("vidu"), operation, body) is None
    assert rate_of(contract_of("vidu"), operation, body) is None


@pytest.mark.parametrize(
    ("operation", "body", "words"),
    [
        (
            "chatToImage",
            chat("q3-lite-bytoken", "2048x2048"),
            "0.25 USD per 1,000,000 input tokens, 1.5 USD per 1,000,000 output text tokens, 30 USD per 1,000,000 output image"
            " tokens, read 2026-08-10; the amount is known only afterwards",
        ),
        (
            "editGeneralFilm",
            {"job_id": "1", "prompt": "a"},
            "40 credits per second (type generate_video), 10 credits per 500 characters begun (type generate_narration),"
            " 2 credits per second (type generate_bgm), read 2026-08-12; the amount is known only afterwards",
        ),
    ],
)
def test_rate_says_how_much_of_what_and_that_the_amount_is_not_known(operation: str, body: Object, words: str) -> None:
    assert price_of(contract_of("vidu"), operation, body) is None
    rate = present(rate_of(contract_of("vidu"), operation, body))
    assert str(rate) == words
    assert rate.source.startswith("https://")
    assert words in (Price(usd=1e6).why_not(rate) or "")
