"""HTML, written so that text from outside cannot become markup: every text is escaped unless it was made here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final, TypeAlias


class Html(str):
    """Markup that is already escaped."""

    __slots__ = ()


Content: TypeAlias = "str | Iterable[Content] | None"
"""A text, escaped unless it is Html; several; nothing."""

_VOID: Final = frozenset({"meta", "link", "input", "br"})


def joined(*contents: Content) -> Html:
    """The contents one after the other."""
    parts: list[str] = []
    pending: list[Content] = list(reversed(contents))
    while pending:
        one = pending.pop()
        if isinstance(one, Html):
            parts.append(one)
        elif isinstance(one, str):
            parts.append(escape(one))
        elif one is not None:
            pending += reversed(list(one))
    return Html("".join(parts))


def element(name: str, /, *contents: Content, **attributes: str | None) -> Html:
    """An element. A name of an attribute may end with `_`, other `_` stand for `-`; None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items() if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(*contents)}</{name}>")


def table(heads: Iterable[Content], rows: Iterable[Iterable[Content]], *, label: str) -> Html:
    """A table whose rows begin with their own heading, in a box that can be scrolled with the keyboard."""
    head = element("tr", [element("th", one, scope="col") for one in heads])
    body: list[Html] = []
    for row in rows:
        first, *others = row
        body.append(element("tr", element("th", first, scope="row"), [element("td", one) for one in others]))
    inner = element("table", element("thead", head), element("tbody", body))
    return element("div", inner, class_="scroll", role="region", aria_label=label, tabindex="0")


def document(title: str, *body: Content, scripts: Iterable[str] = ()) -> Html:
    """A whole page with the style sheet of the emulator; scripts are given by address."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("link", rel="stylesheet", href="/_emulator/page.css"),
        element("link", rel="icon", href="/_emulator/icon.svg", type="image/svg+xml"),
        [element("script", src=address, type="module") for address in scripts],
    )
    return Html("<!doctype html>\n" + element("html", head, element("body", *body), lang="en"))
