"""The way to the wire: one httpx client per account, one without any key for everything else, and what they may say.
A client is made when it is first needed, and all of one Vidu share what they know of certificates, which is slow to load.

Turns what httpx raises into ExchangeError with the one fact that matters, whether the request may have left, and writes
the log. Decides nothing about money and never repeats a request.
"""

from __future__ import annotations

import logging
import os
import re
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.utils import formatdate
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from types import NoneType
from typing import Any, Final, TypeVar, cast
from urllib.request import getproxies

import httpx
from attrs import Attribute, field, frozen

from vidu_ext.flows.effects import Fetch, Put
from vidu_ext.flows.policy import Timeouts
from vidu_ext.values.errors import ConfigurationError, one_line
from vidu_ext.values.exchange import Call, ExchangeError, Reply
from vidu_ext.values.forks import this_process

from .redact import hide_signatures, redacted

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

BARE_CONNECTIONS: Final = 32
"""Connections for downloads and uploads, which go to many hosts."""

MOST_ANSWER_BYTES: Final = 64 * 2**20
"""Bytes of the longest answer of an API that is read, unpacked. A page of a hundred tasks has some hundred thousand."""

MOST_CODINGS: Final = 5
"""Codings of one answer that are undone, one after the other; curl undoes as many."""

MOST_MEMBERS: Final = 1000
"""Parts of a gzip answer that are read, each of which costs time and may be empty."""

PIECE: Final = 4096
"""Bytes that are unpacked at a time. They become four million at most."""

_CODINGS: Final = ("gzip", "deflate")
"""Codings that are asked for. What else httpx undoes where a package is installed cannot be bounded."""
_GZIP: Final = b"\x1f\x8b"
_NOT_PACKED: Final = (b"{", b"[", b'"', b"<", b" ", b"\t", b"\r", b"\n", b"\xef\xbb\xbf")
"""Beginnings of JSON and of web pages."""

TOO_LONG: Final = f"the answer has more than {MOST_ANSWER_BYTES:,} bytes"

TOO_SLOW: Final = "the answer took longer than Timeouts.exchange allows"

SHORTEST_SECRET: Final = 12
"""Characters of the shortest key that is looked for in answers. A shorter one is a word of a test, found in many a text."""


CERTIFICATE_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
"""What of the environment is read along with the certificates."""

_PORT: Final = re.compile(r"(\[.*\]|[^:]*):([0-9]{1,5})")
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_ORIGIN: Final = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*")


def _guard_logs() -> None:
    """Have the HTTP library in use log no signature. With `httpx2.alias_httpx()` its loggers have the names of httpx2."""
    import httpcore  # here, for httpx too loads it no earlier than for the first client

    names = (f"{httpcore.__name__}.{part}" for part in ("connection", "http11", "http2", "proxy", "socks"))
    for name in (httpx.__name__, *names):
        logging.getLogger(name).addFilter(hide_signatures)  # one that is there already is not added again


def _fault_of_proxy(text: object) -> str | None:
    """What is wrong with the address of a proxy, to be put after its name; None where nothing is. It may hold a password."""
    try:
        url = httpx.Proxy(text).url if isinstance(text, str) else None
    except (ValueError, httpx.InvalidURL):
        url = None
    if url is None or not url.host:
        return "is no address of a proxy. One looks like 'http://proxy.example:8080'; https:// and socks5:// are taken too"
    if url.scheme.startswith("socks") and find_spec("socksio") is None:
        return "is a SOCKS proxy, which needs a package that is not installed: pip install 'httpx[socks]'"
    return None


def _is_proxy(_instance: object, _attribute: Attribute[str | None], value: object) -> None:
    fault = None if value is None else _fault_of_proxy(value)
    if fault:
        raise ConfigurationError(f"Wiring.proxy {fault}. Nothing was sent.")


def _is_a(kinds: type | tuple[type, ...], wanted: str) -> Callable[[object, Attribute[Any], object], None]:
    def check(_instance: object, attribute: Attribute[Any], value: object) -> None:
        if not isinstance(value, kinds):
            raise ConfigurationError(f"Wiring.{attribute.name} must be {wanted}, and is of type {type(value).__name__}.")

    return check


