"""The generated packages hold a client for all that the specs describe, and for nothing else."""

from __future__ import annotations

from importlib import import_module
from importlib.resources import files
from pkgutil import walk_packages

import pytest
from documents import Document
from specs import DOCUMENTS, ENDPOINTS, id_of


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_every_generated_module_belongs_to_an_operation(document: Document) -> None:
    api = import_module(f"vidu_clients.{document.name}.api")
    modules = {module.name for module in walk_packages(api.__path__, f"{api.__name__}.") if not module.ispkg}
    assert modules == {endpoint.module_name for endpoint in ENDPOINTS if endpoint.document is document}


@pytest.mark.parametrize("document", DOCUMENTS, ids=id_of)
def test_every_body_of_an_operation_has_a_model(document: Document) -> None:
    bodies = {"/".join(document.resolve(schema)) for schema in document.request_schemas()}
    assert bodies <= {f"components/schemas/{name}" for name in import_module(f"vidu_clients.{document.name}.models").__all__}


@pytest.mark.parametrize("package", ["vidu_clients", *(f"vidu_clients.{document.name}" for document in DOCUMENTS)])
def test_packages_are_typed_for_their_users(package: str) -> None:
    assert (files(package) / "py.typed").is_file()
