"""`vidu cancel`: ask the provider to cancel tasks."""

from __future__ import annotations

from vidu_ext.cli.arguments import References, parse_references
from vidu_ext.cli.clients import open_client
from vidu_ext.cli.failures import for_each
from vidu_ext.cli.formats import print_snapshot
from vidu_ext.cli.output import Printer


def run(output: Printer, refs: References) -> int:
    """Ask the provider to cancel tasks. One that already runs keeps running and is charged."""
    with open_client(output) as vidu:
        return for_each(output, parse_references(vidu, refs), lambda ref: print_snapshot(output, vidu.cancel(ref)))
