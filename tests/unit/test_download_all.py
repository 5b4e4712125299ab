"""Downloads of several files of a result, and the choice of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve
from destinations import names
from downloading import FILM, LOST, REF, SOURCE, Polls, fetches_of, plain, whole
from scripted import Scripted

from vidu_ext.flows.download import Downloaded, DownloadOptions, choose, download_all_flow
from vidu_ext.flows.effects import Flow
from vidu_ext.values.errors import DownloadError, DownloadIncompleteError
from vidu_ext.values.tasks import Output, OutputKind

ALL = (
    Output("video", "https://h/a.mp4", "7"),
    Output("cover", "https://h/b", "7"),
    Output("attachment", "https://h/c", "7"),
    Output("attachment", "https://h/d", "7"),
)


def download_all(folder: Path, outputs: Sequence[Output], *, refresh: Polls | None = None) -> Flow[tuple[Downloaded, ...]]:
    source = evolve(SOURCE, refresh=refresh or Polls())
    return download_all_flow(source, outputs, folder, options=DownloadOptions(tries=1))


def test_files_of_a_result_have_names_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    bodies, types = [FILM[:1], FILM[1:2], b"c", b"d"], ["video/mp4", "image/jpeg", "application/zip", "application/zip"]
    driver = Scripted(*(whole(body, Content_Type=kind) for body, kind in zip(bodies, types, strict=True)))
    results = driver.run(download_all(folder, ALL))
    task = REF.task_id
    assert [result.path and result.path.name for result in results] == [
        f"{task}.mp4",
        f"{task}-cover.jpg",
        f"{task}-attachment.zip",
        f"{task}-attachment-2.zip",
    ]
    assert [result.path and result.path.read_bytes() for result in results] == bodies


def test_failure_of_one_file_does_not_stop_the_others(tmp_path: Path) -> None:
    driver = Scripted(LOST, whole(), plain(404), whole(b"d"))
    error = driver.error(download_all(tmp_path, ALL), DownloadIncompleteError)
    assert len(names(tmp_path)) == 2
    assert "2 of 4 files" in error.__notes__[0]
    assert "attachment" in error.__notes__[1]


def test_second_of_two_files_gets_the_second_fresh_url(tmp_path: Path) -> None:
    new = [Output("attachment", f"https://new/{n}", "7") for n in "cd"]
    driver = Scripted(whole(b"c"), plain(403), whole(b"d"))
    driver.run(download_all(tmp_path, ALL[2:], refresh=Polls([new])))
    assert [url for url, _, _ in fetches_of(driver)] == ["https://h/c", "https://h/d", "https://new/d"]


def test_main_file_is_chosen_before_by_products() -> None:
    assert choose((Output("cover", "c"), Output("file", "f"), Output("video", "v"), Output("video", "w"))).url == "v"
    assert choose((Output("cover", "c"), Output("video", "v")), "cover").url == "c"


@pytest.mark.parametrize(
    ("outputs", "kind", "text"),
    [((), None, "no files at all"), (ALL, "image", "video, cover, attachment"), (ALL[1:2], None, "It has: cover")],
)
def test_error_about_a_missing_kind_lists_the_kinds_there_are(
    outputs: Sequence[Output], kind: OutputKind | None, text: str
) -> None:
    with pytest.raises(DownloadError, match=text):
        choose(outputs, kind)
