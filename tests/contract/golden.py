"""Numbers that the tests of this folder hold, in golden.yaml; as a program (`make golden`) it writes them anew.

The counts are those below which a list has lost cases: nearly all tests here are made from lists that are read from the specs,
and a list that loses half of its entries loses half of its tests, while nothing is red. `shown` is what the tables of the guide
say of some models. Holds no assertion.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, cast

FOLDER: Final = Path(__file__).resolve().parent
FILE: Final = FOLDER / "golden.yaml"
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1] / "openapi")]

from documents import Document, Json, Object, as_object  # noqa: E402  # the folders are on the path from here on
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

    found = Counter({"operations": sum(1 for _ in document.operations())})
    found.update(f"examples: {example.kind}" for example in document.examples())
    found.update(f"links: {name}" for name in links(document))
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


def links(document: Document) -> Iterator[str]:
    """The names of the links of all answers: what leads a program, and schemathesis, from one operation to the next."""
    for operation in document.operations():
        for _, response in document.responses(operation.pointer):
            yield from as_object(as_object(document.at(response)).get("links"))


def shown(provider: str, operation: str, model: str | None) -> list[str]:
    """What the tables of the guide say of a model: seconds, and resolutions."""
    import capabilities
    from specs import endpoint_named

    endpoint = endpoint_named(provider, operation)
    return [f"{one.seconds} | {one.resolutions}" for one in capabilities.limits(endpoint.document, endpoint.operation, model)]


@cache
def held(part: str) -> Object:
    """One part of golden.yaml, `counts` or `shown`."""
    return as_object(as_object(cast("Json", parse_yaml(FILE)))[part])


def least() -> dict[str, dict[str, int]]:
    """The counts by provider, as golden.yaml holds them."""
    return {name: {one: int(str(number)) for one, number in as_object(row).items()} for name, row in held("counts").items()}


def lost(provider: str, found: Counter[str]) -> list[str]:
    """What there is less of than before, and how to go on; empty if nothing is missing."""
    if provider not in least():
        return [f"golden.yaml has no counts of {provider} yet: run `make golden`"]
    return [
        f"openapi/{provider}.yaml, {name}: {found[name]}, and there were {number}. Bring back what was lost;"
        " if the documents say less now, run `make golden` and say so in the commit"
        for name, number in least()[provider].items()
        if found[name] < number
    ]


def main() -> int:
    from specs import DOCUMENTS

    lines = [HEAD, "counts:\n"]
    for document in DOCUMENTS:
        lines.append(f"  {document.name}:\n")
        lines += [f'    "{name}": {number}\n' for name, number in sorted(counts(document).items())]
    lines.append("shown:\n")
    lines += [f"  {' '.join(map(str, row))}: {json.dumps(shown(*row))}\n" for row in SHOWN]
    FILE.write_text("".join(lines), encoding="utf-8")
    print(f"{FILE.relative_to(FOLDER.parents[1])} holds the numbers of {len(DOCUMENTS)} providers; read its difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
