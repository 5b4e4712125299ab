"""A forked child forgets the per-account values of its parent, even if Ctrl-C interrupts its start."""

from __future__ import annotations

import os
import sys
from itertools import chain, repeat

import pytest

from vidu_ext.values.forks import PerAccount

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there is no fork"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


def test_child_forgets_the_state_of_its_parent_even_if_ctrl_c_interrupts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python ignores exceptions of fork hooks, so an interrupted hook once left the child with the connections of its parent."""
    mappings = [PerAccount(str) for _ in range(5)]
    assert [mapping["vidu"] for mapping in mappings] == ["vidu"] * 5
    forget = PerAccount[str].forget
    interrupts = chain([False, True, False, True], repeat(False))

    def forget_or_interrupt(mapping: PerAccount[str]) -> None:
        if next(interrupts):
            raise KeyboardInterrupt
        forget(mapping)

    monkeypatch.setattr(PerAccount, "forget", forget_or_interrupt)

    child = os.fork()
    if child == 0:
        os._exit(sum(map(len, mappings)))  # the number of values that the child still has

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert sum(map(len, mappings)) == len(mappings), "the parent lost values"
