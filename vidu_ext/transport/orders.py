"""The store of orders: one private SQLite file, written before anything is sent, and a lock for each order in use."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
import uuid
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final

from vidu_ext.values.errors import OrderError
from vidu_ext.values.forks import ONLY, PerAccount, undivided
from vidu_ext.values.orders import OrderRow
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.submission import Submission
from vidu_ext.values.tasks import TaskRef

from .locked_files import open_locked, remove_own, unlock

logger: Final = logging.getLogger("vidu_ext")

MOST_ORDERS: Final = 100_000
"""How many are kept. Older ones are forgotten, unless they may have an unknown task."""
PATIENCE: Final = 30.0
"""Seconds to wait for a busy file."""

_VERSION: Final = 2
"""Of the file. No release had another."""
_TABLES: Final = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, number INTEGER NOT NULL,"
    " fingerprint TEXT NOT NULL, submission TEXT, reference TEXT, ordered REAL NOT NULL, answer TEXT)",
    f"PRAGMA user_version = {_VERSION}",
)
_SELECT: Final = (
    "SELECT id, key, number, fingerprint, submission AS sent, reference AS ref, answer, ordered AS ordered_at FROM orders "
)
"""With the names of an OrderRow."""


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder for state of this package: $XDG_STATE_HOME/vidu, or the usual place of the platform."""
    return user_folder(environ, "XDG_STATE_HOME", ".local/state") / "vidu"


