"""Budget arithmetic within a transaction of the job store: estimates, what is left, what is reserved and charged.

The functions use the connection passed to them and do not commit. To avoid deadlocks, rows are always locked in this order: job,
total budget, budgets of providers, cost. The totals of a batch are the sums over its providers, so that each change of money
writes one row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.dialects import postgresql, sqlite

from vidu_ext.durable.job import OPEN

from .tables import budgets, costs, jobs

if TYPE_CHECKING:
    from vidu_ext.durable.job import Held, Job

ROUNDING: Final = 1e-6
"""Credits by which rounding errors may exceed a ceiling."""


@frozen
class KnownCost:
    """The cost of jobs with one signature."""

    credits: float | None
    """The last known cost."""
    probe: str | None
    """Id of the job that was sent to learn the cost."""


_kinds: Final = sa.select(costs.c.signature.label("kind"), costs.c.credits, costs.c.probe).subquery()
"""The costs, without a column name that jobs have too: SQLite's RETURNING cannot qualify columns by table."""
KNOWN_COST: Final = [
    sa.select(column).where(_kinds.c.kind == jobs.c.signature).correlate(jobs).scalar_subquery().label(name)
    for name, column in (("cost", _kinds.c.credits), ("probe", _kinds.c.probe))
]
"""The known cost and the probe of a job's signature, as columns of a query on jobs."""

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


def estimate_of(price: float | None, known: float | None) -> float | None:
    """Estimate the credits of a job: the higher of its price and the last known cost; None if neither is known."""
    return max((one for one in (price, known) if one is not None), default=None)


def credits_left(connection: sa.Connection, job: Job) -> float | None:
    """Return the credits that may still be reserved for a job; None without a ceiling. Locks the batch's budgets."""
    rows = connection.execute(_TAKEN, {"own": job.batch}).all()
    total = sum(row.taken for row in rows if row.scope)
    own = [row for row in rows if row.scope in ("", job.provider) and row.ceiling is not None]
    return min((row.ceiling - (row.taken if row.scope else total) for row in own), default=None)


def is_insufficient(left: float | None, estimate: float | None) -> bool:
    """Return whether the credits that are left do not cover the estimate. An unknown estimate counts as 0."""
    return left is not None and left + ROUNDING < (estimate or 0.0)


def reason_for_hold(connection: sa.Connection, job: Job) -> Held:
    """Return "cost" if a job of unknown cost has reserved what is left until its cost is known, else "budget"."""
    unknown = (jobs.c.batch == job.batch, jobs.c.id != job.id, jobs.c.state.in_(OPEN), costs.c.credits.is_(None))
    probing = sa.select(jobs.c.id).select_from(sa.join(jobs, costs, costs.c.probe == jobs.c.id)).where(*unknown).limit(1)
    return "cost" if connection.execute(probing).first() is not None else "budget"


def guess_for(connection: sa.Connection, job: Job, left: float) -> float:
    """Return the credits to reserve for the one job that is sent to learn the cost of its signature.

    Twice the highest known cost at the provider; all that is left if no cost is known. Raises LimitReachedError.
    """
    if not _may_probe(connection, job):
        raise LimitReachedError("cost")
    dearest = connection.execute(sa.select(sa.func.max(costs.c.credits)).where(costs.c.provider == job.provider)).scalar()
    guess = left if dearest is None else 2.0 * dearest
    if guess <= 0 or guess > left + ROUNDING:
        raise LimitReachedError(reason_for_hold(connection, job))
    return guess


def _may_probe(connection: sa.Connection, job: Job) -> bool:
    """Make the job the probe of its signature unless another open job is. Returns whether this job is the probe."""
    values = {"signature": job.signature, "provider": job.provider, "credits": None, "probe": job.id}
    insert_missing(connection, costs, values, ["signature"])
    under_way = sa.select(jobs.c.id).where(jobs.c.id == costs.c.probe, jobs.c.state.in_(OPEN))
    free = (costs.c.signature == job.signature, ~under_way.exists())
    connection.execute(sa.update(costs).where(*free).values(probe=job.id))
    return connection.execute(sa.select(costs.c.probe).where(costs.c.signature == job.signature)).scalar() == job.id


def learn_cost(connection: sa.Connection, job: Job, paid: float | None, before: KnownCost) -> None:
    """Record the charge of a job as the known cost of its signature, and end its role as the probe."""
    if paid in (None, 0.0, before.credits) and before.probe != job.id:
        return
    values = {"signature": job.signature, "provider": job.provider, "credits": None, "probe": None}
    insert_missing(connection, costs, values, ["signature"])
    own = sa.update(costs).where(costs.c.signature == job.signature)
    connection.execute(own.values(credits=paid or costs.c.credits, probe=None))  # a cost that is known needs no probe


def set_reserved(connection: sa.Connection, job: Job, reserved: float) -> None:
    """Record what is reserved for the job. Its budgets change by `book`."""
    connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(reserved=reserved))


def book(connection: sa.Connection, job: Job, *, reserved: float, spent: float = 0.0) -> None:
    """Add to what the job's batch has reserved and spent at its provider."""
    connection.execute(_BOOK, {"own": job.batch, "provider": job.provider, "more": reserved, "charge": spent})


def insert_missing(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], index: Sequence[str]) -> bool:
    """Insert a row unless the index has it already. Returns whether it was inserted."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing(index_elements=index)
    return connection.execute(statement.returning(table.c[index[0]])).first() is not None
