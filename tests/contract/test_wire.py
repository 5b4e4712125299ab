"""What the generated functions send, byte for byte, against the second reading of the documents and strings of the RFCs.

Nothing expected here comes from a spec or a client: methods, paths, servers, keys and parameters are those of
openapi/readings; how a text is written in a path is RFC 3986, in a query the URL standard (section 5, forms), in a header
RFC 9110, in a body RFC 8259. Forms with files (RFC 7578) are sent by no route.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpx
import pytest
import rfc
from attrs import frozen
from documents import Json, Object, as_list, as_object
from raw import RawServer, raw_server
from reading_file import readings
from specs import (
    ENDPOINTS,
    KEY,
    TRUST,
    Endpoint,
    decode_error,
    endpoint_named,
    id_of,
    parameter_examples,
    python_name,
    request_body_model,
)
from vidu_clients.vidu.models import TextToVideoRequest

READ: Final = readings()


@pytest.fixture(scope="module")
def running_server() -> Generator[RawServer]:
    with raw_server() as running:
        yield running


@pytest.fixture
def server(running_server: RawServer) -> RawServer:
    running_server.requests.clear()
    return running_server


@frozen
class Route:
    """Address and parameters of an operation, as its documents give them."""

    method: str
    path: str
    server: str
    key: tuple[str, str]
    """Header and scheme word; the word is empty if the key is the whole value."""
    parameters: Object

    def path_names(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


def row_of(endpoint: Endpoint) -> Object | None:
    """Return the row of an operation in the second reading; None if there is none, which test_readings.py names."""
    name = endpoint.document.name
    rows = as_object(READ[name].root["operations"]) if name in READ else {}
    return as_object(rows[endpoint.route]) if endpoint.route in rows else None


def route_of(endpoint: Endpoint) -> Route:
    reading, row = READ[endpoint.document.name].root, row_of(endpoint) or {}
    _, header, *word = str(as_list(row.get("key", reading["key"]))[0]).split()
    method, path = endpoint.route.split(" ")
    server = str(as_list(reading["servers"])[0])
    return Route(method, path, server, (header, " ".join(word)), as_object(row.get("parameters")))


READ_ENDPOINTS: Final = [endpoint for endpoint in ENDPOINTS if row_of(endpoint) is not None]


def client_for(endpoint: Endpoint, server: RawServer) -> Any:
    """Return the generated client of a provider at the raw server, below the path that the documented server has."""
    address = f"http://{server.host}{urlsplit(route_of(endpoint).server).path}"
    client: Any = import_module(f"vidu_clients.{endpoint.document.name}.client")
    return client.AuthenticatedClient(base_url=address, token=KEY, verify_ssl=TRUST)


def requests_sent(endpoint: Endpoint, server: RawServer, call: dict[str, Any]) -> list[bytes]:
    """Return what a blocking and an async call put on the wire; the answer, `{}`, need not be readable."""
    requests: list[bytes] = []
    for send in (send_blocking, send_awaited):
        with suppress(decode_error(endpoint.document)):
            send(endpoint, server, call)
        requests.append(server.take())
    return requests


def body_of(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[2]


def send_blocking(endpoint: Endpoint, server: RawServer, call: dict[str, Any]) -> None:
    with client_for(endpoint, server) as generated:
        endpoint.module.sync_detailed(client=generated, **call)


def send_awaited(endpoint: Endpoint, server: RawServer, call: dict[str, Any]) -> None:
    async def send() -> None:
        async with client_for(endpoint, server) as generated:
            await endpoint.module.asyncio_detailed(client=generated, **call)

    asyncio.run(send())


def documented_bodies(endpoint: Endpoint) -> list[Json]:
    return [example.value for example in endpoint.examples("request")] or [None]


def call_of(endpoint: Endpoint, values: dict[tuple[str, str], Any], body: Json) -> dict[str, Any]:
    call = {python_name(name): value for (_, name), value in values.items()}
    if endpoint.body_schema is not None:
        call["body"] = request_body_model(endpoint, body)
    return call


REQUESTS: Final = [(endpoint, body) for endpoint in READ_ENDPOINTS for body in documented_bodies(endpoint)]


def written(endpoint: Endpoint, values: dict[tuple[str, str], Any], body: Json, sent: bytes, server: RawServer) -> bytes:
    """Return the whole request by the RFCs and the second reading; only the order of its members is that of what was sent."""
    route = route_of(endpoint)
    path = urlsplit(route.server).path + route.path
    for name in route.path_names():
        path = path.replace("{" + name + "}", rfc.segment(str(values["path", name])))
    headers = {name: str(value) for (place, name), value in values.items() if place == "header"}
    headers |= {"Host": server.host, "Accept": "*/*", "Connection": "keep-alive", **dict.fromkeys(rfc.CLIENTS_OWN, "*")}
    headers[route.key[0]] = f"{route.key[1]} {KEY}".strip()
    content = None if body is None else rfc.json_text(body, json.loads(body_of(sent))).encode()
    return rfc.request(route.method, path, documented_query(route, values), headers, content)


@pytest.mark.parametrize(("endpoint", "body"), REQUESTS, ids=id_of)
def test_documented_request_is_sent_byte_for_byte_as_the_documents_and_the_rfcs_say(
    endpoint: Endpoint, body: Json, server: RawServer
) -> None:
    values = parameter_examples(endpoint)
    for request in requests_sent(endpoint, server, call_of(endpoint, values, body)):
        assert rfc.in_order(request) == written(endpoint, values, body, request, server)


def documented_query(route: Route, values: dict[tuple[str, str], Any]) -> Iterator[tuple[str, str]]:
    """Yield the parameters of the query: a list repeats the name, true and false are words."""
    for (place, name), value in values.items():
        if place != "query":
            continue
        entries = cast("list[object]", value) if isinstance(value, list) else [value]
        style = as_object(route.parameters[name]).get("style")
        assert len(entries) == 1 or style == "repeated", f"{name}: the documents do not say how a list is written"
        for entry in entries:
            yield name, json.dumps(entry) if isinstance(entry, bool | int) else str(entry)


# -- one text in a path ----------------------------------------------------------------------------------------------------

SEGMENTS: Final = {
    "940107923630096384": "940107923630096384",
    "a-b._c~d": "a-b._c~d",
    "a/b": "a%2Fb",
    "../credits": "..%2Fcredits",
    "%2e%2e": "%252e%252e",
    "50%": "50%25",
    "a b": "a%20b",
    "a?b#c": "a%3Fb%23c",
    "{id}": "%7Bid%7D",
    "é": "%C3%A9",
    "空": "%E7%A9%BA",
    "😀": "%F0%9F%98%80",
    "\0": "%00",
    "a\r\nX: y": "a%0D%0AX%3A%20y",
    "\\..": "%5C..",
    "...": "...",
}
"""Ids, and how RFC 3986 writes them as one segment of a path: unreserved characters as they are, the rest as UTF-8 in %XX."""
LEAVES: Final = ("", ".", "..")
"""Ids that no encoding keeps in their segment: RFC 3986, section 5.2.4, removes them, encoded dots included."""
NO_TEXT: Final = "\ud800"
"""Half of a surrogate pair, which UTF-8 cannot say (RFC 3629, section 3)."""

WITH_ID: Final = [endpoint for endpoint in READ_ENDPOINTS if route_of(endpoint).path_names()]


def values_with(endpoint: Endpoint, text: str) -> dict[tuple[str, str], Any]:
    return parameter_examples(endpoint) | {("path", name): text for name in route_of(endpoint).path_names()}


def test_expected_segments_are_the_ones_written_by_hand() -> None:
    assert {text: rfc.segment(text) for text in SEGMENTS} == SEGMENTS


@pytest.mark.parametrize("endpoint", WITH_ID, ids=id_of)
def test_any_id_is_written_as_one_segment_of_the_path(endpoint: Endpoint, server: RawServer) -> None:
    body = documented_bodies(endpoint)[0]
    for text in SEGMENTS:
        values = values_with(endpoint, text)
        for request in requests_sent(endpoint, server, call_of(endpoint, values, body)):
            assert rfc.in_order(request) == written(endpoint, values, body, request, server)


@pytest.mark.parametrize("send", [send_blocking, send_awaited])
@pytest.mark.parametrize("endpoint", WITH_ID, ids=id_of)
def test_id_that_would_leave_its_segment_is_refused_before_it_is_sent(
    endpoint: Endpoint, send: Callable[..., None], server: RawServer
) -> None:
    """`..` made the poll of a task a request for its parent: another route, with the same key."""
    for text in (*LEAVES, NO_TEXT):
        with pytest.raises(ValueError):
            send(endpoint, server, call_of(endpoint, values_with(endpoint, text), documented_bodies(endpoint)[0]))
    assert server.requests == []


# -- one text in a query, a header, a body --------------------------------------------------------------------------------

QUERY: Final = {
    "a b": "a+b",
    "a+b": "a%2Bb",
    "a&b=c;d#e": "a%26b%3Dc%3Bd%23e",
    "50%": "50%25",
    "é空😀": "%C3%A9%E7%A9%BA%F0%9F%98%80",
    "\0\r\n": "%00%0D%0A",
    "[]'\"": "%5B%5D%27%22",
}
"""Texts, and how a form writes them (URL standard, section 5.2): a space is a plus sign, the rest as in a path."""
TEXTS_OF_QUERIES: Final = [
    (endpoint, name)
    for endpoint in READ_ENDPOINTS
    for name, form in route_of(endpoint).parameters.items()
    if form == "string" or (as_object(form).get("type"), as_object(form).get("in", "query")) == ("string", "query")
]


@pytest.mark.parametrize(("endpoint", "name"), TEXTS_OF_QUERIES, ids=id_of)
def test_any_text_is_written_as_one_value_of_the_query(endpoint: Endpoint, name: str, server: RawServer) -> None:
    for text, encoded in QUERY.items():
        for request in requests_sent(endpoint, server, {python_name(name): text}):
            route = route_of(endpoint)
            assert request.split(b" ")[1].decode() == f"{urlsplit(route.server).path}{route.path}?{name}={encoded}"


JSON_TEXTS: Final = {
    'a "b" \\ /': b'"a \\"b\\" \\\\ /"',
    "\0\b\t\n\f\r\x1f": b'"\\u0000\\b\\t\\n\\f\\r\\u001f"',
    "\x7f\u2028é空😀": '"\x7f\u2028é空😀"'.encode(),
    "<&>": b'"<&>"',
}
"""Texts, and how RFC 8259 writes them: section 7 escapes quotes, backslashes and control characters; section 8.1 asks UTF-8."""


@pytest.mark.parametrize("text", JSON_TEXTS, ids=ascii)
def test_any_text_is_written_as_one_string_of_the_body(text: str, server: RawServer) -> None:
    body = TextToVideoRequest(model="viduq2", prompt=text)
    for request in requests_sent(endpoint_named("vidu", "textToVideo"), server, {"body": body}):
        assert body_of(request) == b'{"model":"viduq2","prompt":' + JSON_TEXTS[text] + b"}"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), NO_TEXT], ids=ascii)
def test_value_that_json_cannot_express_is_refused_before_it_is_sent(value: Any, server: RawServer) -> None:
    body = TextToVideoRequest(model="viduq2", prompt="a", style=value)
    with pytest.raises(ValueError):
        send_blocking(endpoint_named("vidu", "textToVideo"), server, {"body": body})
    assert server.requests == []


HEADERS: Final = [
    (endpoint, name)
    for endpoint in READ_ENDPOINTS
    for name, form in route_of(endpoint).parameters.items()
    if as_object(form).get("in") == "header"
]


@pytest.mark.parametrize(("endpoint", "name"), HEADERS, ids=id_of)
def test_text_that_is_not_a_header_value_is_refused_before_it_is_sent(endpoint: Endpoint, name: str, server: RawServer) -> None:
    for text in ("a\r\nX-Other: b", "a\nb", "a\0b", "é"):
        call = call_of(endpoint, {("header", name): text}, documented_bodies(endpoint)[0])
        with pytest.raises((ValueError, httpx.LocalProtocolError)):
            send_blocking(endpoint, server, call)
    assert server.requests == []
