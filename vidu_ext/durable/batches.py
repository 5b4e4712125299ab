"""Batches: rows become jobs, and a person asks how they stand, takes them back, or has them tried again.

Checks all before it changes anything. Sends nothing to a provider but a wish to cancel; what sends is a worker.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import sqlalchemy as sa
from attrs import field, frozen
from dbos import DBOSClient

from vidu_ext.client.session import Session, Settings
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.money import insert_missing
from vidu_ext.durable.database.tables import accounts, batches, budgets, database_url, jobs
from vidu_ext.durable.manifests.manifest import Row, scan_manifest
from vidu_ext.durable.manifests.row_requests import payload_of
from vidu_ext.durable.workers.file_names import USUAL_TEMPLATE, file_target, without_ending
from vidu_ext.transport.driver import chance, monotonic
from vidu_ext.values.checks import credit
from vidu_ext.values.errors import ConfigurationError, InvalidRequestError, NoProviderError, ViduError
from vidu_ext.values.fault import shown

from . import dispatch
from .errors import ManifestError, RowFault
from .job import Limits, job_of

if TYPE_CHECKING:
    from attrs import Attribute

    from vidu_ext.client.session import Keys, Prefer
    from vidu_ext.providers.offers import Offer
    from vidu_ext.values.requests import OperationRequest, Request
    from vidu_ext.values.tasks import Json

Price = Callable[["Request | OperationRequest", str], "float | None"]
"""What a request will cost at an account, in credits, as the user says; None where the user does not know."""

logger: Final = logging.getLogger("vidu_ext.durable")

ROWS_AT_ONCE: Final = 500
LONGEST_NAME: Final = 200
_FREE_MEMBERS: Final = frozenset({"prompt", "seed", "payload", "callback_url", "callback", "negative_prompt"})
"""Members of a body that do not change what a task costs."""


def _is_name(_instance: object, _attribute: Attribute[str], value: str) -> None:
    """Ids of jobs are `<batch>/<key>`, and keys may hold a `/`: in a name it would let two jobs have one id."""
    is_plain = value == value.strip() and value.isprintable() and 0 < len(value) <= LONGEST_NAME
    if not is_plain or value in (".", "..") or "/" in value or "\\" in value:
        raise ConfigurationError(
            f"a batch cannot be called {value!r}: its name is 1 to {LONGEST_NAME} visible characters, without / and \\,"
            " and no blank stands at either end. Give it another name (--name)."
        )


@frozen(kw_only=True)
class BatchOptions:
    """What a batch may be told beside its rows."""

    name: str = field(validator=_is_name)
    """At most 200 visible characters, without / and \\."""
    folder: Path
    """Where the files go."""
    template: str = USUAL_TEMPLATE
    manifest: str = ""
    """Where the rows come from, for people."""
    defaults: Mapping[str, Json] = field(factory=dict[str, "Json"])
    """What a row of a file says that says nothing else."""
    account: str | None = None
    """Account or provider of the rows that name none; None lets the specs and the client's order decide."""
    ceilings: Mapping[str, float] = field(factory=dict[str, float])
    """The most credits that may be spent, by provider; '' for all together."""
    limits: Mapping[str, Limits] = field(factory=dict[str, Limits])
    """By account; others keep what they had, or get the usual ones."""
    price: Price | None = None
    spread: bool = False
    """Whether rows that name no account are shared out among all that can serve them, in proportion to their concurrency."""
    unlisted: bool = False
    """Whether each row may have one model, template or voice that the spec does not list; a row may say so itself."""


@frozen(kw_only=True)
class Planned:
    """What became of a manifest."""

    batch: str
    new: int
    known: int
    """Rows that are jobs already, which were left as they are."""
    credits: Mapping[str, float] = field(factory=dict[str, float])
    """What the new rows cost by provider, as far as their prices are known."""
    unpriced: int = 0
    """New rows without a documented price."""


@frozen(kw_only=True)
class _Draft:
    row: Row
    account: str
    provider: str
    signature: str
    price: float | None
    target: str
    unlisted: str | None
    """The word that the spec does not list."""


