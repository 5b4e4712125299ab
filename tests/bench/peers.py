"""The same work by other clients, if they are installed: a loop with aiohttp, and fal-client against a queue like fal's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, TypeAlias

import plain_loop

OnEnd: TypeAlias = Callable[[str], None]
Peer: TypeAlias = Callable[[str, int, OnEnd], Awaitable[None]]
"""Creates tasks at an address, as many as the number says, and waits for all. Passes on the id of each that ends."""

PAUSE: Final = 1.0


async def _aiohttp(address: str, tasks: int, on_end: OnEnd) -> None:
    aiohttp: Any = import_module("aiohttp")
    async with aiohttp.ClientSession(address, headers=plain_loop.HEADERS) as session:

        async def follow() -> None:
            async with session.post(plain_loop.CREATE_PATH, json=plain_loop.BODY) as response:
                name = str((await response.json())["task_id"])
            state = ""
            while state not in plain_loop.ENDED:
                await asyncio.sleep(PAUSE)
                async with session.get(plain_loop.status_path(name)) as response:
                    state = (await response.json())["state"]
            on_end(name)

        await asyncio.gather(*(follow() for _ in range(tasks)))


async def _fal(address: str, tasks: int, on_end: OnEnd) -> None:
    """fal-client with its own default pause. Its hosts are constants, so the one of the queue is replaced."""
    client: Any = import_module("fal_client.client")
    client.QUEUE_URL_FORMAT = f"{address}/queue/"
    peer = client.AsyncClient(key="bench-key")

    async def follow() -> None:
        handle = await peer.submit("bench/film", plain_loop.BODY)
        await handle.get()
        on_end(handle.request_id)

    await asyncio.gather(*(follow() for _ in range(tasks)))


def installed() -> Iterator[tuple[str, Peer]]:
    """Yield the name of each peer that is installed, with what runs it."""
    for name, module, peer in (("aiohttp", "aiohttp", _aiohttp), ("fal-client", "fal_client", _fal)):
        if find_spec(module) is not None:
            yield name, peer
