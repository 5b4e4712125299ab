"""`vidu open` and `vidu url`: the signed address of a result file. It works as a credential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from vidu_ext.cli.clients import open_client
from vidu_ext.cli.completion import kinds, references
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.values.errors import ConfigurationError

if TYPE_CHECKING:
    from vidu_ext.values.tasks import Output

Reference: TypeAlias = Annotated[str, typer.Argument(metavar="REF", autocompletion=references, show_default=False)]
Kind: TypeAlias = Annotated[
    str | None, typer.Option("--kind", metavar="KIND", help="The file of this kind; else the main one.", autocompletion=kinds)
]


def show(output: Printer, ref: Reference, *, kind: Kind = None) -> int:
    """Open the film of a finished task in the browser."""
    import webbrowser

    found = _output(output, ref, kind)
    if not webbrowser.open(found.url):
        raise ConfigurationError(f"no browser can be opened here: `vidu download {ref}` fetches the file.")
    output.document({"reference": ref, "kind": found.kind})
    return Exit.OK


def url(output: Printer, ref: Reference, *, kind: Kind = None) -> int:
    """Print the signed address of a file of a finished task. It is a secret until it expires."""
    found = _output(output, ref, kind)
    output.warn("this address is a secret until it expires: everyone who has it can fetch the file")
    output.document({"reference": ref, "kind": found.kind, "url": found.url})
    output.row(found.url)
    return Exit.OK


def _output(output: Printer, ref: str, kind: str | None) -> Output:
    """Return the wanted file. Raises the errors of `vidu download` if the task has none."""
    from vidu_ext.cli.files import parse_kind
    from vidu_ext.flows.download import choose
    from vidu_ext.flows.poll import check_result

    wanted = parse_kind(kind)
    with open_client(output) as vidu:
        snapshot = vidu.status(ref)
    check_result(snapshot)
    found = choose(snapshot.outputs, wanted)
    if not found.url.lower().startswith(("https://", "http://")):
        raise ConfigurationError(f"the {found.kind} file of {ref} has no web address.")
    return found
