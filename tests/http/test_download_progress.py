"""A download reports its bytes, rate and remaining time while it runs."""

from __future__ import annotations

import io

import pytest
from playing import RETRY, Way, account, both_ways, brief, client, request_for
from provider_forms import Act
from provider_tasks import film_of
from server import Server

from vidu_ext import ConfigurationError, DownloadOptions, DownloadProgress, TaskRef, Vidu
from vidu_ext.flows import download

OPTIONS = DownloadOptions(retry=RETRY)


def reports(way: Way, server: Server) -> list[DownloadProgress]:
    """Return what a download of one film reports."""
    seen: list[DownloadProgress] = []

    with client(way, [account(server)]) as vidu:
        result = vidu.submit(request_for("vidu")).wait(timeout=60)
        result.download(io.BytesIO(), options=OPTIONS, on_progress=seen.append)
    return seen


@both_ways
def test_download_reports_every_byte_until_the_last(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "REPORT_SECONDS", 0.0)
    with Server("vidu") as server:
        seen = reports(way, server)
        film = film_of(server.paid[0].id)
    assert {(report.ref.account, report.kind, report.total) for report in seen} == {("vidu", "video", len(film))}
    assert [report.received for report in seen] == sorted(report.received for report in seen)
    assert (seen[-1].received, seen[-1].seconds_left) == (len(film), 0.0)


def test_end_of_a_download_is_reported_however_short_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "REPORT_SECONDS", 1e9)
    with Server("vidu") as server:
        (seen,) = reports("blocking", server)
        assert seen.received == seen.total == len(film_of(server.paid[0].id))


def test_resumed_download_continues_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "REPORT_SECONDS", 0.0)
    half = Act(ends="closed", sends=lambda film: film[: len(film) // 2])
    with Server("vidu", plan={"film": [half]}) as server:
        seen = reports("blocking", server)
        size = len(film_of(server.paid[0].id))
    assert [report.received for report in seen] == sorted(report.received for report in seen)
    assert size // 2 in {report.received for report in seen}
    assert seen[-1].received == size


def test_seconds_left_follow_from_the_rate() -> None:
    halfway = DownloadProgress(TaskRef("vidu", "1"), "video", 4_000_000, 10_000_000, 2_000_000.0)
    assert halfway.seconds_left == 3.0
    assert DownloadProgress(TaskRef("vidu", "1"), "video", 4, None, 2.0).seconds_left is None


def test_coroutine_callback_of_a_blocking_download_is_refused_before_anything_is_fetched() -> None:
    async def report(_: object) -> None: ...

    with Server("vidu") as server, Vidu([account(server)], settings=brief()) as vidu:
        result = vidu.submit(request_for("vidu")).wait(timeout=60)
        with pytest.raises(ConfigurationError, match="on_progress is not awaited"):
            result.download(io.BytesIO(), on_progress=report)
        assert not server.calls("film")
