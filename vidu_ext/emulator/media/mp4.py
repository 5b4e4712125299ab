"""An MP4 file (ISO/IEC 14496-12, -14, -15) around the samples of one H.264 track, and silence beside it on request, its index
before its data. Knows no codec beyond what the descriptions of the tracks repeat.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from attrs import field, frozen

from .h264 import COMPATIBILITY, PROFILE, Format
from .silence import CONFIGURATION, FRAME, FRAME_SAMPLES, RATE, frames_within

TICKS: Final = 1_000
"""Units of the file's time that a frame lasts."""

HEADER_BYTES: Final = 8

_STRAIGHT: Final = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
"""A matrix that turns nothing."""

_UNDETERMINED: Final = 0x55C4
"""The language `und`."""


@frozen(kw_only=True)
class Track:
    """One film: how it is coded, and its frames."""

    format: Format
    samples: Sequence[bytes] = field(repr=False)
    """Each frame as one NAL unit."""
    keys: Sequence[int]
    """Places of the key frames, from 0."""
    has_sound: bool = False
    """Whether silence goes with the film."""

    @property
    def pace(self) -> int:
        """Units of the file's time in a second."""
        return self.format.frames_a_second * TICKS

    @property
    def silent_frames(self) -> int:
        """Frames of the sound."""
        return frames_within(len(self.samples) / self.format.frames_a_second) if self.has_sound else 0


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of the file format with its size and name before it."""
    return struct.pack(">I4s", HEADER_BYTES + sum(len(part) for part in parts), kind) + b"".join(parts)


def mp4(track: Track) -> bytes:
    """The whole file, without padding."""
    lengths = [4 + len(sample) for sample in track.samples]
    shown = b"".join(part for sample in track.samples for part in (len(sample).to_bytes(4, "big"), sample))
    data = box(b"mdat", shown, FRAME * track.silent_frames)
    kind = box(b"ftyp", b"isom", (512).to_bytes(4, "big"), b"isomiso2avc1mp41")
    index_bytes = len(_index(track, lengths, 0))  # the offset takes four bytes whatever it is
    return kind + _index(track, lengths, len(kind) + index_bytes + HEADER_BYTES) + data


def padding(content: bytes) -> bytes:
    """A box that every player passes over."""
    return box(b"free", content)


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """A box with a version, always 0, and flags."""
    return box(kind, flags.to_bytes(4, "big"), *parts)


def _numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def _index(track: Track, lengths: Sequence[int], offset: int) -> bytes:
    duration = len(lengths) * TICKS
    heard = round(track.silent_frames * FRAME_SAMPLES * track.pace / RATE)
    movie = _full(
        b"mvhd",
        _numbers(0, 0, track.pace, max(duration, heard), 0x10000),
        struct.pack(">H10x", 0x100),
        _STRAIGHT,
        bytes(24),
        _numbers(3 if track.has_sound else 2),
    )
    size = _numbers(track.format.width << 16, track.format.height << 16)
    film = box(
        b"trak",
        _full(b"tkhd", _numbers(0, 0, 1, 0, duration), bytes(16), _STRAIGHT, size, flags=3),
        _media(b"vide", track.pace, duration, _full(b"vmhd", bytes(8), flags=1), _samples(track, lengths, offset)),
    )
    if not track.has_sound:
        return box(b"moov", movie, film)
    length, samples = track.silent_frames * FRAME_SAMPLES, _silence(track.silent_frames, offset + sum(lengths))
    sound = box(
        b"trak",
        _full(b"tkhd", _numbers(0, 0, 2, 0, heard), struct.pack(">8xHHHH", 0, 0, 0x100, 0), _STRAIGHT, bytes(8), flags=3),
        _media(b"soun", RATE, length, _full(b"smhd", bytes(4)), samples),
    )
    return box(b"moov", movie, film, sound)


def _media(kind: bytes, pace: int, duration: int, header: bytes, samples: bytes) -> bytes:
    """What a track holds: `pace` units of its time a second, `duration` of them."""
    return box(
        b"mdia",
        _full(b"mdhd", _numbers(0, 0, pace, duration), struct.pack(">HH", _UNDETERMINED, 0)),
        _full(b"hdlr", bytes(4), kind, bytes(12), b"film\0"),
        box(b"minf", header, box(b"dinf", _full(b"dref", _numbers(1), _full(b"url ", flags=1))), samples),
    )


def _samples(track: Track, lengths: Sequence[int], offset: int) -> bytes:
    count = len(lengths)
    return box(
        b"stbl",
        _full(b"stsd", _numbers(1), _description(track.format)),
        _full(b"stts", _numbers(1, count, TICKS)),
        _full(b"stss", _numbers(len(track.keys), *(place + 1 for place in track.keys))),
        _full(b"stsc", _numbers(1, 1, count, 1)),
        _full(b"stsz", _numbers(0, count, *lengths)),
        _full(b"stco", _numbers(1, offset)),
    )


def _silence(count: int, offset: int) -> bytes:
    return box(
        b"stbl",
        _full(b"stsd", _numbers(1), _description_of_silence()),
        _full(b"stts", _numbers(1, count, FRAME_SAMPLES)),
        _full(b"stsc", _numbers(1, 1, count, 1)),
        _full(b"stsz", _numbers(len(FRAME), count)),
        _full(b"stco", _numbers(1, offset)),
    )


def _description_of_silence() -> bytes:
    """The descriptors of ISO/IEC 14496-1: a stream, in it a decoder of AAC, in that its configuration."""
    decoder = b"\x40\x15" + bytes(11) + _descriptor(5, CONFIGURATION)
    stream = _full(b"esds", _descriptor(3, bytes(3) + _descriptor(4, decoder) + _descriptor(6, b"\2")))
    return box(b"mp4a", bytes(6) + b"\0\1", bytes(8), struct.pack(">HHHHI", 1, 16, 0, 0, RATE << 16), stream)


def _descriptor(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


def _description(form: Format) -> bytes:
    sequence, picture = form.sequence_parameters(), form.picture_parameters()
    configuration = box(
        b"avcC",
        bytes([1, PROFILE, COMPATIBILITY, form.level, 0xFF, 0xE1]),
        struct.pack(">H", len(sequence)) + sequence,
        b"\1" + struct.pack(">H", len(picture)) + picture,
    )
    return box(
        b"avc1",
        bytes(6) + struct.pack(">H", 1) + bytes(16),
        struct.pack(">HHII4xH32xHh", form.width, form.height, 0x480000, 0x480000, 1, 24, -1),
        configuration,
    )
