"""A thousand waits share their requests and keep being asked for, also when all questions are answered in one instant."""

from __future__ import annotations

import asyncio
from typing import Final

import httpx

from vidu_ext import AsyncVidu, PollPolicy, Settings, Vidu

REFS: Final = [f"vidu:{10**17 + number}" for number in range(1000)]
FLOOR: Final = 0.05


class RunningTasks:
    """Vidu with tasks that never end, answered without any delay."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        ids = request.url.params.get_list("task_ids")
        self.batches.append(len(ids))
        creations: list[object] = []
        tasks = [{"id": name, "state": "processing", "creations": creations} for name in ids]
        return httpx.Response(200, json={"tasks": tasks, "next_page_token": ""})

    def settings(self) -> Settings:
        transport = httpx.MockTransport(self)
        return Settings(poll=PollPolicy(floor=FLOOR), transport=transport, async_transport=transport)


def assert_asked_again_and_again(provider: RunningTasks) -> None:
    """More batches than one round and the last question at the deadline make; every batch full."""
    assert len(provider.batches) > 40
    assert set(provider.batches) == {100}


def test_awaited_waits_keep_asking_for_many_running_tasks() -> None:
    provider = RunningTasks()

    async def wait() -> None:
        async with AsyncVidu({"vidu": "key"}, settings=provider.settings()) as vidu:
            await vidu.wait_all(REFS, timeout=2.0, errors="return")

    asyncio.run(wait())
    assert_asked_again_and_again(provider)


def test_blocking_waits_keep_asking_for_many_running_tasks() -> None:
    provider = RunningTasks()
    with Vidu({"vidu": "key"}, settings=provider.settings()) as vidu:
        vidu.wait_all(REFS, timeout=2.0, errors="return")
    assert_asked_again_and_again(provider)
