"""Pictures and videos inside a request: read once, recognized by their first bytes, written as data URIs.

What a provider accepts is in its spec. No picture is decoded.
"""

from __future__ import annotations

import base64
import re
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeAlias, cast

from attrs import evolve, field, frozen

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.fault import Fault, listed
from vidu_ext.values.json import as_object, as_texts, leaves, member_of, pointer_of
from vidu_ext.values.tasks import Json, Object
from vidu_ext.values.urls import FILE_TYPES, UPLOAD_SCHEME

if TYPE_CHECKING:
    from vidu_ext.values.requests import LocalMedia


LARGEST_FILE: Final = 256 * 1024 * 1024
"""Bytes. No provider accepts as much in a request; a larger file is a mistake that would fill the memory."""

HEADER_CHARACTERS: Final = 4 * 256 * 1024
"""Characters of a data URI that are decoded to recognize its content: profiles and thumbnails may precede the size of a JPEG."""

MOST_BRAND_BYTES: Final = 1024
"""How many bytes of an ISO media file are searched for its brands."""

SHORTEST_HEADER: Final = 30
"""Bytes of the shortest header with a size. No whole picture is shorter."""

SHORTEST_JUDGED: Final = 64
"""Bytes of the shortest file that can be recognized as cut off."""

CONTENT_TYPES: Final = {
    name: FILE_TYPES[name].content_types[0]
    for name in (
        *("png", "jpeg", "webp", "gif", "bmp", "tiff", "heic", "avif", "mp4", "mov", "webm", "avi"),
        *("mp3", "aac", "m4a", "wav", "ogg", "flac"),
    )
}
"""The content type of each format, by its name in the specs."""

_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
    (b"\xff\xf1", "aac"),
    (b"\xff\xf9", "aac"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
)
_RIFF_FORMS: Final = {b"WEBP": "webp", b"AVI ": "avi", b"WAVE": "wav"}
_AVIF: Final = frozenset((b"avif", b"avis"))
_BRANDS: Final[dict[bytes, str | None]] = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"msf1"), "heic"),
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "), "m4a"),
    **dict.fromkeys((b"mp41", b"mp42", b"mp71", b"avc1", b"av01", b"dash", b"MSNV", b"XAVC", b"cmfc", b"cmf2"), "mp4"),
    **dict.fromkeys((b"M4V ", b"M4VH", b"M4VP", b"f4v ", b"isom", *(b"iso%c" % mark for mark in b"23456789abc")), "mp4"),
    b"qt  ": "mov",
    b"crx ": None,  # a raw picture of Canon, which has isom among its brands
}
"""The format of each brand of ISO media files. An unknown brand proves nothing."""

