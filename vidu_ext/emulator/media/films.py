"""Build test films: MP4 files in which a seed determines the order of the clips, repeated up to the requested duration.

`film.mp4` has eight clips of 12 frames (H.264, 640 x 640, 24 a second), each of another colour; `sound.mp4` has a tone (AAC).
Both are test patterns made with ffmpeg. A film holds each clip once; its sample tables (ISO/IEC 14496-12) repeat them, and
the sequence parameter set (ITU-T H.264, 7.3.2.1.1) crops them to the aspect ratio.
"""

from __future__ import annotations

import hashlib
import math
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from attrs import frozen

FRAMES_A_SECOND: Final = 24
"""Frame rate of the models from Q1 on."""
_SIDE: Final = 640
_CLIP: Final = 12
"""Frames of a clip; the first is a key frame."""
_CROPPING_FLAG: Final = 65
"""Bit offset of frame_cropping_flag in the sequence parameter set of film.mp4, in which it is 0."""
_CONTAINERS: Final = frozenset({b"trak", b"mdia", b"minf", b"stbl"})
_HEADER_BYTES: Final = 8
_LEAST_PADDING: Final = 32
_VISUAL_ENTRY_BYTES: Final = 78
"""Length of the fixed fields of a VisualSampleEntry, before its child boxes."""
_STSD_PREFIX_BYTES: Final = 8
"""Version, flags and number of entries of a stsd box."""


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

    def to_box(self, number: int, offset: int, size: tuple[int, int] | None) -> bytes:
        """Serialize the trak box. The frames of the track begin at `offset` of the file; `size` is None for sound."""
        tables, (_, ticks) = self._tables(offset), _rate(self.source)

        def change(kind: bytes, old: bytes) -> bytes | None:
            match kind:
                case b"tkhd":
                    size_bytes = struct.pack(">II", size[0] << 16, size[1] << 16) if size else old[-8:]
                    return old[:12] + struct.pack(">III", number, 0, self.milliseconds) + old[24:-8] + size_bytes
                case b"mdhd":
                    return old[:16] + struct.pack(">I", self.count * ticks) + old[20:]
                case b"stsd":
                    return _crop(old, *size) if size else old
                case b"stts":
                    return _full_box(1, self.count, ticks)
                case b"sgpd" | b"sbgp":
                    return None
                case _:
                    return tables.get(kind, old)

        return _box(b"trak", _map_boxes(self.source, change))

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

    It has the aspect ratio of `width` and `height` and lasts `seconds` to the nearest frame, at least one. `has_sound`
    adds an audio track with a tone. `least_bytes` pads the file to at least that size with pseudo-random bytes.
    """
    frames = max(1, round(seconds * FRAMES_A_SECOND))
    header, source, pictures = _read_source("film.mp4")
    clips = [pictures[start : start + _CLIP] for start in range(0, len(pictures), _CLIP)]
    noise = _noise(seed, math.ceil(frames / _CLIP))
    tracks = [_Track(source, clips, [byte % len(clips) for byte in noise], frames)]
    if has_sound:
        _, source, tones = _read_source("sound.mp4")
        tone = tones[4:-4]  # it swells at its beginning and fades at its end
        timescale, ticks = _rate(source)
        count = max(1, int(frames / FRAMES_A_SECOND * timescale / ticks))
        tracks.append(_Track(source, [tone], [0] * math.ceil(count / len(tone)), count))
    joined = _join(header, tracks, _fit(width, height))
    padding = max((least_bytes or 0) - len(joined) - _HEADER_BYTES, _LEAST_PADDING)
    return joined + _box(b"free", _noise(seed, padding))


def _join(header: bytes, tracks: Sequence[_Track], size: tuple[int, int]) -> bytes:
    """Return a film of these tracks, of which the first, the longest, has pictures of this size."""
    kind = _box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
    duration, next_track = (struct.pack(">I", number) for number in (tracks[0].milliseconds, len(tracks) + 1))

    def index(offset: int) -> bytes:
        boxes = [_box(b"mvhd", header[:16], duration, header[20:-4], next_track)]
        for number, track in enumerate(tracks, 1):
            boxes.append(track.to_box(number, offset, size if number == 1 else None))
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


def _fit(width: int, height: int) -> tuple[int, int]:
    """Return the largest even size within the shipped film that has the aspect ratio, to a pixel if it cannot be exact."""
    wide, high = width // math.gcd(width, height), height // math.gcd(width, height)
    if exact := _SIDE // (2 * max(wide, high)):
        return 2 * wide * exact, 2 * high * exact
    scale = _SIDE / max(width, height)
    return max(2, 2 * round(width * scale / 2)), max(2, 2 * round(height * scale / 2))


def _crop(descriptions: bytes, width: int, height: int) -> bytes:
    """Rewrite a stsd box for a smaller size."""
    entry = descriptions[_STSD_PREFIX_BYTES + _HEADER_BYTES :]
    configuration = dict(_boxes(entry[_VISUAL_ENTRY_BYTES:]))[b"avcC"]
    length = int.from_bytes(configuration[6:8], "big")
    unit = _crop_parameters(configuration[8 : 8 + length], width, height)
    parameters = configuration[:6] + len(unit).to_bytes(2, "big") + unit + configuration[8 + length :]
    head = entry[:24] + struct.pack(">HH", width, height) + entry[28:_VISUAL_ENTRY_BYTES]
    return descriptions[:_STSD_PREFIX_BYTES] + _box(b"avc1", head, _box(b"avcC", parameters))


def _crop_parameters(unit: bytes, width: int, height: int) -> bytes:
    """Crop the sequence parameter set to width x height. Emulation prevention bytes are removed first and inserted again."""
    plain = unit.replace(b"\0\0\3", b"\0\0")
    bits = f"{int.from_bytes(plain, 'big'):0{8 * len(plain)}b}".rstrip("0")
    crop = "".join(map(_exp_golomb, (0, (_SIDE - width) // 2, 0, (_SIDE - height) // 2)))
    bits = f"{bits[:_CROPPING_FLAG]}1{crop}{bits[_CROPPING_FLAG + 1 :]}"
    bits += "0" * (-len(bits) % 8)
    return re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", int(bits, 2).to_bytes(len(bits) // 8, "big"))


def _exp_golomb(value: int) -> str:
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


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


def _map_boxes(content: bytes, change: Callable[[bytes, bytes], bytes | None]) -> bytes:
    """Apply `change` to every leaf box. A box for which it returns None is dropped."""
    boxes = ((kind, _map_boxes(old, change) if kind in _CONTAINERS else change(kind, old)) for kind, old in _boxes(content))
    return b"".join(_box(kind, new) for kind, new in boxes if new is not None)


def _box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I4s", _HEADER_BYTES + sum(map(len, parts)), kind) + b"".join(parts)


def _full_box(*numbers: int) -> bytes:
    """Content of a FullBox: version 0, flags 0, then 32-bit numbers."""
    return struct.pack(f">{len(numbers) + 1}I", 0, *numbers)


def _noise(seed: str, size: int) -> bytes:
    return hashlib.shake_128(seed.encode("utf-8", "surrogatepass")).digest(size)
