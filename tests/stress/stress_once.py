"""Two processes order under one key at the same moment, and are killed at random: each key has one paid task, and it is known.

As a program it reads an account as JSON, then a key per line, and prints the reference for each key.
"""

from __future__ import annotations

import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from stress_rig import Options, Row

from vidu_ext import RetryPolicy, Settings, SettlePolicy, SubmissionUnknownError, TextToVideo, Timeouts, Vidu, ViduError
from vidu_ext.emulator import EmulatorServer, EmulatorSettings, FaultRule
from vidu_ext.providers import PROVIDERS
from vidu_ext.providers.accounts import accounts_from_environment

PAIRS: Final = 1000
"""Of one provider, if there is time for them."""
SHARE: Final = 3.0
"""How much longer this takes than other runs."""
KILLED: Final = 0.15
"""Share of the pairs of which one process is killed."""
KILL_WITHIN: Final = 0.15
"""Seconds after the beginning of a pair in which the kill comes."""
PATIENCE: Final = 60.0
UNKNOWN: Final = "unknown"
FAULTS: Final = (
    FaultRule(kind="slow_body", operation="create", probability=0.3, pace=3000),
    FaultRule(kind="answer_lost", operation="create", probability=0.05),
    FaultRule(kind="http_503", operation="create", probability=0.05),
)


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for provider in PROVIDERS:
        yield f"once: two processes, SIGKILL at random, {provider}", partial(_run, provider)


def _run(provider: str, options: Options) -> Row:
    return pairs(provider, PAIRS, seconds=SHARE * options.seconds, seed=options.seed)


def pairs(provider: str, number: int, *, seconds: float, seed: int = 1) -> Row:
    """Order under each key from two processes at once, kill one now and then, and compare the ledger with what they have.

    A paid task is lost if its order neither names it nor is unknown. Only at a provider that cannot be searched may an order stay
    unknown.
    """
    chance = random.Random(seed)  # noqa: S311  a repeatable run
    settings = EmulatorSettings(listed_after=0.2, processing_seconds=PATIENCE, concurrency=10 * number)
    had: dict[str, set[str]] = {}
    kills, deadline = 0, time.monotonic() + seconds
    with EmulatorServer(settings=settings, rules=FAULTS, seed=seed) as server, tempfile.TemporaryDirectory() as folder:
        start = partial(_Lane, {"provider": provider, "environment": server.env(), "orders": f"{folder}/orders.sqlite"})
        lanes, spare = [start(), start()], start()
        try:
            for key in (f"order-{place}" for place in range(number)):
                if time.monotonic() > deadline:
                    break
                asked = [lane.ask(key) for lane in lanes]
                if chance.random() < KILLED:
                    kills += 1
                    victim = chance.randrange(2)
                    time.sleep(chance.uniform(0.0, KILL_WITHIN))
                    lanes[victim].end()
                    asked[victim]()  # it may have said it just before
                    lanes[victim], spare = spare, start()
                    asked[victim] = lanes[victim].ask(key)
                had[key] = {answer() for answer in asked}
            last = {key: lanes[0].ask(key)() for key in had}
        finally:
            for lane in (*lanes, spare):
                lane.end()
        paid = [task for task in server.emulator.ledger.paid if task.provider == provider]
    return _compared({f"{provider}:{task.id}": str(task.body["prompt"]) for task in paid}, had, last, kills)


def _compared(paid: Mapping[str, str], had: Mapping[str, set[str]], last: Mapping[str, str], kills: int) -> Row:
    times = Counter(paid.values())
    of_key: dict[str, list[str]] = {}
    for ref, prompt in paid.items():
        of_key.setdefault(prompt.rpartition(" ")[2], []).append(ref)
    wrong = [key for key, refs in had.items() if (refs | {last[key]}) - {UNKNOWN} - set(of_key.get(key, ()))]
    apart = [key for key, refs in had.items() if len((refs | {last[key]}) - {UNKNOWN}) > 1]
    lost = [ref for key, refs in of_key.items() for ref in refs if last.get(key) not in (UNKNOWN, ref)]
    unknown = sum(ref == UNKNOWN for ref in last.values())
    silent = sum("" in refs for refs in had.values())
    return Row(
        runs=len(had),
        paid=len(paid),
        twice=sum(number - 1 for number in times.values()),
        lost=len(lost),
        mixed=len({*wrong, *apart}),
        stuck=silent,
        notes=[f"{kills} kills; {unknown} orders are unknown at the end", *(f"lost: {ref}" for ref in lost[:5])],
    )


class _Lane:
    """One of the processes. It is started before it is needed, so that both of a pair begin at the same moment."""

    def __init__(self, order: Mapping[str, object]) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([sys.executable, __file__], stdin=pipe, stdout=pipe, text=True, env=environment)
        self._reader = ThreadPoolExecutor(1)
        self._say(json.dumps(order))

    def ask(self, key: str) -> Callable[[], str]:
        """Order under a key. The result waits for the answer: a reference, `unknown`, or nothing if the process died."""
        self._say(key)
        assert self._process.stdout is not None
        answer = self._reader.submit(self._process.stdout.readline)
        return lambda: answer.result(PATIENCE).strip()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def end(self) -> None:
        self._process.kill()
        self._reader.shutdown()
        self._process.communicate()


def main() -> None:
    logging.getLogger("vidu_ext").addHandler(logging.NullHandler())  # without a handler, searches are logged on stderr
    order: dict[str, Any] = json.loads(sys.stdin.readline())
    provider = order["provider"]
    accounts = [account for account in accounts_from_environment(order["environment"]) if account.provider == provider]
    settings = Settings(
        retry=RetryPolicy(first=0.02, ceiling=0.3, budget=3.0),
        settle=SettlePolicy(window=0.6, first=0.02),
        timeouts=Timeouts(connect=5.0, read=5.0, create_read=5.0, write=5.0),
        verify=False,
        orders=order["orders"],
    )
    model = None if provider == "skills_video" else "viduq3-turbo"
    with Vidu(accounts, settings=settings) as vidu:
        for key in map(str.strip, sys.stdin):
            print(_ordered(vidu, TextToVideo(prompt=f"a paper bird, {key}", model=model, duration=5), key), flush=True)


def _ordered(vidu: Vidu, request: TextToVideo, key: str) -> str:
    """Repeat an order that fails, as a user does, and return the reference or the last error."""
    deadline = time.monotonic() + PATIENCE / 2
    while True:
        try:
            return str(vidu.submit(request, once=key).ref)
        except SubmissionUnknownError:
            return UNKNOWN
        except ViduError as error:
            if time.monotonic() > deadline:
                return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main()
