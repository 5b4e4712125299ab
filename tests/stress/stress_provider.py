"""Vidu and Comfy in a process of their own, with a ledger of paid tasks: `python stress_provider.py` and a line of JSON.

The servers are those of tests/http/server.py, which know nothing of the code under test. Each line on stdin is answered with the
ledger in one line of JSON; the process ends with stdin.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from provider_forms import Act, Route
from server import Server

KINDS: Final[Mapping[str, Callable[[], Act]]] = {
    "answer lost": lambda: Act(ends="closed"),
    "502 after": lambda: Act(status=502, body=b"<html>bad gateway</html>"),
    "500 before": lambda: Act(accepts=False, status=500),
    "busy": lambda: Act(accepts=False, status=429, headers={"retry-after": "0.2"}),
    "slow": lambda: Act(delay=0.3),
}
ROUTES: Final[tuple[Route, ...]] = ("create", "status", "list")


def main() -> None:
    order = json.loads(sys.stdin.readline())
    chance = random.Random(order["seed"])  # noqa: S311  a repeatable run
    plans: dict[Route, list[dict[str, Any]]] = {
        route: [rule for rule in order["rules"] if rule["route"] == route] for route in ROUTES
    }
    servers = [
        Server(name, **order["settings"], plan={route: accidents(rules, chance) for route, rules in plans.items()})
        for name in ("vidu", "comfy")
    ]
    answer({"environment": {name: value for server in servers for name, value in environment(server).items()}})
    for _ in sys.stdin:
        answer(ledger(servers))


def accidents(rules: Sequence[Mapping[str, Any]], chance: random.Random) -> Iterator[Act | None]:
    """Draw what each call of a route meets: each rule holds with its `probability`."""
    kinds, weights = [rule["kind"] for rule in rules], [rule["probability"] for rule in rules]
    while True:
        (kind,) = chance.choices([None, *kinds], [1.0 - sum(weights), *weights])
        yield KINDS[kind]() if kind else None


def environment(server: Server) -> dict[str, str]:
    prefix = server.provider.upper()
    return {f"{prefix}_API_KEY": server.key, f"{prefix}_BASE_URL": server.url}


def ledger(servers: Sequence[Server]) -> dict[str, Any]:
    """Return every paid task with the prompt of its request, the number of calls, and errors of the servers."""
    return {
        "paid": [
            {"ref": f"{server.account}:{task.id}", "prompt": task.body["prompt"]}
            for server in servers
            for task in list(server.paid)
        ],
        "calls": sum(len(server.seen) for server in servers),
        "faults": [repr(fault) for server in servers for fault in server.faults],
    }


def answer(value: Mapping[str, Any]) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
