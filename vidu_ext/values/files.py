"""Open a file that a user named."""

from __future__ import annotations

import stat
from collections.abc import Generator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from .base_error import ConfigurationError


@contextmanager
def opened(path: Path) -> Generator[BufferedReader]:
    """Open a file for reading. Raises ConfigurationError if it cannot be read, or may have no end, as a pipe or a device."""
    try:
        if stat.S_ISREG(path.stat().st_mode):
            with path.open("rb") as file:
                yield file
            return
    except ConfigurationError:
        raise
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else None
        raise ConfigurationError(f"{path} cannot be read: {detail or error}. Nothing was sent.") from error
    raise ConfigurationError(f"{path} is not a file. Nothing was sent.")
