"""Read the batches of this folder from their SQLite file, without DBOS, which takes seconds to load."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path


def rows_of_batches(query: str, *values: str) -> list[tuple[str, ...]]:
    """Query the database of this folder, or $VIDU_BATCH_DATABASE. Returns no rows if it is not an SQLite file, or is broken."""
    with suppress(Exception):
        import sqlite3

        address = os.environ.get("VIDU_BATCH_DATABASE") or "sqlite:///vidu-batches.sqlite"
        path = Path(address.removeprefix("sqlite:///")).resolve()
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()
    return []
