"""The front page: what is there before its script fills it. Written anew for each request, for it tells addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vidu_ext.emulator.faults.rules import FAMILIES, KINDS, OPTIONS
from vidu_ext.emulator.routes import routes
from vidu_ext.emulator.settings import PROVIDERS

from .html import Content, Html, document, element, joined
from .reference import NAMES, top

SCRIPT: Final = "/_emulator/page.js"

_NUMBERS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "seconds": ("Seconds", "0", "3600", "any"),
    "pace": ("Bytes a second", "1", "1000000000", "1"),
    "sent": ("Bytes sent", "0", "1000000000000", "1"),
    "retry_after": ("Retry after, seconds", "0", "1000000", "any"),
}
"""Fields of some kinds that take a number: label, least, most, step."""

_CHOICES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "accepts": ("Is the call carried out?", {"": "as usual", "true": "yes", "false": "no"}),
    "retry_form": ("Retry after as", {"": "as usual", "seconds": "seconds", "date": "date"}),
    "range_answer": ("Answer to a range", {"": "as usual", "wrong_206": "wrong 206", "whole_200": "whole file, 200"}),
}
"""Fields of some kinds that take one of several words: label, and each word with what people read."""


def front_page(*, variables: Mapping[str, str]) -> Html:
    """The page. `variables` are those with which a program gets to this emulator."""
    main = element(
        "main",
        element("h1", "Emulator of the Vidu providers"),
        element("noscript", element("p", "This page needs JavaScript to show the tasks. The reference does without it.")),
        element("p", id="alarm", class_="alert", role="alert", hidden=""),
        element("p", id="said", class_="note", role="status", aria_live="polite"),
        _jumps(),
        element("div", element("h2", "Tasks"), element("span", id="task-count", class_="small"), class_="title"),
        element("ul", id="tasks", class_="tasks", aria_label="Tasks, the newest first"),
        element("p", "No task yet. Send a request to one of the addresses on this page.", id="empty", class_="empty"),
        element("p", element("button", "Show more", type="button", id="more", class_="quiet", hidden="")),
        id="content",
        tabindex="-1",
    )
    aside = element("aside", _addresses(variables), _clock(), _accounts(), _faults(), aria_label="Controls")
    page = element("div", main, aside, class_="front")
    return document("vidu-ext emulator", top("/"), page, scripts=(SCRIPT,))


def _jumps() -> Html:
    """On a narrow window the controls stand below the tasks."""
    links = [element("a", title, href=f"#{title.lower()}") for title in ("Addresses", "Clock", "Accounts", "Faults")]
    return element("nav", links, class_="jumps", aria_label="Controls")


def _panel(title: str, *contents: Content) -> Html:
    return element("section", element("h2", title), *contents, class_="panel", id=title.lower())


def _addresses(variables: Mapping[str, str]) -> Html:
    lines = "\n".join(f"export {name}={value}" for name, value in variables.items())
    return _panel(
        "Addresses",
        element(
            "details",
            element("summary", "Variables for a program that is to use this emulator"),
            element("pre", element("code", lines), tabindex="0"),
        ),
    )


def _clock() -> Html:
    step = _field("Seconds", element("input", id="step", type="number", min="0", step="any", value="10", required=""))
    return _panel(
        "Clock",
        element(
            "dl",
            element("div", element("dt", "Now (UTC)"), element("dd", id="now")),
            element("div", element("dt", "Pace"), element("dd", id="rate")),
        ),
        element("form", step, element("button", "Step", type="submit"), id="clock-form", class_="line"),
    )


def _accounts() -> Html:
    heads = [element("th", name, scope="col") for name in ("EmulatedAccount", "Credits", "Spent", "Running", "Waiting")]
    table = element("table", element("thead", element("tr", heads)), element("tbody"), id="account-table", hidden="")
    return _panel(
        "Accounts",
        element("div", table, class_="scroll", role="region", aria_label="Accounts", tabindex="0"),
        element("p", "No key has been used yet.", id="no-accounts", class_="about"),
        element("button", "Reset the emulator", type="button", id="reset", class_="quiet"),
    )


def _faults() -> Html:
    return _panel(
        "Faults",
        element("ul", id="rules", class_="rules", aria_label="Rules in force"),
        element("p", "No rule is in force: everything goes well.", id="no-rules", class_="about"),
        _fault_form(),
    )


def _fault_form() -> Html:
    kinds = [
        element(
            "option",
            name,
            value=name,
            data_about=kind.about,
            data_options=" ".join([*sorted(kind.options), *(["accepts"] if kind.may_choose else [])]),
        )
        for name, kind in KINDS.items()
    ]
    providers = [element("option", "all", value=""), *(element("option", NAMES[one], value=one) for one in PROVIDERS)]
    return element(
        "form",
        element(
            "div",
            _field("What goes wrong", element("select", kinds, id="kind", name="kind", aria_describedby="about-kind")),
            element("p", id="about-kind", class_="about"),
            class_="wide",
        ),
        _field("Provider", element("select", providers, id="provider", name="provider")),
        _operation_field(),
        _number_field("nth", "From which call on", "1", "1000000000", "1", placeholder="1"),
        _number_field("times", "How many calls", "1", "1000000000", "1", placeholder="all"),
        _number_field("probability", "Chance", "0", "1", "any", placeholder="1"),
        [_option_field(name) for name in (*sorted(OPTIONS), "accepts")],
        element(
            "div",
            element("button", "Add rule", type="submit", id="add-rule"),
            element("button", "Remove all", type="button", id="clear-rules", class_="quiet"),
            class_="wide line",
        ),
        element("p", id="fault-error", class_="error wide", role="alert"),
        id="fault-form",
    )


def _operation_field() -> Html:
    names = dict.fromkeys((*(one for one in FAMILIES if one != "other"), *(route.operation.id for route in routes())))
    choices = element("datalist", [element("option", value=name) for name in names], id="operations")
    field = element("input", id="operation", name="operation", list="operations", placeholder="all", autocomplete="off")
    return joined(_field("Operation", field), choices)


def _option_field(name: str) -> Html:
    """A field that only some kinds have; the script shows those of the chosen kind."""
    if name in _NUMBERS:
        label, least, most, step = _NUMBERS[name]
        return element("div", _number_field(name, label, least, most, step), data_option=name, hidden="")
    if name in _CHOICES:
        label, choices = _CHOICES[name]
        options = [element("option", text, value=word) for word, text in choices.items()]
        field = _field(label, element("select", options, id=name, name=name))
    else:
        field = _field(name.capitalize(), element("input", id=name, name=name, maxlength="80", autocomplete="off"))
    return element("div", field, data_option=name, hidden="")


def _number_field(name: str, label: str, least: str, most: str, step: str, placeholder: str | None = None) -> Html:
    field = element("input", id=name, name=name, type="number", min=least, max=most, step=step, placeholder=placeholder)
    return _field(label, field)


def _field(label: str, field: Html) -> Html:
    return element("label", label, field)
