"""What programs and agents read about the command is what it does: help as JSON, schemas, errors, exit codes, the skill."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from cli_running import Shell

from vidu_ext.cli.exits import Exit
from vidu_ext.emulator.faults.rules import FaultRule
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.values import errors

SKILL = files("vidu_ext").joinpath("SKILL.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The document of --help-json."""
    document: dict[str, Any] = json.loads(Shell(tmp_path_factory.mktemp("home")).run("--help-json").out)
    return document


def test_every_command_has_a_description_of_its_documents(described: dict[str, Any]) -> None:
    assert set(described["commands"]) == set(described["documents"]["commands"])


def test_every_exit_code_and_error_is_described(described: dict[str, Any]) -> None:
    assert described["exit_codes"] == {str(int(code)): code.meaning for code in Exit}
    ours = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ViduError)}
    assert {*described["errors"], "ViduError"} == ours
    assert described["errors"]["KeyRefusedError"] == {
        "is_a": "RefusedError", "exit_code": 5, "meaning": "The key is not accepted, or has no permission for this.",
    }  # fmt: skip
    unexpected = [name for name, error in described["errors"].items() if error["exit_code"] == Exit.UNEXPECTED]
    assert unexpected == ["SubmitError"], "never raised itself"


def test_skill_names_only_commands_options_and_codes_that_exist(described: dict[str, Any]) -> None:
    commands = re.findall(r"`?vidu ([a-z]+)([^`\n]*)", SKILL)
    assert {name for name, _ in commands} >= {"route", "generate", "wait", "download", "find", "mcp"}
    for name, rest in commands:
        assert name in described["commands"], name
        known = {option for parameter in described["commands"][name]["parameters"] for option in parameter["names"]}
        assert set(re.findall(r"(?<=\s)--?[a-z][a-z-]*", rest)) <= known, (name, rest)
    codes = re.findall(r"^\| ([\d, ]+) \|", SKILL, re.MULTILINE)
    assert {code.strip() for row in codes for code in row.split(",")} <= set(described["exit_codes"])
    assert len(SKILL.splitlines()) < 60
    assert described["skill"].endswith("SKILL.md")


def test_printed_documents_fit_their_schemas(tmp_path: Path) -> None:
    """Shell validates each document; these commands print one here if in no other test."""
    with EmulatorServer(settings=EmulatorSettings(processing_seconds=600.0, listed_after=0.0)) as server:
        shell = Shell(tmp_path, variables=server.env())
        film = ("generate", "a bird", "-m", "viduq3-turbo", "-a", "vidu")
        reference = str(shell.run(*film, "--no-wait", "--once", "a", "--json").document["reference"])
        server.emulator.faults.add(FaultRule(kind="answer_lost", operation="create"))
        shell.run(*film, "--no-wait", "--once", "b", "--retry-for", "0", "-a", "zenlayer")
        commands = [
            (*film, "--dry-run"), ("find",), ("orders",), ("status", reference, "vidu:404"), ("wait", reference, "-t", "0"),
            ("guide",), ("tasks",), ("cancel", reference), ("download", reference), ("spec", "vidu"),
            ("spec", "vidu", "textToVideo"),
            ("contract", "live", "-a", "vidu"), ("contract", "record", "-o", "kept", "-a", "vidu"), ("batch", "status"),
        ]  # fmt: skip
        printed = {" ".join(arguments): shell.run(*arguments, "--json").documents for arguments in commands}
        assert [command for command, documents in printed.items() if not documents] == []
        kept = sorted(map(str, (tmp_path / "kept").iterdir()))
        assert shell.run("contract", "replay", *kept, "--json").document["recordings"]


# -- `vidu spec --json-schema`: what a program in another language reads ---------------------------------------------------


def test_schema_of_a_route_and_model_is_printed_as_json(tmp_path: Path) -> None:
    shell = Shell(tmp_path, [])
    command = ("spec", "vidu", "textToVideo", "-m", "viduq3-turbo", "--json-schema")
    schema = json.loads(shell.run(*command).out)
    assert schema["properties"]["model"]["const"] == "viduq3-turbo"
    assert schema["x-prices"]
    assert shell.run(*command, "--json").document == schema
