"""The specs and the generated clients side by side: what the contract tests share. Asserts nothing."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Protocol, cast

import httpx
import schemathesis
from attrs import evolve, frozen
from documents import (
    Document,
    Example,
    Json,
    Object,
    Operation,
    Pointer,
    as_list,
    as_object,
    load,
    pointer_of,
    reference_to,
    spec_files,
    text_of,
)
from hypothesis import HealthCheck, Phase, settings
from rule_book import snake_case

DOCUMENTS: Final = tuple(load(path) for path in spec_files())
SOUND: Final = load(Path(__file__).with_name("sound.yaml"))
"""A small spec of no provider that keeps every rule."""

GONE: Final = object()
"""In place of a value: what is there is taken out."""
KEY: Final = "key-that-must-not-show"
TRUST: Final = httpx.create_ssl_context()
"""Shared by all clients: reading the certificates takes longer than a test."""
BODY_KINDS: Final = ("request", "response", "error", "callback")
"""Kinds of examples that a generated model reads; the others are parameters, headers and defaults."""

ROUND_TRIPS: Final = "round-trips"
DRAWN: Final = "drawn cases"
CONTRADICTIONS: Final = "contradictions"


def drawing(number: int) -> settings:
    """Return settings that draw `number` values from a schema, the same for the same seed."""
    return settings(max_examples=number, database=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])


class Model(Protocol):
    """What the tests use of a generated model."""

    def to_dict(self) -> dict[str, Any]: ...

    @classmethod
    def from_dict(cls, src_dict: dict[str, Any]) -> Model: ...


@frozen
class Endpoint:
    """An operation of a spec and the generated module for it."""

    document: Document
    operation: Operation

    @property
    def module_name(self) -> str:
        tag = str(as_list(self.operation.value.get("tags"))[0])
        return f"vidu_clients.{self.document.name}.api.{tag}.{snake_case(self.operation.id)}"

    @property
    def route(self) -> str:
        """Method and path, as readings name an operation: `POST /ent/v2/text2video`."""
        return f"{self.operation.method.upper()} {self.operation.path}"

    @property
    def module(self) -> ModuleType:
        return import_module(self.module_name)

    def parse(self, response: httpx.Response) -> object:
        return self.module._parse_response(client=client(self.document), response=response)

    @property
    def body_schema(self) -> Pointer | None:
        for media in self.document.media((*self.operation.pointer, "requestBody")):
            return (*media, "schema")
        return None

    def examples(self, kind: str) -> list[Example]:
        """Return the documented examples of one kind that belong to the operation alone."""
        return _examples(self.document).get((self.operation.id, kind), [])

    def answer_examples(self) -> list[Example]:
        """Return the documented answers of the operation, those that it shares with others included."""
        examples: list[Example] = []
        for status, response in self.document.responses(self.operation.pointer):
            kind = "response" if status.startswith("2") else "error"
            for media in self.document.media(response):
                for name, entry in as_object(as_object(self.document.at(media)).get("examples")).items():
                    place, value = (*media, "examples", name, "value"), as_object(entry)["value"]
                    examples.append(Example(place, kind, (*media, "schema"), value, self.operation.id, status))
        return examples

    def success_schemas(self) -> dict[str, Pointer]:
        """Return the schema of each documented JSON success, by status."""
        return {
            status: (*media, "schema")
            for status, response in self.document.responses(self.operation.pointer)
            if status.startswith("2")
            for media in self.document.media(response)
            if media[-1] == "application/json"
        }


@cache
def _examples(document: Document) -> dict[tuple[str, str], list[Example]]:
    """Return the examples by operation and kind. Once: a walk through the document for each test took most of the run."""
    examples: dict[tuple[str, str], list[Example]] = {}
    for example in document.examples():
        examples.setdefault((example.operation, example.kind), []).append(example)
    return examples


def id_of(value: object) -> str:
    """Return a test id that names the place: `vidu#/paths/~1ent~1v2~1img2video/post`."""
    if isinstance(value, Document):
        return value.name
    if isinstance(value, Endpoint):
        return f"{value.document.name}{text_of(value.operation.pointer)}"
    if isinstance(value, Example):
        return text_of(value.pointer)
    return str(value)


ENDPOINTS: Final = tuple(Endpoint(document, operation) for document in DOCUMENTS for operation in document.operations())
EXAMPLES: Final = tuple((document, example) for document in DOCUMENTS for example in document.examples())


def document_named(name: str) -> Document:
    return next(document for document in DOCUMENTS if document.name == name)


def endpoint_named(provider: str, operation_id: str) -> Endpoint:
    name = provider, operation_id
    return next(endpoint for endpoint in ENDPOINTS if (endpoint.document.name, endpoint.operation.id) == name)


def server(document: Document) -> str:
    return str(as_object(as_list(document.root["servers"])[0])["url"])


def authorization(document: Document) -> tuple[str, str]:
    """Return header and scheme word of the first security scheme, as the spec declares it."""
    schemes = as_object(as_object(document.root["components"])["securitySchemes"])
    scheme = as_object(next(iter(schemes.values())))
    if scheme["type"] == "apiKey":
        return str(scheme["name"]), str(scheme.get("x-key-prefix", ""))
    return "Authorization", {"bearer": "Bearer"}.get(str(scheme["scheme"]), str(scheme["scheme"]))


def client(document: Document, *, transport: httpx.BaseTransport | None = None) -> Any:
    """Return the generated client of a provider with a key in it."""
    header, prefix = authorization(document)
    package = import_module(f"vidu_clients.{document.name}")
    return package.AuthenticatedClient(
        base_url=server(document),
        token=KEY,
        prefix=prefix,
        auth_header_name=header,
        verify_ssl=TRUST,
        httpx_args={} if transport is None else {"transport": transport},
    )


def model_class(document: Document, schema: Pointer) -> type[Model] | None:
    """Return the generated class for a schema, None if the schema is no component object of its own."""
    target = document.resolve(schema)
    if target[:2] != ("components", "schemas") or len(target) != 3:
        return None
    return cast("type[Model] | None", getattr(import_module(f"vidu_clients.{document.name}.models"), target[2], None))


def to_model(document: Document, schema: Pointer, value: Json) -> object:
    """Return the value as the generated client reads it: a model, a list of models, or the plain value."""
    model, resolved = model_class(document, schema), document.resolve(schema)
    if model is not None and isinstance(value, dict):
        return model.from_dict(value)
    inner = as_object(document.at(resolved))
    if "items" in inner:
        return [to_model(document, (*resolved, "items"), entry) for entry in as_list(value)]
    for index in range(len(as_list(inner.get("anyOf")))):
        branch = (*resolved, "anyOf", str(index))
        if isinstance(value, dict) and model_class(document, branch) is not None:
            return to_model(document, branch, value)
    return value


def to_json(value: object) -> Json:
    """Return what a parsed answer says, as JSON again."""
    if isinstance(value, list):
        return [to_json(entry) for entry in cast("list[object]", value)]
    if hasattr(value, "to_dict"):
        return cast("Json", cast("Model", value).to_dict())
    return cast("Json", value)


def same(left: Json, right: Json) -> bool:
    """Return whether JSON values are equal as text: true is not 1, 5 is not 5.0, the order of members does not count."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def python_name(parameter: str) -> str:
    """Return the argument that the generator makes of a parameter."""
    return re.sub(r"[^a-z0-9]+", "_", parameter.lower())


