"""Facts of a spec that the templates need and the generator does not give them: servers, keys, deprecations, answers.

They are written as `facts.jinja` beside the templates of one document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from document_rules import JSON_MEDIA_TYPE
from documents import Document, Json, Object, Operation, Pointer, as_list, as_object
from rule_book import snake_case

ID_IN_PATH: Final = re.compile(r"\{([^}]+)\}")
CREATES_NOTHING: Final = frozenset({"tasks", "files"})
"""Tags of operations that have a body but create nothing."""


def as_template(document: Document) -> str:
    """Return the facts as a template that others import. JSON is a valid Jinja expression, as long as it contains no null."""
    return "{% set facts = " + json.dumps(facts(document), sort_keys=True) + " %}\n"


def facts(document: Document) -> Object:
    operations = list(document.operations())
    default_key = _key_header(document, next(iter(_schemes(document))))
    keys = {snake_case(one.id): _operation_key_header(document, one) for one in operations}
    return {
        "servers": [as_object(server)["url"] for server in as_list(document.root["servers"])],
        "key": default_key,
        "route_keys": {name: key for name, key in keys.items() if key not in (None, default_key)},
        "deprecated": {
            snake_case(one.id): f"The API has deprecated {one.id}: {one.value['summary']}"
            for one in operations
            if one.value.get("deprecated") is True
        },
        "deprecated_parameters": {snake_case(one.id): list(_deprecated_parameters(document, one)) for one in operations},
        "deprecated_members": {name: members for name, members in _deprecated_members(document) if members},
        "answers": dict(_answers(document, operations)),
    }


def _schemes(document: Document) -> Object:
    return as_object(as_object(document.root["components"]).get("securitySchemes"))


def _key_header(document: Document, scheme: str) -> Object:
    """Return the header that carries the key, and the word before it."""
    value = as_object(_schemes(document)[scheme])
    if value["type"] == "apiKey":
        return {"header": value["name"], "prefix": value.get("x-key-prefix", "")}
    return {"header": "Authorization", "prefix": "Bearer" if value["scheme"] == "bearer" else value["scheme"]}


def _operation_key_header(document: Document, operation: Operation) -> Object | None:
    for alternative in as_list(operation.value.get("security")):
        for scheme in as_object(alternative):
            return _key_header(document, scheme)
    return None


def _deprecated_parameters(document: Document, operation: Operation) -> Iterator[Json]:
    for parameter in map(as_object, map(document.at, document.parameters(operation.pointer))):
        if parameter.get("deprecated") is True:
            yield parameter["name"]


def _deprecated_members(document: Document) -> Iterator[tuple[str, list[Json]]]:
    """Yield the deprecated members of each closed schema: the body of a request, or a part of one."""
    for schema in document.walk(document.request_schemas()):
        value = as_object(schema.value)
        if value.get("additionalProperties") is False and schema.pointer[:2] == ("components", "schemas"):
            members = as_object(value.get("properties"))
            place = (*schema.pointer, "properties")
            yield schema.pointer[-1], [name for name in members if _is_deprecated(document, (*place, name))]


def _is_deprecated(document: Document, member: Pointer) -> bool:
    places = (member, document.resolve(member))
    return any(as_object(document.at(place)).get("deprecated") is True for place in places)


def _answers(document: Document, operations: list[Operation]) -> Iterator[tuple[str, str]]:
    """Yield pairs of request model and response model, for operations that create something without starting a task."""
    tasks = {_model(document, (*one.pointer, "requestBody")) for one in operations if _starts_task(document, one)}
    for operation in operations:
        body = _model(document, (*operation.pointer, "requestBody"))
        answer = _model(document, (*operation.pointer, "responses", "200"))
        if body is None or answer is None or body in tasks:
            continue
        if CREATES_NOTHING.isdisjoint(_tags(operation)):
            yield body, answer


def _tags(operation: Operation) -> Iterator[str]:
    yield from map(str, as_list(operation.value.get("tags")))


def _starts_task(document: Document, operation: Operation) -> bool:
    """Return whether a 2xx response links to a GET operation whose path id comes from the response body."""
    if operation.value.get("x-synchronous") is True:
        return False
    matches = {one.id: ID_IN_PATH.search(one.path) for one in document.operations() if one.method == "get"}
    ids = {name: match[1] for name, match in matches.items() if match is not None}
    for status, response in document.responses(operation.pointer):
        if not status.startswith("2"):
            continue
        for name in as_object(as_object(document.at(response)).get("links")):
            link = as_object(document.at(document.resolve((*response, "links", name))))
            parameter = ids.get(str(link.get("operationId")), "")
            if str(as_object(link.get("parameters")).get(parameter)).startswith("$response.body#/"):
                return True
    return False


def _model(document: Document, holder: Pointer) -> str | None:
    """Return the component that describes the JSON of a body or an answer."""
    schema = (*document.resolve(holder), "content", JSON_MEDIA_TYPE, "schema") if document.has(holder) else ()
    if not schema or not document.has(schema):
        return None
    target = document.resolve(schema)
    is_model = target[:2] == ("components", "schemas") and {"properties", "allOf"} & as_object(document.at(target)).keys()
    return target[2] if is_model else None
