"""What server and transports share: a request is read into a value, a reply becomes headers and parts of a body.

The callers wait and send.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from email.utils import formatdate
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from vidu_ext.emulator.messages import Piece, ServerReply, ServerRequest
from vidu_ext.values.http_library import httpx

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_BODY: Final = 64 * 1024 * 1024
"""Maximum size of a request."""
TOO_LARGE: Final = "The request is larger than this emulator reads."
LARGEST_PART: Final = 256 * 1024
PARTS_A_SECOND: Final = 20
"""Parts per second of a paced body."""

_BODILESS: Final = frozenset({204, 304})


async def read_body(request: Request) -> bytes | None:
    """Return the body; None as soon as it is too large, for which neither Starlette nor uvicorn has a limit."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MOST_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            return None
    return bytes(body)


def request_of(
    *, method: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes, scheme: str, host: str
) -> ServerRequest:
    """Build the request. `target` is path and query as they were sent; `host` is used if the request has no Host.

    Equal headers are joined by commas.
    """
    names: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        names[name] = f"{names[name]}, {value}" if name in names else value
    path, _, query = target.decode("latin-1").partition("?")
    origin = f"{scheme}://{names.get('host') or host}"
    return ServerRequest(method=method.upper(), path=unquote(path), query=query, headers=names, body=body, origin=origin)


def head_of(reply: ServerReply, *, now: float) -> dict[str, str]:
    """Return the headers to send: those of the reply, the length of its body if known, and the date."""
    headers = dict(reply.headers)
    if reply.pieces is None and reply.status not in _BODILESS:
        headers.setdefault("content-length", str(len(reply.body)))
    headers.setdefault("date", formatdate(now, usegmt=True))
    return headers


def parts_of(reply: ServerReply, *, method: str) -> Iterator[Piece]:
    """Yield the parts of the body that are sent, with their waits; none for HEAD."""
    if method == "HEAD" or reply.status in _BODILESS:
        return
    left = len(reply.content) if reply.ending == "whole" else reply.sent or 0
    pace = reply.pace
    size = LARGEST_PART if pace is None else max(1, min(pace // PARTS_A_SECOND, LARGEST_PART))
    for piece in (Piece(data=reply.body),) if reply.pieces is None else reply.pieces:
        data, after = piece.data[:left], piece.after
        for start in range(0, len(data), size):
            part = data[start : start + size]
            yield Piece(data=part, after=after, real=len(part) / pace if pace else 0.0)
            after = 0.0
        left -= len(data)


def transport_error(reply: ServerReply, *, hangs_for_ever: bool = True) -> httpx.TransportError:
    """Return the error that a client of httpx gets for a reply with a broken ending."""
    if reply.ending == "reset":
        return httpx.ReadError("connection reset by the emulator")
    if reply.ending == "hangs" and hangs_for_ever:
        return httpx.ReadTimeout("the emulator does not answer")
    return httpx.RemoteProtocolError("connection closed by the emulator")
