"""Suspend a worker past its lease, at a line of sending, while another worker continues its jobs; then the first one resumes."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from stress_batch import LEASE_SPEED, Batch, StressWorker
from stress_rig import Options, Provider, Row, total, wait_until

from vidu_ext.durable.database.tables import workers

REQUESTS: Final = 3
SEARCH_SECONDS: Final = 2.5
"""Seconds in which the other worker searches twice for an inherited job, and would send it again if absence were proved."""
BEGIN_SECONDS: Final = 60.0
AWAKE_SECONDS: Final = 2.0
"""Seconds in which a worker that resumes does what it was about to do."""
AT_ONCE: Final = 4
"""Runs that mostly sleep."""
SHARE: Final = 2.0
PLACES: Final[Sequence[Mapping[str, float | None]]] = [
    *({"share": (tenth + 0.5) / 10, "before": None} for tenth in range(10)),
    *({"share": None, "before": 2.0**power} for power in range(1, 13)),
]
"""Places in the code of sending at which a worker is suspended: spread evenly, and ever closer to the writing of the request."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    yield "suspend: SIGSTOP past the lease at a line of sending, batch", _at_a_line


def _at_a_line(options: Options) -> Row:
    """Suspend workers at chosen lines of sending, each in a batch of its own."""
    deadline = time.monotonic() + SHARE * options.seconds

    def run(place: Mapping[str, float | None]) -> Row | None:
        return _suspend_at(place) if time.monotonic() < deadline else None

    places = random.Random(options.seed).sample(PLACES, len(PLACES))  # noqa: S311  a repeatable run
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return total(row for row in pool.map(run, places[: options.rounds]) if row is not None)


def _suspend_at(place: Mapping[str, float | None]) -> Row:
    """Suspend a worker at one line of its last request; the request before shows which lines there are."""
    with Provider(late_seconds=0.3) as provider, Batch(provider, speed=LEASE_SPEED) as batch:
        log = batch.folder / "workers.log"
        batch.fill(REQUESTS, concurrency=1)
        sleeper = batch.stress(sleep=place)
        if not wait_until(lambda: _is_asleep(sleeper), BEGIN_SECONDS):
            return batch.row(notes=[f"no sleep: {place} {batch.states()} {log.read_text(encoding='utf-8')[-300:]}"])
        paid = "paid" if len(provider.ledger()["paid"]) == REQUESTS else "not sent"
        batch.stress()
        inherits = wait_until(lambda: _has_a_taken_lease(batch), BEGIN_SECONDS / 2)  # not if it sleeps with the database locked
        time.sleep(SEARCH_SECONDS)
        is_over = batch.progress().is_over
        sleeper.process.send_signal(signal.SIGCONT)
        time.sleep(AWAKE_SECONDS)
        line = (batch.folder / "place").read_text(encoding="utf-8")
        ends = "was ended meanwhile" if is_over else "waited for it"
        end = f"its job {ends}" if inherits else "no other worker took its job"
        return batch.row(notes=[f"asleep at {line}, its task {paid}; {end}"])


def _has_a_taken_lease(batch: Batch) -> bool:
    engine = sa.create_engine(batch.database)
    try:
        with engine.connect() as connection:
            return connection.execute(sa.select(workers.c.id).where(workers.c.taken)).first() is not None
    finally:
        engine.dispose()


def _is_asleep(worker: StressWorker) -> bool:
    try:
        state = Path(f"/proc/{worker.process.pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] == "T"
