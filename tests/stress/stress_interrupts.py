"""Ctrl-C at every line of a submit, and cancellation at every line, await and answer: what was paid must be found again.

The user of the program follows the documentation: a task that was returned or passed to `on_accepted` is known; any other one is
found by the `submission` of the interrupt.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from attrs import define, field
from stress_lines import Lines, Places, Trace, order_of
from stress_rig import Options, Provider, Row, accounts_of, brief, compare, order_for, report, request_of, run_program
from vidu_clients.vidu.models import SpokenText, TextToSpeechRequest

from vidu_ext import AsyncTask, AsyncVidu, Submission, Task, Vidu
from vidu_ext.transport import driver
from vidu_ext.values.errors import ViduError

PROVIDERS: Final = ("vidu", "comfy")
FAULTS: Final[Mapping[str, Mapping[str, list[dict[str, Any]]]]] = {
    "answered": {"vidu": [], "comfy": []},
    "not answered": {
        "vidu": [{"route": "create", "kind": "answer lost", "probability": 1.0}],
        "comfy": [{"route": "create", "kind": "answer lost", "every": 2}],
    },
}
"""At Comfy every second request of a submit is a replay of the first."""
ENTRIES: Final = ("submit", "submit with on_accepted", "submit with on_submission", "send", "find", "call")
WAYS: Final = ("at a line", "at an await")
AWAIT_WAYS: Final = ("once", "twice", "as an answer comes")
"""When an await is cancelled: as it begins, again a moment later, or as its result arrives."""
CLOSE_SECONDS: Final = 3 * driver.CLOSE_SECONDS
"""Seconds in which a client must close, even if it was interrupted while it acquired a lock, which stays locked then."""
WARM_UP: Final = 3
"""Undisturbed runs. The last one shows the lines of a client that has imported everything."""
SECOND_CTRL_C: Final = 3.0
"""Seconds after which a user presses Ctrl-C again, because nothing happens."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for entry in ENTRIES:
        yield f"interrupt: Ctrl-C at a line of {entry}", _interrupts("Ctrl-C", entry)
    for way in WAYS:
        for entry in ENTRIES[:2]:
            yield f"interrupt: cancel {way} of {entry}", _interrupts(way, entry)


def _interrupts(way: str, entry: str) -> Callable[[Options], Row]:
    """All accounts and faults, one after the other at one provider."""

    def run(options: Options) -> Row:
        accounts = PROVIDERS if entry != "call" else ("vidu",)
        seconds = options.seconds / len(accounts) / len(FAULTS)
        with Provider(lists_payload=True) as provider:  # else every look asks for each of the thousand tasks
            reports = [
                report
                for name, rules in FAULTS.items()
                for account in accounts
                for report in _reports(
                    provider, rules[account], account, name, way=way, entry=entry, seconds=seconds, seed=options.seed
                )
            ]
            return compare("", provider.ledger(), reports)

    return run


def _reports(
    provider: Provider, rules: list[dict[str, Any]], account: str, name: str, *, seconds: float, **asked: object
) -> list[dict[str, Any]]:
    provider.set_rules(rules)
    order = order_for(provider, account=account, name=f"{account}, {name}", seconds=seconds, **asked)
    reports = run_program(__file__, order, timeout=3 * seconds + 60.0)
    provider.set_rules([])
    paid = {task["prompt"] for task in provider.ledger()["paid"]}
    for outcome in reports:  # that a call may be paid is no reference to a task
        if outcome.get("prompt") not in paid:
            outcome["refs"] = [ref for ref in outcome.get("refs", ()) if not ref.startswith("call:")]
    unknown = [
        outcome for outcome in reports if not outcome.get("refs") and outcome.get("submission") and outcome["prompt"] in paid
    ]
    order = order_for(provider, way="find", account=account, unknown=unknown)
    return reports + (run_program(__file__, order, timeout=120.0) if unknown else [])


# -- the program: one submit after another, each with a stop of its own -----------------------------------------------------


