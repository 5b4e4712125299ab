"""What the agents of one folder have spent, stored in the file of orders so that a budget outlives the server."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vidu_ext.transport.driver import wall_clock
from vidu_ext.transport.orders import OrderStore
from vidu_ext.values.errors import OrderError
from vidu_ext.values.price import DocumentedPrice, Price

logger: Final = logging.getLogger("vidu_ext")

FRESH_SECONDS: Final = 3600.0
"""How long a reservation without an order counts: it is left by a server that died before it sent anything."""
ROUNDING: Final = 1e-9
"""How much a price may exceed what is left: sums of decimal amounts are not exact."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS spending (
  id INTEGER PRIMARY KEY, scope TEXT NOT NULL, key TEXT NOT NULL, amount REAL NOT NULL, rate REAL, reference TEXT,
  moment REAL NOT NULL)
"""
_PLACED: Final = "SELECT key FROM orders WHERE key IS NOT NULL AND (submission IS NOT NULL OR reference IS NOT NULL)"


class Spending(OrderStore):
    """The spending of the agents of one folder. Credits and dollars are counted separately."""

    def __init__(self, most: Price, folder: Path, path: str | os.PathLike[str] | None = None) -> None:
        super().__init__(path)
        self.most: Final = most
        self.unit: Final = "USD" if most.usd is not None else "credits"
        self._scope: Final = f"{self.unit} {folder}"

    def spent(self) -> float:
        """Return what is spent or reserved."""
        with self._spending() as connection:
            return self._sum(connection)

    def reserve(self, key: str, prices: Iterable[DocumentedPrice | None], most: Price) -> tuple[Price, int | None]:
        """Reserve the highest price that fits the ceiling of an order, which is `most` or what is left if that is less.

        Returns the ceiling, and the row of the reservation. An order that has a task already reserves nothing and has no row.
        Several rows of one order count once.
        """
        with self._spending() as connection:
            task = connection.execute("SELECT 1 FROM orders WHERE key = ? AND reference IS NOT NULL", [key]).fetchone()
            if task is not None:
                return most, None
            ceiling = min(most.amount, max(self.most.amount - self._sum(connection, without=key), 0.0))
            amounts = [amount for price in prices if price and (amount := self.most.counted(price)) is not None]
            highest = max((amount for amount in amounts if amount <= ceiling + ROUNDING), default=0.0)
            row = connection.execute(
                "INSERT INTO spending (scope, key, amount, moment) VALUES (?, ?, ?, ?)", [self._scope, key, highest, wall_clock()]
            ).lastrowid
        ceiling = max(ceiling, highest)
        return Price(usd=ceiling) if self.most.usd is not None else Price(credits=ceiling), row

    def assign(self, key: str, reference: str, price: DocumentedPrice | None) -> None:
        """Record the task of an order, with the price of the account that accepted it."""
        amount = self.most.counted(price) if price else None
        rate = amount / price.amount if price and price.amount and amount is not None and price.unit == "credits" else None
        self._record(
            "UPDATE spending SET reference = ?, amount = coalesce(?, amount), rate = ? WHERE key = ? AND reference IS NULL",
            [reference, amount, rate, key],
        )

    def cancel_reservation(self, row: int | None) -> None:
        """Release the reservation of a row, unless its order was placed meanwhile."""
        self._record(f"DELETE FROM spending WHERE id = ? AND reference IS NULL AND key NOT IN ({_PLACED})", [row])  # noqa: S608

    def record_charge(self, reference: str, credits_: float) -> None:
        """Count what the provider charged for a task in place of the documented price."""
        self._record("UPDATE spending SET amount = ? * rate WHERE reference = ? AND rate IS NOT NULL", [credits_, reference])

    def _record(self, statement: str, values: list[object]) -> None:
        """Change what is counted. If that fails, only a warning is logged: a task may be paid, and its reference is due."""
        try:
            with self._spending() as connection:
                connection.execute(statement, values)
        except OrderError as error:
            logger.warning("what is spent of the budget of %s cannot be saved (%s)", self.most, error.__cause__ or error)

    def _sum(self, connection: sqlite3.Connection, *, without: str = "") -> float:
        """Return what is spent or reserved, but not what is reserved for the order `without`."""
        counts = f"reference IS NOT NULL OR (key <> ? AND (moment > ? OR key IN ({_PLACED})))"
        rows = f"SELECT max(amount) AS most FROM spending WHERE scope = ? AND ({counts}) GROUP BY coalesce(reference, key)"  # noqa: S608
        values = [self._scope, without, wall_clock() - FRESH_SECONDS]
        (total,) = connection.execute(f"SELECT coalesce(sum(most), 0) FROM ({rows})", values).fetchone()  # noqa: S608
        return float(total)

    @contextmanager
    def _spending(self) -> Generator[sqlite3.Connection]:
        with self._writing() as connection:
            connection.execute(_TABLE)
            yield connection
