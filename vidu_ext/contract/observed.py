"""Observation of httpx clients of this process: compares each answer of a provider with its spec."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import field, frozen

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.drift import Drift as Drift
from vidu_ext.values.exchange import read_json
from vidu_ext.values.http_library import httpx

NO_CONTENT: Final = 204
_PARAMETER: Final = re.compile(r"\\\{[^}]+\\\}")


@frozen(eq=False)
class Exchange:
    """One request to a provider and its answer."""

    contract: Contract = field(repr=False)
    operation: str
    status: int
    content: bytes = field(repr=False)

    def drifts(self) -> tuple[Drift, ...]:
        """Return how the answer differs from the spec."""
        if not self.content and self.status == NO_CONTENT:
            return ()
        return answer_drifts(self.contract, self.operation, self.status, read_json(self.content))


def operation_of(request: httpx.Request) -> tuple[Contract, str] | None:
    """Return the provider's contract and the operation of a request, whatever its host; None if it has no key of a provider."""
    path = urlsplit(str(request.url)).path
    found = [
        (len(pattern.pattern), contract, operation)
        for method, pattern, contract, operation in _routes()
        if method == request.method and pattern.search(path) and _carries_key(request, contract, operation)
    ]
    if not found:
        return None
    _, contract, operation = max(found, key=lambda one: one[0])  # `/ent/v2/credits` ends with `/credits` too
    return contract, operation


@cache
def _routes() -> tuple[tuple[str, re.Pattern[str], Contract, str], ...]:
    return tuple(
        (one.method.upper(), re.compile(_PARAMETER.sub("[^/]+", re.escape(one.path)) + "$"), contract, one.id)
        for contract in map(contract_of, PROVIDERS)
        for one in contract.operations.values()
    )


def _carries_key(request: httpx.Request, contract: Contract, operation: str) -> bool:
    keys = contract.keys(operation) or (contract.security(),)
    return any(request.headers.get(header, "").startswith(word) and header in request.headers for header, word in keys)


@contextmanager
def observing(see: Callable[[Exchange], object]) -> Generator[None]:
    """Call `see` with every exchange of an httpx client with a provider, once its answer has been read completely."""
    send, async_send = httpx.Client.send, httpx.AsyncClient.send

    def observed(self: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        response = send(self, request, **options)
        _watch(response, request, see)
        return response

    async def async_observed(self: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        response = await async_send(self, request, **options)
        _watch(response, request, see)
        return response

    httpx.Client.send, httpx.AsyncClient.send = observed, async_observed  # type: ignore[method-assign]  # undone below
    try:
        yield
    finally:
        httpx.Client.send, httpx.AsyncClient.send = send, async_send  # type: ignore[method-assign]


def _watch(response: httpx.Response, request: httpx.Request, see: Callable[[Exchange], object]) -> None:
    asked = operation_of(request)
    if asked is None:
        return

    def done(raw: bytes) -> None:
        content = httpx.Response(response.status_code, headers=response.headers, content=raw).content
        see(Exchange(*asked, response.status_code, content))

    if response.is_stream_consumed:
        see(Exchange(*asked, response.status_code, response.content))
    elif isinstance(response.stream, httpx.SyncByteStream):
        response.stream = _Copied(response.stream, done)
    else:
        response.stream = _AsyncCopied(response.stream, done)


class _Copied(httpx.SyncByteStream):
    """Passes a body on as it arrives, and the complete body to a function at the end."""

    def __init__(self, stream: httpx.SyncByteStream, done: Callable[[bytes], object]) -> None:
        self._stream = stream
        self._done = done

    def __iter__(self) -> Iterator[bytes]:
        raw = bytearray()
        for chunk in self._stream:
            raw += chunk
            yield chunk
        self._done(bytes(raw))

    def close(self) -> None:
        self._stream.close()


class _AsyncCopied(httpx.AsyncByteStream):
    """The same for an async client."""

    def __init__(self, stream: httpx.AsyncByteStream, done: Callable[[bytes], object]) -> None:
        self._stream = stream
        self._done = done

    async def __aiter__(self) -> AsyncIterator[bytes]:
        raw = bytearray()
        async for chunk in self._stream:
            raw += chunk
            yield chunk
        self._done(bytes(raw))

    async def aclose(self) -> None:
        await self._stream.aclose()
