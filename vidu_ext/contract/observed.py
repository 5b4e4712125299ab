"""Watch the httpx clients of this process, and compare each answer of a provider with its spec."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeAlias
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
_Route: TypeAlias = tuple[str, re.Pattern[str], Contract, str]
"""The method of an operation, the end of its path, its contract and its id."""


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
    operation = _operation_of(response.request)
    if operation is None:
        return

    def on_complete(raw: bytes) -> None:
        content = httpx.Response(response.status_code, headers=response.headers, content=raw).content  # decompressed
        on_answer(ObservedAnswer(*operation, response.status_code, content))

    if response.is_stream_consumed:  # `send` has read it, as it does without stream=True
        on_answer(ObservedAnswer(*operation, response.status_code, response.content))
    else:
        response.stream = _TeeStream(response.stream, on_complete)


def _operation_of(request: httpx.Request) -> tuple[Contract, str] | None:
    """Return the contract and the operation that a request matches by method, path and key header, on any host.

    None without a match.
    """
    path = urlsplit(str(request.url)).path
    for method, path_end, contract, operation in _routes():
        if method == request.method and path_end.search(path) and _carries_key(request, contract, operation):
            return contract, operation
    return None


@cache
def _routes() -> Sequence[_Route]:
    """Return all operations, the longest path first: `/ent/v2/credits` ends with `/credits` too."""
    routes = [
        (one.method.upper(), re.compile(_PARAMETER.sub("[^/]+", re.escape(one.path)) + "$"), contract, one.id)
        for contract in map(contract_of, PROVIDERS)
        for one in contract.operations.values()
    ]
    return sorted(routes, key=lambda route: len(route[1].pattern), reverse=True)


def _carries_key(request: httpx.Request, contract: Contract, operation_id: str) -> bool:
    key_headers = contract.key_headers(operation_id) or (contract.key_header(),)
    # the prefix of a bare key is empty
    return any(header in request.headers and request.headers[header].startswith(prefix) for header, prefix in key_headers)


class _TeeStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of either kind of client, passed on as it arrives. `on_complete` gets all of it once it was read to the end."""

    def __init__(self, stream: Any, on_complete: Callable[[bytes], object]) -> None:
        self._stream = stream
        self._on_complete = on_complete
        self._raw = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._raw += chunk
            yield chunk
        self._on_complete(bytes(self._raw))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._raw += chunk
            yield chunk
        self._on_complete(bytes(self._raw))

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()
