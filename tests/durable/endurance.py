"""Kill the workers of a batch repeatedly until it is done, then compare the ledgers.

    python tests/durable/endurance.py --database sqlite --jobs 500 --kills 20 --workers 1
    python tests/durable/endurance.py --database postgresql --jobs 500 --kills 20 --workers 2

`--database` takes a URL too; `postgresql` alone starts a server of its own from Debian's package. Exits with 1
if anything was lost or paid twice.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from attrs import asdict, frozen
from batch_provider import ProviderProcess, most_at_once, sha256_of
from batch_worker_process import WorkerProcess
from postgres import Postgres

from vidu_ext.durable import Batches, BatchOptions, Limits
from vidu_ext.durable.reports import every_job, progress

CREDITS_A_SECOND = 11.0
"""Charged by the emulator at Vidu for the videos of a trial."""
UNDOCUMENTED = 20.0
"""Charged by the emulator at Comfy, whose price is not documented."""
FAULTS: list[dict[str, Any]] = [
    {"kind": "answer_lost", "operation": "create", "probability": 0.03},
    {"kind": "connection_reset", "operation": "create", "probability": 0.03},
    {"kind": "html_502", "operation": "create", "probability": 0.02},
    {"kind": "http_429", "operation": "create", "probability": 0.05, "retry_after": 1.0},
    {"kind": "http_503", "operation": "status", "probability": 0.05},
    {"kind": "connection_reset", "operation": "status", "probability": 0.03},
    {"kind": "unknown_state", "operation": "status", "probability": 0.03},
    {"kind": "html_520", "operation": "list", "probability": 0.05},
    {"kind": "connection_reset", "operation": "download", "probability": 0.05},
    {"kind": "truncated_body", "operation": "download", "probability": 0.05},
    {"kind": "broken_range", "operation": "download", "probability": 0.02},
    {"kind": "expired_url", "operation": "download", "probability": 0.02},
]


@frozen(kw_only=True)
class Trial:
    """The size of a trial, and the disturbances in it."""

    jobs: int
    kills: int
    workers: int
    concurrency: int = 16
    seed: int = 0
    faults: bool = True
    restarts: int = 2
    cuts: int = 0
    """How often the connections of the database are cut; PostgreSQL only."""
    ceiling: float | None = None
    providers: tuple[str, ...] = ("vidu", "comfy")
    processing: float = 1.0
    scatter: float = 1.5
    """Longest random delay of a disturbance, in seconds."""
    film_bytes: int = 200_000
    patience: float = 1800.0
    stops_when_stuck: bool = False
    """Whether the trial ends when the budget stops the batch."""


@frozen(kw_only=True)
class Outcome:
    """The result of comparing the ledgers at the end."""

    jobs: int
    done: int
    states: dict[str, int]
    paid: int
    twice: int
    files: int
    wrong_files: int
    lost: int
    most_at_once: dict[str, int]
    spent: float
    booked: float
    running: int
    kills: int
    seconds: float
    notes: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return (
            self.done == self.jobs == self.paid == self.files
            and self.twice == self.wrong_files == self.lost == self.running == 0
            and abs(self.spent - self.booked) < 0.01
            and not self.notes
        )


def schedule(trial: Trial, chance: random.Random, *, has_server: bool) -> list[tuple[int, str]]:
    """Return disturbances with the number of ended jobs at which they happen, spread at random over the batch."""
    blows = ["kill"] * trial.kills + ["restart"] * trial.restarts + ["cut"] * (trial.cuts if has_server else 0)
    return sorted((chance.randrange(max(1, trial.jobs * 95 // 100)), blow) for blow in blows)


def write_manifest(path: Path, trial: Trial) -> None:
    rows = [
        {
            "prompt": f"a paper bird, number {number}",
            "model": "viduq3-turbo",
            "duration": 1 + number % 3,
            "account": trial.providers[number % len(trial.providers)],
            "priority": number % 5,
            # without a price the first job of a kind may cost more than is left
            **({"price": max(UNDOCUMENTED, CREDITS_A_SECOND * (1 + number % 3))} if trial.ceiling is not None else {}),
        }
        for number in range(trial.jobs)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def go_through(database: str, trial: Trial, folder: Path, *, server: Postgres | None = None, talks: bool = False) -> Outcome:
    """Run the batch to its end despite all disturbances, and compare the ledgers."""
    chance = random.Random(trial.seed)  # noqa: S311  a repeatable trial
    began = time.monotonic()
    with ExitStack() as stack:
        provider = stack.enter_context(
            ProviderProcess(
                rules=FAULTS if trial.faults else [],
                seed=trial.seed,
                queue_seconds=0.0,
                processing_seconds=trial.processing,
                concurrency=10_000,
                film_bytes=trial.film_bytes,
            )
        )
        accounts = [provider.account(name) for name in trial.providers]
        manifest = folder / "batch.jsonl"
        write_manifest(manifest, trial)
        batches = stack.enter_context(Batches(database, accounts))
        options = BatchOptions(
            name="batch",
            folder=folder / "files",
            limits={name: Limits(concurrency=trial.concurrency) for name in trial.providers},
            ceilings={"": trial.ceiling} if trial.ceiling is not None else {},
        )
        batches.plan(manifest, options)
        workers: list[WorkerProcess] = []
        stack.callback(end_all, workers)

        def start() -> WorkerProcess:
            return WorkerProcess(database, accounts, log=folder / "workers.log")

        workers += [start() for _ in range(trial.workers)]
        kills = 0
        blows = schedule(trial, chance, has_server=server is not None)
        while time.monotonic() - began < trial.patience:
            now = progress(batches.store, "batch")
            ended = now.total - now.open
            if now.is_over or (trial.stops_when_stuck and now.is_stuck):
                break
            workers[:] = [worker if worker.is_alive else start() for worker in workers]
            if not blows or ended < blows[0][0]:
                time.sleep(0.05)
                continue
            _, blow = blows.pop(0)
            time.sleep(chance.uniform(0.0, trial.scatter))
            if blow == "restart":
                provider.restart(chance.uniform(0.3, 1.5))
            elif blow == "cut" and server is not None:
                server.cut_connections(database.rpartition("/")[2])
            elif blow == "kill":
                victim = chance.randrange(len(workers))
                workers[victim].kill()
                kills += 1
                if talks:
                    print(
                        f"  {time.monotonic() - began:6.1f} s  kill {kills}, {ended} of {now.total} ended {dict(now.counts)}",
                        flush=True,
                    )
                workers[victim] = start()
        for worker in workers:
            worker.end()
        return compare(batches, provider, trial, kills, time.monotonic() - began)


def end_all(workers: list[WorkerProcess]) -> None:
    for worker in workers:
        if worker.is_alive:
            worker.kill()


def compare(batches: Batches, provider: ProviderProcess, trial: Trial, kills: int, seconds: float) -> Outcome:
    """Compare the ledger of the provider with the jobs of the batch and with the files."""
    ledger = provider.ledger()
    found = list(every_job(batches.store, "batch"))
    done = [job for job in found if job.state == "done"]
    notes = list(ledger["internal_errors"])
    paid_ids = {task["id"] for task in ledger["paid"]}
    files = [Path(job.file or "") for job in done]
    wrong = sum(not path.exists() or sha256_of(path) != job.sha256 for path, job in zip(files, done, strict=True))
    if len({job.reference for job in done}) != len(done):
        notes.append("two jobs have one task")
    strange = [str(job.reference) for job in done if (job.reference or "").rpartition(":")[2] not in paid_ids]
    notes += [f"{reference} was never paid" for reference in strange]
    most = {name: most_at_once(ledger["paid"], name) for name in trial.providers}
    for name, number in most.items():
        if number > trial.concurrency:
            notes.append(f"{number} tasks at once at {name}, {trial.concurrency} are allowed")
    money = progress(batches.store, "batch").money
    if trial.ceiling is not None and money[""].spent > trial.ceiling + 0.01:
        notes.append(f"{money[''].spent} credits spent, {trial.ceiling} are allowed")
    if any(abs(one.reserved) > 0.01 for one in money.values()):
        notes.append(f"credits are still reserved: {money}")
    known = {(job.reference or "").rpartition(":")[2] for job in found}
    on_disk = [path for path in (Path(progress(batches.store, "batch").folder)).rglob("*") if path.is_file()]
    running = sum(job.state in ("sending", "running") for job in found)
    states: dict[str, int] = {}
    for job in found:
        states[job.state] = states.get(job.state, 0) + 1
    return Outcome(
        jobs=trial.jobs,
        done=len(done),
        states=states,
        paid=len(ledger["paid"]),
        twice=len(ledger["twice"]),
        files=len(on_disk),
        wrong_files=wrong,
        lost=len(paid_ids - known),
        most_at_once=most,
        spent=sum(ledger["spent"].values()),
        booked=sum(one.spent for name, one in money.items() if name),
        running=running,
        kills=kills,
        seconds=round(seconds, 1),
        notes=tuple(notes),
    )


@contextmanager
def database_of(word: str, folder: Path) -> Generator[tuple[str, Postgres | None]]:
    if word == "sqlite":
        yield f"sqlite:///{folder}/batch.sqlite", None
    elif word == "postgresql":
        with Postgres() as server:
            yield server.create("endurance"), server
    else:
        yield word, None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="postgresql")
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--cuts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processing", type=float, default=1.0)
    parser.add_argument("--no-faults", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vidu-endurance-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with database_of(given.database, folder) as (database, server):
            trial = Trial(
                jobs=given.jobs,
                kills=given.kills,
                workers=given.workers,
                concurrency=given.concurrency,
                seed=given.seed,
                faults=not given.no_faults,
                cuts=given.cuts,
                processing=given.processing,
            )
            outcome = go_through(database, trial, folder, server=server, talks=True)
        log = (folder / "workers.log").read_text(encoding="utf-8", errors="replace")
        errors = [line for line in log.splitlines() if "Traceback" in line or "Error" in line]
        print(f"{len(errors)} lines of errors in the workers' log")
        print("\n".join(errors[:10]))
    for name, value in asdict(outcome).items():
        print(f"{name:>14}: {value}")
    print("right" if outcome.is_right else "WRONG")
    return 0 if outcome.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
