"""Callbacks of the emulator: to this machine only, unless it is configured otherwise."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from functools import partial
from typing import cast

import httpx
import pytest
from core_calls import Calls

from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.http.app import asgi
from vidu_ext.emulator.http.notice_delivery import Reach, deliver
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.values.errors import ConfigurationError

IMPOSSIBLE_PORT = 99_999
URL = "http://127.0.0.1:9/told?by=vidu"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Make a task for each URL. Returns the states in the notices to a receiver, which answers with these statuses at first."""

    def play(*urls: str, statuses: tuple[int, ...] = ()) -> list[str]:
        states: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            assert request.headers["x-hmac-signature"]
            if request.url.port == IMPOSSIBLE_PORT:
                raise OverflowError  # as a socket does
            states.append(json.loads(request.content)["state"])
            return httpx.Response(([*statuses, *[200] * 9])[len(states) - 1])

        monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=httpx.MockTransport(answer)))
        calls = Calls()
        for url in urls:
            calls.create(callback_url=url)

        async def run() -> None:
            delivering = asyncio.create_task(deliver(calls.emulator, "loopback"))
            for _ in range(30):
                calls.step(1.0)
                await asyncio.sleep(0.02)
            assert not delivering.done()
            delivering.cancel()

        asyncio.run(run())
        return states

    return play


def test_callback_reaches_this_machine_signed_without_any_poll(told: Callable[..., list[str]]) -> None:
    assert told(URL) == ["processing", "success"]


def test_callback_that_is_not_accepted_is_sent_again(told: Callable[..., list[str]]) -> None:
    assert told(URL, statuses=(200, 500, 503)) == ["processing", "success", "success", "success"]


@pytest.mark.parametrize("url", [f"http://127.0.0.1:{IMPOSSIBLE_PORT}/told", "http://["])
def test_callback_that_cannot_be_sent_does_not_end_the_others(told: Callable[..., list[str]], url: str) -> None:
    assert told(url, URL) == ["processing", "success"]


@pytest.mark.parametrize("host", ["192.0.2.1", "127.0.0.1.example.com", "localhost@example.com"])
def test_callback_to_another_machine_is_not_sent(
    told: Callable[..., list[str]], host: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "vidu_ext.emulator"):
        assert told(f"http://{host}/told") == []
    assert "sends to this machine only" in caplog.text


@pytest.mark.parametrize("word", ["off", None])
def test_unknown_value_of_callbacks_is_refused(word: object) -> None:
    for make in (partial(asgi, Emulator()), EmulatorServer):
        with pytest.raises(ConfigurationError, match="callbacks go to loopback or anywhere"):
            make(callbacks=cast("Reach", word))