def _are_hooks(_instance: object, _attribute: Attribute[Any], value: object) -> None:
    hooks = cast("Mapping[str, object]", value)
    if not isinstance(value, Mapping) or not all(map(_are_functions, hooks.values())):
        raise ConfigurationError("Wiring.event_hooks must be a mapping like {'request': [function]}.")
    unknown = set(hooks) - {"request", "response"}
    if unknown:
        raise ConfigurationError(f"event_hooks knows 'request' and 'response', not {', '.join(sorted(map(repr, unknown)))}.")


def _are_functions(value: object) -> bool:
    return isinstance(value, Iterable) and all(map(callable, cast("Iterable[object]", value)))


@contextmanager
def making_a_client(*, reads_proxies: bool) -> Generator[None]:
    """Raises ConfigurationError where the environment keeps a client from being made. `Wiring` itself was checked before."""
    fault = _fault_of_environment() if reads_proxies else None
    if fault:
        raise ConfigurationError(f"{fault}. Correct or unset it; nothing was sent.")
    try:
        yield
    except ConfigurationError:
        raise
    except OSError as error:
        named = [f"{name}={os.environ[name]}" for name in CERTIFICATE_VARIABLES if os.environ.get(name)]
        where = " and ".join(named) or "the certificates of the package certifi"
        raise ConfigurationError(f"{where} cannot be read: {error}. Correct or unset it; nothing was sent.") from error


def _fault_of_environment() -> str | None:
    """Which variable names no proxy that can be used, and why."""
    for scheme in ("http", "https", "all"):
        address = _with_scheme(getproxies().get(scheme, ""))
        fault = _fault_of_proxy(address) if address else None
        if fault:
            return f"{scheme.upper()}_PROXY {fault}"
    return None


def needs_no_proxy(url: str, no_proxy: str) -> bool:
    """Whether NO_PROXY names the host of an address, in any form that curl, Go or httpx read.

    Entries are names, with their subdomains or `.example` for those alone, `*` in them, addresses, networks (`10.0.0.0/8`,
    `fd00::/8`), each with a port or not. An entry in no such form names no host.
    """
    try:
        asked = httpx.URL(url)
    except httpx.InvalidURL:
        return True
    return any(_names(entry, asked) for entry in re.split(r"[\s,;]+", no_proxy.lower()) if entry)


def _names(entry: str, url: httpx.URL) -> bool:
    scheme, _, place = entry.rpartition("://")
    place = place.rstrip("/")
    ported = _PORT.fullmatch(place)
    place, port = (ported[1], int(ported[2])) if ported else (place, None)
    if scheme not in ("", "all", url.scheme) or port not in (None, url.port or _USUAL_PORTS.get(url.scheme)):
        return False
    network, address, host = _network(place), _network(url.host), url.host.rstrip(".")
    if network is not None:
        return address is not None and address.version == network.version and address.network_address in network
    name = place.strip(".")
    return bool(name) and (host.endswith(f".{name}") or host == place.rstrip(".") or fnmatchcase(host, place))


def _network(text: str) -> IPv4Network | IPv6Network | None:
    """An address or a network, in brackets or not, without the zone."""
    try:
        return ip_network(re.sub(r"[\[\]]|%[^/]*", "", text), strict=False)
    except ValueError:
        return None


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


