"""The routes of the packaged specs: the operation of a request, its parameters, and what is documented of its answer."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from functools import cache
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen

from vidu_ext.emulator.providers.refusals import Refusal, not_found
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.document import Spec
from vidu_ext.spec.operation import Operation, Poll, success_links
from vidu_ext.values.json import Place, as_list, as_object, as_texts
from vidu_ext.values.tasks import Json, Object

from .settings import PROVIDERS

Family = Literal["create", "status", "list", "download", "other"]
"""Purpose of an operation: start a task, report its state, list tasks, serve a file, anything else."""
Query = Mapping[str, Json]

_WHOLE: Final = re.compile("-?[0-9]{1,4000}")
_TRUTHS: Final = {"true": True, "false": False}


@frozen(eq=False)
class Route:
    """One operation of one provider, with its path."""

    provider: str
    contract: Contract = field(repr=False)
    operation: Operation
    family: Family
    path: str = field(repr=False)
    """With the path of the base URL before it."""
    expression: re.Pattern[str] = field(repr=False)
    """Matches the path; its group is the value of the path parameter, if there is one."""
    parameters: Mapping[tuple[str, str], Place] = field(repr=False)
    """Places of the schemas of the parameters, by `path`, `query` or `header` and by name."""
    poll: Poll | None = field(repr=False)
    """How to poll the task that it starts; None if it starts none."""
    links: frozenset[str] = field(repr=False)
    """Ids of the operations that report its tasks."""
    belongs_to_tasks: bool = field(repr=False)
    """Whether its path begins with the path of an operation that reports tasks."""

    @property
    def makes_something(self) -> bool:
        """Whether it makes a task or an immediate result."""
        return self.family == "create" or self.operation.is_synchronous

    def takes_id(self, value: str | None) -> bool:
        """Return whether the spec allows a value of the path parameter."""
        schema = self.parameters.get(("path", self.operation.path_parameter or ""))
        return value is None or schema is None or not self.contract.value_faults(schema, value)

    def query(self, text: str) -> Query:
        """Parse a query. Unknown names are ignored, as the providers do. Raises Refusal for invalid values."""
        values: dict[str, Json] = {}
        invalid: list[str] = []
        for name, texts in parse_qs(text, keep_blank_values=True).items():
            schema = self.parameters.get(("query", name))
            if schema is not None:
                values[name] = _typed(texts, self.contract.spec.at(schema))
                invalid += [name] if self.contract.value_faults(schema, values[name]) else []
        if invalid:
            details = tuple(f"{name}: not allowed" for name in invalid)
            raise Refusal(400, "FieldInvalid", f"invalid field: {', '.join(invalid)}", details=details)
        return values


@frozen
class Routed:
    """A request with a route."""

    route: Route
    id: str | None
    """Value of the path parameter."""


def find_route(method: str, path: str) -> Routed:
    """Find the route of a request. A path without a parameter wins over one with a parameter. Raises Refusal."""
    matches = [(route, match) for route in routes() if (match := route.expression.fullmatch(path))]
    found = [Routed(route, match[1] if match.lastindex else None) for route, match in matches]
    found = [routed for routed in found if routed.id is None] or found
    for routed in found:
        if routed.route.operation.method == method.lower():
            return routed
    if not found:
        raise not_found()
    allow = ", ".join(sorted({routed.route.operation.method.upper() for routed in found}))
    raise Refusal(405, "MethodNotAllowed", "method not allowed", headers={"allow": allow})


def provider_of(path: str) -> str:
    """Return the provider that refuses a path: the one whose paths begin like it."""
    first = path.split("/")[1:2]
    return next((route.provider for route in routes() if route.path.split("/")[1:2] == first), PROVIDERS[0])


@cache
def routes() -> tuple[Route, ...]:
    """Return all operations of the packaged specs."""
    return tuple(route for provider in PROVIDERS for route in _routes_of(provider))


@cache
def route_named(provider: str, operation: str) -> Route:
    """Return the route of an operation."""
    return next(route for route in routes() if (route.provider, route.operation.id) == (provider, operation))


@cache
def base_path(provider: str) -> str:
    """Return the path of the base URL of a provider: `/api/v1`, or ''.

    A provider with paths of an earlier one, such as a mirror on another host, has its name before them.
    """
    paths = _paths(provider)
    is_mirror = any(paths & _paths(earlier) for earlier in PROVIDERS[: PROVIDERS.index(provider)])
    return (f"/{provider}" if is_mirror else "") + _server_path(provider)


def _server_path(provider: str) -> str:
    return urlsplit(contract_of(provider).server()).path.rstrip("/")


def _paths(provider: str) -> set[str]:
    return {_server_path(provider) + operation.path for operation in contract_of(provider).operations.values()}


def _routes_of(provider: str) -> Iterator[Route]:
    contract = contract_of(provider)
    reports = {one.id: _reports(contract, one) for one in contract.operations.values()}
    status = frozenset[str]().union(*reports.values())
    status_paths = tuple(contract.operation(name).path for name in status)
    for operation in contract.operations.values():
        path, poll = base_path(provider) + operation.path, _poll(contract, operation)
        yield Route(
            provider=provider,
            contract=contract,
            operation=operation,
            family=_family(operation, poll, status),
            path=path,
            expression=re.compile(re.sub(r"\\{\w+\\}", "([^/]*)", re.escape(path))),
            parameters=_parameters(contract, operation),
            poll=poll,
            links=reports[operation.id],
            belongs_to_tasks=operation.path.startswith(status_paths),
        )


def _poll(contract: Contract, operation: Operation) -> Poll | None:
    """Return the documented poll, else the operation that gets by id what this one posts, or None."""
    if operation.poll is not None or operation.method != "post" or operation.is_synchronous:
        return operation.poll
    for one in contract.operations.values():
        if one.method == "get" and one.path == f"{operation.path}/{{{one.path_parameter}}}":
            return Poll(one.id, one.path_parameter or "", "id")
    return None


def _reports(contract: Contract, operation: Operation) -> frozenset[str]:
    """Return the operations that report the tasks of this one, by the links of its success answers."""
    poll = _poll(contract, operation)
    links = success_links(contract.spec, operation.place) if operation.method == "post" else ()
    targets = [contract.operations[str(link["operationId"])] for link in links]
    reports = {one.id for one in targets if one.method == "get" and one.path_parameter is not None}
    return frozenset(reports | ({poll.operation} if poll is not None else set()))


def _family(operation: Operation, poll: Poll | None, status: Container[str]) -> Family:
    if operation.id in status:
        return "status"
    if operation.method == "get" and operation.tag == "tasks":
        return "list"
    return "create" if poll is not None or operation.id.startswith("stream") else "other"


def _parameters(contract: Contract, operation: Operation) -> Mapping[tuple[str, str], Place]:
    spec, place = contract.spec, (*operation.place, "parameters")
    count = len(as_list(spec.at(operation.place).get("parameters")))
    places = [spec.resolve((*place, index)) for index in range(count)]
    return {(str(spec.at(one)["in"]), str(spec.at(one)["name"])): spec.resolve((*one, "schema")) for one in places}


def _typed(texts: list[str], schema: Object) -> Json:
    """Return the value that the texts of a query parameter write; the last text if they write none of its type."""
    kinds = str(schema.get("type"))  # one name, or a list of names
    if "array" in kinds:
        return [*texts]
    if "integer" in kinds and _WHOLE.fullmatch(texts[-1]):
        return int(texts[-1])
    return _TRUTHS.get(texts[-1], texts[-1]) if "boolean" in kinds else texts[-1]


# -- what a spec documents of the answers of an operation: examples, members, states, charges -------------------------------


@cache
def answer_members(route: Route) -> frozenset[str]:
    """Return the members of the success answer of a route."""
    return frozenset(_collect(route.contract.spec, (*_content(route), "schema"), "properties"))


@cache
def required_members(route: Route) -> frozenset[str]:
    """Return the members that the success answer of a route always has."""
    return frozenset(_collect(route.contract.spec, (*_content(route), "schema"), "required"))


@cache
def states_of(route: Route, member: str) -> tuple[str, ...]:
    """Return the states that the spec lists for a member of the success answer."""
    spec = route.contract.spec
    place = spec.property((*_content(route), "schema"), member)
    if place is None:
        return ()
    choices = [place, *((*place, "anyOf", index) for index in range(len(as_list(spec.at(place).get("anyOf")))))]
    return tuple(word for choice in choices for word in as_texts(spec.at(choice).get("enum")))


def example_of(route: Route, **wanted: str | None) -> Object:
    """Return the first example of the success answer, if possible one with these members; None means any value."""
    examples = _examples(route)
    fitting = (one for one in examples if all(name in one and value in (None, one[name]) for name, value in wanted.items()))
    return next(fitting, examples[0] if examples else {})


@cache
def charge_in_examples(route: Route) -> float:
    """Return the highest charge in the examples of a route's answer, else of those that report its tasks; 0 without one."""
    for shown in (route, *(route_named(route.provider, name) for name in sorted(route.links))):
        values = [value for one in _examples(shown) for value in (one.get("credits"), as_object(one.get("usage")).get("total"))]
        if charges := [value for value in values if isinstance(value, int | float)]:
            return max(charges)
    return 0.0


def _content(route: Route) -> Place:
    """Return the place of the first success answer."""
    responses: Place = (*route.operation.place, "responses")
    status = min(word for word in route.contract.spec.at(responses) if word.startswith("2"))
    return (*route.contract.spec.resolve((*responses, status)), "content", "application/json")


def _examples(route: Route) -> list[Object]:
    spec, place = route.contract.spec, (*_content(route), "examples")
    return [as_object(spec.at((*place, name)).get("value")) for name in spec.at(place)]


def _collect(spec: Spec, place: Place, keyword: str) -> set[str]:
    """Return the names that a keyword of a schema holds, or one of the schemas in its `allOf`."""
    place = spec.resolve(place)
    names = spec.at(place).get(keyword)
    collected = set(as_object(names)) or set(as_texts(names))
    for index in range(len(as_list(spec.at(place).get("allOf")))):
        collected |= _collect(spec, (*place, "allOf", index), keyword)
    return collected
