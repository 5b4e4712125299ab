"""Ctrl-C at any line, cancellation at any await: what was paid is in the hands of the caller, or the exception leads to it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import suppress
from inspect import CO_COROUTINE
from pathlib import Path
from types import FrameType
from typing import Any, Final, TypeAlias

import httpx
import pytest
from attrs import define, evolve, field
from playing import NEVER_COMES, all_providers, brief, request_for
from provider_forms import Object, part_of
from vidu_clients.vidu.models import TextToSpeechRequest

import vidu_ext
from vidu_ext import Account, AsyncVidu, Settings, Submission, TaskRef, Vidu
from vidu_ext.transport import async_driver
from vidu_ext.values.errors import ViduError

OURS: Final = str(Path(vidu_ext.__file__).parent)
WARM_UP: Final = 2
"""Runs after which nothing is done for the first time."""

SPARSE: Final = 100
"""Of so many lines one is tried, wherever it is."""

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""Python swallows an interrupt in a generator that it is just putting away."""


@define
class Provider:
    """A provider without a port, whose creates are paid when they arrive."""

    name: str
    loses: bool = False
    """Whether the answer to a create is lost."""
    paid: list[tuple[str, Object, str | None]] = field(factory=list[tuple[str, Object, str | None]])
    """Id, body and idempotency key of each task."""
    is_asked: bool = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.is_asked = True
        if request.method == "GET":
            states: Object = {"status": "IN_PROGRESS", "state": "created"}
            rows = [{"id": task_id, "input": body, **states, **body} for task_id, body, _ in self.paid]
            return httpx.Response(200, json={"tasks": rows, "next_page_token": ""} if self.name == "vidu" else rows)
        key = request.headers.get("idempotency-key")
        known = [task for task in self.paid if key and task[2] == key]
        if not known:
            self.paid.append((f"940{len(self.paid)}", json.loads(request.content), key))
        if self.loses and not known:
            raise httpx.ReadError("lost")
        task_id = (known or self.paid)[-1][0]
        return httpx.Response(200, json={part_of(self.name).id_member: task_id, "task_id": task_id, "state": "success"})

    async def awaited_answer(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        answer = self.answer(request)
        await asyncio.sleep(0)
        return answer

    @property
    def accounts(self) -> list[Account]:
        return [Account(provider=self.name, key="key-of-the-test-0123456789", base_url="https://provider.test")]

    @property
    def settings(self) -> Settings:
        ours, awaited = httpx.MockTransport(self.answer), httpx.MockTransport(self.awaited_answer)
        return evolve(brief(), transport=ours, async_transport=awaited)


@define
class Caller:
    """What the caller of one submit has in the end."""

    provider: Provider
    accepted: list[TaskRef] = field(factory=list[TaskRef])
    kept: list[TaskRef] = field(factory=list[TaskRef])
    """What on_accepted was done with."""
    ending: BaseException | None = None
    has_it: bool = False
    """Whether the call has returned."""

    def keep(self, ref: TaskRef) -> None:
        self.accepted.append(ref)
        self.kept.append(ref)

    async def keep_awaited(self, ref: TaskRef) -> None:
        self.accepted.append(ref)
        await asyncio.sleep(0)
        self.kept.append(ref)

    def check(self) -> None:
        """At most one task is paid, and none is lost."""
        assert len(self.provider.paid) <= 1
        if not self.provider.is_asked or self.kept or self.has_it:
            return
        submission = getattr(self.ending, "submission", None)
        task_id, body, key = self.provider.paid[0]
        assert isinstance(submission, Submission), "paid, and the exception says that nothing was sent"
        assert submission.idempotency_key == (key or body.get("payload"))
        assert submission.body == body
        if self.accepted:
            assert getattr(self.ending, "ref", None) == TaskRef(self.provider.name, task_id)
            assert task_id in str(getattr(self.ending, "__notes__", ()))


# -- Ctrl-C ----------------------------------------------------------------------------------------------------------------


class Lines:
    """Writes down the lines and calls of ours and of `keep`, with whether anything was sent before, and presses Ctrl-C at one."""

    def __init__(self, caller: Caller, at: int = 0) -> None:
        self.places: Final[list[tuple[bool, object]]] = []
        self._caller: Final = caller
        self._at: Final = at

    def trace(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "call" and not frame.f_code.co_filename.startswith(OURS) and frame.f_code is not Caller.keep.__code__:
            return None
        if event == "line" or (event == "call" and not frame.f_code.co_flags & CO_COROUTINE):
            # Python checks for no signal as it resumes a coroutine, so this event cannot be a Ctrl-C.
            self.places.append((self._caller.provider.is_asked, (frame.f_code, frame.f_lineno)))
            if len(self.places) == self._at:
                raise KeyboardInterrupt
        return self.trace

    @property
    def worth_a_try(self) -> list[int]:
        """Each line that is run after something was sent, at its last time. Before that nothing can be lost."""
        numbers = range(1, len(self.places) + 1)
        last = {place: number for (is_after, place), number in zip(self.places, numbers, strict=True) if is_after}
        return sorted({*last.values(), *range(1, len(numbers), SPARSE)})


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
    """Between the answer and the end of `on_accepted` the interrupt led nowhere, and said that nothing was paid."""
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
