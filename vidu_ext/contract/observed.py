"""Watch the httpx clients of this process, and compare each answer of a provider with its spec."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from attrs import field, frozen

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.exchange import read_json
from vidu_ext.values.http_library import httpx

if TYPE_CHECKING:
    from vidu_ext.values.drift import Drift

_PARAMETER: Final = re.compile(r"\\\{[^}]+\\\}")
"""A path parameter such as `{id}`, as `re.escape` leaves it."""


@frozen(eq=False)
class ObservedAnswer:
    """The answer of a provider to one request."""

    contract: Contract = field(repr=False)
    operation: str
    status: int
    content: bytes = field(repr=False)

    def drifts(self) -> tuple[Drift, ...]:
        """Return how the answer differs from the spec."""
        if not self.content and self.status == HTTPStatus.NO_CONTENT:
            return ()
        return answer_drifts(self.contract, self.operation, self.status, read_json(self.content))


def operation_of(request: httpx.Request) -> tuple[Contract, str] | None:
    """Return the contract and the operation that a request matches by method, path and key header, on any host.

    None without a match.
    """
    path = urlsplit(str(request.url)).path
    matches = [
        route
        for route in _routes()
        if route.method == request.method
        and route.path_end.search(path)
        and _carries_key(request, route.contract, route.operation_id)
    ]
    if not matches:
        return None
    # the longest path wins: `/ent/v2/credits` ends with `/credits` too
    longest = max(matches, key=lambda route: len(route.path_end.pattern))
    return longest.contract, longest.operation_id


@frozen(eq=False)
class _Route:
    """An operation, and how its requests are recognized on any host: their path ends with that of the operation."""

    method: str
    path_end: re.Pattern[str]
    contract: Contract
    operation_id: str


@cache
def _routes() -> tuple[_Route, ...]:
    return tuple(
        _Route(
            operation.method.upper(),
            re.compile(_PARAMETER.sub("[^/]+", re.escape(operation.path)) + "$"),
            contract,
            operation.id,
        )
        for contract in map(contract_of, PROVIDERS)
        for operation in contract.operations.values()
    )


def _carries_key(request: httpx.Request, contract: Contract, operation_id: str) -> bool:
    key_headers = contract.key_headers(operation_id) or (contract.key_header(),)
    # the prefix of a bare key is empty
    return any(header in request.headers and request.headers[header].startswith(prefix) for header, prefix in key_headers)


@contextmanager
def observing(on_answer: Callable[[ObservedAnswer], object]) -> Generator[None]:
    """Call `on_answer` with each answer of a provider to an httpx client, once its body was read completely.

    Of a request that was redirected, this is the last answer, with the request that it answers. Replaces `send` of both client
    classes until the block ends: all threads of the process are observed.
    """
    send, async_send = httpx.Client.send, httpx.AsyncClient.send

    def observed(self: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        response = send(self, request, **options)
        _watch(response, on_answer)
        return response

    async def async_observed(self: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        response = await async_send(self, request, **options)
        _watch(response, on_answer)
        return response

    httpx.Client.send, httpx.AsyncClient.send = observed, async_observed  # type: ignore[method-assign]  # undone below
    try:
        yield
    finally:
        httpx.Client.send, httpx.AsyncClient.send = send, async_send  # type: ignore[method-assign]


def _watch(response: httpx.Response, on_answer: Callable[[ObservedAnswer], object]) -> None:
    match = operation_of(response.request)
    if match is None:
        return

    def on_complete(raw: bytes) -> None:
        content = httpx.Response(response.status_code, headers=response.headers, content=raw).content  # decompressed
        on_answer(ObservedAnswer(*match, response.status_code, content))

    if response.is_stream_consumed:  # `send` has read it, as it does without stream=True
        on_answer(ObservedAnswer(*match, response.status_code, response.content))
    elif isinstance(response.stream, httpx.SyncByteStream):
        response.stream = _TeeStream(response.stream, on_complete)
    else:
        response.stream = _AsyncTeeStream(response.stream, on_complete)


class _TeeStream(httpx.SyncByteStream):
    """A body that is passed on as it arrives. `on_complete` gets all of it once it was read to the end."""

    def __init__(self, stream: httpx.SyncByteStream, on_complete: Callable[[bytes], object]) -> None:
        self._stream = stream
        self._on_complete = on_complete

    def __iter__(self) -> Iterator[bytes]:
        raw = bytearray()
        for chunk in self._stream:
            raw += chunk
            yield chunk
        self._on_complete(bytes(raw))

    def close(self) -> None:
        self._stream.close()


class _AsyncTeeStream(httpx.AsyncByteStream):
    """A `_TeeStream` for an async client."""

    def __init__(self, stream: httpx.AsyncByteStream, on_complete: Callable[[bytes], object]) -> None:
        self._stream = stream
        self._on_complete = on_complete

    async def __aiter__(self) -> AsyncIterator[bytes]:
        raw = bytearray()
        async for chunk in self._stream:
            raw += chunk
            yield chunk
        self._on_complete(bytes(raw))

    async def aclose(self) -> None:
        await self._stream.aclose()
