"""The MCP server: tools by the official SDK over stdin and stdout, and tasks for clients that support them."""

from __future__ import annotations

import dataclasses
import inspect
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_type_hints

import mcp_types as protocol
from mcp.server import Server
from mcp.server.context import HandlerResult, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from vidu_ext.cli.exits import exit_of
from vidu_ext.cli.formats import error_document
from vidu_ext.cli.help_json import tool_schema
from vidu_ext.cli.options import DECLARED
from vidu_ext.cli.remedies import WORDS as COMMAND
from vidu_ext.cli.remedies import text_in
from vidu_ext.cli.request_options import RequestOptions
from vidu_ext.client.async_vidu import AsyncVidu
from vidu_ext.providers import PROVIDERS
from vidu_ext.values.errors import ConfigurationError, ViduError
from vidu_ext.values.fault import Fault
from vidu_ext.values.remedy import Action
from vidu_ext.values.secrets import redacted
from vidu_ext.values.spelling import nearest

from .tools import Permissions, ToolAnswer, Tools

if TYPE_CHECKING:
    from vidu_ext.cli.config import Configuration
    from vidu_ext.cli.output import Printer
    from vidu_ext.client.settings import Settings

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
SERVER_PARAMETERS: Final = frozenset({"asked", "client", "progress"})
"""Parameters of tools that the server passes, not the agent."""

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
    """Serve one client, until it closes stdin."""
    async with AsyncVidu(configuration.accounts(), prefer=configuration.prefer or None, settings=settings) as vidu:
        server = AgentServer(output, Tools(vidu, configuration, limits)).build()
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())


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

    def build(self) -> Server[Any]:
        server: Server[Any] = Server("vidu", version=version("vidu-ext"), instructions=INSTRUCTIONS, on_list_tools=self._list)
        server.extensions[TASKS] = {}
        server.add_request_handler("tools/call", protocol.CallToolRequestParams, self._call)
        server.add_request_handler("tasks/get", protocol.GetTaskRequestParams, self._task)
        server.add_request_handler("tasks/cancel", protocol.GetTaskRequestParams, self._cancel)
        server.add_request_handler("tasks/update", protocol.GetTaskRequestParams, self._update)
        return server

    async def _list(self, _: Context, __: protocol.PaginatedRequestParams | None) -> protocol.ListToolsResult:
        return protocol.ListToolsResult(tools=[self._describe(name) for name in TOOLS])

    def _describe(self, name: str) -> protocol.Tool:
        hints = protocol.ToolAnnotations(
            read_only_hint=name in READ_ONLY, destructive_hint=name == "cancel", idempotent_hint=True
        )
        schema = self._arguments[name].model_json_schema()
        text, answers = inspect.getdoc(self._tools[name]), tool_schema(name)
        return protocol.Tool(name=name, description=text, input_schema=schema, output_schema=answers, annotations=hints)

    # -- calls --------------------------------------------------------------------------------------------------------

    async def _call(self, context: Context, params: protocol.CallToolRequestParams) -> HandlerResult:
        try:
            answer = await self._answer(context, params.name, params.arguments or {})
        except ViduError as error:
            return self._error_result(error)
        except Exception as error:
            logger.exception("the tool %s failed", params.name)
            return self._error_result(error)
        if params.name == "generate" and _supports_tasks(context):
            return {"resultType": "task", **_task_members(str(answer.document["reference"]), "working", answer.line)}
        return self._result(answer)

    async def _answer(self, context: Context, name: str, arguments: Mapping[str, Any]) -> ToolAnswer:
        run, model = self._tools.get(name), self._arguments.get(name)
        if run is None or model is None:
            raise ArgumentError(f"there is no tool {name!r}", [Fault("#", f"no such tool.{nearest(name, TOOLS)}", allowed=TOOLS)])
        try:
            parsed = model.model_validate(arguments)
        except ValidationError as error:
            raise ArgumentError(f"{name} does not take this", _faults(error, model)) from None
        values = {member: getattr(parsed, member) for member in model.model_fields}
        parameters = inspect.signature(run).parameters
        if "asked" in parameters:
            values["asked"] = RequestOptions(**{member: values.pop(member) for member in REQUEST_MEMBERS})
        if "client" in parameters:
            info = context.session.client_params
            values["client"] = info.client_info.name if info else ""
        if "progress" in parameters:
            values["progress"] = partial(context.session.report_progress, total=100.0)
        return await run(**values)

    def _result(self, answer: ToolAnswer, *, is_error: bool = False) -> protocol.CallToolResult:
        text = self._output.without_keys(json.dumps(answer.document))
        line = redacted(self._output.clean(answer.line))
        content: list[protocol.ContentBlock] = [protocol.TextContent(text=line), protocol.TextContent(text=text)]
        content += [protocol.ResourceLink(uri=path.as_uri(), name=path.name, size=path.stat().st_size) for path in answer.files]
        return protocol.CallToolResult(content=content, structured_content=json.loads(text), is_error=is_error)

    # -- errors -------------------------------------------------------------------------------------------------------

    def _error_result(self, error: Exception) -> protocol.CallToolResult:
        """Return an error with its data, without the submission, which may contain whole pictures."""
        message = redacted(self._output.clean(_message_of(error)))
        document = error_document(error, message, code=exit_of(error))
        document["error"].pop("submission", None)
        return self._result(ToolAnswer(message, document), is_error=True)

    # -- tasks of the protocol ----------------------------------------------------------------------------------------

    async def _task(self, _: Context, params: protocol.GetTaskRequestParams) -> HandlerResult:
        answer = await self._or_protocol_error(self._tools["status"](task=params.task_id))
        state = str(answer.document["state"])
        created = answer.document.get("created_at")
        members = _task_members(params.task_id, _STATUSES.get(state, "working"), answer.line, created)
        if members["status"] == "completed":
            result = self._result(answer, is_error=state == "failed")
            members["result"] = result.model_dump(by_alias=True, mode="json", exclude_none=True)
        return {"resultType": "complete", **members}

    async def _cancel(self, _: Context, params: protocol.GetTaskRequestParams) -> HandlerResult:
        await self._or_protocol_error(self._tools["cancel"](task=params.task_id))
        return {"resultType": "complete"}

    async def _update(self, context: Context, params: protocol.GetTaskRequestParams) -> HandlerResult:
        await self._task(context, params)  # no task asks for input: only its id can be wrong
        return {"resultType": "complete"}

    async def _or_protocol_error(self, answer: Awaitable[ToolAnswer]) -> ToolAnswer:
        try:
            return await answer
        except ViduError as error:
            raise MCPError(protocol.INVALID_PARAMS, redacted(self._output.clean(_message_of(error)))) from error


