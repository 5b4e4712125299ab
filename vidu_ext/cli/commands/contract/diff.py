"""`vidu contract diff`: compare two specs."""

from __future__ import annotations

from collections import Counter

import typer

from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer


def run(
    output: Printer,
    old: str = typer.Argument(..., metavar="OLD", help="A file of OpenAPI 3.1, or a provider for its installed spec."),
    new: str = typer.Argument(..., metavar="NEW", help="The same."),
) -> int:
    """Compare two specs by what they mean to callers: breaking, additive, or text. Ends with 12 if anything breaks."""
    from attrs import asdict

    from vidu_ext.contract.documents import read_document
    from vidu_ext.spec.diff import GRADES, changes

    found = changes(read_document(old), read_document(new))
    counts = Counter(change.grade for change in found)
    output.document({**{grade: counts[grade] for grade in GRADES}, "changes": [asdict(one) for one in found]})
    output.table(
        ("grade", "operations", "change"), [(one.grade, ", ".join(one.operations) or "document", one.text) for one in found]
    )
    if not output.as_json:
        output.say(", ".join(f"{counts[grade]} {grade}" for grade in GRADES))
    return Exit.DRIFT if counts["breaking"] else Exit.OK
