"""Downloads that fail: no file under its name, an error that says why, and nothing secret in it."""

from __future__ import annotations

import io
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest
from destinations import names
from downloading import ETAG, FILM, LOST, REF, download, plain, rest, whole
from scripted import Answer, Body, Scripted

from vidu_ext.flows.download import MOST_REDIRECTS, DownloadOptions
from vidu_ext.flows.file_effects import Receive
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.values.errors import ConfigurationError, DownloadError, DownloadIncompleteError, DownloadRefusedError

NEVER_COMPLETE: dict[str, tuple[list[Answer], str]] = {
    "no connection is ever made": ([LOST] * 3, "the connection was refused (3 failed tries in a row"),
    "every answer is an error page": ([whole(b"<html>", Content_Type="text/html; charset=utf-8")] * 3, "answered text/html in"),
    "it always breaks off at the same place": ([whole(etag=None, broken_after=60)] * 3, "Nothing of it was kept"),
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
    assert names(film.parent) == {"film.mp4.part", "film.mp4.part.json"}


def test_rest_of_a_file_announced_as_too_large_is_not_read(film: Path) -> None:
    Scripted(Body(200, FILM[:60], {"ETag": ETAG}, breaks_off=True)).error(download(film, tries=1), DownloadIncompleteError)
    driver = Scripted(rest(60, bytes(101)))
    driver.error(download(film, max_bytes=100), DownloadRefusedError)
    assert not driver.of(Receive)
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
