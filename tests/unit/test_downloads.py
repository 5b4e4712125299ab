"""Downloads: whatever the server does, the file is whole under its name, or there is none and an error says why."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Mapping, Sequence
from errno import ENOSPC
from pathlib import Path
from typing import IO, Any, cast

import pytest
from attrs import evolve
from downloading import ETAG, FILM, FRESH, LOST, REF, STEADY, URL, Pipe, Polls, download, fresh, plain, rest, whole
from scripted import Answer, Body, Scripted

from vidu_ext.flows.download import (
    MOST_REDIRECTS,
    MOST_REFRESHES,
    Downloaded,
    DownloadOptions,
    Source,
    choose,
    download_all_flow,
    same_output,
)
from vidu_ext.flows.effects import Effect, Fetch, Flow, Pause, Receive
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.values.errors import (
    CallError,
    ConfigurationError,
    DownloadError,
    DownloadIncompleteError,
    DownloadRefusedError,
    ResultExpiredError,
)
from vidu_ext.values.tasks import Output, OutputKind


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def asked(driver: Scripted) -> list[tuple[str, str | None, str | None]]:
    """Address, range and account of the key of every request."""
    return [(fetch.url, fetch.headers.get("range"), fetch.key_of) for fetch in driver.of(Fetch)]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return tmp_path / "film.mp4"


# -- the file comes --------------------------------------------------------------------------------------------------------


def test_a_file_that_comes_at_once_is_there_whole_and_alone(film: Path) -> None:
    driver = Scripted(whole())
    assert driver.run(download(film)) == Downloaded(film, 100, None, "video/mp4", "video")
    assert film.read_bytes() == FILM
    assert names(film.parent) == {"film.mp4"}
    assert asked(driver) == [(URL, None, None)]
    assert driver.of(Fetch)[0].headers == {"accept-encoding": "identity"}


# Each case: what the server answers, and the pauses and ranges that follow from it. The file comes in the end.
RECOVERIES: dict[str, tuple[list[Answer], list[float], list[str | None]]] = {
    "the body breaks off": ([whole(broken_after=60), rest(60)], [1.0], [None, "bytes=60-"]),
    "it breaks off twice": (
        [whole(broken_after=60), rest(60, broken_after=80), rest(80)],
        [1.0, 1.0],
        [None, "bytes=60-", "bytes=80-"],
    ),
    "it breaks off after the last byte": ([whole(broken_after=100)], [], [None]),
    "it breaks off before the first byte": ([whole(broken_after=0), whole()], [1.0], [None, None]),
    "the body is shorter than announced": ([whole(FILM[:60], Content_Length="100"), rest(60)], [1.0], [None, "bytes=60-"]),
    "a part is shorter than asked for": (
        [whole(broken_after=60), rest(60, FILM[:80], Content_Range="bytes 60-79/100"), rest(80)],
        [1.0, 1.0],
        [None, "bytes=60-", "bytes=80-"],
    ),
    "nobody answers": ([LOST, LOST, whole()], [1.0, 2.0], [None] * 3),
    "nobody answers in between": ([whole(broken_after=60), LOST, rest(60)], [1.0, 2.0], [None, "bytes=60-", "bytes=60-"]),
    "the server is busy": ([plain(503), plain(500), plain(429), plain(408), whole()], [1.0, 2.0, 4.0, 8.0], [None] * 5),
    "it says how long": ([plain(429, Retry_After="40"), whole()], [40.0], [None, None]),
    "it says less than our pause": ([plain(429, Retry_After="0"), whole()], [1.0], [None, None]),
    "it has nothing yet": ([plain(204), plain(202), whole()], [1.0, 2.0], [None] * 3),
    "a redirect leads nowhere": ([plain(302), whole()], [1.0], [None, None]),
    "the whole comes as a part that nobody asked for": ([rest(0)], [], [None]),
    "it comes so without a validator": ([Body(206, FILM, {"Content-Range": "bytes 0-99/100"})], [], [None]),
    "a part comes that nobody asked for": (
        [rest(0, FILM[:60], Content_Range="Bytes 0-59/100", Content_Length="60"), rest(60)], [1.0], [None, "bytes=60-"]),
    "another part comes that nobody asked for": ([rest(1), rest(1), whole()], [1.0], [None] * 3),
    "a part of unknown size comes that nobody asked for": ([rest(0, Content_Range="bytes 0-99/*"), whole()], [], [None] * 2),
    "the file is empty at first": ([whole(b""), whole()], [1.0], [None, None]),
    "it is compressed": ([whole(Content_Encoding="gzip"), whole(Content_Encoding="identity")], [1.0], [None, None]),
    "ranges are not known": ([whole(broken_after=60), whole()], [1.0], [None, "bytes=60-"]),
    "there is no validator": ([whole(etag=None, broken_after=60), whole()], [1.0], [None, None]),
    "the etag is weak": ([whole(etag='W/"film"', broken_after=60), whole()], [1.0], [None, None]),
    "the etag cannot be sent back": ([whole(etag='"fílm"', broken_after=60), whole()], [1.0], [None, None]),
    "a range is refused that nobody asked for": ([plain(416), plain(416), whole()], [1.0], [None] * 3),
    "the range is refused": ([whole(broken_after=60), plain(416), whole()], [1.0], [None, "bytes=60-", None]),
    "the range is refused again": (
        [whole(broken_after=60), plain(416), whole(broken_after=70), plain(416), whole()],
        [1.0, 1.0, 2.0],
        [None, "bytes=60-", None, "bytes=70-", None],
    ),
    "another part comes": (
        [whole(broken_after=60), rest(60, Content_Range="bytes 50-99/100"), whole()],
        [1.0],
        [None, "bytes=60-", None],
    ),
    "a part of another size comes": (
        [whole(broken_after=60), rest(60, Content_Range="bytes 60-99/101"), whole()],
        [1.0],
        [None, "bytes=60-", None],
    ),
    "a part of unknown size comes": (
        [whole(broken_after=60), rest(60, Content_Range="bytes 60-99/*"), whole()],
        [1.0],
        [None, "bytes=60-", None],
    ),
    "a part with an impossible end comes": (
        [whole(broken_after=60), rest(60, Content_Range="bytes 60-100/100"), whole()],
        [1.0],
        [None, "bytes=60-", None],
    ),
    "a part comes that says nothing": (
        [whole(broken_after=60), Body(206, FILM[60:], {}), whole()],
        [1.0],
        [None, "bytes=60-", None],
    ),
    "a part of other bytes comes": (
        [whole(broken_after=60), rest(60, bytes(100), ETag='"other"'), whole()],
        [1.0],
        [None, "bytes=60-", None],
    ),
    "a part is encoded": (
        [whole(broken_after=60), rest(60, Content_Encoding="gzip"), whole()],
        [1.0],
        [None, "bytes=60-", None],
    ),
    "a part has a word for an encoding that encodes nothing": (
        [whole(broken_after=60), rest(60, Content_Encoding="aws-chunked")],
        [1.0],
        [None, "bytes=60-"],
    ),
    "a part is longer than announced": (
        [whole(broken_after=60), rest(60, FILM + b"more", Content_Range="bytes 60-99/100"), whole()],
        [1.0],
        [None, "bytes=60-", None],
    ),
    "a part runs over and breaks off": (
        [whole(broken_after=60), rest(60, broken_after=90, Content_Range="bytes 60-79/100"), whole()],
        [1.0],
        [None, "bytes=60-", None],
    ),
    "an error page comes": ([whole(broken_after=60), whole(b"{}", Content_Type="application/json"), rest(60)], [1.0, 2.0],
                            [None, "bytes=60-", "bytes=60-"]),
}  # fmt: skip


@pytest.mark.parametrize("case", RECOVERIES)
def test_the_file_comes_though(case: str, film: Path) -> None:
    answers, pauses, ranges = RECOVERIES[case]
    driver = Scripted(*answers)
    result = driver.run(download(film, sha256=True))
    assert film.read_bytes() == FILM
    assert result.sha256 == hashlib.sha256(FILM).hexdigest()
    assert names(film.parent) == {"film.mp4"}
    assert driver.pauses == pauses
    assert [fetch.headers.get("range") for fetch in driver.of(Fetch)] == ranges
    assert all(fetch.headers.get("if-range") == (fetch.headers.get("range") and ETAG) for fetch in driver.of(Fetch))


def test_a_date_serves_where_there_is_no_etag(film: Path) -> None:
    date = "Tue, 04 Nov 2025 10:00:00 GMT"
    driver = Scripted(whole(etag=None, Last_Modified=date, broken_after=60), rest(60, Last_Modified=date))
    driver.run(download(film))
    assert film.read_bytes() == FILM
    assert driver.of(Fetch)[1].headers["if-range"] == date


def test_a_part_with_another_date_is_not_taken(film: Path) -> None:
    date, later = "Tue, 04 Nov 2025 10:00:00 GMT", "Tue, 04 Nov 2025 10:00:01 GMT"
    dated = whole(etag=None, Last_Modified=date, broken_after=60)
    driver = Scripted(dated, rest(60, bytes(100), Last_Modified=later), whole())
    driver.run(download(film))
    assert film.read_bytes() == FILM


def test_a_file_of_unknown_size_ends_where_its_body_ends(film: Path) -> None:
    unknown = {"ETag": ETAG, "Transfer-Encoding": "chunked", "Content-Length": "many"}
    driver = Scripted(Body(200, FILM[:60], unknown, breaks_off=True), rest(60, broken_after=99), rest(99))
    assert driver.run(download(film)).size == 100
    assert film.read_bytes() == FILM


def test_a_part_of_a_file_of_unknown_size_is_not_taken_for_its_end(film: Path) -> None:
    unknown = Body(200, FILM[:60], {"ETag": ETAG}, breaks_off=True)
    Scripted(unknown, rest(60, FILM[:80], Content_Range="bytes 60-79/100"), rest(80)).run(download(film))
    assert film.read_bytes() == FILM


def test_other_bytes_behind_the_address_replace_all_that_came(film: Path) -> None:
    other = bytes(reversed(range(90)))
    driver = Scripted(whole(broken_after=60), whole(other, etag='"other"', broken_after=30), rest(30, other, ETag='"other"'))
    assert driver.run(download(film, sha256=True)).sha256 == hashlib.sha256(other).hexdigest()
    assert film.read_bytes() == other


def test_many_breaks_are_survived_as_long_as_bytes_come(film: Path) -> None:
    parts = [rest(n, broken_after=n + 1) for n in range(20, 99)]
    driver = Scripted(whole(broken_after=20), *parts, rest(99))
    driver.run(download(film, tries=2))
    assert film.read_bytes() == FILM
    assert driver.pauses == [1.0] * 80


@pytest.mark.parametrize(("kind", "content_type"), [("file", "application/json"), ("attachment", "text/html; charset=utf-8")])
def test_a_file_that_may_be_of_any_type_is_taken_as_it_is(film: Path, kind: OutputKind, content_type: str) -> None:
    Scripted(whole(b"{}", Content_Type=content_type)).run(download(film, output=Output(kind, URL)))
    assert film.read_bytes() == b"{}"


MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + FILM
XML = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'


@pytest.mark.parametrize("word", ["aws-chunked", "utf-8", "Binary", "aws-chunked, UTF-8", "", "none", "x-invented", "gzip"])
def test_word_for_an_encoding_that_encodes_nothing_is_no_fault(film: Path, word: str) -> None:
    """Storages write `aws-chunked` on files that lie there as they are; six tries ended in an error, each time anew."""
    Scripted(whole(MP4, Content_Encoding=word)).run(download(film))
    assert film.read_bytes() == MP4


@pytest.mark.parametrize("word", ["gzip", "x-gzip", "aws-chunked,gzip", "utf-8", "x-invented"])
def test_file_that_is_encoded_is_not_taken(film: Path, word: str) -> None:
    error = Scripted(whole(gzip.compress(MP4), Content_Encoding=word)).error(download(film, tries=1), DownloadIncompleteError)
    assert "an encoding that was not asked for" in str(error) or word == "utf-8"
    assert names(film.parent) == set()


def test_file_of_any_type_is_taken_with_a_word_that_encodes_nothing_and_with_no_other(film: Path) -> None:
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
    "gzip": gzip.compress(XML),
    "ZIP": b"PK\x03\x04" + bytes(40),
    "PDF": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
}


@pytest.mark.parametrize("content_type", ["application/octet-stream", "video/mp4", "binary/octet-stream", ""])
@pytest.mark.parametrize("case", NO_FILMS)
def test_what_is_no_film_by_its_first_bytes_is_not_stored_as_one(film: Path, case: str, content_type: str) -> None:
    """A storage said AccessDenied with 200 and application/octet-stream, and that was stored as the film."""
    body = NO_FILMS[case]
    error = Scripted(whole(body, Content_Type=content_type)).error(download(film, tries=1), DownloadIncompleteError)
    assert "by its first bytes" in str(error)
    assert names(film.parent) == set()


@pytest.mark.parametrize("content_type", ["application/octet-stream", "text/plain"])
def test_text_is_not_stored_as_a_film(film: Path, content_type: str) -> None:
    body = "Zugriff verweigert: täglich von 8 bis 9 Uhr".encode()
    Scripted(whole(body, Content_Type=content_type)).error(download(film, tries=1), DownloadIncompleteError)


@pytest.mark.parametrize("content_type", ["application/octet-stream", "binary/octet-stream", ""])
def test_error_page_is_not_stored_as_a_file_of_which_nothing_is_known(film: Path, content_type: str) -> None:
    """What Vidu makes is a `file` where neither its address nor the answer says more."""
    unknown, named = (Output("file", f"https://cdn.example/{name}") for name in ("result", "result.json"))
    page = whole(XML, Content_Type=content_type)
    Scripted(page).error(download(film, output=unknown, tries=1), DownloadIncompleteError)
    Scripted(page).run(download(film, output=named, tries=1))
    Scripted(whole(XML, Content_Type="application/xml")).run(download(film, output=unknown, tries=1))
    Scripted(whole(Content_Type=content_type)).run(download(film, output=unknown, tries=1))


def test_error_page_between_two_parts_costs_no_byte_that_came(film: Path) -> None:
    page = whole(XML, etag=None, Content_Type="application/octet-stream")
    driver = Scripted(whole(broken_after=60), page, rest(60))
    driver.run(download(film))
    assert [fetch.headers.get("range") for fetch in driver.of(Fetch)] == [None, "bytes=60-", "bytes=60-"]
    assert film.read_bytes() == FILM


def test_pipe_gets_nothing_of_an_error_page() -> None:
    pipe = Pipe()
    Scripted(whole(XML), whole()).run(download(cast("IO[bytes]", pipe)))
    assert pipe.getvalue() == FILM


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "application/xml; charset=utf-8"])
def test_film_is_known_by_its_first_bytes_whatever_it_is_said_to_be(tmp_path: Path, content_type: str) -> None:
    done = Scripted(whole(MP4, Content_Type=content_type)).run(download(tmp_path))
    assert done == Downloaded(tmp_path / "940107923630096384.mp4", len(MP4), None, None, "video")
    assert (tmp_path / "940107923630096384.mp4").read_bytes() == MP4


def test_a_download_into_a_folder_is_named_after_the_task(tmp_path: Path) -> None:
    result = Scripted(whole()).run(download(tmp_path))
    assert result.path == tmp_path / "940107923630096384.mp4"
    assert names(tmp_path) == {"940107923630096384.mp4"}


def test_a_download_into_an_open_file_leaves_it_open() -> None:
    file = io.BytesIO()
    driver = Scripted(whole(broken_after=60), whole(FILM, etag='"new"', broken_after=30), rest(30, ETag='"new"'))
    assert driver.run(download(file, sha256=True)) == Downloaded(
        None, 100, hashlib.sha256(FILM).hexdigest(), "video/mp4", "video"
    )
    assert file.getvalue() == FILM


def test_a_pipe_gets_every_byte_once_where_the_server_goes_on() -> None:
    pipe = Pipe()
    Scripted(whole(broken_after=60), rest(60)).run(download(cast("IO[bytes]", pipe)))
    assert pipe.getvalue() == FILM


def test_a_pipe_gets_no_byte_twice_where_the_server_begins_anew() -> None:
    pipe = Pipe()
    driver = Scripted(whole(broken_after=60), whole())
    error = driver.error(download(cast("IO[bytes]", pipe)), DownloadIncompleteError)
    assert "after 60 bytes" in str(error)
    assert pipe.getvalue() == FILM[:60]


# -- the file does not come ------------------------------------------------------------------------------------------------

FAILURES: dict[str, tuple[list[Answer], type[DownloadError], str, set[str]]] = {
    "nobody ever answers": ([LOST] * 3, DownloadIncompleteError, "the connection was refused (3 failed tries in a row", set()),
    "the server is always busy": ([plain(503)] * 3, DownloadIncompleteError, "HTTP 503", set()),
    "the file is always empty": ([whole(b"")] * 3, DownloadIncompleteError, "the file is empty", set()),
    "an error page comes always": (
        [whole(b"<html>", Content_Type="text/html; charset=utf-8")] * 3,
        DownloadIncompleteError,
        "answered text/html in place of the video file",
        set(),
    ),
    "it breaks off and is gone": (
        [whole(broken_after=60), *[LOST] * 2],
        DownloadIncompleteError,
        "60 bytes are kept in ",
        {"film.mp4.part", "film.mp4.part.json"},
    ),
    "it always breaks off at the same place": (
        [whole(etag=None, broken_after=60)] * 3,
        DownloadIncompleteError,
        "Nothing of it was kept",
        set(),
    ),
    "it asks to wait for longer than patience lasts": (
        [plain(429, Retry_After="600")],
        DownloadIncompleteError,
        "asks to wait 600 s (1 failed try)",
        set(),
    ),
    "the file is announced too large": ([whole(bytes(101))], DownloadRefusedError, "larger than the 100 bytes", set()),
    "the file grows too large": (
        [Body(200, bytes(101), {"ETag": ETAG})],
        DownloadRefusedError,
        "larger than the 100 bytes",
        set(),
    ),
    "a rest is announced too large": (
        [Body(200, FILM, {"ETag": ETAG}, breaks_off=True), rest(100, bytes(101))],
        DownloadRefusedError,
        "larger than the 100 bytes",
        set(),
    ),
    "redirects go round": (
        [plain(302, Location="/again")] * (MOST_REDIRECTS + 1),
        DownloadRefusedError,
        "more than 5 redirects",
        set(),
    ),
    "a redirect leads to http": (
        [plain(302, Location="http://cdn.example/film.mp4")],
        DownloadRefusedError,
        "from https to http",
        set(),
    ),
    "redirects lead over https to http": (
        [plain(302, Location="https://cdn.example/1"), plain(302, Location="http://cdn.example/film.mp4")],
        DownloadRefusedError,
        "from https to http",
        set(),
    ),
    "a redirect leads to this machine": (
        [plain(302, Location="https://127.0.0.1:8080/admin")],
        DownloadRefusedError,
        "not public",
        set(),
    ),
    "a redirect leads to this machine by its name": (
        [plain(302, Location="https://other.example/"), plain(307, Location="//localhost/admin")],
        DownloadRefusedError,
        "not public",
        set(),
    ),
    "a redirect leads to a file": (
        [plain(302, Location="file:///etc/passwd")],
        DownloadRefusedError,
        "cannot be read",
        set(),
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_no_file_is_there_when(case: str, film: Path) -> None:
    answers, kind, text, left = FAILURES[case]
    error = Scripted(*answers).error(download(film, tries=3, max_bytes=100), kind)
    assert text in str(error)
    assert error.ref == REF
    assert names(film.parent) == left


def test_a_file_announced_too_large_is_not_received_at_all(film: Path) -> None:
    driver = Scripted(whole(bytes(101)))
    driver.error(download(film, max_bytes=100), DownloadRefusedError)
    assert not driver.of(Receive)
    Scripted(Body(200, FILM[:60], {"ETag": ETAG}, breaks_off=True)).error(download(film, tries=1), DownloadIncompleteError)
    driver = Scripted(rest(60, bytes(101)))
    driver.error(download(film, max_bytes=100), DownloadRefusedError)
    assert not driver.of(Receive)
    assert names(film.parent) == set()


def test_patience_is_counted_from_the_last_new_byte(film: Path) -> None:
    patient = RetryPolicy(first=10.0, factor=1.0, jitter=0.0, budget=25.0)
    driver = Scripted(LOST, LOST, whole(broken_after=60), LOST, LOST)
    driver.error(download(film, retry=patient), DownloadIncompleteError)
    assert driver.pauses == [10.0, 10.0, 10.0, 10.0]


def test_pauses_are_shortened_by_chance(film: Path) -> None:
    driver = Scripted(LOST, whole(), chance=0.5)
    driver.run(download(film, retry=RetryPolicy(first=8.0, jitter=0.5)))
    assert driver.pauses == [6.0]


@pytest.mark.parametrize("url", ["", "ftp://cdn.example/secret", "data:video/mp4;base64,secret", "https:///secret"])
def test_an_address_of_another_sort_is_not_asked(film: Path, url: str) -> None:
    error = Scripted().error(download(film, output=Output("video", url)), DownloadRefusedError)
    assert "secret" not in str(error)


INNER = ("http://169.254.169.254/latest/meta-data/secret", "http://127.1:8080/secret", "https://[::ffff:10.0.0.1]/secret")


@pytest.mark.parametrize("url", INNER)
def test_address_that_is_not_public_is_not_asked(film: Path, url: str) -> None:
    """The answer of an account at api.vidu.com named a service of this machine as its film, and that was fetched."""
    error = Scripted().error(download(film, output=Output("video", url)), DownloadRefusedError)
    assert "allow_private_hosts" in str(error)
    assert "secret" not in str(error)
    assert names(film.parent) == set()


def test_fresh_address_that_is_not_public_is_not_asked(film: Path) -> None:
    Scripted(plain(403)).error(download(film, refresh=fresh(INNER[0])), DownloadRefusedError)


@pytest.mark.parametrize("url", INNER)
def test_address_that_is_not_public_is_asked_where_the_caller_allows_it(film: Path, url: str) -> None:
    Scripted(whole()).run(download(film, output=Output("video", url), allow_private_hosts=True))
    assert film.read_bytes() == FILM


@pytest.mark.parametrize("home", ["127.0.0.1:8188", "localhost", "[::1]:80", "10.0.0.7"])
def test_account_in_a_private_network_may_name_files_in_one(film: Path, home: str) -> None:
    near = Output("video", "http://192.168.1.5:9000/film.mp4")
    Scripted(whole()).run(download(film, output=near, account_host=home))
    Scripted().error(download(film, output=Output("video", INNER[0]), account_host=home), DownloadRefusedError)


def test_the_file_that_is_there_stays_when_the_download_fails(film: Path) -> None:
    film.write_bytes(b"mine")
    Scripted(whole(broken_after=60)).error(download(film, tries=1), DownloadIncompleteError)
    assert film.read_bytes() == b"mine"


def test_no_request_is_made_for_a_file_that_must_not_be_replaced(film: Path) -> None:
    film.write_bytes(b"mine")
    Scripted().error(download(film, overwrite="refuse"), DownloadRefusedError)
    assert film.read_bytes() == b"mine"


def test_a_full_disk_ends_the_download_at_once() -> None:
    class FullDisk(io.BytesIO):
        def write(self, _: object, /) -> int:
            raise OSError(ENOSPC, "No space left on device")

    error = Scripted(whole()).error(download(FullDisk()), DownloadError)
    assert "the disk is full" in str(error)


# -- dead addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_dead_address_is_asked_for_anew_and_the_download_goes_on(film: Path, status: int) -> None:
    polls = fresh(FRESH)
    driver = Scripted(whole(broken_after=60), plain(status), rest(60))
    driver.run(download(film, refresh=polls))
    assert film.read_bytes() == FILM
    assert asked(driver) == [(URL, None, None), (URL, "bytes=60-", None), (FRESH, "bytes=60-", None)]
    assert polls.count == 1
    assert driver.pauses == [1.0, 0.25]


def test_other_bytes_behind_a_fresh_address_replace_all_that_came(film: Path) -> None:
    other = bytes(50)
    driver = Scripted(whole(broken_after=60), plain(403), whole(other, etag='"other"'))
    driver.run(download(film, refresh=fresh(FRESH)))
    assert film.read_bytes() == other


def test_an_address_that_dies_again_and_again_is_renewed_as_long_as_bytes_come(film: Path) -> None:
    polls = fresh(*[FRESH] * 4)
    driver = Scripted(
        whole(broken_after=20), plain(403), rest(20, broken_after=40), plain(403), rest(40, broken_after=60), plain(403),
        rest(60, broken_after=80), plain(403), rest(80),
    )  # fmt: skip
    driver.run(download(film, refresh=polls))
    assert film.read_bytes() == FILM
    assert polls.count == 4


def test_fresh_addresses_that_are_dead_too_end_the_download(film: Path) -> None:
    polls = fresh(*[FRESH] * MOST_REFRESHES)
    driver = Scripted(*[plain(403)] * (MOST_REFRESHES + 1))
    error = driver.error(download(film, refresh=polls), ResultExpiredError)
    assert "HTTP 403" in str(error)
    assert polls.count == MOST_REFRESHES
    assert driver.pauses == [0.25, 1.0, 0.25, 2.0, 0.25]


@pytest.mark.parametrize("status", [400, 403, 404])
def test_file_that_is_not_there_yet_is_asked_for_again_within_the_budget(film: Path, status: int) -> None:
    """A storage some seconds behind its task answered as if the file were gone, and it was given up after two."""
    polls = fresh(*[FRESH] * 7)
    driver = Scripted(*[plain(status)] * 7, whole())
    driver.run(download(film, refresh=polls, is_young=True))
    assert film.read_bytes() == FILM
    assert [seconds for seconds in driver.pauses if seconds != 0.25] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0]


def test_file_that_never_comes_is_given_up_when_the_budget_is_used_up(film: Path) -> None:
    driver = Scripted(handlers={Fetch: lambda _: plain(404)})
    began = driver.moment
    driver.error(
        download(film, refresh=fresh(*[FRESH] * 100), is_young=True, retry=evolve(STEADY, budget=60)), ResultExpiredError
    )
    assert 30 < driver.moment - began <= 61
    driver = Scripted(*[plain(404)] * 2)
    driver.error(download(film, refresh=fresh(FRESH), is_young=True, retry=evolve(STEADY, budget=0)), ResultExpiredError)


def test_one_try_is_no_end_for_a_file_that_is_not_there_yet(film: Path) -> None:
    Scripted(*[plain(404)] * 3, whole()).run(download(film, tries=1, refresh=fresh(*[FRESH] * 3), is_young=True))


@pytest.mark.parametrize("trouble", [CallError("vidu", "getCreations", "gone", status=404), LOST, ()])
def test_poll_that_fails_does_not_end_the_wait_for_a_young_file(film: Path, trouble: Exception | tuple[()]) -> None:
    driver = Scripted(*[plain(404)] * 2, whole())
    driver.run(download(film, refresh=Polls([trouble, trouble]), is_young=True))
    assert [fetch.url for fetch in driver.of(Fetch)] == [URL] * 3


def test_a_single_try_still_asks_for_one_fresh_address(film: Path) -> None:
    Scripted(plain(404), whole()).run(download(film, tries=1, refresh=fresh(FRESH)))
    Scripted(plain(404), plain(404)).error(download(film, tries=1, refresh=fresh(FRESH)), ResultExpiredError)


def test_a_result_that_lost_its_file_ends_the_download(film: Path) -> None:
    polls = Polls([[Output("cover", FRESH), Output("video", FRESH, creation_id="8")]])
    error = Scripted(plain(404)).error(download(film, refresh=polls), ResultExpiredError)
    assert "vidu does not name it any more" in str(error)


@pytest.mark.parametrize("trouble", [CallError("vidu", "getCreations", "gone", status=404), LOST])
def test_a_poll_that_fails_ends_the_download_and_keeps_what_came(film: Path, trouble: Exception) -> None:
    driver = Scripted(whole(broken_after=60), plain(403))
    error = driver.error(download(film, refresh=Polls([trouble])), ResultExpiredError)
    assert error.__cause__ is trouble
    assert names(film.parent) == {"film.mp4.part", "film.mp4.part.json"}


COVERS = tuple(Output("cover", f"https://h/{n}", creation_id=str(n)) for n in range(3))
PAGES = tuple(Output("attachment", f"https://h/{n}", creation_id="7") for n in range(3))
NAMELESS = (Output("video", "https://h/1"), Output("video", "https://h/2"))


@pytest.mark.parametrize(
    ("outputs", "output", "index", "expected"),
    [
        (COVERS, COVERS[1], 1, COVERS[1]),
        (tuple(reversed(COVERS)), COVERS[2], 2, COVERS[2]),
        (COVERS[:1], COVERS[2], 2, None),
        (PAGES, PAGES[2], 2, PAGES[2]),
        (PAGES[:2], PAGES[2], 2, None),
        (NAMELESS, NAMELESS[1], 1, NAMELESS[1]),
        (NAMELESS[:1], NAMELESS[1], 1, None),
        (NAMELESS, Output("video", "https://h/1", creation_id="7"), 0, None),
        ((), COVERS[0], 0, None),
    ],
)
def test_a_fresh_address_is_taken_only_of_the_same_file(
    outputs: Sequence[Output], output: Output, index: int, expected: Output | None
) -> None:
    assert same_output(outputs, output, index) == expected


# -- the key ---------------------------------------------------------------------------------------------------------------

GATEWAY = "https://gateway.example/film.mp4"
GATED = Output("video", GATEWAY, creation_id="7")


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("hosts", [{"key_hosts": ["gateway.example"]}, {"account_host": "gateway.example"}])
def test_the_key_is_sent_where_the_host_asked_for_it_and_may_have_it(film: Path, status: int, hosts: Mapping[str, Any]) -> None:
    driver = Scripted(plain(status), whole(broken_after=60), rest(60))
    driver.run(download(film, output=GATED, **hosts))
    assert asked(driver) == [(GATEWAY, None, None), (GATEWAY, None, "vidu"), (GATEWAY, "bytes=60-", "vidu")]


def test_the_key_is_tried_once_and_then_a_fresh_address_without_it(film: Path) -> None:
    driver = Scripted(plain(401), plain(403), whole())
    driver.run(download(film, output=GATED, key_hosts=["gateway.example"], refresh=fresh(GATEWAY)))
    assert [key for _, _, key in asked(driver)] == [None, "vidu", None]


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500])
def test_the_key_is_no_answer_to_other_refusals(film: Path, status: int) -> None:
    driver = Scripted(plain(status), whole())
    driver.run(download(film, output=GATED, key_hosts=["gateway.example"], refresh=fresh(GATEWAY)))
    assert [key for _, _, key in asked(driver)] == [None, None]


@pytest.mark.parametrize("url", [URL, "http://gateway.example/film.mp4", "https://gateway.example:8443/film.mp4"])
def test_the_key_is_never_sent_elsewhere(film: Path, url: str) -> None:
    driver = Scripted(plain(401), whole())
    driver.run(download(film, output=Output("video", url, "7"), key_hosts=["gateway.example"], refresh=fresh(url)))
    assert {key for _, _, key in asked(driver)} == {None}


def test_the_key_stays_behind_when_a_redirect_leaves_the_host_and_comes_back(film: Path) -> None:
    driver = Scripted(
        plain(401), plain(302, Location="/inside"), plain(307, Location=FRESH), plain(308, Location=GATEWAY), whole()
    )  # fmt: skip
    driver.run(download(film, output=GATED, key_hosts=["gateway.example"]))
    assert [(url, key) for url, _, key in asked(driver)] == [
        (GATEWAY, None),
        (GATEWAY, "vidu"),
        ("https://gateway.example/inside", "vidu"),
        (FRESH, None),
        (GATEWAY, None),
    ]


# -- redirects -------------------------------------------------------------------------------------------------------------


def test_every_address_is_asked_byte_for_byte(film: Path) -> None:
    first = "https://cdn.example/a%2fb/%7efilm.mp4?X-Amz-Credential=a%2Fb+c&Signature=%2B~&e="
    second = "https://other.example/x/../film.mp4?response-content-disposition=attachment%3B%20filename%3D%22x%22&"
    driver = Scripted(plain(301, Location=second), whole(broken_after=60), plain(303, Location=second), rest(60))
    driver.run(download(film, output=Output("video", first)))
    assert [url for url, _, _ in asked(driver)] == [first, second, first, second]


def test_http_is_followed_where_the_provider_itself_wrote_http(film: Path) -> None:
    answers = (plain(302, Location="http://h/x"), plain(302, Location="https://h/y"), whole())
    Scripted(*answers).run(download(film, output=Output("video", "http://h/film.mp4")))
    assert film.read_bytes() == FILM


def test_redirects_do_not_lead_from_https_to_http_at_any_hop(film: Path) -> None:
    answers = (plain(302, Location="https://h/x"), plain(302, Location="http://h/y"))
    error = Scripted(*answers).error(download(film, output=Output("video", "http://h/film.mp4")), DownloadRefusedError)
    assert "from https to http" in str(error)


# -- stopped in the middle, and other processes ----------------------------------------------------------------------------


def stop(_: Effect) -> Answer:
    return KeyboardInterrupt()


def test_a_download_that_is_stopped_goes_on_in_another_process(film: Path) -> None:
    Scripted(whole(broken_after=60), handlers={Pause: stop}).error(download(film), KeyboardInterrupt)
    assert names(film.parent) == {"film.mp4.part", "film.mp4.part.json"}
    driver = Scripted(rest(60))
    result = driver.run(download(film, output=Output("video", FRESH, "7"), sha256=True))
    assert asked(driver) == [(FRESH, "bytes=60-", None)]
    assert result == Downloaded(film, 100, hashlib.sha256(FILM).hexdigest(), "video/mp4", "video")
    assert names(film.parent) == {"film.mp4"}


def test_a_flow_that_is_closed_lets_go_of_its_part(film: Path) -> None:
    flow = download(film)
    next(flow)
    flow.close()
    assert names(film.parent) == set()
    Scripted(whole()).run(download(film))


def test_a_part_of_an_older_version_is_replaced(film: Path) -> None:
    Scripted(whole(bytes(100), etag='"old"', broken_after=60), LOST).error(download(film, tries=2), DownloadIncompleteError)
    driver = Scripted(whole())
    driver.run(download(film))
    assert driver.of(Fetch)[0].headers["if-range"] == '"old"'
    assert film.read_bytes() == FILM


def test_fewer_bytes_than_an_earlier_process_had_are_no_progress(film: Path) -> None:
    Scripted(whole(broken_after=60)).error(download(film, tries=1), DownloadIncompleteError)
    Scripted(LOST, whole(broken_after=50)).error(download(film, tries=2), DownloadIncompleteError)


def test_a_refused_range_of_an_older_part_does_not_use_up_the_only_try(film: Path) -> None:
    Scripted(whole(broken_after=60)).error(download(film, tries=1), DownloadIncompleteError)
    Scripted(plain(416), whole()).run(download(film, tries=1))
    assert film.read_bytes() == FILM


# -- what people see -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers",
    [[plain(403)], [LOST], [plain(302, Location="http://cdn.example/secret?secret")], [plain(302, Location="secret:secret")]],
)
def test_no_error_shows_what_is_private_of_an_address(film: Path, answers: list[Answer]) -> None:
    error = Scripted(*answers).error(download(film, tries=1), DownloadError)
    assert "secret" not in f"{error}{error!r}{error.__cause__!r}"
    assert "https://cdn.example/.../film.mp4" in str(error)


@pytest.mark.parametrize(
    "options",
    [
        {"tries": 0},
        {"tries": True},
        {"tries": 1.5},
        {"max_bytes": 0},
        {"max_bytes": -1},
        {"max_bytes": "1"},
        {"overwrite": "maybe"},
        {"allow_private_hosts": "no"},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=rf"DownloadOptions\.{next(iter(options))} must be"):
        DownloadOptions(**options)


# -- several files ---------------------------------------------------------------------------------------------------------

ALL = (
    Output("video", "https://h/a.mp4", "7"),
    Output("cover", "https://h/b", "7"),
    Output("attachment", "https://h/c", "7"),
    Output("attachment", "https://h/d", "7"),
)


def download_all(folder: Path, outputs: Sequence[Output], *, refresh: Polls | None = None) -> Flow[tuple[Downloaded, ...]]:
    source = Source(ref=REF, refresh=refresh or Polls(), account_host="api.example")
    return download_all_flow(source, outputs, folder, options=DownloadOptions(tries=1))


def test_all_files_of_a_result_get_their_own_names(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    driver = Scripted(
        whole(b"a"),
        whole(b"b", Content_Type="image/jpeg"),
        whole(b"c", Content_Type="application/zip"),
        whole(b"d", Content_Type="application/zip"),
    )
    results = driver.run(download_all(folder, ALL))
    task = REF.task_id
    assert [result.path and result.path.name for result in results] == [
        f"{task}.mp4",
        f"{task}-cover.jpg",
        f"{task}-attachment.zip",
        f"{task}-attachment-2.zip",
    ]
    assert [result.path and result.path.read_bytes() for result in results] == [b"a", b"b", b"c", b"d"]


def test_one_dead_file_does_not_cost_the_others(tmp_path: Path) -> None:
    driver = Scripted(LOST, whole(b"b"), plain(404), whole(b"d"))
    error = driver.error(download_all(tmp_path, ALL), DownloadIncompleteError)
    assert len(names(tmp_path)) == 2
    assert "2 of 4 files" in error.__notes__[0]
    assert "attachment" in error.__notes__[1]


def test_the_second_of_two_files_is_renewed_as_the_second(tmp_path: Path) -> None:
    new = [Output("attachment", f"https://new/{n}", "7") for n in "cd"]
    driver = Scripted(whole(b"c"), plain(403), whole(b"d"))
    driver.run(download_all(tmp_path, ALL[2:], refresh=Polls([new])))
    assert [url for url, _, _ in asked(driver)] == ["https://h/c", "https://h/d", "https://new/d"]


def test_a_result_without_files_is_an_error(tmp_path: Path) -> None:
    Scripted().error(download_all(tmp_path / "new", ()), DownloadError)


def test_the_main_file_is_chosen_before_its_companions() -> None:
    assert choose((Output("cover", "c"), Output("file", "f"), Output("video", "v"), Output("video", "w"))).url == "v"
    assert choose((Output("cover", "c"), Output("video", "v")), "cover").url == "c"


@pytest.mark.parametrize(
    ("outputs", "kind", "text"),
    [((), None, "no files at all"), (ALL, "image", "video, cover, attachment"), (ALL[1:2], None, "It has: cover")],
)
def test_a_file_that_is_missing_is_said_with_what_there_is(outputs: Sequence[Output], kind: OutputKind | None, text: str) -> None:
    with pytest.raises(DownloadError, match=text):
        choose(outputs, kind)
