"""`vidu contract check`: compare the installed specs, clients and examples."""

from __future__ import annotations

import typer

from vidu_ext.cli.completion import providers
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.providers import PROVIDERS, provider_named


def run(
    output: Printer,
    provider: str | None = typer.Argument(None, metavar="[PROVIDER]", autocompletion=providers),
) -> int:
    """Compare the installed specs, generated clients and documented examples. Sends nothing."""
    from attrs import asdict

    from vidu_ext.contract import installed

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
