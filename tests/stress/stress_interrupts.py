"""Ctrl-C at a line of a submit, in any library: what was paid must be found again.

The user of the program follows the documentation: a task that was returned or passed to `on_accepted` is known; any other one is
found by the `submission` of the interrupt.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from attrs import define, field
from stress_lines import Lines, Places, Trace, order_of
from stress_rig import Options, Provider, Row, accounts_of, brief, compare, order_for, report, request_of, run_program
from vidu_clients.vidu.models import SpokenText, TextToSpeechRequest

from vidu_ext import Submission, Task, Vidu
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
CLOSE_SECONDS: Final = 3 * driver.CLOSE_SECONDS
"""Seconds in which a client must close, even if it was interrupted while it acquired a lock, which stays locked then."""
WARM_UP: Final = 3
"""Undisturbed runs. The last one shows the lines of a client that has imported everything."""
SECOND_CTRL_C: Final = 3.0
"""Seconds after which a user presses Ctrl-C again, because nothing happens."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for entry in ENTRIES:
        yield f"interrupt: Ctrl-C at a line of {entry}", _interrupts(entry)


def _interrupts(entry: str) -> Callable[[Options], Row]:
    """All accounts and faults, one after the other at one provider."""

    def run(options: Options) -> Row:
        accounts = PROVIDERS if entry != "call" else ("vidu",)
        seconds = options.seconds / len(accounts) / len(FAULTS)
        with Provider(lists_payload=True) as provider:  # else every look asks for each of the thousand tasks
            reports = [
                report
                for name, rules in FAULTS.items()
                for account in accounts
                for report in _reports(provider, rules[account], account, name, entry=entry, seconds=seconds, seed=options.seed)
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
    order = order_for(provider, account=account, unknown=unknown)
    return reports + (run_program(__file__, order, timeout=120.0) if unknown else [])


# -- the program: one submit after another, each with a stop of its own -----------------------------------------------------


@define
class User:
    """The caller of one submit, and what it has in the end."""

    prompt: str
    tasks: list[Task] = field(factory=list[Task])
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


def interruptible(vidu: Vidu, entry: str, provider: str, user: User) -> Callable[[], object]:
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


def main(order: dict[str, Any]) -> None:
    if "unknown" in order:
        _find(order)
        return
    signal.signal(signal.SIGALRM, lambda _number, _frame: interrupt())
    users: list[User] = []
    began = time.monotonic()
    tried, there_are = _runs(order, users)
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


def _runs(order: dict[str, Any], users: list[User]) -> tuple[int, int]:
    """Return how many of how many lines were tried."""
    places = Places()
    for number in range(WARM_UP):
        places = Places()
        _run(order, f"undisturbed {number}", places.trace, users)
    tried, deadline = 0, time.monotonic() + order["seconds"]
    for at in order_of(places.places, order["seed"]):
        if time.monotonic() > deadline:
            break
        tried += 1
        _run(order, f"line {at}: {places.places[at - 1]}", Lines(at, interrupt).trace, users)
    return tried, len(places.places)


def _run(order: dict[str, Any], prompt: str, trace: Trace, users: list[User]) -> None:
    user = User(f"{order['name']}: {prompt}")
    users.append(user)
    vidu = Vidu(accounts_of(order, order["account"]), settings=brief())
    ask = interruptible(vidu, order["entry"], order["account"], user)
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


if __name__ == "__main__":
    main(json.load(sys.stdin))
