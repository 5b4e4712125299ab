"""The server of an agent is killed between two messages: one paid task, found again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from agent import BIRD, killed_once
from cli_running import Person

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings

SETTINGS = EmulatorSettings(queue_seconds=1.0, processing_seconds=1.0, listed_after=0.1)


@pytest.mark.parametrize(("number", "mode"), [(3, "0.1"), (4, "held")])
def test_a_killed_server_loses_nothing_and_pays_once(number: int, mode: str, tmp_path: Path) -> None:
    """Message 3 orders and 4 answers. The whole, every message and several moments, is `make stress ONLY=agents`."""
    with EmulatorServer(settings=SETTINGS, clock=Clock(rate=100.0)) as server:
        person = Person(tmp_path, variables={**server.env(), "VIDU_POLL_SECONDS": "0.05"})
        reference = asyncio.run(killed_once(person, number, mode, BIRD))
        assert [f"vidu:{task.id}" for task in server.emulator.ledger.paid] == [reference]
