"""A batch in the tests: plan rows, run workers, and wait for what a test expects."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from batch_provider import ProviderProcess
from batch_worker_process import FAST, WorkerProcess, worker_options

from vidu_ext.client.settings import Settings
from vidu_ext.durable import Batches, BatchOptions, Job, Limits, Planned, Worker
from vidu_ext.durable.reports import BatchProgress, every_job, progress
from vidu_ext.flows.policy import PollPolicy, RetryPolicy

PATIENCE: Final = 60.0


@contextmanager
def own_rig(
    folder: Path, *, speed: Mapping[str, float] | None = None, providers: Sequence[str] = ("vidu",), **settings: Any
) -> Generator[Rig]:
    """Open a batch at a provider of its own, with a second for each task unless `settings` says otherwise."""
    usual: dict[str, Any] = {"queue_seconds": 0.0, "processing_seconds": 1.0, "concurrency": 100}
    database = f"sqlite:///{folder}/batches.sqlite"
    with (
        ProviderProcess(**{**usual, **settings}) as provider,
        Rig(provider, database, folder, providers=providers, speed=speed) as rig,
    ):
        yield rig


def rows(number: int, **members: Any) -> list[dict[str, Any]]:
    """Make rows with the keys k00, k01, ..."""
    return [{"key": f"k{index:02}", "prompt": f"a bird, {index}", **members} for index in range(number)]


class Rig:
    """One batch at one provider."""

    def __init__(
        self,
        provider: ProviderProcess,
        database: str,
        folder: Path,
        *,
        providers: Sequence[str] = ("vidu",),
        speed: Mapping[str, float] | None = None,
    ) -> None:
        self.provider: Final = provider
        self.database: Final = database
        self.folder: Final = folder
        self.accounts: Final = [provider.account(name) for name in providers]
        self.batches: Final = Batches(database, self.accounts)
        self.workers: Final[list[WorkerProcess]] = []
        self.batch = "batch"
        self._speed = dict(speed or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            if worker.is_alive:
                worker.kill()
        self.batches.close()

    @property
    def paid(self) -> int:
        """Number of tasks that the provider was paid for."""
        return len(self.provider.ledger()["paid"])

    @property
    def files(self) -> Path:
        return self.folder / f"{self.batch}-files"

    def plan(self, rows: Sequence[Mapping[str, Any]], *, concurrency: int = 10, **options: Any) -> Planned:
        manifest = self.folder / f"{self.batch}.jsonl"
        usual = {"model": "viduq3-turbo", "duration": 5}
        manifest.write_text("".join(json.dumps({**usual, **row}) + "\n" for row in rows), encoding="utf-8")
        limits = {account.name: Limits(concurrency=concurrency) for account in self.accounts}
        chosen: dict[str, Any] = {"limits": limits, "folder": self.files, **options}
        return self.batches.plan(manifest, BatchOptions(name=self.batch, **chosen))

    def work(self) -> WorkerProcess:
        """Start a worker in a process of its own, which can be killed."""
        self.workers.append(WorkerProcess(self.database, self.accounts, log=self.folder / "workers.log", speed=self._speed))
        return self.workers[-1]

    @contextmanager
    def working(self) -> Generator[Worker]:
        """Run a worker in this process, which starts much faster."""
        settings = Settings(poll=PollPolicy(floor=0.05, ceiling=0.2), retry=RetryPolicy(first=0.1, ceiling=1.0))
        options = worker_options({**FAST, "polling": 0.05, **self._speed})
        with Worker(self.database, self.accounts, settings=settings, options=options) as worker:
            yield worker

    def jobs(self) -> dict[str, Job]:
        return {job.key: job for job in every_job(self.batches.store, self.batch)}

    def states(self) -> dict[str, str]:
        return {key: job.state for key, job in self.jobs().items()}

    def progress(self) -> BatchProgress:
        return progress(self.batches.store, self.batch)

    def until(self, wanted: Callable[[], bool], *, patience: float = PATIENCE) -> None:
        """Wait until a condition holds. Fails with the log of the workers if it never does."""
        deadline = time.monotonic() + patience
        while not wanted():
            if time.monotonic() > deadline:
                log = self.folder / "workers.log"
                logged = log.read_text(encoding="utf-8")[-4000:] if log.exists() else ""
                raise AssertionError(f"the condition never held; {self.progress()}\n{self.jobs()}\n{logged}")
            time.sleep(0.05)

    def finish(self) -> None:
        """Wait until no job is open."""
        self.until(lambda: self.progress().is_over)
