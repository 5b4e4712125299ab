"""A file, the answers of its server, and a task that is polled again. Shared by the tests of downloads."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from attrs import define, evolve, field
from scripted import Body, Scripted

from vidu_ext.flows.destination import Target
from vidu_ext.flows.download import Downloaded, DownloadOptions, Source, download_flow
from vidu_ext.flows.effects import Flow, Pause
from vidu_ext.flows.file_effects import Fetch
from vidu_ext.flows.policy import RetryPolicy
from vidu_ext.transport.part_file import destination
from vidu_ext.values.exchange import ExchangeError
from vidu_ext.values.tasks import Output, TaskRef

REF = TaskRef("vidu", "940107923630096384")
URL = "https://cdn.example/a/film.mp4?Signature=secret%2B"
FRESH = "https://other.example/b/film.mp4?Signature=secret%2F"
OUTPUT = Output("video", URL, creation_id="7")
FILM = bytes(range(100))
ETAG = '"film"'
STEADY = RetryPolicy(first=1.0, factor=2.0, ceiling=30.0, jitter=0.0)
LOST = ExchangeError("the connection was refused", sent=False)


def whole(content: bytes = FILM, *, etag: str | None = ETAG, broken_after: int | None = None, **headers: str) -> Body:
    """Return an answer with the whole file."""
    heads = {"Content-Type": "video/mp4", "Content-Length": str(len(content))}
    if etag:
        heads["ETag"] = etag
    heads |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Body(200, content[:broken_after], heads, breaks_off=broken_after is not None)


def rest(begin: int, content: bytes = FILM, *, broken_after: int | None = None, **headers: str) -> Body:
    """Return an answer with the file from a byte in the middle."""
    heads = {"ETag": ETAG, "Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"}
    heads |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Body(206, content[begin:broken_after], heads, breaks_off=broken_after is not None)


def fetches_of(driver: Scripted) -> list[tuple[str, str | None, str | None]]:
    """Return the URL, the range and the account of the key of every request."""
    return [(fetch.url, fetch.headers.get("range"), fetch.key_of) for fetch in driver.of(Fetch)]


def plain(status: int, **headers: str) -> Body:
    return Body(status, b"<html>", {name.replace("_", "-"): value for name, value in headers.items()})


@define
class Polls:
    """Polls of the task for fresh outputs: what each returns or raises."""

    answers: list[Sequence[Output] | Exception] = field(factory=list[Sequence[Output] | Exception])
    count: int = 0

    def __call__(self) -> Flow[tuple[Output, ...]]:
        self.count += 1
        yield Pause(0.25)
        answer = self.answers.pop(0) if self.answers else ()
        if isinstance(answer, Exception):
            raise answer
        return tuple(answer)


def fresh(*urls: str) -> Polls:
    return Polls([[Output("cover", "https://cdn.example/x"), Output("video", url, creation_id="7")] for url in urls])


SOURCE: Final = Source(
    ref=REF,
    destination=destination,
    refresh=Polls(),
    account_host="api.example",
    key_hosts=(),
    late_share=lambda: 0.0,
    on_progress=None,
    monotonic=lambda: 0.0,
)


def download(
    target: Target,
    *,
    output: Output = OUTPUT,
    refresh: Callable[[], Flow[tuple[Output, ...]]] | None = None,
    key_hosts: Sequence[str] = (),
    account_host: str = "api.example",
    is_young: bool = False,
    index: int = 0,
    **options: Any,
) -> Flow[Downloaded]:
    late_share = 1.0 if is_young else 0.0
    source = evolve(
        SOURCE,
        refresh=refresh or Polls(),
        key_hosts=(account_host, *key_hosts),
        account_host=account_host,
        late_share=lambda: late_share,
    )
    download_options = DownloadOptions(**cast("dict[str, Any]", {"retry": STEADY, **options}))
    return download_flow(source, output, target, options=download_options, index=index)


class Pipe(io.BytesIO):
    """A file object that cannot seek."""

    def seekable(self) -> bool:
        return False
