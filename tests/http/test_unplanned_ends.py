"""Submits that an unforeseen event ends: a closed client, a failing callback, a bug, another event loop.

The error has what may be paid, and says how to go on.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Final

import httpx
import pytest
from playing import (
    NEVER_COMES,
    PATIENCE,
    Way,
    account,
    all_providers,
    awaitable_client,
    both_ways,
    brief,
    call_client,
    in_loop,
    request_for,
)
from provider_forms import Act
from server import Server
from vidu_clients.vidu.models import TextToSpeechRequest

from vidu_ext import Account, AsyncVidu, Settings, Submission, TaskRef, Vidu
from vidu_ext.client.arguments import OnSubmission
from vidu_ext.flows import settle
from vidu_ext.providers import provider_named
from vidu_ext.transport import driver
from vidu_ext.values.errors import ConfigurationError, SubmissionUnknownError

LOST: Final = Act(status=502, body=b"<html>bad gateway</html>")
SPEECH: Final = TextToSpeechRequest(text="hello", voice_setting_voice_id="female-shaonv")


@all_providers
@both_ways
@in_loop
async def test_client_closed_during_a_create_leaves_a_submission_to_be_found(provider: str, way: Way) -> None:
    held = Act(held=True, status=LOST.status, body=LOST.body)
    with Server(provider, plan={"create": [held]}) as server:
        vidu = awaitable_client(way, [account(server)], brief(window=PATIENCE))
        submitting = asyncio.ensure_future(vidu.submit(request_for(provider)))
        await asyncio.to_thread(server.wait_for, "create")
        await vidu.close()
        server.release()
        with pytest.raises(SubmissionUnknownError) as caught:
            await asyncio.wait_for(submitting, PATIENCE)
        assert (len(server.calls("create")), len(server.paid)) == (1, 1)
        if provider_named(provider).settlement != "none":
            async with AsyncVidu([account(server)], settings=brief()) as other:
                assert (await other.find(caught.value.submission)).ref == TaskRef(provider, server.paid[0].id)
            assert len(server.paid) == 1


@both_ways
def test_failure_after_the_create_leaves_a_submission_to_be_found(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise ZeroDivisionError("a fault of the program")

    monkeypatch.setattr(settle, "_lead_of", broken)
    with Server("vidu", plan={"create": [LOST]}) as server:
        with pytest.raises(SubmissionUnknownError, match="a fault of the program") as caught:
            submit(way, server)
        assert caught.value.submission.idempotency_key == server.paid[0].body["payload"]
        assert isinstance(caught.value.__cause__, ZeroDivisionError)


@both_ways
def test_error_of_a_failing_callback_has_the_reference_of_the_accepted_task(way: Way) -> None:
    def full(_: TaskRef) -> None:
        raise OSError(28, "No space left on device")

    with Server("vidu") as server, pytest.raises(OSError, match="No space left") as caught:
        call_client(way, [account(server)], lambda vidu: vidu.submit(request_for("vidu"), on_accepted=full))
    assert f"vidu:{server.paid[0].id}" in "".join(caught.value.__notes__)


def test_coroutine_callbacks_are_awaited() -> None:
    kept: list[object] = []

    async def keep(news: object) -> None:
        await asyncio.sleep(0)
        kept.append(news)

    async def main(server: Server) -> list[object]:
        async with AsyncVidu([account(server)], settings=brief()) as vidu:
            task = await vidu.submit(request_for("vidu"), on_accepted=keep)
            results = [await vidu.wait(task, on_snapshot=keep), *await vidu.wait_all([task], on_snapshot=keep)]
            return [task.ref, *(result.snapshot for result in results)]

    with Server("vidu", life=("done",)) as server:
        assert asyncio.run(main(server)) == kept


async def coroutine_callback(_: object) -> None:
    """Do nothing, as a callback that must be awaited."""


NOT_AWAITED: Final = "is not awaited here"


@pytest.mark.parametrize(
    ("way", "callbacks", "message"),
    [
        ("blocking", {"on_accepted": coroutine_callback}, NOT_AWAITED),
        ("awaited", {"on_submission": coroutine_callback}, "on_submission is not awaited"),
        ("blocking", {"on_accepted": "keep"}, "must be a function"),
    ],
)
def test_submit_with_an_unusable_callback_is_refused_before_anything_is_sent(
    way: Way, callbacks: Mapping[str, object], message: str
) -> None:
    with Server("vidu") as server:
        with pytest.raises(ConfigurationError, match=message):
            call_client(way, [account(server)], lambda vidu: vidu.submit(request_for("vidu"), **callbacks))
        assert server.seen == []


def submit(way: Way, server: Server, on_submission: OnSubmission | None = None) -> TaskRef:
    request = request_for(server.provider)
    ref: TaskRef = call_client(way, [account(server)], lambda vidu: vidu.submit(request, on_submission=on_submission)).ref
    return ref


@both_ways
def test_submission_that_leads_to_its_task_is_reported_once_and_before_it_is_sent(way: Way) -> None:
    """Also if the create is sent twice. Another process finds the task by the text of the submission."""
    reported: list[tuple[str, int]] = []
    with Server("comfy", plan={"create": [Act(accepts=False, status=503, headers={"retry-after": "0"})]}) as server:
        ref = submit(way, server, lambda submission: reported.append((submission.to_text(), len(server.seen))))
        ((text, seen),) = reported
        assert seen == 0
        with Vidu([account(server)], settings=brief()) as vidu:
            assert vidu.find(Submission.parse(text)).ref == ref
        assert len(server.paid) == 1


@both_ways
def test_submission_whose_callback_fails_is_not_sent(way: Way) -> None:
    def full(_: Submission) -> None:
        raise OSError(28, "No space left on device")

    with Server("vidu") as server:
        with pytest.raises(OSError, match="No space left"):
            submit(way, server, full)
        assert server.seen == []


@both_ways
@pytest.mark.parametrize("body", [b'{"task_id": "1", "sta', b"[]", b"<html></html>"], ids=["cut", "of another shape", "a page"])
def test_unreadable_answer_of_a_paid_call_leaves_the_outcome_unknown(body: bytes, way: Way) -> None:
    sent: list[Submission] = []
    with Server("vidu", plan={"create": [Act(status=200, body=body)]}) as server:
        with pytest.raises(SubmissionUnknownError) as caught:
            call_client(way, [account(server)], lambda vidu: vidu.call(SPEECH, on_submission=sent.append))
        assert (caught.value.raw, [caught.value.submission]) == (body, sent)
        assert len(server.seen) == 1


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


def test_async_client_without_asyncio_is_refused_before_it_pays() -> None:
    """Under trio it was a RuntimeError: no running event loop."""
    submitting = AsyncVidu({"zenlayer": "key"}).submit(request_for("zenlayer"))
    with pytest.raises(ConfigurationError, match="needs a running event loop of asyncio, and there is none"):
        submitting.send(None)


async def _ref_of(vidu: AsyncVidu) -> TaskRef:
    return (await vidu.submit(request_for("zenlayer"))).ref


# -- a close after an interrupt --------------------------------------------------------------------------------------------


class Interrupted(httpx.BaseTransport):
    """A transport that is interrupted while it holds the lock that its close needs."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002  # the name is httpx's
        self.lock.acquire()
        raise KeyboardInterrupt

    def close(self) -> None:
        self.lock.acquire(timeout=NEVER_COMES)


def test_close_returns_after_an_interrupt_that_left_a_lock_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, the end of `with Vidu() as vidu:` hung after one Ctrl-C until another."""
    monkeypatch.setattr(driver, "CLOSE_SECONDS", 0.01)
    transport = Interrupted()
    accounts = [Account(provider="vidu", key="key-of-the-test-0123456789")]
    with pytest.raises(KeyboardInterrupt), Vidu(accounts, settings=Settings(transport=transport)) as vidu:
        vidu.submit(request_for("vidu"))
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "vidu-ext close"] == [True]
    transport.lock.release()
