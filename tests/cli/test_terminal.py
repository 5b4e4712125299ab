"""Output on a terminal: the line that renews itself, its end, and colours unless they are not wanted."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from cli_running import COMMAND, PATIENCE, QUICK, Shell, request_of
from provider_forms import Act
from server import Server

pty = pytest.importorskip("pty", reason="this system has no pseudo terminals")

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def watched(shell: Shell, *arguments: str, interrupt_at: bytes | None = None) -> tuple[int, str]:
    """Exit code and everything that a terminal of 80 columns was sent."""
    ours, theirs = pty.openpty()
    environment = {**shell.environment, "TERM": shell.variables.get("TERM", "xterm"), "COLUMNS": "80"}
    process = subprocess.Popen(
        [*COMMAND, *arguments], env=environment, cwd=shell.folder, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # the end of a terminal is an error on Linux
        while piece := os.read(ours, 4096):
            seen += piece
            if interrupt_at is not None and interrupt_at in seen:
                process.send_signal(signal.SIGINT)
                interrupt_at = None
    os.close(ours)
    return process.wait(PATIENCE), seen.decode()


def visible_text(seen: str) -> str:
    """Return what stays on the terminal: a line that was erased does not."""
    lines = re.sub(r"\r\n\x1b\[\?25h\r\x1b\[1A\x1b\[2K", "\r\x1b[2K", seen).split("\r\n")
    return "\n".join(SEQUENCE.sub("", line.split("\x1b[2K")[-1]) for line in lines)


def test_terminal_shows_progress(tmp_path: Path) -> None:
    with Server(life=("queued", *["running"] * 8, "done")) as server:
        code, seen = watched(Shell(tmp_path, [server]), "generate", *request_of("vidu"), "--interval", "0.1")
        ref = f"vidu:{server.paid[0].id}"
        assert code == 0, seen
        assert re.search(rf"{ref} processing +0:0\d", SEQUENCE.sub("", seen))
        assert visible_text(seen).split() == [ref, f"{server.paid[0].id}.mp4", ref, "cost", "60", "credits"]
        assert seen.rindex("\x1b[?25h") > seen.rindex("\x1b[?25l"), "the cursor is given back"


def test_terminal_shows_why_it_waits_and_for_how_long(tmp_path: Path) -> None:
    busy = Act(accepts=False, status=429)
    with Server(plan={"create": [busy] * 1000}) as server:
        shell = Shell(tmp_path, [server])
        code, seen = watched(shell, "generate", *request_of("vidu"), interrupt_at=b"Ctrl-C is safe")
    assert code == 130
    assert re.search(
        r"HTTP 429.*; trying again for (2 min|1 min \d+ s), Ctrl-C is safe", " ".join(SEQUENCE.sub("", seen).split())
    )


def test_ctrl_c_restores_the_cursor(tmp_path: Path) -> None:
    with Server(life=("running",)) as server:
        shell = Shell(tmp_path, [server])
        code, seen = watched(shell, "generate", *request_of("vidu"), *QUICK, interrupt_at=b"processing")
        assert code == 130
        assert seen.rindex("\x1b[?25h") > seen.rindex("\x1b[?25l")
        assert visible_text(seen).replace("\n", "").count(f"vidu:{server.paid[0].id}") == 2, (
            "first, and in the command that continues"
        )


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "xterm")])
def test_no_colour_is_printed_if_the_environment_forbids_it(name: str, value: str, tmp_path: Path) -> None:
    code, seen = watched(Shell(tmp_path, variables={name: value}), "spec", "nobody")
    assert code == 2
    assert ("\x1b[1;31merror:\x1b[0m" in seen) == (value == "xterm")
    assert "is not a provider" in seen


def test_table_has_a_header(tmp_path: Path) -> None:
    code, seen = watched(Shell(tmp_path), "providers")
    assert code == 0
    assert re.search(r"account +provider +key from", SEQUENCE.sub("", seen))
