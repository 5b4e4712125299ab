"""Where a download goes: what stays and what goes when the disk, another process or the caller's file is in the way."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from errno import EACCES, ENOLCK, ENOSPC
from pathlib import Path
from typing import IO, cast

import pytest

from vidu_ext.flows.effects import Open, Target, Version
from vidu_ext.transport.part_file import FileDestination, OpenFile, open_destination
from vidu_ext.values.errors import ConfigurationError, DownloadError, DownloadIncompleteError, DownloadRefusedError
from vidu_ext.values.tasks import Output, TaskRef

REF = TaskRef("vidu", "1")
OUTPUT = Output("video", "https://cdn.example/film.mp4?secret")
FILM = Version(validator='"film"', total=10, content_type="video/mp4")


def place(
    target: Target,
    *,
    ref: TaskRef = REF,
    output: Output = OUTPUT,
    index: int = 0,
    limit: int | None = None,
    sha256: bool = False,
    replace: bool = True,
) -> FileDestination:
    return open_destination(Open(target, ref, output, index, limit=limit, sha256=sha256, replace=replace))


def leave_part(target: Path, content: bytes = b"01234", version: Version = FILM) -> None:
    """What a download leaves that was stopped in the middle."""
    with closing(place(target)) as part:
        part.restart(version)
        part.write(content)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def fails_with(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


# -- which place is meant --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_text", [True, False])
@pytest.mark.parametrize(
    ("target", "expected"), [("film", "film"), ("film.webm", "film.webm"), ("", "1.mp4"), ("new/deep/", "new/deep/1.mp4")]
)
def test_a_target_means_one_file(tmp_path: Path, target: str, is_text: bool, expected: str) -> None:
    path = f"{tmp_path}/{target}"
    if not is_text:
        (tmp_path / expected).parent.mkdir(parents=True, exist_ok=True)  # a Path drops the separator that would ask for it
    with closing(place(path if is_text else Path(path))) as part:
        part.restart(FILM)
        part.write(b"film")
        assert part.finish() == tmp_path / expected
    assert (tmp_path / expected).read_bytes() == b"film"
    assert names((tmp_path / expected).parent) == {Path(expected).name}


@pytest.mark.parametrize("target", ["", "a\0b", b"film.mp4", None, 3, io.StringIO(), cast("object", int)])
def test_something_that_is_no_target_is_refused_before_anything_is_asked(target: object) -> None:
    with pytest.raises(ConfigurationError):
        place(cast("Target", target))


def test_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DownloadRefusedError, match="no regular file"):
        place(tmp_path / "pipe")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_the_file_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with closing(place(tmp_path / "film.mp4")) as part:
            part.restart(FILM)
            part.write(b"film")
            part.finish()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "film.mp4").stat().st_mode) == 0o640


# -- what an earlier download left -----------------------------------------------------------------------------------------


def test_another_process_goes_on_where_one_was_stopped(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4")
    with closing(place(tmp_path / "film.mp4", sha256=True)) as part:
        assert (part.resumable, part.version) == (5, FILM)
        part.write(b"56789")
        part.finish()
        assert part.sha256 == hashlib.sha256(b"0123456789").hexdigest()
    assert (tmp_path / "film.mp4").read_bytes() == b"0123456789"


def test_a_part_says_nothing_private_about_the_address(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4")
    assert names(tmp_path) == {"film.mp4.part", "film.mp4.part.json"}
    assert json.loads((tmp_path / "film.mp4.part.json").read_text()) == {
        "file": "vidu:1 video - 0",
        "validator": '"film"',
        "total": 10,
        "content_type": "video/mp4",
        "head_size": 5,
        "head_sha256": hashlib.sha256(b"01234").hexdigest(),
    }


def test_bytes_of_another_file_are_not_gone_on_from(tmp_path: Path) -> None:
    others = (
        (TaskRef("vidu", "2"), OUTPUT, 0),
        (TaskRef("comfy", "1"), OUTPUT, 0),
        (REF, Output("cover", OUTPUT.url), 0),
        (REF, Output("video", OUTPUT.url, creation_id="7"), 0),
        (REF, OUTPUT, 1),
    )
    for ref, output, index in others:
        leave_part(tmp_path / "film.mp4")
        with closing(place(tmp_path / "film.mp4", ref=ref, output=output, index=index)) as part:
            assert part.resumable == 0


# -- files of others -------------------------------------------------------------------------------------------------------

PART, NOTE = "film.mp4.part", "film.mp4.part.json"


def note_of_ours(folder: Path) -> bytes:
    """The note of a download that was stopped in the folder, whose part file is gone."""
    leave_part(folder / "film.mp4")
    (folder / PART).unlink()
    note = (folder / NOTE).read_bytes()
    (folder / NOTE).unlink()
    return note


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def put_in_the_way(case: str, folder: Path) -> None:
    part, note, precious = (folder / name for name in (PART, NOTE, "precious"))
    precious.write_bytes(b"mine")
    match case:
        case "part":
            part.write_bytes(b"mine")
        case "empty part":
            part.touch()
        case "note":
            note.write_bytes(b"mine")
        case "empty note":
            note.touch()
        case "note of lists":
            note.write_bytes(b"[" * 100_000)
        case "note much like ours":
            note.write_bytes(b'{"file": "vidu:1 video - 0", "validator": "x"}')
        case "part and note":
            part.write_bytes(b"mine")
            note.write_bytes(b'{"mine": 1}')
        case "our note beside another part":
            note.write_bytes(note_of_ours(folder))
            part.write_bytes(b"other")
        case "our note beside a shorter part":
            note.write_bytes(note_of_ours(folder))
            part.write_bytes(b"012")
        case "our note, changed":
            leave_part(folder / "film.mp4")
            note.write_bytes(note.read_bytes().replace(b'"head_size": 5', b'"head_size": 4'))
        case "our part without its note":
            leave_part(folder / "film.mp4")
            note.unlink()
        case "our part under a second name":
            leave_part(folder / "film.mp4")
            (folder / "second").hardlink_to(part)
        case "link as part":
            part.symlink_to(precious)
        case "link as note":
            note.symlink_to(precious)
        case "links to nowhere":
            part.symlink_to(folder / "nowhere")
            note.symlink_to(folder / "nowhere")
        case "folder as part":
            part.mkdir()
        case "folder as note":
            note.mkdir()
        case _:
            os.mkfifo(part)


FOREIGN = (
    "part", "empty part", "note", "empty note", "note of lists", "note much like ours", "part and note",
    "our note beside another part", "our note beside a shorter part", "our note, changed", "our part without its note",
    "our part under a second name", "link as part", "link as note", "links to nowhere", "folder as part", "folder as note",
    "pipe as part",
)  # fmt: skip


@pytest.mark.parametrize("replace", [True, False])
@pytest.mark.parametrize("fetches", [True, False])
@pytest.mark.parametrize("case", FOREIGN)
def test_download_leaves_files_that_it_did_not_write(case: str, fetches: bool, replace: bool, tmp_path: Path) -> None:
    """A user's film.mp4.part and film.mp4.part.json were truncated and removed, even where nothing was fetched."""
    put_in_the_way(case, tmp_path)
    before, before_all = files(tmp_path), names(tmp_path)
    with closing(place(tmp_path / "film.mp4", replace=replace)) as part:
        assert part.resumable == 0
        if fetches:
            part.restart(FILM)
            part.write(b"new")
            part.finish()
    assert files(tmp_path) == before | ({"film.mp4": b"new"} if fetches else {})
    assert names(tmp_path) == before_all | ({"film.mp4"} if fetches else set())


