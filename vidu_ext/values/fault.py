"""One violation of a spec, and how foreign values are shown in messages."""

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
"""How much of a text a message shows: enough to recognise it, too little to fill a screen with a picture."""


SHOWN_CHOICES: Final = 20

LONGEST_NUMBER: Final = 1024
"""Bits. What is longer is infinite where numbers are floats, and Python itself refuses to write it out from 4300 digits on."""


@frozen
class Fault:
    """One thing that a spec refuses in a value."""

    pointer: str
    """JSON pointer of the value, `#/duration`; where something is missing, of the place where it should stand."""
    message: str
    allowed: tuple[Json, ...] | None = field(default=None, repr=False)
    """What may stand there, where that is a list of choices."""
    word: str | None = field(default=None, repr=False)
    """A model, template or voice that the spec does not list, and that the provider may have by now."""

    def __str__(self) -> str:
        return f"{cut(self.pointer)}: {self.message}"


def foreign_values(body: Json) -> tuple[Fault, ...]:
    """What stands in a body that JSON cannot say, or no program reads, and that would break the request on its way."""
    return tuple(Fault(pointer_of(place), problem) for place, value in leaves(body) if (problem := _foreign(value)) is not None)


def _foreign(value: object) -> str | None:
    if isinstance(value, str):
        if "\0" in value:
            return "holds a NUL, at which programs cut a text off"
        return None if value.isascii() or _is_unicode(value) else "holds half of a surrogate pair, which is no character"
    if isinstance(value, float) and not isfinite(value):
        return f"is {value}, which JSON cannot say"
    if isinstance(value, int) and value.bit_length() > LONGEST_NUMBER:
        return "is a number that no program reads"
    if value is None or isinstance(value, bool | int | float):
        return None
    return f"is of type {type(value).__name__}, which JSON cannot say"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: blanks, and characters that only direct or join others."""
    return all(letter.isspace() or category(letter) in ("Cc", "Cf") for letter in text)


def cut(text: str, most: int = SHOWN_CHARACTERS) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def shown(value: Json) -> str:
    """The value as a message shows it: JSON, long texts cut, data URIs without their data, addresses without their query
    (it may be a signature), lists and objects by their size.
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
    """What a message may show of a text."""
    if text[:5].lower() == "data:" and len(text) > SHOWN_CHARACTERS:
        text = text[: text.find(",") + 1]
    elif text[:4].lower() == "http" and "?" in text:
        text = text[: text.find("?") + 1]
    return text[:SHOWN_CHARACTERS]


def listed(choices: Sequence[Json]) -> str:
    """The choices as a message lists them."""
    words = [choice if isinstance(choice, str) and choice else shown(choice) for choice in choices[:SHOWN_CHOICES]]
    more = len(choices) - len(words)
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")
