"""The emulator as an ASGI application: reads requests and sends replies, with their waits, pieces and broken connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, MutableMapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from vidu_ext.emulator.control.api import ControlApi, is_control
from vidu_ext.emulator.environment import is_own_name
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.state.signed_urls import FILES

from .connection import Connection, connection_of
from .extra import missing_extra
from .notice_delivery import Deliveries, Reach, check_reach
from .replies import LARGEST_PART, Part, head_of, parts_of, request_of, transport_error

try:
    from starlette.applications import Starlette
    from starlette.requests import ClientDisconnect, Request
except ImportError as error:  # pragma: no cover  # shown by a test in a process of its own
    raise missing_extra(error) from error

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.core import Emulator

MOST_BODY: Final = 64 * 1024 * 1024
"""Maximum size of a request."""
LONGEST_NAP: Final = 0.05
"""Maximum real seconds between two looks at the clock, which may be stepped."""

_TOO_LARGE: Final = ServerReply(
    status=413,
    headers={"content-type": "text/plain; charset=utf-8", "connection": "close"},
    body=b"the request is larger than this emulator reads",
)


_FOREIGN_HOST: Final = ServerReply(
    status=403,
    headers={"content-type": "text/plain; charset=utf-8", "connection": "close"},
    body=b"Address this emulator as localhost, by a name that ends in .localhost, or by the address that it listens on.",
)


def asgi(
    emulator: Emulator, *, most_body: int = MOST_BODY, callbacks: Reach = "loopback", hosts: Collection[str] = ()
) -> Starlette:
    """Return the emulator as an ASGI application, for a server or for `httpx.ASGITransport`.

    It has one route for all paths and methods, since the emulator finds the operation in the packaged specs. During the
    lifespan of the application due callbacks are posted, to loopback hosts only unless `callbacks` is "anywhere".
    `most_body` is in bytes; a larger request is answered with 413. A Host that is neither localhost, nor the address of the
    connection, nor one of `hosts` is answered with 403: any web site can resolve its name to this machine. Raises
    ConfigurationError for another value of `callbacks`.

    Breaking a connection needs the server of this package. Under any other one the application raises the error of httpx
    that a client would see: `httpx.ASGITransport` passes it to the caller, a real server closes the connection or answers
    500. A reply that hangs raises after its time, or at once if only `step` moves the clock.
    """
    check_reach(callbacks)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        deliveries = asyncio.create_task(Deliveries(emulator, reach=callbacks).run())
        try:
            yield
        finally:
            deliveries.cancel()
            await asyncio.gather(deliveries, return_exceptions=True)

    app = Starlette(lifespan=lifespan)
    app.router.default = _Endpoint(emulator, most_body, hosts)  # a route would not match a path with a line break
    return app


class _Endpoint:
    """Answers every request."""

    def __init__(self, emulator: Emulator, most_body: int, hosts: Collection[str]) -> None:
        self._emulator = emulator
        self._control = ControlApi(emulator)
        self._hosts = tuple(hosts)
        self._most_body = most_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_addressed = self._is_addressed(scope)
        if is_addressed and is_control(scope["path"]):
            await self._control(scope, receive, send)
            return
        began = asyncio.get_running_loop().time()
        body = await _body(scope, receive, self._most_body)
        if body is None:
            return
        if not is_addressed:
            reply = _FOREIGN_HOST
        elif len(body) > self._most_body:
            reply = _TOO_LARGE
        else:
            reply = await self._answer(_request(scope, body))
        try:
            await _ReplySender(reply, scope, receive, send, self._emulator.clock).run()
        finally:
            if reply.number is not None:
                self._emulator.ledger.record_sent(reply.number, 1000 * (asyncio.get_running_loop().time() - began))

    def _is_addressed(self, scope: Scope) -> bool:
        """Return whether every Host header names this emulator. Requests of HTTP/1.0, which no browser sends, may have none."""
        own = (*self._hosts, *(scope.get("server") or ())[:1])
        named = (value.decode("latin-1") for name, value in scope["headers"] if name == b"host")
        return all(is_own_name(host, own) for host in named)

    async def _answer(self, request: ServerRequest) -> ServerReply:
        """Return the reply. Files are made in a thread: that takes long, and other requests must not wait for it."""
        if request.path.startswith(FILES):
            return await asyncio.to_thread(self._emulator.handle, request)
        return self._emulator.handle(request)


async def _body(scope: Scope, receive: Receive, most: int) -> bytes | None:
    """Read the body: `most` + 1 bytes if it is longer than `most`, None if the client disconnected."""
    request = Request(scope, receive)
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        return bytes(most + 1)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                return bytes(most + 1)
    except ClientDisconnect:
        return None
    return bytes(body)


def _request(scope: Scope, body: bytes) -> ServerRequest:
    query = scope["query_string"]
    path = scope.get("raw_path") or scope["path"].encode()
    server = scope.get("server") or ("127.0.0.1", None)
    return request_of(
        method=scope["method"],
        target=path + b"?" + query if query else path,
        headers=scope["headers"],
        body=body,
        scheme=scope["scheme"],
        host=server[0] if server[1] is None else f"{server[0]}:{server[1]}",
    )


class _ReplySender:
    """Sends one reply."""

    def __init__(self, reply: ServerReply, scope: Scope, receive: Receive, send: Send, clock: Clock) -> None:
        self._reply = reply
        self._method: str = scope["method"]
        self._connection = connection_of(scope)
        self._receive = receive
        self._send = send
        self._clock = clock

    async def run(self) -> None:
        reply = self._reply
        if reply.delay and not await self._wait(self._hang_seconds() if reply.ending == "hangs" else reply.delay):
            return
        if reply.has_head and not await self._send_all():
            return
        if reply.ending != "whole":
            await self._break()

    async def _send_all(self) -> bool:
        """Send status line, headers and body. Returns False if the client disconnected."""
        reply = self._reply
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self._head().items()]
        await self._send({"type": "http.response.start", "status": reply.status, "headers": headers})
        if reply.ending == "whole" and reply.pieces is None and reply.pace is None and len(reply.body) <= LARGEST_PART:
            body = b"" if self._method == "HEAD" else reply.body
            await self._send({"type": "http.response.body", "body": body})
            return True
        due = self._clock.now() if reply.began is None else reply.began  # the clock may have been stepped since
        for part in parts_of(reply, method=self._method):
            due += part.clock
            if not await self._wait_before(part, due):
                return False
            await self._send({"type": "http.response.body", "body": part.data, "more_body": True})
        if reply.ending == "whole":
            await self._send({"type": "http.response.body", "body": b""})
        return True

    def _head(self) -> dict[str, str]:
        return head_of(self._reply, now=self._clock.now())

    # -- waits --------------------------------------------------------------------------------------------------------

    def _hang_seconds(self) -> float:
        """Return how long to hang; 0 without a connection on a clock that only `step` moves."""
        return 0.0 if self._connection is None and not self._clock.rate else self._reply.delay

    async def _wait_before(self, part: Part, due: float) -> bool:
        if part.real and not await self._wait(part.real):
            return False
        if part.clock:
            while (left := due - self._clock.now()) > 0:
                real = self._clock.real_seconds(left)
                if not await self._wait(LONGEST_NAP if real is None else min(real, LONGEST_NAP)):
                    return False
        return True

    async def _wait(self, seconds: float) -> bool:
        """Wait for real seconds. Returns False if the client disconnected."""
        try:
            async with asyncio.timeout(seconds):
                await self._client_disconnects()
        except TimeoutError:
            return True
        return False

    async def _client_disconnects(self) -> None:
        message: MutableMapping[str, Any] = {}
        while message.get("type") != "http.disconnect":
            message = await self._receive()

    # -- endings ------------------------------------------------------------------------------------------------------

    async def _break(self) -> None:
        if self._connection is None:
            raise transport_error(self._reply)
        _end(self._connection, self._reply)
        await self._client_disconnects()


def _end(connection: Connection, reply: ServerReply) -> None:
    if reply.ending == "reset":
        connection.reset()
    else:
        connection.close()
