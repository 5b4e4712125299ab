"""Silence in AAC-LC (ISO/IEC 14496-3): 48 kHz, one channel, every frame the same four bytes."""

from __future__ import annotations

from typing import Final

RATE: Final = 48_000
"""Samples a second."""
FRAME: Final = bytes.fromhex("01182007")
FRAME_SAMPLES: Final = 1_024
CONFIGURATION: Final = bytes.fromhex("1188")
"""What a decoder is told before the first frame: AAC-LC, 48 kHz, mono."""


def frames_within(seconds: float) -> int:
    """How many whole frames such a time has, at least one."""
    return max(1, int(seconds * RATE / FRAME_SAMPLES))
