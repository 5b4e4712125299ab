"""What type checkers infer for `call` is what the specs say: for each route that answers at once its answer, and no other."""

from __future__ import annotations

import ast
from importlib.resources import files

import pytest

from vidu_ext.providers import PROVIDERS
from vidu_ext.providers.calls import NOT_FOR_TASKS
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.operation import MEDIA_TYPE
from vidu_ext.values.json import value_at


def documented(provider: str) -> dict[str, str]:
    """Return the answer of each route that creates something and starts no task, by the model of its request."""
    contract = contract_of(provider)
    operations = [operation for operation in contract.operations.values() if operation.body is not None]
    waited_for = {operation.body for operation in operations if operation.poll is not None}
    answers: dict[str, str] = {}
    for operation in operations:
        if operation.body and operation.body not in waited_for and operation.tag not in NOT_FOR_TASKS:
            place = ("paths", operation.path, operation.method, "responses", "200", "content", MEDIA_TYPE, "schema", "$ref")
            answers[str(operation.body[-1])] = str(value_at(contract.spec.root, place)).rpartition("/")[2]
    return answers


def declared(provider: str) -> dict[str, str]:
    """Return the answer that each generated request model declares, from the source: the method is there for type checkers."""
    modules = files(f"vidu_clients.{provider}").joinpath("models").iterdir()
    texts = [module.read_text(encoding="utf-8") for module in modules if module.name.endswith(".py")]
    return {
        node.name: ast.unparse(member.returns)
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
        for member in ast.walk(node)
        if isinstance(member, ast.FunctionDef) and member.name == "__answer__" and member.returns is not None
    }


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_route_that_answers_at_once_is_typed_with_its_answer(provider: str) -> None:
    assert declared(provider) == documented(provider)


def test_routes_that_answer_at_once_are_found() -> None:
    """Speech, cloning, subjects, prompts, drama and pictures of Vidu, by its pages."""
    assert len(declared("vidu")) >= 10
