"""What stress runs share: the provider process, programs that report what they have, and the comparison of both.

A program is one of these modules, run with an order as JSON on stdin. It reports lines of JSON: for each prompt the references
that its user has in the end, by any documented way.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import frozen
from batch_provider import ProviderProcess

LONGEST: Final = 300.0
"""Seconds after which a program counts as stuck by default."""


class Provider(ProviderProcess):
    """The process of stress_provider.py. By default, its tasks end with their third status answer."""

    PROGRAM = Path(__file__).with_name("stress_provider.py")


@frozen(kw_only=True)
class Options:
    """How long and how often."""

    seconds: float
    """Time for one run of a scenario that can be cut short."""
    rounds: int
    """Forks, kills and stops of one run."""
    seed: int
    """Of random choices."""


@frozen(kw_only=True)
class Row:
    """The result of one run. All columns between `paid` and `seconds` count faults."""

    name: str = ""
    runs: int
    paid: int
    twice: int = 0
    """Tasks of a request beyond its first."""
    lost: int = 0
    """Paid tasks that are found in no documented way."""
    mixed: int = 0
    """References that were handed to the caller of another request."""
    misled: int = 0
    """Callers who were given wrong information about their money."""
    stuck: int = 0
    """Programs and waits that did not end in time."""
    seconds: int = 0
    """What the run took."""
    notes: Sequence[str] = ()

    @property
    def is_right(self) -> bool:
        return not (self.twice or self.lost or self.mixed or self.misled or self.stuck) and self.paid > 0


def compare(ledger: Mapping[str, Any], reports: Iterable[Mapping[str, Any]]) -> Row:
    """Compare the ledger of the provider with what the callers have."""
    reports = list(reports)
    prompt_of = {task["ref"]: task["prompt"] for task in ledger["paid"]}
    refs_by_prompt: dict[str, set[str]] = {}
    for report in reports:
        refs_by_prompt.setdefault(report.get("prompt") or report.get("found", ""), set()).update(report.get("refs", ()))
    all_refs = set[str]().union(*refs_by_prompt.values())
    mixed = sum(prompt_of.get(ref) != prompt for prompt, refs in refs_by_prompt.items() for ref in refs)
    lost = [ref for ref in prompt_of if ref not in all_refs]
    remark = {report["prompt"]: report["remark"] for report in reports if report.get("remark")}
    notes = Counter(note for report in reports for note in report.get("notes", ()))
    return Row(
        runs=sum("prompt" in report for report in reports),
        paid=len(prompt_of),
        twice=sum(number - 1 for number in Counter(prompt_of.values()).values()),
        lost=len(lost),
        mixed=mixed,
        stuck=sum(bool(report.get("stuck")) for report in reports),
        notes=[
            *(f"{number} x {note}" for note, number in notes.most_common(20)),
            *(f"lost: {ref} of {prompt_of[ref]!r} {remark.get(prompt_of[ref], '')}" for ref in lost[:5]),
            *(f"the provider itself: {fault}" for fault in ledger["faults"]),
        ],
    )


def total(rows: Iterable[Row]) -> Row:
    """Add up the rows of several providers."""
    rows = list(rows)
    figures: dict[str, Any] = {
        name: sum(getattr(row, name) for row in rows) for name in ("runs", "paid", "twice", "lost", "mixed", "misled", "stuck")
    }
    return Row(notes=[note for row in rows for note in row.notes], **figures)


def run_program(program: str, order: Mapping[str, Any], *, timeout: float = LONGEST) -> list[dict[str, Any]]:
    """Run a program, and return its reports. One that does not end in time is killed with its children, and counts as stuck."""
    command = [sys.executable, "-X", "faulthandler", program]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True, text=True)
    reports: list[dict[str, Any]] = []
    try:
        out, err = process.communicate(json.dumps(order), timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGABRT)
        out, err = process.communicate()
        reports.append({"stuck": True, "notes": [f"the program did not end in {timeout:g} s"]})
    reports += [json.loads(line) for line in out.splitlines()]
    if process.returncode not in (0, -signal.SIGABRT):
        last = (err.strip().splitlines() or ["no word"])[-1]
        reports.append({"stuck": True, "notes": [f"the program ended with {process.returncode}: {last[:300]}"]})
    for stack in err.split("Fatal Python error: Aborted")[1:]:
        lines = [line.strip() for line in stack.splitlines() if line.startswith(("  File ", "Thread ", "Current "))]
        reports.append({"notes": [f"stuck at {'; '.join(lines[:12])}"]})
    return reports


def report(**members: Any) -> None:
    """Report one line of a program. It is written at once, since a forked process may share the pipe."""
    os.write(1, (json.dumps(members) + "\n").encode())


def wait_until(wanted: Callable[[], bool], seconds: float) -> bool:
    """Wait until a condition holds, and return whether it did in time."""
    deadline = time.monotonic() + seconds
    while not wanted():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