_OLD_QUICKTIME: Final = (b"moov", b"mdat", b"wide", b"free", b"skip")
_OTHER_FORMATS: Final = (
    *(b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"x\x9c", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!\x1a", b"PK\x03\x04", b"PK\x05\x06"),
    *(b"%PDF", b"\x7fELF", b"MZ", b"SQLite format"),
)
"""First bytes of gzip, zstd, zlib, bzip2, xz, 7z, RAR, ZIP, an empty ZIP, PDF, programs of Linux and Windows, SQLite."""
_ENCODINGS: Final = ("utf-8", "gb2312")
"""Encodings of text that is recognized. Bytes of other files are rarely valid in them."""
_MARKUP: Final = re.compile(rb"\s*(?:<[!?/A-Za-z]|\{\s*[\"'}]|\[\s*[\"{\[\]\d-]|$)")
_CONTROL: Final = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""Control characters that no text contains. Blanks, line ends and ESC, which begins sequences of terminals, are left out."""
_TYPE_NAMES: Final = {content_type: name for name, content_type in CONTENT_TYPES.items()} | {"image/jpg": "jpeg"}
_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of the JPEG segments that hold the size."""

_JPEG_BARE: Final = frozenset(range(0xD0, 0xDA)) | {0x01}
"""Markers of JPEG without a length after them."""
_JPEG_SCAN: Final = 0xDA
_JPEG_END: Final = b"\xff\xd9"
_STREAMED_SIZE: Final = 0xFFFFFF00
"""Sizes from this one on, such as all ones, are in RIFF files that were written as streams, before their size was known."""

_URL_HEAD: Final = re.compile(r"(?:https?://|data:[a-z]+/[a-z0-9.+-]+;base64,)", re.IGNORECASE)

BASE64: Final = re.compile(r"[\w+/-]\s*[\w+/-]", re.ASCII)
"""The characters of at least one byte."""


MediaKind = Literal["image", "video", "audio"]

_USUAL_FORMATS: Final[Mapping[MediaKind, str]] = {"image": "png", "video": "mp4", "audio": "mp3"}
"""A format of each kind that every pattern for data URIs allows."""
_LIMITS: Final = ("max-bytes", "min-aspect-ratio", "max-aspect-ratio", "min-pixels", "max-pixels")


@frozen
class MediaRule:
    """The rule for pictures, videos or sounds in one member of a body. A limit is None if none is documented."""

    kind: MediaKind
    formats: tuple[str, ...]
    """Empty if none are documented."""
    pattern: str
    """Regular expression for the text in the request."""
    takes_data_uri: bool
    takes_upload: bool
    """Whether the id of an upload may take the place of a URL."""
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
        rule, pattern = as_object(schema["x-media"]), str(schema["pattern"])
        kind = cast("MediaKind", rule["kind"])
        return cls(
            kind=kind,
            formats=as_texts(rule.get("formats")),
            pattern=pattern,
            takes_data_uri=re.match(pattern, f"data:{kind}/{_USUAL_FORMATS[kind]};base64,AAAA") is not None,
            takes_upload=re.match(pattern, f"{UPLOAD_SCHEME}?id=1") is not None,
            **{name.replace("-", "_"): cast("Any", rule.get(name)) for name in _LIMITS},
        )


@frozen
class Medium:
    """A picture, video or sound with the format and size that its first bytes show."""

    content: bytes = field(repr=False)
    format: str | None
    """In the words of the specs, `png`; None for an unknown format."""
    width: int | None = None
    height: int | None = None

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES.get(self.format or "", "application/octet-stream")

    def data_uri(self) -> str:
        """Return the bytes as a data URI for a request."""
        return f"data:{self.content_type};base64,{base64.b64encode(self.content).decode()}"


def medium_of(content: bytes) -> Medium:
    """Return the bytes with their format, and with their size if this format is measured here."""
    name = _format(content)
    measure = _MEASURES.get(name or "")
    width, height = measure(content) if measure and len(content) >= SHORTEST_HEADER else (0, 0)
    return Medium(content, name, width or None, height or None)


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
        raise ConfigurationError(f"{what} is cut off: the {medium.format} in it is longer. Nothing was sent.")
    return medium


def is_cut_off(medium: Medium) -> bool:
    """Return whether a file is shorter than its own headers say. False if its inside does not have the form of its format."""
    judge = _ENDS.get(medium.format or "")
    return judge is not None and len(medium.content) >= SHORTEST_JUDGED and judge(medium.content)


def _is_png_cut(content: bytes) -> bool:
    place = 8
    while place + 8 <= len(content):
        kind = content[place + 4 : place + 8]
        if kind == b"IEND" or not kind.isalpha():
            return False
        place += 12 + _big(content, place, 4)
    return True


def _is_jpeg_cut(content: bytes) -> bool:
    """Return whether no end marker follows the first scan. A thumbnail before it has its own end marker."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        if content[place + 1] == _JPEG_SCAN:
            scan = content[place + 2 :]
            return bool(scan.strip(b"\0")) and _JPEG_END not in scan
        place += 1 if content[place + 1] == 0xFF else 2 + _big(content, place + 2, 2)
    return place > len(content)


def _is_riff_cut(content: bytes) -> bool:
    declared = _little(content, 4, 4)
    return declared < _STREAMED_SIZE and declared + 8 > len(content) + 1


def _are_boxes_cut(content: bytes) -> bool:
    """Return whether a box of an ISO media file is longer than the rest of the file. The first box holds the brands."""
    place = _big(content, 0, 4)
    while place + 8 <= len(content) and content[place + 4 : place + 8].isalnum():
        size = _big(content, place, 4)
        size = _big(content, place + 8, 8) if size == 1 else size
        if size < 8:  # 0 is to the end
            return False
        place += size
    return place > len(content)


def _read(path: Path) -> bytes:
    try:
        status = path.stat()
        is_file, size = stat.S_ISREG(status.st_mode), status.st_size
        is_sendable = is_file and size <= LARGEST_FILE
        content = path.read_bytes() if is_sendable else b""
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else None
        raise ConfigurationError(f"{path} cannot be read: {detail or error}. Nothing was sent.") from error
    if not is_file:
        raise ConfigurationError(f"{path} is not a file. Nothing was sent.")
    if not is_sendable:
        raise ConfigurationError(f"{path} has {size:,} bytes, too many for a request. Nothing was sent; pass a web address.")
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


def is_known_format(head: bytes) -> bool:
    """Return whether bytes begin a picture, video or sound of a known format."""
    if head.startswith(b"RIFF"):  # the size after it may be four letters
        return _format(head) is not None
    return not is_text(head) and (_format(head) is not None or head[4:8] == b"ftyp")


def may_be_medium(head: bytes) -> bool:
    """Return whether bytes can begin a picture, video or sound of any format, known or unknown. A text cannot."""
    return is_known_format(head) or not (is_text(head) or head.startswith(_OTHER_FORMATS))


def is_text(head: bytes) -> bool:
    """Return whether bytes begin markup, JSON or another text in UTF-8, in GB2312, or, if it is ASCII, in UTF-16."""
    text = head.removeprefix(BOM_UTF8).removeprefix(BOM_UTF16_LE).removeprefix(BOM_UTF16_BE)
    if any(text[::2]) != any(text[1::2]):  # ASCII in UTF-16
        text = text.replace(b"\0", b"")
    is_printable = _CONTROL.search(text) is None and any(_is_valid(text, encoding) for encoding in _ENCODINGS)
    return is_printable or _MARKUP.match(text) is not None


def _is_valid(text: bytes, encoding: str) -> bool:
    try:
        getincrementaldecoder(encoding)().decode(text)
    except UnicodeDecodeError:
        return False
    return True


def _format(content: bytes) -> str | None:
    for signature, name in _SIGNATURES:
        if content.startswith(signature):
            return name
    if content.startswith(b"RIFF"):
        return _RIFF_FORMS.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _format_of_brands(content)
    return "mov" if content[4:8] in _OLD_QUICKTIME else None


def _format_of_brands(content: bytes) -> str | None:
    """Return the format of the first known brand; an AVIF file may list the general brand of pictures before its own."""
    end = min(_big(content, 0, 4), MOST_BRAND_BYTES)
    brands = [content[8:12], *(content[place : place + 4] for place in range(16, end, 4))]
    return "avif" if not _AVIF.isdisjoint(brands) else next((_BRANDS[brand] for brand in brands if brand in _BRANDS), None)


def _png_size(content: bytes) -> tuple[int, int]:
    return _big(content, 16, 4), _big(content, 20, 4)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker in _JPEG_SIZES:
            return _big(content, place + 7, 2), _big(content, place + 5, 2)
        if marker == 0xFF:  # a fill byte
            place += 1
        else:
            place += 2 if marker in _JPEG_BARE else 2 + _big(content, place + 2, 2)
    return 0, 0


def _webp_size(content: bytes) -> tuple[int, int]:
    match content[12:16]:
        case b"VP8 ":
            return _little(content, 26, 2) & 0x3FFF, _little(content, 28, 2) & 0x3FFF
        case b"VP8L":
            bits = _little(content, 21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return _little(content, 24, 3) + 1, _little(content, 27, 3) + 1
        case _:
            return 0, 0


def _big(content: bytes, start: int, size: int) -> int:
    return int.from_bytes(content[start : start + size])


def _little(content: bytes, start: int, size: int) -> int:
    return int.from_bytes(content[start : start + size], "little")


_MEASURES: Final[dict[str, Callable[[bytes], tuple[int, int]]]] = {"png": _png_size, "jpeg": _jpeg_size, "webp": _webp_size}


_ENDS: Final[dict[str, Callable[[bytes], bool]]] = {
    "png": _is_png_cut,
    "jpeg": _is_jpeg_cut,
    "webp": _is_riff_cut,
    "avi": _is_riff_cut,
    **dict.fromkeys(("mp4", "mov", "m4a", "heic", "avif"), _are_boxes_cut),
}
"""The function that recognizes a cut-off file, by format."""
