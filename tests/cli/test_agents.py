"""`vidu mcp`: an agent of the official SDK makes a film, pays for nothing twice, and stays in one folder."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import pytest
from agent import BIRD, CEILING, agent, agent_over_stdio, called, document_of, films, killed_once, line_of, refused
from cli_running import COMMAND, PATIENCE, Shell
from mcp import MCPError
from mcp.client.extension import ClaimContext, ClientExtension, ResultClaim
from mcp_types import CallToolResult, GetTaskRequestParams, Request, Result
from printed_documents import schemas, validator
from pydantic import ConfigDict, Field

from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.media.stills import picture
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.providers import PROVIDERS

pytest_plugins = ["cli_fixtures"]
pytestmark = pytest.mark.anyio

PICTURE: Final = picture(seed="bird", width=640, height=360, file_format="png")


async def test_film_takes_three_calls_over_stdio(shell: Shell, emulator: EmulatorServer) -> None:
    async with agent_over_stdio(shell, *CEILING) as client:
        reference = str((await called(client, "generate", **BIRD))["reference"])
        waited = await called(client, "wait", task=reference)
        result = await client.call_tool("download", {"task": reference})
    (paid,) = emulator.emulator.ledger.paid
    assert (waited["state"], waited["reference"], reference) == ("succeeded", reference, f"vidu:{paid.id}")
    (film,) = films(shell).iterdir()
    assert b"ftyp" in film.read_bytes()[:16]
    assert film.as_uri() in [getattr(block, "uri", None) for block in result.content]


@pytest.mark.parametrize("emulator", [EmulatorSettings(queue_seconds=1e6)], indirect=True)
async def test_wait_reports_the_state_and_how_long_it_has_lasted(shell: Shell) -> None:
    """The protocol demands that the progress grows with each notification."""
    reports: list[tuple[float, float | None, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        reports.append((progress, total, message))

    async with agent(shell, *CEILING) as client:
        reference = (await called(client, "generate", **BIRD))["reference"]
        await client.call_tool("wait", {"task": reference, "seconds": 0.5}, progress_callback=note)
    seconds = [progress for progress, _, _ in reports]
    assert len(seconds) > 1
    assert seconds == sorted(set(seconds))
    assert {total for _, total, _ in reports} == {0.5}
    assert {str(message).partition(",")[0] for _, _, message in reports} <= {"created", "queued"}


async def test_every_tool_has_a_schema_of_its_answer(shell: Shell) -> None:
    """The client of the SDK holds every answer to it, as these tests do more strictly."""
    async with agent(shell, *CEILING) as client:
        listed = {tool.name: tool.output_schema or {} for tool in (await client.list_tools()).tools}
    assert set(listed) == set(schemas()["tools"])
    assert {str(schema["type"]) for schema in listed.values()} == {"object"}
    assert set(listed["balance"]["$defs"]) == {"BalancesDocument", "BalanceDocument", "BudgetDocument"}
    for name, document in {"generate": {"reference": "vidu:1"}, "wait": {"reference": "vidu:1"}, "balance": {}}.items():
        assert not validator(name, "tools").is_valid(document)


async def test_repeated_call_pays_nothing_and_says_so(shell: Shell, emulator: EmulatorServer) -> None:
    async with agent(shell, *CEILING) as client:
        first = document_of(await client.call_tool("generate", dict(BIRD)))
        again = await client.call_tool("generate", dict(BIRD))
    async with agent(shell, *CEILING) as client:
        later = await client.call_tool("generate", dict(BIRD))
    for repeated in (again, later):
        assert (document_of(repeated)["reference"], document_of(repeated)["is_new"]) == (first["reference"], False)
        assert line_of(repeated).startswith(f"Same order as {first['reference']}")
        assert "`once`" in line_of(repeated)
    assert len(emulator.emulator.ledger.paid) == 1


async def test_another_key_request_or_program_is_another_order(shell: Shell, emulator: EmulatorServer) -> None:
    async with agent(shell, *CEILING) as client:
        orders = [await called(client, "generate", **{**BIRD, **further}) for further in ({}, {"once": "2"}, {"seed": 7})]
        same = await called(client, "generate", **BIRD, once="2")
    async with agent(shell, *CEILING, name="another-program") as client:
        orders.append(await called(client, "generate", **BIRD))
    assert same["reference"] == orders[1]["reference"]
    assert len({str(order["reference"]) for order in orders}) == len(emulator.emulator.ledger.paid) == 4


async def test_route_returns_accounts_reasons_and_prices(shell: Shell, emulator: EmulatorServer) -> None:
    async with agent(shell) as client:
        routed: dict[str, Any] = await called(client, "route", prompt="a bird", model="viduq3-turbo", duration=5)
        dear: dict[str, Any] = await called(client, "route", prompt="a bird", model="viduq3-turbo", duration=5, at_most="0.01usd")
    rows = {row["account"]: row for row in routed["accounts"]}
    assert rows["vidu"]["price"]["amount"] == 55.0, "https://platform.vidu.com/docs/pricing, 2026-07-10: 11 a second"
    assert not rows["skills_video"]["capable"]
    assert rows["skills_video"]["reasons"]
    reasons = {row["account"]: row["reasons"] for row in dear["accounts"]}
    assert "more than the ceiling of 0.01 USD" in reasons["vidu"][0]
    assert not emulator.emulator.ledger.paid


@pytest.mark.parametrize("emulator", [EmulatorSettings(queue_seconds=1e6)], indirect=True)
async def test_task_that_waits_has_a_state_and_can_be_cancelled(shell: Shell) -> None:
    async with agent(shell, *CEILING) as client:
        reference = (await called(client, "generate", **BIRD))["reference"]
        for waiting in (await called(client, "status", task=reference), await called(client, "wait", task=reference, seconds=0)):
            assert (waiting["reference"], waiting["state"] in ("created", "queued")) == (reference, True)
        assert (await called(client, "cancel", task=reference))["state"] == "canceled"
        balance: dict[str, Any] = await called(client, "balance")
        assert "vidu" in [row["account"] for row in balance["accounts"]]
        assert "canceled" in line_of(await client.call_tool("generate", dict(BIRD)))


@pytest.mark.parametrize("emulator", [EmulatorSettings(keys={"skills_video": "right-key"})], indirect=True)
async def test_balance_of_an_account_whose_key_is_refused_hides_no_other(tmp_path: Path, emulator: EmulatorServer) -> None:
    variables = {**emulator.env(), "SKILLS_VIDEO_API_KEY": "wrong-key"}
    async with agent(Shell(tmp_path, variables=variables)) as client:
        answer = await client.call_tool("balance", {})
    assert re.search(r"vidu: \d+ credits \(metered\); skills_video: getCredits at skills_video failed", line_of(answer))


@pytest.mark.parametrize(("end", "code"), [("client gone", 0), ("ctrl_c", 130)])
def test_call_with_half_a_character_is_answered_and_the_server_ends(end: str, code: int, shell: Shell) -> None:
    """Half a surrogate pair, as JavaScript writes it, never had an answer; Ctrl-C waited until the client closed stdin."""
    if end == "ctrl_c" and sys.platform == "win32":
        pytest.skip("no signal of this kind on Windows")
    films(shell).mkdir()
    command = [*COMMAND, "mcp", "--folder", str(films(shell))]
    environment = {**shell.environment, "PYTHONWARNINGS": "always::ResourceWarning"}
    call = (
        b'{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "route", "arguments": {"prompt": "\\ud83d"}}}\n'
    )
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        server.stdin.write(call)
        answer = json.loads(server.stdout.readline())
        if end == "ctrl_c":
            server.send_signal(signal.SIGINT)
        else:
            server.stdout.close()
            server.stdin.write(call)
        assert server.wait(PATIENCE) == code
        log = server.stderr.read()
    assert b"bug" not in log
    assert b"ResourceWarning" not in log
    assert answer["id"] == 7


# -- files, errors and keys --------------------------------------------------------------------------------------------


async def test_download_stays_in_the_folder(shell: Shell, tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret.txt", films(shell)
    secret.write_text("mine")
    async with agent(shell, *CEILING) as client:
        reference = (await called(client, "generate", **BIRD))["reference"]
        await called(client, "wait", task=reference)
        (folder / "link.mp4").symlink_to(secret)
        (folder / "dangling.mp4").symlink_to(tmp_path / "new.txt")
        (folder / "elsewhere").symlink_to(tmp_path)
        (folder / "mine.mp4").write_text("mine")
        for name in ("../a.mp4", "/a.mp4", "elsewhere/a.mp4", "..", "", "a/../../b", "a\\b", "C:a", "a\0b"):
            await refused(client, "download", task=reference, name=name)
        for name in ("link.mp4", "dangling.mp4", "mine.mp4"):
            await refused(client, "download", task=reference, name=name)
        folder.rename(tmp_path / "moved")
        await refused(client, "download", task=reference)
        assert not folder.exists(), "a film in the place of the folder"
        (tmp_path / "moved").rename(folder)
        done: dict[str, Any] = await called(client, "download", task=reference, name="new.mp4")
        own = folder / f"{str(reference).removeprefix('vidu:')}.mp4"
        own.symlink_to(secret)
        await called(client, "download", task=reference)
        assert not own.is_symlink()
    assert secret.read_text() == (folder / "mine.mp4").read_text() == "mine"
    assert done["files"][0]["path"] == str(folder.resolve() / "new.mp4")
    assert {path.name for path in tmp_path.iterdir()} == {"secret.txt", "films", "state"}


async def test_pictures_are_read_from_the_folder_alone(shell: Shell, tmp_path: Path, emulator: EmulatorServer) -> None:
    async with agent(shell, *CEILING) as client:
        (tmp_path / "private.png").write_bytes(PICTURE)
        (films(shell) / "mine.png").write_bytes(PICTURE)
        (films(shell) / "link.png").symlink_to(tmp_path / "private.png")
        for name in ("../private.png", str(tmp_path / "private.png"), f"file://{tmp_path}/private.png", "link.png"):
            error = await refused(client, "generate", **BIRD, image=[name])
            assert "from which alone this server reads" in error["message"]
        if hasattr(os, "mkfifo"):
            os.mkfifo(films(shell) / "pipe.png")  # held up the whole server
            assert "not a regular file" in (await refused(client, "generate", **BIRD, image=["pipe.png"]))["message"]
        nul = await refused(client, "generate", **BIRD, image=["mine\0.png"])
        assert nul["type"] == "ConfigurationError"
        assert not emulator.emulator.ledger.paid
        await called(client, "generate", **BIRD, image=["mine.png"])


ERRORS: Final[dict[str, tuple[str, dict[str, Any], str, str, str]]] = {
    "a word": ("generate", {"model": "viduq3-turbi"}, "InvalidRequestError", "#/model", "viduq3-turbo"),
    "an argument": ("generate", {"resolutoin": "720p"}, "ArgumentError", "#/resolutoin", "resolution"),
    "an account": ("generate", {"account": "nowhere"}, "ArgumentError", "#/account", PROVIDERS[0]),
    "a tool": ("genrate", {}, "ArgumentError", "#", "generate"),
}
"""The tool and its wrong argument, the type of the error, and the place and one of the allowed values of its fault."""


async def test_error_has_the_allowed_values_as_data(shell: Shell, emulator: EmulatorServer) -> None:
    async with agent(shell, *CEILING) as client:
        for tool, wrong, kind, place, allowed in ERRORS.values():
            error = await refused(client, tool, **{**BIRD, **wrong})
            (fault,) = error["faults"]
            assert (error["type"], fault["place"], allowed in fault["allowed"]) == (kind, place, True)
        no_route = await refused(client, "generate", account="zenlayer", extend="https://example.com/v.mp4", model="viduq2")
        assert (no_route["type"], no_route["exit_code"], len(no_route["explanations"])) == ("NoProviderError", 4, 1)
        no_task = await refused(client, "status", task="vidu:404")
        assert (no_task["type"], no_task["status"]) == ("CallError", 404)
        no_reference = await refused(client, "status", task="film.mp4")
        assert (no_reference["type"], no_reference["exit_code"]) == ("ConfigurationError", 2)
    assert not emulator.emulator.ledger.paid


async def test_no_message_contains_a_key(shell: Shell) -> None:
    keys = {name: f"vda_{name.lower()}_0123456789abcdef" for name in shell.variables if name.endswith("_API_KEY")}
    shell.variables.update(keys)
    key_of_vidu = keys["VIDU_API_KEY"]
    calls: list[tuple[str, dict[str, object]]] = [
        ("route", {**BIRD, "prompt": key_of_vidu}), ("generate", {**BIRD, "prompt": f"a bird {key_of_vidu}"}), ("balance", {}),
        ("generate", {**BIRD, "model": key_of_vidu}), ("generate", {key_of_vidu: 1}), ("status", {"task": key_of_vidu}),
        (key_of_vidu, {}),
    ]  # fmt: skip
    async with agent_over_stdio(shell, *CEILING) as client:
        messages = [(await client.list_tools()).model_dump_json()]
        messages += [(await client.call_tool(tool, arguments)).model_dump_json() for tool, arguments in calls]
    messages.append((shell.folder / "server.log").read_text())
    for key in keys.values():
        assert not any(key in message or json.dumps(key)[1:-1] in message for message in messages)


# -- tasks of the protocol: `generate` gives one to clients that know them, and its id is the reference ----------------


class ProtocolTask(Result):
    """A task as https://modelcontextprotocol.io/extensions/tasks has it; `extra` keeps the result of one that has ended."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)
    result_type: Literal["task"] = Field("task", alias="resultType")
    task_id: str = Field(alias="taskId")
    status: str


