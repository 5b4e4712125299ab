"""What a price says beside its amount: unit, dollars, source, certainty. tests/contract holds every printed amount."""

from __future__ import annotations

from datetime import date

import pytest
from adapters import present

from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.prices import price_of, rate_of
from vidu_ext.values.price import DocumentedPrice, Price
from vidu_ext.values.tasks import Json, Object

IMAGE = "https://example.com/a.png"
VIDU = contract_of("vidu")


def film(model: str, resolution: str, seconds: int, **other: Json) -> Object:
    return {"model": model, "resolution": resolution, "duration": seconds, **other}


def chat(model: str, size: str | None = None) -> Object:
    sizes: list[Json] = [{"type": "output_image", "image": {"size": size}}] if size else []
    return {"model": model, "messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, *sizes]}]}


def price_at(
    operation: str, body: Object, provider: str = "vidu", *, region: str = "international", on: date | None = None
) -> DocumentedPrice:
    return present(price_of(contract_of(provider), operation, body, region=region, on=on))


@pytest.mark.parametrize("provider", ["vidu", "zenlayer"])
@pytest.mark.parametrize("region", ["cn", "international"])
def test_price_is_that_of_the_region(region: str, provider: str) -> None:
    """The Chinese page prints 12 credits a second, the international one 11; Zenlayer has the prices of Vidu."""
    price = price_at("textToVideo", film("viduq3-turbo", "720p", 5), provider, region=region)
    assert (price.amount, price.date, price.source) == {
        "cn": (60, "2026-08-12", "https://platform.vidu.cn/docs/pricing"),
        "international": (55, "2026-07-10", "https://platform.vidu.com/docs/pricing"),
    }[region]


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("template", {"template": "hugging", "images": [IMAGE]}),
        ("imageToVideo", film("viduq4-preview", "720p", 5, off_peak=True)),
        ("imageToVideo", film("viduq4-preview", "720p", 5, off_peak=True, is_rec=True)),  # the addition alone is no price
        ("textToVideo", film("viduq9", "720p", 5)),
        ("referenceToImage", {"model": "viduq2", "prompt": "a", "resolution": "8K"}),
        ("createDramaTask", {"model": "viduq3-drama-fast", "content": [{"type": "text", "text": "a"}]}),
        ("chatToImage", chat("q2-fast")),
        ("chatToImage", chat("q3-lite", "2048x2048")),
    ],
)
def test_request_without_a_documented_price_has_none(operation: str, body: Object) -> None:
    assert price_of(VIDU, operation, body) is None
    assert rate_of(VIDU, operation, body) is None


@pytest.mark.parametrize(
    ("operation", "body", "most"), [("chatToImage", chat("q3-fast"), 35), ("referenceToVideo", film("viduq2-pro", "720p", 0), 75)]
)
def test_choice_of_the_service_costs_at_most_the_dearest_price_of_the_table(operation: str, body: Object, most: float) -> None:
    """The wiki prints 15, 25 and 35 by the size of the picture; the page 30 for one second and 5 for each of nine more."""
    price = price_at(operation, body)
    assert (price.amount, price.is_most) == (most, True)
    assert str(price).startswith(f"at most {most} credits")
    assert Price(credits=most).why_not(price) is None
    assert f"it can cost at most {most} credits" in (Price(credits=most - 1).why_not(price) or "")


RATES: tuple[tuple[str, Object, str, str], ...] = (
    (
        "chatToImage",
        chat("q3-lite-bytoken", "2048x2048"),
        "international",
        "0.25 USD per 1,000,000 input tokens, 1.5 USD per 1,000,000 output text tokens, 30 USD per 1,000,000 output image tokens,"
        " read 2026-08-10; the amount is known only afterwards",
    ),
    (
        "editGeneralFilm",
        {"job_id": "1", "prompt": "a"},
        "international",
        "40 credits per second (type generate_video), 10 credits per 500 characters begun (type generate_narration),"
        " 2 credits per second (type generate_bgm), read 2026-08-12; the amount is known only afterwards",
    ),
    (
        "createMusicVideo",
        {"resolution": "720p", "quality": "high", "lip_sync": True},
        "international",
        "24 credits per second, plus 4 credits per second, read 2026-08-12; the amount is known only afterwards",
    ),
)


@pytest.mark.parametrize(("operation", "body", "region", "words"), RATES)
def test_rate_says_how_much_of_what_and_that_the_amount_is_not_known(
    operation: str, body: Object, region: str, words: str
) -> None:
    assert price_of(VIDU, operation, body, region=region) is None
    rate = present(rate_of(VIDU, operation, body, region=region))
    assert str(rate) == words
    assert rate.source.startswith("https://")
    assert words in (Price(usd=1e6).why_not(rate) or "")


def test_null_or_empty_member_costs_as_if_omitted() -> None:
    body: Object = {"model": "viduq3-pro", "prompt": "a", "resolution": "", "duration": None, "images": []}
    assert price_at("textToVideo", body).amount == 5 * 20


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        (film("viduq3-pro", "720p", 1), "printed"),
        (film("viduq4-preview", "540p", 1), "high"),
        (film("viduq4-preview", "720p", 1), "medium"),
        (film("viduq3-pro", "720p", 1, off_peak=True, is_rec=True), "low"),
    ],
)
def test_price_has_its_certainty(body: Object, sure: str) -> None:
    assert price_at("imageToVideo", body).sure == sure


@pytest.mark.parametrize(("is_rec", "usd"), [(False, 0.95), (True, 1.0)])
def test_price_in_dollars_has_the_unit_usd(is_rec: bool, usd: float) -> None:
    """An addition of 10.55 credits, of which 211 are a dollar, is 5 cents."""
    price = price_at("imageToVideo", film("viduq4-preview", "720p", 10, is_rec=is_rec), "comfy")
    assert (price.amount, price.unit, price.usd, price.sure) == (usd, "USD", usd, "low")


def test_provider_with_the_prices_of_another_has_its_discounts_and_no_dollars() -> None:
    """The page prints 24 credits a second, and 30 % less until the end of November."""
    price = price_at("imageToVideo", film("viduq4-preview", "1080p", 5), "zenlayer", on=date(2026, 11, 30))
    list_price = present(price.list_price)
    assert (price.amount, price.unit, price.usd) == (84, "credits", None)
    assert (list_price.amount, list_price.unit, list_price.usd) == (120, "credits", None)
