"""The `vidu` command. Needs the extra `cli`. No other room imports this one; it may import all others.

This module imports neither typer nor the rest of the package, so that a missing extra is one line and not a traceback.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Final, NoReturn

EXTRA: Final = ("typer", "rich")
"""What the extra `cli` installs."""


def main() -> NoReturn:
    """Run the command with the arguments of this process, and exit with a code of vidu_ext.cli.exits."""
    try:
        for module in EXTRA:
            if find_spec(module) is None:
                sys.exit(_missing(module))
        # httpx would load its own command with rich and pygments, which takes a tenth of the time of a short command.
        sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # how importlib marks a module that cannot be imported
        from .main import app
    except KeyboardInterrupt:
        sys.exit(130)
    app()
    sys.exit(0)


def _missing(module: str) -> int:
    if sys.stderr is not None:
        from vidu_ext.values.installed import install_command

        sys.stderr.write(f"error: the vidu command needs {module}, which is not installed: {install_command('cli')}\n")
    return 2
