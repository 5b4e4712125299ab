"""200 tasks of 10 to 20 seconds awaited together: requests, CPU and lag, with and without a list of tasks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from statistics import mean
from typing import Final

import httpx
import plain_loop
from attrs import frozen
from figures import Clock, Figure
from provider_server import Provider, provider

from vidu_ext import AsyncVidu, PollPolicy, Settings, TextToVideo, Vidu
from vidu_ext.providers.accounts import Account

TASKS: Final = 200
SECONDS: Final = (10.0, 20.0)
TICK: Final = 1.0
SETTINGS: Final = Settings(poll=PollPolicy(floor=TICK))
REQUEST: Final = TextToVideo(prompt="A paper bird takes off from a desk.", model="viduq3-turbo", duration=5, resolution="720p")


@frozen
class Outcome:
    """What waiting for all tasks cost one way."""

    requests: float
    """Per task, the create included."""
    create_cpu: float
    wait_cpu: float
    lag: float

    @property
    def cpu(self) -> float:
        return self.create_cpu + self.wait_cpu


def _outcome(server: Provider, known_at: dict[str, float], create_cpu: float, wait_cpu: float) -> Outcome:
    counts, done_at = server.counts(), server.done_at()
    requests = counts["create"] + counts["status"] + counts["list"]
    if len(known_at) != TASKS:
        raise AssertionError(f"{len(known_at)} of {TASKS} tasks came to an end")
    lag = mean(known - done_at[name] for name, known in known_at.items())
    return Outcome(requests / TASKS, create_cpu, wait_cpu, lag)


async def _through_loop(server: Provider) -> Outcome:
    known_at: dict[str, float] = {}
    async with httpx.AsyncClient(base_url=server.address, headers=plain_loop.HEADERS) as client:

        async def follow(name: str) -> None:
            await plain_loop.until_over(client, name, pause=TICK)
            known_at[name] = time.monotonic()

        clock = Clock()
        names = await asyncio.gather(*(plain_loop.create(client) for _ in range(TASKS)))
        create_cpu = clock.cpu()
        await asyncio.gather(*map(follow, names))
        return _outcome(server, known_at, create_cpu, clock.cpu() - create_cpu)


async def _through_async(server: Provider, name: str) -> Outcome:
    known_at: dict[str, float] = {}
    async with AsyncVidu([Account(provider=name, key="bench-key", base_url=server.address)], settings=SETTINGS) as vidu:
        await _warm(vidu, server)
        clock = Clock()
        tasks = await asyncio.gather(*(vidu.submit(REQUEST) for _ in range(TASKS)))
        create_cpu = clock.cpu()
        async for task in vidu.as_completed(tasks):
            known_at[task.ref.task_id] = time.monotonic()
        return _outcome(server, known_at, create_cpu, clock.cpu() - create_cpu)


async def _warm(vidu: AsyncVidu, server: Provider) -> None:
    """The first submit reads the spec and imports a generated module, once in the life of a process."""
    server.make(0, seconds=(0.0, 0.0))
    await vidu.wait(await vidu.submit(REQUEST))
    server.make(0, seconds=SECONDS)


def _through_blocking(server: Provider) -> Outcome:
    known_at: dict[str, float] = {}
    with Vidu([Account(provider="vidu", key="bench-key", base_url=server.address)], settings=SETTINGS) as vidu:
        vidu.submit(REQUEST)
        server.make(0, seconds=SECONDS)
        clock = Clock()
        tasks = [vidu.submit(REQUEST) for _ in range(TASKS)]
        create_cpu = clock.cpu()
        for task in vidu.as_completed(tasks):
            known_at[task.ref.task_id] = time.monotonic()
        return _outcome(server, known_at, create_cpu, clock.cpu() - create_cpu)


def _figures(
    way: str, ours: Outcome, loop: Outcome, *, requests: float, share: float | None, lag: float | None
) -> Iterator[Figure]:
    yield Figure(f"{way}: requests per task", ours.requests, "", requests, f"loop {loop.requests:.1f}")
    beside = f"{ours.wait_cpu:.3f} s beside {loop.wait_cpu:.3f} s"
    yield Figure(f"{way}: CPU of the waiting", ours.wait_cpu / loop.wait_cpu, "of the loop's", share, beside)
    beside = f"{ours.cpu:.3f} s beside {loop.cpu:.3f} s"
    yield Figure(f"{way}: CPU of creating and waiting", ours.cpu / loop.cpu, "of the loop's", None, beside)
    yield Figure(f"{way}: mean lag", ours.lag / TICK, "ticks", lag, f"loop {loop.lag / TICK:.2f}")


def figures() -> Iterator[Figure]:
    with provider() as server:
        server.make(0, seconds=SECONDS)
        loop = asyncio.run(_through_loop(server))
        listed = asyncio.run(_through_async(server, "vidu"))
        yield from _figures("200 tasks, Vidu, awaited", listed, loop, requests=2, share=0.1, lag=0.5)
        blocking = _through_blocking(server)
        yield from _figures("200 tasks, Vidu, blocking", blocking, loop, requests=2, share=0.1, lag=0.5)
        singly = asyncio.run(_through_async(server, "zenlayer"))
        yield from _figures("200 tasks, Zenlayer, awaited", singly, loop, requests=12, share=None, lag=None)
