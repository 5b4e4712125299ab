"""`vidu open` and `vidu url`: the signed address of a result file. It works as a credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidu_ext.cli.arguments import Kind, Reference, parse_kind
from vidu_ext.cli.clients import open_client
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.values.tasks import Output


def open_in_browser(output: Printer, ref: Reference, *, kind: Kind = None) -> int:
    """Open the film of a finished task in the browser."""
    import webbrowser

    file = _file(output, ref, kind, is_opened=True)
    if not webbrowser.open(file.url):
        raise ConfigurationError(f"no browser can be opened here: `vidu download {ref}` fetches the file.")
    output.document({"reference": ref, "kind": file.kind})
    return Exit.OK


def url(output: Printer, ref: Reference, *, kind: Kind = None) -> int:
    """Print the signed address of a file of a finished task. It is a secret until it expires."""
    file = _file(output, ref, kind)
    output.warn("this address is a secret until it expires: everyone who has it can fetch the file")
    output.document({"reference": ref, "kind": file.kind, "url": file.url})
    output.row(file.url)
    return Exit.OK


def _file(output: Printer, ref: str, kind: str | None, *, is_opened: bool = False) -> Output:
    """Return the wanted file of a task. Raises the errors of `vidu download` if it has none, or none that may be opened."""
    from vidu_ext.client.base import safe_to_open
    from vidu_ext.flows.download import choose
    from vidu_ext.flows.poll import check_result

    output_kind = parse_kind(kind)
    with open_client(output) as vidu:
        snapshot = vidu.status(ref)
        safe = safe_to_open(snapshot, vidu)
    check_result(snapshot)
    file = choose(snapshot.outputs, output_kind)
    if not file.url.lower().startswith(("https://", "http://")):
        raise ConfigurationError(f"the {file.kind} file of {ref} has no web address: `vidu download {ref}` saves it.")
    if is_opened and file not in safe:
        raise ConfigurationError(
            f"the address of the {file.kind} file of {ref} leads to this machine or its network, and is not opened."
            f" `vidu url {ref}` prints it."
        )
    return file
