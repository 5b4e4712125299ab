"""`vidu submit`: any operation of a provider that starts a task."""

from __future__ import annotations

from vidu_ext.cli.clients import load_configuration
from vidu_ext.cli.output import Printer
from vidu_ext.cli.request_options import OperationOptions, TaskOptions, operation_of

from .generate import submit_and_wait


def run(output: Printer, asked: OperationOptions, sending: TaskOptions) -> int:
    """Submit to any operation of a provider that starts a task, wait, download: vidu submit vidu lipSync --set text=Hello.

    `vidu spec PROVIDER` lists the operations, `vidu spec PROVIDER OPERATION` the members. Else as `vidu generate`.
    """
    asked, request = operation_of(asked, is_task=True)
    return submit_and_wait(output, load_configuration(output), asked, request, sending)
