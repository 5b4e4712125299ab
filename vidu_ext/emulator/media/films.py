"""A film of a seed: the scene of the seed, played, in an MP4 file. Knows what is shown when; not how it is coded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from attrs import evolve

from vidu_ext.values.errors import ConfigurationError

from .h264 import Encoder, Format, yuv
from .limits import MOST_BYTES, MOST_FRAMES_A_SECOND, check_seconds, check_size, whole
from .mp4 import HEADER_BYTES, Track, mp4, padding
from .scene import Cell, Scene, scene_of

SECONDS_BETWEEN_KEYS: Final = 2
"""How far apart the frames are at which a player may begin."""

LEAST_PADDING: Final = 32
"""Bytes that tell even the films of two seeds apart that happen to look the same."""


def film(
    *,
    seed: str,
    width: int,
    height: int,
    seconds: float,
    frames_a_second: int = 24,
    least_bytes: int | None = None,
    has_sound: bool = False,
) -> bytes:
    """An MP4 file with one H.264 track, the same for the same arguments, different for another seed; with `has_sound` it has a
    silent AAC track too, which is shorter by less than a frame.

    Sizes in pixels, 1 to 4,096; an odd one is rounded up to the next even one, for colours are stored for two pixels at a
    time. It lasts a whole number of frames, at least one: `seconds` (at most 600) to the nearest frame. `least_bytes` pads
    the file to at least that size, at most 1 GiB, with bytes that differ from place to place. Raises ConfigurationError
    for anything else.
    """
    check_size(width, height)
    check_seconds(seconds)
    if not 1 <= whole("frame rate", frames_a_second) <= MOST_FRAMES_A_SECOND:
        raise ConfigurationError(f"a film has from 1 to {MOST_FRAMES_A_SECOND} frames a second, not {frames_a_second}.")
    if least_bytes is not None and not 0 <= whole("least size", least_bytes) <= MOST_BYTES:
        raise ConfigurationError(f"a film is padded to at most {MOST_BYTES:,} bytes, not to {least_bytes:,}.")
    form = Format(width=width + width % 2, height=height + height % 2, frames_a_second=frames_a_second)
    whole_film = mp4(evolve(_track(seed, form, max(1, round(seconds * frames_a_second))), has_sound=has_sound))
    missing = max((least_bytes or 0) - len(whole_film) - HEADER_BYTES, LEAST_PADDING)
    return whole_film + padding(hashlib.shake_128(seed.encode("utf-8", "surrogatepass")).digest(missing))


def _track(seed: str, form: Format, frames: int) -> Track:
    showing = _Showing(scene_of(seed, width=form.width, height=form.height))
    encoder = Encoder(form)
    keys = range(0, frames, SECONDS_BETWEEN_KEYS * form.frames_a_second)
    samples: list[bytes] = []
    for frame in range(frames):
        changed = showing.go_to(frame, frames)
        samples.append(encoder.key_frame(showing.grid) if frame in keys else encoder.changed_frame(showing.grid, changed))
    return Track(format=form, samples=samples, keys=keys)


class _Showing:
    """A scene as it is shown at the moment, each cell in its colour."""

    def __init__(self, scene: Scene) -> None:
        self._scene: Final = scene
        self._colours: Final = [yuv(colour) for colour in scene.palette]
        self._over = scene.overlay()
        self._covered = scene.cells_over(self._over)
        self.grid: Final = [[self._colours[cell] for cell in row] for row in scene.painted(self._covered)]

    def go_to(self, frame: int, frames: int) -> Sequence[Cell]:
        """Show a frame. The cells that look otherwise than before, by row and column."""
        over = self._scene.overlay(frame=frame, frames=frames)
        if over == self._over:
            return ()
        before, self._covered, self._over = self._covered, self._scene.cells_over(over), over
        ground = self._scene.ground
        changed: list[Cell] = []
        for cell in sorted(before.keys() | self._covered.keys()):
            row, column = cell
            colour = self._covered.get(cell, ground[row][column])
            if colour != before.get(cell, ground[row][column]):
                self.grid[row][column] = self._colours[colour]
                changed.append(cell)
        return changed
