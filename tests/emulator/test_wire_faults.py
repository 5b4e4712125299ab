"""Every fault, through a port and in-process, as a plain HTTP client sees it, and what it means for the money."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx
import pytest
from wire_ways import KEY, LIST, NAMES, NEVER_COMES, Name, WayIn

from vidu_ext.emulator.faults.rules import KINDS
from vidu_ext.values.json import as_object

TRIED = {
    "answer_lost",
    "connection_reset",
    "hang",
    "slow_body",
    "truncated_body",
    "html_502",
    "html_520",
    "http_429",
    "http_503",
    "wrong_content_type",
    "unknown_state",
    "null_fields",
    "late_list",
    "expired_url",
    "broken_range",
    "task_fails",
    "task_moderated",
}


def test_every_kind_of_fault_is_tried_here() -> None:
    assert set(KINDS) == TRIED


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> Iterator[Name]:
    yield request.param


# -- broken connections ---------------------------------------------------------------------------------------------------


def test_an_answer_lost_is_a_paid_task_and_a_connection_closed_without_a_byte(name: Name) -> None:
    with WayIn(name, "kind=answer_lost,operation=create,nth=1") as way:
        seen = way.create()
        assert isinstance(seen.error, httpx.RemoteProtocolError)
        assert (seen.status, seen.body, way.paid) == (None, b"", 1)
        assert way.create().status == 200
        assert way.paid == 2


@pytest.mark.parametrize(("accepts", "paid"), [("false", 0), ("true", 1)])
def test_a_reset_comes_before_or_after_the_task_is_paid(name: Name, accepts: str, paid: int) -> None:
    with WayIn(name, f"kind=connection_reset,operation=create,accepts={accepts},nth=1") as way:
        seen = way.create()
        assert isinstance(seen.error, httpx.ReadError)
        assert (seen.status, way.paid) == (None, paid)
        assert way.create().status == 200


def test_a_call_that_hangs_runs_into_the_read_timeout_of_the_client(name: Name) -> None:
    bound = 0.3 if name == "asgi" else NEVER_COMES  # nothing of httpx keeps time where it calls an ASGI application
    with WayIn(name, f"kind=hang,operation=create,nth=1,seconds={bound}") as way:
        seen = way.create(read_timeout=0.5)
        assert isinstance(seen.error, httpx.ReadTimeout)
        assert way.paid == 1
        assert way.create().status == 200


def test_a_call_that_hangs_is_closed_after_its_time(name: Name) -> None:
    with WayIn(name, "kind=hang,operation=create,accepts=false,seconds=0.1") as way:
        seen = way.create(read_timeout=NEVER_COMES)
        assert isinstance(seen.error, httpx.ReadTimeout if name == "asgi" else httpx.RemoteProtocolError)
        assert seen.seconds >= 0.1
        assert way.paid == 0


def test_a_truncated_body_breaks_off_after_what_was_to_be_sent(name: Name) -> None:
    with WayIn(name, "kind=truncated_body,operation=create,sent=7") as way:
        seen = way.create()
        assert isinstance(seen.error, httpx.RemoteProtocolError)
        assert way.paid == 1
        if name != "asgi":  # which hands over whole answers only
            assert (seen.status, len(seen.body)) == (200, 7)
            assert int(seen.headers["content-length"]) > 7


def test_a_truncated_film_is_half_there(name: Name) -> None:
    with WayIn(name, "kind=truncated_body,operation=download,nth=1") as way:
        film = way.film()
        broken, whole = way.ask("GET", film), way.ask("GET", film)
        assert isinstance(broken.error, httpx.RemoteProtocolError)
        assert whole.error is None
        if name != "asgi":
            assert broken.body == whole.body[: len(whole.body) // 2]


def test_a_slow_body_arrives_slowly_and_complete(name: Name) -> None:
    with WayIn(name, "kind=slow_body,operation=create,pace=2000,nth=1") as way:
        seen = way.create()
        assert seen.error is None
        assert seen.json()["task_id"]
        assert seen.seconds >= len(seen.body) / 2000 * 0.9


# -- answers of something in between ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [502, 520])
@pytest.mark.parametrize(("accepts", "paid"), [("true", 1), ("false", 0)])
def test_the_page_of_a_gateway_may_hide_a_paid_task(name: Name, status: int, accepts: str, paid: int) -> None:
    with WayIn(name, f"kind=html_{status},operation=create,accepts={accepts}") as way:
        seen = way.create()
        assert (seen.status, seen.headers["content-type"], way.paid) == (status, "text/html", paid)
        assert b"<html>" in seen.body


def test_too_many_requests_are_refused_unpaid_and_need_not_say_for_how_long(name: Name) -> None:
    with WayIn(name, "kind=http_429,operation=create") as way:
        seen = way.create()
        assert (seen.status, way.paid) == (429, 0)
        assert "retry-after" not in seen.headers
        assert as_object(json.loads(seen.body))["message"]


def test_too_many_requests_may_say_for_how_many_seconds(name: Name) -> None:
    with WayIn(name, "kind=http_429,retry_after=1.5") as way:
        assert way.create().headers["retry-after"] == "1.5"


def test_too_many_requests_may_say_until_when(name: Name) -> None:
    with WayIn(name, "kind=http_429,retry_after=90,retry_form=date") as way:
        headers = way.create().headers
        until = parsedate_to_datetime(headers["retry-after"]) - parsedate_to_datetime(headers["date"])
        assert 89 <= until.total_seconds() <= 90  # the clock may go on to the next second between the two


@pytest.mark.parametrize(("accepts", "paid"), [("true", 1), ("false", 0)])
def test_out_of_service_may_hide_a_paid_task(name: Name, accepts: str, paid: int) -> None:
    with WayIn(name, f"kind=http_503,operation=create,accepts={accepts},retry_after=3") as way:
        seen = way.create()
        assert (seen.status, seen.headers["retry-after"], way.paid) == (503, "3", paid)


def test_json_may_be_labelled_as_something_else(name: Name) -> None:
    with WayIn(name, "kind=wrong_content_type,operation=create") as way:
        seen = way.create()
        assert (seen.status, seen.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert seen.json()["task_id"]


# -- answers that say something strange --------------------------------------------------------------------------------------


def test_a_task_may_be_in_an_undocumented_state(name: Name) -> None:
    with WayIn(name, "kind=unknown_state,operation=status,nth=1,word=reviewing") as way:
        task_id = way.created()
        assert way.status(task_id).json()["state"] == "reviewing"
        assert way.status(task_id).json()["state"] != "reviewing"


def test_a_create_answer_may_hold_nothing_but_the_id(name: Name) -> None:
    with WayIn(name, "kind=null_fields,operation=create") as way:
        answer = way.create().json()
        assert answer.pop("task_id")
        assert set(answer.values()) == {None}


def test_a_new_task_may_be_missing_from_the_list_for_longer_than_usual(name: Name) -> None:
    with WayIn(name, "kind=late_list,seconds=20") as way:
        task_id = way.created()
        way.emulator.clock.step(10)
        assert way.listed() == []
        way.emulator.clock.step(11)
        assert [as_object(task)["id"] for task in way.listed()] == [task_id]


def test_a_task_with_a_fault_fails_and_the_next_one_does_not(name: Name) -> None:
    with WayIn(name, "kind=task_fails,nth=1") as way:
        first, second = way.created(), way.created()
        way.emulator.clock.step(60)
        assert way.status(first).json()["state"] == "failed"
        assert way.status(second).json()["state"] == "success"


def test_a_task_fails_in_moderation(name: Name) -> None:
    with WayIn(name, "kind=task_moderated") as way:
        task_id = way.created()
        way.emulator.clock.step(60)
        answer = way.status(task_id).json()
        assert answer["state"] == "failed"
        assert "PolicyViolation" in str(answer["err_code"])


# -- files --------------------------------------------------------------------------------------------------------------------


def test_a_signed_address_may_be_refused_as_expired(name: Name) -> None:
    with WayIn(name, "kind=expired_url,nth=1") as way:
        film = way.film()
        refused = way.ask("GET", film)
        assert (refused.status, refused.headers["content-type"]) == (403, "application/xml")
        assert way.ask("GET", film).status == 200


def test_a_range_may_be_answered_with_a_range_that_was_not_asked_for(name: Name) -> None:
    with WayIn(name, "kind=broken_range,nth=1") as way:
        film = way.film()
        assert way.ask("GET", film).status == 200  # no range was asked for: the rule does not count it
        broken, right = (way.ask("GET", film, headers={"range": "bytes=10-"}) for _ in range(2))
        assert (broken.status, right.status) == (206, 206)
        assert right.headers["content-range"].startswith("bytes 10-")
        assert broken.headers["content-range"].startswith("bytes 11-")


def test_a_range_may_be_answered_with_the_whole_file(name: Name) -> None:
    with WayIn(name, "kind=broken_range,range_answer=whole_200,nth=1") as way:
        film = way.film()
        whole = way.ask("GET", film, headers={"range": "bytes=10-"})
        part = way.ask("GET", film, headers={"range": "bytes=10-"})
        assert (whole.status, part.status) == (200, 206)
        assert whole.body[10:] == part.body


def test_a_list_without_a_fault_is_unchanged(name: Name) -> None:
    with WayIn(name, "kind=html_502,provider=comfy") as way:
        assert way.ask("GET", LIST, headers=KEY).status == 200
