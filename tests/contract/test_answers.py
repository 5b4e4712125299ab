"""What a provider may send comes back as a typed model, or as one typed error that keeps the answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import attrs
import httpx
import pytest
from conftest import Draws, Record
from documents import Document, Example, Json, Pointer, as_list, as_object
from hypothesis import given, seed
from specs import (
    DRAWN,
    ENDPOINTS,
    Endpoint,
    client,
    decode_error,
    drawing,
    drawn_values,
    id_of,
    model_class,
    parameter_examples,
    python_name,
    request_body_model,
    same,
    to_json,
)

from vidu_ext.values.json import Place, value_at, with_value_at

TASK_ID_NAMES = ("task_id", "sub_task_id", "compose_sub_task_id", "id")
"""Members that hold the id of a paid task."""


def status_of(example: Example) -> int:
    """Return the status of a documented answer; 418 is used for default, since it is documented nowhere."""
    return 418 if example.status == "default" else int(example.status)


ANSWERS = [(endpoint, example) for endpoint in ENDPOINTS for example in endpoint.answer_examples()]
JSON_ANSWERS = list(
    {
        (endpoint.document.name, example.pointer): (endpoint, example)
        for endpoint, example in ANSWERS
        if not isinstance(example.value, str)
    }.values()
)
"""Each documented answer once: routes share most of those to errors, and their models with them."""
SUCCESSES = list(
    {
        (endpoint.document.name, endpoint.document.resolve(schema)): (endpoint, status)
        for endpoint in ENDPOINTS
        for status, schema in endpoint.success_schemas().items()
    }.values()
)
"""Each schema of a success once."""


def names(value: object) -> str:
    if isinstance(value, Example):
        return f"{value.status}-{value.pointer[-2]}"
    return id_of(value)


def is_typed(document: Document, schema: Pointer, parsed: object) -> bool:
    """Return whether the parsed answer is of the generated class that the schema asks for."""
    resolved = document.resolve(schema)
    model, value = model_class(document, schema), as_object(document.at(resolved))
    if model is not None and {"properties", "allOf"} & set(value):
        return isinstance(parsed, model)
    if "items" in value:
        entries = cast("list[object]", parsed)
        return isinstance(parsed, list) and all(is_typed(document, (*resolved, "items"), entry) for entry in entries)
    branches = [(*resolved, "anyOf", str(index)) for index in range(len(as_list(value.get("anyOf"))))]
    return not branches or parsed is None or any(is_typed(document, branch, parsed) for branch in branches)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=id_of)
def test_documented_answers_come_back_typed(endpoint: Endpoint) -> None:
    call: dict[str, object] = {python_name(name): value for (_, name), value in parameter_examples(endpoint).items()}
    if endpoint.body_schema is not None:
        call["body"] = request_body_model(endpoint, endpoint.examples("request")[0].value)

    def serve(_: httpx.Request) -> httpx.Response:
        if isinstance(example.value, str):
            return httpx.Response(status_of(example), text=example.value)
        return httpx.Response(status_of(example), json=example.value)

    with client(endpoint.document, transport=httpx.MockTransport(serve)) as generated:
        for example in endpoint.answer_examples():
            answer = endpoint.module.sync_detailed(client=generated, **call)
            place = endpoint.document.place(example.pointer)
            assert answer.status_code == status_of(example), place
            assert is_typed(endpoint.document, example.schema, answer.parsed), place
            assert same(to_json(answer.parsed), example.value), place


@pytest.mark.parametrize(("endpoint", "status"), SUCCESSES, ids=id_of)
def test_drawn_answer_comes_back_typed(endpoint: Endpoint, status: str, draws: Draws, record: Record) -> None:
    drawn = 0
    schema = endpoint.success_schemas()[status]

    @seed(draws.seed)
    @drawing(draws.number)
    @given(value=drawn_values(endpoint.document, schema))
    def read(value: Json) -> None:
        nonlocal drawn
        drawn += 1
        parsed = endpoint.parse(httpx.Response(int(status), json=value))
        assert is_typed(endpoint.document, schema, parsed)
        assert same(to_json(parsed), value)

    read()
    assert drawn
    record(endpoint.document.name, DRAWN, drawn)


def misnamed(value: object) -> Iterator[str]:
    """Yield the members of a model, and of the models in it, whose values are not of the types that their annotations name."""
    if isinstance(value, list):
        for entry in cast("list[object]", value):
            yield from misnamed(entry)
        return
    model: type = type(value)
    if not attrs.has(model):
        return
    for name, annotation in annotations_of(model).items():
        member = getattr(value, name)
        if not is_a(member, annotation):
            yield f"{model.__name__}.{name}: {annotation} holds {type(member).__name__}"
        yield from misnamed(member)


@cache
def annotations_of(model: type) -> dict[str, Any]:
    models = import_module(model.__module__.rpartition(".")[0])
    return get_type_hints(model, localns={name: getattr(models, name) for name in models.__all__})


def is_a(value: object, annotation: Any) -> bool:
    """Return whether a value is what an annotation says, as a type checker has it: an integer is a float, true is no integer."""
    kind, inner = get_origin(annotation), get_args(annotation)
    if annotation is Any:
        return True
    if kind is UnionType or kind is Union:
        return any(is_a(value, alternative) for alternative in inner)
    if kind is Literal:
        return value in inner
    if kind is list:
        return isinstance(value, list) and all(is_a(entry, inner[0]) for entry in cast("list[object]", value))
    if kind is dict:
        return isinstance(value, dict)
    if isinstance(value, bool):
        return annotation is bool
    return isinstance(value, (int, float) if annotation is float else annotation)


REPLACEMENTS: dict[str, Json] = {
    "null": None, "number": 7, "list": [], "object": {}, "true": True, "blank": "", "number in a text": "12",
    "whole number with a point": 5.0, "list of odd things": [None, "", 1, {}, []],
}  # fmt: skip


def mutations(value: Json) -> Iterator[tuple[str, Json]]:
    """Yield the value with one place changed: a null, a new word, another type, a member gone, a member more."""
    for place in _places(value):
        text = "/".join(map(str, place))
        old, holder = value_at(value, place), value_at(value, place[:-1])
        new_words: dict[str, Json] = {"new word": "word-of-tomorrow"} if isinstance(old, str) else {}
        for label, new in {**REPLACEMENTS, **new_words}.items():
            yield f"{label} at {text}", with_value_at(value, place, new)
        if place and isinstance(holder, dict):
            others: Json = {name: below for name, below in holder.items() if name != place[-1]}
            yield f"{text} gone", with_value_at(value, place[:-1], others)
        if isinstance(old, dict):
            yield f"extra member at {text}", with_value_at(value, place, {**old, "of-tomorrow": {"deep": [1, None]}})


def _places(value: Json, place: Place = ()) -> Iterator[Place]:
    yield place
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in below:
        yield from _places(inner, (*place, key))


@pytest.mark.parametrize(("endpoint", "example"), JSON_ANSWERS, ids=names)
def test_changed_answer_comes_back_or_is_kept_in_one_error(endpoint: Endpoint, example: Example) -> None:
    typed_error = decode_error(endpoint.document)
    for change, value in mutations(example.value):
        response = httpx.Response(status_of(example), json=value)
        try:
            parsed = endpoint.parse(response)
        except typed_error as error:
            assert error.content == response.content, change
            continue
        for name in TASK_ID_NAMES:
            if isinstance(value, dict) and name in value and hasattr(parsed, name):
                task_id = getattr(parsed, name)
                kept = task_id == value[name] or (isinstance(value[name], int) and task_id == str(value[name]))
                assert kept or cast("Any", parsed).additional_properties[name] == value[name], f"{change}: {name} was lost"
        assert same(to_json(parsed), value), f"{change} comes back as something else"
        assert list(misnamed(parsed)) == [], f"{change} is passed on under an annotation that is not true"


UNREADABLE = {
    "an HTML page": httpx.Response(200, html="<h1>Bad gateway</h1>"),
    "an HTML page with a failure status": httpx.Response(502, html="<h1>Bad gateway</h1>"),
    "an empty body": httpx.Response(200, content=b""),
    "half an answer": httpx.Response(200, content=b'{"task_id": "9401079236300', headers={"content-type": "application/json"}),
    "bytes that are no text": httpx.Response(200, content=b"\xff\xfe\x00", headers={"content-type": "application/json"}),
    "a body of nested lists": httpx.Response(200, content=b"[" * 100_000),
    "status 520": httpx.Response(520, html="<h1>Unknown error</h1>"),
    "status 499": httpx.Response(499, content=b""),
}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=id_of)
def test_unreadable_answer_is_kept_in_one_error(endpoint: Endpoint) -> None:
    generated = client(endpoint.document)
    for fault, response in UNREADABLE.items():
        try:
            answer = endpoint.module._build_response(client=generated, response=response)
        except decode_error(endpoint.document) as error:
            answer = error
        assert (answer.status_code, answer.content) == (response.status_code, response.content), fault
