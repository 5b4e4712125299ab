"""The books of all batches: each job moves from state to state exactly once, and money moves with it.

Every change is one transaction that begins with the job's own row and names the states it may come from; what it reserves,
settles or releases is in the same transaction. A change whose answer was lost is recognised when it is tried again. A
database that is away is waited for, because a paid reference must be written down.
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
    NotNowError,
    book,
    estimate_of,
    guess_for,
    insert_missing,
    is_short,
    learn_cost,
    left_for,
    reserved_by,
    short_of_money,
)
from .tables import (
    accounts,
    batches,
    costs,
    is_missing_file,
    jobs,
    meta,
    metadata,
    open_engine,
    shown_database,
    unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

logger: Final = logging.getLogger("vidu_ext.durable")

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 10.0

Moved = Literal["moved", "held", "cancel", "elsewhere"]
Ended = Literal["fetching", "failed", "canceled"]
"""What a job becomes when its task has ended."""


@frozen
class SendDecision:
    """Whether a job may be sent now."""

    moved: Moved
    held: Held | None = None
    is_probe: bool = False
    """Whether nobody knows what it costs, and it is to be learned from this job."""


@frozen
class KnownTask:
    """What is known of a task that was accepted."""

    is_own: bool
    """Whether the job has this task."""
    cancel: bool
    """Whether somebody wishes to have the job cancelled."""


@frozen
class _Move:
    """What became of a change of a job's state, and how the job is now."""

    how: Literal["moved", "again", "elsewhere"]
    """`again` if this very change was made before and its answer was lost."""
    state: JobState
    reserved: float
    reference: str | None
    cancel: bool = field(kw_only=True)
    cost: KnownCost = field(kw_only=True)


_MOVED: Final = (jobs.c.change, jobs.c.state, jobs.c.reserved, jobs.c.reference, jobs.c.cancel, *KNOWN_COST)
_own: Final = jobs.c.id == sa.bindparam("own")
_JOB: Final = sa.select(jobs).where(_own)
_NOW: Final = sa.select(*_MOVED).where(_own)


@cache
def _out_of(*sources: JobState) -> sa.Update:
    """The change of a job that is in one of these states; built once, because to build it takes longer than to run it."""
    return sa.update(jobs).where(_own, jobs.c.state.in_(sources)).returning(*_MOVED)


_price: Final = sa.bindparam("price_of_user", type_=sa.Float)
_BEGIN: Final = (
    _out_of("queued")
    .where(jobs.c.cancel.is_(False))
    .values(reserved=sa.case((KNOWN_COST[0] > _price, KNOWN_COST[0]), else_=_price))
)
_FINISH_AS_RESERVED: Final = _out_of("running").values(credits=jobs.c.reserved)
_END_SENDING: Final = _out_of("sending", "unknown").where(jobs.c.submission == sa.bindparam("sent"))
"""Another worker may be sending it anew by now."""


