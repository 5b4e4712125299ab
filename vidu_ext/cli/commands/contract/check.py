"""`vidu contract check`: what is installed, held to each other."""

from __future__ import annotations

import typer

from vidu_ext.cli.completion import providers
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer


def run(
    output: Printer,
    provider: str | None = typer.Argument(None, metavar="[PROVIDER]", autocompletion=providers),
) -> int:
    """Hold the installed specs, generated clients and documented examples to each other. Sends nothing."""
    from vidu_ext.contract import installed
    from vidu_ext.providers import PROVIDERS, provider_named

    names = PROVIDERS if provider is None else (provider,)
    checked = [installed.check(provider_named(name).contract) for name in names]
    problems = [problem for one in checked for problem in one.problems]
    output.document({
        "providers": {
            one.provider: {
                "version": one.version, "operations": one.operations, "examples": one.examples, "round_trips": one.round_trips,
            }
            for one in checked
        },
        "problems": [
            {"provider": one.provider, "operation": one.operation, "place": one.place, "text": one.text} for one in problems
        ],
    })  # fmt: skip
    columns = ("provider", "version", "operations", "examples", "round trips")
    output.table(
        columns,
        [(one.provider, one.version, str(one.operations), str(one.examples), str(one.round_trips)) for one in checked],
    )
    if output.as_json:
        return Exit.DRIFT if problems else Exit.OK
    for problem in problems:
        output.error(str(problem))
    output.say(f"{len(problems)} problems" if problems else "specs, clients and examples agree")
    return Exit.DRIFT if problems else Exit.OK
