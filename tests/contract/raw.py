"""A loopback server that keeps each HTTP/1.1 request byte for byte, as RFC 9112 frames it. Knows no spec and no client."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Final

SUCCESS: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class RawServer(ThreadingTCPServer):
    """A server that answers each request with a success."""

    daemon_threads = True

    def __init__(self) -> None:
        self.requests: Final[list[bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def take(self) -> bytes:
        """Return the one request since the last call."""
        (request,) = self.requests
        self.requests.clear()
        return request


class _Handler(StreamRequestHandler):
    timeout = 20.0

    def handle(self) -> None:
        assert isinstance(self.server, RawServer)
        head = b""
        while line := self.rfile.readline():
            head += line
            if line == b"\r\n":
                length = re.search(rb"(?im)^content-length:[ \t]*(\d+)", head)
                self.server.requests.append(head + self.rfile.read(int(length[1]) if length else 0))
                self.wfile.write(SUCCESS)
                head = b""


@contextmanager
def raw_server() -> Generator[RawServer]:
    """Run a server, with one thread for each connection."""
    with RawServer() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
