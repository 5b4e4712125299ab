"""`vidu wait`: wait for tasks, from any process."""

from __future__ import annotations

from vidu_ext.cli.arguments import References, parse_references
from vidu_ext.cli.clients import client, load_configuration
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.output import Printer
from vidu_ext.cli.waits import WaitOptions, wait_and_deliver


def run(output: Printer, refs: References, waiting: WaitOptions, files: FileOptions) -> int:
    """Wait for tasks, from any process; with --output, download them too."""
    configuration = load_configuration(output)
    seconds = waiting.seconds(configuration)
    wanted = files.checked(configuration, tasks=len(refs)) if files.is_wanted else None
    with client(configuration, interval=waiting.interval) as vidu:
        return wait_and_deliver(output, vidu, parse_references(vidu, refs), timeout=seconds, files=wanted)
