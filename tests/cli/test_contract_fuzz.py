"""`vidu contract fuzz` compares a server with the spec, spends nothing by default, and sends a key to its own server only."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from cli_running import Completed, Shell
from drifting_provider import DRIFTS, KEY, MISSING, STATUS, DriftingProvider, answers

from vidu_ext.contract import fuzz
from vidu_ext.emulator import Clock, EmulatorSettings
from vidu_ext.emulator.http.server import EmulatorServer

BRIEF: Final = ("--phases", "examples", "--examples", "1", "--seed", "1")


def fuzzed(shell: Shell, url: str, *further: str, provider: str = "vidu") -> Completed:
    return shell.run("contract", "fuzz", "--url", url, "--provider", provider, *further)


def one_line(done: Completed) -> str:
    (line,) = (line for line in done.err.splitlines() if not line.startswith("asking "))  # progress, on a slow machine
    assert line.startswith("error: ")
    return line


def test_fuzz_of_an_emulator_finds_nothing(tmp_path: Path) -> None:
    settings = EmulatorSettings(keys={"zenlayer": KEY}, is_strict=True, queue_seconds=0.1, processing_seconds=0.1)
    with EmulatorServer(settings=settings, clock=Clock(rate=1000)) as server:
        done = fuzzed(Shell(tmp_path, variables=server.env()), server.urls["zenlayer"], *BRIEF, "--json", provider="zenlayer")
        paid = len(server.emulator.ledger.paid)
    assert (done.code, done.document["held"], done.document["seed"], done.document["failures"]) == (0, True, 1, [])
    assert paid > 0, "an emulator is asked to create tasks too"


def test_fuzz_of_an_emulator_that_takes_any_key_says_how_to_start_it(tmp_path: Path) -> None:
    with EmulatorServer() as server:
        done = fuzzed(Shell(tmp_path, variables=server.env()), server.urls["vidu"])
    assert done.code == 2
    assert "--own-keys-only" in one_line(done)


def test_fuzz_of_a_server_that_answers_wrongly_ends_with_12_and_creates_nothing(tmp_path: Path) -> None:
    with DriftingProvider({**answers(STATUS), "/ent/v2/tasks": (200, {"tasks": "none"})}) as provider:
        done = fuzzed(Shell(tmp_path, [provider]), provider.url, *BRIEF)
    assert done.code == 12
    assert "No issues found" not in done.out
    assert "Seed: 1" in done.out
    assert not re.search(r"result\.json|schemathesis\.toml", done.out), "a file in a folder that was removed"
    assert {method for method, _ in provider.requests} == {"GET"}
    assert KEY not in done.out + done.err


def test_fuzz_refuses_the_servers_of_the_provider(tmp_path: Path) -> None:
    done = fuzzed(
        Shell(tmp_path, variables={"VIDU_API_KEY": KEY}), "https://api.vidu.com", "--key-env", "VIDU_API_KEY", "--may-spend"
    )
    assert done.code == 2
    assert "nothing was sent" in one_line(done)


def test_fuzz_sends_the_key_of_an_account_to_no_other_address(tmp_path: Path) -> None:
    with DriftingProvider(answers(STATUS)) as provider:
        done = fuzzed(Shell(tmp_path, variables={"VIDU_API_KEY": KEY}), provider.url)
    assert done.code == 2
    assert "--key-env" in one_line(done)
    assert provider.requests == []


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8400", "file:///etc/passwd", "http://", "http://u:p@h.example", "http://h.example/?a=1"]
)
def test_fuzz_refuses_an_invalid_url(url: str, tmp_path: Path) -> None:
    assert "--url" in one_line(fuzzed(Shell(tmp_path), url))


@pytest.mark.parametrize("content", ["<h1>Welcome</h1>", '{"status": "ok"}', None])
def test_fuzz_of_a_server_that_is_not_the_provider_ends_with_13(content: str | None, tmp_path: Path) -> None:
    """A server without these routes answers each with a 404, which any provider might send."""
    with DriftingProvider({}, content=content, otherwise=(404 if content is None else 200, MISSING)) as provider:
        done = fuzzed(Shell(tmp_path, [provider]), provider.url)
    assert (done.code, "does not answer as vidu" in one_line(done)) == (13, True)


def test_fuzz_of_a_server_that_is_not_reached_ends_with_6(tmp_path: Path) -> None:
    shell = Shell(tmp_path, variables={"VIDU_API_KEY": KEY, "VIDU_BASE_URL": "http://127.0.0.1:9"})
    done = fuzzed(shell, "http://127.0.0.1:9", "--json")
    assert (done.code, done.error["exit_code"]) == (6, 6)


def test_fuzz_with_a_refused_key_ends_with_5(tmp_path: Path) -> None:
    with EmulatorServer(settings=EmulatorSettings(keys={"vidu": "the-only-key-it-takes"})) as server:
        shell = Shell(tmp_path, variables={"VIDU_API_KEY": KEY, "VIDU_BASE_URL": server.urls["vidu"]})
        done = fuzzed(shell, server.urls["vidu"])
    assert done.code == 5
    assert "refuses the key" in one_line(done)


def test_fuzz_that_takes_too_long_ends_with_11_and_says_how_to_repeat_it(tmp_path: Path) -> None:
    with DriftingProvider(answers(DRIFTS["a new member"][0])) as provider:
        done = fuzzed(Shell(tmp_path, [provider]), provider.url, "--seconds", "1")
    assert done.code == 11
    assert "Seed" in done.err
    assert "--seconds" in done.err


def test_key_is_in_no_argument_and_no_file_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """All users of a machine can see the arguments of programs."""
    seen: list[str] = []

    def run_nothing(command: list[str], environment: dict[str, str], folder: str, *_: object) -> tuple[str, int]:
        seen.extend([*command, *(path.read_text() for path in Path(folder).iterdir())])
        Path(folder, "result.json").write_text('{"complete": true}')
        assert environment[fuzz.KEY_VARIABLE] == KEY
        return "", 0

    monkeypatch.setattr(fuzz, "_run_program", run_nothing)
    assert fuzz.run("vidu", "http://127.0.0.1:9", KEY, fuzz.Budget(), creates=True).is_clean
    assert seen != []
    assert not [text for text in seen if KEY in text]
