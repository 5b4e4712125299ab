"""The counts below which the tests of this folder have lost cases, in golden.yaml; as a program (`make golden`) it counts anew.

Nearly all tests here are made from lists that are read from the specs. A list that loses half of its entries loses half of
its tests, and nothing is red. Holds no assertion.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final, cast

FOLDER: Final = Path(__file__).resolve().parent
FILE: Final = FOLDER / "golden.yaml"
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1] / "openapi")]

from documents import Document, Json, as_object  # noqa: E402  # the folders are on the path from here on
from yaml_files import parse_yaml  # noqa: E402

HEAD: Final = """\
# At least so many cases each list of the contract tests has, by provider. Written by `make golden`; a lower number here needs a
# reason in the commit: the documents say less than before.
"""


def counts(document: Document) -> Counter[str]:
    """How many cases the tests make of a spec, by what they are about."""
    import drawing as drawn
    import test_answers as answers
    import test_examples as examples
    import test_wire as wire

    found = Counter({"operations": sum(1 for _ in document.operations())})
    found.update(f"examples: {example.kind}" for example in document.examples())
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


@cache
def least() -> dict[str, dict[str, int]]:
    """The counts by provider, as golden.yaml holds them."""
    held = as_object(cast("Json", parse_yaml(FILE)))
    return {name: {one: int(str(number)) for one, number in as_object(row).items()} for name, row in held.items()}


def lost(provider: str, found: Counter[str]) -> list[str]:
    """What there is less of than before, and how to go on; empty if nothing is missing."""
    if provider not in least():
        return [f"golden.yaml has no counts of {provider} yet: run `make golden`"]
    return [
        f"{provider}, {name}: {found[name]}, and there were {number}. Bring back what was lost; if the documents say less now,"
        " run `make golden` and say so in the commit"
        for name, number in least()[provider].items()
        if found[name] < number
    ]


def main() -> int:
    from specs import DOCUMENTS

    lines = [HEAD]
    for document in DOCUMENTS:
        lines.append(f"{document.name}:\n")
        lines += [f'  "{name}": {number}\n' for name, number in sorted(counts(document).items())]
    FILE.write_text("".join(lines), encoding="utf-8")
    print(f"{FILE.name} holds the counts of {len(DOCUMENTS)} providers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
