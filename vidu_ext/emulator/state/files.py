"""The files of tasks, and uploads: signed URLs, ranges, ETags, refusals in XML as object stores and CDNs have them.

A file is made from the id of its task when it is requested. A signed URL ends with an escape, as those of CDNs have them, which
clients may write as its character: both are one address by RFC 3986.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from functools import cached_property, lru_cache
from typing import Final
from urllib.parse import unquote

from attrs import evolve, field, frozen

from vidu_ext.emulator.media import film, picture, sound
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.ranges import whole_number

from .bounded import Bounded
from .outputs import MediaFile, content_type_of

FILES: Final = "/_files/"
STORAGE: Final = "/_storage/"
COVER: Final = "-cover.jpg"
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@frozen
class Content:
    """The bytes of a file and their metadata."""

    data: bytes = field(repr=False)
    content_type: str
    modified: float
    """Seconds since 1970."""

    @cached_property
    def etag(self) -> str:
        """With quotes."""
        return f'"{hashlib.sha256(self.data).hexdigest()[:32]}"'


@frozen
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
    is_finished: bool = False

    @property
    def size(self) -> int:
        return len(self.content.data) if self.content is not None else 0


class Signer:
    """Signs the URLs of files and uploads with a secret made from the seed."""

    def __init__(self, seed: int) -> None:
        self._secret: Final = hashlib.sha256(f"addresses of emulator {seed}".encode()).digest()

    def address(self, origin: str, path: str, *, expires: float) -> str:
        """Return the signed URL of a path, valid until `expires`, in seconds since 1970, rounded up."""
        return f"{origin}{path}?{self._query(path, math.ceil(expires))}"

    def refusal(self, request: ServerRequest, *, now: float, methods: Sequence[str]) -> ServerReply | None:
        """Return the refusal of another method than these, or of a URL that is forged or has expired; None for a valid one."""
        if request.method not in methods:
            message = "The specified method is not allowed against this resource."
            return xml_refusal(405, "MethodNotAllowed", message, {"allow": ", ".join(methods)})
        query = unquote(request.query)
        expires = whole_number(query.removeprefix("Expires=").partition("&")[0])
        sent = query.encode("utf-8", "surrogatepass")
        if expires is None or not hmac.compare_digest(sent, unquote(self._query(request.path, expires)).encode()):
            message = "The request signature we calculated does not match the signature you provided."
            return xml_refusal(403, "SignatureDoesNotMatch", message)
        return EXPIRED if now >= expires else None

    def _query(self, path: str, expires: int) -> str:
        signature = hmac.digest(self._secret, f"{path}?{expires}".encode(), "sha256").hex()
        return f"Expires={expires}&Signature={signature}%7E"


def content_reply(content: Content, request: ServerRequest) -> ServerReply:
    """Return the file or the requested range of it. Several ranges are answered with the whole file."""
    size, modified = len(content.data), formatdate(content.modified, usegmt=True)
    headers = {"content-type": content.content_type, "etag": content.etag, "last-modified": modified, "accept-ranges": "bytes"}
    if request.headers.get("if-none-match") == content.etag:
        return ServerReply(status=304, headers=headers)
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    is_unchanged = request.headers.get("if-range") in (None, content.etag, modified)
    start, end = match.groups() if match is not None and is_unchanged else ("", "")
    first = int(start) if start else max(0, size - int(end or size))
    last = min(int(end), size - 1) if start and end else size - 1
    status, data = 200, content.data
    if (start or end) and not (start and end and int(end) < int(start)):  # a malformed range is ignored
        if first >= size:
            message, of_size = "The requested range is not satisfiable", {"content-range": f"bytes */{size}"}
            return xml_refusal(416, "InvalidRange", message, of_size)
        status, data = 206, content.data[first : last + 1]
        headers["content-range"] = f"bytes {first}-{last}/{size}"
    headers["content-length"] = str(len(data))
    return ServerReply(status=status, headers=headers, body=b"" if request.method == "HEAD" else data)


def xml_refusal(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> ServerReply:
    """Return a refusal as object stores send it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return ServerReply(status=status, headers={"content-type": "application/xml", **(headers or {})}, body=body.encode())


EXPIRED: Final = xml_refusal(403, "AccessDenied", "Request has expired")


NO_SUCH_KEY: Final = xml_refusal(404, "NoSuchKey", "The specified key does not exist.")


def upload_reply(uploads: Bounded[str, Upload], upload_id: str, request: ServerRequest, *, now: float) -> ServerReply:
    """Store an upload, or send what was stored."""
    upload = uploads.get(upload_id)
    if upload is not None and request.method != "PUT" and upload.content is not None:
        return content_reply(upload.content, request)
    if upload is None or request.method != "PUT":
        return NO_SUCH_KEY
    content_type = request.headers.get("content-type", "")
    if upload.content_type is not None and content_type != upload.content_type:
        return xml_refusal(403, "SignatureDoesNotMatch", "The content type is not the one that was signed.")
    if upload.most_bytes is not None and len(request.body) > upload.most_bytes:
        return xml_refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
    content = Content(request.body, content_type or "application/octet-stream", now)
    uploads.put(upload_id, evolve(upload, content=content))
    return ServerReply(headers={"etag": content.etag})


@lru_cache(maxsize=2)  # most take a millisecond to make, and one may have a gigabyte
def rendered(seed: str, name: str, output: MediaFile, modified: float, least_bytes: int | None) -> Content:
    """Return the file of this name: the same bytes for the same arguments."""
    seconds, content_type = output.seconds or 1.0, content_type_of(name)
    match content_type:
        case "audio/wav":
            data = sound(seed=seed, seconds=seconds)
        case "image/png" | "image/jpeg":
            form = content_type.removeprefix("image/")
            data = picture(seed=seed, width=output.width or 1, height=output.height or 1, file_format=form)
        case _:
            size = {"width": output.width or 16, "height": output.height or 9}
            data = film(seed=seed, **size, seconds=seconds, least_bytes=least_bytes, has_sound=output.has_sound)
    return Content(data, content_type, modified)
