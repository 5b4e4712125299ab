"""Endpoints of accounts: build their requests, and classify what httpx raises by whether the request may have left.

Writes the log. Never repeats a request.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import ssl
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

import httpx
from attrs import evolve, field, frozen

from vidu_ext.flows.effects import Fetch, Put
from vidu_ext.values.errors import one_line
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.forks import ONLY

from .options import KEYLESS_CONNECTIONS, HttpOptions
from .redact import redacted

T = TypeVar("T")
logger: Final = logging.getLogger("vidu_ext")

NOT_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
"""Failures after which not one byte of the request can have left."""

USER_AGENT: Final = "vidu-ext"


SHORTEST_SECRET: Final = 12
"""Characters of the shortest key that is looked for in answers. A shorter one is a word of a test, found in many a text."""


_ORIGIN: Final = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*")


@frozen(kw_only=True)
class Endpoint:
    """Where an account's API is and how it is asked."""

    account: str
    base_url: str
    key_header: str
    key_value: str = field(repr=False)
    in_flight: int
    setting: str = ""
    """What sent the calls elsewhere than to the provider's own server, for people."""

    def headers(self) -> dict[str, str]:
        return {self.key_header: self.key_value, "user-agent": USER_AGENT}

    @property
    def _key(self) -> str:
        return self.key_value.rpartition(" ")[2]

    @property
    def host(self) -> str:
        """The host, with its port where that is not the usual one."""
        return httpx.URL(self.base_url).netloc.decode()

    def without_key(self, content: bytes) -> bytes:
        """An answer with the key taken out: some services quote it in their errors, and those end up in logs."""
        key = self._key.encode()
        return content.replace(key, b"<key>") if len(key) >= SHORTEST_SECRET else content

    def with_doubt(self, reply: Reply, request: httpx.Request) -> Reply:
        """The answer; one that says that nothing is there with a word about the setting that led there."""
        if reply.status != 404 or not self.setting:
            return reply
        asked = f"{request.method} {request.url.path}"
        return evolve(reply, doubt=f"{asked} may lead to no API: look whether {self.setting} has the path it should have")

    def doubted(self, failure: ExchangeError) -> ExchangeError:
        """A failure; one to reach anything at all with a word about the setting that led there."""
        if failure.unreached and self.setting:
            failure.detail = f"{failure.detail}: look whether {self.setting} is right"
        return failure

    def request(self, client: httpx.Client | httpx.AsyncClient, call: Call, options: HttpOptions) -> httpx.Request:
        """The request for a call, with the longer patience of a create where it is one.

        The whole address is written here: httpx takes three times as long to join its base with a path.
        """
        arguments: dict[str, Any] = {**call.request, "url": _parsed(self.base_url + call.request["url"])}
        if call.headers or call.key_word is not None:
            key = {} if call.key_word is None else {self.key_header: f"{call.key_word} {self._key}"}
            arguments["headers"] = {**arguments.get("headers", {}), **call.headers, **key}
        if call.creates:
            arguments["timeout"] = options.create_timeout()
        return client.build_request(**arguments)


def client_arguments(
    endpoint: Endpoint | None, options: HttpOptions, trust: Mapping[str, ssl.SSLContext | bool], proxy: str | None
) -> dict[str, Any]:
    """Arguments of the httpx client of an account, or of one without any key.

    An API without TLS is nearly always on this machine. Its client is given a context that trusts no certificate: to read
    those that are trusted takes as long as importing httpx.
    """
    if endpoint is None:
        return options.client_arguments({}, KEYLESS_CONNECTIONS, trust[ONLY], proxy)
    is_usual = options.verify is True and options.transport is None and options.async_transport is None
    is_plain = endpoint.base_url.startswith("http://") and is_usual
    held = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else trust[ONLY]
    return options.client_arguments(endpoint.headers(), endpoint.in_flight, held, proxy)


@lru_cache(maxsize=1024)
def _parsed(url: str) -> httpx.URL:
    """The address of an API's route: a task is asked of many times, and httpx takes a tenth of a call to read an address."""
    return httpx.URL(url)


