"""Specs as data: every example, callback and schema is met once, with what it belongs to, and words are those of the specs."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest
import words
from documents import Document, DocumentError, Json, load, normalised, text_of
from specs import DOCUMENTS
from yaml_files import parse_yaml

SMALL: Final = load(Path(__file__).with_name("places.yaml"))
POST: Final = "#/paths/~1make/post"
JSON: Final = "content/a~1json"


def test_yaml_is_read_by_the_rules_of_version_1_2() -> None:
    """The parser in C was written for 1.1, in which `no` is false, 1:30 is 90 and 017 is 15."""
    text = "on: no\n'1:30': 1:30\nodd: [017, 0o17, 1e3, ~, !!str 5]\nbase: &b {x: 1}\nother:\n  <<: *b\n  y: >-\n    a\n    b\n"
    assert parse_yaml(text) == {
        "on": "no",
        "1:30": "1:30",
        "odd": [17, 15, 1000.0, None, "5"],
        "base": {"x": 1},
        "other": {"x": 1, "y": "a b"},
    }


def test_every_example_is_met_once_with_its_kind_operation_and_status() -> None:
    met = {
        text_of(example.pointer): (example.kind, example.value, example.operation, example.status)
        for example in SMALL.examples()
        if example.pointer[:2] != ("paths", "/again")
    }
    assert met == {
        f"{POST}/requestBody/{JSON}/example": ("request", 1, "make", ""),
        f"{POST}/requestBody/{JSON}/examples/two/value": ("request", 2, "make", ""),
        f"{POST}/requestBody/{JSON}/schema/x-default": ("default", 5, "", ""),
        "#/components/examples/One/value": ("response", "one", "make", "200"),
        f"{POST}/responses/200/{JSON}/schema/items/x-default": ("default", 6, "", ""),
        f"{POST}/responses/200/headers/X-Left/example": ("header", 7, "make", ""),
        f"#/components/responses/No/{JSON}/example": ("error", "no", "", "400"),
        "#/components/responses/No/headers/X-Why/example": ("header", 8, "", ""),
        "#/components/parameters/Page/example": ("parameter", 3, "", ""),
        "#/paths/~1make/parameters/1/example": ("parameter", 4, "make", ""),
        f"{POST}/parameters/0/example": ("parameter", "m", "make", ""),
        f"{POST}/callbacks/done/{{url}}/post/{JSON.replace('content', 'requestBody/content')}/example": ("callback", "d", "", ""),
        f"{POST}/callbacks/done/{{url}}/post/parameters/0/example": ("parameter", "s", "", ""),
    }
    assert len({example.pointer for example in SMALL.examples()}) == len(list(SMALL.examples()))


def test_every_schema_is_met_once_and_conditions_are_distinguished_from_the_others() -> None:
    answers = [(text_of(schema.pointer), schema.conditional) for schema in SMALL.walk(SMALL.response_schemas())]
    assert len(answers) == len(set(answers))
    callback = f"{POST}/callbacks/done/{{url}}/post/requestBody/{JSON}/schema"
    assert {place for place in answers if place[0].startswith((POST, "#/components"))} == {
        (f"{POST}/responses/200/{JSON}/schema", False),
        (f"{POST}/responses/200/{JSON}/schema/items", False),
        (f"#/components/responses/No/{JSON}/schema", False),
        (callback, False),
        (f"{callback}/not", True),
    }


def test_value_is_validated_by_the_branch_that_it_was_meant_for() -> None:
    """Once, a fault of an object was reported as a fault of the text that the value could have been."""
    branches: Json = [{"type": "string"}, {"properties": {"a": {"type": "integer"}}, "type": "object"}]
    document = Document("branches", Path("branches.yaml"), {"a": {"anyOf": branches}})
    assert [place for place, _ in document.faults(("a",), {"a": "x"})] == [("a",)]
    assert [place for place, _ in document.faults(("a",), 5)] == [()]


def test_file_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("openapi: 3.1.0\ninfo: [\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"broken\.yaml:3"):
        load(broken)


def test_packaged_words_and_documents_are_those_of_the_specs() -> None:
    packages = files("vidu_clients")
    assert words.module(list(DOCUMENTS)) == packages.joinpath("words.py").read_text(encoding="utf-8")
    for document in DOCUMENTS:
        assert normalised(document) == packages.joinpath(document.name, "openapi.json").read_text(encoding="utf-8")
