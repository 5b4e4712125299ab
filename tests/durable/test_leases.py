"""Who lives and who inherits: exactly one heir for each dead worker, none for a living one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa

from vidu_ext.durable.database import leases
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.leases import LEASE_ENDED, Identity, Leases, is_gone
from vidu_ext.durable.database.tables import workers

pytest_plugins = ["batch_fixtures"]


@pytest.fixture
def store(database: str) -> Iterator[JobStore]:
    found = JobStore(database.replace("postgresql:", "postgresql+psycopg:"))
    found.create()
    yield found
    found.close()


def worker(store: JobStore, name: str, *, seconds: float = 60.0, machine: str = "elsewhere") -> Leases:
    return Leases(store, Identity(name, machine, 1, ""), seconds=seconds)


def known(store: JobStore) -> set[str]:
    return set(store.read(lambda connection: connection.execute(sa.select(workers.c.id)).scalars().all()))


def test_living_worker_has_an_heir(store: JobStore) -> None:
    one, two = worker(store, "one"), worker(store, "two")
    one.take()
    two.take()
    assert two.take_over() == []
    assert one.renew()


def test_silent_worker_has_no_heir_or_several(store: JobStore) -> None:
    worker(store, "dead", seconds=0.1).take()
    heirs = [worker(store, f"heir{number}") for number in range(6)]
    for heir in heirs:
        heir.take()
    time.sleep(0.15)
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(Leases.take_over, heirs))
    assert sorted(taken) == [[]] * 5 + [["dead"]]
    heirs[taken.index(["dead"])].forget("dead")
    assert known(store) == {f"heir{number}" for number in range(6)}


def test_jobs_of_the_dead_are_lost_with_their_heir(store: JobStore) -> None:
    worker(store, "dead", seconds=0.1).take()
    first, second = worker(store, "first"), worker(store, "second")
    first.take()
    second.take()
    time.sleep(0.15)
    assert first.take_over() == ["dead"]
    assert second.take_over() == []
    first.end_lease()
    assert sorted(second.take_over()) == ["dead", "first"]
    first.forget("dead")
    assert "dead" in known(store)


def test_worker_that_was_taken_for_dead_goes_on_as_if_nothing_were(store: JobStore) -> None:
    paused, heir = worker(store, "paused", seconds=0.1), worker(store, "heir")
    paused.take()
    heir.take()
    time.sleep(0.15)
    assert heir.take_over() == ["paused"]
    assert not paused.renew()
    heir.forget("paused")
    assert not paused.renew()
    paused.take()
    assert paused.renew()


CLOCKS = [3_600.0, -3_600.0, 1e9, -1.7e9]
"""Seconds by which a clock is wrong, or is set."""


@pytest.mark.parametrize("wrong", CLOCKS)
def test_clock_that_is_wrong_steals_and_loses_no_lease(store: JobStore, monkeypatch: pytest.MonkeyPatch, wrong: float) -> None:
    """Every lease seemed over to a worker with its clock an hour ahead, and jobs went to it while others were sending them."""
    right = time.time
    one, two = worker(store, "one"), worker(store, "two")
    one.take()
    with monkeypatch.context() as clock:
        clock.setattr(time, "time", lambda: right() + wrong)
        two.take()
        assert two.take_over() == []
        assert two.others_alive()
        assert two.renew()
    assert one.take_over() == []
    assert two.renew()
    assert one.renew()


@pytest.mark.parametrize("wrong", CLOCKS)
def test_clock_that_is_set_hides_no_death(store: JobStore, monkeypatch: pytest.MonkeyPatch, wrong: float) -> None:
    dead, heir = worker(store, "dead", seconds=0.1), worker(store, "heir")
    dead.take()
    heir.take()
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + wrong)
    time.sleep(0.15)
    assert heir.take_over() == ["dead"]


def test_clock_of_the_database_ends_no_lease(store: JobStore) -> None:
    """What a lease is compared with is a number that changes, and no time of the database either."""
    one, two = worker(store, "one"), worker(store, "two")
    one.take()
    two.take()
    for seen in (1e12, 5.0):
        with store.writing() as connection:
            connection.execute(sa.update(workers).where(workers.c.id == "one").values(seen=seen))
        assert two.take_over() == []


def test_look_that_takes_long_is_not_counted_as_silence_of_the_others(store: JobStore) -> None:
    """A worker that was stopped in the middle of a look took the jobs of those that had been sending meanwhile."""
    row: Any = {"id": "one", "seen": 1.5, "lease": 60.0, "machine": "elsewhere", "pid": 1, "born": ""}
    two: Any = worker(store, "two")
    looks = [(0.0, 1_000.0), (1_001.0, 1_001.0), (1_059.0, 5_000.0), (1_061.0, 5_001.0)]
    assert [two._is_dead(row, *look) for look in looks] == [False, False, False, True]
    assert not two._is_dead({**row, "seen": 1.25}, 9_000.0, 9_000.0)


def test_worker_of_a_machine_that_slept_knows_that_its_lease_may_be_over(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The monotonic clock of Linux stands still while the machine sleeps, and another may have the jobs by then."""
    one = worker(store, "one")
    one.take()
    assert one.age() < 30.0
    right = time.time
    for slept in (3_600.0, -3_600.0):
        monkeypatch.setattr(time, "time", lambda slept=slept: right() + slept)
        assert one.age() > 60.0
    assert one.renew()
    assert one.age() < 30.0


