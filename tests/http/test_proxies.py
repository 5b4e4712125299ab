"""What a proxy learns of a signed URL, and what arrives behind it. RFC 9110, 9.3.6: CONNECT has only host and port."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import pytest
from attrs import evolve
from playing import Way, body_for, both_ways, brief, run
from provider_tasks import film_of
from proxying import HAS_OPENSSL, HOST, Proxy, make_certificate
from server import Server
from signed_files import KEY, fetch

from vidu_ext import Settings

pytestmark = pytest.mark.skipif(not HAS_OPENSSL, reason="makes a certificate with the openssl command")

ENDINGS: Final = ('?response-content-disposition=attachment;filename="a.mp4"&Signature=S%2f', "/../x/./y//z?Signature=S")
"""Ends of URLs that HTTP libraries normalize."""

schemes = pytest.mark.parametrize("scheme", ["http", "https"])
sources = pytest.mark.parametrize("source", ["environment", "settings"])
Source = Literal["environment", "settings"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def settings(proxy: Proxy, source: Source, monkeypatch: pytest.MonkeyPatch) -> Settings:
    if source == "settings":
        return evolve(brief(), proxy=proxy.url)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return brief()


def assert_proxy_knows_no_more_than_it_must(proxy: Proxy, method: str, url: str) -> None:
    """Check that it knows host and port of an https URL, and the exact http URL, which it forwards."""
    about_files = [line for line in proxy.lines if HOST in line]
    if url.startswith("http:"):
        assert about_files == [f"{method} {url} HTTP/1.1"]
        return
    assert about_files == [f"CONNECT {HOST}:443 HTTP/1.1"]
    (head,) = [head for head in proxy.heads if head.startswith(b"CONNECT ")]
    assert not any(secret in head for secret in (b"Signature", b"films", KEY.encode()))


@pytest.mark.parametrize(("way", "source"), [("blocking", "environment"), ("awaited", "settings")])
@schemes
@pytest.mark.parametrize("ending", ENDINGS)
def test_download_through_a_proxy_arrives_and_shows_it_no_signature_of_https(
    ending: str, source: Source, scheme: str, way: Way, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, the exact target reached the proxy: `CONNECT /a.mp4?...&Signature=S` failed, and its log had the signature."""
    with Server(key=KEY, life=("done",)) as server, Server() as file_host, Proxy(file_host.origin, certificate) as proxy:
        name = server.make(body_for("vidu")).id
        url = f"{scheme}://{HOST}/films/{name}.mp4{ending}"
        assert fetch(way, server, url, settings(proxy, source, monkeypatch)) == film_of(name)
        assert [seen.target for seen in file_host.seen] == [f"/films/{name}.mp4{ending}"]
        assert_proxy_knows_no_more_than_it_must(proxy, "GET", url)


@both_ways
def test_proxy_over_tls_forwards_the_exact_url(way: Way, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with (
        Server(key=KEY, life=("done",)) as server,
        Server() as file_host,
        Proxy(file_host.origin, certificate, over_tls=True) as proxy,
    ):
        name = server.make(body_for("vidu")).id
        url = f"http://{HOST}/films/{name}.mp4{ENDINGS[0]}"
        assert fetch(way, server, url, settings(proxy, "environment", monkeypatch)) == film_of(name)
        assert [seen.target for seen in file_host.seen] == [urlsplit(url).path + ENDINGS[0]]
        assert_proxy_knows_no_more_than_it_must(proxy, "GET", url)


# -- NO_PROXY --------------------------------------------------------------------------------------------------------------


@both_ways
@pytest.mark.parametrize("hosts", ["localhost,127.0.0.0/8,::1/128", "example.com:443,*", '"localhost,127.0.0.1"'])
def test_hosts_in_no_proxy_are_reached_directly(hosts: str, way: Way, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Container engines write networks into NO_PROXY. Once, they made every call fail."""
    with Server(key=KEY, life=("done",)) as server, Proxy(server.origin, certificate) as proxy:
        used = settings(proxy, "environment", monkeypatch)
        monkeypatch.setenv("NO_PROXY", hosts)
        assert run(way, [server], used).film == film_of(server.paid[0].id)
        assert proxy.lines == []


@both_ways
@pytest.mark.parametrize("hosts", ["", "10.0.0.0/8,.svc,fd00::/8", "127.0.0.1:1"])
def test_hosts_that_are_not_in_no_proxy_are_reached_through_the_proxy(
    hosts: str, way: Way, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(key=KEY, life=("done",)) as server, Proxy(server.origin, certificate) as proxy:
        used = settings(proxy, "environment", monkeypatch)
        monkeypatch.setenv("NO_PROXY", hosts)
        assert run(way, [server], used).film == film_of(server.paid[0].id)
        assert {line.split("/")[2] for line in proxy.lines} == {server.origin.removeprefix("http://")}
        assert len(proxy.lines) >= 3  # the create, a status, the film