def test_part_beside_files_of_others_is_gone_on_from(tmp_path: Path) -> None:
    (tmp_path / PART).write_bytes(b"mine")
    leave_part(tmp_path / "film.mp4")
    assert names(tmp_path) == {PART, "film.mp4.1.part", "film.mp4.1.part.json"}
    with closing(place(tmp_path / "film.mp4")) as part:
        assert part.resumable == 5


def test_download_is_refused_where_files_of_others_have_every_name(tmp_path: Path) -> None:
    for name in (PART, *(f"film.mp4.{number}.part" for number in range(1, 10))):
        (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(DownloadRefusedError, match="Choose another name"):
        place(tmp_path / "film.mp4")
    assert set(files(tmp_path).values()) == {b"mine"}


def test_part_of_another_task_stays_where_nothing_is_fetched(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4")
    place(tmp_path / "film.mp4", ref=TaskRef("vidu", "2")).close()
    with closing(place(tmp_path / "film.mp4")) as part:
        assert part.resumable == 5


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_part_of_a_process_that_was_killed_is_known_again(tmp_path: Path, steps: int) -> None:
    """Otherwise each kill would leave a part file behind for good."""
    with closing(place(tmp_path / "film.mp4")) as part:
        if steps > 0:
            part.restart(FILM)
        if steps > 1:
            part.write(b"01234")
        if steps > 2:
            part.restart(FILM)
        shutil.copytree(tmp_path, tmp_path / "killed")  # what is on the disk at this moment
    with closing(place(tmp_path / "killed" / "film.mp4")) as after:
        assert after.resumable == (5 if steps == 2 else 0)
        after.restart(FILM)
        assert names(tmp_path / "killed") == {PART, NOTE}


@pytest.mark.parametrize("replace", [True, False])
def test_file_that_takes_the_place_of_the_part_is_left_alone(tmp_path: Path, replace: bool) -> None:
    with closing(place(tmp_path / "film.mp4", replace=replace)) as part:
        part.restart(FILM)
        part.write(b"01234")
        (tmp_path / "mine").write_bytes(b"mine")
        (tmp_path / "mine").replace(tmp_path / PART)
        with pytest.raises(DownloadError, match="another program replaced or removed it"):
            part.finish()
        part.discard()
    assert files(tmp_path) == {PART: b"mine"}


# -- what an earlier download left, once more ------------------------------------------------------------------------------


def test_bytes_that_nothing_can_go_on_from_are_not_left_behind(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4", version=Version(total=10))
    leave_part(tmp_path / "film.mp4", content=b"")
    assert names(tmp_path) == set()


# -- two downloads to one place --------------------------------------------------------------------------------------------


def test_a_second_download_to_the_same_place_is_refused(tmp_path: Path) -> None:
    with closing(place(tmp_path / "film.mp4")) as first:
        first.restart(FILM)
        first.write(b"01234")
        with pytest.raises(DownloadRefusedError, match="Another download is writing"):
            place(tmp_path / "film.mp4")
        first.write(b"56789")
        first.finish()
    assert (tmp_path / "film.mp4").read_bytes() == b"0123456789"


def test_a_download_that_opens_the_part_of_one_that_ends_meanwhile_does_not_write_into_its_file(
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


def test_a_file_system_without_locks_still_takes_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr(fcntl, "flock", fails_with(ENOLCK))
    with closing(place(tmp_path / "film.mp4")) as part:
        part.restart(FILM)
        part.write(b"film")
        part.finish()
    assert (tmp_path / "film.mp4").read_bytes() == b"film"


# -- a name that is taken --------------------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_kept_where_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"mine")
    with pytest.raises(DownloadRefusedError, match="exists"):
        place(tmp_path / "film.mp4", replace=False)
    assert names(tmp_path) == {"film.mp4"}


def test_a_file_in_the_folder_is_kept_as_soon_as_the_type_tells_the_name(tmp_path: Path) -> None:
    (tmp_path / "1.mp4").write_bytes(b"mine")
    with closing(place(tmp_path, replace=False)) as part, pytest.raises(DownloadRefusedError, match="exists"):
        part.restart(FILM)
    assert names(tmp_path) == {"1.mp4"}


def test_a_file_in_the_folder_is_kept_where_a_part_already_told_the_name(tmp_path: Path) -> None:
    leave_part(tmp_path)
    (tmp_path / "1.mp4").write_bytes(b"mine")
    with pytest.raises(DownloadRefusedError, match="exists"):
        place(tmp_path, replace=False)


@pytest.mark.parametrize("has_hard_links", [True, False])
def test_a_file_that_appears_during_the_download_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_hard_links: bool
) -> None:
    if not has_hard_links:
        monkeypatch.setattr(Path, "hardlink_to", fails_with(EACCES))
    with closing(place(tmp_path / "film.mp4", replace=False)) as part:
        part.restart(FILM)
        part.write(b"film")
        (tmp_path / "film.mp4").write_bytes(b"mine")
        with pytest.raises(DownloadRefusedError, match="exists"):
            part.finish()
    assert (tmp_path / "film.mp4").read_bytes() == b"mine"
    assert names(tmp_path) == {"film.mp4"}


@pytest.mark.parametrize("has_hard_links", [True, False])
def test_a_free_name_is_taken_without_replacing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_hard_links: bool) -> None:
    if not has_hard_links:
        monkeypatch.setattr(Path, "hardlink_to", fails_with(EACCES))
    with closing(place(tmp_path / "film.mp4", replace=False)) as part:
        part.restart(FILM)
        part.write(b"film")
        part.finish()
    assert (tmp_path / "film.mp4").read_bytes() == b"film"
    assert names(tmp_path) == {"film.mp4"}


def test_name_that_is_taken_at_the_last_moment_is_kept_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(path: Path, _: Path) -> None:
        path.write_bytes(b"mine")
        raise OSError(EACCES, os.strerror(EACCES))

    monkeypatch.setattr(Path, "hardlink_to", taken)
    with closing(place(tmp_path / "film.mp4", replace=False)) as part:
        part.restart(FILM)
        part.write(b"film")
        with pytest.raises(DownloadError, match="File exists"):
            part.finish()
    assert (tmp_path / "film.mp4").read_bytes() == b"mine"


# -- a disk that does not take it ------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"missing/film\.mp4\.part cannot be written: No such file or directory") as caught:
        place(tmp_path / "missing" / "film.mp4")
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert caught.value.ref == REF


def test_a_file_in_place_of_a_folder_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError, match="cannot be written"):
        place(f"{tmp_path}/file/")


def test_a_full_disk_is_said_in_words_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(place(tmp_path / "film.mp4")) as part:
        part.restart(FILM)
        part.write(b"01234")
        monkeypatch.setattr(os, "fsync", fails_with(ENOSPC))
        with pytest.raises(DownloadError, match="the disk is full") as caught:
            part.finish()
        assert isinstance(caught.value.__cause__, OSError)
    assert names(tmp_path) == {"film.mp4.part", "film.mp4.part.json"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no disk that is always full")
def test_a_disk_that_is_full_in_the_middle_is_said_in_words() -> None:
    with Path("/dev/full").open("wb", buffering=0) as file:
        taker = OpenFile(file, REF, limit=None, sha256=False)
        with pytest.raises(DownloadError, match="The open file cannot be written: the disk is full"):
            taker.write(b"film")


# -- too large -------------------------------------------------------------------------------------------------------------


def test_a_file_that_grows_too_large_leaves_nothing(tmp_path: Path) -> None:
    with closing(place(tmp_path / "film.mp4", limit=6)) as part:
        part.restart(FILM)
        part.write(b"012345")
        with pytest.raises(DownloadRefusedError, match="larger than the 6 bytes"):
            part.write(b"6")
    assert names(tmp_path) == set()


# -- an open file of the caller's ------------------------------------------------------------------------------------------


class Pipe(io.RawIOBase):
    """Takes three bytes at a time and does not seek."""

    def __init__(self) -> None:
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self.taken += data[:3]
        return len(data[:3])


def test_an_open_file_is_written_from_where_it_stands_and_stays_open() -> None:
    file = io.BytesIO(b"head")
    file.seek(0, os.SEEK_END)
    with closing(place(file, sha256=True)) as taker:
        taker.restart(FILM)
        taker.write(b"wrong")
        taker.restart(FILM)
        taker.write(b"film")
        assert taker.finish() is None
        assert taker.sha256 == hashlib.sha256(b"film").hexdigest()
    assert file.getvalue() == b"headfilm"


def test_an_open_file_that_takes_a_little_at_a_time_gets_everything() -> None:
    pipe = Pipe()
    with closing(place(cast("IO[bytes]", pipe))) as taker:
        taker.restart(FILM)
        taker.write(b"0123456789")
    assert pipe.taken == b"0123456789"


def test_an_open_file_that_takes_nothing_does_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pipe, "write", lambda *_: 0)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(DownloadError, match="takes no more bytes"):
        place(cast("IO[bytes]", Pipe())).write(b"film")


def test_an_open_file_that_does_not_seek_cannot_begin_anew() -> None:
    taker = place(cast("IO[bytes]", Pipe()))
    taker.restart(FILM)
    taker.write(b"01234")
    with pytest.raises(DownloadIncompleteError, match="after 5 bytes"):
        taker.restart(FILM)


def test_an_open_file_keeps_nothing_of_a_file_that_is_too_large() -> None:
    file = io.BytesIO()
    taker = place(file, limit=6)
    taker.write(b"012345")
    with pytest.raises(DownloadRefusedError):
        taker.write(b"6")
    assert file.getvalue() == b""
