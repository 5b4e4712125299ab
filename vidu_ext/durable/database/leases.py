"""Leases of workers: which workers are alive, and which worker takes over the jobs of a dead one.

A worker renews its lease periodically. It counts as dead if another worker has seen its row unchanged for the length of the
lease, or if its process no longer exists on this machine. Its lease is then taken, so that it cannot be renewed, and every other
worker requeues what jobs it still has. Times of day are never compared: a wrong or changed clock would expire every lease at
once, or none.
"""

from __future__ import annotations

import os
import platform
import random
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from attrs import asdict, frozen

from .tables import workers

if TYPE_CHECKING:
    from .job_store import JobStore


@frozen
class Identity:
    """What identifies a worker."""

    id: str
    machine: str
    """Machine, boot and process namespace, as `_machine` returns them."""
    pid: int
    born: str
    """Start of the process, as `_born` returns it."""

    @classmethod
    def of_this_process(cls) -> Identity:
        pid = os.getpid()
        return cls(f"{platform.node()[:40]}-{pid}-{uuid.uuid4().hex[:8]}", _machine(), pid, _born(pid))


def _machine(root: Path = Path("/proc")) -> str:
    """Return an id of this machine since its last boot, with the process namespace: containers have their own."""
    try:
        start = (root / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{start}/{(root / 'self/ns/pid').readlink()}"
    except OSError:
        return f"{platform.node()}/{uuid.getnode():x}"


def _born(pid: int) -> str:
    """Return when a process started, in clock ticks since boot; '' if unknown. Process numbers are reused."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def is_gone(machine: str, pid: int, born: str) -> bool:
    """Return whether a process of this machine has certainly ended. False if this cannot be determined."""
    if machine != _machine() or os.name != "posix" or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return bool(born) and _born(pid) not in ("", born)


LEASE_ENDED: Final = 0.0
"""Value of `seen` of a worker that has stopped."""


def _heartbeat() -> float:
    """Return a new random value for `seen`."""
    return 1.0 + random.random()  # noqa: S311  it need not be unpredictable


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.time()


class Leases:
    """The lease of this worker, and a view of the leases of others."""

    def __init__(self, store: JobStore, identity: Identity, *, seconds: float) -> None:
        self._store: Final = store
        self._identity: Final = identity
        self.seconds: Final = seconds
        self.term = 0
        """Number of times that the lease expired and was taken over."""
        self._renewed = _clocks()
        self._others: dict[str, tuple[float, float]] = {}
        """By worker: the last value of `seen`, and the monotonic time right after it was first read."""

    def age(self) -> float:
        """Return the seconds since this worker last started to renew its lease; never too few.

        The monotonic clock stops while a machine sleeps, and the time of day may be changed: the larger difference counts.
        """
        return max(abs(now - then) for now, then in zip(_clocks(), self._renewed, strict=True))

    def take(self) -> None:
        """Acquire the lease."""
        began = _clocks()
        own = self._identity
        values = {**asdict(own), "lease": self.seconds, "taken": False}

        def replace(connection: sa.Connection) -> None:
            connection.execute(sa.delete(workers).where(workers.c.id == own.id))
            connection.execute(sa.insert(workers).values(**values, seen=_heartbeat()))

        self._store.run(replace)
        self._renewed = began
        self._store.run(self._read_workers)  # the first reading, from which unchanged leases are timed

    def renew(self) -> bool:
        """Renew the lease. If it expired and was taken over, acquire a new one, and return False."""
        began = _clocks()
        mine = (workers.c.id == self._identity.id, workers.c.taken.is_(False))
        with self._store.writing() as connection:
            is_renewed = connection.execute(sa.update(workers).where(*mine).values(seen=_heartbeat())).rowcount == 1
        if is_renewed:
            self._renewed = began
        else:
            self.term += 1
            self.take()
        return is_renewed

    def end_lease(self) -> None:
        """End the lease at once, so that other workers need not wait until it expires."""
        mine = workers.c.id == self._identity.id
        with self._store.writing() as connection:
            connection.execute(sa.update(workers).where(mine).values(seen=LEASE_ENDED))

    def others_alive(self) -> bool:
        """Return whether there is another worker that is not known to be dead."""
        others = self._store.run(self._read_workers)
        return any(not is_dead for row, is_dead in others if row["id"] != self._identity.id)

    def _read_workers(self, connection: sa.Connection) -> list[tuple[sa.RowMapping, bool]]:
        """Return every worker, and whether it is dead.

        The clock is read before and after the query: a slow query must not count as silence of the others.
        """
        before = time.monotonic()
        rows = connection.execute(sa.select(workers)).mappings().all()
        after = time.monotonic()
        return [(row, self._is_dead(row, before, after)) for row in rows]

    def _is_dead(self, row: sa.RowMapping, before: float, after: float) -> bool:
        sign, since = self._others.get(row["id"], (None, after))
        if sign != row["seen"]:
            self._others[row["id"]] = (row["seen"], after)
            since = after
        is_silent = row["seen"] == LEASE_ENDED or before - since > row["lease"]
        return row["taken"] or is_silent or is_gone(row["machine"], row["pid"], row["born"])

    def take_over(self) -> list[str]:
        """Take the leases of dead workers, and return the ids of all workers whose leases are taken."""
        taken: list[str] = []
        with self._store.writing() as connection:
            for row, is_dead in self._read_workers(connection):
                if is_dead and row["id"] != self._identity.id:
                    is_as_read = (workers.c.id == row["id"], workers.c.seen == row["seen"])
                    if connection.execute(sa.update(workers).where(*is_as_read).values(taken=True)).rowcount:
                        taken.append(row["id"])
        return taken

    def has_ended(self, worker: str) -> bool:
        """Return whether a worker had ended its lease itself when it was last read."""
        seen, _ = self._others.get(worker, (None, 0.0))
        return seen == LEASE_ENDED

    def forget(self, worker: str) -> None:
        """Remove a dead worker whose jobs are requeued, unless its process is only suspended."""
        taken = (workers.c.id == worker, workers.c.taken)
        with self._store.writing() as connection:
            row = connection.execute(sa.select(workers).where(*taken)).one_or_none()
            if row is not None and not _is_suspended(row):
                connection.execute(sa.delete(workers).where(*taken))

    def has_suspended_worker(self) -> bool:
        """Return whether a worker of this machine lost its lease but exists: it may resume and send what it was about to send."""
        others = sa.select(workers).where(workers.c.id != self._identity.id, workers.c.taken)
        return any(map(_is_suspended, self._store.rows(others)))


def _is_suspended(row: sa.Row[Any]) -> bool:
    return row.machine == _machine() and row.seen != LEASE_ENDED and not is_gone(row.machine, row.pid, row.born)
