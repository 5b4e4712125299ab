"""Part files: an interrupted download resumes from its own, and the files of others stay untouched."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import closing
from errno import ENOLCK
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

import pytest
from destinations import FILM, OUTPUT, REF, fails, fails_with, leave_part, names, place, store

from vidu_ext.durable.workers import job_files
from vidu_ext.durable.workers.job_files import free_path, kept_path, remove_duplicates
from vidu_ext.flows.destination import Version
from vidu_ext.flows.download import Downloaded
from vidu_ext.transport import part_file
from vidu_ext.transport.part_file import part_of
from vidu_ext.values.errors import DownloadError, DownloadRefusedError
from vidu_ext.values.tasks import Output, TaskRef

PART = part_of(Path("film.mp4")).name
NOTE = f"{PART}.json"
NOTE_OF_OURS: Final = b'{"file": "vidu:1 video - 0", "validator": "\\"film\\"", "total": 10, "content_type": "video/mp4"}'
"""The note of a download that was stopped."""


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# -- resuming -------------------------------------------------------------------------------------------------------------


def test_another_process_resumes_where_one_was_stopped(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4")
    with closing(place(tmp_path / "film.mp4", sha256=True)) as part:
        assert (part.resumable, part.version) == (5, FILM)
        part.write(b"56789")
        part.finish()
        assert part.sha256 == hashlib.sha256(b"0123456789").hexdigest()
    assert (tmp_path / "film.mp4").read_bytes() == b"0123456789"


def test_note_of_a_part_file_holds_no_url(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4")
    assert files(tmp_path) == {PART: b"01234", NOTE: NOTE_OF_OURS}


@pytest.mark.parametrize(
    ("ref", "output", "index"),
    [
        (TaskRef("vidu", "2"), OUTPUT, 0),
        (TaskRef("comfy", "1"), OUTPUT, 0),
        (REF, Output("cover", OUTPUT.url), 0),
        (REF, Output("video", OUTPUT.url, creation_id="7"), 0),
        (REF, OUTPUT, 1),
    ],
    ids=["task", "account", "kind", "creation", "index"],
)
def test_part_of_another_output_is_not_resumed(ref: TaskRef, output: Output, index: int, tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4")
    with closing(place(tmp_path / "film.mp4", ref=ref, output=output, index=index)) as part:
        assert part.resumable == 0


@pytest.mark.parametrize("note", [b"", b"[" * 100_000, b"{}", b"[]", NOTE_OF_OURS[:-1], NOTE_OF_OURS.replace(b"10", b'"10"')])
def test_part_is_not_resumed_without_a_whole_note(note: bytes, tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4")
    (tmp_path / NOTE).write_bytes(note)
    with closing(place(tmp_path / "film.mp4")) as part:
        assert part.resumable == 0


def test_part_that_is_begun_again_and_cannot_be_resumed_is_removed(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4")
    leave_part(tmp_path / "film.mp4", version=Version(total=10))
    assert names(tmp_path) == set()


# -- files of others ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("replace", [True, False])
@pytest.mark.parametrize("fetches", [True, False])
def test_download_leaves_files_that_it_did_not_write(fetches: bool, replace: bool, tmp_path: Path) -> None:
    """Once, a user's film.mp4.part and film.mp4.part.json were truncated and removed, even if nothing was fetched."""
    others = {"film.mp4.part": b"mine", "film.mp4.part.json": b"{}"}
    for name, content in others.items():
        (tmp_path / name).write_bytes(content)
    with closing(place(tmp_path / "film.mp4", replace=replace)) as part:
        if fetches:
            part.restart(FILM)
            part.write(b"new")
            part.finish()
    assert files(tmp_path) == others | ({"film.mp4": b"new"} if fetches else {})


@pytest.mark.parametrize("make", ["mkdir", "symlink_to", "mkfifo"])
def test_what_is_no_part_file_is_not_opened_as_one(make: str, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"mine")
    match make:
        case "mkdir":
            (tmp_path / PART).mkdir()
        case "symlink_to":
            (tmp_path / PART).symlink_to(tmp_path / "precious")
        case _:
            os.mkfifo(tmp_path / PART)
    with fails(DownloadError, match="cannot be written"):
        place(tmp_path / "film.mp4")
    assert files(tmp_path).get("precious") == b"mine"


@pytest.mark.parametrize("make", ["symlink_to", "hardlink_to", "mkfifo"])
def test_note_is_read_and_written_through_no_link_and_no_pipe(make: str, tmp_path: Path) -> None:
    """Its name can be known beforehand: a link there led to a file of the user, which was overwritten, and a pipe hung."""
    leave_part(tmp_path / "film.mp4")
    (tmp_path / NOTE).unlink()
    (tmp_path / "precious").write_bytes(b"mine")
    if make == "mkfifo":
        os.mkfifo(tmp_path / NOTE)
    else:
        getattr(tmp_path / NOTE, make)(tmp_path / "precious")
    store(tmp_path / "film.mp4")
    assert files(tmp_path) == {"film.mp4": b"film", "precious": b"mine"}


