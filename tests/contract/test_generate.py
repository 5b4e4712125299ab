"""`make generate` on bad input, with missing tools and cut off in the middle: one clear message, and nothing is changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias

import generate
import pytest
import templates
from attrs import evolve
from documents import FOLDER

Capture: TypeAlias = pytest.CaptureFixture[str]
SPEC: Final = "openapi/sound.yaml"


def contents(root: Path) -> dict[str, bytes | None]:
    """Return all files and folders below a folder, those that begin with a dot included."""
    return {str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} no longer holds {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def assert_refused(repository: Path, capture: Capture, *messages: str, status: int = 1) -> None:
    """Fails where the command does not say this, does more than saying it, or touches a file."""
    before = contents(repository)
    assert generate.main([], repository) == status
    printed = capture.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    for message in messages:
        assert message in printed.err
    assert contents(repository) == before


# -- a bad spec ---------------------------------------------------------------------------------------------------------

CREATE: Final = "#/paths/~1videos/post"
ANSWER: Final = f"{CREATE}/responses/200/content/application~1json/examples/created/value"
REQUEST: Final = "#/components/schemas/VideoRequest"
RULE: Final = f"{REQUEST}/allOf/0/then/properties/duration"

BAD_SPECS: Final[dict[str, tuple[str, str, str]]] = {
    "YAML syntax": ("tags: [video]", "tags: [video", ":11: not readable as YAML: expected ',' or ']'"),
    "character that YAML forbids": ("Start a task.", "Start\x07", ": not readable as YAML: unacceptable character #x0007"),
    "key written twice": (
        "summary: Start a task.", "summary: Start a task.\n      summary: Start it.",
        ':12: not readable as YAML: found duplicate key "summary"',
    ),
    "date without quotes": ('task_id: "1"', "task_id: 2026-01-01", f":33 {ANSWER}/task_id: YAML reads datetime.date(2026, 1, 1)"),
    "date that does not exist": ('task_id: "1"', "task_id: 2026-13-01", ": cannot be read: month must be in 1..12"),
    "status without quotes": ('"200":', "200:", f":24 {CREATE}/responses: YAML reads the key 200 as a int; quote it"),
    "number without end": ("x-default: 4", "x-default: .inf", f":103 {REQUEST}/properties/duration/x-default: YAML reads inf"),
    "no OpenAPI": ("title: Sound, ", "", ':3 #/info: not valid OpenAPI 3.1: "title" is a required property'),
    "type that does not exist": (
        "credits: {type: integer}", "credits: {type: number of credits}",
        ":121 #/components/schemas/Cancelled/properties/credits/type: the schema cannot be used: ",
    ),
    "limit written as text": (
        "maximum: 8", 'maximum: "8"',
        f':106 {RULE}/maximum: the schema cannot be used: "8" is not of type "number" (schemas_can_be_used)\n',
    ),
    "keyword that does not exist": (
        "maximum: 8", "maximun: 8", f":106 {RULE}/maximun: maximun is not known here; did you mean maximum?"
    ),
    "reference to nothing": (
        '$ref: "#/components/schemas/VideoRequest"', '$ref: "#/components/schemas/VideoRequests"',
        f":18 {CREATE}/requestBody/content/application~1json/schema/$ref: #/components/schemas/VideoRequests does not exist",
    ),
}  # fmt: skip
"""Old text, new text, and what has to be said. Mistakes that users make of themselves are below, in a real spec."""


@pytest.mark.parametrize("case", BAD_SPECS)
def test_bad_spec_is_refused_and_nothing_is_generated(case: str, repository: Path, capsys: Capture) -> None:
    old, new, message = BAD_SPECS[case]
    replace(repository / SPEC, old, new)
    assert_refused(repository, capsys, f"the specs have faults:\n  {SPEC}{message}")


NO_SPECS: Final[dict[str, tuple[bytes, str]]] = {
    "empty file": (b"", ": a spec is a YAML mapping; this file contains a NoneType"),
    "list": (b"- openapi\n", ": a spec is a YAML mapping; this file contains a list"),
    "bytes that are no text": (b"openapi: \xff\xfe", ": not readable as YAML: unacceptable character #x00ff"),
}


@pytest.mark.parametrize("case", NO_SPECS)
def test_file_that_is_not_a_spec_is_refused(case: str, repository: Path, capsys: Capture) -> None:
    content, message = NO_SPECS[case]
    (repository / SPEC).write_bytes(content)
    assert_refused(repository, capsys, f"{SPEC}{message}")


def test_folder_without_a_spec_leaves_generated_as_it_is(repository: Path, capsys: Capture) -> None:
    (repository / SPEC).unlink()
    assert_refused(repository, capsys, f"there is no spec in {repository / 'openapi'}")


def test_every_bad_spec_is_named(repository: Path, capsys: Capture) -> None:
    """All faults are listed at once, not one after each repair."""
    shutil.copy(repository / SPEC, repository / "openapi/noise.yaml")
    replace(repository / SPEC, "summary: Start a task.", "description: Start a task.")
    replace(repository / "openapi/noise.yaml", "operationId: cancelVideo", "operationId: createVideo")
    assert_refused(repository, capsys, f"{SPEC}:8 {CREATE}: summary is missing", "openapi/noise.yaml:65 ")


def test_file_whose_name_is_not_that_of_a_spec_is_refused_and_a_page_is_not(repository: Path) -> None:
    for name in ("README.md", "Two-Words.yaml", "other.yml", "other.json"):
        (repository / "openapi" / name).touch()
    rename = "a spec is a file that ends in .yaml; rename this one, or move it elsewhere"
    assert list(generate.misplaced_files(repository / "openapi")) == [
        "openapi/Two-Words.yaml: its name becomes a Python package: use lower-case letters, digits and _ only",
        f"openapi/other.json: {rename}",
        f"openapi/other.yml: {rename}",
    ]


# -- missing and failing tools ------------------------------------------------------------------------------------------


def versions(found: dict[str, str]) -> Callable[[str], str]:
    """Return what importlib.metadata.version answers where only these packages are installed."""

    def version(name: str) -> str:
        if name not in found:
            raise PackageNotFoundError(name)
        return found[name]

    return version


@pytest.mark.parametrize("found", [None, "0.0.1"], ids=["missing", "another version"])
@pytest.mark.parametrize("name", generate.pinned_versions())
def test_tool_that_is_missing_or_of_another_version_is_named(
    name: str, found: str | None, repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = generate.pinned_versions()
    installed = {other: version for other, version in {**pinned, name: found}.items() if version is not None}
    monkeypatch.setattr(generate, "version", versions(installed))
    assert_refused(repository, capsys, f"{name} {pinned[name]} is needed, found {found or 'none'}. Run `make setup`.")


def test_messages_of_a_failing_generator_are_shown(repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    run = subprocess.run

    def write_and_fail(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        run(command, **options)
        return subprocess.CompletedProcess(command, 1, stdout="Error(s) encountered\n", stderr="Unable to parse\n")

    monkeypatch.setattr(subprocess, "run", write_and_fail)
    assert_refused(repository, capsys, f"{SPEC}: the generator failed:\nError(s) encountered\nUnable to parse\n")


def test_generator_that_wrote_nothing_is_an_error(repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def do_nothing(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0, stdout="", stderr="")

    monkeypatch.setattr(subprocess, "run", do_nothing)
    assert_refused(repository, capsys, f"{SPEC}: the generator failed:")


def test_generator_that_does_not_end_is_stopped(repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "GENERATION_SECONDS", 0.01)
    assert_refused(repository, capsys, f"{SPEC}: the generator did not finish within 0.01 s")


def test_warning_of_the_generator_is_an_error(repository: Path, capsys: Capture) -> None:
    """It only warns of an operation that it cannot read, here for its body, and leaves it out of the client."""
    replace(repository / SPEC, "application/json", "text/event-stream")
    assert_refused(repository, capsys, f"{SPEC}: the generator failed:", "Unsupported content type")


def test_template_change_that_does_not_fit_is_an_error(
    repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "CHANGES", (evolve(templates.CHANGES[0], old="no template holds this"),))
    assert_refused(repository, capsys, f"the template {templates.CHANGES[0].template} contains 0 times, not once")


# -- work that would be lost --------------------------------------------------------------------------------------------

CLIENT: Final = "generated/vidu_clients/sound/client.py"


def edit(repository: Path) -> None:
    replace(repository / CLIENT, "timeout", "patience")


def remove_lock(repository: Path) -> None:
    edit(repository)
    (repository / "generated/lock.json").unlink()


def garble_lock(repository: Path) -> None:
    edit(repository)
    replace(repository / "generated/lock.json", "{", "<<<<<<< HEAD\n{")


EDITS: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "edited": (edit, "client.py differs"),
    "added": (lambda root: (root / "generated/vidu_clients/sound/mine.py").touch(), "mine.py should not be there"),
    "removed": (lambda root: (root / CLIENT).unlink(), "client.py is missing"),
    "lock removed": (remove_lock, "client.py differs"),
    "lock garbled": (garble_lock, "client.py differs"),
}


@pytest.mark.parametrize("change", EDITS)
def test_change_by_hand_is_kept_and_refused(change: str, repository: Path, capsys: Capture) -> None:
    by_hand, difference = EDITS[change]
    by_hand(repository)
    assert_refused(repository, capsys, "generated/ was not written by `make generate` alone", f"vidu_clients/sound/{difference}")


def failing_rename(number: int) -> Callable[[Path, Path], Path]:
    """Path.rename, except that the call with this number fails."""
    rename, calls = Path.rename, count(1)

    def rename_or_fail(path: Path, target: Path) -> Path:
        if next(calls) == number:
            raise OSError("the disk is gone")
        return rename(path, target)

    return rename_or_fail


@pytest.mark.parametrize(("number", "is_new"), [(1, False), (2, False), (1, True)])
def test_swap_that_fails_leaves_the_old_tree(
    number: int, is_new: bool, repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(repository / SPEC, "summary: Start a task.", "summary: Begin a task.")
    if is_new:
        shutil.rmtree(repository / "generated")
    monkeypatch.setattr(Path, "rename", failing_rename(number))
    assert_refused(repository, capsys, "the disk is gone; generated/ is unchanged")


@pytest.mark.parametrize(
    ("problem", "said", "status"),
    [(OSError(28, "No space left on device"), "No space left on device", 1), (KeyboardInterrupt(), "interrupted", 130)],
)
def test_full_disk_or_interruption_leaves_the_old_tree(
    problem: BaseException, said: str, status: int, repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> str:
        raise problem

    monkeypatch.setattr(generate, "normalised", fail)
    assert_refused(repository, capsys, f"{said}; generated/ is unchanged", status=status)


# -- and where all is well ----------------------------------------------------------------------------------------------


def test_change_of_a_spec_arrives_in_the_client(repository: Path, capsys: Capture) -> None:
    replace(repository / SPEC, "summary: Start a task.", "summary: Begin a task.")
    assert generate.main([], repository) == 0
    assert capsys.readouterr().out.startswith("generated 1 clients, 3 files changed in ")
    assert '"""Begin a task.' in (repository / "generated/vidu_clients/sound/api/video/create_video.py").read_text("utf-8")
    assert generate.main(["--check"], repository) == 0


