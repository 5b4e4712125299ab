"""The worker: a process that runs jobs as DBOS workflows, keeps a lease, and takes over the jobs of dead workers.

DBOS dispatches jobs, and enforces concurrency and rates. This module alone launches and stops it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from attrs import field, frozen
from dbos import DBOS
from dbos import error as dbos_error

from vidu_ext.client.settings import Settings
from vidu_ext.durable import dispatch
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.leases import Identity, Leases
from vidu_ext.durable.database.tables import database_url, escaped_database, jobs, locking_engine
from vidu_ext.durable.errors import DatabaseError, StorageFullError
from vidu_ext.durable.job import OPEN, job_id_of
from vidu_ext.durable.reports import progress, resolve_name
from vidu_ext.providers.accounts import accounts as configured
from vidu_ext.values.checks import at_least
from vidu_ext.values.errors import ConfigurationError

from .steps import Steps
from .submit_step import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dbos import DBOSConfig
    from sqlalchemy import Engine

    from vidu_ext.client.account_choice import Keys
    from vidu_ext.durable.reports import BatchProgress

logger: Final = logging.getLogger("vidu_ext.durable")

CONNECTIONS: Final = 10
THREADS: Final = 32
DRAIN_SECONDS: Final = 1
"""How long DBOS waits for its queues when it stops. A job that starts in that time is left to the next worker."""
DBOS_CLOUD: Final = "DBOS__CLOUD"
"""Environment variable that DBOS reads when it is imported."""
FOLLOW_SECONDS: Final = 0.5
"""Seconds between two readings of `Worker.follow`."""
STUCK_READINGS: Final = 5
"""Consecutive readings without a job that can continue, after which `Worker.follow` ends."""
HELD_READ: Final = 100
"""Most jobs held by a budget that are compared with it before a worker ends."""
RENEWALS_PER_LEASE: Final = 5


@frozen(kw_only=True)
class WorkerOptions:
    """Options of a worker. The defaults are for unattended work."""

    lease: float = field(default=45.0, validator=at_least(1.0))
    """Seconds without a renewal after which workers on other machines count this one as dead. On the same machine the end of
    a process is noticed at once."""
    polling: float = field(default=dispatch.DEFAULT_POLLING_SECONDS, validator=at_least(0.01))
    """Seconds between two polls of a queue for jobs that may start."""
    patience: Patience = field(factory=Patience)
    allow_private_hosts: bool = False
    """Whether to download from addresses of this machine and its network too, as in DownloadOptions."""

    def __attrs_post_init__(self) -> None:
        resend = self.patience.resend
        least = resend / (1 - 1 / RENEWALS_PER_LEASE)
        if self.lease <= least:
            raise ConfigurationError(
                f"must be longer than {least:g} s; it is {self.lease:g} s. A request is sent again for {resend:g} s, which must"
                " end before the lease expires, even if it begins just before a renewal.",
                option="WorkerOptions.lease",
            )


_running: list[Steps] = []
"""The steps of the worker of this process; at most one, since DBOS is global to a process."""


@DBOS.workflow(name=dispatch.WORKFLOW, max_recovery_attempts=None)
async def run_job(job: str) -> str:
    """Run a job. Returns its state.

    The steps are not steps of DBOS, which would write the result of each: the job's row has its state, from which a new workflow
    continues if the worker dies.
    """
    return await _running[-1].run(job, DBOS.workflow_id)


class Worker:
    """Runs the jobs of all batches of a database, for the accounts that this process has keys for. At most one per process.

        with Worker("sqlite:///batches.sqlite") as worker:
            for progress in worker.follow("my-batch"):
                print(progress.counts)

    Raises DatabaseError if the database cannot be used, ConfigurationError if no account is configured.
    """

    def __init__(
        self,
        database: str | None = None,
        keys: Keys = None,
        *,
        settings: Settings | None = None,
        options: WorkerOptions | None = None,
    ) -> None:
        self.options: Final = options or WorkerOptions()
        self._url: Final = database_url(database)
        accounts = configured(keys)
        self._names: Final = frozenset(account.name for account in accounts)
        identity: Final = Identity.of_this_process()
        self.id: Final = identity.id
        self._ended: Final = threading.Event()
        self._threads: list[threading.Thread] = []
        self._engine: Final = locking_engine(self._url, self._stop_for)
        self._allow_pickles: Callable[[], None] = lambda: None
        self.fault: StorageFullError | DatabaseError | None = None
        """The error that stopped this worker; None while it works."""
        self.store: Final = JobStore(self._url)
        self._leases: Final = Leases(self.store, identity, seconds=self.options.lease)
        self._steps: Final = Steps(
            store=self.store,
            accounts=accounts,
            settings=settings or Settings(),
            patience=self.options.patience,
            allow_private_hosts=self.options.allow_private_hosts,
            on_fault=self._stop_for,
            can_send=self._can_send,
            leases=self._leases,
        )

    def __enter__(self) -> Worker:
        try:
            with self.store.reporting():
                self.start()
        except BaseException:
            self.stop(grace=0.0)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start to take jobs. Raises ConfigurationError, DatabaseError."""
        if _running:
            raise ConfigurationError("this process already has a worker; DBOS allows one per process.")
        if os.environ.get(DBOS_CLOUD) == "true":
            raise ConfigurationError(
                f"{DBOS_CLOUD} is set, so DBOS would use a database from the environment instead of the one of the batches."
                f" Nothing was sent. Unset {DBOS_CLOUD} for this process."
            )
        self.store.create()
        self._leases.take()
        self._allow_pickles = dispatch.refuse_pickles()
        _running.append(self._steps)
        names = sorted(self._names)
        logging.getLogger("dbos").addFilter(_is_news)
        DBOS(config=_dbos_config(self._url, self.id, self._engine))
        DBOS.listen_queues(list(map(dispatch.queue_of, names)))
        for name in names:  # before the launch: DBOS notices later queues with a delay
            dispatch.register_queue(self.store.client, name, None, polling=self.options.polling)
        DBOS.launch()
        for work in (self._renew_lease, self._take_over_jobs):
            thread = threading.Thread(target=work, name=f"vidu-{work.__name__.strip('_')}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, *, grace: float = 20.0) -> None:
        """Stop taking jobs, and wait at most `grace` seconds for requests that are being sent. Others take over the open jobs."""
        if self._ended.is_set():
            return
        self._ended.set()
        deadline = time.monotonic() + grace
        if self._steps.sending:
            logger.warning("stopping: waiting up to %.0f s for answers to requests that are being sent", grace)
        while self._steps.sending and time.monotonic() < deadline:
            time.sleep(0.05)
        self.store.stop_retrying()  # Python ends only when no thread of a step waits for the database any more
        for thread in self._threads:
            thread.join(timeout=self.options.lease)
        self._steps.close()
        if self._steps in _running:  # DBOS may belong to another worker, beside which this one could not start
            DBOS.destroy(workflow_completion_timeout_sec=DRAIN_SECONDS)
            _running.remove(self._steps)
            self._allow_pickles()
        if self._engine is not None:
            self._engine.dispose()
        try:
            self._leases.end_lease()
        except DatabaseError as error:
            logger.info("the lease was not ended and will expire: %s", error)
        self.store.close()

    def _stop_for(self, fault: StorageFullError | DatabaseError) -> None:
        if self.fault is None and not self._ended.is_set():
            self.fault = fault
            logger.info("%s", fault)  # `follow` raises it

    def _can_send(self) -> bool:
        """Return whether the lease lasts until a request that starts now has certainly been sent."""
        fresh = self._leases.age() < self.options.lease - self.options.patience.resend
        return fresh and not self._ended.is_set() and self.fault is None

    def without_key(self, batch: str | None = None) -> dict[str, int]:
        """Count the open jobs of a batch, or of all batches, whose account this process has no key for, by account."""
        return {account: number for account, number in self.store.open_jobs(batch).items() if account not in self._names}

    def is_idle(self) -> bool:
        """Return whether no open job of any batch can continue by itself, here or in another living worker."""
        open_batches = self.store.rows(sa.select(jobs.c.batch).distinct().where(jobs.c.state.in_(OPEN)))
        return all(self._is_stuck(progress(self.store, row.batch)) for row in open_batches)

    def follow(self, batch: str) -> Iterator[BatchProgress]:
        """Yield the progress of a batch twice a second, until it is over or no job of it can continue by itself.

        That is if all open jobs are held by a budget, a refused key or an empty account, or need a key that this process does
        not have while no other worker is alive. Raises ConfigurationError if there is no such batch, StorageFullError or
        DatabaseError if this worker had to stop.
        """
        batch = resolve_name(self.store, batch)
        stuck = 0
        while self.fault is None and stuck < STUCK_READINGS:
            current = progress(self.store, batch)
            yield current
            if current.is_over:
                return
            stuck = stuck + 1 if self._is_stuck(current) else 0
            time.sleep(FOLLOW_SECONDS)
        if self.fault is not None:
            raise self.fault

    def _is_stuck(self, current: BatchProgress) -> bool:
        accounts = {share.account for share in current.shares if share.open and not share.is_stuck}
        is_stuck = self._names.isdisjoint(accounts) and not (accounts and self._leases.others_alive())
        return is_stuck and not self._has_room(current.batch)

    def _has_room(self, batch: str) -> bool:
        """Return whether the budget has room for a job that it held, which is tried again after a pause and may upload files."""
        held = (jobs.c.batch == batch, jobs.c.state == "queued", jobs.c.held == "budget", jobs.c.account.in_(self._names))
        return any(self.store.budget_hold(job) is None for job in self.store.jobs(sa.select(jobs).where(*held).limit(HELD_READ)))

    # -- threads ------------------------------------------------------------------------------------------------------

    def _renew_lease(self) -> None:
        while not self._ended.wait(self.options.lease / RENEWALS_PER_LEASE):
            try:
                if not self._leases.renew():
                    logger.warning("the lease of this worker expired and was taken over; it starts again and requeues its jobs")
            except (DatabaseError, StorageFullError) as error:
                logger.warning("the lease could not be renewed: %s", error)

    def _take_over_jobs(self) -> None:
        pause, term = 0.0, 0
        while not self._ended.wait(pause):
            pause = min(self.options.lease / RENEWALS_PER_LEASE, 2.0)
            try:
                for dead in self._leases.take_over():
                    self._requeue_jobs_of(dead)
                    self._leases.forget(dead)
                if (now := self._leases.term) != term:  # its heir may have missed jobs taken before it noticed
                    self._requeue_jobs_of(self.id)
                    term = now
            except Exception as error:
                if not self._ended.is_set():
                    logger.warning("jobs of dead workers could not be taken over yet: %s", error)

    def _requeue_jobs_of(self, worker: str) -> None:
        """Requeue the jobs that a worker had when it ended or died, or its lease expired.

        Their old workflows are cancelled after that, so that no other job takes their slots.
        """
        workflows = DBOS.list_workflows(
            status="PENDING", executor_id=worker, name=dispatch.WORKFLOW, load_input=False, load_output=False
        )
        for workflow in workflows:
            job = self.store.job(job_id_of(workflow.workflow_id))
            if job.workflow == workflow.workflow_id:
                self.store.enqueue_again(job)
        if workflows:
            DBOS.cancel_workflows([workflow.workflow_id for workflow in workflows])
            has_ended = self._leases.has_ended(worker)
            level, end = (logging.INFO, "ended") if has_ended else (logging.WARNING, "died or lost its lease")
            logger.log(level, "took over %d job(s) of worker %s, which %s", len(workflows), worker, end)


def _is_news(record: logging.LogRecord) -> bool:
    """Return False for a traceback of DBOS that only means that a job was taken over, which is logged in one line."""
    return record.exc_info is None or not isinstance(record.exc_info[1], dbos_error.DBOSAwaitedWorkflowCancelledError)


def _dbos_config(url: str, executor: str, engine: Engine | None) -> DBOSConfig:
    return {
        "name": dispatch.APPLICATION,
        "system_database_url": escaped_database(url),
        "system_database_engine": engine,
        "serializer": dispatch.JSON_SERIALIZER,
        "application_version": dispatch.APPLICATION_VERSION,
        "executor_id": executor,
        "sys_db_pool_size": CONNECTIONS,
        "max_executor_threads": THREADS,
        "log_level": "ERROR",
        "run_migrations": False,
    }
