"""Generate the typed clients from the specs: `make generate`, and with --check `make check-generated`.

Hermetic: exact versions of generator and formatter, settings from generator.yaml alone, no network. The new tree is
built beside the old one and replaces it when it is complete.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import tomllib
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import facts
import openapi_spec_validator
import templates
import words
from attrs import evolve
from documents import (
    FOLDER,
    MESSAGE_CHARACTERS,
    Document,
    DocumentError,
    Json,
    Object,
    Pointer,
    as_list,
    as_object,
    load,
    normalised,
    spec_files,
)
from house_rules import ASKED_FIRST, findings

ROOT: Final = FOLDER.parent
GENERATED: Final = "generated"
PACKAGE: Final = "vidu_clients"
LOCK: Final = "lock.json"
CLIENT_FILES: Final = FOLDER / "client_files"
"""Files of our own: a module for each package, and what our templates share."""
READING: Final = "reading.py"
TEMPLATE_SOURCES: Final = (FOLDER / "templates.py", FOLDER / "facts.py", CLIENT_FILES / READING, CLIENT_FILES / "kinds.jinja")
SETTINGS: Final = FOLDER / "generator.yaml"
LEFT_BEHIND: Final = frozenset({"__pycache__", ".ruff_cache", ".mypy_cache"})
"""Folders that Python and the tools leave in a tree."""
GENERATION_SECONDS: Final = 120
"""Seconds after which the generator is stopped, for each spec."""

PACKAGE_DOCSTRING: Final = '''\
"""Typed clients, one package per provider. Written by `make generate` from openapi/*.yaml; never edited.

For pytest, which finds a plugin beside it: PYTEST_DONT_REWRITE.
"""
'''


class GenerationError(Exception):
    """Nothing was generated and nothing was changed. The message says why and what to do."""


def pinned_versions() -> dict[str, str]:
    """Return the exact versions of generator and formatter, from the group `generate` of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(pin.split("==") for pin in project["dependency-groups"]["generate"])


def check_tools() -> None:
    for name, wanted in pinned_versions().items():
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "none"
        if found != wanted:
            raise GenerationError(f"{name} {wanted} is needed, found {found}. Run `make setup`.")


def load_checked(folder: Path) -> list[Document]:
    """Return all specs, checked. Raises GenerationError with every fault of OpenAPI and of the house rules, and its place."""
    documents: list[Document] = []
    faults = list(misplaced_files(folder))
    for path in spec_files(folder):
        try:
            document = load(path)
        except DocumentError as error:
            faults.append(str(error))
            continue
        documents.append(document)
        found = findings(document)
        faults += [f"{document.place(finding.pointer)}: {finding.message} ({finding.rule})" for finding in found]
        if not any(finding.rule in ASKED_FIRST for finding in found):
            faults += [f"{document.place(pointer)}: {message}" for pointer, message in invalid_places(document)]
    if not documents and not faults:
        raise GenerationError(f"there is no spec in {folder}")
    if faults:
        raise GenerationError("the specs have faults:\n  " + "\n  ".join(faults))
    return documents


def misplaced_files(folder: Path) -> Iterator[str]:
    """Yield a message for each file beside the specs that would be ignored, or whose name is not that of a package."""
    for path in sorted(folder.iterdir()):
        if path.suffix in (".yml", ".json"):
            yield f"openapi/{path.name}: a spec is a file that ends in .yaml; rename this one, or move it elsewhere"
        if path.suffix == ".yaml" and re.fullmatch(r"[a-z][a-z0-9_]*", path.stem) is None:
            yield f"openapi/{path.name}: its name becomes a Python package: use lower-case letters, digits and _ only"


def invalid_places(document: Document) -> Iterator[tuple[Pointer, str]]:
    """Yield the places at which the document breaks the schema of OpenAPI 3.1. Its further rules are among the house rules."""
    for error in openapi_spec_validator.OpenAPIV31SpecValidator.schema_validator.iter_errors(document.root):
        first_line = error.message.partition("\n")[0]
        yield tuple(str(part) for part in error.absolute_path), f"not valid OpenAPI 3.1: {first_line[:MESSAGE_CHARACTERS]}"


def generator_input(document: Document) -> str:
    """Return the document in a form that the generator can read.

    It cannot resolve callbacks, reads descriptions of parameters only in their schemas, and does not know streams of events:
    callbacks are left out, descriptions are moved, and a stream becomes a text.
    """
    root = copy.deepcopy(document.root)
    components = as_object(root.get("components"))
    components.pop("callbacks", None)
    described = list(as_object(components.get("parameters")).values())
    for item in as_object(root.get("paths")).values():
        described += as_list(as_object(item).get("parameters"))
        for operation in as_object(item).values():
            as_object(operation).pop("callbacks", None)
            described += as_list(as_object(operation).get("parameters"))
    for parameter in map(as_object, described):
        if "description" in parameter:
            parameter["schema"] = _described(as_object(parameter.get("schema")), parameter["description"])
    for media in document.streams():
        event = document.event_schema(media)
        as_object(evolve(document, root=root).at(media))["schema"] = {"type": "string"}
        as_object(components.get("schemas")).pop(event[2] if event else "", None)
    return json.dumps(root)


def _described(schema: Object, description: Json) -> Object:
    """Return a schema with a description that the generator keeps: it drops one beside a reference or a single `anyOf`."""
    return {"anyOf": [schema, schema], "description": description} if "$ref" in schema else {**schema, "description": description}


def run_generator(document: Document, work: Path, package: Path, changes: Sequence[templates.Change]) -> None:
    """Generate one client package. Raises GenerationError with what the generator printed."""
    source = work / f"{document.name}.json"
    source.write_text(generator_input(document), encoding="utf-8")
    template_folder = work / f"{document.name}-templates"
    shutil.copytree(CLIENT_FILES, template_folder)
    templates.write_changed(template_folder, changes)
    (template_folder / "facts.jinja").write_text(facts.as_template(document), encoding="utf-8")
    target = package / document.name
    command = [
        sys.executable, "-m", "openapi_python_client", "generate",
        "--path", str(source), "--config", str(SETTINGS), "--meta", "none",
        "--output-path", str(target), "--fail-on-warning", "--custom-template-path", str(template_folder),
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=work, env=_environment(), capture_output=True, text=True, timeout=GENERATION_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise GenerationError(f"openapi/{document.path.name}: the generator did not finish within {error.timeout} s") from error
    if done.returncode != 0 or not (target / "client.py").is_file():
        raise GenerationError(f"openapi/{document.path.name}: the generator failed:\n{done.stdout}{done.stderr}")
    shutil.rmtree(target / ".ruff_cache", ignore_errors=True)
    (target / "py.typed").touch()
    shutil.copy(CLIENT_FILES / READING, target)
    (target / "openapi.json").write_text(normalised(document), encoding="utf-8")


def _environment() -> dict[str, str]:
    """Return the environment for the generator: the installed formatter first on PATH, no settings that change its output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RUFF_", "PYTHON"))}
    scripts = sysconfig.get_path("scripts")
    return {**kept, "PATH": os.pathsep.join([scripts, kept.get("PATH", "")]), "PYTHONHASHSEED": "0", "RUFF_NO_CACHE": "true"}


def build(documents: list[Document], work: Path, changes: Iterable[templates.Change]) -> Path:
    """Build a complete tree below the work folder, with its lock file, from templates with these changes. Return its path."""
    tree = work / "generated"
    package = tree / PACKAGE
    package.mkdir(parents=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(partial(run_generator, work=work, package=package, changes=tuple(changes)), documents))
    (package / "__init__.py").write_text(PACKAGE_DOCSTRING, encoding="utf-8")
    (package / "words.py").write_text(words.module(documents), encoding="utf-8")
    (package / "py.typed").touch()
    lock = {**sources(document.path for document in documents), "tree": tree_digest(tree)}
    (tree / LOCK).write_text(json.dumps(lock, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return tree


def sources(specs: Iterable[Path]) -> dict[str, object]:
    """Return what a tree is generated from, for its lock file."""
    return {
        "specs": {path.name: _digest(path.read_bytes()) for path in specs},
        "settings": _digest(SETTINGS.read_bytes()),
        "templates": _digest(b"".join(path.read_bytes() for path in TEMPLATE_SOURCES)),
        "versions": pinned_versions(),
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def tree_files(tree: Path) -> dict[str, bytes]:
    """Return the files by their path below the tree, without those that Python and the tools leave behind."""
    names = {path.relative_to(tree): path for path in sorted(tree.rglob("*")) if path.is_file()}
    return {name.as_posix(): path.read_bytes() for name, path in names.items() if not LEFT_BEHIND & set(name.parts)}


def tree_digest(tree: Path) -> str:
    """Return one hash of names and bytes of the generated files, without the lock, which contains the hash."""
    whole = hashlib.sha256()
    for name, content in tree_files(tree).items():
        if name != LOCK:
            whole.update(f"{name}\0{_digest(content)}\n".encode())
    return whole.hexdigest()


def differences(old: Path, new: Path) -> list[str]:
    """Return the differences between two trees, one line for each file."""
    before, after = tree_files(old), tree_files(new)
    lines = [f"{name} is missing" for name in after.keys() - before.keys()]
    lines += [f"{name} should not be there" for name in before.keys() - after.keys()]
    lines += [f"{name} differs" for name in before.keys() & after.keys() if before[name] != after[name]]
    return sorted(lines)


def edited_by_hand(tree: Path) -> bool:
    """Return whether the files of a tree differ from those of its lock; without a readable lock, whether there is a file."""
    try:
        recorded = json.loads((tree / LOCK).read_text(encoding="utf-8"))["tree"]
    except (OSError, ValueError, TypeError, KeyError):
        return tree_files(tree) != {}
    return bool(recorded != tree_digest(tree))


@contextmanager
def work_folder(parent: Path) -> Generator[Path]:
    """Make a folder on the same file system as the generated tree, and always remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix=".generate-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def swap(new: Path, old: Path, work: Path) -> None:
    """Replace the old tree by the new one with two renames; if the second fails, the old tree is restored."""
    aside = work / "replaced"
    try:
        if old.exists():
            old.rename(aside)
        new.rename(old)
    except BaseException:
        if aside.exists() and not old.exists():
            aside.rename(old)
        raise


def generate(root: Path = ROOT) -> str:
    """Write generated/. Return a sentence about what changed."""
    check_tools()
    documents = load_checked(root / FOLDER.name)
    generated = root / GENERATED
    with work_folder(root) as work:
        tree = build(documents, work, templates.CHANGES)
        changed = differences(generated, tree)
        if edited_by_hand(generated):
            raise GenerationError(
                "generated/ was not written by `make generate` alone (an edit, or a merge); nothing was overwritten:\n  "
                + "\n  ".join(changed)
                + "\n  If it is an edit, move it into a spec or openapi/templates.py. Then remove the folder generated/ and run"
                " `make generate` again."
            )
        if changed:
            swap(tree, generated, work)
    return f"generated {len(documents)} clients, {len(changed)} files changed"


def check(root: Path = ROOT) -> str:
    """Return a sentence if generated/ is what the specs give. Raises GenerationError with what differs."""
    check_tools()
    documents = load_checked(root / FOLDER.name)
    with work_folder(root) as work:
        lines = differences(root / GENERATED, build(documents, work, templates.CHANGES))
    if lines:
        raise GenerationError("generated/ is not what the specs give; run `make generate`:\n  " + "\n  ".join(lines))
    return f"generated/ is what the {len(documents)} specs give"


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the command with these arguments, those of the command line by default. Returns 0 on success."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if generated/ is not what the specs give")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        message = check(root) if options.check else generate(root)
    except (GenerationError, templates.TemplateError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error}; generated/ is unchanged", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: interrupted; generated/ is unchanged", file=sys.stderr)
        return 130
    print(f"{message} in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
