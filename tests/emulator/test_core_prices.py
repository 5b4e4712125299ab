"""What is paid is the documented price, and the same in every place that says it."""

from __future__ import annotations

import pytest
from core_calls import IMAGE, PROVIDERS, Calls, Provider, task_id

from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Object

PRICES: tuple[tuple[str, Object, int], ...] = (
    ("text2video", {"model": "viduq3-pro", "prompt": "a", "duration": 5, "resolution": "720p"}, 100),
    ("text2video", {"model": "viduq2", "prompt": "a", "duration": 2, "resolution": "540p", "off_peak": True}, 6),
    ("img2video", {"model": "viduq3-turbo", "images": [IMAGE], "duration": 1, "is_rec": True}, 21),
    ("upscale-new", {"video_url": "https://example.com/a.mp4", "upscale_resolution": "4K"}, 200),
    ("audio-clone", {"audio_url": "https://example.com/a.mp3", "voice_id": "my-voice-01", "text": "hello"}, 310),
    ("template", {"template": "hugging", "images": [IMAGE], "prompt": "a"}, 60),
    ("reference2image", {"model": "viduimage-2", "prompt": "a", "aspect_ratio": "1:1"}, 8),
)
"""The price page; the last two have no documented price, and cost what the example of their answer, or of the state, shows."""


@pytest.mark.parametrize(("path", "body", "price"), PRICES)
def test_a_task_costs_the_documented_price(path: str, body: Object, price: int) -> None:
    calls = Calls()
    calls.ask("vidu", "POST", f"/ent/v2/{path}", body)
    (paid,) = calls.emulator.ledger.paid
    assert paid.credits == price


def test_a_change_of_a_film_is_priced_by_the_quality_of_the_film() -> None:
    """Page of prices: 29 credits a second in high quality at 1080p; a clip of the emulator has 5 seconds."""
    calls = Calls()
    song: Object = {"images": [IMAGE], "audio_url": "https://example.com/a.mp3", "quality": "high", "resolution": "1080p"}
    film = task_id(calls.ask("vidu", "POST", "/ent/v2/one-click/mv", song).json)
    calls.ask("vidu", "POST", f"/ent/v2/one-click/mv/{film}/edit", {"job_id": "901245331704909824", "prompt": "a"})
    assert calls.emulator.ledger.paid[-1].credits == 29 * 5


def test_comfy_counts_in_its_own_credits_and_answers_in_those_of_vidu() -> None:
    """Pages: 12.66 credits of Comfy a second; 211 of them and 200 of Vidu are a dollar."""
    calls = Calls(credits={"comfy": 100.0})
    made = calls.ask("comfy", "POST", "/proxy/vidu/text2video", {"model": "viduq3-turbo", "prompt": "a", "resolution": "720p"})
    assert made.reply.headers["x-comfy-credits-used"] == "63.3"
    assert made.json["credits"] == 60
    assert calls.ask("comfy", "GET", "/customers/balance").json["pending_charges_micros"] == 300_000


@pytest.mark.parametrize("provider", PROVIDERS)
def test_create_poll_and_ledger_show_the_same_price(provider: Provider) -> None:
    calls = Calls()
    task = calls.finished(provider)
    status = calls.status(task, provider)
    told = status.get("credits", as_object(status.get("usage")).get("total"))
    (paid,) = calls.emulator.ledger.paid
    assert told == (round(paid.credits / 211 * 200) if provider == "comfy" else paid.credits)
    assert paid.credits > 0
    assert calls.emulator.ledger.credits_spent == {(provider, 1): paid.credits}


def test_the_list_shows_the_price_of_a_task_and_0_for_one_that_failed() -> None:
    calls = Calls("kind=task_fails,operation=create,nth=2")
    for _ in range(2):
        calls.create()
    calls.step(100.0)
    rows = as_list(calls.ask("vidu", "GET", "/ent/v2/tasks").json["tasks"])
    assert [as_object(row)["credits"] for row in rows] == [0, 55]
