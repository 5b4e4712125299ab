"""Whatever the encoding of an answer, at most a text in it becomes unreadable: never its state, refusal or id."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import cache, reduce
from typing import Final, TypeAlias

import httpx
import pytest
from attrs import frozen
from playing import Way, both_ways, call_client

from vidu_ext import RetryPolicy, Settings, TextToVideo
from vidu_ext.transport import answer_body
from vidu_ext.values.errors import CallError, InsufficientCreditsError, SubmissionUnknownError
from vidu_ext.values.tasks import Snapshot, TaskState

REQUEST: Final = TextToVideo(prompt="a paper bird", model="viduq3-turbo")
CHINESE: Final = "余额不足,请充值"
FILM: Final = "https://files.example/1.mp4"
Server: TypeAlias = Callable[[httpx.Request], httpx.Response]


def settings(server: Server) -> Settings:
    transport = httpx.MockTransport(server)
    return Settings(retry=RetryPolicy(budget=0.0), transport=transport, async_transport=transport)


def submit(way: Way, server: Server, *providers: str) -> str:
    keys = dict.fromkeys(providers, "key")
    return str(call_client(way, keys, lambda vidu: vidu.submit(REQUEST), settings(server)).ref)


def status(way: Way, server: Server) -> Snapshot:
    snapshot: Snapshot = call_client(way, {"vidu": "key"}, lambda vidu: vidu.status("vidu:1"), settings(server))
    return snapshot


# -- encodings and escapes ------------------------------------------------------------------------------------------------


def refusal(message: bytes) -> bytes:
    return b'{"code":400,"reason":"CreditInsufficient","message":"' + message + b'"}'


def ended(prompt: bytes) -> bytes:
    creations = b'[{"id":"c","url":"' + FILM.encode() + b'"}]'
    return b'{"id":"1","state":"success","credits":3,"prompt":"' + prompt + b'","creations":' + creations + b"}"


TEXTS: Final[dict[str, bytes]] = {
    "GBK": CHINESE.encode("gbk"),
    "GBK with a backslash in a character": "乗り".encode("gbk", "ignore"),
    "Shift JIS with a backslash at the end": "表".encode("shift_jis"),
    "Latin-1 before a quotation mark": 'un caf\xe9 \\"bleu\\"'.encode("latin-1"),
    "UTF-8 of half a surrogate pair": b"\xed\xa0\xbd",
    "a line end and a tab": b"a bird\nthat flies\tup",
    "every control character": bytes(range(1, 32)) + b"\x7f",
    "an escape that JSON has not": rb"it\'s C:\qfilms \x41 \u12 \uzzzz",
    "an escaped backslash before a letter": rb"\\ud800 \\q",
    "the other half": rb"\ude00 and \uDE00\uD83D",
}
BROKEN_REFUSALS: Final = [refusal(b"no")[:-4], refusal(CHINESE.encode("gbk"))[:-3], refusal(b"no").replace(b"}", b",}")]
"""Two that break off, and one with a comma too many."""
texts = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@texts
def test_ended_task_is_recognized_whatever_the_encoding_of_its_texts(text: bytes) -> None:
    """Once, a wait did not end because the prompt came back in GBK, or with a raw line end."""
    seen = status("blocking", lambda _: httpx.Response(200, content=ended(text)))
    assert (seen.state, seen.credits, [output.url for output in seen.outputs]) == (TaskState.SUCCEEDED, 3.0, [FILM])
    json.dumps(dict(seen.raw), ensure_ascii=False).encode()  # the answer can be written down


@pytest.mark.parametrize("body", [*map(refusal, TEXTS.values()), *BROKEN_REFUSALS], ids=ascii)
def test_next_account_is_asked_whatever_the_form_of_a_refusal(body: bytes) -> None:
    """Once, a refusal for lack of credits was not recognized because its message was in GBK."""

    def server(request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.vidu.com":
            return httpx.Response(400, content=body)
        return httpx.Response(200, json={"task_id": "7", "state": "created"})

    assert submit("blocking", server, "vidu", "zenlayer") == "zenlayer:7"
    with pytest.raises(InsufficientCreditsError) as caught:
        submit("blocking", server, "vidu")
    str(caught.value).encode()


@both_ways
@texts
def test_id_of_an_accepted_task_is_read_whatever_the_encoding_of_its_texts(text: bytes, way: Way) -> None:
    content = b'{"prompt":"' + text + b'","task_id":"7","state":"created"}'
    assert submit(way, lambda _: httpx.Response(200, content=content), "zenlayer") == "zenlayer:7"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030"])
def test_message_is_readable_in_every_encoding_that_can_be_recognized(encoding: str) -> None:
    content = refusal(CHINESE.encode()).decode().encode(encoding)
    with pytest.raises(InsufficientCreditsError, match=CHINESE):
        submit("blocking", lambda _: httpx.Response(400, content=content), "vidu")


@pytest.mark.parametrize("after", [b"\n", b"\0\0\0", b"<!-- 0.2 s -->", b"\r\n\r\n0\r\n", b"{}"], ids=repr)
def test_bytes_after_a_complete_answer_are_ignored(after: bytes) -> None:
    seen = status("blocking", lambda _: httpx.Response(200, content=ended(b"a bird") + after))
    assert seen.state is TaskState.SUCCEEDED


@pytest.mark.parametrize("task_id", [b"12\xff34", rb"12\ud80034", b"12\xed\xa0\xbd34"], ids=repr)
def test_task_whose_id_has_an_undecodable_character_is_found_by_its_submission(task_id: bytes) -> None:
    """An id with a replaced character would lead to no task."""
    created: list[bytes] = []

    def server(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            created.append(request.content)
            return httpx.Response(200, content=b'{"task_id":"' + task_id + b'","state":"created"}')
        row = {"id": "7", "state": "created", "payload": json.loads(created[0])["payload"]}
        return httpx.Response(200, json={"tasks": [row]})

    assert submit("blocking", server, "vidu") == "vidu:7"
    assert len(created) == 1


# -- content codings ------------------------------------------------------------------------------------------------------

ACCEPTED: Final = b'{"task_id":"7","state":"created"}'
MEBIBYTE: Final = 2**20
LIMIT: Final = 8 * MEBIBYTE
"""Bytes of the longest answer that is read."""


@frozen(eq=False)
class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in chunks, which httpx leaves to the client to read."""

    body: bytes
    size: int

    def __iter__(self) -> Iterator[bytes]:
        for place in range(0, len(self.body), self.size):
            yield self.body[place : place + self.size]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


