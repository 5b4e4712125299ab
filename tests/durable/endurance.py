"""Kill the workers of a batch on PostgreSQL until it is done, then compare the ledgers. `make stress` does it on SQLite."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

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
JOBS, KILLS, RESTARTS, CUTS, WORKERS = 20, 2, 1, 1, 2
"""A restart is of the provider's server; a cut, of all connections of the database."""
CONCURRENCY = 20
PROVIDERS = ("vidu", "comfy")
SCATTER = 0.5
"""Longest random delay of a disturbance, in seconds."""
PATIENCE = 240.0


def schedule(chance: random.Random) -> list[tuple[int, str]]:
    """Return disturbances with the number of ended jobs at which they happen, spread at random over the batch."""
    disturbances = ["kill"] * KILLS + ["restart"] * RESTARTS + ["cut"] * CUTS
    return sorted((chance.randrange(JOBS * 95 // 100), disturbance) for disturbance in disturbances)


def rows() -> list[dict[str, Any]]:
    members = ({"duration": 1 + row % 3, "account": PROVIDERS[row % 2], "priority": row % 5} for row in range(JOBS))
    return [{"prompt": f"a paper bird, number {number}", **more} for number, more in enumerate(members)]


def run_trial(server: Postgres, folder: Path) -> tuple[int, dict[str, object]]:
    """Run the batch to its end despite all disturbances, and return how many workers were killed, and what is wrong."""
    chance = random.Random(0)  # noqa: S311  a repeatable trial
    settings: dict[str, Any] = {"queue_seconds": 0.0, "processing_seconds": 0.3, "film_bytes": 50_000, "concurrency": 10_000}
    with (
        ProviderProcess(rules=FAULTS, **settings) as provider,
        Rig(provider, server.create("kills"), folder, providers=PROVIDERS, speed={"resend": 0.5}) as rig,
    ):
        rig.plan(rows(), concurrency=CONCURRENCY)
        disturbances, kills = schedule(chance), 0
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not (now := rig.progress()).is_over:
            while len(alive := [worker for worker in rig.workers if worker.is_alive]) < WORKERS:
                rig.work()
            if not disturbances or now.total - now.open < disturbances[0][0]:
                time.sleep(0.05)
                continue
            _, disturbance = disturbances.pop(0)
            time.sleep(chance.uniform(0.0, SCATTER))
            if disturbance == "restart":
                provider.restart(chance.uniform(0.3, 1.5))
            elif disturbance == "kill":
                chance.choice(alive).kill()
                kills += 1
            else:
                server.cut_connections("kills")
        for worker in rig.workers:
            worker.end()
        return kills, faults(rig)


def faults(rig: Rig) -> dict[str, object]:
    """Compare the ledger of the provider with the jobs of the batch and with the files, and return what differs."""
    ledger, money = rig.provider.ledger(), rig.progress().money
    jobs = list(rig.jobs().values())
    references = Counter(str(job.reference).rpartition(":")[2] for job in jobs if job.reference is not None)
    paid = {task["id"] for task in ledger["paid"]}
    spent, booked = sum(ledger["spent"].values()), sum(budget.spent for name, budget in money.items() if name)
    files = sum(path.is_file() for path in rig.files.rglob("*"))
    wrong: dict[str, object] = {
        "errors of the provider": ledger["internal_errors"],
        "paid twice": ledger["twice"],
        "lost": paid - set(references),
        "never paid": set(references) - paid,
        "tasks of two jobs": [reference for reference, times in references.items() if times > 1],
        "not done": [(job.key, job.state, job.note) for job in jobs if job.state != "done"],
        "wrong files": [job.file for job in jobs if job.file and sha256_of(Path(job.file)) != job.sha256],
        "number of files": files != len(paid) and files,
        "too many at once": [name for name in PROVIDERS if most_at_once(ledger["paid"], name) > CONCURRENCY],
        "booked": abs(spent - booked) > 0.01 and (spent, booked),
        "still reserved": [name for name, budget in money.items() if abs(budget.reserved) > 0.01],
    }
    return {what: which for what, which in wrong.items() if which}
