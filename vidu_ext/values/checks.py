"""Validators of settings: finite seconds, counts, sequences, functions. Each raises ConfigurationError."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, SupportsFloat, cast

from .base_error import ConfigurationError

if TYPE_CHECKING:
    from attrs import Attribute

SHORTEST: Final = 0.001
"""Seconds of the shortest pause or timeout that a setting may ask for."""

_DECIMAL: Final = r"[ \t\r\n]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[ \t\r\n]*"
MOST_CREDITS: Final = 1e12
"""The largest price or ceiling. Above 1e15, a sum of floats would lose the prices of single tasks."""


def finite(value: object) -> float | None:
    """Return the value as a finite number; None for anything else, also for True and False."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def decimal(text: str) -> float | None:
    """Return the number in a text; None for forms that only Python accepts: `1_0`, `inf`, digits of other scripts."""
    match = re.fullmatch(_DECIMAL, text)
    return float(match[1]) if match else None


def seconds(name: str, value: object, *, least: float = 0.0) -> float:
    """Return the value as a finite number of seconds. Raises ConfigurationError for NaN, infinity, text and too small values."""
    number = finite(value)
    if number is None or number < least:
        raise ConfigurationError(f"must be a finite number of seconds, at least {least:g}; it is {value!r}.", option=name)
    return number


def number_of(amount: SupportsFloat | None) -> float | None:
    """Return a Decimal, and any other type of number, as a float; other values unchanged, for a check to refuse."""
    is_other = isinstance(cast("object", amount), SupportsFloat) and not isinstance(amount, int | float)
    with suppress(ValueError, OverflowError):  # a signaling NaN, a fraction beyond any float
        return float(cast("SupportsFloat", amount)) if is_other else cast("float | None", amount)
    return cast("float | None", amount)


def credit(name: str, value: object, *, unit: str = "credits") -> float:
    """Return the value as an amount of money. Raises ConfigurationError for NaN, infinity, text, and values out of range."""
    number = finite(number_of(cast("SupportsFloat", value)))
    if number is None or number < 0:
        raise ConfigurationError(f"must be a finite number of {unit}, at least 0; it is {value!r}.", option=name)
    if number > MOST_CREDITS:
        raise ConfigurationError(f"must be at most {MOST_CREDITS:,.0f} {unit}; it is {value!r}.", option=name)
    return number


def count(name: str, value: object, *, least: int = 1, most: float = math.inf) -> int:
    """Return the value as a whole number. Raises ConfigurationError for fractions, text, True, False, and values out of range."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        end = "" if most == math.inf else f" and at most {most:,.0f}"
        raise ConfigurationError(f"must be a whole number, at least {least}{end}; it is {value!r}.", option=name)
    return value


def sequence(name: str, value: object, wanted: str) -> Sequence[object]:
    """Return the value as a sequence. Raises ConfigurationError, which does not show the value, for text and anything else."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return cast("Sequence[object]", value)
    raise ConfigurationError(f"must be {wanted}; it is of type {type(value).__name__}.", option=name)


def check_callbacks(*, are_awaited: bool, **callbacks: Callable[..., object] | None) -> None:
    """Raise ConfigurationError for callbacks that cannot be called, or are coroutine functions that would not be awaited."""
    for name, callback in callbacks.items():
        if callback is None:
            continue
        if not callable(callback):
            raise ConfigurationError(f"{name} must be a function, not {type(callback).__name__}. Nothing was sent.")
        if not are_awaited and any(map(inspect.iscoroutinefunction, (callback, type(callback).__call__))):
            raise ConfigurationError(
                f"{name} is not awaited here: pass a plain function, not a coroutine function. Nothing was sent."
            )


def member_name(instance: object, attribute: Attribute[Any]) -> str:
    """Return a member with its class for messages, `PollPolicy.floor`."""
    return f"{type(instance).__name__}.{attribute.name}"


def at_least(least: float) -> Callable[[object, Attribute[float], object], object]:
    """Return a validator for a member: a finite number of seconds, at least `least`."""
    return lambda instance, attribute, value: seconds(member_name(instance, attribute), value, least=least)


def whole(least: int, *, most: float = math.inf) -> Callable[[object, Attribute[int], object], object]:
    """Return a validator for a member: a whole number from `least` to `most`."""
    return lambda instance, attribute, value: count(member_name(instance, attribute), value, least=least, most=most)
