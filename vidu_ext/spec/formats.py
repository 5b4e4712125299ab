"""Recognize pictures, videos and sounds by their bytes: format, size, and whether a file is cut off. No picture is decoded."""

from __future__ import annotations

import base64
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable
from typing import Final

from attrs import field, frozen

from vidu_ext.values.urls import FILE_TYPES

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

_SIGNATURES: Final = {
    rb"\x89PNG\r\n\x1a\n": "png",
    rb"\xff\xd8\xff": "jpeg",
    rb"GIF8": "gif",
    rb"BM": "bmp",
    rb"II\*\0|MM\0\*": "tiff",
    rb"\x1aE\xdf\xa3": "webm",
    rb"ID3|\xff[\xfb\xf3\xf2]": "mp3",
    rb"\xff[\xf1\xf9]": "aac",
    rb"OggS": "ogg",
    rb"fLaC": "flac",
    rb"(?s)RIFF.{4}WEBP": "webp",
    rb"(?s)RIFF.{4}AVI ": "avi",
    rb"(?s)RIFF.{4}WAVE": "wav",
    rb"(?s).{4}(?:moov|mdat|wide|free|skip)": "mov",
}
"""The format of each beginning of a file. ISO media files are in _BRANDS."""
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
_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of the JPEG segments that hold the size."""
_JPEG_BARE: Final = frozenset(range(0xD0, 0xDA)) | {0x01}
"""Markers of JPEG without a length after them."""
_JPEG_SCAN: Final = 0xDA
_JPEG_END: Final = b"\xff\xd9"
_STREAMED_SIZE: Final = 0xFFFFFF00
"""Sizes from this one on, such as all ones, are in RIFF files that were written as streams, before their size was known."""


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


def is_known_format(head: bytes) -> bool:
    """Return whether bytes begin a picture, video or sound of a known format."""
    if head.startswith(b"RIFF"):  # the size after it may be four letters
        return _format(head) is not None
    return not is_text(head) and (_format(head) is not None or head[4:8] == b"ftyp")


def may_be_medium(head: bytes) -> bool:
    """Return whether bytes can begin a picture, video or sound of any format, known or unknown. A text cannot."""
    return is_known_format(head) or not (is_text(head) or head.startswith(_OTHER_FORMATS))


def is_picture(head: bytes) -> bool:
    """Return whether bytes begin a picture of a known format."""
    found = _format(head) if is_known_format(head) else None
    return found is not None and FILE_TYPES[found].kind == "image"


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
    if content[4:8] == b"ftyp":
        return _format_of_brands(content)
    return next((name for signature, name in _SIGNATURES.items() if re.match(signature, content)), None)


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
