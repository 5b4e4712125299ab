"""Several waits of one client share their polls and do not wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import Final

import httpx
import pytest
from attrs import evolve
from playing import NEVER_COMES, PATIENCE, Way, account, body_for, both_ways, brief, request_for
from provider_forms import Act
from server import Server

from vidu_ext import Account, AsyncVidu, PollPolicy, Settings, TaskRef, Vidu
from vidu_ext.flows import poll
from vidu_ext.transport.driver import SyncPoller
from vidu_ext.values.errors import ConfigurationError, TaskError

# -- several waits at once -------------------------------------------------------------------------------------------------


@both_ways
def test_waits_for_other_tasks_end_although_an_answer_hangs(way: Way) -> None:
    """A wait for both returns the one that ends, long before the other's answer counts as lost."""
    with Server("comfy", plan={"status": [Act(ends="hangs")]}, life=("done",)) as server:
        refs = [TaskRef("comfy", server.make(body_for("comfy")).name) for _ in range(2)]

        def blocking() -> TaskRef:
            with Vidu([account(server)], settings=brief(silence=NEVER_COMES)) as vidu:
                first = next(vidu.as_completed(refs)).ref
                hanging = [thread for thread in enumerate_threads() if thread.name == "vidu-ext comfy"]
                assert [thread.daemon for thread in hanging] == [True], "the end of the program waits for the answer"
                return first

        async def awaited() -> TaskRef:
            async with AsyncVidu([account(server)], settings=brief(silence=NEVER_COMES)) as vidu:
                return (await anext(vidu.as_completed(refs))).ref

        first = blocking() if way == "blocking" else asyncio.run(awaited())
    assert first in refs


