"""What is imported at awkward moments: while another thread forks, and before the id of a paid task is known."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import pytest

BOUND: Final = 60.0
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

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


@needs_fork
def test_fork_waits_for_a_module_that_another_thread_is_loading() -> None:
    """Nothing but a private table of importlib shows such a module: this fails if the table moves."""
    assert subprocess.run([sys.executable, "-c", LOADED], timeout=BOUND, check=False).returncode == 0


IMPORT_AT_THE_FORK: Final = """
import os, signal, sys, threading, time
begins, inside = threading.Event(), threading.Event()

def begin():
    begins.set()
    inside.wait(30)

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "vidu_ext.providers.comfy" and threading.current_thread() is not threading.main_thread():
            inside.set()
            time.sleep(0.2)

def imports():
    begins.wait()
    import vidu_ext.providers.comfy

os.register_at_fork(before=begin)  # what is registered first runs last: after the library's look
sys.meta_path.insert(0, Slow())
from vidu_ext import Vidu
threading.Thread(target=imports).start()
pid = os.fork()
if not pid:
    signal.alarm(30)
    import vidu_ext.providers.comfy
    os._exit(0)
print(os.waitpid(pid, 0)[1])
"""


@needs_fork
def test_child_imports_what_a_thread_of_its_parent_began_to_import_at_the_moment_of_the_fork() -> None:
    """Once, the import began between the library's last check and the fork, and the child waited for it for ever."""
    done = subprocess.run([sys.executable, "-c", IMPORT_AT_THE_FORK], timeout=BOUND, check=True, capture_output=True)
    assert done.stdout == b"0\n"


PAID: Final = """
import sys, httpx

answered, imported = [], []

class Note:
    def find_spec(self, name, path=None, target=None):
        if answered:
            imported.append(name)

def answer(request):
    answered.append(request)
    return httpx.Response(200, json={"task_id": "9401", "state": "created"})

sys.meta_path.insert(0, Note())
from vidu_ext import Settings, TextToVideo, Vidu

vidu = Vidu({"vidu": "a-key-of-the-tests"}, settings=Settings(transport=httpx.MockTransport(answer)))
vidu.submit(TextToVideo(prompt="a bird", model="viduq3-turbo"), on_accepted=lambda ref: print(ref, *imported))
"""


def test_between_the_answer_to_a_create_and_its_id_only_the_comparison_with_the_spec_imports() -> None:
    """An import fails if the process has no free file descriptor. Of the comparison, a failure is only logged."""
    done = subprocess.run([sys.executable, "-c", PAID], capture_output=True, text=True, timeout=BOUND, check=True)
    assert done.stdout.split() == ["vidu:9401", "vidu_ext.spec.drift"]
