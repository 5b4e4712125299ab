"""State of one process: a forked child gets its own connections, and no lock that a thread of its parent holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import _bootstrap, import_module
from threading import Lock, RLock, get_ident
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")

ONLY: Final = ""
"""The account's name for a value that does not depend on accounts."""

_PACKAGES: Final = frozenset(
    {"vidu_ext", "vidu_clients", "jsonschema_rs", "httpx", "httpcore", "httpx2", "httpcore2", "anyio", *sys.stdlib_module_names}
)
"""Packages that threads of this package import when needed. These imports are short; the import of a user's module that runs
a program may never end."""

MOST_WAITS: Final = 1000
"""How often a fork waits. Without a limit it would not end if the thread that forks is itself importing something."""
LONGEST_MAKING: Final = 5.0
"""Seconds that a fork waits for a value that another thread is making. The slowest is a client, which reads certificates."""

_here: Final = [object()]


def this_process() -> object:
    """Return an object that identifies this process; a forked child has another one."""
    return _here[0]


class PerAccount(dict[str, T]):
    """Values by account, each made once, when a thread first reads it.

    A forked child forgets them without closing them: an orderly close would end the connections of its parent.
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
        """Wait if another thread is making a value. Return whether it was and has finished."""
        is_free = self._lock.acquire(blocking=False)
        has_ended = not is_free and self._lock.acquire(timeout=LONGEST_MAKING)
        if is_free or has_ended:
            self._lock.release()
        return has_ended

    def forget(self) -> None:
        """Reset in a forked child: the lock may be held by a thread that exists only in the parent."""
        self._lock = RLock()
        self.clear()


_all_per_account: Final = WeakValueDictionary[int, PerAccount[Any]]()


def new_locks() -> PerAccount[Lock]:
    """Return a mapping with a lock, for ONLY, which is free in a forked child."""
    return PerAccount(lambda _: Lock())


def _before_fork() -> None:
    """Wait until no other thread is in the middle of an import or of making a client.

    A forked child could neither finish these nor start them again, because of locks of importlib and OpenSSL. A module that
    is being loaded may not be in sys.modules yet: only a private table of importlib shows it.
    """
    for _ in range(MOST_WAITS):
        if not (_wait_for_making() or _wait_for_import()):
            return


def _wait_for_making() -> bool:
    waited = [made.waited() for made in list(_all_per_account.values())]
    return any(waited)


def _wait_for_import() -> bool:
    locks: dict[str, object] = getattr(_bootstrap, "_module_locks", {})
    under_way = next((name for name in list(locks) if name.partition(".")[0] in _PACKAGES), None)
    if under_way is not None:
        with suppress(Exception):  # raised in the thread that imports it, too
            import_module(under_way)
    return under_way is not None


def _forget_unfinished_imports() -> None:
    """Let a child import a module that a thread of its parent began to import after the last look before the fork."""
    locks: dict[str, Callable[[], Any]] = getattr(_bootstrap, "_module_locks", {})
    for name, lock in list(locks.items()):
        if getattr(lock(), "owner", None) in {None, get_ident()}:
            continue
        locks.pop(name, None)
        if getattr(getattr(sys.modules.get(name), "__spec__", None), "_initializing", False):
            sys.modules.pop(name, None)


def _start_over() -> None:
    """Forget the state of the parent. A Ctrl-C must not skip a part: Python would ignore it and run the child with the rest."""
    left: list[PerAccount[Any]] | None = None
    while left is None or left:
        with suppress(KeyboardInterrupt):
            _here[0] = object()
            _forget_unfinished_imports()
            left = list(_all_per_account.values()) if left is None else left
            while left:
                left[-1].forget()
                left.pop()


if sys.platform != "win32":
    os.register_at_fork(before=_before_fork, after_in_child=_start_over)
