"""Connections that can break: uvicorn's protocol, which shows the application the transport of its connection.

ASGI has no such thing, so the protocol adds the transport to the `extensions` of every scope.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, MutableMapping
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import EXTENSION

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope


class BreakableProtocol(H11Protocol):
    """HTTP/1.1 with the transport of the connection in the scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn itself
        super().connection_made(transport)
        # asyncio sets TCP_NODELAY only for sockets that were created with a protocol number
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        application = cast("ASGI3Application", self.app)
        extensions = {EXTENSION: transport}

        def with_transport(
            scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
        ) -> Awaitable[None]:  # not a coroutine, which would cost time in every request
            cast("MutableMapping[str, Any]", scope)["extensions"] = extensions
            return application(scope, receive, send)

        self.app = with_transport
