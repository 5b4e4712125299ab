"""An answer that a user kept becomes an example of its spec, and nothing else of the file changes."""

from __future__ import annotations

import difflib
import json
import shutil
from pathlib import Path
from typing import Any, Final

import pytest
import seen
from attrs import evolve
from documents import FOLDER, Document, Json, as_object, load, pointer_of
from reading_file import readings
from readings import compared
from specs import ENDPOINTS, document_named

DAY: Final = "2026-11-28"
SPEC: Final = "zenlayer.yaml"
EXAMPLES: Final = "#/paths/~1v1~1vidu~1tasks~1{task_id}~1creations/get/responses/200/content/application~1json/examples"
FILE: Final[Json] = {"id": "1", "url": "https://a.example/é"}
ANSWER: Final[dict[str, Json]] = {"id": "940", "state": "success", "credits": 7, "creations": [FILE]}
SMALL: Final = ("zenlayer", "skills_video")
"""Specs that are read in a moment, one with mappings in braces, one with mappings in lines."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of two specs."""
    for name in SMALL:
        shutil.copy(FOLDER / f"{name}.yaml", tmp_path)
    return tmp_path


def recording_file(folder: Path, name: str = "one.json", answer: Json = ANSWER, **members: Json) -> Path:
    path = folder / name
    recording: dict[str, Json] = {
        "provider": "zenlayer",
        "operation": "getCreations",
        "status": 200,
        "date": DAY,
        "answer": answer,
    }
    path.write_text(json.dumps({**recording, **members}), encoding="utf-8")
    return path


def run(folder: Path, *paths: Path) -> int:
    return seen.main([str(path) for path in paths], folder)


def examples_of(document: Document) -> dict[str, Json]:
    return as_object(document.at(pointer_of(EXAMPLES)))


def test_recording_becomes_the_last_example_of_its_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, recording_file(folder)) == 0
    assert "run `make golden contract`" in capsys.readouterr().out
    name, example = list(examples_of(load(folder / SPEC)).items())[-1]
    assert (name, example) == (f"seen-{DAY}", {"value": ANSWER})
    lines = difflib.ndiff((FOLDER / SPEC).read_text().splitlines(), (folder / SPEC).read_text().splitlines())
    changed = [line for line in lines if line[0] in "+-"]
    assert [line[0] for line in changed] == ["+", "+"], changed
    # The second reading does not miss it in the documents.
    number, differences = compared(load(folder / SPEC), readings()["zenlayer"])
    assert (number > 0, differences) == (True, [])


def test_second_recording_of_a_day_has_a_number_and_the_same_one_is_there_already(folder: Path) -> None:
    other: Json = {**ANSWER, "credits": 8}
    assert (
        run(folder, recording_file(folder), recording_file(folder, "two.json", other), recording_file(folder, "three.json")) == 0
    )
    names = list(examples_of(load(folder / SPEC)))
    assert names[-2:] == [f"seen-{DAY}", f"seen-{DAY}-2"]


REFUSED: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "a member of another type": ({"answer": {**ANSWER, "credits": "many"}}, "credits: the example breaks its schema"),
    "a member that is new": ({"answer": {**ANSWER, "colour": "red"}}, "colour: the schema declares no such member"),
    "a status that is not documented": ({"status": 200, "operation": "nothing"}, "nothing"),
    "a key": ({"answer": {**ANSWER, "note": "Bearer 0123456789abcdef"}}, "looks like a key"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_recording_that_is_not_as_its_spec_says_changes_no_file(
    case: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    members, reason = REFUSED[case]
    assert run(folder, recording_file(folder, "good.json"), recording_file(folder, "bad.json", **members)) == 2
    printed = capsys.readouterr().err
    assert reason in printed
    assert "0123456789abcdef" not in printed
    assert (folder / SPEC).read_bytes() == (FOLDER / SPEC).read_bytes()


@pytest.mark.parametrize("provider", SMALL)
def test_each_documented_success_can_be_added_to_in_its_own_style_of_yaml(provider: str) -> None:
    """Mappings in braces and in lines, with comments and blank lines after them."""
    document = document_named(provider)
    values = {
        example.pointer[:-2]: example.value
        for endpoint in ENDPOINTS
        if endpoint.document is document
        for example in endpoint.answer_examples()
        if example.kind == "response" and isinstance(example.value, dict)
    }
    text = document.path.read_text(encoding="utf-8")
    for holder, value in values.items():
        text = seen.inserted(text, holder, "seen-today", json.dumps(value, ensure_ascii=False))
    after = evolve(document, root=as_object(seen.as_json(text)))
    for holder, value in values.items():
        before = as_object(document.at(holder)).items()
        assert list(as_object(after.at(holder)).items()) == [*before, ("seen-today", {"value": value})]
