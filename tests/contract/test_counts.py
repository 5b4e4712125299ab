"""No list of cases has become shorter without a word."""

from __future__ import annotations

from collections import Counter

import golden
import pytest
from documents import Document
from specs import DOCUMENTS, document_named, id_of


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_no_list_of_cases_has_lost_any(document: Document) -> None:
    lost = golden.lost(document.name, golden.counts(document))
    assert not lost, "\n" + "\n".join(lost)


def test_counts_hold_no_provider_that_has_no_spec() -> None:
    assert golden.least().keys() == {document.name for document in DOCUMENTS}, "run `make golden`"


def test_list_that_vanishes_is_named() -> None:
    held = golden.counts(document_named("vidu"))
    (line,) = golden.lost("vidu", held - Counter({"edges outside": held["edges outside"]}))
    assert line.startswith("openapi/vidu.yaml, edges outside: 0, and there were ")
