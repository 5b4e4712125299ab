"""What the generated functions send, byte for byte, against the second reading of the documents and strings of the RFCs.

Nothing expected here comes from a spec or a client: methods, paths, servers, keys and parameters are those of
openapi/readings; how a text is written in a path is RFC 3986, in a query the URL standard (section 5, forms), in a header
RFC 9110, in a body RFC 8259. Forms with files (RFC 7578) are sent by no route.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Generator, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpx
import pytest
import readings
from attrs import frozen
from conftest import Record
from documents import Json, Object, as_list, as_object
from raw import FIELD_VALUE, TARGET, RawRequest, RawServer, query_of, raw_server
from specs import ENDPOINTS, KEY, TRUST, Endpoint, decode_error, id_of, parameter_examples, python_name, request_body_model, same
from vidu_clients.vidu.api.video import text_to_video
from vidu_clients.vidu.models import TextToVideoRequest

from vidu_ext import Account, TaskRef, Vidu
from vidu_ext.values.errors import ConfigurationError

READ: Final = readings.readings()
WIRE: Final = "calls on the wire"


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
    """What the documents say of the address and the parameters of an operation."""

    method: str
    path: str
    server: str
    key: tuple[str, str]
    """Header and scheme word; the word is empty if the key is the whole value."""
    parameters: Object

    def target(self, value: str, encoded: str) -> str:
        """The path with each of its parameters written so."""
        path = self.path
        for name in self.path_names():
            path = path.replace("{" + name + "}", encoded if value else "")
        return urlsplit(self.server).path + path

    def path_names(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


def route_of(endpoint: Endpoint) -> Route:
    reading = READ[endpoint.document.name]
    name = f"{endpoint.operation.method.upper()} {endpoint.operation.path}"
    row = as_object(as_object(reading.root["operations"])[name])
    _, header, *word = str(as_list(row.get("key", reading.root["key"]))[0]).split()
    method, path = name.split(" ")
    servers = as_list(reading.root["servers"])
    return Route(method, path, str(servers[0]), (header, " ".join(word)), as_object(row.get("parameters")))


READ_ENDPOINTS: Final = [
    endpoint
    for endpoint in ENDPOINTS
    if f"{endpoint.operation.method.upper()} {endpoint.operation.path}"
    in as_object(READ[endpoint.document.name].root["operations"] if endpoint.document.name in READ else None)
]
"""Without those that have no reading yet: test_readings.py names them."""


def client_for(endpoint: Endpoint, server: RawServer) -> Any:
    """The generated client of a provider at the raw server, below the path that the documented server has."""
    address = f"http://{server.host}{urlsplit(route_of(endpoint).server).path}"
    client: Any = import_module(f"vidu_clients.{endpoint.document.name}.client")
    return client.AuthenticatedClient(base_url=address, token=KEY, verify_ssl=TRUST)


def sent(endpoint: Endpoint, server: RawServer, call: dict[str, Any]) -> list[RawRequest]:
    """What a blocking and an async call put on the wire; the answer, `{}`, need not be readable."""
    found: list[RawRequest] = []
    unreadable = suppress(decode_error(endpoint.document))
    with client_for(endpoint, server) as generated:
        with unreadable:
            endpoint.module.sync_detailed(client=generated, **call)
        found.append(server.take())

    async def send() -> None:
        async with client_for(endpoint, server) as generated:
            with unreadable:
                await endpoint.module.asyncio_detailed(client=generated, **call)

    asyncio.run(send())
    return [*found, server.take()]


def documented_bodies(endpoint: Endpoint) -> list[Json]:
    return [example.value for example in endpoint.examples("request")] or [None]


def call_of(endpoint: Endpoint, values: dict[tuple[str, str], Any], body: Json) -> dict[str, Any]:
    call = {python_name(name): value for (_, name), value in values.items()}
    if endpoint.body_schema is not None:
        call["body"] = request_body_model(endpoint, body)
    return call


REQUESTS: Final = [(endpoint, body) for endpoint in READ_ENDPOINTS for body in documented_bodies(endpoint)]


def assert_well_formed(endpoint: Endpoint, request: RawRequest, server: RawServer, body: Json) -> None:
    """Fails if a request is none of RFC 9112, has another key, host or length, or another body than this."""
    route = route_of(endpoint)
    method, target, version = request.line.split(b" ")
    assert (method.decode(), version) == (route.method, b"HTTP/1.1")
    assert TARGET.fullmatch(target), target
    assert all(FIELD_VALUE.fullmatch(value) for _, value in request.headers), request.headers
    assert request.header(b"Host") == [server.host.encode()]
    assert request.header(route.key[0].encode()) == [f"{route.key[1]} {KEY}".strip().encode()]
    assert KEY.encode() not in request.line + request.body
    assert request.header(b"Transfer-Encoding") == request.header(b"Cookie") == []
    if body is None:
        assert request.body == b""
        assert request.header(b"Content-Type") == []
        return
    assert request.header(b"Content-Type") == [b"application/json"]
    assert request.header(b"Content-Length") == [str(len(request.body)).encode()]
    assert same(json.loads(request.body.decode("utf-8", "strict"), parse_constant=pytest.fail), body)


@pytest.mark.parametrize(("endpoint", "body"), REQUESTS, ids=id_of)
def test_documented_request_is_sent_as_the_documents_say(
    endpoint: Endpoint, body: Json, server: RawServer, record: Record
) -> None:
    values = parameter_examples(endpoint)
    call = call_of(endpoint, values, body)
    expected_query = sorted(documented_query(route_of(endpoint), values))
    for request in sent(endpoint, server, call):
        assert_well_formed(endpoint, request, server, body)
        path = request.target.split(b"?")[0].decode()
        route = route_of(endpoint)
        in_path = [str(values["path", name]) for name in route.path_names()]
        assert path == route.target("x", in_path[0] if in_path else "")
        assert sorted(query_of(request)) == expected_query
        for (place, name), value in values.items():
            if place == "header":
                assert request.header(name.encode()) == [str(value).encode()]
    record(endpoint.document.name, WIRE, 2)


def _entries(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def documented_query(route: Route, values: dict[tuple[str, str], Any]) -> Iterator[tuple[bytes, bytes]]:
    """The query for values of letters, digits and `-._:,` alone: a list repeats the name, true and false are words."""
    for (place, name), value in values.items():
        if place != "query":
            continue
        said = as_object(route.parameters[name]) if isinstance(route.parameters[name], dict) else {}
        entries = _entries(value)
        assert len(entries) == 1 or said.get("style") == "repeated", f"{name}: the documents do not say how a list is written"
        for entry in entries:
            text = json.dumps(entry) if isinstance(entry, bool | int) else str(entry)
            yield name.encode(), text.replace(":", "%3A").replace(",", "%2C").replace("+", "%2B").encode()


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


def call_with(endpoint: Endpoint, text: str) -> dict[str, Any]:
    values = {place: value for place, value in parameter_examples(endpoint).items() if place[0] != "query"}
    values |= {("path", name): text for name in route_of(endpoint).path_names()}
    return call_of(endpoint, values, documented_bodies(endpoint)[0])


@pytest.mark.parametrize("endpoint", WITH_ID, ids=id_of)
def test_any_id_is_written_as_one_segment_of_the_path(endpoint: Endpoint, server: RawServer, record: Record) -> None:
    for text, encoded in SEGMENTS.items():
        for request in sent(endpoint, server, call_with(endpoint, text)):
            assert request.target.decode() == route_of(endpoint).target(text, encoded)
            assert_well_formed(endpoint, request, server, documented_bodies(endpoint)[0])
    record(endpoint.document.name, WIRE, 2 * len(SEGMENTS))


@pytest.mark.parametrize("text", [*LEAVES, NO_TEXT], ids=ascii)
@pytest.mark.parametrize("endpoint", WITH_ID, ids=id_of)
def test_id_that_would_leave_its_segment_is_refused_before_it_is_sent(endpoint: Endpoint, text: str, server: RawServer) -> None:
    """`..` made the poll of a task a request for its parent: another route, with the same key."""
    with client_for(endpoint, server) as generated, pytest.raises(ValueError):
        endpoint.module.sync_detailed(client=generated, **call_with(endpoint, text))

    async def send() -> None:
        async with client_for(endpoint, server) as generated:
            await endpoint.module.asyncio_detailed(client=generated, **call_with(endpoint, text))

    with pytest.raises(ValueError):
        asyncio.run(send())
    assert server.requests == []


@pytest.mark.parametrize("text", [*LEAVES, NO_TEXT, "a/b", "50%", "a b", "é", "\0", "a?b"], ids=ascii)
@pytest.mark.parametrize("provider", sorted(READ))
def test_library_refuses_an_id_that_some_server_could_read_as_another_path(provider: str, text: str, server: RawServer) -> None:
    account = Account(provider=provider, key=KEY, base_url=f"http://{server.host}")
    with Vidu([account]) as vidu, pytest.raises(ConfigurationError):
        vidu.status(TaskRef(provider, text))
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
    for name, said in route_of(endpoint).parameters.items()
    if said == "string" or (as_object(said).get("type"), as_object(said).get("in", "query")) == ("string", "query")
]


@pytest.mark.parametrize(("endpoint", "name"), TEXTS_OF_QUERIES, ids=id_of)
def test_any_text_is_written_as_one_value_of_the_query(endpoint: Endpoint, name: str, server: RawServer) -> None:
    for text, encoded in QUERY.items():
        for request in sent(endpoint, server, {python_name(name): text}):
            assert request.target.decode() == f"{route_of(endpoint).target('', '')}?{name}={encoded}"


JSON_TEXTS: Final = {
    'a "b" \\ /': b'"a \\"b\\" \\\\ /"',
    "\0\b\t\n\f\r\x1f": b'"\\u0000\\b\\t\\n\\f\\r\\u001f"',
    "\x7f\u2028é空😀": '"\x7f\u2028é空😀"'.encode(),
    "<&>": b'"<&>"',
}
"""Texts, and how RFC 8259 writes them: section 7 escapes quotes, backslashes and control characters; section 8.1 asks UTF-8."""


@pytest.mark.parametrize("text", JSON_TEXTS, ids=ascii)
def test_any_text_is_written_as_one_string_of_the_body(text: str, server: RawServer) -> None:
    endpoint = next(one for one in ENDPOINTS if one.operation.id == "textToVideo" and one.document.name == "vidu")
    for request in sent(endpoint, server, {"body": TextToVideoRequest(model="viduq2", prompt=text)}):
        assert request.body == b'{"model":"viduq2","prompt":' + JSON_TEXTS[text] + b"}"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), NO_TEXT], ids=ascii)
def test_what_json_cannot_say_is_refused_before_it_is_sent(value: Any, server: RawServer) -> None:
    endpoint = next(one for one in ENDPOINTS if one.operation.id == "textToVideo" and one.document.name == "vidu")
    with client_for(endpoint, server) as generated, pytest.raises(ValueError):
        text_to_video.sync_detailed(client=generated, body=TextToVideoRequest(model="viduq2", prompt="a", style=value))
    assert server.requests == []


HEADERS: Final = [
    (endpoint, name)
    for endpoint in READ_ENDPOINTS
    for name, said in route_of(endpoint).parameters.items()
    if as_object(said).get("in") == "header"
]


@pytest.mark.parametrize("text", ["a\r\nX-Other: b", "a\nb", "a\0b", "é"], ids=ascii)
@pytest.mark.parametrize(("endpoint", "name"), HEADERS, ids=id_of)
def test_text_that_is_no_value_of_a_header_is_refused_before_it_is_sent(
    endpoint: Endpoint, name: str, text: str, server: RawServer
) -> None:
    call = call_of(endpoint, {("header", name): text}, documented_bodies(endpoint)[0])
    with client_for(endpoint, server) as generated, pytest.raises((ValueError, httpx.LocalProtocolError)):
        endpoint.module.sync_detailed(client=generated, **call)
    assert server.requests == []


# -- whole requests ------------------------------------------------------------------------------------------------------

LITERAL: Final[dict[tuple[str, str], tuple[dict[str, Any], str]]] = {
    ("vidu", "listTasks"): (
        {"task_ids": ["1", "2"], "states": ["success", "failed"], "pager_pagesz": 100},
        "GET /ent/v2/tasks?task_ids=1&task_ids=2&states=success&states=failed&pager.pagesz=100 HTTP/1.1\r\n"
        "Host: {host}\r\nAccept: */*\r\nAccept-Encoding: {coding}\r\nConnection: keep-alive\r\nUser-Agent: {agent}\r\n"
        "Authorization: Token {key}\r\n\r\n",
    ),
    ("comfy", "getCreations"): (
        {"id": "1"},
        "GET /proxy/vidu/tasks/1/creations HTTP/1.1\r\n"
        "Host: {host}\r\nAccept: */*\r\nAccept-Encoding: {coding}\r\nConnection: keep-alive\r\nUser-Agent: {agent}\r\n"
        "X-API-KEY: {key}\r\n\r\n",
    ),
    ("zenlayer", "getCreations"): (
        {"task_id": "1"},
        "GET /v1/vidu/tasks/1/creations HTTP/1.1\r\n"
        "Host: {host}\r\nAccept: */*\r\nAccept-Encoding: {coding}\r\nConnection: keep-alive\r\nUser-Agent: {agent}\r\n"
        "Authorization: Bearer {key}\r\n\r\n",
    ),
    ("skills_video", "listRunningGenerations"): (
        {"workspace": "w", "limit": 20},
        "GET /api/v1/generations/running?workspace=w&limit=20 HTTP/1.1\r\n"
        "Host: {host}\r\nAccept: */*\r\nAccept-Encoding: {coding}\r\nConnection: keep-alive\r\nUser-Agent: {agent}\r\n"
        "Authorization: Bearer {key}\r\n\r\n",
    ),
}


@pytest.mark.parametrize(("provider", "operation"), LITERAL)
def test_whole_request_is_the_one_written_by_hand(provider: str, operation: str, server: RawServer) -> None:
    call, text = LITERAL[provider, operation]
    endpoint = next(one for one in ENDPOINTS if (one.document.name, one.operation.id) == (provider, operation))
    request = sent(endpoint, server, call)[0]
    coding, agent = request.header(b"Accept-Encoding")[0].decode(), request.header(b"User-Agent")[0].decode()
    assert request.whole.decode() == text.format(host=server.host, key=KEY, coding=coding, agent=agent)
