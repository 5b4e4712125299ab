"""`vidu guide`: the pages of the manual."""

from __future__ import annotations

from importlib.resources import files

import typer

from vidu_ext.cli.completion import guide_pages
from vidu_ext.cli.exits import Exit
from vidu_ext.cli.output import Printer
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.spelling import nearest


def run_guide(output: Printer, page: str = typer.Argument("index", metavar="[PAGE]", autocompletion=guide_pages)) -> int:
    """Print a page of the manual, or an example; without a name, the list of pages."""
    known = guide_pages("")
    if page not in known:
        raise ConfigurationError(f"the guide has no page {page!r}.{nearest(page, known)} `vidu guide` lists the pages.")
    is_example = "/" in page
    text = files("vidu_ext").joinpath("guide", *(page if is_example else f"{page}.md").split("/")).read_text(encoding="utf-8")
    output.document({"page": page, "text": text})
    if is_example:
        output.text(text.rstrip("\n"))
    else:
        output.markdown(text)
    return Exit.OK
