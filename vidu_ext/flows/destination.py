"""Where a download goes, what its user wants of it, and what receives its bytes."""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO, Final, Literal, TypeAlias, cast, get_args

from attrs import field, frozen
from attrs.validators import instance_of, optional

from vidu_ext.values.checks import whole
from vidu_ext.values.errors import ConfigurationError, DownloadRefusedError
from vidu_ext.values.tasks import TaskRef

from .policy import RetryPolicy

Target: TypeAlias = "str | os.PathLike[str] | IO[bytes]"
"""A file to write; an existing folder, or a text with a separator at its end, for a file in it named after the task; or an
open binary file."""

Overwrite = Literal["replace", "refuse"]

MOST_BYTES: Final[int | None] = 4 * 1024**3
"""Default limit of the size of a file in bytes: many times that of the longest film."""


@frozen
class Version:
    """Identifies the bytes of an answer, so that a later answer can resume in the middle of the same bytes."""

    validator: str | None = field(default=None, validator=optional(instance_of(str)))
    """Strong ETag or Last-Modified; None if resuming is not safe."""
    total: int | None = field(default=None, validator=optional(instance_of(int)))
    content_type: str | None = field(default=None, validator=optional(instance_of(str)))


@frozen(kw_only=True)
class DownloadOptions:
    """Limits and options of a download."""

    sha256: bool = False
    """Whether to compute the SHA-256 of the whole file."""
    max_bytes: int | None = field(default=MOST_BYTES, validator=optional(whole(1)))
    """Largest size of a file in bytes; None for no limit."""
    overwrite: Overwrite = "replace"
    """Whether to replace an existing file, or refuse the download."""
    tries: int = field(default=6, validator=whole(1))
    """Failed tries in a row before the download ends with an error; new bytes reset the count. If a task has just ended,
    a missing file is requested again until the budget of `retry` is used up."""
    retry: RetryPolicy = field(factory=RetryPolicy)
    """Pauses between tries. Each new byte resets the budget."""
    allow_private_hosts: bool = False
    """Whether to fetch from addresses like 10.1.2.3, 127.0.0.1 and localhost, which could be services of this machine or its
    network. If the account's base URL is such an address, its results may be, too."""

    def __attrs_post_init__(self) -> None:
        if self.overwrite not in get_args(Overwrite):
            raise ConfigurationError(
                f"must be 'replace' or 'refuse'; it is {self.overwrite!r}.", option="DownloadOptions.overwrite"
            )
        if not isinstance(cast("object", self.allow_private_hosts), bool):
            raise ConfigurationError(
                f"must be True or False; it is {self.allow_private_hosts!r}.", option="DownloadOptions.allow_private_hosts"
            )


class Destination(ABC):
    """Receives the bytes of one file: `size` of them so far, all of the same `version`."""

    is_own = True
    """Whether this package opens the file, so that any thread may write it. An open file of the caller may belong to one."""

    def __init__(self, ref: TaskRef, options: DownloadOptions) -> None:
        self.ref = ref
        self.version = Version()
        self.size = 0
        self._limit = options.max_bytes
        self._hash = hashlib.sha256() if options.sha256 else None

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
