"""The effects of downloads and uploads, which are loaded for the first of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import field, frozen

from vidu_ext.values.exchange import Reply

from .effects import Effect


@frozen(eq=False, repr=False)
class Put(Effect[Reply]):
    """PUT bytes to a signed URL, without any key. Returns the Reply."""

    url: str = field(repr=False)
    content: bytes = field(repr=False)
    content_type: str


Write: TypeAlias = Callable[[bytes], object]


@frozen(eq=False, repr=False)
class Fetch(Effect[Reply]):
    """Send a GET to the URL, byte for byte as it is, and pass the body to what `take` returns. Returns a Reply without content.

    The driver does not follow redirects, so that the flow decides what may be sent to the next host. If the body breaks off,
    ExchangeError is thrown into the flow; the bytes before are written.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    key_of: str | None = None
    """Account whose key is sent; None for no key, which is usual."""
    take: Callable[[Reply], Write | None] = field(default=lambda _: None, repr=False)
    """Returns what receives the body of an answer, by its status and headers; None if the body is not read. Either may raise."""
    report: Callable[[], object] = field(default=lambda: None, repr=False)
    """Called after each chunk."""
    may_block: bool = False
    """Whether writing waits for a disk, which an event loop should not wait for."""
