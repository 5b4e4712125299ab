"""Requests and replies of the emulator, as values: the server and the in-process transports read requests and send replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import field, frozen

Ending = Literal["whole", "closed", "reset", "hangs"]
"""How a reply ends: complete; with the connection closed, or reset, too early; never."""


@frozen(kw_only=True)
class ServerRequest:
    """One request, read to its end."""

    method: str
    """In upper case."""
    path: str
    """Percent-decoded."""
    query: str = ""
    """As it was sent."""
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """Names in lower case."""
    body: bytes = field(default=b"", repr=False)
    origin: str = "http://127.0.0.1"
    """Scheme, host and port that the client addressed; signed addresses begin with it."""


@frozen(kw_only=True)
class Piece:
    """A part of a streamed body."""

    data: bytes = field(repr=False)
    after: float = 0.0
    """Seconds of the emulator's clock to wait before it is sent."""
    real: float = 0.0
    """Real seconds to wait before it is sent."""


@frozen(kw_only=True)
class ServerReply:
    """One reply, with the faults of its transmission."""

    status: int = 200
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """Names in lower case; the sender adds the length, unless it is here."""
    body: bytes = field(default=b"", repr=False)
    pieces: Sequence[Piece] | None = field(default=None, repr=False)
    """Instead of `body`: an event stream, a body of unknown length."""
    began: float | None = None
    """The time of the emulator's clock from which the waits of the pieces count; None means when they begin."""
    ending: Ending = "whole"
    sent: int | None = None
    """Bytes of the body that are sent if the ending is not whole; None means not even a status line."""
    delay: float = 0.0
    """Real seconds before anything is sent."""
    pace: int | None = None
    """Bytes of the body per real second; None means no limit."""
    number: int | None = field(default=None, eq=False)
    """Number of the request in the ledger."""

    @property
    def content(self) -> bytes:
        """The whole body, whatever of it is sent."""
        return self.body if self.pieces is None else b"".join(piece.data for piece in self.pieces)

    @property
    def has_head(self) -> bool:
        """Whether a status line is sent."""
        return self.ending == "whole" or self.sent is not None
