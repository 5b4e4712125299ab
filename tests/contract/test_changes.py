"""A change of a spec since the last tag needs an entry in the changelog that names its provider."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import changes
import pytest
from specs import SOUND

CHANGELOG: Final = """# Changelog

## [Unreleased]

### Added

- {added}

### Changed

- {changed}

## [0.1.0]

### Changed

- sound is another.
"""


def git(root: Path, *words: str) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run([shutil.which("git") or "git", "-C", str(root), *author, *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one spec, which has a tag. Not to be changed."""
    folder = tmp_path_factory.mktemp("tagged")
    (folder / "openapi").mkdir()
    shutil.copy(SOUND.path, folder / "openapi")
    write_changelog(folder)
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "first"), ("tag", "v0.1.0")):
        git(folder, *words)
    return folder


@pytest.fixture
def root(tagged: Path, tmp_path: Path) -> Path:
    """A copy of that repository."""
    return shutil.copytree(tagged, tmp_path / "root")


def write_changelog(root: Path, *, added: str = "nothing", changed: str = "nothing") -> None:
    (root / "CHANGELOG.md").write_text(CHANGELOG.format(added=added, changed=changed))


def edit(root: Path, old: str, new: str) -> None:
    spec = root / "openapi" / SOUND.path.name
    assert old in spec.read_text()
    spec.write_text(spec.read_text().replace(old, new))


ADDED: Final = ("servers:\n", "servers:\n- url: https://second.example\n")
BROKEN: Final = ("/videos", "/films")


def test_unchanged_specs_need_no_changelog_entry(root: Path) -> None:
    assert changes.main(root) == 0


@pytest.mark.parametrize(
    ("change", "words", "code"),
    [
        (ADDED, {}, 1),
        (ADDED, {"added": "A second server for sound."}, 0),
        (ADDED, {"changed": "A second server for sound."}, 0),
        (ADDED, {"added": "The class `sound` and soundness."}, 1),
        (BROKEN, {}, 1),
        (BROKEN, {"added": "sound: more."}, 1),
        (BROKEN, {"changed": "sound: other paths."}, 0),
    ],
)
def test_change_of_a_spec_needs_an_entry_that_names_the_provider(
    change: tuple[str, str], words: dict[str, str], code: int, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(root, *change)
    write_changelog(root, **words)
    assert changes.main(root) == code
    assert ("openapi/sound.yaml" in capsys.readouterr().err) == (code == 1)


def test_change_of_words_needs_no_entry(root: Path) -> None:
    edit(root, "description:", "description: Now,")
    assert changes.main(root) == 0


def test_repository_without_a_tag_says_so_and_passes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(root, "tag", "-d", "v0.1.0")
    edit(root, *BROKEN)
    assert changes.main(root) == 0
    assert "no tag" in capsys.readouterr().out


def test_spec_that_is_gone_breaks_its_callers(root: Path) -> None:
    (root / "openapi" / SOUND.path.name).unlink()
    assert changes.main(root) == 1
