"""Several waits of one client share their polls and do not wait for each other."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import Final

import httpx
import pytest
from attrs import evolve
from playing import (
    NEVER_COMES,
    PATIENCE,
    Way,
    account,
    all_providers,
    both_ways,
    brief,
    call_client,
    client,
    request_for,
    run,
    task_at,
)
from provider_forms import Act
from provider_tasks import film_of
from server import Server

from vidu_ext import Account, PollPolicy, Settings, TaskRef, Vidu
from vidu_ext.flows import poll
from vidu_ext.transport.driver import SyncPoller
from vidu_ext.values.errors import ConfigurationError, TaskError


@both_ways
def test_wait_returns_a_task_that_ended_although_the_answer_for_another_hangs(way: Way) -> None:
    """The first status call hangs, and its answer never counts as lost."""
    with Server("comfy", plan={"status": [Act(ends="hangs")]}, life=("done",)) as server:
        refs = [task_at(server) for _ in range(2)]

        with client(way, [account(server)], brief(silence=NEVER_COMES)) as vidu:
            first = next(vidu.as_completed(refs)).ref
            hanging = [thread for thread in enumerate_threads() if thread.name == "vidu-ext comfy"]
            assert all(thread.daemon for thread in hanging), "the program would wait for the answer at its end"
            assert len(hanging) == (way == "blocking")
    assert first in refs


@all_providers
@both_ways
def test_task_takes_one_create_one_call_for_each_state_and_one_download(way: Way, provider: str) -> None:
    with Server(provider, life=("queued", "running", "done")) as server:
        assert run(way, [server]).film == film_of(server.paid[0].id)
    assert [seen.route for seen in server.seen] == ["create", "status", "status", "status", "film"]


@both_ways
def test_failure_of_the_poll_loop_ends_the_waits_and_the_next_wait_works(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> list[poll.PollRequest]:
        monkeypatch.undo()
        raise RuntimeError("a bug")

    monkeypatch.setattr(poll.PollQueue, "take_due", broken)
    with Server("comfy", life=("done",)) as server:
        ref = task_at(server)

        with client(way, [account(server)]) as vidu:
            with pytest.raises(TaskError, match="a bug") as caught:
                vidu.wait(ref, timeout=NEVER_COMES)
            assert caught.value.ref == ref
            assert vidu.wait(ref, timeout=PATIENCE).ref == ref


def test_wait_outlasts_a_thread_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Thread) -> None:
        monkeypatch.undo()
        raise RuntimeError("can't start new thread")

    with Server("comfy", life=("done",)) as server, Vidu([account(server)], settings=brief()) as vidu:
        ref = task_at(server)
        monkeypatch.setattr(Thread, "start", refused)
        assert vidu.wait(ref, timeout=PATIENCE).ref == ref


def test_last_poll_of_a_wait_does_not_wait_for_the_pause_of_another_thread() -> None:
    slow = PollPolicy(floor=NEVER_COMES, ceiling=NEVER_COMES)
    with Server("comfy", life=("running", "done")) as server, Vidu([account(server)], settings=brief(poll=slow)) as vidu:
        refs = [task_at(server) for _ in range(2)]
        leader = Thread(target=lambda: vidu.wait_all(refs[:1], errors="return"))
        leader.start()
        server.wait_for("status")
        assert vidu.wait(refs[1], timeout=1.0).ref == refs[1]
        assert leader.is_alive()
        vidu.close()
        leader.join()


def test_one_thread_runs_the_poll_loop_and_another_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty threads each wait for one task, while another soon gives up its wait for all of them."""
    lead, leading = SyncPoller.__dict__["_lead"], [0]

    def counted(poller: SyncPoller, is_done: Callable[[], bool], deadline: float | None) -> None:
        leading.append(leading[-1] + 1)
        try:
            lead(poller, is_done, deadline)
        finally:
            leading.append(leading[-1] - 1)

    monkeypatch.setattr(SyncPoller, "_lead", counted)
    with Server("vidu", life=("running",) * 5 + ("done",)) as server, Vidu([account(server)], settings=brief()) as vidu:
        refs = [task_at(server) for _ in range(30)]
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
    assert len(server.calls("list")) < 60, "each thread polls for itself"
    assert max(leading) == 1


@both_ways
def test_closed_client_refuses_submits_and_waits_before_anything_is_sent(way: Way) -> None:
    with Server("vidu") as server:
        ref = task_at(server)

        with client(way, [account(server)]) as vidu:
            vidu.close()
            with pytest.raises(ConfigurationError, match="closed"):
                vidu.submit(request_for("vidu"))
            with pytest.raises(TaskError, match="closed"):
                vidu.wait(ref)
    assert server.seen == []


# -- a thousand waits share their polls, also if these are answered at once -------------------------------------------------

REFS: Final = [f"vidu:{10**17 + number}" for number in range(1000)]
FLOOR: Final = 0.05


class RunningTasks:
    """Vidu with tasks that never end, which answers without delay."""

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


@both_ways
def test_many_running_tasks_are_polled_again_and_again_in_full_batches(way: Way) -> None:
    provider = RunningTasks()
    call_client(way, {"vidu": "key"}, lambda vidu: vidu.wait_all(REFS, timeout=1.0, errors="return"), provider.settings())
    assert len(provider.batches) > 40, "the first round and the last polls at the deadline alone are 20"
    assert set(provider.batches) == {100}


def test_polls_use_no_more_threads_than_the_account_may_have_requests_in_flight() -> None:
    provider = RunningTasks()
    in_flight: list[httpx.Request] = []
    counts: list[int] = []

    def counted(request: httpx.Request) -> httpx.Response:
        in_flight.append(request)
        counts.append(len(in_flight))
        answer = provider(request)
        in_flight.remove(request)
        return answer

    settings = evolve(provider.settings(), transport=httpx.MockTransport(counted))
    with Vidu([Account(provider="vidu", key="key", max_in_flight=2)], settings=settings) as vidu:
        vidu.wait_all(REFS, timeout=0.5, errors="return")
    assert len(counts) > 2
    assert max(counts) <= 2
