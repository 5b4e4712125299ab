"""A client in a process that forks: children that return the result of their work, and threads of the parent."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final, TypeVar, cast

from attrs import evolve
from playing import PATIENCE, account, brief, request_for
from provider_forms import Seen
from server import Server

from vidu_ext import Settings, TextToVideo, Vidu

T = TypeVar("T")
MOST_SECONDS: Final = 30
"""Seconds after which a child is killed."""


class Child:
    """A forked process that calls one function and sends its result, or its exception, to the parent."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._out, into = os.pipe()
        self._pid = os.fork()
        if self._pid:
            os.close(into)
            return
        signal.alarm(MOST_SECONDS)
        try:
            try:
                result: object = work()
            except Exception as error:
                result = error
            with os.fdopen(into, "wb") as pipe:
                pickle.dump(result, pipe)
        finally:
            os._exit(0)

    def result(self) -> object:
        """Return its result or its exception. A child that hangs is killed by its alarm, and fails the test."""
        with os.fdopen(self._out, "rb") as pipe:
            sent = pipe.read()
        os.waitpid(self._pid, 0)
        assert sent, "the child hung"
        return cast("object", pickle.loads(sent))  # noqa: S301  # our own


def in_child(work: Callable[[], T]) -> T:
    """Call a function in a forked child and return its result. Raises what it raises."""
    result = Child(work).result()
    if isinstance(result, Exception):
        raise result
    return cast("T", result)


@contextmanager
def client(server: Server, settings: Settings | None = None, *, max_in_flight: int = 16) -> Generator[Vidu]:
    with Vidu([evolve(account(server), max_in_flight=max_in_flight)], settings=settings or brief()) as vidu:
        yield vidu


@contextmanager
def thread(work: Callable[[], object]) -> Generator[None]:
    """Run a function in a thread of the parent, and wait for its end."""
    running = threading.Thread(target=work, daemon=True)
    running.start()
    yield
    running.join(PATIENCE)
    assert not running.is_alive()


def named(prompt: str, provider: str) -> TextToVideo:
    return evolve(request_for(provider), prompt=prompt)


def prompts_of(server: Server) -> dict[str, object]:
    """Return the prompt of each task of a server, by its reference."""
    return {f"{server.account}:{paid.id}": paid.body["prompt"] for paid in server.paid}


def peers(seen: list[Seen]) -> set[int]:
    """Return the connections over which the requests came."""
    return {one.peer for one in seen}
