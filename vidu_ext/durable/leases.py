"""Which workers live, and who goes on with the jobs of one that died. One table; no worker needs to know another's address.

A worker says again and again that it lives. One that has not for the length of its lease, or whose process is gone from this
machine, is dead: exactly one other becomes its heir, and gives its jobs back to their queues.
"""

from __future__ import annotations

import os
import platform
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from attrs import frozen

from .tables import workers

if TYPE_CHECKING:
    from .ledger import Ledger


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


class Leases:
    """The lease of this worker, and those of the others."""

    def __init__(self, ledger: Ledger, identity: Identity, *, seconds: float) -> None:
        self._ledger: Final = ledger
        self._identity: Final = identity
        self.seconds: Final = seconds
        self.renewed = time.monotonic()
        """When this worker last said that it lives, by its own monotonic clock, taken before it said so."""

    def _now(self) -> sa.ColumnElement[float]:
        """The time by the database's clock, which all workers share; a SQLite file is on one machine."""
        if self._ledger.engine.dialect.name == "postgresql":
            return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Float)
        return sa.literal(time.time())

    def take(self) -> None:
        """Begin to live, or begin again after having been taken for dead."""
        began = time.monotonic()
        own = self._identity
        values = {"id": own.id, "machine": own.machine, "pid": own.pid, "born": own.born, "lease": self.seconds, "heir": None}
        self._ledger.change(lambda connection: _replace(connection, own.id, {**values, "seen": self._now()}))
        self.renewed = began

    def renew(self) -> bool:
        """Say that this worker lives. False where it was taken for dead meanwhile."""
        began = time.monotonic()
        mine = (workers.c.id == self._identity.id, workers.c.heir.is_(None))
        with self._ledger.writing() as connection:
            lives = connection.execute(sa.update(workers).where(*mine).values(seen=self._now())).rowcount == 1
        if lives:
            self.renewed = began
        return lives

    def lay_down(self) -> None:
        """Say that this worker ends, so that its jobs need not wait for the end of its lease."""
        mine = workers.c.id == self._identity.id
        with self._ledger.writing() as connection:
            connection.execute(sa.update(workers).where(mine).values(seen=0.0))

    def others_live(self) -> bool:
        """Whether another worker lives, or is not known to be dead."""
        question = sa.select(workers, self._now().label("now")).where(workers.c.id != self._identity.id)
        rows = self._ledger.read(lambda connection: connection.execute(question).mappings().all())
        return not all(map(self._is_dead, rows))

    def inherit(self) -> list[str]:
        """The workers whose jobs are now this one's to give back: dead ones that nobody else alive has taken."""
        own = self._identity.id
        now = self._now()
        with self._ledger.writing() as connection:
            rows = connection.execute(sa.select(workers, now.label("now"))).mappings().all()
            dead = {row["id"] for row in rows if self._is_dead(row)}
            known = {row["id"] for row in rows}
            taken: list[str] = []
            for row in rows:
                heir = row["heir"]
                if row["id"] not in dead or row["id"] == own or (heir in known - dead and heir != own):
                    continue
                before = workers.c.heir.is_(None) if row["heir"] is None else workers.c.heir == row["heir"]
                claim = sa.update(workers).where(workers.c.id == row["id"], before, workers.c.seen == row["seen"])
                if connection.execute(claim.values(heir=own)).rowcount:
                    taken.append(row["id"])
        return taken

    @staticmethod
    def _is_dead(row: sa.RowMapping) -> bool:
        return row["now"] - row["seen"] > row["lease"] or is_gone(row["machine"], row["pid"], row["born"])

    def forget(self, worker: str) -> None:
        """All jobs of a dead worker are given back."""
        with self._ledger.writing() as connection:
            connection.execute(sa.delete(workers).where(workers.c.id == worker, workers.c.heir == self._identity.id))


def _replace(connection: sa.Connection, worker: str, values: dict[str, object]) -> None:
    connection.execute(sa.delete(workers).where(workers.c.id == worker))
    connection.execute(sa.insert(workers).values(**values))
