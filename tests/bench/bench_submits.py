"""Ten thousand submits at once: whether all are accepted, and whether one costs more among many."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

import httpx
import plain_loop
from attrs import frozen
from figures import Clock, Figure
from provider_server import Provider, provider

from vidu_ext import AsyncVidu, TextToVideo
from vidu_ext.providers.accounts import Account

MANY: Final = 10_000
STEPS: Final = (100, 1_000, MANY)
PLAIN_STEPS: Final = STEPS[:2]
"""The plain gather queues in the pool, which looks through its whole queue at every answer: with all it takes many minutes."""
REQUEST: Final = TextToVideo(prompt="A paper bird takes off from a desk.", model="viduq3-turbo", duration=5, resolution="720p")


@frozen
class Volley:
    """The outcome of many creates at once."""

    accepted: int
    seconds: float
    """Per create."""
    cpu: float
    """Per create."""


async def _ours(server: Provider, count: int) -> Volley:
    async with AsyncVidu([Account(provider="vidu", key="bench-key", base_url=server.address)]) as vidu:
        await asyncio.gather(*(vidu.submit(REQUEST) for _ in range(20)))
        clock = Clock()
        tasks = await asyncio.gather(*(vidu.submit(REQUEST) for _ in range(count)))
        accepted = len({task.ref for task in tasks})
        return Volley(accepted, clock.seconds() / count, clock.cpu() / count)


async def _plain(server: Provider, count: int) -> Volley:
    async with httpx.AsyncClient(base_url=server.address, headers=plain_loop.HEADERS) as client:
        await asyncio.gather(*(plain_loop.create(client) for _ in range(20)))
        clock = Clock()
        ends = await asyncio.gather(*(plain_loop.create(client) for _ in range(count)), return_exceptions=True)
        accepted = len({end for end in ends if isinstance(end, str)})
        return Volley(accepted, clock.seconds() / count, clock.cpu() / count)


def figures() -> Iterator[Figure]:
    with provider() as server:
        server.make(0, seconds=(1e6, 1e6))
        ours = {count: asyncio.run(_ours(server, count)) for count in STEPS}
        plain = {count: asyncio.run(_plain(server, count)) for count in PLAIN_STEPS}
    for count, volley in ours.items():
        yield Figure(f"{count} submits at once: one costs", volley.seconds * 1e3, "ms", None, _beside(plain.get(count), count))
    yield Figure(f"{MANY} submits at once: not accepted", MANY - ours[MANY].accepted, "", 0)
    growth = ours[MANY].seconds / ours[STEPS[0]].seconds
    yield Figure(f"{MANY} submits at once: one beside one of {STEPS[0]}", growth, "times", 1.2)


def _beside(plain: Volley | None, count: int) -> str:
    if plain is None:
        return "plain gather: not run, its pool collapses"
    return f"plain gather {plain.seconds * 1e3:.2f} ms, {plain.accepted} of {count} accepted"
