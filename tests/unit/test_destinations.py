"""Where a download goes: paths, names that exist, disks that fail, open files, and names that are safe on every system."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
from contextlib import closing
from errno import EACCES, EEXIST, ENOSPC
from pathlib import Path
from typing import IO, cast, get_args
from unittest.mock import Mock

import pytest
from attrs import evolve
from destinations import FILM, fails, fails_with, leave_part, names, parts, place, store
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_ext.flows.destination import Target
from vidu_ext.transport.part_file import file_name
from vidu_ext.values.errors import ConfigurationError, DownloadError, DownloadIncompleteError, DownloadRefusedError
from vidu_ext.values.tasks import Output, OutputKind, TaskRef

# -- targets --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_text", [True, False])
@pytest.mark.parametrize(
    ("target", "expected"), [("film", "film"), ("film.webm", "film.webm"), ("", "1.mp4"), ("new/deep/", "new/deep/1.mp4")]
)
def test_target_is_a_file_or_a_folder_for_one(tmp_path: Path, target: str, is_text: bool, expected: str) -> None:
    path = f"{tmp_path}/{target}"
    if not is_text:
        (tmp_path / expected).parent.mkdir(parents=True, exist_ok=True)  # a Path drops the separator at the end
    assert store(path if is_text else Path(path)) == tmp_path / expected
    assert (tmp_path / expected).read_bytes() == b"film"
    assert names((tmp_path / expected).parent) == {Path(expected).name}


@pytest.mark.parametrize("name", ["a" * 243, "a" * 244, "a" * 251 + ".mp4", "鸟" * 85], ids=len)
def test_file_may_have_the_longest_name_that_the_disk_allows_and_be_resumed(tmp_path: Path, name: str) -> None:
    leave_part(tmp_path / name)
    with closing(place(tmp_path / name)) as part:
        assert part.size == 5
    assert store(tmp_path / name) == tmp_path / name
    assert names(tmp_path) == {name}


@pytest.mark.parametrize("target", ["", "a\0b", b"film.mp4", None, 3, io.StringIO(), cast("object", int)])
def test_wrong_target_is_refused(target: object) -> None:
    with pytest.raises(ConfigurationError):
        place(cast("Target", target))


def test_pipe_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with fails(DownloadRefusedError, match="not a regular file"):
        place(tmp_path / "pipe")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_mode_of_the_file_follows_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        store(tmp_path / "film.mp4")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "film.mp4").stat().st_mode) == 0o640


# -- names that exist -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "kept"), [(None, 4), (10, 4), (4, 0), (3, 0)])
def test_part_file_is_resumed_unless_it_is_complete(total: int | None, kept: int, tmp_path: Path) -> None:
    leave_part(tmp_path / "film.mp4", b"film", evolve(FILM, total=total))
    with closing(place(tmp_path / "film.mp4")) as part:
        assert part.size == kept


def test_existing_file_in_a_folder_is_kept_when_the_content_type_gives_the_name(tmp_path: Path) -> None:
    (tmp_path / "1.mp4").write_bytes(b"mine")
    with closing(place(tmp_path, replace=False)) as part, fails(DownloadRefusedError, match="exists"):
        part.restart(FILM)
    assert names(tmp_path) == {"1.mp4"}


def test_existing_file_in_a_folder_is_kept_when_a_part_gives_the_name(tmp_path: Path) -> None:
    leave_part(tmp_path)
    (tmp_path / "1.mp4").write_bytes(b"mine")
    with fails(DownloadRefusedError, match="exists"):
        place(tmp_path, replace=False)


@pytest.mark.parametrize("has_hard_links", [True, False])
def test_file_that_appears_during_the_download_is_kept(
    has_hard_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_hard_links:
        monkeypatch.setattr(Path, "hardlink_to", fails_with(EACCES))
    with closing(place(tmp_path / "film.mp4", replace=False)) as part:
        part.restart(FILM)
        part.write(b"film")
        (tmp_path / "film.mp4").write_bytes(b"mine")
        with fails(DownloadRefusedError, match="exists"):
            part.finish()
    assert (tmp_path / "film.mp4").read_bytes() == b"mine"
    assert names(tmp_path) == {"film.mp4"}


@pytest.mark.parametrize(("number", "words"), [(EACCES, "File exists"), (EEXIST, r"film\.mp4 exists")])
def test_file_that_appears_at_the_last_moment_is_kept_with_and_without_hard_links(
    number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(path: Path, _: Path) -> None:
        path.write_bytes(b"mine")
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "hardlink_to", taken)
    with fails(DownloadError, match=words):
        store(tmp_path / "film.mp4", replace=False)
    assert (tmp_path / "film.mp4").read_bytes() == b"mine"


# -- disks that fail ------------------------------------------------------------------------------------------------------


def test_missing_folder_is_an_error_with_its_path(tmp_path: Path) -> None:
    words = r"missing/film\.mp4\.[0-9a-f]{12}\.part cannot be written: No such file or directory\. Choose a folder that exists"
    with fails(DownloadError, match=words) as caught:
        place(tmp_path / "missing" / "film.mp4")
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_full_disk_is_an_error_and_leaves_only_the_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(place(tmp_path / "film.mp4")) as part:
        part.restart(FILM)
        part.write(b"01234")
        monkeypatch.setattr(os, "fsync", fails_with(ENOSPC))
        with fails(DownloadError, match="the disk is full") as caught:
            part.finish()
        assert isinstance(caught.value.__cause__, OSError)
    assert names(tmp_path) == parts(tmp_path / "film.mp4")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device plays a full disk")
def test_full_disk_is_the_error_although_the_file_cannot_be_closed_either(tmp_path: Path) -> None:
    with fails(DownloadError, match="the disk is full"), closing(place(tmp_path / "film.mp4")) as part:
        part.restart(FILM)
        with Path("/dev/full").open("r+b") as full:
            os.dup2(full.fileno(), vars(part)["_file"].fileno())
        part.write(b"01234")
        part.finish()


# -- open files -----------------------------------------------------------------------------------------------------------


class Pipe(io.RawIOBase):
    """Takes three bytes at a time and cannot seek."""

    def __init__(self) -> None:
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self.taken += data[:3]
        return len(data[:3])


def test_open_file_is_written_from_its_position_and_stays_open() -> None:
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


def test_bytes_of_a_complete_download_are_in_the_open_file_for_other_programs(tmp_path: Path) -> None:
    with (tmp_path / "film").open("wb") as file:
        store(file)
        assert (tmp_path / "film").read_bytes() == b"film"


def test_open_file_that_does_not_count_its_bytes_receives_all() -> None:
    write = Mock(return_value=None)
    store(cast("IO[bytes]", Mock(write=write, seekable=Mock(return_value=False))))
    write.assert_called_once_with(b"film")


def test_open_file_that_takes_no_more_bytes_is_an_error() -> None:
    full = Mock(write=Mock(side_effect=[0, 4]), seekable=Mock(return_value=False))
    with fails(DownloadError, match="it takes no more bytes"):
        store(cast("IO[bytes]", full))


def test_open_file_that_takes_a_few_bytes_at_a_time_receives_all() -> None:
    pipe = Pipe()
    with closing(place(cast("IO[bytes]", pipe))) as taker:
        taker.restart(FILM)
        taker.write(b"0123456789")
    assert pipe.taken == b"0123456789"


def test_open_file_that_cannot_seek_cannot_begin_again() -> None:
    taker = place(cast("IO[bytes]", Pipe()))
    taker.restart(FILM)
    taker.write(b"01234")
    with fails(DownloadIncompleteError, match="after 5 bytes"):
        taker.restart(FILM)


# -- names of files -------------------------------------------------------------------------------------------------------

REF = TaskRef("vidu", "940107923630096384")
KINDS: tuple[OutputKind, ...] = get_args(OutputKind)
TASK_IDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)
"""All that a reference may hold."""


@pytest.mark.parametrize(
    ("kind", "url", "content_type", "index", "expected"),
    [
        ("video", "https://h/x", "video/mp4", 0, "940107923630096384.mp4"),
        ("image", "https://h/x.png", "application/octet-stream", 0, "940107923630096384-image.png"),
        ("cover", "https://h/x.jpeg?n=x.mp4", None, 2, "940107923630096384-cover-3.jpeg"),
        ("video", "https://h/x.mkv", "application/octet-stream", 0, "940107923630096384.mkv"),
        ("image", "https://h/x", "image/jpeg", 0, "940107923630096384-image.jpg"),
        ("file", "https://h/../../etc/passwd", None, 0, "940107923630096384-file.bin"),
    ],
)
def test_file_name_has_task_kind_number_and_type(
    kind: OutputKind, url: str, content_type: str | None, index: int, expected: str
) -> None:
    assert file_name(REF, Output(kind, url), content_type, index) == expected


@pytest.mark.parametrize("task_id", ["../../etc/passwd", "..", ".ssh", "CON", "nul.txt", "a" * 500, "a:b", "空", "a b", "-rf"])
def test_strange_task_id_becomes_a_plain_name(task_id: str) -> None:
    name = file_name(TaskRef("vidu", task_id), Output("video", "https://h/"), "video/mp4")
    assert re.fullmatch(r"task-[A-Za-z0-9_-]{0,60}-[0-9a-f]{12}\.mp4", name)


def test_strange_task_ids_do_not_share_a_name() -> None:
    names = {file_name(TaskRef("vidu", task_id), Output("video", ""), None) for task_id in ("a/b", "a:b", "a b", "a_b", "a__b")}
    assert len(names) == 5


@settings(max_examples=30)
@given(TASK_IDS, st.sampled_from(KINDS), st.text(max_size=40), st.none() | st.text(max_size=40), st.integers(0, 10**6))
def test_no_file_name_leaves_the_folder(task_id: str, kind: OutputKind, url: str, content_type: str | None, index: int) -> None:
    name = file_name(TaskRef("vidu", task_id), Output(kind, url), content_type, index)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,119}", name)
    assert not re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d)\.", name)


def test_files_of_a_result_never_share_a_name() -> None:
    names = [file_name(REF, Output(kind, "https://h/x.mp4"), "video/mp4", index) for kind in KINDS for index in range(3)]
    assert len(set(names)) == len(names)
