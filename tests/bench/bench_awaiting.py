"""200 tasks of 10 to 20 seconds awaited together: requests, CPU and lag, by the list, by callbacks and without a list."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from statistics import mean
from typing import Any, Final
from urllib.parse import urljoin
from urllib.request import urlopen

import httpx
import peers
import plain_loop
import uvicorn
from attrs import frozen
from batch_provider import ProviderProcess
from figures import Clock, Figure
from provider_server import Provider, provider

from vidu_ext import Account, AsyncVidu, TextToVideo, Vidu
from vidu_ext.callbacks import CallbackReceiver

TASKS: Final = 200
SECONDS: Final = (10.0, 20.0)
SEEN: Final = 20
"""Earlier tasks, from which a client has learned how long they take."""
KEY: Final = "bench-key"
REQUEST: Final = TextToVideo(prompt="A paper bird takes off from a desk.", model="viduq3-turbo", duration=5, resolution="720p")


@frozen
class Outcome:
    """The cost of creating and awaiting all tasks one way."""

    requests: float
    """Per task, the create included."""
    cpu: float
    lag: float


def _outcome(server: Provider, known_at: dict[str, float], cpu: float) -> Outcome:
    counts, done_at = server.counts(), server.done_at()
    if len(known_at) != TASKS:
        raise AssertionError(f"{len(known_at)} of {TASKS} tasks came to an end")
    lag = mean(known - done_at[name] for name, known in known_at.items())
    return Outcome((counts["create"] + counts["status"] + counts["list"]) / TASKS, cpu, lag)


async def _through_loop(server: Provider) -> Outcome:
    known_at: dict[str, float] = {}
    async with httpx.AsyncClient(base_url=server.address, headers=plain_loop.HEADERS) as client:

        async def follow(name: str) -> None:
            await plain_loop.until_ended(client, name)
            known_at[name] = time.monotonic()

        server.make(0, seconds=SECONDS)
        clock = Clock()
        await asyncio.gather(*map(follow, await asyncio.gather(*(plain_loop.create(client) for _ in range(TASKS)))))
        return _outcome(server, known_at, clock.cpu())


async def _through_peer(server: Provider, peer: peers.Peer) -> Outcome:
    known_at: dict[str, float] = {}
    server.make(0, seconds=SECONDS)
    clock = Clock()
    await peer(server.address, TASKS, lambda name: known_at.update({name: time.monotonic()}))
    return _outcome(server, known_at, clock.cpu())


def _accounts(address: str, name: str = "vidu") -> list[Account]:
    return [Account(provider=name, key=KEY, base_url=address)]


async def _through_async(server: Provider, name: str, *, seen: int = 0) -> Outcome:
    known_at: dict[str, float] = {}
    async with AsyncVidu(_accounts(server.address, name)) as vidu:
        server.make(0, seconds=(0.0, 0.0))
        await vidu.wait(await vidu.submit(REQUEST))  # the first submit reads the spec, once in the life of a process
        server.make(0, seconds=SECONDS)
        await vidu.wait_all([await vidu.submit(REQUEST) for _ in range(seen)])
        server.make(0, seconds=SECONDS)
        clock = Clock()
        tasks = await asyncio.gather(*(vidu.submit(REQUEST) for _ in range(TASKS)))
        async for task in vidu.as_completed(tasks):
            known_at[task.ref.task_id] = time.monotonic()
        return _outcome(server, known_at, clock.cpu())


def _through_blocking(server: Provider) -> Outcome:
    known_at: dict[str, float] = {}
    with Vidu(_accounts(server.address)) as vidu:
        vidu.submit(REQUEST)
        server.make(0, seconds=SECONDS)
        clock = Clock()
        tasks = [vidu.submit(REQUEST) for _ in range(TASKS)]
        for task in vidu.as_completed(tasks):
            known_at[task.ref.task_id] = time.monotonic()
        return _outcome(server, known_at, clock.cpu())


async def _through_callbacks(account: Account) -> Outcome:
    """Let the emulator send notices to a server in this process. Its tasks begin within 10 s and take 15 s each."""
    known_at: dict[str, float] = {}
    origin = urljoin(account.base_url or "", "/")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        receiver = CallbackReceiver(f"http://127.0.0.1:{listening.getsockname()[1]}/vidu")
        server = uvicorn.Server(uvicorn.Config(receiver, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        async with AsyncVidu([account], callbacks=receiver) as vidu:
            await vidu.wait(await vidu.submit(REQUEST))
            before, clock = _requests(origin), Clock()

            async def follow(turn: int) -> None:
                await asyncio.sleep(turn / TASKS * 10.0)
                task = await vidu.submit(REQUEST)
                await vidu.wait(task)
                known_at[task.ref.task_id] = time.time()

            await asyncio.gather(*map(follow, range(TASKS)))
            cpu, requests = clock.cpu(), _requests(origin) - before
        server.should_exit = True
        await serving
    tasks = _control(origin, f"state?limit={TASKS}")["tasks"]
    ended = {task["id"]: task["ended"] for task in tasks}
    lag = mean(known - ended[name] for name, known in known_at.items())
    return Outcome(requests / TASKS, cpu, lag)


def _control(origin: str, path: str) -> Any:
    with urlopen(f"{origin}_emulator/{path}") as answer:  # noqa: S310 - of the emulator
        return json.load(answer)


def _requests(origin: str) -> int:
    return sum(entry["count"] for entry in _control(origin, "ledger")["counts"])


def _figures(
    way: str, ours: Outcome, loop: Outcome, *, lag: float | None = None, requests: float | None = None, cpu: float | None = None
) -> Iterator[Figure]:
    yield Figure(f"{way}: mean lag", ours.lag, "s", lag, f"loop {loop.lag:.2f}")
    yield Figure(f"{way}: requests per task", ours.requests, "", requests, f"loop {loop.requests:.1f}")
    yield Figure(
        f"{way}: CPU", ours.cpu / loop.cpu, "of the loop's", cpu, f"{ours.cpu:.2f} s beside {loop.cpu:.2f} s, creates too"
    )


def figures() -> Iterator[Figure]:
    with provider() as server:
        loop = asyncio.run(_through_loop(server))
        for name, peer in peers.installed():
            yield from _figures(f"200 tasks, {name}", asyncio.run(_through_peer(server, peer)), loop)
        listed = asyncio.run(_through_async(server, "vidu"))
        yield from _figures("200 tasks, Vidu, awaited", listed, loop, lag=0.3, requests=1.6, cpu=0.18)
        yield from _figures("200 tasks, Vidu, blocking", _through_blocking(server), loop)
        singly = asyncio.run(_through_async(server, "zenlayer"))
        yield from _figures("200 tasks, Zenlayer", singly, loop, lag=1.5, requests=10)
        learned = asyncio.run(_through_async(server, "zenlayer", seen=SEEN))
        yield from _figures(f"200 tasks, Zenlayer, {SEEN} seen before", learned, loop, lag=1.0, requests=6)
    with ProviderProcess(queue_seconds=0.0, processing_seconds=15.0, concurrency=TASKS) as emulator:
        called = asyncio.run(_through_callbacks(emulator.account("vidu")))
        yield from _figures("200 tasks, Vidu, callbacks", called, loop, lag=0.05, requests=1.3)
