"""The `vidu` command. Needs the extra `cli`. Nothing imports this room; it may import every other one.

This module imports neither typer nor the rest of the package, so that a missing extra is one line and not a traceback.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Final, NoReturn

EXTRA: Final = ("typer", "rich")
"""What the extra `cli` installs."""


def main() -> NoReturn:
    """Run the command with the arguments of this process, and end the process with an exit code of vidu_ext.cli.exits."""
    try:
        for module in EXTRA:
            if find_spec(module) is None:
                sys.exit(_missing(module))
        # httpx loads a command of its own with rich and pygments, for a tenth of the time of a short command of ours.
        sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # as importlib has it for what cannot be imported
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
