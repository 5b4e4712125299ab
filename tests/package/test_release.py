"""`make release`: what it refuses, and what it writes into the changelog."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest
import release
from release import ReleaseError

ROOT = Path(release.__file__).parents[2]
ENTRY = "### Added\n\n- A film.\n\n"
FIRST = "## [0.1.0] - 2026-01-02\n\n- The first.\n"
CHANGELOG = f"# Changelog\n\n## [Unreleased]\n\n{ENTRY}{FIRST}"


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("", "no version"),
        ("next", "no version"),
        ("0.1", "no version"),
        ("0.0.9", "older than 0.1.0"),
        ("v0.2.0", "no version"),
        ("0.3.0", "a tag v0.3.0 already"),
    ],
)
def test_version_that_cannot_be_released_is_refused(version: str, reason: str) -> None:
    with pytest.raises(ReleaseError, match=reason):
        release.check_version(version, "0.1.0", {"v0.3.0"})


@pytest.mark.parametrize("version", ["0.1.0", "0.1.1", "0.2.0rc1", "1.0.0"])
def test_version_that_is_new_is_taken(version: str) -> None:
    release.check_version(version, "0.1.0", {"v0.0.9"})


def test_unreleased_entries_move_below_the_version() -> None:
    """The form is that of Keep a Changelog: an empty section Unreleased stays on top."""
    changed = release.released(CHANGELOG, "0.2.0", "2026-11-28")
    assert changed == f"# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-28\n\n{ENTRY}{FIRST}"


@pytest.mark.parametrize(
    ("changelog", "version", "reason"),
    [
        (CHANGELOG.replace(ENTRY, ""), "0.2.0", "nothing under"),
        (CHANGELOG.replace("## [Unreleased]\n", ""), "0.2.0", "nothing under"),
        (CHANGELOG, "0.1.0", "a section .0.1.0. already"),
    ],
)
def test_changelog_that_does_not_fit_the_version_is_refused(changelog: str, version: str, reason: str) -> None:
    with pytest.raises(ReleaseError, match=reason):
        release.released(changelog, version, "2026-11-28")


def report(tmp_path: Path, document: object) -> str:
    """Return an interpreter whose `-m pip_audit` prints this report, in the form that pip-audit documents."""
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\ncat <<'END'\n{document if isinstance(document, str) else json.dumps(document)}\nEND\n")
    python.chmod(0o700)
    return str(python)


def test_known_vulnerability_stops_the_release(tmp_path: Path) -> None:
    flaw = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "description": ""}
    tools = report(tmp_path, {"dependencies": [{"name": "leaky", "version": "1.0", "vulns": [flaw]}], "fixes": list[object]()})
    with pytest.raises(ReleaseError, match=r"leaky 1\.0: PYSEC-2026-1"):
        release.audit("requirements.txt", tools)


UNKNOWN: Final = {"dependencies": [{"name": "sound", "skip_reason": "Dependency not found"}], "fixes": list[object]()}


@pytest.mark.parametrize("document", ["", UNKNOWN], ids=["no-report", "nothing-known"])
def test_audit_without_advisories_does_not_pass(tmp_path: Path, document: object) -> None:
    assert release.audit("requirements.txt", report(tmp_path, document)).startswith("NOT audited")


def test_audited_packages_are_counted_and_the_others_named(tmp_path: Path) -> None:
    sound = {"name": "sound", "version": "1.0", "vulns": list[object]()}
    tools = report(
        tmp_path, {"dependencies": [sound, {"name": "odd", "skip_reason": "Dependency not found"}], "fixes": list[object]()}
    )
    assert release.audit("requirements.txt", tools) == "1 without a known vulnerability; not audited: odd"


@pytest.mark.parametrize("workflow", ["ci", "watch"])
def test_workflow_runs_targets_of_the_makefile(workflow: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    run = re.findall(r"run: make ([a-z-]+)", (ROOT / ".github" / "workflows" / f"{workflow}.yml").read_text(encoding="utf-8"))
    assert run
    assert set(run) <= set(targets)
