"""`vidu contract check` and `diff`: compare the installed specs with their clients and examples, or one spec with another."""

from __future__ import annotations

import typer
from attrs import asdict

from vidu_ext.cli.completion import providers
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.contract import installed
from vidu_ext.contract.documents import read_document
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.spec.diff import GRADES, changes


def run_check(
    output: Printer,
    provider: str | None = typer.Argument(None, metavar="[PROVIDER]", autocompletion=providers),
) -> int:
    """Compare the installed specs, generated clients and documented examples. Sends nothing."""
    names = PROVIDERS if provider is None else (provider,)
    checked = [installed.check(provider_named(name).contract) for name in names]
    problems = [problem for spec in checked for problem in spec.problems]
    counts = {
        spec.provider: asdict(spec, filter=lambda member, _: member.name not in ("provider", "problems")) for spec in checked
    }
    output.document({"providers": counts, "problems": [asdict(problem) for problem in problems]})
    columns = ("provider", "version", "operations", "examples", "round trips")
    output.table(columns, [(name, *map(str, row.values())) for name, row in counts.items()])
    for problem in () if output.as_json else problems:
        output.error(str(problem))
    output.summary(f"{len(problems)} problems" if problems else "specs, clients and examples agree")
    return Exit.DRIFT if problems else Exit.OK


def run_diff(
    output: Printer,
    old: str = typer.Argument(..., metavar="OLD", help="A file of OpenAPI 3.1, or a provider for its installed spec."),
    new: str = typer.Argument(..., metavar="NEW", help="The same."),
) -> int:
    """Compare two specs by what they mean to callers: breaking, additive, or text. Ends with 12 if anything breaks."""
    differences = changes(read_document(old), read_document(new))
    counts: dict[str, int] = {grade: sum(change.grade == grade for change in differences) for grade in GRADES}
    output.document({**counts, "changes": [asdict(change) for change in differences]})
    rows = [(change.grade, ", ".join(change.operations) or "document", change.text) for change in differences]
    output.table(("grade", "operations", "change"), rows)
    output.summary(", ".join(f"{number} {grade}" for grade, number in counts.items()))
    return Exit.DRIFT if counts["breaking"] else Exit.OK
