"""What belongs to one process: a forked child gets its own connections, and no lock that a thread of its parent holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import _bootstrap, import_module
from threading import RLock
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")

BRIEF: Final = RLock()
"""For sections that take moments and wait for nothing. Held during a fork: a child finds it free, and whole what it guards."""

_PACKAGES: Final = frozenset(
    {"vidu_ext", "vidu_clients", "jsonschema_rs", "httpx", "httpcore", "anyio", *sys.stdlib_module_names}
)
"""What our threads import when they first need it. Nothing of it lasts, as the import of a program may that runs in it."""

MOST_IMPORTS: Final = 1000
"""Imports that a fork waits for. It would never end where the thread that forks is importing one of them itself."""

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
        with BRIEF:
            _all_per_account[id(self)] = self

    def __missing__(self, account: str) -> T:
        with BRIEF:
            if account not in self:
                self[account] = self._make(account)
            return self[account]


_all_per_account: Final = WeakValueDictionary[int, PerAccount[Any]]()


def _let_imports_end() -> None:
    """Wait until no other thread imports a part of us: one that is half imported at a fork can never be imported in the child.

    Only Python's own table of module locks shows that; where a version has none, nothing is waited for.
    """
    locks: dict[str, object] = getattr(_bootstrap, "_module_locks", {})
    for _ in range(MOST_IMPORTS):
        under_way = [name for name in list(locks) if name.partition(".")[0] in _PACKAGES]
        if not under_way:
            return
        with suppress(Exception):  # the thread that imports it is told
            import_module(under_way[0])


def _before_fork() -> None:
    _let_imports_end()
    BRIEF.acquire()


def _begin_anew() -> None:
    try:
        _here[0] = object()
        for made in list(_all_per_account.values()):
            made.clear()
    finally:
        BRIEF.release()


if sys.platform != "win32":
    os.register_at_fork(before=_before_fork, after_in_parent=BRIEF.release, after_in_child=_begin_anew)
