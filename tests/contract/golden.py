"""Numbers that the tests of this folder hold, in golden.yaml; as a program (`make golden`) it writes them anew.

The counts are those below which a list has lost cases: nearly all tests here are made from lists that are read from the specs,
and a list that loses half of its entries loses half of its tests, while nothing is red. `operations` has what no document says:
the module of each operation, and the examples of its request. `shown` is what the tables of the guide say of some models.
Holds no assertion.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from functools import cache
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
from rule_book import snake_case  # noqa: E402
from yaml_files import parse_yaml  # noqa: E402

HEAD: Final = """\
# Written by `make golden`; read the difference before you commit it. A lower count needs a reason in the commit: the documents
# say less than before. A limit that is shown for a model changes only if a document says so.
"""
SHOWN: Final = (
    ("vidu", "textToVideo", "viduq2"),
    ("vidu", "imageToVideo", "vidu2.0"),
    ("vidu", "referenceToVideo", "viduq3-mix"),
    ("vidu", "multiframe", "viduq2-pro"),
    ("vidu", "digitalHuman", "viduq2-pro"),
    ("zenlayer", "imageToVideo", "viduq3-mix"),
    ("skills_video", "createQ3Video", None),
)
"""Models whose limits are of different forms: a range, a list, one for each resolution, of the parts of a list, none."""


def counts(document: Document) -> Counter[str]:
    """How many cases the tests make of a spec, by what they are about."""
    import drawing as drawn
    import test_answers as answers
    import test_examples as examples
    import test_wire as wire

    found = Counter[str]()
    for name, cases in (
        ("requests on the wire", wire.REQUESTS),
        ("routes with an id on the wire", [(one, None) for one in wire.WITH_ID]),
        ("texts of queries on the wire", wire.TEXTS_OF_QUERIES),
        ("texts of headers on the wire", wire.HEADERS),
        ("answers that are read", answers.ANSWERS),
        ("answers that are changed", answers.JSON_ANSWERS),
        ("answers that are drawn", answers.SUCCESSES),
    ):
        found[name] = sum(1 for endpoint, _ in cases if endpoint.document is document)
    found["round-trips"] = sum(1 for one, _ in examples.BODIES if one is document)
    for start in drawn.STARTS:
        if start.endpoint.document is document:
            found["models that are drawn"] += 1
            found["edges inside"] += len(start.inside)
            found["edges outside"] += len(start.outside)
    return found


def operations(document: Document) -> dict[str, list[str]]:
    """By operation its module in the client, and its examples of a request: which body shows what is ours to choose."""
    return {
        f"{one.method.upper()} {one.path}": [
            f"module {as_list(one.value.get('tags'))[0]}.{snake_case(one.id)}",
            *(
                f"example {name}"
                for media in document.media((*one.pointer, "requestBody"))
                for name in as_object(as_object(document.at(media)).get("examples"))
            ),
        ]
        for one in document.operations()
    }


def shown(provider: str, operation: str, model: str | None) -> list[str]:
    """What the tables of the guide say of a model: seconds, and resolutions."""
    import capabilities
    from specs import endpoint_named

    endpoint = endpoint_named(provider, operation)
    return [f"{one.seconds} | {one.resolutions}" for one in capabilities.limits(endpoint.document, endpoint.operation, model)]


@cache
def held(part: str) -> Object:
    """One part of golden.yaml: `counts`, `operations` or `shown`."""
    return as_object(as_object(cast("Json", parse_yaml(FILE)))[part])


def lost(document: Document, found: Counter[str]) -> list[str]:
    """What there is less of than before, each with its place, and how to go on; empty if nothing is missing."""
    name = document.name
    if name not in held("counts"):
        return [f"golden.yaml has no counts of {name} yet: run `make golden`"]
    now = operations(document)
    missing = [
        f"{document.place(_place(document, operation, one))}: {one} of {operation} is gone"
        for operation, names in as_object(held("operations")[name]).items()
        for one in map(str, as_list(names))
        if one not in now.get(operation, [])
    ]
    missing += [
        f"openapi/{name}.yaml, {case}: {found[case]}, and there were {number}"
        for case, number in as_object(held("counts")[name]).items()
        if found[case] < int(str(number))
    ]
    advice = "Bring back what was lost; if the documents say less now, run `make golden` and say so in the commit."
    return [*missing, advice] if missing else []


def _place(document: Document, operation: str, name: str) -> Pointer:
    """Where something of an operation was, or what is left of that place."""
    method, _, path = operation.partition(" ")
    place: Pointer = ("paths", path, method.lower())
    examples = [(*media, "examples") for media in document.media((*place, "requestBody")) if name.startswith("example ")]
    return next(filter(document.has, [*examples, place]), ("paths",))


def main() -> int:
    from specs import DOCUMENTS

    lines = [HEAD, "counts:\n"]
    for document in DOCUMENTS:
        lines.append(f"  {document.name}:\n")
        lines += [f'    "{name}": {number}\n' for name, number in sorted(counts(document).items())]
    lines.append("operations:\n")
    for document in DOCUMENTS:
        lines.append(f"  {document.name}:\n")
        lines += [f'    "{name}": [{", ".join(names)}]\n' for name, names in operations(document).items()]
    lines.append("shown:\n")
    lines += [f"  {' '.join(map(str, row))}: {json.dumps(shown(*row))}\n" for row in SHOWN]
    FILE.write_text("".join(lines), encoding="utf-8")
    print(f"{FILE.relative_to(FOLDER.parents[1])} holds the numbers of {len(DOCUMENTS)} providers; read its difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