class PolledTask(ProtocolTask):
    result_type: Literal["complete"] = Field("complete", alias="resultType")  # type: ignore[assignment]  # the same word of another result


TaskRequest: TypeAlias = Request[GetTaskRequestParams, str]


async def polled(session: Any, reference: str) -> PolledTask:
    task: PolledTask = await session.send_request(request_for("tasks/get", reference), PolledTask)
    return task


def request_for(method: str, reference: str) -> TaskRequest:
    return TaskRequest(method=method, params=GetTaskRequestParams(task_id=reference))


class Tasks(ClientExtension):
    """Polls a task until it has ended, as a client of the extension does."""

    identifier = "io.modelcontextprotocol/tasks"

    def __init__(self) -> None:
        self.seen: list[ProtocolTask] = []

    def claims(self) -> Sequence[ResultClaim[Any]]:
        return [ResultClaim(result_type="task", model=ProtocolTask, resolve=self._resolve)]

    async def _resolve(self, task: ProtocolTask, context: ClaimContext) -> CallToolResult:
        self.seen.append(task)
        while self.seen[-1].status == "working":
            await asyncio.sleep(0.02)
            self.seen.append(await polled(context.session, task.task_id))
        return CallToolResult.model_validate((self.seen[-1].model_extra or {}).get("result", {"content": []}))


