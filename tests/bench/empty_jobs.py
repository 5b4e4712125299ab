"""What DBOS alone costs: jobs of three steps that do nothing, queued and run as those of a batch are."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from figures import Clock

if TYPE_CHECKING:
    from dbos import DBOSConfig, EnqueueOptions

QUEUE: Final = "empty"
WORKFLOW: Final = "empty-job"
STEPS: Final = ("submit", "wait", "download")
ENDED: Final = ["SUCCESS", "ERROR"]
LOOK: Final = 0.5
"""Seconds between two counts of the jobs that have ended, which are made in the process that is measured."""
THREADS: Final = 32


@DBOS.workflow(name=WORKFLOW)
async def run_empty_job(job: str) -> str:
    for step in STEPS:
        await DBOS.run_step_async({"name": step}, _do_nothing, job)
    return job


async def _do_nothing(job: str) -> str:
    return job


def cost(folder: Path, *, warm_up: int, measured: int, concurrency: int, polling: float) -> float:
    """Return the seconds of CPU of a job in this process, after the first `warm_up` jobs."""
    url = f"sqlite:///{folder}/empty.sqlite"
    config: DBOSConfig = {
        "name": "empty",
        "system_database_url": url,
        "serializer": DBOSPortableJSONSerializer(),
        "max_executor_threads": THREADS,
        "log_level": "ERROR",
    }
    DBOS(config=config)
    DBOS.listen_queues([QUEUE])
    DBOS.launch()
    client = DBOSClient(system_database_url=url, application_name="empty", serializer=DBOSPortableJSONSerializer())
    client.register_queue(QUEUE, partition_concurrency=concurrency, polling_interval_sec=polling)
    options: EnqueueOptions = {"workflow_name": WORKFLOW, "queue_name": QUEUE, "queue_partition_key": QUEUE}
    jobs = warm_up + measured
    for job in range(jobs):
        client.enqueue(options, str(job))
    try:
        return _cost_of(client, warm_up, jobs)
    finally:
        client.destroy()
        DBOS.destroy()


def _cost_of(client: DBOSClient, warm_up: int, jobs: int) -> float:
    def ended() -> int:
        return len(client.list_workflows(status=ENDED, load_input=False, load_output=False))

    while (first := ended()) < warm_up:
        time.sleep(LOOK)
    clock = Clock()
    while ended() < jobs:
        time.sleep(LOOK)
    return clock.cpu() / (jobs - first)
