"""A process is killed at any line of a download or of naming a job's file: the next process leaves only the film."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import pytest
from destinations import FILM, names, place

from vidu_ext.durable.workers import job_files
from vidu_ext.durable.workers.job_files import free_path, kept_path, remove_duplicates
from vidu_ext.flows.download import Downloaded
from vidu_ext.transport import part_file

OURS: Final = (part_file.__file__, job_files.__file__)
BYTES: Final = b"0123456789"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed at a line of a copy of this one")


def download(target: Path, *, replace: bool) -> Downloaded:
    with closing(place(target, sha256=True, replace=replace)) as part:
        if not part.resumable:
            part.restart(FILM)
        for at in range(part.size, len(BYTES), 5):
            part.write(BYTES[at : at + 5])
        return Downloaded(part.finish(), part.size, part.sha256, "video/mp4", "video")


def download_again(film: Path) -> None:
    download(film, replace=True)


def fetch_for_a_job(film: Path) -> None:
    done = download(free_path(film), replace=False)
    remove_duplicates(film, kept_path(film, done), done)


def traced(work: Callable[[Path], None], film: Path, at: int = 0) -> list[tuple[CodeType, int]]:
    """Return the lines of our code that the work runs. The process ends at line number `at` of them."""
    lines: list[tuple[CodeType, int]] = []

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if event == "call" and frame.f_code.co_filename not in OURS:
            return None
        if event == "line":
            lines.append((frame.f_code, frame.f_lineno))
            if len(lines) == at:
                os._exit(9)  # as a kill: no cleanup, and what is in buffers of Python is gone
        return trace

    sys.settrace(trace)
    try:
        work(film)
    finally:
        sys.settrace(None)
    return lines


def kill_at(line: int, work: Callable[[Path], None], film: Path) -> None:
    child = os.fork()
    if child == 0:
        traced(work, film, line)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def lines_of(work: Callable[[Path], None], film: Path) -> list[int]:
    """Return the numbers at which each line of the work runs for the first and for the last time."""
    lines = traced(work, film)
    film.unlink()
    first = {line: number for number, line in reversed(list(enumerate(lines, 1)))}
    last = {line: number for number, line in enumerate(lines, 1)}
    return sorted({*first.values(), *last.values()})


@pytest.mark.parametrize("work", [download_again, fetch_for_a_job])
def test_next_process_leaves_only_the_film_after_a_kill_at_any_line(
    work: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, a part file stayed beside the film for ever: its note was not written yet, or not for its first bytes."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # slow, and a kill loses nothing that was written
    film = tmp_path / "film.mp4"
    for line in lines_of(work, film)[:: 3 if work is download_again else 1]:  # its lines are those of the other, too
        kill_at(line, work, film)
        work(film)
        assert names(tmp_path) == {"film.mp4"}, f"killed at line {line}"
        assert film.read_bytes() == BYTES
        film.unlink()
