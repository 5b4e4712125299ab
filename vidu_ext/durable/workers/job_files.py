"""Files of jobs: names made from a template, always below the batch's folder, and paths at which no other file is replaced."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count, takewhile
from pathlib import Path, PurePosixPath
from string import Formatter
from typing import TYPE_CHECKING, Final

from vidu_ext.transport.part_file import is_being_written, is_reserved, remove_leftovers
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.shown import cut
from vidu_ext.values.spelling import nearest
from vidu_ext.values.urls import FILE_TYPES

if TYPE_CHECKING:
    from vidu_ext.flows.download import Downloaded
    from vidu_ext.values.tasks import OutputKind

DEFAULT_TEMPLATE: Final = "{key}"
_NUMBER_FORMAT: Final = re.compile(r"0?\d{0,2}d?")
_UNSAFE: Final = re.compile(r"[^\w.,()@#+= -]+")
_MOST_BYTES: Final = 200
"""Longest part of a path in UTF-8. File systems allow 255; the rest is for an ending, a number and the suffix of part files."""

_MOST_CHARACTERS: Final = 1_000
"""Longest path below the folder of the batch; operating systems take 4,096 bytes of the whole."""


def file_target(template: str, values: Mapping[str, str | int]) -> str:
    """Return the relative path that a template gives, with `/` between its parts.

    A template names values in braces, numbers optionally with a width: `{batch}/{row:04}-{key}`. Characters that file systems do
    not allow become `_`. Raises ConfigurationError for an unknown value, and for a path that leaves the folder.
    """
    parts: list[str] = []
    for text, name, form, conversion in _parse(template):
        parts.append(text)
        if name is None:
            continue
        if name not in values:
            raise ConfigurationError(
                f"the name template {template!r} names {name!r}, which the row does not have.{nearest(name, list(values))}"
            )
        parts.append(_format(template, values[name], conversion or form or ""))
    path = PurePosixPath("".join(parts))
    if path.is_absolute() or not path.parts or any(part in ("..", ".") for part in path.parts):
        raise ConfigurationError(
            f"the name template {template!r} gives {str(path)!r}, which is not below the folder of the batch."
        )
    target = "/".join(_safe(part) for part in path.parts)
    if len(target) > _MOST_CHARACTERS:
        raise ConfigurationError(f"the name template {cut(template)!r} gives a path of more than {_MOST_CHARACTERS} characters.")
    return target


def _parse(template: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(template))
    except ValueError as error:
        raise ConfigurationError(f"the name template {template!r} cannot be read: {error}.") from None


def _format(template: str, value: str | int, form: str) -> str:
    if not _NUMBER_FORMAT.fullmatch(form) or (form and not isinstance(value, int)):
        raise ConfigurationError(f"the name template {template!r} may only give numbers a width, as in {{row:04}}.")
    text = format(value, form)
    return _UNSAFE.sub("_", text)


def _safe(part: str) -> str:
    short = _cut(_UNSAFE.sub("_", part).rstrip(" .")) or "_"
    return f"_{short}" if is_reserved(short) or short.startswith(".") else short


def _cut(part: str) -> str:
    """Shorten a part of a path to `_MOST_BYTES`, and keep a known ending."""
    kept = PurePosixPath(part).suffix if _has_ending(part) else ""
    stem = part.removesuffix(kept).encode()[: _MOST_BYTES - len(kept)]
    return stem.decode(errors="ignore").rstrip(" .") + kept


def with_ending(target: str, ending: str) -> str:
    """Append the ending unless the name has a known one."""
    return target if _has_ending(target) else f"{target}.{ending}"


def usual_ending(kind: OutputKind) -> str:
    """Return the ending for a file whose URL shows none."""
    return next((name for name, file_type in FILE_TYPES.items() if file_type.kind == kind), "bin")


def _has_ending(target: str) -> bool:
    return PurePosixPath(target).suffix[1:].lower() in FILE_TYPES


def without_ending(target: str) -> str:
    """Normalize a name for comparison: without a known ending, which may be added later, and without case."""
    return str(PurePosixPath(target).with_suffix("") if _has_ending(target) else target).casefold()


# -- paths: a file that exists is never replaced, since it may not belong to the job ---------------------------------------


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
