"""Money and slots as parts of a transaction of the store: what a job will cost, what is left, what is reserved and charged.

Every function works on the connection that it is given and commits nothing. Rows are changed in one order everywhere: the
job, its account, the budget of all, the budget of its provider; so nobody waits in a ring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from vidu_ext.durable.job import OPEN

from .tables import accounts, budgets, costs, jobs

if TYPE_CHECKING:
    from vidu_ext.durable.job import Held, Job

ROUNDING: Final = 1e-6
"""Credits by which a sum of floats may miss a ceiling."""


class NotNowError(Exception):
    """Takes a transaction back because something is at its limit."""

    def __init__(self, held: Held) -> None:
        self.held: Held = held


def _budget_rows(job: Job) -> sa.Select[Any, Any, Any]:
    scopes = (budgets.c.batch == job.batch, budgets.c.scope.in_(("", job.provider)))
    return sa.select(budgets.c.spent, budgets.c.reserved, budgets.c.ceiling).where(*scopes)


def estimate_of(connection: sa.Connection, job: Job) -> float | None:
    """Credits that the job will cost: the user's price or the last known cost of a like job, the dearer one; else unknown."""
    known = connection.execute(sa.select(costs.c.credits).where(costs.c.signature == job.signature)).scalar()
    return max((one for one in (job.price, known) if one is not None), default=None)


def left_for(connection: sa.Connection, job: Job) -> float | None:
    """Credits that may still be reserved for a job; None without a ceiling."""
    rows = connection.execute(_budget_rows(job)).all()
    return min((row.ceiling - row.spent - row.reserved for row in rows if row.ceiling is not None), default=None)


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


def learn_cost(connection: sa.Connection, job: Job, paid: float | None) -> None:
    """What a job of this kind costs, where that is known now; and if the job was sent to learn it, that this is over."""
    own = costs.c.signature == job.signature
    known = connection.execute(sa.select(costs.c.credits, costs.c.probe).where(own)).one_or_none()
    if known is None:
        if paid:
            values = {"signature": job.signature, "provider": job.provider, "credits": paid, "probe": None}
            insert_missing(connection, costs, values, ["signature"])
        return
    probe = None if known.probe == job.id else known.probe
    if (paid or known.credits, probe) != (known.credits, known.probe):
        connection.execute(sa.update(costs).where(own).values(credits=paid or known.credits, probe=probe))


def take_slot(connection: sa.Connection, account: str) -> None:
    """Let one more task of the account run. Raises NotNowError where as many run as may."""
    free = (accounts.c.account == account, accounts.c.running < accounts.c.concurrency)
    if not connection.execute(sa.update(accounts).where(*free).values(running=accounts.c.running + 1)).rowcount:
        raise NotNowError("slot")


def free_slots(connection: sa.Connection, account: str, number: int) -> None:
    """So many tasks of the account run no more; -1 for one that was found to run all the same."""
    own = accounts.c.account == account
    connection.execute(sa.update(accounts).where(own).values(running=accounts.c.running - number))


def reserve(connection: sa.Connection, job: Job, estimate: float) -> None:
    """Reserve credits in all budgets of the job. Raises NotNowError where a ceiling is in the way."""
    for scope in ("", job.provider):
        own = (budgets.c.batch == job.batch, budgets.c.scope == scope)
        fits = sa.or_(
            budgets.c.ceiling.is_(None), budgets.c.spent + budgets.c.reserved + estimate <= budgets.c.ceiling + ROUNDING
        )
        if not connection.execute(sa.update(budgets).where(*own, fits).values(reserved=budgets.c.reserved + estimate)).rowcount:
            raise NotNowError(short_of_money(connection, job))


def reserved_by(connection: sa.Connection, job: Job) -> float:
    """Credits that are reserved for the job. Its row is taken, so that no other change alters them before this one ends."""
    taken = sa.update(jobs).where(jobs.c.id == job.id).values(reserved=jobs.c.reserved)
    return float(connection.execute(taken.returning(jobs.c.reserved)).scalar_one())


def settle_charge(connection: sa.Connection, job: Job, reserved: float, charge: float) -> None:
    """A reservation becomes a charge; the rows in the order in which they are reserved, so that nobody waits in a ring."""
    for scope in ("", job.provider):
        own = (budgets.c.batch == job.batch, budgets.c.scope == scope)
        values = {"reserved": budgets.c.reserved - reserved, "spent": budgets.c.spent + charge}
        connection.execute(sa.update(budgets).where(*own).values(**values))


def insert_missing(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], index: Sequence[str]) -> bool:
    """Whether the row was missing; it is there now."""
    statement: Any
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        statement = postgresql_insert(table)
    else:
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        statement = sqlite_insert(table)
    statement = statement.values(**values).on_conflict_do_nothing(index_elements=index)
    # rowcount says nothing about an INSERT on every driver
    return connection.execute(statement.returning(*(table.c[name] for name in index))).first() is not None
