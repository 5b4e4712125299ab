"""Budget arithmetic within a transaction of the job store: estimates, what is left, what is reserved and charged.

The functions use the connection passed to them and do not commit. To avoid deadlocks, rows are always locked in this order: job,
total budget, budgets of providers, cost. The totals of a batch are the sums over its providers, so that each change of money
writes one row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from attrs import evolve
from sqlalchemy.dialects import postgresql, sqlite

from .tables import budgets, costs, jobs

if TYPE_CHECKING:
    from vidu_ext.durable.job import Held, Job

ROUNDING: Final = 1e-6
"""Credits by which rounding errors may exceed a ceiling."""


_kinds: Final = sa.select(costs.c.signature.label("kind"), costs.c.credits).subquery()
"""The costs, without a column name that jobs have too: SQLite's RETURNING cannot qualify columns by table."""
KNOWN_COST: Final = sa.select(_kinds.c.credits).where(_kinds.c.kind == jobs.c.signature).correlate(jobs).scalar_subquery()
"""The last known cost of jobs with a job's signature, as a column of a query on jobs."""

_taken: Final = (budgets.c.spent + budgets.c.reserved).label("taken")
_own: Final = budgets.c.batch == sa.bindparam("own")
_TAKEN: Final = sa.select(budgets.c.scope, budgets.c.ceiling, _taken).where(_own).order_by(budgets.c.scope).with_for_update()
_BOOK: Final = (
    sa.update(budgets)
    .where(_own, budgets.c.scope == sa.bindparam("provider"))
    .values(reserved=budgets.c.reserved + sa.bindparam("more"), spent=budgets.c.spent + sa.bindparam("charge"))
)


class LimitReachedError(Exception):
    """Rolls back a transaction because a budget has no room, or a cost must be learned first."""

    def __init__(self, held: Held) -> None:
        self.held: Held = held


def reservation(connection: sa.Connection, job: Job, cost: float | None) -> float:
    """Return the credits to reserve for a job: the higher of its price and the last known cost.

    If neither is known, all that is left of the budget, or 0 without a ceiling. Raises LimitReachedError if less is left.
    """
    left = _credits_left(connection, job)
    estimate = max((one for one in (job.price, cost) if one is not None), default=None)
    if left is not None and (left <= ROUNDING if estimate is None else left + ROUNDING < estimate):
        raise LimitReachedError(_reason_for_hold(connection, job))
    return (left or 0.0) if estimate is None else estimate


def _credits_left(connection: sa.Connection, job: Job) -> float | None:
    """Return the credits that may still be reserved for a job; None without a ceiling. Locks the batch's budgets."""
    rows = connection.execute(_TAKEN, {"own": job.batch}).all()
    total = sum(row.taken for row in rows if row.scope)
    own = [row for row in rows if row.scope in ("", job.provider) and row.ceiling is not None]
    return min((row.ceiling - (row.taken if row.scope else total) for row in own), default=None)


def _reason_for_hold(connection: sa.Connection, job: Job) -> Held:
    """Return "cost" if a job of unknown cost has reserved what is left until its cost is known, else "budget"."""
    sent = (jobs.c.batch == job.batch, jobs.c.id != job.id, jobs.c.state.in_(("sending", "running")))
    probing = sa.select(jobs.c.id).where(*sent, jobs.c.price.is_(None), KNOWN_COST.is_(None)).limit(1)
    return "cost" if connection.execute(probing).first() is not None else "budget"


def learn_cost(connection: sa.Connection, job: Job, paid: float | None, known: float | None) -> None:
    """Record the charge of a job as the known cost of its signature."""
    if not paid or paid == known:
        return
    insert_missing(connection, costs, {"signature": job.signature, "credits": paid}, ["signature"])
    connection.execute(sa.update(costs).where(costs.c.signature == job.signature).values(credits=paid))


def set_reserved(connection: sa.Connection, job: Job, reserved: float) -> Job:
    """Record what is reserved for the job, and return the job after that. Its budgets change by `book`."""
    connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(reserved=reserved))
    return evolve(job, reserved=reserved)


def book(connection: sa.Connection, job: Job, *, reserved: float, spent: float = 0.0) -> None:
    """Add to what the job's batch has reserved and spent at its provider."""
    connection.execute(_BOOK, {"own": job.batch, "provider": job.provider, "more": reserved, "charge": spent})


def insert_missing(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], index: Sequence[str]) -> bool:
    """Insert a row unless the index has it already. Returns whether it was inserted."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing(index_elements=index)
    return connection.execute(statement.returning(table.c[index[0]])).first() is not None
