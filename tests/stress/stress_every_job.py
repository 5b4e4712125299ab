"""Stop or kill the worker of a batch job at every line of ours of its submit, at all providers; another worker continues.

As in stress_every_line.py the provider is a function. Only the step runs, because a worker takes seconds to start. A worker
that is killed is a forked process, whose provider writes its ledger into a file.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, Literal

import httpx
from attrs import define
from interrupting import WARM_UP, Findings, Lines, Moment, Provider
from playing import PROVIDERS, request_for
from stress_every_line import FAULTS, begin_run, every_line, main
from stress_rig import Options, Row, report

from vidu_ext.durable import Batches, BatchOptions, Patience
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.leases import Identity, Leases
from vidu_ext.durable.reports import every_job
from vidu_ext.durable.workers.steps import Steps

Way = Literal["stopped", "killed"]
PATIENCE: Final = Patience(settle=0.02, search=5.0, resend=0.02, hold_pause=0.02)


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for provider in PROVIDERS:
        for way in ("stopped", "killed"):
            yield f"line: worker {way} at every line of ours, batch, {provider}", every_line(__file__, provider, way)


# -- the program ----------------------------------------------------------------------------------------------------------


@define
class Noting(Provider):
    """A provider whose ledger is also in a file, for the next process."""

    ledger: Path = Path()

    def answer(self, request: httpx.Request) -> httpx.Response:
        try:
            return super().answer(request)
        finally:
            self.ledger.write_text(json.dumps([self.asked, self.creates, self.paid]), encoding="utf-8")

    def read(self) -> None:
        """Read the ledger of another process."""
        with suppress(FileNotFoundError):
            self.asked, self.creates, paid = json.loads(self.ledger.read_text(encoding="utf-8"))
            self.paid[:] = [(name, body, key) for name, body, key in paid]


def _try_lines(order: dict[str, Any], folder: Path) -> tuple[Findings, str]:
    jobs = Jobs(order["way"], order["provider"], folder)
    for fault in FAULTS:
        jobs.try_every_line(fault)
    return jobs.findings, jobs.findings.extent


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
        lines = [self._run_worker(fault)[1] for _ in range(WARM_UP)][-1]
        for moment in self.findings.new_moments(lines.ran, fault):
            self._judge(fault, moment)

    def _judge(self, fault: str, moment: Moment) -> None:
        provider, _ = self._run_worker(fault, moment)
        provider.read()
        with closing(JobStore(f"sqlite:///{self._database}")) as store:
            self._work(store, provider, Lines(of=()))
            job = store.job(self._job)
        refs = [f"{self._name}:{name}" for name, _, _ in provider.paid]
        wrongs = [
            *["twice"] * (len(refs) > 1),
            *["lost"] * bool(refs and job.state == "running" and job.reference not in refs),
            *["stuck"] * (job.state not in ("running", "unknown")),
            *["mixed"] * (job.state == "running" and job.reference not in refs),
            *["unknown"] * (job.state == "unknown"),
        ]
        self.findings.add(wrongs, len(refs), moment, f"after {fault!r}: {job.state} {job.note}")

    def _run_worker(self, fault: str, at: Moment | None = None) -> tuple[Noting, Lines]:
        """Run a worker that has the job, and end it at a line."""
        begin_run()
        self._ledger.unlink(missing_ok=True)
        for end in ("-wal", "-shm"):
            Path(f"{self._database}{end}").unlink(missing_ok=True)
        shutil.copyfile(self._template, self._database)
        provider = Noting(self._name, fault, ledger=self._ledger)
        lines = Lines(at, _kill, state=lambda: (min(provider.asked, 2), len(provider.paid)))
        if self._way == "killed" and at is not None:
            child = os.fork()
            if child == 0:
                with suppress(BaseException):
                    self._run(provider, lines)
                os._exit(0)
            os.waitpid(child, 0)
        else:
            self._run(provider, lines)
        return provider, lines

    def _run(self, provider: Noting, lines: Lines) -> None:
        with closing(JobStore(f"sqlite:///{self._database}")) as store:
            self._work(store, provider, lines)

    def _work(self, store: JobStore, provider: Noting, lines: Lines) -> None:
        steps = Steps(
            store=store,
            accounts=provider.accounts,
            settings=provider.settings,
            patience=PATIENCE,
            on_fault=lambda fault: report(stuck=True, notes=[str(fault)]),
            can_send=lambda: True,
            leases=Leases(store, Identity.of_this_process(), seconds=60.0),
        )
        with suppress(asyncio.CancelledError):
            asyncio.run(self._submit(steps, lines))
        steps.close()

    async def _submit(self, steps: Steps, lines: Lines) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.create_task(steps.submit(steps.store.job(self._job)))
        if self._way == "stopped":
            lines.act = lambda: loop.call_soon_threadsafe(task.cancel)
        threading.settrace(lines.trace)
        sys.settrace(lines.trace)
        try:
            await asyncio.wait([task])
        finally:
            sys.settrace(None)
            threading.settrace(None)
        await steps.client.close()
        task.result()


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(_try_lines)