def test_second_run_writes_nothing(repository: Path, capsys: Capture) -> None:
    written = {path: path.stat().st_mtime_ns for path in repository.rglob("*")}
    assert generate.main([], repository) == 0
    assert capsys.readouterr().out.startswith("generated 1 clients, 0 files changed in ")
    assert {path: path.stat().st_mtime_ns for path in repository.rglob("*")} == written


# -- what a user does to a real spec, seen from the outside -------------------------------------------------------------

REAL: Final = "openapi/zenlayer.yaml"
POLL: Final = "  /v1/vidu/tasks/{task_id}/creations:\n"


@pytest.fixture
def real_repository(tmp_path: Path) -> Path:
    """A copy of what the command needs of this repository, with one of its specs and an own generated/."""
    root = tmp_path / "repository"
    (root / "openapi").mkdir(parents=True)
    for file in (FOLDER.parent / "pyproject.toml", FOLDER.parent / REAL, FOLDER / "generator.yaml", *FOLDER.glob("*.py")):
        shutil.copy(file, root / file.relative_to(FOLDER.parent))
    shutil.copytree(FOLDER.parent / "generated", root / "generated")
    return root


def line_of(file: Path, text: str) -> int:
    """Return the line on which the last occurrence of a text begins."""
    return file.read_text(encoding="utf-8").rpartition(text)[0].count("\n") + 1


