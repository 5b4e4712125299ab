"""`vidu download`: the files of finished tasks."""

from __future__ import annotations

from vidu_ext.cli.arguments import References, parse_references
from vidu_ext.cli.clients import load_configuration, query_client
from vidu_ext.cli.failures import for_each
from vidu_ext.cli.files import FileOptions
from vidu_ext.cli.output import Printer
from vidu_ext.cli.waits import download_result


def run(output: Printer, refs: References, files: FileOptions) -> int:
    """Download the files of finished tasks."""
    configuration = load_configuration(output)
    files = files.checked(configuration, tasks=len(refs))
    with query_client(configuration) as vidu:
        return for_each(output, parse_references(vidu, refs), lambda ref: download_result(output, vidu, ref, files))
