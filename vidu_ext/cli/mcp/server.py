"""The MCP server: tools by the official SDK over stdin and stdout, and tasks for clients that support them."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from threading import Thread
from typing import Any, Final, Literal, cast, get_type_hints

import mcp_types as protocol
from mcp.server import Server
from mcp.server.context import HandlerResult, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from vidu_ext.cli.config import Configuration
from vidu_ext.cli.exits import exit_of
from vidu_ext.cli.formats import error_document
from vidu_ext.cli.help_json import tool_schema
from vidu_ext.cli.options import DECLARED
from vidu_ext.cli.output import Printer
from vidu_ext.cli.remedies import WORDS as COMMAND
from vidu_ext.cli.remedies import text_in
from vidu_ext.cli.request_options import RequestOptions
from vidu_ext.client.async_vidu import AsyncVidu
from vidu_ext.client.settings import Settings
from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.document import Spec
from vidu_ext.spec.validation import schema_faults
from vidu_ext.values.errors import ConfigurationError, ViduError
from vidu_ext.values.exchange import text_of
from vidu_ext.values.fault import Fault
from vidu_ext.values.remedy import Action
from vidu_ext.values.secrets import redacted
from vidu_ext.values.spelling import nearest

from .tools import Permissions, ToolAnswer, Tools

Context = ServerRequestContext[Any, Any]

READ_ONLY: Final = ("route", "status", "wait", "balance")
"""Tools that change nothing."""
TOOLS: Final = (*READ_ONLY, "generate", "download", "cancel")
TASKS: Final = "io.modelcontextprotocol/tasks"
"""The extension of the protocol for long tasks; https://modelcontextprotocol.io/extensions/tasks."""
POLL_MILLISECONDS: Final = 5000
_STATUSES: Final = {"succeeded": "completed", "failed": "completed", "canceled": "cancelled"}
"""Statuses of the protocol by our states. A failed tool call is a completed task whose result is an error."""
REQUEST_MEMBERS: Final = tuple(
    field.name for field in dataclasses.fields(RequestOptions) if field.name not in ("settings", "check", "prefer", "at_most")
)
"""Options of the command that tools take too. `settings` and `at_most` have another form there, and tools always check."""
REQUESTING: Final = ("route", "generate")
"""Tools that take these options."""

INSTRUCTIONS: Final = (
    "Makes videos and pictures with the Vidu models. `generate` costs money and returns a task at once; `wait` until it has"
    " ended, then `download` it. A task is known by its reference, in every later session too. If a call broke off, repeat it:"
    " the same call finds the same task and pays nothing. `route` shows the price before."
)

WORDS: Final[Mapping[Action, str]] = {
    **COMMAND,
    "check-console": "{effect}",
    "wait": "Call `wait` with {refs}.",
    "ask-again": "Call `wait` with {refs} again later, or show the id to the provider's support.",
    **dict.fromkeys(("find", "find-by-text"), "Call `generate` again as before: it looks for the task, and pays nothing twice."),
    "download": "Call `download` with {refs} again.",
    "choose-name": "Choose another name.",
    "trust-host": "The person who runs this server can allow it with --allow-private-hosts.",
    "skip-check": "Correct it.",
    "mend-store": "The person who runs this server can make room, repair or remove it. Removing it forgets all orders.",
    "pass-once": "Pass `once` too.",
    "other-key": "Pass another `once`.",
    "open-word": "Correct it, or pass unlisted=true if the provider has added this word: it allows this word and nothing else.",
}
"""The text of every action for agents."""

logger: Final = logging.getLogger("vidu_ext")


async def serve(output: Printer, configuration: Configuration, settings: Settings, limits: Permissions) -> None:
    """Serve one client, until it closes stdin or this is cancelled."""
    async with AsyncVidu(configuration.accounts(), prefer=configuration.prefer or None, settings=settings) as vidu:
        server = AgentServer(output, Tools(vidu, configuration, limits)).build()
        async with stdio_server(stdin=cast("Any", _lines())) as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())


