"""Every documented example is valid against its schema and survives its generated model unchanged."""

from __future__ import annotations

import pytest
from conftest import Record
from documents import Document, Example
from specs import BODY_KINDS, EXAMPLES, ROUND_TRIPS, id_of, same, to_json, to_model

BODIES = [(document, example) for document, example in EXAMPLES if example.kind in BODY_KINDS]


@pytest.mark.parametrize(("document", "example"), EXAMPLES, ids=id_of)
def test_example_breaks_its_own_schema(document: Document, example: Example) -> None:
    faults = document.faults(example.schema, example.value)
    assert [f"{document.place((*example.pointer, *place))}: {message}" for place, message in faults] == []


@pytest.mark.parametrize(("document", "example"), BODIES, ids=id_of)
def test_example_is_changed_by_its_generated_model(document: Document, example: Example, record: Record) -> None:
    back = to_json(to_model(document, example.schema, example.value))
    assert same(back, example.value), f"{document.place(example.pointer)}\n  back: {back!r}"
    record(document.name, ROUND_TRIPS, 1)
