"""An emulator and a server of these tests, the command that uses either, and asyncio for tests that are coroutines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from cli_running import Shell
from server import Server

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings

QUICK: Final = EmulatorSettings(queue_seconds=1.0, processing_seconds=1.0, listed_after=0.1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Iterator[EmulatorServer]:
    """An emulator of which a second lasts 10 ms. Other settings are the parameter of a test."""
    with EmulatorServer(settings=getattr(request, "param", QUICK), clock=Clock(rate=100.0)) as server:
        yield server


@pytest.fixture
def shell(tmp_path: Path, emulator: EmulatorServer) -> Shell:
    """The command, configured for `emulator`."""
    return Shell(tmp_path, variables={**emulator.env(), "VIDU_POLL_SECONDS": "0.05"})


@pytest.fixture
def server() -> Iterator[Server]:
    """Vidu as tests/http plays it, whose tasks have succeeded at their second poll."""
    with Server() as server:
        yield server


@pytest.fixture
def vidu(server: Server, tmp_path: Path) -> Shell:
    """The command, configured for `server`."""
    return Shell(tmp_path, [server])
