"""A sound of a seed: two tones at once, as a WAV file (RIFF, PCM of 16 bits, one channel)."""

from __future__ import annotations

import hashlib
import math
import struct
from array import array
from sys import byteorder
from typing import Final

from .limits import check_seconds

RATE: Final = 8_000
"""Samples a second."""

_LOUDNESS: Final = 6_000
_LOWEST, _OCTAVE_AND_MORE = 200, 1_000
"""Hertz of the lower tone at least, and how much the tones may differ from seed to seed."""


def sound(*, seed: str, seconds: float) -> bytes:
    """A WAV file, the same for the same arguments; the pitch of its tones depends on the seed.

    `seconds` is at most 600. Raises ConfigurationError for any other length.
    """
    check_seconds(seconds)
    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    tones = [_LOWEST + int.from_bytes(digest[place : place + 2], "big") % _OCTAVE_AND_MORE for place in (0, 2)]
    # Tones of a whole number of hertz are back where they began after each second.
    steps = [2 * math.pi * tone / RATE for tone in tones]
    second = array("h", (round(_LOUDNESS * sum(math.sin(step * place) for step in steps)) for place in range(RATE)))
    if byteorder == "big":
        second.byteswap()
    size = 2 * max(1, round(seconds * RATE))
    data = (second.tobytes() * math.ceil(size / (2 * RATE)))[:size]
    form = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
    content = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", len(content)) + content
