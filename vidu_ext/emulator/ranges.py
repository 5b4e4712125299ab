"""Checks of numbers in settings and rules."""

from __future__ import annotations

from typing import cast


def fault_of_number(value: object, least: float, most: float, *, is_whole: bool = False) -> str | None:
    """What is wrong with a value, to be put after its name: `is a number from 0 to 1, not 2`; None where nothing is."""
    is_number = isinstance(value, int if is_whole else int | float) and not isinstance(value, bool)
    if is_number and least <= cast("float", value) <= most:  # NaN is in no range
        return None
    return f"is {'a whole number' if is_whole else 'a number'} from {least:,.10g} to {most:,.10g}, not {shown(value)}"


def shown(value: object) -> str:
    """A value as a message shows it, a long one cut."""
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}..."
