"""Submissions whose outcome is not known, or not yet, kept as files until it is. They hold a whole request, and no key."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vidu_ext.values.submission import Submission

_ENDING = ".submission.json"


def folder() -> Path:
    from vidu_ext.transport.orders import state_folder  # it loads attrs, and commands are declared without

    return state_folder() / "unknown"


def keep(submission: Submission) -> Path | None:
    """The file that the submission was written to, readable by its owner alone; None where that is not possible."""
    moment = datetime.fromtimestamp(submission.submitted_at, UTC).strftime("%Y%m%d-%H%M%S-%f")
    path = folder() / f"{moment}-{submission.account}{_ENDING}"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(submission.to_text() + "\n")
    except (OSError, ValueError):
        return None
    return path


@contextmanager
def keeping() -> Generator[Callable[[Submission], None]]:
    """Gives what keeps a submission from before it is sent until its task is in the user's hands, in case this process dies.

    Of several only the last is kept: it is sent where the one before certainly created nothing.
    """
    last: list[Path] = []

    def keep_this(submission: Submission) -> None:
        path = keep(submission)
        _forget(last)
        last[:] = [path] if path is not None else []

    try:
        yield keep_this
    except BaseException as error:
        if not hasattr(error, "submission"):  # nothing of it is on its way
            _forget(last)
        raise
    _forget(last)


def _forget(paths: list[Path]) -> None:
    while paths:
        settle(paths.pop())


def kept() -> list[Path]:
    """What is kept, the oldest first."""
    with suppress(OSError):
        return sorted(path for path in folder().iterdir() if path.name.endswith(_ENDING))
    return []


def settle(path: Path) -> None:
    """Forget a note whose task was found. A file of the user's own stays."""
    with suppress(OSError):
        if path.resolve().parent == folder().resolve():
            path.unlink()