def test_second_name_of_a_part_file_keeps_its_bytes(tmp_path: Path) -> None:
    """Such as that in a backup by hard links."""
    leave_part(tmp_path / "film.mp4")
    (tmp_path / "second").hardlink_to(tmp_path / PART)
    store(tmp_path / "film.mp4")
    assert files(tmp_path) == {"film.mp4": b"film", "second": b"01234"}


def test_part_that_is_another_name_of_the_complete_file_is_removed_when_that_is_kept(tmp_path: Path) -> None:
    """A process was killed after it had given the file its name."""
    store(tmp_path / "film.mp4")
    (tmp_path / PART).hardlink_to(tmp_path / "film.mp4")
    with fails(DownloadRefusedError, match="exists"):
        place(tmp_path / "film.mp4", replace=False)
    assert files(tmp_path) == {"film.mp4": b"film"}


def test_part_of_another_task_stays_if_nothing_is_fetched(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4")
    place(tmp_path / "film.mp4", ref=TaskRef("vidu", "2")).close()
    assert files(tmp_path) == {PART: b"01234", NOTE: NOTE_OF_OURS}


@pytest.mark.parametrize("replace", [True, False])
def test_file_that_replaced_the_part_is_left_alone(tmp_path: Path, replace: bool) -> None:
    with closing(place(tmp_path / "film.mp4", replace=replace)) as part:
        part.restart(FILM)
        part.write(b"01234")
        (tmp_path / "mine").write_bytes(b"mine")
        (tmp_path / "mine").replace(tmp_path / PART)
        with fails(DownloadError, match="another program replaced or removed it"):
            part.finish()
        part.discard()
    assert files(tmp_path) == {PART: b"mine"}


# -- two downloads to one place -------------------------------------------------------------------------------------------


def test_second_download_to_the_same_place_is_refused(tmp_path: Path) -> None:
    with closing(place(tmp_path / "film.mp4")) as first:
        first.restart(FILM)
        first.write(b"01234")
        with fails(DownloadRefusedError, match="Another download is writing"):
            place(tmp_path / "film.mp4")
        first.write(b"56789")
        first.finish()
    assert (tmp_path / "film.mp4").read_bytes() == b"0123456789"


def test_download_that_opened_the_part_of_another_writes_nothing_into_the_film_that_the_other_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    flock = fcntl.flock
    first = place(tmp_path / "film.mp4")
    first.restart(FILM)
    first.write(b"0123456789")

    def flock_late(file: IO[bytes], flags: int) -> None:
        if not (tmp_path / "film.mp4").exists():
            first.finish()
        flock(file, flags)

    monkeypatch.setattr(fcntl, "flock", flock_late)
    with closing(place(tmp_path / "film.mp4")) as second:
        second.restart(FILM)
        second.write(b"other")
    assert (tmp_path / "film.mp4").read_bytes() == b"0123456789"


def test_download_works_on_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr(fcntl, "flock", fails_with(ENOLCK))
    store(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == b"film"


# -- a process that is killed at any line ---------------------------------------------------------------------------------

OURS: Final = (part_file.__file__, job_files.__file__)
BYTES: Final = b"0123456789"


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


def traced(work: Callable[[Path], None], film: Path, at: int = 0) -> list[dict[str, bytes]]:
    """Return the files beside the film at each line of our code that the work runs. The process ends at line number `at`."""
    seen: list[dict[str, bytes]] = []

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if event == "call" and frame.f_code.co_filename not in OURS:
            return None
        if event == "line":
            seen.append(files(film.parent))
            if len(seen) == at:
                os._exit(9)  # as a kill: no cleanup, and what is in buffers of Python is gone
        return trace

    sys.settrace(trace)
    try:
        work(film)
    finally:
        sys.settrace(None)
    return seen


def kill_at(line: int, work: Callable[[Path], None], film: Path) -> None:
    child = os.fork()
    if child == 0:
        traced(work, film, line)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def lines_of(work: Callable[[Path], None], film: Path) -> list[int]:
    """Return the numbers of the lines at which the files are other ones: a kill at any line between leaves the same."""
    seen = traced(work, film)
    film.unlink()
    return [number for number, (before, now) in enumerate(pairwise([{}, *seen]), 1) if number == 1 or now != before]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed at a line of a copy of this one")
@pytest.mark.parametrize("work", [download_again, fetch_for_a_job])
def test_next_process_leaves_only_the_film_after_a_kill_at_any_line(work: Callable[[Path], None], tmp_path: Path) -> None:
    """Once, a part file stayed beside the film for ever: its note was not written yet, or not for its first bytes."""
    film = tmp_path / "film.mp4"
    for line in lines_of(work, film):
        kill_at(line, work, film)
        work(film)
        assert names(tmp_path) == {"film.mp4"}, f"killed at line {line}"
        assert film.read_bytes() == BYTES
        film.unlink()
