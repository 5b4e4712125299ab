"""Commands on existing batches: cancel and retry jobs, settle unknown ones, requeue lost ones, change budgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from attrs import field, frozen

from vidu_ext.durable.database.tables import jobs, workers
from vidu_ext.values.errors import CallError, ConfigurationError
from vidu_ext.values.tasks import TaskRef

from .batches import Batches, checked_ceilings, write_ceilings
from .job import OPEN, Job, JobState
from .reports import every_job

if TYPE_CHECKING:
    from vidu_ext.client.vidu import Vidu

WAITING_STATUSES: Final = ("ENQUEUED", "DELAYED")
IDS_AT_ONCE: Final = 500
RETRIED: Final = ("failed", "canceled")
"""States of jobs that `retry` queues again."""
_NOT_CANCELED: Final[Mapping[JobState, str]] = {
    "sending": "its request is being sent; it will be cancelled when its task is known",
    "unknown": "it may have a task that is not known; settle it first",
    "fetching": "its task has succeeded and is paid; only its file is still downloaded",
    "done": "its task has succeeded and is paid",
}
"""Why `cancel` does not cancel a job that is neither queued nor running."""


@frozen(kw_only=True)
class Canceled:
    """The outcome of `cancel`."""

    before_sending: int
    """Number of jobs that had not been sent."""
    at_provider: int
    """Number of tasks whose cancellation the provider accepted."""
    not_canceled: tuple[str, ...] = field(default=())
    """One line for each job that was not cancelled and may be paid: its key and the reason."""


def select_jobs(batches: Batches, batch: str, keys: Sequence[str]) -> list[Job]:
    """Return the jobs with these keys, or all jobs if no key is given. Raises ConfigurationError for an unknown key."""
    every = list(every_job(batches.store, batch))
    if not keys:
        return every
    by_key = {job.key: job for job in every}
    missing = [key for key in keys if key not in by_key]
    if missing:
        raise ConfigurationError(f"batch {batch!r} has no job {missing[0]!r}; `vidu batch export` lists them.")
    return [by_key[key] for key in dict.fromkeys(keys)]


def cancel(batches: Batches, selected: Iterable[Job], client: Vidu) -> Canceled:
    """Cancel open jobs: at once if they were not sent, otherwise at the provider if it allows that."""
    store = batches.store
    not_canceled: list[str] = []
    before_sending: list[str] = []
    at_provider = 0
    for job in selected:
        now = store.cancel(job) if job.state in OPEN else None
        if now is None or now.state == "failed":
            continue
        if now.state == "canceled":
            before_sending.append(now.workflow)
        elif now.state in _NOT_CANCELED:
            not_canceled.append(f"{job.key}: {_NOT_CANCELED[now.state]}")
        elif now.reference is not None:
            try:
                client.cancel(now.reference)
                at_provider += 1
            except CallError as error:
                not_canceled.append(f"{job.key}: {error}")
    for start in range(0, len(before_sending), IDS_AT_ONCE):
        store.client.cancel_workflows(before_sending[start : start + IDS_AT_ONCE])
    return Canceled(before_sending=len(before_sending), at_provider=at_provider, not_canceled=tuple(not_canceled))


def retry(batches: Batches, selected: Iterable[Job]) -> int:
    """Queue failed and cancelled jobs again, and return how many.

    If only the download of a job failed, the download is repeated and no new task is created.
    """
    return sum(batches.store.retry(job) for job in selected if job.state in RETRIED)


def settle(batches: Batches, job: Job, *, reference: str | None) -> None:
    """Settle an unknown job by hand: with a reference, wait for that task; with None, mark the job failed: no task was made.

    The task of a job that was cancelled before is cancelled.

    Raises ConfigurationError if the job is not unknown, if the task belongs to another job, or if the job's task is known.
    """
    if job.state != "unknown":
        raise ConfigurationError(f"job {job.key!r} is {job.state}, not unknown: there is nothing to settle.")
    if reference is None:
        if job.reference is not None:
            raise ConfigurationError(
                f"job {job.key!r} was accepted as {job.reference}, so it may be paid: `vidu batch resume` waits for that task."
            )
        batches.store.refuse(job, "settled by a person as not paid")
        return
    found = TaskRef.parse(reference)
    if found.account != job.account:
        raise ConfigurationError(
            f"job {job.key!r} belongs to account {job.account}, but the task to {found.account}."
            f" Give the reference of a task of {job.account}."
        )
    if batches.store.accept(job, str(found)) is None:
        raise ConfigurationError(f"task {found} belongs to another job; find the task of job {job.key!r} and give its reference.")
    batches.store.enqueue_again(job)


def requeue_lost(batches: Batches, batch: str) -> int:
    """Give a new workflow to each open job whose workflow no longer runs or waits, and to unknown jobs whose task is known.

    Returns how many. Nothing is paid twice: a job that may have been sent is searched for first.
    """
    requeued = 0
    for job in every_job(batches.store, batch, states=("unknown",)):
        if job.reference is not None and batches.store.accept(job, job.reference) is not None:
            requeued += batches.store.enqueue_again(job)
    worker_ids = {row.id for row in batches.store.rows(sa.select(workers.c.id))}
    open_jobs = list(every_job(batches.store, batch, states=tuple(OPEN)))
    for start in range(0, len(open_jobs), IDS_AT_ONCE):
        by_workflow = {job.workflow: job for job in open_jobs[start : start + IDS_AT_ONCE]}
        workflows = batches.store.client.list_workflows(workflow_ids=list(by_workflow), load_input=False, load_output=False)
        running = {one.workflow_id for one in workflows if one.status == "PENDING" and one.executor_id in worker_ids}
        live = running | {one.workflow_id for one in workflows if one.status in WAITING_STATUSES}
        lost = [job for workflow, job in by_workflow.items() if workflow not in live]
        batches.store.client.cancel_workflows([job.workflow for job in lost])
        requeued += sum(batches.store.enqueue_again(job) for job in lost)
    return requeued


def set_ceilings(batches: Batches, batch: str, ceilings: Mapping[str, float]) -> None:
    """Change the budget of a batch. A ceiling below what is spent keeps queued jobs queued and cancels nothing.

    Raises ConfigurationError for invalid ceilings, and if a queued job asks for an unlisted model without a known price.
    """
    # Batches writes this member as the last one of a request; within a text its quotes would be escaped.
    unlisted = jobs.c.request.like('%"unlisted":true}')
    unpriced = sa.select(jobs.c.key).where(jobs.c.batch == batch, jobs.c.state == "queued", jobs.c.price.is_(None), unlisted)
    with batches.store.writing() as connection:
        key = connection.execute(unpriced).scalar() if ceilings else None
        if key is not None:
            raise ConfigurationError(
                f"job {key!r} of batch {batch!r} asks for a model that the spec does not list, so its price is unknown and a"
                " budget cannot be kept. Cancel the job first, or set no budget."
            )
        write_ceilings(connection, batch, (), checked_ceilings(ceilings))
