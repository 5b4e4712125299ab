"""Ctrl-C at any line, cancellation at any await: what was paid is in the hands of the caller, or the exception leads to it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from attrs import evolve
from interrupting import Caller, Lines, Provider
from playing import NEVER_COMES, all_providers, request_for
from vidu_clients.vidu.models import TextToSpeechRequest

from vidu_ext import AsyncVidu, Submission, Vidu
from vidu_ext.flows import once
from vidu_ext.transport import async_driver, orders
from vidu_ext.values.errors import ViduError

WARM_UP: Final = 2
"""Runs after which nothing is done for the first time."""

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""Python swallows an interrupt in a generator that it is just putting away."""

# -- Ctrl-C ----------------------------------------------------------------------------------------------------------------


Ask: TypeAlias = "Callable[[Vidu, Caller], object]"
AskAwaited: TypeAlias = "Callable[[AsyncVidu, Caller], Coroutine[Any, Any, object]]"


def interrupted(provider: Callable[[], Provider], ask: Ask) -> Iterator[Caller]:
    """Return the callers of runs that were interrupted, each at another line."""

    def run(caller: Caller, lines: Lines) -> None:
        with Vidu(caller.provider.accounts, settings=caller.provider.settings) as vidu:
            sys.settrace(lines.trace)
            try:
                ask(vidu, caller)
                caller.has_it = True
            except (KeyboardInterrupt, ViduError) as ending:
                caller.ending = ending
            finally:
                sys.settrace(None)

    return at_each_line(provider, run)


def interrupted_awaiting(provider: Callable[[], Provider], ask: AskAwaited) -> Iterator[Caller]:
    """As `interrupted`, in an event loop that does not turn Ctrl-C into a cancellation."""

    async def ask_it(caller: Caller, lines: Lines) -> None:
        async with AsyncVidu(caller.provider.accounts, settings=caller.provider.settings) as vidu:
            sys.settrace(lines.trace)
            try:
                await ask(vidu, caller)
                caller.has_it = True
            except (KeyboardInterrupt, asyncio.CancelledError, ViduError) as ending:
                caller.ending = ending
            finally:
                sys.settrace(None)

    def run(caller: Caller, lines: Lines) -> None:
        with suppress(KeyboardInterrupt):  # of a task of the driver, which the loop passes on
            asyncio.run(ask_it(caller, lines))

    return at_each_line(provider, run)


def at_each_line(provider: Callable[[], Provider], run: Callable[[Caller, Lines], None]) -> Iterator[Caller]:
    def ran(at: int = 0) -> tuple[Caller, Lines]:
        caller = Caller(provider())
        lines = Lines(caller, at)
        run(caller, lines)
        return caller, lines

    lines = [ran()[1] for _ in range(WARM_UP)][-1]
    for at in lines.worth_a_try:
        yield ran(at)[0]


def submit(vidu: Vidu, caller: Caller) -> object:
    return vidu.submit(request_for(caller.provider.name), on_accepted=caller.keep)


@pytest.mark.parametrize(
    ("provider", "loses"), [("vidu", False), ("comfy", False), ("skills_video", True), ("zenlayer", True), ("vidu", True)]
)
def test_submit_that_is_interrupted_at_any_line_loses_no_task(provider: str, loses: bool) -> None:
    """Once, between the answer and the end of `on_accepted` the interrupt led nowhere, and said that nothing was paid."""
    callers = list(interrupted(lambda: Provider(provider, loses=loses), submit))
    for caller in callers:
        caller.check()
    assert {caller.provider.is_asked for caller in callers} == {False, True}
    assert loses or any(caller.accepted and not caller.kept for caller in callers)


@pytest.mark.parametrize(("provider", "loses"), [("vidu", False), ("zenlayer", True)])
def test_awaited_submit_that_is_interrupted_at_any_line_loses_no_task(provider: str, loses: bool) -> None:
    async def awaited(vidu: AsyncVidu, caller: Caller) -> object:
        return await vidu.submit(request_for(provider), on_accepted=caller.keep)

    for caller in interrupted_awaiting(lambda: Provider(provider, loses=loses), awaited):
        caller.check()


@pytest.mark.parametrize("loses", [False, True])
def test_sending_that_is_interrupted_at_any_line_loses_no_task(loses: bool) -> None:
    prepared: list[Submission] = []

    def send(vidu: Vidu, caller: Caller) -> object:
        prepared.append(vidu.prepare(request_for("zenlayer")) if not prepared else prepared[0])
        return vidu.send(prepared[0], on_accepted=caller.keep)

    for caller in interrupted(lambda: Provider("zenlayer", loses=loses), send):
        caller.check()


