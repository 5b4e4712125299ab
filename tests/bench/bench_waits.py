"""Ten thousand waits in one process: memory, idle CPU; and how many requests a thousand tasks cost a tick."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
import plain_loop
from attrs import frozen
from figures import Clock, Figure, in_fresh_process
from provider_server import Provider, provider

from vidu_ext import AsyncVidu, PollPolicy, Settings, TaskRef
from vidu_ext.providers.accounts import Account

MANY: Final = 10_000
IDLE_SECONDS: Final = 5.0
NEVER: Final = (1e6, 1e6)
SLOW: Final = Settings(poll=PollPolicy(floor=60.0, ceiling=60.0))
THOUSAND: Final = 1_000
FAILING: Final = 30
TICK: Final = 1.0

Begin: TypeAlias = Callable[[Sequence[str]], Sequence[Coroutine[Any, Any, object]]]


@frozen
class Weight:
    """The memory of each wait, and the CPU of all, while none of them has anything to do."""

    traced: float
    """Bytes, as tracemalloc counts them; 0 if it did not run."""
    resident: float
    """Bytes by which the process grew."""
    idle_cpu: float
    """CPU seconds in one idle second."""


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


async def _weigh(begin: Begin, names: Sequence[str], settled: Callable[[], bool], *, trace: bool) -> Weight:
    gc.collect()
    resident = _resident()
    if trace:
        tracemalloc.start()
    traced = tracemalloc.get_traced_memory()[0]
    waits = [asyncio.ensure_future(coroutine) for coroutine in begin(names)]
    while not settled():
        await asyncio.sleep(0.5)
    await asyncio.sleep(1.0)
    gc.collect()
    each = (tracemalloc.get_traced_memory()[0] - traced) / len(names)
    tracemalloc.stop()
    grown = (_resident() - resident) / len(names)
    clock = Clock()
    await asyncio.sleep(IDLE_SECONDS)
    idle = clock.cpu() / clock.seconds()
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    return Weight(each, grown, idle)


def _of_ours(port: int, names: list[str], together: bool, trace: bool) -> Weight:
    server = Provider(port)

    async def run() -> Weight:
        async with AsyncVidu([Account(provider="vidu", key="bench-key", base_url=server.address)], settings=SLOW) as vidu:
            await vidu.status(TaskRef("vidu", names[0]))
            refs = {name: TaskRef("vidu", name) for name in names}
            await asyncio.wait([asyncio.ensure_future(vidu.wait_all(list(refs.values())[:100], timeout=0, errors="return"))])
            server.make(0, seconds=NEVER)

            def begin(names: Sequence[str]) -> Sequence[Coroutine[Any, Any, object]]:
                if together:
                    return [vidu.wait_all([refs[name] for name in names])]
                return [vidu.wait(refs[name]) for name in names]

            return await _weigh(begin, names, lambda: server.counts()["listed"] >= MANY, trace=trace)

    return asyncio.run(run())


def _of_plain(port: int, names: list[str], trace: bool) -> Weight:
    server = Provider(port)

    async def run() -> Weight:
        async with httpx.AsyncClient(base_url=server.address, headers=plain_loop.HEADERS) as client:
            await client.get(plain_loop.status_path(names[0]))
            return await _weigh(
                lambda names: [plain_loop.until_ended(client, name, pause=60.0) for name in names],
                names,
                lambda: True,
                trace=trace,
            )

    return asyncio.run(run())


def _weights(server: Provider, port: int) -> Iterator[Figure]:
    names = server.make(MANY, seconds=NEVER)
    plain = in_fresh_process(_of_plain, port, names, True)
    plain_grown = in_fresh_process(_of_plain, port, names, False)
    for way, together in (("each by itself", False), ("by wait_all", True)):
        ours = in_fresh_process(_of_ours, port, names, together, True)
        grown = in_fresh_process(_of_ours, port, names, together, False)
        beside = f"loop asleep {plain.traced / 1024:.2f}"
        yield Figure(f"{MANY} waits, {way}: one weighs (tracemalloc)", ours.traced / 1024, "KB", 3, beside)
        beside = f"loop asleep {plain_grown.resident / 1024:.2f}"
        yield Figure(f"{MANY} waits, {way}: one weighs (resident)", grown.resident / 1024, "KB", 3, beside)
        yield Figure(f"{MANY} waits, {way}: CPU while idle", grown.idle_cpu * 100, "% of a core", 0.1)


async def _wait_for(server: Provider, names: list[str], timeout: float | None = None) -> Counter[str]:
    """Wait for tasks together, and return the counts of the requests."""
    settings = Settings(poll=PollPolicy(floor=TICK))
    async with AsyncVidu([Account(provider="vidu", key="bench-key", base_url=server.address)], settings=settings) as vidu:
        await vidu.wait_all([TaskRef("vidu", name) for name in names], timeout=timeout, errors="return")
    return server.counts()


def _requests_a_tick(server: Provider) -> Iterator[Figure]:
    counts = asyncio.run(_wait_for(server, server.make(THOUSAND, seconds=NEVER), 10.0))
    rounds = counts["listed"] / THOUSAND
    beside = f"{counts['list']} lists with {counts['listed']} ids in 10 s; loop 1000"
    yield Figure("1000 tasks, Vidu: list requests a tick", counts["list"] / rounds, "", 10, beside)
    yield Figure("1000 tasks, Vidu: single requests while all run", counts["status"], "", 0)


def _requests_of_failed(server: Provider) -> Iterator[Figure]:
    counts = asyncio.run(_wait_for(server, server.make(THOUSAND, seconds=(2.0, 4.0), failing=FAILING)))
    yield Figure(f"1000 tasks, Vidu, {FAILING} fail: single requests", counts["status"], "", FAILING)


def figures() -> Iterator[Figure]:
    with provider() as server:
        yield from _requests_a_tick(server)
        yield from _requests_of_failed(server)
        yield from _weights(server, int(server.address.rpartition(":")[2]))
