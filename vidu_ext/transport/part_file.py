"""Write a download: to a part file that becomes the file, or to an open file of the caller.

A note beside the part file records which bytes it holds, so that another process can resume. The part file is locked while a
download writes it, so that two never mix. Both names have a digest, so that no file of another program has one of them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from errno import EDQUOT, ENOENT, ENOSPC
from pathlib import Path
from typing import IO, Any, Final, cast

from attrs import asdict

from vidu_ext.flows.destination import Destination, DownloadOptions, Target, Version
from vidu_ext.values.errors import ConfigurationError, DownloadError, DownloadIncompleteError, DownloadRefusedError
from vidu_ext.values.tasks import Output, TaskRef
from vidu_ext.values.urls import FILE_TYPES, ending

from .locked_files import is_at, lock, open_locked, open_unfollowed, remove_own

_SEPARATORS: Final = tuple(filter(None, (os.sep, os.altsep)))
_CHUNK: Final = 1 << 20
"""Bytes read at once when a part file is hashed."""
_LONGEST_NAME: Final = 255 - len(".0123456789ab.part.json")
"""Bytes of the longest name from which that of its part file is made. Most file systems allow 255."""


class OpenFile(Destination):
    """An open binary file of the caller, which stays open. Written from its current position."""

    is_own = False
    _start: int | None = None

    def __init__(self, file: IO[bytes], ref: TaskRef, options: DownloadOptions) -> None:
        super().__init__(ref, options)
        self._file = file

    def open(self) -> None:
        with local_errors(self.ref, "The open file"):
            self._start = self._file.tell() if self._file.seekable() else None

    def finish(self) -> None:
        with local_errors(self.ref, "The open file"):
            self._file.flush()

    def discard(self) -> None:
        if self._start is not None:
            self.restart(Version())

    def close(self) -> None:
        """Do nothing: the file belongs to the caller."""

    def kept(self) -> str:
        return f"{self.size} bytes of it are in the open file; download it again from the beginning."

    def _append(self, data: bytes) -> None:
        with local_errors(self.ref, "The open file"):
            while data:
                written = cast("int | None", self._file.write(data))
                if written is None:  # a writer without a count has written everything
                    return
                if written <= 0:
                    raise OSError("it takes no more bytes")
                data = data[written:]  # an unbuffered file may write only a part

    def _clear(self, version: Version) -> None:  # noqa: ARG002  the version lives as long as the flow
        if not self.size:
            return
        if self._start is None:
            raise DownloadIncompleteError(
                f"The file of {self.ref} broke off after {self.size} bytes and must begin again, but the open file cannot seek."
                " Download to a path, or into a file that can seek.",
                self.ref,
            )
        with local_errors(self.ref, "The open file"):
            self._file.seek(self._start)
            self._file.truncate()


class PartFile(Destination):
    """A file whose name ends with `.part` until it is complete."""

    def __init__(
        self, part: Path, final: Callable[[str | None], Path], identity: str, ref: TaskRef, options: DownloadOptions
    ) -> None:
        """`final` returns the path of the complete file for a content type; `identity` is that of the file at its provider."""
        super().__init__(ref, options)
        self._part = part
        self._note = part.with_name(f"{part.name}.json")
        self._final = final
        self._identity = identity
        self._replace = options.overwrite == "replace"
        self._file: IO[bytes] = io.BytesIO()
        self._file.close()
        self._is_new = True
        """Whether this download wrote the bytes in the file."""

    def open(self) -> None:
        with local_errors(self.ref, str(self._part)):
            opened = open_locked(self._part, 0o666, is_vital=False)
            if opened is None:
                detail = f"Another download is writing {self._part}. Wait for it, or choose another name."
                raise DownloadRefusedError(detail, self.ref)
            self._file = opened
            size = self._file.seek(0, os.SEEK_END)
            self._is_new = not size
            version = self._read_note()
            if not size or version is None or (version.total is not None and size >= version.total):
                return
            check_name(self._final(version.content_type), self.ref, replace=self._replace)
            self.version = version
            self._file.seek(0)
            while chunk := self._file.read(_CHUNK):
                self._count(chunk)

    def finish(self) -> Path:
        final = self._final(self.version.content_type)
        with local_errors(self.ref, str(self._part)):
            self._file.flush()
            os.fsync(self._file.fileno())
            try:
                self._publish(final)
            except DownloadRefusedError:
                self.discard()
                raise
            self._file.close()
        return final

    def discard(self) -> None:
        self.version = Version()
        self._is_new = True
        self.close()

    def close(self) -> None:
        """Close the file. Bytes of this download that cannot be resumed are removed."""
        if self._file.closed:
            return
        if self._is_new and not self.resumable:
            with suppress(OSError):
                self._note.unlink(missing_ok=True)
                remove_own(self._file, self._part)
        with suppress(OSError):  # on a full disk, close fails, too
            self._file.close()

    def kept(self) -> str:
        if not self.resumable:
            return "Nothing of it was kept."
        return f"{self.size} bytes are kept in {self._part}, where a download resumes."

    def _append(self, data: bytes) -> None:
        with local_errors(self.ref, str(self._part)):
            self._file.write(data)

    def _clear(self, version: Version) -> None:
        check_name(self._final(version.content_type), self.ref, replace=self._replace)
        self._is_new = True
        with local_errors(self.ref, str(self._part)):
            self._file.seek(0)
            self._file.truncate()
            self._note.unlink(missing_ok=True)  # it may be a link to another file
            with self._note.open("x", encoding="ascii") as note:
                json.dump({"file": self._identity, **asdict(version)}, note)

    def _read_note(self) -> Version | None:
        """Return the version of the bytes in the part file; None if they are not known to be of the same file."""
        try:
            with open(self._note, "rb", opener=open_unfollowed) as note:
                members = cast("dict[str, Any]", json.load(note))
            return Version(**members) if members.pop("file") == self._identity else None
        except (OSError, TypeError, ValueError, LookupError, RecursionError):
            return None

    def _publish(self, final: Path) -> None:
        check_name(final, self.ref, replace=self._replace)
        if not is_at(self._file, self._part):
            raise FileNotFoundError(ENOENT, "another program replaced or removed it", str(self._part))
        self._note.unlink(missing_ok=True)
        if not self._replace:
            try:
                final.hardlink_to(self._part)  # unlike a rename, this fails if the name exists now
            except FileExistsError:
                raise _name_taken(final, self.ref) from None
            except OSError:  # no hard links on this file system: reserve the name with an empty file
                final.open("xb").close()
            else:
                remove_own(self._file, self._part)
                return
        if os.name == "nt":  # which cannot rename an open file; elsewhere the lock is held until the rename
            self._file.close()
        self._part.replace(final)


def destination(target: Target, ref: TaskRef, output: Output, index: int, options: DownloadOptions) -> Destination:
    """Return the destination of a download, which is not open yet. Raises ConfigurationError for a wrong target.

    `index` is the number of the output among those of its kind, from 0.
    """
    if not isinstance(target, str | os.PathLike):
        if not callable(getattr(target, "write", None)) or isinstance(target, io.TextIOBase):
            raise ConfigurationError(
                f"A download goes to a path or a file opened in binary mode, not to a {type(target).__name__}."
            )
        return OpenFile(target, ref, options)
    text = cast("object", os.fspath(target))
    if not isinstance(text, str) or not text or "\0" in text:
        raise ConfigurationError(f"{text!r} is not a path for a download.")
    path = Path(text)
    identity = f"{ref} {output.kind} {output.creation_id or '-'} {index}"
    with local_errors(ref, text):
        if text.endswith(_SEPARATORS):
            path.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            part = part_of(path / stem(ref, output, index))
            return PartFile(part, lambda content_type: path / file_name(ref, output, content_type, index), identity, ref, options)
        check_name(path, ref, replace=options.overwrite == "replace")
    return PartFile(part_of(path), lambda _: path, identity, ref, options)


def part_of(final: Path) -> Path:
    """Return the path of the part file of a file. Its name is short enough for that of the note."""
    name = os.fsencode(final.name)
    digest = hashlib.sha256(b"vidu-ext " + name).hexdigest()[:12]
    return final.with_name(f"{final.name if len(name) <= _LONGEST_NAME else 'long-name'}.{digest}.part")


def check_name(path: Path, ref: TaskRef, *, replace: bool) -> None:
    """Raise DownloadRefusedError if a file must not get this name."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise DownloadRefusedError(f"{path} is not a regular file, so it is not replaced.", ref, action="open-file")
    if not replace:
        remove_leftovers(path)
        raise _name_taken(path, ref)


