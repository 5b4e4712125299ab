"""A film of a seed: the shipped samples, joined in the seed's order and to the asked length by the tables of an MP4 file.

`film.mp4` has eight parts of 12 frames (H.264, 640 x 640, 24 a second), each of another colour; `sound.mp4` has a tone (AAC).
Both are test patterns made with ffmpeg. A film holds the samples once; its tables (ISO/IEC 14496-12) show them as often as
it takes, and the sequence parameters (ITU-T H.264, 7.3.2.1.1) crop them to the aspect ratio.
"""

from __future__ import annotations

import hashlib
import math
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from attrs import frozen

FRAMES_A_SECOND: Final = 24
_SIDE: Final = 640
_PART: Final = 12
"""Frames of a part; the first is a key frame."""
_TICKS: Final = 1_000
"""Units of the file's time that a frame lasts."""
_CROPPING_BIT: Final = 65
"""Where the sequence parameters of the sample say that nothing is cropped."""
_NEST: Final = frozenset({b"trak", b"mdia", b"minf", b"stbl"})
_HEADER_BYTES: Final = 8
_LEAST_PADDING: Final = 32
_ENTRY_BYTES: Final = 78
"""Of the description of a film before the boxes in it."""

Boxes = Iterator[tuple[bytes, bytes]]


