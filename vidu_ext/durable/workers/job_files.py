"""Paths of the files of jobs. A file that exists is never replaced, since it may not belong to the job."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from itertools import count, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from vidu_ext.transport.part_file import remove_leftovers

if TYPE_CHECKING:
    from vidu_ext.flows.download import Downloaded


def free_path(wanted: Path) -> Path:
    """Return the path, or the first free one with `~2`, `~3`, ... before its ending. Names of jobs contain no `~`."""
    return next(path for path in _names(wanted) if not os.path.lexists(path))


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
