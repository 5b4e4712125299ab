"""The calls of one task at each provider, from the request to the file, and no other call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
import respx
from attrs import frozen
from playing import Way, both_ways, client

from vidu_ext import PollPolicy, Settings, TextToVideo
from vidu_ext.values.tasks import Snapshot, TaskRef, TaskState

VIDEO: Final = b"\x00\x00\x00\x18ftypmp42" + b"v" * 2000
FILE: Final = "https://results.example/v.mp4?Signature=a%2Fb"
TASK: Final = "940107923630096384"
GENERATION: Final = "gen_123"
SETTINGS: Final = Settings(poll=PollPolicy(floor=0.01, ceiling=0.02))
USAGE: Final = {"total": 20, "subscription": 20, "permanent": 0}


@frozen
class Provider:
    """What one provider is asked and what it answers."""

    name: str
    server: str
    create: str
    created: dict[str, object]
    status: str
    running: dict[str, object]
    done: dict[str, object]
    key: tuple[str, str]
    model: str | None
    credits: float | None


def creation(**more: object) -> dict[str, object]:
    return {"id": TASK, "err_code": "", "creations": [{"id": "1", "url": FILE, "cover_url": ""}], **more}


PROVIDERS: Final = (
    Provider(
        "vidu", "https://api.vidu.com", "/ent/v2/text2video", {"task_id": TASK, "state": "created"},
        f"/ent/v2/tasks/{TASK}/creations", {"id": TASK, "state": "processing"}, creation(state="success", credits=60),
        ("authorization", "Token key"), "viduq3-turbo", 60,
    ),
    Provider(
        "comfy", "https://api.comfy.org", "/proxy/vidu/text2video", {"task_id": TASK, "state": "created", "credits": 60},
        f"/proxy/vidu/tasks/{TASK}/creations", {"id": TASK, "state": "queueing"}, creation(state="success"),
        ("x-api-key", "key"), "viduq3-turbo", None,
    ),
    Provider(
        "zenlayer", "https://gateway.theturbo.ai", "/v1/vidu/text2video", {"task_id": TASK},
        f"/v1/vidu/tasks/{TASK}/creations", {"id": TASK, "state": "processing"}, creation(state="success", credits=60),
        ("authorization", "Bearer key"), "viduq3-turbo", 60,
    ),
    Provider(
        "skills_video", "https://open.skills.video/api/v1", "/generation/vidu/q3",
        {"id": GENERATION, "status": "IN_QUEUE", "input": {}, "usage": USAGE}, f"/generation/{GENERATION}",
        {"id": GENERATION, "status": "IN_PROGRESS", "input": {}, "data": None, "usage": USAGE},
        {"id": GENERATION, "status": "COMPLETED", "input": {}, "data": {"videos": [{"url": FILE}]}, "usage": USAGE},
        ("authorization", "Bearer key"), None, 20,
    ),
)  # fmt: skip


@pytest.fixture(params=PROVIDERS, ids=lambda provider: provider.name)
def provider(request: pytest.FixtureRequest) -> Provider:
    chosen: Provider = request.param
    return chosen


@pytest.fixture
def wire(provider: Provider) -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=True) as router:
        created = httpx.Response(200, json=provider.created)
        router.post(provider.server + provider.create, name="create").mock(return_value=created)
        router.get(provider.server + provider.status, name="status").mock(
            side_effect=[httpx.Response(200, json=provider.running)] * 2 + [httpx.Response(200, json=provider.done)]
        )
        router.get(url__startswith="https://results.example/", name="file").mock(
            return_value=httpx.Response(200, content=VIDEO, headers={"content-type": "video/mp4"})
        )
        yield router


def bird(provider: Provider) -> TextToVideo:
    return TextToVideo(prompt="a paper bird", model=provider.model, duration=5)


@both_ways
def test_task_makes_the_expected_calls(way: Way, provider: Provider, wire: respx.MockRouter, tmp_path: Path) -> None:
    accepted: list[TaskRef] = []
    snapshots: list[Snapshot] = []
    with client(way, {provider.name: "key"}, SETTINGS) as vidu:
        task = vidu.submit(bird(provider), on_accepted=accepted.append)
        result = task.wait(timeout=60, on_snapshot=snapshots.append)
        result.download(tmp_path / "bird.mp4")
    assert accepted == [task.ref]
    assert snapshots[-1].state is TaskState.SUCCEEDED
    assert len(snapshots) == 3
    assert result.credits == provider.credits
    assert (tmp_path / "bird.mp4").read_bytes() == VIDEO
    assert [wire.routes[name].call_count for name in ("create", "status", "file")] == [1, 3, 1]
    header, value = provider.key
    sent: httpx.Request = wire.routes["create"].calls.last.request
    assert sent.headers[header] == value
    assert json.loads(sent.content)["prompt"] == "a paper bird"
    fetched: httpx.Request = wire.routes["file"].calls.last.request
    assert header not in fetched.headers, "the key goes to the provider only"
    assert str(fetched.url) == FILE
