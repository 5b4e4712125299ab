"""Kill the workers of a batch on PostgreSQL until it is done, then compare the ledgers. `make stress` does it on SQLite."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from attrs import frozen
from batch_provider import ProviderProcess, most_at_once, sha256_of
from batch_rig import Rig
from postgres import Postgres

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
PATIENCE = 1800.0


@frozen(kw_only=True)
class Trial:
    """The size of a trial, and the disturbances in it."""

    jobs: int
    kills: int
    workers: int
    concurrency: int = 16
    seed: int = 0
    restarts: int = 1
    cuts: int = 1
    """How often the connections of the database are cut."""
    providers: tuple[str, ...] = ("vidu", "comfy")
    processing: float = 1.0
    scatter: float = 1.5
    """Longest random delay of a disturbance, in seconds."""
    film_bytes: int = 200_000


@frozen(kw_only=True)
class Outcome:
    """The result of comparing the ledgers at the end."""

    states: dict[str, int]
    paid: int
    files: int
    spent: float
    booked: float
    kills: int
    notes: tuple[str, ...]
    """All faults except jobs that are not done."""

    @property
    def is_right(self) -> bool:
        return self.states == {"done": self.paid} and self.paid == self.files and self.spent == self.booked and not self.notes


def schedule(trial: Trial, chance: random.Random) -> list[tuple[int, str]]:
    """Return disturbances with the number of ended jobs at which they happen, spread at random over the batch."""
    disturbances = ["kill"] * trial.kills + ["restart"] * trial.restarts + ["cut"] * trial.cuts
    return sorted((chance.randrange(max(1, trial.jobs * 95 // 100)), disturbance) for disturbance in disturbances)


def rows_of(trial: Trial) -> list[dict[str, Any]]:
    return [
        {
            "prompt": f"a paper bird, number {number}",
            "duration": 1 + number % 3,
            "account": trial.providers[number % len(trial.providers)],
            "priority": number % 5,
        }
        for number in range(trial.jobs)
    ]


def run_trial(database: str, trial: Trial, folder: Path, server: Postgres) -> Outcome:
    """Run the batch to its end despite all disturbances, and compare the ledgers."""
    chance = random.Random(trial.seed)  # noqa: S311  a repeatable trial
    settings: dict[str, Any] = {"processing_seconds": trial.processing, "film_bytes": trial.film_bytes, "concurrency": 10_000}
    with (
        ProviderProcess(rules=FAULTS, seed=trial.seed, queue_seconds=0.0, **settings) as provider,
        Rig(provider, database, folder, providers=trial.providers) as rig,
    ):
        rig.plan(rows_of(trial), concurrency=trial.concurrency)
        disturbances, kills = schedule(trial, chance), 0
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            now = rig.progress()
            if now.is_over:
                break
            while len(alive := [worker for worker in rig.workers if worker.is_alive]) < trial.workers:
                rig.work()
            if not disturbances or now.total - now.open < disturbances[0][0]:
                time.sleep(0.05)
                continue
            _, disturbance = disturbances.pop(0)
            time.sleep(chance.uniform(0.0, trial.scatter))
            if disturbance == "restart":
                provider.restart(chance.uniform(0.3, 1.5))
            elif disturbance == "kill":
                chance.choice(alive).kill()
                kills += 1
            else:
                server.cut_connections(database.rpartition("/")[2])
        for worker in rig.workers:
            worker.end()
        return compare(rig, trial, kills)


def compare(rig: Rig, trial: Trial, kills: int) -> Outcome:
    """Compare the ledger of the provider with the jobs of the batch and with the files."""
    ledger, money = rig.provider.ledger(), rig.progress().money
    jobs = list(rig.jobs().values())
    done = [job for job in jobs if job.state == "done"]
    references = Counter(str(job.reference).rpartition(":")[2] for job in jobs if job.reference is not None)
    paid = {task["id"] for task in ledger["paid"]}
    wrong: dict[str, object] = {
        "errors of the provider": ledger["internal_errors"],
        "paid twice": ledger["twice"],
        "lost": paid - set(references),
        "never paid": set(references) - paid,
        "tasks of two jobs": [reference for reference, times in references.items() if times > 1],
        "wrong files": [job.file for job in done if sha256_of(Path(job.file or "")) != job.sha256],
        "still running": [job.id for job in jobs if job.state in ("sending", "running")],
        "too many at once": [name for name in trial.providers if most_at_once(ledger["paid"], name) > trial.concurrency],
        "still reserved": [name for name, budget in money.items() if abs(budget.reserved) > 0.01],
    }
    return Outcome(
        states=dict(Counter(job.state for job in jobs)),
        paid=len(paid),
        files=sum(path.is_file() for path in rig.files.rglob("*")),
        spent=round(sum(ledger["spent"].values()), 2),
        booked=round(sum(budget.spent for name, budget in money.items() if name), 2),
        kills=kills,
        notes=tuple(f"{what}: {which}" for what, which in wrong.items() if which),
    )
