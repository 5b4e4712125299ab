"""What a price says beside its amount: unit, dollars, source, certainty. All printed amounts are held in tests/emulator."""

from __future__ import annotations

from datetime import date

import pytest

from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.prices import price_of, rate_of, rows_of
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.price import DocumentedPrice, Price
from vidu_ext.values.tasks import Json, Object

IMAGE = "https://example.com/a.png"
VIDU = contract_of("vidu")


def _film(model: str, resolution: str, seconds: int, **other: Json) -> Object:
    return {"model": model, "resolution": resolution, "duration": seconds, **other}


def _chat(model: str, size: str | None = None) -> Object:
    sizes: list[Json] = [{"type": "output_image", "image": {"size": size}}] if size else []
    return {"model": model, "messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, *sizes]}]}


def _price(operation: str, body: Object, *, seconds: float | None = None, on: date | None = None) -> DocumentedPrice:
    found = price_of(VIDU, operation, body, seconds=seconds, on=on)
    assert found is not None
    return found


@pytest.mark.parametrize("provider", ["vidu", "zenlayer"])
@pytest.mark.parametrize("region", ["cn", "international"])
def test_price_is_that_of_the_region(region: str, provider: str) -> None:
    """The Chinese page prints 12 credits a second, the international one 11; Zenlayer has the prices of Vidu."""
    found = price_of(contract_of(provider), "textToVideo", _film("viduq3-turbo", "720p", 5), region=region)
    assert found is not None
    assert found.amount == {"cn": 60, "international": 55}[region]
    assert found.date == {"cn": "2026-08-12", "international": "2026-07-10"}[region]
    assert found.source == f"https://platform.vidu.{'cn' if region == 'cn' else 'com'}/docs/pricing"


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("template", {"template": "hugging", "images": [IMAGE]}),
        ("imageToVideo", _film("viduq4-preview", "720p", 5, off_peak=True)),
        ("imageToVideo", _film("viduq4-preview", "720p", 5, off_peak=True, is_rec=True)),  # the addition alone is no price
        ("textToVideo", _film("viduq9", "720p", 5)),
        ("referenceToImage", {"model": "viduq2", "prompt": "a", "resolution": "8K"}),
        ("createDramaTask", {"model": "viduq3-drama-fast", "content": [{"type": "text", "text": "a"}]}),
        ("chatToImage", _chat("q2-fast")),
        ("chatToImage", _chat("q3-lite", "2048x2048")),
    ],
)
def test_request_without_a_documented_price_has_none(operation: str, body: Object) -> None:
    assert price_of(VIDU, operation, body) is None
    assert rate_of(VIDU, operation, body) is None


@pytest.mark.parametrize(
    ("operation", "body", "most"),
    [("chatToImage", _chat("q3-fast"), 35), ("referenceToVideo", _film("viduq2-pro", "720p", 0), 75)],
)
def test_choice_of_the_service_costs_at_most_the_dearest_price_of_the_table(operation: str, body: Object, most: float) -> None:
    """The wiki prints 15, 25 and 35 by the size of the picture; the page 30 for one second and 5 for each of nine more."""
    price = _price(operation, body)
    assert (price.amount, price.is_most) == (most, True)
    assert str(price).startswith(f"at most {most} credits")
    assert Price(credits=most).why_not(price) is None
    assert f"it can cost at most {most} credits" in (Price(credits=most - 1).why_not(price) or "")


RATES: tuple[tuple[str, Object, str, str], ...] = (
    (
        "chatToImage",
        _chat("q3-lite-bytoken", "2048x2048"),
        "international",
        "0.25 USD per 1,000,000 input tokens, 1.5 USD per 1,000,000 output text tokens, 30 USD per 1,000,000 output image tokens,"
        " read 2026-08-10; the amount is known only afterwards",
    ),
    (
        "createDramaTask",
        {"model": "viduq3-drama-std", "resolution": "4k", "content": [{"type": "video_url"}]},
        "cn",
        "16 CNY per 1,000,000 output tokens, read 2026-09-17; the amount is known only afterwards",
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
    rate = rate_of(VIDU, operation, body, region=region)
    assert str(rate) == words
    assert rate is not None
    assert rate.source.startswith("https://")
    assert words in (Price(usd=1e6).why_not(rate) or "")


def test_addition_that_is_not_requested_is_in_no_rate() -> None:
    """The page of Comfy: 31.65 credits a second; 10.55 for a recommended prompt, if one is asked for."""
    rate = rate_of(contract_of("comfy"), "imageToVideo", {"model": "viduq3-pro", "resolution": "720p", "images": [IMAGE]})
    assert rate is not None
    assert [(one.amount, one.per, one.is_added) for one in rate.rates] == [(31.65, "second", False)]


def test_null_or_empty_member_costs_as_if_omitted() -> None:
    body: Object = {"model": "viduq3-pro", "prompt": "a", "resolution": "", "duration": None, "images": []}
    assert _price("textToVideo", body).amount == 5 * 20


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        (_film("viduq3-pro", "720p", 1), "printed"),
        (_film("viduq4-preview", "540p", 1), "high"),
        (_film("viduq4-preview", "720p", 1), "medium"),
        (_film("viduq3-pro", "720p", 1, off_peak=True, is_rec=True), "low"),
    ],
)
def test_price_has_its_certainty(body: Object, sure: str) -> None:
    assert _price("imageToVideo", body).sure == sure


