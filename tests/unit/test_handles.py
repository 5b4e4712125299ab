"""A task's handle waits and remembers how the task ended; its result travels between processes and is shown by notebooks."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path
from typing import Final

import pytest

from vidu_ext import Account, AsyncVidu, Output, Snapshot, Task, TaskRef, TaskResult, TaskState, TextToVideo, Vidu
from vidu_ext.emulator import Clock, Emulator
from vidu_ext.testing import emulator_accounts, emulator_settings
from vidu_ext.values.errors import ConfigurationError, TaskFailedError, WaitTimeoutError
from vidu_ext.values.tasks import Result

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
        tasks.append(vidu.task(tasks[1].ref))
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
    emulator.faults.add("kind=task_fails")
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


# -- as a notebook shows them ---------------------------------------------------------------------------------------------

REF = TaskRef("vidu", "7")


def outcome_with(*outputs: Output) -> Result:
    return Result(Snapshot(REF, TaskState.SUCCEEDED, "success", {}, credits=60.0, outputs=outputs, model="viduq3-turbo"))


def result_with(*outputs: Output) -> str:
    return html_of(TaskResult(outcome_with(*outputs).snapshot))


def html_of(shown: Task | TaskResult) -> str:
    return shown._repr_html_()  # pyright: ignore[reportPrivateUsage]  # IPython's name for it


def test_result_shows_film_cover_and_cost() -> None:
    html = result_with(Output("cover", "https://f.example/a.jpg"), Output("video", "https://f.example/a.mp4?a=1&b=2"))
    assert 'src="https://f.example/a.mp4?a=1&amp;b=2"' in html
    assert 'poster="https://f.example/a.jpg"' in html
    assert "vidu:7 · viduq3-turbo · 60 credits" in html


def test_text_of_a_provider_is_escaped() -> None:
    html = result_with(Output("video", 'https://f.example/a.mp4"onerror="alert(1)'), Output("cover", "javascript:alert(1)"))
    assert '"onerror' not in html
    assert "javascript" not in html


@pytest.mark.parametrize(
    ("base_url", "is_shown"), [(None, False), ("https://10.0.0.7", True)], ids=["a public account", "an account in this network"]
)
def test_browser_is_led_into_this_network_only_by_an_account_in_it(base_url: str | None, is_shown: bool) -> None:
    """The browser asks for the film as soon as it is shown."""
    outcome = outcome_with(Output("video", "http://192.168.0.1/reboot"), Output("cover", "http://169.254.169.254/latest"))
    with Vidu([Account(provider="vidu", key="key", base_url=base_url)]) as vidu:
        shown = html_of(Task(vidu, REF, outcome=outcome)) + html_of(TaskResult(outcome.snapshot, vidu))
    assert ("192.168.0.1" in shown, "169.254" in shown) == (is_shown, False)
    assert "192.168.0.1" not in html_of(TaskResult(outcome.snapshot))


def test_task_is_shown_without_a_request() -> None:
    with Vidu({"vidu": "key"}) as vidu:
        ended = Task(vidu, REF, outcome=outcome_with(Output("video", "https://f.example/a.mp4")))
        assert "vidu:7: result() waits for it" in html_of(Task(vidu, REF))
        assert "<video" in html_of(ended)
