"""Submissions whose outcome is unknown, kept as files until their task is found. They hold a whole request, and no key."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .configuration import state_folder

if TYPE_CHECKING:
    from vidu_ext.outcome import Submission

_ENDING = ".submission.json"


def folder() -> Path:
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
