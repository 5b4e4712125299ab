"""Check that CHANGELOG.md names what changed in the specs since the last tag: `make check-changes`, a part of `make check`.

A change that breaks callers needs an entry that names the provider under Changed, Deprecated, Removed or Fixed of the section
Unreleased; one that only adds needs such an entry under any heading. A change of texts needs none.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from documents import DocumentError, Object, load, spec_files

from vidu_ext.spec.diff import GRADES, Change, changes

ROOT: Final = Path(__file__).resolve().parents[1]
TITLES: Final = {"vidu": "Vidu", "comfy": "Comfy", "zenlayer": "Zenlayer", "skills_video": "skills.video"}
"""Names of providers in entries, if they differ from the names of the specs."""
BREAKING_HEADINGS: Final = ("Changed", "Deprecated", "Removed", "Fixed")
_CODE: Final = re.compile(r"`[^`]*`")


def last_tag(root: Path) -> str | None:
    """Return the last tag before the working tree; None without a tag or a repository."""
    done = _git(root, "describe", "--tags", "--abbrev=0")
    return done.stdout.decode().strip() if done.returncode == 0 else None


def specs_at(root: Path, tag: str) -> dict[str, Object]:
    """Return the specs at a tag, by name. Raises DocumentError if they cannot be read."""
    archived = _git(root, "archive", tag, "openapi")
    if archived.returncode:
        raise DocumentError(f"the specs of {tag} cannot be read: {archived.stderr.decode().strip()}")
    with TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(archived.stdout)) as archive:
        archive.extractall(folder, filter="data")
        return {path.stem: load(path).root for path in spec_files(Path(folder, "openapi"))}


def _git(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=False)  # noqa: S603, S607 - fixed words


def changed(old: Mapping[str, Object], new: Mapping[str, Object]) -> dict[str, tuple[Change, ...]]:
    """Return what changed in each spec. In a new one all is added, in a removed one all is broken."""
    nothing: Object = {"openapi": "3.1.0", "paths": {}}
    return {name: changes(old.get(name, nothing), new.get(name, nothing)) for name in sorted({*old, *new})}


def unsaid(by_spec: Mapping[str, tuple[Change, ...]], changelog: str) -> Iterator[str]:
    """Yield a message for each spec with changes that the changelog does not name, with the first of them."""
    entries = dict(_entries(changelog))
    for name, all_changes in by_spec.items():
        title = re.compile(rf"(?<!\w){re.escape(TITLES.get(name, name))}(?!\w)")
        for grade, headings in (("breaking", BREAKING_HEADINGS), ("additive", tuple(entries))):
            graded = [change for change in all_changes if change.grade == grade]
            if graded and not any(title.search(entries.get(heading, "")) for heading in headings):
                yield (
                    f"openapi/{name}.yaml has {len(graded)} {grade} changes, and no entry for {TITLES.get(name, name)} is under"
                    f" {' or '.join(headings) or 'Unreleased'} of CHANGELOG.md. The first: {graded[0]}"
                )


def _entries(changelog: str) -> Iterator[tuple[str, str]]:
    """Yield the text below each heading of the section Unreleased, without code: a class is called Vidu too."""
    section = re.split(r"^## ", changelog.partition("## [Unreleased]")[2], flags=re.MULTILINE)[0]
    for part in re.split(r"^### ", section, flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        yield heading.strip(), _CODE.sub("", text)


def main(root: Path = ROOT) -> int:
    tag = last_tag(root)
    if tag is None:
        print("there is no tag yet to compare the specs with")
        return 0
    try:
        by_spec = changed(specs_at(root, tag), {path.stem: load(path).root for path in spec_files(root / "openapi")})
    except DocumentError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    problems = list(unsaid(by_spec, (root / "CHANGELOG.md").read_text(encoding="utf-8")))
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    for name, all_changes in by_spec.items():
        counts = Counter(change.grade for change in all_changes)
        print(f"{name} since {tag}: {', '.join(f'{counts[grade]} {grade}' for grade in GRADES)}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
