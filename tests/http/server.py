"""A provider on the loopback interface that keeps a ledger and misbehaves as its plan says.

    with Server("comfy", plan={"create": [Act(ends="closed")]}) as server:
        ...                                     # the first create makes a task, its answer is lost
    assert len(server.paid) == 1

It uses raw sockets and one thread for each connection, and ends with the test.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from email.utils import formatdate
from typing import BinaryIO, Final, Self

from attrs import define, field
from provider_forms import Act, Route, Seen, head_of
from provider_tasks import ProviderTasks

LONGEST_HANG: Final = 3600.0
"""Seconds that an answer hangs unless the server is closed."""
REACH: Final = 0.25
"""Seconds between sent bytes and a reset, which would otherwise overtake them."""
RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER that makes close() send a reset."""


def _turns(plan: Mapping[Route, Iterable[Act | None]]) -> dict[Route, Iterator[Act | None]]:
    return {route: iter(acts) for route, acts in plan.items()}


@define(eq=False, slots=False)
class Server(ProviderTasks):
    """One provider at one port of 127.0.0.1. It accepts connections at once, or from `listen()` on if `listens` is False."""

    plan: dict[Route, Iterator[Act | None]] = field(factory=dict[Route, "Iterator[Act | None]"], converter=_turns, kw_only=True)
    """What the nth call of a route meets; None, and the end of the plan, for an ordinary answer."""
    listens: bool = field(default=True, kw_only=True)
    _tls: ssl.SSLContext | None = field(alias="tls", default=None, kw_only=True)
    """Encrypts the connections if given."""

    seen: list[Seen] = field(factory=list[Seen], init=False)
    faults: list[BaseException] = field(factory=list[BaseException], init=False)
    """Errors of the server itself, raised at its end."""
    _news: threading.Condition = field(factory=threading.Condition, init=False)
    _ending: threading.Event = field(factory=threading.Event, init=False)
    _released: threading.Event = field(factory=threading.Event, init=False)
    _sockets: set[socket.socket] = field(factory=set[socket.socket], init=False)
    _threads: list[threading.Thread] = field(factory=list[threading.Thread], init=False)
    _listener: socket.socket = field(factory=socket.socket, init=False)

    def __attrs_post_init__(self) -> None:
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", 0))
        self.origin = f"{'https' if self._tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        if self.listens:
            self.listen()

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return self.origin + self._form.prefix

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        if self.faults:
            raise self.faults[0]

    def listen(self) -> None:
        """Accept connections, which are refused before."""
        self._listener.listen(128)
        self._start(self._accept)

    def close(self) -> None:
        """End the server and every answer that hangs."""
        self._ending.set()
        self.release()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for open_socket in list(self._sockets):
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5.0)

    def calls(self, route: Route) -> list[Seen]:
        """Return the requests of a route, in their order."""
        return [seen for seen in self.seen if seen.route == route]

    def wait_for(self, route: Route, times: int = 1, *, timeout: float = 60.0) -> None:
        """Return as soon as a route was called `times` times."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.calls(route)) >= times, timeout), f"{route} was not called {times} times"

    def release(self) -> None:
        """Send the answers that are held, and no longer hold any."""
        self._released.set()

    # -- sockets ------------------------------------------------------------------------------------------------------

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._sockets.add(connection)
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                self._sockets.discard(connection)
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._sockets.add(connection)
            with connection, connection.makefile("rb") as stream:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                peer = connection.getpeername()[1]
                while (request := self._read(stream, peer)) is not None and self._answer(connection, request):
                    pass
        except OSError:
            pass  # the client has gone
        except Exception as fault:
            self.faults.append(fault)
            raise
        finally:
            self._sockets.discard(connection)

    def _read(self, stream: BinaryIO, peer: int) -> Seen | None:
        line = stream.readline().decode("latin-1").split()
        if len(line) != 3:
            return None
        headers: dict[str, str] = {}
        while header := stream.readline().decode("latin-1").strip():
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
        method, target, _ = line
        route = self.route_of(f"{method} {target.partition('?')[0]}")[0]
        return Seen(route, method, target, headers, body, time.monotonic(), peer)

    def _answer(self, connection: socket.socket, request: Seen) -> bool:
        """Answer as the plan says, and return whether the connection stays open."""
        with self._news:
            act = next(self.plan.get(request.route, iter(())), None) or Act()
            answer = self.ordinary_answer(request, act)
            self.seen.append(request)
            self._news.notify_all()
        body = act.body_for(answer.body)
        usual = {
            "date": formatdate(self.now(), usegmt=True),
            "content-type": "application/json",
            "content-length": str(len(body)),
        }
        own = {name: value if isinstance(value, str) else value() for name, value in act.headers.items()}
        head = head_of(act.status or answer.status, {**usual, **answer.headers, **own})
        if act.held:
            self._released.wait()
        self._ending.wait(act.delay)
        if act.ends == "whole":
            connection.sendall(head + body)
            return True
        if act.sends is not None:
            connection.sendall(head + act.sends(body))
            if act.ends == "reset":
                self._ending.wait(REACH)
        if act.ends == "hangs":
            self._ending.wait(LONGEST_HANG)
        elif act.ends == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return False
