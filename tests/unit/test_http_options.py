"""Proxies, certificates and the other settings of the HTTP clients are used unchanged, or refused by name."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from attrs import evolve
from playing import WAYS, Way, both_ways, call_client, run_flow

from vidu_ext import AsyncVidu, ImageToVideo, RetryPolicy, Settings, TextToVideo, Timeouts
from vidu_ext.client.account_choice import AccountChoice
from vidu_ext.flows.effects import Effect
from vidu_ext.flows.file_effects import Fetch, Put
from vidu_ext.transport.endpoint import Endpoint, client_arguments, failure_of
from vidu_ext.transport.options import needs_no_proxy
from vidu_ext.values.errors import ConfigurationError, NotSentError, SubmissionUnknownError, ViduError
from vidu_ext.values.forks import ONLY
from vidu_ext.values.urls import may_take_key

REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo")
PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
NOWHERE: Final = "http://127.0.0.1:9"
NOWHERE_BY_TLS: Final = "https://127.0.0.1:9"
ACCEPTING: Final = httpx.MockTransport(lambda _: httpx.Response(200, json={"task_id": "1", "state": "created"}))
"""A provider that accepts every request."""


ENDPOINT: Final = Endpoint(account="vidu", base_url=NOWHERE, key_header="k", key_value="v", in_flight=1)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *map(str.lower, PROXIES), *CERTIFICATES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIDU_BASE_URL", NOWHERE)
    monkeypatch.setitem(sys.modules, "socksio", None)


def submit(settings: Settings, way: Way = "blocking") -> object:
    return call_client(way, {"vidu": "key"}, lambda vidu: vidu.submit(REQUEST), evolve(settings, retry=RetryPolicy(budget=0.0)))


both_clients = pytest.mark.parametrize("use", [submit, partial(submit, way="awaited")], ids=WAYS)


def test_another_port_of_the_host_of_the_api_gets_no_key() -> None:
    """Another port is another service."""
    host = evolve(ENDPOINT, base_url="https://gateway.example:8443/v1").host
    assert may_take_key("https://gateway.example:8443/film.mp4", [host])
    assert not may_take_key("https://gateway.example/film.mp4", [host])


# -- proxies --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("ftp://me:secretpw@proxy.example", "is not the URL of a proxy"),
        ("http://proxy.example:secretpw", "is not the URL of a proxy"),
        (8080, "is not the URL of a proxy"),
        ("socks5://me:secretpw@proxy.example", "httpx[socks]"),
    ],
)
def test_unusable_proxy_is_refused(proxy: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=r"Settings\.proxy") as caught:
        Settings(proxy=proxy)
    assert words in str(caught.value)
    assert "Nothing was sent" in str(caught.value)
    assert "secretpw" not in str(caught.value)


@both_clients
def test_error_and_log_of_a_refused_connection_name_the_host(
    use: Callable[[Settings], object], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "vidu_ext"), pytest.raises(NotSentError) as caught:
        use(Settings())
    assert "textToVideo at vidu was not sent: connection refused at http://127.0.0.1:9: check" in caplog.text
    assert "the request did not reach vidu: connection refused at http://127.0.0.1:9: check the base URL of account vidu" in str(
        caught.value
    )


def connect_error(cause: BaseException) -> httpx.ConnectError:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = cause
    return error


REFUSED: Final = ConnectionRefusedError(111, "refused")


@pytest.mark.parametrize(
    ("error", "detail", "is_sent"),
    [
        (connect_error(REFUSED), "connection refused at https://a.example:8443", False),
        (connect_error(BaseExceptionGroup("", [REFUSED, TimeoutError()])), "connection refused at https://a.example:8443", False),
        (connect_error(socket.gaierror(-2, "Name not known")), "name not known at https://a.example:8443", False),
        (
            connect_error(ssl.SSLError(1, "bad certificate")),
            "ConnectError: All connection attempts failed at https://a.example:8443",
            False,
        ),
        (httpx.ReadError("x\ny"), "ReadError: x y", True),
        (httpx.RemoteProtocolError("It hung up."), "RemoteProtocolError: It hung up", True),  # it is put into sentences
        (httpx.ReadTimeout(""), "ReadTimeout: no details", True),
        (RuntimeError("a hook"), "RuntimeError: a hook", True),
    ],
    ids=repr,
)
def test_failure_says_why_and_whether_the_request_was_sent(error: Exception, detail: str, is_sent: bool) -> None:
    request = httpx.Request("GET", "https://a.example:8443/b?Signature=S")
    if isinstance(error, httpx.TransportError):
        error.request = request
    failure = failure_of(error, request=request, is_first=True)
    assert (failure.detail, failure.sent, failure.unreached) == (detail, is_sent, not is_sent)
    assert not failure_of(error).unreached


@both_ways
def test_connection_that_fails_in_a_hook_does_not_mean_that_nothing_was_sent(way: Way) -> None:
    """A hook that passes the answer on to a log server may not reach that server; the request has been sent by then."""
    created: list[httpx.Request] = []

    def server(request: httpx.Request) -> httpx.Response:
        created.append(request)
        return httpx.Response(200, json={"task_id": "1", "state": "created"})

    def pass_on(_: httpx.Response) -> None:
        httpx.post(NOWHERE, trust_env=False)

    async def pass_on_awaited(response: httpx.Response) -> None:
        pass_on(response)

    transport = httpx.MockTransport(server)
    hook = pass_on if way == "blocking" else pass_on_awaited
    settings = Settings(transport=transport, async_transport=transport, event_hooks={"response": [hook]})
    with pytest.raises(SubmissionUnknownError):
        call_client(way, {"zenlayer": "key"}, lambda vidu: vidu.submit(REQUEST), settings)
    assert len(created) == 1


@both_ways
def test_transport_of_the_user_carries_every_request_in_place_of_a_proxy_of_the_environment(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", NOWHERE)
    sent: list[httpx.Request] = []

    def server(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, content=b"film")

    transport = httpx.MockTransport(server)
    settings = Settings(transport=transport, async_transport=transport)

    def flow() -> Generator[Effect[object], Any, None]:
        yield Fetch("https://cdn.example/film.mp4", {"range": "bytes=5-"})
        yield Fetch("https://cdn.example/film.mp4", key_of="vidu")
        yield Put("https://cdn.example/picture", b"PNG", "image/png")

    run_flow(way, {"vidu": ENDPOINT}, settings, flow())
    names = ("range", "k", "content-type")
    assert [([request.headers.get(name) for name in names], request.extensions["timeout"]["read"]) for request in sent] == [
        (["bytes=5-", None, None], Timeouts().read),
        ([None, "v", None], Timeouts().read),
        ([None, None, "image/png"], Timeouts().create_read),
    ]
    assert sent[-1].content == b"PNG"


@both_clients
def test_exchange_is_logged_with_its_account_status_and_seconds(
    use: Callable[[Settings], object], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "vidu_ext"):
        use(Settings(transport=ACCEPTING, async_transport=ACCEPTING))
    assert re.search(r"textToVideo at vidu: HTTP 200 in \d\.\d{3} s", caplog.text)


@both_clients
@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ALL_PROXY", "socks5://me:secretpw@proxy.example", "httpx[socks]"),
        ("http_proxy", "ftp://me:secretpw@proxy.example", "HTTP_PROXY is not the URL"),
        ("HTTP_PROXY", "proxy.example:secretpw", "HTTP_PROXY is not the URL"),
    ],
)
def test_unusable_proxy_of_the_environment_is_an_error_that_names_its_variable(
    use: Callable[[Settings], object], variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        use(Settings())
    assert words in str(caught.value)
    assert "nothing was sent" in str(caught.value)
    assert "secretpw" not in str(caught.value)


@both_clients
def test_unusable_proxy_of_the_environment_that_is_not_used_is_no_error(
    use: Callable[[Settings], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://proxy.example")
    with monkeypatch.context() as direct, pytest.raises(NotSentError):
        direct.setenv("NO_PROXY", "127.0.0.1")
        use(Settings())
    with pytest.raises(ViduError, match=r"by way of the proxy http://127\.0\.0\.1:9"):
        use(Settings(proxy=NOWHERE))
    use(Settings(transport=ACCEPTING, async_transport=ACCEPTING))


@both_clients
@pytest.mark.parametrize("variable", ["Settings", "ALL_PROXY", "http_proxy"])
def test_error_names_a_proxy_that_is_down(
    use: Callable[[Settings], object], variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = "http://me:secretpw@127.0.0.1:9"
    if variable != "Settings":
        monkeypatch.setenv(variable, f' "{proxy}"\n' if variable == "http_proxy" else proxy)  # in quotes as Docker leaves them
    with pytest.raises(NotSentError, match=r"by way of the proxy http://127\.0\.0\.1:9\b") as caught:
        use(Settings(proxy=proxy if variable == "Settings" else None))
    assert "secretpw" not in str(caught.value)
    assert "check the base URL" not in str(caught.value)


NO_PROXY: Final = [
    # as Go's httpproxy.Config documents NO_PROXY
    ("*", "http://anything.example", True),
    ("example.com", "http://www.example.com", True),
    ("example.com", "http://badexample.com", False),
    (".example.com", "http://example.com", False),
    ("example.com:8080", "http://example.com", False),
    ("example.com:80", "http://example.com", True),
    ("1.2.3.4:80", "http://1.2.3.4", True),
    ("1.2.3.0/24", "http://1.2.3.4", True),
    ("fe80::/10", "http://[fe80::1]:80", True),
    # as curl's CURLOPT_NOPROXY does
    ("a.example b.example", "http://b.example", True),
    ("EXAMPLE.com", "http://Example.COM", True),
    ("example.com.", "http://example.com", True),
    # as httpx does
    ("http://example.com", "https://example.com", False),
    ("all://example.com", "https://example.com", True),
    # as users write them
    ("10.0.0.0/255.0.0.0", "http://10.9.9.9", True),
    ("192.168.*", "http://192.168.7.7", True),
    ("fe80::1%eth0", "http://[fe80::1]", True),
    ("999.0.0.0/8,300.1.1.1/33,[[,]],/", "http://example.com", False),
]


@pytest.mark.parametrize(("no_proxy", "url", "is_named"), NO_PROXY)
def test_no_proxy_is_read_as_other_programs_read_it(no_proxy: str, url: str, is_named: bool) -> None:
    assert needs_no_proxy(url, no_proxy) is is_named
    assert needs_no_proxy(url, f"localhost,[fe80::99,{no_proxy} , 10.9.9.9/33") is is_named


# -- certificates ---------------------------------------------------------------------------------------------------------


@both_clients
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSLKEYLOGFILE"])
def test_missing_file_of_certificates_is_an_error_that_names_its_variable(
    use: Callable[[Settings], object], variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDU_BASE_URL", NOWHERE_BY_TLS)
    monkeypatch.setenv(variable, str(tmp_path / "none" / "no-such.pem"))
    with pytest.raises(ConfigurationError, match=rf"{variable}=.*no-such\.pem cannot be read.*nothing was sent"):
        use(Settings())


@pytest.mark.parametrize("transport", [None, httpx.MockTransport(lambda _: httpx.Response(200))])
def test_ssl_context_of_the_user_is_used(transport: httpx.BaseTransport | None) -> None:
    context = ssl.create_default_context()
    assert Settings(verify=context).trust(transport) is context


@pytest.mark.parametrize("verify", [True, False])
def test_client_of_an_api_without_tls_loads_no_certificates(*, verify: bool) -> None:
    """Reading the certificates took a fifth of the time to a first answer. A redirect to TLS must fail nevertheless."""
    trust = client_arguments(ENDPOINT, Settings(verify=verify), {ONLY: verify}, None)["verify"]
    assert trust is False if not verify else (trust.verify_mode, trust.get_ca_certs()) == (ssl.CERT_REQUIRED, [])


@pytest.mark.parametrize("verify", [True, False])
def test_client_of_an_api_by_tls_verifies_as_the_user_says(*, verify: bool) -> None:
    by_tls = evolve(ENDPOINT, base_url=NOWHERE_BY_TLS)
    assert client_arguments(by_tls, Settings(verify=verify), {ONLY: verify}, None)["verify"] is verify


def test_certificates_specs_and_files_are_read_outside_the_event_loop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Once, the first submit blocked the loop for two thirds of a second on a busy machine, and each picture as well."""
    threads: dict[str, list[threading.Thread]] = {"trust": [], "offers": []}

    def noted(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def note(*args: object, **options: object) -> object:
            threads[name].append(threading.current_thread())
            return function(*args, **options)

        return note

    monkeypatch.setattr(Settings, "trust", noted("trust", Settings.trust))
    monkeypatch.setattr(AccountChoice, "offers", noted("offers", AccountChoice.offers))
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes((0, 0, 2, 0, 0, 0, 2, 0)) + bytes(100))

    async def awaited() -> None:
        async with AsyncVidu({"vidu": "key"}, settings=Settings(async_transport=ACCEPTING)) as vidu:
            for request in (REQUEST, ImageToVideo(image=picture, model="viduq3-turbo"), REQUEST):
                await vidu.submit(request)

    asyncio.run(awaited())
    main = threading.main_thread()
    assert [thread is main for thread in threads["trust"]] == [False]
    assert [thread is main for thread in threads["offers"]] == [False, False, True]


# -- everything else ------------------------------------------------------------------------------------------------------


WRONG: Final[list[tuple[dict[str, Any], str]]] = [
    ({"verify": "/etc/ca.pem"}, "ssl.create_default_context"),
    ({"verify": None}, "ssl.create_default_context"),
    ({"timeouts": httpx.Timeout(30)}, "Timeouts"),
    ({"transport": httpx.AsyncHTTPTransport(verify=False)}, "httpx.BaseTransport"),
    ({"async_transport": httpx.HTTPTransport(verify=False)}, "httpx.AsyncBaseTransport"),
    ({"event_hooks": [print]}, "{'request': [function]}"),
    ({"event_hooks": {"request": print}}, "{'request': [function]}"),
    ({"event_hooks": {"answer": [print]}}, "remove 'answer'"),
]


@pytest.mark.parametrize(
    ("members", "words"), WRONG, ids=[f"{index}-{next(iter(members))}" for index, (members, _) in enumerate(WRONG)]
)
def test_wrong_http_option_is_refused_by_name(members: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings(**members)
    assert next(iter(members)) in str(caught.value)
    assert words in str(caught.value)
