"""What a flow may ask of the driver that runs it. A flow yields one of these and is sent the value named here.

Values only. The drivers (drivers.py) are the one place that carries them out; a failed exchange is thrown into the flow
as ExchangeError.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Protocol, TypeAlias, TypeVar

from attrs import field, frozen

from vidu_ext.values.exchange import Call, Reply

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
    """Copy the open body into the sink, chunk by chunk. Gives the number of bytes.

    Thrown as ExchangeError when the body breaks off; what came before is in the sink. A sink may raise to stop it.
    """

    sink: Sink


Effect: TypeAlias = Send | Pause | Now | WallClock | Chance | Put | Fetch | Receive
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


def fetch(url: str, headers: Mapping[str, str], *, key_of: str | None = None) -> Flow[Head]:
    head: Head = yield Fetch(url, headers, key_of)
    return head


def receive(sink: Sink) -> Flow[int]:
    count: int = yield Receive(sink)
    return count
