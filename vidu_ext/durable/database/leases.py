"""Which workers live, and who goes on with the jobs of one that died. One table; no worker needs to know another's address.

A worker renews its lease again and again. One whose row another has seen unchanged for the length of the lease, or whose process
is gone from this machine, is dead: exactly one other becomes its heir, and gives its jobs back to their queues. No time of day is
compared, neither of a machine nor of the database: a clock that is wrong or is set would end every lease at once, or none.
"""

from __future__ import annotations

import os
import platform
import random
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from attrs import asdict, frozen

from .tables import workers

if TYPE_CHECKING:
    from .job_store import JobStore


@frozen
class Identity:
    """What a worker is known by."""

    id: str
    machine: str
    pid: int
    born: str

    @classmethod
    def of_this_process(cls) -> Identity:
        pid = os.getpid()
        return cls(f"{platform.node()[:40]}-{pid}-{uuid.uuid4().hex[:8]}", _machine(), pid, _born(pid))


def _machine(root: Path = Path("/proc")) -> str:
    """This machine since its last start, and the space in which its process numbers hold: containers have their own."""
    try:
        start = (root / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{start}/{(root / 'self/ns/pid').readlink()}"
    except OSError:
        return f"{platform.node()}/{uuid.getnode():x}"


def _born(pid: int) -> str:
    """When a process began, in ticks of its machine; a number that was given to another process shows another. '' unknown."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def is_gone(machine: str, pid: int, born: str) -> bool:
    """Whether a process has certainly ended: it was on this machine, and is there no more. False where it cannot be told."""
    if machine != _machine() or os.name != "posix" or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return bool(born) and _born(pid) not in ("", born)


ENDED: Final = 0.0
"""In the place of a sign of life: the worker has ended."""


def _sign() -> float:
    """A sign of life: a number that the worker has not written before."""
    return 1.0 + random.random()  # noqa: S311  nothing depends on whether it can be guessed


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.time()


class Leases:
    """The lease of this worker, and those of the others."""

    def __init__(self, store: JobStore, identity: Identity, *, seconds: float) -> None:
        self._store: Final = store
        self._identity: Final = identity
        self.seconds: Final = seconds
        self._renewed = _clocks()
        self._others: dict[str, tuple[float, float]] = {}
        """The sign of life of each worker that was read last, and the monotonic time after it was first read."""

    def age(self) -> float:
        """Seconds since this worker last began to renew its lease, at the most.

        The monotonic clock stands still while a machine sleeps, and that of the day may be set: the one that says more is right.
        """
        return max(abs(now - then) for now, then in zip(_clocks(), self._renewed, strict=True))

    def take(self) -> None:
        """Begin to live, or begin again after having been taken for dead."""
        began = _clocks()
        own = self._identity
        values = {**asdict(own), "lease": self.seconds, "heir": None}
        self._store.change(lambda connection: _replace(connection, own.id, {**values, "seen": _sign()}))
        self._renewed = began
        self._store.read(self._standing)  # the silence of others is measured from now on

    def renew(self) -> bool:
        """Renew the lease; False if it expired and was taken over."""
        began = _clocks()
        mine = (workers.c.id == self._identity.id, workers.c.heir.is_(None))
        with self._store.writing() as connection:
            lives = connection.execute(sa.update(workers).where(*mine).values(seen=_sign())).rowcount == 1
        if lives:
            self._renewed = began
        return lives

    def lay_down(self) -> None:
        """End the lease, so that the jobs of this worker need not wait until it expires."""
        mine = workers.c.id == self._identity.id
        with self._store.writing() as connection:
            connection.execute(sa.update(workers).where(mine).values(seen=ENDED))

    def others_live(self) -> bool:
        """Whether another worker lives, or is not known to be dead."""
        others = self._store.read(self._standing)
        return any(not is_dead for row, is_dead in others if row["id"] != self._identity.id)

    def _standing(self, connection: sa.Connection) -> list[tuple[sa.RowMapping, bool]]:
        """Every worker, and whether it is dead. A sign of life was read last before this began, and first after that ended."""
        before = time.monotonic()
        rows = connection.execute(sa.select(workers)).mappings().all()
        after = time.monotonic()
        return [(row, self._is_dead(row, before, after)) for row in rows]

    def _is_dead(self, row: sa.RowMapping, before: float, after: float) -> bool:
        sign, since = self._others.get(row["id"], (None, after))
        if sign != row["seen"]:
            self._others[row["id"]] = (row["seen"], after)
            since = after
        return row["seen"] == ENDED or before - since > row["lease"] or is_gone(row["machine"], row["pid"], row["born"])

    def inherit(self) -> list[str]:
        """The workers whose jobs are now this one's to give back: dead ones that nobody else alive has taken."""
        own = self._identity.id
        with self._store.writing() as connection:
            standing = self._standing(connection)
            dead = {row["id"] for row, is_dead in standing if is_dead}
            known = {row["id"] for row, _ in standing}
            taken: list[str] = []
            for row, _ in standing:
                heir = row["heir"]
                if row["id"] not in dead or row["id"] == own or (heir in known - dead and heir != own):
                    continue
                before = workers.c.heir.is_(None) if row["heir"] is None else workers.c.heir == row["heir"]
                claim = sa.update(workers).where(workers.c.id == row["id"], before, workers.c.seen == row["seen"])
                if connection.execute(claim.values(heir=own)).rowcount:
                    taken.append(row["id"])
        return taken

    def forget(self, worker: str) -> None:
        """Remove a dead worker whose jobs are given back; not one that is only suspended, as far as can be told."""
        inherited = (workers.c.id == worker, workers.c.heir == self._identity.id)
        with self._store.writing() as connection:
            row = connection.execute(sa.select(workers).where(*inherited)).mappings().one_or_none()
            if row is not None and not _sleeps(row):
                connection.execute(sa.delete(workers).where(*inherited))

    def another_sleeps(self) -> bool:
        """Whether a process of this machine was taken for dead and is still there: it may wake up and send what it meant to."""
        inherited = sa.select(workers).where(workers.c.id != self._identity.id, workers.c.heir.is_not(None))
        return any(map(_sleeps, self._store.read(lambda connection: connection.execute(inherited).mappings().all())))


def _sleeps(row: sa.RowMapping) -> bool:
    return row["machine"] == _machine() and row["seen"] != ENDED and not is_gone(row["machine"], row["pid"], row["born"])


def _replace(connection: sa.Connection, worker: str, values: dict[str, object]) -> None:
    connection.execute(sa.delete(workers).where(workers.c.id == worker))
    connection.execute(sa.insert(workers).values(**values))
