"""Prepare a release: `make release VERSION=0.2.0`.

Writes the version and the changelog, builds, tries the wheel under every Python of this machine, writes a bill of materials,
audits the lock, and prints what is left to do by hand. Publishes nothing and makes no commit.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from packaging.version import Version

ROOT: Final = Path(__file__).resolve().parents[2]
OLDEST: Final = (3, 11)
NEWEST_TRIED: Final = 20
"""Minor version of Python up to which interpreters are searched for."""
LOCKS: Final = (".ci/requirements.txt", ".ci/docs.txt", ".ci/mutants.txt", ".ci/release.txt")
PIP: Final = ("-m", "pip", "--disable-pip-version-check", "--quiet", "install")
MINUTES: Final = 15
FORM: Final = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")
UNRELEASED: Final = "## [Unreleased]\n"

FIRST_EXAMPLE: Final = """
import re, subprocess, sys
from importlib.resources import files
from vidu_ext.emulator import Clock, EmulatorServer
page = files("vidu_ext").joinpath("guide", "first-video.md").read_text(encoding="utf-8")
example = re.search(r"```python\\n(.*?)```", page, re.DOTALL)[1]
with EmulatorServer(clock=Clock(rate=20)) as server:
    subprocess.run([sys.executable, "-W", "error", "-c", example], env=server.env(), check=True, timeout=120)
