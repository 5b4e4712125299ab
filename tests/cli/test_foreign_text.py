"""Text of a provider on a terminal: it begins no line, moves no cursor, and turns no direction of writing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from unicodedata import category

import pytest
from cli_running import QUICK, Completed, Shell
from drifting_provider import DriftingProvider
from provider_forms import Object
from test_terminal import SEQUENCE, watched

FORGED: Final = "error: forged line"
BREAKS: Final = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\N{LINE SEPARATOR}", "\N{PARAGRAPH SEPARATOR}")
MOVES: Final = ("\x00", "\x08" * 80, "\x1b[2K\x1b[1A", "\x1b]0;title\x07", "\x9b2K", "\x7f")
TURNS: Final = (
    "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{RIGHT-TO-LEFT ISOLATE}", "\N{RIGHT-TO-LEFT MARK}", "\N{LEFT-TO-RIGHT MARK}",
    "\N{ARABIC LETTER MARK}", "\N{FIRST STRONG ISOLATE}",
)  # fmt: skip


COMMANDS: Final = (
    ("wait", "vidu:1", "--timeout", "0", *QUICK),
    ("status", "vidu:1"),
    ("download", "vidu:1"),
    ("tasks", "--account", "vidu"),
)


@pytest.fixture
def saying() -> Iterator[DriftingProvider]:
    """Vidu, which says the same whatever it is asked for."""
    with DriftingProvider({}) as provider:
        yield provider


def task(mark: str, state: str = "failed") -> Object:
    text = f"blocked{mark}{FORGED}"
    row: Object = {"id": "1", "state": state, "err_code": f"Moderated{mark}{FORGED}", "err_msg": text, "creations": []}
    return {**row, "tasks": [row]}


def forges_nothing(text: str) -> bool:
    """Return whether no line begins with what the provider wrote, and no character is one that a terminal obeys."""
    lines = text.splitlines()
    return not any(line.startswith(FORGED) for line in lines) and all(category(mark)[0] != "C" for mark in text if mark != "\n")


def printed(done: Completed) -> str:
    return (done.out + done.err).replace("\t", " ")


@pytest.mark.parametrize("mark", [*BREAKS, *MOVES, *TURNS], ids=ascii)
def test_no_text_of_a_provider_begins_a_line(saying: DriftingProvider, tmp_path: Path, mark: str) -> None:
    """`vidu wait` of a task that had failed wrote `error: forged line` on a line of its own."""
    shell = Shell(tmp_path, [saying])
    saying.otherwise = (200, task(mark))
    for command in COMMANDS:
        done = shell.run(*command)
        assert forges_nothing(printed(done)), command
        assert "Moderated" in printed(done)
    saying.otherwise = (200, task(mark, state=f"odd{mark}{FORGED}"))
    for command in COMMANDS[:2]:
        done = shell.run(*command)
        assert forges_nothing(printed(done)), command
        assert "odd" in printed(done)


@pytest.mark.parametrize("mark", ["\n", "\x1b[2K", "\N{RIGHT-TO-LEFT OVERRIDE}"], ids=ascii)
@pytest.mark.parametrize(
    "answer",
    [
        {"code": 400, "reason": "FieldInvalid", "message": "{}", "metadata": {"trace_id": "{}"}},
        {"error": {"message": "{}", "type": "{}", "code": "{}"}},
        {"detail": [{"msg": "{}"}]},
        {"message": "a", "details": "{}"},
    ],
    ids=lambda answer: next(iter(answer)),
)
def test_no_refusal_of_a_provider_begins_a_line(saying: DriftingProvider, tmp_path: Path, answer: Object, mark: str) -> None:
    saying.otherwise = (400, json.loads(json.dumps(answer).replace("{}", json.dumps(f"no{mark}{FORGED}")[1:-1])))
    shell = Shell(tmp_path, [saying])
    for command in (("status", "vidu:1"), ("credits",), ("tasks", "--account", "vidu")):
        assert forges_nothing(printed(shell.run(*command))), command


@pytest.mark.parametrize("mark", ["\n", "\r", "\x1b[1A", "\N{RIGHT-TO-LEFT OVERRIDE}"], ids=ascii)
def test_progress_line_shows_no_line_break_of_a_provider(saying: DriftingProvider, tmp_path: Path, mark: str) -> None:
    saying.otherwise = (200, task(mark, state=f"odd{mark}{FORGED}"))
    _, seen = watched(Shell(tmp_path, [saying]), "wait", "vidu:1", "--timeout", "1", *QUICK)
    ours = SEQUENCE.sub("", seen).replace("\r", "\n")
    assert forges_nothing(ours)
    assert "odd" in ours


def test_words_of_every_script_are_shown_as_they_are(saying: DriftingProvider, tmp_path: Path) -> None:
    """Joiners and wide blanks are no marks of direction: names and emoji are written with them."""
    words = "ی‌ک 鳥　と 🧑‍🎨 naïve"
    saying.otherwise = (200, {"id": "1", "state": "success", "creations": [], "err_code": words})
    assert words in Shell(tmp_path, [saying]).run("status", "vidu:1").out
