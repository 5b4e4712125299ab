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
from collections.abc import Callable, Generator
from contextlib import contextmanager
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
from .tables import batches, costs, database_error, driver_message, is_missing_file, jobs, meta, metadata, open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dbos import DBOSClient

T = TypeVar("T")
AnyColumns: TypeAlias = tuple[Any, ...]

logger: Final = logging.getLogger("vidu_ext.durable")

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 10.0

Decision = Literal["send", "probe"]
"""`probe` if the cost of the job is unknown, so that it has reserved all that is left of the budget."""
Acceptance = Literal["own", "foreign"]
"""`foreign` if the job has another task, has ended or was retried, or if another job has this task."""
EndState = Literal["fetching", "failed", "canceled"]
"""States of a job after its task has ended."""


@frozen
class _Move:
    """The job after a state change."""

    is_made: bool
    """Whether the change was made, now or by an earlier try; False if the job was in none of the expected states."""
    state: JobState
    reserved: float
    reference: str | None
    attempt: int
    cost: float | None
    """The known cost of its signature."""


_Then: TypeAlias = Callable[[sa.Connection, _Move], None]

_cost: Final = money.KNOWN_COST.label("cost")
_MOVE_COLUMNS: Final = (jobs.c.change, jobs.c.state, jobs.c.reserved, jobs.c.reference, jobs.c.attempt, _cost)
_is_job: Final = jobs.c.id == sa.bindparam("job_id")
_JOB: Final = sa.select(jobs).where(_is_job)
_price: Final = sa.bindparam("price_of_user", type_=sa.Float)
_UNMOVED: Final = sa.select(*_MOVE_COLUMNS).where(_is_job)


def _move_from(*sources: JobState) -> sa.Update:
    """Return an UPDATE of a job in one of these states. Built once, because SQLAlchemy builds it more slowly than it runs it."""
    return sa.update(jobs).where(_is_job, jobs.c.state.in_(sources)).returning(*_MOVE_COLUMNS)


_is_run: Final = jobs.c.run == sa.bindparam("own_run")
_is_submission: Final = jobs.c.submission == sa.bindparam("sent")
_is_task: Final = jobs.c.reference == sa.bindparam("known")
_REFUSE_QUEUED: Final = _move_from("queued").where(_is_run)
_BEGIN: Final = _REFUSE_QUEUED.where(jobs.c.cancel.is_(False)).values(reserved=sa.case((_cost > _price, _cost), else_=_price))
"""Only in the same run: the job may have been cancelled and retried, and its new attempt has another idempotency key."""
_ACCEPT: Final = _move_from("sending", "unknown", "queued").where(jobs.c.attempt == sa.bindparam("own_attempt"))
"""Only in the same attempt: the answer may come after the task has failed and the job was retried."""
_OF_TASK: Final = _move_from("running").where(_is_task)
"""Only with the same task: the job may have failed and run again with another since this worker's lease was taken over."""
_FINISH_AS_RESERVED: Final = _OF_TASK.values(credits=jobs.c.reserved)
_END_SENDING: Final = _move_from("sending", "unknown").where(_is_submission)
"""Only with the same submission: another worker may have requeued the job and be sending it again."""
_MARK_UNKNOWN: Final = _move_from("sending", "running").where(_is_submission | _is_task)
_FETCHING: Final = _move_from("fetching")
_FAIL_DOWNLOAD: Final = _FETCHING.where(_is_run)
"""Only in the same run: the download may have been retried, and a newer workflow be at it."""
_CANCEL_QUEUED: Final = _move_from("queued").where(jobs.c.cancel.is_(True))
"""Only if that is still asked for: the job may have been cancelled by another process and retried."""


