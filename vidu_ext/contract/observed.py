"""Watch the httpx clients of this process, and compare each answer of a provider with its spec."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.drift import Drift
from vidu_ext.values.exchange import read_json
from vidu_ext.values.http_library import httpx

_PARAMETER: Final = re.compile(r"\\\{[^}]+\\\}")
"""A path parameter such as `{id}`, as `re.escape` leaves it."""
_Route: TypeAlias = tuple[str, re.Pattern[str], Contract, str]
"""The method of an operation, the end of its path, its contract and its id."""


OnAnswer: TypeAlias = "Callable[[str, tuple[Drift, ...]], object]"
"""Receives the operation of an answer and how the answer differs from the spec."""


@contextmanager
def observing(on_answer: OnAnswer) -> Generator[None]:
    """Call `on_answer` for each answer of a provider to an httpx client, once its body was read completely.

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


def _watch(response: httpx.Response, on_answer: OnAnswer) -> None:
    match = _operation_of(response.request)
    if match is None:
        return
    contract, operation = match
    status = response.status_code

    def compare(content: bytes) -> None:
        is_empty = not content and status == HTTPStatus.NO_CONTENT
        on_answer(operation, () if is_empty else answer_drifts(contract, operation, status, read_json(content)))

    if response.is_stream_consumed:  # `send` has read it, as it does without stream=True
        compare(response.content)
    else:
        response.stream = _TeeStream(
            response.stream, lambda raw: compare(httpx.Response(status, headers=response.headers, content=raw).content)
        )


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
    """A body of either kind of client, passed on as it arrives. `on_complete` gets all of it, as it was sent, at its end."""

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