def test_leases_that_were_ended_are_taken_over_at_once(store: JobStore) -> None:
    one, two, heir = (worker(store, name) for name in ("one", "two", "heir"))
    for each in (one, two, heir):
        each.take()
    one.end_lease()
    two.end_lease()
    assert sorted(heir.take_over()) == ["one", "two"]


def test_worker_that_is_alone_waits_for_the_dead(store: JobStore) -> None:
    one, two = worker(store, "one"), worker(store, "two")
    one.take()
    assert not one.others_alive()
    two.take()
    assert one.others_alive()
    two.end_lease()
    assert not one.others_alive()


def test_process_that_is_gone_is_not_noticed() -> None:
    own = Identity.of_this_process()
    assert not is_gone(own.machine, own.pid, own.born)
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    assert is_gone(own.machine, child.pid, "12345")
    assert not is_gone("another machine", child.pid, "12345")
    assert is_gone(own.machine, own.pid, "1"), "its number was given to another process"
    assert is_gone(own.machine, 1, "1"), "in a container a worker may have the first number"
    assert not is_gone(own.machine, -child.pid, "12345"), "no number of a process"


GROWS = r"""
from vidu_ext.durable.database.leases import Identity
open("/proc/self/comm", "wb").write(b"a) R \xff 1")
print(Identity.of_this_process().born, flush=True)
held = bytearray(1 << 26)
print("grown", flush=True)
input()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_process_is_recognized_by_the_moment_at_which_it_began_whatever_it_does_since() -> None:
    """Any other number of its row in /proc changes while it sleeps, and one that has changed says that it is gone."""
    pipe = subprocess.PIPE
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    with subprocess.Popen([sys.executable, "-c", GROWS], stdin=pipe, stdout=pipe, text=True) as process:
        after = time.clock_gettime(time.CLOCK_BOOTTIME)
        assert process.stdout is not None
        born = process.stdout.readline().strip()
        assert before - 1.0 <= int(born) / os.sysconf("SC_CLK_TCK") <= after + 1.0
        assert process.stdout.readline() == "grown\n"
        assert not is_gone(Identity.of_this_process().machine, process.pid, born)
        process.communicate("\n")


def test_process_of_which_the_system_says_nothing_is_not_taken_for_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is another user's, or /proc hides it. Taken for gone while it sleeps, it would send what its heir has sent."""
    own = Identity.of_this_process()

    def forbidden(*_arguments: object, **_more: object) -> NoReturn:
        raise PermissionError

    with monkeypatch.context() as hidden:
        hidden.setattr(Path, "read_text", forbidden)
        assert not is_gone(Identity.of_this_process().machine, own.pid, "12345")
    monkeypatch.setattr(os, "kill", forbidden)
    assert not is_gone(own.machine, own.pid, own.born)


