"""A process that runs jobs: DBOS with the job's workflow, a lease, and the inheritance of dead workers.

DBOS dispatches, checkpoints and limits; this module, the only one that runs it, tells it who is dead, and stops it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Final

from attrs import field, frozen
from dbos import DBOS, PortableWorkflowError
from sqlalchemy.exc import DBAPIError

from vidu_ext.client.session import Settings
from vidu_ext.durable import dispatch
from vidu_ext.durable.database.job_store import JobStore, unwritable
from vidu_ext.durable.database.leases import Identity, Leases
from vidu_ext.durable.database.tables import database_url, engine_that_locks, escaped_database
from vidu_ext.durable.errors import DatabaseError, StorageFullError
from vidu_ext.durable.job import ENDED, Limits, job_id_of
from vidu_ext.durable.reports import progress
from vidu_ext.providers.accounts import accounts as configured
from vidu_ext.values.checks import at_least
from vidu_ext.values.errors import ConfigurationError

from .steps import Patience, Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dbos import DBOSClient, DBOSConfig
    from sqlalchemy import Engine

    from vidu_ext.client.session import Keys
    from vidu_ext.durable.job import Job, JobState
    from vidu_ext.durable.reports import BatchProgress

logger: Final = logging.getLogger("vidu_ext.durable")

CONNECTIONS: Final = 10
THREADS: Final = 32
DRAIN_SECONDS: Final = 1
"""How long DBOS lets its queues come to rest at the end. A job that is taken meanwhile stays for the next worker."""
CLOUD: Final = "DBOS__CLOUD"
"""Variable of the environment that DBOS reads when it is imported."""
LOOK_SECONDS: Final = 0.5
STUCK_LOOKS: Final = 5
"""Looks in a row at which nothing can go on, after which a batch is not followed any more."""
BEATS: Final = 5
"""How often within a lease a worker says that it lives."""


@frozen(kw_only=True)
class WorkerOptions:
    """What a worker may be told. The defaults are for unattended work."""

    lease: float = field(default=45.0, validator=at_least(1.0))
    """Seconds without a sign of life after which a worker of another machine counts as dead. On the same machine a process
    that is gone is noticed at once."""
    polling: float = field(default=dispatch.USUAL_POLLING, validator=at_least(0.01))
    """Seconds between two looks of a queue for jobs that may start."""
    patience: Patience = field(factory=Patience)
    allow_private_hosts: bool = False
    """Whether to fetch from addresses of this machine and its network too, as in DownloadOptions."""

    def __attrs_post_init__(self) -> None:
        if self.patience.resend >= self.lease:
            raise ConfigurationError(
                f"WorkerOptions.lease ({self.lease:g}) must be longer than Patience.resend ({self.patience.resend:g}):"
                " else a worker that is taken for dead may still be sending."
            )


_running: list[Steps] = []
"""The steps of this process's worker. DBOS is one for each process, so this is too."""


@DBOS.workflow(name=dispatch.WORKFLOW, max_recovery_attempts=None)
async def run_job(job: str) -> str:
    """The whole of one job, in steps that are checkpointed. Ends with the job's state."""
    steps = _running[-1]
    try:
        state: JobState | None = await DBOS.run_step_async({"name": "submit"}, steps.submit, job)
        if state == "running":
            state = await DBOS.run_step_async({"name": "wait"}, steps.wait, job)
        if state == "fetching":
            state = await DBOS.run_step_async({"name": "download"}, steps.download, job)
    except DBAPIError as error:  # DBOS could not write down what a step gave, and would end the job with that
        await steps.leave(unwritable(steps.store.url, error))
    except PortableWorkflowError as error:  # DBOS found room for that error then, and raises it each time this workflow runs
        logger.warning("job %s goes on in a new workflow: a step of the last was not written down (%.200s)", job, error.message)
        state = None
    return state if state in ENDED else await steps.go_on_anew(job, DBOS.workflow_id)


