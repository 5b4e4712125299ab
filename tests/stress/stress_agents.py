"""The MCP server of an agent is killed at every message of a film: one paid task, found again."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from agent import BIRD, killed_once
from cli_running import Person
from stress_rig import Options, Row

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings

MESSAGES: Final = 10
"""Of a film: two to begin with, then a call and its answer for each of four."""
MOMENTS: Final = ("held", "0.01", "0.03", "0.08", "0.2")
PROVIDERS: Final = ("vidu", "comfy")
"""Those at which a lost answer can be settled for certain."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for provider in PROVIDERS:
        for mode in MOMENTS:
            yield f"agents: killed at every message, {mode}, {provider}", partial(_killed, provider, mode)


def _killed(provider: str, mode: str, _: Options) -> Row:
    settings = EmulatorSettings(queue_seconds=1.0, processing_seconds=1.0, listed_after=0.1)
    have: list[str] = []
    with EmulatorServer(settings=settings, clock=Clock(rate=100.0)) as server:
        for number in range(1, MESSAGES + 1):
            with tempfile.TemporaryDirectory() as folder:
                person = Person(Path(folder), variables={**server.env(), "VIDU_POLL_SECONDS": "0.05"})
                request = {**BIRD, "prompt": f"bird {number}", "account": provider, "resolution": "720p"}
                have.append(asyncio.run(killed_once(person, number, mode, request)))
        paid = [f"{task.provider}:{task.id}" for task in server.emulator.ledger.paid]
    lost = Counter(paid) - Counter(have)
    return Row(name="", runs=MESSAGES, paid=len(paid), twice=max(len(paid) - MESSAGES, 0), lost=lost.total())