def test_machine_is_told_from_others_by_its_start_and_its_space_of_process_numbers(tmp_path: Path) -> None:
    """All machines and their containers count from 1, and a process that is not here may be there."""
    module: Any = leases
    found: set[str] = set()
    for start in ("one", "two"):
        for space in ("pid:[1]", "pid:[2]"):
            root = tmp_path / start / space
            (root / "sys/kernel/random").mkdir(parents=True)
            (root / "sys/kernel/random/boot_id").write_text(f"{start}\n", encoding="ascii")
            (root / "self/ns").mkdir(parents=True)
            (root / "self/ns/pid").symlink_to(space)
            found.add(module._machine(root))
    assert len(found) == 4


def test_jobs_of_a_worker_whose_process_is_gone_do_not_wait_for_its_lease(store: JobStore) -> None:
    own = Identity.of_this_process()
    heir = worker(store, "heir")
    heir.take()
    for name in ("one", "two"):
        Leases(store, Identity(name, own.machine, own.pid, "1"), seconds=3_600.0).take()  # its number is another's now
    assert sorted(heir.take_over()) == ["one", "two"]
    assert not heir.has_suspended_worker()
    heir.forget("one")
    heir.forget("two")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        Leases(store, Identity("killed", own.machine, process.pid, ""), seconds=3_600.0).take()
        assert heir.take_over() == []
        process.kill()
    assert heir.take_over() == ["killed"]


def test_worker_that_renews_its_lease_while_another_looks_keeps_it(store: JobStore) -> None:
    """Databases with many writers let that happen between a look and the claim that follows."""

    class Slow(Leases):
        def _read_workers(self, connection: sa.Connection) -> list[tuple[sa.RowMapping, bool]]:
            found = super()._read_workers(connection)
            connection.execute(sa.update(workers).where(workers.c.id == "silent").values(seen=1.9))
            return found

    worker(store, "silent", seconds=0.1).take()
    heir = Slow(store, Identity("heir", "elsewhere", 1, ""), seconds=60.0)
    heir.take()
    with store.writing() as connection:
        connection.execute(sa.update(workers).where(workers.c.id == "silent").values(seen=LEASE_ENDED))
    assert heir.take_over() == []
    assert worker(store, "silent").renew()


def test_suspended_worker_is_remembered_until_its_process_is_gone(store: JobStore) -> None:
    """A worker that woke up sent what its heir had sent meanwhile: that it was silent did not mean that it was dead."""
    own = Identity.of_this_process()
    heir = Leases(store, own, seconds=60.0)
    heir.take()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        Leases(store, Identity("asleep", own.machine, process.pid, ""), seconds=0.1).take()
        assert heir.take_over() == []
        time.sleep(0.15)
        assert not heir.has_suspended_worker()
        assert heir.take_over() == ["asleep"]
        heir.forget("asleep")
        assert heir.has_suspended_worker()
    assert not heir.has_suspended_worker()
    assert heir.take_over() == ["asleep"]
    heir.forget("asleep")
    assert known(store) == {own.id}


def test_worker_that_has_ended_does_not_sleep(store: JobStore) -> None:
    """Its process may go on with something else."""
    own = Identity.of_this_process()
    ended, heir = Leases(store, own, seconds=60.0), worker(store, "heir")
    ended.take()
    heir.take()
    ended.end_lease()
    assert heir.take_over() == [own.id]
    assert not heir.has_suspended_worker()
    heir.forget(own.id)
    assert known(store) == {"heir"}


def test_silent_worker_of_another_machine_is_forgotten(store: JobStore) -> None:
    """Nothing can tell whether it sleeps, and its jobs must not wait for it for good."""
    silent, heir = worker(store, "silent", seconds=0.1), worker(store, "heir")
    silent.take()
    heir.take()
    assert heir.take_over() == []
    time.sleep(0.15)
    assert heir.take_over() == ["silent"]
    assert not heir.has_suspended_worker()
    heir.forget("silent")
    assert known(store) == {"heir"}


def test_worker_that_lost_its_lease_does_not_wait_for_itself(store: JobStore) -> None:
    own = Identity.of_this_process()
    paused, heir = Leases(store, own, seconds=0.1), worker(store, "heir")
    paused.take()
    heir.take()
    time.sleep(0.15)
    assert heir.take_over() == [own.id]
    assert heir.has_suspended_worker()
    assert not paused.has_suspended_worker()
    paused.take()
    assert paused.renew()
