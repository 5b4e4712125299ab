"""A batch job whose process dies, or is stopped, at every line of its submit: the next process must find what was paid.

Runs the step itself, forked from a process that has imported everything, because a worker takes seconds to start.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any, Final

from stress_batch import Batch
from stress_lines import Lines, Places, Trace, chosen
from stress_rig import Options, Provider, Row, accounts_of, brief, order_for, report, run_program, total

from vidu_ext.durable import Patience
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.workers.steps import Steps

PATIENCE: Final = Patience(settle=0.3, search=20.0, resend=0.3, hold_pause=0.02)
LIFE_SECONDS: Final = 30.0
SHARE: Final = 2.0
"""How much longer this takes than other runs: a life of a worker is longer than a submit."""
FAULTS: Final = {"answered": 0.0, "not answered": 1.0}
JOBS: Final = 600
"""More than there is time for."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    yield "job: SIGKILL at a line of its submit, batch", _jobs("killed")
    yield "job: the worker stops at a line of its submit, batch", _jobs("stopped")


def _jobs(way: str) -> Callable[[Options], Row]:
    def run(options: Options) -> Row:
        return total(_at_one_provider(way, name, account, options) for name in FAULTS for account in ("vidu", "comfy"))

    return run


def _at_one_provider(way: str, name: str, account: str, options: Options) -> Row:
    seconds = SHARE * options.seconds / 4
    lost = {"route": "create", "kind": "answer lost"} | ({"every": 2} if account == "comfy" else {"probability": FAULTS[name]})
    rules = [lost] if FAULTS[name] else []
    with Provider(rules=rules, lists_payload=True) as provider, Batch(provider, providers=[account]) as batch:
        batch.fill(JOBS, concurrency=10 * JOBS)
        jobs = [job.id for job in batch.jobs().values()]
        order = order_for(
            provider, way=way, account=account, database=batch.database, jobs=jobs, seconds=seconds, seed=options.seed
        )
        reports = run_program(__file__, order, timeout=5 * seconds + 60.0)
        notes = [f"{account}, {name}: {note}" for report in reports for note in report.get("notes", ())]
        return batch.row(patience=0.0, notes=notes, is_stuck=any(report.get("stuck") for report in reports))


# -- the program ----------------------------------------------------------------------------------------------------------


def main(order: dict[str, Any]) -> None:
    jobs = order["jobs"]
    _lived(order, jobs[:1], None)  # what is imported, read and compiled now need not be in every life
    places = _places(order, jobs[1])
    tried: list[str] = []
    began = time.monotonic()
    for job, at in zip(jobs[2:], chosen(places, order["seed"]), strict=False):
        if time.monotonic() > began + order["seconds"]:
            break
        tried.append(job)
        _life(order, job, at)
    _lived(order, tried, None)
    report(notes=[f"{len(tried)} of {len(places)} lines tried in {time.monotonic() - began:.0f} s"])


def _places(order: dict[str, Any], job: str) -> list[str]:
    """The lines of an undisturbed submit, in all of its threads."""
    reader, writer = os.pipe()

    def live() -> None:
        places = Places(only_ours=True)
        _lived(order, [job], lambda _task: places.trace)
        with os.fdopen(writer, "w") as stream:
            json.dump(places.places, stream)

    child = _forked(live)
    os.close(writer)
    with os.fdopen(reader) as stream:
        found: list[str] = json.load(stream)
    os.waitpid(child, 0)
    return found


def _life(order: dict[str, Any], job: str, at: int) -> None:
    """A life of the process that has the job, which ends at a line."""

    def trace(task: asyncio.Task[object]) -> Trace:
        return Lines(at, _die if order["way"] == "killed" else lambda: _stop(task), only_ours=True).trace

    child = _forked(lambda: _lived(order, [job], trace))
    deadline = time.monotonic() + LIFE_SECONDS
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            report(stuck=True, notes=[f"a life did not end; its line was {at}"])
            return
        time.sleep(0.002)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop(task: asyncio.Task[object]) -> None:
    """Cancel the step, as a worker does that is stopped; the line may be one of another thread."""
    loop = task.get_loop()
    if asyncio._get_running_loop() is loop:
        task.cancel()
    else:
        loop.call_soon_threadsafe(task.cancel)


def _lived(order: dict[str, Any], jobs: Sequence[str], trace_of: Callable[[asyncio.Task[object]], Trace] | None) -> None:
    """What a worker does with jobs, and then at its end."""
    steps = Steps(
        store=JobStore(order["database"]),
        accounts=accounts_of(order, order["account"]),
        settings=brief(),
        patience=PATIENCE,
        on_fault=lambda fault: report(stuck=True, notes=[str(fault)]),
        can_send=lambda: True,
        term=lambda: 0,
        enqueue_again=print,
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    for ended in [asyncio.run_coroutine_threadsafe(_submit(steps, job, trace_of), loop) for job in jobs]:
        with suppress(CancelledError):
            ended.result()
    steps.close()
    steps.store.close()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(loop.shutdown_default_executor())  # a fork beside a thread may take a lock of OpenSSL along for good
    loop.close()


async def _submit(steps: Steps, job: str, trace_of: Callable[[asyncio.Task[object]], Trace] | None) -> None:
    task = asyncio.current_task()
    if trace_of is not None and task is not None:
        trace = trace_of(task)
        threading.settrace(trace)
        sys.settrace(trace)
    try:
        await steps.submit(job)
    finally:
        sys.settrace(None)


def _forked(live: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        live()
    except BaseException as error:
        report(stuck=True, notes=[f"a life broke down: {type(error).__name__}: {error}"[:300]])
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(json.load(sys.stdin))
