"""Addresses of files as a provider wrote them: what may be asked for, where a redirect leads, who may be given the key.

Pure text. An address is never rebuilt from its parts, because a signature covers every byte; and never shown whole,
because whoever reads it can fetch the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

ENDINGS: Final = frozenset(
    {"aac", "bin", "flac", "gif", "jpeg", "jpg", "json", "m4a", "mov", "mp3", "mp4", "ogg", "png", "srt", "vtt", "wav", "webm"}
    | {"webp", "zip"}
)
"""Endings of file names that an address is believed and shown with."""

UPLOAD_SCHEME: Final = "ssupload:"
"""Begins what stands in place of an address for a file that was uploaded."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,80}")


def forbidden(url: str, *, first: str) -> str | None:
    """Why the address must not be asked, in words that do not show it; None where it may. `first` began the redirects."""
    parts = _split(url)
    if parts is None or not parts.hostname or not url.isprintable():
        return "leads to an address that cannot be read"
    if parts.scheme not in ("http", "https"):
        return f"leads to an address that is neither http nor https ({parts.scheme[:20] or 'no scheme'})"
    if parts.scheme == "http" and _is_https(first):
        return "leads from https to http, where anybody on the way could read and change the file"
    return None


def redirected(url: str, location: str) -> str:
    """Where a redirect leads: byte for byte as the server wrote it where it wrote a whole address or path."""
    if _SCHEME.match(location):
        return location
    scheme, _, rest = url.partition("://")
    if location.startswith("//"):
        return f"{scheme}:{location}"
    if location.startswith("/"):
        return f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0]}{location}"
    return urljoin(url, location)


def may_take_key(url: str, hosts: Collection[str]) -> bool:
    """Whether the address lies on exactly one of the hosts, over https. User names and other ports are another host."""
    host = _host(url)
    return _is_https(url) and bool(host) and host in {_plain(name) for name in hosts}


def same_host(one: str, other: str) -> bool:
    """Whether a key that one address may take may go to the other as well."""
    return _is_https(one) == _is_https(other) and _host(one) == _host(other)


def ending(url: str) -> str | None:
    """The ending of the file name in the address, lower case, where it is a known one."""
    parts = _split(url)
    _, dot, found = (parts.path if parts else "").rpartition("/")[2].lower().rpartition(".")
    return found if dot and found in ENDINGS else None


def shown(url: str) -> str:
    """The address for people: scheme, host, and the file name where it looks like one. Never a query or a user name."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return "an address that cannot be shown"
    name = parts.path.rpartition("/")[2]
    tail = name if ending(url) and _FILE_NAME.fullmatch(name) else ""
    return f"{parts.scheme}://{parts.hostname}/{'.../' if parts.path.count('/') > 1 else ''}{tail}"


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # brackets that are no IPv6 address
        return None


def _is_https(url: str) -> bool:
    return url[:8].lower() == "https://"


def _host(url: str) -> str:
    parts = _split(url)
    return _plain(parts.netloc) if parts else ""


def _plain(host: str) -> str:
    return host.lower().removesuffix(":443")
