"""CPU of one awaited status poll in a process of its own, so that its HTTP library and packages can be chosen."""

from __future__ import annotations

import asyncio
import sys
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any, Final

from figures import cpu_of_calls

ROUNDS: Final = 1000
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

            return (await cpu_of_calls(ROUNDS, ask))[0]

    return asyncio.run(poll())


def by_vidu_ext(address: str, task_id: str) -> float:
    from vidu_ext import Account, AsyncVidu, TaskRef

    async def poll() -> float:
        async with AsyncVidu([Account(provider="vidu", key="bench-key", base_url=address)]) as vidu:
            return (await cpu_of_calls(ROUNDS, lambda: vidu.status(TaskRef("vidu", task_id))))[0]

    return asyncio.run(poll())


def by_vidu_ext_on_httpx2(address: str, task_id: str) -> float:
    import httpx2

    httpx2.alias_httpx()
    return by_vidu_ext(address, task_id)
