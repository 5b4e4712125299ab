"""Compare the second reading of the documents with the specs, fact by fact and in both directions.

`readings/<provider>.yaml` is written from the documents alone. A spec and its reading are converted to facts with the same
names; every name that only one side has, or with different values, is a difference. Conditions of a spec (`allOf`) are not
compared as text: `reading_rules.py` tries requests. Run as a program, this prints what was compared, what differs, and which
rows are marked unsure and therefore not compared.
"""

from __future__ import annotations

import json
import sys
from typing import Final

from attrs import frozen
from documents import Document, DocumentError, Pointer, load, spec_files
from fact_names import Facts, Key, written
from reading_facts import forms, reading_facts
from reading_file import READINGS, Reading, reading_at
from reading_rules import ReadingError, compare
from spec_facts import spec_facts

COMPARED: Final = "facts compared"
DOUBTED: Final = "doubts"
OF_ANSWERS: Final = frozenset({"headers", "leads_to"})
"""Facts for each status of an answer, which mostly are in components."""


@frozen
class Difference:
    """One fact on which a spec and its reading do not agree."""

    name: str
    """The fact, in words."""
    spec: str
    """File, line and pointer, and the value there."""
    reading: str

    def __str__(self) -> str:
        return f"{self.name}\n    {self.spec}\n    {self.reading}"


def compared(document: Document, reading: Reading) -> tuple[int, list[Difference]]:
    """Return how many facts were compared, and those that differ."""
    spec, read = spec_facts(document, reading.example_words), reading_facts(reading)
    unsure = _unsure(read)
    keys = [key for key in dict.fromkeys((*read, *spec)) if not _is_unsure(key, unsure)]
    found: list[Difference] = []
    missing: set[Key] = set()
    seen: set[tuple[object, ...]] = set()
    for key in keys:
        if any(key[:length] in missing for length in range(len(key))):
            continue
        left, right = spec.get(key), read.get(key)
        if left is not None and right is not None and _same(left[0], right[0]):
            continue
        if left is None or right is None:
            missing.add(key)
        difference = Difference(written(key), _side(document, key, spec), _side(reading.document, key, read))
        if (once := (difference.spec, difference.reading, key[-1])) not in seen:
            seen.add(once)
            found.append(difference)
    bodies = 0
    for form in forms(document, reading):
        number, disagreements = compare(document, form)
        bodies += number
        for one in disagreements:
            places = (document.place(one.spec), reading.document.place(one.reading))
            found.append(Difference(f"{one.title}: {one.text}", *places))
    return len(keys) + bodies, found


def uncompared(document: Document, reading: Reading) -> Facts:
    """Return the facts of a spec for which its reading is unsure."""
    unsure = _unsure(reading_facts(reading))
    return {key: fact for key, fact in spec_facts(document, reading.example_words).items() if _is_unsure(key, unsure)}


def _unsure(read: Facts) -> set[Key]:
    return {key[:-1] for key in read if key[-1] == "unsure"}


def _same(left: object, right: object) -> bool:
    """Return whether two JSON values are equal: true is not 1, but 5 is 5.0."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _is_unsure(key: Key, unsure: set[Key]) -> bool:
    return key[-1] != "evidence" and any(key[:length] in unsure for length in range(2, len(key) + 1))


def _side(document: Document, key: Key, facts: Facts) -> str:
    """Return the place and the value of a fact on one side; if it is missing there, the place that should have it."""
    if key in facts:
        value, pointer = facts[key]
        return f"{document.place(pointer)} has {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
    for length in range(len(key), 0, -1):
        if near := _near(key, length, facts):
            return f"{document.place(near)} has no {written(key[length:])}"
    return f"{document.place(_holder(document, key[0]))} has no {written(key)}"


def _near(key: Key, length: int, facts: Facts) -> Pointer | None:
    """Return the place of the nearest fact; in an answer that of the answer, because its parts are in components."""
    of_answer = (key[0], "statuses", key[2]) if length == 3 and key[1] in OF_ANSWERS else key[:length]
    if of_answer in facts:
        return facts[of_answer][1]
    return next((pointer for name, (_, pointer) in facts.items() if name[:length] == key[:length]), None)


def _holder(document: Document, operation: str) -> Pointer:
    """Return the place for an operation: its path in a spec, its row in a reading."""
    place = ("operations", operation) if "operations" in document.root else ("paths", operation.partition(" ")[2])
    return place if " " in operation else ()


def main() -> int:
    """Print, for each provider, what was compared, what differs and what is unsure."""
    try:
        return _print_all()
    except (ReadingError, DocumentError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _print_all() -> int:
    status = 0
    for path in spec_files():
        reading = reading_at(READINGS / path.name)
        count, differences = compared(load(path), reading)
        name = path.stem
        doubts = reading.doubts()
        print(f"{name}: {count} facts, {len(differences)} differences, {len(doubts)} doubts")
        for difference in differences:
            print(f"  {difference}")
        if "--unsure" in sys.argv:
            for doubt in doubts:
                print(f"  unsure: {doubt}")
        status |= bool(differences)
    return status


if __name__ == "__main__":
    sys.exit(main())
