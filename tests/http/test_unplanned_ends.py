"""A submit that ends otherwise than by an outcome: the client is closed, a callback fails, something breaks, the loop is another.

The error reports everything that may be paid, and how to go on.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx
import pytest
from playing import PATIENCE, RETRY, Way, account, all_providers, body_for, both_ways, brief, request_for
from provider_forms import Act
from server import Server
from vidu_clients.vidu.models import TextToSpeechRequest

from vidu_ext import AsyncVidu, Settings, TaskRef, Vidu
from vidu_ext.flows import settle
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ConfigurationError, RefusedError, SubmissionUnknownError

LOST: Final = Act(status=502, body=b"<html>bad gateway</html>")
SPEECH: Final = TextToSpeechRequest(text="hello", voice_setting_voice_id="female-shaonv")


def closed_while_a_create_is_out(way: Way, server: Server) -> BaseException | None:
    """Return the error of a submit whose client is closed while its create is held, and then answered."""

    def blocking() -> BaseException | None:
        vidu = Vidu([account(server)], settings=brief(window=PATIENCE))
        with ThreadPoolExecutor(1) as pool:
            submitting = pool.submit(vidu.submit, request_for(server.provider))
            server.wait_for("create")
            vidu.close()
            server.release()
            return submitting.exception(PATIENCE)

    async def awaited() -> BaseException | None:
        vidu = AsyncVidu([account(server)], settings=brief(window=PATIENCE))
        submitting = asyncio.create_task(vidu.submit(request_for(server.provider)))
        await asyncio.to_thread(server.wait_for, "create")
        await vidu.close()
        server.release()
        await asyncio.wait([submitting], timeout=PATIENCE)
        return submitting.exception()

    return blocking() if way == "blocking" else asyncio.run(awaited())


@all_providers
@both_ways
def test_client_closed_during_a_create_leaves_a_submission_to_be_found(provider: str, way: Way) -> None:
    held = Act(held=True, status=LOST.status, body=LOST.body)
    with Server(provider, plan={"create": [held]}) as server:
        error = closed_while_a_create_is_out(way, server)
        assert isinstance(error, SubmissionUnknownError), error
        assert (len(server.calls("create")), len(server.paid)) == (1, 1)
        if provider_named(provider).settlement != "none":
            with Vidu([account(server)], settings=brief()) as vidu:
                assert vidu.find(error.submission).ref == TaskRef(provider, server.paid[0].name)
            assert len(server.paid) == 1


@both_ways
def test_failure_after_the_create_leaves_a_submission_to_be_found(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise ZeroDivisionError("a fault of the program")

    monkeypatch.setattr(settle, "_look", broken)
    with Server("vidu", plan={"create": [LOST]}) as server:
        with pytest.raises(SubmissionUnknownError, match="a fault of the program") as caught:
            submit(way, server)
        assert caught.value.submission.idempotency_key == server.paid[0].body["payload"]
        assert isinstance(caught.value.__cause__, ZeroDivisionError)


@both_ways
def test_reference_survives_a_callback_that_fails(way: Way) -> None:
    def full(_: TaskRef) -> None:
        raise OSError(28, "No space left on device")

    async def awaited(server: Server) -> None:
        async with AsyncVidu([account(server)]) as vidu:
            await vidu.submit(request_for("vidu"), on_accepted=full)

    with Server("vidu") as server, pytest.raises(OSError, match="No space left") as caught:
        if way == "awaited":
            asyncio.run(awaited(server))
        with Vidu([account(server)]) as vidu:
            vidu.submit(request_for("vidu"), on_accepted=full)
    assert f"vidu:{server.paid[0].name}" in "".join(caught.value.__notes__)


def test_coroutine_callbacks_are_awaited_or_refused() -> None:
    kept: list[object] = []

    async def keep(news: object) -> None:
        await asyncio.sleep(0)
        kept.append(news)

    async def main(server: Server) -> TaskRef:
        async with AsyncVidu([account(server)], settings=brief()) as vidu:
            task = await vidu.submit(request_for("vidu"), on_accepted=keep)
            assert kept == [task.ref]
            snapshot = (await vidu.wait(task, on_snapshot=keep)).snapshot
            await vidu.wait_all([task], on_snapshot=keep)
            assert kept[1] == snapshot
            assert len(kept) == 3
            with pytest.raises(ConfigurationError, match="on_submission is not awaited"):
                await vidu.submit(request_for("vidu"), on_submission=keep)
            return task.ref

    with Server("vidu", life=("done",)) as server:
        ref = asyncio.run(main(server))
        with Vidu([account(server)], settings=brief()) as vidu:
            for call in (
                lambda: vidu.submit(request_for("vidu"), on_accepted=keep),
                lambda: vidu.submit(request_for("vidu"), on_submission=keep),
                lambda: vidu.wait(ref, on_snapshot=keep),
                lambda: vidu.wait_all([ref], on_snapshot=keep),
                lambda: vidu.submit(request_for("vidu"), on_accepted="keep"),  # type: ignore[arg-type]  # what is refused
            ):
                with pytest.raises(ConfigurationError, match=r"is not awaited here|must be a function"):
                    call()
        assert len(server.paid) == 1


def submit(way: Way, server: Server) -> TaskRef:
    async def awaited() -> TaskRef:
        async with AsyncVidu([account(server)], settings=brief()) as vidu:
            return (await vidu.submit(request_for(server.provider))).ref

    if way == "awaited":
        return asyncio.run(awaited())
    with Vidu([account(server)], settings=brief()) as vidu:
        return vidu.submit(request_for(server.provider)).ref


@both_ways
@pytest.mark.parametrize("body", [b'{"task_id": "1", "sta', b"[]", b"<html></html>"], ids=["cut", "of another shape", "a page"])
def test_unreadable_answer_of_a_paid_call_leaves_the_outcome_unknown(body: bytes, way: Way) -> None:
    async def awaited(server: Server) -> object:
        async with AsyncVidu([account(server)], settings=brief()) as vidu:
            return await vidu.call(SPEECH)

    with Server("vidu", plan={"create": [Act(status=200, body=body)]}) as server:
        with pytest.raises(SubmissionUnknownError) as caught, Vidu([account(server)], settings=brief()) as vidu:
            asyncio.run(awaited(server)) if way == "awaited" else vidu.call(SPEECH)
        assert caught.value.raw == body
        assert len(server.seen) == 1


def test_cancelled_call_says_that_it_may_be_paid() -> None:
    async def main() -> None:
        with Server("vidu", plan={"create": [Act(held=True, status=500)]}) as server:
            async with AsyncVidu([account(server)], settings=brief()) as vidu:
                calling = asyncio.create_task(vidu.call(SPEECH))
                await asyncio.to_thread(server.wait_for, "create")
                calling.cancel()
                asyncio.get_running_loop().call_later(0.05, server.release)
                with pytest.raises(asyncio.CancelledError) as caught:
                    await calling
            assert "may be paid" in "".join(caught.value.__notes__)

    asyncio.run(main())


def test_client_in_another_event_loop_is_refused_before_it_pays() -> None:
    seen: list[httpx.Request] = []

    def accept(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"task_id": "940107923630096384", "state": "created"})

    vidu = AsyncVidu({"zenlayer": "key"}, settings=Settings(async_transport=httpx.MockTransport(accept)))
    ref = asyncio.run(_ref_of(vidu))
    with pytest.raises(ConfigurationError, match="another event loop"):
        asyncio.run(_ref_of(vidu))
    with pytest.raises(ConfigurationError, match="another event loop"):
        asyncio.run(vidu.wait(ref))
    assert len(seen) == 1


async def _ref_of(vidu: AsyncVidu) -> TaskRef:
    return (await vidu.submit(request_for("zenlayer"))).ref


@pytest.mark.parametrize(
    ("status", "expected"), [(302, SubmissionUnknownError), (303, SubmissionUnknownError), (308, RefusedError)]
)
def test_redirect_of_a_create_is_unknown_if_it_may_have_been_carried_out(status: int, expected: type[Exception]) -> None:
    """The first two may come after the request was carried out; the others say where the API is."""
    with Server(
        "zenlayer", plan={"create": [Act(status=status, body=b"", headers={"location": "https://example.com/"})]}
    ) as server:
        with pytest.raises(expected, match="base URL" if expected is RefusedError else "may be paid"):
            submit("blocking", server)
        assert len(server.calls("create")) == 1


@pytest.mark.parametrize("provider", ["vidu", "skills_video"])
def test_task_that_was_found_is_found_again(provider: str) -> None:
    with Server(provider, plan={"create": [Act(ends="closed")], "list": [Act(status=500)] * 40}) as server:
        with Vidu([account(server)], settings=brief(window=0.05, retry=RETRY)) as vidu:
            with pytest.raises(SubmissionUnknownError) as caught:
                vidu.submit(request_for(provider))
            server.plan.clear()
            found = [vidu.find(caught.value.submission).ref for _ in range(2)]
        assert found == [TaskRef(provider, server.paid[0].name)] * 2


@pytest.mark.parametrize("member", ["poll", "retry", "settle", "health", "timeouts"])
def test_wrong_settings_are_refused_before_anything_is_sent(member: str) -> None:
    with pytest.raises(ConfigurationError, match=f"Settings.{member} must be"):
        Settings(**{member: 30})  # type: ignore[arg-type]  # what is refused


def test_server_of_these_tests_reads_the_body_that_is_sent() -> None:
    """Of what the tests above rest on: a request that was accepted is in the ledger."""
    with Server("vidu") as server:
        assert submit("blocking", server).task_id == server.paid[0].name
        assert body_for("vidu").items() <= server.paid[0].body.items()
