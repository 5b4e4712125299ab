"""Whatever a server does, in whatever order, and however often the process is stopped: whole, or not there."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from attrs import define
from downloading import FRESH, LOST, Pipe, download, fresh, plain, rest, whole
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import Answer, Body, Scripted

from vidu_ext.flows.effects import Fetch
from vidu_ext.values.errors import DownloadError

VERSIONS = {f'"{n}"': bytes((n + i * 7) % 256 for i in range(40 + n % 2)) for n in range(4)}
"""What may stand behind the address over time, of two sizes."""


@define
class Server:
    """A server in one of its moods for every request; an honest one when the moods are used up."""

    moods: Iterator[tuple[str, int]]
    etag: str = '"0"'

    def __call__(self, effect: Fetch) -> Answer:
        mood, number = next(self.moods, ("honest", 99))
        if mood == "new version":
            self.etag = f'"{number % len(VERSIONS)}"'
        content = VERSIONS[self.etag]
        cut = number if number < len(content) else None
        asked = re.fullmatch(r"bytes=(\d+)-", effect.headers.get("range", ""))
        begin = int(asked[1]) if asked else None
        match mood:
            case "lost":
                return LOST
            case "stopped":
                return KeyboardInterrupt()
            case "status":
                return plain((403, 404, 416, 429, 500, 200, 206, 302)[number % 8], Content_Type="text/html")
            case "redirect":
                return plain(302, Location=("/x", "https://third.example/", "http://h/", "?")[number % 4])
            case "no ranges":
                return whole(content, etag=self.etag, broken_after=cut)
            case "no length":
                return Body(200, content[:cut], {"ETag": self.etag}, breaks_off=cut is not None)
            case "no validator":
                return whole(content, etag=None, broken_after=cut)
            case "too long":
                return whole(content + b"more", etag=self.etag, Content_Length=str(len(content)))
            case "too short":
                return whole(content[:cut], etag=self.etag, Content_Length=str(len(content)))
            case "wrong part" if begin is not None and begin + 1 < len(content):
                return rest(begin + 1, content, ETag=self.etag)
            case "part runs over" if begin is not None and begin + 1 < len(content):
                heads = {"ETag": self.etag, "Content-Range": f"bytes {begin}-{begin}/{len(content)}"}
                return Body(206, content[begin : begin + number], heads, breaks_off=number % 2 == 0)
            case "no if-range" if begin is not None and begin < len(content):
                return rest(begin, content, ETag=self.etag, broken_after=cut)
            case _ if begin is not None and effect.headers["if-range"] == self.etag:
                return plain(416) if begin >= len(content) else rest(begin, content, ETag=self.etag, broken_after=cut)
            case _:
                return whole(content, etag=self.etag, broken_after=cut)


MOODS = st.sampled_from(
    [
        "honest", "lost", "stopped", "status", "redirect", "no ranges", "no length", "no validator", "too long", "too short",
        "wrong part", "part runs over", "no if-range", "new version",
    ]
)  # fmt: skip


@settings(max_examples=400)
@given(
    moods=st.lists(st.tuples(MOODS, st.integers(0, 45)), max_size=25),
    polls=st.lists(st.booleans(), max_size=6),
    is_pipe=st.booleans(),
    max_bytes=st.none() | st.integers(30, 60),
    overwrite=st.sampled_from(["replace", "refuse"]),
)
def test_whatever_a_server_does_the_file_is_whole_or_not_there(
    moods: list[tuple[str, int]], polls: list[bool], is_pipe: bool, max_bytes: int | None, overwrite: str
) -> None:
    server = Server(iter(moods))
    refresh = fresh(*[FRESH] * len(polls))
    refresh.answers = [answer if lives else () for answer, lives in zip(refresh.answers, polls, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        film, pipe = Path(folder) / "film.mp4", Pipe()
        for _ in range(len(moods) + 1):
            driver = Scripted(handlers={Fetch: server})
            target = cast("IO[bytes]", pipe) if is_pipe else film
            try:
                result = driver.run(
                    download(target, refresh=refresh, max_bytes=max_bytes, overwrite=overwrite, sha256=True, tries=3)
                )
            except (DownloadError, KeyboardInterrupt) as error:
                assert not film.exists()
                assert {path.name for path in film.parent.iterdir()} <= {"film.mp4.part", "film.mp4.part.json"}
                assert "Signature" not in str(error)
                pipe = Pipe()
                continue
            content = pipe.getvalue() if is_pipe else film.read_bytes()
            assert content in VERSIONS.values()
            assert (result.size, result.sha256) == (len(content), hashlib.sha256(content).hexdigest())
            assert max_bytes is None or len(content) <= max_bytes
            assert {path.name for path in film.parent.iterdir()} == (set() if is_pipe else {"film.mp4"})
            return
        assert max_bytes is not None
        assert max_bytes < 41, "an honest server must be enough in the end"
