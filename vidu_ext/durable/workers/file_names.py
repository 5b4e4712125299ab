"""Names of the files of jobs: made from a template, always below the batch's folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from string import Formatter
from typing import Final

from vidu_ext.transport.part_file import is_reserved
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.shown import cut
from vidu_ext.values.spelling import nearest
from vidu_ext.values.tasks import OutputKind
from vidu_ext.values.urls import FILE_TYPES

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
