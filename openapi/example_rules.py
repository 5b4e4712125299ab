"""Rules for the examples in a spec, on which the tests, the emulator and readers rely."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from attrs import evolve, frozen
from documents import EVENT_DATA, Document, Example, Json, Pointer, as_list, as_object
from rule_book import Breaches, keywords_of, request_schemas, response_schemas, rule

BODIES: Final = ("request", "response", "error", "callback")
"""Kinds of examples that are whole bodies."""

EVENT: Final = re.compile(r"^data: ?(.*)$", re.MULTILINE)
"""The data of one event of a stream."""


@rule
def bodies_and_answers_have_examples(document: Document) -> Breaches:
    """Without an example there is no round-trip test."""
    for operation in document.operations():
        for media in document.media((*operation.pointer, "requestBody")):
            yield from _without_examples(document, media)
        for _, response in document.responses(operation.pointer):
            for media in document.media(response):
                yield from _without_examples(document, media)
    for schema in document.parameter_schemas():
        value = as_object(document.at(schema[:-1]))
        if "example" not in value and not value.get("examples"):
            yield schema[:-1], f"the {'parameter' if 'in' in value else 'header'} has no example"
    for callback in document.callbacks():
        for media in document.media((*callback, "requestBody")):
            yield from _without_examples(document, media)


def _without_examples(document: Document, media: Pointer) -> Breaches:
    value = as_object(document.at(media))
    if not as_object(value.get("examples")):
        yield media, "there is no entry under examples"
    for name, entry in as_object(value.get("examples")).items():
        if "value" not in as_object(entry) and "$ref" not in as_object(entry):
            yield (*media, "examples", name), "the example has no value"


def _examples_and_events(document: Document) -> Iterator[Example]:
    """Yield every example, and for streams each event and the JSON in it."""
    for example in document.examples():
        yield example
        event = document.event_schema(example.schema[:-1])
        if event is None or not isinstance(example.value, str):
            continue
        for data in EVENT.findall(example.value):
            # event is the schema of the data; without its ending it is the schema of the whole event.
            yield evolve(example, schema=event[: -len(EVENT_DATA)], value={"data": data})
            try:
                yield evolve(example, schema=event, value=json.loads(data))
            except ValueError:
                yield evolve(example, schema=event, value=data)


@rule
def examples_keep_their_schema(document: Document) -> Breaches:
    """A reader copies an example and the tests build on it: a broken one misleads both."""
    for example in _examples_and_events(document):
        for place, message in document.faults(example.schema, example.value):
            schema = document.place(document.resolve(example.schema))
            text = f"the example breaks its schema: {message}; correct the example, or the schema at {schema}"
            yield (*example.pointer, *place), text


@frozen
class _Member:
    """A member of an example: its place, and the places that declare it. If nothing declares it, its name is wrong."""

    pointer: Pointer
    declared: tuple[Pointer, ...]
    neighbours: dict[str, Pointer]
    """The names that the same object declares, and the object schema that declares each."""


def _members_of_examples(document: Document) -> Iterator[_Member]:
    for example in _examples_and_events(document):
        if example.kind in BODIES:
            yield from _members_of(document, (example.schema,), example.value, example.pointer)


def _members_of(document: Document, schemas: tuple[Pointer, ...], value: Json, place: Pointer) -> Iterator[_Member]:
    """Yield the members of an example at any depth.

    Not those of objects that declare none, or whose additionalProperties is a schema.
    """
    forms = tuple(_forms(document, schemas))
    if isinstance(value, list):
        items = tuple((*form, "items") for form in forms if "items" in as_object(document.at(form)))
        if items:
            for index, entry in enumerate(value):
                yield from _members_of(document, items, entry, (*place, str(index)))
    if not isinstance(value, dict):
        return
    others = tuple(
        (*form, "additionalProperties")
        for form in forms
        if isinstance(as_object(document.at(form)).get("additionalProperties"), dict)
    )
    names = {name: form for form in forms for name in as_object(as_object(document.at(form)).get("properties"))}
    for name, below in value.items():
        declared = tuple((*form, "properties", name) for form in forms if document.has((*form, "properties", name)))
        if names and not others:
            yield _Member((*place, name), declared, names)
        yield from _members_of(document, declared or others, below, (*place, name))


def _forms(document: Document, schemas: tuple[Pointer, ...]) -> Iterator[Pointer]:
    """Yield the places of all schemas that apply to one value, through references, allOf and anyOf."""
    pending, seen = list(schemas), set[Pointer]()
    while pending:
        place = document.resolve(pending.pop())
        if place in seen:
            continue
        seen.add(place)
        yield place
        for keyword in ("allOf", "anyOf"):
            entries = as_list(as_object(document.at(place)).get(keyword))
            pending += [(*place, keyword, str(index)) for index in range(len(entries))]


@rule
def examples_hold_declared_members(document: Document) -> Breaches:
    """Answers may have unknown members, so a schema does not refuse a misspelt one."""
    for member in _members_of_examples(document):
        if not member.declared:
            near = get_close_matches(member.pointer[-1], member.neighbours, n=1)
            schema = document.place(next(iter(member.neighbours.values())))
            yield member.pointer, f"the schema declares no such member{f'; did you mean {near[0]}?' if near else ''} ({schema})"


@rule
def members_have_an_example(document: Document) -> Breaches:
    """A member that is in no example is in no test. One marked "x-evidence: unsure" needs none."""
    shown = {place for member in _members_of_examples(document) for place in member.declared}
    for schema in [*request_schemas(document), *response_schemas(document)]:
        if schema.conditional or keywords_of(schema).get("x-evidence") == "unsure":
            continue
        for name, member in as_object(keywords_of(schema).get("properties")).items():
            place = (*schema.pointer, "properties", name)
            if place not in shown and as_object(member).get("x-evidence") != "unsure":
                yield place, f"no example has this member: add it to one{_where_examples_are(document, schema.pointer)}"


def _where_examples_are(document: Document, schema: Pointer) -> str:
    """Return the place of the examples that could have what a schema declares, for a message."""
    bodies = dict.fromkeys(example.schema for example in document.examples() if example.kind in BODIES)
    found = [root[:-1] for root in bodies if any(below.pointer == schema for below in document.walk(iter([root])))]
    return f"; they are at {document.place((*found[0], 'examples'))}" if found else ""
