"""The HTTP settings of users: timeouts, proxy, certificates, hooks, transports."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from ipaddress import IPv4Network, IPv6Network, ip_network
from types import NoneType
from typing import Any, Final, cast
from urllib.request import getproxies

from attrs import Attribute, field, frozen

from vidu_ext.flows.policy import Timeouts
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.forks import this_process
from vidu_ext.values.http_library import httpx

KEYLESS_CONNECTIONS: Final = 32
"""Most connections for downloads and uploads, which go to many hosts."""

CODINGS: Final = ("gzip", "deflate")
"""Content codings to accept. httpx can decode others if a package is installed, but then the decoded size cannot be limited."""

CERTIFICATE_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
"""Environment variables that are read together with the certificates."""

_PORT: Final = r"(\[.*\]|[^:]*):([0-9]{1,5})"

_USUAL_PORTS: Final = {"http": 80, "https": 443}


def _fault_of_proxy(text: object) -> str | None:
    """Return what is wrong with the URL of a proxy, or None.

    The text continues a sentence that starts with a setting's name, and never contains the URL.
    """
    from importlib.util import find_spec  # most programs use no proxy

    try:
        url = httpx.Proxy(text).url if isinstance(text, str) else None
    except (ValueError, httpx.InvalidURL):
        url = None
    if url is None or not url.host:
        return "is not the URL of a proxy. One looks like 'http://proxy.example:8080'; https:// and socks5:// are accepted, too"
    if url.scheme.startswith("socks") and find_spec("socksio") is None:
        return "is a SOCKS proxy, which needs a package that is not installed: pip install 'httpx[socks]'"
    return None


def _check_proxy(_instance: object, _attribute: Attribute[str | None], value: object) -> None:
    fault = None if value is None else _fault_of_proxy(value)
    if fault:
        raise ConfigurationError(f"Settings.proxy {fault}. Nothing was sent.")


def must_be(wanted: str, *kinds: type) -> Callable[[object, Attribute[Any], object], None]:
    """Return a validator that raises ConfigurationError for a value that is not `wanted`."""

    def check(_instance: object, attribute: Attribute[Any], value: object) -> None:
        if not isinstance(value, kinds):
            raise ConfigurationError(f"Settings.{attribute.name} must be {wanted}; it is of type {type(value).__name__}.")

    return check


def _check_hooks(_instance: object, _attribute: Attribute[Any], value: object) -> None:
    hooks = cast("Mapping[str, object]", value)
    if not isinstance(value, Mapping) or not all(map(_are_functions, hooks.values())):
        raise ConfigurationError("Settings.event_hooks must be a mapping like {'request': [function]}.")
    unknown = sorted(map(repr, set(hooks) - {"request", "response"}))
    if unknown:
        raise ConfigurationError(f"event_hooks may only have 'request' and 'response'; remove {', '.join(unknown)}.")


def _are_functions(value: object) -> bool:
    return isinstance(value, Iterable) and all(map(callable, cast("Iterable[object]", value)))


@contextmanager
def making_a_client() -> Generator[None]:
    """Raise ConfigurationError if certificates cannot be read."""
    try:
        yield
    except OSError as error:
        named = [f"{name}={os.environ[name]}" for name in CERTIFICATE_VARIABLES if os.environ.get(name)]
        where = " and ".join(named) or "the certificates of the package certifi"
        remedy = "Correct or unset it" if named else "Reinstall certifi"
        raise ConfigurationError(f"{where} cannot be read: {error}. {remedy}; nothing was sent.") from error


def needs_no_proxy(url: str, no_proxy: str) -> bool:
    """Return whether an entry of NO_PROXY covers the host of a URL, in any form that curl, Go or httpx read.

    An entry is a name (with its subdomains), `.example` (subdomains only), a pattern with `*`, an address or a network
    (`10.0.0.0/8`, `fd00::/8`). Each may have a scheme, a port, and quotes as Docker leaves them. Any other entry covers nothing.
    """
    try:
        asked = httpx.URL(url)
    except httpx.InvalidURL:
        return True
    return any(_covers(entry, asked) for entry in re.split(r"[\s,;\"']+", no_proxy.lower()) if entry)


def _covers(entry: str, url: httpx.URL) -> bool:
    scheme, _, place = entry.rpartition("://")
    place = place.rstrip("/")
    ported = re.fullmatch(_PORT, place)
    place, port = (ported[1], int(ported[2])) if ported else (place, None)
    if scheme not in ("", "all", url.scheme) or port not in (None, url.port or _USUAL_PORTS.get(url.scheme)):
        return False
    network, address, host = _network(place), _network(url.host), url.host.rstrip(".")
    if network is not None:
        return address is not None and address.version == network.version and address.network_address in network
    name = place.strip(".")
    is_below = address is None and host.endswith(f".{name}")
    return bool(name) and (is_below or host == place.rstrip(".") or fnmatchcase(host, place))


def _network(text: str) -> IPv4Network | IPv6Network | None:
    """Read an IP address or a network, with or without brackets, ignoring the zone; None for anything else."""
    try:
        return ip_network(re.sub(r"[\[\]]|%[^/]*", "", text), strict=False)
    except ValueError:
        return None


def _with_scheme(proxy: str) -> str:
    """Return the URL of a proxy from a variable, which may be in quotes, as Docker leaves them, or between blanks."""
    proxy = proxy.strip("\"' \t\r\n")
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


@frozen(kw_only=True, eq=False, repr=False)
class HttpOptions:
    """HTTP settings that all accounts of a client share.

    `timeouts` is a Timeouts; `proxy` is the URL of a proxy, by default that of the environment; `verify` is an ssl.SSLContext in
    place of the usual certificates, or False for no verification; `event_hooks` are httpx's, `request` and `response`;
    `transport` (of Vidu) and `async_transport` (of AsyncVidu) are httpx transports to send through. Raises ConfigurationError.
    """

    timeouts: Timeouts = field(factory=Timeouts, validator=must_be("a Timeouts", Timeouts))
    transport: httpx.BaseTransport | None = field(
        default=None, validator=must_be("an httpx.BaseTransport, or None", httpx.BaseTransport, NoneType)
    )
    """The transport of `Vidu`, in place of its own connections. A create then has one of its own only if every request has:
    `httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))`."""
    async_transport: httpx.AsyncBaseTransport | None = field(
        default=None, validator=must_be("an httpx.AsyncBaseTransport, or None", httpx.AsyncBaseTransport, NoneType)
    )
    """The same for `AsyncVidu`."""
    event_hooks: Mapping[str, Sequence[Callable[..., Any]]] = field(
        factory=dict[str, Sequence[Callable[..., Any]]], validator=_check_hooks
    )
    """httpx event hooks, `request` and `response`, for the providers' APIs and for downloads.

    A hook sees everything that is sent. In a repr of `request.headers` httpx hides the key in `Authorization` but shows it in
    Comfy's `x-api-key`; the URLs of downloads and uploads are credentials.
    """
    proxy: str | None = field(default=None, repr=False, validator=_check_proxy)
    """URL of the proxy for everything, in place of HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY."""
    verify: bool | ssl.SSLContext = field(
        default=True,
        validator=must_be("True, False, or a context like ssl.create_default_context(cafile='ca.pem')", bool, ssl.SSLContext),
    )
    """Trusted certificates: True for those of SSL_CERT_FILE, SSL_CERT_DIR or certifi, False for any, or those of a context."""

    _process: object = field(factory=this_process, init=False, repr=False, eq=False)

    def trust(self, transport: object) -> ssl.SSLContext | bool:
        """Return the trusted certificates. Share the result: loading it is the slowest part of making a client.

        Raises ConfigurationError in a forked child for a transport that belongs to its parent.
        """
        if transport is not None and self._process is not this_process():
            raise ConfigurationError(
                "the transport of this client (Settings.transport or async_transport) was set before this process was forked, and"
                " its connections belong to the parent. Nothing was sent from here: make the transport, the Settings and the"
                " client in the child."
            )
        if self.verify is not True or transport is not None:
            return self.verify
        trusted = httpx.create_ssl_context()
        if log := os.environ.get("SSLKEYLOGFILE"):
            trusted.keylog_filename = log  # httpx2 does not read the variable
        return trusted

    def proxy_for(self, url: str, transport: object) -> str | None:
        """Return the URL of the proxy for a request; None for a direct one. It may contain a password.

        Raises ConfigurationError for a variable with an unusable one.
        """
        if self.proxy is not None or transport is not None:
            return self.proxy
        settings = getproxies()
        scheme = url.partition(":")[0].lower()
        variable = scheme if settings.get(scheme) else "all"
        address = _with_scheme(settings.get(variable) or "")
        if not address or needs_no_proxy(url, settings.get("no", "")):
            return None
        if fault := _fault_of_proxy(address):
            raise ConfigurationError(f"{variable.upper()}_PROXY {fault}. Correct or unset it; nothing was sent.")
        return address

    def timeout(self, *, creates: bool = False) -> httpx.Timeout:
        """Return the timeouts of a request; longer ones if it creates a task or uploads a file."""
        ours = self.timeouts
        read = ours.create_read if creates else ours.read
        return httpx.Timeout(read, connect=ours.connect, write=ours.write, pool=ours.connect)
