"""Wrong settings and wrong arguments: one clear typed error each, before anything is sent."""

from __future__ import annotations

import pickle
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import httpx
import pytest
from attrs import evolve
from vidu_clients.vidu.models import UpdateSubjectRequest

from vidu_ext import AsyncVidu, ImageToVideo, OperationRequest, Settings, TaskRef, TextToVideo, Vidu
from vidu_ext.values.errors import ConfigurationError, ViduError, WaitTimeoutError
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import Snapshot, TaskState

BIRD = TextToVideo(prompt="a paper bird", model="viduq3-turbo")
ANIMATED = ImageToVideo(image="https://example.com/a.png", model="viduq3-turbo")
LOST = Submission("vidu", "vidu", "updateSubject", "none", None, 1.0, {"name": "a bird"})


class Wire:
    """A transport that counts requests: none may reach it."""

    def __init__(self) -> None:
        self.requests = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        return httpx.Response(500, request=request)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def vidu(wire: Wire) -> Iterator[Vidu]:
    with Vidu({"vidu": "secret-key"}, settings=Settings(transport=httpx.MockTransport(wire))) as client:
        yield client


@pytest.mark.parametrize("client", [Vidu, AsyncVidu])
@pytest.mark.parametrize(
    ("option", "hint"),
    [
        ("api_key", ' Write {client}({{"vidu": "..."}}), with the name of the provider, or set VIDU_API_KEY.'),
        ("timeout", " Write wait(task, timeout=600) for a task, or {client}(settings=Settings(timeouts=Timeouts(read=30)))."),
        ("base_url", ' Write {client}([Account(provider="vidu", key="...", base_url="https://...")]), or set VIDU_BASE_URL.'),
        ("retries", ""),
    ],
)
def test_option_of_another_client_is_refused_with_what_to_write(client: Callable[..., object], option: str, hint: str) -> None:
    with pytest.raises(TypeError) as caught:
        client(**{option: 30})
    name = getattr(client, "__name__", "")
    assert str(caught.value) == f"{name}() takes keys, prefer and settings, and no {option!r}.{hint.format(client=name)}"


CASES: list[tuple[str, Callable[[Vidu], object], type[ViduError], str]] = [
    ("text that is no reference", lambda vidu: vidu.wait("940107923630096384"), ConfigurationError, "is not a task reference"),
    ("reference that is no UTF-8", lambda vidu: vidu.wait("vidu:9401\udcff"), ConfigurationError, "not UTF-8"),
    ("reference of another account", lambda vidu: vidu.wait("comfy:1"), ConfigurationError, "no account is called 'comfy'"),
    ("negative timeout", lambda vidu: vidu.wait("vidu:1", timeout=-1), ConfigurationError, "timeout must be a finite number"),
    ("unreadable file", lambda vidu: vidu.submit(evolve(ANIMATED, image=Path("none.png"))), ConfigurationError, "none.png"),
    ("file name as text", lambda vidu: vidu.submit(evolve(ANIMATED, image="bird.png")), ConfigurationError, "Path"),
    ("unknown account", lambda vidu: vidu.submit(BIRD, account="comfy"), ConfigurationError, "no account is called 'comfy'"),
    ("text of one task where tasks are needed", lambda vidu: vidu.wait_all("vidu:1"), ConfigurationError, "in brackets"),
    ("number where tasks are needed", lambda vidu: vidu.wait_all(cast("list[TaskRef]", 5)), ConfigurationError, "in brackets"),
    ("no request at all", lambda vidu: vidu.submit(cast("TextToVideo", "a bird")), ConfigurationError, "model, not str. Nothing"),
    ("text of a submission", lambda vidu: vidu.find(cast("Submission", "{}")), ConfigurationError, "Submission.parse(text)"),
    ("states in place of a filter", lambda vidu: next(vidu.tasks(cast("Any", ["failed"]))), ConfigurationError, "a TaskFilter"),
    ("preference as a text", lambda _: Vidu({"vidu": "k"}, prefer="vidu"), ConfigurationError, "must be a list"),
    ("settings as a dict", lambda _: Vidu({"vidu": "k"}, settings=cast("Any", {})), ConfigurationError, "be a Settings, not"),
]


