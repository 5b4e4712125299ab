"""One batch at the stress provider, in a folder of its own, with workers that can be stopped and killed."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from batch_rig import Rig
from batch_worker_process import WorkerProcess
from stress_rig import Provider, Row, compare, wait_until

from vidu_ext.durable import Job

PATIENCE: Final = 60.0
"""Seconds in which some job of a batch with an undisturbed worker goes on, however busy the machine is."""
LEASE_SPEED: Final = {"lease": 2.5, "resend": 1.0, "settle": 1.0, "hold_pause": 0.1}
"""Of workers that are suspended past their lease."""
KNOWN: Final = ("running", "fetching", "done", "failed")
"""States of a job in which its task is known."""


class StressWorker(WorkerProcess):
    """The process of stress_worker.py."""

    PROGRAM = Path(__file__).with_name("stress_worker.py")


class Batch(Rig):
    """A batch at the stress provider, whose rows have different prompts."""

    def __init__(
        self, provider: Provider, *, providers: Sequence[str] = ("vidu",), speed: Mapping[str, float] | None = None
    ) -> None:
        self._scratch: Final = tempfile.TemporaryDirectory(prefix="vidu-stress-", ignore_cleanup_errors=True)
        self._ledger: Final = provider.ledger
        folder = Path(self._scratch.name)
        super().__init__(provider, f"sqlite:///{folder}/batch.sqlite", folder, providers=providers, speed=speed)

    def __exit__(self, *exits: object) -> None:
        super().__exit__(*exits)
        self._scratch.cleanup()

    def fill(self, number: int, *, concurrency: int) -> None:
        """Plan `number` jobs, spread over the accounts."""
        names = [account.name for account in self.accounts]
        rows = [{"prompt": f"a bird, number {row}", "account": names[row % len(names)]} for row in range(number)]
        self.plan(rows, concurrency=concurrency)

    def stress(self, *, room: int | None = None, sleep: Mapping[str, float | None] | None = None) -> StressWorker:
        """Start a worker with a defect; it continues the jobs of earlier workers."""
        log = self.folder / "workers.log"
        defects = {"room": room, "sleep": sleep, "place": str(self.folder / "place")}
        worker = StressWorker(self.database, self.accounts, log=log, speed=self._speed, **defects)
        self.workers.append(worker)
        return worker

    def calls(self) -> int:
        """Return the number of requests that the provider has received."""
        number: int = self._ledger()["calls"]
        return number

    def row(self, *, notes: Sequence[str]) -> Row:
        """Wait until no job is open, or none changes for PATIENCE seconds, and return the comparison."""
        began = time.monotonic()
        while not (is_over := self.progress().is_over) and self._changes():
            pass
        reports = [_report(job) for job in self.jobs().values()]
        if not is_over:
            ended = ("done", "failed", "unknown", "canceled")
            still_open = {key: state for key, state in self.states().items() if state not in ended}
            reports.append({"stuck": True, "notes": [f"jobs are open after {time.monotonic() - began:.0f} s: {still_open}"]})
        return compare(self._ledger(), [*reports, {"notes": [*notes, *self._logged_errors()]}])

    def _changes(self) -> bool:
        """Return whether a job changes in time."""
        before = self.states()
        return wait_until(lambda: self.progress().is_over or self.states() != before, PATIENCE)

    def _logged_errors(self) -> list[str]:
        """Return the unexpected errors that the workers logged."""
        with suppress(OSError):
            log = (self.folder / "workers.log").read_text(encoding="utf-8", errors="replace")
            return [f"logged: {line[:200]}" for line in log.splitlines() if "Traceback" in line or " cannot continue" in line]
        return []


def _report(job: Job) -> dict[str, Any]:
    refs = [job.reference] if job.reference and job.state in KNOWN else []
    notes = [] if job.state == "done" else [f"job {job.state}: {(job.note or '')[:120]}"]
    return {"prompt": json.loads(job.request)["prompt"], "refs": refs, "notes": notes}
