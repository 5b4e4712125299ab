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


def test_fuzz_of_an_emulator_finds_nothing(tmp_path: Path) -> None:
    settings = EmulatorSettings(keys={"zenlayer": KEY}, is_strict=True, queue_seconds=0.1, processing_seconds=0.1)
    with EmulatorServer(settings=settings, clock=Clock(rate=1000)) as server:
        done = fuzzed(Shell(tmp_path, variables=server.env()), server.urls["zenlayer"], *BRIEF, "--json", provider="zenlayer")
        paid = len(server.emulator.ledger.paid)
    assert (done.code, done.document["held"], done.document["seed"], done.document["failures"]) == (0, True, 1, [])
    assert paid > 0, "an emulator is asked to create tasks too"


def test_fuzz_of_a_server_that_answers_wrongly_ends_with_12_and_creates_nothing(tmp_path: Path) -> None:
    with DriftingProvider({**answers(STATUS), "/ent/v2/tasks": (200, {"tasks": "none"})}) as provider:
        done = fuzzed(Shell(tmp_path, [provider]), provider.url, *BRIEF)
    assert done.code == 12
    assert "No issues found" not in done.out
    assert "Seed: 1" in done.out
    assert not re.search(r"result\.json|schemathesis\.toml", done.out), "a file in a folder that was removed"
    assert {method for method, _ in provider.requests} == {"GET"}
    assert KEY not in done.out + done.err


REFUSED: Final[dict[str, tuple[str, tuple[str, ...], int, str]]] = {
    "the provider itself": ("https://api.vidu.com", ("--key-env", "VIDU_API_KEY", "--may-spend"), 2, "nothing was sent"),
    "a server without an account": ("http://127.0.0.1:9", (), 2, "--key-env"),
    "a server that is not reached": ("http://127.0.0.1:9", ("--key-env", "VIDU_API_KEY"), 6, "is not reached"),
    "an emulator that takes any key": ("{emulator}", (), 2, "--own-keys-only"),
    "an emulator that refuses the key": ("{strict}", ("--key-env", "STRANGE_KEY"), 5, "refuses the key"),
}
"""The URL and the options, the exit code, and the reason."""


@pytest.mark.parametrize("name", REFUSED)
def test_fuzz_is_refused_in_one_line_before_a_request_is_generated(name: str, tmp_path: Path) -> None:
    url, further, code, reason = REFUSED[name]
    strict = EmulatorSettings(keys={"vidu": "the-only-key-it-takes"})
    with EmulatorServer() as server, EmulatorServer(settings=strict) as other:
        url = url.format(emulator=server.urls["vidu"], strict=other.urls["vidu"])
        shell = Shell(tmp_path, variables={**server.env(), "STRANGE_KEY": KEY})
        done = fuzzed(shell, url, *further)
        assert server.emulator.ledger.paid == other.emulator.ledger.paid == ()
    assert (done.code, done.out) == (code, "")
    (line,) = (line for line in done.err.splitlines() if not line.startswith("asking "))  # progress, on a slow machine
    assert reason in line


@pytest.mark.parametrize("content", ["<h1>Welcome</h1>", '{"status": "ok"}', None])
def test_fuzz_of_a_server_that_is_not_the_provider_ends_with_13(content: str | None, tmp_path: Path) -> None:
    """A server without these routes answers each with a 404, which any provider might send."""
    with DriftingProvider({}, content=content, otherwise=(404 if content is None else 200, MISSING)) as provider:
        done = fuzzed(Shell(tmp_path, [provider]), provider.url)
    assert (done.code, "does not answer as vidu" in done.err) == (13, True)


def test_fuzz_that_takes_too_long_ends_with_11_and_says_how_to_repeat_it(tmp_path: Path) -> None:
    with DriftingProvider(answers(DRIFTS["a new member"][0])) as provider:
        done = fuzzed(Shell(tmp_path, [provider]), provider.url, "--seconds", "1")
    assert (done.code, "Seed" in done.err, "--seconds" in done.err) == (11, True, True)


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
