"""How values of users and providers are shown in messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from .tasks import Json

SHOWN_CHARACTERS: Final = 60
"""Characters of a text that a message shows: enough to recognise it, while the data of a picture does not fill the screen."""
SHOWN_CHOICES: Final = 20
"""Choices that a message lists."""


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
