"""Vidu and Comfy in a process of their own, with a ledger of paid tasks: `python stress_provider.py` and a line of JSON.

The servers are those of tests/http/server.py, which know nothing of the code under test. Each order on stdin is answered
with one line of JSON; the process ends with stdin.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

from provider_forms import Act, Route
from server import Server

KINDS: Final[Mapping[str, Callable[[], Act]]] = {
    "answer lost": lambda: Act(ends="closed"),
    "answer reset": lambda: Act(ends="reset", sends=lambda _: b""),
    "answer cut": lambda: Act(ends="closed", sends=lambda body: body[:12]),
    "502 after": lambda: Act(status=502, body=b"<html>bad gateway</html>"),
    "never arrived": lambda: Act(accepts=False, ends="closed"),
    "500 before": lambda: Act(accepts=False, status=500),
    "busy": lambda: Act(accepts=False, status=429, headers={"retry-after": "0.2"}),
    "slow": lambda: Act(delay=0.3),
    "hangs": lambda: Act(ends="hangs"),
    "hangs before": lambda: Act(accepts=False, ends="hangs"),
}


class Accidents:
    """The faults of the calls of one route of one provider, by the present rules."""

    def __init__(self, provider: str, route: Route, chance: random.Random) -> None:
        self._of: Final = (provider, route)
        self._chance: Final = chance
        self._rules: list[dict[str, Any]] = []
        self._calls = 0

    def set_rules(self, rules: list[dict[str, Any]]) -> None:
        """Keep the rules of this route. Each holds with its `probability`, or for each call whose number `every` divides."""
        self._rules = [rule for rule in rules if (rule.get("provider", self._of[0]), rule["route"]) == self._of]
        self._calls = 0

    def __iter__(self) -> Iterator[Act | None]:
        while True:
            kind = self._kind()
            self._calls += 1
            yield KINDS[kind]() if kind else None

    def _kind(self) -> str | None:
        left = self._chance.random()
        for rule in self._rules:
            left -= rule["probability"] if "probability" in rule else self._calls % rule["every"] == 0
            if left < 0:
                return cast("str", rule["kind"])
        return None


def main() -> None:
    order = json.loads(sys.stdin.readline())
    chance = random.Random(order["seed"])  # noqa: S311  a repeatable run
    routes: tuple[Route, ...] = ("create", "status", "list")
    servers = [Server(name, **order["settings"]) for name in ("vidu", "comfy")]
    accidents: list[Accidents] = []
    for server in servers:
        for route in routes:
            accidents.append(Accidents(server.provider, route, chance))
            server.plan[route] = iter(accidents[-1])
    set_rules(accidents, order["rules"])
    answer({"environment": {name: value for server in servers for name, value in environment(server).items()}})
    for line in sys.stdin:
        order = json.loads(line)
        if order["order"] == "rules":
            set_rules(accidents, order["rules"])
            answer({})
        else:
            answer(ledger(servers))


def set_rules(accidents: list[Accidents], rules: list[dict[str, Any]]) -> None:
    for accident in accidents:
        accident.set_rules(rules)


def environment(server: Server) -> dict[str, str]:
    prefix = server.provider.upper()
    return {f"{prefix}_API_KEY": server.key, f"{prefix}_BASE_URL": server.url}


def ledger(servers: list[Server]) -> dict[str, Any]:
    """Return every paid task with the prompt of its request, the number of calls, and errors of the servers."""
    return {
        "paid": [
            {"ref": f"{server.account}:{task.id}", "prompt": task.body["prompt"], "answered": task.is_answered}
            if "prompt" in task.body
            else {"ref": f"call:{task.body['text']}", "prompt": task.body["text"], "answered": task.is_answered}
            for server in servers
            for task in list(server.paid)
        ],
        "calls": sum(len(server.seen) for server in servers),
        "faults": [repr(fault) for server in servers for fault in server.faults],
    }


def answer(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
