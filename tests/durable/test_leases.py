"""Who lives and who inherits: exactly one heir for each dead worker, none for a living one."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from vidu_ext.durable.leases import Identity, Leases, is_gone
from vidu_ext.durable.ledger import Ledger
from vidu_ext.durable.tables import workers

pytest_plugins = ["batch_fixtures"]


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    found = Ledger(database.replace("postgresql:", "postgresql+psycopg:"))
    found.create()
    yield found
    found.close()


def worker(ledger: Ledger, name: str, *, seconds: float = 60.0, machine: str = "elsewhere") -> Leases:
    return Leases(ledger, Identity(name, machine, 1, ""), seconds=seconds)


def known(ledger: Ledger) -> set[str]:
    return set(ledger.read(lambda connection: connection.execute(sa.select(workers.c.id)).scalars().all()))


def test_living_worker_has_an_heir(ledger: Ledger) -> None:
    one, two = worker(ledger, "one"), worker(ledger, "two")
    one.take()
    two.take()
    assert two.inherit() == []
    assert one.renew()


def test_silent_worker_has_no_heir_or_several(ledger: Ledger) -> None:
    worker(ledger, "dead", seconds=0.1).take()
    heirs = [worker(ledger, f"heir{number}") for number in range(6)]
    for heir in heirs:
        heir.take()
    time.sleep(0.15)
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(Leases.inherit, heirs))
    assert sorted(taken) == [[]] * 5 + [["dead"]]
    heirs[taken.index(["dead"])].forget("dead")
    assert known(ledger) == {f"heir{number}" for number in range(6)}


def test_jobs_of_the_dead_are_lost_with_their_heir(ledger: Ledger) -> None:
    worker(ledger, "dead", seconds=0.1).take()
    first, second = worker(ledger, "first"), worker(ledger, "second")
    first.take()
    second.take()
    time.sleep(0.15)
    assert first.inherit() == ["dead"]
    assert second.inherit() == []
    first.lay_down()
    assert sorted(second.inherit()) == ["dead", "first"]
    first.forget("dead")
    assert "dead" in known(ledger)


def test_worker_that_was_taken_for_dead_goes_on_as_if_nothing_were(ledger: Ledger) -> None:
    paused, heir = worker(ledger, "paused", seconds=0.1), worker(ledger, "heir")
    paused.take()
    heir.take()
    time.sleep(0.15)
    assert heir.inherit() == ["paused"]
    assert not paused.renew()
    heir.forget("paused")
    assert not paused.renew()
    paused.take()
    assert paused.renew()


def test_lease_that_was_laid_down_is_waited_for(ledger: Ledger) -> None:
    one, two = worker(ledger, "one"), worker(ledger, "two")
    one.take()
    two.take()
    one.lay_down()
    assert two.inherit() == ["one"]


def test_worker_that_is_alone_waits_for_the_dead(ledger: Ledger) -> None:
    one, two = worker(ledger, "one"), worker(ledger, "two")
    one.take()
    assert not one.others_live()
    two.take()
    assert one.others_live()
    two.lay_down()
    assert not one.others_live()


def test_process_that_is_gone_is_not_noticed() -> None:
    own = Identity.of_this_process()
    assert not is_gone(own.machine, own.pid, own.born)
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    assert is_gone(own.machine, child.pid, "12345")
    assert not is_gone("another machine", child.pid, "12345")
    assert is_gone(own.machine, own.pid, "1"), "its number was given to another process"
