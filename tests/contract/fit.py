"""Whether openapi/ and generated/ are fit to be tested: half edited, they would fail every file of this folder at its import.

Asserts nothing: test_fit.py fails with these messages, and conftest.py leaves out the other files until then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import generate
from documents import FOLDER, DocumentError, spec_files
from reading_file import readings
from reading_rules import ReadingError

LOCK: Final = FOLDER.parent / generate.GENERATED / generate.LOCK


def faults() -> list[str]:
    """Return what has to be mended first, each with its place and the next command; empty if the tests can begin."""
    try:
        return list(_faults())
    except OSError as error:
        return [f"{error}; bring the file back, or run `make generate`"]


def _faults() -> Iterator[str]:
    try:
        readings()
    except (ReadingError, DocumentError) as error:
        yield f"a reading cannot be read: {error}\nMend it, then run `make contract`."
        return
    lock: dict[str, object] = json.loads(LOCK.read_text(encoding="utf-8")) if LOCK.is_file() else {}
    if lock == {**generate.sources(spec_files()), "tree": lock.get("tree")}:
        return  # generated from just these files, which were fit then
    try:
        generate.load_checked(FOLDER)
    except generate.GenerationError as error:
        yield f"{error}\nMend the specs, then run `make contract`."
        return
    yield "generated/ is older than the specs, templates or generator: run `make generate`, or `make contract`, which does it."
