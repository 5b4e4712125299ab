"""A downloaded file is whole or not there, whatever the server does and however often the process is stopped."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, Literal, TypeAlias, cast, get_args

from attrs import define
from destinations import names, parts
from downloading import FRESH, LOST, Pipe, Polls, download, fresh, plain, rest, whole
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import Answer, Body, Scripted

from vidu_ext.flows.download import Downloaded
from vidu_ext.flows.file_effects import Fetch
from vidu_ext.values.errors import DownloadError

VERSIONS = {f'"{n}"': bytes((n + i * 7) % 256 for i in range(40 + n % 2)) for n in range(4)}
"""Contents that the URL may have over time, by ETag: two of 40 bytes, two of 41."""

Behaviour: TypeAlias = Literal[
    "honest", "lost", "stopped", "status", "redirect", "ignores ranges", "no length", "no validator", "too long", "too short",
    "wrong part", "part runs over", "ignores if-range", "new version",
]  # fmt: skip
BEHAVIOURS: Final[tuple[Behaviour, ...]] = get_args(Behaviour)


@define
class Server:
    """A server that shows one behaviour for each request, and is honest after the last.

    The number of a behaviour is the byte at which the connection breaks off, or picks a variant.
    """

    behaviours: Iterator[tuple[Behaviour, int]]
    etag: str = '"0"'

    def __call__(self, effect: Fetch) -> Answer:
        behaviour, number = next(self.behaviours, ("honest", 99))
        if behaviour == "new version":
            self.etag = f'"{number % len(VERSIONS)}"'
        content = VERSIONS[self.etag]
        cut = number if number < len(content) else None
        asked_range = re.fullmatch(r"bytes=(\d+)-", effect.headers.get("range", ""))
        begin = int(asked_range[1]) if asked_range else None
        assert begin is None or "if-range" in effect.headers, "a part without If-Range may be of another version"
        match behaviour:
            case "lost":
                return LOST
            case "stopped":
                return KeyboardInterrupt()
            case "status":
                return plain((403, 404, 416, 429, 500, 200, 206, 302)[number % 8], Content_Type="text/html")
            case "redirect":
                return plain(302, Location=("/x", "https://third.example/", "http://h/", "?")[number % 4])
            case "ignores ranges":
                return whole(content, etag=self.etag, broken_after=cut)
            case "no length":
                return Body(200, content[:cut], {"ETag": self.etag}, breaks_off=cut is not None)
            case "no validator":
                return whole(content, etag=None, broken_after=cut)
            case "too long":
                return whole(content + b"more", etag=self.etag, Content_Length=str(len(content)))
            case "too short":
                return whole(content[:cut], etag=self.etag, Content_Length=str(len(content)))
            # without a range inside the content, the next three are honest
            case "wrong part" if begin is not None and begin + 1 < len(content):
                return rest(begin + 1, content, ETag=self.etag)
            case "part runs over" if begin is not None and begin + 1 < len(content):
                headers = {"ETag": self.etag, "Content-Range": f"bytes {begin}-{begin}/{len(content)}"}
                return Body(206, content[begin : begin + number], headers, breaks_off=number % 2 == 0)
            case "ignores if-range" if begin is not None and begin < len(content):
                return rest(begin, content, ETag=self.etag, broken_after=cut)
            case _ if begin is not None and effect.headers["if-range"] == self.etag:
                return plain(416) if begin >= len(content) else rest(begin, content, ETag=self.etag, broken_after=cut)
            case _:
                return whole(content, etag=self.etag, broken_after=cut)


def check_that_nothing_is_left(folder: Path, error: BaseException) -> None:
    """Only what a later download continues with may be left."""
    assert names(folder) <= parts(folder / "film.mp4")
    assert "Signature" not in str(error)


def check_that_the_file_is_whole(content: bytes, downloaded: Downloaded, max_bytes: int | None) -> None:
    assert content in VERSIONS.values()
    assert (downloaded.size, downloaded.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert max_bytes is None or len(content) <= max_bytes


@settings(max_examples=200)
@given(
    behaviours=st.lists(st.tuples(st.sampled_from(BEHAVIOURS), st.integers(0, 45)), max_size=25),
    polls=st.lists(st.booleans(), max_size=6),
    is_pipe=st.booleans(),
    max_bytes=st.none() | st.integers(30, 60),
    overwrite=st.sampled_from(["replace", "refuse"]),
)
def test_whatever_a_server_does_the_file_is_whole_or_not_there(
    behaviours: list[tuple[Behaviour, int]], polls: list[bool], is_pipe: bool, max_bytes: int | None, overwrite: str
) -> None:
    server = Server(iter(behaviours))
    refresh = Polls([*(fresh(FRESH).answers[0] if has_url else () for has_url in polls)])
    with tempfile.TemporaryDirectory() as folder:
        film, pipe = Path(folder) / "film.mp4", Pipe()
        for _ in range(len(behaviours) + 1):  # each run makes a request, so an honest server is left for the last one
            driver = Scripted(handlers={Fetch: server})
            target = cast("IO[bytes]", pipe) if is_pipe else film
            try:
                result = driver.run(
                    download(target, refresh=refresh, max_bytes=max_bytes, overwrite=overwrite, sha256=True, tries=3)
                )
            except (DownloadError, KeyboardInterrupt) as error:
                check_that_nothing_is_left(film.parent, error)
                pipe = Pipe()
                continue
            check_that_the_file_is_whole(pipe.getvalue() if is_pipe else film.read_bytes(), result, max_bytes)
            assert names(film.parent) == (set() if is_pipe else {"film.mp4"})
            return
        assert max_bytes is not None
        assert max_bytes < len(VERSIONS[server.etag]), "once the server is honest, only max_bytes may stop the download"
