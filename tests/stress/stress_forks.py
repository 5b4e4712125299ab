"""A client that is used after fork, by the parent and the child at once: each caller must get its own task, or be refused."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from stress_rig import Options, Provider, Row, accounts_of, compare, hurried, order_for, reap, report, request_of, run_program

from vidu_ext import AsyncVidu, Vidu
from vidu_ext.values.errors import SubmissionUnknownError, ViduError, WaitTimeoutError

ACCOUNTS: Final = ("vidu", "comfy")
SUBMITS: Final = 4
"""Tasks that each of the two processes orders at the same time."""
DEADLINE: Final = 0.5
PATIENCE: Final = 45.0
"""Seconds after which a child counts as stuck. A refusal, a submit and a wait with a deadline are over in a few, unless the
machine has other work."""
ENDING: Final = "another thread polls, and the task ends"
SLOW: Final = [{"route": "create", "kind": "slow", "probability": 0.5}]


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for situation in SITUATIONS:
        yield f"fork: {situation}", _forks(situation)


def _forks(situation: str) -> Callable[[Options], Row]:
    def run(options: Options) -> Row:
        life = ["queued", "running", "done"] if situation == ENDING else ["queued", "running"]
        with Provider(rules=SLOW, life=life) as provider:
            order = order_for(provider, situation=situation, rounds=options.rounds)
            reports = run_program(__file__, order, timeout=60.0 + options.rounds * (PATIENCE + 2.0))
            return compare("", provider.ledger(), reports)

    return run


# -- the program ----------------------------------------------------------------------------------------------------------


def main(order: dict[str, Any]) -> None:
    for number in range(order["rounds"]):
        SITUATIONS[order["situation"]](order, f"{number}")


def _forked(in_child: Callable[[], None]) -> int:
    """Fork a child that calls a function and ends without cleaning up, and return its process id."""
    child = os.fork()
    if child == 0:
        try:
            in_child()
        except BaseException as error:
            report(stuck=True, notes=[f"in the child: {type(error).__name__}: {error}"[:200]])
        finally:
            os._exit(0)
    return child


def _both(in_child: Callable[[], None], in_parent: Callable[[], None]) -> None:
    child = _forked(in_child)
    in_parent()
    reap(child, PATIENCE, "the child")


def _tried(order: dict[str, Any], prompt: str, submit: Callable[[list[str]], object]) -> None:
    """Submit, and report what the caller has in the end."""
    refs: list[str] = []
    try:
        submit(refs)
    except ViduError as error:
        report(prompt=prompt, refs=refs, notes=_after(order, error, refs))
    else:
        report(prompt=prompt, refs=refs)


def _after(order: dict[str, Any], error: ViduError, refs: list[str]) -> list[str]:
    """Return notes on an error, and search for an unknown task with a new client, as documented."""
    if not isinstance(error, SubmissionUnknownError):
        return [f"refused: {type(error).__name__}"]
    try:
        with Vidu(accounts_of(order, *ACCOUNTS), settings=hurried()) as finder:
            refs.append(str(finder.find(error.submission).ref))
    except ViduError as again:
        return [f"not found: {again}"[:150]]
    return ["unknown, and found"]


def _submits(order: dict[str, Any], vidu: Vidu, caller: str, account: str = "vidu") -> Callable[[], None]:
    """Return a function that submits in two threads, as one program does."""

    def one(prompt: str) -> None:
        request = request_of(prompt)
        _tried(order, prompt, lambda refs: vidu.submit(request, account=account, on_accepted=lambda ref: refs.append(str(ref))))

    def run() -> None:
        prompts = [f"a bird of {caller}, number {number}" for number in range(SUBMITS)]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, prompts))

    return run


def _idle(order: dict[str, Any], name: str) -> None:
    """Fork while the connections of the parent are open and idle."""
    account = ACCOUNTS[int(name) % 2]
    with Vidu(accounts_of(order, *ACCOUNTS), settings=hurried()) as vidu:
        _submits(order, vidu, f"{name} before", account)()
        _both(_submits(order, vidu, f"{name} child", account), _submits(order, vidu, f"{name} parent", account))
        _submits(order, vidu, f"{name} after", account)()


def _busy(order: dict[str, Any], name: str) -> None:
    """Other threads of the parent are in the middle of a submit, and hold what the child may need."""
    with Vidu(accounts_of(order, *ACCOUNTS), settings=hurried()) as vidu:
        _submits(order, vidu, f"{name} before")()  # a module that is imported during a fork is locked in the child for good
        busy = [threading.Thread(target=_submits(order, vidu, f"{name} thread {number}")) for number in range(3)]
        for thread in busy:
            thread.start()
        time.sleep(0.05)
        _both(_submits(order, vidu, f"{name} child"), _submits(order, vidu, f"{name} parent"))
        for thread in busy:
            thread.join()


def _waits(order: dict[str, Any], name: str) -> None:
    """A thread of the parent polls for all waits of the client; the child has no such thread."""
    prompt = f"a bird, waited for in {name}"
    with Vidu(accounts_of(order, *ACCOUNTS), settings=hurried(poll=0.2)) as vidu:
        ref = str(vidu.submit(request_of(prompt), account=ACCOUNTS[int(name) % 2]).ref)
        report(prompt=prompt, refs=[ref])
        leader = threading.Thread(target=lambda: _wait(order, vidu, ref, 2 * DEADLINE))
        leader.start()
        time.sleep(0.05 + int(name) % 5 * 0.01)
        _both(lambda: _wait(order, vidu, ref, DEADLINE), lambda: _wait(order, vidu, ref, DEADLINE))
        leader.join()


def _wait(order: dict[str, Any], vidu: Vidu, ref: str, timeout: float) -> None:
    """Wait for a task that ends with its third poll, or never: the wait reports that in time, or is refused at once."""
    began = time.monotonic()
    ends = order["situation"] == ENDING
    try:
        vidu.wait(ref, timeout=PATIENCE / 3 if ends else timeout)
    except WaitTimeoutError as error:
        if ends or error.snapshot is None:
            report(stuck=True, notes=[f"a wait without an answer: {error}"[:200]])
    except ViduError as error:
        report(notes=[f"refused: {type(error).__name__}"])
    if time.monotonic() - began > timeout + PATIENCE / 2:
        report(stuck=True, notes=["a wait went past its deadline"])


def _awaited(order: dict[str, Any], name: str) -> None:
    """An AsyncVidu of the parent is used in an event loop of the child."""
    asyncio.run(_fork_in_a_loop(order, name))


async def _fork_in_a_loop(order: dict[str, Any], name: str) -> None:
    async with AsyncVidu(accounts_of(order, *ACCOUNTS), settings=hurried()) as vidu:
        await _submit_many(order, vidu, f"{name} before")
        child = _forked(lambda: asyncio.run(_submit_many(order, vidu, f"{name} child")))
        await _submit_many(order, vidu, f"{name} parent")
        await asyncio.to_thread(reap, child, PATIENCE, "the child")


async def _submit_many(order: dict[str, Any], vidu: AsyncVidu, caller: str) -> None:
    async def one(prompt: str) -> None:
        refs: list[str] = []
        notes: list[str] = []
        try:
            await vidu.submit(request_of(prompt), account="vidu", on_accepted=lambda ref: refs.append(str(ref)))
        except ViduError as error:
            notes += await asyncio.to_thread(_after, order, error, refs)
        report(prompt=prompt, refs=refs, notes=notes)

    await asyncio.gather(*(one(f"a bird of {caller}, number {number}") for number in range(SUBMITS)))


SITUATIONS: Final[Mapping[str, Callable[[dict[str, Any], str], None]]] = {
    "idle connections": _idle,
    "other threads submit": _busy,
    "another thread polls": _waits,
    ENDING: _waits,
    "in an event loop": _awaited,
}


if __name__ == "__main__":
    main(json.load(sys.stdin))
