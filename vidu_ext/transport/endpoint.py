"""Endpoints of accounts: build requests, and classify exceptions of httpx by whether the request may have been sent.

Never repeats a request.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from vidu_ext.values.errors import one_line
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.forks import ONLY
from vidu_ext.values.http_library import httpx
from vidu_ext.values.secrets import redacted

from .options import CODINGS, KEYLESS_CONNECTIONS, HttpOptions
from .redact import guard_logs

if TYPE_CHECKING:
    from vidu_ext.flows.file_effects import Fetch, Put

NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""Failures of the transport after which no byte of the request can have been sent."""

USER_AGENT: Final = "vidu-ext"


SHORTEST_SECRET: Final = 12
"""Characters of the shortest key that is removed from answers. Shorter ones, as in tests, occur in ordinary texts."""


_UNITS: Final = (b"%c", b"%c\0", b"\0%c", b"%c\0\0\0", b"\0\0\0%c")
"""How UTF-8, and UTF-16 and UTF-32 in both byte orders, write an ASCII character. Other encodings of answers that are read
differ from UTF-8 outside ASCII only. No codecs: each is a module, which cannot be imported without a free file descriptor."""
_ESCAPED_ALONE: Final = frozenset('"/\\')
"""Characters that JSON may escape by a backslash; the others only as `\\u00` and two more digits."""
_BY_PROXY: Final = ", by way of the proxy "
_ORIGIN: Final = r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*"


@frozen(kw_only=True, eq=False, repr=False)
class Endpoint:
    """The base URL of an account's API, its key and limits."""

    account: str
    base_url: str
    key_header: str
    key_value: str = field(repr=False)
    in_flight: int
    setting: str = ""
    """The setting that replaced the provider's own server, for messages; empty if none did."""

    def headers(self) -> dict[str, str]:
        return {self.key_header: self.key_value, "user-agent": USER_AGENT}

    @property
    def _key(self) -> str:
        return self.key_value.rpartition(" ")[2]

    @property
    def host(self) -> str:
        """The host, with its port if that is not the default."""
        return httpx.URL(self.base_url).netloc.decode()

    def without_key(self, reply: Reply) -> Reply:
        """Return an answer without the key: some services quote it in errors, which may get into logs."""
        key = self._key
        if len(key) < SHORTEST_SECRET:
            return reply
        content = reply.content
        for written, hidden in _written(key):
            content = content.replace(written, hidden)
        if b"\\" in content and _escape_in(key).search(content):
            content = _escaped(key).sub(b"<key>", content)
        if content is reply.content and not any(key in text for text in reply.headers.values()):
            return reply
        return evolve(reply, content=content, headers={name: text.replace(key, "<key>") for name, text in reply.headers.items()})

    def with_doubt(self, reply: Reply, request: httpx.Request) -> Reply:
        """Return the answer; a 404 with a doubt about the setting that led there."""
        if reply.status != 404 or not self.setting:
            return reply
        asked = f"{request.method} {request.url.path}"
        return evolve(reply, doubt=f"{asked} may not belong to the API: check the path of {self.setting}")

    def with_setting_hint(self, failure: ExchangeError) -> ExchangeError:
        """Return the failure; if no host was ever reached, without a proxy, with a hint to the setting that led there."""
        if failure.unreached and self.setting and _BY_PROXY not in failure.detail:
            failure.detail = f"{failure.detail}: check {self.setting}"
        return failure

    def request(self, client: httpx.Client | httpx.AsyncClient, call: Call, options: HttpOptions) -> httpx.Request:
        """Build the request of a call, with the longer timeout of a create if it is one.

        The URL is joined here: httpx takes three times as long to join its base with a path.
        """
        arguments: dict[str, Any] = {**call.request, "url": _parse_url(self.base_url + call.request["url"])}
        if call.creates:
            arguments["timeout"] = options.timeout(creates=True)
        request = client.build_request(**arguments)
        if call.key_prefix is not None:
            request.headers[self.key_header] = f"{call.key_prefix} {self._key}"
        return request


@lru_cache(maxsize=64)
def _written(key: str) -> tuple[tuple[bytes, bytes], ...]:
    """Return the key in each encoding, and what takes its place."""
    written, hidden = ([b"".join(unit % byte for byte in text.encode()) for unit in _UNITS] for text in (key, "<key>"))
    return tuple(zip(written, hidden, strict=True))


@lru_cache(maxsize=64)
def _escape_in(key: str) -> re.Pattern[bytes]:
    """Return a pattern for an escape of any character of a key. Most answers have only others, such as those of & in URLs."""
    codes = "|".join(sorted(f"{ord(one):02x}" for one in set(key)))
    ways = [*map(re.escape, sorted(_ESCAPED_ALONE.intersection(key))), f"u00(?i:{codes})"]
    return re.compile(rf"\\(?:{'|'.join(ways)})".encode())


@lru_cache(maxsize=64)
def _escaped(key: str) -> re.Pattern[bytes]:
    """Return a pattern for a key in a JSON text, where any character may be escaped; some writers escape each slash."""
    return re.compile("".join(rf"(?:\\?{re.escape(one)}|\\u00(?i:{ord(one):02x}))" for one in key).encode())


