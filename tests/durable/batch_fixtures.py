"""Fixtures: the provider in a process of its own, databases (SQLite, and PostgreSQL from Debian's package), batches."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from batch_provider import ProviderProcess
from batch_rig import Rig
from job_store_rig import Plan, planned
from postgres import Postgres, why_not

from vidu_ext.durable import Job
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.tables import database_url

_numbers: Final = itertools.count(1)


@pytest.fixture(scope="session")
def one_provider() -> Iterator[ProviderProcess]:
    with ProviderProcess(queue_seconds=0.0, processing_seconds=0.25, concurrency=1_000) as process:
        yield process


@pytest.fixture
def provider(one_provider: ProviderProcess) -> ProviderProcess:
    """All four providers without a queue, a quarter of a second per task, and an empty ledger."""
    one_provider.reset()
    return one_provider


@pytest.fixture
def rig(provider: ProviderProcess, sqlite_database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Rig]:
    """A batch in a database of its own, without a worker until the test starts one. A parameter is the speed of workers."""
    with Rig(provider, sqlite_database, tmp_path, speed=getattr(request, "param", None)) as rig:
        yield rig


@pytest.fixture(scope="module")
def studio(one_provider: ProviderProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A database with a running worker, for many batches."""
    folder = tmp_path_factory.mktemp("studio")
    database = f"sqlite:///{folder}/batches.sqlite"
    with Rig(one_provider, database, folder, providers=("vidu", "comfy"), speed={"download": 0.05}) as rig, rig.working():
        yield rig


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server of our own. Skips with a reason if none can be started."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, which tests copy."""
    path = tmp_path_factory.mktemp("template") / "batches.sqlite"
    create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """Return the name of a database with its tables, which tests copy."""
    create_tables(postgres.create("tables"))
    return "tables"


def create_tables(url: str) -> None:
    store = JobStore(database_url(url))
    store.create()
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM vidu_meta")  # every copy gets a salt of its own
    store.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "batches.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_database(postgres: Postgres, postgres_template: str) -> str:
    return postgres.create(f"test{next(_numbers)}", template=postgres_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The URL of a database with empty tables, once on SQLite and once on PostgreSQL."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    return str(request.getfixturevalue(name))


@pytest.fixture
def store(database: str) -> Iterator[JobStore]:
    store = JobStore(database_url(database))
    yield store
    store.close()


@pytest.fixture
def plan(database: str, tmp_path: Path) -> Plan:
    """Plans jobs of one batch, whose files are to lie in `tmp_path`. No worker runs."""
    return partial(planned, database, tmp_path)


@pytest.fixture
def job(plan: Plan) -> Job:
    """A queued job with a price of 4 credits."""
    (queued,) = plan(1, price=4.0)
    return queued