@define
class User:
    """The caller of one submit, and what it has in the end."""

    prompt: str
    tasks: list[Task | AsyncTask] = field(factory=list[Task | AsyncTask])
    """What was returned. No line of Python runs between the return and this."""
    refs: list[str] = field(factory=list[str])
    submissions: list[Submission] = field(factory=list[Submission])
    """What may lead to a task."""
    remark: str = ""
    spoken: list[SpokenText] = field(factory=list[SpokenText])
    """What a call answered."""

    def accept(self, ref: object) -> None:
        """A callback, which may be interrupted like everything else."""
        text = str(ref)
        self.refs.append(text)

    def note_ending(self, ending: BaseException) -> None:
        """Look at what the documentation names."""
        self.remark = f"{ending!r} {getattr(ending, '__notes__', [])}"[:300]
        submission, ref = getattr(ending, "submission", None), getattr(ending, "ref", None)
        if isinstance(submission, Submission):
            self.submissions.append(submission)
        if ref is not None:
            self.accept(ref)

    def report(self) -> None:
        submission = self.submissions[-1] if self.submissions else None
        refs = [*self.refs, *(str(task.ref) for task in self.tasks)]
        if self.spoken or (submission and submission.operation == "textToSpeech"):  # its user knows that it may be paid
            refs.append(f"call:{self.prompt}")
        report(prompt=self.prompt, refs=refs, submission=submission and submission.to_text(), remark=self.remark)


def blocking(vidu: Vidu, entry: str, provider: str, user: User) -> Callable[[], object]:
    """Return the call that is interrupted."""
    request = request_of(user.prompt)
    match entry:
        case "submit":
            return lambda: user.tasks.append(vidu.submit(request, account=provider))
        case "submit with on_accepted":
            return lambda: vidu.submit(request, account=provider, on_accepted=user.accept)
        case "submit with on_submission":
            return lambda: user.tasks.append(vidu.submit(request, account=provider, on_submission=user.submissions.append))
        case "call":
            speech = TextToSpeechRequest(text=user.prompt, voice_setting_voice_id="female-shaonv")
            return lambda: user.spoken.append(vidu.call(speech))
        case "send":
            submission = vidu.prepare(request, account=provider)
            return lambda: user.tasks.append(vidu.send(submission))
        case _:
            submission = vidu.prepare(request, account=provider)
            user.submissions.append(submission)
            with suppress(ViduError):
                vidu.send(submission)
            return lambda: user.tasks.append(vidu.find(submission))


async def awaited(vidu: AsyncVidu, entry: str, provider: str, user: User) -> None:
    request = request_of(user.prompt)
    try:
        if entry == "submit":
            user.tasks.append(await vidu.submit(request, account=provider))
        else:
            await vidu.submit(request, account=provider, on_accepted=user.accept)
    except BaseException as ending:
        user.note_ending(ending)
        raise


def main(order: dict[str, Any]) -> None:
    if order["way"] == "find":
        _find(order)
        return
    signal.signal(signal.SIGALRM, lambda _number, _frame: interrupt())
    users: list[User] = []
    began = time.monotonic()
    runs = _blocking_runs if order["way"] == "Ctrl-C" else _awaited_runs
    tried, there_are = runs(order, users)
    time.sleep(0.3)  # until a request that was interrupted after it was sent has arrived
    for user in users:
        user.report()
    report(notes=[f"{order['name']}: {tried} of {there_are} places tried in {time.monotonic() - began:.0f} s"])


def _find(order: dict[str, Any]) -> None:
    """Search for unknown submissions by their text, as another process does."""
    with Vidu(accounts_of(order, order["account"]), settings=brief()) as vidu:
        for outcome in order["unknown"]:
            try:
                refs = [str(vidu.find(Submission.parse(outcome["submission"])).ref)]
            except ViduError as error:
                report(notes=[f"not found: {error}"[:200]])
            else:
                report(found=outcome["prompt"], refs=refs)


# -- blocking -------------------------------------------------------------------------------------------------------------


def _blocking_runs(order: dict[str, Any], users: list[User]) -> tuple[int, int]:
    """Return how many of how many lines were tried."""
    places = Places()
    for number in range(WARM_UP):
        places = Places()
        _blocking_run(order, f"undisturbed {number}", places.trace, users)
    tried, deadline = 0, time.monotonic() + order["seconds"]
    for at in order_of(places.places, order["seed"]):
        if time.monotonic() > deadline:
            break
        tried += 1
        _blocking_run(order, f"line {at}: {places.places[at - 1]}", Lines(at, interrupt).trace, users)
    return tried, len(places.places)


