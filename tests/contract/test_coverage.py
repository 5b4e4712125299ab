"""The generated packages hold a client for all that the specs describe, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from itertools import chain
from pkgutil import walk_packages

import pytest
from documents import STREAM_MEDIA_TYPE, Document, Pointer, as_object
from specs import DOCUMENTS, ENDPOINTS, id_of


def component_names(document: Document, roots: Iterator[Pointer]) -> Iterator[str]:
    """Yield the components reached from these schemas that are a type of their own: objects and enums."""
    for schema in document.walk(roots):
        value = as_object(schema.value)
        is_type = "enum" in value or "properties" in value or value.get("type") == "object"
        if is_type and schema.pointer[:2] == ("components", "schemas") and len(schema.pointer) == 3:
            yield schema.pointer[2]


def exported(document: Document) -> set[str]:
    return set(import_module(f"vidu_clients.{document.name}.models").__all__)


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_every_generated_module_belongs_to_an_operation(document: Document) -> None:
    api = import_module(f"vidu_clients.{document.name}.api")
    modules = {module.name for module in walk_packages(api.__path__, f"{api.__name__}.") if not module.ispkg}
    assert modules == {endpoint.module_name for endpoint in ENDPOINTS if endpoint.document is document}


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_model_of_each_request_and_answer_can_be_imported(document: Document) -> None:
    """The client gives a stream as one text; its event, which the spec has for other tools, needs no model."""
    answers = (schema for schema in document.response_schemas() if STREAM_MEDIA_TYPE not in schema)
    assert set(component_names(document, chain(document.request_schemas(), answers))) - exported(document) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_every_body_of_an_operation_has_a_model(document: Document) -> None:
    """The test above looks at components alone; this one sees a body that is none."""
    bodies = {"/".join(document.resolve(schema)) for schema in document.request_schemas()}
    assert bodies <= {f"components/schemas/{name}" for name in exported(document)}


@pytest.mark.parametrize("package", ["vidu_clients", *(f"vidu_clients.{document.name}" for document in DOCUMENTS)])
def test_packages_are_typed_for_their_users(package: str) -> None:
    assert (files(package) / "py.typed").is_file()