class Batches:
    """The batches of one database, for whoever asks about them. Runs nothing itself.

    Without keys the accounts come from the environment. Raises DatabaseError where the database cannot be used.
    """

    def __init__(
        self, database: str | None = None, keys: Keys = None, *, prefer: Prefer = None, settings: Settings | None = None
    ) -> None:
        self.url: Final = database_url(database)
        self.store: Final = JobStore(self.url, patience=5.0)
        self._keys = keys
        self._prefer: Prefer = prefer
        self._settings: Final = settings or Settings()
        self._client: DBOSClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._client is not None:
            self._client.destroy()
        self.store.close()

    @property
    def client(self) -> DBOSClient:
        """DBOS as seen from outside a worker. Makes the tables where they are missing."""
        if self._client is None:
            dispatch.create_tables(self.store)
            self._client = dispatch.client_of(self.url)
        return self._client

    # -- from rows to jobs --------------------------------------------------------------------------------------------

    def check(self, manifest: Path | Sequence[Row], options: BatchOptions) -> int:
        """How many rows a manifest has. Raises ManifestError, with every fault, where they cannot be run. Changes nothing."""
        return len(self._drafts(manifest, options))

    def plan(self, manifest: Path | Sequence[Row], options: BatchOptions) -> Planned:
        """Put the rows into their queues, those that are new. Raises ManifestError, with every fault, and changes nothing.

        Where it is broken off, the batch counts as not wholly planned until the same manifest is planned to its end.
        """
        drafts = self._drafts(manifest, options)
        client = self.client
        known = self._known(options.name)
        new = [draft for draft in drafts if draft.row.key not in known]
        now = time.time()
        used = {draft.account: draft.provider for draft in drafts}
        whole = len(known) + len(new)
        with self.store.writing() as connection:
            values = {
                "name": options.name,
                "manifest": options.manifest,
                "folder": str(options.folder.absolute()),
                "created": now,
            }
            insert_missing(connection, batches, values, ["name"])
            connection.execute(sa.update(batches).where(batches.c.name == options.name).values(planned=whole))
            self._write_accounts(connection, used, options)
            write_ceilings(connection, options.name, ["", *used.values()], options.ceilings)
        for account in used:
            dispatch.register_queues(client, account, self.store.limits(account) or Limits())
        inserted = 0
        for start in range(0, len(new), ROWS_AT_ONCE):
            with self.store.writing() as connection:
                part = new[start : start + ROWS_AT_ONCE]
                inserted += sum(self._insert(connection, client, draft, options.name, now) for draft in part)
        with self.store.writing() as connection:  # another process may have begun with more rows meanwhile
            own = (batches.c.name == options.name, batches.c.planned == whole)
            connection.execute(sa.update(batches).where(*own).values(planned=None))
        sums = {one.provider: math.fsum(draft.price or 0.0 for draft in new if draft.provider == one.provider) for one in new}
        unpriced = sum(draft.price is None for draft in new)
        return Planned(batch=options.name, new=inserted, known=len(drafts) - inserted, credits=sums, unpriced=unpriced)

    @staticmethod
    def _insert(connection: sa.Connection, client: DBOSClient, draft: _Draft, batch: str, now: float) -> bool:
        """Whether the row was no job yet: another process may plan the same manifest now."""
        row = draft.row
        values = {
            "id": f"{batch}/{row.key}",
            "batch": batch,
            "key": row.key,
            "row": row.number,
            "account": draft.account,
            "provider": draft.provider,
            "request": json.dumps(
                {
                    **row.members,
                    **({"values": dict(row.values)} if row.values else {}),
                    **({"unlisted": True} if draft.unlisted else {}),
                },
                separators=(",", ":"),
            ),
            "digest": row.digest,
            "signature": draft.signature,
            "price": draft.price,
            "priority": row.priority,
            "target": draft.target,
            "state": "queued",
            "created": now,
        }
        job = insert_missing(connection, jobs, values, ["id"])
        if job is not None:
            dispatch.enqueue(client, connection, job_of(job))
        return job is not None

    def _write_accounts(self, connection: sa.Connection, used: Mapping[str, str], options: BatchOptions) -> None:
        for account, provider in used.items():
            limits = options.limits.get(account)
            usual = limits or Limits()
            values = {"concurrency": usual.concurrency, "rate": usual.rate, "period": usual.period}
            insert_missing(connection, accounts, {"account": account, "provider": provider, "running": 0, **values}, ["account"])
            if limits is not None:
                connection.execute(sa.update(accounts).where(accounts.c.account == account).values(**values))

    def _drafts(self, manifest: Path | Sequence[Row], options: BatchOptions) -> list[_Draft]:
        """Every row with its account and name. Raises ManifestError with all that is wrong."""
        found = scan_manifest(manifest, defaults=options.defaults) if isinstance(manifest, Path) else (manifest, ())
        rows, faults = found[0], list(found[1])
        session = Session(self._keys, prefer=self._prefer, settings=self._settings, chance=chance, now=monotonic)
        loads: Counter[str] = Counter()
        drafts: list[_Draft] = []
        for row in rows:
            try:
                drafts.append(_draft(session, row, options, loads))
            except (InvalidRequestError, NoProviderError, ConfigurationError) as error:
                faults.extend(RowFault(row.number, line) for line in _lines(error))
        faults.extend(_same_targets(drafts))
        faults.extend(self._changed(options, drafts))
        if faults:
            raise ManifestError(faults)
        _warn_of_equals(rows)
        return drafts

    def _known(self, batch: str) -> set[str]:
        question = sa.select(jobs.c.key).where(jobs.c.batch == batch)
        return set(self.store.read(lambda connection: connection.execute(question).scalars().all()))

    def _changed(self, options: BatchOptions, drafts: Sequence[_Draft]) -> Iterator[RowFault]:
        """Rows whose key is that of a job that asks for something else, or whose file is that of another job."""
        if not self.store.has_tables():
            return
        digests, owners = self.store.read(lambda connection: _taken(connection, options))
        for draft in drafts:
            number, key, owner = draft.row.number, draft.row.key, owners.get(without_ending(draft.target))
            if digests.get(key, draft.row.digest) != draft.row.digest:
                yield RowFault(
                    number,
                    f"key {key!r} is that of a job of batch {options.name!r} that asks for something else; give it a new key",
                )
            elif key not in digests and owner is not None:
                yield RowFault(number, f"its file {draft.target!r} is that of {_advice(owner, options.name)}")


