"""The job store: state changes of jobs, each in one transaction with the credits that it reserves, charges or releases.

A transaction first updates the job's row, and only if the job is in one of the expected states. Each change of state has a
random id, so that a retry recognises a commit whose answer was lost. While the database is unreachable, calls wait and retry,
because the reference of a paid task must not be lost.
"""

from __future__ import annotations

import logging
import math
import threading
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import sqlalchemy as sa
from attrs import field, frozen
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from vidu_ext.durable.errors import DatabaseError, StorageFullError
from vidu_ext.durable.job import OPEN, Held, Job, JobState, Limits, job_of

from .money import (
    KNOWN_COST,
    KnownCost,
    LimitReachedError,
    book,
    credits_left,
    estimate_of,
    guess_for,
    insert_missing,
    is_insufficient,
    learn_cost,
    reason_for_hold,
    reserved_by,
)
from .tables import (
    accounts,
    batches,
    costs,
    database_error,
    driver_message,
    is_missing_file,
    jobs,
    meta,
    metadata,
    open_engine,
    shown_database,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

logger: Final = logging.getLogger("vidu_ext.durable")

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 10.0

Decision = Literal["send", "held", "cancel", "not-queued"]
"""`send` if the job may be sent; `held` or `cancel` if it stays queued; `not-queued` if it is not queued any more."""
Outcome = Literal["moved", "already moved", "elsewhere"]
"""`already moved` if an earlier try made the change, `elsewhere` if the job was in none of the expected states."""
EndState = Literal["fetching", "failed", "canceled"]
"""States of a job after its task has ended."""


@frozen
class SendDecision:
    """Whether a job may be sent now."""

    decision: Decision
    held: Held | None = None
    """What holds it."""
    is_probe: bool = False
    """Whether the job is sent to learn the unknown cost of its signature."""


@frozen
class Acceptance:
    """The result of `accept`: whose task it is, and whether it must be cancelled."""

    is_own: bool
    """Whether the task belongs to the job; False if the job has another task or has ended, or if another job has this task."""
    cancel: bool
    """Whether a user has asked to cancel the job."""


@frozen
class _Move:
    """The outcome of a state change, and the job after it."""

    outcome: Outcome
    state: JobState
    reserved: float
    reference: str | None
    cancel: bool = field(kw_only=True)
    cost: KnownCost = field(kw_only=True)


_MOVE_COLUMNS: Final = (jobs.c.change, jobs.c.state, jobs.c.reserved, jobs.c.reference, jobs.c.cancel, *KNOWN_COST)
_is_job: Final = jobs.c.id == sa.bindparam("job_id")
_JOB: Final = sa.select(jobs).where(_is_job)
_price: Final = sa.bindparam("price_of_user", type_=sa.Float)
_UNMOVED: Final = sa.select(*_MOVE_COLUMNS).where(_is_job)


@cache
def _move_from(*sources: JobState) -> sa.Update:
    """Return an UPDATE of a job in one of these states. Cached, because SQLAlchemy builds it more slowly than it runs it."""
    return sa.update(jobs).where(_is_job, jobs.c.state.in_(sources)).returning(*_MOVE_COLUMNS)


_known_cost, _ = KNOWN_COST
_BEGIN: Final = (
    _move_from("queued")
    .where(jobs.c.cancel.is_(False))
    .values(reserved=sa.case((_known_cost > _price, _known_cost), else_=_price))
)
_FINISH_AS_RESERVED: Final = _move_from("running").values(credits=jobs.c.reserved)
_END_SENDING: Final = _move_from("sending", "unknown").where(jobs.c.submission == sa.bindparam("sent"))
"""Only with the same submission: another worker may have requeued the job and be sending it again."""


class JobStore:
    """The jobs of one database. Thread-safe; every method is one short transaction."""

    def __init__(self, url: str, *, patience: float | None = None) -> None:
        """`patience`: seconds to retry while the database is unreachable; None retries without end."""
        self.url: Final = url
        self._engine: sa.Engine | None = None
        self._opening: Final = threading.Lock()
        self._patience: Final = math.inf if patience is None else patience
        self._salt: str | None = None

    @property
    def engine(self) -> sa.Engine:
        """The engine, opened on first use: opening creates a missing SQLite file, which `has_tables` must not do.

        Raises DatabaseError.
        """
        with self._opening:
            if self._engine is None:
                self._engine = open_engine(self.url)
            return self._engine

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()

    def create(self) -> None:
        """Create missing tables."""
        with self.writing() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7251983345)"))  # workers may start at the same time
            metadata.create_all(connection)
            insert_missing(connection, meta, {"name": "salt", "value": uuid.uuid4().hex}, ["name"])

    def has_tables(self) -> bool:
        """Return whether the tables exist."""
        if is_missing_file(self.url):
            return False
        return self.read(lambda connection: sa.inspect(connection).has_table(jobs.name))

    @property
    def salt(self) -> str:
        """A random value that makes the idempotency keys of this database differ from those of any other."""
        if self._salt is None:
            query = sa.select(meta.c.value).where(meta.c.name == "salt")
            self._salt = str(self.read(lambda connection: connection.execute(query).scalar_one()))
        return self._salt

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Generator[sa.Connection]:
        """Run one transaction without retries. Raises DatabaseError or StorageFullError."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise _disk_full_error(error) or database_error(self.url, error) from error

    def read(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a transaction and return its result. Run it again while the database is unreachable.

        Raises StorageFullError or IntegrityError at once, DatabaseError for a wrong statement or when `patience` is over.
        """
        return self._retrying(work)

    def change(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work`, which writes, as `read` does.

        If the answer to its commit is lost, it runs again, and must change nothing the second time.
        """
        return self._retrying(work)

    def _retrying(self, work: Callable[[sa.Connection], T]) -> T:
        pause = FIRST_PAUSE
        began = time.monotonic()
        while True:
            try:
                with self.engine.begin() as connection:
                    return work(connection)
            except IntegrityError:
                raise
            except (DBAPIError, PoolTimeoutError) as error:
                if full := _disk_full_error(error):
                    raise full from error
                if isinstance(error, ProgrammingError) or time.monotonic() - began > self._patience:
                    raise database_error(self.url, error) from error
                logger.warning("the database is unreachable, retrying: %s", driver_message(error))
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    # -- queries ------------------------------------------------------------------------------------------------------

    def job(self, job_id: str) -> Job:
        return self.read(lambda connection: job_of(connection.execute(_JOB, {"job_id": job_id}).mappings().one()))

    def folder(self, batch: str) -> Path:
        """Return the folder for the files of a batch."""
        query = sa.select(batches.c.folder).where(batches.c.name == batch)
        return Path(self.read(lambda connection: connection.execute(query).scalar_one()))

    def limits(self, account: str) -> Limits | None:
        """Return the limits of an account; None if no batch uses it yet."""
        query = sa.select(accounts).where(accounts.c.account == account)
        row = self.read(lambda connection: connection.execute(query).mappings().one_or_none())
        return Limits(concurrency=row["concurrency"], rate=row["rate"], period=row["period"]) if row else None

    def open_jobs(self, batch: str | None = None) -> dict[str, int]:
        """Count the open jobs of a batch, or of all batches, by account."""
        query = sa.select(jobs.c.account, sa.func.count()).where(jobs.c.state.in_(OPEN)).group_by(jobs.c.account)
        if batch is not None:
            query = query.where(jobs.c.batch == batch)
        rows = self.read(lambda connection: connection.execute(query).all())
        return {row[0]: row[1] for row in rows}

    def has_unsettled_twin(self, job: Job) -> bool:
        """Return whether another job with the same request and account may have created a task that is not known yet."""
        same = (jobs.c.account == job.account, jobs.c.digest == job.digest, jobs.c.id != job.id)
        query = sa.select(sa.func.count()).where(*same, jobs.c.state.in_(("sending", "unknown")))
        return bool(self.read(lambda connection: connection.execute(query).scalar_one()))

    def other_batch_waits(self, job: Job) -> bool:
        """Return whether another batch has queued jobs for the same account, not counting held ones."""
        others = (jobs.c.account == job.account, jobs.c.state == "queued", jobs.c.batch != job.batch, jobs.c.held.is_(None))
        return self.read(lambda connection: connection.execute(sa.select(jobs.c.id).where(*others).limit(1)).first() is not None)

    def budget_hold(self, job: Job) -> Held | None:
        """Return why the budget does not allow the job now; None if `begin` may succeed. Reserves nothing."""

        def work(connection: sa.Connection) -> Held | None:
            cost = connection.execute(sa.select(costs.c.credits).where(costs.c.signature == job.signature)).scalar()
            is_held = is_insufficient(credits_left(connection, job), estimate_of(job.price, cost))
            return reason_for_hold(connection, job) if is_held else None

        return self.read(work)

    # -- state changes of one job -------------------------------------------------------------------------------------

    def begin(self, job: Job, submission: str) -> SendDecision:
        """Reserve credits for a queued job and record its submission before it is sent, or return why it may not be sent."""
        change_id = uuid.uuid4().hex
        values = {"state": "sending", "submission": submission, "held": None, "submitted": time.time()}

        def work(connection: sa.Connection) -> SendDecision:
            move = _move(connection, _BEGIN, job.id, change_id, price_of_user=job.price or 0.0, **values)
            if move.outcome == "elsewhere":
                return SendDecision("cancel" if move.cancel and move.state == "queued" else "not-queued")
            remaining = credits_left(connection, job)
            estimate = estimate_of(job.price, move.cost.credits)
            is_probe = estimate is None and remaining is not None
            if move.outcome == "already moved":
                return SendDecision("send", is_probe=is_probe)
            if is_insufficient(remaining, estimate):
                raise LimitReachedError(reason_for_hold(connection, job))
            if estimate is None and remaining is not None:
                estimate = guess_for(connection, job, remaining)
                connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(reserved=estimate))
            book(connection, job, reserved=estimate or 0.0)
            return SendDecision("send", is_probe=is_probe)

        try:
            return self.change(work)
        except LimitReachedError as limit:
            return SendDecision("held", limit.held)

    def hold(self, job_id: str, held: Held | None, note: str | None = None) -> None:
        """Record why a queued job is not sent; None clears the reason."""
        self._set(job_id, jobs.c.state == "queued", held=held, note=note)

    def hold_running(self, job_id: str, held: Literal["key"] | None) -> None:
        """Record why the state of a running job cannot be read; None once it can be."""
        self._set(job_id, jobs.c.state == "running", held=held)

    def refuse_queued(self, job: Job, note: str) -> None:
        """Fail a queued job before anything was sent."""
        self._change_state(job.id, ("queued",), state="failed", stage="submit", held=None, note=note, ended=time.time())

    def requeue(self, job: Job, held: Held | None, note: str | None) -> None:
        """Queue again a job whose request certainly created no task, and release its reservation."""
        self._end_sending(job, state="queued", held=held, note=note)

    def refuse(self, job: Job, note: str) -> None:
        """Fail a job whose request was refused or created no task, and release its reservation."""
        self._end_sending(job, state="failed", stage="submit", note=note, ended=time.time())

    def accept(self, job: Job, reference: str) -> Acceptance:
        """Record the reference of the task that the provider accepted, even if its answer comes late.

        If the job already has another task or has ended, this task is paid too: that is noted in the job and logged as an error.
        """
        change_id = uuid.uuid4().hex
        values = {"state": "running", "reference": reference, "submission": None, "note": None, "held": None, "ended": None}
        try:
            statement = _move_from("sending", "unknown", "queued")
            move = self.change(lambda connection: _move(connection, statement, job.id, change_id, **values))
        except IntegrityError:  # references are unique: another job has this task
            return Acceptance(is_own=False, cancel=False)
        if move.reference != reference:
            known = f"has the task {move.reference}" if move.reference else f"is {move.state}"
            logger.error("job %s %s, and %s was paid too: check the provider's console", job.id, known, reference)
            self._set(job.id, note=f"{reference} was paid too")
        return Acceptance(is_own=move.reference == reference, cancel=move.cancel)

    def record_cost(self, job: Job, paid: float) -> None:
        """Set the reservation of a running job to the cost that the provider reported before the task ended."""

        def work(connection: sa.Connection) -> None:
            reserved = reserved_by(connection, job)
            is_running = (jobs.c.id == job.id, jobs.c.state == "running")
            if connection.execute(sa.update(jobs).where(*is_running).values(reserved=paid)).rowcount:
                book(connection, job, reserved=paid - reserved)
            learn_cost(connection, job, paid, KnownCost(None, job.id))

        self.change(work)

    def mark_unknown(self, job: Job, note: str) -> None:
        """Mark a job that may be paid as unknown. Its reservation stays until a person settles it."""
        change_id = uuid.uuid4().hex

        def work(connection: sa.Connection) -> None:
            values = {"state": "unknown", "held": None, "note": note, "ended": time.time()}
            move = _move(connection, _move_from("sending", "running"), job.id, change_id, **values)
            if move.outcome == "moved":
                learn_cost(connection, job, None, move.cost)  # otherwise other jobs would wait until a person settles this one

        self.change(work)

    def finish(self, job: Job, state: EndState, paid: float | None, note: str | None) -> bool:
        """Charge an ended task: `paid`, or its reservation if `paid` is None. Return False if the job is not running."""
        change_id = uuid.uuid4().hex
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
        statement = _FINISH_AS_RESERVED if paid is None else _move_from("running")

        def work(connection: sa.Connection) -> bool:
            move = _move(connection, statement, job.id, change_id, **values)
            if move.outcome == "moved":
                book(connection, job, reserved=-move.reserved, spent=move.reserved if paid is None else paid)
                learn_cost(connection, job, paid, move.cost)
            return move.outcome != "elsewhere"

        return self.change(work)

    def record_file(self, job_id: str, file: str, size: int, sha256: str) -> None:
        """End a job whose result was downloaded, and record the file."""
        values = {"state": "done", "file": file, "size": size, "sha256": sha256, "ended": time.time()}
        self._change_state(job_id, ("fetching",), **values)

    def fail_download(self, job_id: str, note: str) -> None:
        """Fail a job whose result is paid and could not be downloaded."""
        self._change_state(job_id, ("fetching",), state="failed", stage="fetch", ended=time.time(), note=note)

    def request_cancel(self, job_id: str) -> None:
        """Mark the job to be cancelled as soon as possible."""
        self._set(job_id, cancel=True)

    def cancel_queued(self, job_id: str) -> bool:
        """Cancel a job that was not sent. Return False if it is not queued any more."""
        note = "cancelled before it was sent"
        return self._change_state(job_id, ("queued",), state="canceled", cancel=True, held=None, ended=time.time(), note=note)

    def _set(self, job_id: str, *conditions: sa.ColumnElement[bool], **values: Any) -> None:
        """Set columns of a job other than its state."""
        statement = sa.update(jobs).where(jobs.c.id == job_id, *conditions).values(**values)
        self.change(lambda connection: connection.execute(statement))

    def _change_state(self, job_id: str, sources: Sequence[JobState], **values: Any) -> bool:
        """Change the state of a job without touching a budget. Return False if it is in none of the states `sources`."""
        change_id = uuid.uuid4().hex
        move = self.change(lambda connection: _move(connection, _move_from(*sources), job_id, change_id, **values))
        return move.outcome != "elsewhere"

    def _end_sending(self, job: Job, **values: Any) -> None:
        change_id = uuid.uuid4().hex
        all_values = {"sent": job.submission, "submission": None, "reserved": 0.0, **values}

        def work(connection: sa.Connection) -> None:
            reserved = reserved_by(connection, job)
            move = _move(connection, _END_SENDING, job.id, change_id, **all_values)
            if move.outcome == "moved":
                book(connection, job, reserved=-reserved)
                learn_cost(connection, job, None, move.cost)

        self.change(work)


def _move(connection: sa.Connection, statement: sa.Update, job_id: str, change_id: str, **values: Any) -> _Move:
    """Change a job's row once, and return the outcome, even if an earlier try has committed it."""
    moved = connection.execute(statement, {"job_id": job_id, "change": change_id, **values}).one_or_none()
    row = moved or connection.execute(_UNMOVED, {"job_id": job_id}).one()
    outcome: Outcome = "moved" if moved else "elsewhere"
    if not moved and row.change == change_id:
        outcome = "already moved"
    cost = KnownCost(row.cost, row.probe)
    return _Move(outcome, row.state, row.reserved, row.reference, cancel=row.cancel, cost=cost)


def write_error(url: str, error: DBAPIError) -> StorageFullError | DatabaseError:
    """Return the error with which the worker stops after a write that failed."""
    return _disk_full_error(error) or DatabaseError(
        f"the database {shown_database(url)} cannot be written: {driver_message(error)}. Nothing more is sent. Running tasks"
        " continue at the provider and are not lost. Repair the database, then continue with `vidu batch resume`."
    )


def _disk_full_error(error: Exception) -> StorageFullError | None:
    text = str(getattr(error, "orig", error)).lower()
    if "disk is full" in text or "no space left" in text or "could not extend file" in text:
        return StorageFullError(
            "the disk of the database is full, so nothing more is sent. Running tasks continue at the provider and are not lost."
            " Free disk space, then continue with `vidu batch resume`."
        )
    return None
