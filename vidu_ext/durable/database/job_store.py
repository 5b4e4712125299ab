"""The job store: state changes of jobs, each in one transaction with the credits that it reserves, charges or releases.

A transaction first updates the job's row, and only if the job is in one of the expected states. Each change has a random id, so
that a retry recognises a commit whose answer was lost. While the database is unreachable, calls wait and retry, because the
reference of a paid task must not be lost.
"""

from __future__ import annotations

import logging
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

Decision = Literal["moved", "held", "cancel", "elsewhere"]
EndState = Literal["fetching", "failed", "canceled"]
"""States of a job after its task has ended."""


@frozen
class SendDecision:
    """Whether a job may be sent now."""

    decision: Decision
    """`moved` if it may; `held` or `cancel` if it stays queued; `elsewhere` if it is not queued any more."""
    held: Held | None = None
    """What holds it."""
    is_probe: bool = False
    """Whether the job is sent to learn the unknown cost of its signature."""


@frozen
class KnownTask:
    """What the store knows about an accepted task."""

    is_own: bool
    """Whether the task belongs to the job; False if the job has another task, or another job has this one."""
    cancel: bool
    """Whether the job is to be cancelled."""


@frozen
class _Move:
    """The outcome of a state change, and the job after it."""

    outcome: Literal["moved", "again", "elsewhere"]
    """`again` if an earlier try made this change, `elsewhere` if the job was in none of the expected states."""
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