@frozen(kw_only=True)
class Wiring:
    """What the user wants of the HTTP clients, the same for every account.

    `timeouts` is a Timeouts; `proxy` the address of one, else the environment's holds; `verify` an ssl.SSLContext in place of
    the usual certificates, or False for none; `event_hooks` are httpx's, `request` and `response`; `transport` and
    `async_transport` are httpx transports to send through, that of Vidu and that of AsyncVidu. Raises ConfigurationError.
    """

    timeouts: Timeouts = field(factory=Timeouts, validator=_is_a(Timeouts, "a Timeouts"))
    transport: httpx.BaseTransport | None = field(
        default=None, validator=_is_a((httpx.BaseTransport, NoneType), "an httpx.BaseTransport, or None")
    )
    """What `Vidu` sends through, instead of connections of its own."""
    async_transport: httpx.AsyncBaseTransport | None = field(
        default=None, validator=_is_a((httpx.AsyncBaseTransport, NoneType), "an httpx.AsyncBaseTransport, or None")
    )
    """The same for `AsyncVidu`."""
    event_hooks: Mapping[str, Sequence[Callable[..., Any]]] = field(
        factory=dict[str, Sequence[Callable[..., Any]]], validator=_are_hooks
    )
    """httpx event hooks, `request` and `response`, for the providers' APIs and for downloads.

    A hook sees all that is sent. In a repr of `request.headers` httpx hides the key in `Authorization`, and shows it in
    Comfy's `x-api-key`; the address of a download or an upload lets in whoever reads it.
    """
    proxy: str | None = field(default=None, repr=False, validator=_is_proxy)
    """Address of the proxy for everything, instead of those of HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY."""
    verify: bool | ssl.SSLContext = field(
        default=True,
        validator=_is_a((bool, ssl.SSLContext), "True, False, or a context like ssl.create_default_context(cafile='ca.pem')"),
    )
    """Which certificates of servers hold: those of SSL_CERT_FILE, SSL_CERT_DIR or certifi, all of them, or those of a context."""

    _process: object = field(factory=this_process, init=False, repr=False, eq=False)

    def trust(self, transport: object) -> ssl.SSLContext | bool:
        """What says which certificates hold, to be shared: loading them takes longer than all else about a client.

        Raises ConfigurationError in a forked child for a transport that its parent has, too.
        """
        if transport is not None and self._process is not this_process():
            raise ConfigurationError(
                "the transport of this client (Wiring.transport or async_transport) was given to it before this process was"
                " forked, and its connections belong to the parent. Nothing was sent from here: make the transport, the"
                " Settings and the client in the child."
            )
        return httpx.create_ssl_context() if self.verify is True and transport is None else self.verify

    def options(self, door: Door | None, trust: ssl.SSLContext | bool, proxy: str | None) -> dict[str, Any]:
        """The httpx settings, the same for sync and async, of the client of an account or of one without a key.

        With the first one the log of the HTTP library is kept from telling signatures.
        """
        _guard_logs()
        timeouts, in_flight = self.timeouts, BARE_CONNECTIONS if door is None else door.in_flight
        return {
            "headers": {"accept-encoding": ", ".join(_CODINGS), **(door.headers() if door is not None else {})},
            "timeout": httpx.Timeout(timeouts.read, connect=timeouts.connect, write=timeouts.write, pool=timeouts.connect),
            "limits": httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight),
            "event_hooks": {name: list(hooks) for name, hooks in self.event_hooks.items()},
            "follow_redirects": False,
            "verify": trust,
            "proxy": proxy,
            "trust_env": False,  # httpx takes no client at all for an entry of NO_PROXY that it cannot read
        }

    def proxy_for(self, url: str, transport: object) -> str | None:
        """Address of the proxy through which a request goes, None where it goes straight. It may hold a password."""
        if self.proxy is not None or transport is not None:
            return self.proxy
        settings = getproxies()
        address = settings.get(url.partition(":")[0].lower()) or settings.get("all")
        return _with_scheme(address) if address and not needs_no_proxy(url, settings.get("no", "")) else None

    def create_timeout(self) -> httpx.Timeout:
        timeouts = self.timeouts
        return httpx.Timeout(timeouts.create_read, connect=timeouts.connect, write=timeouts.write, pool=timeouts.connect)


