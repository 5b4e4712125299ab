"""URLs of files as a provider wrote them: which may be fetched, where a redirect leads, which hosts may get the key.

A URL is never rebuilt from its parts, because a signature covers every byte, and never shown whole, because it is a
credential.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from os.path import expanduser
from typing import Final
from unicodedata import normalize
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from attrs import frozen

from .tasks import OutputKind


@frozen(eq=False, repr=False)
class FileType:
    """The kind and content types of an ending of a file name."""

    kind: OutputKind | None
    """None if it is neither video nor picture nor sound."""
    content_types: tuple[str, ...] = ()
    """The first is the one to send."""


FILE_TYPES: Final[Mapping[str, FileType]] = {
    "mp4": FileType("video", ("video/mp4",)),
    "mov": FileType("video", ("video/quicktime",)),
    "webm": FileType("video", ("video/webm",)),
    "mkv": FileType("video", ("video/x-matroska", "video/matroska")),
    "avi": FileType("video", ("video/x-msvideo",)),
    "m4v": FileType("video", ("video/x-m4v",)),
    "flv": FileType("video", ("video/x-flv",)),
    "ts": FileType("video", ("video/mp2t",)),
    "png": FileType("image", ("image/png",)),
    "jpg": FileType("image", ("image/jpeg",)),
    "jpeg": FileType("image", ("image/jpeg",)),
    "webp": FileType("image", ("image/webp",)),
    "gif": FileType("image", ("image/gif",)),
    "bmp": FileType("image", ("image/bmp",)),
    "tiff": FileType("image", ("image/tiff",)),
    "heic": FileType("image", ("image/heic",)),
    "avif": FileType("image", ("image/avif",)),
    "mp3": FileType("audio", ("audio/mpeg",)),
    "wav": FileType("audio", ("audio/wav", "audio/wave", "audio/x-wav")),
    "m4a": FileType("audio", ("audio/mp4", "audio/x-m4a")),
    "aac": FileType("audio", ("audio/aac",)),
    "flac": FileType("audio", ("audio/flac",)),
    "ogg": FileType("audio", ("audio/ogg",)),
    "opus": FileType("audio", ("audio/opus",)),
    "wma": FileType("audio", ("audio/x-ms-wma",)),
    "json": FileType(None, ("application/json",)),
    "srt": FileType(None, ("application/x-subrip",)),
    "vtt": FileType(None, ("text/vtt",)),
    "zip": FileType(None, ("application/zip",)),
    "bin": FileType(None),
}
"""The known endings of file names. The first of a kind, and of a content type, is the usual one."""

UPLOAD_SCHEME: Final = "ssupload:"
"""Begins the text that takes the place of a URL for an uploaded file."""

PUBLIC, PRIVATE, METADATA = range(3)
"""How near a host is: on the Internet; on this machine or a private network; a service that gives this machine credentials."""

NOT_PUBLIC: Final = "leads to an address that is not public, which may be a service of this machine or of its network"
_LOCAL_NAMES: Final = (
    r"localhost[46]?(\.localdomain[46]?)?|.*\.localhost|(ip6-)?loopback|ip6-localhost"
    r"|(host|gateway)\.docker\.internal|host\.containers\.internal"  # the machine, as its containers call it
)
_METADATA_NAMES: Final = r"metadata(\.goog|\.google\.internal|\.tencentyun\.com)?|instance-data(\.ec2\.internal)?"
_METADATA_HOSTS: Final = frozenset(
    map(ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"))
)
"""Metadata hosts outside the link-local networks: of Alibaba, Azure, Oracle, AWS and Google."""
_NOT_GLOBAL: Final = tuple(map(ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10", "3fff::/20", "5f00::/16")))
"""Networks that `is_global` takes for public in some versions of Python."""
_CARRIERS: Final = tuple(map(ip_network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
"""IPv6 networks whose last four bytes are an IPv4 address: compatible, mapped, translated, NAT64."""
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})

_AUTHORITY: Final = r"(?:[^@\[\]\\]*@)?(?:\[[^@\[\]\\]+\]|[^:@\[\]\\]+)(?::[0-9]{0,5})?"
"""An authority that all parsers read in the same way."""
_NO_HOST: Final = r"(?![\w.~%+-])[\x00-\x7f]|\s"
"""Characters that no host name contains. Most come from placeholders that were not filled in."""
_CONTROLS: Final = r"[\x00-\x1f\x7f]"
LONGEST_LABEL: Final = 63
"""Characters between two dots of a host (RFC 1035)."""
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.-]*:"
_FILE_NAME: Final = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,80}"


def is_path(text: str) -> bool:
    """Return whether the text is the path of a file: it has no scheme, or a drive letter, or the scheme `file`."""
    scheme, colon, _ = text.partition(":")
    has_scheme = bool(colon) and len(scheme) > 1 and scheme.replace("+", "").replace("-", "").replace(".", "").isalnum()
    return bool(text) and (not has_scheme or scheme.lower() == "file")


def path_of(text: str) -> str:
    """Return a path with the home folder in place of `~`, and a `file:` URL as the path that it names."""
    if text[:5].lower() != "file:":
        return expanduser(text)  # noqa: PTH111  # Path.expanduser raises for an unknown user
    path = re.sub("^//(localhost)?(?=/)", "", text[5:], flags=re.IGNORECASE)
    return re.sub("^/(?=[A-Za-z]:)", "", unquote(path))  # a drive letter follows a slash there


def forbidden(url: str, *, before: str, near: int) -> str | None:
    """Return why the URL must not be fetched, in words that do not show it; None if it may.

    `before` is the URL that led here; `near` is PUBLIC, PRIVATE or METADATA, the nearest that the host may be.
    """
    parts = _split(url)
    is_readable = parts is not None and parts.hostname and re.fullmatch(_AUTHORITY, parts.netloc)
    if parts is None or not is_readable or not (url + unquote(parts.netloc)).isprintable():
        return "leads to an address that cannot be read"
    if parts.scheme not in ("http", "https"):
        return f"leads to an address that is neither http nor https ({parts.scheme[:20] or 'no scheme'})"
    if parts.scheme == "http" and _is_https(before):
        return "leads from https to http, so others on the network could read and change the file"
    if nearness(parts.netloc) > near:
        return NOT_PUBLIC
    return None


def leads_nowhere(url: str) -> bool:
    """Return whether an http(s) URL has an impossible host, port or character, or the text of an upload names no id.

    False for every other text.
    """
    if not url.startswith(("http://", "https://")):
        return url.startswith(UPLOAD_SCHEME) and not url.partition("=")[2].strip()
    parts = _split(url)
    if parts is None or re.search(_CONTROLS, url) or not re.fullmatch(_AUTHORITY, parts.netloc):
        return True
    host = parts.hostname or ""
    if "[" in parts.netloc:
        return _literal(host) is None or not _has_port(parts)
    labels = host.removesuffix(".").split(".")
    return bool(re.search(_NO_HOST, host)) or not _has_port(parts) or not all(0 < len(label) <= LONGEST_LABEL for label in labels)


def _has_port(parts: SplitResult) -> bool:
    """Return whether the port is valid or not given."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def nearness(netloc: str) -> int:
    """Return PUBLIC, PRIVATE or METADATA for the text of a host, with or without a port.

    Names are not resolved: behind a proxy, or in a network with its own names, the answer would not apply.
    """
    parts = _split(f"//{netloc}")
    host = normalize("NFKC", unquote((parts and parts.hostname) or "")).replace("\u3002", ".").lower().rstrip(".")
    address = _literal(host)
    if address is not None:
        return _nearness_of(address)
    if re.fullmatch(_METADATA_NAMES, host):
        return METADATA
    return PRIVATE if re.fullmatch(_LOCAL_NAMES, host) else PUBLIC


