"""One violation of a spec, and how values of users and providers are shown in messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite
from typing import Final
from unicodedata import category

from attrs import field, frozen

from .json import leaves, pointer_of
from .tasks import Json

SHOWN_CHARACTERS: Final = 60
"""How much of a text a message shows: enough to recognise it, without filling the screen with a picture."""


SHOWN_CHOICES: Final = 20

LONGEST_NUMBER: Final = 1024
"""Bits. Longer numbers are infinite as floats, and Python refuses to write out more than 4300 digits."""


@frozen
class Fault:
    """One thing that a spec refuses in a value."""

    pointer: str
    """JSON pointer of the value, `#/duration`; of a missing value, where it should be."""
    message: str
    allowed: tuple[Json, ...] | None = field(default=None, repr=False)
    """The choices, if the spec lists them."""
    word: str | None = field(default=None, repr=False)
    """A model, template or voice that the spec does not list; the provider may have added it."""

    def __str__(self) -> str:
        return f"{cut(self.pointer)}: {self.message}"


def foreign_values(body: Json) -> tuple[Fault, ...]:
    """Return the values in a body that JSON cannot encode or programs cannot read; they would break the request."""
    return tuple(Fault(pointer_of(place), problem) for place, value in leaves(body) if (problem := _foreign(value)) is not None)


def _foreign(value: object) -> str | None:
    if isinstance(value, str):
        if "\0" in value:
            return "contains a NUL, at which programs cut a text off"
        return None if value.isascii() or _is_unicode(value) else "contains half of a surrogate pair, which is not a character"
    if isinstance(value, float) and not isfinite(value):
        return f"is {value}, which JSON cannot encode"
    if isinstance(value, int) and value.bit_length() > LONGEST_NUMBER:
        return "is a number too long for other programs"
    if value is None or isinstance(value, bool | int | float):
        return None
    return f"is of type {type(value).__name__}, which JSON cannot encode"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_blank(text: str) -> bool:
    """Return whether a text is invisible: only blanks, and characters that direct or join others."""
    return all(letter.isspace() or category(letter) in ("Cc", "Cf") for letter in text)


def cut(text: str, most: int = SHOWN_CHARACTERS) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def shown(value: Json) -> str:
    """Return the value for a message: JSON, long texts cut, data URIs without their data, URLs without their query
    (which may be a signature), the size of lists and the names in objects.
    """
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object with {cut(', '.join(value))}" if value else "an empty object"
    if isinstance(value, str):
        head = _head(value)
        length = f" ({len(value)} characters)" if len(value) > SHOWN_CHARACTERS else ""
        return json.dumps(f"{head}…" if head != value else value, ensure_ascii=False) + length
    return cut(json.dumps(value))


def _head(text: str) -> str:
    """Return the part of a text that a message may show."""
    if text[:5].lower() == "data:" and len(text) > SHOWN_CHARACTERS:
        text = text[: text.find(",") + 1]
    elif text[:4].lower() == "http" and "?" in text:
        text = text[: text.find("?") + 1]
    return text[:SHOWN_CHARACTERS]


def listed(choices: Sequence[Json]) -> str:
    """Return the choices as words with commas, at most SHOWN_CHOICES of them."""
    words = [choice if isinstance(choice, str) and choice else shown(choice) for choice in choices[:SHOWN_CHOICES]]
    more = len(choices) - len(words)
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")
