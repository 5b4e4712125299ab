"""A download of a task without a result raises the error that a wait raises."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import httpx
import pytest
from playing import Way, both_ways, client

from vidu_ext import Settings
from vidu_ext.values.errors import TaskCanceledError, TaskError, TaskFailedError, TaskModeratedError, WaitTimeoutError

FILM: Final = b"\0 film"
ADDRESS: Final = "https://files.example/film.mp4"
CREATIONS: Final = [{"id": "1", "url": ADDRESS}]

ENDS: Final[dict[str, tuple[dict[str, object], type[TaskError], str]]] = {
    "processing": ({"state": "processing"}, WaitTimeoutError, "Wait for it with wait('vidu:7')"),
    "a new word": ({"state": "reviewing"}, WaitTimeoutError, "last seen reviewing"),
    "failed": ({"state": "failed", "err_code": "CODEC"}, TaskFailedError, "ended as failed: CODEC"),
    "moderated": ({"state": "failed", "err_code": "AuditFailed"}, TaskModeratedError, "Change the prompt"),
    "cancelled": ({"state": "failed", "err_code": "UserCancelled"}, TaskCanceledError, "UserCancelled"),
}


def settings(answer: dict[str, object], seen: list[str]) -> Settings:
    def reply(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        return httpx.Response(200, content=FILM) if str(request.url) == ADDRESS else httpx.Response(200, json=answer)

    transport = httpx.MockTransport(reply)
    return Settings(transport=transport, async_transport=transport)


def download(way: Way, settings: Settings, target: io.BytesIO | Path) -> None:
    with client(way, {"vidu": "key"}, settings) as vidu:
        vidu.download_all("vidu:7", target) if isinstance(target, Path) else vidu.download("vidu:7", target)


@both_ways
@pytest.mark.parametrize("all_files", [False, True], ids=["one file", "all files"])
@pytest.mark.parametrize("end", ENDS)
def test_download_of_a_task_without_a_result_ends_after_one_call(end: str, all_files: bool, way: Way, tmp_path: Path) -> None:
    answer, error, text = ENDS[end]
    seen: list[str] = []
    with pytest.raises(error) as caught:
        download(way, settings(answer, seen), tmp_path if all_files else io.BytesIO())
    assert type(caught.value) is error
    assert text in str(caught.value)
    assert str(caught.value.ref) == "vidu:7"
    assert len(seen) == 1
    assert not [*tmp_path.iterdir()]


@both_ways
def test_result_in_an_undocumented_state_is_downloaded(way: Way) -> None:
    target = io.BytesIO()
    download(way, settings({"state": "archived", "creations": CREATIONS}, []), target)
    assert target.getvalue() == FILM
