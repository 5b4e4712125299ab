"""Queues: how batches pass jobs to workers through DBOS. Names of queues and workflows, priorities, serialization."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from attrs import evolve
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, Serializer

from vidu_ext.durable.database.tables import database_error, escaped_database
from vidu_ext.durable.manifests.manifest import MOST_PRIORITY

from .job import Limits

if TYPE_CHECKING:
    from dbos import EnqueueOptions
    from sqlalchemy import Engine

    from .job import Job

APPLICATION: Final = "vidu-batch"
APPLICATION_VERSION: Final = "vidu-batch-1"
"""Fixed, so that workers of any release can run a workflow."""

DEFAULT_POLLING_SECONDS: Final = 1.0
"""Time between two polls of a queue for jobs that may start."""

WORKFLOW: Final = "vidu-job"

FIRST_PRIORITY: Final = MOST_PRIORITY + 1
"""Priority of a job that was sent before: its task may be running, so it gets a slot of the account before others start."""
LAST_PRIORITY: Final = -FIRST_PRIORITY
"""Priority of a job that waits for its batch's budget: after all others of the account."""

JSON_SERIALIZER: Final = DBOSPortableJSONSerializer()
"""Makes DBOS store arguments and results as JSON; its default is pickle."""

logger: Final = logging.getLogger("vidu_ext.durable")


class _NoPickles(Serializer):
    """Replaces DBOS's pickle serializer, which DBOS uses for every row marked as a pickle, whichever is configured."""

    def name(self) -> str:
        return "py_pickle"

    def serialize(self, data: object) -> str:
        return json.dumps(str(data))  # DBOS stores the error of an unreadable row in that row

    def deserialize(self, serialized_data: str) -> object:
        logger.error(
            "DBOS holds a pickled value, which is not loaded because loading it could run any code. The job it belongs to stays"
            " unfinished; `vidu batch resume` queues it again and does not pay twice."
        )
        raise TypeError(f"a pickle of {len(serialized_data)} characters is not loaded")


def refuse_pickles() -> Callable[[], None]:
    """Stop DBOS from loading pickles in this process. Returns a function that undoes this."""
    namespace = vars(import_module("dbos._serialization"))  # DBOS has no public setting for it
    original = namespace["DBOSDefaultSerializer"]
    namespace["DBOSDefaultSerializer"] = _NoPickles()
    return lambda: namespace.update(DBOSDefaultSerializer=original)


def queue_of(account: str) -> str:
    """Return the name of an account's queue, whose concurrency and rate DBOS enforces over all workers."""
    return f"vidu:{account}"


def create_tables(url: str) -> None:
    """Create the missing tables of DBOS. Raises DatabaseError."""
    try:
        DBOS.migrate(escaped_database(url))
    except Exception as error:  # DBOS and the drivers raise errors of many types
        raise database_error(url, error) from error


def client_of(url: str, engine: Engine | None) -> DBOSClient:
    """Return a DBOS client for a database whose tables exist; it works without a worker. It makes an engine if it gets none."""
    return DBOSClient(
        system_database_url=escaped_database(url),
        system_database_engine=engine,
        application_name=APPLICATION,
        serializer=JSON_SERIALIZER,
    )


def register_queue(client: DBOSClient, account: str, limits: Limits | None, *, polling: float | None = None) -> None:
    """Register the queue of an account, or change it. None keeps the limits or the polling of a queue that exists.

    `polling`: seconds between two polls of workers for jobs that may start.
    """
    if polling is None:
        known = client.retrieve_queue(queue_of(account))
        polling = known.polling_interval_sec if known is not None else DEFAULT_POLLING_SECONDS
    limits = limits or limits_of(client, account)
    client.register_queue(
        queue_of(account),
        partition_concurrency=limits.concurrency,
        partition_limiter={"limit": limits.rate, "period": limits.period} if limits.rate else None,
        polling_interval_sec=polling,
    )


def limits_of(client: DBOSClient, account: str) -> Limits:
    """Return the limits of an account, which are those of its queue; the usual ones if it has none."""
    queue = client.retrieve_queue(queue_of(account))
    if queue is None or queue.partition_concurrency is None:
        return Limits()
    rate = queue.partition_limiter
    limits = Limits(concurrency=queue.partition_concurrency)
    return evolve(limits, rate=rate["limit"], period=rate["period"]) if rate else limits


def enqueue(client: DBOSClient, connection: sa.Connection, job: Job) -> None:
    """Enqueue a job within the transaction that records it."""
    options: EnqueueOptions = {
        "workflow_name": WORKFLOW,
        "queue_name": queue_of(job.account),
        "queue_partition_key": job.account,
        "workflow_id": job.workflow,
        "app_version": APPLICATION_VERSION,
        "priority": FIRST_PRIORITY + 1 - job.priority,  # DBOS serves smaller numbers first, from 1
    }
    client.enqueue_in_transaction(connection, options, job.id)
