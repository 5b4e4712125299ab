"""What an emulator remembers has a bound, in numbers and in size; the oldest goes first."""

from __future__ import annotations

from types import ModuleType

import pytest
from core_calls import BODIES, CREATE, IMAGE, Calls

from vidu_ext.emulator.state import bounded, notices, task_engine
from vidu_ext.values.json import as_list, as_object

LONG = "p" * 1_000


def test_requests_of_finished_tasks_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "MOST_HELD_CHARACTERS", 10_000)
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0)
    tasks = [calls.finished(payload=LONG) for _ in range(30)]
    kept = [paid.id for paid in calls.emulator.ledger.paid]
    assert kept == tasks[-len(kept) :]
    assert 8 <= len(kept) <= 10


def test_a_task_that_has_not_ended_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "MOST_HELD_CHARACTERS", 10_000)
    calls = Calls(concurrency=100, processing_seconds=100.0)
    tasks = [calls.create(payload=LONG) for _ in range(30)]
    assert [paid.id for paid in calls.emulator.ledger.paid] == tasks


def test_answers_that_comfy_repeats_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST_BYTES", 10_000)
    calls = Calls()
    body = {**BODIES["comfy"], "payload": LONG}

    def is_replayed(number: int) -> bool:
        answer = calls.ask("comfy", "POST", CREATE["comfy"], body, headers={"idempotency-key": str(number)})
        return "idempotent-replayed" in answer.reply.headers

    replayed = [is_replayed(number) for _ in range(2) for number in range(30)]
    assert not any(replayed)
    assert is_replayed(29)


@pytest.mark.parametrize(("module", "bound", "most"), [(notices, "MOST_HELD", 10), (bounded, "MOST_BYTES", 20_000)])
def test_notices_that_are_not_fetched_do_not_fill_the_memory(
    module: ModuleType, bound: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, bound, most)
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0)
    tasks = [calls.finished(payload=LONG, callback_url="http://127.0.0.1:9/told") for _ in range(30)]
    for _ in range(3):
        given = calls.emulator.due_callbacks()
        assert 5 <= len(given) <= 15
        assert given[-1].task_id == tasks[-1]
        for callback in given:
            calls.emulator.callback_sent(callback)
        calls.step(10.0)
    assert not calls.emulator.due_callbacks()


def test_events_of_ended_off_peak_tasks_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "SPARE_EVENTS", 10)
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0, off_peak_seconds=0.0, max_tasks=5)
    for _ in range(200):
        calls.finished(off_peak=True, audio=True)
    with calls.emulator.inspect() as state:
        events = vars(state)["_events"]
    assert len(events) <= 50


def test_subjects_are_forgotten_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "MOST_SUBJECTS", 2)
    calls = Calls()
    for number in range(3):
        assert calls.ask("vidu", "POST", "/ent/v2/subjects", {"name": f"s{number}", "images": [IMAGE]}).status == 200
    listed = as_list(calls.ask("vidu", "GET", "/ent/v2/subjects").json["subjects"])
    assert [as_object(one)["name"] for one in listed] == ["s1", "s2"]
