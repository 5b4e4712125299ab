"""Checks of the installed package: whether specs, their documented examples and the generated clients agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from attrs import field, frozen

from vidu_ext.providers.generated import GeneratedClient, RawBody, as_json, spec_version, undeclared
from vidu_ext.spec.contract import Contract
from vidu_ext.spec.operation import MEDIA_TYPE, METHODS, Operation
from vidu_ext.values.fault import Fault
from vidu_ext.values.json import Place, as_list, as_object, pointer_of
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
    problems: list[Problem] = []
    shown = list(examples(contract))
    trips = 0
    for example in shown:
        found = list(_faults(contract, example))
        if example.kind != "parameter":
            trips += 1
            found += _changes(contract, client, example)
        problems += [Problem(contract.provider, example.operation, pointer_of(example.place), text) for text in found]
    for operation in contract.operations.values():
        text = _request_difference(client, operation, shown)
        if text is not None:
            problems.append(Problem(contract.provider, operation.id, pointer_of(operation.place), text))
    version = str(as_object(contract.spec.root.get("info")).get("version"))
    if version != spec_version(contract.provider):
        text = f"the client was generated from version {spec_version(contract.provider)}, the spec has {version}"
        problems.append(Problem(contract.provider, "", "#/info/version", text))
    return Checked(contract.provider, version, len(contract.operations), len(shown), trips, tuple(problems))


# -- examples -------------------------------------------------------------------------------------------------------------


def examples(contract: Contract) -> Iterator[Example]:
    """Yield every JSON example of a spec, without duplicates."""
    seen: set[Place] = set()
    for operation in contract.operations.values():
        for example in _of_operation(contract, operation):
            if example.place not in seen:
                seen.add(example.place)
                yield example


def _of_operation(contract: Contract, operation: Operation) -> Iterator[Example]:
    spec = contract.spec
    place = operation.place
    yield from _of_content(contract, "request", operation, (*place, "requestBody"))
    for status in spec.at((*place, "responses")):
        number = int(status.replace("XX", "00")) if status[0].isdigit() else OTHER_STATUS
        yield from _of_content(contract, "answer", operation, (*place, "responses", status), number)
    for index in range(len(as_list(spec.at(place).get("parameters")))):
        holder = spec.resolve((*place, "parameters", index))
        yield from _examples_at(contract, "parameter", operation, holder)
    for name in spec.at((*place, "callbacks")):
        callback = spec.resolve((*place, "callbacks", name))
        for expression, item in spec.at(callback).items():
            for method in METHODS:
                if method in as_object(item):
                    yield from _of_content(contract, "callback", operation, (*callback, expression, method, "requestBody"))


def _of_content(contract: Contract, kind: Kind, operation: Operation, holder: Place, status: int = 200) -> Iterator[Example]:
    place = (*contract.spec.resolve(holder), "content", MEDIA_TYPE)
    if contract.spec.at(place):
        yield from _examples_at(contract, kind, operation, place, status)


def _examples_at(contract: Contract, kind: Kind, operation: Operation, holder: Place, status: int = 200) -> Iterator[Example]:
    spec, schema = contract.spec, (*holder, "schema")
    value = spec.at(holder)
    if "example" in value:
        yield Example(kind, operation.id, (*holder, "example"), schema, value["example"], status)
    for name in as_object(value.get("examples")):
        place = spec.resolve((*holder, "examples", name))
        if "value" in spec.at(place):
            yield Example(kind, operation.id, (*place, "value"), schema, spec.at(place)["value"], status)


# -- checks ---------------------------------------------------------------------------------------------------------------


def _faults(contract: Contract, example: Example) -> Iterator[str]:
    """Yield what the schema refuses in an example, and for a request what the check before sending refuses."""
    by_schema: tuple[Fault, ...] = contract.value_faults(example.schema, example.value)
    yield from map(str, by_schema)
    if example.kind == "request" and not by_schema:
        yield from map(str, contract.faults(example.operation, example.value))


def _changes(contract: Contract, client: GeneratedClient, example: Example) -> Iterator[str]:
    """Yield how the models of the generated client change an example."""
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
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


def _request_difference(client: GeneratedClient, operation: Operation, shown: list[Example]) -> str | None:
    """Return how the generated request of an operation differs from the spec; None if it does not."""
    bodies = [as_object(one.value) for one in shown if one.kind == "request" and one.operation == operation.id]
    ids = [f"{name} of/%" for name in _PATH_PARAMETER.findall(operation.path)]
    path = _PATH_PARAMETER.sub(lambda found: quote(f"{found[1]} of/%", safe=""), operation.path)
    try:
        named: dict[str, object] = {} if operation.body is None else {"body": RawBody(bodies[0])}
        made = client.request(operation, *ids, **named)
    except (ImportError, AttributeError, TypeError, IndexError) as error:
        return f"cannot be called with the generated client: {error}"
    if (made["method"], made["url"]) != (operation.method, path):
        return f"the generated client calls {made['method']} {made['url']}"
    return "the generated client sends a different body" if bodies and not _same(made["json"], bodies[0]) else None
