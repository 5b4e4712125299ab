"""`make generate` on bad input, with missing tools and cut off in the middle: one clear message, and nothing is changed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias

import generate
import pytest

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
    """Run the command; fail unless it prints these messages as an error and leaves every file as it is."""
    before = contents(repository)
    assert generate.main([], repository) == status
    printed = capture.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    for message in messages:
        assert message in printed.err
    assert contents(repository) == before


# -- a bad spec: test_slips.py has more -----------------------------------------------------------------------------------


def test_folder_without_a_spec_leaves_generated_as_it_is(repository: Path, capsys: Capture) -> None:
    (repository / SPEC).unlink()
    assert_refused(repository, capsys, f"there is no spec in {repository / 'openapi'}")


def test_every_bad_spec_is_named(repository: Path, capsys: Capture) -> None:
    """All faults are listed at once, not one after each repair."""
    shutil.copy(repository / SPEC, repository / "openapi/noise.yaml")
    replace(repository / SPEC, "summary: Start a task.", "description: Start a task.")
    replace(repository / "openapi/noise.yaml", "operationId: cancelVideo", "operationId: createVideo")
    assert_refused(repository, capsys, f"{SPEC}:8 #/paths/~1videos/post: summary is missing", "openapi/noise.yaml:65 ")


# -- missing and failing tools ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("installed", [None, "0.0.1"], ids=["missing", "another version"])
def test_tool_that_is_missing_or_of_another_version_is_named(
    installed: str | None, repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = generate.pinned_versions()
    name = next(iter(pinned))

    def version(tool: str) -> str:
        if tool == name and installed is None:
            raise PackageNotFoundError(tool)
        return str(installed) if tool == name else pinned[tool]

    monkeypatch.setattr(generate, "version", version)
    assert_refused(repository, capsys, f"{name} {pinned[name]} is needed, found {installed or 'none'}. Run `make setup`.")


def test_messages_of_a_failing_generator_are_shown(repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    run: Callable[..., object] = vars(generate)["subprocess"].run

    def write_and_fail(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        run(command, **options)
        return subprocess.CompletedProcess(command, 1, stdout="Error(s) encountered\n", stderr="Unable to parse\n")

    monkeypatch.setattr(vars(generate)["subprocess"], "run", write_and_fail)
    assert_refused(repository, capsys, f"{SPEC}: the generator failed:\nError(s) encountered\nUnable to parse\n")


def test_generator_that_does_not_end_is_stopped(repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "subprocess", subprocess)
    monkeypatch.setattr(generate, "GENERATION_SECONDS", 0.01)
    assert_refused(repository, capsys, f"{SPEC}: the generator did not finish within 0.01 s")


def test_warning_of_the_generator_is_an_error(repository: Path, capsys: Capture) -> None:
    """It only warns of an operation that it cannot read, here for its body, and leaves it out of the client."""
    replace(repository / SPEC, "application/json", "text/event-stream")
    assert_refused(repository, capsys, f"{SPEC}: the generator failed:", "Unsupported content type")


# -- work that would be lost --------------------------------------------------------------------------------------------

CLIENT: Final = "generated/vidu_clients/sound"


def edit(repository: Path) -> None:
    """Edit a file, add one, and remove one."""
    replace(repository / CLIENT / "client.py", "timeout", "patience")
    (repository / CLIENT / "mine.py").touch()
    (repository / CLIENT / "types.py").unlink()


def remove_lock(repository: Path) -> None:
    (repository / "generated/lock.json").unlink()
    edit(repository)


@pytest.mark.parametrize("change", [edit, remove_lock])
def test_change_by_hand_is_kept_and_refused(change: Callable[[Path], None], repository: Path, capsys: Capture) -> None:
    change(repository)
    differences = ("client.py differs", "mine.py should not be there", "types.py is missing")
    named = [f"vidu_clients/sound/{difference}" for difference in differences]
    assert_refused(repository, capsys, "generated/ was not written by `make generate` alone", *named)


def failing_rename(number: int) -> Callable[[Path, Path], Path]:
    """Return Path.rename, except that its call with this number fails."""
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
    ("problem", "reason", "status"),
    [(OSError(28, "No space left on device"), "No space left on device", 1), (KeyboardInterrupt(), "interrupted", 130)],
)
def test_full_disk_or_interruption_leaves_the_old_tree(
    problem: BaseException, reason: str, status: int, repository: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> str:
        raise problem

    monkeypatch.setattr(generate, "normalised", fail)
    assert_refused(repository, capsys, f"{reason}; generated/ is unchanged", status=status)


# -- without a problem ----------------------------------------------------------------------------------------------


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