film = open("bird.mp4", "rb").read(32)
assert b"ftyp" in film, f"bird.mp4 begins with {film!r}"
"""


class ReleaseError(Exception):
    """The release cannot be prepared. The message says why and what to do."""


def run(*command: str, cwd: Path = ROOT) -> str:
    """Run a command and return what it prints. Raises ReleaseError with its messages if it fails."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60 * MINUTES, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ReleaseError(f"{' '.join(command[:4])}: {error}") from error
    if done.returncode != 0:
        raise ReleaseError(f"{' '.join(command[:4])} ... failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def interpreter_of(environment: Path) -> str:
    return str(environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


# -- version and changelog -------------------------------------------------------------------------------------------------


def check_version(text: str, current: str, tags: set[str]) -> None:
    """Raises ReleaseError for a version that is malformed, released already or older than the current one."""
    if not FORM.fullmatch(text):
        raise ReleaseError(f"{text!r} is no version: write VERSION=1.2.3, or VERSION=1.2.3rc1.")
    version = Version(text)
    if f"v{version}" in tags:
        raise ReleaseError(f"there is a tag v{version} already: take the next version.")
    if version < Version(current):
        raise ReleaseError(f"{version} is older than {current}, the version in pyproject.toml.")


def released(changelog: str, version: str, day: str) -> str:
    """Return the changelog with its unreleased entries under the version, and an empty section above them."""
    before, heading, after = changelog.partition(UNRELEASED)
    entries = re.split(r"^## ", after, maxsplit=1, flags=re.MULTILINE)[0]
    if not heading or not entries.strip():
        raise ReleaseError("CHANGELOG.md has nothing under [Unreleased]: write what changed for users.")
    if f"## [{version}]" in changelog:
        raise ReleaseError(f"CHANGELOG.md has a section [{version}] already.")
    return f"{before}{UNRELEASED}\n## [{version}] - {day}\n{after}"


def write_version(version: str) -> None:
    """Write the version into pyproject.toml and CHANGELOG.md. Changes neither if one of them cannot be changed."""
    project, changelog = ROOT / "pyproject.toml", ROOT / "CHANGELOG.md"
    text = project.read_text(encoding="utf-8")
    declared = re.search(r'^version = "(.+)"$', text, re.MULTILINE)
    if declared is None:
        raise ReleaseError("pyproject.toml has no line `version = ...`.")
    check_version(version, declared[1], set(run("git", "tag").split()))
    entries = released(changelog.read_text(encoding="utf-8"), version, datetime.datetime.now(datetime.UTC).date().isoformat())
    changelog.write_text(entries, encoding="utf-8")
    project.write_text(text.replace(declared[0], f'version = "{version}"', 1), encoding="utf-8")


# -- the wheel under every Python ------------------------------------------------------------------------------------------


def pythons() -> dict[str, str]:
    """Return the interpreters of this machine that the package supports, by version such as `3.12`: PATH, then pyenv."""
    names = [f"python3.{minor}" for minor in range(OLDEST[1], NEWEST_TRIED)]
    home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [sys.executable, *names, *map(str, sorted(home.glob("*/bin/python")))]
    by_version: dict[str, str] = {}
    for candidate in candidates:
        try:
            version = run(candidate, "-c", "import sys, venv; print(*sys.version_info[:2], sep='.')").strip()
        except ReleaseError:
            continue  # not there, or the shim of a version that is not selected
        if tuple(map(int, version.split("."))) >= OLDEST:
            by_version.setdefault(version, candidate)
    return by_version


def try_wheel(python: str, wheel: Path, folder: Path) -> str:
    """Install the wheel into a fresh environment and use it there. Returns the environment's interpreter."""
    run(python, "-m", "venv", str(folder / "venv"))
    inside = interpreter_of(folder / "venv")
    run(inside, *PIP, f"{wheel}[cli,contract,durable,emulator,mcp]")
    run(inside, "-W", "error", "-c", FIRST_EXAMPLE, cwd=folder)
    run(inside, "-m", "vidu_ext", "contract", "check", cwd=folder)
    return inside


# -- bill of materials and advisories --------------------------------------------------------------------------------------


def audit(lock: str, tools: str) -> str:
    """Say what is known of the packages in a lock file. Raises ReleaseError if one has a known vulnerability."""
    command = (tools, "-m", "pip_audit", "--requirement", lock, "--require-hashes", "--disable-pip", "--format", "json")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60 * MINUTES, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        return f"NOT audited, the source of advisories was not reached: {last[0][:200]}"
    packages = report["dependencies"]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    flaws = [f"{package['name']} {package['version']}: {flaw['id']}" for package in packages for flaw in package.get("vulns", ())]
    if flaws:
        raise ReleaseError("\n  ".join([f"{lock} holds packages with known vulnerabilities; run `make lock`:", *flaws]))
    if len(skipped) == len(packages):
        return f"NOT audited, the source of advisories knows none of the {len(packages)} packages"
    others = f"; not audited: {', '.join(skipped)}" if skipped else ""
    return f"{len(packages) - len(skipped)} without a known vulnerability{others}"


def prepare(version: str) -> Iterator[str]:
    """Prepare the release and say each step when it is done."""
    if run("git", "status", "--porcelain").strip():
        raise ReleaseError("there are changes that are not committed: commit or stash them first.")
    write_version(version)
    yield f"version {version} is in pyproject.toml and CHANGELOG.md"
    yield run("make", "--no-print-directory", "package").strip()
    (wheel,) = (ROOT / "dist").glob("*.whl")
    materials = wheel.with_suffix(".cdx.json")
    tools = tools_of_release()
    for name, python in pythons().items():
        with tempfile.TemporaryDirectory() as folder:
            inside = try_wheel(python, wheel, Path(folder))
            if not materials.exists():
                run(tools, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--output-file", str(materials), inside)
        yield f"Python {name}: installed, made the first video, `vidu contract check` passed"
    yield f"{materials.relative_to(ROOT)}: all that the wheel installs with its extras"
    for lock in LOCKS:
        yield f"{lock}: {audit(lock, tools)}"


def tools_of_release() -> str:
    """Make the environment of the tools that only a release needs, and return its interpreter."""
    home = ROOT / ".release"
    venv.create(home, with_pip=True)
    python = interpreter_of(home)
    run(python, *PIP, "--require-hashes", "--requirement", ".ci/release.txt")
    return python


LEFT: Final = """
Left to do by hand:
  1. read the difference (git diff), and commit it: git commit -am "release {version}"
  2. push, and wait until the workflow `ci` is green on Linux, macOS and Windows
  3. with keys of your own: make live
  4. git tag v{version} && git push --tags
  5. upload dist/*.whl and dist/*.tar.gz to the index, and attach dist/*.cdx.json to the release
"""
BACK: Final = "To go back: git checkout pyproject.toml CHANGELOG.md"


def main(words: list[str]) -> int:
    version = words[0] if words else ""
    try:
        for line in prepare(version):
            print(line, flush=True)
    except ReleaseError as error:
        changed = subprocess.run(("git", "diff", "--quiet", "HEAD"), cwd=ROOT, check=False).returncode
        print(f"error: {error}" + (f"\n{BACK}" if changed else ""), file=sys.stderr)
        return 1
    print(f"{LEFT.format(version=version)}{BACK}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
