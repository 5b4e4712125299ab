"""Suggest the known word that a misspelt one is nearest to."""

from __future__ import annotations

from collections.abc import Sequence


def nearest_word(text: str, known: Sequence[str]) -> str | None:
    """The known word nearest to the text, capitals not counted; None where none is near."""
    from difflib import get_close_matches

    words = {word.lower(): word for word in known}
    found = get_close_matches(text.lower(), words, n=1)
    return words[found[0]] if found else None


def nearest(text: str, known: Sequence[str]) -> str:
    """A sentence that names the known word nearest to the text, to be put into a message; empty where none is near."""
    word = nearest_word(text, known)
    return f" Did you mean {word!r}?" if word is not None else ""
