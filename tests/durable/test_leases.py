"""Leases: the jobs of a dead worker are taken over, those of a living one are not, whatever clocks and processes say."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest
import sqlalchemy as sa
from job_store_rig import set_rows

from vidu_ext.durable.database import leases as leases_module
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.leases import LEASE_ENDED, Identity, Leases, is_gone
from vidu_ext.durable.database.tables import workers

pytest_plugins = ["batch_fixtures"]

LEASE: Final = 0.1
"""Seconds of a lease that is to expire in a test."""
LONGER: Final = 0.15


def leases_of(store: JobStore, *names: str, seconds: float = 60.0) -> list[Leases]:
    """Take the leases of workers on another machine."""
    taken = [Leases(store, Identity(name, "elsewhere", 1, ""), seconds=seconds) for name in names]
    for leases in taken:
        leases.take()
    return taken


def worker_ids(store: JobStore) -> set[str]:
    return set(store.run(lambda connection: connection.execute(sa.select(workers.c.id)).scalars().all()))


# -- taking over -------------------------------------------------------------------------------------------------------


def test_expired_lease_is_taken_by_the_first_that_notices_and_known_to_all(store: JobStore) -> None:
    leases_of(store, "dead", seconds=LEASE)
    (first,) = leases_of(store, "first")
    time.sleep(LONGER)
    (late,) = leases_of(store, "late")
    assert late.take_over() == [], "it has not seen for how long the lease was not renewed"
    assert first.take_over() == late.take_over() == ["dead"]
    assert not late.has_suspended_worker(), "of another machine that cannot be determined, and its jobs must not wait forever"
    first.forget("dead")
    late.forget("dead")
    assert worker_ids(store) == {"first", "late"}


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_worker_that_was_taken_over_does_not_renew_its_lease_and_gets_a_new_one(store: JobStore, *, is_forgotten: bool) -> None:
    (paused,) = leases_of(store, "paused", seconds=LEASE)
    (heir,) = leases_of(store, "heir")
    time.sleep(LONGER)
    assert heir.take_over() == ["paused"]
    if is_forgotten:
        heir.forget("paused")
    assert (paused.term, paused.renew(), paused.term) == (0, False, 1)
    assert (paused.renew(), paused.term) == (True, 1)


def test_ended_leases_are_taken_over_at_once(store: JobStore) -> None:
    first, second, heir = leases_of(store, "first", "second", "heir")
    for worker in (first, second):
        assert heir.others_alive()
        worker.end_lease()
    assert not heir.others_alive()
    assert sorted(heir.take_over()) == ["first", "second"]


def test_lease_that_is_renewed_between_reading_and_claim_is_not_taken_over(store: JobStore) -> None:
    """Databases with many writers let that happen."""

    class Slow(Leases):
        def _read_workers(self, connection: sa.Connection) -> list[tuple[sa.RowMapping, bool]]:
            rows = super()._read_workers(connection)
            connection.execute(sa.update(workers).where(workers.c.id == "silent").values(seen=1.9))
            return rows

    (silent,) = leases_of(store, "silent")
    heir = Slow(store, Identity("heir", "elsewhere", 1, ""), seconds=60.0)
    heir.take()
    set_rows(store, workers, workers.c.id == "silent", seen=LEASE_ENDED)
    assert heir.take_over() == []
    assert silent.renew()


# -- clocks ---------------------------------------------------------------------------------------------------------------

CLOCKS: Final = [3_600.0, -1.7e9]
"""Seconds by which a clock is wrong, or is changed."""


@pytest.mark.parametrize("wrong", CLOCKS)
def test_wrong_clock_neither_takes_nor_loses_a_lease(store: JobStore, monkeypatch: pytest.MonkeyPatch, wrong: float) -> None:
    """Once, for a worker with its clock an hour ahead every lease had expired: it took jobs that others were sending."""
    right = time.time
    (first,) = leases_of(store, "first")
    with monkeypatch.context() as clock:
        clock.setattr(time, "time", lambda: right() + wrong)
        (second,) = leases_of(store, "second")
        assert second.take_over() == []
        assert second.others_alive()
        assert second.renew()
    assert first.take_over() == []
    assert second.renew()
    assert first.renew()


@pytest.mark.parametrize("wrong", CLOCKS)
def test_lease_expires_although_the_clock_is_changed(store: JobStore, monkeypatch: pytest.MonkeyPatch, wrong: float) -> None:
    leases_of(store, "dead", seconds=LEASE)
    (heir,) = leases_of(store, "heir")
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + wrong)
    time.sleep(LONGER)
    assert heir.take_over() == ["dead"]


def test_slow_reading_does_not_count_as_silence_of_others(store: JobStore) -> None:
    """Once, a worker that was stopped while it read the leases took jobs of workers that had been sending meanwhile."""
    row: Any = {"id": "first", "seen": 1.5, "lease": 60.0, "machine": "elsewhere", "pid": 1, "born": "", "taken": False}
    leases: Any = leases_of(store, "second")[0]
    readings = [(0.0, 1_000.0), (1_001.0, 1_001.0), (1_059.0, 5_000.0), (1_061.0, 5_001.0)]  # when each began and ended
    assert [leases._is_dead(row, *moments) for moments in readings] == [False, False, False, True]
    assert not leases._is_dead({**row, "seen": 1.25}, 9_000.0, 9_000.0)


@pytest.mark.parametrize("slept", [3_600.0, -3_600.0])
def test_age_of_a_lease_counts_the_time_that_the_machine_slept(
    store: JobStore, monkeypatch: pytest.MonkeyPatch, slept: float
) -> None:
    """The monotonic clock of Linux stops while the machine sleeps, and another worker may have the jobs by then."""
    (leases,) = leases_of(store, "sleeper")
    assert leases.age() < 30.0
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + slept)
    assert leases.age() > 60.0
    assert leases.renew()
    assert leases.age() < 30.0


# -- suspended workers -----------------------------------------------------------------------------------------------------


def test_suspended_worker_is_kept_until_its_process_is_gone(store: JobStore) -> None:
    """Once, a worker that resumed sent what its heir had sent: its lease had expired, but it was not dead."""
    own = Identity.of_this_process()
    heir = Leases(store, own, seconds=60.0)
    heir.take()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        Leases(store, Identity("asleep", own.machine, process.pid, ""), seconds=LEASE).take()
        assert heir.take_over() == []
        time.sleep(LONGER)
        assert not heir.has_suspended_worker()
        assert heir.take_over() == ["asleep"]
        heir.forget("asleep")
        assert heir.has_suspended_worker()
    assert not heir.has_suspended_worker()
    assert heir.take_over() == ["asleep"]
    heir.forget("asleep")
    assert worker_ids(store) == {own.id}


def test_worker_that_ended_its_lease_is_not_suspended(store: JobStore) -> None:
    """Its process may continue with something else."""
    own = Identity.of_this_process()
    ended = Leases(store, own, seconds=60.0)
    ended.take()
    (heir,) = leases_of(store, "heir")
    ended.end_lease()
    assert heir.take_over() == [own.id]
    assert heir.has_ended(own.id)
    assert not heir.has_suspended_worker()
    heir.forget(own.id)
    assert worker_ids(store) == {"heir"}


def test_worker_that_lost_its_lease_is_suspended_for_others_and_not_for_itself(store: JobStore) -> None:
    own = Identity.of_this_process()
    paused = Leases(store, own, seconds=LEASE)
    paused.take()
    (heir,) = leases_of(store, "heir")
    time.sleep(LONGER)
    assert heir.take_over() == [own.id]
    assert not heir.has_ended(own.id)
    assert heir.has_suspended_worker()
    assert not paused.has_suspended_worker()


# -- processes ------------------------------------------------------------------------------------------------------------

GROWS: Final = r"""
from vidu_ext.durable.database.leases import Identity
open("/proc/self/comm", "wb").write(b"a) R \xff 1")
print(Identity.of_this_process().born, flush=True)
held = bytearray(1 << 26)
print("grown", flush=True)
input()
"""
"""A process that prints when it was born, and then changes other numbers of its row in /proc."""


def test_process_is_gone_if_it_ended_on_this_machine_or_its_number_was_reused() -> None:
    own = Identity.of_this_process()
    with subprocess.Popen([sys.executable, "-c", "pass"]) as child:
        child.wait()
    assert not is_gone(own.machine, own.pid, own.born)
    assert is_gone(own.machine, child.pid, "12345")
    assert not is_gone("another machine", child.pid, "12345")
    assert is_gone(own.machine, own.pid, "1"), "its number was given to another process"
    assert is_gone(own.machine, 1, "1"), "in a container a worker may have the first number"
    assert not is_gone(own.machine, -child.pid, "12345"), "not the number of a process"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_process_is_recognized_by_its_start_whatever_it_does_later() -> None:
    """Any other number of its row in /proc changes while it is suspended, and a changed one would say that it is gone."""
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


def test_process_about_which_the_system_reports_nothing_is_not_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is another user's, or /proc hides it. Counted as gone while it is suspended, it would send what its heir has sent."""
    own = Identity.of_this_process()

    def forbidden(*_arguments: object, **_more: object) -> NoReturn:
        raise PermissionError

    with monkeypatch.context() as hidden:
        hidden.setattr(Path, "read_text", forbidden)
        assert not is_gone(Identity.of_this_process().machine, own.pid, "12345")
    monkeypatch.setattr(os, "kill", forbidden)
    assert not is_gone(own.machine, own.pid, own.born)


