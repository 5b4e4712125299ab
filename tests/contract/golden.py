"""Numbers that the tests of this folder hold, in golden.yaml; as a program (`make golden`) it rewrites them.

The counts are those below which a list has lost cases: nearly all tests here are made from lists that are read from the specs,
and a list that loses half of its entries loses half of its tests, while nothing is red. `operations` has what no document says:
the module of each operation, and the examples of its request. `texts` has, for each file, the digest of what is compared with
nothing: descriptions, examples, notes and where a fact is from, in the specs and in the second reading. `readings` are digests of
the whole readings, so that none changes without a date. Limits and prices are held by the tables of the guide. Asserts nothing.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Final, cast

FOLDER: Final = Path(__file__).resolve().parent
FILE: Final = FOLDER / "golden.yaml"
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1] / "openapi")]

from documents import (  # noqa: E402  # the folders are on the path from here on
    Document,
    Json,
    Object,
    Pointer,
    as_list,
    as_object,
)
from fact_names import NOT_FACTS  # noqa: E402
from reading_file import Reading, readings  # noqa: E402
from readings import uncompared  # noqa: E402
from rule_book import snake_case  # noqa: E402
from yaml_files import parse_yaml  # noqa: E402

HEAD: Final = """\
# Written by `make golden`; read the difference before you commit it. A lower count needs a reason in the commit: the documents
# say less than before. Texts and examples change only if a document says so.
"""
BY_NAME: Final = ("examples", "x-reasons")
TEXTS: Final = NOT_FACTS | {"summary", "what", "source", "note", "doubts", "unsure", "since", "_prints", "$ref", *BY_NAME}
"""Members whose texts, lists and examples are compared with nothing. Those of BY_NAME hold one below each name."""
HEX_DIGITS: Final = 12


def counts(document: Document) -> Counter[str]:
    """Return how many cases the tests make of a spec, by what they are about."""
    import drawing as drawn
    import test_answers as answers
    import test_examples as examples
    import test_wire as wire

    number = Counter[str]()
    for name, cases in (
        ("requests on the wire", wire.REQUESTS),
        ("routes with an id on the wire", [(endpoint, None) for endpoint in wire.WITH_ID]),
        ("texts of queries on the wire", wire.TEXTS_OF_QUERIES),
        ("texts of headers on the wire", wire.HEADERS),
        ("answers that are read", answers.ANSWERS),
        ("answers that are changed", answers.JSON_ANSWERS),
        ("answers that are drawn", answers.SUCCESSES),
    ):
        number[name] = sum(endpoint.document is document for endpoint, _ in cases)
    number["round-trips"] = sum(holder is document for holder, _ in examples.BODIES)
    for start in drawn.STARTS:
        if start.endpoint.document is document:
            number["models that are drawn"] += 1
            number["edges"] += len(start.edits)
    return number


def operations(document: Document) -> dict[str, list[str]]:
    """Return by operation its module in the client, and its examples of a request: which body shows what is ours to choose."""
    return {
        f"{operation.method.upper()} {operation.path}": [
            f"module {as_list(operation.value.get('tags'))[0]}.{snake_case(operation.id)}",
            *(
                f"example {name}"
                for media in document.media((*operation.pointer, "requestBody"))
                for name in as_object(as_object(document.at(media)).get("examples"))
            ),
        ]
        for operation in document.operations()
    }


@cache
def held(part: str) -> Object:
    """Return one part of golden.yaml: `counts`, `operations`, `texts` or `readings`."""
    return as_object(as_object(cast("Json", parse_yaml(FILE)))[part])


def lost(document: Document, counted: Counter[str]) -> list[str]:
    """Return what there is less of than before, and how to go on; empty if nothing is missing."""
    name = document.name
    if name not in held("counts"):
        return [f"golden.yaml has no counts of {name} yet: run `make golden`"]
    now = operations(document)
    missing = [
        f"openapi/{name}.yaml: {case} of {operation} is gone"
        for operation, cases in as_object(held("operations")[name]).items()
        for case in map(str, as_list(cases))
        if case not in now.get(operation, [])
    ]
    missing += [
        f"openapi/{name}.yaml, {case}: {counted[case]}, and there were {number}"
        for case, number in as_object(held("counts")[name]).items()
        if counted[case] < int(str(number))
    ]
    advice = "Bring back what was lost; if the documents say less now, run `make golden` and say so in the commit."
    return [*missing, advice] if missing else []


def texts(document: Document) -> str:
    """Return the digest of all texts, examples and facts that the reading doubts, in any order of the file."""
    doubted = uncompared(document, readings()[document.name]) if document.name in readings() and "paths" in document.root else {}
    facts = (((*key,), value) for key, (value, _) in doubted.items())
    return _digest(*sorted(_digest([*steps], value) for steps, value in chain(_texts(document.root, ()), facts)))


def _texts(value: Json, steps: Pointer) -> Iterator[tuple[Pointer, Json]]:
    """Yield each with its steps: the place with conditions and names for positions in lists."""
    for name, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        here = (*steps, _name_of(below, name) if isinstance(value, list) else str(name))
        if name in BY_NAME and isinstance(below, dict):
            yield from (((*here, entry), text) for entry, text in below.items())
        elif name not in TEXTS or (isinstance(below, dict) and name != "example"):
            yield from _texts(below, here)
        else:
            yield here, below


def _name_of(entry: Json, index: object) -> str:
    known = as_object(entry)
    return str(next((known[word] for word in ("if", "name", "$ref", "of", "when") if word in known), index))


def _digest(*values: object) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:HEX_DIGITS]


def text_holders() -> Iterator[tuple[str, Document]]:
    """Yield every spec and every reading, as golden.yaml calls them."""
    from specs import DOCUMENTS

    yield from ((document.name, document) for document in DOCUMENTS)
    yield from ((f"reading of {name}", reading.document) for name, reading in readings().items())


def undated(reading: Reading, today: str) -> str | None:
    """Return what to do about a reading that has changed, and which date is missing; None if it has not changed."""
    now, before = _reading_digests(reading), as_object(held("readings").get(reading.document.name))
    if now == before:
        return None
    if not before:
        return f"golden.yaml does not know openapi/readings/{reading.document.path.name} yet: run `make golden`"
    if now["dates"] == before.get("dates") and reading.root.get("read") != today:
        return (
            f"openapi/readings/{reading.document.path.name} has changed, and no date has: give the document that says so its date"
            " under `documents`, or, if the same document was read again, write the day as `read`. Then run `make golden`"
        )
    return f"openapi/readings/{reading.document.path.name} has changed, with a date: run `make golden`"


def _reading_digests(reading: Reading) -> Object:
    dates = {"read", "documents"}
    return {
        "dates": _digest({name: value for name, value in reading.root.items() if name in dates}),
        "rows": _digest({name: value for name, value in reading.root.items() if name not in dates}),
    }


def main() -> int:
    from specs import DOCUMENTS

    second, today = readings(), datetime.now(UTC).date().isoformat()
    if undated_ones := [text for reading in second.values() if "no date" in (text := undated(reading, today) or "")]:
        print("\n".join(f"error: {text}" for text in undated_ones), file=sys.stderr)
        return 1
    lines = [HEAD, "counts:\n"]
    for document in DOCUMENTS:
        lines.append(f"  {document.name}:\n")
        lines += [f'    "{name}": {number}\n' for name, number in sorted(counts(document).items())]
    lines.append("operations:\n")
    for document in DOCUMENTS:
        lines.append(f"  {document.name}:\n")
        lines += [f'    "{name}": [{", ".join(names)}]\n' for name, names in operations(document).items()]
    lines.append("texts:\n")
    for title, document in text_holders():
        lines.append(f'  {title}: "{texts(document)}"\n')
    lines.append("readings:\n")
    lines += [f"  {name}: {json.dumps(_reading_digests(reading))}\n" for name, reading in second.items()]
    FILE.write_text("".join(lines), encoding="utf-8")
    print(f"{FILE.relative_to(FOLDER.parents[1])} holds the numbers of {len(DOCUMENTS)} providers; read its difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
