"""Words in messages: a suggestion for a misspelt one, and lists of them."""

from __future__ import annotations

from collections.abc import Sequence


def nearest_word(text: str, known: Sequence[str]) -> str | None:
    """Return the known word most similar to the text, ignoring case; None if none is similar."""
    from difflib import get_close_matches

    words = {word.lower(): word for word in known}
    matches = get_close_matches(text.lower(), words, n=1)
    return words[matches[0]] if matches else None


def nearest(text: str, known: Sequence[str]) -> str:
    """Return a sentence for a message that names the most similar known word; empty if none is similar."""
    word = nearest_word(text, known)
    return f" Did you mean {word!r}?" if word is not None else ""


def joined(words: Sequence[str], *, last: str = " and ") -> str:
    """Join words with commas, and with `last` before the last one."""
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