async def test_client_that_supports_tasks_gets_one_that_ends_with_the_film(shell: Shell, emulator: EmulatorServer) -> None:
    tasks = Tasks()
    async with agent(shell, *CEILING, extensions=[tasks]) as client:
        assert tasks.identifier in (client.server_capabilities.extensions or {})
        result = await client.call_tool("generate", dict(BIRD))
        again = await client.call_tool("generate", dict(BIRD))
    (paid,) = emulator.emulator.ledger.paid
    assert {task.task_id for task in tasks.seen} == {f"vidu:{paid.id}"}
    assert tasks.seen[0].status == "working"
    assert (result.structured_content or {})["state"] == "succeeded"
    assert (again.structured_content or {})["reference"] == f"vidu:{paid.id}"


@pytest.mark.parametrize("emulator", [EmulatorSettings(queue_seconds=1e6)], indirect=True)
async def test_task_is_known_to_a_later_server_and_can_be_cancelled(shell: Shell) -> None:
    async with agent(shell, *CEILING) as client:
        reference = str((await called(client, "generate", **BIRD))["reference"])
    async with agent(shell, *CEILING, extensions=[Tasks()]) as client:
        assert (await polled(client.session, reference)).status == "working"
        for method in ("tasks/update", "tasks/cancel"):
            await client.session.send_request(request_for(method, reference), Result)
        assert (await polled(client.session, reference)).status == "cancelled"
        for unknown in ("vidu:404", "film.mp4"):
            with pytest.raises(MCPError):
                await polled(client.session, unknown)


async def test_client_of_an_older_protocol_gets_a_plain_answer(shell: Shell) -> None:
    async with agent(shell, *CEILING, mode="legacy") as client:
        assert str((await called(client, "generate", **BIRD))["reference"]).startswith("vidu:")


@pytest.mark.parametrize(("number", "mode"), [(3, "0.1"), (4, "held")])
async def test_killed_server_loses_nothing_and_pays_once(number: int, mode: str, shell: Shell, emulator: EmulatorServer) -> None:
    """Message 3 orders and 4 answers. The whole, every message and several moments, is `make stress ONLY=agents`."""
    reference = await killed_once(shell, number, mode, BIRD)
    assert [f"vidu:{task.id}" for task in emulator.emulator.ledger.paid] == [reference]
