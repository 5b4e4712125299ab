"""A picture of a seed: what its film begins with, as a baseline JPEG (ITU-T T.81, JFIF) of cells of one colour each, or a PNG."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from vidu_ext.values.errors import ConfigurationError

from .bits import packed
from .limits import check_size
from .png import png
from .scene import Colour, scene_of

_QUANTISER: Final = 8
"""Of every coefficient: the first coefficient of a block is then the block's value itself, less 128."""

_CATEGORIES: Final = 10
"""Lengths, in bits, of the differences between first coefficients: 0 to 9."""

_END_OF_BLOCK: Final = "0"
"""The only code for the other coefficients, all of which are zero."""


PictureForm = Literal["jpeg", "png"]


def picture(*, seed: str, width: int, height: int, form: PictureForm = "jpeg") -> bytes:
    """A JPEG or PNG file, the same for the same arguments, different for another seed.

    Sizes in pixels, 1 to 4,096, odd ones too. It shows what the film of the seed begins with. Raises ConfigurationError
    for any other size or form.
    """
    check_size(width, height)
    scene = scene_of(seed, width=width, height=height)
    grid = scene.painted(scene.cells_over(scene.overlay()))
    comment = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest().encode()
    if form == "png":
        return png(grid, scene.palette, width=width, height=height, comment=comment)
    if form != "jpeg":
        raise ConfigurationError(f"a picture is jpeg or png, not {form!r}.")
    return _headers(width, height, comment) + _entropy_coded(grid, scene.palette) + b"\xff\xd9"


def _headers(width: int, height: int, comment: bytes) -> bytes:
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xFE, comment),
            _segment(0xDB, b"\0" + bytes([_QUANTISER]) * 64),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + bytes([1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0])),
            _segment(0xC4, b"\0" + bytes([1, 0, 0, 0, _CATEGORIES - 1]) + bytes(11) + bytes(range(_CATEGORIES))),
            _segment(0xC4, b"\x10" + b"\1" + bytes(15) + b"\0"),
            _segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])),
        )
    )


def _entropy_coded(grid: Sequence[Sequence[int]], palette: Sequence[Colour]) -> bytes:
    """All cells, each told by its difference from the one before it."""
    colours = [_full_range(colour) for colour in palette]
    last = (0, 0, 0)
    parts: list[str] = []
    for row in grid:
        for cell in row:
            colour = colours[cell]
            parts.append(_unit(colour[0] - last[0], colour[1] - last[1], colour[2] - last[2]))
            last = colour
    return packed("".join(parts), fill="1").replace(b"\xff", b"\xff\0")


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


@lru_cache(maxsize=4_096)
def _unit(luma: int, blue: int, red: int) -> str:
    """Sixteen by sixteen pixels of one colour: four blocks of luma, one of each colour difference."""
    same = _first(0) + _END_OF_BLOCK
    return _first(luma) + _END_OF_BLOCK + same * 3 + _first(blue) + _END_OF_BLOCK + _first(red) + _END_OF_BLOCK


def _first(difference: int) -> str:
    """A difference between first coefficients: its length, then its bits; a negative one less 1 (F.1.2.1)."""
    if difference == 0:
        return "0"
    length = abs(difference).bit_length()
    bits = difference if difference > 0 else difference + (1 << length) - 1
    return f"{0b10000 + length - 1:05b}{bits:0{length}b}"


def _full_range(colour: Colour) -> tuple[int, int, int]:
    """Luma and colour differences of BT.601 in full range, around 0."""
    red, green, blue = colour
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return (
        round(255 * luma) - 128,
        max(-128, min(127, round(255 * (blue - luma) / 1.772))),
        max(-128, min(127, round(255 * (red - luma) / 1.402))),
    )
