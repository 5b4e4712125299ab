"""Downloads that fail: no file under its name, an error that says why, nothing secret in it, and no error page for the film."""

from __future__ import annotations

import gzip
import io
from errno import ENOSPC
from pathlib import Path
from typing import IO, Any, cast

import pytest
from destinations import names, parts
from downloading import ETAG, FILM, LOST, REF, URL, Pipe, download, plain, rest, whole
from scripted import Answer, Body, Scripted

from vidu_ext.flows.download import MOST_REDIRECTS, Downloaded, DownloadOptions
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.values.errors import ConfigurationError, DownloadError, DownloadIncompleteError, DownloadRefusedError
from vidu_ext.values.tasks import Output, OutputKind

NEVER_COMPLETE: dict[str, tuple[list[Answer], str]] = {
    "no connection is ever made": ([LOST] * 3, "the connection was refused (3 failed tries in a row"),
    "every answer is an error page": ([whole(b"<html>", Content_Type="text/html; charset=utf-8")] * 3, "answered text/html in"),
    "it always breaks off at the same place": ([whole(etag=None, broken_after=60)] * 3, "Nothing of it was kept"),
    "the server never has the range, nor any other": ([plain(416)] * 4, "HTTP 416 (3 failed tries in a row"),
    "the server asks to wait longer than the budget": ([plain(429, Retry_After="600")], "asks to wait 600 s (1 failed try)"),
}
REFUSED: dict[str, tuple[list[Answer], str]] = {
    "the file is announced too large": ([whole(bytes(101))], "larger than the 100 bytes"),
    "the file grows too large": ([Body(200, bytes(101), {"ETag": ETAG})], "larger than the 100 bytes"),
    "the rest is announced too large": (
        [Body(200, FILM, {"ETag": ETAG}, breaks_off=True), rest(100, bytes(101))], "larger than the 100 bytes"
    ),
    "redirects form a loop": ([plain(302, Location="/again")] * (MOST_REDIRECTS + 1), "more than 5 redirects"),
    "a redirect leads to http": ([plain(302, Location="http://cdn.example/film.mp4")], "from https to http"),
    "redirects lead to this machine": (
        [plain(302, Location="https://other.example/"), plain(307, Location="//localhost/admin")], "not public"
    ),
    "a redirect leads to a file": ([plain(302, Location="file:///etc/passwd")], "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "words"), NEVER_COMPLETE.values(), ids=NEVER_COMPLETE)
def test_download_gives_up_and_leaves_no_file_if(answers: list[Answer], words: str, film: Path) -> None:
    error = Scripted(*answers).error(download(film, tries=3), DownloadIncompleteError)
    assert words in str(error)
    assert error.ref == REF
    assert names(film.parent) == set()


@pytest.mark.parametrize(("answers", "words"), REFUSED.values(), ids=REFUSED)
def test_download_is_refused_and_leaves_no_file_if(answers: list[Answer], words: str, film: Path) -> None:
    error = Scripted(*answers).error(download(film, max_bytes=100), DownloadRefusedError)
    assert words in str(error)
    assert error.ref == REF
    assert names(film.parent) == set()


def test_part_file_of_a_download_that_gives_up_is_kept(film: Path) -> None:
    error = Scripted(whole(broken_after=60), LOST, LOST).error(download(film, tries=3), DownloadIncompleteError)
    assert "60 bytes are kept in " in str(error)
    assert names(film.parent) == parts(film)


def test_rest_of_a_file_announced_as_too_large_is_not_read(film: Path) -> None:
    Scripted(Body(200, FILM[:60], {"ETag": ETAG}, breaks_off=True)).error(download(film, tries=1), DownloadIncompleteError)
    Scripted(rest(60, bytes(101), broken_after=0)).error(download(film, max_bytes=100), DownloadRefusedError)
    assert names(film.parent) == set()


def test_each_new_byte_resets_the_retry_budget(film: Path) -> None:
    patient = RetryPolicy(first=10.0, factor=1.0, jitter=0.0, budget=25.0)
    driver = Scripted(LOST, LOST, whole(broken_after=60), LOST, LOST)
    driver.error(download(film, retry=patient), DownloadIncompleteError)
    assert driver.pauses == [10.0, 10.0, 10.0, 10.0]


def test_no_request_is_sent_if_the_file_exists_and_must_not_be_replaced(film: Path) -> None:
    film.write_bytes(b"mine")
    Scripted().error(download(film, overwrite="refuse"), DownloadRefusedError)
    assert film.read_bytes() == b"mine"


def test_full_disk_ends_the_download_at_once() -> None:
    class FullDisk(io.BytesIO):
        def write(self, _: object, /) -> int:
            raise OSError(ENOSPC, "No space left on device")

    error = Scripted(whole()).error(download(FullDisk()), DownloadError)
    assert "the disk is full" in str(error)


@pytest.mark.parametrize(
    "answers",
    [[plain(403)], [LOST], [plain(302, Location="http://cdn.example/secret?secret")], [plain(302, Location="secret:secret")]],
)
def test_errors_show_no_secret_part_of_a_url(film: Path, answers: list[Answer]) -> None:
    error = Scripted(*answers).error(download(film, tries=1), DownloadError)
    assert "secret" not in f"{error}{error!r}{error.__cause__!r}"
    assert "https://cdn.example/.../film.mp4" in str(error)


@pytest.mark.parametrize("options", [{"tries": 0}, {"max_bytes": 0}, {"overwrite": "maybe"}, {"allow_private_hosts": "no"}])
def test_wrong_download_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=rf"DownloadOptions\.{next(iter(options))} must be"):
        DownloadOptions(**options)


# -- bodies that cannot be the file ---------------------------------------------------------------------------------------

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