def leave_out_a_required_field(spec: Path) -> str:
    field = ", prompt: A paper bird takes off from a desk.}"
    replace(spec, field, "}")
    return (
        f":{line_of(spec, 'value: {model: viduq3-turbo}')} #/paths/~1v1~1vidu~1text2video/post/requestBody/content"
        '/application~1json/examples/minimal/value: the example breaks its schema: "prompt" is a required property'
    )


def add_an_operation_with_a_used_id(spec: Path) -> str:
    text = spec.read_text(encoding="utf-8")
    operation = text[text.index(POLL) : text.index("\ncomponents:\n")]
    replace(spec, "\ncomponents:\n", operation.replace("/vidu/", "/vidu2/", 1) + "\ncomponents:\n")
    return (
        f":{line_of(spec, '/v1/vidu2/') + 2} #/paths/~1v1~1vidu2~1tasks~1{{task_id}}~1creations/get/operationId:"
        " operationId getCreations is used already by GET /v1/vidu/tasks/{task_id}/creations"
    )


def close_an_enum_of_an_answer(spec: Path) -> str:
    text = spec.read_text(encoding="utf-8")
    before, found, after = text.rpartition('{$ref: "#/components/schemas/TaskState"}, {type: string}, {type: "null"}]')
    assert found, f"{spec.name} has no open words of states any more"
    spec.write_text(f'{before}{{$ref: "#/components/schemas/TaskState"}}]{after}', encoding="utf-8")
    line = before.count("\n") + 1
    return f":{line} #/components/schemas/GetCreationsReply/properties/state/anyOf/0: the enum is closed"


def change_a_type(spec: Path) -> str:
    replace(spec, 'progress: {type: [integer, "null"], ', "progress: {type: string, ")
    return (
        f":{line_of(spec, 'progress: 40')} #/paths/~1v1~1vidu~1tasks~1{{task_id}}~1creations/get/responses/200/content"
        '/application~1json/examples/processing/value/progress: the example breaks its schema: 40 is not of type "string"'
    )


STORIES: Final = (leave_out_a_required_field, add_an_operation_with_a_used_id, close_an_enum_of_an_answer, change_a_type)


@pytest.mark.parametrize("story", STORIES, ids=lambda function: function.__name__)
def test_mistake_in_a_real_spec_is_shown_with_its_place(story: Callable[[Path], str], real_repository: Path) -> None:
    message = story(real_repository / REAL)
    before = contents(real_repository)
    command = [sys.executable, "-B", "openapi/generate.py"]
    done = subprocess.run(command, cwd=real_repository, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"  {REAL}{message}" in done.stderr
    assert contents(real_repository) == before