@both_ways
def test_failure_of_the_poll_loop_ends_the_waits_and_the_next_wait_works(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """No wait hangs without a poll loop; the next wait starts a new one."""

    def broken(*_: object, **__: object) -> list[poll.PollRequest]:
        monkeypatch.undo()
        raise RuntimeError("a bug")

    monkeypatch.setattr(poll.PollQueue, "take_due", broken)
    with Server("comfy", life=("done",)) as server:
        ref = TaskRef("comfy", server.make(body_for("comfy")).name)

        def blocking() -> TaskRef:
            with Vidu([account(server)], settings=brief()) as vidu:
                with pytest.raises(TaskError, match="a bug") as caught:
                    vidu.wait(ref, timeout=NEVER_COMES)
                assert caught.value.ref == ref
                return vidu.wait(ref, timeout=PATIENCE).ref

        async def awaited() -> TaskRef:
            async with AsyncVidu([account(server)], settings=brief()) as vidu:
                with pytest.raises(TaskError, match="a bug") as caught:
                    await vidu.wait(ref, timeout=NEVER_COMES)
                assert caught.value.ref == ref
                return (await vidu.wait(ref, timeout=PATIENCE)).ref

        assert (blocking() if way == "blocking" else asyncio.run(awaited())) == ref


def test_wait_outlasts_a_machine_without_free_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again later, and the wait neither hangs nor ends."""

    def refused(_: Thread) -> None:
        monkeypatch.undo()
        raise RuntimeError("can't start new thread")

    with Server("comfy", life=("done",)) as server, Vidu([account(server)], settings=brief()) as vidu:
        ref = TaskRef("comfy", server.make(body_for("comfy")).name)
        monkeypatch.setattr(Thread, "start", refused)
        assert vidu.wait(ref, timeout=PATIENCE).ref == ref


def test_deadline_in_one_thread_does_not_wait_for_the_pause_of_another() -> None:
    """The last question is asked at once, not when the other thread's pause is over."""
    slow = PollPolicy(floor=NEVER_COMES, ceiling=NEVER_COMES)
    with Server("comfy", life=("running", "done")) as server, Vidu([account(server)], settings=brief(poll=slow)) as vidu:
        refs = [TaskRef("comfy", server.make(body_for("comfy")).name) for _ in range(2)]
        leader = Thread(target=lambda: vidu.wait_all(refs[:1], errors="return"))
        leader.start()
        server.wait_for("status")
        assert vidu.wait(refs[1], timeout=1.0).ref == refs[1]
        assert leader.is_alive()
        vidu.close()
        leader.join()


def test_one_thread_runs_the_poll_loop_and_another_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty threads wait at one client, most of them for longer than the one that asks for all."""
    lead, leading = SyncPoller.__dict__["_lead"], [0]

    def counted(poller: SyncPoller, is_done: Callable[[], bool], deadline: float | None) -> None:
        leading.append(leading[-1] + 1)
        try:
            lead(poller, is_done, deadline)
        finally:
            leading.append(leading[-1] - 1)

    monkeypatch.setattr(SyncPoller, "_lead", counted)
    with Server("vidu", life=("running",) * 5 + ("done",)) as server, Vidu([account(server)], settings=brief()) as vidu:
        refs = [TaskRef("vidu", server.make(body_for("vidu")).name) for _ in range(30)]
        ended: list[TaskRef] = []
        impatient = Thread(target=lambda: vidu.wait_all(refs, timeout=0.01, errors="return"))

        def wait(ref: TaskRef) -> None:
            ended.append(vidu.wait(ref, timeout=10.0).ref)

        threads = [impatient, *(Thread(target=wait, args=(ref,)) for ref in refs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(15.0)
    assert set(ended) == set(refs)
    assert len(server.calls("list")) < 60, "each thread asks for itself"
    assert max(leading) == 1


@both_ways
def test_call_of_a_closed_client_is_refused_at_once(way: Way) -> None:
    """An error at once: nothing hangs, and no request counts as sent."""
    with Server("vidu") as server:
        ref = TaskRef("vidu", server.make(body_for("vidu")).name)

        def blocking() -> None:
            vidu = Vidu([account(server)], settings=brief())
            vidu.close()
            with pytest.raises(ConfigurationError, match="closed"):
                vidu.submit(request_for("vidu"))
            with pytest.raises(TaskError, match="closed"):
                vidu.wait(ref)

        async def awaited() -> None:
            vidu = AsyncVidu([account(server)], settings=brief())
            await vidu.close()
            with pytest.raises(ConfigurationError, match="closed"):
                await vidu.submit(request_for("vidu"))
            with pytest.raises(TaskError, match="closed"):
                await vidu.wait(ref)

        blocking() if way == "blocking" else asyncio.run(awaited())
    assert server.seen == []


# -- A thousand waits share their requests and keep being asked for, also when all questions are answered in one insta------

REFS: Final = [f"vidu:{10**17 + number}" for number in range(1000)]
FLOOR: Final = 0.05


class RunningTasks:
    """Vidu with tasks that never end, answered without any delay."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        ids = request.url.params.get_list("task_ids")
        self.batches.append(len(ids))
        creations: list[object] = []
        tasks = [{"id": name, "state": "processing", "creations": creations} for name in ids]
        return httpx.Response(200, json={"tasks": tasks, "next_page_token": ""})

    def settings(self) -> Settings:
        transport = httpx.MockTransport(self)
        return Settings(poll=PollPolicy(floor=FLOOR), transport=transport, async_transport=transport)


def assert_asked_again_and_again(provider: RunningTasks) -> None:
    """More batches than one round and the last question at the deadline make; every batch full."""
    assert len(provider.batches) > 40
    assert set(provider.batches) == {100}


def test_awaited_waits_keep_asking_for_many_running_tasks() -> None:
    provider = RunningTasks()

    async def wait() -> None:
        async with AsyncVidu({"vidu": "key"}, settings=provider.settings()) as vidu:
            await vidu.wait_all(REFS, timeout=2.0, errors="return")

    asyncio.run(wait())
    assert_asked_again_and_again(provider)


def test_blocking_waits_keep_asking_for_many_running_tasks() -> None:
    provider = RunningTasks()
    with Vidu({"vidu": "key"}, settings=provider.settings()) as vidu:
        vidu.wait_all(REFS, timeout=2.0, errors="return")
    assert_asked_again_and_again(provider)


def test_polls_take_no_more_threads_than_the_account_may_have_requests_in_flight() -> None:
    provider = RunningTasks()
    threads: list[int] = []

    def counted(request: httpx.Request) -> httpx.Response:
        threads.append(sum(thread.name == "vidu-ext vidu" for thread in enumerate_threads()))
        return provider(request)

    settings = evolve(provider.settings(), transport=httpx.MockTransport(counted))
    with Vidu([Account(provider="vidu", key="key", max_in_flight=2)], settings=settings) as vidu:
        vidu.wait_all(REFS, timeout=0.5, errors="return")
    assert len(threads) > 2
    assert max(threads) <= 2
