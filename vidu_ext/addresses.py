"""Addresses of files as a provider wrote them: what may be asked for, where a redirect leads, who may be given the key.

Pure text. An address is never rebuilt from its parts, because a signature covers every byte; and never shown whole,
because whoever reads it can fetch the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from attrs import frozen

from .tasks import OutputKind


@frozen
class FileType:
    """What an ending of a file name stands for."""

    kind: OutputKind | None
    """None for what is neither video nor picture nor sound."""
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
"""By the endings that an address is believed and shown with. The first of a kind, and of a content type, is the usual one."""

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
    return found if dot and found in FILE_TYPES else None


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
