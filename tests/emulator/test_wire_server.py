"""The emulator behind a port: connections, requests that are too large, event streams, a stepped clock, start and end."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import closing
from http.client import HTTPConnection

import httpx
import pytest
from starlette.testclient import TestClient
from wire_ways import BEARER, CREATE, KEY, NAMES, NEVER_COMES, PATIENCE, STREAM, STREAMED, Name, WayIn

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.http.app import asgi
from vidu_ext.emulator.http.server import EmulatorServer, open_socket
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.providers import PROVIDERS
from vidu_ext.values.errors import ConfigurationError


def connected(server: EmulatorServer) -> closing[HTTPConnection]:
    return closing(HTTPConnection(server.origin.removeprefix("http://"), timeout=5))


# -- connections ----------------------------------------------------------------------------------------------------------


def test_answer_does_not_wait_for_the_client_to_acknowledge_its_first_half() -> None:
    times: list[float] = []
    with EmulatorServer() as server, connected(server) as connection:
        for _ in range(11):
            began = time.perf_counter()
            connection.request("GET", "/ent/v2/credits", headers=KEY)
            connection.getresponse().read()
            times.append(time.perf_counter() - began)
    assert min(times) < 0.04  # the delay of an acknowledgement, which each answer takes if its second half waits for one


def test_call_that_hangs_delays_neither_other_calls_nor_the_end_of_the_server() -> None:
    failures: list[httpx.HTTPError | None] = []
    with WayIn("port", f"kind=hang,operation=create,nth=1,seconds={NEVER_COMES}") as way:
        waiting = threading.Thread(target=lambda: failures.append(way.create(read_timeout=NEVER_COMES).error))
        waiting.start()
        way.until_paid()
        assert way.create().status == 200
        assert waiting.is_alive()
    waiting.join()
    assert failures[0] is not None


def test_answers_have_the_date_of_the_clock_and_head_has_the_length_of_a_video_without_its_bytes() -> None:
    emulator = Emulator(clock=Clock(rate=0, start=1_000_000_000))
    with WayIn("port", emulator=emulator) as way:
        assert way.create().headers["date"] == "Sun, 09 Sep 2001 01:46:40 GMT"
        url = way.film()
        head, whole = way.ask("HEAD", url), way.ask("GET", url)
        assert (head.status, head.body) == (200, b"")
        assert int(head.headers["content-length"]) == len(whole.body) > 0


# -- requests that are too large ------------------------------------------------------------------------------------------


def test_request_that_announces_too_much_is_refused_before_it_is_read() -> None:
    with EmulatorServer() as server, connected(server) as connection:
        connection.request("POST", CREATE, headers={"content-length": "999999999999"})
        assert connection.getresponse().status == 413


def test_request_that_turns_out_to_be_too_large_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vidu_ext.emulator.http.replies.MOST_BODY", 1_000)
    emulator = Emulator()

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 100

    async def ask() -> int:
        transport = httpx.ASGITransport(asgi(emulator))
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator.localhost") as client:
            return (await client.post(CREATE, headers=KEY, content=chunks())).status_code

    assert asyncio.run(ask()) == 413
    assert not emulator.ledger.paid


# -- event streams --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_event_stream_is_sent_over_time_and_ends_with_the_task(name: Name) -> None:
    emulator = Emulator(EmulatorSettings(queue_seconds=0.05, processing_seconds=0.1))
    with WayIn(name, emulator=emulator) as way:
        seen = way.ask("POST", STREAM, headers=BEARER, json=STREAMED)
        assert (seen.status, seen.error) == (200, None)
        assert seen.headers["content-type"].startswith("text/event-stream")
        assert b"COMPLETED" in seen.body
        assert seen.seconds >= 0.1


def test_truncated_event_stream_ends_after_the_bytes_that_the_rule_allows() -> None:
    with WayIn("port", "kind=truncated_body,provider=skills_video,sent=20") as way:
        seen = way.ask("POST", STREAM, headers=BEARER, json=STREAMED)
        assert isinstance(seen.error, httpx.RemoteProtocolError)
        assert seen.body.startswith(b"data: ")
        assert len(seen.body) == 20


# -- a clock that is stepped by hand --------------------------------------------------------------------------------------


def stepped(*rules: str) -> Emulator:
    return Emulator(clock=Clock(rate=0), rules=rules)


@pytest.mark.parametrize("name", ["transport", "async transport", "asgi"])
def test_call_that_hangs_times_out_at_once_if_the_clock_is_stepped_by_hand(name: Name) -> None:
    with WayIn(name, emulator=stepped("kind=hang,operation=create")) as way:
        seen = way.create(read_timeout=NEVER_COMES)
        assert isinstance(seen.error, httpx.ReadTimeout)


@pytest.mark.parametrize("name", ["transport", "async transport"])
def test_stream_in_process_steps_the_clock_itself(name: Name) -> None:
    emulator = stepped()
    before = emulator.clock.now()
    with WayIn(name, emulator=emulator) as way:
        seen = way.ask("POST", STREAM, headers=BEARER, json=STREAMED)
    assert b"COMPLETED" in seen.body
    assert emulator.clock.now() - before == pytest.approx(5.0)


def test_stream_of_the_server_continues_when_the_clock_is_stepped() -> None:
    emulator = stepped()
    with WayIn("port", emulator=emulator) as way:
        bodies: list[bytes] = []

        def ask() -> None:
            bodies.append(way.ask("POST", STREAM, headers=BEARER, json=STREAMED).body)

        waiting = threading.Thread(target=ask)
        waiting.start()
        way.until_paid()
        assert not bodies
        emulator.clock.step(60)
        waiting.join(PATIENCE)
    assert b"COMPLETED" in bodies[0]


def test_step_just_after_the_request_of_a_stream_affects_it(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = stepped()
    answered = emulator.handle

    def answered_and_stepped(request: ServerRequest) -> ServerReply:
        reply = answered(request)
        emulator.clock.step(60)
        return reply

    monkeypatch.setattr(emulator, "handle", answered_and_stepped)
    with WayIn("port", emulator=emulator) as way:
        seen = way.ask("POST", STREAM, headers=BEARER, json=STREAMED, read_timeout=PATIENCE)
    assert b"COMPLETED" in seen.body


# -- start and end --------------------------------------------------------------------------------------------------------


def test_address_that_cannot_be_listened_on_is_an_error_in_one_line() -> None:
    with EmulatorServer() as server:
        used_port = int(server.origin.rpartition(":")[2])
        for host, port, message in (
            ("127.0.0.1", used_port, rf"cannot listen on 127\.0\.0\.1:{used_port}: Address already in use\. Choose another port"),
            ("", 0, "needs an address to listen on"),
            ("127.0.0.1", 99_999, r"cannot listen on 127\.0\.0\.1:99999"),
            ("203.0.113.1", 0, r"on 203\.0\.113\.1:0: [A-Za-z ]+\. Choose an address of this machine\.$"),
        ):
            with pytest.raises(ConfigurationError, match=message) as caught:
                EmulatorServer(host=host, port=port).__enter__()
            assert "\n" not in str(caught.value)


def test_host_that_others_can_reach_causes_a_warning(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    opened = socket.create_server(("127.0.0.1", 0))

    def create_server(*_: object, **__: object) -> socket.socket:
        return opened

    monkeypatch.setattr(socket, "create_server", create_server)
    with opened, caplog.at_level(logging.WARNING, "vidu_ext.emulator"):
        open_socket("127.0.0.1", 0)
        assert not caplog.records
        open_socket("0.0.0.0", 0)  # noqa: S104  # create_server is replaced above
    assert "everyone who can reach this machine" in caplog.text


PATHS = ("/", "/_emulator/state", "/_emulator/page/page.js", "/ent/v2/credits", "/files/vidu/1/1.mp4", "/storage/1", "/nothing")


def statuses(host: str, own: str = "") -> set[int]:
    """Return the statuses of requests for every kind of path with this Host header, at a server of another machine's address."""
    client = TestClient(asgi(Emulator(), hosts=(own,)), base_url="http://192.168.1.5:8400")
    headers = [(b"host", host.encode("latin-1")), (b"authorization", b"Token k")]
    return {client.get(path, headers=headers).status_code for path in PATHS}


