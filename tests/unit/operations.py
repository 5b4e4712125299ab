"""Every operation of every packaged spec, with the documented examples of its requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from attrs import field, frozen

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import contract_of
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


def _examples() -> Iterator[Example]:
    for provider in PROVIDERS:
        contract = contract_of(provider)
        for operation in contract.operations.values():
            body = contract.spec.at(("paths", operation.path, operation.method, "requestBody"))
            content = as_object(as_object(body.get("content")).get(MEDIA_TYPE))
            shown = as_object(next(iter(as_object(content.get("examples")).values()), None))
            yield Example(provider, operation, as_object(shown.get("value")))


EXAMPLES: Final = tuple(_examples())
"""The first example of each operation, with an empty body if it has none."""


def body_examples() -> Iterator[tuple[str, str, str, Object]]:
    for provider in PROVIDERS:
        contract = contract_of(provider)
        for operation in contract.operations.values():
            media = contract.spec.at(("paths", operation.path, operation.method, "requestBody", "content", "application/json"))
            for name, example in as_object(media.get("examples")).items():
                yield provider, operation.id, name, as_object(as_object(example)["value"])


BODIES: Final = tuple(body_examples())


OPERATIONS: Final = tuple(
    (contract_of(provider), operation) for provider in PROVIDERS for operation in contract_of(provider).operations.values()
)


of_every_example = pytest.mark.parametrize(
    ("provider", "operation", "name", "body"), BODIES, ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in BODIES]
)


of_every_operation = pytest.mark.parametrize(
    ("contract", "operation"), OPERATIONS, ids=[f"{contract.provider}-{operation.id}" for contract, operation in OPERATIONS]
)
