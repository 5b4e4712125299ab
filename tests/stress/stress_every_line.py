"""Ctrl-C and cancellation at every line of ours that a submit runs, at all providers: what was paid must be found again.

stress_interrupts.py draws among the lines of all libraries, at a server. Here the provider is a function, which leaves time for
every line of vidu_ext and of the generated clients: in each state of the request, at its first and its last time, and, in a
forked process, those that run only once in a process. A line and state that one entry or fault has tried is not tried again.

The user follows the documentation: a task that was returned or passed to `on_accepted` is known; another client finds any other
one by the `ref` or `submission` of the exception, or by the order.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from email.utils import formatdate
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any, Final, Literal

import httpx
from attrs import define, evolve, field
from interrupting import Caller, Lines, Provider, press_ctrl_c
from playing import PROVIDERS, request_for
from stress_rig import Options, Row, report, run_program
from vidu_clients.vidu.models import TextToSpeechRequest

from vidu_ext import AsyncVidu, OrderError, Submission, SubmissionUnknownError, Vidu
from vidu_ext.values.errors import ViduError

Way = Literal["Ctrl-C", "Ctrl-C awaited", "cancellation"]
WAYS: Final[tuple[Way, ...]] = ("Ctrl-C", "Ctrl-C awaited", "cancellation")
ENTRIES: Final = ("submit with on_accepted", "submit", "submit once", "send", "find", "call", "call once")
CALLS: Final = ("call", "call once")
"""Of Vidu alone: a route of another provider would run the same lines."""
FAULTS: Final = ("answered", "answer lost", "answer garbled", "busy at first")
LOST: Final = ("answer lost", "answer garbled")
COLD: Final = "vidu"
"""Where the lines are tried that run only once in a process; they are the same at all providers."""
WARM_UP: Final = 3
LONGEST_RUN: Final = 10.0
"""Seconds after which a run counts as stuck."""
LONGEST: Final = 3000.0
IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108
"""A folder that needs no disk, if there is one: thousands of orders are written."""
NOTHING_PAID: Final = "nothing is paid"


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for provider in PROVIDERS:
        for way in WAYS:
            yield f"line: {way} at every line of ours, {provider}", _every_line(provider, way)


def _every_line(provider: str, way: Way) -> Callable[[Options], Row]:
    return lambda _: row_of(run_program(__file__, {"way": way, "provider": provider}, timeout=LONGEST))


def row_of(reports: Sequence[Mapping[str, Any]]) -> Row:
    counts = Counter[str]()
    for outcome in reports:
        counts.update(outcome.get("counts", {}))
        counts["stuck"] += bool(outcome.get("stuck"))
    notes = [note for outcome in reports for note in outcome.get("notes", ())]
    figures = {name: counts[name] for name in ("runs", "paid", "twice", "lost", "mixed", "misled", "stuck")}
    return Row(name="", notes=notes, **figures)


# -- the program ----------------------------------------------------------------------------------------------------------


class Findings:
    """What was tried, and what came of it."""

    def __init__(self) -> None:
        self.tried: set[tuple[object, ...]] = set()
        """The state of the request and the line, and whether the answer to a request was lost."""
        self.counts = Counter[str]()
        self.wrong = Counter[str]()

    def add(self, wrongs: Sequence[str], paid: int, line: tuple[CodeType, int], what: str) -> None:
        """Count a run that was ended at a line. A task that may be paid and cannot be looked for is `unknown`."""
        self.counts.update(["runs", *["paid"] * paid, *wrongs])
        if set(wrongs) - {"unknown"}:
            code, number = line
            where = f"{code.co_filename.rpartition('vidu_ext/')[2]}:{number} {code.co_name}"
            self.wrong[f"{wrongs} at {where}, {what}"[:300]] += 1

    def report(self, unknown: str) -> None:
        lines = len({line for _, line, _ in self.tried})
        figures = f"{lines} lines in {len(self.tried)} states, {self.counts['unknown']} {unknown}"
        report(counts=self.counts, notes=[figures, *(f"{count} x {what}" for what, count in self.wrong.most_common(12))])


@define
class Faulty(Provider):
    """A provider whose first create meets a fault."""

    fault: str = "answered"
    creates: int = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        reply = self._answer(request)
        reply.headers["date"] = formatdate(usegmt=True)
        return reply

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.loses = self.fault == "answer lost"
        self.creates += request.method == "POST"
        if self.fault == "busy at first" and request.method == "POST" and self.creates == 1:
            self.asked += 1
            return httpx.Response(429, json={"reason": "SystemThrottling", "message": "later"})
        reply = Provider.answer(self, request)
        if self.fault == "answer garbled" and request.method == "POST" and self.creates == 1:
            return httpx.Response(200, content=reply.content[:9])
        return reply


@define
class User(Caller):
    """The caller of one request: how it asks, and what it has in the end."""

    entry: str = "submit"
    fault: str = "answered"
    orders: Path | None = None
    number: int = 0
    submission: Submission | None = None
    answers: list[Any] = field(factory=list[Any])

    @property
    def key(self) -> str | None:
        return f"order {self.number}" if self.entry.endswith("once") else None

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
        match self.entry:
            case "send":
                return vidu.send(self.submission, on_accepted=self.keep)
            case "find":
                return vidu.find(self.submission, on_accepted=self.keep)
            case "call" | "call once":
                return vidu.call(TextToSpeechRequest(text="Hello", voice_setting_voice_id="some-voice"), once=self.key)
            case "submit with on_accepted":
                return vidu.submit(request_for(self.provider.name), on_accepted=self.keep)
            case _:
                return vidu.submit(request_for(self.provider.name), once=self.key)

    def client(self) -> Vidu:
        return Vidu(self.provider.accounts, settings=evolve(self.provider.settings, orders=self.orders))

    def awaited_client(self) -> AsyncVidu:
        return AsyncVidu(self.provider.accounts, settings=evolve(self.provider.settings, orders=self.orders))

    # -- what the documentation says ----------------------------------------------------------------------------------

    def wrongs(self) -> list[str]:
        """Return the faults: twice, lost, mixed or misled."""
        before = len(self.provider.paid)
        known = [str(ref) for ref in (*self.kept, *(getattr(it, "ref", None) for it in (self.ending, *self.answers))) if ref]
        wrongs = [] if known or self.answers else self._looked_for()
        paid = [f"{self.provider.name}:{task_id}" for task_id, _, _ in self.provider.paid]
        wrongs += ["mixed"] * any(ref not in paid for ref in known if self.entry not in CALLS)
        notes = " ".join(getattr(self.ending, "__notes__", ()))
        is_error = isinstance(self.ending, ViduError) and not isinstance(self.ending, SubmissionUnknownError | OrderError)
        is_silent = not (notes or isinstance(self.ending, ViduError) or self.entry == "find")  # its user has the submission
        wrongs += ["misled"] * bool(before and not self.answers and (NOTHING_PAID in notes or is_error or is_silent))
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


def main(order: dict[str, Any]) -> None:
    logging.disable()
    warnings.simplefilter("ignore")  # of coroutines that are never awaited after a Ctrl-C
    signal.signal(signal.SIGALRM, stuck)
    sys.unraisablehook = lambda _: None  # of a generator that is just being put away
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        runs = Runs(order["way"], order["provider"], Path(folder))
        if order["provider"] == COLD:
            runs.try_cold()
        for entry in ENTRIES:
            for fault in FAULTS if entry not in CALLS or order["provider"] == "vidu" else ():
                runs.try_every_line(entry, fault)
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        runs.findings.report("may be paid and cannot be looked for")


class Runs:
    def __init__(self, way: Way, provider: str, folder: Path) -> None:
        self._way: Final = way
        self._provider: Final = provider
        self._folder: Final = folder
        self._number = 0
        self.findings: Final = Findings()

    def try_every_line(self, entry: str, fault: str) -> None:
        lines = [self._run(entry, fault)[1] for _ in range(WARM_UP)][-1]
        first: dict[tuple[object, ...], int] = {}
        last: dict[tuple[object, ...], int] = {}
        for number, ((asked, *others), place) in enumerate(lines.places, 1):
            key = ((min(asked, 2), *others), place, bool(asked) and fault in LOST)
            first.setdefault(key, number)
            last[key] = number if asked else first[key]
        numbers = {number for numbered in (first, last) for key, number in numbered.items() if key not in self.findings.tried}
        self.findings.tried |= first.keys()
        for at in sorted(numbers):
            self._judge(*self._run(entry, fault, at))

    def _judge(self, user: User, lines: Lines, remark: str = "") -> None:
        wrongs = user.wrongs()  # which may look for the task, and so pay for one
        what = f"of {user.entry!r}, {user.fault!r}{remark}: {user.ending!r}"
        self.findings.add(wrongs, len(user.provider.paid), lines.places[-1][1], what)

    def _run(self, entry: str, fault: str, at: int = 0) -> tuple[User, Lines]:
        self._number += 1
        orders = self._folder / f"{os.getpid()}.sqlite"
        user = User(Faulty(self._provider, fault=fault), entry=entry, fault=fault, orders=orders, number=self._number)
        user.prepare()
        signal.setitimer(signal.ITIMER_REAL, LONGEST_RUN)  # for what is judged afterwards, too
        return user, _pressed(user, at) if self._way == "Ctrl-C" else _awaited(user, at, self._way)

    # -- lines that run once in a process -----------------------------------------------------------------------------

    def try_cold(self) -> None:
        """Try the lines that run in the first submit alone, after its request was sent. Nothing can be lost before."""
        user = User(Faulty(self._provider))
        with user.client() as vidu:
            vidu.prepare(request_for(self._provider))  # what is read and imported before that need not be in every run
        for at in self._forked(self._cold_places):
            self.findings.counts.update(self._forked(partial(self._cold_run, at)))

    def _cold_places(self) -> list[int]:
        _, cold = self._run(ENTRIES[0], FAULTS[0])
        known = {place for _ in range(WARM_UP) for _, place in self._run(ENTRIES[0], FAULTS[0])[1].places}
        last = {place: number for number, (before, place) in enumerate(cold.places, 1) if before[0] and place not in known}
        return sorted(last.values())

    def _cold_run(self, at: int) -> dict[str, int]:
        self.findings.counts.clear()
        self._judge(*self._run(ENTRIES[0], FAULTS[0], at), " for the first time")
        for what in self.findings.wrong:
            report(notes=[what])
        return self.findings.counts

    def _forked(self, work: Callable[[], Any]) -> Any:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(reader)
                with os.fdopen(writer, "w") as stream:
                    json.dump(work(), stream)
            except BaseException as error:
                report(stuck=True, notes=[f"a forked run broke down: {type(error).__name__}: {error}"[:300]])
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as stream:
            output = stream.read()
        os.waitpid(child, 0)
        return json.loads(output or "{}")


def stuck(_number: int, _frame: object) -> None:
    report(stuck=True, notes=["a run did not end"])
    os._exit(1)


def _pressed(user: User, at: int) -> Lines:
    """Ask, and press Ctrl-C at a line."""
    lines = Lines(user, at)
    with user.client() as vidu:
        sys.settrace(lines.trace)
        try:
            user.answers.append(user.ask(vidu))
        except (KeyboardInterrupt, ViduError) as ending:
            user.ending = ending
        finally:
            sys.settrace(None)
    return lines


def _awaited(user: User, at: int, way: Way) -> Lines:
    """Ask in an event loop that passes Ctrl-C on as it is; or cancel the task that asks."""
    lines: list[Lines] = []

    async def ask() -> None:
        try:
            user.answers.append(await user.ask(vidu_of[0]))
        except (KeyboardInterrupt, asyncio.CancelledError, ViduError) as ending:
            user.ending = ending
        finally:
            sys.settrace(None)

    vidu_of: list[AsyncVidu] = []

    async def run() -> None:
        async with user.awaited_client() as vidu:
            vidu_of.append(vidu)
            task = asyncio.create_task(ask())
            lines.append(Lines(user, at, press_ctrl_c if way == "Ctrl-C awaited" else task.cancel))
            sys.settrace(lines[0].trace)
            with suppress(asyncio.CancelledError):  # of a task that was cancelled at one of its last lines, and has returned
                await task
            sys.settrace(None)

    with suppress(KeyboardInterrupt):  # of a task of the driver, which the loop passes on
        asyncio.run(run())
    sys.settrace(None)
    return lines[0]


if __name__ == "__main__":
    main(json.load(sys.stdin))
