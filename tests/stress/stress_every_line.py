"""Ctrl-C and cancellation at every line of ours that a submit runs, at all providers: what was paid must be found again.

stress_interrupts.py draws among the lines of all libraries, at a server. Here the provider is a function, which leaves time for
every line of vidu_ext and of the generated clients: in each state of the request, at its first and its last time, and, in a
forked process, those that run only once in a process.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from forking import in_child
from interrupting import CALLS, LOST, Caller, Findings, Moment, Provider, Runs, Way
from playing import PROVIDERS, request_for
from stress_rig import Options, Row, report, run_program

WAYS: Final[tuple[Way, ...]] = ("Ctrl-C", "Ctrl-C awaited", "cancellation")
ENTRIES: Final = ("submit with on_accepted", "submit", "submit once", "send", "find", *CALLS)
FAULTS: Final = ("answered", *LOST, "busy at first", "never arrived")
COLD: Final = "vidu"
"""Where the lines are tried that run only once in a process; they are the same at all providers."""
LONGEST_RUN: Final = 10.0
"""Seconds after which a run counts as stuck."""
LONGEST: Final = 3000.0
IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108
"""A folder that needs no disk, if there is one: thousands of orders are written."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for provider in PROVIDERS:
        for way in WAYS:
            yield f"line: {way} at every line of ours, {provider}", every_line(__file__, provider, way)


def every_line(program: str, provider: str, way: str) -> Callable[[Options], Row]:
    return lambda _: row_of(run_program(program, {"way": way, "provider": provider}, timeout=LONGEST))


def row_of(reports: Sequence[Mapping[str, Any]]) -> Row:
    counts = Counter[str]()
    for outcome in reports:
        counts.update(outcome.get("counts", {}))
        counts["stuck"] += bool(outcome.get("stuck"))
    notes = [note for outcome in reports for note in outcome.get("notes", ())]
    figures: dict[str, Any] = {name: counts[name] for name in ("runs", "paid", "twice", "lost", "mixed", "misled", "stuck")}
    return Row(notes=notes, **figures)


# -- the program ----------------------------------------------------------------------------------------------------------


def main(try_lines: Callable[[dict[str, Any], Path], tuple[Findings, str]]) -> None:
    """Read an order, try what it says in a folder that is removed afterwards, and report what was found."""
    logging.disable()
    warnings.simplefilter("ignore")  # of coroutines that are never awaited after a Ctrl-C
    signal.signal(signal.SIGALRM, stuck)
    sys.unraisablehook = lambda _: None  # of a generator that is just being put away
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        findings, what = try_lines(json.load(sys.stdin), Path(folder))
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    figures = f"{what}, {findings.counts['unknown']} outcomes are unknown at the end"
    report(counts=findings.counts, notes=[figures, *(f"{count} x {what}" for what, count in findings.wrong.most_common(12))])


def begin_run() -> None:
    signal.setitimer(signal.ITIMER_REAL, LONGEST_RUN)  # for what is judged afterwards, too


def stuck(_number: int, _frame: object) -> None:
    report(stuck=True, notes=["a run did not end"])
    os._exit(1)


def _try_lines(order: dict[str, Any], folder: Path) -> tuple[Findings, str]:
    provider = order["provider"]
    runs = Runs(order["way"], partial(Provider, provider), folder, begin_run)
    if provider == COLD:
        _try_cold(runs, provider)
    for entry in ENTRIES:
        for fault in FAULTS if entry not in CALLS or provider == "vidu" else ():  # other routes would run the same lines
            runs.try_every_line(entry, fault)
    return runs.findings, runs.findings.extent


def _try_cold(runs: Runs, provider: str) -> None:
    """Try the lines that run in the first submit alone, after its request was sent. Nothing can be lost before."""
    with Caller(Provider(provider)).client() as vidu:
        vidu.prepare(request_for(provider))  # what is read and imported before that need not be in every run
    for moment in in_child(partial(_cold_moments, runs)):
        counts, wrong = in_child(partial(_cold_run, runs, moment))
        runs.findings.counts += counts
        runs.findings.wrong += wrong


def _cold_moments(runs: Runs) -> list[Moment]:
    cold = runs.run(ENTRIES[0], FAULTS[0])[1]
    known = {line for _, line in runs.undisturbed(ENTRIES[0], FAULTS[0])}
    times = Counter(line for _, line in cold)
    return [(line, times[line]) for line in dict.fromkeys(line for state, line in cold if state[0] and line not in known)]


def _cold_run(runs: Runs, moment: Moment) -> tuple[Counter[str], Counter[str]]:
    runs.findings.counts.clear()  # of the process that this one was forked from
    runs.findings.wrong.clear()
    runs.interrupt(ENTRIES[0], FAULTS[0], moment)
    return runs.findings.counts, runs.findings.wrong


if __name__ == "__main__":
    main(_try_lines)
