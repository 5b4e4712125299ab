"""Money as part of a transaction of the store: what a job will cost, what is left, what is reserved and charged.

Every function works on the connection that it is given and commits nothing. Rows are locked in one order everywhere, to avoid
deadlocks: the job, the budget of all, the budgets of providers, the cost. What a batch has reserved and spent in all is the sum
over its providers, so that each change of money writes one row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from attrs import frozen

from vidu_ext.durable.job import OPEN

from .tables import budgets, costs, jobs

if TYPE_CHECKING:
    from vidu_ext.durable.job import Held, Job

ROUNDING: Final = 1e-6
"""Credits by which a sum of floats may miss a ceiling."""


@frozen
class KnownCost:
    """What is known of the cost of a kind of job."""

    credits: float | None
    probe: str | None


_kinds: Final = sa.select(costs.c.signature.label("kind"), costs.c.credits, costs.c.probe).subquery()
"""The costs, with no column of the name of one of a job: RETURNING of SQLite names no tables, and would take theirs."""
KNOWN_COST: Final = [
    sa.select(column).where(_kinds.c.kind == jobs.c.signature).correlate(jobs).scalar_subquery().label(name)
    for name, column in (("cost", _kinds.c.credits), ("probe", _kinds.c.probe))
]
"""Columns beside those of a job."""


_taken: Final = (budgets.c.spent + budgets.c.reserved).label("taken")
_own: Final = budgets.c.batch == sa.bindparam("own")
_TAKEN: Final = sa.select(budgets.c.scope, budgets.c.ceiling, _taken).where(_own).order_by(budgets.c.scope).with_for_update()
_BOOK: Final = (
    sa.update(budgets)
    .where(_own, budgets.c.scope == sa.bindparam("provider"))
    .values(reserved=budgets.c.reserved + sa.bindparam("more"), spent=budgets.c.spent + sa.bindparam("charge"))
)


class NotNowError(Exception):
    """Takes a transaction back because something is at its limit."""

    def __init__(self, held: Held) -> None:
        self.held: Held = held


def estimate_of(price: float | None, known: float | None) -> float | None:
    """Credits that a job will cost: the user's price or the last known cost of a like job, the dearer one; else unknown."""
    return max((one for one in (price, known) if one is not None), default=None)


def left_for(connection: sa.Connection, job: Job) -> float | None:
    """Credits that may still be reserved for a job; None without a ceiling. No other change reserves any before this one ends."""
    rows = connection.execute(_TAKEN, {"own": job.batch}).all()
    total = sum(row.taken for row in rows if row.scope)
    own = [row for row in rows if row.scope in ("", job.provider) and row.ceiling is not None]
    return min((row.ceiling - (row.taken if row.scope else total) for row in own), default=None)


def is_short(left: float | None, estimate: float | None) -> bool:
    return left is not None and left + ROUNDING < (estimate or 0.0)


def short_of_money(connection: sa.Connection, job: Job) -> Held:
    """Why a budget has no room: it is reached, or a job of unknown cost holds what is left until its cost is known."""
    unknown = (jobs.c.batch == job.batch, jobs.c.id != job.id, jobs.c.state.in_(OPEN), costs.c.credits.is_(None))
    probing = sa.select(jobs.c.id).select_from(sa.join(jobs, costs, costs.c.probe == jobs.c.id)).where(*unknown).limit(1)
    return "cost" if connection.execute(probing).first() is not None else "budget"


def guess_for(connection: sa.Connection, job: Job, left: float) -> float:
    """What to reserve for the one job of its kind that is sent although nobody knows what it costs.

    Twice what the dearest job of the provider has cost; all that is left where none is known.
    """
    if not _may_probe(connection, job):
        raise NotNowError("cost")
    dearest = connection.execute(sa.select(sa.func.max(costs.c.credits)).where(costs.c.provider == job.provider)).scalar()
    guess = left if dearest is None else 2.0 * dearest
    if guess <= 0 or guess > left + ROUNDING:
        raise NotNowError(short_of_money(connection, job))
    return guess


def _may_probe(connection: sa.Connection, job: Job) -> bool:
    """Whether this is the one job of its kind that is sent to learn what it costs."""
    values = {"signature": job.signature, "provider": job.provider, "credits": None, "probe": job.id}
    insert_missing(connection, costs, values, ["signature"])
    under_way = sa.select(jobs.c.id).where(jobs.c.id == costs.c.probe, jobs.c.state.in_(OPEN))
    free = (costs.c.signature == job.signature, ~under_way.exists())
    connection.execute(sa.update(costs).where(*free).values(probe=job.id))
    return connection.execute(sa.select(costs.c.probe).where(costs.c.signature == job.signature)).scalar() == job.id


def learn_cost(connection: sa.Connection, job: Job, paid: float | None, before: KnownCost) -> None:
    """Write down what a job of this kind costs, if that is known now; and if the job was sent to learn it, that this is over."""
    if paid in (None, 0.0, before.credits) and before.probe != job.id:
        return
    values = {"signature": job.signature, "provider": job.provider, "credits": None, "probe": None}
    insert_missing(connection, costs, values, ["signature"])
    probe = sa.case((costs.c.probe == job.id, None), else_=costs.c.probe)
    own = sa.update(costs).where(costs.c.signature == job.signature)
    connection.execute(own.values(credits=paid or costs.c.credits, probe=probe))


def reserved_by(connection: sa.Connection, job: Job) -> float:
    """Credits that are reserved for the job. Its row is taken, so that no other change alters them before this one ends."""
    taken = sa.update(jobs).where(jobs.c.id == job.id).values(reserved=jobs.c.reserved)
    return float(connection.execute(taken.returning(jobs.c.reserved)).scalar_one())


def book(connection: sa.Connection, job: Job, *, reserved: float, spent: float = 0.0) -> None:
    """Add to what the job's batch has reserved and spent at its provider."""
    connection.execute(_BOOK, {"own": job.batch, "provider": job.provider, "more": reserved, "charge": spent})


def insert_missing(
    connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], index: Sequence[str]
) -> sa.RowMapping | None:
    """The row, if it was missing; it is there now."""
    statement: Any
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        statement = postgresql_insert(table)
    else:
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        statement = sqlite_insert(table)
    statement = statement.values(**values).on_conflict_do_nothing(index_elements=index)
    return connection.execute(statement.returning(table)).mappings().first()
