"""`vidu cancel`: ask the provider to cancel tasks."""

from __future__ import annotations

from vidu_ext.cli.clients import opened
from vidu_ext.cli.failures import each
from vidu_ext.cli.formats import show
from vidu_ext.cli.output import Printer
from vidu_ext.cli.references import References, parsed


def run(output: Printer, refs: References) -> int:
    """Ask the provider to cancel tasks. One that already runs keeps running and is charged."""
    with opened(output) as vidu:
        return each(output, parsed(vidu, refs), lambda ref: show(output, vidu.cancel(ref)))
