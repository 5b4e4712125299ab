"""Read and decode the body of an API answer within limits of size and time."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from typing import Final

from vidu_ext.values.exchange import ExchangeError, Reply
from vidu_ext.values.http_library import httpx

from .options import CODINGS

MOST_ANSWER_BYTES: Final = 64 * 2**20
"""Largest decoded size of an API answer in bytes. A page of a hundred tasks has some hundred thousand."""


MOST_CODINGS: Final = 5
"""Most content codings of one answer that are decoded; curl decodes as many."""


MOST_MEMBERS: Final = 1000
"""Most members of a gzip answer that are read. Each takes time and may be empty."""


PIECE: Final = 4096
"""Bytes that are decoded at a time. They become at most four million."""


_GZIP: Final = b"\x1f\x8b"


_NOT_PACKED: Final = (b"{", b"[", b'"', b"<", b" ", b"\t", b"\r", b"\n", b"\xef\xbb\xbf")
"""Beginnings of JSON and of web pages."""


TOO_LONG: Final = f"the answer has more than {MOST_ANSWER_BYTES:,} bytes"


TOO_SLOW: Final = "the answer took longer than Timeouts.exchange allows"


class Answer:
    """The body of an API answer while it arrives, within limits of size and time.

    The limit of size applies to the raw and to the decoded bytes. httpx would decode any number of codings without a limit, so
    the raw bytes are read and decoded here.
    """

    def __init__(self, response: httpx.Response, deadline: float, now: Callable[[], float], *, keeps_part: bool) -> None:
        self._response = response
        self._codings = () if response.is_stream_consumed else _codings_of(response.headers)
        self._deadline = deadline
        self._now = now
        self._keeps_part = keeps_part
        self._raw = bytearray()

    def write(self, chunk: bytes) -> None:
        """Add a chunk. Raises ExchangeError if the body is too long or too late."""
        self._raw += chunk
        if len(self._raw) > MOST_ANSWER_BYTES:
            raise ExchangeError(TOO_LONG, sent=True)
        if self._now() > self._deadline:
            raise ExchangeError(TOO_SLOW, sent=True)

    def broken_off(self, failure: ExchangeError) -> None:
        """Raise the failure unless a partial answer is useful: that to a create may contain the id of a task."""
        if not self._keeps_part:
            raise failure

    def reply(self, clock: Callable[[], float]) -> Reply:
        """Return the decoded answer. Raises ExchangeError if it cannot be decoded within the limit."""
        body = bytes(self._raw)
        self._raw.clear()
        if len(self._codings) > MOST_CODINGS:
            self.broken_off(ExchangeError(f"the answer has {len(self._codings)} content codings", sent=True))
        else:
            for coding in (*reversed(self._codings), ""):  # some proxies remove or rename the header
                body = _unpack(body, coding)
        if len(body) > MOST_ANSWER_BYTES:
            self.broken_off(ExchangeError(TOO_LONG, sent=True))
        return Reply(self._response.status_code, received_headers(self._response.headers, clock), body)


def _codings_of(headers: httpx.Headers) -> tuple[str, ...]:
    """Return the known codings in the order in which they were applied. Other words are ignored."""
    words = (word.strip().lower().removeprefix("x-") for word in headers.get("content-encoding", "").split(","))
    return tuple(word for word in words if word in CODINGS)


def _unpack(body: bytes, coding: str) -> bytes:
    """Decode a coding as far as the body is valid and the limit allows. A body that is not encoded is returned unchanged.

    The first bytes count, whatever the coding is called: neither JSON nor a web page begins like gzip or zlib.
    """
    if body.startswith(_GZIP) or (body[:1] and body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2]) % 31 == 0):
        return _inflate(body, zlib.MAX_WBITS | 32)[0] or body
    if coding == "deflate":  # some servers send it without the zlib header
        unpacked, is_whole = _inflate(body, -zlib.MAX_WBITS)
        return unpacked if unpacked and (is_whole or not body.startswith(_NOT_PACKED)) else body
    return body


def _inflate(body: bytes, bits: int) -> tuple[bytes, bool]:
    """Return the decoded bytes, and whether they are exactly the body."""
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
    """Return the bytes before a fault, which may be just a wrong checksum; zlib returns nothing of a piece with a fault."""
    unpacked = bytearray()
    with suppress(zlib.error):
        for place in range(len(piece)):
            unpacked += decompress(piece[place : place + 1])
    return bytes(unpacked)


def received_headers(headers: httpx.Headers, clock: Callable[[], float]) -> dict[str, str]:
    """Return the headers by lower-case names. If there is a Retry-After without a `Date`, the time of receipt becomes the
    `Date`, as HTTP recommends: the date in Retry-After is compared with it.
    """
    names = dict(headers.items())
    if "retry-after" in names and not names.get("date"):
        names["date"] = formatdate(clock(), usegmt=True)
    return names