def packed_as(word: str, body: bytes, *, status: int = 200, size: int = 2**16) -> Server:
    return lambda _: httpx.Response(status, headers={"content-encoding": word}, stream=Chunks(body, size))


def deflated_raw(body: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(body) + machine.flush()


PACKED: Final[Mapping[str, tuple[str, Callable[[bytes], bytes]]]] = {
    "gzip": ("gzip", gzip.compress),
    "gzip by its old name": ("x-gzip", gzip.compress),
    "gzip of several members": ("gzip", lambda body: b"".join(map(gzip.compress, (body[:20], b"", body[20:])))),  # RFC 1952, 2.2
    "gzip with a wrong checksum": ("gzip", lambda body: gzip.compress(body)[:-8] + bytes(8)),
    "gzip without a checksum": ("gzip", lambda body: gzip.compress(body)[:-8]),
    "gzip that is plain": ("gzip", bytes),
    "gzip without a word": ("", gzip.compress),
    "gzip that calls itself br": ("br", gzip.compress),
    "gzip twice": ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
    "deflate": ("deflate", zlib.compress),
    "deflate, raw": ("deflate", deflated_raw),
    "deflate five times": (", ".join(["deflate"] * 5), lambda body: reduce(lambda inner, _: deflated_raw(inner), range(5), body)),
    "deflate, then gzip": ("deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
    "br that is plain": ("br", bytes),
    "plain": ("", bytes),
}


@pytest.mark.parametrize(("word", "pack"), PACKED.values(), ids=PACKED)
@pytest.mark.parametrize(("size", "way"), [(1, "blocking"), (2**16, "awaited")])
def test_id_and_state_are_read_in_every_content_encoding(word: str, pack: Callable[[bytes], bytes], size: int, way: Way) -> None:
    assert submit(way, packed_as(word, pack(ACCEPTED), size=size), "zenlayer") == "zenlayer:7"
    assert status(way, packed_as(word, pack(ended(b"a bird")), size=size)).state is TaskState.SUCCEEDED


@both_ways
def test_answer_that_was_read_before_is_not_decoded_twice(way: Way) -> None:
    """A transport of the user's, or an event hook, may read an answer, which decodes it."""
    answer = httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(ACCEPTED))
    assert submit(way, lambda _: answer, "zenlayer") == "zenlayer:7"


BOMBS: Final = {"one gzip": ("gzip", 1), "three gzips": ("gzip, gzip, gzip", 3)}


@cache
def bomb(times: int, start: bytes = b"") -> bytes:
    machine = zlib.compressobj(level=1, wbits=31)
    body = machine.compress(start)
    body += b"".join(machine.compress(bytes(MEBIBYTE)) for _ in range(40)) + machine.flush()
    return reduce(lambda packed, _: gzip.compress(packed), range(times - 1), body)


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_body, "MOST_ANSWER_BYTES", LIMIT)


