"""How jobs reach workers: names of queues, the workflow's name, and what DBOS is told about a job. One place for both sides."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from attrs import evolve
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, Serializer

from vidu_ext.durable.database.tables import escaped_database, jobs, unreachable
from vidu_ext.durable.manifests.manifest import MOST_PRIORITY

from .job import OPEN, Job, workflow_id

if TYPE_CHECKING:
    from dbos import EnqueueOptions

    from vidu_ext.durable.database.job_store import JobStore

    from .job import Limits

APPLICATION: Final = "vidu-batch"
VERSION: Final = "vidu-batch-1"
"""Pinned, so that a worker of any release goes on with what another left. Changed only when the steps of a job change."""

USUAL_POLLING: Final = 1.0
"""Seconds between two looks of a queue for jobs that may start."""

WORKFLOW: Final = "vidu-job"

FIRST: Final = MOST_PRIORITY + 1
"""Priority of a job that is no more queued: its task may run, and takes its place at the account before others start."""
LAST: Final = -FIRST
"""Priority of a job that waits for its batch's budget, behind all others of the account."""

PLAIN: Final = DBOSPortableJSONSerializer()
"""How DBOS writes what goes into a job and what its steps give: as JSON, where its usual way is pickle."""

logger: Final = logging.getLogger("vidu_ext.durable")


class _NoPickles(Serializer):
    """Takes the place of pickle in DBOS, which reads one wherever a row says that it is one, whatever is configured."""

    def name(self) -> str:
        return "py_pickle"

    def serialize(self, data: object) -> str:
        return json.dumps(str(data))  # why a row could not be read, as DBOS notes it in that row

    def deserialize(self, serialized_data: str) -> object:
        logger.error(
            "a row of the database holds a pickle, which is not read, because it could run any program. Its job waits:"
            " `vidu batch resume` puts it into its queue anew, without losing or paying for anything twice."
        )
        raise TypeError(f"a pickle of {len(serialized_data)} characters is not read")


def refuse_pickles() -> Callable[[], None]:
    """Let DBOS read no pickle in this process, until the function that this returns is called."""
    names = vars(import_module("dbos._serialization"))
    usual = names["DBOSDefaultSerializer"]
    names["DBOSDefaultSerializer"] = _NoPickles()
    return lambda: names.update(DBOSDefaultSerializer=usual)


def queue_of(account: str) -> str:
    """The queue of an account's jobs. Its one partition is the account; concurrency and rate hold across all workers."""
    return f"vidu:{account}"


def create_tables(store: JobStore) -> None:
    """Make the tables of DBOS and those of the batches where they are missing."""
    store.create()
    try:
        DBOS.migrate(escaped_database(store.url))
    except Exception as error:  # whatever DBOS or the driver raises: there is no using this database
        raise unreachable(store.url, error) from error


def client_of(url: str) -> DBOSClient:
    """DBOS as seen from outside a worker, for a database whose tables are there."""
    return DBOSClient(system_database_url=escaped_database(url), application_name=APPLICATION, serializer=PLAIN)


def register_queues(client: DBOSClient, account: str, limits: Limits, *, polling: float | None = None) -> None:
    """Tell DBOS of the queues of an account. The last one who tells is right, so that limits can be changed.

    `polling` is how often workers look for jobs that may start, in seconds; None leaves it as it is.
    """
    if polling is None:
        known = client.retrieve_queue(queue_of(account))
        polling = known.polling_interval_sec if known is not None else USUAL_POLLING
    client.register_queue(
        queue_of(account),
        partition_concurrency=limits.concurrency,
        partition_limiter={"limit": limits.rate, "period": limits.period} if limits.rate else None,
        polling_interval_sec=polling,
        on_conflict="always_update",
    )


def enqueue(client: DBOSClient, connection: sa.Connection, job: Job) -> None:
    """Put a job into its queue, in the transaction that writes the job down."""
    options: EnqueueOptions = {
        "workflow_name": WORKFLOW,
        "queue_name": queue_of(job.account),
        "queue_partition_key": job.account,
        "workflow_id": workflow_id(job.id, job.run),
        "app_version": VERSION,
        "priority": FIRST + 1 - job.priority,  # of DBOS, where the smaller number is served first
    }
    arguments: tuple[Any, ...] = (job.id,)
    client.enqueue_in_transaction(connection, options, *arguments)


def enqueue_anew(store: JobStore, client: DBOSClient, job: Job) -> bool:
    """Give an open job a new workflow in place of its last one. False if it has another one already, or is not open any more."""
    priority = FIRST if job.state != "queued" else LAST if job.held == "budget" else job.priority
    with store.writing() as connection:
        same = (jobs.c.id == job.id, jobs.c.state.in_(OPEN), jobs.c.run == job.run)
        if not connection.execute(sa.update(jobs).where(*same).values(run=job.run + 1)).rowcount:
            return False
        enqueue(client, connection, evolve(job, run=job.run + 1, priority=priority))
    return True
