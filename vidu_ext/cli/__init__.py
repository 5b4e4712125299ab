"""The `vidu` command. Needs the extra `cli`. No other room imports this one; it may import all others.

This module imports neither typer nor the rest of the package, so that a missing extra is one line and not a traceback.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from time import monotonic, sleep
from types import FrameType
from typing import Final, NoReturn

EXTRA: Final = ("typer", "rich")
"""What the extra `cli` installs."""

ECHO_SECONDS: Final = 1.0
"""How long after a Ctrl-C another one is ignored. It would cut off what the first one makes the command say about the money."""
LATEST_ECHO: Final = 0.2
"""How long after a Ctrl-C the command ends at the earliest. An echo while Python ends would end it with another exit code."""


def main() -> NoReturn:
    """Run the command with the arguments of this process, and exit with a code of vidu_ext.cli.exits."""
    with _echoes_ignored():
        _run()


def _run() -> NoReturn:
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


@contextmanager
def _echoes_ignored() -> Generator[None]:
    """Ignore a Ctrl-C soon after another: keys are held down, and `timeout` sends two at once."""
    last = float("-inf")

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal last
        before, last = last, monotonic()
        if last - before >= ECHO_SECONDS:
            signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        sleep(max(0.0, last + LATEST_ECHO - monotonic()))


def _missing(module: str) -> int:
    if sys.stderr is not None:
        from vidu_ext.values.installed import install_command

        sys.stderr.write(f"error: the vidu command needs {module}, which is not installed: {install_command('cli')}\n")
    return 2