def _taken(connection: sa.Connection, options: BatchOptions) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """The digests of the batch's jobs by key; and batch and key of every job with a file in its folder, by the file's name."""
    folders = {name: Path(folder).resolve() for name, folder in connection.execute(sa.select(batches.c.name, batches.c.folder))}
    folder = folders.get(options.name, options.folder.resolve())
    beside = [name for name, other in folders.items() if other == folder]
    question = sa.select(jobs.c.batch, jobs.c.key, jobs.c.digest, jobs.c.target).where(jobs.c.batch.in_(beside))
    digests: dict[str, str] = {}
    owners: dict[str, tuple[str, str]] = {}
    for batch, key, digest, target in connection.execute(question):
        owners[without_ending(target)] = (batch, key)
        if batch == options.name:
            digests[key] = digest
    return digests, owners


def _advice(owner: tuple[str, str], batch: str) -> str:
    if owner[0] == batch:
        return f"job {owner[1]!r}; put {{key}} into the name template"
    place = f"batch {owner[0]!r} in the same folder"
    return f"job {owner[1]!r} of {place}; give this batch another folder, or put {{batch}} into the name template"


def _warn_of_equals(rows: Iterable[Row]) -> None:
    """Say which rows without a key of their own ask for the same: often one was copied by mistake."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        if row.key.startswith(row.digest[:16]):
            numbers.setdefault(row.digest, []).append(row.number)
    equal = [group for group in numbers.values() if len(group) > 1]
    if equal:
        named = "; ".join(" and ".join(map(str, group[:5])) + (" and more" if len(group) > 5 else "") for group in equal[:3])
        more = f", and {len(equal) - 3} more such groups" if len(equal) > 3 else ""
        logger.warning("rows %s%s are equal, and each is made and paid: leave out what is there twice by mistake", named, more)


def _draft(session: Session, row: Row, options: BatchOptions, loads: Counter[str]) -> _Draft:
    unlisted = row.unlisted or options.unlisted
    offers = session.offers(row.request, account=row.account or options.account, check=True, unlisted=unlisted, path_id=None)
    offer = offers[0] if not options.spread or row.account else _least_loaded(offers, loads, options)
    loads[offer.account] += 1
    provider = session.provider(offer.account)
    if payload_of(row.request) is not None and not provider.accepts_idempotency_key(offer):
        raise ConfigurationError("payload carries the idempotency key by which a lost task is found again; leave it out.")
    price = _price(row, offer.account, options.price)
    price = _quoted(session, offer) if price is None else price
    if offer.unlisted is not None and price is None and options.ceilings:
        raise ConfigurationError(
            f"no document says what {shown(offer.unlisted)} costs, so that no budget can hold: leave out the budget, or give the"
            " price of the row."
        )
    values: dict[str, str | int] = {
        "batch": options.name,
        "row": row.number,
        "key": row.key,
        "account": offer.account,
        "provider": offer.provider,
        "model": row.request.model or "model",
        "kind": str(row.members["kind"]),
        "attempt": 1,
        **row.values,
    }
    return _Draft(
        row=row,
        account=offer.account,
        provider=offer.provider,
        signature=_signature(offer),
        price=price,
        target=file_target(row.name or options.template, values),
        unlisted=offer.unlisted,
    )


def _price(row: Row, account: str, ask: Price | None) -> float | None:
    """What the row says that it costs, else what the user's function says. Raises ConfigurationError for nonsense."""
    if row.price is not None or ask is None:
        return None if row.price is None else credit("price", row.price)
    try:
        found = ask(row.request, account)
    except Exception as error:  # the user's own function: whatever it raises speaks of this row
        raise ConfigurationError(f"the price function raised {type(error).__name__}: {error}") from error
    return None if found is None else credit("what the price function gives", found)


