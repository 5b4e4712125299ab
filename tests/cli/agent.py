"""An agent: a client of the official SDK that starts `vidu mcp` as its server, over stdio.

async with agent(shell, "--at-most", "60") as client:
    made = await client.call_tool("generate", {"prompt": "a bird"})
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, cast

from cli_running import COMMAND, PATIENCE, Shell
from mcp import Client, MCPError
from mcp.client.extension import ClientExtension
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult, Implementation
from printed_documents import validator

from vidu_ext.values.tasks import Object

DYING: Final = str(Path(__file__).with_name("dying_server.py"))
BIRD: Final[Mapping[str, object]] = {"prompt": "a paper bird", "model": "viduq3-turbo", "duration": 5, "account": "vidu"}
"""A request that costs 55 credits by Vidu's price page."""
CEILING: Final = ("--at-most", "60")


@asynccontextmanager
async def agent(
    shell: Shell,
    *options: str,
    name: str = "agent-of-a-test",
    dies: Sequence[str] = (),
    extensions: Sequence[ClientExtension] = (),
    mode: str = "auto",
) -> AsyncGenerator[Client]:
    """A client whose server has the shell's environment. With `dies`, dying_server.py with these arguments is in between."""
    films(shell).mkdir(exist_ok=True)
    server = [*COMMAND, "mcp", "--folder", str(films(shell)), *options]
    command = [sys.executable, DYING, *dies, *server] if dies else server
    with (shell.folder / "server.log").open("a", encoding="utf-8") as log:
        parameters = StdioServerParameters(command=command[0], args=command[1:], env=shell.environment, cwd=shell.folder)
        transport = stdio_client(parameters, errlog=log)
        who = Implementation(name=name, version="1")
        async with Client(transport, client_info=who, extensions=extensions, mode=mode) as client:
            yield client


async def called(client: Client, tool: str, **arguments: object) -> Object:
    """Return the document that a tool answers with. Fails if it is an error, or not what the tool says that it answers."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    document = document_of(result)
    assert not [error.message for error in validator(tool, "tools").iter_errors(document)], document
    return document


async def refused(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    """Return the error that a tool answers with. Fails if it is none."""
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
    """The reference of a film that an agent makes although its server is killed at a message; the agent begins anew then."""
    with suppress(MCPError, ExceptionGroup, asyncio.TimeoutError):  # as the SDK tells that the server has gone
        async with asyncio.timeout(PATIENCE), agent(shell, "--at-most", "100", dies=(str(number), mode)) as client:
            return await film(client, request)
    async with asyncio.timeout(PATIENCE), agent(shell, "--at-most", "100") as client:
        return await film(client, request)


async def film(client: Client, request: Mapping[str, object]) -> str:
    """Return the reference of a film, ordered, waited for and downloaded."""
    reference = str((await called(client, "generate", **request))["reference"])
    await called(client, "wait", task=reference)
    await called(client, "download", task=reference)
    return reference
