"""What a person asks of a batch that runs or has run: cancel, try again, say what became of a lost one, mend, raise a budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from attrs import evolve, field, frozen

from vidu_ext.durable.database.tables import jobs, workers
from vidu_ext.values.errors import CallError, ConfigurationError
from vidu_ext.values.tasks import TaskRef

from . import dispatch
from .batches import Batches, write_ceilings
from .job import OPEN, Job
from .reports import every_job

if TYPE_CHECKING:
    from dbos import DBOSClient

    from vidu_ext.client.vidu import Vidu

WAITING_WORKFLOWS: Final = ("ENQUEUED", "DELAYED")
IDS_AT_ONCE: Final = 500


@frozen(kw_only=True)
class Canceled:
    """What became of a wish to cancel."""

    before_sending: int
    at_provider: int
    goes_on: tuple[str, ...] = field(default=())
    """Why tasks go on and stay paid, one line for each."""


def chosen(batches: Batches, batch: str, keys: Sequence[str]) -> list[Job]:
    """The jobs of these keys, all where none is named. Raises ConfigurationError for a key that no job has."""
    found = list(every_job(batches.store, batch))
    if not keys:
        return found
    by_key = {job.key: job for job in found}
    missing = [key for key in keys if key not in by_key]
    if missing:
        raise ConfigurationError(f"batch {batch!r} has no job {missing[0]!r}; `vidu batch export` lists them.")
    return [by_key[key] for key in dict.fromkeys(keys)]


def cancel(batches: Batches, found: Iterable[Job], client: Vidu) -> Canceled:
    """Take jobs back: those not sent at once; those at the provider where it can cancel. What runs on stays paid."""
    store = batches.store
    before: list[str] = []
    going: list[str] = []
    there = 0
    for job in found:
        if job.state not in OPEN:
            continue
        store.wish_to_cancel(job.id)
        if store.cancel_queued(job.id):
            before.append(job.workflow)
            continue
        now = store.job(job.id)
        if now.reference is None or now.state != "running":
            going.append(f"{job.key}: its request is on its way; it is cancelled when its task is known")
            continue
        try:
            client.cancel(now.reference)
            there += 1
        except CallError as error:
            going.append(f"{job.key}: {error}")
    for start in range(0, len(before), IDS_AT_ONCE):
        batches.client.cancel_workflows(before[start : start + IDS_AT_ONCE])
    return Canceled(before_sending=len(before), at_provider=there, goes_on=tuple(going))


def retry(batches: Batches, found: Iterable[Job]) -> int:
    """How many failed jobs were put into their queues again. What is paid already is only downloaded again."""
    number = 0
    client = batches.client  # before any transaction: it may have to make tables
    for job in found:
        if job.state not in ("failed", "canceled"):
            continue
        with batches.store.writing() as connection:
            number += _again(connection, client, job)
    return number


def _again(connection: sa.Connection, client: DBOSClient, job: Job) -> int:
    if job.stage == "fetch":
        values: dict[str, object] = {"state": "fetching"}
    else:
        clean = ("reference", "submission", "credits", "submitted", "finished")
        values = {"state": "queued", "attempt": job.attempt + 1, **dict.fromkeys(clean)}
    same = (jobs.c.id == job.id, jobs.c.state == job.state, jobs.c.run == job.run)
    more = {"stage": None, "held": None, "cancel": False, "note": None, "ended": None, "run": job.run + 1, "reserved": 0.0}
    if not connection.execute(sa.update(jobs).where(*same).values(**values, **more)).rowcount:
        return 0
    dispatch.enqueue(client, connection, evolve(job, run=job.run + 1))
    return 1


def settle(batches: Batches, job: Job, *, reference: str | None) -> None:
    """A person has looked: an unknown job has this task, or certainly none. With a task it is waited for, without it failed.

    Raises ConfigurationError where the job is not unknown, the task is another job's, or the job is known to have one.
    """
    if job.state != "unknown":
        raise ConfigurationError(f"job {job.key!r} is {job.state}, not unknown: there is nothing to settle.")
    if reference is None:
        if job.reference is not None:
            raise ConfigurationError(
                f"job {job.key!r} was accepted as {job.reference}, and may be paid: `vidu batch resume` asks for that task again."
            )
        batches.store.refuse(job, "a person found that it was never paid")
        return
    found = TaskRef.parse(reference)
    if found.account != job.account:
        raise ConfigurationError(f"job {job.key!r} belongs to account {job.account}, the task to {found.account}.")
    if not batches.store.accept(job, str(found)).is_own:
        raise ConfigurationError(f"{found} is the task of another job.")
    dispatch.enqueue_anew(batches.store, batches.client, job)


def mend(batches: Batches, batch: str) -> int:
    """How many jobs had no workflow that could go on, and have one again: open ones, and unknown ones whose task is known.

    Nothing is paid twice by it.
    """
    mended = 0
    for job in every_job(batches.store, batch, states=("unknown",)):
        if job.reference is not None and batches.store.accept(job, job.reference).is_own:
            mended += dispatch.enqueue_anew(batches.store, batches.client, job)
    known = set(batches.store.read(lambda connection: connection.execute(sa.select(workers.c.id)).scalars().all()))
    open_jobs = list(every_job(batches.store, batch, states=tuple(OPEN)))
    for start in range(0, len(open_jobs), IDS_AT_ONCE):
        part = {job.workflow: job for job in open_jobs[start : start + IDS_AT_ONCE]}
        found = batches.client.list_workflows(workflow_ids=list(part), load_input=False, load_output=False)
        in_hand = {
            one.workflow_id for one in found if one.status == "PENDING" and one.executor_id in known
        }  # or left to no worker
        queues = set(map(dispatch.queue_of, {job.account for job in part.values()}))  # an earlier release had others beside them
        live = in_hand | {one.workflow_id for one in found if one.status in WAITING_WORKFLOWS and one.queue_name in queues}
        lost = [job for workflow, job in part.items() if workflow not in live]
        batches.client.cancel_workflows([job.workflow for job in lost])
        mended += sum(dispatch.enqueue_anew(batches.store, batches.client, job) for job in lost)
    return mended


def set_ceilings(batches: Batches, batch: str, ceilings: Mapping[str, float]) -> None:
    """Change what a batch may spend. A ceiling below what is spent stops what is not sent yet, and takes nothing back.

    Raises ConfigurationError for a batch with jobs of an unlisted model, whose price is not documented.
    """
    open_word = jobs.c.request.like('%"unlisted":true}')
    unpriced = sa.select(jobs.c.key).where(jobs.c.batch == batch, jobs.c.state == "queued", jobs.c.price.is_(None), open_word)
    with batches.store.writing() as connection:
        key = connection.execute(unpriced).scalar() if ceilings else None
        if key is not None:
            raise ConfigurationError(
                f"job {key!r} of batch {batch!r} asks for a model that no spec lists: no document says what it costs, so that no"
                " budget can hold. Cancel it first, or set no budget."
            )
        write_ceilings(connection, batch, (), ceilings)


__all__ = ["Canceled", "cancel", "chosen", "mend", "retry", "set_ceilings", "settle"]