@frozen
class _Track:
    """One track of a film that is made."""

    box: bytes
    """Of the sample, whose tables are written anew."""
    samples: Sequence[Sequence[bytes]]
    """Parts of the sample, which are shown in any order."""
    order: Sequence[int]
    count: int
    """Frames in all; the last part may be cut."""
    ticks: int
    pace: int
    """Units of time that a frame lasts, and those of a second."""

    @property
    def data(self) -> bytes:
        return b"".join(map(b"".join, self.samples))

    def written(self, number: int, offset: int, size: tuple[int, int] | None) -> bytes:
        """The box of the track, whose samples begin at an offset of the file."""
        duration = round(self.count * self.ticks * FRAMES_A_SECOND * _TICKS / self.pace)
        size_bytes = struct.pack(">II", size[0] << 16, size[1] << 16) if size else bytes(8)
        tables = self._tables(offset)

        def change(kind: bytes, old: bytes) -> bytes | None:
            match kind:
                case b"tkhd":
                    return old[:12] + struct.pack(">III", number, 0, duration) + old[24:-8] + size_bytes
                case b"mdhd":
                    return old[:12] + struct.pack(">II", self.pace, self.count * self.ticks) + old[20:]
                case b"stsd":
                    return _cropped(old, *size) if size else old
                case b"edts" | b"sgpd" | b"sbgp":
                    return None
                case _:
                    return tables.get(kind, old)

        return _box(b"trak", _changed(self.box, change))

    def _tables(self, offset: int) -> dict[bytes, bytes]:
        """Where the samples are, how long, and how many follow each other."""
        starts = [offset]
        for part in self.samples:
            starts.append(starts[-1] + sum(map(len, part)))
        length = len(self.samples[0])
        whole, rest = divmod(self.count, length)
        runs = [*([1, length, 1] if whole else []), *([whole + 1, rest, 1] if rest else [])]
        sizes = [len(one) for place in self.order for one in self.samples[place]][: self.count]
        return {
            b"stts": _full(1, self.count, self.ticks),
            b"stss": _full(len(self.order), *range(1, self.count + 1, length)),
            b"stsc": _full(len(runs) // 3, *runs),
            b"stsz": _full(0, len(sizes), *sizes),
            b"stco": _full(len(self.order), *(starts[place] for place in self.order)),
        }


def film(*, seed: str, width: int, height: int, seconds: float, least_bytes: int | None = None, has_sound: bool = False) -> bytes:
    """An MP4 file with one H.264 track, the same for the same arguments, different for another seed.

    It has the aspect ratio of `width` and `height` and lasts `seconds` to the nearest frame, at least one. With `has_sound` a
    track with a tone goes with it. `least_bytes` pads it to at least that size with bytes that differ from place to place.
    """
    frames = max(1, round(seconds * FRAMES_A_SECOND))
    box, samples = _sample("film.mp4")
    parts = [samples[place : place + _PART] for place in range(0, len(samples), _PART)]
    noise = _noise(seed, math.ceil(frames / _PART))
    tracks = [_Track(box, parts, [byte % len(parts) for byte in noise], frames, _TICKS, FRAMES_A_SECOND * _TICKS)]
    if has_sound:
        box, samples = _sample("sound.mp4")
        tone = samples[4:-4]  # the tone swells at its beginning and fades at its end
        count = max(1, int(frames / FRAMES_A_SECOND * 48_000 / 1_024))
        tracks.append(_Track(box, [tone], [0] * math.ceil(count / len(tone)), count, 1_024, 48_000))
    made = _joined(tracks, _fitted(width, height))
    missing = max((least_bytes or 0) - len(made) - _HEADER_BYTES, _LEAST_PADDING)
    return made + _box(b"free", _noise(seed, missing))


def _joined(tracks: Sequence[_Track], size: tuple[int, int]) -> bytes:
    kind = _box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
    pace = FRAMES_A_SECOND * _TICKS

    def index(offset: int) -> bytes:
        duration = round(max(track.count * track.ticks / track.pace for track in tracks) * pace)
        whole = _full(0, 0, pace, duration, 0x10000, 0x1000000, 0, 0) + _movie_end(len(tracks))
        boxes: list[bytes] = []
        for number, track in enumerate(tracks, 1):
            boxes.append(track.written(number, offset, size if number == 1 else None))
            offset += len(track.data)
        return _box(b"moov", _box(b"mvhd", whole), *boxes)

    offset = len(kind) + len(index(0)) + _HEADER_BYTES  # an offset takes four bytes whatever it is
    return kind + index(offset) + _box(b"mdat", *(track.data for track in tracks))


def _movie_end(tracks: int) -> bytes:
    """A matrix that turns nothing, and the number of the next track."""
    return struct.pack(">9I24xI", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000, tracks + 1)


@cache
def _sample(name: str) -> tuple[bytes, list[bytes]]:
    """The track of a shipped sample, and its frames, which follow each other."""
    outer = dict(_boxes(files(__package__ or "").joinpath(name).read_bytes()))
    track = dict(_boxes(outer[b"moov"]))[b"trak"]
    found: list[bytes] = []
    _changed(track, lambda kind, old: found.append(old) if kind == b"stsz" else None)
    (_, _, count), sizes = struct.unpack_from(">III", found[0]), found[0][12:]
    samples: list[bytes] = []
    place = 0
    for length in struct.unpack(f">{count}I", sizes):
        samples.append(outer[b"mdat"][place : place + length])
        place += length
    return track, samples


def _fitted(width: int, height: int) -> tuple[int, int]:
    """The largest even size within the sample that has the aspect ratio, to a pixel if it cannot be exact."""
    wide, high = width // math.gcd(width, height), height // math.gcd(width, height)
    if exact := _SIDE // (2 * max(wide, high)):
        return 2 * wide * exact, 2 * high * exact
    scale = _SIDE / max(width, height)
    return max(2, 2 * round(width * scale / 2)), max(2, 2 * round(height * scale / 2))


def _cropped(descriptions: bytes, width: int, height: int) -> bytes:
    """The description of the film for a smaller size."""
    entry = descriptions[_HEADER_BYTES + _HEADER_BYTES :]
    configuration = dict(_boxes(entry[_ENTRY_BYTES:]))[b"avcC"]
    length = int.from_bytes(configuration[6:8], "big")
    unit = _cropped_parameters(configuration[8 : 8 + length], width, height)
    parameters = configuration[:6] + len(unit).to_bytes(2, "big") + unit + configuration[8 + length :]
    head = entry[:24] + struct.pack(">HH", width, height) + entry[28:_ENTRY_BYTES]
    return descriptions[:_HEADER_BYTES] + _box(b"avc1", head, _box(b"avcC", parameters))


def _cropped_parameters(unit: bytes, width: int, height: int) -> bytes:
    """The sequence parameters with so much cropped at the right and below; the bytes that keep start codes out written anew."""
    plain = unit.replace(b"\0\0\3", b"\0\0")
    bits = f"{int.from_bytes(plain, 'big'):0{8 * len(plain)}b}".rstrip("0")
    crop = "".join(map(_exp_golomb, (0, (_SIDE - width) // 2, 0, (_SIDE - height) // 2)))
    bits = f"{bits[:_CROPPING_BIT]}1{crop}{bits[_CROPPING_BIT + 1 :]}"
    bits += "0" * (-len(bits) % 8)
    return re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", int(bits, 2).to_bytes(len(bits) // 8, "big"))


def _exp_golomb(value: int) -> str:
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def _boxes(content: bytes) -> Boxes:
    place = 0
    while place < len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        yield kind, content[place + _HEADER_BYTES : place + size]
        place += size


def _changed(content: bytes, change: Callable[[bytes, bytes], bytes | None]) -> bytes:
    """Boxes with those inside changed; None leaves a box out."""
    made = ((kind, _changed(old, change) if kind in _NEST else change(kind, old)) for kind, old in _boxes(content))
    return b"".join(_box(kind, new) for kind, new in made if new is not None)


def _box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I4s", _HEADER_BYTES + sum(map(len, parts)), kind) + b"".join(parts)


def _full(*numbers: int) -> bytes:
    """The content of a box of numbers, after version and flags of 0."""
    return struct.pack(f">{len(numbers) + 1}I", 0, *numbers)


def _noise(seed: str, size: int) -> bytes:
    return hashlib.shake_128(seed.encode("utf-8", "surrogatepass")).digest(size)
