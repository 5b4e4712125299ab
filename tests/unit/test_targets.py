"""Where a download goes: what stays and what goes when the disk, another process or the caller's file is in the way."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
from collections.abc import Callable
from contextlib import closing
from errno import EACCES, ENOLCK, ENOSPC
from pathlib import Path
from typing import IO, cast

import pytest

from vidu_ext.errors import ConfigurationError, DownloadError, DownloadIncompleteError, DownloadRefusedError
from vidu_ext.targets import Destination, OpenFile, Target, Version, open_destination
from vidu_ext.tasks import Output, TaskRef

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
) -> Destination:
    return open_destination(target, ref, output, index, limit=limit, sha256=sha256, replace=replace)


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


@pytest.mark.parametrize(
    "note",
    [
        "",
        "{",
        "[]",
        "é",
        "[" * 100_000,
        '{"file": "vidu:1 video - 0"}',
        '{"file": "vidu:1 video - 0", "validator": null, "total": 10, "content_type": null}',
        '{"file": "vidu:1 video - 0", "validator": "x", "total": "10", "content_type": null}',
        '{"file": "vidu:1 video - 0", "validator": "x", "total": 5, "content_type": null}',
        '{"file": "vidu:1 video - 0", "validator": "x", "total": 4, "content_type": null}',
    ],
)
def test_a_part_without_a_good_note_begins_anew(tmp_path: Path, note: str) -> None:
    (tmp_path / "film.mp4.part").write_bytes(b"01234")
    (tmp_path / "film.mp4.part.json").write_text(note, encoding="utf-8")
    with closing(place(tmp_path / "film.mp4")) as part:
        assert part.resumable == 0
        part.restart(FILM)
        part.write(b"new")
        part.finish()
    assert (tmp_path / "film.mp4").read_bytes() == b"new"
    assert names(tmp_path) == {"film.mp4"}


def test_bytes_that_nothing_can_go_on_from_are_not_left_behind(tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4", version=Version(total=10))
    leave_part(tmp_path / "film.mp4", content=b"")
    assert names(tmp_path) == set()


def test_a_link_that_somebody_put_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / "film.mp4.part.json").symlink_to(tmp_path / "precious")
    leave_part(tmp_path / "film.mp4")
    (tmp_path / "film.mp4.part").unlink()
    (tmp_path / "film.mp4.part").symlink_to(tmp_path / "precious")
    with pytest.raises(DownloadError):
        place(tmp_path / "film.mp4")
    assert (tmp_path / "precious").read_bytes() == b"precious"


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
