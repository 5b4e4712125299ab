"""An emulator whose tasks end at once, the command that uses it, and asyncio for tests that are coroutines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from cli_running import Shell

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
    return Shell(tmp_path, variables={**emulator.env(), "VIDU_POLL_SECONDS": "0.05"})
