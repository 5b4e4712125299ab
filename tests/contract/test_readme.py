"""What openapi/README.md says about the specs is true of them, and so are the tables of README.md and the guide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import getdoc
from textwrap import dedent
from typing import Final

import capabilities
import pytest
from attrs import fields, frozen
from conftest import Record
from document_rules import EVIDENCE
from documents import FOLDER, Document, Json, as_list, pointer_of
from rule_book import RULES
from schema_rules import EXTENSIONS
from specs import CONTRADICTIONS, DOCUMENTS, id_of

from vidu_ext import Account, HealthPolicy, PollPolicy, RetryPolicy, Settings, SettlePolicy, Timeouts
from vidu_ext.providers import PROVIDERS
from vidu_ext.values import errors

TEXT: Final = (FOLDER / "README.md").read_text(encoding="utf-8")
TOP: Final = (capabilities.TOP / "README.md").read_text(encoding="utf-8")
COLUMNS: Final = ("id", "topic", "readings", "decision", "where")
ELSEWHERE: Final = "not in the spec: "
"""Begins the last cell of a row that decides to leave something out; the reason follows."""

POINTER: Final = re.compile(r"`(#/[^`]*)`")
MARK: Final = re.compile(r"`x-decision: ([A-Z]\d+)`")


def section(title: str, text: str = TEXT) -> str:
    """Return the text under a heading, up to the next heading of its level or a higher one."""
    match = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^(?!\1#)#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"openapi/README.md has no heading {title!r}"
    return match.group(2)


def rows(text: str) -> list[tuple[str, ...]]:
    """Return the cells of every table in the text, heads left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    rulers = {index for index, row in enumerate(cells) if set("".join(row)) <= set("-:")}
    return [row for index, row in enumerate(cells) if not rulers & {index, index + 1}]


def names_in(text: str) -> list[str]:
    """Return the first cell of every row, without its quotes."""
    return [row[0].strip("`") for row in rows(text)]


@frozen
class Contradiction:
    """One row: what the sources say and what was decided."""

    provider: str
    cells: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.cells[0]

    @property
    def where(self) -> str:
        return self.cells[-1]


def about(document: Document, title: str) -> str:
    """Return what a section says of one spec; nothing if it does not name the spec, which a test of its own reports."""
    heading, text = f"`{document.path.name}`", section(title)
    return section(heading, text) if f"### {heading}\n" in text else ""


