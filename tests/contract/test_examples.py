"""Every documented example is valid against its schema and survives its generated model unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import attrs
import pytest
from conftest import Record
from documents import Document, Example
from specs import BODY_KINDS, EXAMPLES, ROUND_TRIPS, id_of, same, to_json, to_model

BODIES = [(document, example) for document, example in EXAMPLES if example.kind in BODY_KINDS]


@pytest.mark.parametrize(("document", "example"), EXAMPLES, ids=id_of)
def test_example_keeps_its_schema(document: Document, example: Example) -> None:
    faults = document.faults(example.schema, example.value)
    assert [f"{document.place((*example.pointer, *place))}: {message}" for place, message in faults] == []


def _entries(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def unknown(value: object, place: str = "") -> Iterator[str]:
    """Yield the members that a model keeps as unknown ones, however deep; a model that declares none keeps all of them so."""
    for index, entry in enumerate(_entries(value)):
        yield from unknown(entry, f"{place}/{index}")
    kind = cast("type[Any]", type(value))
    if not attrs.has(kind):
        return
    declared = [field.name for field in attrs.fields(kind) if field.name != "additional_properties"]
    if declared:
        yield from (f"{place}/{name}" for name in getattr(value, "additional_properties", {}))
    for name in declared:
        yield from unknown(getattr(value, name), f"{place}/{name}")


@pytest.mark.parametrize(("document", "example"), BODIES, ids=id_of)
def test_example_comes_back_from_its_generated_model_by_declared_members(
    document: Document, example: Example, record: Record
) -> None:
    """Unknown members are kept too: with the member `err_msg` lost, every example still came back equal."""
    model = to_model(document, example.schema, example.value)
    assert same(to_json(model), example.value), f"{document.place(example.pointer)}\n  back: {to_json(model)!r}"
    assert list(unknown(model)) == [], f"{document.place(example.pointer)}: the generated model does not declare these"
    record(document.name, ROUND_TRIPS, 1)
