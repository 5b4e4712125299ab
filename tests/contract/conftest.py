"""Fixtures of the contract tests, and the table at the end: what was held, for each provider, by tests that passed.

`specs` is imported inside the functions: its import fails if a spec cannot be read, and then test_fit.py alone must begin.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import fit
import generate
import pytest
import readings
from attrs import frozen
from jinja2 import Environment, FileSystemBytecodeCache
from rich.console import Console
from rich.table import Table

Record = Callable[[str, str, int], None]
HELD: Final = "contract"
FOLDER: Final = Path(__file__).parent
collect_ignore: Final = [path.name for path in FOLDER.glob("test_*.py") if path.name != "test_fit.py"] if fit.faults() else []


@pytest.fixture
def record(record_property: Callable[[str, object], None]) -> Record:
    """Count something for a provider in the table, if the test passes."""

    def count(provider: str, column: str, number: int) -> None:
        record_property(HELD, (provider, column, number))

    return count


@frozen
class Draws:
    """How many values are drawn for each case, and which."""

    number: int
    seed: int


@pytest.fixture(scope="session")
def draws(pytestconfig: pytest.Config) -> Draws:
    return Draws(int(pytestconfig.getoption("--draws") or 0), int(pytestconfig.getoption("--draw-seed") or 0))


@pytest.fixture(scope="session")
def fresh_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in small, not to be changed: the sound spec and what is generated from it."""
    root = tmp_path_factory.mktemp("fresh")
    (root / "openapi").mkdir()
    shutil.copy(FOLDER / "sound.yaml", root / "openapi")
    generate.generate(root)
    return root


@pytest.fixture
def repository(fresh_repository: Path, tmp_path: Path, generator_in_process: None) -> Path:  # noqa: ARG001
    """A repository in small for one test alone."""
    return shutil.copytree(fresh_repository, tmp_path / "repository")


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def generator_in_process(monkeypatch: pytest.MonkeyPatch, compiled_templates: FileSystemBytecodeCache) -> None:
    """Run the generator in this process, with templates that are compiled once: its start takes longer than its work."""
    import openapi_python_client  # takes a second, which the tests that never generate need not wait
    from openapi_python_client.cli import app
    from typer.testing import CliRunner

    monkeypatch.setattr(openapi_python_client, "Environment", partial(Environment, bytecode_cache=compiled_templates))

    def run(command: list[str], *, env: dict[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        monkeypatch.setenv("PATH", env["PATH"])
        done = CliRunner().invoke(app, command[command.index("generate") :])
        return subprocess.CompletedProcess(command, done.exit_code, done.output, "")

    monkeypatch.setattr(generate, "subprocess", SimpleNamespace(run=run, TimeoutExpired=subprocess.TimeoutExpired))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    held: Counter[tuple[str, str]] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == HELD:
                provider, column, number = value
                held[provider, column] += number
    if not held:
        return
    from specs import BODY_KINDS, CONTRADICTIONS, DOCUMENTS, DRAWN, ROUND_TRIPS

    heads = ("operations", "examples", ROUND_TRIPS, DRAWN, readings.COMPARED, readings.DOUBTED, "contradictions decided")
    table = Table("provider", *heads, title="contract")
    for document in DOCUMENTS:
        examples = sum(1 for _ in document.examples())
        bodies = sum(1 for example in document.examples() if example.kind in BODY_KINDS)
        table.add_row(
            document.name,
            str(sum(1 for _ in document.operations())),
            str(examples),
            f"{held[document.name, ROUND_TRIPS]} of {bodies}",
            str(held[document.name, DRAWN]),
            str(held[document.name, readings.COMPARED]),
            str(held[document.name, readings.DOUBTED]),
            str(held[document.name, CONTRADICTIONS]),
        )
    Console(width=120, no_color=True).print(table)
