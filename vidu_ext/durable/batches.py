"""Plan batches: check the rows of a manifest and record them as queued jobs, which workers then send."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, cast

import sqlalchemy as sa
from attrs import asdict, field, frozen

from vidu_ext.client.account_choice import AccountChoice
from vidu_ext.client.arguments import Inquiry
from vidu_ext.client.settings import Settings
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.money import insert_missing
from vidu_ext.durable.database.tables import batches, budgets, database_url, jobs
from vidu_ext.durable.manifests.manifest import Row, scan_manifest
from vidu_ext.durable.workers.job_files import DEFAULT_TEMPLATE, file_target, without_ending
from vidu_ext.providers import check_provider, provider_named
from vidu_ext.transport.driver import monotonic
from vidu_ext.values.checks import credit
from vidu_ext.values.errors import ConfigurationError, InvalidRequestError, NoProviderError, ViduError
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.shown import cut, shown_value

from . import dispatch
from .errors import ManifestError, RowFault
from .job import Job, Limits

if TYPE_CHECKING:
    from attrs import Attribute
    from dbos import DBOSClient

    from vidu_ext.client.account_choice import Keys, Prefer
    from vidu_ext.durable.database.job_store import AnyColumns
    from vidu_ext.providers.offers import Offer
    from vidu_ext.values.requests import OperationRequest, Request
    from vidu_ext.values.tasks import Json, Object

Price = Callable[["Request | OperationRequest", str], "float | None"]
"""A user's function that returns what a request will cost at an account, in credits; None if that is not known."""

logger: Final = logging.getLogger("vidu_ext.durable")

ROWS_AT_ONCE: Final = 500
LONGEST_NAME: Final = 200
_FREE_MEMBERS: Final = frozenset({"prompt", "seed", "payload", "callback_url", "callback", "negative_prompt"})
"""Members of a request body that do not affect its cost."""


def _check_name(_instance: object, _attribute: Attribute[str], value: str) -> None:
    """Check a batch's name. A `/` is refused because ids of jobs are `<batch>/<key>` and keys may contain one too."""
    is_plain = isinstance(cast("object", value), str) and value == value.strip() and value.isprintable()
    if not is_plain or not 0 < len(value) <= LONGEST_NAME or value in (".", "..") or "/" in value or "\\" in value:
        raise ConfigurationError(
            f"a batch cannot be called {value!r}: a name has 1 to {LONGEST_NAME} visible characters, without / and \\, and no"
            " space at either end. Choose another name (--name)."
        )


def checked_ceilings(ceilings: Mapping[str, float]) -> dict[str, float]:
    """Return ceilings by provider, '' for the total. Raises ConfigurationError for invalid ones.

    One for a misspelt provider would limit nothing.
    """
    for scope in filter(None, ceilings):
        check_provider(scope)
    return {scope: credit("a ceiling", ceiling) for scope, ceiling in ceilings.items()}


@frozen(kw_only=True)
class BatchOptions:
    """Options of a batch."""

    name: str = field(validator=_check_name)
    """At most 200 visible characters, without / and \\."""
    folder: Path = field(converter=Path)
    """Folder for the downloaded files."""
    template: str = DEFAULT_TEMPLATE
    """Names of the files; see `job_files.file_target`."""
    manifest: str = ""
    """Path of the manifest, only for messages."""
    defaults: Mapping[str, Json] = field(factory=dict[str, "Json"])
    """Members for rows of a file that do not set them."""
    account: str | None = None
    """Account or provider of the rows that name none; None lets the specs and the client's order decide."""
    ceilings: Mapping[str, float] = field(factory=dict[str, float], converter=checked_ceilings)
    """Most credits to spend, by provider; '' for the total."""
    limits: Mapping[str, Limits] = field(factory=dict[str, Limits])
    """By account; others keep their limits, or get the defaults."""
    price: Price | None = None
    """Prices of rows that name none; None takes the documented prices."""
    spread: bool = False
    """Whether rows that name no account are distributed over all accounts that can serve them, in proportion to concurrency."""
    unlisted: bool = False
    """Whether each row may use one model, template or voice that the spec does not list; a row may set this itself."""


