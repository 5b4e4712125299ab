"""Every operation of every packaged spec, with the documented examples of its requests, and the contract of the toy provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from attrs import field, frozen

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.operation import MEDIA_TYPE, Operation
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Object


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


def _bodies() -> Iterator[tuple[str, str, str, Object]]:
    for contract, operation in OPERATIONS:
        media = contract.spec.at(("paths", operation.path, operation.method, "requestBody", "content", MEDIA_TYPE))
        for name, example in as_object(media.get("examples")).items():
            yield contract.provider, operation.id, name, as_object(as_object(example)["value"])


OPERATIONS: Final = tuple(
    (contract_of(provider), operation) for provider in PROVIDERS for operation in contract_of(provider).operations.values()
)
BODIES: Final = tuple(_bodies())
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
