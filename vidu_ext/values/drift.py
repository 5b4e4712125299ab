"""A difference between an answer and what the spec documents for it.

Its grade is broken (the answer cannot be read as that operation's), changed (something documented is gone, wrapped or of
another type) or new (something is not documented). Only names, types and words of an answer are shown, never other values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from attrs import frozen

from .shown import cut

Grade: TypeAlias = Literal["broken", "changed", "new"]
What: TypeAlias = Literal["unreadable", "missing", "gone", "wrapped", "type", "form", "member", "word", "status", "charge"]

GRADES: Final[Mapping[What, Grade]] = {
    **dict.fromkeys(("unreadable", "missing"), "broken"),
    **dict.fromkeys(("gone", "wrapped", "type", "form", "charge"), "changed"),
    **dict.fromkeys(("member", "word", "status"), "new"),
}

_PHRASES: Final[Mapping[What, str]] = {
    "missing": "{pointer} is {seen}, so the answer cannot be read; documented is {documented}",
    "wrapped": "the answer is inside {pointer}; documented is {documented}",
    "member": "{pointer} ({seen}) is not documented",
    "word": "{pointer} is {seen}, which is not documented; documented are {documented}",
    "status": "this status is not documented; documented are {documented}",
}
SHOWN_DOCUMENTED: Final = 200
"""How many characters of the documentation a message shows."""


@frozen
class Drift:
    """One difference between an answer and the spec."""

    what: What
    """The kind of difference: the answer is unreadable or wrapped; a required value is missing or unreadable, another one is
    gone; a value has another type or form; a member, word or status is not documented; a charge is not the documented price."""
    pointer: str
    """JSON pointer in the answer, `#/creations/0/url`, or the name of a header; of a missing value, where it should be."""
    documented: str
    """What the spec documents there, in words."""
    seen: str
    """What the answer has there: a name, a type, a word or a charge, never another value."""
    provider: str
    operation: str
    status: int

    @property
    def grade(self) -> Grade:
        return GRADES[self.what]

    @property
    def place(self) -> str:
        """The pointer with `*` in place of indexes, `#/creations/*/url`."""
        return re.sub(r"/\d+(?=/|$)", "/*", self.pointer)

    def __str__(self) -> str:
        phrase = _PHRASES.get(self.what, "{pointer} is {seen}; documented is {documented}")
        text = phrase.format(pointer=self.pointer, seen=self.seen, documented=cut(self.documented, SHOWN_DOCUMENTED))
        return f"{self.grade}, {self.operation}, HTTP {self.status}: {text}"
