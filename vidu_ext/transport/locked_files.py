"""Files of which one holder has the lock: a part file while a download writes it, the lock of an order while it is placed."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import IO, Final

_OPENINGS: Final = 10
"""How often a file may be removed by its holder between open and lock."""
_LOCKED_BYTE: Final = 0x7FFFFFFE
"""Windows locks bytes, not files; this is the last one that the C library can lock."""


def open_locked(path: Path, mode: int, *, is_vital: bool) -> IO[bytes] | None:
    """Open or make a file and lock it, without waiting. Returns None if it has another holder, in this process or another.

    The lock ends with the process, however that ends. `is_vital`: whether OSError is raised on a file system without locks.
    """
    for _ in range(_OPENINGS):
        file = open(path, "r+b", opener=partial(_open_or_make, mode=mode))  # noqa: SIM115  it is returned
        try:
            if not lock(file, is_vital=is_vital):
                file.close()
                return None
            if os.fstat(file.fileno()).st_nlink > 1:  # writing would change the file under another name
                remove_own(file, path)
            elif is_at(file, path):
                return file
        except BaseException:
            file.close()
            raise
        file.close()  # its holder removed it between our open and our lock
    return None


def open_unfollowed(path: str, flags: int, *, mode: int = 0o666) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), mode)


def _open_or_make(path: str, flags: int, *, mode: int) -> int:
    return open_unfollowed(path, flags | os.O_CREAT, mode=mode)


def is_at(file: IO[bytes], path: Path) -> bool:
    """Return whether the path still leads to the open file."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.lstat())
    except FileNotFoundError:
        return False


def remove_own(file: IO[bytes], path: Path) -> None:
    """Remove a file, unless its path leads to another file now."""
    if is_at(file, path):
        if os.name == "nt":
            file.close()
        path.unlink(missing_ok=True)


def lock(file: IO[bytes], *, is_vital: bool) -> bool:
    """Lock the file without waiting. Return whether it is locked, or cannot be on this file system and need not."""
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
        if is_vital:
            raise
    return True


def unlock(file: IO[bytes]) -> None:
    """Unlock and close the file. A forked child may have it open, too, and would keep the lock."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN)
    file.close()
