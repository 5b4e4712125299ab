"""Run single steps of a worker in this process, against a provider that is a function."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, cast

import httpx
from job_store_rig import ACCOUNTS, REFERENCE

from vidu_ext import RetryPolicy
from vidu_ext.client.settings import Settings
from vidu_ext.durable import Job, Patience
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.leases import Identity, Leases
from vidu_ext.durable.workers.steps import Steps
from vidu_ext.flows.policy import PollPolicy

TASK: Final = REFERENCE.partition(":")[2]
FILM: Final = b"\0\0\0\x18ftypisom" + b"a paper bird" * 99
FILE_URL: Final = "https://files.example/film.mp4"
BOUND: Final = 60.0


class Provider:
    """Vidu with the storage of its files. Accepts every request; every task has succeeded when it is polled.

    The tests replace `create`, `status` and `file` by other answers. The first task has the id TASK.
    """

    def __init__(self, *, charge: str | None = None, **members: Any) -> None:
        """`charge`: the credits of each task as JSON text. `members`: further members of each task."""
        self.create: Callable[[], httpx.Response] = self.created
        self.status: Callable[[], httpx.Response] | None = None
        self.file: Callable[[], httpx.Response] = lambda: httpx.Response(200, content=FILM)
        self.members: dict[str, Any] = {"state": "success", "creations": [{"id": "2", "url": FILE_URL}], **members}
        self.charge = charge
        self.requests: list[str] = []
        self.bodies: list[dict[str, Any]] = []

    @property
    def paid(self) -> int:
        """Number of tasks."""
        return len(self.bodies)

    def created(self) -> httpx.Response:
        return httpx.Response(200, json={"task_id": str(int(TASK) + self.paid - 1), "state": "created"})

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(f"{request.method} {request.url.path}")
        if request.url.path.startswith("/film."):
            return self.file()
        if request.url.path.endswith("/cancel"):
            return httpx.Response(200, json={})
        if request.method == "POST":
            self.bodies.append(json.loads(request.content))
            return self.create()
        if self.status is not None:
            return self.status()
        ids = request.url.params.get_list("task_ids") or [request.url.path.split("/")[-2]]
        tasks = [self.task(task_id) for task_id in ids]
        text = f'{{"tasks": [{", ".join(tasks)}], {tasks[0][1:]}'
        return httpx.Response(200, content=text, headers={"content-type": "application/json"})

    def task(self, task_id: str) -> str:
        """Return a task as JSON text."""
        text = json.dumps({"id": task_id, **self.members})
        return text if self.charge is None else f'{text[:-1]}, "credits": {self.charge}}}'


def steps_of(store: JobStore, *, client: object = None, **more: Any) -> Steps:
    """Return the steps of a worker. `client` replaces AsyncVidu; this must then be called within the event loop."""
    defaults: dict[str, Any] = {
        "accounts": ACCOUNTS,
        "settings": Settings(),
        "patience": Patience(),
        "on_fault": print,
        "can_send": lambda: True,
        "leases": Leases(store, Identity.of_this_process(), seconds=60.0),
    }
    steps = Steps(store=store, **{**defaults, **more})
    if client is not None:
        cast("Any", steps)._clients[asyncio.get_running_loop()] = client
    return steps


def run(
    store: JobStore,
    provider: Provider,
    work: Callable[[Steps], Awaitable[object]],
    *,
    stop_when: Callable[[], bool] = lambda: False,
    **more: Any,
) -> None:
    """Run a step at the provider until it ends, or until `stop_when` says that it may be cancelled."""
    settings = Settings(
        retry=RetryPolicy(budget=0.0), poll=PollPolicy(floor=0.01, ceiling=0.01), async_transport=httpx.MockTransport(provider)
    )
    patience = Patience(settle=0.0, search=0.0, hold_pause=60.0, download=0.01)

    async def run_until_end() -> None:
        steps = steps_of(store, **{"settings": settings, "patience": patience, **more})
        step = asyncio.ensure_future(work(steps))
        deadline = time.monotonic() + BOUND
        while not (step.done() or stop_when()):
            assert time.monotonic() < deadline, "the step neither ends nor can be cancelled"
            await asyncio.sleep(0.01)
        if step.done():
            step.result()
        step.cancel()
        await steps.client.close()

    asyncio.run(run_until_end())


STEPS: Final = {"queued": Steps.submit, "sending": Steps.submit, "running": Steps.wait, "fetching": Steps.download}


def run_step(store: JobStore, provider: Provider, job: Job, **more: Any) -> Job:
    """Return the job after the step of its state, which must return the job as it is in the database, if it ends."""

    async def work(steps: Steps) -> None:
        now = store.job(job.id)
        assert await STEPS[now.state](steps, now) == store.job(job.id)

    run(store, provider, work, **more)
    return store.job(job.id)


def run_all(store: JobStore, provider: Provider, jobs: Sequence[Job]) -> None:
    """Submit jobs and wait for their tasks, one after the other, as far as the budget allows."""

    async def work(steps: Steps) -> None:
        for job in jobs:
            if store.budget_hold(job) is None:
                await steps.wait(await steps.submit(store.job(job.id)))

    run(store, provider, work)
