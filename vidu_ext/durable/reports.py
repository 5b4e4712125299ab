"""Reports on batches: progress, money, throughput, and exports of jobs as JSON Lines or CSV. Reads only."""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from attrs import asdict, field, frozen

from vidu_ext.durable.database.tables import batches, budgets, jobs
from vidu_ext.providers import provider_named
from vidu_ext.values.errors import ConfigurationError

from . import dispatch
from .job import HELD_WORDS, OPEN, STATES, Held, Job, JobState

if TYPE_CHECKING:
    from _typeshed import SupportsWrite
    from dbos import DBOSClient

    from vidu_ext.durable.database.job_store import AnyColumns, JobStore

RECENT_SECONDS: Final = 300.0
"""Period over which the throughput is measured."""

ROWS_AT_ONCE: Final = 1000
UNSETTLED_SHOWN: Final = 5
EXPORTED: Final = (
    "row", "key", "reference", "provider", "account", "state", "stage", "attempt", "credits", "file", "size", "sha256",
    "created", "submitted", "finished", "ended", "note", "batch", "model", "prompt", "values",
)  # fmt: skip
"""Members of an exported job, in the order of the CSV columns."""
FORMS: Final = ("jsonl", "csv")
"""Forms of an export."""
_TIMES: Final = ("created", "submitted", "finished", "ended")


@frozen(kw_only=True)
class Share:
    """The progress of one account's jobs."""

    account: str
    provider: str
    counts: Mapping[JobState, int]
    held: Mapping[Held, int]
    """Number of jobs by why they are not sent, or why their state cannot be read."""
    concurrency: int
    spent: float
    """Credits."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        return sum(number for state, number in self.counts.items() if state in OPEN)

    @property
    def moving(self) -> int:
        """Number of jobs that are being sent, processed by the provider or downloaded."""
        return sum(self.counts.get(state, 0) for state in ("sending", "running", "fetching"))

    @property
    def is_stuck(self) -> bool:
        """Whether no job of the account can continue by itself."""
        stuck = sum(number for reason, number in self.held.items() if reason in ("budget", "key", "credits"))
        return self.open > 0 and self.moving == 0 and stuck >= min(self.concurrency, self.open)


@frozen(kw_only=True)
class Money:
    """What a batch may spend, has reserved and has spent, in credits."""

    ceiling: float | None
    reserved: float
    spent: float

    @property
    def left(self) -> float | None:
        """What may still be reserved; None without a ceiling."""
        return None if self.ceiling is None else max(self.ceiling - self.spent - self.reserved, 0.0)


@frozen(kw_only=True)
class BatchProgress:
    """The progress of a batch at one moment."""

    batch: str
    folder: str
    shares: tuple[Share, ...]
    money: Mapping[str, Money] = field(repr=False)
    """By provider; '' for the total, unless the providers have credits of different units."""
    per_minute: float
    """Sent jobs that ended per minute: in the last minutes, or over the whole run once no job is open."""
    planned: int | None = None
    """Number of jobs that the batch will have, while not all rows of its manifest are recorded; None once they are."""
    manifest: str = ""
    """Path of the manifest, only for messages."""
    unsettled: tuple[str, ...] = ()
    """Keys of unknown jobs that keep credits reserved until a person settles them, the most expensive first; at most 5."""

    @property
    def counts(self) -> Mapping[JobState, int]:
        return {state: sum(share.counts.get(state, 0) for share in self.shares) for state in STATES}

    @property
    def total(self) -> int:
        return sum(share.total for share in self.shares)

    @property
    def open(self) -> int:
        return sum(share.open for share in self.shares)

    @property
    def is_over(self) -> bool:
        return self.open == 0

    @property
    def is_stuck(self) -> bool:
        """Whether jobs are open and none can continue by itself, because of a budget, a refused key or an empty account."""
        return self.open > 0 and all(share.is_stuck for share in self.shares if share.open)

    @property
    def held(self) -> Mapping[str, str]:
        """By account: why its jobs are not sent, or why their state cannot be read, as text."""
        return {
            share.account: ", ".join(HELD_WORDS[reason] for reason in sorted(share.held)) for share in self.shares if share.held
        }

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds to the end at the present throughput; None if it is unknown or no job can continue."""
        if self.per_minute <= 0 or not self.open or self.is_stuck:
            return None
        return self.open / self.per_minute * 60.0


def names(store: JobStore) -> list[str]:
    """Return the names of the batches, the oldest first."""
    if not store.has_tables():
        return []
    return [row.name for row in store.rows(sa.select(batches.c.name).order_by(batches.c.created))]


def resolve_name(store: JobStore, batch: str | None) -> str:
    """Return the name if there is such a batch, or that of the only batch. Raises ConfigurationError with the names there are."""
    known = names(store)
    if batch is None and len(known) == 1:
        return known[0]
    if batch is not None and batch in known:
        return batch
    problem = "name the batch; this database has" if batch is None else f"this database has no batch {batch!r}; it has"
    raise ConfigurationError(f"{problem}: {', '.join(known[-20:]) or 'none'}.")


