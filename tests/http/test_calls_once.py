"""Calls with `once=` that are answered at once: sent once, then answered from the order store, and never sent again after a
lost answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from playing import Way, both_ways, client
from vidu_clients.vidu.models import TextToSpeechRequest

from vidu_ext import NoProviderError, OperationRequest, OrderError, Price, Settings, SubmissionUnknownError
from vidu_ext.emulator import EmulatorServer, FaultRule
from vidu_ext.providers.accounts import accounts_from_environment

Speech: TypeAlias = OperationRequest | TextToSpeechRequest
SPEECH = OperationRequest("vidu", "textToSpeech", {"text": "Hello", "voice_setting_voice_id": "v"})
TYPED = TextToSpeechRequest(text="Hello", voice_setting_voice_id="v")
"""The same speech."""
PRICE_IN_CREDITS: Final = 10
"""Of each speech, by https://platform.vidu.cn/docs/pricing."""
OTHER_SPEECH = OperationRequest("vidu", "textToSpeech", {"text": "Goodbye", "voice_setting_voice_id": "v"})


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    with EmulatorServer() as running:
        yield running


def call(way: Way, server: EmulatorServer, folder: Path, request: Speech = SPEECH, **options: Any) -> Any:
    """Make the call blocking or awaited, with the orders kept in `folder`."""
    accounts = [account for account in accounts_from_environment(server.env()) if account.provider == "vidu"]
    with client(way, accounts, Settings(orders=folder / "orders.sqlite")) as vidu:
        return vidu.call(request, **options)


@both_ways
@pytest.mark.parametrize("speech", [SPEECH, TYPED], ids=["by its name", "typed"])
def test_call_with_the_same_key_returns_the_same_answer_and_is_paid_once(
    way: Way, speech: Speech, server: EmulatorServer, tmp_path: Path
) -> None:
    first, second = (call(way, server, tmp_path, speech, once="k") for _ in range(2))
    assert first == second
    assert len(server.emulator.ledger.paid) == 1


@both_ways
@pytest.mark.parametrize("speech", [OTHER_SPEECH, TYPED], ids=["another text", "another form"])
def test_key_of_another_request_is_refused(way: Way, speech: Speech, server: EmulatorServer, tmp_path: Path) -> None:
    """The same request in another form is another request: its answer has another type."""
    call(way, server, tmp_path, SPEECH, once="k")
    with pytest.raises(OrderError, match="another request"):
        call(way, server, tmp_path, speech, once="k")
    assert len(server.emulator.ledger.paid) == 1


@both_ways
def test_call_is_sent_only_if_its_price_is_at_most_the_ceiling(way: Way, server: EmulatorServer, tmp_path: Path) -> None:
    with pytest.raises(NoProviderError, match="more than the ceiling"):
        call(way, server, tmp_path, at_most=Price(credits=PRICE_IN_CREDITS - 1))
    assert not server.emulator.ledger.paid
    call(way, server, tmp_path, at_most=Price(credits=PRICE_IN_CREDITS))
    assert len(server.emulator.ledger.paid) == 1


@both_ways
def test_paid_answer_is_returned_although_its_price_is_above_the_ceiling_now(
    way: Way, server: EmulatorServer, tmp_path: Path
) -> None:
    first = call(way, server, tmp_path, once="k")
    assert call(way, server, tmp_path, once="k", at_most=Price(credits=PRICE_IN_CREDITS - 1)) == first
    with pytest.raises(NoProviderError, match="more than the ceiling"):
        call(way, server, tmp_path, once="k", again=True, at_most=Price(credits=PRICE_IN_CREDITS - 1))
    assert call(way, server, tmp_path, once="k") == first
    assert len(server.emulator.ledger.paid) == 1


@both_ways
def test_call_whose_answer_was_lost_is_not_sent_again_under_its_key(way: Way, server: EmulatorServer, tmp_path: Path) -> None:
    server.emulator.faults.add(FaultRule(kind="answer_lost", operation="textToSpeech", nth=1))
    with pytest.raises(SubmissionUnknownError, match="may or may not have accepted the request"):
        call(way, server, tmp_path, once="k")
    with pytest.raises(SubmissionUnknownError, match="it was left unknown"):
        call(way, server, tmp_path, once="k")
    assert server.emulator.ledger.count("vidu", "textToSpeech") == 1
