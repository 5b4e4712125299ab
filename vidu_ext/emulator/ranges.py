"""Checks of numbers: in settings and rules, and in what clients send."""

from __future__ import annotations

import re
from typing import cast

from vidu_ext.values.errors import ConfigurationError


def check_number(name: str, value: object, least: float, most: float, *, is_whole: bool = False) -> None:
    """Raise ConfigurationError if a value is not a number from `least` to `most`."""
    is_number = isinstance(value, int if is_whole else int | float) and not isinstance(value, bool)
    if not (is_number and least <= cast("float", value) <= most):  # NaN is in no range
        kind = "a whole number" if is_whole else "a number"
        raise ConfigurationError(f"{name} is {kind} from {least:,.10g} to {most:,.10g}, not {short(value)}.")


def whole_number(text: str) -> int | None:
    """Return the number that at most 19 decimal digits write; None for any other text."""
    return int(text) if re.fullmatch("[0-9]{1,19}", text) else None


def short(value: object) -> str:
    """Return a value for a message, shortened if it is long."""
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}..."
