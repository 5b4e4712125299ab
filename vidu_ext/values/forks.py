"""What belongs to one process: a forked child gets its own connections, and no lock that a thread of its parent holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import _bootstrap, import_module
from threading import Lock, RLock
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")

ONLY: Final = ""
"""In the place of an account's name: what there is one of."""

_PACKAGES: Final = frozenset(
    {"vidu_ext", "vidu_clients", "jsonschema_rs", "httpx", "httpcore", "anyio", *sys.stdlib_module_names}
)
"""What our threads import when they first need it. Nothing of it lasts, as the import of a program may that runs in it."""

MOST_WAITS: Final = 1000
"""How often a fork waits. It would never end where the thread that forks is itself importing something."""
LONGEST_MAKING: Final = 5.0
"""Seconds that a fork waits for a value that is being made. The slowest is a client, which reads the certificates."""

_here: Final = [object()]


def this_process() -> object:
    """A mark of this process, which a forked child does not share."""
    return _here[0]


class PerAccount(dict[str, T]):
    """Values by account, each made when it is first asked for, once, by whichever thread comes first.

    A forked child forgets them without closing them: an orderly close would be seen on the connections of its parent.
    """

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make
        self._lock = RLock()
        _all_per_account[id(self)] = self

    def __missing__(self, account: str) -> T:
        with self._lock:
            if account not in self:
                self[account] = self._make(account)
            return self[account]

    def waited(self) -> bool:
        """Whether another thread was making a value, and has ended."""
        is_free = self._lock.acquire(blocking=False)
        has_ended = not is_free and self._lock.acquire(timeout=LONGEST_MAKING)
        if is_free or has_ended:
            self._lock.release()
        return has_ended

    def forget(self) -> None:
        """Begin anew, in a child: the lock may be held by a thread that only the parent has."""
        self._lock = RLock()
        self.clear()


_all_per_account: Final = WeakValueDictionary[int, PerAccount[Any]]()


def new_locks() -> PerAccount[Lock]:
    """Return what gives, for ONLY, a lock that a forked child finds free."""
    return PerAccount(lambda _: Lock())


def _before_fork() -> None:
    """Wait for what other threads begin just now: a child never ends it, and cannot begin it itself.

    That is a module that is half imported, and a client that is half made, with the locks of OpenSSL. A module that is
    being loaded, as a library in C is, may not be in sys.modules yet: only a private table of importlib shows it.
    """
    for _ in range(MOST_WAITS):
        if not (_waited_for_making() or _waited_for_import()):
            return


def _waited_for_making() -> bool:
    waited = [made.waited() for made in list(_all_per_account.values())]
    return any(waited)


def _waited_for_import() -> bool:
    locks: dict[str, object] = getattr(_bootstrap, "_module_locks", {})
    under_way = next((name for name in list(locks) if name.partition(".")[0] in _PACKAGES), None)
    if under_way is not None:
        with suppress(Exception):  # the thread that imports it is told
            import_module(under_way)
    return under_way is not None


def _begin_anew() -> None:
    """Forget what is the parent's, all of it: a Ctrl-C in here is swallowed by Python, and the child goes on with the rest."""
    left: list[PerAccount[Any]] | None = None
    while left is None or left:
        with suppress(KeyboardInterrupt):
            _here[0] = object()
            left = list(_all_per_account.values()) if left is None else left
            while left:
                left[-1].forget()
                left.pop()


if sys.platform != "win32":
    os.register_at_fork(before=_before_fork, after_in_child=_begin_anew)
