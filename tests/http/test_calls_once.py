"""Calls that answer at once, under a key of the user's own: asked once, answered from the store, never asked again blindly."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playing import both_ways
from vidu_clients.vidu.models import TextToSpeechRequest

from vidu_ext import AsyncVidu, NoProviderError, OperationRequest, OrderError, Price, Settings, SubmissionUnknownError, Vidu
from vidu_ext.emulator import EmulatorServer, FaultRule
from vidu_ext.providers.accounts import accounts_from_environment

SPEECH = OperationRequest("vidu", "textToSpeech", {"text": "Hello", "voice_setting_voice_id": "v"})
TYPED = TextToSpeechRequest(text="Hello", voice_setting_voice_id="v")
"""10 credits by the printed price page."""


@pytest.fixture
def emulator() -> Iterator[EmulatorServer]:
    with EmulatorServer() as server:
        yield server


def call(
    way: str,
    server: EmulatorServer,
    folder: Path,
    request: OperationRequest | TextToSpeechRequest = SPEECH,
    *,
    once: str | None = None,
    again: bool = False,
    at_most: Price | None = None,
) -> object:
    keys = [one for one in accounts_from_environment(server.env()) if one.provider == "vidu"]
    settings = Settings(orders=folder / "orders.sqlite")

    async def awaited() -> object:
        async with AsyncVidu(keys, settings=settings) as vidu:
            return await vidu.call(request, once=once, again=again, at_most=at_most)

    if way == "awaited":
        return asyncio.run(awaited())
    with Vidu(keys, settings=settings) as vidu:
        return vidu.call(request, once=once, again=again, at_most=at_most)


@both_ways
@pytest.mark.parametrize("request_of", [SPEECH, TYPED], ids=["by its name", "typed"])
def test_call_with_the_same_key_returns_the_same_answer_and_is_paid_once(
    way: str, request_of: OperationRequest | TextToSpeechRequest, emulator: EmulatorServer, tmp_path: Path
) -> None:
    first, second = (call(way, emulator, tmp_path, request_of, once="k") for _ in range(2))
    assert first == second
    assert len(emulator.emulator.ledger.paid) == 1
    assert call(way, emulator, tmp_path, request_of, once="k", again=True) != first
    assert len(emulator.emulator.ledger.paid) == 2


@both_ways
def test_key_of_another_request_is_refused(way: str, emulator: EmulatorServer, tmp_path: Path) -> None:
    call(way, emulator, tmp_path, once="k")
    with pytest.raises(OrderError, match="another request"):
        call(way, emulator, tmp_path, TYPED, once="k")
    assert len(emulator.emulator.ledger.paid) == 1


@both_ways
def test_call_above_the_ceiling_is_not_sent(way: str, emulator: EmulatorServer, tmp_path: Path) -> None:
    with pytest.raises(NoProviderError, match="more than the ceiling"):
        call(way, emulator, tmp_path, at_most=Price(credits=9))
    call(way, emulator, tmp_path, at_most=Price(credits=10))
    assert len(emulator.emulator.ledger.paid) == 1


@both_ways
def test_call_whose_answer_was_lost_stays_unknown_under_its_key(way: str, tmp_path: Path) -> None:
    with EmulatorServer(rules=[FaultRule(kind="answer_lost", operation="textToSpeech", nth=1)]) as server:
        for reason in ("without sending a response", "it was left unknown"):
            with pytest.raises(SubmissionUnknownError, match=reason):
                call(way, server, tmp_path, once="k")
        assert server.emulator.ledger.count("vidu", "textToSpeech") == 1