@frozen(kw_only=True)
class Door:
    """Where an account's API is and how it is asked."""

    account: str
    base_url: str
    key_header: str
    key_value: str = field(repr=False)
    in_flight: int

    def headers(self) -> dict[str, str]:
        return {self.key_header: self.key_value, "user-agent": USER_AGENT}

    @property
    def host(self) -> str:
        """The host, with its port where that is not the usual one."""
        return httpx.URL(self.base_url).netloc.decode()

    def without_key(self, content: bytes) -> bytes:
        """An answer with the key taken out: some services quote it in their errors, and those end up in logs."""
        key = self.key_value.rpartition(" ")[2].encode()
        return content.replace(key, b"<key>") if len(key) >= SHORTEST_SECRET else content

    def request(self, client: httpx.Client | httpx.AsyncClient, call: Call, wiring: Wiring) -> httpx.Request:
        """The request for a call, with the longer patience of a create where it is one.

        The whole address is written here: httpx takes three times as long to join its base with a path.
        """
        arguments: dict[str, Any] = {**call.request, "url": _parsed(self.base_url + call.request["url"])}
        if call.headers:
            arguments["headers"] = {**arguments.get("headers", {}), **call.headers}
        if call.creates:
            arguments["timeout"] = wiring.create_timeout()
        return client.build_request(**arguments)


@lru_cache(maxsize=1024)
def _parsed(url: str) -> httpx.URL:
    """The address of an API's route: a task is asked of many times, and httpx takes a tenth of a call to read an address."""
    return httpx.URL(url)


def put_request(client: httpx.Client | httpx.AsyncClient, effect: Put, wiring: Wiring) -> httpx.Request:
    return _exact_request(
        client, "PUT", effect.url, content=effect.content, headers={"content-type": effect.content_type},
        timeout=wiring.create_timeout(),
    )  # fmt: skip


def fetch_request(client: httpx.Client | httpx.AsyncClient, effect: Fetch, doors: Mapping[str, Door]) -> httpx.Request:
    """The GET of a download. The key goes along only where the flow named an account."""
    headers = {**effect.headers, "accept-encoding": "identity"}
    if effect.key_of is not None:
        door = doors[effect.key_of]
        headers[door.key_header] = door.key_value
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


def failure_of(error: Exception, proxy: str | None = None) -> ExchangeError:
    """What an exception of the HTTP client means. One that is not httpx's own comes from a hook or a transport.

    `proxy` is named where nothing was sent: it may be what could not be reached.
    """
    sent = not isinstance(error, NOT_SENT)
    detail = one_line(redacted(str(error))) or "no details"
    way = f", by way of the proxy {_without_password(proxy)}" if proxy and not sent else ""
    return ExchangeError(f"{type(error).__name__}: {detail}{way}", sent=sent)


class Answer:
    """The body of an API answer as it comes, within bounds of size and time.

    The bound of size holds for what came and for what is unpacked of it. httpx would undo any number of codings, each
    without a bound, so that the raw bytes are read and unpacked here.
    """

    def __init__(self, response: httpx.Response, deadline: float, now: Callable[[], float], *, keeps_part: bool) -> None:
        self._response = response
        self._codings = () if response.is_stream_consumed else _codings_of(response.headers)
        self._deadline = deadline
        self._now = now
        self._keeps_part = keeps_part
        self._raw = bytearray()

    def write(self, chunk: bytes) -> None:
        """Take in what came. Raises ExchangeError where that is more, or later, than any answer should be."""
        self._raw += chunk
        if len(self._raw) > MOST_ANSWER_BYTES:
            raise ExchangeError(TOO_LONG, sent=True)
        if self._now() > self._deadline:
            raise ExchangeError(TOO_SLOW, sent=True)

    def broken_off(self, failure: ExchangeError) -> None:
        """Raises the failure unless a part of the answer is better than none: that to a create may hold the id of a task."""
        if not self._keeps_part:
            raise failure

    def reply(self, clean: Callable[[bytes], bytes], clock: Callable[[], float]) -> Reply:
        """The answer, unpacked. Raises ExchangeError where it cannot be unpacked within the bound."""
        body = bytes(self._raw)
        self._raw.clear()
        if len(self._codings) > MOST_CODINGS:
            self.broken_off(ExchangeError(f"the answer is packed {len(self._codings)} times", sent=True))
        else:
            for coding in reversed(self._codings):
                body = _unpacked(body, coding)
        if len(body) > MOST_ANSWER_BYTES:
            self.broken_off(ExchangeError(TOO_LONG, sent=True))
        return Reply(self._response.status_code, received_headers(self._response.headers, clock), clean(body))