class Worker:
    """Runs the jobs of all batches of a database whose accounts this process has keys for. One for each process.

        with Worker("sqlite:///batches.sqlite") as worker:
            for standing in worker.follow("my-batch"):
                print(standing.counts)

    Raises DatabaseError where the database cannot be used, ConfigurationError where no account is configured.
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
        self._accounts: Final = configured(keys)
        self._names: Final = frozenset(account.name for account in self._accounts)
        self._settings: Final = settings or Settings()
        self._identity: Final = Identity.of_this_process()
        self._ended: Final = threading.Event()
        self._threads: list[threading.Thread] = []
        self._client: DBOSClient | None = None
        self._engine: Final = engine_that_locks(self._url)
        self._term = 0
        self._term_in_hand = 0
        """The term since which no job waits in this process for an heir that does not know of it."""
        self._allow_pickles: Callable[[], None] = lambda: None
        self.fault: StorageFullError | DatabaseError | None = None
        """Why this worker can do nothing more, where it cannot."""
        self.store: Final = JobStore(self._url)
        self._leases: Final = Leases(self.store, self._identity, seconds=self.options.lease)
        self._steps: Final = Steps(
            store=self.store,
            accounts=self._accounts,
            settings=self._settings,
            patience=self.options.patience,
            allow_private_hosts=self.options.allow_private_hosts,
            on_fault=self._stop_for,
            can_send=self._can_send,
            term=lambda: self._term,
            enqueue_anew=self._enqueue_anew,
            another_sleeps=self._leases.another_sleeps,
        )

    @property
    def id(self) -> str:
        return self._identity.id

    def __enter__(self) -> Worker:
        try:
            self.start()
        except BaseException:
            self.stop(grace=0.0)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to take jobs."""
        if _running:
            raise ConfigurationError("this process has a worker already: DBOS is one for each process.")
        if os.environ.get(CLOUD) == "true":
            raise ConfigurationError(
                f"{CLOUD} is set, with which DBOS takes its database from the environment and not the one of the batches."
                f" Nothing was sent. Unset {CLOUD} for this process."
            )
        dispatch.create_tables(self.store)
        self._leases.take()
        self._allow_pickles = dispatch.refuse_pickles()
        _running.append(self._steps)
        names = sorted(self._names)
        DBOS(config=_dbos_config(self._url, self._identity.id, self._engine))
        DBOS.listen_queues(list(map(dispatch.queue_of, names)))
        self._client = dispatch.client_of(self._url)
        for name in names:  # before the launch: queues that come later are noticed a second later
            dispatch.register_queues(self._client, name, self.store.limits(name) or Limits(), polling=self.options.polling)
        DBOS.launch()
        for work in (self._beat, self._look_after_others):
            thread = threading.Thread(target=work, name=f"vidu-{work.__name__.strip('_')}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _enqueue_anew(self, job: Job) -> None:
        if self._client is not None:
            dispatch.enqueue_anew(self.store, self._client, job)

    def stop(self, *, grace: float = 20.0) -> None:
        """Stop taking jobs, let requests that are on their way end for at most `grace` seconds, and leave the rest to others."""
        if self._ended.is_set():
            return
        self._ended.set()
        deadline = time.monotonic() + grace
        while self._steps.sending and time.monotonic() < deadline:
            time.sleep(0.05)
        for thread in self._threads:
            thread.join(timeout=self.options.lease)
        self._steps.close()
        DBOS.destroy(workflow_completion_timeout_sec=DRAIN_SECONDS)
        if self._client is not None:
            self._client.destroy()
        if self._engine is not None:
            self._engine.dispose()
        if self._steps in _running:
            _running.remove(self._steps)
            self._allow_pickles()
        try:
            self._leases.lay_down()
        except DatabaseError as error:
            logger.info("the lease was not laid down and will run out: %s", error)
        self.store.close()

    def _stop_for(self, fault: StorageFullError | DatabaseError) -> None:
        if self.fault is None:
            self.fault = fault
            logger.info("%s", fault)  # whoever runs this worker says it

    def _can_send(self) -> bool:
        """Whether no other worker can have taken this one for dead by the time a request is out."""
        fresh = self._leases.age() < self.options.lease - self.options.patience.resend
        return fresh and not self._ended.is_set() and self.fault is None

    def without_key(self, batch: str | None = None) -> dict[str, int]:
        """How many open jobs wait for an account that this process has no key for, by account; of all batches where none is
        named. Another worker may have the key.
        """
        return {account: number for account, number in self.store.open_jobs(batch).items() if account not in self._names}

    def is_idle(self) -> bool:
        """Whether no job of any batch is open but those that this process has no key for, and nobody lives who may have it."""
        left = self.store.open_jobs()
        return self._names.isdisjoint(left) and not (left and self._leases.others_live())

    def follow(self, batch: str) -> Iterator[BatchProgress]:
        """How a batch stands, twice a second, until it is over or nothing of it can go on by itself: what is left is held by
        a budget, a key or an empty account, or needs a key that this process has not, and no other worker lives.

        Raises StorageFullError or DatabaseError where this worker can do nothing more.
        """
        stuck = 0
        while self.fault is None and stuck < STUCK_LOOKS:
            found = progress(self.store, batch)
            yield found
            if found.is_over:
                return
            stuck = stuck + 1 if self._is_stuck(found) else 0
            time.sleep(LOOK_SECONDS)
        if self.fault is not None:
            raise self.fault

    def _is_stuck(self, found: BatchProgress) -> bool:
        left = {share.account for share in found.shares if share.open and not share.is_stuck}
        return self._names.isdisjoint(left) and not (left and self._leases.others_live())

    # -- threads ------------------------------------------------------------------------------------------------------

    def _beat(self) -> None:
        while not self._ended.wait(self.options.lease / BEATS):
            try:
                if not self._leases.renew():
                    self._term += 1
                    logger.warning("this worker was taken for dead; it begins anew, and gives back the jobs that it had")
                    self._leases.take()
            except (DatabaseError, StorageFullError) as error:
                logger.warning("no sign of life could be given: %s", error)

    def _look_after_others(self) -> None:
        pause = 0.0
        while not self._ended.wait(pause):
            pause = min(self.options.lease / BEATS, 2.0)
            try:
                for dead in self._leases.inherit():
                    self._give_back(dead)
                    self._leases.forget(dead)
                if (term := self._term) != self._term_in_hand:  # what it took as it woke up, its heir may not have seen
                    self._give_back(self.id)
                    self._term_in_hand = term
            except Exception as error:
                if not self._ended.is_set():
                    logger.warning("jobs that were left could not be taken up yet: %s", error)

    def _give_back(self, dead: str) -> None:
        """Put the jobs that a worker had in hand when it died, or was taken for dead, into their queues again.

        They leave their places there only then, so that no other job takes one.
        """
        found = DBOS.list_workflows(
            status="PENDING", executor_id=dead, name=dispatch.WORKFLOW, load_input=False, load_output=False
        )
        for workflow in found:
            job = self.store.job(job_id_of(workflow.workflow_id))
            if job.workflow == workflow.workflow_id:
                self._enqueue_anew(job)
        if found:
            DBOS.cancel_workflows([workflow.workflow_id for workflow in found])
            logger.warning("going on with %d job(s) of worker %s, which died or was taken for dead", len(found), dead)


def _dbos_config(url: str, executor: str, engine: Engine | None) -> DBOSConfig:
    return {
        "name": dispatch.APPLICATION,
        "system_database_url": escaped_database(url),
        "system_database_engine": engine,
        "serializer": dispatch.PLAIN,
        "application_version": dispatch.VERSION,
        "executor_id": executor,
        "sys_db_pool_size": CONNECTIONS,
        "max_executor_threads": THREADS,
        "log_level": "ERROR",
        "run_migrations": False,
    }
