"""Downloads of several files of a result, and the choice of one."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

import pytest
from attrs import evolve
from downloading import FILM, LOST, REF, SOURCE, URL, Pipe, Polls, download, fetches_of, names, plain, whole
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


def test_result_without_files_is_an_error(tmp_path: Path) -> None:
    Scripted().error(download_all(tmp_path / "new", ()), DownloadError)


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


# -- downloads store only bodies that can be the file: error pages and encoded bodies are retried --------------------------

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + FILM


XML = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'


@pytest.mark.parametrize(("kind", "content_type"), [("file", "application/json"), ("attachment", "text/html; charset=utf-8")])
def test_file_of_a_kind_without_a_type_is_stored_as_received(film: Path, kind: OutputKind, content_type: str) -> None:
    Scripted(whole(b"{}", Content_Type=content_type)).run(download(film, output=Output(kind, URL)))
    assert film.read_bytes() == b"{}"


@pytest.mark.parametrize("word", ["aws-chunked", "utf-8", "Binary", "aws-chunked, UTF-8", "", "none", "x-invented", "gzip"])
def test_content_encoding_of_an_unencoded_film_is_ignored(film: Path, word: str) -> None:
    """Storage services send `aws-chunked` with unencoded files; six tries ended in an error, at each download."""
    Scripted(whole(MP4, Content_Encoding=word)).run(download(film))
    assert film.read_bytes() == MP4


@pytest.mark.parametrize("word", ["gzip", "x-gzip", "aws-chunked,gzip", "utf-8", "x-invented"])
def test_encoded_film_is_not_stored(film: Path, word: str) -> None:
    error = Scripted(whole(gzip.compress(MP4), Content_Encoding=word)).error(download(film, tries=1), DownloadIncompleteError)
    assert "an encoding that was not asked for" in str(error) or word == "utf-8"
    assert names(film.parent) == set()


def test_attachment_is_stored_unless_its_content_encoding_may_be_real(film: Path) -> None:
    output = Output("attachment", URL)
    Scripted(whole(b"{}", Content_Encoding="aws-chunked")).run(download(film, output=output))
    Scripted(whole(b"{}", Content_Encoding="br")).error(download(film, output=output, tries=1), DownloadIncompleteError)


NO_FILMS = {
    "XML": XML,
    "XML behind a mark": b"\xef\xbb\xbf" + XML,
    "XML behind line ends": b"\r\n\r\n  " + XML,
    "XML behind many spaces": b" " * 40 + XML,
    "XML in UTF-16": XML.decode().encode("utf-16"),
    "XML in UTF-16 without a mark": XML.decode().encode("utf-16-be"),
    "HTML": b"<!DOCTYPE html><html>",
    "HTML in GBK": b"<html>\xc4\xe3\xba\xc3</html>",
    "JSON": b'{"error":{"code":"video_not_ready"}}',
    "JSON, empty": b"{}",
    "JSON, indented": b'{\n  "code": 1}',
    "JSON, a list": b'[{"code": 1}]',
    "a text": b"upstream request timeout",
    "a text of two letters": b"no",
    "a text with a mark": b"\xef\xbb\xbfnot ready",
    "a text in UTF-16": "not ready".encode("utf-16"),
    "a text in UTF-16 without a mark": "not ready".encode("utf-16-le"),
    "a text in German": "Zugriff verweigert: täglich von 8 bis 9 Uhr".encode(),
    "a text in Chinese, cut in a letter": "任务不存在请检查".encode()[:17],
    "a text in GBK": "任务不存在请检查".encode("gbk"),
    "a text in colour": b"\x1b[31mError\x1b[0m: no such file",
    "a text that begins like BMP": b"BMP files are not ready",
    "JSON, a text": b'"not ready"',
    "JSON, null": b"null",
    "a playlist": b"#EXTM3U\n#EXT-X-VERSION:3\n",
    "gzip": gzip.compress(XML),
    "ZIP": b"PK\x03\x04" + bytes(40),
    "PDF": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    "zlib": zlib.compress(XML),
    "bzip2": bz2.compress(XML),
    "xz": lzma.compress(XML),
    "a program": b"\x7fELF\x02\x01\x01" + bytes(9),
    "a database": b"SQLite format 3\0" + bytes(16),
}


@pytest.mark.parametrize("content_type", ["application/octet-stream", "video/mp4", "text/plain", ""])
@pytest.mark.parametrize("case", NO_FILMS)
def test_body_that_is_no_film_by_its_first_bytes_is_not_stored(film: Path, case: str, content_type: str) -> None:
    """Once, a storage service answered AccessDenied with 200 and application/octet-stream, which was stored as the film."""
    body = NO_FILMS[case]
    error = Scripted(whole(body, Content_Type=content_type)).error(download(film, tries=1), DownloadIncompleteError)
    assert "the first bytes of the answer are not of a file of this kind" in str(error)
    assert names(film.parent) == set()


def test_refusal_of_a_body_says_how_it_begins_without_secrets(film: Path) -> None:
    body = "\u202eNo\nvda_1234567890 here".encode()
    error = Scripted(whole(body)).error(download(film, tries=1), DownloadIncompleteError)
    assert 'it begins "No <redacted>' in str(error)
    assert "The task stays paid. Download it again with" in str(error)


@pytest.mark.parametrize("content_type", ["application/octet-stream", "binary/octet-stream", ""])
@pytest.mark.parametrize("error", [XML, b"upstream request timeout"])
def test_text_is_not_stored_as_a_file_of_unknown_type(film: Path, content_type: str, error: bytes) -> None:
    """An output of Vidu is a `file` if neither its URL nor the answer says more."""
    unknown, named = (Output("file", f"https://cdn.example/{name}") for name in ("result", "result.json"))
    page = whole(error, Content_Type=content_type)
    Scripted(page).error(download(film, output=unknown, tries=1), DownloadIncompleteError)
    Scripted(page).run(download(film, output=named, tries=1))
    Scripted(whole(error, Content_Type="application/xml")).run(download(film, output=unknown, tries=1))
    Scripted(whole(Content_Type=content_type)).run(download(film, output=unknown, tries=1))


def test_pipe_receives_no_byte_of_an_error_page() -> None:
    pipe = Pipe()
    Scripted(whole(XML), whole()).run(download(cast("IO[bytes]", pipe)))
    assert pipe.getvalue() == FILM


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "application/xml; charset=utf-8"])
def test_film_is_recognized_by_its_first_bytes_whatever_its_content_type(tmp_path: Path, content_type: str) -> None:
    done = Scripted(whole(MP4, Content_Type=content_type)).run(download(tmp_path))
    assert done == Downloaded(tmp_path / "940107923630096384.mp4", len(MP4), None, None, "video")
    assert (tmp_path / "940107923630096384.mp4").read_bytes() == MP4
