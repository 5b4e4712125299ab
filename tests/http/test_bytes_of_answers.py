"""Answers are read whatever their bytes look like: an encoding costs a text at most, never the state, refusal or id."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Final, TypeAlias

import httpx
import pytest

from vidu_ext import AsyncVidu, RetryPolicy, Settings, TextToVideo, Vidu, Wiring
from vidu_ext.errors import InsufficientCreditsError
from vidu_ext.tasks import Snapshot, TaskState

REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo")
CHINESE: Final = "余额不足,请充值"
FILM: Final = "https://files.example/1.mp4"
Server: TypeAlias = Callable[[httpx.Request], httpx.Response]

ways = pytest.mark.parametrize("way", ["blocking", "awaited"])


def settings(server: Server) -> Settings:
    transport = httpx.MockTransport(server)
    return Settings(retry=RetryPolicy(budget=0.0), wiring=Wiring(transport=transport, async_transport=transport))


def submit(way: str, server: Server, *providers: str) -> str:
    keys = dict.fromkeys(providers, "key")
    if way == "blocking":
        with Vidu(keys, settings=settings(server)) as vidu:
            return str(vidu.submit(REQUEST).ref)

    async def awaited() -> str:
        async with AsyncVidu(keys, settings=settings(server)) as vidu:
            return str((await vidu.submit(REQUEST)).ref)

    return asyncio.run(awaited())


def status(way: str, server: Server) -> Snapshot:
    if way == "blocking":
        with Vidu({"vidu": "key"}, settings=settings(server)) as vidu:
            return vidu.status("vidu:1")

    async def awaited() -> Snapshot:
        async with AsyncVidu({"vidu": "key"}, settings=settings(server)) as vidu:
            return await vidu.status("vidu:1")

    return asyncio.run(awaited())


# -- encodings and escapes ------------------------------------------------------------------------------------------------


def refusal(message: bytes) -> bytes:
    return b'{"code":400,"reason":"CreditInsufficient","message":"' + message + b'"}'


def ended(prompt: bytes) -> bytes:
    return (
        b'{"id":"1","state":"success","credits":3,"prompt":"'
        + prompt
        + b'","creations":[{"id":"c","url":"'
        + FILM.encode()
        + b'"}]}'
    )


TEXTS: Final[dict[str, bytes]] = {
    "GBK": CHINESE.encode("gbk"),
    "GBK with a backslash in a character": "乗り".encode("gbk", "ignore"),
    "GB 18030 beyond GBK": "𠀀€".encode("gb18030"),
    "Big5 with a backslash at the end": "成功".encode("big5"),
    "Shift JIS with a backslash at the end": "表".encode("shift_jis"),
    "Shift JIS in half width": "ｱ".encode("shift_jis"),
    "EUC-KR": "종이 새".encode("euc-kr"),
    "Latin-1 at the end": "un café".encode("latin-1"),
    "Latin-1 before an escape": "un caf\xe9\\n".encode("latin-1"),
    "Latin-1 before a quotation mark": 'un caf\xe9 \\"bleu\\"'.encode("latin-1"),
    "UTF-8 that breaks off within a character": CHINESE.encode()[:-1],
    "UTF-8 of half a surrogate pair": b"\xed\xa0\xbd",
    "a line end and a tab": b"a bird\nthat flies\tup",
    "every control character": bytes(range(1, 32)) + b"\x7f",
    "a NUL": b"a\x00b",
    "an escape that JSON has not": rb"it\'s C:\qfilms \x41 \u12 \uzzzz",
    "an escaped backslash before a letter": rb"\\ud800 \\q",
    "half a surrogate pair": rb"\ud83d",
    "the other half": rb"\ude00 and \uDE00\uD83D",
    "a whole pair": rb"\ud83d\ude00",
}
texts = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@ways
@texts
def test_text_in_any_bytes_does_not_hide_that_a_task_has_ended(text: bytes, way: str) -> None:
    """A prompt came back in GBK, or with a raw line end, and the task was never seen to end."""
    seen = status(way, lambda _: httpx.Response(200, content=ended(text)))
    assert (seen.state, seen.credits, [output.url for output in seen.outputs]) == (TaskState.SUCCEEDED, 3.0, [FILM])
    json.dumps(dict(seen.raw), ensure_ascii=False).encode()  # the answer can be written down


@ways
@texts
def test_text_in_any_bytes_does_not_keep_the_next_account_from_being_asked(text: bytes, way: str) -> None:
    """A refusal for lack of credits with a message in GBK was shown raw, and the account that had credits was not asked."""

    def server(request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.vidu.com":
            return httpx.Response(400, content=refusal(text))
        return httpx.Response(200, json={"task_id": "7", "state": "created"})

    assert submit(way, server, "vidu", "zenlayer") == "zenlayer:7"
    with pytest.raises(InsufficientCreditsError) as caught:
        submit(way, server, "vidu")
    str(caught.value).encode()


@ways
@texts
def test_text_in_any_bytes_does_not_hide_the_id_of_an_accepted_task(text: bytes, way: str) -> None:
    content = b'{"prompt":"' + text + b'","task_id":"7","state":"created"}'
    assert submit(way, lambda _: httpx.Response(200, content=content), "zenlayer") == "zenlayer:7"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gbk", "gb18030"])
def test_message_is_legible_in_every_encoding_that_can_be_told(encoding: str) -> None:
    content = refusal(CHINESE.encode()).decode().encode(encoding)
    with pytest.raises(InsufficientCreditsError, match=CHINESE):
        submit("blocking", lambda _: httpx.Response(400, content=content), "vidu")


@pytest.mark.parametrize("after", [b"\n", b"\0\0\0", b"<!-- 0.2 s -->", b"\r\n\r\n0\r\n", b"{}"], ids=repr)
def test_what_follows_a_whole_answer_does_not_hide_it(after: bytes) -> None:
    seen = status("blocking", lambda _: httpx.Response(200, content=ended(b"a bird") + after))
    assert seen.state is TaskState.SUCCEEDED


def test_number_of_too_many_digits_does_not_hide_the_answer() -> None:
    """Python reads no integer of more than 4300 digits from text."""
    content = b'{"seed":' + b"9" * 5000 + b"," + ended(b"a bird")[1:]
    seen = status("blocking", lambda _: httpx.Response(200, content=content))
    assert (seen.state, seen.credits) == (TaskState.SUCCEEDED, 3.0)


@pytest.mark.parametrize("task_id", [b"12\xff34", rb"12\ud80034", b"12\xed\xa0\xbd34"], ids=repr)
def test_id_that_cannot_be_read_whole_is_not_made_up(task_id: bytes) -> None:
    """A task under an id with a replaced character would never be found again, while its submission can be."""
    created: list[bytes] = []

    def server(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            created.append(request.content)
            return httpx.Response(200, content=b'{"task_id":"' + task_id + b'","state":"created"}')
        row = {"id": "7", "state": "created", "payload": json.loads(created[0])["payload"]}
        return httpx.Response(200, json={"tasks": [row]})

    assert submit("blocking", server, "vidu") == "vidu:7"
    assert len(created) == 1
