"""Paths of the files of jobs. A file that exists is never replaced, since it may not belong to the job."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from vidu_ext.transport.part_file import is_being_written, remove_leftovers

if TYPE_CHECKING:
    from vidu_ext.flows.download import Downloaded


def free_path(wanted: Path) -> Path:
    """Return the path, or the first free one with `~2`, `~3`, ... before its ending. Names of jobs contain no `~`.

    A name is not free either if a worker still writes to it that lost the job, such as a suspended one.
    """
    return next(path for path in _names(wanted) if not os.path.lexists(path) and not is_being_written(path))


def kept_path(wanted: Path, done: Downloaded) -> Path:
    """Return the path of the job's file after a download.

    If a file with an earlier name has the same bytes, an interrupted worker downloaded it: that one is kept, and the new one is
    removed.
    """
    *earlier, fresh = _names_until(wanted, done)
    kept = next((path for path in earlier if _has(path, done)), fresh)
    if kept != fresh:
        fresh.unlink(missing_ok=True)
        remove_leftovers(fresh)
    return kept


def remove_duplicates(wanted: Path, recorded: Path, done: Downloaded) -> None:
    """Remove other files with the same bytes as the one that is recorded for the job, and what interrupted downloads left.

    Not before one is recorded: another worker may be recording any of them.
    """
    others = [path for path in _names_until(wanted, done) if path != recorded]
    duplicates = [path for path in others if _has(path, done)] if others and _has(recorded, done) else []
    for path in duplicates:
        with suppress(OSError):  # it may be open, or the folder read-only
            path.unlink()
    for path in (recorded, *duplicates):
        remove_leftovers(path)


def _names_until(wanted: Path, done: Downloaded) -> list[Path]:
    """Return the names up to that of the file that was downloaded."""
    fresh = done.path or wanted
    return [*takewhile(lambda path: path != fresh, _names(wanted)), fresh]


def _names(wanted: Path) -> Iterator[Path]:
    yield wanted
    for number in count(2):
        yield wanted.with_name(f"{wanted.stem}~{number}{wanted.suffix}")


def _has(path: Path, done: Downloaded) -> bool:
    try:
        if path.stat().st_size != done.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == done.sha256
    except OSError:
        return False
