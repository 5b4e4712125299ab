"""Check the built wheel and sdist: `python tests/package/package_contents.py dist`, run by `make package`.

Each holds exactly the files of the repository that belong there. The wheel is installed into an environment of its own, without
network; there every module is imported, and `vidu contract check` compares specs, clients and examples. The dependencies come
from the environment that runs this script.
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

from release import ReleaseError, interpreter_of, run

SOURCES: Final = ("vidu_ext", "generated/vidu_clients")
OF_SDIST: Final = (
    *("vidu_ext", "generated", "openapi", "tests", ".ci", ".github", "Makefile", "pyproject.toml"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
)
"""What building and testing need."""

IMPORT_ALL: Final = """
import importlib, pkgutil, sys, warnings
from pathlib import Path
home, count = Path(sys.argv[1]).resolve(), 0
for name in ("vidu_ext", "vidu_clients"):
    package = importlib.import_module(name)
    assert home in Path(package.__file__).resolve().parents, f"{name} was imported from {package.__file__}"
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not module.name.endswith("__main__") and ".guide." not in module.name:
            importlib.import_module(module.name)
            count += 1
print(count)
"""


def only(folder: Path, pattern: str) -> Path:
    """Return the one file of this form in the folder."""
    paths = sorted(folder.glob(pattern))
    if len(paths) != 1:
        raise ReleaseError(f"{folder} holds {len(paths)} files {pattern}, not one: {[path.name for path in paths]}")
    return paths[0]


def check_names(archive: Path, names: set[str], wanted: set[str]) -> int:
    """Return the number of files in an archive. Raises ReleaseError if one is missing or does not belong there."""
    for problem, files in (("lacks", wanted - names), ("holds what does not belong there", names - wanted)):
        if files:
            raise ReleaseError(f"{archive.name} {problem}:\n  " + "\n  ".join(sorted(files)))
    return len(names)


def files_of(*places: str) -> set[str]:
    """Return the files of the repository at these places, those of git and new ones."""
    return set(run("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *places).splitlines())


def look_into_wheel(wheel: Path) -> int:
    about = "-".join(wheel.name.split("-")[:2]) + ".dist-info/"
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.startswith(about)}
    return check_names(wheel, names, {name.removeprefix("generated/") for name in files_of(*SOURCES)})


def look_into_sdist(sdist: Path) -> int:
    top = sdist.name.removesuffix(".tar.gz")
    with tarfile.open(sdist) as archive:
        names = {member.name.removeprefix(f"{top}/") for member in archive.getmembers() if not member.isdir()}
    return check_names(sdist, names - {"PKG-INFO", ".gitignore"}, files_of(*OF_SDIST))


def install_and_import(wheel: Path) -> int:
    """Install the wheel, and return how many modules were imported from it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "venv"
        venv.create(home, with_pip=False)
        python = interpreter_of(home)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", python]
        run(*pip, "install", "--no-deps", "--no-index", str(wheel))
        os.environ["PYTHONPATH"] = sysconfig.get_path("purelib")  # where the dependencies are
        for command in (("contract", "check"), ("guide",), ("--help-json",)):
            run(python, "-m", "vidu_ext.cli", *command, cwd=Path(folder))
        return int(run(python, "-c", IMPORT_ALL, str(home), cwd=Path(folder)))


def main(words: list[str]) -> int:
    folder = Path(words[0] if words else "dist")
    try:
        wheel, sdist = only(folder, "*.whl"), only(folder, "*.tar.gz")
        in_wheel, in_sdist, modules = look_into_wheel(wheel), look_into_sdist(sdist), install_and_import(wheel)
    except (ReleaseError, OSError, zipfile.BadZipFile, tarfile.TarError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{wheel.name}: {in_wheel} files, {modules} modules imported; {sdist.name}: {in_sdist} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
