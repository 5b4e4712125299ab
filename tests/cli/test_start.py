"""The command loads little to start, and says in one line which part is not installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest
from cli_running import PATIENCE, Shell, request_of
from server import Server

from vidu_ext.values.installed import install_command

pytest_plugins = ["cli_fixtures"]

HEAVY: Final = ("httpx", "jsonschema_rs", "rich", "attrs", "vidu_clients", "asyncio", "starlette", "dbos", "mcp", "pydantic")
DRAWING: Final = ("rich", "pygments", "click.testing", "asyncio")


def python(code: str, shell: Shell) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=shell.environment, capture_output=True, text=True, check=False, timeout=PATIENCE)


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["--help"], HEAVY),
        (["generate", "a paper bird", "--model", "viduq3-turbo", "--no-wait", "--json"], DRAWING),
    ],
)
def test_command_loads_a_small_part_of_what_is_installed(arguments: list[str], unused: tuple[str, ...], tmp_path: Path) -> None:
    """Once, httpx imported rich and pygments, for its own command."""
    code = f"""
import sys
sys.argv = ["vidu", *{arguments!r}]
from vidu_ext.cli import main
try:
    main()
finally:
    print([name for name in {unused!r} if name in sys.modules])
"""
    with Server() as server:
        done = python(code, Shell(tmp_path, [server]))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "[]"), done.stderr


@pytest.mark.parametrize("program", [["-m", "vidu_ext"], ["-m", "vidu_ext.cli"], [str(Path(sys.executable).with_name("vidu"))]])
def test_package_is_a_command_with_its_version(program: list[str]) -> None:
    if not program[0].startswith("-") and not Path(program[0]).exists():
        pytest.skip("this package is not installed into the environment of the tests")
    done = subprocess.run([sys.executable, *program, "--version"], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert done.stdout == f"vidu-ext {version('vidu-ext')}\n"


@pytest.mark.parametrize(
    ("missing", "arguments", "extra"),
    [
        ("typer", ["providers"], "cli"),
        ("dbos", ["batch", "status"], "durable"),
        ("mcp", ["mcp"], "mcp"),
        ("starlette", ["emulator"], "emulator"),
    ],
)
def test_missing_extra_is_one_line_with_the_command_that_installs_it(
    missing: str, arguments: list[str], extra: str, tmp_path: Path
) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; sys.argv[1:] = {arguments!r}; from vidu_ext.cli import main; main()"
    done = python(code, Shell(tmp_path, variables={"VIDU_API_KEY": "k"}))
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert missing in line
    assert install_command(extra) in line


def test_unexpected_error_has_a_traceback_only_with_debug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vidu_ext.cli.commands import spec

    def breaks(provider: str) -> None:
        raise RuntimeError(f"broken at {provider} with vda_0123456789abcdef")

    monkeypatch.setattr(spec, "contract_of", breaks)
    shell = Shell(tmp_path)
    done = shell.run("spec")
    assert done.code == 1
    assert done.err.startswith(
        "error: RuntimeError: broken at vidu with <redacted>. This is a bug. `vidu orders` lists what was sent, "
        "VIDU_DEBUG=1 shows the traceback."
    )
    shell.variables["VIDU_DEBUG"] = "1"
    traced = shell.run("spec")
    assert (traced.code, "Traceback" in traced.err, "vda_" in traced.err) == (1, True, False)


def test_shell_completion_offers_commands_accounts_words_of_the_specs_tasks_and_batches(server: Server, tmp_path: Path) -> None:
    shell = Shell(tmp_path, variables={"VIDU_API_KEY": "k", "VIDU_API_KEY__STUDIO": "k"})

    def offered(words: str) -> set[str]:
        last = len(words.split()) + words.endswith(" ")
        shell.variables.update(_VIDU_COMPLETE="complete_bash", COMP_WORDS=f"vidu {words}", COMP_CWORD=str(max(last, 1)))
        lines = {line for line in shell.run().lines if line}
        del shell.variables["_VIDU_COMPLETE"]
        return lines

    assert {"generate", "wait", "download"} <= offered("")
    assert offered("generate --account vi") == {"vidu", "vidu-studio"}
    assert {"viduq3-turbo", "viduq3-pro"} <= offered("generate --model viduq3")
    assert offered("generate --resolution 10") == {"1080p"}
    assert "cover" in offered("download --kind ")
    (task,) = Shell(tmp_path, [server]).run("generate", *request_of("vidu"), "--no-wait").lines
    assert (offered("wait vidu:"), offered("wait comfy:")) == ({task}, set())
    assert offered("batch status ") == set()
    (tmp_path / "films.jsonl").write_text('{"prompt": "a bird", "model": "viduq3-turbo", "account": "vidu"}\n', encoding="utf-8")
    assert shell.run("batch", "run", "films.jsonl", "--enqueue").code == 0
    assert offered("batch status ") == {"films"}
