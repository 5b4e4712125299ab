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
from playing import Way, both_ways, call_client, client

from vidu_ext import AsyncVidu, RetryPolicy, Settings, TextToVideo, Timeouts
from vidu_ext.transport import answer_body
from vidu_ext.values.errors import CallError, SubmissionUnknownError

REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo")
ACCEPTED: Final = b'{"task_id": "940107923630096384", "state": "created"}'
EXCHANGE: Final = 0.3
"""Seconds that one exchange may take."""
BYTE: Final = b" "
MEBIBYTE: Final = BYTE * 2**20
LIMIT: Final = 2 * len(MEBIBYTE)
"""Bytes of the longest answer that is read."""
TRICKLE: Final = 0.02
"""Seconds between two bytes."""
MOST_CHUNKS: Final = 200
"""Chunks after which the body does end, lest a failing test never does."""


@frozen(eq=False)
class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that begins with `start` and goes on with `more` without end."""

    start: bytes
    more: bytes
    sent: list[int]

    def _chunks(self) -> Iterator[bytes]:
        yield self.start
        for _ in range(MOST_CHUNKS):
            self.sent.append(len(self.more))
            yield self.more

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks():
            yield chunk
            if self.more == BYTE:
                time.sleep(TRICKLE)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks():
            yield chunk
            if self.more == BYTE:
                await asyncio.sleep(TRICKLE)


def settings(start: bytes, more: bytes, sent: list[int]) -> Settings:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Endless(start, more, sent)))
    timeouts = Timeouts(exchange=EXCHANGE if more == BYTE else 60.0)
    return Settings(retry=RetryPolicy(budget=0.0), timeouts=timeouts, transport=transport, async_transport=transport)


def submit(way: Way, settings: Settings) -> str:
    return str(call_client(way, {"zenlayer": "key"}, lambda vidu: vidu.submit(REQUEST), settings).ref)


@pytest.fixture(autouse=True)
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_body, "MOST_ANSWER_BYTES", LIMIT)


endless = pytest.mark.parametrize("more", [BYTE, MEBIBYTE], ids=["byte by byte", "in large chunks"])


@both_ways
@endless
def test_id_is_read_from_an_answer_without_end(way: Way, more: bytes) -> None:
    sent: list[int] = []
    assert submit(way, settings(ACCEPTED, more, sent)) == "zenlayer:940107923630096384"
    assert sum(sent) <= LIMIT + len(more)
    assert len(sent) < MOST_CHUNKS


@both_ways
@endless
def test_answer_without_end_leaves_a_submit_unknown_and_fails_a_status(way: Way, more: bytes) -> None:
    sent: list[int] = []
    with pytest.raises(SubmissionUnknownError):
        submit(way, settings(b"{", more, sent))
    with pytest.raises(CallError, match="the answer"):
        call_client(way, {"vidu": "key"}, lambda vidu: vidu.status("vidu:1"), settings(b"{", more, sent))
    assert len(sent) < MOST_CHUNKS


def test_awaited_submit_ends_although_the_server_never_begins_its_answer() -> None:
    async def silent(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return httpx.Response(200)

    async def run() -> None:
        settings = Settings(timeouts=Timeouts(exchange=EXCHANGE), async_transport=httpx.MockTransport(silent))
        async with AsyncVidu({"zenlayer": "key"}, settings=settings) as vidu:
            with pytest.raises(SubmissionUnknownError, match="longer than"):
                await vidu.submit(REQUEST)

    asyncio.run(asyncio.wait_for(run(), 10))


@both_ways
@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]], ids=str)
def test_list_that_leads_back_to_itself_is_an_error_after_each_page_was_read_once(tokens: list[str], way: Way) -> None:
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

    with pytest.raises(CallError, match="leads back to one that was read"), client(way, {"vidu": "key"}, settings) as vidu:
        for snapshot in vidu.tasks():
            seen.append(snapshot.ref.task_id)  # noqa: PERF401  tasks before the error are kept
    assert asked == [None, *dict.fromkeys(tokens)]
    assert len(seen) == len(asked)