def _nearness_of(address: IPv4Address | IPv6Address) -> int:
    if isinstance(address, IPv6Address) and (carried := _carried(address)):
        return max(map(_nearness_of, carried))
    if address.is_link_local or address in _METADATA_HOSTS:
        return METADATA
    is_public = address.is_global and not address.is_multicast and not any(address in network for network in _NOT_GLOBAL)
    return PUBLIC if is_public else PRIVATE


def _carried(address: IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses in an IPv6 address, which is another notation of them or leads to them through a gateway."""
    if any(address in network for network in _CARRIERS) or int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address.sixtofour] if address.sixtofour else list(address.teredo or ())


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address of a host, None for a name. Reads IPv4 as resolvers do: one to four parts, also octal and hex."""
    try:
        return ip_address(host.partition("%")[0])  # without the zone of an IPv6 address
    except ValueError:
        pass
    try:
        *heads, last = (_number(part) for part in host.split("."))
        size = 4 - len(heads)  # bytes of the last part
        if size < 1 or any(head > 255 for head in heads) or last >= 256**size:
            return None
        return IPv4Address(int.from_bytes(bytes(heads)) << 8 * size | last)
    except ValueError:
        return None


def _number(part: str) -> int:
    if not part.isascii() or not part.isalnum():
        raise ValueError
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def redirected(url: str, location: str) -> str:
    """Return where a redirect leads, byte for byte as the server wrote it if it wrote a whole URL or path."""
    if re.match(_SCHEME, location):
        return location
    scheme, _, rest = url.partition("://")
    if location.startswith("//"):
        return f"{scheme}:{location}"
    if location.startswith("/"):
        return f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0]}{location}"
    return urljoin(url, location)


