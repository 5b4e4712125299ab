"""The files of tasks, and the storage of uploads: ranges, ETags, refusals in XML as object stores send them.

A file is made from the id of its task when it is requested, and cached.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from email.utils import formatdate
from threading import Lock
from typing import Final

from attrs import define, field, frozen

from vidu_ext.emulator.media import film, picture, sound
from vidu_ext.emulator.messages import ServerReply, ServerRequest

from .outputs import MediaFile, content_type_of

CACHED_BYTES: Final = 64 * 1024 * 1024
STORED_BYTES: Final = 64 * 1024 * 1024
"""Maximum size of all uploads; the oldest lose their bytes first."""

COVER: Final = "-cover.jpg"
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_XML_HEADERS: Final = {"content-type": "application/xml"}


@frozen
class Content:
    """The bytes of a file and their metadata."""

    data: bytes = field(repr=False)
    content_type: str
    etag: str
    """With quotes."""
    modified: float
    """Seconds since 1970."""


@frozen
class FileSpec:
    """A file to render."""

    seed: str
    name: str
    output: MediaFile
    modified: float
    least_bytes: int | None


class Renderer:
    """Renders files and caches the last ones. Thread-safe."""

    def __init__(self) -> None:
        self._lock: Final = Lock()
        """Held while a file is rendered, so that two requests at once render it once."""
        self._cache: Final[OrderedDict[FileSpec, Content]] = OrderedDict()

    @property
    def held_bytes(self) -> int:
        """Size of the cached files."""
        return sum(len(content.data) for content in self._cache.values())

    def content(self, spec: FileSpec) -> Content:
        """Return the file: the same bytes for the same spec."""
        with self._lock:
            content = self._cache.pop(spec, None)
            if content is None:
                data, content_type = _render(spec)
                content = Content(data, content_type, etag_of(data), spec.modified)
            self._cache[spec] = content
            while self.held_bytes > CACHED_BYTES and len(self._cache) > 1:
                self._cache.popitem(last=False)
            return content


@define(eq=False)
class Upload:
    """An upload: a reserved address, and what was put there."""

    id: str
    account: int
    """Number of its account."""
    content_type: str | None = None
    """The required Content-Type; '' for none; None means any."""
    most_bytes: int | None = None
    digest: str | None = None
    """The client's hash of the bytes, in any form."""
    content: Content | None = field(default=None, repr=False)
    etag: str | None = None
    is_finished: bool = False


class Storage:
    """All uploads, with a limit on their bytes."""

    def __init__(self) -> None:
        self.uploads: Final[OrderedDict[str, Upload]] = OrderedDict()
        self._held: Final[OrderedDict[str, int]] = OrderedDict()
        """Sizes of the uploads that still have their bytes, the oldest first."""
        self._size = 0

    def put(self, upload: Upload, content: Content) -> None:
        """Store the bytes of an upload."""
        self._drop(upload.id)
        upload.content, upload.etag = content, content.etag
        self._held[upload.id] = len(content.data)
        self._size += len(content.data)
        while self._size > STORED_BYTES and len(self._held) > 1:
            self._drop(next(iter(self._held)))

    def reserve(self, upload: Upload, *, most: int) -> None:
        """Add an upload; the oldest beyond `most` are dropped."""
        self.uploads[upload.id] = upload
        while len(self.uploads) > most:
            oldest = next(iter(self.uploads))
            self._drop(oldest)
            del self.uploads[oldest]

    def known(self, digest: str, account: int) -> Upload | None:
        """Return an upload of an account with this digest whose bytes are stored, or None."""
        same = (one for one in self.uploads.values() if one.digest == digest and one.account == account)
        return next((one for one in same if one.content is not None), None)

    def _drop(self, upload_id: str) -> None:
        self._size -= self._held.pop(upload_id, 0)
        if upload_id in self.uploads:
            self.uploads[upload_id].content = None


def etag_of(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def content_reply(content: Content, request: ServerRequest) -> ServerReply:
    """Return the file or the requested range of it. Several ranges are answered with the whole file."""
    size, headers = len(content.data), _headers(content)
    if request.headers.get("if-none-match") == content.etag:
        return ServerReply(status=304, headers=headers)
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    start, end = match.groups() if match is not None and _range_applies(request.headers, content) else ("", "")
    first = int(start) if start else max(0, size - int(end or size))
    last = min(int(end), size - 1) if start and end else size - 1
    if not (start or end) or (start and end and int(end) < int(start)):  # a malformed range is ignored
        return _with_body(request, 200, headers, content.data)
    if first >= size:
        return xml_refusal(416, "InvalidRange", "The requested range is not satisfiable", {"content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {first}-{last}/{size}"
    return _with_body(request, 206, headers, content.data[first : last + 1])


def xml_refusal(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> ServerReply:
    """Return a refusal as object stores send it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return ServerReply(status=status, headers={**_XML_HEADERS, **(headers or {})}, body=body.encode())


def _headers(content: Content) -> dict[str, str]:
    return {
        "content-type": content.content_type,
        "etag": content.etag,
        "last-modified": formatdate(content.modified, usegmt=True),
        "accept-ranges": "bytes",
    }


def _range_applies(headers: Mapping[str, str], content: Content) -> bool:
    """Return whether the condition of a range holds."""
    condition = headers.get("if-range")
    return condition in (None, content.etag, formatdate(content.modified, usegmt=True))


def _with_body(request: ServerRequest, status: int, headers: dict[str, str], data: bytes) -> ServerReply:
    headers["content-length"] = str(len(data))
    return ServerReply(status=status, headers=headers, body=b"" if request.method == "HEAD" else data)


def _render(spec: FileSpec) -> tuple[bytes, str]:
    output, content_type = spec.output, content_type_of(spec.name)
    match content_type:
        case "audio/wav":
            data = sound(seed=spec.seed, seconds=output.seconds or 1.0)
        case "image/png" | "image/jpeg":
            file_format = content_type.removeprefix("image/")
            data = picture(seed=spec.seed, width=output.width or 1, height=output.height or 1, file_format=file_format)
        case _:
            data = film(
                seed=spec.seed,
                width=output.width or 16,
                height=output.height or 9,
                seconds=output.seconds or 1.0,
                least_bytes=spec.least_bytes,
                has_sound=output.has_sound,
            )
    return data, content_type
