"""What the five documents say that the specs were written from is said by the specs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from documents import Document, Object, Pointer, as_list, as_object
from seeds import SEEDS, Seed
from specs import ENDPOINTS, Endpoint, authorization, endpoint_named, same, server


def id_of(seed: object) -> str:
    return f"{seed.file[:3]}-{seed.provider}" if isinstance(seed, Seed) else str(seed)


def endpoint_of(seed: Seed) -> Endpoint:
    return endpoint_named(seed.provider, seed.operation)


def answer_schema(seed: Seed, status: str) -> Pointer:
    """Return the schema of the operation's answer with this status."""
    endpoint = endpoint_of(seed)
    response = dict(endpoint.document.responses(endpoint.operation.pointer))[status]
    return (*response, "content", "application/json", "schema")


def members(document: Document, schema: Pointer, above: str = "") -> Iterator[tuple[str, Pointer]]:
    """Name and schema of each member of an answer, however deep; the entries of a list have the list's name."""
    place = document.resolve(schema)
    value = as_object(document.at(place))
    for name in as_object(value.get("properties")):
        yield f"{above}{name}", (*place, "properties", name)
        yield from members(document, (*place, "properties", name), f"{above}{name}.")
    for index in range(len(as_list(value.get("anyOf")))):
        yield from members(document, (*place, "anyOf", str(index)), above)
    if "items" in value:
        yield from members(document, (*place, "items"), above)


def words(document: Document, schema: Pointer) -> set[str]:
    """Return every word that an enum at or below the schema lists."""
    return {str(word) for below in document.walk(iter([schema])) for word in as_list(as_object(below.value).get("enum"))}


def parameters(seed: Seed) -> dict[tuple[str, str], Pointer]:
    """Return the places of the operation's parameters by name and place."""
    document = endpoint_of(seed).document
    declared: dict[tuple[str, str], Pointer] = {}
    for pointer in document.parameters(endpoint_of(seed).operation.pointer):
        value = as_object(document.at(pointer))
        declared[str(value["name"]), str(value["in"])] = pointer
    return declared


@pytest.mark.parametrize("seed", SEEDS, ids=id_of)
def test_operation_names_the_seed_it_was_written_from(seed: Seed) -> None:
    assert seed.source in as_list(endpoint_of(seed).operation.value["x-source"])


def test_every_seed_that_an_operation_names_is_stored_here() -> None:
    named = {
        (endpoint.document.name, endpoint.operation.id, str(source))
        for endpoint in ENDPOINTS
        for source in as_list(endpoint.operation.value["x-source"])
        if str(source).startswith("seeds/")
    }
    held = {(seed.provider, seed.operation, seed.source) for seed in SEEDS}
    assert named == held, (
        f"write what the seed says of {sorted(named - held) or sorted(held - named)} into tests/contract/seeds.py; if it was not"
        " written from a seed, correct its x-source"
    )


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed.address], ids=id_of)
def test_request_goes_to_the_address_of_its_seed(seed: Seed) -> None:
    endpoint = endpoint_of(seed)
    operation = endpoint.operation
    assert f"{operation.method.upper()} {server(endpoint.document)}{operation.path}" == seed.address


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed.key], ids=id_of)
def test_key_is_sent_as_its_seed_says(seed: Seed) -> None:
    assert authorization(endpoint_of(seed).document) == ("Authorization", seed.key)


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed.answers], ids=id_of)
def test_example_of_a_seed_is_a_documented_example(seed: Seed) -> None:
    documented = endpoint_of(seed).answer_examples()
    for status, value in seed.examples():
        assert any(example.status == status and same(example.value, value) for example in documented), status


@pytest.mark.parametrize("seed", SEEDS, ids=id_of)
def test_every_member_that_a_seed_names_is_in_a_model(seed: Seed) -> None:
    document = endpoint_of(seed).document
    for status, names in seed.members.items():
        assert set(names.split()) - dict(members(document, answer_schema(seed, status))).keys() == set(), status


@pytest.mark.parametrize("seed", SEEDS, ids=id_of)
def test_every_state_that_a_seed_names_is_documented(seed: Seed) -> None:
    document = endpoint_of(seed).document
    state = dict(members(document, answer_schema(seed, "200")))[seed.state]
    assert set(seed.states) - words(document, state) == set()


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed.models], ids=id_of)
def test_every_model_that_a_seed_names_is_taken_by_a_route(seed: Seed) -> None:
    document = endpoint_of(seed).document
    requests = [dict(members(document, schema)) for schema in document.request_schemas()]
    taken = {word for request in requests if "model" in request for word in words(document, request["model"])}
    assert set(seed.models) - taken == set()


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed.parameters], ids=id_of)
def test_parameters_are_declared_as_their_seed_says(seed: Seed) -> None:
    document = endpoint_of(seed).document
    declared = parameters(seed)
    for parameter in seed.parameters:
        schema = (*declared[parameter.name, parameter.place], "schema")
        value = as_object(document.at(schema))
        assert same(value.get("x-default"), parameter.default), parameter.name
        assert value.get("maximum") == parameter.maximum, parameter.name
        assert parameter.words <= words(document, schema), parameter.name


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed.file.startswith("004")], ids=id_of)
def test_failed_generation_is_documented_as_its_seed_says(seed: Seed) -> None:
    """This seed has no example, but a sentence: when status is FAILED, data is null and code and message are there."""
    failed: list[Object] = []
    for example in endpoint_of(seed).answer_examples():
        value = as_object(example.value)
        if value.get("status") == "FAILED":
            failed.append(value)
    assert failed
    assert all(value["data"] is None and {"code", "message"} <= value.keys() for value in failed)