def _arguments(run: Callable[..., Awaitable[ToolAnswer]], accounts: Sequence[str]) -> type[BaseModel]:
    """Build the model of a tool's arguments from its signature, in which `asked` means the options of a request."""
    members: dict[str, Any] = {}
    for name, parameter in inspect.signature(run, eval_str=True).parameters.items():
        if name == "asked":
            members.update(_request_members(accounts))
        elif name not in SERVER_PARAMETERS:
            members[name] = (parameter.annotation, ... if parameter.default is parameter.empty else parameter.default)
    return create_model(cast("Any", run).__name__, __config__=ConfigDict(extra="forbid"), **members)


def _request_members(accounts: Sequence[str]) -> dict[str, Any]:
    hints = {**get_type_hints(RequestOptions), "account": cast("Any", Literal)[tuple(accounts)] | None}
    return {
        field.name: (hints[field.name], Field(default=field.default, description=field.metadata[DECLARED].help.replace("--", "")))
        for field in dataclasses.fields(RequestOptions)
        if field.name in REQUEST_MEMBERS
    }


def _faults(error: ValidationError, arguments: type[BaseModel]) -> Sequence[Fault]:
    """Return the invalid arguments, each with its place and what is allowed there."""
    known = arguments.model_json_schema()["properties"]

    def fault(place: Sequence[str | int], kind: str, message: str) -> Fault:
        name = str(place[0])
        if kind == "extra_forbidden":
            return Fault(f"#/{name}", f"is no argument.{nearest(name, tuple(known))}", allowed=tuple(known))
        schemas = [known[name], *known[name].get("anyOf", ())]
        choices = next((tuple(schema["enum"]) for schema in schemas if "enum" in schema), None)
        return Fault(f"#/{name}", message, allowed=choices)

    errors = error.errors(include_url=False, include_input=False)
    return [fault(details["loc"], details["type"], details["msg"]) for details in errors]


def _message_of(error: BaseException) -> str:
    """Return the message of an error for agents, with its notes."""
    if not isinstance(error, ViduError):
        return "This is a bug of the server; see its log. A call of `generate` may be repeated: it pays nothing twice."
    return text_in(WORDS, {}, error)


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
