"""Connections that can break: uvicorn's protocol, with a way for the application to close or reset it without an answer.

ASGI has no such thing, so the protocol adds a `Connection` to the `extensions` of every scope.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final, cast

from .extra import missing_extra

try:
    from uvicorn.protocols.http.h11_impl import H11Protocol
except ImportError as error:  # pragma: no cover  # shown by a test in a process of its own
    raise missing_extra(error) from error

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

EXTENSION: Final = "vidu_ext.connection"
"""Name of the extension in the scope."""

_RESETS: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing then sends RST in place of FIN."""


class Connection:
    """The connection of a request."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def close(self) -> None:
        """Send what was written, then FIN."""
        self._transport.close()

    def reset(self) -> None:
        """Send RST; what was written may be lost."""
        lingering = self._transport.get_extra_info("socket")
        if lingering is not None:
            lingering.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
        self._transport.abort()


class BreakableProtocol(H11Protocol):
    """HTTP/1.1 with its Connection in the scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn itself
        super().connection_made(transport)
        raw = transport.get_extra_info("socket")
        if raw is not None:  # asyncio sets it only for sockets that were created with a protocol number
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        application = cast("ASGI3Application", self.app)
        extensions: dict[str, object] = {EXTENSION: Connection(transport)}

        def with_connection(
            scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
        ) -> Awaitable[None]:  # not a coroutine, which would cost time in every request
            cast("MutableMapping[str, Any]", scope)["extensions"] = extensions
            return application(scope, receive, send)

        self.app = with_connection


def connection_of(scope: MutableMapping[str, Any]) -> Connection | None:
    """Return the connection of a request; None under another server."""
    extensions = cast("Mapping[str, object]", scope.get("extensions") or {})
    found = extensions.get(EXTENSION)
    return found if isinstance(found, Connection) else None
