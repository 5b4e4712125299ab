"""Read `readings/<provider>.yaml`, what the documents of a provider say, written from them alone and apart from its spec."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from attrs import frozen
from documents import FOLDER, Document, DocumentError, Json, Object, Pointer, as_list, as_object, load
from reading_rules import ReadingError

READINGS: Final = FOLDER / "readings"
SCHEMA: Final = READINGS / "schema.json"

DOUBTS: Final = ("unsure", "doubts")
"""A row that is `unsure` is not compared. `doubts` are other values that were read; the chosen one is compared."""


@frozen(eq=False)
class Reading:
    """One reading, with the words, media and shapes that its rows name."""

    document: Document

    @property
    def root(self) -> Object:
        return self.document.root

    @property
    def example_words(self) -> list[str]:
        """The members whose values distinguish examples."""
        return [str(word) for word in as_list(self.root.get("example_words"))]

    def named(self, kind: str, name: Json, pointer: Pointer) -> Object:
        """Return an entry of `words`, `media`, `shapes` or `headers`. Raises ReadingError if there is none of this name."""
        found = as_object(self.root.get(kind)).get(str(name))
        if not isinstance(found, dict):
            raise ReadingError(f"{self.document.place(pointer)}: {kind} has no {name}")
        return found

    def operations(self) -> Iterator[tuple[str, Object, Pointer]]:
        for name, value in as_object(self.root.get("operations")).items():
            yield name, as_object(value), ("operations", name)

    def doubts(self) -> list[str]:
        """Return every row that is not compared, and every recorded doubt, with its place."""
        return [f"{self.document.place(place)}: {text}" for place, text in _doubts(self.root, ())]


def readings(folder: Path = READINGS) -> dict[str, Reading]:
    """Return every reading by provider. Raises ReadingError for one that breaks schema.json or names an unknown document."""
    return {path.stem: reading_at(path) for path in sorted(folder.glob("*.yaml"))}


@cache
def reading_at(path: Path) -> Reading:
    try:
        document = load(path)
    except DocumentError as error:
        raise ReadingError(str(error)) from error
    schema = Document("schema", SCHEMA, json.loads(SCHEMA.read_text(encoding="utf-8")))
    faults = [f"{document.place(place)}: {message}" for place, message in schema.faults((), document.root)]
    faults += [f"{document.place(place)}: no document is called {name}" for place, name in _unknown_sources(document)]
    if faults:
        raise ReadingError("\n".join(faults))
    return Reading(document)


def _unknown_sources(document: Document) -> Iterator[tuple[Pointer, str]]:
    known = as_object(document.root.get("documents"))

    def below(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
        if isinstance(value, dict):
            for name in as_list(value.get("source")):
                if str(name).partition("/")[0] not in known:
                    yield (*pointer, "source"), str(name)
        for name, entry in entries(value):
            yield from below(entry, (*pointer, name))

    return below(document.root, ())


def _doubts(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    for name, below in entries(value):
        place = (*pointer, name)
        if name in DOUBTS:
            texts = below if isinstance(below, list) else [below]
            yield from ((place, str(text)) for text in texts)
        else:
            yield from _doubts(below, place)


def entries(value: Json) -> Iterator[tuple[str, Json]]:
    """Yield what is directly in an object or a list, by name or index; nothing for any other value."""
    if isinstance(value, dict):
        yield from value.items()
    if isinstance(value, list):
        yield from ((str(index), entry) for index, entry in enumerate(value))
