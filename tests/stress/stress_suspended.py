"""A worker that is suspended past its lease, in the middle of anything, while another goes on with its jobs; then it wakes up."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from stress_batch import Batch, StressWorker
from stress_rig import Options, Provider, Row, total, wait_until

FAULTS: Final = [
    {"route": "create", "kind": "answer lost", "probability": 0.2},
    {"route": "create", "kind": "slow", "probability": 0.5},
]
SPEED: Final = {"lease": 2.5, "resend": 1.0, "settle": 1.0, "hold_pause": 0.1}
JOBS: Final = 60
REQUESTS: Final = 3
ASLEEP: Final = 8.0
"""Seconds for which a worker sleeps: its lease ends, its jobs are inherited, and what is not found counts as absent."""
BEGINS: Final = 6.0
"""Seconds that the other worker needs before it takes jobs."""
BEGIN_SECONDS: Final = 60.0
WAKES: Final = 2.0
"""Seconds in which a worker that wakes up does what it was about to do."""
AT_ONCE: Final = 4
"""Runs that mostly sleep."""
SHARE: Final = 2.0


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    yield "suspend: SIGSTOP past the lease at any time, batch", _at_any_time
    yield "suspend: SIGSTOP past the lease at a line of sending, batch", _at_a_line


def _at_any_time(options: Options) -> Row:
    """Two workers, of which one sleeps in turn."""
    chance = random.Random(11)  # noqa: S311  a repeatable run
    with Provider(rules=FAULTS, late_seconds=0.3) as provider, Batch(provider, providers=("vidu", "comfy"), speed=SPEED) as batch:
        batch.fill(JOBS, concurrency=2)
        pair = [batch.stress(), batch.stress()]
        deadline = time.monotonic() + SHARE * options.seconds
        rounds = 0
        while rounds < options.rounds and time.monotonic() < deadline and not batch.progress().is_over:
            worker = pair[rounds % 2]
            time.sleep(chance.uniform(0.5, 1.5))
            worker.process.send_signal(signal.SIGSTOP)
            time.sleep(ASLEEP)
            worker.process.send_signal(signal.SIGCONT)
            rounds += 1
        return batch.row(notes=[f"{rounds} sleeps"])


def _at_a_line(options: Options) -> Row:
    """Sleeps at chosen places of sending, each in a batch of its own."""
    deadline = time.monotonic() + SHARE * options.seconds

    def one(number: int) -> Row | None:
        return _asleep(number) if time.monotonic() < deadline else None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return total(row for row in pool.map(one, range(options.rounds)) if row is not None)


def _asleep(number: int) -> Row:
    """The worker sleeps at one place of its last request; the one before shows which places there are."""
    with Provider(late_seconds=0.3) as provider, Batch(provider, speed=SPEED) as batch:
        batch.fill(REQUESTS, concurrency=1)
        # half of the places are spread evenly, half come closer and closer to the moment at which the request is written
        share, before = (number / 2 % 10 / 10 + 0.05, None) if number % 2 == 0 else (None, 2 ** (number // 2 % 12 + 1))
        sleeper = batch.stress(sleep={"share": share, "before": before})
        if not wait_until(lambda: _is_asleep(sleeper), BEGIN_SECONDS):
            said = (batch.folder / "workers.log").read_text(encoding="utf-8")[-300:]
            return batch.row(notes=[f"no sleep: {share} {before} {batch.states()} {said}"])
        batch.stress()
        is_over = wait_until(lambda: batch.progress().is_over, BEGINS + ASLEEP)
        sleeper.process.send_signal(signal.SIGCONT)
        time.sleep(WAKES)
        place = (batch.folder / "place").read_text(encoding="utf-8")
        return batch.row(notes=[f"asleep at {place}; {'its job was ended meanwhile' if is_over else 'its job waited for it'}"])


def _is_asleep(worker: StressWorker) -> bool:
    try:
        state = Path(f"/proc/{worker.process.pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] == "T"
