"""The ledger: what it has of a task, from several threads, with the prices of the answers, and within bounds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from core_calls import BODIES, IMAGE, KEY, PROVIDERS, Calls, Provider, auth, task_id

from vidu_ext.emulator import ServerRequest
from vidu_ext.emulator.state import bounded, notices, task_engine
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Object


def test_paid_task_has_its_body_price_state_and_number_of_polls() -> None:
    calls = Calls()
    task = calls.create(payload="mark")
    calls.step(100.0)
    calls.status(task)
    calls.status(task)
    paid = calls.emulator.ledger.paid_of(task)
    assert paid is not None
    assert (paid.provider, paid.operation, paid.credits, paid.state) == ("vidu", "textToVideo", 55, "succeeded")
    assert (paid.polls, paid.body) == (2, {**BODIES["vidu"], "payload": "mark"})


def test_many_threads_make_as_many_tasks_as_they_request_and_none_twice() -> None:
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0)

    def work(number: int) -> list[str]:
        tasks = [calls.create(payload=f"{number}-{index}") for index in range(25)]
        for task in tasks:
            calls.step(0.01)
            calls.status(task)
        return tasks

    with ThreadPoolExecutor(8) as pool:
        ids = [task for tasks in pool.map(work, range(8)) for task in tasks]
    ledger = calls.emulator.ledger
    assert len(set(ids)) == 200 == len(ledger.paid)
    assert ledger.paid_twice == () and ledger.internal_errors == []
    assert max(ledger.highest_running.values()) <= 5


def test_internal_error_is_answered_and_recorded_in_the_ledger() -> None:
    calls = Calls()
    calls.emulator.faults = None  # type: ignore[assignment, misc]  # breaks it on purpose
    headers = auth("vidu")
    reply = calls.emulator.handle(ServerRequest(method="GET", path="/ent/v2/credits", headers=headers))
    assert reply.status == 500 and KEY.encode() not in reply.body
    assert [type(error) for error in calls.emulator.ledger.internal_errors] == [AttributeError]


def test_change_of_a_film_is_priced_by_the_quality_of_the_film() -> None:
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
    shown = status.get("credits", as_object(status.get("usage")).get("total"))
    (paid,) = calls.emulator.ledger.paid
    assert shown == (round(paid.credits / 211 * 200) if provider == "comfy" else paid.credits)
    assert paid.credits > 0
    with calls.emulator.inspect() as state:
        assert [account.spent for account in state.accounts.values()] == [paid.credits]


# -- what is remembered has a bound, in numbers and in size; the oldest goes first ------------------------------------------

LONG = "p" * 1_000


def test_requests_of_finished_tasks_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_engine, "MOST_HELD_CHARACTERS", 10_000)
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0)
    tasks = [calls.finished(payload=LONG) for _ in range(30)]
    kept = [paid.id for paid in calls.emulator.ledger.paid]
    assert kept == tasks[-len(kept) :]
    assert 8 <= len(kept) <= 10


@pytest.mark.parametrize(("module", "bound", "most"), [(notices, "MOST_HELD", 10), (bounded, "MOST_BYTES", 20_000)])
def test_notices_that_are_not_fetched_do_not_fill_the_memory(
    module: ModuleType, bound: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, bound, most)
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0)
    tasks = [calls.finished(payload=LONG, callback_url="http://127.0.0.1:9/told") for _ in range(30)]
    for _ in range(3):
        due = calls.emulator.due_callbacks()
        assert 5 <= len(due) <= 15
        assert due[-1].task_id == tasks[-1]
        for callback in due:
            calls.emulator.callback_sent(callback)
        calls.step(10.0)
    assert not calls.emulator.due_callbacks()
