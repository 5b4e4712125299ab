"""`vidu status`: the state of tasks now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from vidu_ext.cli.arguments import References, parse_references
from vidu_ext.cli.batch_file import rows_of_batches
from vidu_ext.cli.clients import open_client
from vidu_ext.cli.failures import for_each
from vidu_ext.cli.formats import print_snapshot
from vidu_ext.cli.output import Printer

if TYPE_CHECKING:
    from vidu_ext.values.tasks import Snapshot


def run(
    output: Printer,
    refs: References,
    *,
    urls: bool = typer.Option(False, "--urls", help="With --json: the signed addresses of the files. They expire."),
) -> int:
    """Show the state of tasks now; of a job of a batch of this folder also batch, key, prompt and values, on stderr."""
    with open_client(output) as vidu:
        return for_each(output, parse_references(vidu, refs), lambda ref: _print_state(output, vidu.status(ref), with_urls=urls))


def _print_state(output: Printer, snapshot: Snapshot, *, with_urls: bool) -> None:
    print_snapshot(output, snapshot, with_urls=with_urls)
    job = "SELECT batch, key, request FROM vidu_jobs WHERE reference = ?"
    for batch, key, request in rows_of_batches(job, str(snapshot.ref)):
        asked: dict[str, object] = json.loads(request)
        known = [f", {name} {asked[name]!r}" for name in ("prompt", "values") if asked.get(name)]
        output.say(f"{snapshot.ref}: job {key} of batch {batch}{''.join(known)}")
