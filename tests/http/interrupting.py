"""A caller of a provider without a port that is interrupted at one line, and what the caller must then know.

The caller follows the documentation: a task that was returned or passed to `on_accepted` is known; another client finds any other
one by the `ref` or `submission` of the exception, or by the order.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from email.utils import formatdate
from inspect import CO_COROUTINE
from pathlib import Path
from types import FrameType
from typing import Any, Final, Literal, TypeAlias, cast

import httpx
import vidu_clients
from attrs import define, evolve, field
from playing import brief, request_for
from provider_forms import Object, form_of
from vidu_clients.vidu.models import TextToSpeechRequest

import vidu_ext
from vidu_ext import Account, AsyncVidu, OrderError, Settings, Submission, SubmissionUnknownError, TaskRef, Vidu
from vidu_ext.values.errors import ViduError

Way = Literal["Ctrl-C", "Ctrl-C awaited", "cancellation"]
Line: TypeAlias = tuple[str, int]
"""File and number."""
Moment: TypeAlias = tuple[Line, int]
"""A line, and which time it runs, from 1."""
State: TypeAlias = Callable[[], tuple[int, ...]]
"""Returns how many requests arrived, up to two, and what else was done by then."""
Ran: TypeAlias = tuple[tuple[int, ...], Line]
Files: TypeAlias = tuple[str, ...]
"""Beginnings of the names of the files whose lines are looked at."""
OURS: Final[Files] = tuple(str(Path(package.__file__ or "").parent) for package in (vidu_ext, vidu_clients))
LOST: Final = ("answer lost", "answer garbled")
CALLS: Final = ("call", "call once")
NOTHING_PAID: Final = "nothing is paid"
WARM_UP: Final = 3
"""Runs without an interrupt before the others, so that caches are filled and each run takes the same lines."""


@define
class Provider:
    """A provider without a port, whose first create meets a fault. A create is paid when it arrives."""

    name: str
    fault: str = "answered"
    paid: list[tuple[str, Object, str | None]] = field(factory=list[tuple[str, Object, str | None]])
    """Id, body and idempotency key of each task."""
    asked: int = 0
    """How many requests arrived."""
    creates: int = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if request.method == "GET":
            states: Object = {"status": "IN_PROGRESS", "state": "created"}
            rows = [{"id": task_id, "input": body, **states, **body} for task_id, body, _ in self.paid]
            return _reply(200, {"tasks": rows, "next_page_token": ""} if self.name == "vidu" else rows)
        self.creates += 1
        if self.creates == 1 and self.fault == "busy at first":
            return _reply(429, {"reason": "SystemThrottling", "message": "later"})
        if self.creates == 1 and self.fault == "never arrived":
            raise httpx.ReadError("lost")
        key = request.headers.get("idempotency-key")
        known = [task for task in self.paid if key and task[2] == key]
        if not known:
            self.paid.append((f"940{len(self.paid)}", json.loads(request.content), key))
        if not known and self.fault == "answer lost":
            raise httpx.ReadError("lost")
        task_id = (known or self.paid)[-1][0]
        whole = {form_of(self.name).id_member: task_id, "task_id": task_id, "state": "success"}
        return _reply(200, whole, garbled=self.creates == 1 and self.fault == "answer garbled")

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
        return evolve(brief(window=0.0), transport=ours, async_transport=awaited)


def _reply(status: int, body: object, *, garbled: bool = False) -> httpx.Response:
    content = json.dumps(body).encode()
    return httpx.Response(status, content=content[:9] if garbled else content, headers={"date": formatdate(usegmt=True)})


@define
class Caller:
    """The caller of one request: how it asks, and what it has after the call returned or was interrupted."""

    provider: Provider
    entry: str = "submit with on_accepted"
    orders: Path | None = None
    number: int = 0
    submission: Submission | None = None
    """What is sent or looked for."""
    accepted: list[TaskRef] = field(factory=list[TaskRef])
    kept: list[TaskRef] = field(factory=list[TaskRef])
    """References whose `on_accepted` has ended."""
    answers: list[Any] = field(factory=list[Any])
    """What was returned. No line of Python runs between the return and this."""
    ending: BaseException | None = None

    @property
    def key(self) -> str | None:
        return f"order {self.number}" if self.entry.endswith("once") else None

    @property
    def settings(self) -> Settings:
        return evolve(self.provider.settings, orders=self.orders)

    def client(self) -> Vidu:
        return Vidu(self.provider.accounts, settings=self.settings)

    def keep(self, ref: TaskRef) -> None:
        self.accepted.append(ref)
        self.kept.append(ref)

    async def keep_awaited(self, ref: TaskRef) -> None:
        self.accepted.append(ref)
        await asyncio.sleep(0)
        self.kept.append(ref)

    def state(self) -> tuple[int, ...]:
        return min(self.provider.asked, 2), len(self.provider.paid), len(self.accepted)

    def prepare(self) -> None:
        """Do what comes before the call that is interrupted."""
        if self.entry not in ("send", "find"):
            return
        with self.client() as vidu:
            self.submission = vidu.prepare(request_for(self.provider.name))
            if self.entry == "find":
                with suppress(ViduError):
                    vidu.send(self.submission)
        self.provider.asked = 0

    def ask(self, vidu: Any) -> Any:
        keep, submission = self.keep_awaited if isinstance(vidu, AsyncVidu) else self.keep, cast("Any", self.submission)
        match self.entry:
            case "send":
                return vidu.send(submission, on_accepted=keep)
            case "find":
                return vidu.find(submission, on_accepted=keep)
            case "call" | "call once":
                return vidu.call(TextToSpeechRequest(text="Hello", voice_setting_voice_id="some-voice"), once=self.key)
            case "submit with on_accepted":
                return vidu.submit(request_for(self.provider.name), on_accepted=keep)
            case _:
                return vidu.submit(request_for(self.provider.name), once=self.key)

    def wrongs(self) -> list[str]:
        """Return what went wrong: twice, lost, mixed or misled; also unknown, which is right. It may look for the task."""
        paid_before = list(self.provider.paid)
        known = [str(ref) for ref in (*self.kept, *(getattr(it, "ref", None) for it in (self.ending, *self.answers))) if ref]
        is_told = bool(known or self.answers)
        wrongs = [] if is_told else self._looked_for()
        paid = [f"{self.provider.name}:{task_id}" for task_id, _, _ in self.provider.paid]
        wrongs += ["mixed"] * any(ref not in paid for ref in known if self.entry not in CALLS)
        wrongs += ["misled"] * bool(not self.answers and self._is_misled(paid_before, is_told=is_told))
        return wrongs + ["twice"] * (len(paid) > 1)

    def _looked_for(self) -> list[str]:
        """Look for the task with what the exception carries, in another client."""
        submission, is_paid = getattr(self.ending, "submission", None), bool(self.provider.paid)
        with self.client() as vidu:
            try:
                if self.key is not None:
                    self.ask(vidu)
                elif isinstance(submission, Submission):
                    if self.entry not in CALLS:  # a call has nothing to look for: its user knows that it may be paid
                        vidu.find(Submission.parse(submission.to_text()))
                elif is_paid and self.entry != "find":
                    return ["lost"]
            except SubmissionUnknownError as unknown:
                return (["lost", "misled"] if unknown.absent else ["unknown"]) if is_paid else []
        return []

    def _is_misled(self, paid: Sequence[tuple[str, Object, str | None]], *, is_told: bool) -> bool:
        """Return whether the exception does not say that the request may be paid, or what leads to its task."""
        submission, notes = getattr(self.ending, "submission", None), " ".join(getattr(self.ending, "__notes__", ()))
        if self.entry == "find" and self.provider.asked and not is_told:  # an interrupted search proves nothing
            return bool(submission != self.submission)
        if not paid:
            return False
        if isinstance(submission, Submission) and submission.body != paid[0][1]:
            return True
        is_error = isinstance(self.ending, ViduError) and not isinstance(self.ending, SubmissionUnknownError | OrderError)
        is_silent = not (notes or isinstance(self.ending, ViduError) or self.entry == "find")  # its user has the submission
        is_unnamed = bool(self.accepted) and not is_told
        return NOTHING_PAID in notes or is_error or is_silent or is_unnamed


KEEPS: Final = (Caller.keep.__code__, Caller.keep_awaited.__code__)


def press_ctrl_c() -> None:
    raise KeyboardInterrupt


class Lines:
    """A trace function: records the lines that run, or calls `act` at one of them."""

    def __init__(
        self,
        at: Moment | None = None,
        act: Callable[[], object] = press_ctrl_c,
        *,
        of: Files = OURS,
        state: State = tuple[int, ...],
    ) -> None:
        """`state` is recorded with each line."""
        self.ran: Final[list[Ran]] = []
        self.act = act
        self._line: Final = at and at[0]
        self._times = at[1] if at else 0
        self._of: Final = of
        self._state: Final = state
        self._left: tuple[FrameType, int] | None = None
        """The frame and line of an await that has just ended, or raised."""

    def trace(self, frame: FrameType, event: str, _: object) -> Any:
        if (left := self._left) is not None:
            self._left = None
            if event == "line" and left == (frame, frame.f_lineno):
                return self.trace  # Python 3.13 jumps back to such a line, and checks for no signal as it does
        if event == "exception":
            self._left = frame, frame.f_lineno
        code = frame.f_code
        if event == "call":
            if not code.co_filename.startswith(self._of) and code not in KEEPS:
                return None
            if code.co_flags & CO_COROUTINE:
                return self.trace  # Python checks for no signal as it resumes a coroutine, so this event cannot be a Ctrl-C
        elif event != "line":
            return self.trace
        line = code.co_filename, frame.f_lineno
        if self._line is None:
            self.ran.append((self._state(), line))
        elif line == self._line:
            self._times -= 1
            if self._times == 0:
                self.act()
        return self.trace


def run(caller: Caller, lines: Lines) -> None:
    """Let a caller ask, and record or interrupt its lines."""
    with caller.client() as vidu:
        sys.settrace(lines.trace)
        try:
            caller.answers.append(caller.ask(vidu))
        except (KeyboardInterrupt, ViduError) as ending:
            caller.ending = ending
        finally:
            sys.settrace(None)


def run_awaited(caller: Caller, lines: Lines, way: Way) -> None:
    """Do as `run` in an event loop that passes Ctrl-C on as it is; or cancel the task that asks."""

    async def ask(vidu: AsyncVidu) -> None:
        try:
            caller.answers.append(await caller.ask(vidu))
        except (KeyboardInterrupt, asyncio.CancelledError, ViduError) as ending:
            caller.ending = ending
        finally:
            sys.settrace(None)

    async def use_client() -> None:
        async with AsyncVidu(caller.provider.accounts, settings=caller.settings) as vidu:
            task = asyncio.create_task(ask(vidu))
            if way == "cancellation":
                lines.act = task.cancel
            sys.settrace(lines.trace)
            with suppress(asyncio.CancelledError):  # of a task that was cancelled at one of its last lines, and has returned
                await task
            sys.settrace(None)

    with suppress(KeyboardInterrupt):  # of a task of the driver, which the loop passes on
        asyncio.run(use_client())
    sys.settrace(None)


class Findings:
    """What was tried, and what came of it. A line and state that one run has tried is not tried again."""

    def __init__(self) -> None:
        self.tried: set[tuple[tuple[int, ...], Line, bool]] = set()
        """The state of the request and the line, and whether the answer to a request was lost."""
        self.counts = Counter[str]()
        self.wrong = Counter[str]()

    @property
    def extent(self) -> str:
        return f"{len({line for _, line, _ in self.tried})} lines in {len(self.tried)} states"

    def new_moments(self, ran: Iterable[Ran], fault: str, *, sent: int = 0) -> list[Moment]:
        """Return the first and the last time of each line in each state that was not tried.

        With `sent`, return only the last time of each line, and none before that number of requests was sent.
        """
        times = Counter[Line]()
        first: dict[tuple[tuple[int, ...], Line, bool], Moment] = {}
        last: dict[tuple[tuple[int, ...], Line, bool], Moment] = {}
        for state, line in ran:
            times[line] += 1
            key = state, line, state[0] > 0 and fault in LOST
            first.setdefault(key, (line, times[line]))
            last[key] = line, times[line]
        wanted = (last,) if sent else (first, last)
        new = [moments[key] for moments in wanted for key in first if key[0][0] >= sent and key not in self.tried]
        self.tried |= first.keys()
        return list(dict.fromkeys(new))

    def add(self, wrongs: Sequence[str], paid: int, moment: Moment, what: str) -> None:
        """Count a run that was ended at a line. A task that may be paid and cannot be looked for is `unknown`."""
        self.counts.update(["runs", *["paid"] * paid, *wrongs])
        if set(wrongs) - {"unknown"}:
            (file, number), time = moment
            self.wrong[f"{wrongs} at {file.rpartition('vidu_ext/')[2]}:{number}, time {time}, {what}"[:300]] += 1


class Runs:
    """Interrupted runs of one way at one provider."""

    def __init__(
        self, way: Way, provider: Callable[[str], Provider], folder: Path, begin: Callable[[], object] = int, of: Files = OURS
    ) -> None:
        """`provider` makes one with a fault. `folder` is for orders. `begin` is called before each run."""
        self.findings: Final = Findings()
        self._way: Final = way
        self._provider: Final = provider
        self._folder: Final = folder
        self._begin: Final = begin
        self._of: Final = of
        self._number = 0

    def try_every_line(self, entry: str, fault: str, *, sent: int = 0, step: int = 1) -> None:
        """Interrupt at every line that was not tried, or at every `step`-th, after `sent` requests were sent."""
        for moment in self.findings.new_moments(self.undisturbed(entry, fault), fault, sent=sent)[::step]:
            self.interrupt(entry, fault, moment)

    def undisturbed(self, entry: str, fault: str) -> Sequence[Ran]:
        """Return the lines that run if everything is imported and cached."""
        return [self.run(entry, fault)[1] for _ in range(WARM_UP)][-1]

    def interrupt(self, entry: str, fault: str, moment: Moment) -> None:
        caller, _ = self.run(entry, fault, moment)
        wrongs = caller.wrongs()  # which may look for the task, and so pay for one
        self.findings.counts["in on_accepted"] += len(caller.accepted) - len(caller.kept)
        self.findings.add(wrongs, len(caller.provider.paid), moment, f"of {entry!r}, {fault!r}: {caller.ending!r}")

    def run(self, entry: str, fault: str, at: Moment | None = None) -> tuple[Caller, Sequence[Ran]]:
        self._number += 1
        orders = self._folder / f"{os.getpid()}.sqlite"
        caller = Caller(self._provider(fault), entry=entry, orders=orders, number=self._number)
        caller.prepare()
        self._begin()
        lines = Lines(at, of=self._of, state=caller.state)
        if self._way == "Ctrl-C":
            run(caller, lines)
        else:
            run_awaited(caller, lines, self._way)
        return caller, lines.ran
