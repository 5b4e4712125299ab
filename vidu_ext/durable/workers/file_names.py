"""What the file of a job is called: from a template, below the batch's folder, never outside of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from string import Formatter
from typing import Final

from vidu_ext.transport.part_file import is_reserved
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.spelling import nearest
from vidu_ext.values.tasks import OutputKind
from vidu_ext.values.urls import FILE_TYPES

USUAL_TEMPLATE: Final = "{key}"
_FORMS: Final = re.compile(r"0?\d{0,2}d?")
_FOREIGN: Final = re.compile(r"[^\w.,()@#+= -]+")
_MOST_BYTES: Final = 200
"""Of one part of a name in UTF-8. File systems take 255; an ending, a number and the name of a part file need some."""


def file_target(template: str, values: Mapping[str, str | int]) -> str:
    """The name that a template gives, as a path below a folder with `/` between its parts.

    A template names values in braces, numbers with a width where wanted: `{batch}/{row:04}-{key}`. What no file system takes
    becomes `_`. Raises ConfigurationError for an unknown value, and for a name that leaves the folder.
    """
    parts: list[str] = []
    for text, name, form, conversion in _parsed(template):
        parts.append(text)
        if name is None:
            continue
        if conversion or name not in values:
            raise ConfigurationError(
                f"the name template {template!r} names {name!r}, which a row has not.{nearest(name, list(values))}"
            )
        parts.append(_formed(template, values[name], form or ""))
    path = PurePosixPath("".join(parts))
    if path.is_absolute() or not path.parts or any(part in ("..", ".") for part in path.parts):
        raise ConfigurationError(f"the name template {template!r} gives {str(path)!r}, which is no name below the folder.")
    return "/".join(_safe(part) for part in path.parts)


def _parsed(template: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(template))
    except ValueError as error:
        raise ConfigurationError(f"the name template {template!r} cannot be read: {error}.") from None


def _formed(template: str, value: str | int, form: str) -> str:
    if not _FORMS.fullmatch(form) or (form and not isinstance(value, int)):
        raise ConfigurationError(f"the name template {template!r} may give a number a width, as in {{row:04}}, and nothing else.")
    text = format(value, form)
    return _FOREIGN.sub("_", text)


def _safe(part: str) -> str:
    cut = _cut(_FOREIGN.sub("_", part).rstrip(" .")) or "_"
    return f"_{cut}" if is_reserved(cut) or cut.startswith(".") else cut


def _cut(part: str) -> str:
    """As much of the part as a file system takes; a known ending stays."""
    kept = PurePosixPath(part).suffix if _has_ending(part) else ""
    stem = part.removesuffix(kept).encode()[: _MOST_BYTES - len(kept)]
    return stem.decode(errors="ignore").rstrip(" .") + kept


def with_ending(target: str, ending: str) -> str:
    """The name with the ending that fits the file, unless it has one already."""
    cut = "/".join(map(_cut, target.split("/")))  # names of an earlier release may be longer
    return cut if _has_ending(cut) else f"{cut}.{ending}"


def usual_ending(kind: OutputKind) -> str:
    """The ending of a file whose address shows none."""
    return next((name for name, found in FILE_TYPES.items() if found.kind == kind), "bin")


def _has_ending(target: str) -> bool:
    return PurePosixPath(target).suffix[1:].lower() in FILE_TYPES


def without_ending(target: str) -> str:
    """What two names have in common that may become one file: an ending may still come, and case makes no difference."""
    return str(PurePosixPath(target).with_suffix("") if _has_ending(target) else target).casefold()
