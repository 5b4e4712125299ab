"""Ctrl-C at any line, cancellation at any await: a paid task is returned, reported, or found by what the exception carries."""

from __future__ import annotations

import asyncio
import gc
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
"""Runs without an interrupt before the others, so that caches are filled and each run takes the same lines."""

THIRD: Final = 3
"""Step for a case that shares most of its lines with another; `make stress` tries them all."""

SPEECH: Final = TextToSpeechRequest(text="Hello", voice_setting_voice_id="some-voice")

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""Python reports an interrupt as unraisable if it comes while a generator is deleted."""


@pytest.fixture(autouse=True)
def _discarded() -> Iterator[None]:
    """Delete what interrupts leave here: a coroutine that never ran would be reported by whatever test runs then."""
    yield
    gc.collect()


# -- Ctrl-C ----------------------------------------------------------------------------------------------------------------


Use: TypeAlias = "Callable[[Vidu, Caller], object]"
AsyncUse: TypeAlias = "Callable[[AsyncVidu, Caller], Coroutine[Any, Any, object]]"


def interrupted_callers(provider: Callable[[], Provider], use: Use, *, step: int = 1) -> Iterator[Caller]:
    """Run `use` once for every `step`-th line, at which it is interrupted, and yield the callers."""

    def run(caller: Caller, lines: Lines) -> None:
        with Vidu(caller.provider.accounts, settings=caller.provider.settings) as vidu:
            sys.settrace(lines.trace)
            try:
                use(vidu, caller)
                caller.returned = True
            except (KeyboardInterrupt, ViduError) as ending:
                caller.ending = ending
            finally:
                sys.settrace(None)

    return callers_at_each_line(provider, run, step=step)


def interrupted_async_callers(provider: Callable[[], Provider], use: AsyncUse, *, step: int = THIRD) -> Iterator[Caller]:
    """Do as `interrupted_callers`, in an event loop that does not turn Ctrl-C into a cancellation."""

    async def use_client(caller: Caller, lines: Lines) -> None:
        async with AsyncVidu(caller.provider.accounts, settings=caller.provider.settings) as vidu:
            sys.settrace(lines.trace)
            try:
                await use(vidu, caller)
                caller.returned = True
            except (KeyboardInterrupt, asyncio.CancelledError, ViduError) as ending:
                caller.ending = ending
            finally:
                sys.settrace(None)

    def run(caller: Caller, lines: Lines) -> None:
        with suppress(KeyboardInterrupt):  # raised in a task of the driver; the loop raises it again
            asyncio.run(use_client(caller, lines))

    return callers_at_each_line(provider, run, step=step)


def callers_at_each_line(
    provider: Callable[[], Provider], run: Callable[[Caller, Lines], None], *, step: int = 1
) -> Iterator[Caller]:
    def run_once(at: int = 0) -> tuple[Caller, Lines]:
        caller = Caller(provider())
        lines = Lines(caller, at)
        run(caller, lines)
        return caller, lines

    lines = [run_once()[1] for _ in range(WARM_UP)][-1]
    for at in lines.to_interrupt[::step]:
        yield run_once(at)[0]


def submit(vidu: Vidu, caller: Caller) -> object:
    return vidu.submit(request_for(caller.provider.name), on_accepted=caller.keep)


@pytest.mark.parametrize(
    ("provider", "loses", "step"),
    [("vidu", False, 1), ("zenlayer", True, 1), ("skills_video", True, THIRD), ("vidu", True, THIRD)],
)
def test_submit_that_is_interrupted_at_any_line_loses_no_task(provider: str, loses: bool, step: int) -> None:
    """Once, the error of an interrupt between the answer and the end of `on_accepted` said that nothing was paid."""
    callers = list(interrupted_callers(lambda: Provider(provider, loses=loses), submit, step=step))
    for caller in callers:
        caller.check()
    assert {caller.provider.is_asked for caller in callers} == {False, True}
    assert loses or step == THIRD or any(caller.accepted and not caller.kept for caller in callers)


@pytest.mark.parametrize(("provider", "loses"), [("vidu", False), ("zenlayer", True)])
def test_awaited_submit_that_is_interrupted_at_any_line_loses_no_task(provider: str, loses: bool) -> None:
    async def awaited(vidu: AsyncVidu, caller: Caller) -> object:
        return await vidu.submit(request_for(provider), on_accepted=caller.keep)

    for caller in interrupted_async_callers(lambda: Provider(provider, loses=loses), awaited):
        caller.check()


@pytest.mark.parametrize("loses", [False, True])
def test_send_that_is_interrupted_at_any_line_loses_no_task(loses: bool) -> None:
    """All runs send the same submission: it is prepared in the first."""
    prepared: list[Submission] = []

    def send(vidu: Vidu, caller: Caller) -> object:
        if not prepared:
            prepared.append(vidu.prepare(request_for("zenlayer")))
        return vidu.send(prepared[0], on_accepted=caller.keep)

    for caller in interrupted_callers(lambda: Provider("zenlayer", loses=loses), send):
        caller.check()


@pytest.mark.parametrize(("provider", "is_listed", "step"), [("vidu", True, THIRD), ("comfy", True, 1), ("vidu", False, THIRD)])
def test_search_that_is_interrupted_at_any_line_continues_from_the_same_submission(
    provider: str, is_listed: bool, step: int
) -> None:
    """An interrupted search proves nothing, so its exception has the submission to search for again."""
    sent_to = Provider(provider)
    with Vidu(sent_to.accounts, settings=sent_to.settings) as vidu:
        submission = vidu.prepare(request_for(provider))
        vidu.send(submission)

    def find(vidu: Vidu, caller: Caller) -> object:
        return vidu.find(submission, on_accepted=caller.keep)

    listed = list(sent_to.paid) if is_listed else []
    for caller in interrupted_callers(lambda: Provider(provider, paid=list(listed)), find, step=step):
        if is_listed:
            caller.check()
        assert caller.returned or not caller.provider.is_asked or getattr(caller.ending, "submission", None) == submission


@pytest.mark.parametrize("loses", [False, True])
def test_call_that_is_interrupted_at_any_line_says_that_it_may_be_paid(loses: bool) -> None:
    for caller in interrupted_callers(lambda: Provider("vidu", loses=loses), lambda vidu, _: vidu.call(SPEECH)):
        caller.check()


@pytest.mark.parametrize("loses", [False, True])
def test_awaited_call_that_is_interrupted_at_any_line_says_that_it_may_be_paid(loses: bool) -> None:
    for caller in interrupted_async_callers(lambda: Provider("vidu", loses=loses), lambda vidu, _: vidu.call(SPEECH)):
        caller.check()


@pytest.mark.parametrize("place", ["just after it is locked", "just before it is released"])
def test_interrupted_order_is_free_for_the_next_submit_of_the_process(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, a second submit waited 15 minutes for an order that its own process held."""
    provider = Provider("vidu")
    settings = evolve(provider.settings, orders=tmp_path / "orders.sqlite")
    is_lock = place == "just after it is locked"
    owner, name = (vars(orders)["_LockFile"], "take") if is_lock else (orders.OrderStore, "release")
    original, interrupts = getattr(owner, name), [KeyboardInterrupt()]

    def interrupt_once(*arguments: object) -> object:
        if not interrupts:
            return original(*arguments)
        if is_lock:
            original(*arguments)
        raise interrupts.pop()

    monkeypatch.setattr(owner, name, interrupt_once)
    monkeypatch.setattr(once, "MOST_SECONDS", 0.0)
    with Vidu(provider.accounts, settings=settings) as vidu:
        with pytest.raises(KeyboardInterrupt):
            vidu.submit(request_for("vidu"), once="order-8814")
        vidu.submit(request_for("vidu"), once="order-8814")
    assert len(provider.paid) == 1


# -- cancellation ----------------------------------------------------------------------------------------------------------


class Awaits:
    """Runs a coroutine, counts its awaits, and cancels it at the one of number `at`, from 1."""

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
            except BaseException as error:  # also a CancelledError: the next step throws it into the work
                thrown = error


async def cancelled_callers(provider: Provider, use: AsyncUse) -> list[Caller]:
    """Return the caller of a run that was not cancelled, then of one run for each await, which was cancelled there."""
    callers: list[Caller] = []
    await_count = 1
    while len(callers) <= await_count:
        caller = Caller(evolve(provider, paid=list(provider.paid)))
        async with AsyncVidu(caller.provider.accounts, settings=caller.provider.settings) as vidu:
            awaits = Awaits(use(vidu, caller), len(callers))
            try:
                await awaits
                caller.returned = True
            except (asyncio.CancelledError, ViduError) as ending:
                caller.ending = ending
        await_count = max(await_count, awaits.count)
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

    callers = asyncio.run(cancelled_callers(Provider(provider, loses=loses), submit))
    for caller in callers:
        caller.check()
    assert loses or any(caller.accepted and not caller.kept for caller in callers)
