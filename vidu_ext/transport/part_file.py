"""Write a download: to a part file that becomes the file, or to an open file of the caller.

A note beside the part file records which bytes it holds and how they begin, so that another process can resume. The note is
made first, with its content, and removed last: whenever a process dies, what it leaves is recognized. It is locked meanwhile, so
that two downloads never mix. A file with one of these names that was not written by a download is never opened for writing; the
part file gets another name.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
import sys
from abc import abstractmethod
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from errno import EDQUOT, ENOENT, ENOSPC
from pathlib import Path
from typing import IO, Final, Self, cast

from attrs import asdict, field, frozen
from attrs.validators import instance_of, optional

from vidu_ext.flows.file_effects import Destination, Open, Version
from vidu_ext.values.errors import ConfigurationError, DownloadError, DownloadIncompleteError, DownloadRefusedError
from vidu_ext.values.tasks import Output, TaskRef
from vidu_ext.values.urls import FILE_TYPES, ending

_SEPARATORS: Final = tuple(filter(None, (os.sep, os.altsep)))
_CHUNK: Final = 1 << 20
"""Bytes read at once when a part file is hashed."""
_OPENINGS: Final = 10
"""How often a part file may be finished by another process between open and lock."""
_PART_NAMES: Final = 10
"""Names that are tried for a part file if files of others have the first ones."""
_LONGEST_NAME: Final = 255 - len(".9.part.json")
"""Bytes of the longest name from which that of its part file is made. Most file systems allow 255."""
_HEAD: Final = 1 << 12
"""Most bytes of a part file by which its note recognizes it: a page, which a killed process has written whole or not at all."""
_LONGEST_NOTE: Final = 1 << 14
"""Bytes."""
_LOCKED_BYTE: Final = 0x7FFFFFFE
"""Windows locks bytes, not files; this is the last one that the C library can lock."""


class FileDestination(Destination):
    """Receives the bytes of one file: `size` of them so far, all of the same `version`."""

    is_own = True
    size = 0

    def __init__(self, wanted: Open, name: str) -> None:
        """Receive what `wanted` asks for; error messages call the file by this name."""
        self.version = Version()
        self.ref = wanted.ref
        self._limit = wanted.limit
        self._hash = hashlib.sha256() if wanted.sha256 else None
        self._name = name

    @property
    def resumable(self) -> int:
        return self.size if self.version.validator else 0

    @property
    def sha256(self) -> str | None:
        return self._hash.hexdigest() if self._hash else None

    def write(self, data: bytes, /) -> None:
        """Write the next bytes. Raises DownloadRefusedError, and leaves nothing behind, if they are too many."""
        self.check_room(self.size + len(data))
        with self._local_errors():
            self._append(data)
        self.size += len(data)
        if self._hash:
            self._hash.update(data)

    def check_room(self, total: int | None) -> None:
        if self._limit is not None and total is not None and total > self._limit:
            self.discard()
            raise DownloadRefusedError(
                f"The file of {self.ref} is larger than the {self._limit} bytes that max_bytes allows; nothing of it was kept."
                " Raise max_bytes if you want it.",
                self.ref,
            )

    def restart(self, version: Version) -> None:
        with self._local_errors():
            self._clear(version)
        self.size = 0
        self.version = version
        self._hash = hashlib.sha256() if self._hash else None

    @abstractmethod
    def discard(self) -> None:
        """Leave nothing behind."""

    @abstractmethod
    def _append(self, data: bytes) -> None: ...

    @abstractmethod
    def _clear(self, version: Version) -> None: ...

    def _local_errors(self) -> AbstractContextManager[None]:
        return local_errors(self.ref, self._name)


class OpenFile(FileDestination):
    """An open binary file of the caller, which stays open. Written from its current position."""

    is_own = False

    def __init__(self, file: IO[bytes], wanted: Open) -> None:
        super().__init__(wanted, "The open file")
        self._file = file
        with self._local_errors():
            self._start = file.tell() if file.seekable() else None

    def finish(self) -> None:
        with self._local_errors():
            self._file.flush()

    def discard(self) -> None:
        if self._start is not None:
            self.restart(Version())

    def close(self) -> None:
        """Do nothing: the file belongs to the caller."""

    def kept(self) -> str:
        return f"{self.size} bytes of it are in the open file; download it again from the beginning."

    def _append(self, data: bytes) -> None:
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
        self._file.seek(self._start)
        self._file.truncate()


@frozen
class _Note:
    """The file whose bytes a part file holds, and how they begin, by which a part file of a download is recognized."""

    file: str = field(validator=instance_of(str))
    """Task and output."""
    validator: str | None = field(validator=optional(instance_of(str)))
    total: int | None = field(validator=optional(instance_of(int)))
    content_type: str | None = field(validator=optional(instance_of(str)))
    head_size: int
    head_sha256: str

    @classmethod
    def of(cls, file: str, version: Version, head: bytes) -> Self:
        digest = hashlib.sha256(head).hexdigest()
        return cls(file, version.validator, version.total, version.content_type, len(head), digest)

    @classmethod
    def read(cls, stream: IO[bytes]) -> Self | None:
        """Read the note in the first line of a file; None if it contains anything else."""
        try:
            return cls(**json.loads(stream.read(_LONGEST_NOTE).partition(b"\n")[0]))
        except (TypeError, ValueError, RecursionError):
            return None

    @property
    def version(self) -> Version:
        return Version(self.validator, self.total, self.content_type)

    def write(self, stream: IO[bytes]) -> None:
        stream.seek(0)
        stream.write(bytes(self))
        stream.truncate()
        stream.flush()

    def __bytes__(self) -> bytes:
        return json.dumps(asdict(self)).encode("ascii") + b"\n"  # after which the rest of a longer one may still follow

    def fits(self, part: IO[bytes]) -> bool:
        """Return whether the part file is empty or the one that the note describes."""
        status = os.fstat(part.fileno())
        if status.st_nlink != 1:  # writing would change the file under another name
            return False
        return not status.st_size or self.describes(part)

    def describes(self, file: IO[bytes]) -> bool:
        """Return whether the file, open at its beginning, begins with the bytes in the note."""
        head = file.read(_HEAD)[: self.head_size]
        return bool(head) and self == self.of(self.file, self.version, head)


@frozen
class _Pair:
    """A part file and its note, both open and both written by a download."""

    part: Path
    file: IO[bytes]
    note: Path
    note_file: IO[bytes]
    found: _Note | None
    """The note that an earlier download left; None if the files are new."""

    @classmethod
    def at(cls, part: Path, ref: TaskRef, first: _Note) -> Self | None:
        """Open the files; None if one was not written by a download. Raises DownloadRefusedError if they are in use."""
        note = part.with_name(f"{part.name}.json")
        opened = _open_locked(note, ref, None if os.path.lexists(part) else bytes(first))
        if opened is None:
            return None
        note_file, note_is_new = opened
        found = _Note.read(note_file)
        part_opened = None if found is None else _open_regular(part, b"")
        if found is not None and part_opened is not None:
            file, is_new = part_opened
            if is_new or (not note_is_new and found.fits(file)):
                return cls(part, file, note, note_file, None if is_new else found)
            file.close()
        if note_is_new:
            _remove_own(note_file, note)
        note_file.close()
        return None

    def close(self) -> None:
        for file in (self.note_file, self.file):
            with suppress(OSError):  # on a full disk, close fails, too
                file.close()

    def remove(self) -> None:
        _remove_own(self.file, self.part)
        _remove_own(self.note_file, self.note)


class PartFile(FileDestination):
    """A file with `.part` after its name until it is complete."""

    def __init__(self, part: Path, final: Callable[[str | None], Path], wanted: Open) -> None:
        super().__init__(wanted, str(part))
        self._final = final
        self._identity = f"{wanted.ref} {wanted.output.kind} {wanted.output.creation_id or '-'} {wanted.index}"
        self._replace = wanted.replace
        with self._local_errors():
            self._pair = _own_pair(part, wanted.ref, _Note.of(self._identity, Version(), b""))
            self._name = str(self._pair.part)
            self._file = self._pair.file
            self._is_new = self._pair.found is None
            """Whether this download wrote the bytes in the files."""
            try:
                self._take_over(self._pair.found)
            except BaseException:
                self._pair.close()
                raise

    def finish(self) -> Path:
        final = self._final(self.version.content_type)
        with self._local_errors():
            self._file.flush()
            os.fsync(self._file.fileno())
            try:
                self._publish(final)
            except DownloadRefusedError:
                self.discard()
                raise
            _remove_own(self._pair.note_file, self._pair.note)
            self._pair.close()
        return final

    def discard(self) -> None:
        self.version = Version()
        self._is_new = True
        self.close()

    def close(self) -> None:
        """Close the files. Bytes of this download that cannot be resumed are removed."""
        if self._file.closed:
            return
        if self._is_new and not self.resumable:
            with suppress(OSError):
                self._pair.remove()
        self._pair.close()

    def kept(self) -> str:
        if not self.resumable:
            return "Nothing of it was kept."
        return f"{self.size} bytes are kept in {self._name}, where a download resumes."

    def _append(self, data: bytes) -> None:
        if not self.size:
            _Note.of(self._identity, self.version, data[:_HEAD]).write(self._pair.note_file)
        self._file.write(data)
        if not self.size:
            self._file.flush()

    def _clear(self, version: Version) -> None:
        check_name(self._final(version.content_type), self.ref, replace=self._replace)
        self._is_new = True
        self._file.seek(0)
        self._file.truncate()

    def _take_over(self, found: _Note | None) -> None:
        """Resume from the part of an earlier download of the same file, if its note identifies the bytes."""
        size = self._file.seek(0, os.SEEK_END)
        if found is None or found.file != self._identity or not size:
            return
        version = found.version
        if version.total is not None and size >= version.total:
            return
        check_name(self._final(version.content_type), self.ref, replace=self._replace)
        self.size = size
        self.version = version
        if self._hash:
            self._file.seek(0)
            while chunk := self._file.read(_CHUNK):
                self._hash.update(chunk)

    def _publish(self, final: Path) -> None:
        part = self._pair.part
        check_name(final, self.ref, replace=self._replace)
        if not _is_at(self._file, part):
            raise FileNotFoundError(ENOENT, "another program replaced or removed it", str(part))
        if not self._replace:
            try:
                final.hardlink_to(part)  # unlike a rename, this fails if the name exists now
            except FileExistsError:
                raise _name_taken(final, self.ref) from None
            except OSError:  # no hard links on this file system: reserve the name with an empty file
                final.open("xb").close()
            else:
                _remove_own(self._file, part)
                return
        self._release_on_windows()
        part.replace(final)

    def _release_on_windows(self) -> None:
        """Close the file on Windows, which cannot rename an open one. Elsewhere the lock is held until the rename."""
        if os.name == "nt":
            self._file.close()


def open_destination(wanted: Open) -> FileDestination:
    """Open the target of a download. Raises ConfigurationError for a wrong target."""
    target, ref, output, index = wanted.target, wanted.ref, wanted.output, wanted.index
    if not isinstance(target, str | os.PathLike):
        if not callable(getattr(target, "write", None)) or isinstance(target, io.TextIOBase):
            raise ConfigurationError(
                f"A download goes to a path or a file opened in binary mode, not to a {type(target).__name__}."
            )
        return OpenFile(target, wanted)
    text = cast("object", os.fspath(target))
    if not isinstance(text, str) or not text or "\0" in text:
        raise ConfigurationError(f"{text!r} is not a path for a download.")
    path = Path(text)
    with local_errors(ref, text):
        if text.endswith(_SEPARATORS):
            path.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            part = path / f"{stem(ref, output, index)}.part"
            return PartFile(part, lambda content_type: path / file_name(ref, output, content_type, index), wanted)
        check_name(path, ref, replace=wanted.replace)
    return PartFile(_part_of(path), lambda _: path, wanted)


def _part_of(final: Path) -> Path:
    """Return the usual path of the part file of a file. Its name is short enough for the names that are made from it."""
    name = os.fsencode(final.name)
    short = final.name if len(name) <= _LONGEST_NAME else f"long-name-{hashlib.sha256(name).hexdigest()[:12]}"
    return final.with_name(f"{short}.part")


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


def _own_pair(part: Path, ref: TaskRef, first: _Note) -> _Pair:
    """Open a part file and its note under the first name that is free or has those of a download."""
    for name in _names_of(part):
        pair = _Pair.at(name, ref, first)
        if pair is not None:
            return pair
    raise DownloadRefusedError(
        f"{part} and similar names belong to files that are not from a download. Choose another name, or remove them.", ref
    )


def remove_leftovers(final: Path) -> None:
    """Remove the part file and the note of a file that already has its name: its process died in between."""
    for part in _names_of(_part_of(final)):
        note = part.with_name(f"{part.name}.json")
        with suppress(OSError), final.open("rb") as file, note.open("rb") as note_file:
            found = _Note.read(note_file)
            is_ours = found is not None and found.describes(file)
            if is_ours and (_is_at(file, part) or not os.path.lexists(part)):
                _remove_own(file, part)
                _remove_own(note_file, note)


def is_being_written(final: Path) -> bool:
    """Return whether another download, in this process or another, writes the part file of this name."""
    part = _part_of(final)
    with suppress(OSError), open(part.with_name(f"{part.name}.json"), "r+b", opener=_open_unfollowed) as note_file:
        return not _lock(note_file)
    return False


def _names_of(part: Path) -> Iterator[Path]:
    """Return the names for a part file: the usual one, and others if files of others have it."""
    return (part.with_suffix(f".{number}.part") if number else part for number in range(_PART_NAMES))


def _open_locked(note: Path, ref: TaskRef, content: bytes | None) -> tuple[IO[bytes], bool] | None:
    for _ in range(_OPENINGS):
        opened = _open_regular(note, content)
        if opened is None:
            return None
        file, _is_new = opened
        if not _lock(file):
            file.close()
            break
        if _is_at(file, note):
            return opened
        file.close()  # another process removed it between our open and our lock
    raise DownloadRefusedError(f"Another download is writing {note.with_suffix('')}. Wait for it, or choose another name.", ref)


def _open_regular(path: Path, content: bytes | None) -> tuple[IO[bytes], bool] | None:
    """Open a file for reading and writing, and return whether it is new; None if it is not a regular, accessible file.

    Makes it with this content, if any, in case it does not exist. Does not follow links, and does not change an existing file.
    """
    if content is not None:
        with suppress(FileExistsError):
            return _made(path, content), True
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        return open(path, "r+b", opener=_open_unfollowed), False
    except OSError:
        return None


def _made(path: Path, content: bytes) -> IO[bytes]:
    """Make a file that has its content before it has its name, if the system can do that. Raises FileExistsError."""
    if content and (unnamed := getattr(os, "O_TMPFILE", 0)):
        with suppress(OSError), ExitStack() as stack:
            file = stack.enter_context(os.fdopen(os.open(path.parent, unnamed | os.O_RDWR, 0o666), "r+b"))
            _begin_with(content, file)
            os.link(f"/proc/self/fd/{file.fileno()}", path, src_dir_fd=file.fileno())
            stack.pop_all()
            return file
    file = path.open("x+b")
    _begin_with(content, file)
    return file


def _begin_with(content: bytes, file: IO[bytes]) -> None:
    file.write(content)
    file.flush()
    file.seek(0)


def _open_unfollowed(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _is_at(file: IO[bytes], path: Path) -> bool:
    """Return whether the path still leads to the open file."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.lstat())
    except FileNotFoundError:
        return False


def _remove_own(file: IO[bytes], path: Path) -> None:
    """Remove a file, unless its path leads to another file now."""
    if _is_at(file, path):
        if os.name == "nt":
            file.close()
        path.unlink(missing_ok=True)


def _lock(file: IO[bytes]) -> bool:
    """Lock the file without waiting. Return whether it is locked. The system releases it when the process ends."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True


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
