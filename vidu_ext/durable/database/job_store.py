"""The job store: state changes of jobs, each in one transaction with the credits that it reserves, charges or releases.

A transaction first updates the job's row, and only if what its caller knows of the job is still true: the state, and the run, the
attempt, the submission or the task that the change is about. Since the caller read the row, another worker may have taken the job
over, or a person may have cancelled or retried it. Each change of state has a random id, so that a retry recognises a commit
whose answer was lost. While the database is unreachable, calls wait and retry: the reference of a paid task must not be lost.
"""

from __future__ import annotations

import logging
import math
import threading
import time
import uuid
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

import sqlalchemy as sa
from attrs import evolve, frozen
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from vidu_ext.durable import dispatch
from vidu_ext.durable.errors import StorageFullError
from vidu_ext.durable.job import OPEN, Held, Job, JobState

from . import money
from .tables import SQLITE, batches, costs, database_error, driver_message, is_missing_file, jobs, meta, metadata, open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dbos import DBOSClient

T = TypeVar("T")
AnyColumns: TypeAlias = tuple[Any, ...]

logger: Final = logging.getLogger("vidu_ext.durable")

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 10.0

EndState = Literal["fetching", "failed", "canceled"]
"""States of a job after its task has ended."""

_Then: TypeAlias = Callable[[sa.Connection, Job, "float | None"], Job]
"""Moves the money of a change, within its transaction. Takes and returns the job, and takes the known cost of its signature."""

_cost: Final = money.KNOWN_COST.label("cost")
_is_job: Final = jobs.c.id == sa.bindparam("job_id")
_JOB: Final = sa.select(jobs).where(_is_job)
_price: Final = sa.bindparam("price_of_user", type_=sa.Float)


@frozen
class _Update:
    """An UPDATE of a job that is made only while one of some members is what the caller knows of the job."""

    statement: sa.Update
    known: tuple[str, ...]


def _update(
    *sources: JobState, known: tuple[str, ...] = ("id",), where: Sequence[sa.ColumnElement[bool]] = (), **values: Any
) -> _Update:
    """Return an UPDATE of a job in one of these states. Built once, because SQLAlchemy builds it more slowly than it runs it."""
    is_known = sa.or_(*(jobs.c[name] == sa.bindparam(f"known_{name}") for name in known))
    statement = sa.update(jobs).where(_is_job, jobs.c.state.in_(sources), is_known, *where)
    return _Update(statement.values(**values).returning(*jobs.c, _cost), known)


_QUEUED: Final = _update("queued", known=("run",))
"""Only in the same run: the job may have been cancelled and retried, and its new attempt has another idempotency key."""
_BEGIN: Final = _update(
    "queued", known=("run",), where=[jobs.c.cancel.is_(False)], reserved=sa.case((_cost > _price, _cost), else_=_price)
)
_ACCEPT: Final = _update("sending", "unknown", "queued", known=("attempt",))
"""Only in the same attempt: the answer may come after the task has failed and the job was retried."""
_OF_TASK: Final = _update("running", known=("reference",))
"""Only with the same task: the job may have failed and run again with another since this worker's lease was taken over."""
_FINISH_AS_RESERVED: Final = _update("running", known=("reference",), credits=jobs.c.reserved)
_END_SENDING: Final = _update("sending", "unknown", known=("submission",))
"""Only with the same submission: another worker may have requeued the job and be sending it again."""
_MARK_UNKNOWN: Final = _update("sending", "running", known=("submission", "reference"))
_RECORD_FILE: Final = _update("fetching")
"""From any worker: the first to record its file ends the job."""
_CANCEL_QUEUED: Final = _update("queued", where=[jobs.c.cancel.is_(True)])
"""Only if that is still asked for: the job may have been cancelled by another process and retried."""
_FAIL_DOWNLOAD: Final = _update("fetching", known=("run",))
"""Only in the same run: the download may have been retried, and a newer workflow be at it."""


