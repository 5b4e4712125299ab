"""Every fault, through a port and in-process, as a plain HTTP client sees it, and what it means for the money."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import httpx
import pytest
from wire_ways import KEY, LIST, NAMES, NEVER_COMES, Name, WayIn

from vidu_ext.emulator.faults.rules import KINDS
from vidu_ext.values.json import as_object

pytestmark = pytest.mark.parametrize("name", NAMES)

BROKEN: Final[Mapping[str, tuple[type[httpx.HTTPError], int]]] = {
    "answer_lost": (httpx.RemoteProtocolError, 1),
    "connection_reset,accepts=false": (httpx.ReadError, 0),
    "connection_reset,accepts=true": (httpx.ReadError, 1),
    "hang,seconds=0.3": (httpx.RemoteProtocolError, 1),
    "hang,seconds=0.3,accepts=false": (httpx.RemoteProtocolError, 0),
    "truncated_body,sent=7": (httpx.RemoteProtocolError, 1),
}
"""The error of the client and the number of paid tasks, by the fault of a create."""
HTML: Final = {"content-type": "text/html"}
ANSWERED: Final[Mapping[str, tuple[int, Mapping[str, str | None], int]]] = {
    "html_502,accepts=true": (502, HTML, 1),
    "html_502,accepts=false": (502, HTML, 0),
    "html_520,accepts=true": (520, HTML, 1),
    "html_520,accepts=false": (520, HTML, 0),
    "http_429": (429, {"retry-after": None, "content-type": "application/json"}, 0),
    "http_429,retry_after=1.5": (429, {"retry-after": "1.5"}, 0),
    "http_503,accepts=true,retry_after=3": (503, {"retry-after": "3"}, 1),
    "http_503,accepts=false,retry_after=3": (503, {"retry-after": "3"}, 0),
    "wrong_content_type": (200, {"content-type": "text/html; charset=utf-8"}, 1),
}
"""Status, headers and number of paid tasks, by the fault of a create."""


def test_every_kind_of_fault_is_tried_here(name: Name) -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if not re.search(rf'["=]{kind}\b', source)] == [], name


@pytest.mark.parametrize("rule", BROKEN)
def test_broken_connection_says_nothing_of_whether_the_task_is_paid(name: Name, rule: str) -> None:
    error, paid = BROKEN[rule]
    if name == "asgi" and rule.startswith("hang"):
        error = httpx.ReadTimeout  # nothing closes a connection there
    with WayIn(name, f"kind={rule},operation=create,nth=1") as way:
        seen = way.create(read_timeout=NEVER_COMES)
        assert (type(seen.error), way.paid) == (error, paid)
        if name != "asgi":  # which hands over whole answers only
            assert (seen.status, len(seen.body)) == ((200, 7) if "sent=7" in rule else (None, 0))
        assert "hang" not in rule or seen.seconds >= 0.3
        assert way.create().status == 200


@pytest.mark.parametrize("rule", ANSWERED)
def test_answer_of_something_in_between_may_hide_a_paid_task(name: Name, rule: str) -> None:
    status, headers, paid = ANSWERED[rule]
    with WayIn(name, f"kind={rule},operation=create,nth=1") as way:
        seen = way.create()
        assert (seen.status, way.paid) == (status, paid)
        assert {header: seen.headers.get(header) for header in headers} == headers
        assert seen.body.startswith(b"<html>" if headers is HTML else b"{")
        assert way.create().status == 200


def test_call_that_hangs_runs_into_the_read_timeout_of_the_client(name: Name) -> None:
    bound = 0.3 if name == "asgi" else NEVER_COMES  # nothing of httpx keeps time where it calls an ASGI application
    with WayIn(name, f"kind=hang,operation=create,nth=1,seconds={bound}") as way:
        seen = way.create(read_timeout=0.5)
        assert (type(seen.error), way.paid) == (httpx.ReadTimeout, 1)
        assert way.create().status == 200


def test_truncated_film_is_half_there(name: Name) -> None:
    with WayIn(name, "kind=truncated_body,operation=download,nth=1") as way:
        film = way.film()
        broken, whole = way.ask("GET", film), way.ask("GET", film)
        assert (type(broken.error), whole.error) == (httpx.RemoteProtocolError, None)
        assert name == "asgi" or broken.body == whole.body[: len(whole.body) // 2]


def test_slow_body_arrives_slowly_and_complete(name: Name) -> None:
    with WayIn(name, "kind=slow_body,operation=create,pace=2000,nth=1") as way:
        seen = way.create()
        assert (seen.error, bool(seen.json()["task_id"])) == (None, True)
        assert seen.seconds >= len(seen.body) / 2000 * 0.9


def test_too_many_requests_may_say_until_when(name: Name) -> None:
    with WayIn(name, "kind=http_429,retry_after=90,retry_form=date") as way:
        headers = way.create().headers
        until = parsedate_to_datetime(headers["retry-after"]) - parsedate_to_datetime(headers["date"])
        assert 89 <= until.total_seconds() <= 90  # the clock may go on to the next second between the two


def test_answer_may_say_something_strange(name: Name) -> None:
    rules = ("unknown_state,operation=status,nth=1,word=reviewing", "null_fields,operation=create,nth=1", "late_list,seconds=20")
    with WayIn(name, *(f"kind={rule}" for rule in rules)) as way:
        answer = way.create().json()
        task_id = str(answer.pop("task_id"))
        assert set(answer.values()) == {None}
        assert [way.status(task_id).json()["state"] for _ in range(2)] == ["reviewing", "created"]
        way.emulator.clock.step(10)
        assert way.listed() == []
        way.emulator.clock.step(11)
        assert [as_object(task)["id"] for task in way.listed()] == [task_id]


def test_task_with_a_fault_fails_and_the_next_one_does_not(name: Name) -> None:
    with WayIn(name, "kind=task_fails,nth=1", "kind=task_moderated,nth=1") as way:
        tasks = [way.created() for _ in range(3)]
        way.emulator.clock.step(60)
        ends = [(answer["state"], answer["err_code"]) for answer in (way.status(task).json() for task in tasks)]
        assert ends == [("failed", "InternalServiceFailure"), ("failed", "CreationPolicyViolation"), ("success", "")]


def test_file_may_be_refused_as_expired_or_sent_from_another_place(name: Name) -> None:
    rules = ("expired_url,nth=1", "broken_range,nth=1", "broken_range,range_answer=whole_200,nth=2")
    with WayIn(name, *(f"kind={rule}" for rule in rules)) as way:
        film = way.film()
        refused, whole = way.ask("GET", film), way.ask("GET", film)
        assert (refused.status, refused.headers["content-type"], whole.status) == (403, "application/xml", 200)
        wrong, all_of_it, right = (way.ask("GET", film, headers={"range": "bytes=10-"}) for _ in range(3))
        assert [(answer.status, answer.headers.get("content-range", "")[:8]) for answer in (wrong, all_of_it, right)] == [
            (206, "bytes 11"), (200, ""), (206, "bytes 10"),
        ]  # fmt: skip
        assert all_of_it.body == whole.body
        assert right.body == whole.body[10:]


def test_fault_of_another_provider_changes_nothing(name: Name) -> None:
    with WayIn(name, "kind=html_502,provider=comfy") as way:
        seen = way.ask("GET", LIST, headers=KEY)
        assert (seen.status, json.loads(seen.body)["tasks"]) == (200, [])
