"""Build test films: MP4 files in which a seed determines the order of the clips, repeated up to the requested duration.

Each `film-*.mp4` has eight clips of 12 frames (H.264, 24 a second), each of another colour, for one documented aspect ratio;
`sound.mp4` has a tone (AAC). All are test patterns made with ffmpeg. A film holds each clip once; its sample tables
(ISO/IEC 14496-12) repeat them.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from attrs import frozen

FRAMES_A_SECOND: Final = 24
"""Frame rate of the models from Q1 on."""
_SIZES: Final = ((640, 360), (360, 640), (640, 640), (640, 480), (480, 640), (630, 270))
"""Pixels of the shipped films."""
_CLIP: Final = 12
"""Frames of a clip; the first is a key frame."""
_CONTAINERS: Final = frozenset({b"trak", b"mdia", b"minf", b"stbl"})
_HEADER_BYTES: Final = 8
_LEAST_PADDING: Final = 32


@frozen
class _Track:
    """One track of a film."""

    source: bytes
    """Content of the trak box of the shipped file; its sample tables are replaced."""
    clips: Sequence[Sequence[bytes]]
    """Frames of each clip."""
    order: Sequence[int]
    """Indexes of the clips, as they are shown."""
    count: int
    """Frames in all; the last clip may be cut."""

    @property
    def data(self) -> bytes:
        return b"".join(map(b"".join, self.clips))

    @property
    def milliseconds(self) -> int:
        timescale, ticks = _rate(self.source)
        return round(1_000 * self.count * ticks / timescale)

    def to_box(self, number: int, offset: int) -> bytes:
        """Serialize the trak box. The frames of the track begin at `offset` of the file."""
        _, ticks = _rate(self.source)
        header, media = _find_box(self.source, b"tkhd"), _find_box(self.source, b"mdhd")
        contents = {
            b"tkhd": header[:12] + struct.pack(">III", number, 0, self.milliseconds) + header[24:],
            b"mdhd": media[:16] + struct.pack(">I", self.count * ticks) + media[20:],
            b"stts": _full_box(1, self.count, ticks),
            **self._tables(offset),
        }
        return _box(b"trak", _with_contents(self.source, contents))

    def _tables(self, offset: int) -> dict[bytes, bytes]:
        """Write the tables of key frames, chunks, sizes and offsets."""
        starts = [offset]
        for clip in self.clips:
            starts.append(starts[-1] + sum(map(len, clip)))
        length = len(self.clips[0])
        whole, rest = divmod(self.count, length)
        # entries of stsc: first chunk, frames per chunk, sample description
        runs = [*([1, length, 1] if whole else []), *([whole + 1, rest, 1] if rest else [])]
        sizes = [len(one) for place in self.order for one in self.clips[place]][: self.count]
        return {
            b"stss": _full_box(len(self.order), *range(1, self.count + 1, length)),
            b"stsc": _full_box(len(runs) // 3, *runs),
            b"stsz": _full_box(0, len(sizes), *sizes),
            b"stco": _full_box(len(self.order), *(starts[place] for place in self.order)),
        }


def film(*, seed: str, width: int, height: int, seconds: float, least_bytes: int | None = None, has_sound: bool = False) -> bytes:
    """Build an MP4 file with one H.264 track: the same for the same arguments, different for another seed.

    It has the shipped aspect ratio next to `width` and `height` and lasts `seconds` to the nearest frame, at least one.
    `has_sound` adds an audio track with a tone. `least_bytes` pads the file to at least that size with pseudo-random bytes.
    """
    frames = max(1, round(seconds * FRAMES_A_SECOND))
    size = min(_SIZES, key=lambda size: abs(math.log(size[0] / size[1] * height / width)))
    header, source, pictures = _read_source(f"film-{size[0]}x{size[1]}.mp4")
    clips = [pictures[start : start + _CLIP] for start in range(0, len(pictures), _CLIP)]
    noise = _noise(seed, math.ceil(frames / _CLIP))
    tracks = [_Track(source, clips, [byte % len(clips) for byte in noise], frames)]
    if has_sound:
        _, source, tones = _read_source("sound.mp4")
        tone = tones[4:-4]  # it swells at its beginning and fades at its end
        timescale, ticks = _rate(source)
        count = max(1, int(frames / FRAMES_A_SECOND * timescale / ticks))
        tracks.append(_Track(source, [tone], [0] * math.ceil(count / len(tone)), count))
    joined = _join(header, tracks)
    padding = max((least_bytes or 0) - len(joined) - _HEADER_BYTES, _LEAST_PADDING)
    return joined + _box(b"free", _noise(seed, padding))


def _join(header: bytes, tracks: Sequence[_Track]) -> bytes:
    """Return a film of these tracks, of which the first is the longest."""
    kind = _box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
    duration, next_track = (struct.pack(">I", number) for number in (tracks[0].milliseconds, len(tracks) + 1))

    def index(offset: int) -> bytes:
        boxes = [_box(b"mvhd", header[:16], duration, header[20:-4], next_track)]
        for number, track in enumerate(tracks, 1):
            boxes.append(track.to_box(number, offset))
            offset += len(track.data)
        return _box(b"moov", *boxes)

    offset = len(kind) + len(index(0)) + _HEADER_BYTES  # an offset takes four bytes whatever it is
    return kind + index(offset) + _box(b"mdat", *(track.data for track in tracks))


def _rate(track: bytes) -> tuple[int, int]:
    """Return units of time per second, and those of a frame, of a trak box."""
    (timescale,) = struct.unpack_from(">I", _find_box(track, b"mdhd"), 12)
    (ticks,) = struct.unpack_from(">I", _find_box(track, b"stts"), 12)
    return timescale, ticks


@cache
def _read_source(name: str) -> tuple[bytes, bytes, list[bytes]]:
    """Read the mvhd and trak boxes of a shipped file, and its frames in order."""
    outer = dict(_boxes(files(__package__ or "").joinpath(name).read_bytes()))
    index = dict(_boxes(outer[b"moov"]))
    table = _find_box(index[b"trak"], b"stsz")
    (_, _, count), sizes = struct.unpack_from(">III", table), table[12:]
    data = BytesIO(outer[b"mdat"])
    return index[b"mvhd"], index[b"trak"], [data.read(length) for length in struct.unpack(f">{count}I", sizes)]


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each box."""
    position = 0
    while position < len(content):
        size, kind = struct.unpack_from(">I4s", content, position)
        yield kind, content[position + _HEADER_BYTES : position + size]
        position += size


def _find_box(content: bytes, wanted: bytes) -> bytes:
    """Return the content of the first box of a kind, at any depth."""
    for kind, inside in _boxes(content):
        if kind == wanted:
            return inside
        if kind in _CONTAINERS and (box := _find_box(inside, wanted)):
            return box
    return b""


def _with_contents(content: bytes, contents: Mapping[bytes, bytes]) -> bytes:
    """Replace the contents of the leaf boxes of these kinds."""
    return b"".join(
        _box(kind, _with_contents(old, contents) if kind in _CONTAINERS else contents.get(kind, old))
        for kind, old in _boxes(content)
    )


def _box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I4s", _HEADER_BYTES + sum(map(len, parts)), kind) + b"".join(parts)


def _full_box(*numbers: int) -> bytes:
    """Content of a FullBox: version 0, flags 0, then 32-bit numbers."""
    return struct.pack(f">{len(numbers) + 1}I", 0, *numbers)


def _noise(seed: str, size: int) -> bytes:
    return hashlib.shake_128(seed.encode("utf-8", "surrogatepass")).digest(size)