async def _lines() -> AsyncIterator[str]:
    """Yield the lines of stdin, with U+FFFD for half a surrogate pair, as JavaScript writes it. The SDK drops what it cannot
    read, and the client waits.

    A thread that ends with the process reads them: nothing interrupts that of the SDK, and after a Ctrl-C the process would last
    until the client ends stdin. Its file is a second one, because Python closes its own at the end.
    """
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str]()

    def read() -> None:
        with suppress(RuntimeError):  # the loop has ended
            with suppress(OSError), os.fdopen(os.dup(0), "rb") as stdin:
                for line in stdin:
                    loop.call_soon_threadsafe(lines.put_nowait, text_of(line))
            loop.call_soon_threadsafe(lines.put_nowait, "")

    Thread(target=read, daemon=True).start()
    while line := await lines.get():
        yield line


class ArgumentError(ConfigurationError):
    """Invalid arguments or an unknown tool. Nothing was sent."""

    def __init__(self, problem: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{problem}; nothing was sent. {'; '.join(map(str, faults))}")


class AgentServer:
    """Passes calls to the tools, and turns their answers and errors into results. No message contains a key."""

    def __init__(self, output: Printer, tools: Tools) -> None:
        self._output = output
        accounts = dict.fromkeys([*(one.name for one in tools.configuration.accounts()), *PROVIDERS])
        self._tools: Mapping[str, Callable[..., Awaitable[ToolAnswer]]] = {name: getattr(tools, name) for name in TOOLS}
        self._arguments = {name: _arguments(run, tuple(accounts)) for name, run in self._tools.items()}
        self._schemas = Spec({name: model.model_json_schema() for name, model in self._arguments.items()})
        """Of the arguments, by tool. Made once, because the check of a schema is kept as long as the program runs."""

    def build(self) -> Server[Any]:
        server: Server[Any] = Server("vidu", version=version("vidu-ext"), instructions=INSTRUCTIONS, on_list_tools=self._list)
        server.extensions[TASKS] = {}
        server.add_request_handler("tools/call", protocol.CallToolRequestParams, self._call)
        server.add_request_handler("tasks/get", protocol.GetTaskRequestParams, self._task)
        server.add_request_handler("tasks/cancel", protocol.GetTaskRequestParams, partial(self._acknowledge, "cancel"))
        # no task asks for input: of an update, only the id can be wrong
        server.add_request_handler("tasks/update", protocol.GetTaskRequestParams, partial(self._acknowledge, "status"))
        return server

    async def _list(self, _: Context, __: protocol.PaginatedRequestParams | None) -> protocol.ListToolsResult:
        return protocol.ListToolsResult(tools=[self._describe(name) for name in TOOLS])

    def _describe(self, name: str) -> protocol.Tool:
        hints = protocol.ToolAnnotations(
            read_only_hint=name in READ_ONLY, destructive_hint=name == "cancel", idempotent_hint=True
        )
        text, schema, answers = inspect.getdoc(self._tools[name]), self._schemas.at((name,)), tool_schema(name)
        return protocol.Tool(name=name, description=text, input_schema=schema, output_schema=answers, annotations=hints)

    # -- calls --------------------------------------------------------------------------------------------------------

    async def _call(self, context: Context, params: protocol.CallToolRequestParams) -> HandlerResult:
        try:
            answer = await self._answer(context, params.name, params.arguments or {})
        except Exception as error:
            if not isinstance(error, ViduError):
                logger.exception("the tool %s failed", params.name)
            return self._error_result(error)
        if params.name == "generate" and _supports_tasks(context):
            return {"resultType": "task", **_task_members(str(answer.document["reference"]), "working", answer.line)}
        return self._result(answer)

    async def _answer(self, context: Context, name: str, arguments: dict[str, Any]) -> ToolAnswer:
        if name not in self._tools:
            raise ArgumentError(f"there is no tool {name!r}", [Fault("#", f"no such tool.{nearest(name, TOOLS)}", allowed=TOOLS)])
        try:
            parsed = self._arguments[name].model_validate(arguments)
        except ValidationError as error:
            faults = schema_faults(self._schemas, (name,), arguments) or [Fault("#", one["msg"]) for one in error.errors()]
            raise ArgumentError(f"{name} does not take this", faults) from None
        values = dict(parsed)
        if name in REQUESTING:
            values["asked"] = RequestOptions(**{member: values.pop(member) for member in REQUEST_MEMBERS})
        if name == "generate":
            info = context.session.client_params
            values["client"] = info.client_info.name if info else ""
        if name == "wait":
            values["report"] = context.session.report_progress
        return await self._tools[name](**values)

    def _result(self, answer: ToolAnswer, *, is_error: bool = False) -> protocol.CallToolResult:
        text = self._output.without_keys(json.dumps(answer.document))
        line = redacted(self._output.clean(answer.line))
        content: list[protocol.ContentBlock] = [protocol.TextContent(text=line), protocol.TextContent(text=text)]
        content += [protocol.ResourceLink(uri=path.as_uri(), name=path.name, size=path.stat().st_size) for path in answer.files]
        return protocol.CallToolResult(content=content, structured_content=json.loads(text), is_error=is_error)

    # -- errors -------------------------------------------------------------------------------------------------------

    def _error_result(self, error: Exception) -> protocol.CallToolResult:
        """Return an error with its data, without the submission, which may contain whole pictures."""
        message = self._message(error)
        document = error_document(error, message, code=exit_of(error))
        document["error"].pop("submission", None)
        return self._result(ToolAnswer(message, document), is_error=True)

    def _message(self, error: Exception) -> str:
        """Return the message of an error for agents, with its notes."""
        bug = "This is a bug of the server; see its log. A call of `generate` may be repeated: it pays nothing twice."
        return redacted(self._output.clean(text_in(WORDS, {}, error) if isinstance(error, ViduError) else bug))

    # -- tasks of the protocol ----------------------------------------------------------------------------------------

    async def _task(self, _: Context, params: protocol.GetTaskRequestParams) -> HandlerResult:
        answer = await self._of_task("status", params)
        state = str(answer.document["state"])
        created = answer.document.get("created_at")
        members = _task_members(params.task_id, _STATUSES.get(state, "working"), answer.line, created)
        if members["status"] == "completed":
            result = self._result(answer, is_error=state == "failed")
            members["result"] = result.model_dump(by_alias=True, mode="json", exclude_none=True)
        return {"resultType": "complete", **members}

    async def _acknowledge(self, tool: str, _: Context, params: protocol.GetTaskRequestParams) -> HandlerResult:
        await self._of_task(tool, params)
        return {"resultType": "complete"}

    async def _of_task(self, tool: str, params: protocol.GetTaskRequestParams) -> ToolAnswer:
        try:
            return await self._tools[tool](task=params.task_id)
        except ViduError as error:
            raise MCPError(protocol.INVALID_PARAMS, self._message(error)) from error


def _arguments(run: Callable[..., Awaitable[ToolAnswer]], accounts: Sequence[str]) -> type[BaseModel]:
    """Build the model of a tool's arguments from its signature, in which `asked` means the options of a request."""
    members: dict[str, Any] = {}
    for name, parameter in inspect.signature(run, eval_str=True).parameters.items():
        if name == "asked":
            members.update(_request_members(accounts))
        elif name not in ("client", "report"):
            members[name] = (parameter.annotation, ... if parameter.default is parameter.empty else parameter.default)
    return create_model(cast("Any", run).__name__, __config__=ConfigDict(extra="forbid"), **members)


def _request_members(accounts: Sequence[str]) -> dict[str, Any]:
    hints = {**get_type_hints(RequestOptions), "account": cast("Any", Literal)[tuple(accounts)] | None}
    fields = {field.name: field for field in dataclasses.fields(RequestOptions)}
    return {
        name: (
            hints[name],
            Field(default=fields[name].default, description=fields[name].metadata[DECLARED].help.replace("--", "")),
        )
        for name in REQUEST_MEMBERS
    }


def _supports_tasks(context: Context) -> bool:
    """Return whether the client accepts a task as the answer to this call."""
    capabilities = context.session.client_capabilities
    extensions = (capabilities.extensions if capabilities else None) or {}
    return TASKS in extensions and context.protocol_version in MODERN_PROTOCOL_VERSIONS


def _task_members(ref: str, status: str, line: str, created: object = None) -> dict[str, object]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "taskId": ref, "status": status, "statusMessage": line, "createdAt": created or now, "lastUpdatedAt": now,
        "ttlMs": None, "pollIntervalMs": POLL_MILLISECONDS,
    }  # fmt: skip
