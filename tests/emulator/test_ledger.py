"""The ledger: what tests assert on, seen from several threads, and within bounds."""

from __future__ import annotations

import json
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

from core_calls import BODIES, CREATE, KEY, Calls, auth

from vidu_ext.emulator import ServerRequest
from vidu_ext.emulator.state.ledger import REMEMBERED_REQUESTS


def test_requests_are_counted_by_operation_and_have_their_fault() -> None:
    calls = Calls("kind=html_502,operation=status,nth=2")
    task = calls.create()
    calls.status(task)
    calls.ask("vidu", "GET", f"/ent/v2/tasks/{task}/creations")
    calls.ask("vidu", "GET", "/ent/v2/nothing")
    ledger = calls.emulator.ledger
    assert ledger.counts == {("vidu", "textToVideo"): 1, ("vidu", "getCreations"): 2, ("vidu", ""): 1}
    assert [(one.operation, one.status, one.fault, one.account) for one in ledger.requests] == [
        ("textToVideo", 200, None, 1),
        ("getCreations", 200, None, 1),
        ("getCreations", 502, "html_502", 1),
        ("", 404, None, None),
    ]


def test_create_is_paid_unless_its_fault_prevents_it() -> None:
    calls = Calls("kind=http_503,operation=create,nth=1", "kind=html_520,operation=create,nth=2")
    statuses = [calls.ask("vidu", "POST", CREATE["vidu"], BODIES["vidu"]).status for _ in range(3)]
    assert statuses == [503, 520, 200]
    assert len(calls.emulator.ledger.paid) == 2


def test_a_paid_task_has_its_body_price_state_and_number_of_polls() -> None:
    calls = Calls()
    task = calls.create(payload="mark")
    assert [paid.id for paid in calls.emulator.ledger.unfinished] == [task]
    calls.step(100.0)
    calls.status(task)
    calls.status(task)
    paid = calls.emulator.ledger.paid_of(task)
    assert paid is not None
    assert (paid.provider, paid.operation, paid.credits, paid.state, paid.payload) == (
        "vidu",
        "textToVideo",
        55,
        "succeeded",
        "mark",
    )
    assert (paid.polls, paid.bytes_served, paid.body) == (2, 0, {**BODIES["vidu"], "payload": "mark"})
    assert calls.emulator.ledger.never_served == (paid,)


def test_only_the_last_requests_are_remembered() -> None:
    calls = Calls()
    for _ in range(REMEMBERED_REQUESTS + 10):
        calls.ask("vidu", "GET", "/ent/v2/credits")
    assert len(calls.emulator.ledger.requests) == REMEMBERED_REQUESTS
    assert calls.emulator.ledger.count("vidu", "getCredits") == REMEMBERED_REQUESTS + 10


def test_many_threads_make_as_many_tasks_as_they_request_and_none_twice() -> None:
    calls = Calls(queue_seconds=0.0, processing_seconds=0.0)

    def work(number: int) -> list[str]:
        made = [calls.create(payload=f"{number}-{index}") for index in range(25)]
        for task in made:
            calls.step(0.01)
            calls.status(task)
        return made

    with ThreadPoolExecutor(8) as pool:
        ids = [task for made in pool.map(work, range(8)) for task in made]
    ledger = calls.emulator.ledger
    assert len(set(ids)) == 200 == len(ledger.paid)
    assert ledger.paid_twice == () and ledger.breakdowns == []
    assert max(ledger.highest_running.values()) <= 5


def test_an_internal_error_is_answered_and_recorded_in_the_ledger() -> None:
    calls = Calls()
    calls.emulator.faults = None  # type: ignore[assignment, misc]  # breaks it on purpose
    headers = auth("vidu")
    reply = calls.emulator.handle(ServerRequest(method="GET", path="/ent/v2/credits", headers=headers))
    assert reply.status == 500 and KEY.encode() not in reply.body
    assert [type(error) for error in calls.emulator.ledger.breakdowns] == [AttributeError]


def test_ten_thousand_tasks_fit_in_little_memory() -> None:
    body = json.dumps({**BODIES["vidu"], "prompt": "a paper bird " * 20}).encode()
    headers = {**auth("vidu"), "content-type": "application/json"}
    calls = Calls()
    tracemalloc.start()
    try:
        made = [
            calls.emulator.handle(ServerRequest(method="POST", path=CREATE["vidu"], headers=headers, body=body))
            for _ in range(2_000)
        ]
        held = tracemalloc.get_traced_memory()[0] - sum(sys.getsizeof(reply.body) for reply in made)
    finally:
        tracemalloc.stop()
    assert held / 2_000 < 10_000, "bytes for a task"
