"""The specs and the second reading of the documents say the same, and a slip on either side is seen with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import frozen
from conftest import Record
from documents import Document, Json, Object, as_list, as_object, load
from reading_file import READINGS, Reading, reading_at, readings
from reading_rules import ReadingError
from readings import COMPARED, DOUBTED, compared
from specs import DOCUMENTS, id_of, with_change
from test_reading_slips import SCHEMAS

from vidu_ext.providers import PROVIDERS

READ: Final = readings()
IN_BOTH: Final = [document for document in DOCUMENTS if document.name in READ]


def test_every_spec_has_a_reading() -> None:
    missing = [f"openapi/readings/{document.name}.yaml" for document in DOCUMENTS if document.name not in READ]
    assert not missing, f"read the documents of the provider a second time, apart from the spec, and write {', '.join(missing)}"
    assert READ.keys() == {document.name for document in DOCUMENTS}, "a reading has no spec any more: remove it"


def test_every_spec_has_its_provider() -> None:
    missing = [document.name for document in DOCUMENTS if document.name not in PROVIDERS]
    step = "as openapi/README.md says, How to add a provider, and name it in PROVIDERS of vidu_ext/providers/__init__.py"
    assert not missing, f"write {', '.join(f'vidu_ext/providers/{name}.py' for name in missing)} {step}"


@pytest.mark.parametrize("document", IN_BOTH, ids=id_of)
def test_spec_and_documents_say_the_same(document: Document, record: Record) -> None:
    number, differences = compared(document, READ[document.name])
    next_step = "Read the documents again, mend whichever file is wrong, then run `make contract`."
    assert not differences, "\n".join(["", *map(str, differences), next_step])
    record(document.name, COMPARED, number)
    record(document.name, DOUBTED, len(READ[document.name].doubts()))


@pytest.mark.parametrize("document", IN_BOTH, ids=id_of)
def test_error_examples_have_the_status_that_the_page_of_errors_prints(document: Document) -> None:
    root = READ[document.name].root
    printed = printed_statuses(as_object(root["words"]))
    for status, answer in as_object(root.get("error_answers")).items():
        if as_object(answer).get("evidence") is None and status.isdigit() and printed:
            shows = as_object(answer)["shows"]
            words = [str(word).split()[0] for word in as_object(shows) or as_list(shows)]
            assert all(printed[word] == int(status) for word in words if word != "-"), status


def printed_statuses(words: Object) -> Object:
    """Return the status that the documents print beside each name of an error; of a code that is made of two, for each family."""
    codes = as_object(words.get("error_codes"))
    endings = {ending: as_object(row)["status"] for ending, row in as_object(codes.get("codes")).items()}
    made = {f"{family}_{ending}": status for family in as_list(codes.get("families")) for ending, status in endings.items()}
    return {**as_object(as_object(words.get("error_reasons")).get("values")), **made}


# -- a small pair ----------------------------------------------------------------------------------------------------------

HERE: Final = Path(__file__).parent
SMALL: Final = load(HERE / "small.yaml")
SMALL_READING: Final = (HERE / "small_reading.yaml").read_text(encoding="utf-8")


@frozen
class Pair:
    """The small spec and its reading, with changes."""

    folder: Path

    def spec(self, *change: Any) -> Document:
        return with_change(SMALL, *change) if change else SMALL

    def reading(self, edit: Callable[[str], str] = str) -> Reading:
        path = self.folder / f"reading-{len(list(self.folder.iterdir()))}.yaml"  # a file is read once
        path.write_text(edit(SMALL_READING), encoding="utf-8")
        return reading_at(path)


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def names(document: Document, reading: Reading) -> list[str]:
    return [difference.name for difference in compared(document, reading)[1]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("duration: [1, 8]", "duration: [1, 9]"),
        ("duration: [4, 4]", "duration: [4, 5]"),
        ("{of: [two]}", "{of: [two], duration: [1, 8]}"),
        ("{duration: 5}", "{duration: 6}"),
        (", default: {duration: 5}", ""),
        ("sound: true}", "sound: false}"),
        ("sound: boolean}", "sound: boolean, seed: integer}"),
        ("answer: {id: string}", "answer: {id: string, state: string}"),
    ],
)
def test_reading_that_says_more_or_other_than_the_spec_is_seen(pair: Pair, old: str, new: str) -> None:
    assert names(pair.spec(), pair.reading()) == []
    assert names(pair.spec(), pair.reading(lambda text: text.replace(old, new)))


def test_statuses_of_a_success_may_show_different_examples(pair: Pair) -> None:
    done = pair.reading(lambda text: text.replace("    shows: []\n", "    success: {'200': {evidence: unsure, shows: [done]}}\n"))
    assert names(pair.spec(), done) == ["POST /make statuses 200 evidence", "POST /make shows 200 done"]


def test_rule_that_can_never_apply_is_seen(pair: Pair) -> None:
    """It agrees with every body, and so with every reading."""
    unmet: Json = {"if": {"required": ["model"], "properties": {"model": {"enum": ["nine"]}}}, "then": {"required": ["sound"]}}
    differences = names(pair.spec(f"{SCHEMAS}/Request/allOf/1", unmet), pair.reading())
    assert any("no body made from the reading breaks this rule" in name for name in differences)


def test_keyword_that_no_body_can_be_made_for_is_refused(pair: Pair) -> None:
    odd = f"{SCHEMAS}/Request/allOf/0/then/properties/duration/multipleOf"
    with pytest.raises(ReadingError, match=r"small\.yaml:\d+ #/components/schemas/Request/allOf/0/then.*multipleOf"):
        compared(pair.spec(odd, 2), pair.reading())


def test_unsure_row_is_counted_and_not_compared(pair: Pair) -> None:
    doubted = pair.reading(lambda text: text.replace("{id: string}", "{id: {type: integer, unsure: two pages differ}}", 1))
    assert names(pair.spec(), doubted) == []
    assert [doubt.rpartition(": ")[2] for doubt in doubted.doubts()] == ["two pages differ"]


def test_spec_that_is_unsure_where_the_reading_is_not_is_seen(pair: Pair) -> None:
    marked = pair.spec(f"{SCHEMAS}/Request/properties/sound/x-evidence", "unsure")
    assert names(marked, pair.reading()) == ["POST /make body.sound evidence"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("source: [page]", "source: [sheet]", "no document is called sheet"),
        ("source: [page], answer", "answer", '"source" is a required property'),
        ("duration: [1, 8]", "duration: [1, 8, 9]", "write a range as"),
        ("{of: [two]}", "{of: [two], model: [one]}", "accepts no plain body for two"),
        ("answer: {id: string}, shows", "answer: {_prints: [state], id: string}, shows", "prints state, which has no row"),
        ("shows: []\n", "shows: []\n    prices: [{credits: '8, +5', source: [page]}]\n", r"prices/0: '8, \+5' needs `seconds`"),
        ("shows: []\n", "shows: []\n    prices: [{credits: '8, 5', seconds: [1, 3], source: [page]}]\n", "'8, 5' must list"),
    ],
)
def test_reading_that_cannot_be_read_is_refused_with_the_reason(pair: Pair, old: str, new: str, reason: str) -> None:
    with pytest.raises(ReadingError, match=reason):
        compared(pair.spec(), pair.reading(lambda text: text.replace(old, new, 1)))


def test_reading_names_only_public_sources() -> None:
    """Sources are pages and documents that anyone can open, never notes about them."""
    for path in READINGS.glob("*.yaml"):
        assert not re.search(r"\bfacts\b|shared/", path.read_text(encoding="utf-8")), path.name
