"""A client reports each undocumented thing once, in its log and to a hook, and continues."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from typing import Any, Final

import httpx
import pytest
from playing import Way, both_ways, client

from vidu_ext import CallError, ConfigurationError, Drift, PollPolicy, RetryPolicy, Settings, TaskRef, TextToVideo
from vidu_ext.flows.drift_watch import MOST_REPORTS, DriftWatch
from vidu_ext.providers import provider_named
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.exchange import Call, Reply
from vidu_ext.values.tasks import Json, Object

REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo")
CREATION: Final[Object] = {"id": "2", "url": "https://files.example/a.mp4?Signature=secret"}
STATUS: Final[Object] = {"id": "1", "state": "success", "err_code": "", "credits": 55, "creations": [CREATION]}
RENAMED: Final[Object] = {**{name: STATUS[name] for name in ("id", "state", "err_code", "credits")}, "results": [CREATION]}


class Server:
    """Answers a create with `created`, and each other call with the next of the answers, of which the last one stays."""

    def __init__(self, *answers: Json, created: Json = None, status: int = 200) -> None:
        self.answers = list(answers)
        self.created = created or {"task_id": "1", "state": "created"}
        self.status = status

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json=self.created)
        return httpx.Response(self.status, json=self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])


def run(way: Way, server: Server, calls: list[Callable[[Any], Any]], **options: Any) -> None:
    """Make the calls with one client, and ignore a CallError, which an unreadable answer causes."""
    transport = httpx.MockTransport(server)
    settings = Settings(retry=RetryPolicy(budget=0.0), transport=transport, async_transport=transport, **options)

    with client(way, {"vidu": "key"}, settings) as vidu:
        for call in calls:
            with suppress(CallError):
                call(vidu)


def status(vidu: Any) -> Any:
    return vidu.status("vidu:1")


def submit(vidu: Any) -> Any:
    return vidu.submit(REQUEST)


def wait(vidu: Any) -> Any:
    return vidu.wait(TaskRef("vidu", "1"), timeout=5)


def wait_for_two(vidu: Any) -> Any:
    """Two tasks are polled by one list; one alone is polled by its status."""
    return vidu.wait_all([TaskRef("vidu", "1"), TaskRef("vidu", "2")], timeout=5)


@both_ways
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(RENAMED, [("new", "#/results")], id="creations-renamed"),
        pytest.param({**STATUS, "state": "succeeded"}, [("new", "#/state")], id="new-word"),
    ],
)
def test_each_difference_is_reported_once_however_often_it_occurs(
    way: Way, answer: Json, expected: list[tuple[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Drift] = []
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        run(way, Server(answer), [status] * 3, on_drift=seen.append)
    assert [(drift.grade, drift.pointer) for drift in seen] == expected
    assert [record.levelname for record in caplog.records] == ["WARNING"] * len(expected)
    assert "secret" not in caplog.text


@both_ways
def test_wait_reports_an_unknown_word_once_and_continues(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Drift] = []
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        quick = PollPolicy(floor=0.01, ceiling=0.01)
        run(way, Server({**STATUS, "state": "odd"}, STATUS), [wait], on_drift=seen.append, poll=quick)
    assert [(drift.what, drift.seen) for drift in seen] == [("word", "odd")]
    assert len(caplog.records) == 1


@both_ways
def test_documented_answer_reports_nothing(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    short: Object = {"state": "processing", "err_code": ""}
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        run(way, Server(short, {**STATUS, "creations": None}, STATUS), [submit, status, status, status])
    assert caplog.records == []


@both_ways
def test_answers_to_creates_lists_and_balances_and_refusals_are_compared(way: Way) -> None:
    seen: list[Drift] = []
    run(way, Server(STATUS, created={"task_id": "1", "fresh": 1}), [submit], on_drift=seen.append)
    run(way, Server({"remains": [], "left": 1}), [lambda vidu: vidu.credits()], on_drift=seen.append)
    run(way, Server({"reason": "Unheard", "message": "no"}, status=400), [status], on_drift=seen.append)
    run(way, Server({"tasks": [{**STATUS, "odd": 1}, {**STATUS, "id": "2"}]}), [wait_for_two], on_drift=seen.append)
    assert [(drift.operation, drift.pointer) for drift in seen] == [
        ("textToVideo", "#/fresh"),
        ("getCredits", "#/left"),
        ("getCreations", "#/reason"),
        ("listTasks", "#/tasks/0/odd"),
    ]


@both_ways
def test_interrupt_in_the_hook_has_the_reference_of_the_accepted_task(way: Way) -> None:

    def interrupt(_: Drift) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as raised:
        run(way, Server(STATUS, created={"task_id": "77", "fresh": 1}), [submit], on_drift=interrupt)
    assert "77" in str(getattr(raised.value, "ref", ""))


@both_ways
def test_failing_hook_does_not_fail_the_call(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Drift) -> None:
        raise RuntimeError("no room\n\x1b[31m")

    with caplog.at_level(logging.WARNING, "vidu_ext"):
        run(way, Server(RENAMED), [status, submit, status], on_drift=fail)
    assert "on_drift failed: RuntimeError: no room" in caplog.text
    assert "\x1b" not in caplog.text


def test_hook_that_is_not_callable_is_refused() -> None:
    async def awaited(_: Drift) -> None:
        """A coroutine would not be awaited."""

    for hook in ("log", awaited):
        with pytest.raises(ConfigurationError, match="on_drift"):
            Settings(on_drift=hook)  # type: ignore[arg-type]  # what is tried


def look(watch: DriftWatch, value: str, count: int = 1) -> None:
    call = provider_named("vidu").status_call(TaskRef("vidu", "1"))
    for _ in range(count):
        watch.look("vidu", call, Reply(200, {}, value.encode()))


def test_number_of_reports_is_limited(caplog: pytest.LogCaptureFixture) -> None:
    """A provider may name members by ids, so that each answer has new ones."""
    seen: list[Drift] = []
    watch = DriftWatch(lambda _: contract_of("vidu"), seen.append)
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        for index in range(3 * MOST_REPORTS):
            look(watch, f'{{"state": "success", "m{index}x": 1}}')
    assert len(seen) == MOST_REPORTS
    assert "no more" in caplog.text
    look(watch, '{"state": "success", ' + ", ".join(f'"n{index}": 1' for index in range(10_000)) + "}")
    assert len(seen) == MOST_REPORTS


ODD: Final[list[Object]] = [
    {"mood": 1}, {"state": "odd"}, {"state": ""}, {"state": None}, {"id": 7}, {"creations": "none"}, {"creations": {}},
    {"creations": [{"id": "1", "glow": 1}]}, {"creations": [{"id": 1}]}, {"creations": [5]},
]  # fmt: skip
ODD_ROWS: Final[list[Object]] = [{"id": ""}, {"prompt": 5}, {"duration": "5"}, {"images": [5]}]
"""Differences that only a row of a page can show."""


@pytest.mark.parametrize(("place", "odd"), [*product([None], ODD), *product([0, 99], ODD + ODD_ROWS)], ids=str)
def test_answer_that_differs_from_a_known_one_is_reported_once_as_if_it_were_alone(place: int | None, odd: Object) -> None:
    """The answer is a status, or a page of which one row differs: rows are compared member by member."""
    known: Object = {"id": "1", "state": "processing", "creations": [CREATION]}
    answers: list[Object] = [known, {**known, **odd}]
    call, seen = provider_named("vidu").status_call(TaskRef("vidu", "1")), list[Drift]()
    if place is not None:
        call = provider_named("vidu").list_call(["1"])
        row: Object = {**known, "prompt": "a bird", "duration": 5, "images": []}
        pages: list[list[Json]] = [[{**row, "id": str(number)} for number in range(100)] for _ in range(2)]
        pages[1][place] = {**row, **odd}
        answers = [{"tasks": rows} for rows in pages]
    watch = DriftWatch(lambda _: contract_of("vidu"), seen.append)
    for answer, reported in ((answers[0], 0), (answers[0], 0), (answers[1], 1), (answers[1], 1)):
        watch.look("vidu", call, Reply(200, {}, json.dumps(answer).encode()))
        assert len(seen) == reported
    assert seen == list(answer_drifts(contract_of("vidu"), call.operation, 200, answers[1], strict=False))


def test_create_answer_that_breaks_off_is_not_reported_as_drift() -> None:
    seen: list[Drift] = []
    watch = DriftWatch(lambda _: contract_of("vidu"), seen.append)
    watch.look("vidu", Call("textToVideo", {}, creates=True), Reply(200, {}, b'{"task_id": "1", "sta'))
    watch.report()
    assert seen == []


def test_failing_comparison_is_logged_and_does_not_fail_the_call(caplog: pytest.LogCaptureFixture) -> None:
    watch = DriftWatch(lambda _: contract_of("unknown provider"))
    with caplog.at_level(logging.DEBUG, "vidu_ext"):
        look(watch, '{"state": "success"}')
    assert "could not be compared" in caplog.text
