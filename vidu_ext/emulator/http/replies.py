"""What server and transports share: a request is read into a value, a reply becomes headers and parts of a body.

Pure functions; the callers wait and send.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from email.utils import formatdate
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from attrs import frozen

from vidu_ext.emulator.messages import Piece, ServerReply, ServerRequest
from vidu_ext.values.http_library import httpx

LARGEST_PART: Final = 256 * 1024
PARTS_A_SECOND: Final = 20
"""Parts per second of a paced body."""

_BODILESS: Final = frozenset({204, 304})


@frozen(kw_only=True)
class Part:
    """Bytes of a body, and what to wait for before they are sent."""

    data: bytes
    real: float = 0.0
    """Real seconds."""
    clock: float = 0.0
    """Seconds of the emulator's clock."""


def request_of(
    *, method: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes, scheme: str, host: str
) -> ServerRequest:
    """Build the request. `target` is path and query as they were sent; `host` is used if the request has no Host."""
    names = header_dict(headers)
    path, _, query = target.partition(b"?")
    return ServerRequest(
        method=method.upper(),
        path=unquote(path.decode("latin-1")),
        query=query.decode("latin-1"),
        headers=names,
        body=body,
        origin=f"{scheme}://{names.get('host') or host}",
    )


def header_dict(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by their names in lower case; equal names are joined by commas."""
    names: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        names[name] = f"{names[name]}, {value}" if name in names else value
    return names


def head_of(reply: ServerReply, *, now: float) -> dict[str, str]:
    """Return the headers to send: those of the reply, the length of its body if known, and the date."""
    headers = dict(reply.headers)
    if reply.pieces is None and reply.status not in _BODILESS:
        headers.setdefault("content-length", str(len(reply.body)))
    headers.setdefault("date", _date(int(now)))
    return headers


def parts_of(reply: ServerReply, *, method: str) -> Iterator[Part]:
    """Yield the parts of the body that are sent; none for HEAD."""
    if method == "HEAD" or reply.status in _BODILESS:
        return
    left = None if reply.ending == "whole" else reply.sent or 0
    for piece in (Piece(data=reply.body),) if reply.pieces is None else reply.pieces:
        sent = piece.data[:left]
        if left is not None:
            left -= len(sent)
        yield from _split(sent, reply.pace, piece.after)
        if left == 0:
            return


def transport_error(reply: ServerReply, *, hangs_for_ever: bool = True) -> httpx.TransportError:
    """Return the error that a client of httpx gets for a reply with a broken ending."""
    if reply.ending == "reset":
        return httpx.ReadError("connection reset by the emulator")
    if reply.ending == "hangs" and hangs_for_ever:
        return httpx.ReadTimeout("the emulator does not answer")
    return httpx.RemoteProtocolError("connection closed by the emulator")


def _split(data: bytes, pace: int | None, after: float) -> Iterator[Part]:
    if pace is None and len(data) <= LARGEST_PART:
        yield Part(data=data, clock=after)
        return
    size = LARGEST_PART if pace is None else max(1, min(pace // PARTS_A_SECOND, LARGEST_PART))
    for start in range(0, len(data), size):
        part = data[start : start + size]
        yield Part(data=part, real=0.0 if pace is None else len(part) / pace, clock=after if start == 0 else 0.0)


@lru_cache(maxsize=4)
def _date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)
