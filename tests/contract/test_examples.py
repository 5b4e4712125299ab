"""Every documented example survives its generated model unchanged.

That each is valid against its schema is the house rule `examples_keep_their_schema`, which test_house_rules.py holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import attrs
import pytest
from conftest import Record
from documents import Document, Example
from specs import BODY_KINDS, EXAMPLES, ROUND_TRIPS, id_of, same, to_json, to_model

BODIES = [(document, example) for document, example in EXAMPLES if example.kind in BODY_KINDS]


def undeclared_members(value: object, place: str = "") -> Iterator[str]:
    """Yield the places of undeclared members in a model, at any depth.

    A model that declares no members is a free object: its own members do not count.
    """
    if isinstance(value, list):
        for index, entry in enumerate(cast("list[object]", value)):
            yield from undeclared_members(entry, f"{place}/{index}")
        return
    model = cast("type[Any]", type(value))
    if not attrs.has(model):
        return
    declared = [field.name for field in attrs.fields(model) if field.name != "additional_properties"]
    if declared:
        yield from (f"{place}/{name}" for name in getattr(value, "additional_properties", {}))
    for name in declared:
        yield from undeclared_members(getattr(value, name), f"{place}/{name}")


@pytest.mark.parametrize(("document", "example"), BODIES, ids=id_of)
def test_example_round_trips_through_declared_members_of_its_generated_model(
    document: Document, example: Example, record: Record
) -> None:
    """Equality alone is not enough, because models keep undeclared members too.

    When a schema lost `err_msg`, every example still came back equal.
    """
    place = document.place(example.pointer)
    model = to_model(document, example.schema, example.value)
    assert same(to_json(model), example.value), f"{place}\n  back: {to_json(model)!r}"
    assert list(undeclared_members(model)) == [], f"{place}: the generated model does not declare these"
    record(document.name, ROUND_TRIPS, 1)  # counted only if the asserts above passed