def raw_chunks(response: httpx.Response) -> Iterator[bytes]:
    """The body as it comes, packed as it is; that of a response which a hook or a transport has read before, unpacked."""
    return response.iter_bytes() if response.is_stream_consumed else response.iter_raw()


def async_raw_chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    return response.aiter_bytes() if response.is_stream_consumed else response.aiter_raw()


def _codings_of(headers: httpx.Headers) -> tuple[str, ...]:
    """The codings that were asked for, in the order in which they were applied. Other words leave the body as it is."""
    words = (word.strip().lower().removeprefix("x-") for word in headers.get("content-encoding", "").split(","))
    return tuple(word for word in words if word in _CODINGS)


def _unpacked(body: bytes, coding: str) -> bytes:
    """Undo a coding as far as it goes and the bound allows. What is not packed as it says is left as it is."""
    if body.startswith(_GZIP) or (body[:1] and body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2]) % 31 == 0):
        return _inflated(body, zlib.MAX_WBITS | 32)[0] or body
    if coding == "deflate":  # without the header of zlib, as some servers send it
        unpacked, is_whole = _inflated(body, -zlib.MAX_WBITS)
        return unpacked if unpacked and (is_whole or not body.startswith(_NOT_PACKED)) else body
    return body


def _inflated(body: bytes, bits: int) -> tuple[bytes, bool]:
    """What can be unpacked, and whether that is exactly the body."""
    unpacked = bytearray()
    machine, place, members = zlib.decompressobj(bits), 0, 1
    while place < len(body) and len(unpacked) <= MOST_ANSWER_BYTES and members <= MOST_MEMBERS:
        piece, before = body[place : place + PIECE], machine.copy().decompress
        try:
            unpacked += machine.decompress(piece)
        except zlib.error:
            unpacked += _before_fault(before, piece)
            break
        place += len(piece) - len(machine.unused_data)
        if machine.eof:
            if not body.startswith(_GZIP, place):
                break
            machine, members = zlib.decompressobj(bits), members + 1
    return bytes(unpacked), machine.eof and place == len(body)


def _before_fault(decompress: Callable[[bytes], bytes], piece: bytes) -> bytes:
    """What stands before a fault, which may be no more than a wrong checksum; zlib gives nothing of a piece that has one."""
    unpacked = bytearray()
    with suppress(zlib.error):
        for place in range(len(piece)):
            unpacked += decompress(piece[place : place + 1])
    return bytes(unpacked)


def received_headers(headers: httpx.Headers, clock: Callable[[], float]) -> dict[str, str]:
    """The headers by lower-case names. A wish to be asked later that comes without `Date` is given the time of its receipt,
    as HTTP asks for: its date is compared with that.
    """
    names = _lower_names(headers)
    if "retry-after" in names and not names.get("date"):
        names["date"] = formatdate(clock(), usegmt=True)
    return names


def _lower_names(headers: httpx.Headers) -> dict[str, str]:
    names: dict[str, str] = {}
    for raw_name, raw_value in headers.raw:  # `items` looks for the encoding of all of them, once for each
        name, value = raw_name.decode("latin-1").lower(), _readable(raw_value)
        names[name] = f"{names[name]}, {value}" if name in names else value
    return names


def _readable(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def log_exchange(account: str, call: Call, status: int, elapsed: float) -> None:
    """One line per exchange: which operation, at which account, with what status. No address, no body, no key."""
    logger.debug("%s at %s: HTTP %d in %.3f s", call.operation, account, status, elapsed)


def log_failure(account: str, call: Call, failure: ExchangeError) -> None:
    left = "may have been sent" if failure.sent else "was not sent"
    logger.info("%s at %s %s: %s", call.operation, account, left, failure.detail)
