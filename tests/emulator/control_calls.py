"""Requests to the control API of an emulator whose clock is stepped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from core_calls import documented_requests
from starlette.testclient import TestClient

from vidu_ext.emulator.clock import Clock
from vidu_ext.emulator.control.api import is_control
from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.http.app import asgi
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.settings import EmulatorSettings
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

ORIGIN: Final = "http://127.0.0.1:8080"
JSON: Final = {"content-type": "application/json"}
KEY: Final = "a-key-that-must-not-show"
PROMPT: Final = "A paper bird."


def new_emulator(*, keys: Mapping[str, str] = {"vidu": KEY}, **settings: Any) -> Emulator:  # read only
    return Emulator(
        EmulatorSettings(keys=keys, queue_seconds=1, processing_seconds=4, **settings), clock=Clock(rate=0, start=1e9)
    )


def send(
    emulator: Emulator, method: str, path: str, body: Json = None, *, query: str = "", headers: dict[str, str] | None = None
) -> ServerReply:
    data = b"" if body is None else json.dumps(body).encode()
    sent = {"host": "127.0.0.1:8080", **(JSON if body is not None else {}), **(headers or {})}
    if is_control(path):
        client = TestClient(asgi(emulator), base_url=ORIGIN)
        answer = client.request(method, path, params=query, headers=sent, content=data)
        return ServerReply(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
    return emulator.handle(ServerRequest(method=method, path=path, query=query, headers=sent, body=data, origin=ORIGIN))


def value_of(reply: ServerReply, status: int = 200) -> Object:
    assert reply.status == status, reply.body
    assert reply.headers["content-type"] == "application/json"
    return cast("Object", json.loads(reply.body))


def read(emulator: Emulator, name: str, query: str = "") -> Object:
    return value_of(send(emulator, "GET", f"/_emulator/{name}", query=query))


def create(emulator: Emulator, prompt: str = PROMPT, **members: Json) -> ServerReply:
    body: Object = {"model": "viduq3-turbo", "prompt": prompt, **members}
    return send(emulator, "POST", "/ent/v2/text2video", body, headers={"authorization": f"Token {KEY}"})


def only_task(emulator: Emulator, query: str = "") -> Object:
    (task,) = as_list(read(emulator, "state", query)["tasks"])
    return as_object(task)


def example(provider: str, operation: str) -> Object:
    """Return the body of the first documented example of an operation."""
    return next(body for of, name, _, _, _, body in documented_requests() if (of, name) == (provider, operation))
