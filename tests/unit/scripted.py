"""A driver for tests: runs a flow against a list of answers, with a clock that only pauses and exchanges move. It asserts that
the flow uses every answer and needs no more.

    driver = Scripted(Reply(429, {}, b""), Reply(200, {}, b"{}"))
    assert driver.run(flow) == ...
    assert driver.pauses == [1.0]

An effect that a list cannot answer gets a handler: `Scripted(handlers={Send: my_provider})`. Handlers are called with the
effect and return what the flow is sent, or an Answer. As under the real drivers, only an ExchangeError or a
ClientClosedError is thrown into the flow; any other exception, of a handler or in the list, ends the run and the flow is
closed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar, cast

import pytest
from attrs import field, frozen

from vidu_ext.flows.effects import Chance, Effect, Flow, Now, Pause, Send, WallClock, Work
from vidu_ext.flows.file_effects import Fetch, Put
from vidu_ext.values.errors import ClientClosedError
from vidu_ext.values.exchange import ExchangeError, Reply

T = TypeVar("T")
E = TypeVar("E", bound=Effect[object])
X = TypeVar("X", bound=BaseException)

Handler: TypeAlias = Callable[[Any], object]


@frozen(eq=False)
class Body:
    """An answer to Fetch, with its body."""

    status: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(factory=dict[str, str])
    breaks_off: bool = False
    """Whether the connection is lost after the content."""


Answer: TypeAlias = "Reply | Body | BaseException | Callable[[Any], Answer]"
"""An item of the list: a callable is called with the effect that it answers; an exception is raised."""


class Scripted:
    """Runs flows, one after the other, against one list of answers to Send, Put and Fetch."""

    def __init__(
        self,
        *answers: Answer,
        handlers: Mapping[type[Effect[object]], Handler] | None = None,
        moment: float = 1_000.0,
        time_of_day: float = 1_700_000_000.0,
        exchange_seconds: float = 0.0,
        chance: float = 0.0,
        chunk: int = 4,
    ) -> None:
        self.answers: Final = deque(answers)
        self.seen: Final[list[Effect[object]]] = []
        """Every effect, in order."""
        self.moment = moment
        self.time_of_day = time_of_day
        self._exchange_seconds = exchange_seconds
        self._chunk = chunk
        self.handlers: Final[dict[type[Effect[object]], Handler]] = {
            Send: self._exchange,
            Put: self._exchange,
            Fetch: self._exchange,
            Work: lambda effect: effect.do(),
            Pause: lambda effect: self.pass_time(effect.seconds),
            Now: lambda _: self.moment,
            WallClock: lambda _: self.time_of_day,
            Chance: lambda _: chance,
            **(handlers or {}),
        }

    def run(self, flow: Flow[T]) -> T:
        """Run a flow and return its value. Fails if an answer is left."""
        ended = self._run(flow)
        assert not self.answers, f"these answers are left: {list(self.answers)}"
        return ended

    def error(self, flow: Flow[object], kind: type[X]) -> X:
        """Run a flow and return the error that it ends with. Fails if it ends otherwise, or an answer is left."""
        with pytest.raises(kind) as caught:
            self._run(flow)
        assert not self.answers, f"these answers are left: {list(self.answers)}"
        return caught.value

    def pass_time(self, seconds: float) -> None:
        self.moment += seconds
        self.time_of_day += seconds

    def of(self, kind: type[E]) -> list[E]:
        """Return the effects of one kind, in order."""
        return [effect for effect in self.seen if isinstance(effect, kind)]

    @property
    def pauses(self) -> list[float]:
        return [effect.seconds for effect in self.of(Pause)]

    def _run(self, flow: Flow[T]) -> T:
        try:
            effect = next(flow)
            while True:
                self.seen.append(effect)
                try:
                    value = self._answer(self.handlers[type(effect)], effect)
                except (ExchangeError, ClientClosedError) as error:
                    effect = flow.throw(error)
                else:
                    effect = flow.send(value)
        except StopIteration as end:
            return cast("T", end.value)
        finally:
            flow.close()

    def _answer(self, handler: Handler, effect: Effect[object]) -> object:
        answer = handler(effect)
        while callable(answer):
            answer = cast("Handler", answer)(effect)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Body):
            return self._receive(cast("Fetch", effect), answer)
        return answer

    def _exchange(self, effect: Effect[object]) -> object:
        self.pass_time(self._exchange_seconds)
        assert self.answers, f"no answer is left for {effect}"
        return self.answers.popleft()

    def _receive(self, effect: Fetch, body: Body) -> Reply:
        head = Reply(body.status, {name.lower(): value for name, value in body.headers.items()}, b"")
        if (write := effect.take(head)) is not None:
            for start in range(0, len(body.content), self._chunk):
                write(body.content[start : start + self._chunk])
                effect.report()
            if body.breaks_off:
                raise ExchangeError("the connection was lost", sent=True)
        return head
