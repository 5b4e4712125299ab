"""Destinations of downloads, and the part files of stopped downloads. Shared by the tests of part files."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from vidu_ext.flows.destination import Destination, DownloadOptions, Target, Version
from vidu_ext.transport.part_file import destination, part_of
from vidu_ext.values.errors import DownloadError
from vidu_ext.values.tasks import Output, TaskRef

REF = TaskRef("vidu", "1")
OUTPUT = Output("video", "https://cdn.example/film.mp4?secret")
FILM = Version(validator='"film"', total=10, content_type="video/mp4")


def place(
    target: Target, *, ref: TaskRef = REF, output: Output = OUTPUT, index: int = 0, sha256: bool = False, replace: bool = True
) -> Destination:
    """Return the open destination of a download. It is closed if it cannot be opened."""
    options = DownloadOptions(sha256=sha256, overwrite="replace" if replace else "refuse")
    place = destination(target, ref, output, index, options)
    with ExitStack() as stack:
        stack.callback(place.close)
        place.open()
        stack.pop_all()
    return place


def store(target: Target, content: bytes = b"film", *, replace: bool = True) -> Path | None:
    """Store a whole file under its name, and return its path."""
    with closing(place(target, replace=replace)) as part:
        part.restart(FILM)
        part.write(content)
        return part.finish()


def leave_part(target: Path, content: bytes = b"01234", version: Version = FILM) -> None:
    """Leave the part file and the note of a download that was stopped in the middle."""
    with closing(place(target)) as part:
        part.restart(version)
        part.write(content)


def parts(film: Path) -> set[str]:
    """Return the names of the part file of a film and of its note."""
    return {part_of(film).name, f"{part_of(film).name}.json"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@contextmanager
def fails(kind: type[DownloadError], *, match: str | None = None) -> Generator[pytest.ExceptionInfo[DownloadError]]:
    """Expect an error that names the task."""
    with pytest.raises(kind, match=match) as caught:
        yield caught
    assert caught.value.ref == REF


def fails_with(number: int) -> Callable[..., None]:
    """Return a function that raises OSError with this number."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail
