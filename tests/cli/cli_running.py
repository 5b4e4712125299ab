"""The `vidu` command with an environment, a home and a working folder of its own.

shell = Shell(tmp_path, [server])
completed = shell.run("status", "vidu:1")                # in this process, which is a hundred times faster
completed = shell.run_process("generate", "a bird")      # in a process of its own
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Protocol, cast

import pytest
from attrs import frozen
from printed_documents import check
from provider_forms import Object
from typer.main import get_command
from typer.testing import CliRunner

from vidu_ext.cli.main import Commands, app

PATIENCE: Final = 60.0
"""Seconds after which a command that does not end is killed."""

COMMAND: Final = (sys.executable, "-m", "vidu_ext.cli")
QUICK: Final = ("--interval", "0.01")


class Provider(Protocol):
    """A server that the command is configured for: one of the tests, or the emulator."""

    @property
    def provider(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def url(self) -> str: ...


@frozen
class Completed:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def documents(self) -> list[Object]:
        """The JSON documents on stdout, which must hold nothing else."""
        return [cast("Object", json.loads(line)) for line in self.lines]

    @property
    def document(self) -> Object:
        (document,) = self.documents
        return document

    @property
    def error(self) -> Object:
        """The error in the one document."""
        return cast("Object", self.document["error"])


class Shell:
    """An environment and a working folder in which commands are run."""

    def __init__(self, folder: Path, providers: Iterable[Provider] = (), *, variables: Mapping[str, str] | None = None) -> None:
        self.folder: Final = folder
        self.config: Final = folder / "config" / "vidu" / "config.toml"
        self.store: Final = folder / "state" / "vidu" / "orders.sqlite"
        self.variables: Final[dict[str, str]] = {
            **{f"{provider.provider.upper()}_API_KEY": provider.key for provider in providers},
            **{f"{provider.provider.upper()}_BASE_URL": provider.url for provider in providers},
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            **(variables or {}),
        }

    @property
    def environment(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not _is_ours(name)}
        return {**others, **self.variables}

    def unsettled_orders(self, column: str = "id") -> list[str]:
        """Return the numbers of the orders whose outcome is not known, or another column of the order store."""
        if not self.store.exists():
            return []
        with contextlib.closing(sqlite3.connect(self.store)) as connection:
            question = f"SELECT {column} FROM orders WHERE submission IS NOT NULL ORDER BY id"  # noqa: S608  a name of ours
            return [str(value) for (value,) in connection.execute(question)]

    def write_config(self, text: str, mode: int = 0o600) -> None:
        """Write the configuration file."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(mode)

    def run(self, *arguments: str, stdin: str | bytes | None = None) -> Completed:
        """Run the command in this process."""
        dbos_log = logging.getLogger("dbos")  # with no handler, DBOS would keep the stderr of the first command
        dbos_log.handlers, dbos_log.propagate = [logging.NullHandler()], False
        cleared: Mapping[str, str | None] = {name: None for name in os.environ if _is_ours(name)}
        isolated = CliRunner().isolation(input=stdin, env={**cleared, **self.variables})
        with contextlib.chdir(self.folder), isolated as (out, err, _):
            with pytest.raises(SystemExit) as end:
                group().main(list(arguments))
            assert isinstance(end.value.code, int)
            done = Completed(end.value.code, out.getvalue().decode(), err.getvalue().decode())
        check(arguments, done.out)
        return done

    def start(self, *arguments: str, **streams: int | None) -> subprocess.Popen[str]:
        """Start the command in a process of its own."""
        pipes: dict[str, int | None] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        return subprocess.Popen(
            [*COMMAND, *arguments], env=self.environment, cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
            stdout=pipes["stdout"], stderr=pipes["stderr"],
        )  # fmt: skip

    def run_process(self, *arguments: str) -> Completed:
        """Run the command in a process of its own."""
        done = ended(self.start(*arguments))
        check(arguments, done.out)
        return done


@cache
def group() -> Commands:
    """Return the group of all commands, which is built once."""
    commands = get_command(app)
    assert isinstance(commands, Commands)
    return commands


def ended(process: subprocess.Popen[str]) -> Completed:
    """Wait for a process and return how it ended. Kill it after PATIENCE."""
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"still running: {out} {err}") from None
    return Completed(process.returncode, out, err)


def _is_ours(name: str) -> bool:
    return name.startswith(("VIDU_", "COMFY_", "ZENLAYER_", "SKILLS_VIDEO_", "XDG_")) or name in ("NO_COLOR", "FORCE_COLOR")


def request_of(provider: str) -> Sequence[str]:
    """Return the arguments for a small request that the provider takes."""
    model = () if provider == "skills_video" else ("--model", "viduq3-turbo")
    return ("a paper bird", *model, "--duration", "5", "--account", provider)


def files_of(document: Object) -> list[Object]:
    """Return the downloaded files in a document."""
    return cast("list[Object]", document["files"])
