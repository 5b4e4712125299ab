"""A site on loopback that answers each path with a page. Asserts nothing."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self

from attrs import frozen


@frozen
class Page:
    """What is served at a path."""

    text: str
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    location: str | None = None


class Site(ThreadingHTTPServer):
    """A site; it closes the connection if the page of a path is None. `requests` has the method and path of all."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: Final[dict[str, Page | None]] = {}
        self.requests: Final[list[tuple[str, str]]] = []
        self.url: Final = f"http://127.0.0.1:{self.server_port}"

    def page(self, path: str) -> Page | None:
        return self.pages.get(path, Page("", status=404))

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.shutdown()
        super().__exit__(kind, error, trace)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        path = self.path.partition("?")[0]
        self.server.requests.append((self.command, path))
        page = self.server.page(path)
        if page is None:
            self.close_connection = True
            return
        body = page.text.encode()
        self.send_response(page.status)
        self.send_header("content-type", page.content_type)
        self.send_header("content-length", str(len(body)))
        if page.location is not None:
            self.send_header("location", page.location)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name of the base class

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Say nothing."""
