"""The ways into an emulator, seen from outside with the plain httpx client: a port, and three without one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import ExitStack
from time import perf_counter
from typing import Literal

import httpx
from attrs import frozen

from vidu_ext.emulator.core import Emulator
from vidu_ext.emulator.environment import ORIGIN
from vidu_ext.emulator.http.app import asgi
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.http.transports import AsyncEmulatorTransport, EmulatorTransport
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

Name = Literal["port", "transport", "async transport", "asgi"]
PATIENCE = 60.0
"""Seconds after which a call of a test times out; none should last as long."""
NEVER_COMES = 3600.0
"""Seconds for which no test waits if the emulator is right; pytest ends one that does."""
NAMES: tuple[Name, ...] = ("port", "transport", "async transport", "asgi")

CREATE = "/ent/v2/text2video"
LIST = "/ent/v2/tasks"
BODY: Object = {"model": "viduq3-turbo", "prompt": "a paper bird", "duration": 5}
KEY = {"authorization": "Token emulator-key"}
BEARER = {"authorization": "Bearer emulator-key"}


@frozen(kw_only=True)
class Seen:
    """The answer of one exchange as a client received it, or its error."""

    status: int | None
    headers: Mapping[str, str]
    body: bytes
    error: httpx.HTTPError | None
    seconds: float

    def json(self) -> Object:
        return as_object(httpx.Response(200, content=self.body).json())


class Awaited(httpx.AsyncBaseTransport):
    """A blocking transport, for an async client."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._transport.handle_request(request)


class WayIn:
    """One emulator and one way into it. Use as a context manager."""

    def __init__(self, name: Name, *rules: str, emulator: Emulator | None = None) -> None:
        self.name = name
        self.emulator = emulator or Emulator(rules=rules)
        self.origin = ORIGIN
        self._stack = ExitStack()

    def __enter__(self) -> WayIn:
        if self.name == "port":
            self.origin = self._stack.enter_context(EmulatorServer(emulator=self.emulator)).origin
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # -- requests -----------------------------------------------------------------------------------------------------

    def ask(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Json = None,
        read_timeout: float = PATIENCE,
    ) -> Seen:
        """Send one request with the plain client. `target` is a path or a whole address."""
        url = target if "://" in target else self.origin + target
        request = httpx.Request(method, url, headers=headers, json=json)
        request.extensions["timeout"] = httpx.Timeout(PATIENCE, read=read_timeout).as_dict()
        return asyncio.run(self._ask(request))

    async def _ask(self, request: httpx.Request) -> Seen:
        began, response, body = perf_counter(), None, bytearray()
        error: httpx.HTTPError | None = None
        async with httpx.AsyncClient(transport=self._transport(), trust_env=False, verify=False) as client:  # noqa: S501  # plain http only; certificates take long to load
            try:
                response = await client.send(request, stream=True)
                async for chunk in response.aiter_raw():
                    body += chunk
            except httpx.HTTPError as failure:
                error = failure
        return Seen(
            status=None if response is None else response.status_code,
            headers={} if response is None else dict(response.headers),
            body=bytes(body),
            error=error,
            seconds=perf_counter() - began,
        )

    def _transport(self) -> httpx.AsyncBaseTransport | None:
        if self.name == "transport":
            return Awaited(EmulatorTransport(self.emulator))
        if self.name == "async transport":
            return AsyncEmulatorTransport(self.emulator)
        return httpx.ASGITransport(asgi(self.emulator)) if self.name == "asgi" else None

    # -- what the tests ask for ---------------------------------------------------------------------------------------

    def create(self, *, read_timeout: float = PATIENCE) -> Seen:
        return self.ask("POST", CREATE, headers=KEY, json=BODY, read_timeout=read_timeout)

    def created(self) -> str:
        """Create a task, and return its id."""
        return str(self.create().json()["task_id"])

    def status(self, task_id: str) -> Seen:
        return self.ask("GET", f"/ent/v2/tasks/{task_id}/creations", headers=KEY)

    def listed(self) -> list[Json]:
        return as_list(self.ask("GET", LIST, headers=KEY).json()["tasks"])

    def film(self) -> str:
        """Create a task, let it end, and return the address of its film."""
        task_id = self.created()
        self.emulator.clock.step(60)
        creation = as_object(as_list(self.status(task_id).json()["creations"])[0])
        return str(creation["url"])

    @property
    def paid(self) -> int:
        return len(self.emulator.ledger.paid)

    def until_paid(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.paid:
            assert time.monotonic() < deadline, "no task was made"
            time.sleep(0.005)


STREAM = "/api/v1/generation/sse/vidu/q3"
STREAMED: dict[str, Json] = {"prompt": "a paper bird"}