def _quoted(session: Session, offer: Offer) -> float | None:
    """The documented price in the credits in which tasks of the provider are charged, None if no document is sure of it."""
    price = session.documented(offer)
    return price.credits if price is not None and session.provider(offer.account).charges_as_listed else None


def _least_loaded(offers: Sequence[Offer], loads: Mapping[str, int], options: BatchOptions) -> Offer:
    return min(offers, key=lambda offer: loads.get(offer.account, 0) / options.limits.get(offer.account, Limits()).concurrency)


def _signature(offer: Offer) -> str:
    """What jobs of the same cost have in common: all of a request but its words, its seed and its pictures."""

    def plain(value: Json) -> Json:
        if isinstance(value, list):
            return len(value)
        if isinstance(value, dict):
            return {name: plain(below) for name, below in value.items() if name not in _FREE_MEMBERS}
        return "text" if isinstance(value, str) and len(value) > 40 else value

    body = plain(offer.body)
    text = json.dumps([offer.provider, offer.operation, body], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _lines(error: ViduError) -> list[str]:
    if isinstance(error, InvalidRequestError) and len({one.provider for one in error.explanations}) < 2:
        return [str(fault) for fault in error.faults]
    if isinstance(error, NoProviderError) and error.reasons:
        return list(error.reasons)
    return str(error).split("\n")


def _same_targets(drafts: Sequence[_Draft]) -> Iterator[RowFault]:
    first: dict[str, int] = {}
    for draft in drafts:
        target = without_ending(draft.target)
        if target in first:
            message = (
                f"its file {draft.target!r} is that of row {first[target]} too; put {{key}} or {{row}} into the name template"
            )
            yield RowFault(draft.row.number, message)
        first.setdefault(target, draft.row.number)


def write_ceilings(connection: sa.Connection, batch: str, scopes: Sequence[str], ceilings: Mapping[str, float]) -> None:
    """Set the ceilings that are given; others stay. Raises ConfigurationError for one that is no number of credits."""
    ceilings = {scope: credit("a ceiling", ceiling) for scope, ceiling in ceilings.items()}
    for scope in {*scopes, *ceilings}:
        values = {"batch": batch, "scope": scope, "ceiling": ceilings.get(scope), "reserved": 0.0, "spent": 0.0}
        insert_missing(connection, budgets, values, ["batch", "scope"])
    for scope, ceiling in ceilings.items():
        own = (budgets.c.batch == batch, budgets.c.scope == scope)
        connection.execute(sa.update(budgets).where(*own).values(ceiling=ceiling))