@frozen(kw_only=True)
class Planned:
    """The outcome of `Batches.plan`."""

    batch: str
    new: int
    """Number of rows that were queued as new jobs."""
    known: int
    """Number of rows that already were jobs, which stay as they are."""
    credits: Mapping[str, float] = field(factory=dict[str, float])
    """Expected credits of the new rows by provider, without those of unknown price."""
    unpriced: int = 0
    """Number of new rows without a known price."""


class Batches:
    """The batches of one database. Plans jobs; a Worker runs them.

    Without keys the accounts are read from the environment. Raises DatabaseError if the database cannot be used.
    """

    def __init__(
        self, database: str | None = None, keys: Keys = None, *, prefer: Prefer = None, settings: Settings | None = None
    ) -> None:
        self.url: Final = database_url(database)
        self.store: Final = JobStore(self.url, patience=5.0)
        self._keys = keys
        self._prefer: Prefer = prefer
        self._settings: Final = settings or Settings()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.store.close()

    # -- from rows to jobs --------------------------------------------------------------------------------------------

    def check(self, manifest: Path | Sequence[Row], options: BatchOptions) -> int:
        """Check a manifest and return the number of its rows. Raises ManifestError with all errors. Changes nothing."""
        return len(self._jobs(manifest, options))

    def plan(self, manifest: Path | Sequence[Row], options: BatchOptions) -> Planned:
        """Check a manifest, and queue the rows that are not jobs yet. Raises ManifestError with all errors and changes nothing.

        If it is interrupted, the batch counts as incomplete until the same manifest is planned again to its end.
        """
        found = self._jobs(manifest, options)
        self.store.create()
        client = self.store.client
        known = self._known_keys(options.name)
        new = [job for job in found if job.key not in known]
        row_count = len(known) + len(new)
        batch = {"name": options.name, "manifest": options.manifest, "folder": str(options.folder.resolve())}
        with self.store.writing() as connection:
            insert_missing(connection, batches, {**batch, "created": time.time()}, ["name"])
            _warn_of_differences(options, connection.execute(sa.select(batches).where(batches.c.name == options.name)).one())
            connection.execute(sa.update(batches).where(batches.c.name == options.name).values(planned=row_count))
            write_ceilings(connection, options.name, ["", *(job.provider for job in found)], options.ceilings)
        for account in {job.account for job in found}:
            dispatch.register_queue(client, account, options.limits.get(account))
        inserted = 0
        for start in range(0, len(new), ROWS_AT_ONCE):
            with self.store.writing() as connection:
                inserted += sum(_insert(connection, client, job) for job in new[start : start + ROWS_AT_ONCE])
        with self.store.writing() as connection:  # another process may be planning more rows
            is_own_plan = (batches.c.name == options.name, batches.c.planned == row_count)
            connection.execute(sa.update(batches).where(*is_own_plan).values(planned=None))
        sums = {
            provider: math.fsum(job.price or 0.0 for job in new if job.provider == provider)
            for provider in dict.fromkeys(job.provider for job in new)
        }
        unpriced = sum(job.price is None for job in new)
        return Planned(batch=options.name, new=inserted, known=len(found) - inserted, credits=sums, unpriced=unpriced)

    def _jobs(self, manifest: Path | Sequence[Row], options: BatchOptions) -> list[Job]:
        """Make a job of every row: choose its account, price and file name. Raises ManifestError with all errors."""
        faults: list[RowFault] = []
        if isinstance(manifest, Path):
            rows, scan_faults = scan_manifest(manifest, defaults=options.defaults)
            faults.extend(scan_faults)
        else:
            rows = tuple(manifest)
            if not all(isinstance(cast("object", row), Row) for row in rows):
                raise ConfigurationError("a manifest is the Path of a file, or Rows such as read_manifest(path) returns.")
        choice = AccountChoice(self._keys, prefer=self._prefer, health=self._settings.health, now=monotonic)
        for account in options.limits:
            choice.provider(account, advice=" Its limits would limit nothing.")
        loads: Counter[str] = Counter()
        found: list[Job] = []
        remedy: Remedy | None = None
        for row in rows:
            try:
                found.append(_job_of(choice, row, options, loads))
            except (InvalidRequestError, NoProviderError, ConfigurationError) as error:
                faults.extend(RowFault(row.number, message) for message in _messages_of(error))
                if error.remedy and error.remedy.action == "open-word":
                    remedy = error.remedy
        faults.extend(self._conflicts(options, found))
        if faults:
            raise ManifestError(faults, remedy=remedy)
        _warn_of_equal_rows(rows)
        return found

    def _known_keys(self, batch: str) -> set[str]:
        return {row.key for row in self.store.rows(sa.select(jobs.c.key).where(jobs.c.batch == batch))}

    def _conflicts(self, options: BatchOptions, found: Sequence[Job]) -> Iterator[RowFault]:
        """Yield an error for each row that has the key of a job with another request, or the file of another job or row."""
        known = self._jobs_in_folder(options) if self.store.has_tables() else ()
        digests = {other.key: other.digest for other in known if other.batch == options.name}
        owners = {without_ending(other.target): f"job {other.key!r} of batch {other.batch!r}" for other in known}
        for job in found:
            if digests.get(job.key, job.digest) != job.digest:
                message = f"key {job.key!r} belongs to a job of batch {job.batch!r} with another request; choose a new key"
                yield RowFault(job.row, message)
            elif job.key not in digests:
                row = f"row {job.row}"
                if (owner := owners.setdefault(without_ending(job.target), row)) != row:
                    advice = "use {key}, {row} or {batch} in the name template, or choose another folder"
                    yield RowFault(job.row, f"its file {job.target!r} belongs to {owner}; {advice}")

    def _jobs_in_folder(self, options: BatchOptions) -> Sequence[sa.Row[*AnyColumns]]:
        """Return the keys and files of the jobs of all batches in the folder of this one."""
        recorded = sa.select(batches.c.folder).where(batches.c.name == options.name).scalar_subquery()
        folder = sa.func.coalesce(recorded, str(options.folder.resolve()))
        in_folder = sa.select(batches.c.name).where(batches.c.folder == folder)
        query = sa.select(jobs.c.batch, jobs.c.key, jobs.c.digest, jobs.c.target).where(jobs.c.batch.in_(in_folder))
        return self.store.rows(query)


