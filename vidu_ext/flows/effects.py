"""Effects: what a flow may ask of the driver that runs it. A flow yields one and is sent the value that its docstring names.

A failed exchange is thrown into the flow as ExchangeError.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias, TypeVar

from attrs import field, frozen

from vidu_ext.values.exchange import Call, Reply
from vidu_ext.values.tasks import Output, TaskRef

T = TypeVar("T")


@frozen(eq=False)
class Send:
    """Send a call to an account, with its key. Gives the Reply."""

    account: str
    call: Call


@frozen
class Pause:
    """Wait. Gives nothing."""

    seconds: float


@frozen
class Now:
    """Gives the monotonic time in seconds, which stands still while Fetch and Put wait for a free connection."""


@frozen
class WallClock:
    """Gives the time of day in seconds since the epoch."""


@frozen
class Chance:
    """Gives a random number from 0 to 1."""


@frozen(eq=False)
class Put:
    """Put bytes to a signed address, without any key. Gives the Reply."""

    url: str = field(repr=False)
    content: bytes = field(repr=False)
    content_type: str


class Sink(Protocol):
    """Where the bytes of a download go."""

    def write(self, data: bytes, /) -> object: ...


Target: TypeAlias = "str | os.PathLike[str] | IO[bytes]"
"""A file to write; a folder that exists, or text that ends in a separator, for a file named after the task in it; or an
open binary file."""


@frozen
class Version:
    """Which bytes an answer gives, so that a later answer can go on in the middle of the same ones."""

    validator: str | None = None
    """Strong ETag or Last-Modified, None where going on is not safe."""
    total: int | None = None
    content_type: str | None = None


class Destination(Sink, Protocol):
    """Takes the bytes of one file: `size` of them have come, all of the same `version`."""

    version: Version
    is_own: bool
    """Whether it is a file of ours, which any thread may write; an open one of the caller's may belong to one thread."""

    @property
    def size(self) -> int: ...
    @property
    def resumable(self) -> int:
        """Bytes that an answer can go on from; 0 where the next one must begin anew."""
        ...

    @property
    def sha256(self) -> str | None: ...
    def check_room(self, total: int | None) -> None:
        """Raises DownloadRefusedError, with nothing left behind, where a file of this size is too large."""

    def restart(self, version: Version) -> None:
        """Drop what came. The next bytes are the first ones, of this version."""

    def finish(self) -> Path | None:
        """Make the bytes the file. Gives its path, None for an open file of the caller's."""

    def close(self) -> None:
        """Let go of the file. What another download can resume stays."""

    def kept(self) -> str:
        """A sentence about what a failure leaves, and what to do next."""
        ...


@frozen(eq=False)
class Open:
    """Open the place that a target names. Gives a Destination; a DownloadError or ConfigurationError is thrown in."""

    target: Target
    ref: TaskRef
    output: Output
    index: int
    """Number of the output among those of its kind, from 0."""
    limit: int | None
    """Bytes of the largest file that is taken; None for no limit."""
    sha256: bool
    replace: bool
    """Whether a file that exists is replaced."""


@frozen(eq=False)
class Fetch:
    """Open a GET on the address, byte for byte as it is, and read status and headers. Gives a Head.

    The answer's body stays open until Receive has read it, or the flow pauses or ends. A redirect is an answer like any
    other: the driver follows none, so that the flow decides what may be sent to the next host.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    key_of: str | None = None
    """Account whose key is sent along; None, nearly always, for none."""


@frozen(eq=False)
class Head:
    """Status and headers of an answer whose body is still to come."""

    status: int
    headers: dict[str, str] = field(repr=False)
    """Names in lower case."""


@frozen(eq=False)
class Receive:
    """Copy the open body into the sink, piece by piece, and report after each. Gives the number of bytes.

    Thrown as ExchangeError when the body breaks off; what came before is in the sink. A sink may raise to stop it.
    """

    sink: Sink
    report: Callable[[], object]
    may_block: bool
    """Whether the sink writes to a disk, which an event loop should not wait for."""


@frozen(eq=False)
class Work:
    """Do something short that blocks, such as a write to a database. Gives what it returns; what it raises is thrown in."""

    do: Callable[[], object]


Effect: TypeAlias = Send | Pause | Now | WallClock | Chance | Put | Open | Fetch | Receive | Work
Flow: TypeAlias = Generator[Effect, Any, T]
"""A flow that ends with a T. What it is sent depends on the effect it yielded, which no type can say; the functions
below can."""


def send(account: str, call: Call) -> Flow[Reply]:
    reply: Reply = yield Send(account, call)
    return reply


def pause(seconds: float) -> Flow[None]:
    if seconds > 0:
        yield Pause(seconds)


def now() -> Flow[float]:
    moment: float = yield Now()
    return moment


def wall_clock() -> Flow[float]:
    moment: float = yield WallClock()
    return moment


def chance() -> Flow[float]:
    number: float = yield Chance()
    return number


def put(url: str, content: bytes, content_type: str) -> Flow[Reply]:
    reply: Reply = yield Put(url, content, content_type)
    return reply


def work(do: Callable[[], T]) -> Flow[T]:
    done: T = yield Work(do)
    return done


def open_destination(effect: Open) -> Flow[Destination]:
    place: Destination = yield effect
    return place


def fetch(url: str, headers: Mapping[str, str], *, key_of: str | None = None) -> Flow[Head]:
    head: Head = yield Fetch(url, headers, key_of)
    return head


def receive(sink: Sink, report: Callable[[], object], *, may_block: bool) -> Flow[int]:
    count: int = yield Receive(sink, report, may_block)
    return count
