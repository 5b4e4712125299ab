"""No list of cases becomes shorter unnoticed; texts and examples, which nothing else compares, are as they were."""

from __future__ import annotations

from collections import Counter
from typing import Final

import golden
import pytest
from attrs import evolve
from documents import Document, Object, as_list, as_object, pointer_of
from reading_file import Reading, readings
from specs import DOCUMENTS, GONE, document_named, id_of, with_change
from test_reading_slips import OPERATIONS

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
    lost = golden.lost(vidu, held - Counter({"edges": held["edges"]}))
    assert any(line.startswith("openapi/vidu.yaml, edges: 0, and there were ") for line in lost)
    assert "make golden" in lost[-1]


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ((f"{EXAMPLES}/{SHOWN}", GONE), f"example {SHOWN}"),
        ((f"{TEXT}/tags", ["tasks"]), "module video.text_to_video"),
        ((f"{TEXT}/operationId", "makeVideo"), "module video.text_to_video"),
    ],
)
def test_removed_case_is_named(change: tuple[str, object], gone: str) -> None:
    """Once, a lost example of a request only lowered a count."""
    comfy = with_change(document_named("comfy"), *change)
    lost = golden.lost(comfy, golden.counts(document_named("comfy")))
    assert f"openapi/comfy.yaml: {gone} of POST /proxy/vidu/text2video is gone" in lost


HOLDERS: Final = dict(golden.text_holders())


def test_texts_and_examples_are_those_of_the_golden_file() -> None:
    now = {title: golden.texts(document) for title, document in HOLDERS.items()}
    assert now == golden.held("texts"), "mend it; or if a document says so, which its source and date name, run `make golden`"


@pytest.mark.parametrize("name", readings())
def test_readings_are_those_of_the_golden_file_and_their_dates(name: str) -> None:
    advice = golden.undated(readings()[name], today="")
    assert advice is None, advice


def test_readings_are_those_that_there_are() -> None:
    assert golden.held("readings").keys() == readings().keys(), "run `make golden`"


DOUBTED: Final = "#/components/schemas/VideoSize/properties/height"
RULES: Final = "#/components/schemas/ImageToVideoRequest/allOf"


CHANGED: Final[list[tuple[str, str, object]]] = [
    ("comfy", f"{EXAMPLES}/{SHOWN}/value/model", "viduq1"),
    ("comfy", f"{TEXT}/description", "Costs nothing."),
    ("comfy", f"{TEXT}/x-source", ["https://docs.example.com"]),
    ("comfy", "#/components/headers/EstimateSource/example", "another"),
    ("vidu", f"{RULES}/1/x-decision", ["V99"]),
    ("vidu", "#/components/schemas/ErrorReason/x-reasons/VideoDownloadFailure", {}),
    ("vidu", "#/servers/1/description", GONE),
    ("skills_video", f"{OPERATIONS}/~1generation~1{{id}}/get/responses/403/$ref", "#/components/responses/NotFound"),
    ("zenlayer", f"{DOUBTED}/type", "string"),
    ("reading of comfy", "#/operations/POST ~1proxy~1vidu~1text2video/source", ["page"]),
]
"""Of a file a place, and the value that is written there."""


@pytest.mark.parametrize(("title", "place", "value"), CHANGED)
def test_changed_text_or_example_is_seen(title: str, place: str, value: object) -> None:
    """Once, a value in an example of an answer, and a description, were changed and nothing noticed."""
    assert golden.texts(with_change(HOLDERS[title], place, value)) != golden.held("texts")[title]


def test_rule_keeps_its_texts_if_others_are_added_before_it() -> None:
    comfy = document_named("comfy")
    with_one_more = with_change(comfy, RULES, [{}, *as_list(comfy.at(pointer_of(RULES)))])
    assert golden.texts(with_one_more) == golden.held("texts")["comfy"]


@pytest.mark.parametrize(
    ("changes", "is_another_day", "advice"),
    [({}, True, "no date has"), ({}, False, "with a date"), ({"read": "2030-01-01"}, True, "with a date")],
)
def test_changed_reading_needs_a_new_date(changes: Object, is_another_day: bool, advice: str) -> None:
    """The day may be there already: a reading can change twice on one day."""
    comfy = readings()["comfy"].document
    today = "2100-01-01" if is_another_day else str(comfy.root["read"])
    text = golden.undated(Reading(evolve(comfy, root={**comfy.root, "servers": [], **changes})), today) or ""
    assert advice in text
    assert "run `make golden`" in text