class JobStore:
    """The jobs of one database. Thread-safe; every method is one short transaction."""

    def __init__(self, url: str, *, patience: float | None = None) -> None:
        """`patience`: seconds to retry while the database is unreachable; None retries without end."""
        self.url: Final = url
        self._engine: sa.Engine | None = None
        self._opening: Final = threading.Lock()
        self._patience: Final = math.inf if patience is None else patience
        self._is_stopping: Final = threading.Event()
        self._client: DBOSClient | None = None

    @property
    def engine(self) -> sa.Engine:
        """The engine, opened on first use: opening creates a missing SQLite file, which `has_tables` must not do.

        Raises DatabaseError.
        """
        with self._opening:
            if self._engine is None:
                self._engine = open_engine(self.url)
            return self._engine

    @property
    def client(self) -> DBOSClient:
        """A DBOS client, which works without a worker. The tables must exist."""
        if self._client is None:
            self._client = dispatch.client_of(self.url, self.engine if self.url.startswith(SQLITE) else None)
        return self._client

    def stop_retrying(self) -> None:
        """Let calls fail from now on while the database is unreachable, also those of other threads that wait to try again."""
        self._is_stopping.set()

    def close(self) -> None:
        if self._client is not None:
            self._client.destroy()
        if self._engine is not None:
            self._engine.dispose()

    def create(self) -> None:
        """Create the missing tables of batches and of DBOS. Raises DatabaseError."""
        with self.writing() as connection:
            lock = "SELECT pg_advisory_xact_lock(7251983345)" if self.engine.dialect.name == "postgresql" else "BEGIN IMMEDIATE"
            connection.execute(sa.text(lock))  # workers may start at the same time
            metadata.create_all(connection)
            money.insert_missing(connection, meta, {"name": "salt", "value": uuid.uuid4().hex}, ["name"])
        dispatch.create_tables(self.url)

    def has_tables(self) -> bool:
        """Return whether the tables exist."""
        if is_missing_file(self.url):
            return False
        return self.run(lambda connection: sa.inspect(connection).has_table(jobs.name))

    @cached_property
    def salt(self) -> str:
        """A random value that makes the idempotency keys of this database differ from those of any other."""
        return str(self.rows(sa.select(meta.c.value).where(meta.c.name == "salt"))[0].value)

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def reporting(self) -> Generator[None]:
        """Raise DatabaseError or StorageFullError for errors of the database, also for those that DBOS meets."""
        try:
            yield
        except DBAPIError as error:
            raise database_error(self.url, error) from error

    @contextmanager
    def writing(self) -> Generator[sa.Connection]:
        """Run one transaction without retries. Raises DatabaseError or StorageFullError."""
        with self.reporting(), self.engine.begin() as connection:
            yield connection

    def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a transaction and return its result. Run it again while the database is unreachable.

        If the answer to a commit is lost, `work` runs again, and must change nothing the second time. Raises StorageFullError or
        IntegrityError at once, DatabaseError for a wrong statement, when `patience` is over or after `stop_retrying`.
        """
        pause = FIRST_PAUSE
        began = time.monotonic()
        while True:
            try:
                with self.engine.begin() as connection:
                    return work(connection)
            except IntegrityError:
                raise
            except (DBAPIError, PoolTimeoutError) as error:
                fault = database_error(self.url, error)
                is_wrong = isinstance(error, ProgrammingError) or "no such column" in str(error)  # as SQLite reports it
                is_over = self._is_stopping.is_set() or time.monotonic() - began > self._patience
                if is_wrong or is_over or isinstance(fault, StorageFullError):
                    raise fault from error
                logger.warning("the database is unreachable, retrying: %s", driver_message(error))
            self._is_stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    # -- queries ------------------------------------------------------------------------------------------------------

    def rows(self, query: sa.Select[*AnyColumns], **parameters: object) -> Sequence[sa.Row[*AnyColumns]]:
        """Return the rows of a query."""
        return self.run(lambda connection: connection.execute(query, parameters).all())

    def jobs(self, query: sa.Select[*AnyColumns], **parameters: object) -> list[Job]:
        """Return the jobs of a query for all their columns."""
        return [Job(**row) for row in self.run(lambda connection: connection.execute(query, parameters).mappings().all())]

    def job(self, job_id: str) -> Job:
        return self.jobs(_JOB, job_id=job_id)[0]

    def folder(self, batch: str) -> Path:
        """Return the folder for the files of a batch."""
        return Path(self.rows(sa.select(batches.c.folder).where(batches.c.name == batch))[0].folder)

    def open_jobs(self, batch: str | None = None) -> dict[str, int]:
        """Count the open jobs of a batch, or of all batches, by account."""
        number = sa.func.count().label("number")
        query = sa.select(jobs.c.account, number).where(jobs.c.state.in_(OPEN)).group_by(jobs.c.account)
        if batch is not None:
            query = query.where(jobs.c.batch == batch)
        return {row.account: row.number for row in self.rows(query)}

    def has_unsettled_twin(self, job: Job) -> bool:
        """Return whether another job with the same request and account may have created a task that is not known yet."""
        same = (jobs.c.account == job.account, jobs.c.digest == job.digest, jobs.c.id != job.id)
        return bool(self.rows(sa.select(jobs.c.id).where(*same, jobs.c.state.in_(("sending", "unknown"))).limit(1)))

    def other_batch_waits(self, job: Job) -> bool:
        """Return whether another batch has queued jobs for the same account, not counting held ones."""
        others = (jobs.c.account == job.account, jobs.c.state == "queued", jobs.c.batch != job.batch, jobs.c.held.is_(None))
        return bool(self.rows(sa.select(jobs.c.id).where(*others).limit(1)))

    def budget_hold(self, job: Job) -> Held | None:
        """Return why the budget does not allow the job now; None if `begin` may succeed. Reserves nothing."""

        def work(connection: sa.Connection) -> None:
            cost = connection.execute(sa.select(costs.c.credits).where(costs.c.signature == job.signature)).scalar()
            money.reservation(connection, job, cost)

        try:
            self.run(work)
        except money.LimitReachedError as limit:
            return limit.held
        return None

    # -- state changes of one job: each returns the job after it, or None if the job is not as the caller knows it ----------

    def begin(self, job: Job, submission: str) -> Job | None:
        """Reserve credits for a queued job and record its submission before it is sent; or record what holds the job.

        None also if the job is to be cancelled.
        """

        def reserve(connection: sa.Connection, after: Job, cost: float | None) -> Job:
            reserved = money.reservation(connection, job, cost)
            money.book(connection, job, reserved=reserved)
            return after if after.reserved == reserved else money.set_reserved(connection, after, reserved)

        values = {"state": "sending", "submission": submission, "held": None, "submitted": time.time()}
        try:
            return self._move(job, _BEGIN, reserve, price_of_user=job.price or 0.0, **values)
        except money.LimitReachedError as limit:
            return self.hold(job, limit.held)

    def hold(self, job: Job, held: Held | None, note: str | None = None) -> Job | None:
        """Record why a queued job is not sent in this run, or why the state of a running job's task cannot be read."""
        noted = {"note": note} if job.state == "queued" else {}
        return self._move(job, _QUEUED if job.state == "queued" else _OF_TASK, held=held, **noted)

    def requeue(self, job: Job, held: Held | None, note: str | None) -> Job | None:
        """Queue again a job whose request certainly created no task, and release its reservation."""
        return self._move(job, _END_SENDING, _release, state="queued", submission=None, held=held, note=note)

    def refuse(self, job: Job, note: str) -> Job | None:
        """Fail a job that cannot be sent, or whose request created no task, and release its reservation."""
        values = {"state": "failed", "stage": "submit", "submission": None, "held": None, "note": note, "ended": time.time()}
        return self._move(job, _QUEUED if job.state == "queued" else _END_SENDING, _release, **values)

    def accept(self, job: Job, reference: str) -> Job | None:
        """Record the reference of the task that the provider accepted, even if its answer comes late.

        None if the task is not that of the job. If the job has another task or has ended, this one is paid too: that is noted in
        the job and logged as an error. If the job was retried meanwhile, this is a task of an earlier attempt, which is paid
        unless it failed. It may also be the task of another job.
        """
        values = {"state": "running", "reference": reference, "submission": None, "note": None, "held": None, "ended": None}
        try:
            after = self._move(job, _ACCEPT, **values) or self.job(job.id)
        except IntegrityError:  # references are unique: another job has this task
            return None
        if after.attempt != job.attempt:
            logger.warning("job %s was retried, and its earlier task %s may be paid: check the console", job.id, reference)
            self._set(job.id, note=f"its earlier task {reference} may be paid too")
            return None
        if after.reference != reference:
            known = f"has the task {after.reference}" if after.reference else f"is {after.state}"
            logger.error("job %s %s, and %s was paid too: check the provider's console", job.id, known, reference)
            self._set(job.id, note=f"{reference} was paid too")
            return None
        return after

    def record_cost(self, job: Job, paid: float) -> Job | None:
        """Set the reservation of a running job to the cost that the provider reported before the task ended."""

        def reserve(connection: sa.Connection, after: Job, cost: float | None) -> Job:
            money.book(connection, job, reserved=paid - after.reserved)
            money.learn_cost(connection, job, paid, cost)
            return money.set_reserved(connection, after, paid)

        return self._move(job, _OF_TASK, reserve)

    def mark_unknown(self, job: Job, note: str) -> Job | None:
        """Mark a job that may be paid as unknown. Its reservation stays until a person settles it."""
        return self._move(job, _MARK_UNKNOWN, state="unknown", held=None, note=note, ended=time.time())

    def finish(self, job: Job, state: EndState, paid: float | None, note: str | None) -> Job | None:
        """Charge the ended task of a running job: `paid`, or its reservation if `paid` is None."""
        now = time.time()
        values = {
            "state": state,
            "stage": "task" if state == "failed" else None,
            "held": None,
            "finished": now,
            "ended": None if state == "fetching" else now,
            **({"note": note} if note is not None else {}),
            **({"credits": paid} if paid is not None else {}),
        }

        def charge(connection: sa.Connection, after: Job, cost: float | None) -> Job:
            money.book(connection, job, reserved=-after.reserved, spent=after.reserved if paid is None else paid)
            money.learn_cost(connection, job, paid, cost)
            return after

        return self._move(job, _FINISH_AS_RESERVED if paid is None else _OF_TASK, charge, **values)

    def record_file(self, job: Job, file: str, size: int, sha256: str) -> Job | None:
        """End a job whose result was downloaded, and record the file. None if another worker has ended it."""
        return self._move(job, _RECORD_FILE, state="done", file=file, size=size, sha256=sha256, ended=time.time())

    def fail_download(self, job: Job, note: str) -> Job | None:
        """Fail a job whose result is paid and could not be downloaded."""
        return self._move(job, _FAIL_DOWNLOAD, state="failed", stage="fetch", note=note, ended=time.time())

    def cancel(self, job: Job) -> Job:
        """Mark the job to be cancelled as soon as possible, and cancel it if it was not sent."""
        self._set(job.id, cancel=True)
        return self.cancel_queued(job) or self.job(job.id)

    def cancel_queued(self, job: Job) -> Job | None:
        """Cancel a job that is to be cancelled and was not sent."""
        values = {"state": "canceled", "held": None, "note": "cancelled before it was sent", "ended": time.time()}
        return self._move(job, _CANCEL_QUEUED, **values)

    # -- workflows ----------------------------------------------------------------------------------------------------

    def enqueue_again(self, job: Job) -> bool:
        """Enqueue an open job again, as a new workflow. Return False if it has a newer one by now, or is no longer open."""
        priority = job.priority if job.state == "queued" else dispatch.FIRST_PRIORITY
        if job.state == "queued" and job.held == "budget":
            priority = dispatch.LAST_PRIORITY
        return self._enqueue(evolve(job, priority=priority), OPEN)

    def retry(self, job: Job) -> bool:
        """Queue an ended job again. Return False if another process has changed it. A paid result is only downloaded again."""
        if job.stage == "fetch":
            values: dict[str, object] = {"state": "fetching"}
        else:
            cleared = ("reference", "submission", "credits", "submitted", "finished")
            values = {"state": "queued", "attempt": job.attempt + 1, **dict.fromkeys(cleared)}
        reset = {"stage": None, "held": None, "cancel": False, "note": None, "ended": None, "reserved": 0.0}
        return self._enqueue(job, (job.state,), **values, **reset)

    def _enqueue(self, job: Job, states: Collection[JobState], **values: object) -> bool:
        """Give a job in one of the states a new workflow, unless it has a newer one."""
        client = self.client
        unchanged = (jobs.c.id == job.id, jobs.c.state.in_(states), jobs.c.run == job.run)
        with self.writing() as connection:
            if not connection.execute(sa.update(jobs).where(*unchanged).values(run=job.run + 1, **values)).rowcount:
                return False
            dispatch.enqueue(client, connection, evolve(job, run=job.run + 1))
        return True

    # -- statements ---------------------------------------------------------------------------------------------------

    def _set(self, job_id: str, **values: Any) -> None:
        """Set columns of a job other than its state."""
        statement = sa.update(jobs).where(jobs.c.id == job_id).values(**values)
        self.run(lambda connection: connection.execute(statement))

    def _move(self, job: Job, update: _Update, then: _Then | None = None, /, **values: Any) -> Job | None:
        """Change a job's row and do `then` in one transaction: once, even if the answer to an earlier try was lost."""
        known = {f"known_{name}": getattr(job, name) for name in update.known}
        change = uuid.uuid4().hex

        def work(connection: sa.Connection) -> Job | None:
            parameters = {"job_id": job.id, "change": change, **known, **values}
            row = connection.execute(update.statement, parameters).mappings().one_or_none()
            if row is None:
                now = Job(**connection.execute(_JOB, {"job_id": job.id}).mappings().one())
                return now if now.change == change else None
            after = Job(**{name: row[name] for name in jobs.c.keys()})  # noqa: SIM118  of columns, not of names
            return after if then is None else then(connection, after, row["cost"])

        return self.run(work)


def _release(connection: sa.Connection, after: Job, _cost: float | None) -> Job:
    """Release what a job has reserved."""
    money.book(connection, after, reserved=-after.reserved)
    return money.set_reserved(connection, after, 0.0)
