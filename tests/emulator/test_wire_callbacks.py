"""Callbacks of the emulator's server: to this machine only, unless it is configured otherwise."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

import pytest
from wire_ways import BODY, CREATE, KEY, PATIENCE, QUICK, WayIn

from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.http.app import asgi
from vidu_ext.emulator.http.notice_delivery import Reach, is_loopback
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import Json

# -- callbacks ------------------------------------------------------------------------------------------------------------


@contextmanager
def listener(*statuses: int) -> Generator[tuple[str, list[tuple[dict[str, str], dict[str, Json]]]]]:
    """An address that takes callbacks, answering with these statuses and then with 200; and what it was sent."""
    taken: list[tuple[dict[str, str], dict[str, Json]]] = []
    left = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # named by http.server
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.append(({name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
            self.send_response(left.pop(0) if left else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as http.server names them
            """Nothing: it would go to stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/told?by=vidu", taken
        finally:
            server.shutdown()
            thread.join()


def waited_for(taken: list[tuple[dict[str, str], dict[str, Json]]], count: int) -> list[str]:
    deadline = time.monotonic() + PATIENCE
    while len(taken) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.15)  # for those that should not come
    return sorted(str(body["state"]) for _, body in taken)  # under load they may overtake each other


def test_callback_reaches_this_machine_signed_without_any_poll() -> None:
    with listener() as (url, taken), WayIn("port", emulator=Emulator(QUICK)) as way:
        way.ask("POST", CREATE, headers=KEY, json={**BODY, "callback_url": url})
        assert waited_for(taken, 2) == ["processing", "success"]
        assert all(headers["x-hmac-signature"] for headers, _ in taken)


def test_callback_that_is_not_accepted_is_sent_again() -> None:
    with listener(200, 500, 503) as (url, taken), WayIn("port", emulator=Emulator(QUICK)) as way:
        way.ask("POST", CREATE, headers=KEY, json={**BODY, "callback_url": url})
        assert waited_for(taken, 4) == ["processing", "success", "success", "success"]


def test_callback_to_an_impossible_port_does_not_end_the_others() -> None:
    with listener() as (url, taken), WayIn("port", emulator=Emulator(QUICK)) as way:
        way.ask("POST", CREATE, headers=KEY, json={**BODY, "callback_url": "http://127.0.0.1:99999/told"})
        way.ask("POST", CREATE, headers=KEY, json={**BODY, "callback_url": url})
        assert waited_for(taken, 2) == ["processing", "success"]


def test_callback_to_another_machine_is_not_sent(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "vidu_ext.emulator"), WayIn("port", emulator=Emulator(QUICK)) as way:
        way.ask("POST", CREATE, headers=KEY, json={**BODY, "callback_url": "http://192.0.2.1/told"})
        deadline = time.monotonic() + PATIENCE
        while "sends to this machine only" not in caplog.text:
            assert time.monotonic() < deadline, "nothing was said"
            time.sleep(0.01)


@pytest.mark.parametrize("word", ["off", None])
def test_unknown_value_of_callbacks_is_refused(word: object) -> None:
    with pytest.raises(ConfigurationError, match="callbacks go to loopback or anywhere"):
        EmulatorServer(callbacks=cast("Reach", word))
    with pytest.raises(ConfigurationError, match="callbacks go to loopback or anywhere"):
        asgi(Emulator(), callbacks=cast("Reach", word))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000/a", True),
        ("http://[::1]:80/", True),
        ("http://127.0.0.1.example.com/", False),
        ("http://localhost@example.com/", False),
        ("http://[", False),
        ("/told", False),
    ],
)
def test_url_of_another_machine_is_not_loopback(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
