"""URLs of downloads: expired ones are renewed, private ones are refused, and the key goes only to its hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from destinations import names, parts
from downloading import FILM, FRESH, LOST, STEADY, URL, Polls, download, fetches_of, fresh, plain, rest, whole
from scripted import Scripted

from vidu_ext.flows.download import MOST_REFRESHES, same_output
from vidu_ext.flows.file_effects import Fetch
from vidu_ext.values.errors import CallError, DownloadRefusedError, ResultExpiredError
from vidu_ext.values.tasks import Output

# -- private addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "ftp://cdn.example/secret", "data:video/mp4;base64,secret", "https:///secret"])
def test_url_that_is_not_http_is_neither_fetched_nor_shown(film: Path, url: str) -> None:
    error = Scripted().error(download(film, output=Output("video", url)), DownloadRefusedError)
    assert "secret" not in str(error)


INNER = ("http://169.254.169.254/latest/meta-data/secret", "http://127.1:8080/secret", "https://[::ffff:10.0.0.1]/secret")


@pytest.mark.parametrize("url", INNER)
def test_private_address_is_not_fetched(film: Path, url: str) -> None:
    """Once, the answer of an account at api.vidu.com named a service of this machine as its film, and that was fetched."""
    error = Scripted().error(download(film, output=Output("video", url)), DownloadRefusedError)
    assert "allow_private_hosts" in str(error)
    assert "secret" not in str(error)
    assert names(film.parent) == set()


def test_private_address_in_a_fresh_url_is_not_fetched(film: Path) -> None:
    Scripted(plain(403)).error(download(film, refresh=fresh(INNER[0])), DownloadRefusedError)


@pytest.mark.parametrize("url", INNER)
def test_private_address_is_fetched_if_allow_private_hosts_is_set(film: Path, url: str) -> None:
    Scripted(whole()).run(download(film, output=Output("video", url), allow_private_hosts=True))
    assert film.read_bytes() == FILM


@pytest.mark.parametrize("home", ["127.0.0.1:8188", "localhost", "[::1]:80", "10.0.0.7"])
def test_account_in_a_private_network_may_name_files_in_one(film: Path, home: str) -> None:
    near = Output("video", "http://192.168.1.5:9000/film.mp4")
    Scripted(whole()).run(download(film, output=near, account_host=home))
    assert film.read_bytes() == FILM


def test_account_in_a_private_network_may_not_name_a_link_local_address(film: Path) -> None:
    """There, clouds keep the credentials of a machine."""
    metadata = Output("video", "http://169.254.169.254/latest/meta-data/secret")
    Scripted().error(download(film, output=metadata, account_host="127.0.0.1:8188"), DownloadRefusedError)


# -- expired URLs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_expired_url_is_replaced_by_a_fresh_one_and_the_download_resumes(film: Path, status: int) -> None:
    polls = fresh(FRESH)
    driver = Scripted(whole(broken_after=60), plain(status), rest(60))
    driver.run(download(film, refresh=polls))
    assert film.read_bytes() == FILM
    assert fetches_of(driver) == [(URL, None, None), (URL, "bytes=60-", None), (FRESH, "bytes=60-", None)]
    assert polls.count == 1
    assert driver.pauses == [1.0, 0.25]


def test_url_is_renewed_as_often_as_it_expires_while_bytes_arrive(film: Path) -> None:
    polls = fresh(*[FRESH] * 4)
    driver = Scripted(
        whole(broken_after=20), plain(403), rest(20, broken_after=40), plain(403), rest(40, broken_after=60), plain(403),
        rest(60, broken_after=80), plain(403), rest(80),
    )  # fmt: skip
    driver.run(download(film, refresh=polls))
    assert film.read_bytes() == FILM
    assert polls.count == 4


def test_download_ends_if_all_fresh_urls_are_refused(film: Path) -> None:
    polls = fresh(*[FRESH] * MOST_REFRESHES)
    driver = Scripted(*[plain(403)] * (MOST_REFRESHES + 1))
    error = driver.error(download(film, refresh=polls), ResultExpiredError)
    assert "HTTP 403" in str(error)
    assert polls.count == MOST_REFRESHES
    assert driver.pauses == [0.25, 1.0, 0.25, 2.0, 0.25]


@pytest.mark.parametrize("status", [400, 403, 404])
def test_missing_file_of_a_young_task_is_retried_within_the_budget(film: Path, status: int) -> None:
    """Once, a storage service some seconds behind its task answered as if the file were gone, and the download ended."""
    polls = fresh(*[FRESH] * 7)
    driver = Scripted(*[plain(status)] * 7, whole())
    driver.run(download(film, refresh=polls, is_young=True))
    assert film.read_bytes() == FILM
    assert [seconds for seconds in driver.pauses if seconds != 0.25] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0]


def test_missing_file_of_a_young_task_ends_the_download_after_the_budget(film: Path) -> None:
    driver = Scripted(handlers={Fetch: lambda _: plain(404)})
    began, retry = driver.moment, evolve(STEADY, budget=60)
    driver.error(download(film, refresh=fresh(*[FRESH] * 100), is_young=True, retry=retry), ResultExpiredError)
    assert 30 < driver.moment - began <= 61


def test_missing_file_of_a_young_task_is_retried_even_with_a_single_try(film: Path) -> None:
    Scripted(*[plain(404)] * 3, whole()).run(download(film, tries=1, refresh=fresh(*[FRESH] * 3), is_young=True))


@pytest.mark.parametrize("trouble", [CallError("vidu", "getCreations", "gone", status=404), LOST, ()])
def test_failed_poll_does_not_end_the_retries_for_a_young_task(film: Path, trouble: Exception | tuple[()]) -> None:
    driver = Scripted(*[plain(404)] * 2, whole())
    driver.run(download(film, refresh=Polls([trouble, trouble]), is_young=True))
    assert [fetch.url for fetch in driver.of(Fetch)] == [URL] * 3


def test_download_ends_if_the_fresh_result_does_not_name_the_file(film: Path) -> None:
    polls = Polls([[Output("cover", FRESH), Output("video", FRESH, creation_id="8")]])
    error = Scripted(plain(404)).error(download(film, refresh=polls), ResultExpiredError)
    assert "the poll for a fresh one returned none. The task stays paid." in str(error)


@pytest.mark.parametrize("trouble", [CallError("vidu", "getCreations", "gone", status=404), LOST])
def test_failed_poll_ends_the_download_and_keeps_the_part_file(film: Path, trouble: Exception) -> None:
    driver = Scripted(whole(broken_after=60), plain(403))
    error = driver.error(download(film, refresh=Polls([trouble])), ResultExpiredError)
    assert error.__cause__ is trouble
    assert names(film.parent) == parts(film)


COVERS = tuple(Output("cover", f"https://h/{n}", creation_id=str(n)) for n in range(3))
PAGES = tuple(Output("attachment", f"https://h/{n}", creation_id="7") for n in range(3))
FILM_OF_COVER = Output("video", "https://h/film", creation_id="0")
NAMELESS = (Output("video", "https://h/1"), Output("video", "https://h/2"))


@pytest.mark.parametrize(
    ("outputs", "output", "index", "expected"),
    [
        (COVERS, COVERS[1], 1, COVERS[1]),
        (tuple(reversed(COVERS)), COVERS[2], 2, COVERS[2]),
        (PAGES[:2], PAGES[2], 2, None),
        ((COVERS[0], FILM_OF_COVER), FILM_OF_COVER, 0, FILM_OF_COVER),
        (NAMELESS, NAMELESS[1], 1, NAMELESS[1]),
        (NAMELESS[:1], NAMELESS[1], 1, None),
        (NAMELESS, Output("video", "https://h/1", creation_id="7"), 0, None),
    ],
)
def test_fresh_url_is_used_only_for_the_same_file(
    outputs: Sequence[Output], output: Output, index: int, expected: Output | None
) -> None:
    assert same_output(outputs, output, index) == expected


# -- the key --------------------------------------------------------------------------------------------------------------


GATEWAY = "https://gateway.example/film.mp4"
GATED = Output("video", GATEWAY, creation_id="7")


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("hosts", [{"key_hosts": ["gateway.example"]}, {"account_host": "gateway.example"}])
def test_key_is_sent_after_a_refusal_by_a_host_that_may_get_it(film: Path, status: int, hosts: Mapping[str, Any]) -> None:
    driver = Scripted(plain(status), whole(broken_after=60), rest(60))
    driver.run(download(film, output=GATED, **hosts))
    assert fetches_of(driver) == [(GATEWAY, None, None), (GATEWAY, None, "vidu"), (GATEWAY, "bytes=60-", "vidu")]


def test_key_is_sent_once_and_not_with_the_fresh_url(film: Path) -> None:
    driver = Scripted(plain(401), plain(403), whole())
    driver.run(download(film, output=GATED, key_hosts=["gateway.example"], refresh=fresh(GATEWAY)))
    assert [key for _, _, key in fetches_of(driver)] == [None, "vidu", None]


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500])
def test_key_is_not_sent_after_other_refusals(film: Path, status: int) -> None:
    driver = Scripted(plain(status), whole())
    driver.run(download(film, output=GATED, key_hosts=["gateway.example"], refresh=fresh(GATEWAY)))
    assert [key for _, _, key in fetches_of(driver)] == [None, None]


@pytest.mark.parametrize("url", [URL, "http://gateway.example/film.mp4", "https://gateway.example:8443/film.mp4"])
def test_key_is_never_sent_to_another_host(film: Path, url: str) -> None:
    driver = Scripted(plain(401), whole())
    driver.run(download(film, output=Output("video", url, "7"), key_hosts=["gateway.example"], refresh=fresh(url)))
    assert {key for _, _, key in fetches_of(driver)} == {None}


def test_key_is_not_sent_again_after_a_redirect_to_another_host(film: Path) -> None:
    driver = Scripted(
        plain(401), plain(302, Location="/inside"), plain(307, Location=FRESH), plain(308, Location=GATEWAY), whole()
    )  # fmt: skip
    driver.run(download(film, output=GATED, key_hosts=["gateway.example"]))
    assert [(url, key) for url, _, key in fetches_of(driver)] == [
        (GATEWAY, None),
        (GATEWAY, "vidu"),
        ("https://gateway.example/inside", "vidu"),
        (FRESH, None),
        (GATEWAY, None),
    ]


# -- redirects ------------------------------------------------------------------------------------------------------------


def test_redirect_to_http_is_followed_from_a_url_with_http(film: Path) -> None:
    answers = (plain(301, Location="http://h/x"), plain(308, Location="https://h/y"), whole())
    driver = Scripted(*answers)
    driver.run(download(film, output=Output("video", "http://h/film.mp4")))
    assert (film.read_bytes(), driver.pauses) == (FILM, [])


def test_redirect_back_to_http_is_refused(film: Path) -> None:
    answers = (plain(303, Location="https://h/x"), plain(302, Location="http://h/y"))
    error = Scripted(*answers).error(download(film, output=Output("video", "http://h/film.mp4")), DownloadRefusedError)
    assert "from https to http" in str(error)
