"""Prices are those of the documented table where it has one, and are the same in every place that tells them."""

from __future__ import annotations

import pytest
from core_calls import IMAGE, PROVIDERS, Calls, Provider

from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

PRICES: tuple[tuple[str, Object, int], ...] = (
    ("text2video", {"model": "viduq3-pro", "prompt": "a", "duration": 5, "resolution": "720p"}, 100),
    (
        "text2video",
        {"model": "viduq3-pro", "prompt": "a", "duration": 5, "resolution": "540p", "off_peak": True, "audio": True},
        25,
    ),
    ("text2video", {"model": "viduq3-turbo", "prompt": "a", "duration": 5, "off_peak": True, "audio": True}, 30),
    ("text2video", {"model": "viduq2", "prompt": "a", "duration": 2, "resolution": "540p", "off_peak": True}, 6),
    ("text2video", {"model": "viduq3-turbo", "prompt": "a", "duration": 16, "resolution": "1080p"}, 208),
    ("text2video", {"model": "viduq2", "prompt": "a", "duration": 3, "resolution": "720p"}, 25),
    ("text2video", {"model": "viduq1", "prompt": "a"}, 80),
    ("img2video", {"model": "viduq2-turbo", "images": [IMAGE], "duration": 1, "resolution": "720p"}, 8),
    ("img2video", {"model": "viduq2-turbo", "images": [IMAGE], "duration": 2, "resolution": "720p"}, 10),
    ("img2video", {"model": "viduq2-turbo", "images": [IMAGE], "duration": 3, "resolution": "720p"}, 20),
    ("img2video", {"model": "viduq2-pro", "images": [IMAGE], "duration": 4, "resolution": "540p"}, 20),
    ("start-end2video", {"model": "viduq2-pro", "images": [IMAGE, IMAGE], "duration": 5, "resolution": "720p"}, 55),
    ("img2video", {"model": "viduq2-pro", "images": [IMAGE], "duration": 1, "resolution": "1080p", "audio": True}, 70),
    ("img2video", {"model": "viduq3-turbo", "images": [IMAGE], "duration": 1, "is_rec": True}, 21),
    ("img2video", {"model": "vidu2.0", "images": [IMAGE], "duration": 8, "resolution": "720p"}, 100),
    ("reference2video", {"model": "viduq3-mix", "images": [IMAGE], "prompt": "a", "duration": 3}, 72),
    ("reference2video", {"model": "vidu2.0", "images": [IMAGE], "prompt": "a"}, 80),
    ("reference2image", {"model": "viduq2", "prompt": "a", "resolution": "2K"}, 8),
    ("reference2image", {"model": "viduq2", "prompt": "a", "images": [IMAGE, IMAGE, IMAGE, IMAGE], "resolution": "4K"}, 30),
    ("extend", {"model": "viduq2-pro", "video_url": "https://example.com/a.mp4", "duration": 7, "resolution": "540p"}, 50),
    ("lip-sync", {"video_url": "https://example.com/a.mp4", "text": "hello"}, 20),
    ("text2audio", {"model": "audio1.0", "prompt": "a", "duration": 4}, 10),
    ("upscale-new", {"video_url": "https://example.com/a.mp4", "upscale_resolution": "4K"}, 200),
    ("ad-one-click", {"images": [IMAGE], "duration": 10}, 400),
    ("trending-replicate", {"images": [IMAGE], "video_url": "https://example.com/a.mp4", "resolution": "540p"}, 120),
)


@pytest.mark.parametrize(("path", "body", "price"), PRICES)
def test_a_task_costs_what_the_table_says(path: str, body: Object, price: int) -> None:
    calls = Calls()
    calls.ask("vidu", "POST", f"/ent/v2/{path}", body)
    (paid,) = calls.emulator.ledger.paid
    assert paid.credits == price


def test_three_pictures_joined_cost_for_each_segment_and_second() -> None:
    calls = Calls()
    segments: list[Json] = [{"key_image": IMAGE, "duration": 5}, {"key_image": IMAGE, "duration": 3}]
    body: Object = {"model": "viduq2-turbo", "start_image": IMAGE, "image_settings": segments}
    made = calls.ask("vidu", "POST", "/ent/v2/multiframe", body).json
    assert made["credits"] == 2 * 15 + 8 * 5


@pytest.mark.parametrize("provider", PROVIDERS)
def test_create_poll_and_ledger_tell_one_price(provider: Provider) -> None:
    calls = Calls()
    task = calls.finished(provider)
    status = calls.status(task, provider)
    told = status.get("credits", as_object(status.get("usage")).get("total"))
    (paid,) = calls.emulator.ledger.paid
    assert told == paid.credits > 0
    assert calls.emulator.ledger.credits_spent == {(provider, 1): paid.credits}


def test_the_list_tells_the_price_of_a_task_and_nothing_for_one_that_failed() -> None:
    calls = Calls("kind=task_fails,operation=create,nth=2")
    for _ in range(2):
        calls.create()
    calls.step(100.0)
    rows = as_list(calls.ask("vidu", "GET", "/ent/v2/tasks").json["tasks"])
    assert [as_object(row)["credits"] for row in rows] == [0, 55]
