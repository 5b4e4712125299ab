"""Where the file of a job goes: under a name that is free, since what is there already may be another's.

Touches the local file system only, and replaces nothing that it finds.
"""

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
    """The path; with `~2`, `~3`, ... before its ending where something has that name. No name of a job holds a `~`."""
    return next(path for path in _names(wanted) if not os.path.lexists(path))


def kept_path(wanted: Path, done: Downloaded) -> Path:
    """The path of a downloaded file.

    If an earlier name has the same bytes, as after a death between the file and its record, that one is the job's file. The
    others are removed, with what each death left of its download.
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
