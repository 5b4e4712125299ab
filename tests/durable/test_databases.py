"""Databases of batches: they contain JSON only, only their owner can read them, and they are where their path or URL says."""

from __future__ import annotations

import base64
import json
import os
import pickle
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from unittest.mock import Mock

import pytest
import sqlalchemy as sa
from adapters import present
from batch_provider import ProviderProcess
from batch_rig import Rig, rows
from job_store_rig import ACCOUNTS, planned

from vidu_ext.durable import Batches, DatabaseError, StorageFullError, batch_commands
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import database_url, escaped_database, locking_engine, open_engine, shown_database

pytest_plugins = ["batch_fixtures"]

FOLDERS: Final = (
    "My%20Films", "a?b=c", "one#two", "%zz", "a&b+c;d", "[x]{y}", "file:x", "ü 鳥", " spaces ", "back\\slash", "~", "@host:5432",
)  # fmt: skip
"""Names of folders with characters that have a meaning in URLs."""


PICKLE: Final = base64.b64encode(pickle.dumps({"args": ("batch/k",)})[:3]).decode()
"""The first characters of a pickle as DBOS stores it."""


class Bomb:
    """Creates a file when it is loaded as a pickle."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._path,)


def cells(database: str) -> list[tuple[str, str, object]]:
    """Return every value of every table, with its table and its column."""
    engine = sa.create_engine(escaped_database(database_url(database)), poolclass=sa.NullPool)
    values: list[tuple[str, str, object]] = []
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        for schema in (None, *(name for name in inspector.get_schema_names() if name == "dbos")):
            for name in inspector.get_table_names(schema):
                table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection)
                for row in connection.execute(sa.select(table)).mappings():
                    values += [(name, str(column), value) for column, value in row.items()]
    return values


def test_database_contains_json_and_no_pickles(database: str, provider: ProviderProcess, tmp_path: Path) -> None:
    """Once, the inputs of jobs were pickles, so write access to the database allowed running programs in every worker."""
    with Rig(provider, database, tmp_path) as rig:
        rig.plan(rows(1))
        written = [value for table, column, value in cells(database) if (table, column) == ("workflow_input", "inputs")]
        assert [json.loads(str(value)) for value in written] == [{"namedArgs": {}, "positionalArgs": ["batch/k00"]}]
        with rig.working():
            rig.finish()
            rig.until(lambda: "SUCCESS" in [value for _, name, value in cells(database) if name == "status"])
        values = cells(database)
    assert [value for _, _, value in values if isinstance(value, bytes) or str(value).startswith(PICKLE)] == []
    assert {value for _, column, value in values if column == "serialization"} <= {"portable_json", None}
    assert [json.loads(str(value)) for _, column, value in values if column == "output" and value] == ["done"]


def test_pickle_in_the_database_is_not_loaded_and_its_job_is_requeued(rig: Rig) -> None:
    """DBOS loads a row marked as a pickle, whatever serializer it was given."""
    exploded = rig.folder / "exploded"
    bomb = base64.b64encode(pickle.dumps(Bomb(exploded))).decode()
    rig.plan(rows(1))
    with rig.batches.store.writing() as connection:
        connection.execute(sa.text("UPDATE workflow_input SET inputs = :bomb"), {"bomb": bomb})
        connection.execute(sa.text("UPDATE workflow_status SET serialization = 'py_pickle'"))
    with rig.working():
        rig.until(lambda: "ERROR" in [value for _, name, value in cells(rig.database) if name == "status"])
        assert (exploded.exists(), rig.paid) == (False, 0)
        assert batch_commands.requeue_lost(rig.batches, rig.batch) == 1
        rig.finish()
    assert (rig.states(), rig.paid, exploded.exists()) == ({"k00": "done"}, 1, False)


# -- permissions ----------------------------------------------------------------------------------------------------------


@contextmanager
def umask(mask: int) -> Generator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def rights(path: Path) -> dict[str, str]:
    return {
        file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in path.parent.iterdir() if file.name.startswith(path.name)
    }


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
@pytest.mark.parametrize("mask", [0o000, 0o277])
def test_only_the_owner_can_read_a_new_database_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "batches.sqlite"
    with umask(mask), Batches(f"sqlite:///{path}", ACCOUNTS) as batches:
        batches.store.create()
        assert rights(path) == dict.fromkeys(("batches.sqlite", "batches.sqlite-shm", "batches.sqlite-wal"), "0o600")


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
@pytest.mark.parametrize("is_link", [False, True])
def test_database_that_others_can_read_is_restricted_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, is_link: bool
) -> None:
    path = tmp_path / "batches.sqlite"
    planned(f"sqlite:///{path}", tmp_path, 1)
    beside = path.with_name("batches.sqlite-wal")
    beside.touch()
    path.chmod(0o664)
    beside.chmod(0o644)
    link = tmp_path / "link"
    link.symlink_to(path)
    with closing(JobStore(database_url(f"sqlite:///{link if is_link else path}"))) as store:
        assert store.has_tables()
        assert set(rights(path).values()) == {"0o600"}
    assert [str(path) in record.getMessage() for record in caplog.records] == [True]


@pytest.mark.skipif(os.name != "posix", reason="locks as POSIX has them")
def test_store_that_is_opened_ends_no_lock_of_another_in_this_process(tmp_path: Path) -> None:
    """POSIX ends all locks of a process on a file when it closes one descriptor: another process could then end the WAL."""
    path = tmp_path / "batches.sqlite"
    planned(f"sqlite:///{path}", tmp_path, 1)
    url = database_url(f"sqlite:///{path}")
    take_all = (
        f"import sqlite3; print(sqlite3.connect({str(path)!r}, timeout=0).execute('PRAGMA journal_mode=DELETE').fetchone())"
    )
    with closing(JobStore(url)) as store, store.engine.connect() as connection, closing(JobStore(url)) as other:
        connection.execute(sa.text("SELECT count(*) FROM vidu_jobs"))
        assert other.has_tables()
        done = subprocess.run([sys.executable, "-c", take_all], capture_output=True, text=True, check=False)
    assert "database is locked" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
@pytest.mark.parametrize("is_folder", [True, False])
def test_rights_of_what_is_no_database_stay(tmp_path: Path, *, is_folder: bool) -> None:
    path = tmp_path / "batches.sqlite"
    path.mkdir() if is_folder else path.write_text("notes")
    path.chmod(0o755)
    with closing(JobStore(database_url(f"sqlite:///{path}"))) as store, pytest.raises(DatabaseError):
        store.create()
    assert rights(path) == {"batches.sqlite": "0o755"}


def test_reading_a_missing_database_does_not_create_it(tmp_path: Path) -> None:
    with closing(JobStore(database_url(f"sqlite:///{tmp_path}/batches.sqlite"))) as store:
        assert not store.has_tables()
    assert list(tmp_path.iterdir()) == []


# -- paths and URLs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FOLDERS)
def test_database_is_created_in_the_folder_whatever_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Once, in `My%20Films` the database could not be opened, and in `what?` it was a file beside the folder."""
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("VIDU_BATCH_DATABASE", raising=False)
    with Batches(None, ACCOUNTS) as batches:
        batches.store.create()
        again = batches.url
    with Batches(again, ACCOUNTS) as batches:  # as the command hands it to its worker
        assert batches.store.has_tables()
        assert batches.url == again
    assert {file.name for file in folder.iterdir()} == {"vidu-batches.sqlite"}
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_worker_runs_in_a_folder_whose_name_looks_like_a_url(provider: ProviderProcess, tmp_path: Path) -> None:
    folder = tmp_path / "My%20Films?x=1#y"
    folder.mkdir()
    with Rig(provider, f"sqlite:///{folder}/batches.sqlite", folder) as rig:
        rig.plan(rows(1))
        with rig.working():
            rig.finish()
        assert rig.states() == {"k00": "done"}
    assert [file.name for file in tmp_path.iterdir()] == [folder.name]


