"""What a request costs. The expected figures are those that the price page prints, most of them copied from its tables."""

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


PRINTED: tuple[tuple[str, Object, float], ...] = (
    # by the second
    ("textToVideo", _film("viduq3-pro", "540p", 1), 9),
    ("textToVideo", _film("viduq3-pro", "1080p", 16), 384),
    ("textToVideo", _film("viduq3-pro", "540p", 5, off_peak=True), 25),
    ("imageToVideo", _film("viduq3-pro-fast", "1080p", 4, images=[IMAGE]), 100),
    ("referenceToVideo", _film("viduq3", "1080p", 5, off_peak=True), 35),
    ("referenceToVideo", _film("viduq3-mix", "720p", 3), 72),
    ("imageToVideo", _film("viduq4-preview", "4K", 3), 234),
    # by tables of whole seconds
    ("textToVideo", _film("viduq2", "540p", 1), 10),
    ("textToVideo", _film("viduq2", "720p", 3), 25),
    ("textToVideo", _film("viduq2", "1080p", 10), 110),
    ("textToVideo", _film("viduq2", "720p", 3, off_peak=True), 13),
    ("imageToVideo", _film("viduq2-turbo", "720p", 1), 8),
    ("imageToVideo", _film("viduq2-turbo", "720p", 2), 10),
    ("imageToVideo", _film("viduq2-turbo", "720p", 3), 20),
    ("startEndToVideo", _film("viduq2-pro", "720p", 5), 55),
    ("extendVideo", _film("viduq2-pro", "540p", 7), 45),
    # an addition
    ("imageToVideo", _film("viduq2-pro", "1080p", 1, audio=True), 70),
    ("imageToVideo", _film("viduq3-pro", "720p", 1, is_rec=True), 30),
    ("cloneVoice", {"voice_id": "v", "audio_url": "https://example.com/a.mp3", "text": "a" * 501}, 320),
    ("cloneVoice", {"voice_id": "v", "audio_url": "https://example.com/a.mp3"}, 300),
    # at one length only
    ("textToVideo", _film("viduq1", "1080p", 5), 80),
    ("imageToVideo", _film("vidu2.0", "720p", 8), 100),
    ("imageToVideo", _film("vidu2.0", "360p", 4, off_peak=True), 10),
    # pictures by their number
    ("referenceToImage", {"model": "viduq2", "prompt": "a", "resolution": "4K"}, 10),
    ("referenceToImage", {"model": "viduq2", "prompt": "a", "resolution": "2K", "images": [IMAGE, IMAGE, IMAGE]}, 12),
    ("referenceToImage", {"model": "viduq2", "prompt": "a", "resolution": "1080p", "images": [IMAGE, IMAGE, IMAGE, IMAGE]}, 10),
    # by other counts, each group that is begun
    ("textToAudio", {"model": "audio1.0", "prompt": "a", "duration": 4.9}, 10),
    ("textToAudio", {"model": "audio1.0", "prompt": "a", "duration": 5}, 20),
    ("textToSpeech", {"text": "a" * 500}, 10),
    ("textToSpeech", {"text": "a" * 501}, 20),
    ("recommendPrompts", {"images": [IMAGE], "type": ["img2video", "template"], "count": 3}, 20),
    ("createAdFilm", {"images": [IMAGE]}, 600),  # the example of the route's page, of the usual 15 seconds
    ("createAdFilm", {"images": [IMAGE], "duration": 10}, 400),
    ("editAdFilm", {"type": "generate_narration", "prompt": "a" * 600}, 20),
    ("composeMusicVideo", {"job_ids": ["1"]}, 1),
    ("updateSubject", {"name": "a"}, 0),
    # pictures by their size, which the wiki calls 1K, 2K or 4K
    ("chatToImage", _chat("q3-fast", "2192x928"), 15),
    ("chatToImage", _chat("q3-fast", "2752x1536"), 25),
    ("chatToImage", _chat("q3-fast", "4384x1872"), 35),
    ("chatToImage", _chat("q3-lite"), 8),
)


@pytest.mark.parametrize(("operation", "body", "cost"), PRINTED)
def test_price_is_the_printed_one(operation: str, body: Object, cost: float) -> None:
    price = _price(operation, body)
    assert (price.amount, price.unit) == (cost, "credits")
    assert price.usd == pytest.approx(cost * 0.005)  # the pages: 1 credit is 0.005 USD


