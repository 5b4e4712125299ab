"""`vidu download`: the files of finished tasks."""

from __future__ import annotations

from vidu_ext.cli.clients import asking_client, configured
from vidu_ext.cli.failures import each
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.output import Printer
from vidu_ext.cli.references import References, parsed
from vidu_ext.cli.waits import fetch


def run(output: Printer, refs: References, files: FileOptions) -> int:
    """Download the files of finished tasks."""
    configuration = configured(output)
    delivery = files.delivery(configuration, tasks=len(refs))
    with asking_client(configuration) as vidu:
        return each(output, parsed(vidu, refs), lambda ref: fetch(output, vidu, ref, delivery))