_BEGIN: Final = (
    _move_from("queued")
    .where(jobs.c.cancel.is_(False))
    .values(reserved=sa.case((KNOWN_COST[0] > _price, KNOWN_COST[0]), else_=_price))
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
        self._patience = patience
        self._salt: str | None = None

    @property
    def engine(self) -> sa.Engine:
        """The engine, created on first use, so that reading does not create a missing file. Raises DatabaseError."""
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
            self._salt = str(self.read(lambda connection: connection.execute(sa.select(meta.c.value)).scalar_one()))
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

    def read(self, question: Callable[[sa.Connection], T]) -> T:
        """Run a transaction, which may be repeated, and return its result. Retries while the database is unreachable.

        Raises DatabaseError for a wrong statement or after `patience`, StorageFullError, IntegrityError.
        """
        pause = FIRST_PAUSE
        began = time.monotonic()
        while True:
            try:
                with self.engine.begin() as connection:
                    return question(connection)
            except IntegrityError:
                raise
            except (DBAPIError, PoolTimeoutError) as error:
                if full := _disk_full_error(error):
                    raise full from error
                if isinstance(error, ProgrammingError) or self._is_too_late(began):
                    raise database_error(self.url, error) from error
                logger.warning("the database is unreachable, retrying: %s", str(getattr(error, "orig", error)).strip()[:200])
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    change = read
    """The same for a transaction that writes. It is repeated too if the answer to its commit was lost."""

    def _is_too_late(self, began: float) -> bool:
        return self._patience is not None and time.monotonic() - began > self._patience

    # -- questions ----------------------------------------------------------------------------------------------------

    def job(self, job: str) -> Job:
        return self.read(lambda connection: job_of(connection.execute(_JOB, {"job_id": job}).mappings().one()))

    def folder(self, batch: str) -> Path:
        """Return the folder for the files of a batch."""
        question = sa.select(batches.c.folder).where(batches.c.name == batch)
        return Path(self.read(lambda connection: connection.execute(question).scalar_one()))

    def limits(self, account: str) -> Limits | None:
        """Return the limits of an account; None if no batch uses it yet."""
        question = sa.select(accounts).where(accounts.c.account == account)
        row = self.read(lambda connection: connection.execute(question).mappings().one_or_none())
        return Limits(concurrency=row["concurrency"], rate=row["rate"], period=row["period"]) if row else None

    def open_jobs(self, batch: str | None = None) -> dict[str, int]:
        """Count the open jobs of a batch, or of all batches, by account."""
        question = sa.select(jobs.c.account, sa.func.count()).where(jobs.c.state.in_(OPEN)).group_by(jobs.c.account)
        if batch is not None:
            question = question.where(jobs.c.batch == batch)
        rows = self.read(lambda connection: connection.execute(question).all())
        return {row[0]: row[1] for row in rows}

    def has_identical_job(self, job: Job) -> bool:
        """Return whether another job with the same request and account may have created a task that is not known yet."""
        same = (jobs.c.account == job.account, jobs.c.digest == job.digest, jobs.c.id != job.id)
        question = sa.select(sa.func.count()).where(*same, jobs.c.state.in_(("sending", "unknown")))
        return bool(self.read(lambda connection: connection.execute(question).scalar_one()))

    def other_batch_waits(self, job: Job) -> bool:
        """Return whether another batch has queued jobs for the same account that are not held."""
        others = (jobs.c.account == job.account, jobs.c.state == "queued", jobs.c.batch != job.batch, jobs.c.held.is_(None))
        return self.read(lambda connection: connection.execute(sa.select(jobs.c.id).where(*others).limit(1)).first() is not None)

    def budget_hold(self, job: Job) -> Held | None:
        """Return why the budget does not allow the job now; None if `begin` is worth a try. Reserves nothing."""

        def ask(connection: sa.Connection) -> Held | None:
            cost = connection.execute(sa.select(costs.c.credits).where(costs.c.signature == job.signature)).scalar()
            is_held = is_insufficient(credits_left(connection, job), estimate_of(job.price, cost))
            return reason_for_hold(connection, job) if is_held else None

        return self.read(ask)

    # -- state changes of one job -------------------------------------------------------------------------------------

    def begin(self, job: Job, submission: str) -> SendDecision:
        """Reserve credits for a queued job and record its submission right before it is sent, or return why it may not be."""
        change = uuid.uuid4().hex
        values = {"state": "sending", "submission": submission, "held": None, "submitted": time.time()}

        def work(connection: sa.Connection) -> SendDecision:
            move = _move(connection, _BEGIN, job.id, change, price_of_user=job.price or 0.0, **values)
            if move.outcome == "elsewhere":
                return SendDecision("cancel" if move.cancel and move.state == "queued" else "elsewhere")
            remaining = credits_left(connection, job)
            estimate = estimate_of(job.price, move.cost.credits)
            is_probe = estimate is None and remaining is not None
            if move.outcome == "again":
                return SendDecision("moved", is_probe=is_probe)
            if is_insufficient(remaining, estimate):
                raise LimitReachedError(reason_for_hold(connection, job))
            if estimate is None and remaining is not None:
                estimate = guess_for(connection, job, remaining)
                connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(reserved=estimate))
            book(connection, job, reserved=estimate or 0.0)
            return SendDecision("moved", is_probe=is_probe)

        try:
            return self.change(work)
        except LimitReachedError as limit:
            return SendDecision("held", limit.held)

    def hold(self, job: str, held: Held | None, note: str | None = None) -> None:
        """Record why a queued job is not sent."""
        self._set(job, jobs.c.state == "queued", held=held, note=note)

    def hold_running(self, job: str, held: Literal["key"] | None) -> None:
        """Record why the state of a running job cannot be read; None when it can be again."""
        self._set(job, jobs.c.state == "running", held=held)

    def refuse_queued(self, job: Job, note: str) -> None:
        """Fail a queued job, of which nothing was sent."""
        self._change_state(job.id, ("queued",), state="failed", stage="submit", held=None, note=note, ended=time.time())

    def requeue(self, job: Job, held: Held | None, note: str | None) -> None:
        """Queue a job again whose request certainly created no task, and release its reservation."""
        self._end_sending(job, state="queued", held=held, note=note)

    def refuse(self, job: Job, note: str) -> None:
        """Fail a job whose request was refused or created no task, and release its reservation."""
        self._end_sending(job, state="failed", stage="submit", note=note, ended=time.time())

    def accept(self, job: Job, reference: str) -> KnownTask:
        """Record the reference of the task that the provider accepted, also if the answer comes late.

        If the job already has another task, this one is paid as well: that is noted in the job and logged as an error.
        """
        change = uuid.uuid4().hex
        values = {"state": "running", "reference": reference, "submission": None, "note": None, "held": None, "ended": None}
        try:
            sending = _move_from("sending", "unknown", "queued")
            move = self.change(lambda connection: _move(connection, sending, job.id, change, **values))
        except IntegrityError:
            return KnownTask(is_own=False, cancel=False)
        if move.reference != reference:
            logger.error("job %s has another task, and %s was paid too: check the provider's console", job.id, reference)
            self._set(job.id, note=f"{reference} was paid too")
        return KnownTask(is_own=move.reference == reference, cancel=move.cancel)

    def learn(self, job: Job, paid: float) -> None:
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
        change = uuid.uuid4().hex

        def work(connection: sa.Connection) -> None:
            values = {"state": "unknown", "held": None, "note": note, "ended": time.time()}
            move = _move(connection, _move_from("sending", "running"), job.id, change, **values)
            if move.outcome == "moved":
                learn_cost(connection, job, None, move.cost)  # otherwise other jobs would wait until a person settles this one

        self.change(work)

    def finish(self, job: Job, state: EndState, paid: float | None, note: str | None) -> bool:
        """Charge an ended task: `paid`, or what was reserved if that is None. False if the job is not running."""
        change = uuid.uuid4().hex
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
            move = _move(connection, statement, job.id, change, **values)
            if move.outcome == "moved":
                book(connection, job, reserved=-move.reserved, spent=move.reserved if paid is None else paid)
                learn_cost(connection, job, paid, move.cost)
            return move.outcome != "elsewhere"

        return self.change(work)

    def record_file(self, job: str, file: str, size: int, sha256: str) -> None:
        """End a job whose result was downloaded, and record the file."""
        values = {"state": "done", "file": file, "size": size, "sha256": sha256, "ended": time.time()}
        self._change_state(job, ("fetching",), **values)

    def fail_download(self, job: str, note: str) -> None:
        """Fail a job whose result is paid and could not be downloaded."""
        self._change_state(job, ("fetching",), state="failed", stage="fetch", ended=time.time(), note=note)

    def request_cancel(self, job: str) -> None:
        """Mark the job to be cancelled as soon as possible."""
        self._set(job, cancel=True)

    def cancel_queued(self, job: str) -> bool:
        """Cancel a job that was not sent. False if it is not queued any more."""
        note = "canceled before it was sent"
        return self._change_state(job, ("queued",), state="canceled", cancel=True, held=None, ended=time.time(), note=note)

    def _set(self, job: str, *conditions: sa.ColumnElement[bool], **values: Any) -> None:
        """Set columns of a job other than its state."""
        statement = sa.update(jobs).where(jobs.c.id == job, *conditions).values(**values)
        self.change(lambda connection: connection.execute(statement))

    def _change_state(self, job: str, sources: Sequence[JobState], **values: Any) -> bool:
        """Change the state of a job without touching a budget. False if it is in none of the states `sources`."""
        change = uuid.uuid4().hex
        move = self.change(lambda connection: _move(connection, _move_from(*sources), job, change, **values))
        return move.outcome != "elsewhere"

    def _end_sending(self, job: Job, **values: Any) -> None:
        change = uuid.uuid4().hex
        all_values = {"sent": job.submission, "submission": None, "reserved": 0.0, **values}

        def work(connection: sa.Connection) -> None:
            reserved = reserved_by(connection, job)
            move = _move(connection, _END_SENDING, job.id, change, **all_values)
            if move.outcome == "moved":
                book(connection, job, reserved=-reserved)
                learn_cost(connection, job, None, move.cost)

        self.change(work)