def contradictions(document: Document) -> list[Contradiction]:
    return [Contradiction(document.name, row) for row in rows(about(document, "Contradictions"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_every_contradiction_is_decided(document: Document, record: Record) -> None:
    for row in contradictions(document):
        assert len(row.cells) == len(COLUMNS), f"{row.id}: a cell holds a bar, or one is missing"
        assert all(row.cells), f"{row.id}: a cell is empty"
        record(row.provider, CONTRADICTIONS, 1)


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_every_decision_names_a_place_that_exists_and_is_no_position_in_a_list(document: Document) -> None:
    """Once, a rule put before two others moved two decisions onto them, and nothing was seen."""
    for row in contradictions(document):
        if row.where.startswith(ELSEWHERE):
            assert row.where.removeprefix(ELSEWHERE), f"{row.id}: no reason"
            continue
        assert MARK.sub("", POINTER.sub("", row.where)).strip(" ,") == "", f"{row.id}: something beside the places"
        pointers = [pointer_of(pointer) for pointer in POINTER.findall(row.where)]
        assert pointers or MARK.findall(row.where) == [row.id], f"{row.id}: no place"
        for pointer in pointers:
            assert document.has(pointer), f"{row.id}: {pointer} is not in {document.path.name}"
            holders = (document.at(pointer[:length]) for length in range(len(pointer)))
            assert not any(isinstance(holder, list) for holder in holders), f"{row.id}: {pointer}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_marks_of_decisions_are_those_that_the_table_names(document: Document) -> None:
    named = {row.id for row in contradictions(document) if row.id in MARK.findall(row.where)}
    marks = [value for name, value in own_keys(document.root) if name == "x-decision"]
    marked = {str(id_) for value in marks for id_ in as_list(value) or [value]}
    assert marked == named, (
        f"{document.path.name} and the table of openapi/README.md, section Contradictions, name other decisions: correct the"
        " `x-decision` of the spec or the column `where`, then run `make contract`"
    )


@pytest.mark.parametrize("title", ["Contradictions", "What only a live call can settle"])
def test_every_section_is_about_a_spec_that_exists(title: str) -> None:
    headings = re.findall(r"^### `(.*)`$", section(title), re.MULTILINE)
    missing = [f"### `{document.path.name}`" for document in DOCUMENTS if document.path.name not in headings]
    assert not missing, f"openapi/README.md, section {title!r}, lacks the heading {', '.join(missing)}: write it, `make contract`"
    assert sorted(headings) == sorted(document.path.name for document in DOCUMENTS)


def test_described_house_rules_are_those_that_are_checked() -> None:
    assert sorted(names_in(section("House rules"))) == sorted(RULES)


def test_every_evidence_mark_is_described() -> None:
    described = names_in(section("What `x-evidence` says"))
    assert sorted(described) == sorted(EVIDENCE)


def own_keys(value: Json) -> Iterator[tuple[str, Json]]:
    """Yield every member whose name begins with x-. Examples are not searched: their members are the provider's."""
    if isinstance(value, dict):
        for name, below in value.items():
            if name.startswith("x-"):
                yield name, below
            elif name not in ("example", "examples"):
                yield from own_keys(below)
    if isinstance(value, list):
        for below in value:
            yield from own_keys(below)


USED: Final = [member for document in DOCUMENTS for member in own_keys(document.root)]


def test_described_keys_of_our_own_are_those_in_use() -> None:
    described = [name for name in names_in(section("Keys that begin with `x-`")) if name.startswith("x-")]
    assert described == sorted({name for name, _ in USED}) == sorted(EXTENSIONS)


def test_described_files_are_those_of_the_folder() -> None:
    described = names_in(section("What is here"))
    held = [path.name for path in FOLDER.iterdir() if path.suffix in (".py", ".yaml")]
    assert sorted(described) == sorted(held), "describe the files of openapi/ in openapi/README.md, section What is here"


# -- README.md and the guide -------------------------------------------------------------------------------------------


def guide(page: str) -> str:
    return (capabilities.GUIDE / f"{page}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", capabilities.TABLES)
def test_tables_are_as_new_as_the_specs(name: str) -> None:
    path, lines = capabilities.TABLES[name]
    text = path.read_text(encoding="utf-8")
    assert capabilities.updated(text, name, lines(list(DOCUMENTS))) == text, "run `make readme`"


def test_every_provider_is_in_the_tables_of_keys() -> None:
    """A new provider is shown to users with the variable of its key."""
    for text in (section("A key, and what a video costs", TOP), guide("providers")):
        missing = [f"{name.upper()}_API_KEY" for name in PROVIDERS if f"`{name.upper()}_API_KEY`" not in text]
        assert not missing, f"write {missing} into the tables of keys of README.md and vidu_ext/guide/providers.md"


SETTINGS: Final = (PollPolicy, RetryPolicy, SettlePolicy, HealthPolicy, Timeouts, Settings)


def defaults() -> Iterator[tuple[str, str]]:
    """Yield every setting with its default, as the guide writes them."""
    for kind in SETTINGS:
        for member in (member for member in fields(kind) if member.init):
            value = getattr(kind(), member.name)
            if not isinstance(value, SETTINGS):
                yield f"{kind.__name__}.{member.name}", f"{value:g}" if isinstance(value, float) else str(value)
    yield "Account.max_in_flight", str(Account(provider="vidu", key="key").max_in_flight)


def test_every_setting_is_shown_with_its_default() -> None:
    assert [(row[0].strip("`"), row[1]) for row in rows(guide("settings"))] == list(defaults())


@pytest.mark.parametrize("kind", SETTINGS)
def test_help_names_every_setting(kind: type) -> None:
    described = set(re.findall(r"`(\w+)`", getdoc(kind) or ""))
    assert {member.name for member in fields(kind) if member.init} - described == set()


def tree_of(text: str) -> list[str]:
    """Return the lines of the tree of errors in a text."""
    return dedent("\n".join(line for line in text.splitlines() if re.match(r"\s*(ViduError$|[│├└])", line))).splitlines()


def branches(kind: type[Exception], depth: int = 0) -> Iterator[tuple[int, str, str]]:
    """Yield an error and those below it, each with its depth and its base class of Python."""
    foreign = [
        base.__name__ for base in kind.__bases__ if not base.__module__.startswith("vidu_ext.values.") and base is not Exception
    ]
    yield depth, kind.__name__, "".join(foreign)
    for below in kind.__subclasses__():
        if below.__module__.startswith("vidu_ext.values."):
            yield from branches(below, depth + 1)


def test_every_error_is_described_once() -> None:
    lines = tree_of(guide("errors"))
    assert lines == tree_of(errors.__doc__ or "")
    matches = [re.fullmatch(r"([│├└─ ]*)(\w+)(?: \((\w+)\))?(?:  +(.*))?", line) for line in lines]
    drawn = [(len(match[1]) // 4, match[2], match[3] or "") for match in matches if match]
    assert drawn == list(branches(errors.ViduError))