def progress(store: JobStore, batch: str) -> BatchProgress:
    """Read the progress of a batch, with a few short queries whatever its size."""

    def ask(connection: sa.Connection) -> BatchProgress:
        own = jobs.c.batch == batch
        grouping = (jobs.c.account, jobs.c.provider, jobs.c.state, jobs.c.held)
        sums = (sa.func.count().label("number"), sa.func.sum(jobs.c.credits).label("spent"))
        groups = connection.execute(sa.select(*grouping, *sums).where(own).group_by(*grouping)).all()
        total = [""] if len({provider_named(row.provider).credit_unit for row in groups}) < 2 else []
        rows = connection.execute(sa.select(budgets).where(budgets.c.batch == batch)).all()
        money = {
            scope: Money(
                ceiling=next((row.ceiling for row in rows if row.scope == scope), None),
                reserved=_total(row.reserved for row in rows if row.scope and scope in ("", row.scope)),
                spent=_total(row.spent for row in rows if row.scope and scope in ("", row.scope)),
            )
            for scope in (*total, *(row.scope for row in rows if row.scope))
        }
        about = connection.execute(sa.select(batches).where(batches.c.name == batch)).first()
        reserving = sa.select(jobs.c.key).where(own, jobs.c.state == "unknown", jobs.c.reserved > 0)
        unsettled = connection.execute(reserving.order_by(jobs.c.reserved.desc(), jobs.c.row).limit(UNSETTLED_SHOWN)).scalars()
        shares = tuple(_shares(groups, store.client))
        total_jobs = sum(share.total for share in shares)
        return BatchProgress(
            batch=batch,
            folder=about.folder if about else "",
            shares=shares,
            money=money,
            per_minute=_per_minute(connection, batch, is_over=not any(share.open for share in shares)),
            planned=about.planned if about and (about.planned or 0) > total_jobs else None,
            manifest=about.manifest if about else "",
            unsettled=tuple(unsettled),
        )

    return store.run(ask)


def _total(credits_: Iterable[float]) -> float:
    """Add credits without errors of rounding, and without -0.0."""
    return round(sum(credits_), 6) or 0.0


def _per_minute(connection: sa.Connection, batch: str, *, is_over: bool) -> float:
    """Compute the throughput of sent jobs; jobs that were cancelled or refused before are not counted."""
    sent = (jobs.c.batch == batch, jobs.c.submitted.is_not(None), jobs.c.state.in_(("done", "failed")))
    columns = (sa.func.count(), sa.func.min(jobs.c.submitted), sa.func.min(jobs.c.ended), sa.func.max(jobs.c.ended))
    recent = () if is_over else (jobs.c.ended > time.time() - RECENT_SECONDS,)
    ended, submitted, first, last = connection.execute(sa.select(*columns).where(*sent, *recent)).one()
    if first is None or (ended < 2 and not is_over):
        return 0.0
    span = float(last - submitted if is_over else time.time() - first)
    return int(ended) / max(span, 1.0) * 60.0


def _shares(groups: Sequence[sa.Row[*AnyColumns]], client: DBOSClient) -> Iterator[Share]:
    for account, provider in sorted({(row.account, row.provider) for row in groups}):
        own = [row for row in groups if row.account == account]
        counts, held = Counter[JobState](), Counter[Held]()
        for row in own:
            counts[row.state] += row.number
            if row.held is not None:
                held[row.held] += row.number
        spent = _total(row.spent or 0.0 for row in own)
        concurrency = dispatch.limits_of(client, account).concurrency
        yield Share(account=account, provider=provider, counts=counts, held=held, concurrency=concurrency, spent=spent)


def every_job(store: JobStore, batch: str, *, states: tuple[JobState, ...] = ()) -> Iterator[Job]:
    """Yield the jobs of a batch in the order of their rows, read in pages."""
    last: tuple[int, str] = (0, "")
    while True:
        after = sa.tuple_(jobs.c.row, jobs.c.id) > sa.tuple_(sa.literal(last[0]), sa.literal(last[1]))
        query = sa.select(jobs).where(jobs.c.batch == batch, after).order_by(jobs.c.row, jobs.c.id).limit(ROWS_AT_ONCE)
        if states:
            query = query.where(jobs.c.state.in_(states))
        page = store.jobs(query)
        yield from page
        if len(page) < ROWS_AT_ONCE:
            return
        last = (page[-1].row, page[-1].id)


def exported(job: Job) -> dict[str, str | int | float | None]:
    """Return a job as a record for export; times are in RFC 3339, UTC."""
    request: Mapping[str, Any] = json.loads(job.request)
    asked = {"model": request.get("model"), "prompt": request.get("prompt"), "values": None}
    if request.get("values"):
        asked["values"] = json.dumps(request["values"])
    record: dict[str, str | int | float | None] = {**asdict(job), **asked}
    for name in _TIMES:
        if (moment := getattr(job, name)) is not None:
            record[name] = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {name: record[name] for name in EXPORTED}


def export(found: Iterator[Job], stream: SupportsWrite[str], *, form: str) -> int:
    """Write a line per job: a JSON object, or in CSV, below a header, a row of cells. Returns the number of jobs."""
    table = csv.DictWriter(stream, list[str](EXPORTED), lineterminator="\n") if form == "csv" else None
    if table is not None:
        table.writeheader()
    number = 0
    for number, job in enumerate(found, 1):  # noqa: B007  returned
        if table is None:
            stream.write(json.dumps(exported(job)) + "\n")
        else:
            table.writerow({name: _escape_formula(value) for name, value in exported(job).items()})
    return number


def _escape_formula(value: str | float | None) -> str | float | None:
    """Prefix text that a spreadsheet would read as a formula with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
