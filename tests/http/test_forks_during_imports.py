"""A process forks while another of its threads imports what the child needs."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import pytest
from forking import MOST_SECONDS
from playing import PATIENCE
from server import Server

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there is no fork"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

IMPORTS: Final = (
    f"""
import os, signal, sys, threading, time
MOST_SECONDS = {MOST_SECONDS}
"""
    """
from vidu_ext import TextToVideo, Vidu

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(ours) and threading.current_thread() is not threading.main_thread():
            inside.set()
            time.sleep(0.01)

def submit():
    vidu.submit(TextToVideo(prompt="a bird", model="viduq3-turbo")).wait(timeout=10)

pids, ours, inside = [], ("vidu_ext", "vidu_clients", "jsonschema_rs"), threading.Event()
sys.meta_path.insert(0, Slow())
vidu = Vidu()
thread = threading.Thread(target=submit)
thread.start()
while thread.is_alive() and len(pids) < 4:
    if not inside.wait(0.05):
        continue
    inside.clear()
    pid = os.fork()
    if not pid:
        signal.alarm(MOST_SECONDS)
        try:
            submit()
        except BaseException as error:
            os.write(2, f"{error!r} in a child\\n".encode())
        finally:
            os._exit(0)
    pids.append(pid)
for pid in pids:
    os.waitpid(pid, 0)
print(len(pids))
"""
)


def test_child_of_a_fork_submits_although_a_thread_of_its_parent_was_importing_what_it_needs() -> None:
    """Once, a module that another thread was importing at the fork could never be imported in the child."""
    with Server(life=("done",)) as server:
        keys = {"VIDU_API_KEY": server.key, "VIDU_BASE_URL": server.url, "VIDU_POLL_SECONDS": "0.01"}
        command, environment = [sys.executable, "-c", IMPORTS], {**os.environ, **keys}
        done = subprocess.run(command, env=environment, timeout=PATIENCE * 2, check=True, capture_output=True)
        assert len(server.paid) == 1 + int(done.stdout) > 1, done.stderr.decode()


IMPORT_AT_THE_FORK = f"""
import os, signal, sys, threading, time
begins, inside = threading.Event(), threading.Event()

def begin():
    begins.set()
    inside.wait({MOST_SECONDS})

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
    signal.alarm({MOST_SECONDS})
    import vidu_ext.providers.comfy
    os._exit(0)
print(os.waitpid(pid, 0)[1])
"""


def test_child_imports_what_a_thread_of_its_parent_began_to_import_at_the_moment_of_the_fork() -> None:
    """Once, the import began between the library's last check and the fork, and the child waited for it for ever."""
    done = subprocess.run([sys.executable, "-c", IMPORT_AT_THE_FORK], timeout=PATIENCE * 2, check=True, capture_output=True)
    assert done.stdout == b"0\n"
