"""The emulator as an ASGI application: reads requests and sends replies, with their waits, pieces and broken connections."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final, get_args

from attrs import frozen

from vidu_ext.emulator.clock import milliseconds
from vidu_ext.emulator.control.api import control_api, is_control
from vidu_ext.emulator.environment import is_own_host
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.state.files import FILES
from vidu_ext.values.errors import ConfigurationError

from .extra import missing_extra
from .notice_delivery import Reach, deliver
from .replies import TOO_LARGE, head_of, parts_of, read_body, request_of, transport_error

try:
    from starlette.applications import Starlette
    from starlette.requests import ClientDisconnect, Request
except ImportError as error:  # pragma: no cover  # shown by a test in a process of its own
    raise missing_extra(error) from error

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.core import Emulator

CONNECTION: Final = "vidu_ext.transport"
"""The member of a scope's `state` with the transport of the connection, which the server of this package adds."""
LONGEST_NAP: Final = 0.05
"""Maximum real seconds between two looks at the clock, which may be stepped."""

_NO_LINGER: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing then sends RST in place of FIN."""
_HEADERS: Final = {"content-type": "text/plain; charset=utf-8", "connection": "close"}
_FOREIGN_HOST: Final = ServerReply(
    status=403,
    headers=_HEADERS,
    body=b"Address this emulator as localhost, by a name that ends in .localhost, or by the address that it listens on.",
)


def asgi(emulator: Emulator, *, callbacks: Reach = "loopback", hosts: Collection[str] = ()) -> Starlette:
    """Return the emulator as an ASGI application, for a server or for `httpx.ASGITransport`.

    It has one route for all paths and methods, since the emulator finds the operation in the packaged specs. During the
    lifespan of the application due callbacks are posted, to loopback hosts only unless `callbacks` is "anywhere".
    A Host that is neither localhost, nor the address of the connection, nor one of `hosts` is answered with 403: any web
    site can resolve its name to this machine. Raises ConfigurationError for another value of `callbacks`.

    Breaking a connection needs the server of this package. Under any other one the application raises the error of httpx
    that a client would see: `httpx.ASGITransport` passes it to the caller, a real server closes the connection or answers
    500. A reply that hangs raises after its time, or at once if only `step` moves the clock.
    """
    if callbacks not in get_args(Reach):
        raise ConfigurationError(f"callbacks go to {' or '.join(get_args(Reach))}, not to {callbacks!r}.")

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        deliveries = asyncio.create_task(deliver(emulator, callbacks))
        try:
            yield
        finally:
            deliveries.cancel()
            await asyncio.gather(deliveries, return_exceptions=True)

    app = Starlette(lifespan=lifespan)
    app.router.default = _Endpoint(emulator, hosts)  # a route would not match a path with a line break
    return app


class _Endpoint:
    """Answers every request."""

    def __init__(self, emulator: Emulator, hosts: Collection[str]) -> None:
        self._emulator = emulator
        self._control = control_api(emulator)
        self._hosts = tuple(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, is_addressed = milliseconds(), self._is_addressed(scope)
        try:
            if is_addressed and is_control(scope["path"]):
                await self._control(scope, receive, send)
                return
            reply = await self._answer(Request(scope, receive)) if is_addressed else _FOREIGN_HOST
            connection = scope.get("state", {}).get(CONNECTION)
            try:
                await _ReplySender(reply, scope["method"], receive, send, self._emulator.clock, connection).run()
            finally:
                self._emulator.ledger.record_sent(reply, milliseconds() - began)
        except ClientDisconnect:
            return

    def _is_addressed(self, scope: Scope) -> bool:
        """Return whether every Host header names this emulator. Requests of HTTP/1.0, which no browser sends, may have none."""
        own = (*self._hosts, *(scope.get("server") or ())[:1])
        return all(is_own_host(value.decode("latin-1"), own) for name, value in scope["headers"] if name == b"host")

    async def _answer(self, request: Request) -> ServerReply:
        """Return the reply. Files are made in a thread: that takes long, and other requests must not wait for it."""
        body = await read_body(request)
        if body is None:
            return ServerReply(status=413, headers=_HEADERS, body=TOO_LARGE.encode())
        asked = _request(request.scope, body)
        if asked.path.startswith(FILES):
            return await asyncio.to_thread(self._emulator.handle, asked)
        return self._emulator.handle(asked)


def _request(scope: Scope, body: bytes) -> ServerRequest:
    query = scope["query_string"]
    path = scope.get("raw_path") or scope["path"].encode()
    host, port = scope.get("server") or ("127.0.0.1", None)
    return request_of(
        method=scope["method"],
        target=path + b"?" + query if query else path,
        headers=scope["headers"],
        body=body,
        scheme=scope["scheme"],
        host=host if port is None else f"{host}:{port}",
    )


@frozen
class _ReplySender:
    """Sends one reply. Raises ClientDisconnect if the client has gone."""

    _reply: ServerReply
    _method: str
    _receive: Receive
    _send: Send
    _clock: Clock
    _connection: asyncio.Transport | None
    """None under another server, which cannot break connections."""

    async def run(self) -> None:
        reply = self._reply
        # without a connection to hold open, on a clock that only `step` moves, a reply that hangs ends at once
        if reply.delay and (reply.ending != "hangs" or self._connection is not None or self._clock.rate):
            await self._wait(reply.delay)
        if reply.has_head:
            await self._send_all()
        if reply.ending != "whole":
            await self._break()

    async def _send_all(self) -> None:
        """Send status line, headers and body."""
        reply = self._reply
        head = head_of(reply, now=self._clock.now())
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in head.items()]
        await self._send({"type": "http.response.start", "status": reply.status, "headers": headers})
        due = self._clock.now() if reply.began is None else reply.began  # the clock may have been stepped since
        for part in parts_of(reply, method=self._method):
            due += part.after
            if part.real:
                await self._wait(part.real)
            while part.after and (left := due - self._clock.now()) > 0:
                real = self._clock.real_seconds(left)
                await self._wait(LONGEST_NAP if real is None else min(real, LONGEST_NAP))
            await self._send({"type": "http.response.body", "body": part.data, "more_body": True})
        if reply.ending == "whole":
            await self._send({"type": "http.response.body", "body": b""})

    async def _wait(self, seconds: float) -> None:
        """Wait for real seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._client_disconnects()
            raise ClientDisconnect

    async def _client_disconnects(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _break(self) -> None:
        if self._connection is None:
            raise transport_error(self._reply)
        if self._reply.ending == "reset":
            self._connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self._connection.abort()
        else:
            self._connection.close()
        await self._client_disconnects()
