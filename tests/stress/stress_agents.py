"""Kill the MCP server of an agent before, or soon after, a message about a film: one task is paid, and is found again."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import product, takewhile
from pathlib import Path
from typing import Final

from agent import BIRD, killed_once
from cli_running import Shell
from stress_rig import Options, Row

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings

MESSAGES: Final = 10
"""Messages about a film: two at the beginning, then a call and its answer four times."""
MOMENTS: Final = ("0.01", "0.03", "0.08", "0.2")
"""Seconds after a message."""
SHARE: Final = 3.0
"""How much longer this takes than other runs: each death takes three starts of Python."""
PROVIDERS: Final = ("vidu", "comfy")
"""Providers at which the outcome of a lost answer can always be found."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for share, provider in enumerate(PROVIDERS):
        yield f"agents: killed before every second message, {provider}", partial(_before_messages, share, provider)
    yield "agents: killed soon after a message", _soon_after_a_message


def _before_messages(share: int, provider: str, options: Options) -> Row:
    """Try one half of the messages, by the seed; the other provider has the other half."""
    return _killed((number, "held", provider) for number in range(1 + (share + options.seed) % 2, MESSAGES + 1, 2))


def _soon_after_a_message(options: Options) -> Row:
    """Try as many deaths as there is time for."""
    deadline = time.monotonic() + SHARE * options.seconds
    deaths = list(product(range(1, MESSAGES + 1), MOMENTS, PROVIDERS))
    random.Random(options.seed).shuffle(deaths)  # noqa: S311  a repeatable run
    return _killed(takewhile(lambda _: time.monotonic() < deadline, deaths))


def _killed(deaths: Iterable[tuple[int, str, str]]) -> Row:
    settings = EmulatorSettings(queue_seconds=1.0, processing_seconds=1.0, listed_after=0.1)
    have: list[str] = []
    with EmulatorServer(settings=settings, clock=Clock(rate=100.0)) as server:
        for number, mode, provider in deaths:
            with tempfile.TemporaryDirectory() as folder:
                shell = Shell(Path(folder), variables={**server.env(), "VIDU_POLL_SECONDS": "0.05"})
                request = {**BIRD, "prompt": f"bird {len(have)}", "account": provider, "resolution": "720p"}
                have.append(asyncio.run(killed_once(shell, number, mode, request)))
        paid = [f"{task.provider}:{task.id}" for task in server.emulator.ledger.paid]
    lost = Counter(paid) - Counter(have)
    return Row(runs=len(have), paid=len(paid), twice=max(len(paid) - len(have), 0), lost=lost.total())
