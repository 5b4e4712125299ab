"""`vidu status`: the state of tasks now."""

from __future__ import annotations

import typer

from vidu_ext.cli.clients import opened
from vidu_ext.cli.failures import each
from vidu_ext.cli.formats import show
from vidu_ext.cli.output import Printer
from vidu_ext.cli.references import References, parsed


def run(
    output: Printer,
    refs: References,
    *,
    urls: bool = typer.Option(False, "--urls", help="With --json: the signed addresses of the files. They expire."),
) -> int:
    """Show the state of tasks now."""
    with opened(output) as vidu:
        return each(output, parsed(vidu, refs), lambda ref: show(output, vidu.status(ref), with_urls=urls))