class JobStore:
    """The tables of one database. Safe for threads; every method is one short transaction."""

    def __init__(self, url: str, *, patience: float | None = None) -> None:
        """`patience` is for how many seconds a database that has gone away is waited for; None: for as long as it takes."""
        self.url: Final = url
        self._engine: sa.Engine | None = None
        self._opening: Final = threading.Lock()
        self._patience = patience
        self._salt: str | None = None

    @property
    def engine(self) -> sa.Engine:
        """Made when first needed: a file that does not exist is not made by those who only ask. Raises DatabaseError."""
        with self._opening:
            if self._engine is None:
                self._engine = open_engine(self.url)
            return self._engine

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()

    def create(self) -> None:
        """Make the tables where they are missing."""
        with self.writing() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7251983345)"))  # two workers that start at once
            metadata.create_all(connection)
            insert_missing(connection, meta, {"name": "salt", "value": uuid.uuid4().hex}, ["name"])

    def has_tables(self) -> bool:
        """Whether there was ever a batch in this database."""
        if is_missing_file(self.url):
            return False
        return self.read(lambda connection: sa.inspect(connection).has_table(jobs.name))

    @property
    def salt(self) -> str:
        """What makes the idempotency keys of this database differ from those of every other."""
        if self._salt is None:
            self._salt = str(self.read(lambda connection: connection.execute(sa.select(meta.c.value)).scalar_one()))
        return self._salt

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Generator[sa.Connection]:
        """A transaction that is tried once. Raises DatabaseError where the database fails."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise _full(error) or unreachable(self.url, error) from error

    def read(self, question: Callable[[sa.Connection], T]) -> T:
        """The answer to a question, or what a change gives that may be tried twice; tried until the database is there."""
        pause = FIRST_PAUSE
        began = time.monotonic()
        while True:
            try:
                with self.engine.begin() as connection:
                    return question(connection)
            except IntegrityError:
                raise
            except (DBAPIError, PoolTimeoutError) as error:
                if full := _full(error):
                    raise full from error
                if isinstance(error, ProgrammingError) or self._is_too_late(began):
                    raise unreachable(self.url, error) from error
                logger.warning("the database is away, waiting for it: %s", str(getattr(error, "orig", error)).strip()[:200])
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    change = read

    def _is_too_late(self, began: float) -> bool:
        return self._patience is not None and time.monotonic() - began > self._patience

    # -- questions ----------------------------------------------------------------------------------------------------

    def job(self, job: str) -> Job:
        return self.read(lambda connection: job_of(connection.execute(_JOB, {"own": job}).mappings().one()))

    def folder(self, batch: str) -> Path:
        """Where the files of a batch are put."""
        question = sa.select(batches.c.folder).where(batches.c.name == batch)
        return Path(self.read(lambda connection: connection.execute(question).scalar_one()))

    def limits(self, account: str) -> Limits | None:
        """How much of an account may be used; None where no batch has said so yet."""
        question = sa.select(accounts).where(accounts.c.account == account)
        row = self.read(lambda connection: connection.execute(question).mappings().one_or_none())
        return Limits(concurrency=row["concurrency"], rate=row["rate"], period=row["period"]) if row else None

    def open_jobs(self, batch: str | None = None) -> dict[str, int]:
        """How many jobs of a batch are not at their end, by account; of all batches where none is named."""
        question = sa.select(jobs.c.account, sa.func.count()).where(jobs.c.state.in_(OPEN)).group_by(jobs.c.account)
        if batch is not None:
            question = question.where(jobs.c.batch == batch)
        rows = self.read(lambda connection: connection.execute(question).all())
        return {row[0]: row[1] for row in rows}

    def has_twin(self, job: Job) -> bool:
        """Whether another job of the account that asks for the same may be on its way."""
        same = (jobs.c.account == job.account, jobs.c.digest == job.digest, jobs.c.id != job.id)
        question = sa.select(sa.func.count()).where(*same, jobs.c.state.in_(("sending", "unknown")))
        return bool(self.read(lambda connection: connection.execute(question).scalar_one()))

    def others_wait(self, job: Job) -> bool:
        """Whether jobs of another batch wait for the same account, and nothing is known to hold them."""
        others = (jobs.c.account == job.account, jobs.c.state == "queued", jobs.c.batch != job.batch, jobs.c.held.is_(None))
        return self.read(lambda connection: connection.execute(sa.select(jobs.c.id).where(*others).limit(1)).first() is not None)

    def room(self, job: Job) -> Held | None:
        """Why the job cannot be sent now as far as is known; None where it may be worth a try."""

        def ask(connection: sa.Connection) -> Held | None:
            known = connection.execute(sa.select(costs.c.credits).where(costs.c.signature == job.signature)).scalar()
            is_held = is_short(left_for(connection, job), estimate_of(job.price, known))
            return short_of_money(connection, job) if is_held else None

        return self.read(ask)

    # -- moves of one job ---------------------------------------------------------------------------------------------

    def begin(self, job: Job, submission: str) -> SendDecision:
        """Write down what is about to be sent, with its credits reserved; or say what is at its limit."""
        change = uuid.uuid4().hex
        values = {"state": "sending", "submission": submission, "held": None, "submitted": time.time()}

        def work(connection: sa.Connection) -> SendDecision:
            move = _move(connection, _BEGIN, job.id, change, price_of_user=job.price or 0.0, **values)
            if move.how == "elsewhere":
                return SendDecision("cancel" if move.cancel and move.state == "queued" else "elsewhere")
            left = left_for(connection, job)
            estimate = estimate_of(job.price, move.cost.credits)
            is_probe = estimate is None and left is not None
            if move.how == "again":
                return SendDecision("moved", is_probe=is_probe)
            if is_short(left, estimate):
                raise NotNowError(short_of_money(connection, job))
            if estimate is None and left is not None:
                estimate = guess_for(connection, job, left)
                connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(reserved=estimate))
            book(connection, job, reserved=estimate or 0.0)
            return SendDecision("moved", is_probe=is_probe)

        try:
            return self.change(work)
        except NotNowError as limit:
            return SendDecision("held", limit.held)

    def hold(self, job: str, held: Held | None, note: str | None = None) -> None:
        """Say why a queued job is not sent."""
        self._set(job, jobs.c.state == "queued", held=held, note=note)

    def hold_running(self, job: str, held: Literal["key"] | None) -> None:
        """Say why the state of a running job is not told; None where it is."""
        self._set(job, jobs.c.state == "running", held=held)

    def refuse_queued(self, job: Job, note: str) -> None:
        """It cannot be sent any more; nothing was."""
        self._change_state(job.id, ("queued",), state="failed", stage="submit", held=None, note=note, ended=time.time())

    def take_back(self, job: Job, held: Held | None, note: str | None) -> None:
        """What was about to be sent certainly created nothing: the job is queued again, its reservation is free."""
        self._end_sending(job, state="queued", held=held, note=note)

    def refuse(self, job: Job, note: str) -> None:
        """The provider refused it; nothing is paid."""
        self._end_sending(job, state="failed", stage="submit", note=note, ended=time.time())

    def accept(self, job: Job, reference: str) -> KnownTask:
        """Write down the reference of the task: of a job that is being sent, and of one whose answer comes late.

        A task that no job can have any more is paid all the same: it is noted, and said aloud.
        """
        change = uuid.uuid4().hex
        values = {"state": "running", "reference": reference, "submission": None, "note": None, "held": None, "ended": None}
        try:
            sending = _out_of("sending", "unknown", "queued")
            move = self.change(lambda connection: _move(connection, sending, job.id, change, **values))
        except IntegrityError:
            return KnownTask(is_own=False, cancel=False)
        if move.reference != reference:
            logger.error("job %s has another task, and %s was paid too: look into the provider's console", job.id, reference)
            self._set(job.id, note=f"{reference} was paid too")
        return KnownTask(is_own=move.reference == reference, cancel=move.cancel)

    def learn(self, job: Job, paid: float) -> None:
        """What a running job costs became known before its end: its reservation is no guess any more."""

        def work(connection: sa.Connection) -> None:
            reserved = reserved_by(connection, job)
            runs = (jobs.c.id == job.id, jobs.c.state == "running")
            if connection.execute(sa.update(jobs).where(*runs).values(reserved=paid)).rowcount:
                book(connection, job, reserved=paid - reserved)
            learn_cost(connection, job, paid, KnownCost(None, job.id))

        self.change(work)

    def park(self, job: Job, note: str) -> None:
        """It may be paid and cannot be told. Its reservation stays until a person says what became of it."""
        change = uuid.uuid4().hex

        def work(connection: sa.Connection) -> None:
            values = {"state": "unknown", "held": None, "note": note, "ended": time.time()}
            move = _move(connection, _out_of("sending", "running"), job.id, change, **values)
            if move.how == "moved":
                learn_cost(connection, job, None, move.cost)  # others would wait for what it costs until a person looks

        self.change(work)

    def finish(self, job: Job, state: Ended, paid: float | None, note: str | None) -> bool:
        """Settle an ended task at what it cost, or at what was reserved. False if the job does not run."""
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
        statement = _FINISH_AS_RESERVED if paid is None else _out_of("running")

        def work(connection: sa.Connection) -> bool:
            move = _move(connection, statement, job.id, change, **values)
            if move.how == "moved":
                book(connection, job, reserved=-move.reserved, spent=move.reserved if paid is None else paid)
                learn_cost(connection, job, paid, move.cost)
            return move.how != "elsewhere"

        return self.change(work)

    def done(self, job: str, file: str, size: int, sha256: str) -> None:
        values = {"state": "done", "file": file, "size": size, "sha256": sha256, "ended": time.time()}
        self._change_state(job, ("fetching",), **values)

    def not_fetched(self, job: str, note: str) -> None:
        """The result is paid and was not downloaded."""
        self._change_state(job, ("fetching",), state="failed", stage="fetch", ended=time.time(), note=note)

    def wish_to_cancel(self, job: str) -> None:
        """Have the job cancelled as soon as that can be done."""
        self._set(job, cancel=True)

    def cancel_queued(self, job: str) -> bool:
        """Cancel a job that was not sent. False where it is past that."""
        note = "canceled before it was sent"
        return self._change_state(job, ("queued",), state="canceled", cancel=True, held=None, ended=time.time(), note=note)

    def _set(self, job: str, *conditions: sa.ColumnElement[bool], **values: Any) -> None:
        """Change what is known of a job, and not its state."""
        statement = sa.update(jobs).where(jobs.c.id == job, *conditions).values(**values)
        self.change(lambda connection: connection.execute(statement))

    def _change_state(self, job: str, sources: Sequence[JobState], **values: Any) -> bool:
        """Move a job with which nothing else moves. False where it is in none of the states it may come from."""
        change = uuid.uuid4().hex
        return self.change(lambda connection: _move(connection, _out_of(*sources), job, change, **values)).how != "elsewhere"

    def _end_sending(self, job: Job, **values: Any) -> None:
        change = uuid.uuid4().hex
        all_values = {"sent": job.submission, "submission": None, "reserved": 0.0, **values}

        def work(connection: sa.Connection) -> None:
            reserved = reserved_by(connection, job)
            move = _move(connection, _END_SENDING, job.id, change, **all_values)
            if move.how == "moved":
                book(connection, job, reserved=-reserved)
                learn_cost(connection, job, None, move.cost)

        self.change(work)


def _move(connection: sa.Connection, statement: sa.Update, job: str, change: str, **values: Any) -> _Move:
    row = connection.execute(statement, {"own": job, "change": change, **values}).one_or_none()
    found = row or connection.execute(_NOW, {"own": job}).one()
    how: Literal["moved", "again", "elsewhere"] = "moved" if row else "again" if found.change == change else "elsewhere"
    cost = KnownCost(found.cost, found.probe)
    return _Move(how, found.state, found.reserved, found.reference, cancel=found.cancel, cost=cost)


def unwritable(url: str, error: DBAPIError) -> StorageFullError | DatabaseError:
    """Why a worker cannot go on that could not write something down."""
    detail = str(error.orig).strip().splitlines()[0]
    return _full(error) or DatabaseError(
        f"the database {shown_database(url)} cannot be written: {detail}. Nothing more is sent. Tasks that run go on and are"
        " found again. Put the database right, then go on with `vidu batch resume`."
    )


def _full(error: Exception) -> StorageFullError | None:
    text = str(getattr(error, "orig", error)).lower()
    if "disk is full" in text or "no space left" in text or "could not extend file" in text:
        return StorageFullError(
            "the disk of the database is full: nothing can be written down any more, so nothing more is sent. Tasks that run"
            " go on and are found again. Make room, then go on with `vidu batch resume`."
        )
    return None
