"""What the generated functions send is what the spec says: method, path, query, headers and body."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import httpx
import pytest
import respx
from conftest import Record
from documents import Json
from hypothesis import given
from specs import (
    DRAWING,
    DRAWN,
    ENDPOINTS,
    KEY,
    Endpoint,
    authorization,
    client,
    expected_url,
    id_of,
    parameter_examples,
    python_name,
    request_body_model,
    same,
    schemathesis_operation,
    server,
)


def documented_bodies(endpoint: Endpoint) -> list[Json]:
    return [example.value for example in endpoint.examples("request")] or [None]


REQUESTS = [(endpoint, body) for endpoint in ENDPOINTS for body in documented_bodies(endpoint)]


def arguments(endpoint: Endpoint, values: dict[tuple[str, str], Any], body: Json) -> dict[str, Any]:
    """The call of the generated function for these parameter values and this body."""
    call = {python_name(name): value for (_, name), value in values.items()}
    if endpoint.body_schema is not None:
        call["body"] = request_body_model(endpoint, body)
    return call


def answer(endpoint: Endpoint) -> httpx.Response:
    """An answer that the client reads without complaint: the first documented success."""
    example = endpoint.examples("response")[0]
    if isinstance(example.value, str):
        return httpx.Response(200, text=example.value)
    return httpx.Response(int(example.status), json=example.value)


def assert_sent(endpoint: Endpoint, request: httpx.Request, values: dict[tuple[str, str], Any], body: Json) -> None:
    """Fails where the request on the wire differs from what the spec says for these values."""
    named: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for (place, name), value in values.items():
        named[place][name] = value
    assert request.method == endpoint.operation.method.upper()
    assert request.url == expected_url(endpoint, named["path"], named["query"])
    header, prefix = authorization(endpoint.document)
    assert request.headers[header] == f"{prefix} {KEY}".strip()
    for name, value in named["header"].items():
        assert request.headers[name] == str(value)
    if endpoint.body_schema is None:
        assert request.content == b""
        return
    assert request.headers["content-type"] == "application/json"
    assert same(json.loads(request.content), body)


@pytest.mark.parametrize(("endpoint", "body"), REQUESTS, ids=id_of)
def test_documented_request_differs_on_the_wire(endpoint: Endpoint, body: Json) -> None:
    values = parameter_examples(endpoint)
    call = arguments(endpoint, values, body)
    with respx.mock(base_url=server(endpoint.document)) as router:
        route = router.route().mock(return_value=answer(endpoint))
        with client(endpoint.document) as generated:
            endpoint.module.sync_detailed(client=generated, **call)

        async def send() -> None:
            async with client(endpoint.document) as generated:
                await endpoint.module.asyncio_detailed(client=generated, **call)

        asyncio.run(send())
        assert route.call_count == 2
        for made in cast("Any", route.calls):
            assert_sent(endpoint, made.request, values, body)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=id_of)
def test_drawn_request_differs_on_the_wire(endpoint: Endpoint, record: Record) -> None:
    drawn = 0
    declared = parameter_examples(endpoint)

    @DRAWING
    @given(case=schemathesis_operation(endpoint).as_strategy())
    def send(case: Any) -> None:
        nonlocal drawn
        drawn += 1
        places: dict[str, dict[str, Any]] = {"path": case.path_parameters, "query": case.query, "header": case.headers}
        values = {(place, name): places[place][name] for place, name in declared if name in (places[place] or ())}
        body = case.body if endpoint.body_schema is not None else None
        call = arguments(endpoint, values, body)
        with respx.mock(base_url=server(endpoint.document)) as router:
            route = router.route().mock(return_value=answer(endpoint))
            endpoint.module.sync_detailed(client=generated, **call)
            assert_sent(endpoint, route.calls.last.request, values, body)

    with client(endpoint.document) as generated:
        send()
    record(endpoint.document.name, DRAWN, drawn)
