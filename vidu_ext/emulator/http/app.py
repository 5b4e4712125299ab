"""The emulator as an ASGI application: reads requests and sends replies, with their waits, pieces and broken connections."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, get_args

from vidu_ext.emulator.clock import milliseconds
from vidu_ext.emulator.control.api import control_api, is_control
from vidu_ext.emulator.environment import is_own_host
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.state.files import FILES
from vidu_ext.values.errors import ConfigurationError

from .extra import missing_extra
from .notice_delivery import Deliveries, Reach
from .replies import head_of, parts_of, request_of, transport_error

try:
    from starlette.applications import Starlette
    from starlette.requests import ClientDisconnect, Request
except ImportError as error:  # pragma: no cover  # shown by a test in a process of its own
    raise missing_extra(error) from error

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.core import Emulator

MOST_BODY: Final = 64 * 1024 * 1024
"""Maximum size of a request."""
EXTENSION: Final = "vidu_ext.transport"
"""The member of a scope's `extensions` with the transport of the connection, which the server of this package adds."""
LONGEST_NAP: Final = 0.05
"""Maximum real seconds between two looks at the clock, which may be stepped."""

_NO_LINGER: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing then sends RST in place of FIN."""
_HEADERS: Final = {"content-type": "text/plain; charset=utf-8", "connection": "close"}
_TOO_LARGE: Final = ServerReply(status=413, headers=_HEADERS, body=b"The request is larger than this emulator reads.")
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
        deliveries = asyncio.create_task(Deliveries(emulator, reach=callbacks).run())
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
        began = milliseconds()
        try:
            body = await _read_body(Request(scope, receive))
            if not self._is_addressed(scope):
                reply = _FOREIGN_HOST
            elif body is None:
                reply = _TOO_LARGE
            elif is_control(scope["path"]):
                await self._control(scope, _replay(body, receive), send)
                return
            else:
                reply = await self._answer(_request(scope, body))
            try:
                await _ReplySender(reply, scope, receive, send, self._emulator.clock).run()
            finally:
                if reply.number is not None:
                    self._emulator.ledger.record_sent(reply.number, milliseconds() - began)
        except ClientDisconnect:
            return

    def _is_addressed(self, scope: Scope) -> bool:
        """Return whether every Host header names this emulator. Requests of HTTP/1.0, which no browser sends, may have none."""
        own = (*self._hosts, *(scope.get("server") or ())[:1])
        return all(is_own_host(value.decode("latin-1"), own) for name, value in scope["headers"] if name == b"host")

    async def _answer(self, request: ServerRequest) -> ServerReply:
        """Return the reply. Files are made in a thread: that takes long, and other requests must not wait for it."""
        if request.path.startswith(FILES):
            return await asyncio.to_thread(self._emulator.handle, request)
        return self._emulator.handle(request)


async def _read_body(request: Request) -> bytes | None:
    """Return the body; None as soon as it is too large, for which neither Starlette nor uvicorn has a limit."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MOST_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            return None
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return what an application receives from whose client a body was read already."""
    messages: Iterator[Message] = iter([{"type": "http.request", "body": body}])

    async def replay() -> Message:
        return next(messages, None) or await receive()

    return replay


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


class _ReplySender:
    """Sends one reply. Raises ClientDisconnect if the client has gone."""

    def __init__(self, reply: ServerReply, scope: Scope, receive: Receive, send: Send, clock: Clock) -> None:
        self._reply = reply
        self._method: str = scope["method"]
        extensions: Mapping[str, Any] = scope.get("extensions") or {}
        self._connection: asyncio.Transport | None = extensions.get(EXTENSION)
        """None under another server, which cannot break connections."""
        self._receive = receive
        self._send = send
        self._clock = clock

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
