"""The names of facts that a spec and its reading have in common, and the forms of files in a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from documents import Document, Json, Operation, Pointer, as_object
from reading_rules import ReadingError

Key: TypeAlias = tuple[str, ...]
"""The name of a fact, from the operation inwards: ("POST /ent/v2/img2video", "body", ".images", "max_items")."""
Fact: TypeAlias = tuple[object, Pointer]
"""The value of a fact, and its place."""
Facts: TypeAlias = dict[Key, Fact]
Said: TypeAlias = Iterator[tuple[Key, object, Pointer]]

THERE: Final = "there"
"""The value of a fact that something exists."""
NOT_FACTS: Final = frozenset({"description", "title", "examples", "example", "x-source", "x-decision"})
NOTES: Final = frozenset({"note", "source", "unsure", "since"})
"""Members of a row for readers only."""

ANYTHING: Final = "anything"
NEVER: Final = "~"
"""A character that no form of a file has before the host of a URL or the data of a data URI."""
BEGINNINGS: Final = ("https://", "ssupload:?id=", *(f"data:{kind};base64," for kind in ("image/png", "video/mp4", "audio/mpeg")))
NO_FILES: Final = (
    *("a.png", "see https://example.com/a", "ftp://example.com/a", ""),
    *(f"{begin[:at]}{NEVER}{begin[at + 1 :]}AAAA" for begin in BEGINNINGS for at in range(len(begin))),
    *(f"https://{mark}/a" for mark in "/?#: \t"),
    *(f"{begin}{mark}AAA" for begin in BEGINNINGS[2:] for mark in "= \t"),
)
"""Texts that name no file: a pattern that accepts one is wrong, or accepts any text."""
# Texts that name a file in a request, by their form. `page` is not a form of a file and must be refused.
FILE_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "http": ("http://example.com/a", "http://a.b:8080?c=d", "http://[2001:db8::1]/"),
    "https": ("https://example.com/a?b=c", "https://a.b", "https://1.2.3.4/%20#f"),
    "upload": ("ssupload:?id=1", "ssupload:?id=940107923630096384"),
    **{
        f"data:image/{word}": (f"data:image/{word};base64,AAAA", f"data:image/{word};base64,/9j+")
        for word in ("png", "jpeg", "jpg", "webp", "gif", "bmp", "tiff", "svg+xml", "vnd.ms-photo", "x-icon", "jp2")
    },
    **{
        f"data:video/{word}": (f"data:video/{word};base64,AAAA", f"data:video/{word};base64,/9j+")
        for word in ("mp4", "avi", "mov", "quicktime", "x-matroska", "vnd.avi")
    },
    **{
        f"data:audio/{word}": (f"data:audio/{word};base64,AAAA", f"data:audio/{word};base64,/9j+")
        for word in ("mpeg", "mp3", "wav", "x-m4a", "vnd.wave")
    },
    ANYTHING: NO_FILES,
}


def operation_name(operation: Operation) -> str:
    """Return the name by which readings call an operation: `POST /ent/v2/text2video`."""
    return f"{operation.method.upper()} {operation.path}"


def ordered(words: Iterable[object]) -> list[str]:
    return sorted(map(str, words))


def worth_facts(word: str, said: Json, place: Pointer) -> Said:
    """Yield what a credit is worth, by currency, or the provider whose prices apply."""
    if not isinstance(said, dict):
        yield ("x-price-list", word), said, place
    for rate, worth in as_object(said).items():
        if rate not in NOTES:
            yield ("x-price-list", word, rate.replace("_", "-")), worth, (*place, rate)


def gathered(document: Document, said: Said) -> Facts:
    """Return the facts of a document by name. Raises ReadingError for a name with two values."""
    facts: Facts = {}
    for key, value, pointer in said:
        if key in facts and facts[key][0] != value:
            raise ReadingError(f"{document.place(pointer)}: {written(key)} has two different values")
        facts.setdefault(key, (value, pointer))
    return facts


def written(key: Key) -> str:
    """Return the name of a fact in words: `POST /ent/v2/img2video body.images max_items`."""
    return re.sub(r" (?=\.[^ ]|\[\])", "", " ".join(key))
