"""What type checkers are told of `call` is what the specs say: for each route that answers at once its answer, and no other."""

from __future__ import annotations

import inspect
from typing import Final, get_overloads

import pytest

from vidu_ext import AsyncVidu, Vidu
from vidu_ext.providers import PROVIDERS, answers
from vidu_ext.providers.base import NOT_FOR_TASKS
from vidu_ext.spec.contract import MEDIA_TYPE, contract_of
from vidu_ext.values.json import value_at

ALIASES: Final = {"Subject": "StoredSubject"}
"""Names that the clients have for a model whose own would be mistaken for another's."""


def documented() -> dict[str, str]:
    """The answer of each route that creates something and starts no task, by the model of its request."""
    found: dict[str, str] = {}
    for provider in PROVIDERS:
        operations = contract_of(provider).operations.values()
        waited_for = {operation.body for operation in operations if operation.poll is not None}
        for operation in operations:
            if operation.body is None or operation.body in waited_for or operation.tag in NOT_FOR_TASKS:
                continue
            place = ("paths", operation.path, operation.method, "responses", "200", "content", MEDIA_TYPE, "schema", "$ref")
            answer = str(value_at(contract_of(provider).spec.root, place)).rpartition("/")[2]
            found[str(operation.body[-1])] = ALIASES.get(answer, answer)
    return found


@pytest.mark.parametrize("client", [Vidu, AsyncVidu])
def test_answer_of_a_route_is_typed_as_something_else(client: type) -> None:
    told: dict[str, str] = {}
    for overload in get_overloads(client.call):  # type: ignore[attr-defined]
        signature = inspect.signature(overload)
        told[str(signature.parameters["request"].annotation)] = str(signature.return_annotation)
    assert told == {**documented(), "RequestModel": "object"}


def test_names_of_answers_are_imported_at_run_time() -> None:
    assert not set(documented()) & set(vars(answers))
