"""`vidu contract check`: compare the installed specs, clients and examples."""

from __future__ import annotations

import typer

from vidu_ext.cli.completion import providers
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer


def run(
    output: Printer,
    provider: str | None = typer.Argument(None, metavar="[PROVIDER]", autocompletion=providers),
) -> int:
    """Compare the installed specs, generated clients and documented examples. Sends nothing."""
    from attrs import asdict

    from vidu_ext.contract import installed
    from vidu_ext.providers import PROVIDERS, provider_named

    names = PROVIDERS if provider is None else (provider,)
    checked = [installed.check(provider_named(name).contract) for name in names]
    problems = [problem for one in checked for problem in one.problems]
    counts = {one.provider: asdict(one, filter=lambda member, _: member.name not in ("provider", "problems")) for one in checked}
    output.document({"providers": counts, "problems": [asdict(one) for one in problems]})
    columns = ("provider", "version", "operations", "examples", "round trips")
    output.table(columns, [(provider, *map(str, one.values())) for provider, one in counts.items()])
    if not output.as_json:
        for problem in problems:
            output.error(str(problem))
        output.say(f"{len(problems)} problems" if problems else "specs, clients and examples agree")
    return Exit.DRIFT if problems else Exit.OK
