"""Cancellation ends a call at once, says how to go on, leaves nothing behind and loses no paid task."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from itertools import repeat
from pathlib import Path
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
    assert_download_resumes,
    awaitable_client,
    both_ways,
    brief,
    in_loop,
    request_for,
    task_at,
)
from provider_forms import Act, Route
from server import Server

from vidu_ext import AsyncVidu, PollPolicy, RetryPolicy, Settings, TaskRef
from vidu_ext.providers import provider_named
from vidu_ext.transport import async_driver
from vidu_ext.values.errors import TaskError

HANGS: Final = Act(ends="hangs")
NOTHING_SENT: Final = "No request is on its way, and nothing is paid."
GRACE: Final = 0.1
"""Seconds that a cancelled submit waits for an answer that never comes."""


@pytest.fixture(autouse=True)
def long_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no cancelled submit give up an answer that is still sent."""
    monkeypatch.setattr(async_driver, "CANCEL_GRACE", NEVER_COMES)


@asynccontextmanager
async def checked_client(server: Server, settings: Settings) -> AsyncGenerator[AsyncVidu]:
    """Yield a client, and check that its end leaves no task in the event loop, nor an unhandled exception."""
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(str(context)))
    async with AsyncVidu([account(server)], settings=settings) as vidu:
        yield vidu
    gc.collect()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert complaints == []


async def cancelled(
    work: Awaitable[object], when: Callable[[], object], then: Callable[[], object] = bool
) -> asyncio.CancelledError:
    """Cancel `work` once `when` has returned, then call `then`, and return the error of the work."""

    async def run() -> None:
        await work

    task = asyncio.create_task(run())
    await asyncio.to_thread(when)
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.sleep(0.05)
    then()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert type(caught.value) is asyncio.CancelledError
    return caught.value


def notes(error: BaseException) -> str:
    return "\n".join(getattr(error, "__notes__", []))


