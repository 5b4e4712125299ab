"""A charge that differs from the documented price is reported once as drift, and fails no call."""

from __future__ import annotations

import logging
from typing import Any
from unittest.mock import MagicMock

import httpx
import pytest
import respx
from playing import Way, both_ways, client

from vidu_ext import Account, Settings, TextToVideo
from vidu_ext.client.account_choice import AccountChoice
from vidu_ext.values.drift import Drift
from vidu_ext.values.errors import TaskFailedError

FILM = TextToVideo(prompt="a paper bird", model="viduq3-pro", resolution="540p", duration=4)
"""36 credits by the printed price page: 9 a second."""
FILMS = {"vidu": FILM, "comfy": TextToVideo(prompt="a", model="viduq3-turbo", resolution="720p", duration=5)}
ADDRESSES = {"vidu": "https://api.vidu.com/ent/v2/text2video", "comfy": "https://api.comfy.org/proxy/vidu/text2video"}
KEYS = [Account(provider="vidu", key="key-of-vidu")]


def charge_drift(
    way: Way, charge: object, times: int = 1, *, provider: str = "vidu", header: str = ""
) -> tuple[list[Drift], list[str]]:
    """Submit `times` tasks that cost `charge`; return the drift of charges and the references."""
    drifts: list[Drift] = []
    with respx.mock() as router:
        answer = {"task_id": "1", "state": "created", "credits": charge}
        router.post(ADDRESSES[provider]).mock(return_value=httpx.Response(200, json=answer, headers=charged(header)))
        with client(way, [Account(provider=provider, key="key-of-a-test")], Settings(on_drift=drifts.append)) as vidu:
            refs = [str(vidu.submit(FILMS[provider]).ref) for _ in range(times)]
    return [drift for drift in drifts if drift.what == "charge"], refs


@both_ways
def test_charge_that_is_not_the_documented_price_is_reported_once(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        (drift,), refs = charge_drift(way, 40, times=3)
    assert refs == ["vidu:1"] * 3
    assert (drift.grade, drift.operation, drift.pointer, drift.seen) == ("changed", "textToVideo", "#/credits", "40 credits")
    assert drift.documented.startswith("36 credits (0.18 USD)")
    assert [record.levelname for record in caplog.records if "40 credits" in record.getMessage()] == ["WARNING"]


@pytest.mark.parametrize("charge", [None, "many", -5, True, 0])
def test_charge_that_is_no_valid_amount_is_ignored(charge: object) -> None:
    assert charge_drift("blocking", charge) == ([], ["vidu:1"])


def test_failure_to_compare_a_charge_is_logged_and_loses_no_task(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(AccountChoice, "documented", MagicMock(side_effect=ZeroDivisionError))
    with caplog.at_level(logging.DEBUG, "vidu_ext"):
        drift, refs = charge_drift("blocking", 40)
    assert (drift, refs) == ([], ["vidu:1"])
    assert "the charge of vidu:1 could not be compared: ZeroDivisionError" in caplog.text


@both_ways
@pytest.mark.parametrize(("header", "seen"), [("63.3", []), ("63.299", []), ("70", ["70 credits"]), ("many", [])])
def test_charge_at_comfy_is_compared_in_its_own_credits_only(way: Way, header: str, seen: list[str]) -> None:
    """Its price page: 12.66 of its credits a second, 63.3 for five. The credits in the body are Vidu's."""
    drifts, refs = charge_drift(way, 55, provider="comfy", header=header)
    assert (refs, [drift.seen for drift in drifts]) == (["comfy:1"], seen)
    assert all(drift.pointer == "x-comfy-credits-used" and drift.documented.startswith("63.3 credits") for drift in drifts)


def costs(
    way: Way, polled: str, *, created: str = "", state: str = "success", is_new: bool = True, drifts: list[Drift] | None = None
) -> list[float | None]:
    """Return the cost of a task at Comfy by its status and by its wait, for these charge headers of the create and the polls."""
    answer = {"id": "1", "state": state, "err_code": "", "credits": 60, "creations": [{"id": "2", "url": "https://e.com/a.mp4"}]}
    created_answer = httpx.Response(200, json={"task_id": "1", "state": "created", "credits": 60}, headers=charged(created))
    settings = Settings(on_drift=drifts.append if drifts is not None else None)
    with (
        respx.mock(assert_all_called=False) as router,
        client(way, [Account(provider="comfy", key="key-of-a-test")], settings) as vidu,
    ):
        router.post(ADDRESSES["comfy"]).mock(return_value=created_answer)
        poll_answer = httpx.Response(200, json=answer, headers=charged(polled))
        router.get("https://api.comfy.org/proxy/vidu/tasks/1/creations").mock(return_value=poll_answer)
        ref = vidu.submit(FILMS["comfy"]).ref if is_new else "comfy:1"
        by_status = vidu.status(ref).credits
        try:
            return [by_status, vidu.wait(ref).credits]
        except TaskFailedError as error:
            return [by_status, error.snapshot.credits if error.snapshot else None]


def charged(credits_: str) -> dict[str, str]:
    return {"X-Comfy-Credits-Used": credits_} if credits_ else {}


@both_ways
@pytest.mark.parametrize(
    ("state", "charge", "seen"),
    [("success", 40, ["40 credits"]), ("success", 36, []), ("success", 0, []), ("failed", 0, []), ("processing", 40, [])],
)
def test_charge_of_a_finished_task_is_compared_with_the_price_too(way: Way, state: str, charge: int, seen: list[str]) -> None:
    """The answer to the create has the price, the last one what was charged: 0 after a cancel, by Vidu's page."""
    drifts: list[Drift] = []
    created = {"task_id": "1", "state": "created", "credits": 36}
    answer: dict[str, object] = {"id": "1", "state": state, "err_code": "", "credits": charge, "creations": []}
    with respx.mock() as router, client(way, KEYS, Settings(on_drift=drifts.append)) as vidu:
        router.post(ADDRESSES["vidu"]).mock(return_value=httpx.Response(200, json=created))
        router.get("https://api.vidu.com/ent/v2/tasks/1/creations").mock(return_value=httpx.Response(200, json=answer))
        vidu.status(vidu.submit(FILM).ref)
    assert [drift.seen for drift in drifts if drift.what == "charge"] == seen


@both_ways
@pytest.mark.parametrize(
    ("case", "cost"),
    [
        ({"polled": "63.3"}, 63.3),
        ({"polled": "", "created": "63.3"}, 63.3),
        ({"polled": "64", "created": "63.3"}, 64.0),
        ({"polled": ""}, None),
        ({"polled": "", "created": "63.3", "is_new": False}, None),
        ({"polled": "", "created": "63.3", "state": "failed"}, None),
    ],
)
def test_cost_at_comfy_is_its_header_and_not_the_credits_of_vidu(way: Way, case: dict[str, Any], cost: float | None) -> None:
    """Once, the cost was Vidu's 60 credits in the body. A process that did not submit the task sees only polls."""
    assert costs(way, **case) == [cost, cost]


@both_ways
@pytest.mark.parametrize(("polled", "seen"), [("63.3", []), ("70", ["70 credits"])])
def test_charge_that_only_a_poll_reports_is_compared_once(way: Way, polled: str, seen: list[str]) -> None:
    drifts: list[Drift] = []
    costs(way, polled, drifts=drifts)
    assert [drift.seen for drift in drifts if drift.what == "charge"] == seen
