"""What may be asked of the media of the emulator, said once for films, pictures and sounds."""

from __future__ import annotations

import math
from typing import Final

from vidu_ext.values.errors import ConfigurationError

MOST_PIXELS: Final = 4_096
"""Of a side."""

MOST_SECONDS: Final = 600.0
MOST_FRAMES_A_SECOND: Final = 120
MOST_BYTES: Final = 1 << 30
"""Of padding; a file is made in memory."""


def check_size(width: int, height: int) -> None:
    """Raises ConfigurationError for a side that is no whole number of pixels from 1 to 4,096."""
    for name, pixels in (("width", width), ("height", height)):
        if not 1 <= whole(name, pixels) <= MOST_PIXELS:
            raise ConfigurationError(f"the {name} of a picture or film is from 1 to {MOST_PIXELS:,} pixels, not {pixels:,}.")


def check_seconds(seconds: float) -> None:
    """Raises ConfigurationError for a length that is not more than nothing and at most ten minutes."""
    if not (math.isfinite(seconds) and 0 < seconds <= MOST_SECONDS):
        raise ConfigurationError(f"a film or sound lasts more than 0 and at most {MOST_SECONDS:g} s, not {seconds}.")


def whole(name: str, value: float) -> int:
    """The value as a whole number. Raises ConfigurationError for any other, and for true and false."""
    if isinstance(value, bool) or value != int(value if math.isfinite(value) else 0):
        raise ConfigurationError(f"the {name} is a whole number, not {value}.")
    return int(value)