@both_ways
@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize(("word", "times"), BOMBS.values(), ids=BOMBS)
def test_size_limit_of_an_answer_applies_to_its_decoded_bytes(word: str, times: int, way: Way) -> None:
    """Once, a few KB on the wire filled the memory: the limit was checked after each chunk was decoded."""
    server = packed_as(word, bomb(times))
    tracemalloc.start()
    try:
        with pytest.raises(CallError, match="more than"):
            status(way, server)
        assert tracemalloc.get_traced_memory()[1] < 3 * LIMIT
    finally:
        tracemalloc.stop()


@both_ways
@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize(("word", "times"), BOMBS.values(), ids=BOMBS)
def test_id_of_a_task_is_read_within_the_size_limit(word: str, times: int, way: Way) -> None:
    assert submit(way, packed_as(word, bomb(times, ACCEPTED[:-1] + b',"more":"')), "zenlayer") == "zenlayer:7"


def test_gzip_body_is_read_up_to_a_limit_of_members() -> None:
    """Each member takes time, and millions of empty ones fit into an answer."""
    empty, whole = gzip.compress(b""), gzip.compress(ended(b"a bird"))
    assert status("blocking", packed_as("gzip", empty * 900 + whole)).state is TaskState.SUCCEEDED
    with pytest.raises(CallError):
        status("blocking", packed_as("gzip", empty * 1100 + whole))


@both_ways
@pytest.mark.parametrize("word", [", ".join(["gzip"] * 1000), "br", "zstd", "gzip, br"], ids=lambda word: word[:12])
def test_undecodable_answer_leaves_the_outcome_unknown_and_is_kept(word: str, way: Way) -> None:
    packed = bytes(range(128, 256)) * 4
    with pytest.raises(SubmissionUnknownError, match=r"not text.*Content-Encoding") as caught:
        submit(way, packed_as(word, packed), "zenlayer")
    assert caught.value.raw == packed


@both_ways
def test_only_content_encodings_with_a_size_limit_are_requested(way: Way) -> None:
    """httpx asks for Brotli and Zstandard if a package for them is installed."""
    asked: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["accept-encoding"])
        return httpx.Response(200, content=ended(b"a bird"))

    status(way, server)
    assert asked == ["gzip, deflate"]
