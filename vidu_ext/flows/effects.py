"""Effects: requests of a flow to the driver that runs it. Those of downloads and uploads are in file_effects.py.

A flow iterates an effect, as in `moment = yield from Now()`; the docstring of the effect says what the flow receives. A failed
exchange is thrown into it as ExchangeError.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import frozen

from vidu_ext.values.exchange import Call, Reply

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Effect(Generic[T_co]):
    """A request to the driver, whose value is a T_co."""

    __slots__ = ()

    def __iter__(self) -> Flow[T_co]:
        value: T_co = yield self
        return value


Flow: TypeAlias = Generator[Effect[object], Any, T]
"""A flow that returns a T."""


@frozen(eq=False, repr=False)
class Send(Effect[Reply]):
    """Send a call to an account, with its key. Returns the Reply."""

    account: str
    call: Call


@frozen(eq=False, repr=False)
class Pause(Effect[None]):
    """Wait for some seconds. Returns nothing."""

    seconds: float


class Now(Effect[float]):
    """Read the monotonic clock. Returns seconds, without those that Fetch and Put have waited for a free connection."""

    __slots__ = ()


class WallClock(Effect[float]):
    """Read the time of day. Returns seconds since the epoch."""

    __slots__ = ()


class Chance(Effect[float]):
    """Draw a random number. Returns one from 0 to 1."""

    __slots__ = ()


@frozen(eq=False, repr=False)
class Work(Effect[T_co]):
    """Call a short function that blocks, such as a write to a database. Returns its value; its exception is thrown in."""

    do: Callable[[], T_co]
