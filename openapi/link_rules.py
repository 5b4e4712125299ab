"""House rules about links and callbacks: what leads from one operation to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from documents import Document, Json, Object, Operation, Pointer, as_list, as_object, pointer_of
from rule_book import Breaches, keywords_of, rule

EXPRESSION: Final = re.compile(r"\$(?:url|method|statusCode|(request|response)\.(?:(path|query|header)\.(.+)|(body)(#/.*)?))")
"""A runtime expression of OpenAPI."""


@rule
def links_can_be_followed(document: Document) -> Breaches:
    """Stateful tests follow links and silently skip one that does not name an operation, its parameters or a member."""
    operations = {operation.id: operation for operation in document.operations()}
    usual_poll = document.root.get("x-usual-poll")
    if usual_poll is not None and str(usual_poll) not in operations:
        yield ("x-usual-poll",), f"{usual_poll!r} is not an operation"
    for operation in document.operations():
        for _, response in document.responses(operation.pointer):
            for name in as_object(as_object(document.at(response)).get("links")):
                place = document.resolve((*response, "links", name))
                link = as_object(document.at(place))
                target = operations.get(str(link.get("operationId")))
                if target is None:
                    yield (*place, "operationId"), f"the link leads to {link.get('operationId')!r}, which is not an operation"
                else:
                    yield from _values_that_lead_nowhere(document, operation, response, place, target)


def _values_that_lead_nowhere(
    document: Document, source: Operation, response: Pointer, place: Pointer, target: Operation
) -> Breaches:
    link = as_object(document.at(place))
    parameters = {
        (str(value.get("in")), str(value.get("name"))): value
        for value in (as_object(document.at(parameter)) for parameter in document.parameters(target.pointer))
    }
    given = as_object(link.get("parameters"))
    for name, value in given.items():
        if not any(name in (own, f"{location}.{own}") for location, own in parameters):
            yield (*place, "parameters", name), f"{target.id} has no parameter {name}"
        yield from _fault(document, source, response, (*place, "parameters", name), value)
    for (location, own), declared in parameters.items():
        if given and declared.get("required") is True and not {own, f"{location}.{own}"} & set(given):
            yield (*place, "parameters"), f"{target.id} needs {own}, which the link does not give"
    for name, value in as_object(link.get("requestBody")).items():
        bodies = [(*media, "schema") for media in document.media((*target.pointer, "requestBody"))]
        if not any(_leads_to_a_member(document, body, (name,)) for body in bodies):
            yield (*place, "requestBody", name), f"the body of {target.id} has no member {name}"
        yield from _fault(document, source, response, (*place, "requestBody", name), value)


def _fault(document: Document, source: Operation, response: Pointer, place: Pointer, value: Json) -> Breaches:
    expression = EXPRESSION.fullmatch(value) if isinstance(value, str) else None
    if expression is None:
        yield place, f"{value!r} is not an expression such as $response.body#/id"
    elif problem := _problem(document, source, response, expression):
        yield place, f"{value}: {problem}"


def _problem(document: Document, source: Operation, response: Pointer | None, expression: re.Match[str]) -> str | None:
    """Return why an expression has no value; None if it leads to something that is declared."""
    side, location, name, body, pointer = expression.groups()
    if side is None:
        return None
    if side == "response" and response is None:
        return "there is no answer yet when it is read"
    holder = (*source.pointer, "requestBody") if side == "request" or response is None else response
    if body:
        schemas = [(*media, "schema") for media in document.media(holder)]
        parts = pointer_of(pointer or "")
        return None if any(_leads_to_a_member(document, one, parts) for one in schemas) else f"the {side} has no such member"
    if side == "response":
        headers = {header.lower() for header in as_object(as_object(document.at(holder)).get("headers"))}
        return None if location == "header" and name.lower() in headers else f"the answer has no such {location}"
    parameters = [as_object(document.at(place)) for place in document.parameters(source.pointer)]
    is_declared = any((one.get("in"), one.get("name")) == (location, name) for one in parameters)
    return None if is_declared else f"no such {location} parameter"


def _leads_to_a_member(document: Document, schema: Pointer, parts: Pointer) -> bool:
    """Return whether a schema, or that of the events of a stream, declares something at this place."""
    if not parts:
        return True
    place = document.resolve(document.event_schema(schema[:-1]) or schema)
    value = as_object(document.at(place))
    first, rest = parts[0], parts[1:]
    for keyword in ("allOf", "anyOf"):
        if any(
            _leads_to_a_member(document, (*place, keyword, str(index)), parts)
            for index in range(len(as_list(value.get(keyword))))
        ):
            return True
    if first in as_object(value.get("properties")):
        return _leads_to_a_member(document, (*place, "properties", first), rest)
    if "items" in value and first.isdigit():
        return _leads_to_a_member(document, (*place, "items"), rest)
    return isinstance(value.get("additionalProperties"), dict) and _leads_to_a_member(
        document, (*place, "additionalProperties"), rest
    )


@rule
def callbacks_can_be_reached(document: Document) -> Breaches:
    """A callback goes to the URL in a member of the request: with a misspelt name it goes nowhere."""
    for operation in document.operations():
        for name in as_object(operation.value.get("callbacks")):
            place = document.resolve((*operation.pointer, "callbacks", name))
            for address in as_object(document.at(place)):
                expressions = re.findall(r"\{([^{}]*)\}", address)
                if not expressions:
                    yield (*place, address), "the address has no {expression}, such as {$request.body#/callback_url}"
                for text in expressions:
                    problem: str | None = "it is not an expression of OpenAPI"
                    if expression := EXPRESSION.fullmatch(text):
                        problem = _problem(document, operation, None, expression)
                    if problem:
                        yield (*place, address), f"{text}, for {operation.id}: {problem}"


@rule
def created_tasks_link_to_their_poll(document: Document) -> Breaches:
    """Stateful tests poll only the tasks whose create answer links to the poll."""
    for operation in document.operations():
        if operation.method != "post":
            continue
        for status, response in document.responses(operation.pointer):
            if not status.startswith("2") or as_object(document.at(response)).get("links"):
                continue
            for media in document.media(response):
                names = set(_property_names(document, (*media, "schema")))
                if names & {"task_id", "sub_task_id"} and "x-synchronous" not in operation.value:
                    yield response, "the answer has a task id and no links (or x-synchronous, if there is no task)"


def _property_names(document: Document, schema: Pointer) -> Iterator[str]:
    for below in document.walk(iter([schema])):
        if not {"properties", "items"} & set(below.pointer[len(schema) :]):
            held: Object = as_object(keywords_of(below).get("properties"))
            yield from held