def _move(connection: sa.Connection, statement: sa.Update, job: str, change: str, **values: Any) -> _Move:
    """Change a job's row once, and return the outcome, also if the change was already committed."""
    moved = connection.execute(statement, {"job_id": job, "change": change, **values}).one_or_none()
    row = moved or connection.execute(_UNMOVED, {"job_id": job}).one()
    outcome: Literal["moved", "again", "elsewhere"] = "moved" if moved else "again" if row.change == change else "elsewhere"
    cost = KnownCost(row.cost, row.probe)
    return _Move(outcome, row.state, row.reserved, row.reference, cancel=row.cancel, cost=cost)


def write_error(url: str, error: DBAPIError) -> StorageFullError | DatabaseError:
    """Return the error with which the worker stops after a write that failed."""
    detail = str(error.orig).strip().splitlines()[0]
    return _disk_full_error(error) or DatabaseError(
        f"the database {shown_database(url)} cannot be written: {detail}. Nothing more is sent. Running tasks continue at the"
        " provider and are not lost. Repair the database, then continue with `vidu batch resume`."
    )


def _disk_full_error(error: Exception) -> StorageFullError | None:
    text = str(getattr(error, "orig", error)).lower()
    if "disk is full" in text or "no space left" in text or "could not extend file" in text:
        return StorageFullError(
            "the disk of the database is full, so nothing more is sent. Running tasks continue at the provider and are not lost."
            " Free disk space, then continue with `vidu batch resume`."
        )
    return None
