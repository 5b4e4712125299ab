"""What is to be seen, as a grid of cells of one colour each: a background in bands, a sign of its own for each seed, and, in a
film, a square that wanders and a bar that shows how much has been played. Knows nothing of files.
"""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Mapping
from typing import Final, TypeAlias

from attrs import frozen

Colour: TypeAlias = "tuple[float, float, float]"
"""Red, green, blue, each from 0 to 1."""

Cell: TypeAlias = "tuple[int, int]"
"""Row and column."""

CELL: Final = 16
"""Pixels of the side of a cell: a macroblock of H.264, the smallest unit of a JPEG with halved colours."""

_BANDS: Final = 6
_SIGN: Final = 5
"""Cells of the sign's own grid, each way; its right half mirrors the left."""

_TRACK: Final = _BANDS
_LIT: Final = _BANDS + 1
_MARK: Final = _BANDS + 2
_SQUARE: Final = _BANDS + 3


@frozen
class Overlay:
    """What lies over the still part of a scene at one moment."""

    lit: int
    """Columns of the bar that are lit."""
    row: int
    """Of the wandering square's upper left cell."""
    column: int


@frozen(eq=False)
class Scene:
    """A scene of one seed for a grid of one size. Get it with `scene_of`."""

    palette: tuple[Colour, ...]
    ground: tuple[tuple[int, ...], ...]
    """By row and column, the place of the cell's colour in the palette."""
    unit: int
    """Cells of the side of one field of the sign, and of the square that wanders."""
    start: Cell
    """How far the square has come before the first frame, down and across."""

    @property
    def rows(self) -> int:
        return len(self.ground)

    @property
    def columns(self) -> int:
        return len(self.ground[0])

    def overlay(self, *, frame: int = 0, frames: int = 1) -> Overlay:
        """What lies over the scene in one of so many frames, counted from 0; the bar is full in the last of several."""
        down, across = self.start
        return Overlay(
            lit=self.columns * frame // max(frames - 1, 1),
            row=_bounce(down + frame // 4, self.rows - 2 * self.unit),
            column=_bounce(across + frame // 2, self.columns - self.unit),
        )

    def cells_over(self, overlay: Overlay) -> Mapping[Cell, int]:
        """The cells that the overlay covers, with the place of their colour in the palette."""
        height = max(1, self.unit // 2)
        bar = range(max(self.rows - height, 0), self.rows)
        cells = {(row, column): _LIT if column < overlay.lit else _TRACK for row in bar for column in range(self.columns)}
        for row in range(overlay.row, min(overlay.row + self.unit, bar.start)):
            for column in range(overlay.column, min(overlay.column + self.unit, self.columns)):
                cells[row, column] = _SQUARE
        return cells

    def painted(self, overlay: Mapping[Cell, int]) -> list[list[int]]:
        """The whole grid with the cells that lie over it."""
        grid = [list(row) for row in self.ground]
        for (row, column), colour in overlay.items():
            grid[row][column] = colour
        return grid


def scene_of(seed: str, *, width: int, height: int) -> Scene:
    """The scene of a seed for so many pixels. Seeds differ in the colours and in the sign."""
    columns, rows = -(-width // CELL), -(-height // CELL)
    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    unit = max(1, min(columns, rows) // (_SIGN + 4))
    ground = [[row * _BANDS // rows] * columns for row in range(rows)]
    top, left = (rows - _SIGN * unit) // 2, (columns - _SIGN * unit) // 2
    for row in range(max(top, 0), min(top + _SIGN * unit, rows)):
        for column in range(max(left, 0), min(left + _SIGN * unit, columns)):
            across = (column - left) // unit
            if digest[8 + (row - top) // unit] >> min(across, _SIGN - 1 - across) & 1:
                ground[row][column] = _MARK
    return Scene(_palette(digest), tuple(tuple(row) for row in ground), unit, start=(digest[4], digest[5]))


def _palette(digest: bytes) -> tuple[Colour, ...]:
    hue = int.from_bytes(digest[:2], "big") / 65_536
    other = hue + 0.08 + digest[2] / 1_024
    bands = [
        colorsys.hsv_to_rgb((hue + (other - hue) * band / (_BANDS - 1)) % 1, 0.55, 0.35 + 0.45 * band / (_BANDS - 1))
        for band in range(_BANDS)
    ]
    return (
        *bands,
        (0.1, 0.1, 0.12),
        colorsys.hsv_to_rgb((hue + 0.5) % 1, 0.6, 1.0),
        (0.96, 0.95, 0.92),
        colorsys.hsv_to_rgb((hue + 0.35 + digest[3] / 1_024) % 1, 0.8, 0.95),
    )


def _bounce(way: int, room: int) -> int:
    """Where something is that goes to and fro between 0 and `room`."""
    if room <= 0:
        return 0
    place = way % (2 * room)
    return min(place, 2 * room - place)
