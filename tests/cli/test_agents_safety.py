"""`vidu mcp` reads and writes in one folder, says what is allowed as data, and shows no key."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent import BIRD, CEILING, agent, called, films, refused
from cli_running import Shell

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.media.stills import picture
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.providers import PROVIDERS
from vidu_ext.values.installed import install_command

PICTURE = picture(seed="bird", width=640, height=360, file_format="png")


@pytest.fixture
def emulator() -> Iterator[EmulatorServer]:
    settings = EmulatorSettings(queue_seconds=1.0, processing_seconds=1.0)
    with EmulatorServer(settings=settings, clock=Clock(rate=100.0)) as server:
        yield server


@pytest.fixture
def shell(tmp_path: Path, emulator: EmulatorServer) -> Shell:
    return Shell(tmp_path, variables={**emulator.env(), "VIDU_POLL_SECONDS": "0.05"})


def test_a_download_stays_in_the_folder(shell: Shell, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mine")

    async def story() -> None:
        async with agent(shell, *CEILING) as client:
            reference = (await called(client, "generate", **BIRD))["reference"]
            await called(client, "wait", task=reference)
            (films(shell) / "link.mp4").symlink_to(secret)
            (films(shell) / "dangling.mp4").symlink_to(tmp_path / "new.txt")
            (films(shell) / "new.mp4.part").symlink_to(secret)
            (films(shell) / "elsewhere").symlink_to(tmp_path)
            (films(shell) / "mine.mp4").write_text("mine")
            for name in ("../a.mp4", "/a.mp4", "elsewhere/a.mp4", "..", "", "a/../../b", "a\\b", "C:a", "a\0b"):
                await refused(client, "download", task=reference, name=name)
            for name in ("link.mp4", "dangling.mp4"):
                await refused(client, "download", task=reference, name=name)
            await refused(client, "download", task=reference, name="mine.mp4")
            done = await called(client, "download", task=reference, name="new.mp4")
            own = films(shell) / f"{str(reference).removeprefix('vidu:')}.mp4"
            own.symlink_to(secret)
            await called(client, "download", task=reference)
            assert not own.is_symlink()
        assert secret.read_text() == (films(shell) / "mine.mp4").read_text() == "mine"
        assert done["files"][0]["path"] == str(films(shell).resolve() / "new.mp4")  # type: ignore[index,call-overload]  # JSON
        assert {path.name for path in tmp_path.iterdir()} == {"secret.txt", "films", "state", "server.log"}

    asyncio.run(story())


def test_pictures_are_read_from_the_folder_alone(shell: Shell, tmp_path: Path, emulator: EmulatorServer) -> None:
    async def story() -> None:
        async with agent(shell, *CEILING) as client:
            (tmp_path / "private.png").write_bytes(PICTURE)
            (films(shell) / "mine.png").write_bytes(PICTURE)
            (films(shell) / "link.png").symlink_to(tmp_path / "private.png")
            for name in ("../private.png", str(tmp_path / "private.png"), f"file://{tmp_path}/private.png", "link.png"):
                error = await refused(client, "generate", **BIRD, image=[name])
                assert "from which alone this server reads" in error["message"]
            assert not emulator.emulator.ledger.paid
            await called(client, "generate", **BIRD, image=["mine.png"])

    asyncio.run(story())


def test_error_has_the_allowed_values_as_data(shell: Shell, emulator: EmulatorServer) -> None:
    async def story() -> None:
        async with agent(shell, *CEILING) as client:
            unknown = await refused(client, "generate", **{**BIRD, "model": "viduq3-turbi"})
            assert unknown["type"] == "InvalidRequestError"
            (fault,) = unknown["faults"]
            assert (fault["place"], "viduq3-turbo" in fault["allowed"]) == ("#/model", True)
            misspelt = await refused(client, "generate", **BIRD, resolutoin="720p")
            assert (misspelt["type"], misspelt["faults"][0]["place"]) == ("ArgumentError", "#/resolutoin")
            assert "resolution" in misspelt["faults"][0]["allowed"]
            nowhere = await refused(client, "generate", **{**BIRD, "account": "nowhere"})
            assert nowhere["faults"][0]["allowed"] == list(PROVIDERS)
            no_route = await refused(client, "generate", account="zenlayer", extend="https://example.com/v.mp4", model="viduq2")
            assert (no_route["type"], no_route["exit_code"]) == ("NoProviderError", 4)
            assert no_route["explanations"][0]["reasons"]
            no_tool = await refused(client, "genrate")
            assert "generate" in no_tool["faults"][0]["allowed"]
            no_task = await refused(client, "status", task="vidu:404")
            assert (no_task["type"], no_task["status"]) == ("CallError", 404)
            no_reference = await refused(client, "status", task="film.mp4")
            assert (no_reference["type"], no_reference["exit_code"]) == ("ConfigurationError", 2)
        assert not emulator.emulator.ledger.paid

    asyncio.run(story())


def test_no_message_contains_a_key(shell: Shell) -> None:
    keys = {name: f"vda_{name.lower()}_0123456789abcdef" for name in shell.variables if name.endswith("_API_KEY")}
    shell.variables.update(keys)

    async def story() -> list[str]:
        said: list[str] = []
        async with agent(shell, *CEILING) as client:
            told = keys["VIDU_API_KEY"]
            said.append((await client.list_tools()).model_dump_json())
            calls: list[tuple[str, dict[str, object]]] = [
                ("route", {**BIRD, "prompt": told}), ("generate", {**BIRD, "prompt": f"a bird {told}"}), ("balance", {}),
                ("generate", {**BIRD, "model": told}), ("generate", {told: 1}), ("status", {"task": told}), (told, {}),
            ]  # fmt: skip
            said.extend([(await client.call_tool(tool, given)).model_dump_json() for tool, given in calls])
        return said

    messages = asyncio.run(story())
    messages.append((shell.folder / "server.log").read_text())
    for key in keys.values():
        assert not any(key in message or json.dumps(key)[1:-1] in message for message in messages)


def test_a_server_without_its_extra_says_what_to_install(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "vidu_ext.cli.mcp.server", raising=False)
    done = shell.run("mcp")
    assert (done.code, install_command("mcp") in done.err) == (2, True), done