class JobStore:
    """The jobs of one database. Thread-safe; every method is one short transaction."""

    def __init__(self, url: str, *, patience: float | None = None) -> None:
        """`patience`: seconds to retry while the database is unreachable; None retries without end."""
        self.url: Final = url
        self._engine: sa.Engine | None = None
        self._opening: Final = threading.Lock()
        self._patience: Final = math.inf if patience is None else patience
        self._salt: str | None = None
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
            self._client = dispatch.client_of(self.url)
        return self._client

    def close(self) -> None:
        if self._client is not None:
            self._client.destroy()
        if self._engine is not None:
            self._engine.dispose()

    def create(self) -> None:
        """Create the missing tables of batches and of DBOS. Raises DatabaseError."""
        with self.writing() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7251983345)"))  # workers may start at the same time
            metadata.create_all(connection)
            money.insert_missing(connection, meta, {"name": "salt", "value": uuid.uuid4().hex}, ["name"])
        dispatch.create_tables(self.url)

    def has_tables(self) -> bool:
        """Return whether the tables exist."""
        if is_missing_file(self.url):
            return False
        return self.run(lambda connection: sa.inspect(connection).has_table(jobs.name))

    @property
    def salt(self) -> str:
        """A random value that makes the idempotency keys of this database differ from those of any other."""
        if self._salt is None:
            self._salt = str(self.rows(sa.select(meta.c.value).where(meta.c.name == "salt"))[0].value)
        return self._salt

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Generator[sa.Connection]:
        """Run one transaction without retries. Raises DatabaseError or StorageFullError."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise database_error(self.url, error) from error

    def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a transaction and return its result. Run it again while the database is unreachable.

        If the answer to a commit is lost, `work` runs again, and must change nothing the second time. Raises StorageFullError or
        IntegrityError at once, DatabaseError for a wrong statement or when `patience` is over.
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
                if is_wrong or isinstance(fault, StorageFullError) or time.monotonic() - began > self._patience:
                    raise fault from error
                logger.warning("the database is unreachable, retrying: %s", driver_message(error))
            time.sleep(pause)
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

        def work(connection: sa.Connection) -> Held | None:
            cost = connection.execute(sa.select(costs.c.credits).where(costs.c.signature == job.signature)).scalar()
            is_held = money.is_insufficient(money.credits_left(connection, job), money.estimate_of(job.price, cost))
            return money.reason_for_hold(connection, job) if is_held else None

        return self.run(work)

    # -- state changes of one job -------------------------------------------------------------------------------------

    def begin(self, job: Job, submission: str) -> Decision | Held | None:
        """Reserve credits for a queued job and record its submission before it is sent, or return what holds it.

        Returns None if the job is not queued any more, has a newer workflow, or is to be cancelled.
        """
        decision: Decision = "send"

        def reserve(connection: sa.Connection, move: _Move) -> None:
            nonlocal decision
            decision = "send"  # an earlier try may have been rolled back
            remaining = money.credits_left(connection, job)
            estimate = money.estimate_of(job.price, move.cost)
            if money.is_insufficient(remaining, estimate):
                raise money.LimitReachedError(money.reason_for_hold(connection, job))
            if estimate is None and remaining is not None:
                decision, estimate = "probe", remaining
                money.set_reserved(connection, job, estimate)
            money.book(connection, job, reserved=estimate or 0.0)

        values = {"state": "sending", "submission": submission, "held": None, "submitted": time.time()}
        try:
            move = self._move(job.id, _BEGIN, reserve, own_run=job.run, price_of_user=job.price or 0.0, **values)
        except money.LimitReachedError as limit:
            return limit.held
        return decision if move.is_made else None

    def hold(self, job: Job, held: Held | None, note: str | None = None) -> None:
        """Record why a queued job is not sent in this run; None clears the reason."""
        self._set(job.id, jobs.c.state == "queued", jobs.c.run == job.run, held=held, note=note)

    def hold_running(self, job: Job, held: Literal["key"] | None) -> None:
        """Record why the state of a running job's task cannot be read; None once it can be."""
        self._set(job.id, jobs.c.state == "running", jobs.c.reference == job.reference, held=held)

    def refuse_queued(self, job: Job, note: str) -> None:
        """Fail a queued job before anything was sent."""
        values = {"state": "failed", "stage": "submit", "held": None, "note": note, "ended": time.time()}
        self._move(job.id, _REFUSE_QUEUED, None, own_run=job.run, **values)

    def requeue(self, job: Job, held: Held | None, note: str | None) -> None:
        """Queue again a job whose request certainly created no task, and release its reservation."""
        self._end_sending(job, state="queued", held=held, note=note)

    def refuse(self, job: Job, note: str) -> None:
        """Fail a job whose request was refused or created no task, and release its reservation."""
        self._end_sending(job, state="failed", stage="submit", note=note, ended=time.time())

    def accept(self, job: Job, reference: str) -> Acceptance:
        """Record the reference of the task that the provider accepted, even if its answer comes late.

        If the job already has another task or has ended, this task is paid too: that is noted in the job and logged as an error.
        If the job was retried meanwhile, this is a task of an earlier attempt, which is paid unless it failed.
        """
        values = {"state": "running", "reference": reference, "submission": None, "note": None, "held": None, "ended": None}
        try:
            move = self._move(job.id, _ACCEPT, None, own_attempt=job.attempt, **values)
        except IntegrityError:  # references are unique: another job has this task
            return "foreign"
        if move.attempt != job.attempt:
            logger.warning("job %s was retried, and its earlier task %s may be paid: check the console", job.id, reference)
            self._set(job.id, note=f"its earlier task {reference} may be paid too")
            return "foreign"
        if move.reference != reference:
            known = f"has the task {move.reference}" if move.reference else f"is {move.state}"
            logger.error("job %s %s, and %s was paid too: check the provider's console", job.id, known, reference)
            self._set(job.id, note=f"{reference} was paid too")
            return "foreign"
        return "own"

    def record_cost(self, job: Job, paid: float) -> None:
        """Set the reservation of a running job to the cost that the provider reported before the task ended."""

        def reserve(connection: sa.Connection, move: _Move) -> None:
            money.set_reserved(connection, job, paid)
            money.book(connection, job, reserved=paid - move.reserved)
            money.learn_cost(connection, job, paid, move.cost)

        self._move(job.id, _OF_TASK, reserve, known=job.reference)

    def mark_unknown(self, job: Job, note: str) -> JobState:
        """Mark a job that may be paid as unknown. Its reservation stays until a person settles it. Returns the job's state.

        Changes nothing if the job has another submission or task by now.
        """
        values = {"state": "unknown", "held": None, "note": note, "ended": time.time()}
        return self._move(job.id, _MARK_UNKNOWN, None, sent=job.submission, known=job.reference, **values).state

    def finish(self, job: Job, state: EndState, paid: float | None, note: str | None) -> JobState:
        """Charge the ended task of a running job: `paid`, or its reservation if `paid` is None. Returns the job's state.

        Changes nothing if the job has another task by now.
        """
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
        statement = _FINISH_AS_RESERVED if paid is None else _OF_TASK

        def charge(connection: sa.Connection, move: _Move) -> None:
            money.book(connection, job, reserved=-move.reserved, spent=move.reserved if paid is None else paid)
            money.learn_cost(connection, job, paid, move.cost)

        return self._move(job.id, statement, charge, known=job.reference, **values).state

    def record_file(self, job_id: str, file: str, size: int, sha256: str) -> bool:
        """End a job whose result was downloaded, and record the file. Return False if another worker has ended it."""
        values = {"state": "done", "file": file, "size": size, "sha256": sha256, "ended": time.time()}
        return self._move(job_id, _FETCHING, None, **values).is_made

    def fail_download(self, job: Job, note: str) -> JobState:
        """Fail a job whose result is paid and could not be downloaded. Returns the job's state."""
        values = {"state": "failed", "stage": "fetch", "ended": time.time(), "note": note}
        return self._move(job.id, _FAIL_DOWNLOAD, None, own_run=job.run, **values).state

    def request_cancel(self, job_id: str) -> None:
        """Mark the job to be cancelled as soon as possible."""
        self._set(job_id, cancel=True)

    def cancel_queued(self, job_id: str) -> bool:
        """Cancel a job that is to be cancelled and was not sent. Return False if it is not queued any more."""
        values = {"state": "canceled", "held": None, "note": "cancelled before it was sent", "ended": time.time()}
        return self._move(job_id, _CANCEL_QUEUED, None, **values).is_made

    def enqueue_again(self, job: Job) -> bool:
        """Enqueue an open job again, as a new workflow. Return False if it has a newer one by now, or is no longer open."""
        client = self.client
        priority = job.priority if job.state == "queued" else dispatch.FIRST_PRIORITY
        if job.state == "queued" and job.held == "budget":
            priority = dispatch.LAST_PRIORITY
        with self.writing() as connection:
            unchanged = (jobs.c.id == job.id, jobs.c.state.in_(OPEN), jobs.c.run == job.run)
            if not connection.execute(sa.update(jobs).where(*unchanged).values(run=job.run + 1)).rowcount:
                return False
            dispatch.enqueue(client, connection, evolve(job, run=job.run + 1, priority=priority))
        return True

    def _set(self, job_id: str, *conditions: sa.ColumnElement[bool], **values: Any) -> None:
        """Set columns of a job other than its state."""
        statement = sa.update(jobs).where(jobs.c.id == job_id, *conditions).values(**values)
        self.run(lambda connection: connection.execute(statement))

    def _end_sending(self, job: Job, **values: Any) -> None:
        def release(connection: sa.Connection, move: _Move) -> None:
            money.set_reserved(connection, job, 0.0)
            money.book(connection, job, reserved=-move.reserved)

        self._move(job.id, _END_SENDING, release, sent=job.submission, submission=None, **values)

    def _move(self, job_id: str, statement: sa.Update, then: _Then | None, **values: Any) -> _Move:
        """Change a job's row and do `then` in one transaction: once, even if the answer to an earlier try was lost."""
        parameters = {"job_id": job_id, "change": uuid.uuid4().hex, **values}

        def work(connection: sa.Connection) -> _Move:
            moved = connection.execute(statement, parameters).one_or_none()
            row = moved or connection.execute(_UNMOVED, {"job_id": job_id}).one()
            is_made = row.change == parameters["change"]
            move = _Move(is_made, row.state, row.reserved, row.reference, row.attempt, row.cost)
            if moved and then is not None:
                then(connection, move)
            return move

        return self.run(work)
