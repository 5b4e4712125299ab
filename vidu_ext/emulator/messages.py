"""A request as the emulator reads it, and the reply it gives. Values only: every way in (a port, an in-process transport)
makes the one and plays the other, and knows nothing of tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import field, frozen

Ending = Literal["whole", "closed", "reset", "hangs"]
"""How a reply ends: as it should; with the connection closed, or reset, too early; never."""


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


@frozen(kw_only=True)
class ServerReply:
    """One reply, with what goes wrong on its way."""

    status: int = 200
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """Names in lower case; the sender adds the length, unless it is here."""
    body: bytes = field(default=b"", repr=False)
    pieces: Sequence[Piece] | None = field(default=None, repr=False)
    """In place of `body`, for an event stream; a body of unknown length."""
    began: float | None = None
    """The moment, by the emulator's clock, from which the waits of the pieces count; None for that at which they begin."""
    ending: Ending = "whole"
    sent: int | None = None
    """Bytes of the body that are sent before an ending that is not whole; None for not even a status line."""
    delay: float = 0.0
    """Real seconds before anything is sent."""
    pace: int | None = None
    """Bytes of the body a real second, None for as fast as it goes."""
    number: int | None = field(default=None, eq=False)
    """Of the request in the ledger."""

    @property
    def has_head(self) -> bool:
        """Whether a status line is sent at all."""
        return self.ending == "whole" or self.sent is not None
