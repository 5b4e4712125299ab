"""If a process dies after naming its file, the next download removes what it left, and no other file."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import pytest
from destinations import FILM, fails, names, place

from vidu_ext.flows.download import Downloaded
from vidu_ext.transport import part_file
from vidu_ext.values.errors import DownloadRefusedError

CONTENT: Final = b"0123456789"


class DeathError(BaseException):
    """The death of the process. A BaseException, so that no handler of `Exception` in the code under test catches it."""


def download(target: Path) -> Downloaded:
    with closing(place(target, sha256=True, replace=False)) as destination:
        destination.restart(FILM)
        destination.write(CONTENT)
        return Downloaded(destination.finish(), destination.size, destination.sha256, "video/mp4", "video")


def die_after_naming(target: Path, monkeypatch: pytest.MonkeyPatch, *, removed: int) -> None:
    """Download a file in a process that dies once the file has its name and `removed` of its two other files are gone."""
    removals = iter(range(removed))

    def remove_or_die(_: object, path: Path) -> None:
        if next(removals, None) is None:
            raise DeathError
        path.unlink()

    with monkeypatch.context() as patch, suppress(DeathError):
        patch.setattr(part_file, "_remove_own", remove_or_die)
        download(target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(("removed", "left"), [(0, {"film.mp4.part", "film.mp4.part.json"}), (1, {"film.mp4.part.json"})])
def test_next_download_to_the_same_name_is_refused_and_removes_leftovers(
    removed: int, left: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / "film.mp4"
    die_after_naming(film, monkeypatch, removed=removed)
    assert names(tmp_path) == {"film.mp4"} | left
    with fails(DownloadRefusedError, match="exists"):
        download(film)
    assert names(tmp_path) == {"film.mp4"}
    assert film.read_bytes() == CONTENT


@pytest.mark.parametrize("endings", [(".part", ".part.json"), (".part",), (".part.json",)])
def test_files_of_others_beside_an_existing_file_stay(endings: tuple[str, ...], tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    download(film)
    for end in endings:
        (tmp_path / f"film.mp4{end}").write_bytes(b"{}")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with fails(DownloadRefusedError):
        download(film)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
