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
from vidu_ext.flows.download import Downloaded
from vidu_ext.flows.file_effects import Version
from vidu_ext.transport import part_file
from vidu_ext.values.errors import DownloadError, DownloadRefusedError
from vidu_ext.values.tasks import Output, TaskRef

PART, NOTE = "film.mp4.part", "film.mp4.part.json"
NOTE_OF_OURS: Final = (
    b'{"file": "vidu:1 video - 0", "validator": "\\"film\\"", "total": 10, "content_type": "video/mp4", "head_size": 5,'
    b' "head_sha256": "%s"}\n' % hashlib.sha256(b"01234").hexdigest().encode()
)
"""The note of a download that was stopped after five bytes."""


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# -- resuming -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", [b"", b'of a longer note"}\n'])
def test_another_process_resumes_where_one_was_stopped(rest: bytes, tmp_path: Path) -> None:
    """It may have been killed between writing a note and cutting off what was left of the one before."""
    leave_part(tmp_path / "film.mp4")
    with (tmp_path / NOTE).open("ab") as note:
        note.write(rest)
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


def test_part_that_cannot_be_resumed_is_removed(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4", version=Version(total=10))
    leave_part(tmp_path / "film.mp4", content=b"")
    assert names(tmp_path) == set()


# -- files of others ------------------------------------------------------------------------------------------------------


WRITTEN: Final[dict[str, tuple[bytes | None, bytes | None]]] = {
    "part": (b"mine", None),
    "note": (None, b"mine"),
    "note of lists": (None, b"[" * 100_000),
    "part, and a note much like ours": (b"mine", b'{"file": "vidu:1 video - 0", "validator": "x"}'),
    "our note beside another part": (b"other", NOTE_OF_OURS),
    "our note beside a folder": (None, NOTE_OF_OURS),
}
"""Contents of the part and of the note that another program wrote."""

FOREIGN: Final = (
    *WRITTEN, "our note, changed", "our part without its note", "our part under a second name", "link as part", "link as note",
    "links to nowhere", "folder as part", "folder as note", "pipe as part",
)  # fmt: skip


def put_in_the_way(case: str, folder: Path) -> None:
    """Make the files of a case beside a file `precious`, to which its links lead."""
    part, note, precious = (folder / name for name in (PART, NOTE, "precious"))
    precious.write_bytes(b"mine")
    for path, content in zip((part, note), WRITTEN.get(case, (None, None)), strict=True):
        if content is not None:
            path.write_bytes(content)
    if case.startswith("our") and case not in WRITTEN:
        leave_part(folder / "film.mp4")
    match case:
        case "our note, changed":
            note.write_bytes(note.read_bytes().replace(b'"head_size": 5', b'"head_size": 4'))
        case "our part without its note":
            note.unlink()
        case "our part under a second name":
            (folder / "second").hardlink_to(part)
        case "link as part":
            part.symlink_to(precious)
        case "link as note":
            note.symlink_to(precious)
        case "links to nowhere":
            part.symlink_to(folder / "nowhere")
            note.symlink_to(folder / "nowhere")
        case "folder as part" | "our note beside a folder":
            part.mkdir()
        case "folder as note":
            note.mkdir()
        case "pipe as part":
            os.mkfifo(part)
        case _:
            assert case in WRITTEN


@pytest.mark.parametrize("replace", [True, False])
@pytest.mark.parametrize("fetches", [True, False])
@pytest.mark.parametrize("case", FOREIGN)
def test_download_leaves_files_that_it_did_not_write(case: str, fetches: bool, replace: bool, tmp_path: Path) -> None:
    """Once, a user's film.mp4.part and film.mp4.part.json were truncated and removed, even if nothing was fetched."""
    put_in_the_way(case, tmp_path)
    contents, entries = files(tmp_path), names(tmp_path)
    with closing(place(tmp_path / "film.mp4", replace=replace)) as part:
        assert part.resumable == 0
        if fetches:
            part.restart(FILM)
            part.write(b"new")
            part.finish()
    assert files(tmp_path) == contents | ({"film.mp4": b"new"} if fetches else {})
    assert names(tmp_path) == entries | ({"film.mp4"} if fetches else set())


@pytest.mark.parametrize("endings", [(".part", ".part.json"), (".part",), (".part.json",)])
def test_files_of_others_beside_an_existing_file_stay(endings: tuple[str, ...], tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    store(film)
    for end in endings:
        (tmp_path / f"film.mp4{end}").write_bytes(b"{}")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with fails(DownloadRefusedError):
        place(film, replace=False)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_note_is_read_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of others may be of any size."""
    leave_part(tmp_path / "film.mp4")
    monkeypatch.setattr(part_file, "_LONGEST_NOTE", 50)
    with fails(DownloadRefusedError, match="Choose another name"):
        place(tmp_path / "film.mp4")


def test_part_beside_files_of_others_is_resumed(tmp_path: Path) -> None:
    (tmp_path / PART).write_bytes(b"mine")
    leave_part(tmp_path / "film.mp4")
    assert names(tmp_path) == {PART, "film.mp4.1.part", "film.mp4.1.part.json"}
    with closing(place(tmp_path / "film.mp4")) as part:
        assert part.resumable == 5


def test_download_is_refused_if_files_of_others_have_every_name(tmp_path: Path) -> None:
    for name in (PART, *(f"film.mp4.{number}.part" for number in range(1, 10))):
        (tmp_path / name).write_bytes(b"mine")
    with fails(DownloadRefusedError, match="Choose another name"):
        place(tmp_path / "film.mp4")
    assert set(files(tmp_path).values()) == {b"mine"}


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