def client_arguments(
    endpoint: Endpoint | None,
    options: HttpOptions,
    trust: Mapping[str, ssl.SSLContext | bool],
    proxy: str | None,
    *,
    keepalive: bool = True,
) -> dict[str, Any]:
    """Return the arguments of the httpx client of an account, or of the one without a key. Also keeps signatures out of its logs.

    An API without TLS is nearly always on this machine. Its client gets a context without certificates, because loading them
    takes as long as importing httpx.
    """
    guard_logs()
    is_usual = options.verify is True and options.transport is None and options.async_transport is None
    is_plain = endpoint is not None and endpoint.base_url.startswith("http://") and is_usual
    in_flight = endpoint.in_flight if endpoint else KEYLESS_CONNECTIONS
    return {
        "headers": {"accept-encoding": ", ".join(CODINGS), **(endpoint.headers() if endpoint else {})},
        "timeout": options.timeout(),
        "limits": httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight if keepalive else 0),
        "event_hooks": {name: list(hooks) for name, hooks in options.event_hooks.items()},
        "follow_redirects": False,
        "verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else trust[ONLY],
        "proxy": proxy,
        "trust_env": False,  # httpx makes no client at all if it cannot read an entry of NO_PROXY
    }


@lru_cache(maxsize=1024)
def _parse_url(url: str) -> httpx.URL:
    """Parse the URL of a route. Cached: a task is polled many times, and httpx takes a tenth of a call to parse a URL."""
    return httpx.URL(url)


def put_request(client: httpx.Client | httpx.AsyncClient, effect: Put, options: HttpOptions) -> httpx.Request:
    return _exact_request(
        client, "PUT", effect.url, content=effect.content, headers={"content-type": effect.content_type},
        timeout=options.timeout(creates=True),
    )  # fmt: skip


def fetch_request(client: httpx.Client | httpx.AsyncClient, effect: Fetch, endpoints: Mapping[str, Endpoint]) -> httpx.Request:
    """Build the GET of a download, with a key only if the flow named an account."""
    headers = dict(effect.headers)
    if effect.key_of is not None:
        endpoint = endpoints[effect.key_of]
        headers[endpoint.key_header] = endpoint.key_value
    return _exact_request(client, "GET", effect.url, headers=headers)


def _exact_request(client: httpx.Client | httpx.AsyncClient, method: str, url: str, **arguments: Any) -> httpx.Request:
    """Build a request for a URL exactly as a provider wrote it. Raises ExchangeError for one that httpx cannot read."""
    try:
        exact = _ExactURL(url)
        request = client.build_request(method, exact, **arguments)
    except (httpx.InvalidURL, ValueError) as error:
        raise ExchangeError(f"{type(error).__name__}: the URL cannot be read", sent=False) from None
    request.url = exact  # build_request replaces it by a plain URL
    return request


class _ExactURL(httpx.URL):
    """A URL whose path and query are sent byte for byte.

    A signature covers every byte; httpx would resolve `..` and escape some characters again. Its extension `target` would also
    change the CONNECT request to a proxy.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        target = re.sub(_ORIGIN, "", url).partition("#")[0]
        is_sendable = target.startswith("/") and target.isascii() and not any(mark in target for mark in " \t\r\n")
        self._target = target.encode() if is_sendable else super().raw_path

    @property
    def raw_path(self) -> bytes:
        return self._target


def failure_of(
    error: Exception, proxy: str | None = None, *, request: httpx.Request | None = None, is_first: bool = False
) -> ExchangeError:
    """Convert an exception of the HTTP client. One that is not of httpx comes from a hook or a transport.

    That nothing was sent is certain only if the exception names `request`: a hook that has seen the answer may fail to connect
    somewhere else. Without `request`, the answer has begun. If nothing was sent, the detail has the origin and the `proxy`,
    because either may be unreachable. `is_first`: the client has never received an answer.
    """
    is_sent = request is None or not (isinstance(error, NOT_SENT) and _is_about(error, request))
    detail = _system_words(error) or f"{type(error).__name__}: {one_line(redacted(str(error))).rstrip('.') or 'no details'}"
    if not is_sent and request is not None:
        detail += f" at {_origin(request.url)}"
        detail += f"{_BY_PROXY}{_origin(httpx.URL(proxy))}" if proxy else ""
    return ExchangeError(detail, sent=is_sent, unreached=not is_sent and is_first and isinstance(error, httpx.ConnectError))


def _is_about(error: httpx.TransportError, request: httpx.Request) -> bool:
    with suppress(RuntimeError):  # it names no request
        return error.request is request
    return False


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


def _system_words(error: BaseException | None) -> str | None:
    """Return why the system could not connect, "connection refused"; None if the failure was not one of the system."""
    while error is not None and not (isinstance(error, OSError) and error.errno):
        inner: Sequence[BaseException] = getattr(error, "exceptions", ())
        error = inner[0] if inner else error.__cause__ or error.__context__
    if error is None or isinstance(error, ssl.SSLError) or error.errno is None:
        return None
    words = error.strerror or "" if isinstance(error, socket.gaierror) else os.strerror(error.errno)
    return words[:1].lower() + words[1:] or None
