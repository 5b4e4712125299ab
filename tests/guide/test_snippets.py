"""Every block of code in README.md and the guide runs by itself, against the emulator, and type-checks."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import snippets
from cli_running import group
from snippets import TASK, TOP, Block, block_with, blocks

from vidu_ext.emulator.media.stills import picture
from vidu_ext.testing import ViduEmulator

pytest_plugins = ["pytester", "user_suite"]

PYTHON: Final = blocks("python")
SECONDS: Final = 240
"""Seconds after which a command that should take a few counts as stuck."""
STRICT: Final = {
    "typeCheckingMode": "strict",
    "extraPaths": [str(TOP), str(TOP / "generated")],
    "venvPath": str(TOP),
    "venv": ".venv",
    "pythonVersion": "3.11",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the pages assume: a picture, a manifest and a folder for files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    Path("birds").mkdir()
    Path("bird.png").write_bytes(picture(seed="bird", width=320, height=320, file_format="png"))
    manifest = block_with("<<'END'").text.partition("<<'END'\n")[2].partition("END\n")[0]
    Path("films.csv").write_text(manifest, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("block", [block for block in PYTHON if not block.is_test], ids=str)
@pytest.mark.usefixtures("folder", "vidu_emulator")
def test_block_runs_by_itself(block: Block) -> None:
    snippets.run(block)


@pytest.mark.parametrize("block", [block for block in PYTHON if block.is_test], ids=str)
def test_shown_test_passes(block: Block, suite: pytest.Pytester) -> None:
    suite.makepyfile(test_shown=block.text)
    suite.runpytest_inprocess().assert_outcomes(passed=1)


def test_blocks_type_check_strictly(tmp_path: Path) -> None:
    """By the stricter of the two type checkers."""
    for block in PYTHON:
        (tmp_path / f"{str(block).replace('-', '_')}.py").write_text(block.text, encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(STRICT), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "-p", str(tmp_path)]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_first_example_and_first_test_are_ten_lines() -> None:
    example, test = blocks("python", "README")
    assert len(example.text.splitlines()) <= 10
    assert len(test.text.partition("\n")[2].splitlines()) <= 10


def test_first_example_prints_what_the_page_says(
    folder: Path, vidu_emulator: ViduEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    snippets.run(blocks("python", "README")[0])
    reference, size_and_credits = capsys.readouterr().out.splitlines()
    (paid,) = vidu_emulator.ledger.paid
    assert reference == f"vidu:{paid.id}"
    assert size_and_credits == f"{(folder / 'bird.mp4').stat().st_size} {paid.credits}"


@pytest.mark.usefixtures("folder", "vidu_emulator")
def test_shown_refusal_is_the_real_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers are not compared: a provider may change its limits, and the page shows an example."""
    block = block_with("print(error.faults[0])")
    snippets.run(block)
    printed, shown = (re.sub(r"\d+", "N", text.strip()) for text in (capsys.readouterr().out, block.text.rpartition("# ")[2]))
    assert printed == shown


# -- commands -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def shell(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a shell in the folder, beside an emulator."""
    from vidu_ext.emulator import Clock, EmulatorServer

    with EmulatorServer(clock=Clock(rate=20)) as server:
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        yield {**os.environ, **server.env(), "PATH": path, "HOME": str(folder), "VIDU_POLL_SECONDS": "0.1"}


def run_script(script: str, environment: dict[str, str]) -> str:
    """Run a script that stops at its first failure, and return what it prints on stdout."""
    done = subprocess.run(
        ["/bin/bash", "-ec", script], env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    return done.stdout


def test_shown_commands_make_and_fetch_videos(shell: dict[str, str]) -> None:
    (block,) = (block for block in blocks("sh", "README") if "vidu wait" in block.text)
    reference = run_script('vidu generate "a paper bird" -m viduq3-turbo --no-wait', shell).split()[0]
    run_script(block.text.replace(TASK, reference), shell)
    assert b"ftyp" in Path("bird.mp4").read_bytes()[:32]
    assert [path.suffix for path in Path("birds").iterdir()] == [".mp4"]


def test_shown_commands_of_agents_order_once(shell: dict[str, str]) -> None:
    (block,) = blocks("sh", "agents")
    order = block.text.splitlines()[-1]
    first, second = (re.findall(r'"reference": "(vidu:\d+)"', run_script(script, shell)) for script in (block.text, order))
    assert first[:1] == second[:1] != []


def test_shown_commands_find_the_emulator(shell: dict[str, str]) -> None:
    (block,) = (block for block in blocks("sh", "README") if "--print-env" in block.text)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = block.text.replace("vidu emulator", f"vidu emulator --port {port}") + "status=$?; kill %1; exit $status"
    done = subprocess.run(["/bin/bash", "-mc", script], env=shell, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith(".mp4")


def test_shown_batch_is_made(shell: dict[str, str]) -> None:
    run_script(block_with("vidu batch run").text, shell)
    assert {path.name for path in Path("films-files").iterdir()} == {"001-opening.mp4", "002-flight.mp4"}
    assert len(Path("films-done.csv").read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_shown_configuration_is_read(block: Block, tmp_path: Path) -> None:
    from vidu_ext.cli.config import load

    (tmp_path / "config.toml").write_text(block.text, encoding="utf-8")
    (tmp_path / "config.toml").chmod(0o600)
    configuration = load({"VIDU_CONFIG": str(tmp_path / "config.toml"), "STUDIO_KEY": "key", "COMFY_API_KEY": "key"})
    assert [account.name for account in configuration.accounts()] == ["studio", "comfy"]


def test_shown_container_runs_an_emulator_that_is_healthy(shell: dict[str, str]) -> None:
    """No image is built: its command and its health check are run here."""
    lines = dict(line.split(" ", 1) for line in block_with("HEALTHCHECK").text.splitlines())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command, check = (json.loads(lines[name].removeprefix("CMD ").replace("8400", port)) for name in ("CMD", "HEALTHCHECK"))
    with subprocess.Popen(command, env=shell, stderr=subprocess.PIPE, text=True) as emulator:
        try:
            assert emulator.stderr is not None
            assert next((line for line in emulator.stderr if port in line), None)
            done = subprocess.run([sys.executable, *check[1:]], check=False, timeout=SECONDS)
        finally:
            emulator.terminate()
    assert done.returncode == 0


@pytest.mark.parametrize("path", snippets.PAGES, ids=lambda path: path.stem)
def test_every_command_and_option_on_a_page_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = re.findall(r"^(vidu [^#\n]*)|`(vidu [a-z][^`]*)`", text, re.MULTILINE)
    started = [" ".join(["vidu", *json.loads(block.text)["args"]]) for block in blocks("json", path.stem)]
    for line in [*map("".join, lines), *started]:
        place: Any = group()
        options: set[str] = set()
        for word in line.split()[1:]:
            if hasattr(place, "get_command") and not word.startswith("-"):
                place = place.get_command(None, word)
                assert place is not None, line
            options |= {name for option in place.params for name in (*option.opts, *option.secondary_opts)}
            assert not re.match("--?[a-z]", word) or word.partition("=")[0] in options, line
