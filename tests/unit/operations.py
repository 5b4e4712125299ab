"""Every operation of every packaged spec, with the first documented example of its request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import field, frozen

from vidu_ext.providers import PROVIDERS
from vidu_ext.spec.contract import MEDIA_TYPE, Operation, contract_of
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Object


@frozen
class Example:
    """A request as the spec shows it. `str()` is what a manifest calls its kind."""

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
"""The body is empty for an operation without one."""
