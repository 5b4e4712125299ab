"""A PNG file (ISO/IEC 15948) of cells of one colour each."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from .scene import CELL, Colour


def png(grid: Sequence[Sequence[int]], palette: Sequence[Colour], *, width: int, height: int, comment: bytes) -> bytes:
    """The file. `grid` has the place of each cell's colour in the palette; what is beyond the size is cut off."""
    pixels = [bytes([index]) * CELL for index in range(len(palette))]
    rows = [b"\0" + b"".join(pixels[cell] for cell in row)[:width] for row in grid]
    image = b"".join(row * min(CELL, height - CELL * place) for place, row in enumerate(rows))
    colours = bytes(round(255 * part) for colour in palette for part in colour)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # one byte a pixel, a place in the palette
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", colours),
            _chunk(b"tEXt", b"Comment\0" + comment),
            _chunk(b"IDAT", zlib.compress(image, 1)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
