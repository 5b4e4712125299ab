"""The emulator in a process of its own, controlled through stdin: `python batch_provider.py`, then one JSON order per line.

Each order is answered with one line of JSON. `restart` closes the port with all its connections and opens it again a moment
later, like a provider that restarts its front end; paid tasks are kept.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, ClassVar, Self

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.faults.rules import FaultRule
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.providers.accounts import Account


def main() -> None:
    order = json.loads(sys.stdin.readline())
    rules = [FaultRule(**rule) for rule in order["rules"]]
    clock = Clock(start=time.time() + order["ahead"])
    emulator = Emulator(EmulatorSettings(**order["settings"]), clock=clock, rules=rules, seed=order["seed"])
    server = EmulatorServer(emulator=emulator)
    server.__enter__()
    port = int(server.origin.rpartition(":")[2])
    answer({"environment": server.env()})
    for line in sys.stdin:
        order = json.loads(line)
        if order["order"] == "restart":
            server.__exit__(None, None, None)
            time.sleep(order["seconds"])
            server = EmulatorServer(emulator=emulator, port=port)
            server.__enter__()
        elif order["order"] == "reset":
            emulator.reset()
        elif order["order"] == "rules":
            emulator.faults.clear()
            for rule in order["rules"]:
                emulator.faults.add(FaultRule(**rule))
        answer(ledger(emulator) if order["order"] == "ledger" else {})


def ledger(emulator: Emulator) -> dict[str, Any]:
    seen = emulator.ledger
    return {
        "paid": [
            {
                "id": task.id,
                "provider": task.provider,
                "idempotency_key": task.payload or task.idempotency_key,
                "created": task.created,
                "ended": task.ended,
            }
            for task in seen.paid
        ],
        "twice": [[task.id for task in group] for group in seen.paid_twice],
        "spent": {task.id: task.credits for task in seen.paid if task.state == "succeeded"},
        "counts": {f"{provider}/{operation}": number for (provider, operation), number in seen.counts.items()},
        "internal_errors": [repr(error) for error in seen.internal_errors],
    }


def answer(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


class ProviderProcess:
    """The process above, from the outside."""

    PROGRAM: ClassVar[Path] = Path(__file__)

    def __init__(self, *, rules: list[dict[str, Any]] | None = None, seed: int = 0, ahead: float = 0.0, **settings: Any) -> None:
        """`ahead` is how many seconds its clock is ahead of this machine's."""
        self._process = subprocess.Popen([sys.executable, self.PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        order = {"settings": settings, "rules": rules or [], "seed": seed, "ahead": ahead}
        self.environment: dict[str, str] = self.order(order)["environment"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()  # closes the pipes

    def account(self, provider: str) -> Account:
        prefix = provider.upper()
        return Account(
            provider=provider, key=self.environment[f"{prefix}_API_KEY"], base_url=self.environment[f"{prefix}_BASE_URL"]
        )

    def restart(self, seconds: float) -> None:
        self.order({"order": "restart", "seconds": seconds})

    def reset(self) -> None:
        """Forget tasks, faults and ledger."""
        self.order({"order": "reset"})

    def set_rules(self, rules: list[dict[str, Any]]) -> None:
        self.order({"order": "rules", "rules": rules})

    def ledger(self) -> dict[str, Any]:
        return self.order({"order": "ledger"})

    def order(self, order: dict[str, Any]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        line = stdout.readline()
        assert line, f"the provider ended with {self._process.poll()}"
        answer: dict[str, Any] = json.loads(line)
        return answer


def most_at_once(tasks: list[dict[str, Any]], provider: str) -> int:
    """Return the highest number of unfinished paid tasks of a provider at one moment, by its own clock."""
    own = [task for task in tasks if task["provider"] == provider]
    moments = [(task["created"], 1) for task in own] + [(task["ended"], -1) for task in own if task["ended"] is not None]
    count = most = 0
    for _, change in sorted(moments):
        count += change
        most = max(most, count)
    return most


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
