"""A process dies between giving a file its name and removing the part file: what it left goes, and nothing else."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import pytest
from destinations import fails

from vidu_ext.durable.workers.job_files import kept_path
from vidu_ext.flows.download import Downloaded
from vidu_ext.flows.effects import Open, Version
from vidu_ext.transport import part_file
from vidu_ext.transport.part_file import open_destination
from vidu_ext.values.errors import DownloadRefusedError
from vidu_ext.values.tasks import Output, TaskRef

REF: Final = TaskRef("vidu", "1")
FILM: Final = b"0123456789"


class DeathError(BaseException):
    """Nothing of the process runs after it."""


def download(target: Path) -> Downloaded:
    wanted = Open(target, REF, Output("video", "https://cdn.example/film.mp4"), 0, limit=None, sha256=True, replace=False)
    with closing(open_destination(wanted)) as place:
        place.restart(Version('"film"', len(FILM), "video/mp4"))
        place.write(FILM)
        return Downloaded(place.finish(), place.size, place.sha256, "video/mp4", "video")


def dies(target: Path, monkeypatch: pytest.MonkeyPatch, *, removals: int) -> None:
    """A download whose process dies as soon as the file has its name, and so many of the two other files are removed."""
    left = removals

    def dying(_: object, path: Path) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise DeathError
        path.unlink()

    with monkeypatch.context() as patch, suppress(DeathError):
        patch.setattr(part_file, "_remove_own", dying)
        download(target)
    assert target.read_bytes() == FILM


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("removals", [0, 1])
def test_next_download_to_the_same_name_is_refused_and_removes_leftovers(
    removals: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / "film.mp4"
    dies(film, monkeypatch, removals=removals)
    assert names(tmp_path) == {"film.mp4", "film.mp4.part.json"} | ({"film.mp4.part"} if not removals else set())
    with fails(DownloadRefusedError, match="exists"):
        download(film)
    assert names(tmp_path) == {"film.mp4"}
    assert film.read_bytes() == FILM


@pytest.mark.parametrize("deaths", [1, 2, 3])
def test_job_has_one_file_however_often_its_worker_died(deaths: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files too many for thirty jobs: a part file and its note, beside a film that was whole and recorded."""
    film = tmp_path / "film.mp4"
    targets = [film, *(tmp_path / f"film~{number}.mp4" for number in range(2, deaths + 2))]
    for target in targets[:-1]:
        dies(target, monkeypatch, removals=0)
    assert kept_path(film, download(targets[-1])) == film
    assert names(tmp_path) == {"film.mp4"}
    assert film.read_bytes() == FILM


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


def test_part_file_of_another_download_beside_an_existing_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = tmp_path / "film.mp4"
    dies(film, monkeypatch, removals=1)
    (tmp_path / "film.mp4.part").write_bytes(b"another one's")
    with fails(DownloadRefusedError):
        download(film)
    assert (tmp_path / "film.mp4.part").read_bytes() == b"another one's"
