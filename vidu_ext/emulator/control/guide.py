"""The pages of the guide as HTML."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

_NAME: Final = re.compile(r"[\w-]+\.md|examples/[\w-]+\.(py|ipynb)", re.ASCII)


@cache
def guide_page(name: str) -> tuple[str, str] | None:
    """Return content type and text of a page as HTML, or of an example as it is; None for an unknown name."""
    page = files("vidu_ext").joinpath("guide", *name.split("/"))
    if _NAME.fullmatch(name) is None or not page.is_file():
        return None
    text = page.read_text(encoding="utf-8")
    if not name.endswith(".md"):
        return "text/plain; charset=utf-8", text
    frame = files("vidu_ext.emulator").joinpath("page", "guide.html").read_text(encoding="utf-8")
    return "text/html; charset=utf-8", frame.format(name=name.removesuffix(".md"), text=_html(text))


def _html(text: str) -> str:
    from markdown_it import MarkdownIt  # takes longer to import than uvicorn, and few runs show the guide

    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = reader.parse(text)
    for head, inline in pairwise(tokens):
        if head.type == "heading_open":
            head.attrSet("id", re.sub(r"[^\w\- ]", "", inline.content.lower()).strip().replace(" ", "-"))
    return str(reader.renderer.render(tokens, reader.options, {}))