def _insert(connection: sa.Connection, client: DBOSClient, job: Job) -> bool:
    """Insert and enqueue the job. False if it exists: another process may be planning the same manifest."""
    is_new = insert_missing(connection, jobs, asdict(job), ["id"])
    if is_new:
        dispatch.enqueue(client, connection, job)
    return is_new


def _warn_of_equal_rows(rows: Iterable[Row]) -> None:
    """Warn of rows without a key that have the same request: often one was copied by mistake."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        if row.key.startswith(row.digest[:16]):
            numbers.setdefault(row.digest, []).append(row.number)
    equal = [group for group in numbers.values() if len(group) > 1]
    if equal:
        named = cut("; ".join(" and ".join(map(str, group)) for group in equal))
        logger.warning("rows %s are equal, and each is generated and paid: remove rows that were copied by mistake", named)


def _warn_of_differences(options: BatchOptions, first: sa.Row[*AnyColumns]) -> None:
    """Warn if the batch has another folder, or another manifest, which may have the same name but for its ending."""
    own = "--name makes a batch of its own"
    if first.manifest and options.manifest and Path(first.manifest).resolve() != Path(options.manifest).resolve():
        rest = (options.name, first.manifest, options.manifest, own)
        logger.warning("batch %s was made from %s, and the rows of %s are added to it; %s", *rest)
    if first.folder != str(options.folder.resolve()):
        kept = (options.name, first.folder, options.folder, own)
        logger.warning("batch %s keeps its folder: its files are in %s, and none will be in %s; %s", *kept)


def _job_of(choice: AccountChoice, row: Row, options: BatchOptions, loads: Counter[str]) -> Job:
    """Make a job of a row. Raises what a submit raises before it sends, or ConfigurationError."""
    unlisted = row.unlisted or options.unlisted
    offers = choice.offers(Inquiry(request=row.request, account=row.account or options.account, unlisted=unlisted))
    offer = offers[0] if not options.spread or row.account else _least_loaded(offers, loads, options)
    loads[offer.account] += 1
    provider = choice.provider(offer.account)
    if offer.body.get("payload") is not None and not provider.accepts_idempotency_key(offer):
        raise ConfigurationError(
            "payload cannot be set: it carries the idempotency key by which a lost task is found; remove it."
        )
    price = _price_of(choice, offer, row, options.price)
    if offer.unlisted is not None and price is None and options.ceilings:
        raise ConfigurationError(
            f"the price of {shown_value(offer.unlisted)} is not documented, so a budget cannot be kept: remove the budget, or set"
            " the price of the row."
        )
    parts: dict[str, str | int] = {
        "batch": options.name,
        "row": row.number,
        "key": row.key,
        "account": offer.account,
        "provider": offer.provider,
        "model": row.request.model or "model",
        "kind": str(row.members["kind"]),
        **row.values,
    }
    values: Object = {"values": {**row.values}} if row.values else {}
    unlisted_word: Object = {"unlisted": True} if offer.unlisted else {}
    return Job(
        id=f"{options.name}/{row.key}",
        batch=options.name,
        key=row.key,
        row=row.number,
        account=offer.account,
        provider=offer.provider,
        request=json.dumps({**row.members, **values, **unlisted_word}, separators=(",", ":")),
        digest=row.digest,
        signature=_signature(offer),
        price=price,
        priority=row.priority,
        target=file_target(row.name or options.template, parts),
        created=time.time(),
    )


def _price_of(choice: AccountChoice, offer: Offer, row: Row, ask: Price | None) -> float | None:
    """Return the price of the row, else of the user's function, else the documented one if it is certain.

    It is in credits of the provider. Raises ConfigurationError if it is not a number of credits.
    """
    if row.price is not None:
        return credit("price", row.price)
    try:
        price = ask(row.request, offer.account) if ask is not None else None
    except Exception as error:  # a function of the user may raise anything
        raise ConfigurationError(f"the price function raised {type(error).__name__}: {error}") from error
    if price is not None:
        return credit("the result of the price function", price)
    documented = choice.documented(offer)
    return documented.credits if documented is not None else None


def _least_loaded(offers: Sequence[Offer], loads: Mapping[str, int], options: BatchOptions) -> Offer:
    """Return the offer of the account with the fewest rows for its concurrency."""
    return min(offers, key=lambda offer: loads.get(offer.account, 0) / options.limits.get(offer.account, Limits()).concurrency)


def _signature(offer: Offer) -> str:
    """Hash what determines the cost of a job: its request without texts, seed and media."""

    def plain(value: Json) -> Json:
        if isinstance(value, list):
            return len(value)
        if isinstance(value, dict):
            return {name: plain(member) for name, member in value.items() if name not in _FREE_MEMBERS}
        return "text" if isinstance(value, str) and len(value) > 40 else value

    text = json.dumps([offer.provider, offer.operation, plain(offer.body)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _messages_of(error: ViduError) -> list[str]:
    if isinstance(error, InvalidRequestError) and len({explanation.provider for explanation in error.explanations}) < 2:
        return [str(fault) for fault in error.faults]
    if isinstance(error, NoProviderError) and error.reasons:
        return list(error.reasons)
    return str(error).split("\n")


def write_ceilings(connection: sa.Connection, batch: str, scopes: Sequence[str], ceilings: Mapping[str, float]) -> None:
    """Set the ceilings that are given, and keep others. Raises ConfigurationError if they cannot be added."""
    for scope in {*scopes, *ceilings}:
        values = {"batch": batch, "scope": scope, "ceiling": ceilings.get(scope), "reserved": 0.0, "spent": 0.0}
        insert_missing(connection, budgets, values, ["batch", "scope"])
    for scope, ceiling in ceilings.items():
        own = (budgets.c.batch == batch, budgets.c.scope == scope)
        connection.execute(sa.update(budgets).where(*own).values(ceiling=ceiling))
    total = sa.select(budgets.c.ceiling).where(budgets.c.batch == batch, budgets.c.scope == "")
    if connection.execute(total).scalar() is not None:
        asked = connection.execute(sa.select(jobs.c.provider).distinct().where(jobs.c.batch == batch)).scalars()
        _check_units({*filter(None, scopes), *asked})


def _check_units(names: Collection[str]) -> None:
    """Raise ConfigurationError if the credits of these providers cannot be added."""
    if len({provider_named(name).credit_unit for name in names}) > 1:
        each = " ".join(f"--budget {name}=CREDITS" for name in sorted(names))
        raise ConfigurationError(
            f"a total budget cannot be kept, because each of these providers has credits of its own: {', '.join(sorted(names))}."
            f" Nothing was recorded. Give each a budget: {each}"
        )
