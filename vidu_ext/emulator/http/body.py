"""Read the body of a request up to a limit, which neither Starlette nor uvicorn has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request


async def read_body(request: Request, most: int) -> bytes | None:
    """Return the body; None as soon as it is longer than `most` bytes. Raises ClientDisconnect."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
