"""The handlers that the guide shows for a lost or unreadable answer and for a refusal do what the page says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

import httpx
import pytest
import respx
from snippets import block_with, run

from vidu_ext import Task
from vidu_ext.flows import policy
from vidu_ext.transport import async_driver

KEY: Final = "key-of-the-environment"
FIRST_TASK: Final = 940107923630096384
VIDEO: Final = b"\x00\x00\x00\x18ftypmp42" + b"v" * 1000
CREATIONS: Final = [{"id": "1", "url": "https://results.example/v.mp4", "cover_url": "https://results.example/c.jpeg"}]
SPEECH: Final = {"task_id": "901000000000000001", "state": "success", "file_url": "https://results.example/a.mp3"}
REFUSED: Final[dict[str, object]] = {"code": 400, "reason": "FieldInvalid", "message": "invalid field: duration", "metadata": {}}


def done(task_id: str) -> dict[str, object]:
    return {"id": task_id, "state": "success", "err_code": "", "credits": 60, "creations": CREATIONS}


def listed(request: httpx.Request) -> httpx.Response:
    tasks = [done(task_id) for task_id in request.url.params.get_list("task_ids")]
    return httpx.Response(200, json={"tasks": tasks, "next_page_token": ""})


def search_result(payload: str) -> httpx.Response:
    return httpx.Response(200, json={"tasks": [{**done("1"), "payload": payload}], "next_page_token": ""})


def polled(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=done(request.url.path.split("/")[-2]))


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[respx.MockRouter]:
    """Vidu, whose tasks have ended at the first poll, and the host of its results. The working folder is empty."""
    for name in ("COMFY", "ZENLAYER", "SKILLS_VIDEO"):
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)
    monkeypatch.setenv("VIDU_API_KEY", KEY)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    ids = count(FIRST_TASK)

    def created(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"task_id": str(next(ids)), "state": "created", "credits": 60})

    with respx.mock(assert_all_called=False) as router:
        router.post(url__regex=r"https://api\.vidu\.com/ent/v2/(text2video|img2video|lip-sync)", name="create").mock(
            side_effect=created
        )
        router.post("https://api.vidu.com/ent/v2/audio-tts").mock(return_value=httpx.Response(200, json=SPEECH))
        router.get("https://api.vidu.com/ent/v2/tasks", name="list").mock(side_effect=listed)
        router.get(url__regex=r"https://api\.vidu\.com/ent/v2/tasks/\d+/creations", name="poll").mock(side_effect=polled)
        router.get(url__startswith="https://results.example/", name="file").mock(
            return_value=httpx.Response(200, content=VIDEO, headers={"content-type": "video/mp4"})
        )
        yield router


@pytest.fixture(autouse=True)
def fast_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll without the pauses of the defaults, which the guide shows."""

    def pause(*_: object, **__: object) -> float:
        return 0.01

    monkeypatch.setattr(policy.PollPolicy, "pause", pause)


def ref_of(task: object) -> str:
    assert isinstance(task, Task)
    return str(task.ref)


FAULTS: Final[dict[str, tuple[httpx.Response | Exception, str]]] = {
    "a refused request": (httpx.Response(400, json=REFUSED), "400 FieldInvalid invalid field: duration"),
    "an HTML page": (httpx.Response(502, html="<h1>Bad gateway</h1>"), "<h1>Bad gateway</h1>"),
    "no connection": (httpx.ConnectError("no connection"), "not sent"),
    "no answer": (httpx.ReadTimeout("no answer"), "look into the list of tasks"),
    "half an answer": (httpx.RemoteProtocolError("half an answer"), "look into the list of tasks"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_caught_by_the_handlers_that_the_page_shows(
    fault: str, provider: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    answer, expected = FAULTS[fault]
    provider.routes["create"].mock(side_effect=[answer])
    run(block_with("except ResponseDecodeError"))
    printed = capsys.readouterr().out
    assert expected in printed
    assert KEY not in printed


def test_lost_task_is_found_as_the_page_shows(provider: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer to the create is lost; the idempotency key is found in the list only when it is looked for again."""
    sent: list[str] = []

    def lost(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["payload"])
        return httpx.Response(504, html="<h1>Gateway time-out</h1>")

    def searched(_: httpx.Request) -> httpx.Response:
        if provider.routes["list"].call_count == 0:
            return httpx.Response(401, json={"code": 401, "reason": "Unauthorized", "message": "unauthorized"})
        return search_result(sent[0])

    provider.routes["create"].mock(side_effect=lost)
    provider.routes["list"].mock(side_effect=searched)
    assert ref_of(run(block_with("except SubmissionUnknownError"))["task"]) == "vidu:1"
    assert len(sent) == 1
    assert "vidu:1" not in capsys.readouterr().err


def test_interrupted_submit_is_found_as_the_page_shows(provider: respx.MockRouter) -> None:
    sent: list[str] = []

    def interrupted(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["payload"])
        raise KeyboardInterrupt

    def search(_: httpx.Request) -> httpx.Response:
        return search_result(sent[0])

    provider.routes["create"].mock(side_effect=interrupted)
    provider.routes["list"].mock(side_effect=search)
    assert ref_of(run(block_with("except KeyboardInterrupt"))["task"]) == "vidu:1"
    assert json.loads(Path("submission.json").read_text(encoding="utf-8"))["idempotency_key"] == sent[0]


def test_cancelled_submit_has_its_submission_as_the_page_shows(
    provider: respx.MockRouter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cancelled(_: httpx.Request) -> httpx.Response:
        (main,) = (task for task in asyncio.all_tasks() if "interrupted" in str(task.get_coro()))
        main.cancel()
        await asyncio.sleep(3600)
        raise AssertionError("the call continued after its cancellation")

    monkeypatch.setattr(async_driver, "CANCEL_GRACE", 0.01)
    provider.routes["create"].mock(side_effect=cancelled)
    with pytest.raises(asyncio.CancelledError):
        run(block_with("except asyncio.CancelledError"))
    printed = capsys.readouterr().out
    assert "Submission(account='vidu'" in printed
    assert "find(Submission.parse(text))" in printed
