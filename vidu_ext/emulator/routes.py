"""The routes of the packaged specs: find the operation of a request, and read its parameters."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from functools import cache
from typing import Final, Literal, cast
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen

from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.operation import Operation, Poll, success_links
from vidu_ext.values.json import Place, as_list, as_texts
from vidu_ext.values.tasks import Json, Object

from .settings import PROVIDERS

Family = Literal["create", "status", "list", "other"]
Query = Mapping[str, Json]

_WHOLE: Final = re.compile("-?[0-9]{1,4000}")
_TRUTHS: Final = {"true": True, "false": False}


@frozen
class Parameter:
    """A parameter of an operation."""

    name: str
    where: str
    """`path`, `query` or `header`."""
    contract: Contract = field(repr=False)
    schema: Place

    def read(self, texts: list[str]) -> Json:
        """Parse the texts of the query. Raises ValueError if the spec does not allow the value."""
        kinds = _kinds(self.contract.spec.at(self.schema))
        value: Json = cast("list[Json]", texts) if "array" in kinds else texts[-1]
        if "boolean" in kinds:
            value = _TRUTHS.get(texts[-1], texts[-1])
        elif "integer" in kinds and _WHOLE.fullmatch(texts[-1]):
            value = int(texts[-1])
        if not self.takes(value):
            raise ValueError(self.name)
        return value

    def takes(self, value: Json) -> bool:
        """Return whether the spec allows a value."""
        return not self.contract.value_faults(self.schema, value)


@frozen(eq=False)
class Route:
    """One operation of one provider, with its path."""

    provider: str
    contract: Contract = field(repr=False)
    operation: Operation
    family: Family
    path: str = field(repr=False)
    """With the path of the base URL before it."""
    expression: re.Pattern[str] | None = field(repr=False)
    """Matches a path with a parameter, whose value is its group; None for a path without one."""
    parameters: Mapping[str, Parameter] = field(repr=False)
    poll: Poll | None = field(repr=False)
    """How to poll the task that it starts; None if it starts none."""
    links: frozenset[str] = field(repr=False)
    """Ids of the operations that report its tasks."""
    belongs_to_tasks: bool = field(repr=False)
    """Whether its path begins with the path of an operation that reports tasks."""

    def takes_id(self, value: str | None) -> bool:
        """Return whether the spec allows a value of the path parameter."""
        parameter = self.parameters.get(self.operation.path_parameter or "")
        return value is None or parameter is None or parameter.takes(value)

    def query(self, text: str) -> tuple[Query, tuple[str, ...]]:
        """Parse a query: its parameters, and the names of those with invalid values. Unknown names are ignored, as the
        providers do.
        """
        values: dict[str, Json] = {}
        invalid: list[str] = []
        for name, texts in parse_qs(text, keep_blank_values=True).items():
            parameter = self.parameters.get(name)
            if parameter is None or parameter.where != "query":
                continue
            try:
                values[name] = parameter.read(texts)
            except ValueError:
                invalid.append(name)
        return values, tuple(invalid)


@frozen
class Routed:
    """A request with a route."""

    route: Route
    id: str | None
    """Value of the path parameter."""


@frozen
class Unrouted:
    """A request without a route."""

    provider: str
    """The provider that refuses it."""
    methods: tuple[str, ...] = ()
    """Methods that the path supports; empty for an unknown path."""


class Routes:
    """All operations of the specs. Built once; call `routes` to get it."""

    def __init__(self) -> None:
        self._routes: Final = [route for provider in PROVIDERS for route in _routes_of(provider)]

    def find(self, method: str, path: str) -> Routed | Unrouted:
        """Find the route of a request. A path without a parameter wins over one with a parameter."""
        candidates = [Routed(route, None) for route in self if route.path == path and route.expression is None] or [
            Routed(route, match[1])
            for route in self
            if route.expression is not None and (match := route.expression.fullmatch(path))
        ]
        for candidate in candidates:
            if candidate.route.operation.method == method.lower():
                return candidate
        if candidates:
            methods = {candidate.route.operation.method.upper() for candidate in candidates}
            return Unrouted(candidates[0].route.provider, tuple(sorted(methods)))
        return Unrouted(next((one.provider for one in self if _first_part(one.path) == _first_part(path)), PROVIDERS[0]))

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)


@cache
def routes() -> Routes:
    """Return the operations of the packaged specs."""
    return Routes()


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


def _first_part(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def _routes_of(provider: str) -> Iterator[Route]:
    contract = contract_of(provider)
    reports = {one.id: _reports(contract, one) for one in contract.operations.values()}
    status = {name for names in reports.values() for name in names}
    status_paths = tuple(contract.operation(name).path for name in status)
    for operation in contract.operations.values():
        path = base_path(provider) + operation.path
        before, parameter, after = path.partition(f"{{{operation.path_parameter}}}")
        yield Route(
            provider=provider,
            contract=contract,
            operation=operation,
            family=_family(operation, status),
            path=path,
            expression=re.compile(f"{re.escape(before)}([^/]*){re.escape(after)}") if parameter else None,
            parameters=_parameters(contract, operation),
            poll=_poll(contract, operation),
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


def _family(operation: Operation, status: Container[str]) -> Family:
    if operation.id in status:
        return "status"
    if operation.method == "get" and operation.tag == "tasks":
        return "list"
    return "create" if operation.poll is not None or operation.id.startswith("stream") else "other"


def _parameters(contract: Contract, operation: Operation) -> Mapping[str, Parameter]:
    place: Place = (*operation.place, "parameters")
    parameters: dict[str, Parameter] = {}
    for index in range(len(as_list(contract.spec.at(place[:-1]).get("parameters")))):
        own_place = contract.spec.resolve((*place, index))
        value = contract.spec.at(own_place)
        name = str(value["name"])
        parameters[name] = Parameter(name, str(value["in"]), contract, contract.spec.resolve((*own_place, "schema")))
    return parameters


def _kinds(schema: Object) -> tuple[str, ...]:
    kind = schema.get("type")
    return (kind,) if isinstance(kind, str) else as_texts(kind)
