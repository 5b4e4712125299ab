"""Downloads store only a body that can be the file by its first bytes; error pages and encoded bodies are asked for again."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import IO, cast

import pytest
from destinations import names
from downloading import FILM, URL, Pipe, download, whole
from scripted import Scripted

from vidu_ext.flows.download import Downloaded
from vidu_ext.values.errors import DownloadIncompleteError
from vidu_ext.values.tasks import Output, OutputKind

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + FILM
XML = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'


@pytest.mark.parametrize("word", ["aws-chunked", "aws-chunked, UTF-8", "", "gzip"])
def test_content_encoding_of_an_unencoded_film_is_ignored(film: Path, word: str) -> None:
    """Storage services send `aws-chunked` with unencoded files; six tries ended in an error, at each download."""
    Scripted(whole(MP4, Content_Encoding=word)).run(download(film))
    assert film.read_bytes() == MP4


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("gzip", "an encoding that was not asked for"),
        ("aws-chunked,gzip", "an encoding that was not asked for"),
        ("utf-8", "not of a file of this kind"),
    ],
)
def test_encoded_film_is_not_stored(film: Path, word: str, reason: str) -> None:
    encoded = whole(gzip.compress(MP4), Content_Encoding=word)
    assert reason in str(Scripted(encoded).error(download(film, tries=1), DownloadIncompleteError))
    assert names(film.parent) == set()


def test_attachment_is_not_stored_if_its_content_encoding_may_be_real(film: Path) -> None:
    encoded = whole(b"{}", Content_Encoding="br")
    Scripted(encoded).error(download(film, output=Output("attachment", URL), tries=1), DownloadIncompleteError)
    assert names(film.parent) == set()


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + FILM


@pytest.mark.parametrize("content_type", ["application/octet-stream", "video/mp4", "text/plain", ""])
@pytest.mark.parametrize("body", [XML, PNG], ids=["an error", "a picture"])
def test_body_that_cannot_begin_a_film_is_not_stored(film: Path, content_type: str, body: bytes) -> None:
    """Once, a storage service answered AccessDenied with 200 and application/octet-stream, which was stored as the film."""
    error = Scripted(whole(body, Content_Type=content_type)).error(download(film, tries=1), DownloadIncompleteError)
    assert "the first bytes of the answer are not of a file of this kind" in str(error)
    assert names(film.parent) == set()


@pytest.mark.parametrize("kind", ["image", "cover", "watermarked"])
def test_picture_is_stored_for_a_kind_that_may_be_one(film: Path, kind: OutputKind) -> None:
    Scripted(whole(PNG, Content_Type="image/png")).run(download(film, output=Output(kind, URL), tries=1))
    assert film.read_bytes() == PNG


def test_refusal_of_a_body_says_how_it_begins_without_secrets(film: Path) -> None:
    body = "\u202eNo\nvda_1234567890 here".encode()
    error = Scripted(whole(body)).error(download(film, tries=1), DownloadIncompleteError)
    assert 'it begins "No <redacted>' in str(error)
    assert "The task stays paid. Download it again with" in str(error)


@pytest.mark.parametrize("content_type", ["application/octet-stream", "binary/octet-stream", ""])
@pytest.mark.parametrize("body", [XML, b"upstream request timeout"])
def test_text_is_not_stored_as_a_file_of_unknown_type(film: Path, content_type: str, body: bytes) -> None:
    """An output of Vidu is a `file` if neither its URL nor the answer says more."""
    unknown = Output("file", "https://cdn.example/result")
    Scripted(whole(body, Content_Type=content_type)).error(download(film, output=unknown, tries=1), DownloadIncompleteError)


@pytest.mark.parametrize(
    ("name", "content_type", "body"),
    [("result.json", "", XML), ("result", "application/xml", XML), ("result", "", FILM)],
    ids=["an ending", "a content type", "no text"],
)
def test_file_of_unknown_kind_is_stored_with(film: Path, name: str, content_type: str, body: bytes) -> None:
    output = Output("file", f"https://cdn.example/{name}")
    Scripted(whole(body, Content_Type=content_type)).run(download(film, output=output, tries=1))
    assert film.read_bytes() == body


def test_pipe_receives_no_byte_of_an_error_page() -> None:
    pipe = Pipe()
    Scripted(whole(XML), whole()).run(download(cast("IO[bytes]", pipe)))
    assert pipe.getvalue() == FILM


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "application/xml; charset=utf-8"])
def test_film_is_recognized_by_its_first_bytes_whatever_its_content_type(tmp_path: Path, content_type: str) -> None:
    done = Scripted(whole(MP4, Content_Type=content_type)).run(download(tmp_path))
    assert done == Downloaded(tmp_path / "940107923630096384.mp4", len(MP4), None, None, "video")
    assert (tmp_path / "940107923630096384.mp4").read_bytes() == MP4