@pytest.mark.parametrize(("provider", "is_there"), [("vidu", True), ("comfy", True), ("vidu", False)])
def test_search_that_is_interrupted_at_any_line_continues_from_the_same_submission(provider: str, is_there: bool) -> None:
    """A look that is interrupted leaves what it looks for as unknown as it was."""
    made = Provider(provider)
    with Vidu(made.accounts, settings=made.settings) as vidu:
        submission = vidu.prepare(request_for(provider))
        vidu.send(submission)

    def find(vidu: Vidu, caller: Caller) -> object:
        return vidu.find(submission, on_accepted=caller.keep)

    listed = list(made.paid) if is_there else []
    for caller in interrupted(lambda: Provider(provider, paid=list(listed)), find):
        if is_there:
            caller.check()
        assert caller.has_it or not caller.provider.is_asked or getattr(caller.ending, "submission", None) == submission


@pytest.mark.parametrize("loses", [False, True])
def test_call_that_is_interrupted_at_any_line_says_that_it_may_be_paid(loses: bool) -> None:
    request = TextToSpeechRequest(text="Hello", voice_setting_voice_id="some-voice")
    for caller in interrupted(lambda: Provider("vidu", loses=loses), lambda vidu, _: vidu.call(request)):
        caller.check()


@pytest.mark.parametrize("loses", [False, True])
def test_awaited_call_that_is_interrupted_at_any_line_says_that_it_may_be_paid(loses: bool) -> None:
    request = TextToSpeechRequest(text="Hello", voice_setting_voice_id="some-voice")
    for caller in interrupted_awaiting(lambda: Provider("vidu", loses=loses), lambda vidu, _: vidu.call(request)):
        caller.check()


@pytest.mark.parametrize("place", ["as it is locked", "before it is released"])
def test_interrupted_order_is_free_for_the_next_submit_of_the_process(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, a second submit waited 15 minutes for an order that its own process held."""
    provider = Provider("vidu")
    settings = evolve(provider.settings, orders=tmp_path / "orders.sqlite")
    owner, name = (vars(orders)["_LockFile"], "take") if place == "as it is locked" else (orders.OrderStore, "release")
    real, interrupts = getattr(owner, name), iter([KeyboardInterrupt()])

    def interrupted(*arguments: object) -> object:
        taken = real(*arguments) if name == "take" else None
        for interrupt in interrupts:
            raise interrupt
        return taken if name == "take" else real(*arguments)

    monkeypatch.setattr(owner, name, interrupted)
    monkeypatch.setattr(once, "MOST_SECONDS", 0.0)
    with Vidu(provider.accounts, settings=settings) as vidu:
        with pytest.raises(KeyboardInterrupt):
            vidu.submit(request_for("vidu"), once="order-8814")
        vidu.submit(request_for("vidu"), once="order-8814")
    assert len(provider.paid) == 1


# -- cancellation ----------------------------------------------------------------------------------------------------------


class Awaits:
    """Runs a coroutine, counts its awaits, and cancels it at one of them."""

    def __init__(self, work: Coroutine[Any, Any, object], at: int = 0) -> None:
        self.count = 0
        self._work: Final = work
        self._at: Final = at

    def __await__(self) -> Generator[Any, Any, None]:
        task = asyncio.current_task()
        assert task is not None
        steps = self._work.__await__()
        thrown: BaseException | None = None
        while True:
            try:
                waits_for = next(steps) if thrown is None else steps.throw(thrown)
            except StopIteration:
                return
            self.count += 1
            if self.count == self._at:
                task.cancel()
            try:
                thrown = yield waits_for
            except BaseException as error:  # the work's, as every end of what it waits for
                thrown = error


async def cancelled(provider: Provider, ask: Callable[[AsyncVidu, Caller], Coroutine[Any, Any, object]]) -> list[Caller]:
    """Return the callers of runs that were cancelled, one at each await."""
    callers: list[Caller] = []
    there_are = 1
    while len(callers) <= there_are:
        caller = Caller(evolve(provider, paid=list(provider.paid)))
        async with AsyncVidu(caller.provider.accounts, settings=caller.provider.settings) as vidu:
            awaits = Awaits(ask(vidu, caller), len(callers))
            try:
                await awaits
                caller.has_it = True
            except (asyncio.CancelledError, ViduError) as ending:
                caller.ending = ending
        there_are = max(there_are, awaits.count)
        callers.append(caller)
    return callers


@pytest.fixture(autouse=True)
def long_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_driver, "CANCEL_GRACE", NEVER_COMES)


@all_providers
@pytest.mark.parametrize("loses", [False, True], ids=["answered", "answer lost"])
def test_submit_that_is_cancelled_at_any_await_loses_no_task(loses: bool, provider: str) -> None:
    """Also if the cancellation arrives during an awaited `on_accepted`."""

    async def submit(vidu: AsyncVidu, caller: Caller) -> object:
        return await vidu.submit(request_for(provider), on_accepted=caller.keep_awaited)

    callers = asyncio.run(cancelled(Provider(provider, loses=loses), submit))
    for caller in callers:
        caller.check()
    assert loses or any(caller.accepted and not caller.kept for caller in callers)
