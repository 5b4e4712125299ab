"""A worker in a process of its own, to be killed: `python batch_worker_process.py` and its settings as JSON on stdin."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, ClassVar, Final

from vidu_ext.client.settings import Settings
from vidu_ext.durable import Patience, Worker, WorkerOptions
from vidu_ext.flows.policy import PollPolicy, RetryPolicy
from vidu_ext.providers.accounts import Account

FAST: dict[str, float] = {
    "lease": 10.0, "polling": 0.2, "settle": 3.0, "search": 60.0, "resend": 4.0, "hold_pause": 0.2, "download": 0.2,
    "yield_after": 0.5,
}  # fmt: skip
"""Short times: the provider is on this machine and its tasks take a second."""
SENT_MEMBERS: Final = ("provider", "name", "key", "base_url")
"""Members of an account that the order contains."""
FAULT_CODE: Final = 3
"""Exit code after a fault."""


def main() -> None:
    run(json.loads(sys.stdin.read()))


def run(order: dict[str, Any]) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(message)s")
    worker = Worker(
        order["database"],
        [Account(**account) for account in order["accounts"]],
        settings=Settings(poll=PollPolicy(floor=0.2, ceiling=0.5), retry=RetryPolicy(first=0.1, ceiling=1.0)),
        options=worker_options(order["speed"]),
    )
    ended = threading.Event()

    def end(_number: int, _frame: object) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    worker.start()
    # Until SIGTERM, a fault, or the end of the parent.
    while not ended.wait(0.2) and worker.fault is None and os.getppid() == order["parent"]:
        pass
    if worker.fault is not None:
        sys.stderr.write(f"{worker.fault}\n")
        os._exit(FAULT_CODE)
    worker.stop()


def worker_options(speed: dict[str, float]) -> WorkerOptions:
    times = dict(speed)
    lease, polling = times.pop("lease"), times.pop("polling")
    return WorkerOptions(lease=lease, polling=polling, patience=Patience(**times))


class WorkerProcess:
    """Starts the program above, and ends or kills it."""

    PROGRAM: ClassVar[Path] = Path(__file__)

    def __init__(
        self, database: str, accounts: list[Account], *, log: Path, speed: dict[str, float] | None = None, **more: Any
    ) -> None:
        """`more` are further members of the order, for a program that extends this one."""
        order: dict[str, Any] = {
            **more,
            "database": database,
            "parent": os.getpid(),
            "speed": {**FAST, **(speed or {})},
            "accounts": [{name: getattr(account, name) for name in SENT_MEMBERS} for account in accounts],
        }
        self.began = time.monotonic()
        with log.open("ab") as stream:
            self.process = subprocess.Popen([sys.executable, self.PROGRAM], stdin=subprocess.PIPE, stdout=stream, stderr=stream)
        if self.process.stdin is not None:
            self.process.stdin.write(json.dumps(order).encode())
            self.process.stdin.close()

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """Kill the process with SIGKILL, so that it cannot clean up."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()


if __name__ == "__main__":
    main()
