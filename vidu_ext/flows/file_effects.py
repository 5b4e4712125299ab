"""The effects of downloads and uploads, and what receives a file. Loaded for the first of them."""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TypeAlias

from attrs import field, frozen
from attrs.validators import instance_of, optional

from vidu_ext.values.errors import DownloadRefusedError
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import Output, TaskRef

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


Target: TypeAlias = "str | os.PathLike[str] | IO[bytes]"
"""A file to write; an existing folder, or a text with a separator at its end, for a file in it named after the task; or an
open binary file."""


@frozen
class Version:
    """Identifies the bytes of an answer, so that a later answer can resume in the middle of the same bytes."""

    validator: str | None = field(default=None, validator=optional(instance_of(str)))
    """Strong ETag or Last-Modified; None if resuming is not safe."""
    total: int | None = field(default=None, validator=optional(instance_of(int)))
    content_type: str | None = field(default=None, validator=optional(instance_of(str)))


@frozen
class WantedFile:
    """The file that a download wants, and its place."""

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


class Destination(ABC):
    """Receives the bytes of one file: `size` of them so far, all of the same `version`."""

    is_own = True
    """Whether this package opens the file, so that any thread may write it. An open file of the caller may belong to one."""

    def __init__(self, wanted: WantedFile) -> None:
        self.ref = wanted.ref
        self.version = Version()
        self.size = 0
        self._limit = wanted.limit
        self._hash = hashlib.sha256() if wanted.sha256 else None

    @property
    def resumable(self) -> int:
        """Bytes after which an answer can resume; 0 if the next one must begin at the first byte."""
        return self.size if self.version.validator else 0

    @property
    def sha256(self) -> str | None:
        return self._hash.hexdigest() if self._hash else None

    def write(self, data: bytes) -> None:
        """Store the next bytes. Raises DownloadRefusedError, and leaves nothing behind, if they are too many."""
        self.check_room(self.size + len(data))
        self._append(data)
        self._count(data)

    def check_room(self, total: int | None) -> None:
        """Raise DownloadRefusedError, and leave nothing behind, if a file of this size is too large."""
        if self._limit is not None and total is not None and total > self._limit:
            self.discard()
            raise DownloadRefusedError(
                f"The file of {self.ref} is larger than the {self._limit} bytes that max_bytes allows; nothing of it was kept."
                " Raise max_bytes if you want it.",
                self.ref,
            )

    def restart(self, version: Version) -> None:
        """Drop all bytes. The next ones are the first of this version."""
        self._clear(version)
        self.version, self.size = version, 0
        self._hash = hashlib.sha256() if self._hash else None

    def _count(self, data: bytes) -> None:
        self.size += len(data)
        if self._hash:
            self._hash.update(data)

    @abstractmethod
    def open(self) -> None:
        """Open the file, and take over the bytes that an earlier download of the same file left."""

    @abstractmethod
    def finish(self) -> Path | None:
        """Give the file its name. Returns its path; None for an open file of the caller."""

    @abstractmethod
    def close(self) -> None:
        """Close the file. A part that another download can resume stays."""

    @abstractmethod
    def discard(self) -> None:
        """Leave nothing behind."""

    @abstractmethod
    def kept(self) -> str:
        """Return a sentence about what a failure leaves, and what to do next."""

    @abstractmethod
    def _append(self, data: bytes) -> None: ...

    @abstractmethod
    def _clear(self, version: Version) -> None: ...
