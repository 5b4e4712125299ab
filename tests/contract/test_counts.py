"""No list of cases has become shorter without a word, and what is compared with nothing is as it was: texts, examples."""

from __future__ import annotations

from collections import Counter
from typing import Final

import golden
import pytest
from attrs import evolve
from documents import Document, Object, as_list, as_object, pointer_of
from readings import Reading, readings
from specs import DOCUMENTS, document_named, id_of
from test_reading_slips import GONE, OPERATIONS, Change, changed

TEXT: Final = f"{OPERATIONS}/~1proxy~1vidu~1text2video/post"
EXAMPLES: Final = f"{TEXT}/requestBody/content/application~1json/examples"
SHOWN: Final = next(iter(as_object(document_named("comfy").at(pointer_of(EXAMPLES)))))


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_no_count_of_cases_has_fallen(document: Document) -> None:
    lost = golden.lost(document, golden.counts(document))
    assert not lost, "\n" + "\n".join(lost)


def test_counts_are_of_the_providers_that_have_a_spec() -> None:
    assert golden.held("counts").keys() == {document.name for document in DOCUMENTS}, "run `make golden`"


def test_list_of_cases_that_vanishes_is_named() -> None:
    vidu = document_named("vidu")
    held = golden.counts(vidu)
    lost = golden.lost(vidu, held - Counter({"edges outside": held["edges outside"]}))
    assert any(line.startswith("openapi/vidu.yaml, edges outside: 0, and there were ") for line in lost)
    assert "make golden" in lost[-1]


@pytest.mark.parametrize(
    ("change", "place", "gone"),
    [
        ((f"{EXAMPLES}/{SHOWN}", GONE), EXAMPLES, f"example {SHOWN}"),
        ((f"{TEXT}/tags", ["tasks"]), TEXT, "module video.text_to_video"),
        ((f"{TEXT}/operationId", "makeVideo"), TEXT, "module video.text_to_video"),
    ],
)
def test_removed_case_is_named_with_its_place(change: Change, place: str, gone: str) -> None:
    """A lost example of a request was a count that fell, without the line in the file."""
    comfy, _ = changed(document_named("comfy"), change)
    lost = golden.lost(comfy, golden.counts(document_named("comfy")))
    assert f"openapi/comfy.yaml:{comfy.line(pointer_of(place))} {place}: {gone} of POST /proxy/vidu/text2video is gone" in lost


HOLDERS: Final = dict(golden.text_holders())


@pytest.mark.parametrize("title", HOLDERS)
def test_texts_and_examples_are_those_of_the_golden_file(title: str) -> None:
    changes = golden.changed_texts(HOLDERS[title], as_object(golden.held("texts").get(title)))
    assert not changes, "\n" + "\n".join(changes)


@pytest.mark.parametrize("name", readings())
def test_readings_are_those_of_the_golden_file_and_their_dates(name: str) -> None:
    said = golden.undated(readings()[name], today="")
    assert said is None, said


def test_texts_are_of_the_files_that_there_are() -> None:
    assert golden.held("texts").keys() == HOLDERS.keys(), "run `make golden`"
    assert golden.held("readings").keys() == readings().keys(), "run `make golden`"


DOUBTED: Final = "#/components/schemas/VideoSize/properties/height"
RULES: Final = "#/components/schemas/ImageToVideoRequest/allOf"


@pytest.mark.parametrize(
    ("title", "place", "named", "value"),
    [
        ("comfy", f"{EXAMPLES}/{SHOWN}/value/model", f"{EXAMPLES}/{SHOWN}:", "viduq1"),
        ("comfy", f"{TEXT}/description", "", "Costs nothing."),
        ("comfy", f"{TEXT}/x-source", "", ["https://docs.example.com"]),
        ("comfy", "#/components/headers/EstimateSource/example", "", "another"),
        (
            "skills_video",
            f"{OPERATIONS}/~1generation~1{{id}}/get/responses/403/$ref",
            "",
            "#/components/responses/NotFound",
        ),
        ("vidu", f"{RULES}/1/x-decision", "", ["V99"]),
        ("vidu", "#/components/schemas/ErrorReason/x-reasons/VideoDownloadFailure", "", {}),
        ("zenlayer", f"{DOUBTED}/type", f"{DOUBTED}:", "string"),
        ("vidu", "#/servers/1/description", "#/servers/1:", GONE),
        ("reading of comfy", "#/operations/POST ~1proxy~1vidu~1text2video/source", "", ["page"]),
    ],
)
def test_changed_text_or_example_is_named_with_its_place(title: str, place: str, named: str, value: object) -> None:
    """Once, a value in an example of an answer, and a description, were changed and nothing noticed."""
    holder, _ = changed(HOLDERS[title], (place, value))
    *said, advice = golden.changed_texts(holder, as_object(golden.held("texts")[title]))
    line = holder.line(pointer_of((named or place).removesuffix(":")))
    assert any(f".yaml:{line} {named or place}" in one for one in said), said
    assert "make golden" in advice


def test_rule_keeps_its_texts_if_others_are_added_before_it() -> None:
    vidu = document_named("vidu")
    more, _ = changed(vidu, (RULES, [{}, *as_list(vidu.at(pointer_of(RULES)))]))
    assert golden.changed_texts(more, as_object(golden.held("texts")["vidu"])) == []


@pytest.mark.parametrize(
    ("changes", "days_later", "advice"),
    [({}, True, "no date has"), ({}, False, "with a date"), ({"read": "2030-01-01"}, True, "with a date")],
)
def test_changed_reading_needs_a_new_date(changes: Object, days_later: bool, advice: str) -> None:
    """The day may be there already: a reading can change twice on one day."""
    comfy = readings()["comfy"].document
    today = "2100-01-01" if days_later else str(comfy.root["read"])
    said = golden.undated(Reading(evolve(comfy, root={**comfy.root, "servers": [], **changes})), today)
    assert said is not None
    assert advice in said
    assert "run `make golden`" in said