@pytest.mark.parametrize(("use", "kind", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_bad_input_is_refused_and_nothing_is_sent(
    vidu: Vidu, wire: Wire, use: Callable[[Vidu], object], kind: type[ViduError], words: str
) -> None:
    with pytest.raises(kind) as caught:
        use(vidu)
    assert words in str(caught.value)
    assert "secret-key" not in str(caught.value)
    assert wire.requests == 0


def test_client_and_task_say_why_they_cannot_be_pickled(vidu: Vidu) -> None:
    """Once, `multiprocessing` ended with: cannot pickle '_thread.lock' object."""
    for value, advice in ((vidu, "make one in each process"), (vidu.task("vidu:1"), r"pass str\(task\.ref\)")):
        with pytest.raises(TypeError, match=advice):
            pickle.dumps(value)


UNSAFE_IDS: tuple[str, ...] = (
    ".", "..", "../creations", "1/cancel", "/1", "1/..", "..%2F1", "%2e%2e", "%2E", "1%2Fcancel", "%", "..\\1",
    "1\\..", "1;x", "..;", "1?state=all", "1#creations", "\N{FULLWIDTH FULL STOP}\N{FULLWIDTH FULL STOP}",
    "\N{TWO DOT LEADER}", "1\N{DIVISION SLASH}2", "1\N{RIGHT-TO-LEFT OVERRIDE}", "1\N{ZERO WIDTH SPACE}", "é",
)  # fmt: skip
"""Texts that some server or proxy reads as several segments of a path, or as another one."""


@pytest.mark.parametrize("task_id", UNSAFE_IDS, ids=ascii)
def test_id_never_leaves_its_segment_of_the_path(vidu: Vidu, wire: Wire, task_id: str) -> None:
    """`vidu status vidu:..` requested the list of all tasks."""
    uses: list[Callable[[], object]] = [
        lambda: vidu.status(f"vidu:{task_id}"),
        lambda: vidu.wait(TaskRef("vidu", task_id), timeout=1),
        lambda: vidu.wait_all(["vidu:1", TaskRef("vidu", task_id)], timeout=1),
        lambda: list(vidu.as_completed([TaskRef("vidu", task_id)], timeout=1)),
        lambda: vidu.cancel(TaskRef("vidu", task_id)),
        lambda: vidu.task(TaskRef("vidu", task_id, "getMusicVideo")),
        lambda: vidu.call(UpdateSubjectRequest(name="a bird"), path_id=task_id, check=False),
        lambda: vidu.download(TaskRef("vidu", task_id), "film.mp4"),
        lambda: vidu.find(evolve(LOST, path_id=task_id)),
    ]
    for use in uses:
        with pytest.raises(ConfigurationError, match=r"Nothing was sent|not a task reference"):
            use()
    assert wire.requests == 0
    with pytest.raises(ConfigurationError):
        TaskRef.parse(f"vidu:{task_id}")


@pytest.mark.parametrize("task_id", ["940107923630096384", "gen_1", "a-b.c~d", "v1:task@2", "MTIz==", "..."])
def test_id_of_harmless_characters_is_sent_unchanged(task_id: str) -> None:
    """Ids of documented providers are digits and letters; base64 and URNs have more."""
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(unquote(request.url.raw_path.decode()))
        return httpx.Response(200, json={"id": task_id, "state": "processing"})

    with Vidu({"vidu": "key"}, settings=Settings(transport=httpx.MockTransport(answer))) as client:
        client.status(TaskRef("vidu", task_id))
    assert paths == [f"/ent/v2/tasks/{task_id}/creations"]


class Text(str):
    """A text as numpy and template engines have it."""


def test_texts_of_a_subclass_are_taken(vidu: Vidu) -> None:
    """The validator refuses them: `#: cannot be checked: Unsupported type: 'str_'`."""
    (explanation,) = vidu.explain(TextToVideo(prompt=Text("a paper bird"), model=Text("viduq3-turbo")))
    assert explanation.reasons == ()


UNENCODABLE: dict[str, Any] = {
    "text": TextToVideo(prompt="\udce9", model="viduq3-turbo"),
    "number": OperationRequest("vidu", "lipSync", {"video_url": "https://a.example/v.mp4", "speed": float("nan")}),
    "name": OperationRequest("vidu", "lipSync", {"video_url": "https://a.example/v.mp4", "meta": {"\udce9": "a"}}),
}


@pytest.mark.parametrize("request_of", UNENCODABLE)
def test_request_that_json_cannot_encode_is_refused_without_a_check_too(vidu: Vidu, wire: Wire, request_of: str) -> None:
    """It was reported as a task that may be paid."""
    with pytest.raises(ConfigurationError, match=r"must hold JSON; #/.* Nothing was sent"):
        vidu.submit(UNENCODABLE[request_of], check=False)
    assert wire.requests == 0


WRONG_CHANGES: dict[str, dict[str, Any]] = {
    "provider": {"provider": "nobody"},
    "operation": {"operation": "noSuchOperation"},
    "settlement": {"settlement": "running-list"},
    "account": {"account": "studio"},
    "idempotency_key": {"idempotency_key": "k\r\nx-other: 1"},
}


@pytest.mark.parametrize("changes", WRONG_CHANGES.values(), ids=WRONG_CHANGES)
@pytest.mark.parametrize("provider", ["vidu", "comfy"])
def test_changed_submission_is_refused_and_nothing_is_sent(provider: str, changes: dict[str, Any], wire: Wire) -> None:
    """With an idempotency key that no header can carry, `find` reported that the request may have been accepted."""
    with Vidu({provider: "key"}, settings=Settings(transport=httpx.MockTransport(wire))) as vidu:
        submission = evolve(vidu.prepare(BIRD), **changes)
        for use in (vidu.find, vidu.send):
            with pytest.raises(ConfigurationError):
                use(submission)
    assert wire.requests == 0


@pytest.mark.parametrize("key", ["", " lead", "a b", "a\nb", "\x7f", "é", "k" * 256, 7, uuid.UUID(int=7), b"k"], ids=ascii)
def test_idempotency_key_that_cannot_be_sent_is_refused(key: Any, wire: Wire) -> None:
    """Even at a provider whose requests carry none: the next account may be at another."""
    with Vidu({"zenlayer": "secret-key"}, settings=Settings(transport=httpx.MockTransport(wire))) as vidu:
        for use in (vidu.submit, vidu.prepare):
            with pytest.raises(ConfigurationError, match="idempotency_key must be a text of 1 to 255 visible ASCII") as caught:
                use(BIRD, idempotency_key=key)
            assert caught.value.option == "idempotency_key"
    assert wire.requests == 0


@pytest.mark.parametrize("key", ["k", "!~", "job-7/scene=1;take:2", "k" * 255], ids=ascii)
def test_idempotency_key_that_can_be_sent_is_accepted(vidu: Vidu, key: str) -> None:
    assert vidu.prepare(BIRD, idempotency_key=key).idempotency_key == key


def test_timeout_does_not_say_that_a_task_runs_which_has_ended_without_a_file() -> None:
    ref = TaskRef("vidu", "1")
    ended = str(WaitTimeoutError(ref, Snapshot(ref, TaskState.SUCCEEDED, "success", {}), elapsed=2))
    assert "has ended (last seen success), but no file is named after 2 s" in ended
    assert "running" not in ended
