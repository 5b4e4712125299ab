"""`vidu status`, `cancel`, `open` and `url`: what is known of a task, and the signed addresses of its files."""

from __future__ import annotations

import json
import webbrowser

import typer

from vidu_ext.cli.batch_file import rows_of_batches
from vidu_ext.cli.clients import open_client, parse_references
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.failures import for_each
from vidu_ext.cli.files import Kind
from vidu_ext.cli.formats import print_snapshot
from vidu_ext.cli.options import Reference, References
from vidu_ext.cli.output import Printer
from vidu_ext.client.base import safe_to_open
from vidu_ext.flows.download import choose
from vidu_ext.flows.poll import check_result
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.tasks import Output, Snapshot


def run_status(
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


def run_cancel(output: Printer, refs: References) -> int:
    """Ask the provider to cancel tasks. One that already runs keeps running and is charged."""
    with open_client(output) as vidu:
        return for_each(output, parse_references(vidu, refs), lambda ref: print_snapshot(output, vidu.cancel(ref)))


def run_open(output: Printer, ref: Reference, *, kind: Kind = None) -> int:
    """Open the film of a finished task in the browser."""
    file = _file(output, ref, kind, is_opened=True)
    if not webbrowser.open(file.url):
        raise ConfigurationError(f"no browser can be opened here: `vidu download {ref}` fetches the file.")
    output.document({"reference": ref, "kind": file.kind})
    return Exit.OK


def run_url(output: Printer, ref: Reference, *, kind: Kind = None) -> int:
    """Print the signed address of a file of a finished task. It is a secret until it expires."""
    file = _file(output, ref, kind)
    output.warn("this address is a secret until it expires: everyone who has it can fetch the file")
    output.document({"reference": ref, "kind": file.kind, "url": file.url})
    output.row(file.url)
    return Exit.OK


def _file(output: Printer, ref: str, kind: Kind, *, is_opened: bool = False) -> Output:
    """Return the wanted file of a task. Raises the errors of `vidu download` if it has none, or none that may be opened."""
    with open_client(output) as vidu:
        snapshot = vidu.status(ref)
        safe = safe_to_open(snapshot, vidu)
    check_result(snapshot)
    file = choose(snapshot.outputs, kind)
    if not file.url.lower().startswith(("https://", "http://")):
        raise ConfigurationError(f"the {file.kind} file of {ref} has no web address: `vidu download {ref}` saves it.")
    if is_opened and file not in safe:
        raise ConfigurationError(
            f"the address of the {file.kind} file of {ref} leads to this machine or its network, and is not opened."
            f" `vidu url {ref}` prints it."
        )
    return file