def put_request(client: httpx.Client | httpx.AsyncClient, effect: Put, options: HttpOptions) -> httpx.Request:
    return _exact_request(
        client, "PUT", effect.url, content=effect.content, headers={"content-type": effect.content_type},
        timeout=options.create_timeout(),
    )  # fmt: skip


def fetch_request(client: httpx.Client | httpx.AsyncClient, effect: Fetch, endpoints: Mapping[str, Endpoint]) -> httpx.Request:
    """The GET of a download. The key goes along only where the flow named an account."""
    headers = {**effect.headers, "accept-encoding": "identity"}
    if effect.key_of is not None:
        endpoint = endpoints[effect.key_of]
        headers[endpoint.key_header] = endpoint.key_value
    return _exact_request(client, "GET", effect.url, headers=headers)


def _exact_request(client: httpx.Client | httpx.AsyncClient, method: str, url: str, **arguments: Any) -> httpx.Request:
    """A request for an address as a provider wrote it. Raises ExchangeError for one that httpx cannot read."""
    try:
        exact = _ExactURL(url)
        request = client.build_request(method, exact, **arguments)
    except (httpx.InvalidURL, ValueError) as error:
        raise ExchangeError(f"{type(error).__name__}: the address cannot be read", sent=False) from None
    request.url = exact  # build_request makes a plain URL of it
    return request


class _ExactURL(httpx.URL):
    """An address whose path and query are sent as they are written.

    A signature covers the address byte for byte; httpx would resolve `..` and escape some characters anew. Its extension
    `target` does the same for an origin alone: the CONNECT that is sent to a proxy first would carry it as well.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        target = _ORIGIN.sub("", url).partition("#")[0]
        is_sendable = target.startswith("/") and target.isascii() and not any(mark in target for mark in " \t\r\n")
        self._target = target.encode() if is_sendable else super().raw_path

    @property
    def raw_path(self) -> bytes:
        return self._target


def _without_password(proxy: str) -> str:
    url = httpx.URL(proxy)
    return f"{url.scheme}://{url.netloc.decode()}"


def failure_of(
    error: Exception, proxy: str | None = None, *, url: httpx.URL | None = None, is_first: bool = False
) -> ExchangeError:
    """What an exception of the HTTP client means. One that is not httpx's own comes from a hook or a transport.

    `proxy` and the origin of `url` are named where nothing was sent: either may be what could not be reached. `is_first`: the
    client has never had an answer.
    """
    sent = not isinstance(error, NOT_SENT)
    detail = _system_words(error) or f"{type(error).__name__}: {one_line(redacted(str(error))) or 'no details'}"
    if not sent:
        detail += f" at {url.scheme}://{url.netloc.decode()}" if url is not None else ""
        detail += f", by way of the proxy {_without_password(proxy)}" if proxy else ""
    return ExchangeError(detail, sent=sent, unreached=is_first and isinstance(error, httpx.ConnectError))


def _system_words(error: BaseException | None) -> str | None:
    """Why the system made no connection: "connection refused". None if it was another that made none."""
    while error is not None and not (isinstance(error, OSError) and error.errno):
        inner: Sequence[BaseException] = getattr(error, "exceptions", ())
        error = inner[0] if inner else error.__cause__ or error.__context__
    if error is None or isinstance(error, ssl.SSLError) or error.errno is None:
        return None
    words = error.strerror or "" if isinstance(error, socket.gaierror) else os.strerror(error.errno)
    return words[:1].lower() + words[1:] or None


def log_exchange(account: str, call: Call, status: int, elapsed: float) -> None:
    """One line per exchange: which operation, at which account, with what status. No address, no body, no key."""
    logger.debug("%s at %s: HTTP %d in %.3f s", call.operation, account, status, elapsed)


def log_failure(account: str, call: Call, failure: ExchangeError) -> None:
    left = "may have been sent" if failure.sent else "was not sent"
    logger.info("%s at %s %s: %s", call.operation, account, left, failure.detail)
