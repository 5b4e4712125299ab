"""How this package was installed, so that hints show the right command."""

from __future__ import annotations

import json
import shlex
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

NAME: Final = "vidu-ext"


def install_command(extra: str) -> str:
    """Return the command that installs this package with an extra, with the tool and from the source of its installation."""
    try:
        package = distribution(NAME)
    except PackageNotFoundError:  # not installed: a folder on the path
        return f"pip install '{NAME}[{extra}]'"
    if Path(sys.prefix, "pipx_metadata.json").exists():
        return f"pipx install --force {_requirement(package, _with_command(extra))}"
    if Path(sys.prefix, "uv-receipt.toml").exists():
        return f"uv tool install --force {_requirement(package, _with_command(extra))}"
    tool = "uv pip" if (package.read_text("INSTALLER") or "").strip() == "uv" else "pip"
    return f"{tool} install {_requirement(package, extra)}"


def _with_command(extra: str) -> str:
    """Return the extras with `cli`: pipx and uv make the environment again, which must still have the command."""
    return ",".join(sorted({"cli", extra}))


def _requirement(package: Distribution, extras: str) -> str:
    """Return the package with extras as an argument of the installer; by its name alone if its source cannot be read."""
    try:
        origin = json.loads(package.read_text("direct_url.json") or "{}")
        place = str(origin.get("url", ""))
        if (vcs := origin.get("vcs_info")) is not None:
            return shlex.quote(f"{NAME}[{extras}] @ {vcs['vcs']}+{place}@{vcs['commit_id']}")
        is_editable = origin.get("dir_info", {}).get("editable", False)
    except (ValueError, LookupError, AttributeError):
        place, is_editable = "", False
    if place.startswith("file:"):
        return ("-e " if is_editable else "") + shlex.quote(f"{_path(place)}[{extras}]")
    return shlex.quote(f"{NAME}[{extras}] @ {place}" if place else f"{NAME}[{extras}]")


def _path(url: str) -> str:
    from urllib.request import url2pathname

    return url2pathname(url.removeprefix("file://"))
