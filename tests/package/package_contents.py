"""Check the built wheel and sdist: `python tests/package/package_contents.py dist`, run by `make package`.

The wheel is installed into an environment of its own, without network; there every module of the clients is imported, and
`vidu contract check` compares specs, clients and examples. The dependencies come from the environment that runs this
script.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path
from typing import Final

from release import ROOT, ReleaseError, interpreter_of, run

PACKAGES: Final = ("vidu_ext", "vidu_clients")
PROVIDERS: Final = tuple(sorted(path.stem for path in (ROOT / "openapi").glob("*.yaml") if path.name != "generator.yaml"))
REBUILT_FROM: Final = ("Makefile", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", ".ci/requirements.txt")
"""Files without which the sdist cannot be built and tested again."""
REBUILT_FROM_FOLDERS: Final = ("openapi", "generated", "tests", "vidu_ext")

IMPORT_ALL: Final = """
import importlib, json, pkgutil, sys
from importlib.resources import files
from pathlib import Path
home, packages, providers = Path(sys.argv[1]).resolve(), sys.argv[2].split(","), sys.argv[3].split(",")
count = 0
for name in packages:
    package = importlib.import_module(name)
    assert home in Path(package.__file__).resolve().parents, f"{name} was imported from {package.__file__}"
for module in pkgutil.walk_packages(importlib.import_module("vidu_clients").__path__, "vidu_clients."):
    importlib.import_module(module.name)
    count += 1
for provider in providers:
    client = importlib.import_module(f"vidu_clients.{provider}").AuthenticatedClient("https://example.com", token="key")
    assert "key" not in repr(client), f"vidu_clients.{provider} shows its key"
    json.loads(files(f"vidu_clients.{provider}").joinpath("openapi.json").read_text(encoding="utf-8"))
for page in ("page.html", "page.css", "page.js", "reference.html", "reference.css", "reference.js", "guide.html", "icon.svg"):
    assert files("vidu_ext.emulator").joinpath("page", page).is_file(), f"the emulator's page has no {page}"
for sample in ("film-640x360.mp4", "sound.mp4"):
    assert files("vidu_ext.emulator").joinpath("media", sample).is_file(), f"the emulator has no {sample}"
print(count)
"""


def only(folder: Path, pattern: str) -> Path:
    """Return the one file of this form in the folder."""
    paths = sorted(folder.glob(pattern))
    if len(paths) != 1:
        raise ReleaseError(f"{folder} holds {len(paths)} files {pattern}, not one: {[path.name for path in paths]}")
    return paths[0]


def missing_from(names: set[str], wanted: list[str], archive: Path) -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise ReleaseError(f"{archive.name} lacks:\n  " + "\n  ".join(missing))


def look_into_wheel(wheel: Path) -> int:
    """Return the number of files in the wheel. Raises ReleaseError if one is missing or does not belong there."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = [f"{package}/{name}" for package in PACKAGES for name in ("__init__.py", "py.typed")]
    wanted += [
        f"vidu_clients/{provider}/{name}"
        for provider in PROVIDERS
        for name in ("__init__.py", "client.py", "errors.py", "types.py", "py.typed", "openapi.json")
    ]
    guide = [path for path in (ROOT / "vidu_ext" / "guide").rglob("*.*") if "__pycache__" not in path.parts]
    wanted += ["vidu_ext/SKILL.md", "vidu_ext/cli/documents.json"]
    missing_from(names, [*wanted, *(path.relative_to(ROOT).as_posix() for path in guide)], wheel)
    about = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    foreign = sorted(name for name in names if name.split("/")[0] not in (*PACKAGES, about))
    foreign += sorted(name for name in names if name.endswith(".pyc"))
    if foreign:
        raise ReleaseError(f"{wheel.name} holds what does not belong there:\n  " + "\n  ".join(foreign))
    return len(names)


def look_into_sdist(sdist: Path) -> int:
    """Return the number of files in the sdist. Raises ReleaseError if one is missing that building or testing needs."""
    top = sdist.name.removesuffix(".tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.removeprefix(f"{top}/") for name in archive.getnames()}
    held = [path for folder in REBUILT_FROM_FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    wanted = [path.relative_to(ROOT) for path in held]
    made_by_tools = [path for path in wanted if any(part.startswith(".") or part == "__pycache__" for part in path.parts)]
    missing_from(names, [*REBUILT_FROM, *(path.as_posix() for path in wanted if path not in made_by_tools)], sdist)
    return len(names)


def install_and_import(wheel: Path) -> int:
    """Install the wheel, and return how many modules of the clients were imported from it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "venv"
        venv.create(home, with_pip=False)
        python = interpreter_of(home)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", python]
        run(*pip, "install", "--no-deps", "--no-index", str(wheel))
        script = Path(folder) / "import_all.py"
        script.write_text(IMPORT_ALL, encoding="utf-8")
        os.environ["PYTHONPATH"] = sysconfig.get_path("purelib")  # where the dependencies are
        for command in (("contract", "check"), ("guide",), ("--help-json",)):
            run(python, "-m", "vidu_ext.cli", *command, cwd=Path(folder))
        return int(run(python, str(script), str(home), ",".join(PACKAGES), ",".join(PROVIDERS)))


def main(words: list[str]) -> int:
    folder = Path(words[0] if words else "dist")
    try:
        wheel, sdist = only(folder, "*.whl"), only(folder, "*.tar.gz")
        in_wheel, in_sdist, modules = look_into_wheel(wheel), look_into_sdist(sdist), install_and_import(wheel)
    except (ReleaseError, OSError, zipfile.BadZipFile, tarfile.TarError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{wheel.name}: {in_wheel} files, {len(PROVIDERS)} clients, {modules} modules imported; {sdist.name}: {in_sdist} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
