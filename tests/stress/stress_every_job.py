"""Stop or kill the worker of a batch job at every line of ours of its submit, at all providers; another worker continues.

As in stress_every_line.py the provider is a function. Only the step runs, because a worker takes seconds to start. A worker
that is killed is a forked process, whose provider writes its ledger into a file.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final, Literal

import httpx
from attrs import define, field
from interrupting import OURS
from playing import PROVIDERS, request_for
from stress_every_line import FAULTS, IN_MEMORY, LONGEST, LONGEST_RUN, LOST, WARM_UP, Faulty, Findings, row_of, stuck
from stress_rig import Options, Row, report, run_program

from vidu_ext.durable import Batches, BatchOptions, Patience
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.leases import Identity, Leases
from vidu_ext.durable.reports import every_job
from vidu_ext.durable.workers.steps import Steps

Way = Literal["stopped", "killed"]
PATIENCE: Final = Patience(settle=0.02, search=5.0, resend=0.02, hold_pause=0.02)
Line = tuple[CodeType, int]


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for provider in PROVIDERS:
        for way in ("stopped", "killed"):
            yield f"line: worker {way} at every line of ours, batch, {provider}", _every_line(provider, way)


def _every_line(provider: str, way: str) -> Callable[[Options], Row]:
    return lambda _: row_of(run_program(__file__, {"way": way, "provider": provider}, timeout=LONGEST))


# -- the program ----------------------------------------------------------------------------------------------------------


@define
class Noting(Faulty):
    """A provider whose ledger is also in a file, for the next process."""

    ledger: Path = Path()

    def answer(self, request: httpx.Request) -> httpx.Response:
        try:
            return Faulty.answer(self, request)
        finally:
            self.ledger.write_text(json.dumps([self.asked, self.creates, self.paid]), encoding="utf-8")

    def read(self) -> None:
        """Read the ledger of another process."""
        with suppress(FileNotFoundError):
            self.asked, self.creates, paid = json.loads(self.ledger.read_text(encoding="utf-8"))
            self.paid[:] = [(name, body, key) for name, body, key in paid]


@define
class Stop:
    """Records the lines of ours, in all threads, and calls `act` at one of them at its nth time."""

    provider: Noting
    line: Line | None = None
    times: int = 0
    act: Callable[[], object] = int
    lines: list[tuple[tuple[int, int], Line]] = field(factory=list[tuple[tuple[int, int], Line]])

    def trace(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "call" and not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            line = frame.f_code, frame.f_lineno
            self.lines.append(((min(self.provider.asked, 2), len(self.provider.paid)), line))
            if line == self.line:
                self.times -= 1
                if self.times == 0:
                    self.act()
        return self.trace


def main(order: dict[str, Any]) -> None:
    logging.disable()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, stuck)
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        jobs = Jobs(order["way"], order["provider"], Path(folder))
        for fault in FAULTS:
            jobs.try_every_line(fault)
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        jobs.findings.report("jobs are unknown at the end")


class Jobs:
    def __init__(self, way: Way, provider: str, folder: Path) -> None:
        self._way: Final = way
        self._name: Final = provider
        self._template: Final = folder / "template.sqlite"
        self._database: Final = folder / "batch.sqlite"
        self._ledger: Final = folder / "ledger.json"
        self.findings: Final = Findings()
        manifest = folder / "rows.jsonl"
        model = request_for(provider).model
        row = {"prompt": "a paper bird", "duration": 5, **({} if model is None else {"model": model})}
        manifest.write_text(json.dumps(row), encoding="utf-8")
        with Batches(f"sqlite:///{self._template}", Noting(provider).accounts) as batches:
            batches.plan(manifest, BatchOptions(name="batch", folder=folder))
            self._job: Final = next(iter(every_job(batches.store, "batch"))).id

    def try_every_line(self, fault: str) -> None:
        lines = [self._run_worker(fault).lines for _ in range(WARM_UP)][-1]
        first: dict[tuple[object, ...], tuple[Line, int]] = {}
        last: dict[tuple[object, ...], tuple[Line, int]] = {}
        times = Counter[Line]()
        for before, line in lines:
            times[line] += 1
            key = before, line, before[0] > 0 and fault in LOST
            first.setdefault(key, (line, times[line]))
            last[key] = line, times[line]
        new = [key for key in first if key not in self.findings.tried]
        self.findings.tried |= first.keys()
        for line, count in dict.fromkeys(numbers[key] for numbers in (first, last) for key in new):
            self._judge(fault, line, count)

    def _judge(self, fault: str, line: Line, count: int) -> None:
        provider = self._run_worker(fault, line, count).provider
        provider.read()
        with closing(JobStore(f"sqlite:///{self._database}")) as store:
            self._work(store, Stop(provider))
            job = store.job(self._job)
        refs = [f"{self._name}:{name}" for name, _, _ in provider.paid]
        wrongs = [
            *["twice"] * (len(refs) > 1),
            *["lost"] * bool(refs and job.state == "running" and job.reference not in refs),
            *["stuck"] * (job.state not in ("running", "unknown")),
            *["mixed"] * (job.state == "running" and job.reference not in refs),
            *["unknown"] * (job.state == "unknown"),
        ]
        self.findings.add(wrongs, len(refs), line, f"time {count}, after {fault!r}: {job.state} {job.note}")

    def _run_worker(self, fault: str, line: Line | None = None, count: int = 0) -> Stop:
        """Run a worker that has the job, and end it at a line."""
        signal.setitimer(signal.ITIMER_REAL, LONGEST_RUN)
        self._ledger.unlink(missing_ok=True)
        for end in ("-wal", "-shm"):
            Path(f"{self._database}{end}").unlink(missing_ok=True)
        shutil.copyfile(self._template, self._database)
        stop = Stop(Noting(self._name, fault=fault, ledger=self._ledger), line, count)
        if self._way == "killed" and line is not None:
            stop.act = lambda: os.kill(os.getpid(), signal.SIGKILL)
            child = os.fork()
            if child == 0:
                with suppress(BaseException):
                    self._run(stop)
                os._exit(0)
            os.waitpid(child, 0)
        else:
            self._run(stop)
        return stop

    def _run(self, stop: Stop) -> None:
        with closing(JobStore(f"sqlite:///{self._database}")) as store:
            self._work(store, stop)

    def _work(self, store: JobStore, stop: Stop) -> None:
        steps = Steps(
            store=store,
            accounts=stop.provider.accounts,
            settings=stop.provider.settings,
            patience=PATIENCE,
            on_fault=lambda fault: report(stuck=True, notes=[str(fault)]),
            can_send=lambda: True,
            leases=Leases(store, Identity.of_this_process(), seconds=60.0),
        )
        with suppress(asyncio.CancelledError):
            asyncio.run(self._submit(steps, stop))
        steps.close()

    async def _submit(self, steps: Steps, stop: Stop) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.create_task(steps.submit(steps.store.job(self._job)))
        if self._way == "stopped":
            stop.act = lambda: loop.call_soon_threadsafe(task.cancel)
        threading.settrace(stop.trace)
        sys.settrace(stop.trace)
        try:
            await asyncio.wait([task])
        finally:
            sys.settrace(None)
            threading.settrace(None)
        await steps.client.close()
        task.result()


if __name__ == "__main__":
    main(json.load(sys.stdin))
