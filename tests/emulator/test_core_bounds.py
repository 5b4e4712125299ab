"""What an emulator remembers has a bound, in numbers and in size; the oldest goes first."""

from __future__ import annotations

import pytest
from core_calls import BODIES, CREATE, Calls

from vidu_ext.emulator.providers import comfy, vidu_library
from vidu_ext.emulator.state import notices, task_engine
from vidu_ext.values.tasks import Object

LONG = "p" * 1_000
CLONE: Object = {"audio_url": "https://example.com/a.mp3", "text": "hello"}


def test_requests_of_finished_tasks_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "MOST_HELD_CHARACTERS", 10_000)
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0)
    tasks = [calls.finished(payload=LONG) for _ in range(30)]
    kept = [paid.id for paid in calls.emulator.ledger.paid]
    assert kept == tasks[-len(kept) :]
    assert 8 <= len(kept) <= 10


def test_parts_of_forgotten_films_are_still_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "MOST_HELD_CHARACTERS", 30_000)
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0)
    film: Object = {"images": ["https://example.com/a.png"], "duration": 15, "aspect_ratio": "9:16", "language": "en"}
    for _ in range(30):
        assert calls.ask("vidu", "POST", "/ent/v2/ad-one-click", {**film, "prompt": LONG}).status == 200
        calls.step(1.0)
    assert 2 <= len(calls.emulator.ledger.paid) <= 8


def test_a_task_that_has_not_ended_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "MOST_HELD_CHARACTERS", 10_000)
    calls = Calls(concurrency=100, processing_seconds=100.0)
    tasks = [calls.create(payload=LONG) for _ in range(30)]
    assert [paid.id for paid in calls.emulator.ledger.paid] == tasks


def test_answers_that_comfy_repeats_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comfy, "MOST_HELD_BYTES", 10_000)
    calls = Calls()
    replayed: list[bool] = []
    for _ in range(2):
        for number in range(30):
            headers = {"idempotency-key": str(number)}
            reply = calls.ask("comfy", "POST", CREATE["comfy"], {**BODIES["comfy"], "payload": LONG}, headers=headers).reply
            replayed.append("idempotent-replayed" in reply.headers)
    assert not any(replayed)
    assert (
        "idempotent-replayed"
        in calls.ask(
            "comfy", "POST", CREATE["comfy"], {**BODIES["comfy"], "payload": LONG}, headers={"idempotency-key": "29"}
        ).reply.headers
    )


@pytest.mark.parametrize("bound", ["MOST_HELD", "MOST_HELD_BYTES"])
def test_notices_that_nobody_fetches_fill_the_memory(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, bound, 10 if bound == "MOST_HELD" else 20_000)
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0)
    tasks = [calls.finished(payload=LONG, callback_url="http://127.0.0.1:9/told") for _ in range(30)]
    for _ in range(3):
        given = calls.emulator.due_callbacks()
        assert 5 <= len(given) <= 15
        assert given[-1].task_id == tasks[-1]
        for callback in given:
            calls.emulator.callback_failed(callback)
        calls.step(10.0)
    assert calls.emulator.due_callbacks() == ()


def test_events_of_ended_off_peak_tasks_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "SPARE_EVENTS", 10)
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0, off_peak_seconds=0.0, max_tasks=5)
    for _ in range(200):
        calls.finished(off_peak=True, audio=True)
    events = calls.emulator.inspect(lambda state, _now: vars(state.task_engine)["_events"])
    assert len(events) <= 50


def test_voices_and_subjects_of_a_forgotten_account_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "MOST_ACCOUNTS", 3)
    monkeypatch.setattr(vidu_library, "MOST_VOICES", 2)
    calls = Calls(max_tasks=1)
    voices = [f"voice{number:05d}" for number in range(3)]

    def clone(voice: str, key: str) -> int:
        return calls.ask("vidu", "POST", "/ent/v2/audio-clone", {**CLONE, "voice_id": voice}, key=key).status

    assert [clone(voice, "first-key") for voice in voices] == [200, 200, 200]
    assert clone(voices[2], "first-key") == 409
    assert clone(voices[0], "first-key") == 200, "the oldest one is forgotten"
    for number in range(5):
        calls.create(key=f"key-{number}")
        calls.step(100.0)
    assert clone(voices[2], "first-key") == 200, "with the account"
