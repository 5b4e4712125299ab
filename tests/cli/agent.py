"""An agent: a client of the official SDK whose server is `vidu mcp`.

async with agent(shell, "--at-most", "60") as client:                # the server is in this process, which is much faster
    reference = (await called(client, "generate", **BIRD))["reference"]
async with agent_over_stdio(shell, "--at-most", "60") as client:     # the server is a process of its own
    ...
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, cast

import anyio
import pytest
from cli_running import COMMAND, PATIENCE, Shell
from mcp import Client, MCPError
from mcp.client.extension import ClientExtension
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.memory import create_client_server_memory_streams
from mcp_types import CallToolResult, Implementation
from printed_documents import validator

from vidu_ext.cli.mcp import server
from vidu_ext.values.tasks import Object

DYING: Final = str(Path(__file__).with_name("dying_server.py"))
BIRD: Final[Mapping[str, object]] = {"prompt": "a paper bird", "model": "viduq3-turbo", "duration": 5, "account": "vidu"}
"""A request that costs 55 credits by Vidu's price page."""
CEILING: Final = ("--at-most", "60")
NAME: Final = "agent-of-a-test"


@asynccontextmanager
async def agent(
    shell: Shell, *options: str, name: str = NAME, extensions: Sequence[ClientExtension] = (), mode: str = "auto"
) -> AsyncGenerator[Client]:
    """Yield a client of a server with the shell's environment and these options."""
    serving = _serving(shell, options)
    async with create_client_server_memory_streams() as (of_client, of_server), anyio.create_task_group() as group:

        @asynccontextmanager
        async def client_streams() -> AsyncGenerator[Any]:
            yield of_client

        @asynccontextmanager
        async def server_streams(**_: object) -> AsyncGenerator[Any]:
            yield of_server

        async def serve() -> None:
            await serving

        with pytest.MonkeyPatch.context() as patch:
            for variable, value in shell.variables.items():
                patch.setenv(variable, value)
            patch.setattr(server, "stdio_server", server_streams)
            group.start_soon(serve)
            client_info = Implementation(name=name, version="1")
            async with Client(client_streams(), client_info=client_info, extensions=extensions, mode=mode) as client:
                yield client
        await of_client[1].aclose()


def _serving(shell: Shell, options: Sequence[str]) -> Coroutine[Any, Any, None]:
    """Return what `vidu mcp` runs in an event loop."""
    films(shell).mkdir(exist_ok=True)
    coroutines: list[Coroutine[Any, Any, None]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "run", coroutines.append)
        done = shell.run("mcp", "--folder", str(films(shell)), *options)
    assert done.code == 0, done
    return coroutines[0]


@asynccontextmanager
async def agent_over_stdio(shell: Shell, *options: str, dies: Sequence[str] = ()) -> AsyncGenerator[Client]:
    """Yield a client of a server that is a process. With `dies`, dying_server.py with these arguments is in between."""
    films(shell).mkdir(exist_ok=True)
    command = [*COMMAND, "mcp", "--folder", str(films(shell)), *options]
    if dies:
        command = [sys.executable, DYING, *dies, *command]
    with (shell.folder / "server.log").open("a", encoding="utf-8") as log:
        parameters = StdioServerParameters(command=command[0], args=command[1:], env=shell.environment, cwd=shell.folder)
        async with Client(stdio_client(parameters, errlog=log), client_info=Implementation(name=NAME, version="1")) as client:
            yield client


async def called(client: Client, tool: str, **arguments: object) -> Object:
    """Return the document of a tool's answer. Fails if it is an error, or does not fit the schema of the tool."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    document = document_of(result)
    assert not [error.message for error in validator(tool, "tools").iter_errors(document)], document
    return document


async def refused(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    """Return the error that a tool answers with. Fails if the answer is no error."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, result.content
    return cast("dict[str, Any]", document_of(result)["error"])


def document_of(result: CallToolResult) -> Object:
    assert result.structured_content is not None
    return cast("Object", result.structured_content)


def line_of(result: CallToolResult) -> str:
    """Return what the model reads first."""
    return str(getattr(result.content[0], "text", ""))


def films(shell: Shell) -> Path:
    """Return the one folder of the server."""
    return shell.folder / "films"


async def killed_once(shell: Shell, number: int, mode: str, request: Mapping[str, object]) -> str:
    """Return the reference of a film of an agent whose server is killed at a message, after which the agent begins anew."""
    with suppress(
        MCPError, ExceptionGroup, asyncio.TimeoutError
    ):  # the SDK reports in one of these ways that the server has gone
        async with asyncio.timeout(PATIENCE), agent_over_stdio(shell, "--at-most", "100", dies=(str(number), mode)) as client:
            return await film(client, request)
    async with asyncio.timeout(PATIENCE), agent_over_stdio(shell, "--at-most", "100") as client:
        return await film(client, request)


async def film(client: Client, request: Mapping[str, object]) -> str:
    """Return the reference of a film, ordered, waited for and downloaded."""
    reference = str((await called(client, "generate", **request))["reference"])
    await called(client, "wait", task=reference)
    await called(client, "download", task=reference)
    return reference