def _blocking_run(order: dict[str, Any], prompt: str, trace: Trace, users: list[User]) -> None:
    user = User(f"{order['name']}: {prompt}")
    users.append(user)
    vidu = Vidu(accounts_of(order, order["account"]), settings=brief())
    ask = blocking(vidu, order["entry"], order["account"], user)
    signal.setitimer(signal.ITIMER_REAL, SECOND_CTRL_C)
    sys.settrace(trace)
    try:
        ask()
    except (KeyboardInterrupt, ViduError) as ending:
        sys.settrace(None)
        user.note_ending(ending)
    finally:
        sys.settrace(None)
    if not signal.setitimer(signal.ITIMER_REAL, 0.0)[0]:
        report(notes=["a run went on until the second Ctrl-C"])
    _close(vidu)


def _close(vidu: Vidu) -> None:
    signal.setitimer(signal.ITIMER_REAL, CLOSE_SECONDS)
    try:
        vidu.close()
    except KeyboardInterrupt:
        report(stuck=True, notes=["a client could not be closed after its interrupt"])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def interrupt() -> None:
    raise KeyboardInterrupt


# -- awaited --------------------------------------------------------------------------------------------------------------


def _awaited_runs(order: dict[str, Any], users: list[User]) -> tuple[int, int]:
    return asyncio.run(_cancelled_runs(order, users))


async def _cancelled_runs(order: dict[str, Any], users: list[User]) -> tuple[int, int]:
    places: list[str] = []
    for number in range(WARM_UP):
        places = await _awaited_run(order, f"undisturbed {number}", None, users)
    tried, deadline = 0, time.monotonic() + order["seconds"]
    for at in order_of(places, order["seed"]):
        if time.monotonic() > deadline and order["way"] == "at a line":  # of awaits there are a handful
            break
        tried += 1
        for way in AWAIT_WAYS if order["way"] == "at an await" else ("",):
            await _awaited_run(order, f"place {at}: {places[at - 1]} {way}", at, users, way)
    return tried, len(places)


async def _awaited_run(order: dict[str, Any], prompt: str, at: int | None, users: list[User], way: str = "") -> list[str]:
    """Run once, cancelled at a place if one is given, and return the places at which a run can be cancelled."""
    user = User(f"{order['name']}: {prompt}")
    users.append(user)
    async with AsyncVidu(accounts_of(order, order["account"]), settings=brief()) as vidu:
        ask = awaited(vidu, order["entry"], order["account"], user)
        awaits = Awaits(ask, at, way)
        places = Places()
        with suppress(asyncio.CancelledError, ViduError):
            if order["way"] != "at a line":
                await asyncio.create_task(awaits.run())
            else:
                task = asyncio.create_task(ask)
                sys.settrace(places.trace if at is None else Lines(at, task.cancel).trace)
                await task
        sys.settrace(None)
    return places.places or [f"await {number}" for number in range(1, awaits.count + 1)]


class Awaits:
    """Runs a coroutine, counts its awaits, and cancels it at one of them: as it begins, or as its result arrives."""

    def __init__(self, ask: Coroutine[Any, Any, None], at: int | None, way: str) -> None:
        self.count = 0
        self._ask: Final = ask
        self._at: Final = at
        self._way: Final = way

    async def run(self) -> None:
        await self

    def __await__(self) -> Generator[Any, Any, None]:
        task = asyncio.current_task()
        assert task is not None
        inner = self._ask.__await__()
        step = _sending(inner, None)
        while True:
            try:
                awaited_for = step()
            except StopIteration:
                return
            self.count += 1
            if self.count == self._at:
                self._cancel(task, awaited_for)
            try:
                sent = yield awaited_for
            except BaseException as error:  # the coroutine gets a cancellation like any other error of what it awaits
                step = _throwing(inner, error)
            else:
                step = _sending(inner, sent)

    def _cancel(self, task: asyncio.Task[Any], awaited_for: asyncio.Future[Any] | None) -> None:
        def cancel(_awaited_for: object = None) -> None:
            task.cancel()

        if self._way == "as an answer comes" and awaited_for is not None:
            awaited_for.add_done_callback(cancel)
            return
        loop = asyncio.get_running_loop()
        loop.call_soon(cancel)
        if self._way == "twice":
            loop.call_later(0.001, cancel)


def _throwing(inner: Generator[Any, Any, None], error: BaseException) -> Callable[[], Any]:
    return lambda: inner.throw(error)


def _sending(inner: Generator[Any, Any, None], sent: object) -> Callable[[], Any]:
    return lambda: inner.send(sent)


if __name__ == "__main__":
    main(json.load(sys.stdin))
