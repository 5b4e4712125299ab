"""One violation of a spec, and the values that JSON or other programs cannot take."""

from __future__ import annotations

import re
from math import isfinite
from typing import Final
from unicodedata import category

from attrs import field, frozen

from .json import leaves, pointer_of
from .shown import cut
from .tasks import Json

_SURROGATE: Final = "[\ud800-\udfff]"
MOST_BITS: Final = 1024
"""Bits of the longest integer that may be sent. Programs that read numbers as doubles read a longer one as infinity."""


@frozen
class Fault:
    """One thing that a spec refuses in a value."""

    pointer: str
    """JSON pointer of the value, `#/duration`; of a missing value, where it should be."""
    message: str
    allowed: tuple[Json, ...] | None = field(default=None, repr=False)
    """The choices, if the spec lists them."""
    unlisted_word: str | None = field(default=None, repr=False)
    """A model, template or voice that the spec does not list; the provider may have added it."""

    def __str__(self) -> str:
        return f"{cut(self.pointer)}: {self.message}"


def encoding_faults(body: Json) -> tuple[Fault, ...]:
    """Return a fault for each value of a body, or its name, that JSON cannot encode or that other programs cannot read."""
    return tuple(
        Fault(pointer_of(place), problem)
        for place, value in leaves(body)
        if (problem := next(filter(None, map(_encoding_problem, (value, *place))), None))
    )


def _encoding_problem(value: object) -> str | None:
    if isinstance(value, str):
        if "\0" in value:
            return "contains a NUL, at which programs cut a text off"
        if not value.isascii() and re.search(_SURROGATE, value) is not None:
            return "contains half of a surrogate pair, which is not a character; bytes that are not UTF-8 are read as that"
        return None
    if isinstance(value, float) and not isfinite(value):
        return f"is {value}, which JSON cannot encode"
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        return "is a number too long for other programs"
    if value is None or isinstance(value, bool | int | float):
        return None
    return f"is of type {type(value).__name__}, which JSON cannot encode"


def is_blank(text: str) -> bool:
    """Return whether a text shows nothing: it is empty, or has only white space, control and format characters."""
    return all(character.isspace() or category(character) in ("Cc", "Cf") for character in text)
