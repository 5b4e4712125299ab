"""One violation of a spec, and how values of users and providers are shown in messages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from math import isfinite
from typing import Final
from unicodedata import category

from attrs import field, frozen

from .json import leaves, pointer_of
from .tasks import Json

SHOWN_CHARACTERS: Final = 60
"""Characters of a text that a message shows: enough to recognise it, while the data of a picture does not fill the screen."""
SHOWN_CHOICES: Final = 20
"""Choices that a message lists."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
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
        if not value.isascii() and _SURROGATE.search(value) is not None:
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


def cut(text: str, most: int = SHOWN_CHARACTERS) -> str:
    """Return a text of at most `most` characters unchanged, of a longer one its beginning and an ellipsis."""
    return text if len(text) <= most else f"{text[:most]}…"


def shown_value(value: Json) -> str:
    """Return a value as a message shows it: as JSON, with long texts cut.

    A long data URI is shown without its data, a URL without its query (it may hold a signature), a list by its size, an object
    by its names.
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
        text = text[: text.find(",") + 1]  # without a comma nothing is shown
    elif text[:4].lower() == "http" and "?" in text:
        text = text[: text.find("?") + 1]
    return text[:SHOWN_CHARACTERS]


def listed(choices: Sequence[Json]) -> str:
    """Return the choices as words with commas, at most SHOWN_CHOICES of them."""
    words = [choice if isinstance(choice, str) and choice else shown_value(choice) for choice in choices[:SHOWN_CHOICES]]
    more = len(choices) - len(words)
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")
