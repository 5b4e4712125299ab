"""The tables of batches, which share a database with those of DBOS; the database's URL; the engines that connect to it."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast, get_args, get_type_hints

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from vidu_ext.durable.errors import DatabaseError, StorageFullError
from vidu_ext.durable.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry

SUBSECONDS_SINCE: Final = (3, 42)
"""The version of SQLite since which it knows `unixepoch('subsec')`. DBOS uses that from Python 3.12 on, whatever SQLite it finds:
Debian 12 has 3.40."""
DEFAULT_DATABASE: Final = "sqlite:///vidu-batches.sqlite"
SQLITE: Final = "sqlite:///"
PRIVATE: Final = 0o600
GROUP_AND_OTHERS: Final = 0o077
BUSY_MILLISECONDS: Final = 30_000
CONNECT_SECONDS: Final = 10
POOL_SIZE: Final = 5
"""Connections that a pool keeps open; it may open more for a moment."""
LOCKING_POOL_SIZE: Final = 10

DISK_FULL: Final = ("disk is full", "no space left", "could not extend file")
"""What drivers say if the disk of the database is full."""
LOCKED: Final = "database is locked"
"""What SQLite says if another connection has the lock; DBOS tries again."""

logger: Final = logging.getLogger("vidu_ext.durable")

metadata: Final = sa.MetaData()

meta: Final = sa.Table("vidu_meta", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text))
"""Values of the whole database: only `salt`, a random value that makes its idempotency keys differ from those of any other."""

batches: Final = sa.Table(
    "vidu_batches",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("manifest", sa.Text, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("planned", sa.Integer),
)
"""`planned`: how many jobs the batch will have, set while rows are being written; NULL once all are written."""

_COLUMN_TYPES: Final[Mapping[object, type[sa.types.TypeEngine[Any]]]] = {int: sa.BigInteger, float: sa.Float, bool: sa.Boolean}


def _column(name: str, hint: object) -> sa.Column[Any]:
    """Return the column of a member of Job with this type hint: text unless the hint says otherwise, NULL only for None."""
    is_optional = type(None) in get_args(hint)
    kind = get_args(hint)[0] if is_optional else hint
    return sa.Column(name, _COLUMN_TYPES.get(kind, sa.Text), primary_key=name == "id", nullable=is_optional)


jobs: Final = sa.Table(
    "vidu_jobs",
    metadata,
    *(_column(name, hint) for name, hint in get_type_hints(Job).items()),
    sa.UniqueConstraint("reference"),
    sa.UniqueConstraint("batch", "key"),
    sa.UniqueConstraint("batch", "target"),
    sa.Index("vidu_jobs_state", "batch", "state", "account"),
    sa.Index("vidu_jobs_ended", "batch", "ended"),
    sa.Index("vidu_jobs_held", "account", "state", "held"),
)
"""One row for each job. Its columns are the members of Job."""

budgets: Final = sa.Table(
    "vidu_budgets",
    metadata,
    sa.Column("batch", sa.Text, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("ceiling", sa.Float),
    sa.Column("reserved", sa.Float, nullable=False, default=0.0),
    sa.Column("spent", sa.Float, nullable=False, default=0.0),
)
"""What a batch may spend: in total (scope '') and per provider. Only the providers' rows count what is reserved and spent."""

costs: Final = sa.Table(
    "vidu_costs", metadata, sa.Column("signature", sa.Text, primary_key=True), sa.Column("credits", sa.Float, nullable=False)
)
"""The last known cost of jobs with one signature."""

workers: Final = sa.Table(
    "vidu_workers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("machine", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("born", sa.Text, nullable=False),
    sa.Column("seen", sa.Float, nullable=False),
    sa.Column("lease", sa.Float, nullable=False),
    sa.Column("taken", sa.Boolean, nullable=False),
)
"""The processes that run jobs. An expired lease is `taken` by the workers that take over the jobs. `seen` is not a time but a
random number that changes with each renewal."""


def database_url(text: str | None) -> str:
    """Return the URL of the database: the option, else $VIDU_BATCH_DATABASE, else a file in the working folder.

    What follows `sqlite:///` is a literal path: %, ? and # in folder names have no special meaning. Raises DatabaseError for any
    other text.
    """
    chosen = (str(text or "") or os.environ.get("VIDU_BATCH_DATABASE", "")).strip() or DEFAULT_DATABASE
    chosen = re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", chosen)
    if chosen.startswith(SQLITE):
        return _sqlite_url(chosen.removeprefix(SQLITE))
    with suppress(SQLAlchemyError, ValueError):
        if chosen.startswith("postgresql+psycopg://") and chosen.count("@") <= 1 and sa.make_url(chosen):
            return chosen
    raise DatabaseError(
        "the database must be given as sqlite:///file.sqlite or like postgresql://user:password@host:5432/name, the port as a"
        " number. In a user name or password write %40 for @ and %2F for /."
    )


def _sqlite_url(name: str) -> str:
    if not name or name == ":memory:":
        raise DatabaseError("a batch needs a database that outlives the process: name a file, sqlite:///file.sqlite.")
    if re.search(r"\?\w+=", Path(name).name):
        raise DatabaseError("a SQLite database takes no options: give the path of its file alone, without a '?'.")
    return f"{SQLITE}{Path(name).absolute()}"


