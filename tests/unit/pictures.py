"""Small pictures, and the first bytes of other media files. Shared by the tests of media."""

from __future__ import annotations

import os
import struct
import zlib
from typing import Final

from vidu_ext.spec.media import read_medium
from vidu_ext.values.requests import LocalMedia


def data_uri(source: LocalMedia) -> str:
    return read_medium(source).data_uri()


def png(width: int, height: int) -> bytes:
    """Return a whole black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\0" * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, *, before: bytes = b"", marker: int = 0xC0) -> bytes:
    """Return the head of a picture, with segments before the one that holds the size."""
    size = struct.pack(">BBHBHHB", 0xFF, marker, 17, 8, height, width, 3)
    return b"\xff\xd8" + before + size + bytes(9) + b"\xff\xda" + bytes(20)


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def riff(form: bytes, chunk: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + form + chunk


def webp(width: int, height: int, kind: bytes) -> bytes:
    if kind == b"VP8 ":
        data = b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", width | 0x4000, height)
    elif kind == b"VP8L":
        data = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14 | 1 << 28)
    else:
        data = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff(b"WEBP", kind + struct.pack("<I", len(data)) + data + bytes(16))


def brands(*names: bytes) -> bytes:
    """Return the beginning of an ISO media file (ISO/IEC 14496-12, 4.3; the names are registered at mp4ra.org)."""
    box = b"ftyp" + names[0] + bytes(4) + b"".join(names)
    return struct.pack(">I", 4 + len(box)) + box + struct.pack(">I", 8) + b"free"


PROFILE: Final = segment(0xE0, b"JFIF\0" + bytes(9)) + segment(0xE2, b"ICC_PROFILE\0" + os.urandom(60_000))
