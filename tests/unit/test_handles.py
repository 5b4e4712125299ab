"""A task's handle waits, remembers how the task ended, and its result travels between processes."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path
from typing import Final

import pytest

from vidu_ext import AsyncVidu, TaskResult, TextToVideo, Vidu
from vidu_ext.emulator import Clock, Emulator
from vidu_ext.testing import add_fault, emulator_accounts, emulator_settings
from vidu_ext.values.errors import ConfigurationError, TaskFailedError, WaitTimeoutError

REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5)


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(clock=Clock(rate=0))


def client(emulator: Emulator) -> Vidu:
    return Vidu(emulator_accounts(emulator), prefer=["vidu"], settings=emulator_settings(emulator, step=2))


def requests_at(emulator: Emulator) -> int:
    return len(emulator.ledger.requests)


def test_handle_remembers_the_end_of_a_wait_of_its_client(emulator: Emulator) -> None:
    with client(emulator) as vidu:
        tasks = [vidu.submit(REQUEST) for _ in range(2)]
        vidu.wait(tasks[0])
        vidu.wait_all(tasks[1:])
        before = requests_at(emulator)
        assert [task.result().ref for task in tasks] == [task.ref for task in tasks]
        assert requests_at(emulator) == before


def test_as_completed_yields_the_handles_that_were_passed(emulator: Emulator) -> None:
    with client(emulator) as vidu:
        tasks = [vidu.submit(REQUEST) for _ in range(3)]
        ended = list(vidu.as_completed(tasks))
        assert {id(task) for task in ended} == {id(task) for task in tasks}
        assert [task.result().outputs[0].kind for task in ended] == ["video"] * 3


def test_failed_task_raises_the_same_error_again(emulator: Emulator) -> None:
    add_fault(emulator, "kind=task_fails")
    with client(emulator) as vidu:
        task = vidu.submit(REQUEST)
        with pytest.raises(TaskFailedError) as first:
            task.wait()
        with pytest.raises(TaskFailedError) as second:
            task.result()
        assert second.value is first.value


def test_wait_that_ran_out_of_time_is_not_remembered(emulator: Emulator) -> None:
    with client(emulator) as vidu:
        task = vidu.submit(REQUEST)
        with pytest.raises(WaitTimeoutError):
            task.result(timeout=0)
        assert task.result().outputs


def test_awaited_result_waits_and_remembers(emulator: Emulator) -> None:
    async def run() -> None:
        async with AsyncVidu(emulator_accounts(emulator), prefer=["vidu"], settings=emulator_settings(emulator, step=2)) as vidu:
            task = await vidu.submit(REQUEST)
            first = await task.result()
            before = requests_at(emulator)
            assert (await task.wait()).snapshot == first.snapshot
            assert requests_at(emulator) == before

    asyncio.run(run())


def test_pickled_result_can_be_downloaded_by_another_client(emulator: Emulator, tmp_path: Path) -> None:
    with client(emulator) as vidu:
        result: TaskResult = pickle.loads(pickle.dumps(vidu.submit(REQUEST).result()))  # noqa: S301 - made by this test
        with pytest.raises(ConfigurationError, match=r"vidu\.download"):
            result.download(tmp_path / "bird.mp4")
        assert vidu.download(result, tmp_path / "bird.mp4").size == (tmp_path / "bird.mp4").stat().st_size
