"""An emulator without a port: httpx transports, sync and async, that pass each request to it in the same process.

A broken connection becomes the error of httpx that it would be on the wire.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from vidu_ext.values.http_library import httpx

from .replies import Part, head_of, parts_of, read_timeout, request_of, transport_error

if TYPE_CHECKING:
    from vidu_ext.emulator.core import Emulator
    from vidu_ext.emulator.messages import ServerReply, ServerRequest


class _Exchange:
    """One request and its reply: how long to wait, what to return, how it breaks. Sync and async differ in waiting only."""

    def __init__(self, emulator: Emulator, request: httpx.Request, body: bytes, step: float) -> None:
        self._clock = emulator.clock
        self._request = request
        self._timeout = read_timeout(request.extensions)
        if step:
            self._clock.step(step)
        self._reply: ServerReply = emulator.handle(_read(request, body))

    @property
    def before(self) -> float:
        """Real seconds until the status line."""
        return self.waiting(self._reply.delay)

    def response(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
        """Return status and headers. Raises the error of httpx if none are sent."""
        reply = self._reply
        self._check_timeout(reply.delay)
        if not reply.has_head:
            raise self._error()
        headers = head_of(reply, now=self._clock.now())
        return httpx.Response(reply.status, headers=headers, stream=stream, extensions={"http_version": b"HTTP/1.1"})

    def parts(self) -> Iterator[tuple[float, bytes]]:
        """Yield real seconds to wait, and the bytes after them. Raises the error of httpx if the body breaks off."""
        for part in parts_of(self._reply, method=self._request.method):
            wait = part.real + self._seconds_of_clock(part)
            if self._timeout is not None and wait > self._timeout:
                yield self.waiting(wait), b""
                self._check_timeout(wait)
            yield self.waiting(wait), part.data
        if self._reply.ending != "whole":
            raise self._error()

    def waiting(self, seconds: float) -> float:
        """Return the real seconds to wait: at most the timeout of the client, and 0 if only `step` moves the clock."""
        if not self._clock.rate:
            return 0.0
        return seconds if self._timeout is None else min(seconds, self._timeout)

    def _seconds_of_clock(self, part: Part) -> float:
        """Return the real seconds of a wait by the clock. A clock that only `step` moves is stepped instead."""
        real = self._clock.real_seconds(part.clock)
        if real is None:
            self._clock.step(part.clock)
            return 0.0
        return real

    def _check_timeout(self, seconds: float) -> None:
        if self._timeout is not None and seconds > self._timeout:
            raise httpx.ReadTimeout("the emulator does not answer in time", request=self._request)

    def _error(self) -> httpx.TransportError:
        error = transport_error(self._reply, hangs_for_ever=not self._clock.rate)
        error.request = self._request
        return error


class EmulatorTransport(httpx.BaseTransport):
    """A transport for `httpx.Client` that passes every request to the emulator, whatever its host.

    `step` advances the emulator's clock before each request: with a `Clock(rate=0)` waiting for a task takes no real time.
    On such a clock nothing here waits: a reply that is late or hangs arrives, or times out, at once. On any other clock it
    takes its real time, at most the read timeout of the request.
    """

    def __init__(self, emulator: Emulator, *, step: float = 0.0) -> None:
        self._emulator = emulator
        self._step = step

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(self._emulator, request, request.read(), self._step)
        time.sleep(exchange.before)
        return exchange.response(_Stream(exchange))


class AsyncEmulatorTransport(httpx.AsyncBaseTransport):
    """A transport for `httpx.AsyncClient`; see EmulatorTransport."""

    def __init__(self, emulator: Emulator, *, step: float = 0.0) -> None:
        self._emulator = emulator
        self._step = step

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(self._emulator, request, await request.aread(), self._step)
        await asyncio.sleep(exchange.before)
        return exchange.response(_AsyncStream(exchange))


class _Stream(httpx.SyncByteStream):
    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        for seconds, data in self._exchange.parts():
            time.sleep(seconds)
            yield data


class _AsyncStream(httpx.AsyncByteStream):
    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for seconds, data in self._exchange.parts():
            await asyncio.sleep(seconds)
            yield data


def _read(request: httpx.Request, body: bytes) -> ServerRequest:
    """Build the request. The extension `target` is what a client sends byte for byte."""
    target: object = request.extensions.get("target", request.url.raw_path)
    return request_of(
        method=request.method,
        target=target if isinstance(target, bytes) else request.url.raw_path,
        headers=request.headers.raw,
        body=body,
        scheme=request.url.scheme,
        host=request.url.netloc.decode("ascii"),
    )