@all_providers
@in_loop
async def test_cancelled_submit_without_an_answer_leaves_a_submission_to_be_found(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(async_driver, "CANCEL_GRACE", GRACE)
    with Server(provider, plan={"create": [HANGS]}) as server:
        async with checked_client(server, brief(silence=NEVER_COMES)) as vidu:
            error = await cancelled(vidu.submit(request_for(provider)), lambda: server.wait_for("create"))
        paid = server.paid[0]
        assert len(server.calls("create")) == 1
        assert "may be paid" in notes(error)
        assert str(paid.key or paid.body.get("payload", "")) in notes(error)
        if provider_named(provider).settlement != "none":
            server.plan.clear()
            async with AsyncVidu([account(server)], settings=brief()) as other:
                found = await other.find(vars(error)["submission"])
            assert found.ref == TaskRef(provider, paid.id)
            assert len(server.paid) == 1


@all_providers
@in_loop
async def test_cancelled_submit_reports_a_task_that_is_accepted_after_it(provider: str) -> None:
    accepted: list[TaskRef] = []
    with Server(provider, plan={"create": [Act(held=True)]}) as server:
        async with checked_client(server, brief()) as vidu:
            work = vidu.submit(request_for(provider), on_accepted=accepted.append)
            error = await cancelled(work, lambda: server.wait_for("create"), server.release)
        assert accepted == [TaskRef(provider, server.paid[0].id)]
        assert str(accepted[0]) in notes(error)


@pytest.mark.parametrize(
    ("act", "provider"),
    [
        (Act(accepts=False, status=429), "zenlayer"),
        (Act(accepts=False, status=429, held=True), "vidu"),
        (Act(accepts=False, status=500, held=True), "comfy"),
    ],
    ids=["waits to try again", "is busy", "has a fault"],
)
@in_loop
async def test_cancelled_submit_whose_answer_is_an_error_sends_nothing_again(act: Act, provider: str) -> None:
    never = RetryPolicy(first=NEVER_COMES, ceiling=NEVER_COMES, budget=NEVER_COMES)
    with Server(provider, plan={"create": repeat(act)}) as server:
        async with checked_client(server, brief(retry=never)) as vidu:
            work = vidu.submit(request_for(provider))
            error = await cancelled(work, lambda: server.wait_for("create"), server.release)
        assert notes(error)
        assert len(server.seen) == 1


@all_providers
@in_loop
async def test_submit_that_is_cancelled_while_it_waits_for_a_free_connection_was_not_sent(provider: str) -> None:
    """It was said that it may be paid, and under `once` its order stayed unknown."""
    with Server(provider, plan={"create": [Act(held=True)]}) as server:
        accounts = [evolve(account(server), max_in_flight=1)]
        async with AsyncVidu(accounts, settings=brief()) as vidu:
            first = asyncio.create_task(vidu.submit(request_for(provider)))
            await asyncio.to_thread(server.wait_for, "create")
            error = await cancelled(vidu.submit(request_for(provider)), partial(time.sleep, 0.2), server.release)
            await first
        assert notes(error) == NOTHING_SENT
        assert not hasattr(error, "submission")
        assert len(server.calls("create")) == 1


@all_providers
@in_loop
async def test_cancelled_submit_that_turns_out_not_to_reach_the_provider_was_not_sent(provider: str) -> None:
    connecting, refused = asyncio.Event(), asyncio.Event()

    async def connect(_: httpx.Request) -> httpx.Response:
        connecting.set()
        await refused.wait()
        raise httpx.ConnectError("connection refused")

    settings = evolve(brief(), async_transport=httpx.MockTransport(connect))
    async with AsyncVidu({provider: "key"}, settings=settings) as vidu:
        task = asyncio.create_task(vidu.submit(request_for(provider)))
        await connecting.wait()
        task.cancel()
        await asyncio.sleep(0)
        refused.set()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    assert notes(caught.value) == NOTHING_SENT


@in_loop
async def test_submit_that_is_cancelled_twice_ends_at_once() -> None:
    with Server(plan={"create": [HANGS]}) as server:
        async with checked_client(server, brief(silence=NEVER_COMES)) as vidu:
            task = asyncio.create_task(vidu.submit(request_for("vidu")))
            await asyncio.to_thread(server.wait_for, "create")
            for _ in range(2):
                task.cancel()
                await asyncio.sleep(0.05)
            assert task.done()
            with pytest.raises(asyncio.CancelledError):
                await task


@pytest.mark.parametrize("provider", ["vidu", "comfy"])
@pytest.mark.parametrize("hangs", [True, False], ids=["in a status call", "between two status calls"])
@in_loop
async def test_cancelled_wait_names_its_first_task(hangs: bool, provider: str) -> None:
    plan: Mapping[Route, Iterable[Act]] = {"list": repeat(HANGS), "status": repeat(HANGS)} if hangs else {}
    settings = brief(silence=NEVER_COMES, poll=PollPolicy(floor=NEVER_COMES, ceiling=NEVER_COMES))
    with Server(provider, plan=plan, life=("running",)) as server:
        refs = [task_at(server) for _ in range(3)]
        of_many: Route = "list" if provider_named(provider).list_size else "status"
        async with checked_client(server, settings) as vidu:
            works: list[tuple[Awaitable[object], Route]] = [
                (vidu.wait(refs[0]), "status"),
                (vidu.wait_all(refs), of_many),
                (_all(vidu.as_completed(refs)), of_many),
                (_all(vidu.watch(refs[0])), "status"),
            ]
            for work, asked in works:
                calls = len(server.calls(asked)) + hangs
                error = await cancelled(work, partial(server.wait_for, asked, calls))
                assert str(refs[0]) in notes(error)


async def _all(stream: AsyncIterator[object]) -> list[object]:
    return [item async for item in stream]


@pytest.mark.parametrize("provider", ["vidu", "skills_video"])
@in_loop
async def test_cancelled_download_resumes_later(provider: str, tmp_path: Path) -> None:
    half = Act(ends="hangs", sends=lambda body: body[:5000])
    with Server(provider, plan={"film": [half]}, life=("done",)) as server:
        ref = str(task_at(server))
        async with checked_client(server, brief(silence=NEVER_COMES)) as vidu:
            work = vidu.download(ref, tmp_path / "film.mp4")
            error = await cancelled(work, lambda: server.wait_for("film"))
        assert ref in notes(error)
        await asyncio.to_thread(assert_download_resumes, ref, server, tmp_path)


@pytest.mark.parametrize(
    "act", [HANGS, Act(held=True), Act(accepts=False, status=400, held=True)], ids=["hangs", "is accepted", "is refused"]
)
@in_loop
async def test_timeout_of_a_submit_is_a_timeout_error_with_a_note(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if an answer still comes, whatever it says."""
    if act is HANGS:
        monkeypatch.setattr(async_driver, "CANCEL_GRACE", GRACE)
    accepted: list[TaskRef] = []
    with Server(plan={"create": [act]}) as server:
        async with checked_client(server, brief(silence=NEVER_COMES)) as vidu:
            asyncio.get_running_loop().call_later(0.2, server.release)
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(0.1):
                    await vidu.submit(request_for("vidu"), on_accepted=accepted.append)
        assert type(caught.value) is TimeoutError
        assert bool(accepted) == (act.ends == "whole" and act.accepts)
        assert notes(caught.value.__cause__ or caught.value)


@in_loop
async def test_stream_that_is_left_early_leaves_nothing_in_the_event_loop() -> None:
    with Server(life=("running", "running", "done")) as server:
        refs = [task_at(server) for _ in range(3)]
        async with checked_client(server, brief()) as vidu:
            async for _ in vidu.watch(refs[0]):
                break
            async for _ in vidu.as_completed(refs):
                break


# -- the client is closed --------------------------------------------------------------------------------------------------


@both_ways
@pytest.mark.parametrize("hangs", [True, False], ids=["in a status call", "between two status calls"])
@in_loop
async def test_closing_the_client_ends_a_wait_with_its_reference(hangs: bool, way: Way) -> None:
    plan: Mapping[Route, Iterable[Act]] = {"status": repeat(HANGS)} if hangs else {}
    settings = brief(silence=NEVER_COMES, poll=PollPolicy(floor=NEVER_COMES, ceiling=NEVER_COMES))
    with Server("comfy", plan=plan, life=("running",)) as server:
        ref = task_at(server)
        vidu = awaitable_client(way, [account(server)], settings)
        waiting = asyncio.ensure_future(vidu.wait(ref))
        await asyncio.to_thread(server.wait_for, "status")
        await asyncio.sleep(0.05)
        await vidu.close()
        with pytest.raises(TaskError, match=str(ref)) as caught:
            await asyncio.wait_for(waiting, PATIENCE)
    assert caught.value.ref == ref
