"""One status poll beside the bare httpx call, on warm connections, in turns."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

import httpx
import lone_poll
import plain_loop
from figures import Figure, cpu_of_calls, in_fresh_process
from provider_server import provider

from vidu_ext import AsyncVidu, TaskRef, Vidu
from vidu_ext.providers.accounts import Account

ROUNDS: Final = 3000
TURNS: Final = 5


async def _blocking(address: str, task_id: str) -> list[float]:
    """Return the seconds of CPU of our poll and of the bare call."""
    with (
        Vidu([Account(provider="vidu", key="bench-key", base_url=address)]) as vidu,
        httpx.Client(base_url=address, headers=plain_loop.HEADERS) as client,
    ):

        async def ours() -> None:
            vidu.status(TaskRef("vidu", task_id))

        async def bare() -> None:
            client.get(plain_loop.status_path(task_id)).raise_for_status().json()

        return await cpu_of_calls(ROUNDS, ours, bare)


async def _awaited(address: str, task_id: str) -> list[float]:
    async with (
        AsyncVidu([Account(provider="vidu", key="bench-key", base_url=address)]) as vidu,
        httpx.AsyncClient(base_url=address, headers=plain_loop.HEADERS) as client,
    ):

        async def bare() -> None:
            (await client.get(plain_loop.status_path(task_id))).raise_for_status().json()

        return await cpu_of_calls(ROUNDS, lambda: vidu.status(TaskRef("vidu", task_id)), bare)


async def _watched(address: str, task_id: str) -> list[float]:
    """Return the seconds of CPU of a poll, and of one by a client that compares no answer with its spec."""
    account = Account(provider="vidu", key="bench-key", base_url=address)
    with Vidu([account]) as watching, Vidu([account]) as blind:
        vars(blind)["_driver"]._watch = None

        async def poll(vidu: Vidu) -> None:
            vidu.status(TaskRef("vidu", task_id))

        return await cpu_of_calls(ROUNDS, lambda: poll(watching), lambda: poll(blind))


def _alone(address: str, task_id: str) -> Iterator[Figure]:
    """Compare awaited polls in processes of their own, in turns, by the best turn of each: the noise of a machine only adds."""
    ways = (lone_poll.by_httpx, lone_poll.by_vidu_ext, lone_poll.by_vidu_ext_on_httpx2)
    turns = [[in_fresh_process(way, address, task_id) for way in ways] for _ in range(TURNS)]
    bare, ours, on_httpx2 = map(min, zip(*turns, strict=True))
    for what, seconds, most in (("awaited", ours, 0.8), ("awaited, on httpx2", on_httpx2, 0.6)):
        beside = f"{seconds * 1e3:.3f} ms beside {bare * 1e3:.3f} ms of CPU, {TURNS} turns of {lone_poll.ROUNDS}"
        yield Figure(f"one status poll, {what}", seconds / bare, "of httpx's without sniffio", most, beside)


def figures() -> Iterator[Figure]:
    with provider() as server:
        [task_id] = server.make(1, seconds=(1e6, 1e6))
        seen, blind = asyncio.run(_watched(server.address, task_id))
        beside = f"{seen * 1e6:.0f} us of CPU beside {blind * 1e6:.0f} us, medians of {ROUNDS}"
        yield Figure("one status poll, compared with its spec", seen / blind, "of one that is not", 1.05, beside)
        for way, poll in (("blocking", _blocking), ("awaited", _awaited)):
            ours, bare = asyncio.run(poll(server.address, task_id))
            beside = f"{ours * 1e3:.3f} ms beside {bare * 1e3:.3f} ms of CPU, medians of {ROUNDS}"
            yield Figure(f"one status poll, {way}", ours / bare, "of httpx's", 1.1, beside)
        yield from _alone(server.address, task_id)