def _name_taken(path: Path, ref: TaskRef) -> DownloadRefusedError:
    return DownloadRefusedError(f"{path} exists and is not to be replaced.", ref, action="choose-name")


@contextmanager
def local_errors(ref: TaskRef, label: str) -> Generator[None]:
    """Convert errors of the local file system to DownloadError, with the file and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            reason = "the disk is full. Make room and download again"
        else:
            reason = f"{error.strerror or error}. Choose a folder that exists and can be written to, or change its permissions"
        raise DownloadError(f"{label} cannot be written: {reason}. The result of {ref} is not lost.", ref) from error


def remove_leftovers(final: Path) -> None:
    """Remove the part file that is another name of a complete file: its process died in between."""
    with suppress(OSError), final.open("rb") as file:
        remove_own(file, part_of(final))


def is_being_written(final: Path) -> bool:
    """Return whether another download, in this process or another, writes the part file of this name."""
    with suppress(OSError), open(part_of(final), "r+b", opener=open_unfollowed) as part:
        return not lock(part, is_vital=False)
    return False


_TYPE_ENDINGS: Final = {
    content_type: name for name, found in reversed(list(FILE_TYPES.items())) for content_type in found.content_types
}
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_RESERVED_NAME: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def is_reserved(name: str) -> bool:
    """Return whether the name is that of a device on Windows, with any ending."""
    return _RESERVED_NAME.fullmatch(name) is not None


def file_name(ref: TaskRef, output: Output, content_type: str | None, index: int = 0) -> str:
    """Return a safe name for a file of a result: `<task id>[-<kind>][-<number>].<ending>`.

    The kind is omitted for a video, the number for the first file of its kind, so all files of one result have different names.
    Only letters, digits, `.`, `_` and `-`, at most 120 characters, no reserved name.
    """
    return f"{stem(ref, output, index)}.{_TYPE_ENDINGS.get(content_type or '') or ending(output.url) or 'bin'}"


def stem(ref: TaskRef, output: Output, index: int) -> str:
    """Return the name without its ending, which does not depend on the content type."""
    kind = "" if output.kind == "video" else f"-{output.kind}"
    number = f"-{index + 1}" if index else ""
    return f"{_plain_id(ref.task_id)}{kind}{number}"


def _plain_id(task_id: str) -> str:
    if _PLAIN_NAME.fullmatch(task_id) and not is_reserved(task_id):
        return task_id
    digest = hashlib.sha256(task_id.encode()).hexdigest()[:12]
    return f"task-{re.sub('[^A-Za-z0-9_-]+', '_', task_id)[:60]}-{digest}"
