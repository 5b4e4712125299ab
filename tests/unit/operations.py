"""Every operation of every packaged spec, with the documented examples of its requests, and the contract of the toy provider."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pytest
from attrs import field, frozen

from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.providers.base import Provider
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.operation import Operation
from vidu_ext.values.json import as_object, value_at
from vidu_ext.values.tasks import Json, Object


@frozen
class Example:
    """A request as the spec shows it. `str()` is its kind in a manifest."""

    provider: str
    operation: Operation
    body: Object = field(repr=False)

    def __str__(self) -> str:
        return f"{self.provider}.{self.operation.id}"

    @property
    def starts_task(self) -> bool:
        return self.operation.poll is not None


@frozen
class Documented:
    """One example of a spec."""

    provider: str
    operation: Operation
    status: str
    """`200`, `default`; empty for a request."""
    media_type: str
    name: str
    value: Json

    def __str__(self) -> str:
        return f"{self.provider}-{self.operation.id}-{self.status or 'request'}-{self.name}"

    @property
    def adapter(self) -> Provider:
        return provider_named(self.provider)

    @property
    def content(self) -> bytes:
        return json.dumps(self.value).encode()


def _documented() -> Iterator[Documented]:
    for contract, operation in OPERATIONS:
        place = operation.place
        answers = as_object(value_at(contract.spec.root, (*place, "responses")))
        places = {"": (*place, "requestBody"), **{status: (*place, "responses", status) for status in answers}}
        for status, at in places.items():
            for media_type, content in as_object(contract.spec.at(at).get("content")).items():
                for example, holder in as_object(as_object(content).get("examples")).items():
                    value = as_object(holder)["value"]
                    yield Documented(contract.provider, operation, status, media_type, example, value)


OPERATIONS: Final = tuple(
    (contract_of(provider), operation) for provider in PROVIDERS for operation in contract_of(provider).operations.values()
)
DOCUMENTED: Final = tuple(_documented())
BODIES: Final = tuple(
    (example.provider, example.operation.id, example.name, as_object(example.value))
    for example in DOCUMENTED
    if not example.status
)
"""Provider, operation, name and body of each documented request."""


def bodies_of(contract: Contract, operation: Operation) -> list[Object]:
    return [body for provider, id_, _, body in BODIES if (provider, id_) == (contract.provider, operation.id)]


EXAMPLES: Final = tuple(
    Example(contract.provider, operation, [*bodies_of(contract, operation), {}][0]) for contract, operation in OPERATIONS
)
"""The first documented request of each operation, with an empty body if it has none."""

of_every_example = pytest.mark.parametrize(
    ("provider", "operation", "name", "body"), BODIES, ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in BODIES]
)


of_every_operation = pytest.mark.parametrize(
    ("contract", "operation"), OPERATIONS, ids=[f"{contract.provider}-{operation.id}" for contract, operation in OPERATIONS]
)
