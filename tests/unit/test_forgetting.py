"""A forked child forgets the connections and locks of its parent, whatever happens as it begins."""

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
    """Python swallows what a handler of a fork raises. Once, the child went on with the connections of its parent."""
    all_made = [PerAccount(str) for _ in range(5)]
    for made in all_made:
        assert made["vidu"] == "vidu"
    forget, interrupts = PerAccount[str].forget, chain([False, True, False, True], repeat(False))

    def interrupted(made: PerAccount[str]) -> None:
        if next(interrupts):
            raise KeyboardInterrupt
        forget(made)

    monkeypatch.setattr(PerAccount, "forget", interrupted)
    child = os.fork()
    if child == 0:
        os._exit(sum(map(len, all_made)))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert sum(map(len, all_made)) == len(all_made), "the parent has what it had"
