"""Paths of the files of jobs. A file that exists is never replaced, since it may not belong to the job."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
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
    """Return the path of the job's file after a download, and remove duplicates.

    If a file with an earlier name has the same bytes, an interrupted worker downloaded it: that one is kept. The others are
    removed, together with the leftovers of interrupted downloads.
    """
    fresh = done.path or wanted
    earlier = list(takewhile(lambda path: path != fresh, _names(wanted)))
    kept, *others = [*(path for path in earlier if _has(path, done)), fresh]
    for path in (kept, *others):
        remove_leftovers(path)
    for path in others:
        path.unlink(missing_ok=True)
    return kept


def remove_duplicate(path: Path, recorded: str | None, done: Downloaded) -> None:
    """Remove a downloaded file if another worker has recorded a file with the same bytes for the job."""
    if recorded is not None and os.path.lexists(recorded) and not path.samefile(recorded) and _has(Path(recorded), done):
        path.unlink()


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
