"""Test pictures and sounds: one colour as a baseline JPEG (ITU-T T.81) or a PNG, and one tone as a WAV file."""

from __future__ import annotations

import hashlib
import math
import struct
import wave
import zlib
from array import array
from io import BytesIO
from typing import Final

_SAMPLE_RATE: Final = 8_000
"""Samples per second."""
_AMPLITUDE: Final = 12_000


def picture(*, seed: str, width: int, height: int, file_format: str = "jpeg") -> bytes:
    """Build a `jpeg` or `png` file: the same for the same arguments, different for another seed. Sizes in pixels."""
    digest = _digest(seed)
    if file_format == "png":
        head = struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)  # one bit per pixel, the index of its colour
        rows = zlib.compress((b"\0" + bytes(-(-width // 8))) * height)
        comment = b"Comment\0" + _comment(seed)
        parts = ((b"IHDR", head), (b"tEXt", comment), (b"PLTE", digest[:3]), (b"IDAT", rows), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
        )
    # Each 8x8 block of each component: its difference from the DC of the block before, then "0", the end of the block. The
    # quantiser is 8, so the DC is the value - 128, and only the first block differs.
    blocks = -(-width // 8) * -(-height // 8)
    bits = "".join(_dc_code(value - 128) + "0" for value in digest[:3]) + "000000" * (blocks - 1)
    bits += "1" * (-len(bits) % 8)
    return b"".join(
        (
            b"\xff\xd8",  # SOI
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),  # APP0
            _segment(0xFE, _comment(seed)),  # COM
            _segment(0xDB, b"\0" + b"\x08" * 64),  # DQT: 8 everywhere
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + b"\1\x11\0\2\x11\0\3\x11\0"),  # SOF0
            # DHT, DC: "0" is length 0, "10000" + n is length n + 1.
            _segment(0xC4, b"\0" + bytes([1, 0, 0, 0, 9]) + bytes(11) + bytes(range(10))),
            _segment(0xC4, b"\x10\1" + bytes(16)),  # DHT, AC: "0" is the end of the block
            _segment(0xDA, b"\3\1\0\2\0\3\0\0\x3f\0"),  # SOS
            int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0"),  # data, 0xFF escaped
            b"\xff\xd9",  # EOI
        )
    )


def sound(*, seed: str, seconds: float) -> bytes:
    """Build a WAV file: the same for the same arguments; the pitch of its tone depends on the seed."""
    hertz = 200 + int.from_bytes(_digest(seed)[:2], "big") % 1_000  # whole, so that all seconds are equal
    step = 2 * math.pi * hertz / _SAMPLE_RATE
    second = array("h", (round(_AMPLITUDE * math.sin(step * index)) for index in range(_SAMPLE_RATE))).tobytes()
    size = 2 * max(1, round(seconds * _SAMPLE_RATE))
    buffer = BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_SAMPLE_RATE)
        file.writeframes((second * math.ceil(size / len(second)))[:size])
    return buffer.getvalue()


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _dc_code(difference: int) -> str:
    """Encode a DC difference: the code of its bit length, then its bits, for a negative one those of difference - 1 (F.1.2.1)."""
    if difference == 0:
        return "0"
    length = abs(difference).bit_length()
    bits = difference if difference > 0 else difference + (1 << length) - 1
    return f"{0b10000 + length - 1:05b}{bits:0{length}b}"


def _digest(seed: str) -> bytes:
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()


def _comment(seed: str) -> bytes:
    return _digest(seed).hex().encode()
