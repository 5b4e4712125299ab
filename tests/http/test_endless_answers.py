"""An answer without end neither blocks the client nor hides a task that was accepted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Final

import httpx
import pytest
from attrs import frozen

from vidu_ext import AsyncVidu, RetryPolicy, Settings, TextToVideo, Timeouts, Vidu
from vidu_ext.transport.answer_body import MOST_ANSWER_BYTES
from vidu_ext.values.errors import CallError, SubmissionUnknownError

REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo")
ACCEPTED: Final = b'{"task_id": "940107923630096384", "state": "created"}'
PATIENCE: Final = 0.3
MEBIBYTE: Final = b" " * 2**20
TRICKLE: Final = 0.02


@frozen(eq=False)
class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that begins with something and does not end, in mouthfuls or byte by byte; bounded for the sake of the test."""

    start: bytes
    more: bytes
    sent: list[int]

    def _chunks(self) -> Iterator[bytes]:
        yield self.start
        for _ in range(200):
            self.sent.append(len(self.more))
            yield self.more

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks():
            yield chunk
            if self.more == b" ":
                time.sleep(TRICKLE)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks():
            yield chunk
            if self.more == b" ":
                await asyncio.sleep(TRICKLE)


def settings(start: bytes, more: bytes, sent: list[int]) -> Settings:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Endless(start, more, sent)))
    timeouts = Timeouts(exchange=PATIENCE if more == b" " else 60.0)
    return Settings(retry=RetryPolicy(budget=0.0), timeouts=timeouts, transport=transport, async_transport=transport)


def submit(way: str, settings: Settings) -> str:
    if way == "blocking":
        with Vidu({"zenlayer": "key"}, settings=settings) as vidu:
            return str(vidu.submit(REQUEST).ref)

    async def awaited() -> str:
        async with AsyncVidu({"zenlayer": "key"}, settings=settings) as vidu:
            return str((await vidu.submit(REQUEST)).ref)

    return asyncio.run(awaited())


ways = pytest.mark.parametrize("way", ["blocking", "awaited"])
endless = pytest.mark.parametrize("more", [b" ", MEBIBYTE], ids=["byte by byte", "in mouthfuls"])


@ways
@endless
def test_task_is_found_in_an_answer_without_end(way: str, more: bytes) -> None:
    sent: list[int] = []
    assert submit(way, settings(ACCEPTED, more, sent)) == "zenlayer:940107923630096384"
    assert sum(sent) <= MOST_ANSWER_BYTES + len(more)
    assert len(sent) < 200


@ways
@endless
def test_answer_without_end_and_without_a_task_ends_the_submit_as_unknown(way: str, more: bytes) -> None:
    sent: list[int] = []
    with pytest.raises(SubmissionUnknownError):
        submit(way, settings(b"{", more, sent))
    assert len(sent) < 200


@endless
def test_status_call_ends_although_its_answer_has_no_end(more: bytes) -> None:
    sent: list[int] = []
    with Vidu({"vidu": "key"}, settings=settings(b"{", more, sent)) as vidu, pytest.raises(CallError, match="the answer"):
        vidu.status("vidu:1")


def test_awaited_call_ends_although_the_server_never_ends_its_first_line() -> None:
    async def silent(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return httpx.Response(200)

    async def run() -> None:
        settings = Settings(timeouts=Timeouts(exchange=PATIENCE), async_transport=httpx.MockTransport(silent))
        async with AsyncVidu({"zenlayer": "key"}, settings=settings) as vidu:
            with pytest.raises(SubmissionUnknownError, match="longer than"):
                await vidu.submit(REQUEST)

    asyncio.run(asyncio.wait_for(run(), 10))


@ways
@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]], ids=str)
def test_list_that_leads_back_to_itself_is_read_once(tokens: list[str], way: str) -> None:
    """Every page is read once and shown."""
    following = dict(pairwise([None, *tokens]))
    asked: list[str | None] = []

    def page(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("pager.page_token"))
        assert len(asked) < 10, "the list is read for ever"
        task = {"id": str(len(asked)), "state": "success"}
        return httpx.Response(200, json={"tasks": [task], "next_page_token": following[asked[-1]]})

    transport = httpx.MockTransport(page)
    settings = Settings(retry=RetryPolicy(budget=0.0), transport=transport, async_transport=transport)
    seen: list[str] = []

    async def awaited() -> None:
        async with AsyncVidu({"vidu": "key"}, settings=settings) as vidu:
            async for snapshot in vidu.tasks():
                seen.append(snapshot.ref.task_id)  # noqa: PERF401  what came before the error counts

    with pytest.raises(CallError, match="leads back to one that was read"):
        if way == "awaited":
            asyncio.run(awaited())
        else:
            with Vidu({"vidu": "key"}, settings=settings) as vidu:
                seen.extend(snapshot.ref.task_id for snapshot in vidu.tasks())
    assert asked == [None, *dict.fromkeys(tokens)]
    assert len(seen) == len(asked)


class BrokenBody(httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield b"{"
        raise httpx.ReadError("reset by the peer")


def test_error_says_why_an_answer_broke_off() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=BrokenBody()))
    settings = Settings(transport=transport, retry=RetryPolicy(budget=0.0))
    with Vidu({"vidu": "key"}, settings=settings) as vidu, pytest.raises(CallError, match="ReadError: reset by the peer"):
        vidu.status("vidu:1")
