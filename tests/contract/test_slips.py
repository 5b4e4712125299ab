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

SLIPS: Final[dict[str, tuple[str, str, str, str]]] = {
    "member of an answer misspelt": (DONE, DONE.replace("state", "sate"), f"{ANSWER}/done/value/sate", "did you mean state?"),
    "member of an inner object misspelt": (
        DONE, DONE.replace("{url", "{ulr"), f"{ANSWER}/done/value/files/0/ulr", "did you mean url?"
    ),
    "wrong type below two unions": (
        DONE, DONE.replace('"https://example.com/a.mp4"', "5"), f"{ANSWER}/done/value/files/0/url", '5 is not of type "string"'
    ),
    "webhooks": ("components:\n", "webhooks: {}\ncomponents:\n", "#/webhooks", "as a callback of the operation"),
    "key in the query": (
        "{type: http, scheme: bearer}", "{type: apiKey, in: query, name: key}",
        "#/components/securitySchemes/apiKey/in", "describe the header that the provider takes",
    ),
    "status without content": (
        '"404": {$ref: "#/components/responses/Error"}', '"404": {description: No such task.}',
        f"{POLL}/responses/404", "the answer has no content",
    ),
    "operation of a link": (FOLLOW, FOLLOW.replace("getVideo", "getVidoe"), f"{LINK}/operationId", "which is not an operation"),
    "parameter of a link": (FOLLOW, FOLLOW.replace("{id:", "{ids:"), f"{LINK}/parameters/ids", "has no parameter ids"),
    "member that a link reads": (FOLLOW, FOLLOW.replace("/task_id", "/taskid"), f"{LINK}/parameters/id", "no such member"),
    "expression of a link": (FOLLOW, FOLLOW.replace("$response", "$answer"), f"{LINK}/parameters/id", "is not an expression"),
    "deprecated member": (
        "credits: {type: integer}", "credits: {type: integer, deprecated: true}",
        "#/components/schemas/Cancelled/properties/credits/deprecated", "or of a member of a request",
    ),
    "member in no example": (
        "credits: {type: integer}", "credits: {type: integer}\n        seed: {type: integer}",
        "#/components/schemas/Cancelled/properties/seed", "no example has this member",
    ),
    "parameter of a path not declared": (
        "  /videos/{id}:\n", "  /videos/{name}:\n", "#/paths/~1videos~1{name}/get", "the path has {name}"
    ),
    "parameter of no path": (
        "/videos/{id}/cancel:", "/videos/cancel:", "#/paths/~1videos~1cancel/post/parameters/0/name", "has no {id}"
    ),
    "method misspelt": ("    get:\n", "    gte:\n", "#/paths/~1videos~1{id}/gte", "did you mean get?"),
    "form": (
        "content:\n          application/json:", "content:\n          multipart/form-data:",
        "#/paths/~1videos/post/requestBody/content/multipart~1form-data", "or as an upload in two steps",
    ),
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
    old, new, place, said = SLIPS[slip]
    text = TEXT.replace(old, new, 1)
    (tmp_path / "sound.yaml").write_text(text, encoding="utf-8")
    line = next(number for number, (a, b) in enumerate(zip(text.split("\n"), TEXT.split("\n"), strict=False), 1) if a != b)
    named = [fault for fault in faults(tmp_path) if f" {place} " in fault or f" {place}:" in fault]
    assert any(said in fault for fault in named), faults(tmp_path)
    first = min(int(fault.split(":")[1].split()[0]) for fault in named)
    assert line <= first <= line + 12, "the line is that of the slip, or of the place below it that is named"
    assert first > 1


def test_shared_file_beside_the_specs_is_reported_and_not_a_provider(tmp_path: Path) -> None:
    (tmp_path / "sound.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "common.yaml").write_text("components: {schemas: {Model: {type: string}}}\n", encoding="utf-8")
    (fault,) = faults(tmp_path)
    assert fault.startswith("  openapi/common.yaml:1 #: `openapi: 3.1.0` is missing")


@pytest.mark.parametrize("name", ["acme.yml", "acme.json", "acme-videos.yaml", "Acme.yaml"])
def test_spec_whose_name_cannot_be_a_package_is_reported(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert any(fault.startswith(f"  openapi/{name}: ") for fault in faults(tmp_path))
