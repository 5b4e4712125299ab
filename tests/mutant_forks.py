"""Try the mutants of a tree that mutmut has made: collect the tests once, and fork for each mutant.

A mutant is switched on in its process alone and tried with the tests that reach it, the quickest first, until one fails; then
with others, because a function whose value is cached shows only the first test that reaches it. What was computed while the
tests were collected stays as it was, but for the caches of the changed module; a mutant that survives here is tried once more
by mutmut.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

TRAMPOLINE: Final = importlib.import_module("mutmut.mutation.trampoline")  # installed by `make mutants` alone
CODES: Final = Path("codes.json")
"""What came of each mutant that was tried: the exit codes of mutmut."""
TIMED_OUT: Final = 24
UNREACHED: Final = 33
OTHERS_SECONDS: Final = 15.0
"""Seconds for tests of which it is not known that they reach a mutant."""
CONTROL: Final = ""
"""In the place of a mutant: all tests and nothing changed."""


class Trial:
    """A loop over mutants in place of pytest's loop over tests."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._mutants: list[str] = plan["mutants"]
        self._at_once: int = plan["at_once"]
        self._end = time.monotonic() + plan["seconds"]
        stats = json.loads(Path("mutmut-stats.json").read_text("utf-8"))
        self._reached: dict[str, list[str]] = stats["tests_by_mangled_function_name"]
        self._seconds: dict[str, float] = stats["duration_by_test"]
        self._codes: dict[str, int] = {}
        self._running: dict[int, tuple[str, float]] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the mutants, if the tests pass in a forked process without one."""
        gc.freeze()
        try:
            self._start(CONTROL, session, session.items)
            self._wait(0)
            if self._codes[CONTROL] == 0:
                self._try_all(session, {item.nodeid: item for item in session.items})
        finally:
            for process in self._running:
                os.killpg(process, signal.SIGKILL)
        return True

    def _try_all(self, session: pytest.Session, items: Mapping[str, pytest.Item]) -> None:
        for mutant in self._mutants:
            if time.monotonic() > self._end:
                break
            tests = sorted(self._reached.get(mutant.partition("__mutmut_")[0], ()), key=lambda test: self._seconds[test])
            if not tests:
                self._codes[mutant] = UNREACHED
                continue
            left = OTHERS_SECONDS
            for test in sorted(self._seconds.keys() - set(tests), key=lambda test: self._seconds[test]):
                left -= self._seconds[test]
                if left > 0:
                    tests.append(test)
            self._start(mutant, session, [items[test] for test in tests if test in items])
            self._wait(self._at_once - 1)
        self._wait(0)

    def _start(self, mutant: str, session: pytest.Session, items: Sequence[pytest.Item]) -> None:
        process = os.fork()
        if process == 0:
            os.setsid()
            TRAMPOLINE.set_mutant_under_test(mutant)
            self._forget(mutant.rpartition(".")[0])
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed:
                    break
            os._exit(1 if session.testsfailed else 0)
        # Tests take longer beside others, and a loop without end takes all that it gets.
        self._running[process] = mutant, time.monotonic() + 12.0 + 5.0 * sum(self._seconds[item.nodeid] for item in items)

    def _forget(self, module: str) -> None:
        """Clear the caches of the changed module, such as the contract that was read while the tests were collected."""
        for value in list(getattr(sys.modules.get(module), "__dict__", {}).values()):
            if callable(clear := getattr(value, "cache_clear", None)):
                clear()

    def _wait(self, most: int) -> None:
        """Wait until no more than `most` mutants are being tried."""
        while len(self._running) > most:
            for process, (mutant, end) in list(self._running.items()):
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    del self._running[process]
                    self._codes.setdefault(mutant, 0 if status == 0 else 1)
                    CODES.write_text(json.dumps(self._codes), encoding="utf-8")
                elif time.monotonic() > end:
                    self._codes[mutant] = TIMED_OUT
                    os.killpg(process, signal.SIGKILL)
            time.sleep(0.01)


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())
    plan = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    raise SystemExit(pytest.main(["--rootdir=.", "-q", "-x", *sys.argv[2:]], [Trial(plan)]))
