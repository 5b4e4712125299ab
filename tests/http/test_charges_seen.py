"""What a provider charges is held to the documented price: another charge is drift, said once, and ends nothing."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
import respx

from vidu_ext import Account, AsyncVidu, Settings, TextToVideo, Vidu
from vidu_ext.values.drift import Drift

FILM = TextToVideo(prompt="a paper bird", model="viduq3-pro", resolution="540p", duration=4)
"""36 credits by the printed price page: 9 a second."""
KEYS = [Account(provider="vidu", key="key-of-vidu")]


def submit(way: str, charge: object, times: int = 1) -> tuple[list[Drift], list[str]]:
    found: list[Drift] = []
    refs: list[str] = []
    settings = Settings(on_drift=found.append)

    async def awaited() -> None:
        async with AsyncVidu(KEYS, settings=settings) as vidu:
            for _ in range(times):
                refs.append(str((await vidu.submit(FILM)).ref))

    with respx.mock() as router:
        answer = {"task_id": "1", "state": "created", "credits": charge}
        router.post("https://api.vidu.com/ent/v2/text2video").mock(return_value=httpx.Response(200, json=answer))
        if way == "awaited":
            asyncio.run(awaited())
        else:
            with Vidu(KEYS, settings=settings) as vidu:
                refs += [str(vidu.submit(FILM).ref) for _ in range(times)]
    return [one for one in found if one.what == "charge"], refs


both_ways = pytest.mark.parametrize("way", ["blocking", "awaited"])


@both_ways
def test_charge_that_is_not_the_documented_price_is_said_once(way: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "vidu_ext"):
        (drift,), refs = submit(way, 40, times=3)
    assert refs == ["vidu:1"] * 3
    assert (drift.grade, drift.operation, drift.pointer, drift.seen) == ("changed", "textToVideo", "#/credits", "40 credits")
    assert drift.documented.startswith("36 credits (0.18 USD)")
    assert [record.levelname for record in caplog.records if "40 credits" in record.getMessage()] == ["WARNING"]


@both_ways
def test_charge_that_is_the_documented_price_is_no_drift(way: str) -> None:
    assert submit(way, 36) == ([], ["vidu:1"])


@pytest.mark.parametrize("charge", [None, "many", -5, True])
def test_charge_that_is_no_number_ends_nothing(charge: object) -> None:
    assert submit("blocking", charge) == ([], ["vidu:1"])


def test_explanation_names_the_price() -> None:
    with Vidu(KEYS) as vidu:
        (line,) = vidu.explain(FILM)
    assert line.price is not None
    assert line.price.amount == 36.0
    assert "vidu can serve it for 36 credits (0.18 USD)" in str(line)
