"""Clients that know the protocol's tasks get one from `generate`, whose id is the reference; the others a plain answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import pytest
from agent import BIRD, CEILING, agent, called, killed_once
from cli_running import Shell
from mcp import MCPError
from mcp.client.extension import ClaimContext, ClientExtension, ResultClaim
from mcp_types import CallToolResult, GetTaskRequestParams, Request, Result
from pydantic import ConfigDict, Field

from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings

pytest_plugins = ["cli_fixtures"]
pytestmark = pytest.mark.anyio


class ToldTask(Result):
    """A task as https://modelcontextprotocol.io/extensions/tasks has it; `extra` keeps the result of one that has ended."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)
    result_type: Literal["task"] = Field("task", alias="resultType")
    task_id: str = Field(alias="taskId")
    status: str
    created_at: str = Field(alias="createdAt")
    last_updated_at: str = Field(alias="lastUpdatedAt")
    ttl_ms: int | None = Field(alias="ttlMs")


class LookedAt(ToldTask):
    result_type: Literal["complete"] = Field("complete", alias="resultType")  # type: ignore[assignment]  # the same word of another result


Asked: TypeAlias = Request[GetTaskRequestParams, str]


async def looked_at(session: Any, reference: str) -> LookedAt:
    found: LookedAt = await session.send_request(asked("tasks/get", reference), LookedAt)
    return found


def asked(method: str, reference: str) -> Asked:
    return Asked(method=method, params=GetTaskRequestParams(task_id=reference))


class Tasks(ClientExtension):
    """Asks for a task until it has ended, as a client of the extension does."""

    identifier = "io.modelcontextprotocol/tasks"

    def __init__(self) -> None:
        self.told: list[ToldTask] = []

    def claims(self) -> Sequence[ResultClaim[Any]]:
        return [ResultClaim(result_type="task", model=ToldTask, resolve=self._resolve)]

    async def _resolve(self, task: ToldTask, context: ClaimContext) -> CallToolResult:
        self.told.append(task)
        found: ToldTask = task
        while found.status == "working":
            await asyncio.sleep(0.02)
            found = await looked_at(context.session, task.task_id)
            self.told.append(found)
        return CallToolResult.model_validate((found.model_extra or {}).get("result", {"content": []}))


async def test_client_that_supports_tasks_gets_one_that_ends_with_the_film(shell: Shell, emulator: EmulatorServer) -> None:
    tasks = Tasks()
    async with agent(shell, *CEILING, extensions=[tasks]) as client:
        assert tasks.identifier in (client.server_capabilities.extensions or {})
        result = await client.call_tool("generate", dict(BIRD))
        again = await client.call_tool("generate", dict(BIRD))
    (paid,) = emulator.emulator.ledger.paid
    assert {task.task_id for task in tasks.told} == {f"vidu:{paid.id}"}
    assert tasks.told[0].status == "working"
    assert (result.structured_content or {})["state"] == "succeeded"
    assert (again.structured_content or {})["reference"] == f"vidu:{paid.id}"


@pytest.mark.parametrize("emulator", [EmulatorSettings(queue_seconds=1e6)], indirect=True)
async def test_a_task_is_known_to_a_later_server_and_can_be_cancelled(shell: Shell) -> None:
    async with agent(shell, *CEILING) as client:
        reference = str((await called(client, "generate", **BIRD))["reference"])
    async with agent(shell, *CEILING, extensions=[Tasks()]) as client:
        assert (await looked_at(client.session, reference)).status == "working"
        for method in ("tasks/update", "tasks/cancel"):
            await client.session.send_request(asked(method, reference), Result)
        assert (await looked_at(client.session, reference)).status == "cancelled"
        for unknown in ("vidu:404", "film.mp4"):
            with pytest.raises(MCPError):
                await looked_at(client.session, unknown)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_client_that_does_not_support_tasks_gets_a_plain_answer(mode: str, shell: Shell) -> None:
    async with agent(shell, *CEILING, mode=mode) as client:
        assert str((await called(client, "generate", **BIRD))["reference"]).startswith("vidu:")


@pytest.mark.parametrize(("number", "mode"), [(3, "0.1"), (4, "held")])
async def test_a_killed_server_loses_nothing_and_pays_once(
    number: int, mode: str, shell: Shell, emulator: EmulatorServer
) -> None:
    """Message 3 orders and 4 answers. The whole, every message and several moments, is `make stress ONLY=agents`."""
    reference = await killed_once(shell, number, mode, BIRD)
    assert [f"vidu:{task.id}" for task in emulator.emulator.ledger.paid] == [reference]
