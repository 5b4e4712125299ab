"""The logs of the HTTP library show no signature of a URL."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
import pytest
from playing import Way, account, body_for, both_ways, brief
from provider_forms import Act
from provider_tasks import film_of
from server import Server
from signed_files import KEY, elsewhere, fetch

from vidu_ext import Vidu
from vidu_ext.transport.redact import hide_signatures

SIGNED: Final = (
    "X-Amz-Algorithm=A&X-Amz-Credential=SECRET%2F1&X-Amz-Signature=SECRET",
    "X-Amz-Security-Token=SECRET&a=1",
    "a='1'&x-oss-signature=SECRET",
    "Policy=SECRET&Key-Pair-Id=K",
    "sv=1&sig=SECRET",
    "auth_key=1-0-0-SECRET",
    "wsSecret=SECRET&wsTime=1",
    "hdnts=exp=1~acl=/*~hmac=SECRET",
)
HARMLESS: Final = ("", "a=1&b='x'", "pager.page_token=abc&states=failed", "design=1&assign=2&signal=3", "q=signature&r=token")


def line_of(query: str) -> str:
    """Return what httpx logs of a request that the program makes without this package."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    logger = logging.getLogger(httpx.__name__)
    logger.addHandler(handler)
    try:
        with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, request=request))) as client:
            client.get(f"https://host.example/f.mp4?{query}" if query else "https://host.example/f.mp4")
    finally:
        logger.removeHandler(handler)
    return text.getvalue()


@pytest.fixture
def client_was_used(caplog: pytest.LogCaptureFixture) -> None:
    """Use a client of this package, and let httpx log its requests."""
    caplog.set_level(logging.INFO, logger=httpx.__name__)
    with Server() as server, Vidu([account(server)], settings=brief()) as vidu:
        vidu.credits()


@pytest.mark.usefixtures("client_was_used")
@pytest.mark.parametrize("query", SIGNED)
def test_log_of_httpx_hides_signatures(query: str) -> None:
    line = line_of(query)
    assert "GET https://host.example/f.mp4?<redacted> " in line
    assert "SECRET" not in line


@pytest.mark.usefixtures("client_was_used")
@pytest.mark.parametrize("query", HARMLESS)
def test_log_of_httpx_is_unchanged_for_other_addresses(query: str) -> None:
    assert f"GET {httpx.URL('https://host.example/f.mp4', query=query.encode() or None)} " in line_of(query)


def test_all_clients_add_one_filter_to_the_log_of_httpx() -> None:
    for _ in range(3):
        with Server() as server, Vidu([account(server)], settings=brief()) as vidu:
            vidu.credits()
    assert logging.getLogger(httpx.__name__).filters.count(hide_signatures) == 1


@both_ways
@pytest.mark.parametrize("query", [SIGNED[0], "a=1&b='x'&sig=SECRET", 'a="1"&sig=SECRET'])
def test_logs_of_the_http_library_hide_targets_of_redirects(query: str, way: Way, log: Callable[[], str]) -> None:
    """httpcore logs the headers of every answer at DEBUG, and so the signed URL of the film."""
    with Server(key=KEY, life=("done",)) as server, Server() as file_host:
        name = server.make(body_for("vidu")).id
        headers = {"location": f"{elsewhere(file_host)}/films/{name}.mp4?{query}", "set-cookie": "a=SECRET; b=SECRET"}
        file_host.plan["film"] = iter([Act(status=302, headers=headers)])
        assert fetch(way, server, f"{file_host.origin}/films/{name}.mp4") == film_of(name)
    assert "receive_response_headers.complete" in log()
    assert "httpcore" in log()
    assert "SECRET" not in log()


ALIASED: Final = """
import logging, sys, httpx2
httpx2.alias_httpx()
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from vidu_ext import Account, DownloadOptions, Vidu
url, key, ref, path = sys.argv[1:]
with Vidu([Account(provider="vidu", key=key, base_url=url)]) as vidu:
    vidu.download(ref, path, options=DownloadOptions(allow_private_hosts=True))
"""


def test_logs_hide_signatures_if_an_application_uses_an_alias_of_httpx2(tmp_path: Path) -> None:
    """Once, the filter was tied to the name httpx, and the loggers had the name httpx2."""
    pytest.importorskip("httpx2")
    with Server(key=KEY, life=("done",)) as server:
        name = server.make(body_for("vidu")).id
        server.plan["film"] = iter([Act(status=302, headers={"location": f"{server.origin}/films/{name}.mp4?Signature=SECRET"})])
        program = [sys.executable, "-c", ALIASED]
        arguments = [server.url, KEY, f"vidu:{name}", str(tmp_path / "film.mp4")]
        done = subprocess.run([*program, *arguments], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "film.mp4").read_bytes() == film_of(name)
    assert "httpx2:HTTP Request: GET" in done.stdout
    assert "httpcore2.http11:receive_response_headers.complete" in done.stdout
    for secret in ("SECRET", "Signature=", KEY):
        assert secret not in done.stdout + done.stderr
