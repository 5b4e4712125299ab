"""Rows for any operation that starts a task (`kind: vidu.lipSync`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from manifest_rig import jsonl, read
from operations import EXAMPLES, Example

from vidu_ext import ConfigurationError, OperationRequest, PollPolicy, Settings
from vidu_ext.durable import Batches, BatchOptions, ManifestError, Worker, WorkerOptions, read_manifest
from vidu_ext.durable.reports import every_job
from vidu_ext.emulator import EmulatorServer, EmulatorSettings
from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.accounts import accounts_from_environment

TASKS: Final = tuple(example for example in EXAMPLES if example.starts_task)
OF_ANOTHER_TASK: Final = frozenset(
    str(example)
    for example in TASKS
    if example.operation.id in (
        "extendVideo", "referenceToVideo", "upscaleLegacy", "upscale", "composeGeneralFilm", "editGeneralFilm",
        "composeMusicVideo", "editMusicVideo",
    ) and provider_named(example.provider).list_size  # those with all routes of Vidu
)  # fmt: skip
"""Operations whose examples name a film or a creation that the emulator does not have."""
VIDEO: Final = "https://e.com/v.mp4"
OF_THE_BATCH: Final = ("payload", "callback_url")


@pytest.fixture
def emulator() -> Iterator[EmulatorServer]:
    settings = EmulatorSettings(
        processing_seconds=0.1, queue_seconds=0.0, listed_after=0.0, off_peak_seconds=0.0, concurrency=100
    )
    with EmulatorServer(settings=settings) as server:
        yield server


def row_of(example: Example) -> dict[str, Any]:
    body = {name: value for name, value in example.body.items() if name not in OF_THE_BATCH}
    path_id = {"path_id": "901334076999344128"} if example.operation.path_parameter is not None else {}
    return {"kind": str(example), "key": str(example), **body, **path_id}


def test_every_operation_that_starts_a_task_can_be_a_job_and_is_paid_once(emulator: EmulatorServer, tmp_path: Path) -> None:
    assert Counter(example.provider for example in TASKS)["vidu"] >= 26
    keys = accounts_from_environment(emulator.env())
    database = f"sqlite:///{tmp_path}/b.sqlite"
    settings = Settings(poll=PollPolicy(floor=0.05, ceiling=0.2))
    manifest, options = jsonl(tmp_path, *map(row_of, TASKS)), BatchOptions(name="kinds", folder=tmp_path / "films")
    with Batches(database, keys) as batches:
        assert batches.plan(manifest, options).new == len(TASKS)
        assert batches.plan(manifest, options).new == 0
        with Worker(database, keys, settings=settings, options=WorkerOptions(polling=0.1)) as worker:
            for _ in worker.follow("kinds"):
                pass
        jobs = {job.key: job for job in every_job(batches.store, "kinds")}
    paid = {f"{task.provider}.{task.operation}": task for task in emulator.emulator.ledger.paid}
    assert {key for key, job in jobs.items() if job.state != "done"} == OF_ANOTHER_TASK
    assert {jobs[key].stage for key in OF_ANOTHER_TASK} == {"submit"}
    for key in set(jobs) - OF_ANOTHER_TASK:
        assert str(jobs[key].reference).endswith(paid[key].id)
        assert (tmp_path / "films" / str(jobs[key].file)).stat().st_size == jobs[key].size
    assert len(emulator.emulator.ledger.paid) == len(paid) == len(TASKS) - len(OF_ANOTHER_TASK)


def test_paths_of_a_row_are_relative_to_the_manifest(tmp_path: Path) -> None:
    audio = "https://e.com/a.mp3"
    (row,) = read_manifest(jsonl(tmp_path, {"kind": "vidu.digitalHuman", "image": "a/b.png", "audio_url": audio}))
    assert row.request == OperationRequest("vidu", "digitalHuman", {"image": tmp_path / "a/b.png", "audio_url": audio})


def test_cells_of_csv_get_the_types_of_the_operation(tmp_path: Path) -> None:
    text = "kind,text,video_url,voice_id,speed\nvidu.lipSync,Hello,https://e.com/v.mp4,007,1.5\n"
    (row,) = read(tmp_path, "rows.csv", text)
    assert isinstance(row.request, OperationRequest)
    assert row.request.body == {"text": "Hello", "video_url": "https://e.com/v.mp4", "voice_id": "007", "speed": 1.5}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"kind": "vidu.lipsink", "text": "a"}, "Did you mean 'lipSync'?"),
        ({"kind": "vidoo.lipSync", "text": "a"}, "Did you mean 'vidu'?"),
        ({"kind": "vidu.textToSpeech", "text": "a"}, "starts no task, so it cannot be a job; use `vidu call vidu textToSpeech`"),
        ({"kind": "vidu.lipSync", "txt": "a"}, "did you mean text?"),
        ({"kind": "vidu.composeMusicVideo", "job_ids": ["1"]}, "path_id"),
        ({"kind": "vidu.motionSync", "image_url": "https://e.com/p.png", "video_url": VIDEO, "payload": "p"}, "payload"),
        ({"kind": "vidu.lipSync", "text": "a", "video_url": VIDEO, "account": "comfy"}, "comfy"),
    ],
)
def test_row_that_cannot_be_run_is_refused_with_its_number_and_reason(
    row: Mapping[str, Any], reason: str, tmp_path: Path
) -> None:
    options = BatchOptions(name="kinds", folder=tmp_path)
    keys = dict.fromkeys(map(str, PROVIDERS), "key")
    with Batches(f"sqlite:///{tmp_path}/b.sqlite", keys) as batches, pytest.raises(ManifestError) as refused:
        batches.check(jsonl(tmp_path, row), options)
    assert refused.value.faults[0].row == 1
    assert reason in str(refused.value)


def test_body_of_an_operation_request_must_be_a_mapping() -> None:
    with pytest.raises(ConfigurationError, match="body must be a mapping"):
        OperationRequest("vidu", "lipSync", "text")  # type: ignore[arg-type]  # what the test is about