def parameter_examples(endpoint: Endpoint) -> dict[tuple[str, str], Json]:
    """Return the documented example of each parameter by place (path, query, header) and name."""
    parameters = (endpoint.document.at(pointer) for pointer in endpoint.document.parameters(endpoint.operation.pointer))
    return {(str(value["in"]), str(value["name"])): value["example"] for value in map(as_object, parameters)}


def request_body_model(endpoint: Endpoint, body: Json) -> object:
    schema = endpoint.body_schema
    assert schema is not None
    return to_model(endpoint.document, schema, body)


def drawn_values(document: Document, schema: Pointer) -> Any:
    """Return a hypothesis strategy of values that are valid for the schema, made by schemathesis."""
    content: Object = {"application/json": {"schema": {"$ref": reference_to(schema)}}}
    operation: Object = {"requestBody": {"required": True, "content": content}, "responses": {"default": {"description": "any"}}}
    root: Object = {
        "openapi": "3.1.0",
        "info": {"title": "one schema", "version": "1"},
        "components": document.root["components"],
        "paths": {"/": {"post": operation}, **as_object(document.root["paths"])},
    }
    return cast("Any", schemathesis.openapi.from_dict(root))["/"]["POST"].as_strategy().map(attrgetter("body"))


def with_change(document: Document, place: str, value: object) -> Document:
    """Return the document with a value at a place, with what a function makes of the old one, or without it (GONE).

    It shares with the document all that is beside the place.
    """
    *holders, name = pointer_of(place)
    root = dict(document.root)
    inside: Any = root
    for part in holders:
        key = _key_in(inside, part)
        inside[key] = copy.copy(inside[key])
        inside = inside[key]
    key = _key_in(inside, name)
    if value is GONE:
        del inside[key]
    else:
        inside[key] = value(inside[key]) if callable(value) else value
    return evolve(document, root=root)


def _key_in(holder: object, part: str) -> Any:
    """Return the index or the name that a part of a pointer is in a list or an object."""
    return int(part) if isinstance(holder, list) else part


def decode_error(document: Document) -> Any:
    """Return the typed error of a generated client for an answer that it cannot read."""
    return import_module(f"vidu_clients.{document.name}.errors").ResponseDecodeError
