"""A wrong clock: the answer to a create is lost, and a client with another clock than the provider must find the task."""

from __future__ import annotations

import skewed_clock  # isort: skip  # before everything that reads the time of day

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

from stress_batch import Batch
from stress_rig import Options, Provider, Row, accounts_of, compare, hurried, order_for, report, request_of, run_program

from vidu_ext import Submission, Vidu
from vidu_ext.values.errors import SubmissionUnknownError, SubmitError

MINUTES, HOURS = 60.0, 3600.0
SKEWS: Final = {"15 min": 15 * MINUTES, "6 h": 6 * HOURS}
FAULTS: Final = [
    {"route": "create", "kind": "answer lost", "probability": 0.5},
    {"route": "create", "kind": "502 after", "probability": 0.15},
    {"route": "create", "kind": "answer cut", "probability": 0.1},
    {"route": "create", "kind": "never arrived", "probability": 0.15},
    {"route": "list", "kind": "500 before", "probability": 0.1},
]
PROMPTS: Final = 8
TURNS: Final = 6
"""How often a user tries before giving up on a prompt."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for word, seconds in SKEWS.items():
        for side, sign in (("ahead", 1), ("behind", -1)):
            clock = f"our clock {word} {side}"
            yield f"clock: {clock}, blocking", _client(ahead=sign * seconds)
            yield f"clock: {clock}, batch", _batch(ahead=sign * seconds)
    for word, seconds in SKEWS.items():
        for side, sign in (("on", 1), ("back", -1)):
            yield f"clock: set {side} by {word} in between, blocking", _client(jump=sign * seconds)
            yield f"clock: set {side} by {word} in between, batch", _batch(jump=sign * seconds)
    yield "clock: two workers 6 h apart, batch", _two_workers


def _client(*, ahead: float = 0.0, jump: float = 0.0) -> Callable[[Options], Row]:
    """A client that follows the documentation: find what is unknown, submit again only what is absent."""

    def run(options: Options) -> Row:
        with Provider(rules=FAULTS, late_seconds=0.3, seed=options.seed) as provider:
            provider.set_clock(-ahead)
            prompts = [f"a bird, number {number}" for number in range(PROMPTS)]
            reports = run_program(__file__, order_for(provider, prompts=prompts, jump=jump))
            return compare("", provider.ledger(), reports)

    return run


def _batch(*, ahead: float = 0.0, jump: float = 0.0) -> Callable[[Options], Row]:
    """Run a batch. With a jump, its first worker dies while it sends requests, and the next one has another clock."""

    def run(options: Options) -> Row:
        with Provider(rules=FAULTS, late_seconds=0.3, seed=options.seed) as provider, Batch(provider) as batch:
            provider.set_clock(-ahead)
            batch.fill(PROMPTS)
            if jump:
                provider.set_rules([{"route": "create", "kind": "hangs", "probability": 1.0}])
                first = batch.stress()
                batch.wait_until_sending(PROMPTS)
                first.kill()
                provider.set_rules(FAULTS)
            batch.stress(clock=jump)
            return batch.row()

    return run


def _two_workers(options: Options) -> Row:
    """A worker that trusted its own clock would take the other for dead, or for alive too long."""
    with Provider(rules=FAULTS, late_seconds=0.3, seed=options.seed) as provider, Batch(provider) as batch:
        batch.fill(4 * PROMPTS)
        batch.stress()
        batch.stress(clock=6 * HOURS)
        return batch.row()


# -- the program ----------------------------------------------------------------------------------------------------------


def main(order: dict[str, Any]) -> None:
    for prompt in order["prompts"]:
        skewed_clock.set_ahead(0.0)
        report(prompt=prompt, **_follow_the_documentation(order, prompt))


def _follow_the_documentation(order: dict[str, Any], prompt: str) -> dict[str, Any]:
    """Search for an unknown task, each time with a new client, submit an absent one again, and return what the user has."""
    refs: list[str] = []
    notes: list[str] = []
    unknown: Submission | None = None
    for _ in range(TURNS):
        try:
            _ask(order, prompt, unknown, refs)
        except SubmissionUnknownError as error:
            notes.append("reported as absent" if error.absent else "not found in one look")
            unknown = None if error.absent else error.submission
        except SubmitError as error:
            notes.append(f"{type(error).__name__}: {error}"[:100])
        if refs:
            break
        skewed_clock.set_ahead(order["jump"])
    return {"refs": refs, "notes": notes}


def _ask(order: dict[str, Any], prompt: str, unknown: Submission | None, refs: list[str]) -> None:
    with Vidu(accounts_of(order, "vidu"), settings=hurried()) as vidu:
        if unknown is None:
            vidu.submit(request_of(prompt), on_accepted=lambda ref: refs.append(str(ref)))
        else:
            vidu.find(unknown, on_accepted=lambda ref: refs.append(str(ref)))


if __name__ == "__main__":
    main(json.load(sys.stdin))
