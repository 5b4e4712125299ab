"""An emulator without a port: httpx transports, sync and async, that pass each request to it in the same process.

A reply arrives whole, after all its waits. A broken connection becomes the error of httpx that it would be on the wire.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from vidu_ext.values.http_library import httpx

from .replies import head_of, parts_of, request_of, transport_error

if TYPE_CHECKING:
    from vidu_ext.emulator.core import Emulator
    from vidu_ext.emulator.messages import Piece


class _Exchange:
    """One request and its reply: how long to wait, what to return. Sync and async differ in waiting only."""

    def __init__(self, emulator: Emulator, request: httpx.Request, body: bytes, step: float) -> None:
        self._clock = emulator.clock
        self._request = request
        if step:
            self._clock.step(step)
        self._reply = emulator.handle(
            request_of(
                method=request.method,
                target=request.extensions.get("target", request.url.raw_path),  # what a client sends byte for byte
                headers=request.headers.raw,
                body=body,
                scheme=request.url.scheme,
                host=request.url.netloc.decode("ascii"),
            )
        )
        self._parts = tuple(parts_of(self._reply, method=request.method))
        timeout: float | None = request.extensions.get("timeout", {}).get("read")
        longest = math.inf if timeout is None else timeout
        waits = [self._reply.delay, *map(self._real_seconds, self._parts)]
        in_time = list(takewhile(lambda wait: wait <= longest, waits))
        self._is_late = len(in_time) < len(waits)
        self.seconds = sum(in_time) + (longest if self._is_late else 0.0) if self._clock.rate else 0.0
        """Real seconds until the response, or until the client stops waiting for a part."""

    def response(self) -> httpx.Response:
        """Return the response. Raises the error of httpx if no status line is sent, or not in time."""
        if self._is_late:
            raise httpx.ReadTimeout("the emulator does not answer in time", request=self._request)
        error = None
        if self._reply.ending != "whole":
            error = transport_error(self._reply, hangs_for_ever=not self._clock.rate)
            error.request = self._request
        if error is not None and not self._reply.has_head:
            raise error
        headers, stream = head_of(self._reply, now=self._clock.now()), _Body(self._parts, error)
        return httpx.Response(self._reply.status, headers=headers, stream=stream, extensions={"http_version": b"HTTP/1.1"})

    def _real_seconds(self, part: Piece) -> float:
        """Return the real seconds of the waits of a part. A clock that only `step` moves is stepped instead."""
        real = self._clock.real_seconds(part.after)
        if real is None:
            self._clock.step(part.after)
        return part.real + (real or 0.0)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The parts of a body, and the error with which it breaks off."""

    def __init__(self, parts: Sequence[Piece], error: httpx.TransportError | None) -> None:
        self._parts = parts
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            yield part.data
        if self._error is not None:
            raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for data in self:
            yield data


class _InProcess:
    """What both transports have: the emulator, and the seconds of its clock that pass before each request."""

    def __init__(self, emulator: Emulator, *, step: float = 0.0) -> None:
        self._emulator = emulator
        self._step = step


class EmulatorTransport(_InProcess, httpx.BaseTransport):
    """A transport for `httpx.Client` that passes every request to the emulator, whatever its host.

    `step` advances the emulator's clock before each request: with a `Clock(rate=0)` waiting for a task takes no real time.
    On such a clock nothing here waits: a reply that is late or hangs arrives, or times out, at once. On any other clock it
    takes its real time, at most the read timeout of the request.
    """

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(self._emulator, request, request.read(), self._step)
        time.sleep(exchange.seconds)
        return exchange.response()


class AsyncEmulatorTransport(_InProcess, httpx.AsyncBaseTransport):
    """A transport for `httpx.AsyncClient`; see EmulatorTransport."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(self._emulator, request, await request.aread(), self._step)
        await asyncio.sleep(exchange.seconds)
        return exchange.response()
