"""State of one process: a forked child gets its own connections, and no lock that a thread of its parent holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import _bootstrap, import_module
from threading import Event, Lock, RLock, get_ident
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

MOST_PAUSES: Final = 5000
"""How often a fork waits a millisecond for an import of another thread."""
MOST_MAKING_SECONDS: Final = 5.0
"""How long a fork waits for a value that another thread is making. The slowest is a client, which reads certificates."""

_process: Final = [object()]

undivided: Final = RLock()
"""Held while a thread does what a forked child could neither finish nor undo. A fork waits for it, for some seconds at most."""


def this_process() -> object:
    """Return an object that identifies this process; a forked child has another one."""
    return _process[0]


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

    def wait_for_making(self) -> bool:
        """Wait if another thread is making a value. Return whether that was so and the value is made."""
        is_free = self._lock.acquire(blocking=False)
        has_ended = not is_free and self._lock.acquire(timeout=MOST_MAKING_SECONDS)
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

    A forked child could not finish either, because of locks of importlib and OpenSSL. The wait is limited, because the other
    thread may itself wait for a lock that an earlier hook of this fork holds.
    """
    pause = Event()
    for _ in range(MOST_PAUSES):
        waits = [values.wait_for_making() for values in list(_all_per_account.values())]  # all of them, so no generator in any()
        if not (any(waits) or _is_importing()):
            return
        pause.wait(0.001)


def _release_undivided() -> None:
    with suppress(RuntimeError):  # the fork has not got it in time
        undivided.release()


def _is_importing() -> bool:
    return any(name.partition(".")[0] in _PACKAGES for name in _imports_of_others())


def _imports_of_others() -> list[str]:
    """Return the modules that other threads are importing. Only a private table of importlib shows all of them."""
    locks: dict[str, Callable[[], Any]] = getattr(_bootstrap, "_module_locks", {})
    return [name for name, lock in list(locks.items()) if getattr(lock(), "owner", None) not in {None, get_ident()}]


def _forget_unfinished_imports() -> None:
    """Let a child import a module that a thread of its parent did not finish importing before the fork."""
    for name in _imports_of_others():
        getattr(_bootstrap, "_module_locks", {}).pop(name, None)
        if getattr(getattr(sys.modules.get(name), "__spec__", None), "_initializing", False):
            sys.modules.pop(name, None)


def _start_over() -> None:
    """Forget the state of the parent.

    Repeated after a Ctrl-C until nothing is left: Python ignores errors of a hook and would run the child with the rest.
    """
    pending: list[PerAccount[Any]] | None = None
    while pending is None or pending:
        with suppress(KeyboardInterrupt):
            _process[0] = object()
            _forget_unfinished_imports()
            pending = list(_all_per_account.values()) if pending is None else pending
            while pending:
                pending[-1].forget()
                pending.pop()


if sys.platform != "win32":
    # Hooks run last registered first. That of logging holds a lock that importing threads need: it must run after this one.
    import_module("logging")
    os.register_at_fork(before=_before_fork, after_in_child=_start_over)
    os.register_at_fork(
        before=partial(undivided.acquire, timeout=MOST_MAKING_SECONDS),
        after_in_parent=_release_undivided,
        after_in_child=getattr(undivided, "_at_fork_reinit", _release_undivided),
    )
