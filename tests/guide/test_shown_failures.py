"""The handlers that the guide shows for a lost or unreadable answer and for a refusal do what the page says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
import respx
from snippets import block_with, run

from vidu_ext import Task
from vidu_ext.transport import async_driver

KEY: Final = "key-of-the-environment"
REFUSED: Final[dict[str, object]] = {"code": 400, "reason": "FieldInvalid", "message": "invalid field: duration", "metadata": {}}


def search_result(payload: str) -> httpx.Response:
    task = {"id": "1", "state": "success", "err_code": "", "creations": list[object](), "payload": payload}
    return httpx.Response(200, json={"tasks": [task], "next_page_token": ""})


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[respx.MockRouter]:
    """Vidu, for a program with a key of it alone in an empty working folder."""
    for name in ("COMFY", "ZENLAYER", "SKILLS_VIDEO"):
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)
    monkeypatch.setenv("VIDU_API_KEY", KEY)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with respx.mock(assert_all_called=False) as router:
        router.post("https://api.vidu.com/ent/v2/text2video", name="create")
        router.get("https://api.vidu.com/ent/v2/tasks", name="list")
        yield router


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
