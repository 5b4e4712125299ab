"""What is paid is the documented price, and the same in every place that says it."""

from __future__ import annotations

import pytest
from core_calls import IMAGE, PROVIDERS, Calls, Provider, task_id

from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Object


def test_a_change_of_a_film_is_priced_by_the_quality_of_the_film() -> None:
    """Page of prices: 29 credits a second in high quality at 1080p; a clip of the emulator has 5 seconds."""
    calls = Calls()
    song: Object = {"images": [IMAGE], "audio_url": "https://example.com/a.mp3", "quality": "high", "resolution": "1080p"}
    film = task_id(calls.ask("vidu", "POST", "/ent/v2/one-click/mv", song).json)
    calls.ask("vidu", "POST", f"/ent/v2/one-click/mv/{film}/edit", {"job_id": "901245331704909824", "prompt": "a"})
    assert calls.emulator.ledger.paid[-1].credits == 29 * 5


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
