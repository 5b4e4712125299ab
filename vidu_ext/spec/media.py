"""Read pictures, videos and sounds for a request once, and check them against the rules of the spec."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias, cast

from attrs import evolve, frozen

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.fault import Fault
from vidu_ext.values.files import opened
from vidu_ext.values.json import as_object, as_texts, leaves, member_of, pointer_of
from vidu_ext.values.shown import listed
from vidu_ext.values.tasks import Json, Object

from .formats import CONTENT_TYPES, Medium, is_cut_off, medium_of

if TYPE_CHECKING:
    from vidu_ext.values.requests import LocalMedia


LARGEST_FILE: Final = 256 * 1024 * 1024
"""Bytes. No provider accepts as much in a request; a larger file is a mistake that would fill the memory."""

HEADER_CHARACTERS: Final = 4 * 256 * 1024
"""Characters of a data URI that are decoded to recognize its content: profiles and thumbnails may precede the size of a JPEG."""

_TYPE_NAMES: Final = {content_type: name for name, content_type in CONTENT_TYPES.items()} | {"image/jpg": "jpeg"}
_URL_HEAD: Final = re.compile(r"(?:https?://|data:[a-z]+/[a-z0-9.+-]+;base64,)", re.IGNORECASE)

BASE64: Final = re.compile(r"[\w+/-]\s*[\w+/-]", re.ASCII)
"""The characters of at least one byte."""


_LIMITS: Final = ("max-bytes", "min-aspect-ratio", "max-aspect-ratio", "min-pixels", "max-pixels")


@frozen
class MediaRule:
    """The rule for pictures, videos or sounds in one member of a body. A limit is None if none is documented."""

    kind: str
    """`image`, `video` or `audio`."""
    formats: tuple[str, ...]
    """Empty if none are documented."""
    pattern: str
    """Regular expression for the text in the request."""
    max_bytes: int | None = None
    min_aspect_ratio: float | None = None
    """Width divided by height."""
    max_aspect_ratio: float | None = None
    min_pixels: int | None = None
    """Length of the shorter side."""
    max_pixels: int | None = None
    """Length of the longer side."""

    @classmethod
    def of(cls, schema: Object) -> Self | None:
        """Return the rule in the schema of a member; None if the member holds no media."""
        if "x-media" not in schema:
            return None
        rule = as_object(schema["x-media"])
        limits = {name.replace("-", "_"): cast("Any", rule.get(name)) for name in _LIMITS}
        return cls(str(rule["kind"]), as_texts(rule.get("formats")), str(schema["pattern"]), **limits)


def read_medium(source: LocalMedia) -> Medium:
    """Read a medium from a file or bytes. Raises ConfigurationError for a file that cannot be read or is not a whole medium."""
    content = source if isinstance(source, bytes) else _read(Path(source))
    medium = medium_of(content)
    what = f"the {len(content)} bytes given" if isinstance(source, bytes) else f"the file {Path(source)}"
    if medium.format is None:
        raise ConfigurationError(
            f"{what} cannot be sent: neither a picture nor a video or sound of a known format. Nothing was sent; convert it, or"
            " pass a web address."
        )
    if is_cut_off(medium):
        raise ConfigurationError(f"{what} cannot be sent: the {medium.format} is cut off. Nothing was sent.")
    return medium


def _read(path: Path) -> bytes:
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_FILE:
            raise ConfigurationError(f"{path} has {size:,} bytes, too many for a request. Nothing was sent; pass a web address.")
        content = file.read()
    if not content:
        raise ConfigurationError(f"{path} is empty. Nothing was sent.")
    return content


_Problem: TypeAlias = "tuple[str, tuple[Json, ...] | None]"
"""What is wrong, and the choices if there are any."""


def media_faults(body: Json, rule_of: Callable[[str], MediaRule | None], uploads: Mapping[str, Medium]) -> tuple[Fault, ...]:
    """Return what the spec refuses in the media of a body, inline or to be uploaded, as far as their first bytes show it.

    `rule_of` returns the rule for a member, `subjects/images`; `uploads` has the medium of each text in the body that the URL
    of its upload will replace. A medium that cannot be recognized is accepted as what it claims to be: the provider would
    refuse it at no cost, and a false refusal here would stop a good request. Texts whose form the schema refuses are skipped.
    """
    faults: list[Fault] = []
    for place, text in leaves(body):
        if not isinstance(text, str) or not (text.startswith("data:") or text in uploads):
            continue
        rule = rule_of(member_of(place))
        if rule is None or not re.match(rule.pattern, text):
            continue
        medium = uploads.get(text)
        problems = _problems_of_text(text, rule) if medium is None else _problems(medium, len(medium.content), rule)
        faults += [Fault(pointer_of(place), message, allowed) for message, allowed in problems]
    return tuple(faults)


def in_plain_case(text: str) -> str:
    """Return a URL or data URI with scheme and content type in lower case; they ignore case (RFC 3986, RFC 2045)."""
    head = _URL_HEAD.match(text)
    return text if head is None or head[0].islower() else head[0].lower() + text[head.end() :]


def _problems_of_text(text: str, rule: MediaRule) -> Iterator[_Problem]:
    declared, _, data = text.partition(",")
    if not BASE64.search(data):
        yield "is a data URI without data", None
        return
    medium = medium_of(_header(data))
    name = medium.format or _TYPE_NAMES.get(declared.removeprefix("data:").partition(";")[0])
    yield from _problems(evolve(medium, format=name), len(data) * 3 // 4 - data[-2:].count("="), rule)


def _problems(medium: Medium, size: int, rule: MediaRule) -> Iterator[_Problem]:
    name = medium.format
    if name == "mp4" and rule.kind == "audio":  # the same container; many sounds have only its general brands
        name = "m4a"
    if rule.max_bytes is not None and size > rule.max_bytes:
        yield f"has {size:,} bytes, more than {rule.max_bytes:,}, the most allowed", None
    if name is not None and name not in rule.formats and rule.formats:
        yield f"is in the format {name}; choose {listed(rule.formats)}", rule.formats
    elif name is not None and not CONTENT_TYPES[name].startswith(rule.kind):
        yield f"is in the format {name}, which is not {'an' if rule.kind[0] in 'ai' else 'a'} {rule.kind} format", None
    elif medium.width is not None and medium.height is not None:
        yield from ((problem, None) for problem in _size_problems(medium.width, medium.height, rule))


def _size_problems(width: int, height: int, rule: MediaRule) -> Iterator[str]:
    size, ratio = f"is {width} by {height} pixels", width / height
    least, most = rule.min_aspect_ratio, rule.max_aspect_ratio
    interval = f" ({least:g} to {most:g})" if least is not None and most is not None else ""
    if least is not None and ratio < least:
        yield f"{size}, a ratio of {ratio:.4g}, less than {least:g}, the least allowed{interval}"
    if most is not None and ratio > most:
        yield f"{size}, a ratio of {ratio:.4g}, more than {most:g}, the most allowed{interval}"
    if rule.min_pixels is not None and min(width, height) < rule.min_pixels:
        yield f"{size}; no side may be shorter than {rule.min_pixels}"
    if rule.max_pixels is not None and max(width, height) > rule.max_pixels:
        yield f"{size}; no side may be longer than {rule.max_pixels}"


def _header(data: str) -> bytes:
    """Return the first bytes of base64 text; none if it is not base64."""
    try:
        return base64.b64decode(data[:HEADER_CHARACTERS])
    except ValueError:
        return b""
