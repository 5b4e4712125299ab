"""Checks of the installed package: whether specs, their documented examples and the generated clients agree."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from attrs import field, frozen

from vidu_ext.providers.generated import GeneratedClient, RawBody, as_json, spec_version, undeclared
from vidu_ext.spec.contract import Contract
from vidu_ext.spec.document import Spec
from vidu_ext.spec.operation import MEDIA_TYPE, Operation
from vidu_ext.values.fault import Fault
from vidu_ext.values.json import Place, as_list, as_object, pointer_of, value_at
from vidu_ext.values.tasks import Json

Kind: TypeAlias = Literal["request", "answer", "callback", "parameter"]
_PATH_PARAMETER: Final = re.compile(r"\{([^}]+)\}")
OTHER_STATUS: Final = 418
"""Status for an answer that is documented as `default`."""


@frozen
class Example:
    """One documented example."""

    kind: Kind
    operation: str
    place: Place
    schema: Place
    value: Json = field(repr=False)
    status: int = 200


@frozen
class Problem:
    """A disagreement between spec, examples and client."""

    provider: str
    operation: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.provider} {self.operation} {self.place}: {self.text}"


@frozen
class Checked:
    """The outcome of the checks of one provider."""

    provider: str
    version: str
    operations: int
    examples: int
    round_trips: int
    problems: tuple[Problem, ...]


def check(contract: Contract) -> Checked:
    """Check that a provider's spec, examples and generated client agree."""
    client = GeneratedClient(contract.provider)
    shown = list(examples(contract))
    problems = [
        Problem(contract.provider, example.operation, pointer_of(example.place), text)
        for example in shown
        for text in (*_faults(contract, example), *_changes(contract, client, example))
    ]
    problems += [
        Problem(contract.provider, operation.id, pointer_of(operation.place), text)
        for operation in contract.operations.values()
        if (text := _request_difference(client, operation, shown))
    ]
    generated_from = spec_version(contract.provider)
    if contract.date != generated_from:
        text = f"the client was generated from version {generated_from}, the spec has {contract.date}"
        problems.append(Problem(contract.provider, "", "#/info/version", text))
    trips = sum(example.kind != "parameter" for example in shown)
    return Checked(contract.provider, contract.date, len(contract.operations), len(shown), trips, tuple(problems))


# -- examples -------------------------------------------------------------------------------------------------------------


def examples(contract: Contract) -> Iterator[Example]:
    """Yield every JSON example of a spec, without duplicates."""
    spec = contract.spec
    seen: set[Place] = set()
    for operation in contract.operations.values():
        for kind, holder, status in _holders(spec, operation):
            for place in _examples_at(spec, holder):
                if place not in seen:
                    seen.add(place)
                    yield Example(kind, operation.id, place, (*holder, "schema"), value_at(spec.root, place), status)


def _holders(spec: Spec, operation: Operation) -> Iterator[tuple[Kind, Place, int]]:
    """Yield the places beside whose schema the examples of an operation are, each with the status of an answer."""
    place = operation.place
    yield "request", _content(spec, (*place, "requestBody")), HTTPStatus.OK
    for status in spec.at((*place, "responses")):
        number = int(status.replace("XX", "00")) if status[0].isdigit() else OTHER_STATUS
        yield "answer", _content(spec, (*place, "responses", status)), number
    for index in range(len(as_list(spec.at(place).get("parameters")))):
        yield "parameter", spec.resolve((*place, "parameters", index)), HTTPStatus.OK
    for name in spec.at((*place, "callbacks")):
        callback = spec.resolve((*place, "callbacks", name))
        for expression, item in spec.at(callback).items():
            for method in as_object(item):
                yield "callback", _content(spec, (*callback, expression, method, "requestBody")), HTTPStatus.OK


def _content(spec: Spec, body: Place) -> Place:
    return (*spec.resolve(body), "content", MEDIA_TYPE)


def _examples_at(spec: Spec, holder: Place) -> Iterator[Place]:
    value = spec.at(holder)
    if "example" in value:
        yield (*holder, "example")
    for name in as_object(value.get("examples")):
        place = spec.resolve((*holder, "examples", name))
        if "value" in spec.at(place):
            yield (*place, "value")


# -- checks ---------------------------------------------------------------------------------------------------------------


def _faults(contract: Contract, example: Example) -> Iterator[str]:
    """Yield what the schema refuses in an example, and for a request what the check before sending refuses."""
    by_schema: tuple[Fault, ...] = contract.value_faults(example.schema, example.value)
    yield from map(str, by_schema)
    if example.kind == "request" and not by_schema:
        yield from map(str, contract.faults(example.operation, example.value))


def _changes(contract: Contract, client: GeneratedClient, example: Example) -> Iterator[str]:
    """Yield how the models of the generated client change an example. Parameters have none."""
    if example.kind == "parameter":
        return
    schema = contract.spec.resolve(example.schema)
    try:
        if example.kind == "answer":
            model = client.answer(contract.operation(example.operation), example.value, example.status)
        else:
            model = client.body(str(schema[-1]), as_object(example.value))
    except (ValueError, ImportError, AttributeError) as error:
        yield f"the generated client cannot read it: {error}"
        return
    if not _same(as_json(model), example.value):
        yield "the generated client changes it"
    for name, held in undeclared(model):
        lost = held & set(as_object(contract.spec.at(("components", "schemas", name)).get("properties")))
        if lost:
            yield f"the generated {name} does not know {', '.join(sorted(lost))}"


def _same(one: Json, other: Json) -> bool:
    """Return whether two values are the same JSON: 1 is not true, and 5 is not 5.0."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _request_difference(client: GeneratedClient, operation: Operation, shown: list[Example]) -> str | None:
    """Return how the generated request of an operation differs from the spec; None if it does not."""
    bodies = [as_object(one.value) for one in shown if one.kind == "request" and one.operation == operation.id]
    ids = [f"{name} of/%" for name in _PATH_PARAMETER.findall(operation.path)]
    path = _PATH_PARAMETER.sub(lambda found: quote(f"{found[1]} of/%", safe=""), operation.path)
    try:
        named: dict[str, object] = {} if operation.body is None else {"body": RawBody(bodies[0])}
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # every route is called, deprecated or not
            made = client.request(operation, *ids, **named)
    except (ImportError, AttributeError, TypeError, IndexError) as error:
        return f"cannot be called with the generated client: {error}"
    if (made["method"], made["url"]) != (operation.method, path):
        return f"the generated client calls {made['method']} {made['url']}"
    return "the generated client sends a different body" if bodies and not _same(made["json"], bodies[0]) else None
