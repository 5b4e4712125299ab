"""`vidu spec --json-schema`: what a program in another language reads."""

from __future__ import annotations

import json
from pathlib import Path

from cli_running import Person


def test_the_schema_of_a_route_and_model_is_printed_as_json(tmp_path: Path) -> None:
    person = Person(tmp_path, [])
    asked = ("spec", "vidu", "textToVideo", "-m", "viduq3-turbo", "--json-schema")
    found = json.loads(person.does(*asked).out)
    assert found["properties"]["model"]["const"] == "viduq3-turbo"
    assert found["x-prices"]
    assert person.does(*asked, "--json").document == found


def test_schema_without_an_operation_is_refused(tmp_path: Path) -> None:
    done = Person(tmp_path, []).does("spec", "vidu", "--json-schema")
    assert (done.code, done.out) == (2, "")
    assert "OPERATION" in done.err
