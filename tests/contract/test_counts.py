"""No list of cases has become shorter without a word, and what no document says has not gone either."""

from __future__ import annotations

from collections import Counter
from typing import Final

import golden
import pytest
from documents import Document, as_object, pointer_of
from specs import DOCUMENTS, document_named, id_of
from test_reading_slips import GONE, OPERATIONS, Change, changed

TEXT: Final = f"{OPERATIONS}/~1proxy~1vidu~1text2video/post"
EXAMPLES: Final = f"{TEXT}/requestBody/content/application~1json/examples"
SHOWN: Final = next(iter(as_object(document_named("comfy").at(pointer_of(EXAMPLES)))))


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_no_list_of_cases_has_lost_any(document: Document) -> None:
    lost = golden.lost(document, golden.counts(document))
    assert not lost, "\n" + "\n".join(lost)


def test_counts_are_of_the_providers_that_have_a_spec() -> None:
    assert golden.held("counts").keys() == {document.name for document in DOCUMENTS}, "run `make golden`"


def test_list_that_vanishes_is_named() -> None:
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
def test_what_no_document_says_is_named_with_its_place_if_it_is_gone(change: Change, place: str, gone: str) -> None:
    """A lost example of a request was a count that fell, without the line in the file."""
    comfy, _ = changed(document_named("comfy"), change)
    lost = golden.lost(comfy, golden.counts(document_named("comfy")))
    assert f"openapi/comfy.yaml:{comfy.line(pointer_of(place))} {place}: {gone} of POST /proxy/vidu/text2video is gone" in lost
