"""A provider on loopback with given answers, and the changes of a status answer that must be noticed."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self, TypeAlias

from provider_forms import Object

from vidu_ext.values.tasks import Json

KEY: Final = "vda_000000000000000000000000"
CREATION: Final[Object] = {"id": "2", "url": "https://files.example/a.mp4", "cover_url": "https://files.example/a.png"}
STATUS: Final[Object] = {
    "id": "1", "state": "success", "err_code": "", "credits": 5, "payload": "", "bgm": False, "off_peak": False,
    "creations": [CREATION],
}  # fmt: skip
"""As https://platform.vidu.com/docs/get-generation prints it."""
ROW: Final[Object] = {
    "id": "1", "type": "text2video", "state": "success", "model": "viduq1", "prompt": "a bird", "credits": 5, "duration": 5,
    "resolution": "720p", "created_at": "2026-11-01T00:00:00Z", "creations": [CREATION],
}  # fmt: skip
MISSING: Final[Object] = {"code": 404, "reason": "TaskNotFound", "message": "task not found", "metadata": {}}


def without(answer: Object, name: str) -> Object:
    return {member: value for member, value in answer.items() if member != name}


DRIFTS: Final[Mapping[str, tuple[Json, str, str]]] = {
    "creations renamed": ({**without(STATUS, "creations"), "results": [CREATION]}, "changed", "#/creations"),
    "url renamed": ({**STATUS, "creations": [{**without(CREATION, "url"), "link": "https://f.example"}]}, "changed", "/url"),
    "state as status": ({**without(STATUS, "state"), "status": "success"}, "broken", "#/state"),
    "an empty object": ({}, "broken", "#"),
    "everything in data": ({"code": 0, "message": "ok", "data": STATUS}, "changed", "#/data"),
    "a new state word": ({**STATUS, "state": "archived"}, "new", "#/state"),
    "an unknown error code": ({**STATUS, "state": "failed", "err_code": "VeryStrange", "creations": []}, "new", "#/err_code"),
    "a new member": ({**STATUS, "mood": "good"}, "new", "#/mood"),
}
"""The answer to a status call, and the grade and the place with which it must be reported."""

Answers: TypeAlias = Mapping[str, tuple[int, Json]]


def answers(status: Json) -> Answers:
    """Return the answers of Vidu by path, with a task that has this status."""
    return {
        "/ent/v2/credits": (200, {"remains": []}),
        "/ent/v2/subjects": (200, {"subjects": [], "next_page_token": ""}),
        "/ent/v2/tasks": (200, {"tasks": [ROW], "next_page_token": ""}),
        "/ent/api/v3/contents/generations/tasks": (200, {"items": [], "total": 0}),
        "/ent/v2/tasks/1/creations": (200, status),
        "/ent/v2/tasks/0/creations": (404, MISSING),
    }


class DriftingProvider:
    """Answers by path, and with `otherwise` to other paths, or with `content` as each body. `requests` has all of them."""

    provider: str = "vidu"
    key: str = KEY

    def __init__(self, answers: Answers, *, content: bytes | None = None, otherwise: tuple[int, Json] = (404, MISSING)) -> None:
        self.requests: Final[list[tuple[str, str]]] = []
        self.otherwise = otherwise
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                provider.requests.append((self.command, path))
                code, value = answers.get(path, provider.otherwise)
                body = json.dumps(value).encode() if content is None else content
                self.send_response(code)
                self.send_header("content-type", "application/json" if content is None else "text/html")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
