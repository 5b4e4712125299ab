"""Downloads: however the server answers, the file is complete under its name, or resumes later."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve
from destinations import names, parts
from downloading import ETAG, FILM, FRESH, LOST, REF, SOURCE, URL, Polls, download, fetches_of, plain, rest, whole
from scripted import Answer, Body, Scripted

from vidu_ext.flows.download import Downloaded, DownloadOptions, choose, download_all_flow
from vidu_ext.flows.effects import Effect, Flow, Pause
from vidu_ext.flows.file_effects import Fetch
from vidu_ext.values.errors import DownloadError, DownloadIncompleteError
from vidu_ext.values.tasks import Output, OutputKind


def test_download_leaves_the_whole_file_and_nothing_else(film: Path) -> None:
    driver = Scripted(whole())
    assert driver.run(download(film)) == Downloaded(film, 100, None, "video/mp4", "video")
    assert film.read_bytes() == FILM
    assert names(film.parent) == {"film.mp4"}
    assert fetches_of(driver) == [(URL, None, None)]
    assert driver.of(Fetch)[0].headers == {"accept-encoding": "identity"}


RECOVERIES: dict[str, tuple[list[Answer], list[float], list[str | None]]] = {
    "the body breaks off": ([whole(broken_after=60), rest(60)], [1.0], [None, "bytes=60-"]),
    "it breaks off after the last byte": ([whole(broken_after=100)], [], [None]),
    "the body is shorter than announced": ([whole(FILM[:60], Content_Length="100"), rest(60)], [1.0], [None, "bytes=60-"]),
    "a part is shorter than asked for": (
        [whole(broken_after=60), rest(60, FILM[:80], Content_Range="bytes 60-79/100"), rest(80)],
        [1.0, 1.0],
        [None, "bytes=60-", "bytes=80-"],
    ),
    "a connection fails in between": ([whole(broken_after=60), LOST, rest(60)], [1.0, 2.0], [None, "bytes=60-", "bytes=60-"]),
    "the server is busy": ([plain(503), plain(500), plain(429), plain(408), whole()], [1.0, 2.0, 4.0, 8.0], [None] * 5),
    "it says how long to wait": ([plain(429, Retry_After="40"), whole()], [40.0], [None, None]),
    "it has nothing yet": ([plain(204), plain(202), whole()], [1.0, 2.0], [None] * 3),
    "the whole file comes as a part without a validator": ([Body(206, FILM, {"Content-Range": "bytes 0-99/100"})], [], [None]),
    "the range is written as it is asked for": (
        [whole(broken_after=60), rest(60, Content_Range="bytes=60-99/100")], [1.0], [None, "bytes=60-"]),
    "the first part comes without a range request": (
        [rest(0, FILM[:60], Content_Range="Bytes 0-59/100", Content_Length="60"), rest(60)], [1.0], [None, "bytes=60-"]),
    "a part of unknown size comes without a range request": ([rest(0, Content_Range="bytes 0-99/*"), whole()], [], [None] * 2),
    "the file is empty at first": ([whole(b""), whole()], [1.0], [None, None]),
    "it is compressed at first": ([whole(Content_Encoding="gzip"), whole(Content_Encoding="identity")], [1.0], [None, None]),
    "the server ignores ranges": ([whole(broken_after=60), whole()], [1.0], [None, "bytes=60-"]),
    "the etag cannot be sent back": ([whole(etag='"fílm"', broken_after=60), whole()], [1.0], [None, None]),
    "the range is refused": ([whole(broken_after=60), plain(416), whole()], [1.0], [None, "bytes=60-", None]),
    "the size is unknown": (
        [
            Body(200, FILM[:60], {"ETag": ETAG, "Transfer-Encoding": "chunked", "Content-Length": "many"}, breaks_off=True),
            rest(60, broken_after=99), rest(99),
        ],
        [1.0, 1.0], [None, "bytes=60-", "bytes=99-"],
    ),
    "the size is unknown, and a part is short": (
        [Body(200, FILM[:60], {"ETag": ETAG}, breaks_off=True), rest(60, FILM[:80], Content_Range="bytes 60-79/100"), rest(80)],
        [1.0, 1.0], [None, "bytes=60-", "bytes=80-"],
    ),
    "an error page comes as bytes": (
        [whole(broken_after=60), whole(b"<Error/>", etag=None, Content_Type="application/octet-stream"), rest(60)],
        [1.0, 2.0],
        [None, "bytes=60-", "bytes=60-"],
    ),
}  # fmt: skip
"""Answers of the server, and the pauses and ranges that follow from them."""


@pytest.mark.parametrize("case", RECOVERIES)
def test_download_completes_although(case: str, film: Path) -> None:
    answers, pauses, ranges = RECOVERIES[case]
    driver = Scripted(*answers)
    result = driver.run(download(film, sha256=True))
    assert film.read_bytes() == FILM
    assert result.sha256 == hashlib.sha256(FILM).hexdigest()
    assert names(film.parent) == {"film.mp4"}
    assert driver.pauses == pauses
    assert [fetch.headers.get("range") for fetch in driver.of(Fetch)] == ranges
    assert all(fetch.headers.get("if-range") == (fetch.headers.get("range") and ETAG) for fetch in driver.of(Fetch))


NOT_THE_REST: dict[str, Body] = {
    "another range": rest(60, Content_Range="bytes 50-99/100"),
    "another size": rest(60, Content_Range="bytes 60-99/101"),
    "another etag": rest(60, bytes(100), ETag='"other"'),
    "an encoding": rest(60, Content_Encoding="gzip"),
    "more bytes than announced": rest(60, FILM + b"more", Content_Range="bytes 60-99/100"),
    "more bytes than announced, and it breaks off": rest(60, broken_after=90, Content_Range="bytes 60-79/100"),
}


@pytest.mark.parametrize("part", NOT_THE_REST.values(), ids=NOT_THE_REST)
def test_download_begins_again_after_a_part_with(part: Body, film: Path) -> None:
    driver = Scripted(whole(broken_after=60), part, whole())
    assert driver.run(download(film, sha256=True)).sha256 == hashlib.sha256(FILM).hexdigest()
    assert film.read_bytes() == FILM
    assert driver.pauses == [1.0]
    assert [range_ for _, range_, _ in fetches_of(driver)] == [None, "bytes=60-", None]


def test_last_modified_validates_a_range_if_there_is_no_etag(film: Path) -> None:
    date = "Tue, 04 Nov 2025 10:00:00 GMT"
    driver = Scripted(whole(etag=None, Last_Modified=date, broken_after=60), rest(60, Last_Modified=date))
    driver.run(download(film))
    assert film.read_bytes() == FILM
    assert driver.of(Fetch)[1].headers["if-range"] == date


def test_part_with_another_last_modified_is_not_used(film: Path) -> None:
    date, later = "Tue, 04 Nov 2025 10:00:00 GMT", "Tue, 04 Nov 2025 10:00:01 GMT"
    dated = whole(etag=None, Last_Modified=date, broken_after=60)
    driver = Scripted(dated, rest(60, bytes(100), Last_Modified=later), whole())
    driver.run(download(film))
    assert film.read_bytes() == FILM


# -- interrupted downloads ------------------------------------------------------------------------------------------------


def stop(_: Effect[object]) -> Answer:
    return KeyboardInterrupt()


def test_interrupted_download_resumes_in_another_process(film: Path) -> None:
    Scripted(whole(broken_after=60), handlers={Pause: stop}).error(download(film), KeyboardInterrupt)
    assert names(film.parent) == parts(film)
    driver = Scripted(rest(60))
    result = driver.run(download(film, output=Output("video", FRESH, "7"), sha256=True))
    assert fetches_of(driver) == [(FRESH, "bytes=60-", None)]
    assert result == Downloaded(film, 100, hashlib.sha256(FILM).hexdigest(), "video/mp4", "video")
    assert names(film.parent) == {"film.mp4"}


def test_closed_flow_releases_its_part_file(film: Path) -> None:
    flow = download(film)
    next(flow)
    flow.close()
    assert names(film.parent) == set()
    Scripted(whole()).run(download(film))


def test_refused_range_of_an_old_part_does_not_use_up_the_only_try(film: Path) -> None:
    Scripted(whole(broken_after=60)).error(download(film, tries=1), DownloadIncompleteError)
    Scripted(plain(416), whole()).run(download(film, tries=1))
    assert film.read_bytes() == FILM


# -- several files of a result, and the choice of one ---------------------------------------------------------------------

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