COMFY: tuple[tuple[str, Object, float, float], ...] = (
    ("textToVideo", _film("viduq1", "1080p", 5), 84.4, 0.4),
    (
        "multiframe",
        {"model": "viduq2-turbo", "resolution": "720p", "image_settings": [{"duration": 5}, {"duration": 3}]},
        2 * 15.825 + 8 * 5.275,
        0.35,
    ),
)


@pytest.mark.parametrize(("operation", "body", "cost", "usd"), COMFY)
def test_comfy_prices_are_in_its_own_credits_and_in_dollars(operation: str, body: Object, cost: float, usd: float) -> None:
    """The price page, and the dollars that ComfyUI's nodes show."""
    price = price_of(contract_of("comfy"), operation, body)
    assert price is not None
    assert price.unit == "credits"
    assert price.amount == pytest.approx(cost)
    assert price.usd == pytest.approx(usd)


@pytest.mark.parametrize(("is_rec", "usd"), [(False, 0.95), (True, 1.0)])
def test_price_in_dollars_has_the_unit_usd(is_rec: bool, usd: float) -> None:
    """An addition of 10.55 credits, of which 211 are a dollar, is 5 cents."""
    price = price_of(contract_of("comfy"), "imageToVideo", _film("viduq4-preview", "720p", 10, is_rec=is_rec))
    assert price is not None
    assert (price.amount, price.unit, price.usd, price.sure) == (usd, "USD", usd, "low")


def test_provider_with_the_prices_of_another_has_them_without_dollars() -> None:
    price = price_of(contract_of("zenlayer"), "textToVideo", _film("viduq3-pro", "1080p", 2))
    assert price is not None
    assert (price.amount, price.unit, price.usd) == (48, "credits", None)


def test_discount_of_the_other_provider_has_its_list_price_without_dollars() -> None:
    """The page prints 24 credits a second, and 30 % less until the end of November."""
    body = _film("viduq4-preview", "1080p", 5)
    price = price_of(contract_of("zenlayer"), "imageToVideo", body, on=date(2026, 11, 30))
    assert price is not None
    assert price.list_price is not None
    assert [(one.amount, one.usd) for one in (price, price.list_price)] == [(84, None), (120, None)]


def test_rows_of_a_model_are_those_that_name_it_and_those_for_every_model() -> None:
    every, _ = rows_of(VIDU, "createDramaTask")
    rows, _ = rows_of(VIDU, "createDramaTask", "viduq3-drama-std")
    assert rows == [row for row in every if "viduq3-drama-std" in as_list(as_object(row)["models"])]
    assert 0 < len(rows) < len(every)


@pytest.mark.parametrize(("characters", "amount"), [(1, 10), (500, 10), (501, 20)])
def test_speech_costs_ten_credits_for_every_500_characters_begun(characters: int, amount: int) -> None:
    assert _price("textToSpeech", {"text": "a" * characters, "voice_setting_voice_id": "v"}).amount == amount


def test_rows_of_a_model_include_those_of_all_models_and_may_be_of_another_provider() -> None:
    rows, _ = rows_of(VIDU, "imageToVideo", "viduq3-turbo")
    assert {as_list(as_object(row).get("models", ["viduq3-turbo"])).count("viduq3-turbo") for row in rows} == {1}
    assert any("models" not in as_object(row) for row in rows)
    assert rows_of(contract_of("zenlayer"), "textToVideo", "viduq3-turbo") == rows_of(VIDU, "textToVideo", "viduq3-turbo")


@pytest.mark.parametrize(("region", "money"), [("cn", "CNY"), ("international", "USD")])
def test_rate_is_in_the_money_of_the_region_or_else_in_credits(region: str, money: str) -> None:
    speech: Object = {"video_url": "https://example.com/a.mp4", "text": "a"}
    for operation, body, unit in (("chatToImage", _chat("q3-lite-bytoken"), money), ("lipSync", speech, "credits")):
        rate = rate_of(VIDU, operation, body, region=region)
        assert rate is not None
        assert {one.unit for one in rate.rates} == {unit}
