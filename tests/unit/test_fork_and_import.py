"""A fork waits for what another thread imports."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import pytest

BOUND: Final = 60.0

LOADED: Final = """
import os, sys, threading
from importlib.machinery import ModuleSpec
import vidu_ext.values.forks

loading, loaded = threading.Event(), threading.Event()

class Slow:
    def find_spec(self, name, path=None, target=None):
        return ModuleSpec(name, self) if name == "vidu_ext.nowhere" else None

    def create_module(self, spec):
        loading.set()
        loaded.wait(30)

    def exec_module(self, module):
        pass

def load():
    import vidu_ext.nowhere

sys.meta_path.insert(0, Slow())
threading.Thread(target=load).start()
loading.wait(30)
threading.Timer(0.2, loaded.set).start()
child = os.fork()
if not child:
    os._exit(0 if loaded.is_set() else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_fork_waits_for_a_module_that_another_thread_is_loading() -> None:
    """Nothing but a private table of importlib shows such a module: this fails if the table moves."""
    assert subprocess.run([sys.executable, "-c", LOADED], timeout=BOUND, check=False).returncode == 0
