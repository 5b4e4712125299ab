"""A clock that only `step` moves: waits in process step it, streams follow it."""

from __future__ import annotations

import threading

import httpx
import pytest
from wire_ways import NEVER_COMES, PATIENCE, STREAM, STREAMED, Name, WayIn, until_paid

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.faults.rules import FaultRule
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.settings import EmulatorSettings

# -- a clock that is stepped by hand --------------------------------------------------------------------------------------


def stepped(*rules: str) -> Emulator:
    return Emulator(clock=Clock(rate=0), rules=[FaultRule.parse(rule) for rule in rules])


@pytest.mark.parametrize("name", ["transport", "async transport", "asgi"])
def test_a_call_that_hangs_times_out_at_once_if_the_clock_is_stepped_by_hand(name: Name) -> None:
    with WayIn(name, emulator=stepped("kind=hang,operation=create")) as way:
        seen = way.create(read_timeout=NEVER_COMES)
        assert isinstance(seen.error, httpx.ReadTimeout)


@pytest.mark.parametrize("name", ["transport", "async transport"])
def test_a_stream_in_process_steps_the_clock_itself(name: Name) -> None:
    emulator = stepped()
    before = emulator.clock.now()
    with WayIn(name, emulator=emulator) as way:
        seen = way.ask("POST", STREAM, headers={"authorization": "Bearer emulator-key"}, json=STREAMED)
    assert b"COMPLETED" in seen.body
    assert emulator.clock.now() - before == pytest.approx(5.0)


def test_a_stream_of_the_server_continues_when_the_clock_is_stepped() -> None:
    emulator = stepped()
    with WayIn("port", emulator=emulator) as way:
        found: list[bytes] = []

        def ask() -> None:
            found.append(way.ask("POST", STREAM, headers={"authorization": "Bearer emulator-key"}, json=STREAMED).body)

        waiting = threading.Thread(target=ask)
        waiting.start()
        until_paid(way)
        assert not found
        emulator.clock.step(60)
        waiting.join(PATIENCE)
    assert b"COMPLETED" in found[0]


def test_a_step_just_after_the_request_of_a_stream_affects_it(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = stepped()
    answered = emulator.handle

    def answered_and_stepped(request: ServerRequest) -> ServerReply:
        reply = answered(request)
        emulator.clock.step(60)
        return reply

    monkeypatch.setattr(emulator, "handle", answered_and_stepped)
    with WayIn("port", emulator=emulator) as way:
        seen = way.ask("POST", STREAM, headers={"authorization": "Bearer emulator-key"}, json=STREAMED, read_timeout=PATIENCE)
    assert b"COMPLETED" in seen.body


def test_silence_in_a_stream_runs_into_the_read_timeout() -> None:
    emulator = Emulator(EmulatorSettings(queue_seconds=0.01, processing_seconds=30))
    with WayIn("transport", emulator=emulator) as way:
        seen = way.ask("POST", STREAM, headers={"authorization": "Bearer k"}, json=STREAMED, read_timeout=0.1)
        assert isinstance(seen.error, httpx.ReadTimeout)
