"""A small H.264 encoder (ITU-T H.264, constrained baseline, CAVLC): every macroblock is of one colour, frames in between
skip the macroblocks that stay as they are. Writes NAL units; knows nothing of the file around them.

At a quantiser of 28 the DC level of luma is the difference in luma itself, and that of chroma half the difference, so that
nothing is rounded and nothing drifts. Clauses in parentheses are those of the recommendation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from attrs import frozen

from .bits import packed, signed, unsigned

Yuv: TypeAlias = "tuple[int, int, int]"
"""Luma, blue difference, red difference; the differences are even."""

PROFILE: Final = 66
COMPATIBILITY: Final = 0b1100_0000
"""constraint_set0_flag and constraint_set1_flag: constrained baseline."""

_QUANTISER: Final = 28
_MACROBLOCK: Final = 16
_FRAME_NUMBERS: Final = 16
"""log2_max_frame_num_minus4 is 0."""

# level_idc, macroblocks a second, macroblocks of a frame (table A-1)
_LEVELS: Final = (
    (10, 1_485, 99),
    (11, 3_000, 396),
    (12, 6_000, 396),
    (13, 11_880, 396),
    (21, 19_800, 792),
    (22, 20_250, 1_620),
    (30, 40_500, 1_620),
    (31, 108_000, 3_600),
    (32, 216_000, 5_120),
    (40, 245_760, 8_192),
    (42, 522_240, 8_704),
    (50, 589_824, 22_080),
    (51, 983_040, 36_864),
    (52, 2_073_600, 36_864),
    (60, 4_177_920, 139_264),
    (61, 8_355_840, 139_264),
    (62, 16_711_680, 139_264),
)

_VERTICAL: Final = 0
_HORIZONTAL: Final = 1
_MEAN: Final = 2
_CHROMA_MODES: Final = {_VERTICAL: 2, _HORIZONTAL: 1, _MEAN: 0}
"""intra_chroma_pred_mode that goes with an Intra_16x16 prediction mode (tables 8-4 and 8-5)."""

_UNPREDICTED: Final[Yuv] = (128, 128, 128)
"""What the mean of no neighbour is."""

_STARTS: Final = re.compile(rb"\0\0(?=[\0-\3])")


@frozen(kw_only=True)
class Format:
    """What holds for every frame of a film. Sizes in pixels, even; the frame is cropped to them."""

    width: int
    height: int
    frames_a_second: int

    @property
    def columns(self) -> int:
        return -(-self.width // _MACROBLOCK)

    @property
    def rows(self) -> int:
        return -(-self.height // _MACROBLOCK)

    @property
    def level(self) -> int:
        """level_idc: the lowest level that allows the size and the pace, the highest there is if none does."""
        size = self.columns * self.rows
        longest = max(self.columns, self.rows)
        for level, pace, most in _LEVELS:
            if size <= most and longest * longest <= 8 * most and size * self.frames_a_second <= pace:
                return level
        return _LEVELS[-1][0]

    def sequence_parameters(self) -> bytes:
        """The sequence parameter set (7.3.2.1.1)."""
        bits = (
            f"{PROFILE:08b}{COMPATIBILITY:08b}{self.level:08b}"
            + unsigned(0)  # seq_parameter_set_id
            + unsigned(0)  # log2_max_frame_num_minus4
            + unsigned(2)  # pic_order_cnt_type: shown in the order in which they are decoded
            + unsigned(1)  # max_num_ref_frames
            + "0"  # gaps_in_frame_num_value_allowed_flag
            + unsigned(self.columns - 1)
            + unsigned(self.rows - 1)
            + "11"  # frame_mbs_only_flag, direct_8x8_inference_flag
            + self._cropping()
            + self._usability()
        )
        return _unit(0x67, bits)

    def picture_parameters(self) -> bytes:
        """The picture parameter set (7.3.2.2)."""
        bits = (
            unsigned(0)  # pic_parameter_set_id
            + unsigned(0)  # seq_parameter_set_id
            + "00"  # entropy_coding_mode_flag: CAVLC; no field order
            + unsigned(0) * 3  # one slice group, one reference in either list
            + "000"  # weighted_pred_flag, weighted_bipred_idc
            + signed(_QUANTISER - 26)
            + signed(0) * 2  # pic_init_qs_minus26, chroma_qp_index_offset
            + "100"  # deblocking_filter_control_present_flag; intra prediction unconstrained; no redundant pictures
        )
        return _unit(0x68, bits)

    def _cropping(self) -> str:
        right, bottom = self.columns * _MACROBLOCK - self.width, self.rows * _MACROBLOCK - self.height
        if not (right or bottom):
            return "0"
        return "1" + unsigned(0) + unsigned(right // 2) + unsigned(0) + unsigned(bottom // 2)

    def _usability(self) -> str:
        """Video usability information (E.1.1): BT.709 colours of limited range, a fixed frame rate, nothing reordered."""
        colours = "1" + "101" + "0" + "1" + f"{1:08b}" * 3
        timing = "1" + f"{1:032b}" + f"{2 * self.frames_a_second:032b}" + "1"
        restriction = "11" + unsigned(0) * 2 + unsigned(16) * 2 + unsigned(0) + unsigned(1)
        return "1" + "00" + colours + "0" + timing + "000" + restriction


class Encoder:
    """Frames of one film, to be asked for in their order."""

    def __init__(self, form: Format) -> None:
        self._format: Final = form
        self._number = 0
        """frame_num of the next frame."""
        self._keys = 0

    def key_frame(self, grid: Sequence[Sequence[Yuv]]) -> bytes:
        """A frame that stands for itself: an IDR picture of the colours of all macroblocks, by row and column."""
        header = (
            unsigned(0)  # first_mb_in_slice
            + unsigned(7)  # slice_type: all slices are I
            + unsigned(0)  # pic_parameter_set_id
            + f"{0:04b}"  # frame_num
            + unsigned(self._keys % 2)  # idr_pic_id, which two IDR pictures in a row do not share
            + "00"  # no_output_of_prior_pics_flag, long_term_reference_flag
            + _SLICE_END
        )
        self._number, self._keys = 1, self._keys + 1
        return _unit(0x65, header + "".join(_rows(grid)))

    def changed_frame(self, grid: Sequence[Sequence[Yuv]], changed: Sequence[tuple[int, int]]) -> bytes:
        """A frame that repeats the last one but for the macroblocks named by row and column, in that order."""
        parts = [
            unsigned(0)  # first_mb_in_slice
            + unsigned(5)  # slice_type: all slices are P
            + unsigned(0)  # pic_parameter_set_id
            + f"{self._number:04b}"  # frame_num
            + "000"  # one reference, in its usual place, marked as usual
            + _SLICE_END
        ]
        self._number = (self._number + 1) % _FRAME_NUMBERS
        following = 0
        for row, column in changed:
            place = row * self._format.columns + column
            parts += (unsigned(place - following), _painted(grid, row, column, first_type=5))
            following = place + 1
        if rest := self._format.columns * self._format.rows - following:
            parts.append(unsigned(rest))
        return _unit(0x61, "".join(parts))


_SLICE_END: Final = signed(0) + unsigned(1)
"""slice_qp_delta, and disable_deblocking_filter_idc: cells keep their edges."""


def _unit(header: int, bits: str) -> bytes:
    """A NAL unit: stop bit, and no three bytes in it that look like a start code (7.4.1)."""
    return bytes([header]) + _STARTS.sub(b"\0\0\3", packed(bits + "1"))


def _rows(grid: Sequence[Sequence[Yuv]]) -> Iterator[str]:
    """All macroblocks of an I slice. A row like the one above it costs no look at its cells."""
    for row, cells in enumerate(grid):
        if row and cells == grid[row - 1]:
            yield _macroblock(0, _VERTICAL, 0, 0, 0) * len(cells)
        else:
            for column in range(len(cells)):
                yield _painted(grid, row, column, first_type=0)


def _painted(grid: Sequence[Sequence[Yuv]], row: int, column: int, *, first_type: int) -> str:
    """One macroblock, told by its difference from the neighbour on the left, or else from the one above."""
    luma, blue, red = grid[row][column]
    if column:
        mode, near = _HORIZONTAL, grid[row][column - 1]
    elif row:
        mode, near = _VERTICAL, grid[row - 1][column]
    else:
        mode, near = _MEAN, _UNPREDICTED
    return _macroblock(first_type, mode, luma - near[0], (blue - near[1]) // 2, (red - near[2]) // 2)


@lru_cache(maxsize=4_096)
def _macroblock(first_type: int, mode: int, luma: int, blue: int, red: int) -> str:
    """A macroblock of type Intra_16x16 (7.3.5) with no coefficient but the first one of each plane."""
    has_chroma = bool(blue or red)
    return (
        unsigned(first_type + 1 + mode + 4 * has_chroma)  # mb_type (table 7-11); in P slices counted from 5
        + unsigned(_CHROMA_MODES[mode])
        + signed(0)  # mb_qp_delta
        + _one_level(luma, _LUMA_TOKENS)
        + (_one_level(blue, _CHROMA_TOKENS) + _one_level(red, _CHROMA_TOKENS) if has_chroma else "")
    )


_LUMA_TOKENS: Final = ("1", "01", "000101")
_CHROMA_TOKENS: Final = ("01", "1", "000111")
"""coeff_token for no coefficient, a single one of magnitude 1, any other single one (table 9-5, nC 0 and -1)."""


def _one_level(level: int, tokens: tuple[str, str, str]) -> str:
    """A block whose only coefficient is its first (9.2); `1` at the end says that no zeros come before it."""
    none, one, larger = tokens
    if level == 0:
        return none
    if abs(level) == 1:
        return one + ("1" if level < 0 else "0") + "1"
    code = 2 * abs(level) - 4 + (level < 0)
    if code < 14:
        return larger + "0" * code + "1" + "1"
    if code < 30:
        return larger + "0" * 14 + "1" + f"{code - 14:04b}" + "1"
    return larger + "0" * 15 + "1" + f"{code - 30:012b}" + "1"


def yuv(colour: tuple[float, float, float]) -> Yuv:
    """The colour (red, green, blue from 0 to 1) in BT.709 of limited range."""
    red, green, blue = colour
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (
        round(16 + 219 * luma),
        128 + 2 * round(112 * (blue - luma) / 1.8556),
        128 + 2 * round(112 * (red - luma) / 1.5748),
    )
