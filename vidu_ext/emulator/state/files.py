"""The files that tasks end in, and the storage that uploads go to: signed addresses, ranges, tags, expiry.

A file is drawn when it is asked for, from the id of its task, and kept for a while. Answers as object stores do, with XML
bodies for refusals. Knows no provider's API.
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
"""Of uploads; the oldest lose their bytes first."""

COVER: Final = "-cover.jpg"
_RANGE: Final = re.compile(r"bytes=([0-9]*)-([0-9]*)")
_XML_HEADERS: Final = {"content-type": "application/xml"}


@frozen
class Content:
    """The bytes of a file with what is said about them."""

    data: bytes = field(repr=False)
    content_type: str
    etag: str
    """With its quotes."""
    modified: float
    """Seconds since 1970."""


@frozen
class Order:
    """A file that is to be drawn and sent."""

    seed: str
    name: str
    output: MediaFile
    modified: float
    least_bytes: int | None


class Drawer:
    """Draws files and keeps the last ones. Threads may share it."""

    def __init__(self) -> None:
        self._lock: Final = Lock()
        """Held while a file is drawn: a file that two ask for at once is drawn once."""
        self._kept: Final[OrderedDict[Order, Content]] = OrderedDict()

    @property
    def held_bytes(self) -> int:
        """Of the files that are kept."""
        return sum(len(content.data) for content in self._kept.values())

    def content(self, order: Order) -> Content:
        """The file, the same bytes for the same order."""
        with self._lock:
            content = self._kept.pop(order, None)
            if content is None:
                data, content_type = _drawn(order)
                content = Content(data, content_type, etag_of(data), order.modified)
            self._kept[order] = content
            while self.held_bytes > CACHED_BYTES and len(self._kept) > 1:
                self._kept.popitem(last=False)
            return content


@define(eq=False)
class Upload:
    """A place for one file, and what was put there."""

    id: str
    account: int
    """Number of the account that asked for it."""
    content_type: str | None = None
    """What the bytes must be labelled as, empty for nothing; None for anything."""
    most_bytes: int | None = None
    digest: str | None = None
    """What the client said that the bytes are, by any name that it has for them."""
    content: Content | None = field(default=None, repr=False)
    etag: str | None = None
    is_finished: bool = False


class Storage:
    """All uploads, their bytes within bounds."""

    def __init__(self) -> None:
        self.uploads: Final[OrderedDict[str, Upload]] = OrderedDict()
        self._held: Final[OrderedDict[str, int]] = OrderedDict()
        """Bytes of the uploads that still have theirs, the oldest put first."""
        self._size = 0

    def put(self, upload: Upload, content: Content) -> None:
        """Keep the bytes of an upload."""
        self._drop(upload.id)
        upload.content, upload.etag = content, content.etag
        self._held[upload.id] = len(content.data)
        self._size += len(content.data)
        while self._size > STORED_BYTES and len(self._held) > 1:
            self._drop(next(iter(self._held)))

    def reserve(self, upload: Upload, *, most: int) -> None:
        """Remember a new place; the oldest beyond `most` are forgotten."""
        self.uploads[upload.id] = upload
        while len(self.uploads) > most:
            oldest = next(iter(self.uploads))
            self._drop(oldest)
            del self.uploads[oldest]

    def known(self, digest: str, account: int) -> Upload | None:
        """The upload of an account whose bytes are here under this digest."""
        found = (one for one in self.uploads.values() if one.digest == digest and one.account == account)
        return next((one for one in found if one.content is not None), None)

    def _drop(self, upload_id: str) -> None:
        self._size -= self._held.pop(upload_id, 0)
        if upload_id in self.uploads:
            self.uploads[upload_id].content = None


def etag_of(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def content_reply(content: Content, request: ServerRequest) -> ServerReply:
    """The file, or the range of it that is asked for. Only one range is understood; others are answered with the whole."""
    size, headers = len(content.data), _headers(content)
    if request.headers.get("if-none-match") == content.etag:
        return ServerReply(status=304, headers=headers)
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if asked is None or not (asked[1] or asked[2]) or not _holds(request.headers, content):
        return _with_body(request, 200, headers, content.data)
    first = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
    last = min(int(asked[2]), size - 1) if asked[1] and asked[2] else size - 1
    if asked[1] and asked[2] and int(asked[2]) < first:
        return _with_body(request, 200, headers, content.data)  # a malformed range is ignored
    if first >= size or (not asked[1] and int(asked[2]) == 0):
        return xml_refusal(416, "InvalidRange", "The requested range is not satisfiable", {"content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {first}-{last}/{size}"
    return _with_body(request, 206, headers, content.data[first : last + 1])


def xml_refusal(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> ServerReply:
    """A refusal as an object store writes it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return ServerReply(status=status, headers={**_XML_HEADERS, **(headers or {})}, body=body.encode())


def _headers(content: Content) -> dict[str, str]:
    return {
        "content-type": content.content_type,
        "etag": content.etag,
        "last-modified": formatdate(content.modified, usegmt=True),
        "accept-ranges": "bytes",
    }


def _holds(headers: Mapping[str, str], content: Content) -> bool:
    """Whether the condition of a range holds."""
    condition = headers.get("if-range")
    return condition in (None, content.etag, formatdate(content.modified, usegmt=True))


def _with_body(request: ServerRequest, status: int, headers: dict[str, str], data: bytes) -> ServerReply:
    headers["content-length"] = str(len(data))
    return ServerReply(status=status, headers=headers, body=b"" if request.method == "HEAD" else data)


def _drawn(order: Order) -> tuple[bytes, str]:
    output, content_type = order.output, content_type_of(order.name)
    match content_type:
        case "audio/wav":
            data = sound(seed=order.seed, seconds=output.seconds or 1.0)
        case "image/png" | "image/jpeg":
            form = content_type.removeprefix("image/")
            data = picture(seed=order.seed, width=output.width or 1, height=output.height or 1, form=form)
        case _:
            data = film(
                seed=order.seed,
                width=output.width or 16,
                height=output.height or 9,
                seconds=output.seconds or 1.0,
                least_bytes=order.least_bytes,
                has_sound=output.has_sound,
            )
    return data, content_type
