"""Calls as users write them. Never run: mypy and pyright read it, and each wrong type here would be one in their code.

A `type: ignore` with a code marks a mistake that must be reported to users: the checkers fail if it is not.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import assert_type

import vidu_clients.vidu.models as vidu_models
from vidu_clients.vidu import AuthenticatedClient
from vidu_clients.vidu.api.video import lip_sync
from vidu_clients.vidu.models import (
    ClonedVoice,
    CloneVoiceRequest,
    CreatedSubject,
    CreatedTask,
    CreateSubjectRequest,
    ErrorReply,
    LipSyncRequest,
    RecommendedPrompts,
    RecommendPromptsRequest,
    SpokenText,
    TextToSpeechRequest,
    UpdateSubjectRequest,
)
from vidu_clients.vidu.models import Subject as StoredSubject

from vidu_ext import (
    Account,
    AsyncTask,
    AsyncTaskResult,
    AsyncVidu,
    Balance,
    Downloaded,
    DownloadOptions,
    ImageToVideo,
    PollPolicy,
    ReferenceToVideo,
    Settings,
    SettlePolicy,
    Snapshot,
    StartEndToVideo,
    Subject,
    Submission,
    Task,
    TaskRef,
    TaskResult,
    TextToVideo,
    Timeouts,
    Vidu,
)
from vidu_ext.flows.routing import Offer, cheapest, preference, round_robin
from vidu_ext.values.errors import SubmissionUnknownError, TaskError, WaitTimeoutError


def blocking() -> None:
    with Vidu(prefer=["vidu", "comfy"], settings=Settings(poll=PollPolicy(floor=1.0))) as vidu:
        task = vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5), on_accepted=print)
        assert_type(task, Task)
        assert_type(task.ref, TaskRef)
        result = task.wait(timeout=600)
        assert_type(result, TaskResult)
        assert_type(result.download("bird.mp4"), Downloaded)
        assert_type(result.download(Path("birds"), kind="cover", options=DownloadOptions(sha256=True)), Downloaded)
        for snapshot in vidu.watch("vidu:940107923630096384"):
            assert_type(snapshot, Snapshot)
        for ended in vidu.as_completed([task, task.ref, str(task.ref)]):
            assert_type(ended.result(), TaskResult)
        assert_type(vidu.wait_all([task], errors="return"), list[TaskResult | TaskError])
        assert_type(vidu.credits(account="vidu"), tuple[Balance, ...])
        vidu.submit(ImageToVideo(image=Path("a.png"), model="viduq3-turbo"))
        vidu.submit(StartEndToVideo(start=b"...", end="https://example.com/b.png", model="viduq3-turbo"))
        vidu.submit(
            ReferenceToVideo(prompt="@bird flies", subjects=[Subject(name="bird", images=[Path("a.png")])], model="viduq3")
        )
        vidu.submit(LipSyncRequest(video_url="https://example.com/v.mp4", text="Hello there."))
        assert_type(vidu.wait_all([task]), list[TaskResult])
        for finished in vidu.wait_all(["vidu:940107923630096384"]):
            finished.download("birds/")
        for stored in vidu.subjects(account="vidu"):
            assert_type(stored, StoredSubject)


def answers(
    clone: CloneVoiceRequest,
    create: CreateSubjectRequest,
    prompts: RecommendPromptsRequest,
    update: UpdateSubjectRequest,
    other: LipSyncRequest,
) -> None:
    with Vidu() as vidu:
        assert_type(vidu.call(TextToSpeechRequest(text="Hello", voice_setting_voice_id="some-voice")), SpokenText)
        assert_type(vidu.call(clone, account="vidu"), ClonedVoice)
        assert_type(vidu.call(create), CreatedSubject)
        assert_type(vidu.call(prompts), RecommendedPrompts)
        assert_type(vidu.call(update, path_id="901000000000000007"), StoredSubject)
        vidu.call(other)  # type: ignore[arg-type]  # starts a task


def mistaken() -> None:
    with Vidu() as vidu:
        vidu.submit("a paper bird")  # type: ignore[arg-type]
        vidu.submit({"prompt": "a paper bird"})  # type: ignore[arg-type]
        vidu.submit(None)  # type: ignore[arg-type]
        vidu.prepare("a paper bird")  # type: ignore[arg-type]
        vidu.explain("a paper bird")  # type: ignore[arg-type]
        vidu.call("Hello")  # type: ignore[arg-type]
        vidu.call(TextToVideo(prompt="a paper bird"))  # type: ignore[arg-type]
        vidu.wait_all(["vidu:1"], errors="return")[0].download("bird.mp4")  # type: ignore[union-attr]


async def mistaken_and_awaited() -> None:
    async with AsyncVidu() as vidu:
        await vidu.submit("a paper bird")  # type: ignore[arg-type]
        await vidu.prepare({"prompt": "a paper bird"})  # type: ignore[arg-type]
        vidu.explain("a paper bird")  # type: ignore[arg-type]
        await vidu.call("Hello")  # type: ignore[arg-type]
        await (await vidu.wait_all(["vidu:1"], errors="return"))[0].download("bird.mp4")  # type: ignore[union-attr]


def looking_later() -> None:
    with Vidu([Account(provider="vidu", name="vidu-studio", key="...")]) as vidu:
        try:
            vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo"))
        except SubmissionUnknownError as error:
            assert_type(error.submission, Submission)
            vidu.find(Submission.parse(error.submission.to_text()))
        try:
            vidu.wait("vidu-studio:940107923630096384", timeout=1)
        except WaitTimeoutError as error:
            assert_type(error.ref, TaskRef)
        except TimeoutError:
            pass


async def awaited(requests: Sequence[TextToVideo]) -> None:
    async with AsyncVidu({"vidu": "...", "comfy": "..."}, prefer=round_robin()) as vidu:
        tasks = [await vidu.submit(request) for request in requests]
        async for task in vidu.as_completed(tasks, timeout=3600):
            assert_type(task, AsyncTask)
            assert_type(await task.result(), AsyncTaskResult)
        assert_type(await vidu.wait_all(tasks), list[AsyncTaskResult])
        assert_type(await vidu.wait_all(tasks, errors="return"), list[AsyncTaskResult | TaskError])
        assert_type(await vidu.call(TextToSpeechRequest(text="Hello", voice_setting_voice_id="some-voice")), SpokenText)
        async for stored in vidu.subjects():
            assert_type(stored, StoredSubject)
        result = await tasks[0].wait()
        assert_type(await result.download("bird.mp4"), Downloaded)
        async for snapshot in tasks[0].watch():
            assert_type(snapshot.progress, float | None)


def choosing(price: float) -> None:
    def price_of(offer: Offer) -> float | None:
        return price if offer.provider == "vidu" else None

    Vidu(prefer=cheapest(price_of)).close()
    Vidu(prefer=preference("vidu-studio", "comfy", only=True)).close()


def bare_clients(key: str, request: LipSyncRequest) -> None:
    """The generated clients alone: type checkers know the models that are imported on first use."""
    client = AuthenticatedClient(token=key)
    assert_type(client.get_httpx_client().is_closed, bool)
    answer = lip_sync.sync(client=client, body=request)
    assert_type(answer, CreatedTask | ErrorReply | None)
    if isinstance(answer, CreatedTask):
        assert_type(answer.task_id, str)
    vidu_models.NoSuchModel  # type: ignore[attr-defined]  # noqa: B018
    LipSyncRequest(video="https://example.com/v.mp4")  # type: ignore[call-arg]


def mistaken_options() -> None:
    Vidu(api_key="...")  # type: ignore[arg-type]
    AsyncVidu(timeout=30)  # type: ignore[arg-type]


def flat_settings(snapshot: Snapshot) -> None:
    Settings(timeouts=Timeouts(read=30), proxy="http://proxy.example:3128", verify=False, settle=SettlePolicy(window=5))
    TextToVideo(prompt="a paper bird", model="a model of tomorrow", resolution="540p", aspect_ratio="9:16")
    assert_type(snapshot.created_at, datetime | None)
    assert_type(snapshot.model, str | None)
    assert_type(snapshot.prompt, str | None)
    assert_type(snapshot.answer, object)