def engine_of_dbos(url: str) -> sa.Engine:
    return present(locking_engine(url, print))


@pytest.mark.parametrize("opened", [open_engine, engine_of_dbos])
def test_old_sqlite_knows_the_function_that_dbos_uses_in_a_new_python(opened: Callable[[str], sa.Engine], tmp_path: Path) -> None:
    """Once, no batch began in Python 3.12 or 3.13 on Debian 12, whose SQLite gives NULL in its place."""
    engine = opened(f"sqlite:///{tmp_path}/batches.sqlite")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (n INTEGER, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))"))
        connection.execute(sa.text("INSERT INTO t (n) VALUES (1)"))
        at = connection.execute(sa.text("SELECT at FROM t")).scalar_one()
    engine.dispose()
    assert time.time() * 1000 - 5_000 < at <= time.time() * 1000


def test_database_that_cannot_be_opened_is_named_as_it_was_given(tmp_path: Path) -> None:
    with (
        closing(JobStore(database_url(f"sqlite:///{tmp_path}/no%20folder/b.sqlite"))) as store,
        pytest.raises(DatabaseError, match=r"/no%20folder/b\.sqlite cannot be used"),
    ):
        store.create()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://x",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "postgresql://vidu:sec@ret@host/name",
        "postgresql://vi/du:secret@host/na@me",
        "postgresql://vidu:secret@host:port/name",
    ],
)
def test_invalid_url_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(DatabaseError, match="database") as caught:
        Batches(url)
    assert "ret" not in str(caught.value)


def test_password_among_the_options_of_a_url_is_not_shown() -> None:
    url = database_url("postgresql://vidu:secret@host:5/name?password=secret")
    assert shown_database(url) == "postgresql+psycopg://vidu:***@host:5/name"


# -- the disk of the database is full for a moment: the worker ends, and the next one finishes every job -------------------

REFUSE_OUTCOME: Final = """
CREATE TRIGGER full BEFORE UPDATE ON workflow_status WHEN NEW.workflow_uuid = 'batch/k00' AND NEW.status = 'SUCCESS'
BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
"""
"""The disk is full when DBOS records the outcome of a workflow."""


def fault_of_worker(rig: Rig) -> Exception | None:
    """Run a worker until it has a fault or the batch is over."""
    with rig.working() as worker:
        rig.until(lambda: worker.fault is not None or rig.progress().is_over)
        return worker.fault


def test_job_whose_outcome_dbos_cannot_record_keeps_no_slot(rig: Rig) -> None:
    """The second of two jobs for one slot would wait forever."""
    rig.plan(rows(2), concurrency=1)
    with rig.batches.store.writing() as connection:
        connection.execute(sa.text(REFUSE_OUTCOME))
    faults = [fault_of_worker(rig), fault_of_worker(rig)]
    assert list(map(type, faults)) == [StorageFullError, type(None)]
    assert (set(rig.states().values()), rig.paid) == ({"done"}, 2)


def test_worker_at_a_full_disk_does_not_wait_for_answers_that_have_come(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, it ended 20 seconds late: a request whose answer could not be recorded counted as one that is being sent."""
    full = StorageFullError("the disk of the database is full")
    monkeypatch.setattr(JobStore, "accept", Mock(side_effect=full))
    rig.plan(rows(1))
    assert fault_of_worker(rig) is full
    assert "waiting" not in caplog.text