def api_root(base_url: str, paths: Iterable[str], servers: Iterable[str]) -> str | None:
    """Return the URL to put before the paths of an API, for a base URL with too much or too little of the server's path.

    Documents write `https://api.vidu.com/ent/v2` for an API whose paths begin with `/ent/v2` themselves. None if the host is that
    of a server and the path is not.
    """
    root = without_route(base_url, paths)
    server = next((server for server in servers if same_host(server, root)), None)
    if server is None:
        return root
    return server if f"{_path(server)}/".startswith(f"{_path(root)}/") else None


def without_route(base_url: str, paths: Iterable[str]) -> str:
    """Return the base URL with every beginning of a path of the API removed from its end."""
    if not _path(base_url):
        return base_url
    heads = {path[:end] for path in paths for end in range(2, len(path) + 1) if path[end : end + 1] in ("", "/")}
    while head := max(filter(_path(base_url).endswith, heads), key=len, default=""):
        base_url = base_url.removesuffix(head)
    return base_url


def _path(base_url: str) -> str:
    """Return the path of a base URL that ends without a slash; empty if there is none."""
    _, slash, path = base_url.partition("://")[2].partition("/")
    return slash + path


def may_take_key(url: str, hosts: Collection[str]) -> bool:
    """Return whether the URL is https and on one of these hosts. With a user name or another port it is on another host."""
    host = _host(url)
    return _is_https(url) and bool(host) and host in {_plain(name) for name in hosts}


def same_host(one: str, other: str) -> bool:
    """Return whether a key that may be sent to one URL may be sent to the other as well."""
    return _is_https(one) == _is_https(other) and _host(one) == _host(other)


def ending(url: str) -> str | None:
    """Return the ending of the file name in the URL, in lower case; None if it is not a known one."""
    parts = _split(url)
    _, dot, last = (parts.path if parts else "").rpartition("/")[2].lower().rpartition(".")
    return last if dot and last in FILE_TYPES else None


def shown_url(url: str) -> str:
    """Return the URL for messages: scheme, host, and the file name if it looks like one. Never a query or a user name."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return "a URL that cannot be shown"
    name = parts.path.rpartition("/")[2]
    tail = name if ending(url) and re.fullmatch(_FILE_NAME, name) else ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}/{'.../' if parts.path.count('/') > 1 else ''}{tail}"


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # brackets without an IPv6 address
        return None


def _is_https(url: str) -> bool:
    return url[:8].lower() == "https://"


def _host(url: str) -> str:
    parts = _split(url)
    return _plain(parts.netloc) if parts else ""


def _plain(host: str) -> str:
    return host.lower().removesuffix(":443")
