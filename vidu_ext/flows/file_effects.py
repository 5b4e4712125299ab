"""The effects of downloads and uploads, which are loaded for the first of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, NamedTuple, Protocol, TypeAlias

from attrs import field, frozen

from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import Output, TaskRef

from .effects import Effect


@frozen(eq=False, repr=False)
class Put(Effect[Reply]):
    """PUT bytes to a signed URL, without any key. Returns the Reply."""

    url: str = field(repr=False)
    content: bytes = field(repr=False)
    content_type: str


Target: TypeAlias = "str | os.PathLike[str] | IO[bytes]"
"""A file to write; an existing folder, or a text with a separator at its end, for a file in it named after the task; or an
open binary file."""


class Version(NamedTuple):
    """Identifies the bytes of an answer, so that a later answer can resume in the middle of the same bytes."""

    validator: str | None = None
    """Strong ETag or Last-Modified; None if resuming is not safe."""
    total: int | None = None
    content_type: str | None = None


class Destination(Protocol):
    """Receives the bytes of one file: `size` of them so far, all of the same `version`."""

    version: Version
    is_own: bool
    """Whether this package opened the file, so that any thread may write it. An open file of the caller may belong to one."""

    size: int

    @property
    def resumable(self) -> int:
        """Bytes after which an answer can resume; 0 if the next one must begin at the first byte."""
        ...

    @property
    def sha256(self) -> str | None: ...
    def write(self, data: bytes, /) -> None:
        """Store the next bytes."""

    def check_room(self, total: int | None) -> None:
        """Raise DownloadRefusedError, and leave nothing behind, if a file of this size is too large."""

    def restart(self, version: Version) -> None:
        """Drop all bytes. The next ones are the first of this version."""

    def finish(self) -> Path | None:
        """Give the file its name. Returns its path; None for an open file of the caller."""

    def close(self) -> None:
        """Close the file. A part that another download can resume stays."""

    def kept(self) -> str:
        """Return a sentence about what a failure leaves, and what to do next."""
        ...


@frozen(eq=False, repr=False)
class Open(Effect[Destination]):
    """Open a target. Returns a Destination; a DownloadError or ConfigurationError is thrown into the flow."""

    target: Target
    ref: TaskRef
    output: Output
    index: int
    """Number of the output among those of its kind, from 0."""
    limit: int | None
    """Bytes of the largest file that is accepted; None for no limit."""
    sha256: bool
    replace: bool
    """Whether a file that exists is replaced."""


@frozen(eq=False, repr=False)
class Fetch(Effect[Reply]):
    """Send a GET to the URL, byte for byte as it is, and read status and headers. Returns a Reply without content.

    The body stays open until Receive has read it, or the flow pauses or ends. The driver does not follow redirects, so that
    the flow decides what may be sent to the next host.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    key_of: str | None = None
    """Account whose key is sent; None for no key, which is usual."""


@frozen(eq=False, repr=False)
class Receive(Effect[None]):
    """Write the open body chunk by chunk, and report after each. Returns nothing.

    If the body breaks off, ExchangeError is thrown into the flow; the bytes before are written. `write` may raise to stop.
    """

    write: Callable[[bytes], object]
    report: Callable[[], object]
    may_block: bool
    """Whether `write` waits for a disk, which an event loop should not wait for."""