@pytest.mark.parametrize(
    "host",
    [
        "x.8.b.d.0.1.0.0.2.ip6.arpa", "rebound.example.org:8080", "127.0.0.1.nip.io", "localhost.example.com",
        "localhost@example.com", "example.com#localhost", "emulator", "emulator.local", "notlocalhost", "192.168.1.6",
        "[2001:db8::1]", "127.1", "0x7f000001", "", "localhost:80@example.com", "\xe9.localhost", "localhost, example.com",
    ],
)  # fmt: skip
def test_request_for_a_host_name_that_others_can_own_is_refused(host: str) -> None:
    """Once, a name below ip6.arpa was answered, which its owner can point at this machine."""
    assert statuses(host) == {403}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.2:80", "[::1]:80", "localhost", "LocalHost:8400", "localhost.", "a.b.localhost",
        "192.168.1.5:8400", "studio.example.com", "Studio.Example.com.",
    ],
)  # fmt: skip
def test_request_for_this_machine_or_the_listening_address_is_answered(host: str) -> None:
    answered = statuses(host, own="studio.example.com")
    assert 200 in answered
    assert 403 not in answered


def test_environment_has_a_key_for_each_provider_that_the_emulator_accepts() -> None:
    with EmulatorServer(settings=EmulatorSettings(keys={"vidu": "the-only-key"})) as server:
        env = server.env()
        assert env["VIDU_API_KEY"] == "the-only-key"
        names = [f"{name}_{end}" for name in map(str.upper, PROVIDERS) for end in ("API_KEY", "BASE_URL")]
        assert sorted(env) == sorted([*names, "VIDU_POLL_SECONDS"])
        assert all(value.startswith(server.origin) for name, value in env.items() if name.endswith("_BASE_URL"))
