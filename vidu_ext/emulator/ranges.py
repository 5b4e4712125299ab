"""Checks of values: in settings and rules, whose members have them as validators, and in what clients send."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from attrs import Attribute

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.spelling import joined

Check: TypeAlias = "Callable[[object, Attribute[Any], Any], None]"
"""A validator of a member, as attrs calls it. Raises ConfigurationError."""


def check_number(name: str, value: object, least: float, most: float, *, is_whole: bool = False) -> None:
    """Raise ConfigurationError if a value is not a number from `least` to `most`."""
    is_number = isinstance(value, int if is_whole else int | float) and not isinstance(value, bool)
    if not (is_number and least <= cast("float", value) <= most):  # NaN is in no range
        kind = "a whole number" if is_whole else "a number"
        raise ConfigurationError(f"{name} is {kind} from {least:,.10g} to {most:,.10g}, not {short(value)}.")


def in_range(least: float, most: float, *, is_whole: bool = False, of: str = "") -> Check:
    """Return a check for a number; its messages begin with `of`."""

    def check(_holder: object, member: Attribute[Any], value: object) -> None:
        check_number(f"{of}{member.name}", value, least, most, is_whole=is_whole)

    return check


def one_of(*allowed: object, of: str = "") -> Check:
    """Return a check for one of these values; its messages begin with `of`."""

    def check(_holder: object, member: Attribute[Any], value: object) -> None:
        if not any(value == one and type(value) is type(one) for one in allowed):
            words = [one if isinstance(one, str) else json.dumps(one) for one in allowed]
            raise ConfigurationError(f"{of}{member.name} is {joined(words, last=' or ')}, not {short(value)}.")

    return check


def whole_number(text: str) -> int | None:
    """Return the number that at most 19 decimal digits write; None for any other text."""
    return int(text) if re.fullmatch("[0-9]{1,19}", text) else None


def short(value: object) -> str:
    """Return a value for a message, shortened if it is long."""
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}..."