def user_folder(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    """Return a folder of the user, from a variable or by the custom of the platform."""
    if (named := environ.get(variable, "").strip()) and Path(named).is_absolute():
        return Path(named)
    if sys.platform == "win32" and (roaming := environ.get("APPDATA", "").strip()):
        return Path(roaming)
    return Path("~").expanduser() / usual


class OrderStore:
    """The orders in one file. Safe for many threads and processes of one machine, but not on a network share."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        """Use the file at `path`, made with the first order; by default orders.sqlite in the state folder."""
        self.path: Final = Path(path) if path is not None else state_folder() / "orders.sqlite"

    # -- locks --------------------------------------------------------------------------------------------------------

    def lock(self, key: str) -> OrderLock:
        return OrderLock(self, key)

    @contextmanager
    def searching(self, submission: Submission) -> Generator[None]:
        """Hold the order of a submission, if it has one, while its task is searched for outside `once_flow`.

        Raises OrderError if another process holds it, or knew its outcome first: a refusal that it records meanwhile must not
        hide what the search creates.
        """
        order = self.find_by_submission(submission)
        if order is None or order.key is None:
            yield
            return
        lock = self.lock(order.key)
        try:
            if not lock.take() or self.find_by_submission(submission) is None:
                raise OrderError(f"another process is at the order {order.key!r} now. This one sent nothing. Try again later.")
            yield
        finally:
            lock.release()

    # -- rows ---------------------------------------------------------------------------------------------------------

    def salt(self) -> str:
        """Return the random text that makes the idempotency keys of this file different from those of every other."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('salt', ?)", [uuid.uuid4().hex])
            (value,) = connection.execute("SELECT value FROM meta WHERE name = 'salt'").fetchone()
            return str(value)

    def find(self, key: str) -> OrderRow | None:
        return next(iter(self._rows("WHERE key = ?", [key])), None)

    def find_by_name(self, name: str) -> OrderRow | None:
        """Return the order with this key, or else the one with this number."""
        return self.find(name) or next(iter(self._rows("WHERE id = ?", [name]) if name.isdecimal() else ()), None)

    def find_by_submission(self, submission: Submission) -> OrderRow | None:
        """Return the order of this submission if its task is still unknown."""
        return next(iter(self._rows("WHERE submission = ?", [submission.to_text()])), None)

    def orders(self) -> list[OrderRow]:
        """Return all orders, the oldest first."""
        return self._rows("ORDER BY ordered, id", [])

    def begin(
        self, key: str | None, fingerprint: str, number: int, moment: float, submission: Submission | None = None
    ) -> OrderRow:
        """Insert and return the row of an order of which nothing was sent yet. It replaces the one with its key.

        If that one may be paid and its task is not known, it is kept without the key, so that its task can be found. `moment`
        is now, in seconds since the epoch.
        """
        with self._writing() as connection:
            connection.execute("UPDATE orders SET key = NULL WHERE key = ? AND submission IS NOT NULL", [key])
            connection.execute(
                "INSERT OR REPLACE INTO orders (key, number, fingerprint, submission, ordered) VALUES (?, ?, ?, ?, ?)",
                [key, number, fingerprint, None if submission is None else submission.to_text(), moment],
            )
            (order,) = _selected(connection, "WHERE id = last_insert_rowid()", [])
            connection.execute(
                "DELETE FROM orders WHERE submission IS NULL AND id <= (SELECT max(id) FROM orders) - ?", [MOST_ORDERS]
            )
        return order

    def record_submission(self, order: OrderRow, submission: Submission) -> None:
        """Save the submission that is about to be sent, in place of the one before."""
        self._change("UPDATE orders SET submission = ? WHERE id = ?", [submission.to_text(), order.id])

    def record_end(self, order: OrderRow, ref: TaskRef | None, answer: str | None = None) -> None:
        """Save the task or answer of an order, or that there is none. If that fails, only a warning is logged: it may be paid."""
        try:
            self._end(order, None if ref is None else str(ref), answer)
        except OrderError as error:
            name, reason = order.key or order.id, error.__cause__ or error  # the error itself says that nothing was sent
            logger.warning(
                "the order %r cannot be saved (%s); if it is ordered again, its task is searched for first", name, reason
            )

    def _end(self, order: OrderRow, reference: str | None, answer: str | None) -> None:
        """Save the end of an order. A key without a task stays used: a provider may answer it with the old refusal.

        What is known stays known: `vidu find` may have found the task meanwhile.
        """
        with self._writing() as connection:
            values = [reference, answer, order.id]
            connection.execute(
                "UPDATE orders SET submission = NULL, reference = coalesce(?, reference), answer = coalesce(?, answer)"
                " WHERE id = ?",
                values,
            )
            connection.execute(
                "DELETE FROM orders WHERE id = ? AND key IS NULL AND coalesce(reference, answer) IS NULL", [order.id]
            )

    def forget(self, order: OrderRow) -> None:
        """Remove an order. Its key can be used again, and pays again."""
        self._change("DELETE FROM orders WHERE id = ?", [order.id])

    # -- the file -----------------------------------------------------------------------------------------------------

    def _change(self, statement: str, values: list[object]) -> None:
        with self._writing() as connection:
            connection.execute(statement, values)

    def _rows(self, condition: str, values: list[object]) -> list[OrderRow]:
        if not self.path.exists():
            return []
        with self._open() as connection:
            return _selected(connection, condition, values)

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        with self.refusing("used"), undivided:  # SQLite would find the file locked as long as a child lives
            self.make_folder()
            _make_private(os.path.realpath(self.path))
            with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as connection:
                self._prepare(connection)
                yield connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA synchronous = FULL")
        if self._version(connection) < _VERSION:
            connection.execute("BEGIN IMMEDIATE")
            if self._version(connection) < _VERSION:  # another process may have made them
                for statement in _TABLES:
                    connection.execute(statement)
            connection.execute("COMMIT")

    def _version(self, connection: sqlite3.Connection) -> int:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise OrderError(
                f"the store of orders {self.path} is of a newer version of vidu-ext. Nothing was sent. Update this one."
            )
        return int(version)

    def make_folder(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def refusing(self, verb: str) -> Generator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            detail = (error.strerror if isinstance(error, OSError) else None) or error
            raise OrderError(
                f"the store of orders {self.path} cannot be {verb}: {detail}. Without it an order could be paid twice or lost, so"
                " nothing was sent.",
                remedy=Remedy(action="mend-store"),
            ) from error


def _selected(connection: sqlite3.Connection, condition: str, values: list[object]) -> list[OrderRow]:
    cursor = connection.execute(_SELECT + condition, values)
    names = [column for column, *_ in cursor.description]
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["ref"] = TaskRef.parse(row["ref"]) if row["ref"] else None
    return [OrderRow(**row) for row in rows]


def _make_private(path: str) -> None:
    """Create the file if it is missing: SQLite would make it readable by all.

    An existing file is not opened, and no other thread uses one meanwhile: POSIX ends all locks of a process on a file when it
    closes one descriptor of it, those that SQLite holds in other threads included.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


class OrderLock:
    """The lock of one order: a file beside the store while it is held, which the end of the process releases.

    A forked child has none of its parent's locks: it cannot release one while the parent sends, nor keep one when that has ended.
    """

    def __init__(self, store: OrderStore, key: str) -> None:
        self._store = store
        digest = sha256(key.encode()).hexdigest()[:16]
        self._path: Final = f"{os.path.realpath(store.path)}.{digest}.lock"

    def take(self) -> bool:
        with self._store.refusing("locked"):
            self._store.make_folder()
            _held[ONLY][self] = open_locked(Path(self._path), 0o600, is_vital=True)
        return _held[ONLY][self] is not None

    def release(self) -> None:
        """Release it, if this process has it. Ctrl-C can interrupt this: it does the rest when it is called again."""
        file = _held[ONLY].get(self)
        if file is not None and not file.closed:
            remove_own(file, Path(self._path))
            unlock(file)
        _held[ONLY].pop(self, None)


_held: Final = PerAccount(lambda _: dict[OrderLock, IO[bytes] | None]())
"""The files of the locks that this process holds. A forked child drops them, which closes its copies."""
