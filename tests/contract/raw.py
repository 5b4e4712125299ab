"""A server on a loopback socket that keeps what arrives byte for byte, and a reader of HTTP/1.1 requests by RFC 9112.

Knows no spec and no client: a request is what was on the wire.
"""

from __future__ import annotations

import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Final

from attrs import field, frozen

MOST_BYTES: Final = 65_536
"""Read at once."""
PATIENCE: Final = 20.0
"""Seconds that the server waits for the rest of a request."""
SUCCESS: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@frozen
class RawRequest:
    """One request, parsed from its bytes."""

    whole: bytes
    line: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    """Names as they were written, and values without the white space around them."""
    body: bytes

    @property
    def method(self) -> bytes:
        return self.line.split(b" ")[0]

    @property
    def target(self) -> bytes:
        return self.line.split(b" ")[1]

    def header(self, name: bytes) -> list[bytes]:
        """Return all values of a header, in the order of their lines; names have no case (RFC 9110, section 5.1)."""
        return [value for written, value in self.headers if written.lower() == name.lower()]


@frozen
class RawServer:
    """A server on a loopback address that answers each request with a success."""

    port: int
    requests: list[RawRequest] = field(factory=list[RawRequest])
    unread: list[bytes] = field(factory=list[bytes])
    """What broke off within a request."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def take(self) -> RawRequest:
        """Return the one request since the last call."""
        (request,) = self.requests
        self.requests.clear()
        return request


@contextmanager
def raw_server() -> Generator[RawServer]:
    """Run a server, with one thread for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = RawServer(listener.getsockname()[1])
        Thread(target=_accept, args=(listener, server), daemon=True).start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: RawServer) -> None:
    with suppress(OSError):  # the listener is closed at the end
        while True:
            connection, _ = listener.accept()
            connection.settimeout(PATIENCE)
            Thread(target=_serve, args=(connection, server), daemon=True).start()


def _serve(connection: socket.socket, server: RawServer) -> None:
    waiting = b""
    with connection, suppress(OSError):
        while received := connection.recv(MOST_BYTES):
            waiting += received
            while (first := _first_request(waiting)) is not None:
                request, waiting = first
                server.requests.append(request)
                connection.sendall(SUCCESS)
    if waiting:
        server.unread.append(waiting)


def _first_request(received: bytes) -> tuple[RawRequest, bytes] | None:
    """Return the first whole request and what follows it; None while it is not whole."""
    head, end, rest = received.partition(b"\r\n\r\n")
    if not end:
        return None
    line, *lines = head.split(b"\r\n")
    pairs = tuple((name, value.strip(b" \t")) for name, _, value in (one.partition(b":") for one in lines))
    length = next((int(value) for name, value in pairs if name.lower() == b"content-length"), 0)
    if len(rest) < length:
        return None
    return RawRequest(head + end + rest[:length], line, pairs, rest[:length]), rest[length:]
