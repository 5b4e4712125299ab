"""`vidu contract diff`: compare two specs."""

from __future__ import annotations

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

    differences = changes(read_document(old), read_document(new))
    counts: dict[str, int] = {grade: sum(change.grade == grade for change in differences) for grade in GRADES}
    output.document({**counts, "changes": [asdict(change) for change in differences]})
    rows = [(change.grade, ", ".join(change.operations) or "document", change.text) for change in differences]
    output.table(("grade", "operations", "change"), rows)
    output.summary(", ".join(f"{number} {grade}" for grade, number in counts.items()))
    return Exit.DRIFT if counts["breaking"] else Exit.OK