def test_machines_differ_by_their_boot_and_by_their_process_namespace(tmp_path: Path) -> None:
    """All machines and their containers count from 1, and a process that is not here may be there."""
    module: Any = leases_module
    machines: set[str] = set()
    for start in ("one", "two"):
        for space in ("pid:[1]", "pid:[2]"):
            root = tmp_path / start / space
            (root / "sys/kernel/random").mkdir(parents=True)
            (root / "sys/kernel/random/boot_id").write_text(f"{start}\n", encoding="ascii")
            (root / "self/ns").mkdir(parents=True)
            (root / "self/ns/pid").symlink_to(space)
            machines.add(module._machine(root))
    assert len(machines) == 4


def test_jobs_of_a_worker_whose_process_is_gone_do_not_wait_for_its_lease(store: JobStore) -> None:
    own = Identity.of_this_process()
    heir = Leases(store, Identity("heir", "elsewhere", 1, ""), seconds=60.0)
    heir.take()
    for name in ("one", "two"):
        Leases(store, Identity(name, own.machine, own.pid, "1"), seconds=3_600.0).take()  # its number was reused
    assert sorted(heir.take_over()) == ["one", "two"]
    assert not heir.has_suspended_worker()
    heir.forget("one")
    heir.forget("two")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        Leases(store, Identity("killed", own.machine, process.pid, ""), seconds=3_600.0).take()
        assert heir.take_over() == []
        process.kill()
    assert heir.take_over() == ["killed"]