def test_each_segment_is_charged_by_its_own_length() -> None:
    """The route's page: `viduq2-turbo`, 720p, segments of 5 and 3 seconds."""
    segments: list[Json] = [{"key_image": IMAGE, "duration": 5}, {"key_image": IMAGE, "duration": 3}]
    body: Object = {"model": "viduq2-turbo", "resolution": "720p", "start_image": IMAGE, "image_settings": segments}
    assert _price("multiframe", body).amount == 35 + 25
    assert _price("multiframe", {**body, "resolution": "1080p", "image_settings": segments[:1] * 5}).amount == 400  # its example


@pytest.mark.parametrize(
    ("operation", "body", "seconds", "cost"),
    [
        ("upscale", {"video_url": "https://example.com/a.mp4", "upscale_resolution": "8K"}, 2, 320),
        ("lipSync", {"video_url": "https://example.com/a.mp4", "text": "a"}, 5.5, 40),
        ("createMusicVideo", {"quality": "high", "resolution": "1080p", "lip_sync": True}, 30, 990),
    ],
)
def test_duration_that_is_not_in_the_body_can_be_passed(operation: str, body: Object, seconds: float, cost: float) -> None:
    assert _price(operation, body, seconds=seconds).amount == cost
    assert price_of(VIDU, operation, body) is None


@pytest.mark.parametrize("provider", ["vidu", "zenlayer"])
@pytest.mark.parametrize("region", ["cn", "international"])
def test_price_is_that_of_the_region(region: str, provider: str) -> None:
    """The Chinese page prints 12 credits a second, the international one 11; Zenlayer has the prices of Vidu."""
    found = price_of(contract_of(provider), "textToVideo", _film("viduq3-turbo", "720p", 5), region=region)
    assert found is not None
    assert found.amount == {"cn": 60, "international": 55}[region]
    assert found.date == {"cn": "2026-08-12", "international": "2026-07-10"}[region]
    assert found.source == f"https://platform.vidu.{'cn' if region == 'cn' else 'com'}/docs/pricing"


def test_discount_applies_until_its_last_day() -> None:
    body = _film("viduq4-preview", "1080p", 5)
    assert _price("imageToVideo", body).amount == 120
    assert _price("imageToVideo", body, on=date(2026, 11, 30)).amount == 84
    assert _price("imageToVideo", body, on=date(2026, 12, 1)).amount == 120


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
    [
        ("chatToImage", _chat("q3-fast"), 35),
        ("referenceToVideo", _film("viduq2-pro", "720p", 0), 75),
    ],
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


def test_addition_that_is_not_asked_for_is_in_no_rate() -> None:
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
    ("textToVideo", _film("viduq2", "1080p", 3), 42.2, 0.2),
    ("textToVideo", _film("viduq3-turbo", "720p", 5), 63.3, 0.3),
    ("imageToVideo", _film("viduq2-turbo", "720p", 4), 31.65, 0.15),
    ("imageToVideo", _film("viduq3-pro", "2K", 5), 211, 1),
    ("referenceToVideo", _film("viduq2", "720p", 2, audio=True), 47.475, 0.225),
    ("extendVideo", _film("viduq2-pro", "1080p", 3), 94.95, 0.45),
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


def test_additions_of_the_other_provider_count_to_a_price_of_its_own() -> None:
    """12 credits a second, as seen at this provider, and 10 for the recommended prompt by the pages of the routes."""
    body = _film("viduq3-turbo", "720p", 5, audio=True, is_rec=True, images=[IMAGE])
    price = price_of(contract_of("zenlayer"), "imageToVideo", body)
    assert price is not None
    assert (price.amount, price.unit, price.usd) == (70, "credits", None)
    assert "pages of the routes" in price.source
    rows, sources = rows_of(contract_of("zenlayer"), "textToVideo", "viduq3-pro")
    assert (rows, sources) == rows_of(VIDU, "textToVideo", "viduq3-pro")
    assert {str(as_object(row)["source"]) for row in rows} == sources.keys()


def test_rows_of_a_model_are_those_that_name_it_and_those_for_every_model() -> None:
    every, _ = rows_of(VIDU, "createDramaTask")
    rows, _ = rows_of(VIDU, "createDramaTask", "viduq3-drama-std")
    assert rows == [row for row in every if "viduq3-drama-std" in as_list(as_object(row)["models"])]
    assert 0 < len(rows) < len(every)


def test_price_of_a_drama_task_depends_on_whether_a_video_is_among_its_content() -> None:
    """Figures of the price page: 70 and 42 yuan for a million tokens."""
    parts: list[list[Json]] = [[{"type": kind}] for kind in ("image_url", "video_url")]
    bodies = [_film("viduq3.1-drama-std", "720p", 5, content=content) for content in parts]
    rates = [rate_of(VIDU, "createDramaTask", body, region="cn") for body in bodies]
    assert [rate.rates[0].amount for rate in rates if rate is not None] == [70, 42]
