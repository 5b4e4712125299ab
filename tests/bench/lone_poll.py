"""CPU of one awaited status poll in a process of its own, so that its HTTP library and packages can be chosen."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from importlib.machinery import ModuleSpec, PathFinder
from statistics import median
from typing import Any, Final

ROUNDS: Final = 1000
WARM: Final = 50
HIDDEN: Final = "sniffio"


class WithoutSniffio(PathFinder):
    """A finder that does not find sniffio, and searches for it as long as for any package that is not installed."""

    @classmethod
    def find_spec(cls, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return super().find_spec("not_installed" if fullname == HIDDEN else fullname, path, target)


def by_httpx(address: str, task_id: str) -> float:
    """Measure plain httpx without sniffio, which httpcore tries to import several times in each request."""
    sys.meta_path[sys.meta_path.index(PathFinder)] = WithoutSniffio
    assert HIDDEN not in sys.modules
    import httpx
    import plain_loop

    async def poll() -> float:
        async with httpx.AsyncClient(base_url=address, headers=plain_loop.HEADERS) as client:

            async def ask() -> None:
                (await client.get(plain_loop.status_path(task_id))).raise_for_status().json()

            return await _median_cpu(ask)

    return asyncio.run(poll())


def by_vidu_ext(address: str, task_id: str) -> float:
    from vidu_ext import Account, AsyncVidu, TaskRef

    async def poll() -> float:
        async with AsyncVidu([Account(provider="vidu", key="bench-key", base_url=address)]) as vidu:
            return await _median_cpu(lambda: vidu.status(TaskRef("vidu", task_id)))

    return asyncio.run(poll())


def by_vidu_ext_on_httpx2(address: str, task_id: str) -> float:
    import httpx2

    httpx2.alias_httpx()
    return by_vidu_ext(address, task_id)


async def _median_cpu(ask: Callable[[], Awaitable[object]]) -> float:
    """Return the median seconds of CPU of many requests."""
    spent: list[float] = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        await ask()
        spent.append(time.thread_time() - began)
    return median(spent[WARM:])
