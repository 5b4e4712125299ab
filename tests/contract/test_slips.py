"""A slip in a spec stops `make generate`, and the message names file, line, the innermost place and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import generate
import pytest
from specs import SOUND

TEXT: Final = SOUND.path.read_text(encoding="utf-8")
POLL: Final = "#/paths/~1videos~1{id}/get"
ANSWER: Final = f"{POLL}/responses/200/content/application~1json/examples"
LINK: Final = "#/paths/~1videos/post/responses/200/links/task"
DONE: Final = 'value: {task_id: "1", state: done, files: [{url: "https://example.com/a.mp4"}]}'
FOLLOW: Final = 'task: {operationId: getVideo, parameters: {id: "$response.body#/task_id"}}'

CREATE: Final = "#/paths/~1videos/post"
CREATED: Final = f"{CREATE}/responses/200/content/application~1json/examples/created/value"
REQUEST: Final = "#/components/schemas/VideoRequest"
MAXIMUM: Final = f"{REQUEST}/allOf/0/then/properties/duration"

SLIPS: Final[dict[str, tuple[str, str, str, str]]] = {
    "required member left out of an example": (
        "value: {model: one}", "value: {duration: 4}",
        f"{CREATE}/requestBody/content/application~1json/examples/minimal/value", '"model" is a required property',
    ),
    "enum of an answer closed": (
        '{anyOf: [{$ref: "#/components/schemas/State"}, {type: string}, {type: "null"}]}',
        '{anyOf: [{$ref: "#/components/schemas/State"}, {type: "null"}]}',
        "#/components/schemas/Task/properties/state/anyOf/0", "the enum is closed",
    ),
    "number without end": ("x-default: 4", "x-default: .inf", f"{REQUEST}/properties/duration/x-default", "YAML reads inf"),
    "no OpenAPI": ("title: Sound, ", "", "#/info", 'not valid OpenAPI 3.1: "title" is a required property'),
    "keyword that does not exist": (
        "maximum: 8", "maximun: 8", f"{MAXIMUM}/maximun", "maximun is not known here; did you mean maximum?"
    ),
    "reference to nothing": (
        '$ref: "#/components/schemas/VideoRequest"', '$ref: "#/components/schemas/VideoRequests"',
        f"{CREATE}/requestBody/content/application~1json/schema/$ref", "#/components/schemas/VideoRequests does not exist",
    ),
    "wrong type below two unions": (
        DONE, DONE.replace('"https://example.com/a.mp4"', "5"), f"{ANSWER}/done/value/files/0/url", '5 is not of type "string"'
    ),
    "expression of a link": (FOLLOW, FOLLOW.replace("$response", "$answer"), f"{LINK}/parameters/id", "is not an expression"),
    "method misspelt": ("    get:\n", "    gte:\n", "#/paths/~1videos~1{id}/gte", "did you mean get?"),
    "shared file": (
        '"#/components/schemas/VideoRequest"', '"./common.yaml#/components/schemas/VideoRequest"',
        "#/paths/~1videos/post/requestBody/content/application~1json/schema/$ref", "Copy the component below `components`",
    ),
}  # fmt: skip
"""Old text, new text, the place that is named, and what the message says there."""


def faults(folder: Path) -> list[str]:
    with pytest.raises(generate.GenerationError) as caught:
        generate.load_checked(folder)
    return str(caught.value).splitlines()[1:]


@pytest.mark.parametrize("slip", SLIPS)
def test_slip_is_named_with_its_line_and_its_innermost_place(slip: str, tmp_path: Path) -> None:
    old, new, place, message = SLIPS[slip]
    text = TEXT.replace(old, new, 1)
    (tmp_path / "sound.yaml").write_text(text, encoding="utf-8")
    line = next(number for number, (a, b) in enumerate(zip(text.split("\n"), TEXT.split("\n"), strict=False), 1) if a != b)
    named = [fault for fault in faults(tmp_path) if f" {place} " in fault or f" {place}:" in fault]
    assert any(message in fault for fault in named), faults(tmp_path)
    first = min(int(fault.split(":")[1].split()[0]) for fault in named)
    assert line <= first <= line + 12, "the line is that of the slip, or of the place below it that is named"
    assert first > 1


def test_shared_file_beside_the_specs_is_reported_and_not_a_provider(tmp_path: Path) -> None:
    (tmp_path / "sound.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "common.yaml").write_text("components: {schemas: {Model: {type: string}}}\n", encoding="utf-8")
    (fault,) = faults(tmp_path)
    assert fault.startswith("  openapi/common.yaml:1 #: `openapi: 3.1.0` is missing")


def test_file_whose_name_is_not_that_of_a_spec_is_refused_and_a_page_is_not(tmp_path: Path) -> None:
    for name in ("README.md", "Acme.yaml", "other.yml", "other.json", "two-words.yaml"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    package = "its name becomes a Python package: use lower-case letters, digits and _ only"
    rename = "a spec is a file that ends in .yaml; rename this one, or move it elsewhere"
    assert faults(tmp_path) == [
        f"  openapi/Acme.yaml: {package}",
        f"  openapi/other.json: {rename}",
        f"  openapi/other.yml: {rename}",
        f"  openapi/two-words.yaml: {package}",
    ]


UNREADABLE: Final[dict[str, tuple[bytes, str]]] = {
    "YAML syntax": (
        TEXT.replace("tags: [video]", "tags: [video", 1).encode(), ":11: not readable as YAML: expected ',' or ']'"
    ),
    "key written twice": (
        TEXT.replace("      tags:", "      operationId: make\n      tags:", 1).encode(),
        ':10: not readable as YAML: found duplicate key "operationId"',
    ),
    "date that does not exist": (
        TEXT.replace('task_id: "1"', "task_id: 2026-13-01", 1).encode(), ": cannot be read: month must be in 1..12"
    ),
    "list": (b"- openapi\n", ": a spec is a YAML mapping; this file contains a list"),
    "bytes that are no text": (b"openapi: \xff\xfe", ": not readable as YAML: unacceptable character #x00ff"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_file_that_is_not_a_spec_is_refused(case: str, tmp_path: Path) -> None:
    content, message = UNREADABLE[case]
    (tmp_path / "sound.yaml").write_bytes(content)
    assert faults(tmp_path)[0].startswith(f"  openapi/sound.yaml{message}")
