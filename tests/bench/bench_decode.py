"""A page of a hundred tasks, as the poller and as the typed models read it, beside `json.loads` of the same bytes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from statistics import median
from typing import Final, TypeAlias

from figures import Figure
from provider_server import Ledger

from vidu_ext.flows.drift_watch import DriftWatch
from vidu_ext.flows.policy import PollPolicy, RetryPolicy
from vidu_ext.flows.poll import PollQueue
from vidu_ext.flows.wait import WaitSet
from vidu_ext.providers import provider_named
from vidu_ext.values.exchange import Reply
from vidu_ext.values.tasks import TaskRef

TASKS: Final = 100
ROUNDS: Final = 60
IN_A_ROW: Final = 8
"""Runs of one way before it is the turn of the next: neither is measured in a cache that the other has filled."""
VIDU: Final = provider_named("vidu")

Do: TypeAlias = Callable[[], object]
Make: TypeAlias = Callable[[], Do]
"""Prepares what is measured, anew for each time."""


def _page(*, running: bool) -> tuple[list[str], bytes]:
    """Return the ids of tasks that run, or that have ended, and a page with them."""
    ledger = Ledger()
    ledger.seconds = (1e6, 1e6) if running else (0.0, 0.0)
    names = [ledger.make() for _ in range(TASKS)]
    return names, json.dumps({"tasks": [ledger.task(name) for name in names], "next_page_token": ""}).encode()


def _ways(names: list[str], page: bytes) -> dict[str, Make]:
    watch = DriftWatch(lambda _: VIDU.contract)
    call = VIDU.list_call(names)
    changing = cycle([page, page + b" "])

    def plain() -> Do:
        return lambda: json.loads(page)

    def read_page(page: bytes) -> None:
        reply = Reply(200, {}, page)
        watch.look("vidu", call, reply)
        for _, row in VIDU.rows(reply.json()) or ():
            VIDU.state_in(row)

    def read() -> Do:
        """From the bytes to the state of each task, compared with the spec if the page is not as it was."""
        return lambda: read_page(page)

    def changed() -> Do:
        watch.look("vidu", call, Reply(200, {}, next(changing)))
        return lambda: read_page(next(changing))

    def poll() -> Do:
        """The same, until the waits have heard of it and each task has its next turn."""
        queue = PollQueue("vidu", VIDU, poll=PollPolicy(), retry=RetryPolicy(), chance=lambda: 0.5)
        waits = WaitSet(lambda: None, wants_snapshots=False)
        for name in names:
            waits.join(queue, TaskRef("vidu", name), None, 0.0)
        [request] = queue.take_due(0.0, most=4)

        def do() -> None:
            reply = Reply(200, {}, page)
            watch.look("vidu", request.call, reply)
            queue.answered(request, reply, 1.0)

        return do

    def typed() -> Do:
        return lambda: VIDU.model("listTasks", json.loads(page))

    return {"plain": plain, "read": read, "changed": changed, "poll": poll, "typed": typed}


def _cpu(make: Make) -> float:
    do = make()
    began = time.thread_time_ns()
    do()
    return (time.thread_time_ns() - began) / 1e6


def figures() -> Iterator[Figure]:
    for what, running in (("that run", True), ("that are done", False)):
        ways = _ways(*_page(running=running))
        runs: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, make in ways.items():
                runs[name] += [_cpu(make) for _ in range(IN_A_ROW)]
        plain, *others = (median(times) for times in runs.values())
        for way, took, most in zip(
            ("the poller reads", "the poller reads, changed:", "the poller reads and paces", "as models:"),
            others,
            (1.7, None, None, 4),
            strict=True,
        ):
            beside = f"{took:.3f} ms beside {plain:.3f} ms"
            yield Figure(f"{way} {TASKS} tasks {what}", took / plain, "of json.loads", most, beside)
