"""What a careful user writes with httpx alone: create the task, then poll its state every second until it has ended."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httpx

BODY: Final = {"model": "viduq3-turbo", "prompt": "A paper bird takes off from a desk.", "duration": 5, "resolution": "720p"}
CREATE_PATH: Final = "/ent/v2/text2video"
ENDED: Final = ("success", "failed")
HEADERS: Final = {"Authorization": "Token bench-key"}


def status_path(task_id: str) -> str:
    return f"/ent/v2/tasks/{task_id}/creations"


async def create(client: httpx.AsyncClient) -> str:
    response = await client.post(CREATE_PATH, json=BODY)
    response.raise_for_status()
    return str(response.json()["task_id"])


async def until_ended(client: httpx.AsyncClient, task_id: str, *, pause: float = 1.0) -> dict[str, Any]:
    while True:
        await asyncio.sleep(pause)
        response = await client.get(status_path(task_id))
        response.raise_for_status()
        task: dict[str, Any] = response.json()
        if task["state"] in ENDED:
            return task
