"""The emulator in a process of its own, so that its CPU is in no figure."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from attrs import frozen


@frozen
class EmulatorProcess:
    pid: int
    origin: str
    address: str
    """The base URL of Vidu."""


@contextmanager
def emulator(**settings: Any) -> Generator[EmulatorProcess]:
    """Run an emulator with these settings."""
    with subprocess.Popen([sys.executable, __file__, json.dumps(settings)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield EmulatorProcess(process.pid, process.stdout.readline().strip(), process.stdout.readline().strip())
        finally:
            process.terminate()


def _serve(settings: dict[str, Any]) -> None:
    from vidu_ext.emulator import EmulatorSettings
    from vidu_ext.emulator.http.server import EmulatorServer

    server = EmulatorServer(settings=EmulatorSettings(**settings))
    server.run(on_ready=lambda server: print(server.origin, server.urls["vidu"], sep="\n", flush=True))


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
