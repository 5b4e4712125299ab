"""Output on a terminal: a progress line, colours, and texts of a provider that cannot move the cursor or forge a line."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from unicodedata import category

import pytest
from cli_running import COMMAND, PATIENCE, QUICK, Completed, Shell, request_of
from drifting_provider import DriftingProvider
from provider_forms import Act, Object
from server import Server

pty = pytest.importorskip("pty", reason="this system has no pseudo terminals")

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def watched(shell: Shell, *arguments: str, interrupt_at: bytes | None = None, columns: int = 80) -> tuple[int, str]:
    """Return the exit code and everything that a terminal received."""
    terminal, of_command = pty.openpty()
    environment = {**shell.environment, "TERM": shell.variables.get("TERM", "xterm"), "COLUMNS": str(columns)}
    process = subprocess.Popen(
        [*COMMAND, *arguments], env=environment, cwd=shell.folder, stdin=of_command, stdout=of_command, stderr=of_command
    )
    os.close(of_command)
    seen = b""
    with suppress(OSError):  # the end of a terminal is an error on Linux
        while piece := os.read(terminal, 4096):
            seen += piece
            if interrupt_at is not None and interrupt_at in seen:
                process.send_signal(signal.SIGINT)
                interrupt_at = None
    os.close(terminal)
    return process.wait(PATIENCE), seen.decode()


def visible_text(seen: str) -> str:
    """Return what stays on the terminal, without the lines that were erased."""
    lines = re.sub(r"\r\n\x1b\[\?25h\r\x1b\[1A\x1b\[2K", "\r\x1b[2K", seen).split("\r\n")
    return "\n".join(SEQUENCE.sub("", line.split("\x1b[2K")[-1]) for line in lines)


def test_terminal_shows_progress(tmp_path: Path) -> None:
    with Server(life=("queued", *["running"] * 8, "done")) as server:
        code, seen = watched(Shell(tmp_path, [server]), "generate", *request_of("vidu"), "--interval", "0.1")
        ref = f"vidu:{server.paid[0].id}"
        assert code == 0, seen
        assert re.search(rf"{ref} processing +0:0\d", SEQUENCE.sub("", seen))
        assert visible_text(seen).split() == [ref, f"{server.paid[0].id}.mp4", ref, "cost", "60", "credits"]
        assert seen.rindex("\x1b[?25h") > seen.rindex("\x1b[?25l"), "the cursor is shown again"


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


# -- texts of a provider begin no line, move no cursor and change no direction of writing ------------------------------

FORGED: Final = "error: forged line"
BREAKS: Final = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\N{LINE SEPARATOR}", "\N{PARAGRAPH SEPARATOR}")
MOVES: Final = ("\x00", "\x08" * 80, "\x1b[2K\x1b[1A", "\x1b]0;title\x07", "\x9b2K", "\x7f")
DIRECTIONS: Final = (
    "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{RIGHT-TO-LEFT ISOLATE}", "\N{RIGHT-TO-LEFT MARK}", "\N{LEFT-TO-RIGHT MARK}",
    "\N{ARABIC LETTER MARK}", "\N{FIRST STRONG ISOLATE}",
)  # fmt: skip
MARKS: Final = {"breaks": BREAKS, "moves": MOVES, "directions": DIRECTIONS}
COMMANDS: Final = (
    ("wait", "vidu:1", "--timeout", "0", *QUICK),
    ("status", "vidu:1"),
    ("download", "vidu:1"),
    ("tasks", "--account", "vidu"),
)


@pytest.fixture
def provider() -> Iterator[DriftingProvider]:
    """Vidu with one answer to all requests."""
    with DriftingProvider({}) as provider:
        yield provider


def forged(text: str, kind: str) -> str:
    """Return the text and, after each mark of a kind, what looks like a line of the command."""
    return text + "".join(f"{mark}{FORGED}" for mark in MARKS[kind])


def task(kind: str, state: str = "failed") -> Object:
    texts: Object = {"err_code": forged("Moderated", kind), "err_msg": forged("blocked", kind)}
    row: Object = {"id": "1", "state": state, **texts, "creations": []}
    return {**row, "tasks": [row]}


def forges_nothing(text: str) -> bool:
    """Return whether no line begins with a text of the provider, and no character controls the terminal."""
    lines = text.splitlines()
    return not any(line.startswith(FORGED) for line in lines) and all(category(mark)[0] != "C" for mark in text if mark != "\n")


def printed(done: Completed) -> str:
    return (done.out + done.err).replace("\t", " ")


@pytest.mark.parametrize("kind", MARKS)
def test_no_text_of_a_provider_begins_a_line(provider: DriftingProvider, tmp_path: Path, kind: str) -> None:
    """Once, `vidu wait` of a failed task wrote `error: forged line` on a line of its own."""
    shell = Shell(tmp_path, [provider])
    provider.otherwise = (200, task(kind))
    for command in COMMANDS:
        done = shell.run(*command)
        assert forges_nothing(printed(done)), command
        assert "Moderated" in printed(done)
    provider.otherwise = (200, task(kind, state=forged("odd", kind)))
    for command in COMMANDS[:2]:
        done = shell.run(*command)
        assert forges_nothing(printed(done)), command
        assert "odd" in printed(done)


@pytest.mark.parametrize(
    ("columns", "state"),
    [(80, f"odd\r\n{FORGED}\x1b[1A{FORGED}\N{RIGHT-TO-LEFT OVERRIDE}"), (40, f"odd {'_' * 16} {FORGED}")],
    ids=["marks", "a narrow terminal"],
)
def test_no_text_of_a_provider_begins_a_row_of_the_progress_line(
    columns: int, state: str, provider: DriftingProvider, tmp_path: Path
) -> None:
    """Once, a long progress line was folded where the provider's word began."""
    provider.otherwise = (200, task("breaks", state=state))
    _, seen = watched(Shell(tmp_path, [provider]), "wait", "vidu:1", "--timeout", "1", *QUICK, columns=columns)
    text = SEQUENCE.sub("", seen).replace("\r", "\n")
    assert "odd" in text
    assert (f"\n  {FORGED}" in text) == (columns == 40)
    assert forges_nothing(text)


def test_words_of_every_script_are_shown_as_they_are(provider: DriftingProvider, tmp_path: Path) -> None:
    """Joiners and wide blanks stay: names and emoji are written with them."""
    words = "ی‌ک 鳥　と 🧑‍🎨 naïve"
    answer: Object = {"id": "1", "state": "success", "creations": [], "err_code": words}
    provider.otherwise = (200, answer)
    assert words in Shell(tmp_path, [provider]).run("status", "vidu:1").out
