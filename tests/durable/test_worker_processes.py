"""Processes of workers: when one counts as gone, and that the jobs of one that is gone do not wait for its lease."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest

from vidu_ext.durable.database import leases
from vidu_ext.durable.database.job_store import JobStore
from vidu_ext.durable.database.leases import Identity, Leases, is_gone

pytest_plugins = ["batch_fixtures"]

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
    module: Any = leases
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