def shown_database(url: str) -> str:
    """Return the URL without its password, and without options, which may contain one."""
    if url.startswith(SQLITE):
        return url
    return sa.make_url(url).set(query={}).render_as_string(hide_password=True)


def escaped_database(url: str) -> str:
    """Percent-encode the path of a SQLite URL, as SQLAlchemy and DBOS expect."""
    if not url.startswith(SQLITE):
        return url
    return sa.URL.create("sqlite", database=url.removeprefix(SQLITE)).render_as_string()


def is_missing_file(url: str) -> bool:
    """Return whether the database is a SQLite file that does not exist yet."""
    return url.startswith(SQLITE) and not Path(url.removeprefix(SQLITE)).exists()


def _create_private(path: Path) -> None:
    """Create the file if it is missing, readable by its owner only, since it contains prompts and requests."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
        path.chmod(PRIVATE)  # a strict umask may have removed the owner's own permissions
    except OSError:
        pass  # it exists, or opening the database reports what is wrong


def _make_private(path: Path) -> None:
    """Make a database that SQLite has opened readable by its owner only. SQLite creates `-wal` and `-shm` with its permissions.

    The file is not opened for this: POSIX ends all locks of a process on a file when it closes one descriptor of it.
    """
    real = path.resolve()  # SQLite, too, follows links
    exposed = list(filter(_is_exposed, (real.with_name(real.name + ending) for ending in ("", "-wal", "-shm"))))
    for file in exposed:
        with suppress(OSError):
            file.chmod(file.stat().st_mode & ~GROUP_AND_OTHERS)
    if exposed:
        now = "its permissions cannot be changed" if any(map(_is_exposed, exposed)) else "now only its owner can"
        logger.warning("other users could read or write %s, which contains prompts; %s", exposed[0], now)


def _is_exposed(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & GROUP_AND_OTHERS)
    except OSError:  # the last process that used a database removes the files beside it
        return False


def open_engine(url: str) -> sa.Engine:
    """Return an engine that has connected once. Raises DatabaseError if the database cannot be used."""
    if url.startswith(SQLITE):
        _create_private(Path(url.removeprefix(SQLITE)))
        engine = sa.create_engine(escaped_database(url), connect_args={"check_same_thread": False}, pool_size=POOL_SIZE)
        event.listen(engine, "connect", _set_up_sqlite)
    else:
        arguments = {"connect_timeout": CONNECT_SECONDS, "application_name": "vidu batch"}
        engine = sa.create_engine(url, pool_pre_ping=True, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, connect_args=arguments)
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except SQLAlchemyError as error:
        engine.dispose()
        raise database_error(url, error) from error
    if url.startswith(SQLITE):
        _make_private(Path(url.removeprefix(SQLITE)))
    return engine


def locking_engine(url: str, on_fault: Callable[[DatabaseError | StorageFullError], object]) -> sa.Engine | None:
    """Return an engine for DBOS whose transactions take the write lock at once; None if the database is not SQLite.

    DBOS counts the running workflows and then starts more. Without the lock two workers could read the same count, and both
    start a job in the last free slot.

    `on_fault` is called for what DBOS does not retry, such as a full disk: it would forget a workflow that has ended, whose slot
    would stay taken. At PostgreSQL it retries.
    """
    if not url.startswith(SQLITE):
        return None
    engine = sa.create_engine(escaped_database(url), connect_args={"check_same_thread": False}, pool_size=LOCKING_POOL_SIZE)

    def set_up(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        _set_up_sqlite(connection, record)
        connection.isolation_level = None  # `_lock` begins the transactions

    def report(context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        if not isinstance(error, DBAPIError) or LOCKED in str(error.orig):
            return
        fault = database_error(url, error)
        if isinstance(fault, StorageFullError) or not isinstance(error, IntegrityError):  # of a row that exists already
            on_fault(fault)

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _lock)
    event.listen(engine, "handle_error", report)
    return engine


def _lock(connection: sa.Connection) -> None:
    cursor = connection.connection.cursor()  # takes half the time of a SQLAlchemy statement
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error  # as SQLAlchemy would raise it, which callers expect


def _set_up_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = "IMMEDIATE"
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    # WAL: readers do not wait for writers. The file keeps the mode, so it holds for DBOS's connections too.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
    if sqlite3.sqlite_version_info < SUBSECONDS_SINCE:
        cast("sqlite3.Connection", connection).create_function("unixepoch", 1, _unixepoch)


def _unixepoch(modifier: str) -> float:
    if modifier != "subsec":
        raise ValueError(modifier)
    return time.time()


def driver_message(error: Exception) -> str:
    """Return the first line of what the database's driver says about an error; the error's type if it says nothing."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]


def database_error(url: str, error: Exception) -> DatabaseError | StorageFullError:
    """Return the error for a database that cannot be reached or used, or whose disk is full."""
    said = str(getattr(error, "orig", error)).lower()
    if any(words in said for words in DISK_FULL):
        return StorageFullError(
            "the disk of the database is full, so nothing more is sent. Running tasks continue at the provider and are not lost."
            " Free disk space, then continue with `vidu batch resume`."
        )
    return DatabaseError(
        f"the database {shown_database(url)} cannot be used: {driver_message(error)}. Nothing more is sent, and tasks that were"
        " sent are not lost. Check that it is running and writable, then run the same command again, or `vidu batch resume`."
    )
